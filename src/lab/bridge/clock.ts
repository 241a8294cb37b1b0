import type { Lab } from '../lab.ts';

/** How often the lab catches up with the real clock when nobody asks anything. */
const BEAT_MS = 5;
const EVENTS_PER_BEAT = 50_000;
/** A computer that slept does not run the night in one go. */
const LOST_AFTER_MS = 200;

/** Virtual time follows the real clock, `speed` times as fast; what a slow computer cannot run is not made up for. */
export class Clock {
  readonly #lab: Lab;
  readonly #speed: number;
  #lastMs = performance.now();
  #owedMs = 0;

  constructor(lab: Lab, speed: number) {
    this.#lab = lab;
    this.#speed = speed;
  }

  start(): void {
    setInterval(() => this.catchUp(), BEAT_MS);
  }

  /** Runs the lab up to this moment. */
  catchUp(): void {
    const nowMs = performance.now();
    this.#owedMs += Math.min(nowMs - this.#lastMs, LOST_AFTER_MS) * this.#speed;
    this.#lastMs = nowMs;
    const whole = Math.floor(this.#owedMs);
    this.#owedMs -= whole;
    this.#lab.runUntil(this.#lab.nowMs + whole, EVENTS_PER_BEAT);
  }

  /** Does something to the lab that comes from outside: it meets the lab of this moment, and what follows at once is done. */
  enter(act: () => void): void {
    this.catchUp();
    act();
    this.#lab.runUntil(this.#lab.nowMs, EVENTS_PER_BEAT);
  }

  /**
   * The lab's time, in seconds since 1970, for a time that a client computed with its own clock (`--since 10m`): as long ago in the lab
   * as it is here. A time that has not come here yet was read off the lab, whose clock may be ahead.
   */
  inLab(seconds: number): number {
    const agoMs = Date.now() - seconds * 1000;
    return agoMs < -1000 ? seconds : (this.#lab.world.unixMs - agoMs) / 1000;
  }
}
