import { storage } from '../storage.svelte.ts';

export type Pane = 'lesson' | 'stage' | 'terminals';

/** Parts of the desk in per cent, as they are at first. */
export const LESSON_PERCENT = 28;
export const STAGE_PERCENT = 57;

/** Below this width the panes stand one above the other. */
const STACKED = '(max-width: 1000px)';

/** How the desk is divided: sizes, what is hidden, what fills it. */
export class Panes {
  hidden = $state.raw<readonly Pane[]>([]);
  maximised = $state<Pane | undefined>(undefined);
  #isStacked = $state(false);
  readonly #query = matchMedia(STACKED);
  readonly #onChange = (): void => void (this.#isStacked = this.#query.matches);

  constructor() {
    this.#onChange();
    this.#query.addEventListener('change', this.#onChange);
  }

  get isStacked(): boolean {
    return this.#isStacked;
  }

  get lessonPercent(): number {
    return (storage.preferences.lessonShare ?? LESSON_PERCENT / 100) * 100;
  }

  set lessonPercent(percent: number) {
    storage.setPreferences({ lessonShare: percent / 100 });
  }

  get stagePercent(): number {
    return (storage.preferences.stageShare ?? STAGE_PERCENT / 100) * 100;
  }

  set stagePercent(percent: number) {
    storage.setPreferences({ stageShare: percent / 100 });
  }

  isShown(pane: Pane): boolean {
    return this.maximised === undefined ? !this.hidden.includes(pane) : this.maximised === pane;
  }

  toggleHidden(pane: Pane): void {
    const others = this.hidden.filter((one) => one !== pane);
    // Something has to be left to look at.
    const other = pane === 'stage' ? 'terminals' : 'stage';
    const left = pane === 'lesson' ? others : others.filter((one) => one !== other);
    this.hidden = others.length < this.hidden.length ? others : [...left, pane];
    this.maximised = undefined;
  }

  toggleMaximised(pane: Pane): void {
    this.maximised = this.maximised === pane ? undefined : pane;
  }

  close(): void {
    this.#query.removeEventListener('change', this.#onChange);
  }
}
