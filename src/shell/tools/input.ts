import { grow, read, SystemError } from '../sys.ts';
import type { Process, Readable, Sys } from '../sys.ts';
import { openToRead } from '../run/streams.ts';

/** What a tool holds of an endless line, or of a whole file. What comes after is counted as memory and not kept. */
const TEXT_MAX = 64 * 1024 * 1024;
/** A buffer this long shows in the memory of its process. */
const COUNTED_MIN = 1024 * 1024;

/** Opens an operand: `-` is standard input. */
export function openInput(process: Process, name: string): Readable {
  return name === '-' ? process.stdin : openToRead(process, name);
}

/** Lines as they come: each batch holds what one read completed, so that a pipe flows while its writer still runs. */
export class Lines {
  readonly #stream: Readable;
  #rest = '';
  #isAtEnd = false;
  #isLost = false;
  /** Whether the last line had no newline. */
  isCut = false;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  /** The next lines without their newlines; undefined at the end. */
  *batch(): Sys<readonly string[] | undefined> {
    while (!this.#isAtEnd) {
      const text = yield* read(this.#stream);
      if (text === '') {
        this.#isAtEnd = true;
        if (this.#isLost) throw new SystemError('ENOMEM');
        if (this.#rest === '') return undefined;
        this.isCut = true;
        return [this.#rest];
      }
      const all = this.#rest + text;
      const end = all.lastIndexOf('\n');
      if (end < 0) {
        if (all.length > COUNTED_MIN) yield* grow(text.length);
        if (all.length <= TEXT_MAX) this.#rest = all;
        else this.#isLost = true;
        continue;
      }
      this.#rest = all.slice(end + 1);
      return all.slice(0, end).split('\n');
    }
    return undefined;
  }
}

/** All of a stream. */
export function* readWhole(stream: Readable): Sys<string> {
  let all = '';
  let isLost = false;
  for (;;) {
    const text = yield* read(stream);
    if (text === '' && isLost) throw new SystemError('ENOMEM');
    if (text === '') return all;
    if (all.length > COUNTED_MIN) yield* grow(text.length);
    if (all.length + text.length <= TEXT_MAX) all += text;
    else isLost = true;
  }
}

/** The lines of a text; a newline at the end begins no further line. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** A failed call as tools report it: `name: what: No such file or directory`. */
export function reason(error: unknown): string {
  if (error instanceof SystemError) return error.text;
  throw error;
}
