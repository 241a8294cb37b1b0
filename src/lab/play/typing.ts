import type { Lab } from '../lab.ts';
import type { Screen } from '../screen.ts';
import { runWhile, type CommandResult, type CommandRunner } from './runner.ts';

/** The next entry of a program's input goes in when it has run this long since the last one, even if it waits for nothing. */
const INPUT_AFTER_MS = 3_000;
/** Between two lines, at the least: they come from a clipboard. */
const TYPING_MS = 300;
const COLUMNS = 120;
const ROWS = 40;

/** Types commands at a terminal of each machine, as a person does; the output is what the terminal shows. */
export class TypingRunner implements CommandRunner {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  run(
    node: string,
    command: string,
    options: { readonly input: readonly string[] },
    limitMs: number,
  ): CommandResult | undefined {
    const screen = this.#screen(node);
    if (!screen) return { stdout: '', stderr: '', exit: 255 };
    if (!runWhile(this.#lab, () => screen.isAtPrompt, limitMs)) return undefined;
    this.#lab.runUntil(this.#lab.nowMs + TYPING_MS);
    const output = new OutputOfCommands(screen);
    const entries = [...options.input];
    const isDone = command.split('\n').every((line) => this.#type(screen, line, entries, limitMs));
    const stdout = output.finish();
    if (isDone) return { stdout, stderr: '', exit: screen.lastStatus };
    // Whoever sits there gives up in the end, so that the next command finds a prompt.
    this.#lab.input({ kind: 'type', terminal: screen.name, text: '\u0003' });
    return undefined;
  }

  /** Types one line and waits for the next prompt; feeds what the program wants to read. */
  #type(screen: Screen, line: string, entries: string[], limitMs: number): boolean {
    this.#lab.input({ kind: 'type', terminal: screen.name, text: `${line}\r` });
    const endMs = this.#lab.nowMs + limitMs;
    let lastMs = this.#lab.nowMs;
    while (this.#lab.nowMs < endMs) {
      const wantsInput = (): boolean =>
        entries.length > 0 &&
        !screen.isAtPrompt &&
        screen.runningSinceMs !== undefined &&
        screen.terminal.isAwaitingInput;
      const waitMs =
        entries.length > 0
          ? Math.max(0, lastMs + INPUT_AFTER_MS - this.#lab.nowMs)
          : endMs - this.#lab.nowMs;
      runWhile(
        this.#lab,
        () => screen.isAtPrompt || wantsInput(),
        Math.min(waitMs, endMs - this.#lab.nowMs),
      );
      if (screen.isAtPrompt) return true;
      const entry = entries.shift();
      if (entry === undefined) continue;
      const isKeys = entry !== '' && [...entry].every((character) => character < ' ');
      this.#lab.input({ kind: 'type', terminal: screen.name, text: isKeys ? entry : `${entry}\r` });
      this.#lab.runUntil(this.#lab.nowMs);
      lastMs = this.#lab.nowMs;
    }
    return false;
  }

  #screen(node: string): Screen | undefined {
    if (!this.#lab.host(node)) return undefined;
    if (!this.#lab.screen(node))
      this.#lab.input({
        kind: 'open',
        terminal: node,
        machine: node,
        columns: COLUMNS,
        rows: ROWS,
      });
    return this.#lab.screen(node);
  }
}

/** Collects what is shown between a line's acceptance and the next prompt. */
class OutputOfCommands {
  readonly #screen: Screen;
  readonly #stop: () => void;
  #from: number | undefined;
  #text = '';

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#stop = screen.onMark((mark) => {
      if (mark.type === 'accepted') this.#from = screen.total;
      else if (mark.type === 'ended') this.#take();
    });
  }

  finish(): string {
    this.#take();
    this.#stop();
    return this.#text;
  }

  #take(): void {
    if (this.#from !== undefined) this.#text += this.#screen.between(this.#from);
    this.#from = undefined;
  }
}
