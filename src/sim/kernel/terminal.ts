import type { Kernel } from './kernel.ts';
import { Throttle, type Pace, type Readable, type Writable } from './stream.ts';

/** How the line discipline treats what is typed (`stty`). */
export interface TerminalMode {
  /** Input comes in lines that can be edited; else key by key. */
  readonly canonical: boolean;
  readonly echo: boolean;
  /** Ctrl-C, Ctrl-\ and Ctrl-Z send signals to the foreground group. */
  readonly signals: boolean;
}

export const COOKED: TerminalMode = { canonical: true, echo: true, signals: true };
export const RAW: TerminalMode = { canonical: false, echo: false, signals: false };
/** What a line editor uses: keys one by one, no echo, but Ctrl-C is still a key. */
export const CBREAK: TerminalMode = { canonical: false, echo: false, signals: false };

/** What a terminal draws: about six thousand lines of eighty characters a second. */
const PACE: Pace = { burst: 262_144, perMs: 500, perLine: 4 };

/** Typed text that nobody reads is kept up to this length (Linux: 4096 for a line; pastes are longer). */
const INPUT_MAX = 1_048_576;

/**
 * A pseudo terminal: what is typed goes through the line discipline to whoever reads it; what is written goes to the screen.
 *
 * `feed` is the keyboard, `onOutput` the screen; both ends of a process's view are `input` and `output`.
 */
export class Terminal {
  columns: number;
  rows: number;
  /** The process group that gets signals from keys. */
  foreground = 0;
  readonly input: Readable;
  readonly output: Writable;
  readonly #kernel: Kernel;
  readonly #onOutput: (text: string) => void;
  #mode: TerminalMode = COOKED;
  /** Ready to be read. In canonical mode: whole lines. */
  #ready = '';
  /** The line being typed in canonical mode. */
  #line = '';
  #endsPending = 0;
  /** Shown at the end of `feed`, all at once. */
  #echoed = '';
  #isHungUp = false;
  readonly #waiting = new Set<() => void>();
  readonly #resized = new Set<() => void>();

  constructor(kernel: Kernel, columns: number, rows: number, onOutput: (text: string) => void) {
    this.#kernel = kernel;
    this.columns = columns;
    this.rows = rows;
    this.#onOutput = onOutput;
    this.input = {
      terminal: this,
      take: (max) => this.#take(max ?? INPUT_MAX),
      whenReadable: (notify) => {
        this.#waiting.add(notify);
        return () => void this.#waiting.delete(notify);
      },
      retain: () => {},
      release: () => {},
    };
    const isHungUp = (): boolean => this.#isHungUp;
    const throttle = new Throttle(kernel.world, PACE);
    this.output = {
      terminal: this,
      put: (text) => {
        if (this.#isHungUp) return true;
        if (throttle.isFull) return false;
        throttle.took(text);
        this.#onOutput(text.replace(/\r?\n/g, '\r\n'));
        return true;
      },
      get isBroken() {
        return isHungUp();
      },
      whenWritable: (notify) => throttle.whenFree(notify),
      retain: () => {},
      release: () => {},
    };
  }

  get mode(): TerminalMode {
    return this.#mode;
  }

  /** Whether somebody waits for input now. */
  get isAwaitingInput(): boolean {
    return this.#waiting.size > 0 && this.#ready === '';
  }

  /** Switches the line discipline; what was typed ahead is treated by the new rules. */
  setMode(mode: TerminalMode): void {
    const wasCanonical = this.#mode.canonical;
    this.#mode = mode;
    if (wasCanonical && !mode.canonical) {
      this.#ready += this.#line;
      this.#line = '';
    } else if (!wasCanonical && mode.canonical) {
      const ahead = this.#ready;
      this.#ready = '';
      for (const key of ahead) this.#key(key);
      this.#showEchoed();
    }
  }

  /** What was typed or pasted. */
  feed(text: string): void {
    if (this.#isHungUp) return;
    const isFull = this.#ready.length + this.#line.length > INPUT_MAX;
    if (!this.#mode.canonical && !this.#mode.signals) {
      if (!isFull) this.#deliver(text);
      return;
    }
    // Keys that send signals are heard also when nothing more is taken.
    for (const key of text) if (!isFull || isSignal(key)) this.#key(key);
    this.#showEchoed();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#kernel.signalGroup(this.foreground, 'SIGWINCH');
    for (const notify of this.#resized) notify();
  }

  /** Calls `notify` at each change of size. */
  onResize(notify: () => void): () => void {
    this.#resized.add(notify);
    return () => void this.#resized.delete(notify);
  }

  /** The line is gone (a closed tab, a lost ssh connection): readers see the end, writers SIGPIPE. */
  hangUp(): void {
    this.#isHungUp = true;
    this.#wake();
  }

  #key(key: string): void {
    if (this.#mode.signals && this.#signal(key)) return;
    if (!this.#mode.canonical) return this.#deliver(key);
    if (key === '\u007f' || key === '\b') return this.#erase(1);
    if (key === '\u0015') return this.#erase(this.#line.length);
    if (key === '\u0017') return this.#erase(/\S*\s*$/.exec(this.#line)?.[0].length ?? 0);
    if (key === '\u0004') return this.#endOfFile();
    const typed = key === '\r' ? '\n' : key;
    if (this.#mode.echo) this.#echo(typed);
    this.#line += typed;
    if (typed === '\n') {
      const line = this.#line;
      this.#line = '';
      this.#deliver(line);
    }
  }

  #signal(key: string): boolean {
    const signal =
      key === '\u0003'
        ? 'SIGINT'
        : key === '\u001c'
          ? 'SIGQUIT'
          : key === '\u001a'
            ? 'SIGTSTP'
            : undefined;
    if (!signal) return false;
    if (this.#mode.echo) this.#echoed += key === '\u0003' ? '^C' : key === '\u001c' ? '^\\' : '^Z';
    this.#showEchoed();
    // What was typed ahead is thrown away, as without `stty noflsh`.
    this.#line = '';
    this.#ready = '';
    this.#kernel.signalGroup(this.foreground, signal);
    return true;
  }

  #echo(typed: string): void {
    if (typed === '\n') this.#echoed += '\r\n';
    else if (typed < ' ' && typed !== '\t')
      this.#echoed += `^${String.fromCharCode(typed.charCodeAt(0) + 64)}`;
    else this.#echoed += typed;
  }

  #showEchoed(): void {
    const text = this.#echoed;
    this.#echoed = '';
    if (text !== '') this.#onOutput(text);
  }

  #erase(count: number): void {
    for (let i = 0; i < count && this.#line !== ''; i++) {
      const last = [...this.#line.slice(-2)].pop() as string;
      this.#line = this.#line.slice(0, -last.length);
      if (this.#mode.echo) this.#echoed += isWide(last) ? '\b\b  \b\b' : '\b \b';
    }
  }

  #endOfFile(): void {
    if (this.#line !== '') {
      const line = this.#line;
      this.#line = '';
      this.#deliver(line);
    } else {
      this.#endsPending++;
      this.#wake();
    }
  }

  #deliver(text: string): void {
    this.#ready += text;
    this.#wake();
  }

  #take(max: number): string | undefined {
    if (this.#ready === '') {
      if (this.#isHungUp) return '';
      if (this.#endsPending === 0) return undefined;
      this.#endsPending--;
      return '';
    }
    // A canonical read gives one line at most.
    const newline = this.#mode.canonical ? this.#ready.indexOf('\n') + 1 : 0;
    const end = Math.min(newline || this.#ready.length, max);
    const text = this.#ready.slice(0, end);
    this.#ready = this.#ready.slice(end);
    return text;
  }

  #wake(): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const notify of all) notify();
  }
}

function isSignal(key: string): boolean {
  return key === '\u0003' || key === '\u001c' || key === '\u001a';
}

/** Whether a character takes two cells: Hangul, kana, CJK, full-width forms, emoji. */
export function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** Cells that a text takes on a terminal. */
export function cellWidth(text: string): number {
  let cells = 0;
  for (const character of text) cells += isWide(character) ? 2 : 1;
  return cells;
}
