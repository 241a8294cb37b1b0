import { hash128, Terminal, type Machine, type Process } from '../sim/index.ts'

/** Output kept for a page that opens the terminal later, in characters. The oldest goes first. */
const SCROLLBACK_MAX = 400_000

/** A terminal window: a pseudo terminal on a machine, its login shell, and what it has shown. */
export class Screen {
  readonly name: string
  readonly machine: Machine
  terminal: Terminal
  shell: Process | undefined
  /** Everything shown, the oldest cut off. */
  #shown = ''
  /** Characters shown since the beginning. */
  #total = 0
  #hash = 0
  readonly #notify: (screen: Screen, text: string) => void

  constructor(name: string, machine: Machine, columns: number, rows: number, notify: (screen: Screen, text: string) => void) {
    this.name = name
    this.machine = machine
    this.#notify = notify
    this.terminal = new Terminal(machine.kernel, columns, rows, (text) => this.show(text))
  }

  get total(): number {
    return this.#total
  }

  /** A fingerprint of everything that was ever shown. */
  get hash(): number {
    return this.#hash
  }

  /** What was shown from character `from` (counted from the beginning) on. */
  since(from: number): string {
    return this.#shown.slice(Math.max(0, from - (this.#total - this.#shown.length)))
  }

  show(text: string): void {
    this.#shown += text
    this.#total += text.length
    this.#hash = (Math.imul(this.#hash, 31) + hash128(text)[0]) >>> 0
    if (this.#shown.length > 2 * SCROLLBACK_MAX) this.#shown = this.#shown.slice(-SCROLLBACK_MAX)
    this.#notify(this, text)
  }

  /** Whether the shell stands at its prompt and waits. */
  get isAtPrompt(): boolean {
    return (
      this.shell !== undefined &&
      this.shell.exit === undefined &&
      this.terminal.foreground === this.shell.group &&
      !this.terminal.mode.canonical &&
      this.terminal.isAwaitingInput
    )
  }
}
