import type { SavedLab } from '../lab/index.ts';

/**
 * What the page remembers: where the learner was, which steps are done, and the labs themselves. All in `localStorage`,
 * under one prefix.
 *
 * Storage may be full, forbidden or damaged: then the page says so once and goes on without it; nothing that runs is lost.
 */
const PREFIX = 'swarm-lab/1/';

export type StorageProblem = 'full' | 'forbidden' | 'damaged';

export interface Preferences {
  readonly theme: 'light' | 'dark' | 'system';
  readonly size: 'normal' | 'large';
  /** Parts of the desk that the lesson and the stage take, from 0 to 1. */
  readonly lessonShare?: number;
  readonly stageShare?: number;
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
    const { last } = this.progress;
    const isKnown = merged.every((isDone, i) => isDone === before[i]);
    if (isKnown && last?.lesson === lesson && last.step === step) return;
    this.progress = {
      lessons: { ...this.progress.lessons, [lesson]: merged },
      last: { lesson, step },
    };
    this.#write('progress', this.progress);
  }

  /** `key`: `lesson/14-swarm-init`, `free/3/3`. */
  lab(key: string): SavedLab | undefined {
    return this.#read(`lab/${key}`, isSavedLab);
  }

  saveLab(key: string, saved: SavedLab): void {
    this.#write(`lab/${key}`, saved);
  }

  /** Puts a lab by that gives way to a new one, so that the learner can go back to it. */
  putBy(key: string, saved: SavedLab): void {
    this.#write(`spare/${key}`, saved);
  }

  spare(key: string): SavedLab | undefined {
    return this.#read(`spare/${key}`, isSavedLab);
  }

  #read<T>(key: string, isValid: (value: unknown) => value is T): T | undefined {
    try {
      const text = localStorage.getItem(PREFIX + key);
      if (text === null) return undefined;
      const value = parsed(text);
      if (isValid(value)) return value;
      // What cannot be read is not written over: it moves aside.
      localStorage.setItem(`${PREFIX}damaged/${key}`, text);
      localStorage.removeItem(PREFIX + key);
      this.problem = 'damaged';
    } catch (error) {
      this.problem = isFull(error) ? 'full' : 'forbidden';
    }
    return undefined;
  }

  #write(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        localStorage.setItem(PREFIX + key, text);
        return;
      } catch (error) {
        this.problem = isFull(error) ? 'full' : 'forbidden';
        if (this.problem !== 'full' || !this.#makeRoom(PREFIX + key)) return;
      }
    }
  }

  /** Drops what was only put by. False when there is nothing of the kind: a lab in use is never dropped for another. */
  #makeRoom(keep: string): boolean {
    const spare = Object.keys(localStorage).filter(
      (key) => /^swarm-lab\/1\/(spare|damaged)\//.test(key) && key !== keep,
    );
    for (const key of spare) localStorage.removeItem(key);
    if (spare.length > 0) this.problem = undefined;
    return spare.length > 0;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShare(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && value > 0 && value < 1);
}

function isPreferences(value: unknown): value is Preferences {
  return (
    isRecord(value) &&
    ['light', 'dark', 'system'].includes(String(value['theme'])) &&
    ['normal', 'large'].includes(String(value['size'])) &&
    isShare(value['lessonShare']) &&
    isShare(value['stageShare'])
  );
}

function isProgress(value: unknown): value is Progress {
  if (!isRecord(value) || !isRecord(value['lessons'])) return false;
  const { last } = value;
  return (
    Object.values(value['lessons']).every((steps) => Array.isArray(steps)) &&
    (last === undefined ||
      (isRecord(last) && typeof last['lesson'] === 'string' && typeof last['step'] === 'number'))
  );
}

function isSavedLab(value: unknown): value is SavedLab {
  return (
    isRecord(value) &&
    typeof value['template'] === 'string' &&
    typeof value['seed'] === 'string' &&
    typeof value['nowMs'] === 'number' &&
    Array.isArray(value['inputs']) &&
    isRecord(value['open'])
  );
}

export const storage = new Storage();
