import type { SavedLab } from '../../lab/index.ts';
import type { LabClient } from '../lab.svelte.ts';
import { storage } from '../storage.svelte.ts';

/** A key is an input: writing the whole log at each would be too much. */
const WRITE_EVERY_MS = 700;
/** Time goes by without input, too; how far is written less often. */
const MOVED_EVERY_MS = 5_000;

/** Keeps the lab of one key in the storage, as it goes on. */
export class Saver {
  /** The last that the worker gave, or the log that it is made from. */
  #saved: SavedLab | undefined;
  readonly #key: string;
  readonly #lab: LabClient;
  #isDirty = false;
  #writtenAt = 0;
  #writtenMs = 0;
  readonly #timer = setInterval(() => this.#beat(), WRITE_EVERY_MS);
  readonly #onHide = (): void => this.write();

  constructor(key: string, lab: LabClient, saved?: SavedLab) {
    this.#key = key;
    this.#lab = lab;
    this.#saved = saved;
    addEventListener('pagehide', this.#onHide);
    document.addEventListener('visibilitychange', this.#onHide);
  }

  take(saved: SavedLab): void {
    this.#saved = saved;
    this.#isDirty = true;
  }

  /** The log as far as the lab has run. */
  get current(): SavedLab | undefined {
    const saved = this.#saved;
    return saved && { ...saved, nowMs: Math.max(saved.nowMs, this.#lab.reachedMs) };
  }

  write(): void {
    const { current } = this;
    if (!current) return;
    this.#isDirty = false;
    this.#writtenAt = performance.now();
    this.#writtenMs = current.nowMs;
    storage.saveLab(this.#key, current);
  }

  /** Stops keeping it; what there is stays written. */
  close(): void {
    clearInterval(this.#timer);
    removeEventListener('pagehide', this.#onHide);
    document.removeEventListener('visibilitychange', this.#onHide);
  }

  #beat(): void {
    const hasMoved =
      this.#lab.reachedMs !== this.#writtenMs &&
      performance.now() - this.#writtenAt > MOVED_EVERY_MS;
    if (this.#isDirty || hasMoved) this.write();
  }
}
