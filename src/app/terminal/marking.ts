import type { Xterm } from './xterm.ts';

interface Place {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Picks text in a terminal with the keyboard: up and down choose a line (a wrapped one is one line), left and right a
 * word of it, Shift widens.
 */
export class Marking {
  readonly #xterm: Xterm;
  #anchor: Place;
  #focus: Place;

  constructor(xterm: Xterm) {
    this.#xterm = xterm;
    const { active } = xterm.buffer;
    const row = this.#lineAt(Math.max(0, active.baseY + active.cursorY - 1), -1);
    this.#anchor = this.#focus = this.#wholeLine(row);
    this.#show();
  }

  /** True: the key was for this. */
  key(event: KeyboardEvent): boolean {
    const to = this.#target(event.key);
    if (!to) return false;
    this.#focus = to;
    if (!event.shiftKey) this.#anchor = to;
    this.#show();
    return true;
  }

  get text(): string {
    return this.#xterm.getSelection().trim();
  }

  end(): void {
    this.#xterm.clearSelection();
    this.#xterm.scrollToBottom();
  }

  #target(key: string): Place | undefined {
    const { row } = this.#focus;
    switch (key) {
      case 'ArrowUp':
        return this.#wholeLine(this.#lineAt(row - 1, -1));
      case 'ArrowDown':
        return this.#wholeLine(this.#lineAt(this.#endOf(row) + 1, 1));
      case 'ArrowRight':
        return this.#word(1);
      case 'ArrowLeft':
        return this.#word(-1);
      default:
        return undefined;
    }
  }

  /** The first row of the line at `row`; empty lines are passed over in the direction of travel. */
  #lineAt(row: number, direction: number): number {
    const last = this.#xterm.buffer.active.length - 1;
    let at = Math.max(0, Math.min(last, row));
    while (at > 0 && at < last && this.#textOf(this.#startOf(at)).trim() === '') at += direction;
    return this.#startOf(at);
  }

  #startOf(row: number): number {
    let at = row;
    while (at > 0 && this.#xterm.buffer.active.getLine(at)?.isWrapped) at -= 1;
    return at;
  }

  #endOf(row: number): number {
    let at = row;
    while (this.#xterm.buffer.active.getLine(at + 1)?.isWrapped) at += 1;
    return at;
  }

  /** A line's cells as text, one character a cell: places in it are places on the screen. */
  #textOf(row: number): string {
    const { active } = this.#xterm.buffer;
    let text = '';
    for (let at = row; at <= this.#endOf(row); at++) {
      const line = active.getLine(at);
      for (let x = 0; x < this.#xterm.cols; x++) text += line?.getCell(x)?.getChars()[0] ?? ' ';
    }
    return text;
  }

  #wholeLine(row: number): Place {
    const text = this.#textOf(row);
    const from = text.length - text.trimStart().length;
    return { row, from, to: Math.max(from, text.trimEnd().length) };
  }

  #word(direction: number): Place {
    const { row, from, to } = this.#focus;
    const words = [...this.#textOf(row).matchAll(/\S+/g)].map((match) => ({
      row,
      from: match.index,
      to: match.index + match[0].length,
    }));
    const first = words[0];
    const whole = this.#wholeLine(row);
    // From the whole line one enters its words at their end or beginning.
    if (from === whole.from && to === whole.to && words.length > 1)
      return (direction > 0 ? first : words.at(-1)) ?? whole;
    const at = words.findIndex((word) => word.from === from);
    return words[Math.max(0, Math.min(words.length - 1, at + direction))] ?? whole;
  }

  #show(): void {
    const { cols } = this.#xterm;
    const places = [this.#anchor, this.#focus];
    const start = Math.min(...places.map(({ row, from }) => row * cols + from));
    const end = Math.max(...places.map(({ row, to }) => row * cols + to));
    this.#xterm.select(start % cols, Math.floor(start / cols), Math.max(1, end - start));
    const { viewportY } = this.#xterm.buffer.active;
    const row = this.#focus.row;
    if (row < viewportY || row >= viewportY + this.#xterm.rows) this.#xterm.scrollToLine(row);
  }
}
