import { COOKED, RAW, read, write } from '../sys.ts';
import type { Process, Program, Sys } from '../sys.ts';
import { linesOf, openInput, readWhole, reason } from './input.ts';
import { fail, withOptions } from './options.ts';

/** `less` and `more`: a screenful at a time at a terminal, else all at once as `cat` does. Keys: space, Enter, b, g, G, arrows, /, n, q. */
export const pager: Program = (process) =>
  withOptions(process, 'N R S F X i e d f r n +', function* (options) {
    let text = '';
    for (const name of options.operands.length > 0 ? options.operands : ['-']) {
      try {
        text += yield* readWhole(openInput(process, name));
      } catch (error) {
        return yield* fail(process, `${name}: ${reason(error)}`);
      }
    }
    const { terminal } = process;
    const lines = linesOf(text).map((line, i) =>
      options.has('N') ? `${String(i + 1).padStart(7)} ${line}` : line,
    );
    if (!terminal || process.stdout.terminal !== terminal || lines.length < terminal.rows) {
      yield* write(process.stdout, text);
      return 0;
    }
    return yield* new Pager(process, lines).run();
  });

class Pager {
  readonly #process: Process;
  readonly #lines: readonly string[];
  #top = 0;
  #pattern = '';

  constructor(process: Process, lines: readonly string[]) {
    this.#process = process;
    this.#lines = lines;
  }

  get #room(): number {
    return Math.max(1, (this.#process.terminal?.rows ?? 24) - 1);
  }

  *run(): Sys<number> {
    const { terminal } = this.#process;
    if (!terminal) return 0;
    terminal.setMode({ ...RAW, signals: true });
    yield* write(this.#process.stdout, '\u001b[?1049h');
    try {
      for (;;) {
        yield* this.#draw();
        const key = yield* read(terminal.input);
        if (key === '' || /^[qQ]/.test(key)) return 0;
        if (key === '/') yield* this.#search();
        else this.#move(key);
      }
    } finally {
      terminal.setMode(COOKED);
      terminal.output.put('\u001b[?1049l');
    }
  }

  #move(key: string): void {
    const last = Math.max(0, this.#lines.length - this.#room);
    const steps: Readonly<Record<string, number>> = {
      ' ': this.#room,
      f: this.#room,
      '\u001b[6~': this.#room,
      b: -this.#room,
      '\u001b[5~': -this.#room,
      '\r': 1,
      '\n': 1,
      j: 1,
      '\u001b[B': 1,
      '\u001bOB': 1,
      k: -1,
      '\u001b[A': -1,
      '\u001bOA': -1,
      d: this.#room >> 1,
      u: -(this.#room >> 1),
    };
    if (key === 'g' || key === '\u001b[H') this.#top = 0;
    else if (key === 'G' || key === '\u001b[F') this.#top = last;
    else if (key === 'n') this.#find(this.#top + 1);
    else this.#top = Math.max(0, Math.min(last, this.#top + (steps[key] ?? 0)));
  }

  *#search(): Sys<void> {
    let text = '';
    for (;;) {
      yield* write(this.#process.stdout, `\r\u001b[K/${text}`);
      const key = yield* read(this.#process.stdin);
      if (key === '' || key === '\r' || key === '\n') break;
      text = key === '\u007f' ? text.slice(0, -1) : text + key;
    }
    if (text !== '') this.#pattern = text;
    this.#find(this.#top);
  }

  #find(from: number): void {
    const found = this.#lines.findIndex((line, i) => i >= from && line.includes(this.#pattern));
    if (found >= 0) this.#top = Math.min(found, Math.max(0, this.#lines.length - this.#room));
  }

  *#draw(): Sys<void> {
    const columns = this.#process.terminal?.columns ?? 80;
    const shown = this.#lines
      .slice(this.#top, this.#top + this.#room)
      .map((line) => [...line].slice(0, columns).join(''));
    const isEnd = this.#top + this.#room >= this.#lines.length;
    yield* write(
      this.#process.stdout,
      `\u001b[H\u001b[2J${shown.join('\n')}\n${isEnd ? '\u001b[7m(END)\u001b[27m' : ':'}`,
    );
  }
}
