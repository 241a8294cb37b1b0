/**
 * Puts a tick off while commits follow one another, but not for long.
 *
 * Real: swarmkit manager/scheduler/scheduler.go (Run: commitDebounceGap, maxLatency)
 */
import type { Scheduler as World, Timer } from '../../sim/index.ts';

/** A tick comes this long after the last commit, ... */
const COMMIT_DEBOUNCE_MS = 50;
/** ... and is put off by another one only so long after the first. */
const LATENCY_MS_MAX = 1000;

export class Debounce {
  readonly #world: World;
  readonly #what: string;
  readonly #run: () => void;
  #pending: { readonly sinceMs: number; readonly timer: Timer } | undefined;

  constructor(world: World, what: string, run: () => void) {
    this.#world = world;
    this.#what = what;
    this.#run = run;
  }

  /** There was a commit. */
  commit(): void {
    const sinceMs = this.#pending?.sinceMs ?? this.#world.nowMs;
    this.#pending?.timer.cancel();
    if (this.#world.nowMs - sinceMs > LATENCY_MS_MAX) return this.#fire();
    const timer = this.#world.schedule(COMMIT_DEBOUNCE_MS, this.#what, () => this.#fire());
    this.#pending = { sinceMs, timer };
  }

  cancel(): void {
    this.#pending?.timer.cancel();
    this.#pending = undefined;
  }

  #fire(): void {
    this.#pending = undefined;
    this.#run();
  }
}
