import { hash128, Terminal, type Machine, type Process } from '../sim/index.ts';

/** Output kept for a page that opens the terminal later, in characters. The oldest goes first. */
const SCROLLBACK_MAX = 400_000;
/** Of that, what commands have shown: for checks, which ask about one step. */
const OUTPUT_MAX = 100_000;

/**
 * Marks that an interactive shell writes around its commands (OSC 133, as terminals know it): A before a prompt, C when a line was
 * accepted and its output begins, D with the status when it has ended. Kept from the page; they say where a command's output is.
 */
const MARK = /\x1b\]133;([ACD])(?:;(\d+))?;pid=(\d+)\x07/g;

export type ScreenMark =
  | { readonly type: 'prompt' }
  | { readonly type: 'accepted' }
  | { readonly type: 'ended'; readonly status: number };

/** A terminal window: a pseudo terminal on a machine, its login shell, and what it has shown. */
export class Screen {
  readonly name: string;
  readonly machine: Machine;
  terminal: Terminal;
  shell: Process | undefined;
  /** The status of the last command of the login shell. */
  lastStatus = 0;
  /** When the running command was accepted (virtual ms); undefined at the prompt. */
  runningSinceMs: number | undefined;
  #isAtPrompt = false;
  /** Everything shown, the oldest cut off. */
  #shown = '';
  #total = 0;
  #hash = 0;
  /** What commands of the login shell have shown, the oldest cut off. */
  #output = '';
  #outputTotal = 0;
  readonly #notify: (screen: Screen, text: string) => void;
  readonly #marks = new Set<(mark: ScreenMark) => void>();

  constructor(
    name: string,
    machine: Machine,
    size: { readonly columns: number; readonly rows: number },
    notify: (screen: Screen, text: string) => void,
  ) {
    this.name = name;
    this.machine = machine;
    this.#notify = notify;
    this.terminal = new Terminal(machine.kernel, size.columns, size.rows, (text) =>
      this.show(text),
    );
  }

  /** Characters shown since the beginning. */
  get total(): number {
    return this.#total;
  }

  /** A fingerprint of everything that was ever shown. */
  get hash(): number {
    return this.#hash;
  }

  /** What was shown from character `from` (counted from the beginning) to `to`. */
  between(from: number, to: number = this.#total): string {
    const first = this.#total - this.#shown.length;
    return this.#shown.slice(Math.max(0, from - first), Math.max(0, to - first));
  }

  /** Characters that commands have shown: without prompts, and without what was typed at them. */
  get outputTotal(): number {
    return this.#outputTotal;
  }

  outputFrom(from: number): string {
    const first = this.#outputTotal - this.#output.length;
    return this.#output.slice(Math.max(0, from - first));
  }

  /** Calls `notify` at each mark of the login shell. */
  onMark(notify: (mark: ScreenMark) => void): () => void {
    this.#marks.add(notify);
    return () => void this.#marks.delete(notify);
  }

  show(text: string): void {
    if (!text.includes('\x1b]133;')) return this.#append(text);
    let from = 0;
    for (const match of text.matchAll(MARK)) {
      this.#append(text.slice(from, match.index));
      from = match.index + match[0].length;
      if (Number(match[3]) === this.shell?.pid)
        this.#mark(match[1] as 'A' | 'C' | 'D', Number(match[2] ?? 0));
    }
    this.#append(text.slice(from));
  }

  /** Whether the login shell stands at its prompt and waits. */
  get isAtPrompt(): boolean {
    return this.#isAtPrompt && this.terminal.isAwaitingInput;
  }

  /** The login shell is gone (power cut, `exit`). */
  loggedOut(): void {
    this.shell = undefined;
    this.#isAtPrompt = false;
    this.runningSinceMs = undefined;
  }

  #mark(letter: 'A' | 'C' | 'D', status: number): void {
    if (letter === 'D') this.lastStatus = status;
    this.#isAtPrompt = letter === 'A';
    this.runningSinceMs = letter === 'C' ? this.machine.world.nowMs : undefined;
    const mark: ScreenMark =
      letter === 'A'
        ? { type: 'prompt' }
        : letter === 'C'
          ? { type: 'accepted' }
          : { type: 'ended', status };
    for (const notify of [...this.#marks]) notify(mark);
  }

  #append(text: string): void {
    if (text === '') return;
    this.#shown += text;
    this.#total += text.length;
    this.#hash = (Math.imul(this.#hash, 31) + hash128(text)[0]) >>> 0;
    if (this.#shown.length > 2 * SCROLLBACK_MAX) this.#shown = this.#shown.slice(-SCROLLBACK_MAX);
    if (this.runningSinceMs !== undefined) {
      this.#output += text;
      this.#outputTotal += text.length;
      if (this.#output.length > 2 * OUTPUT_MAX) this.#output = this.#output.slice(-OUTPUT_MAX);
    }
    this.#notify(this, text);
  }
}
