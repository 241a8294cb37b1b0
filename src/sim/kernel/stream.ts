import { assert } from '../assert.ts';
import type { Scheduler } from '../world.ts';

/** How many characters a pipe holds before its writers wait (Linux: 64 KiB). */
export const PIPE_CAPACITY = 65_536;

/**
 * The reading end of a stream of text. Text is JavaScript text, not bytes: who counts bytes counts UTF-8 (`utf8Length`).
 */
export interface Readable {
  /** Up to `max` characters, '' at the end of the stream, or undefined when nothing is there yet. */
  take(max?: number): string | undefined;
  /** Calls `notify` once, when `take` may have something to say. Returns what cancels it. */
  whenReadable(notify: () => void): () => void;
  /** One more holder of this end. */
  retain(): void;
  /** One holder less; with the last one the end is closed. */
  release(): void;
  /** The terminal behind it, if it is one. */
  readonly terminal?: unknown;
}

/** The writing end of a stream of text. */
export interface Writable {
  /** Takes all of `text` and returns true; false when it is full for now. Text after the reader has gone: see `isBroken`. */
  put(text: string): boolean;
  /** True when nobody will ever read it: a writer gets SIGPIPE. */
  readonly isBroken: boolean;
  whenWritable(notify: () => void): () => void;
  retain(): void;
  release(): void;
  readonly terminal?: unknown;
}

/** A pipe: text goes in at one end and comes out at the other, in order. Both ends count their holders. */
export class Pipe {
  readonly reader: Readable;
  readonly writer: Writable;
  #chunks: string[] = [];
  #size = 0;
  #readers = 0;
  #writers = 0;
  #isEnded = false;
  #isBroken = false;
  readonly #waitingToRead = new Set<() => void>();
  readonly #waitingToWrite = new Set<() => void>();

  /** The ends begin without holders: `retain` before use (spawning a process does), or `end` and `break` by hand. */
  constructor(capacity: number = PIPE_CAPACITY) {
    this.reader = {
      take: (max = PIPE_CAPACITY) => this.#take(max),
      whenReadable: (notify) => subscribe(this.#waitingToRead, notify),
      retain: () => void this.#readers++,
      release: () => {
        if (--this.#readers <= 0) this.break();
      },
    };
    const isBroken = (): boolean => this.#isBroken;
    this.writer = {
      put: (text) => {
        if (this.#isBroken || this.#isEnded) return true;
        if (this.#size >= capacity) return false;
        this.#push(text);
        return true;
      },
      get isBroken() {
        return isBroken();
      },
      whenWritable: (notify) => subscribe(this.#waitingToWrite, notify),
      retain: () => void this.#writers++,
      release: () => {
        if (--this.#writers <= 0) this.end();
      },
    };
  }

  /** Nothing more will be written: readers see the end after what is left. */
  end(): void {
    this.#isEnded = true;
    wakeAll(this.#waitingToRead);
  }

  /** Nobody will read any more: what is left is dropped, writers get SIGPIPE. */
  break(): void {
    this.#isBroken = true;
    this.#chunks = [];
    this.#size = 0;
    wakeAll(this.#waitingToWrite);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  #push(text: string): void {
    if (text === '') return;
    this.#chunks.push(text);
    this.#size += text.length;
    wakeAll(this.#waitingToRead);
  }

  #take(max: number): string | undefined {
    if (this.#size === 0) return this.#isEnded ? '' : undefined;
    assert(max > 0, 'a read takes at least one character');
    let all = this.#chunks.length === 1 ? (this.#chunks[0] as string) : this.#chunks.join('');
    if (all.length > max) {
      this.#chunks = [all.slice(max)];
      all = all.slice(0, max);
    } else this.#chunks = [];
    this.#size -= all.length;
    wakeAll(this.#waitingToWrite);
    return all;
  }
}

/** A stream that is at its end from the beginning: `/dev/null` to read from. */
export const emptyInput: Readable = {
  take: () => '',
  whenReadable: (notify) => (notify(), () => {}),
  retain: () => {},
  release: () => {},
};

/** Text without an end: `/dev/zero`. `make` gives as many characters as asked for. */
export function endlessInput(make: (length: number) => string): Readable {
  return {
    ...emptyInput,
    take: (max = PIPE_CAPACITY) => make(Math.min(max, PIPE_CAPACITY)),
  };
}

/** Zeros without an end. */
export const zeroInput: Readable = endlessInput((length) => '\0'.repeat(length));

/** Takes everything and keeps nothing: `/dev/null` to write to. */
export const nullOutput: Writable = {
  put: () => true,
  isBroken: false,
  whenWritable: (notify) => (notify(), () => {}),
  retain: () => {},
  release: () => {},
};

/** An output that hands each text to `take` at once. */
export function sink(take: (text: string) => void): Writable {
  return { ...nullOutput, put: (text) => (take(text), true) };
}

/** An input that holds `text` and then ends. */
export function source(text: string): Readable {
  const pipe = new Pipe(Number.MAX_SAFE_INTEGER);
  pipe.writer.put(text);
  pipe.end();
  return pipe.reader;
}

/** Bytes of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

function subscribe(waiting: Set<() => void>, notify: () => void): () => void {
  waiting.add(notify);
  return () => void waiting.delete(notify);
}

/** Wakes those who waited when this began; who waits again meanwhile is not woken twice. */
function wakeAll(waiting: Set<() => void>): void {
  if (waiting.size === 0) return;
  const all = [...waiting];
  waiting.clear();
  for (const notify of all) notify();
}

/** How fast what is behind a stream takes text: a terminal draws so many lines a second, a log keeps so many. */
export interface Pace {
  /** Taken at once after a rest. */
  readonly burst: number;
  readonly perMs: number;
  /** What a line costs beside its characters. */
  readonly perLine: number;
}

/** Counts what has gone through and says whether more may come now. Who writes without an end is held back; who writes little never notices. */
export class Throttle {
  readonly #world: Scheduler;
  readonly #pace: Pace;
  #debt = 0;
  #atMs = 0;

  constructor(world: Scheduler, pace: Pace) {
    this.#world = world;
    this.#pace = pace;
  }

  get isFull(): boolean {
    return this.#owed() >= this.#pace.burst;
  }

  took(text: string): void {
    let lines = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
    this.#debt = this.#owed() + text.length + lines * this.#pace.perLine;
  }

  /** Calls `notify` when there is room again, for a good piece. */
  whenFree(notify: () => void): () => void {
    const tooMuch = this.#owed() - this.#pace.burst / 2;
    const timer = this.#world.schedule(
      Math.max(1, Math.ceil(tooMuch / this.#pace.perMs)),
      'drained',
      notify,
    );
    return () => timer.cancel();
  }

  #owed(): number {
    const { nowMs } = this.#world;
    this.#debt = Math.max(0, this.#debt - (nowMs - this.#atMs) * this.#pace.perMs);
    this.#atMs = nowMs;
    return this.#debt;
  }
}
