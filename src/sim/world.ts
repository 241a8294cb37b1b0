import { assert } from './assert.ts';
import { EPOCH_MS, rfc3339Nano } from './clock.ts';
import { EventQueue, type SimEvent } from './queue.ts';
import { Random } from './random.ts';
import { Trace } from './trace.ts';

/** A thing that was put into the queue and can be taken out again. */
export interface Timer {
  readonly atMs: number;
  cancel(): void;
}

/** What components get of the world: time, chance and the trace, and nothing else. */
export interface Scheduler {
  /** Virtual milliseconds since the lab began. */
  readonly nowMs: number;
  /** The wall clock of virtual time: milliseconds since 1970. */
  readonly unixMs: number;
  /** Runs `run` after `delayMs` (0: later in this same millisecond). The event inherits the current cause. */
  schedule(delayMs: number, what: string, run: () => void): Timer;
  /** The component's own stream of chance. The same name gives the same stream object. */
  random(name: string): Random;
  /** Records a trace entry that follows from the current cause; returns its id. */
  emit(kind: string, data: Readonly<Record<string, unknown>>): number;
  /** Runs `run` with `cause` (a trace id) as the current cause: what it emits and schedules follows from it. */
  because<T>(cause: number, run: () => T): T;
  /** The current cause: a trace id, or 0. */
  readonly cause: number;
  /** The wall clock as Docker prints it in JSON. */
  timestamp(): string;
  /** A host call: virtual time stands still until `isReady` holds. */
  hold(isReady: () => boolean): void;
}

/** The deterministic world: one clock, one queue, one diary. The same seed and inputs give the same events in the same order. */
export class World implements Scheduler {
  readonly seed: string;
  readonly trace = new Trace();
  readonly epochMs: number;
  readonly #queue = new EventQueue();
  readonly #streams = new Map<string, Random>();
  #nowMs = 0;
  #sequence = 0;
  #cause = 0;
  #eventsRun = 0;
  #hold: (() => boolean) | undefined;

  constructor(seed: string, epochMs: number = EPOCH_MS) {
    this.seed = seed;
    this.epochMs = epochMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get unixMs(): number {
    return this.epochMs + this.#nowMs;
  }

  get cause(): number {
    return this.#cause;
  }

  /** Events run since the lab began. */
  get eventsRun(): number {
    return this.#eventsRun;
  }

  timestamp(): string {
    return rfc3339Nano(this.unixMs);
  }

  random(name: string): Random {
    let stream = this.#streams.get(name);
    if (!stream) this.#streams.set(name, (stream = new Random(this.seed, name)));
    return stream;
  }

  schedule(delayMs: number, what: string, run: () => void): Timer {
    assert(
      delayMs >= 0 && Number.isInteger(delayMs),
      `delay of ${what} must be a whole number of ms, not ${delayMs}`,
    );
    const event: SimEvent = {
      atMs: this.#nowMs + delayMs,
      sequence: this.#sequence++,
      what,
      cause: this.#cause,
      run,
    };
    this.#queue.push(event);
    return {
      atMs: event.atMs,
      cancel: () => {
        event.run = undefined;
      },
    };
  }

  emit(kind: string, data: Readonly<Record<string, unknown>>): number {
    return this.trace.add(this.#nowMs, kind, this.#cause, data);
  }

  because<T>(cause: number, run: () => T): T {
    const before = this.#cause;
    this.#cause = cause;
    try {
      return run();
    } finally {
      this.#cause = before;
    }
  }

  /** When the next event is due, or undefined when nothing will ever happen again. */
  get nextAtMs(): number | undefined {
    return this.#queue.peek()?.atMs;
  }

  /** The next pending event that `wanted` accepts, by what it is called. For "약 9초 뒤 Down". */
  upcoming(
    wanted: (what: string) => boolean,
  ): { readonly what: string; readonly atMs: number } | undefined {
    return this.#queue.find((event) => wanted(event.what));
  }

  /**
   * Virtual time stands still until `isReady` holds: a host call. Whoever runs the lab looks at `isHeld`, fetches what is missing, and goes on.
   * What runs then is the same as if it had been there all along.
   */
  hold(isReady: () => boolean): void {
    if (!isReady()) this.#hold = isReady;
  }

  /** Nothing runs now: something from outside is awaited. */
  get isHeld(): boolean {
    if (this.#hold?.()) this.#hold = undefined;
    return this.#hold !== undefined;
  }

  /** Runs the next event; false when there is none at or before `limitMs`. */
  step(limitMs: number = Number.MAX_SAFE_INTEGER): boolean {
    const event = this.#queue.peek();
    if (!event || event.atMs > limitMs || this.isHeld) return false;
    this.#queue.pop();
    this.#nowMs = event.atMs;
    this.#cause = event.cause;
    this.#eventsRun++;
    const run = event.run as () => void;
    run();
    this.#cause = 0;
    return true;
  }

  /** Runs all events up to and including `atMs` and stands there. At most `eventsMax` events; returns false when that bound cut it short. */
  runUntil(atMs: number, eventsMax: number = Number.MAX_SAFE_INTEGER): boolean {
    for (let n = 0; this.step(atMs); n++) if (n >= eventsMax) return false;
    if (this.isHeld) return false;
    if (atMs > this.#nowMs) this.#nowMs = atMs;
    return true;
  }
}
