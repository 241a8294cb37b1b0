/**
 * Standard streams of a container or an exec: the process on one side, the log and those who are attached on the other.
 *
 * Real: moby container/stream/{streams,attach}.go, daemon/attach.go, pkg/stdcopy.
 */
import {
  emptyInput,
  Pipe,
  sink,
  Terminal,
  Throttle,
  utf8Length,
  type HttpWire,
  type Kernel,
  type Pace,
  type Readable,
  type Writable,
} from '../../sim/index.ts';
import type { StreamName } from './logs.ts';

/** What the daemon copies and keeps: some twenty thousand short lines a second. Whoever prints more waits for it. */
const PACE: Pace = { burst: 262_144, perMs: 400, perLine: 16 };
/** How often a full client is looked at again. */
const FULL_MS = 10;

export interface IOOptions {
  readonly kernel: Kernel;
  readonly isTty: boolean;
  readonly hasStdin: boolean;
  /** Rows, columns. */
  readonly consoleSize: readonly [number, number] | null | undefined;
  /** Everything that is printed, for the log. */
  readonly onOutput: (stream: StreamName, text: string) => void;
}

export interface Attached {
  readonly data: (stream: StreamName, text: string) => void;
  readonly end: () => void;
  /** The client does not read as fast as the container writes: the container waits. */
  readonly isFull?: () => boolean;
}

export class ContainerIO {
  readonly terminal: Terminal | undefined;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly #stdinPipe: Pipe | undefined;
  readonly #attached = new Set<Attached>();
  readonly #onOutput: IOOptions['onOutput'];
  readonly #kernel: Kernel;
  readonly #throttle: Throttle;
  #isEnded = false;

  constructor(options: IOOptions) {
    this.#onOutput = options.onOutput;
    this.#kernel = options.kernel;
    this.#throttle = new Throttle(options.kernel.world, PACE);
    if (options.isTty) {
      const [rows, columns] = options.consoleSize ?? [0, 0];
      this.terminal = new Terminal(options.kernel, columns || 80, rows || 24, (text) =>
        this.#output('stdout', text),
      );
      this.stdin = options.hasStdin ? this.terminal.input : emptyInput;
      this.stdout = this.#held(this.terminal.output);
      this.stderr = this.stdout;
      return;
    }
    if (options.hasStdin) this.#stdinPipe = new Pipe(Number.MAX_SAFE_INTEGER);
    this.stdin = this.#stdinPipe?.reader ?? emptyInput;
    this.stdout = this.#held(sink((text) => this.#output('stdout', text)));
    this.stderr = this.#held(sink((text) => this.#output('stderr', text)));
  }

  /** A stream that takes no more than the daemon and those who are attached can. */
  #held(stream: Writable): Writable {
    return {
      ...stream,
      get isBroken() {
        return stream.isBroken;
      },
      put: (text) => {
        if (this.#throttle.isFull || this.#isAnyFull()) return false;
        if (!stream.put(text)) return false;
        this.#throttle.took(text);
        return true;
      },
      whenWritable: (notify) => {
        if (this.#throttle.isFull) return this.#throttle.whenFree(notify);
        if (!this.#isAnyFull()) return stream.whenWritable(notify);
        const timer = this.#kernel.world.schedule(FULL_MS, 'client is full', notify);
        return () => timer.cancel();
      },
    };
  }

  #isAnyFull(): boolean {
    for (const one of this.#attached) if (one.isFull?.() === true) return true;
    return false;
  }

  /** Typed or piped into the container. */
  input(text: string): void {
    if (this.terminal) this.terminal.feed(text);
    else this.#stdinPipe?.writer.put(text);
  }

  endInput(): void {
    this.#stdinPipe?.end();
  }

  attach(attached: Attached): () => void {
    if (this.#isEnded) {
      attached.end();
      return () => {};
    }
    this.#attached.add(attached);
    return () => void this.#attached.delete(attached);
  }

  /** The process has ended. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.terminal?.hangUp();
    const all = [...this.#attached];
    this.#attached.clear();
    for (const one of all) one.end();
  }

  #output(stream: StreamName, text: string): void {
    if (this.#isEnded) return;
    this.#onOutput(stream, text);
    for (const one of [...this.#attached]) one.data(stream, text);
  }
}

/** Writes to a connection without ever blocking the daemon: what does not fit waits here. */
export class WireWriter {
  readonly #wire: HttpWire;
  readonly #isRaw: boolean;
  readonly #backlog: string[] = [];
  #isClosing = false;

  /** `isRaw`: a terminal's bytes as they are; else frames of stdout and stderr. */
  constructor(wire: HttpWire, isRaw: boolean) {
    this.#wire = wire;
    this.#isRaw = isRaw;
  }

  write(stream: StreamName, text: string): void {
    if (text === '') return;
    this.#put(this.#isRaw ? text : frames(stream, text));
  }

  /** More waits than a connection holds. */
  get isFull(): boolean {
    return this.#backlog.length > 4;
  }

  close(): void {
    this.#isClosing = true;
    if (this.#backlog.length === 0) this.#wire.close();
  }

  #put(text: string): void {
    if (this.#backlog.length > 0 || !this.#wire.writer.put(text)) {
      this.#backlog.push(text);
      if (this.#backlog.length === 1) this.#wire.writer.whenWritable(() => this.#drain());
    }
  }

  #drain(): void {
    while (this.#backlog.length > 0) {
      if (!this.#wire.writer.put(this.#backlog[0] as string))
        return void this.#wire.writer.whenWritable(() => this.#drain());
      this.#backlog.shift();
    }
    if (this.#isClosing) this.#wire.close();
  }
}

/** Longest payload of a frame, in bytes: as much as the daemon copies at a time. */
const FRAME_MAX = 32 * 1024;

/** `text` as frames of docker's multiplexed stream: eight characters of head (stream, 0, 0, 0, length), then so many UTF-8 bytes. */
export function frames(stream: StreamName, text: string): string {
  let out = '';
  let rest = text;
  while (rest !== '') {
    const piece = beginning(rest, FRAME_MAX);
    const bytes = utf8Length(piece);
    out +=
      String.fromCharCode(
        stream === 'stdout' ? 1 : 2,
        0,
        0,
        0,
        0,
        bytes >> 16,
        (bytes >> 8) & 255,
        bytes & 255,
      ) + piece;
    rest = rest.slice(piece.length);
  }
  return out;
}

/** The longest beginning of `text` that fits into `limit` bytes. */
function beginning(text: string, limit: number): string {
  if (utf8Length(text) <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** `ctrl-p,ctrl-q` as the characters that a terminal sends. */
export function detachSequence(keys: string): string {
  return keys
    .split(',')
    .map((key) =>
      /^ctrl-.$/i.test(key)
        ? String.fromCharCode((key.toLowerCase().charCodeAt(5) || 0) & 31)
        : key,
    )
    .join('');
}

/** Passes typed text on until the detach sequence comes. */
export class DetachWatcher {
  readonly #sequence: string;
  #held = '';

  constructor(sequence: string) {
    this.#sequence = sequence;
  }

  /** What may go on; `isDetached` when the sequence was typed. */
  feed(text: string): { readonly text: string; readonly isDetached: boolean } {
    if (this.#sequence === '') return { text, isDetached: false };
    let out = '';
    for (const key of text) {
      const wanted = this.#sequence[this.#held.length];
      if (key === wanted) {
        this.#held += key;
        if (this.#held === this.#sequence) return { text: out, isDetached: true };
      } else {
        out += this.#held;
        this.#held = '';
        if (key === this.#sequence[0]) this.#held = key;
        else out += key;
      }
    }
    return { text: out, isDetached: false };
  }
}
