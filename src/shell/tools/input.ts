import { read, SystemError } from '../sys.ts';
import type { Process, Readable, Sys } from '../sys.ts';
import { openToRead } from '../run/streams.ts';

/** What a tool reads whole may be so long. */
const TEXT_MAX = 64 * 1024 * 1024;

/** Opens an operand: `-` is standard input. */
export function openInput(process: Process, name: string): Readable {
  return name === '-' ? process.stdin : openToRead(process, name);
}

/** Lines as they come: each batch holds what one read completed, so that a pipe flows while its writer still runs. */
export class Lines {
  readonly #stream: Readable;
  #rest = '';
  #isAtEnd = false;
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
        if (this.#rest === '') return undefined;
        this.isCut = true;
        return [this.#rest];
      }
      const all = this.#rest + text;
      const end = all.lastIndexOf('\n');
      if (end < 0) {
        this.#rest = all;
        if (all.length > TEXT_MAX) throw new SystemError('ENOMEM');
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
  for (;;) {
    const text = yield* read(stream);
    if (text === '') return all;
    all += text;
    if (all.length > TEXT_MAX) throw new SystemError('ENOMEM');
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
