import { loadLesson } from 'virtual:lessons';
import type { LessonData, OpenOptions, SavedLab, TimelineEvent } from '../../lab/index.ts';
import { LabClient } from '../lab.svelte.ts';
import { router, type Route } from '../route.svelte.ts';
import type { Selection } from '../selection.ts';
import { storage } from '../storage.svelte.ts';
import { Claim } from './claim.ts';
import { Saver } from './saver.ts';

export type DeskRoute = Extract<Route, { place: 'lesson' | 'free' }>;

/** The tabs beside the machines' terminals. */
export const EDITOR = 'editor';
export const BROWSER = 'browser';

/** A word about the lab, with something to do about it. */
export interface DeskNotice {
  readonly kind: 'put-by' | 'other-version';
  readonly step?: number;
}

/**
 * One visit to the desk: which lab is open, how it is kept, what is in front.
 */
export class Desk {
  readonly route: DeskRoute;
  readonly lab = new LabClient((saved) => this.#take(saved));
  status = $state<'opening' | 'open' | 'missing' | 'elsewhere'>('opening');
  lesson = $state.raw<LessonData | undefined>(undefined);
  /** The name of a machine, EDITOR or BROWSER. */
  tab = $state('');
  selected = $state.raw<Selection | undefined>(undefined);
  notice = $state.raw<DeskNotice | undefined>(undefined);
  /** A command is waiting until the one that runs has ended. */
  queuedOn = $state<string | undefined>(undefined);
  /** What a line of Hangul jamo was meant to be, offered beside its error. */
  offer = $state.raw<{ readonly machine: string; readonly command: string } | undefined>(undefined);
  /** Asks a tab's terminal to take the keyboard: once for each count. */
  focusRequest = $state.raw({ tab: '', count: 0 });
  /** An address that the browser pane shall open, and the machine on which it was read. */
  browseRequest = $state.raw<
    { readonly url: string; readonly seenOn: string | undefined } | undefined
  >(undefined);
  /** This tab only looks on: another has the lab, nothing is kept. */
  isCopy = $state(false);
  readonly #key: string;
  readonly #claim: Claim;
  #saver: Saver | undefined;
  #release: () => void = () => undefined;
  #resumed: SavedLab | undefined;
  #failures = 0;
  #isClosed = false;
  #considered = '';

  constructor(route: DeskRoute) {
    this.route = route;
    this.#key =
      route.place === 'lesson'
        ? `lesson/${route.lesson}`
        : `free/${route.managers}/${route.workers}`;
    this.#claim = new Claim(this.#key, {
      onRelease: () => this.#saver?.write(),
      onLost: () => this.#lost(),
    });
  }

  /** The machines are on: there is something to type into. */
  get isReady(): boolean {
    return this.lab.view !== undefined && this.lab.failure === undefined;
  }

  /** Whether a prediction still locks commands and faults. */
  get isLocked(): boolean {
    return this.lab.lesson?.prediction?.isLocked ?? false;
  }

  get machines(): readonly string[] {
    return this.lab.view?.machines.map(({ name }) => name) ?? [];
  }

  /** The machine whose terminal is in front, or would be. */
  get machine(): string {
    return this.machines.includes(this.tab) ? this.tab : (this.machines[0] ?? '');
  }

  async start(): Promise<void> {
    const { route } = this;
    const isKept = storage.lab(this.#key) !== undefined;
    if (!isKept) this.#claim.assume();
    const [isMine, lesson] = await Promise.all([
      isKept ? this.#claim.ask() : true,
      route.place === 'lesson' ? loadLesson(route.lesson) : undefined,
    ]);
    if (this.#isClosed) return;
    this.lesson = lesson;
    if (route.place === 'lesson' && (!lesson || route.step >= lesson.steps.length))
      this.status = 'missing';
    else if (!isMine) this.status = 'elsewhere';
    else await this.#openKept();
  }

  /** Takes the lab from the other tab and goes on with it here. */
  async takeOver(): Promise<void> {
    await this.#claim.takeOver();
    this.isCopy = false;
    await this.#openKept();
  }

  /** A lab of this tab's own, fresh and not kept: the other tab goes on undisturbed. */
  async openCopy(): Promise<void> {
    this.isCopy = true;
    await this.#open(this.#fresh());
  }

  /** Types a command at a machine's prompt and runs it; the terminal comes to the front and takes the keyboard. */
  run(machine: string, command: string): void {
    this.show(machine);
    const terminal = this.lab.terminals.find((one) => one.terminal === machine);
    this.queuedOn = terminal && !terminal.isAtPrompt ? machine : undefined;
    // What stands half typed at the prompt gives way.
    const clear = terminal?.isAtPrompt ? '\x05\x15' : '';
    this.lab.type(machine, `${clear}${command.replaceAll('\n', '\r')}\r`);
  }

  /** Opens an address in the browser pane. */
  browse(url: string, seenOn?: string): void {
    this.browseRequest = { url, seenOn };
    this.tab = BROWSER;
  }

  /** Brings a tab to the front; its terminal takes the keyboard. */
  show(tab: string): void {
    this.tab = tab;
    this.focusRequest = { tab, count: this.focusRequest.count + 1 };
  }

  /** Brings a terminal to the front in which something is done; the keyboard goes along if it was in a terminal. */
  follow(machine: string): void {
    if (machine === this.tab) return;
    if (document.activeElement?.closest('[data-terminal]')) this.show(machine);
    else this.tab = machine;
  }

  /** Whether the last command of a machine was typed with the Korean keyboard on. */
  async consider(event: TimelineEvent): Promise<void> {
    if (
      !event.machine ||
      `${this.lab.epoch}/${event.id}` === this.#considered ||
      !maybeMistyped(event.text)
    )
      return;
    this.#considered = `${this.lab.epoch}/${event.id}`;
    const command = await this.lab.door.hangulCommand(event.text);
    if (command !== undefined) this.offer = { machine: event.machine, command };
  }

  takeOffer(): void {
    const { offer } = this;
    this.offer = undefined;
    if (offer) this.run(offer.machine, offer.command);
  }

  forgetOffer(machine: string): void {
    if (this.offer?.machine === machine) this.offer = undefined;
  }

  /** To the next step, in the same lab. */
  walk(step: number): void {
    router.walk(step);
  }

  async restartStep(): Promise<void> {
    const before = this.#saver?.current;
    if (this.lab.failure !== undefined) return this.#open(this.#fresh());
    if (before) this.#putBy(before);
    await this.lab.door.restartStep();
  }

  /** After the worker has stopped: the kept log again; when that stops it, too, all but the last that was done. */
  async rescue(): Promise<void> {
    const record = this.#saver?.current;
    if (!record) return this.#open(this.#fresh());
    this.#failures += 1;
    if (this.#failures > 1) this.lab.forgetTyped();
    await this.#open(this.#resume(this.#failures > 1 ? withoutLast(record) : record));
  }

  /** Goes back to the lab that was put by; the one that is open takes its place. */
  async swap(): Promise<void> {
    const spare = storage.spare(this.#key);
    const current = this.#saver?.current;
    if (!spare) return;
    if (current) storage.putBy(this.#key, current);
    this.notice = undefined;
    if (this.route.place === 'lesson' && spare.lesson)
      router.go({ ...this.route, step: spare.lesson.step }, { replace: true });
    await this.#open(this.#resume(spare));
  }

  /** The log of everything that was done, to hand on or to keep. */
  get log(): string {
    return JSON.stringify(this.#saver?.current ?? null);
  }

  close(): void {
    this.#isClosed = true;
    if (!this.isCopy && this.status === 'open') this.#saver?.write();
    this.#saver?.close();
    this.#release();
    this.#claim.close();
    this.lab.close();
  }

  async #openKept(): Promise<void> {
    const kept = storage.lab(this.#key);
    const { route } = this;
    if (!kept) return this.#open(this.#fresh());
    if (route.place === 'free' || kept.lesson?.step === route.step)
      return this.#open(this.#resume(kept));
    this.#putBy(kept);
    await this.#open(this.#fresh());
  }

  #putBy(saved: SavedLab): void {
    storage.putBy(this.#key, saved);
    this.notice = {
      kind: 'put-by',
      ...(saved.lesson ? { step: saved.lesson.step } : {}),
    };
  }

  #fresh(): OpenOptions {
    const { route, lesson } = this;
    if (route.place === 'free')
      return { kind: 'free', managers: route.managers, workers: route.workers, seed: anySeed() };
    const step = router.current.place === 'lesson' ? router.current.step : route.step;
    return { kind: 'lesson', lesson: lesson as LessonData, step };
  }

  #resume(record: SavedLab): OpenOptions {
    this.#resumed = record;
    return { kind: 'resume', record, ...(this.lesson ? { lesson: this.lesson } : {}) };
  }

  async #open(options: OpenOptions): Promise<void> {
    this.status = 'open';
    this.#saver?.close();
    const kept = options.kind === 'resume' ? options.record : undefined;
    this.#saver = this.isCopy ? undefined : new Saver(this.#key, this.lab, kept);
    this.#release();
    const entry = options.kind === 'resume' ? router.labOfEntry : undefined;
    this.#release = router.hold(entry ?? anySeed(), (step) => void this.lab.door.setStep(step));
    await this.lab.open(options);
  }

  #take(saved: SavedLab): void {
    const resumed = this.#resumed;
    this.#resumed = undefined;
    // The same log has to give the same lab; where it does not, the lab's version has changed.
    if (resumed?.nowMs === saved.nowMs && resumed.fingerprint !== '' && isElse(resumed, saved))
      this.notice = { kind: 'other-version' };
    this.#saver?.take(saved);
    if (saved.lesson && !this.isCopy)
      storage.setProgress(saved.lesson.id, saved.lesson.step, saved.lesson.done);
  }

  #lost(): void {
    this.#saver?.close();
    this.#saver = undefined;
    this.lab.close();
    this.status = 'elsewhere';
  }
}

function isElse(resumed: SavedLab, saved: SavedLab): boolean {
  // A record that was carried on by the page's own clock has no fingerprint of that moment.
  const at = Number(resumed.fingerprint.split('/')[0]);
  return at === resumed.nowMs && resumed.fingerprint !== saved.fingerprint;
}

/** Korean stands in honest commands, too (`echo 안녕`): jamo that make no syllable do not, nor a Korean command's name. */
function maybeMistyped(line: string): boolean {
  return /[\u3131-\u318e]/.test(line) || /^\s*\S*[\uac00-\ud7a3]/.test(line);
}

function withoutLast(record: SavedLab): SavedLab {
  const inputs = record.inputs.slice(0, -1);
  return { ...record, inputs, nowMs: inputs.at(-1)?.atMs ?? 0 };
}

function anySeed(): string {
  return [...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join('');
}
