import type { SavedLab } from '../lab/index.ts';

/**
 * What the page remembers: where the learner was, which steps are done, and the labs themselves. All in `localStorage`, under one prefix.
 *
 * Storage may be full, forbidden or damaged: then the page says so once and goes on without it; nothing that runs is lost.
 */
const PREFIX = 'swarm-lab/1/';

export type StorageProblem = 'full' | 'forbidden' | 'damaged';

export interface Preferences {
  readonly theme: 'light' | 'dark' | 'system';
  readonly size: 'normal' | 'large';
}

/** Which steps of which lessons are done, and where the learner was last. */
export interface Progress {
  readonly lessons: Readonly<Record<string, readonly boolean[]>>;
  readonly last: { readonly lesson: string; readonly step: number } | undefined;
}

const NO_PROGRESS: Progress = { lessons: {}, last: undefined };

class Storage {
  problem = $state<StorageProblem | undefined>(undefined);
  preferences = $state.raw<Preferences>({ theme: 'system', size: 'normal' });
  progress = $state.raw<Progress>(NO_PROGRESS);

  constructor() {
    this.preferences = this.#read('preferences', isPreferences) ?? this.preferences;
    this.progress = this.#read('progress', isProgress) ?? NO_PROGRESS;
  }

  setPreferences(change: Partial<Preferences>): void {
    this.preferences = { ...this.preferences, ...change };
    this.#write('preferences', this.preferences);
  }

  /** Steps that were done once stay done. */
  setProgress(lesson: string, step: number, done: readonly boolean[]): void {
    const before = this.progress.lessons[lesson] ?? [];
    const merged = done.map((isDone, i) => isDone || (before[i] ?? false));
    this.progress = { lessons: { ...this.progress.lessons, [lesson]: merged }, last: { lesson, step } };
    this.#write('progress', this.progress);
  }

  /** `key`: `lesson/14-swarm-init`, `free/3/3`. */
  lab(key: string): SavedLab | undefined {
    return this.#read(`lab/${key}`, isSavedLab);
  }

  saveLab(key: string, saved: SavedLab): void {
    this.#write(`lab/${key}`, saved);
  }

  removeLab(key: string): void {
    try {
      localStorage.removeItem(`${PREFIX}lab/${key}`);
    } catch {
      this.problem = 'forbidden';
    }
  }

  #read<T>(key: string, isValid: (value: unknown) => value is T): T | undefined {
    try {
      const text = localStorage.getItem(PREFIX + key);
      if (text === null) return undefined;
      const value: unknown = JSON.parse(text);
      if (isValid(value)) return value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        this.problem = 'forbidden';
        return undefined;
      }
    }
    this.problem = 'damaged';
    return undefined;
  }

  #write(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        localStorage.setItem(PREFIX + key, text);
        return;
      } catch (error) {
        const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
        this.problem = isFull ? 'full' : 'forbidden';
        if (!isFull || !this.#makeRoom(PREFIX + key)) return;
      }
    }
  }

  /** Drops the largest other saved lab. False when there is none. */
  #makeRoom(keep: string): boolean {
    const labs = Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}lab/`) && key !== keep);
    const largest = labs.sort((a, b) => (localStorage.getItem(b)?.length ?? 0) - (localStorage.getItem(a)?.length ?? 0))[0];
    if (largest === undefined) return false;
    localStorage.removeItem(largest);
    return true;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPreferences(value: unknown): value is Preferences {
  return isRecord(value) && ['light', 'dark', 'system'].includes(String(value['theme'])) && ['normal', 'large'].includes(String(value['size']));
}

function isProgress(value: unknown): value is Progress {
  return isRecord(value) && isRecord(value['lessons']) && Object.values(value['lessons']).every((steps) => Array.isArray(steps));
}

function isSavedLab(value: unknown): value is SavedLab {
  return isRecord(value) && typeof value['template'] === 'string' && typeof value['seed'] === 'string' && Array.isArray(value['inputs']) && isRecord(value['open']);
}

export const storage = new Storage();
