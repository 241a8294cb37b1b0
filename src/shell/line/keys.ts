/** Keys and sequences of keys, as terminals send them, by the name of what readline does. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'command'; readonly name: Command };

export type Command =
  | 'accept'
  | 'interrupt'
  | 'end-of-file'
  | 'complete'
  | 'clear-screen'
  | 'abort'
  | 'beginning'
  | 'end'
  | 'forward'
  | 'backward'
  | 'forward-word'
  | 'backward-word'
  | 'delete'
  | 'backspace'
  | 'kill-line'
  | 'kill-to-beginning'
  | 'kill-whole'
  | 'rubout-word'
  | 'kill-word'
  | 'backward-kill-word'
  | 'yank'
  | 'yank-last-argument'
  | 'transpose'
  | 'undo'
  | 'upcase-word'
  | 'downcase-word'
  | 'capitalize-word'
  | 'previous'
  | 'next'
  | 'first'
  | 'last'
  | 'reverse-search'
  | 'comment'
  | 'ignore';

const CONTROLS: Readonly<Record<string, Command>> = {
  '\r': 'accept',
  '\n': 'accept',
  '\u0003': 'interrupt',
  '\u0004': 'end-of-file',
  '\t': 'complete',
  '\u000c': 'clear-screen',
  '\u0007': 'abort',
  '\u0001': 'beginning',
  '\u0005': 'end',
  '\u0006': 'forward',
  '\u0002': 'backward',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u000b': 'kill-line',
  '\u0015': 'kill-to-beginning',
  '\u0017': 'rubout-word',
  '\u0019': 'yank',
  '\u0014': 'transpose',
  '\u001f': 'undo',
  '\u0010': 'previous',
  '\u000e': 'next',
  '\u0012': 'reverse-search',
  '\u001a': 'ignore',
  '\u001c': 'ignore',
  '\u0011': 'ignore',
  '\u0013': 'ignore',
  '\u0000': 'ignore',
  '\u000f': 'accept',
};

const SEQUENCES: Readonly<Record<string, Command>> = {
  '[A': 'previous',
  OA: 'previous',
  '[B': 'next',
  OB: 'next',
  '[C': 'forward',
  OC: 'forward',
  '[D': 'backward',
  OD: 'backward',
  '[H': 'beginning',
  OH: 'beginning',
  '[1~': 'beginning',
  '[7~': 'beginning',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
  '[3~': 'delete',
  '[5~': 'first',
  '[6~': 'last',
  '[1;5C': 'forward-word',
  '[1;5D': 'backward-word',
  '[1;3C': 'forward-word',
  '[1;3D': 'backward-word',
  '[3;5~': 'kill-word',
  b: 'backward-word',
  f: 'forward-word',
  d: 'kill-word',
  '\u007f': 'backward-kill-word',
  '\b': 'backward-kill-word',
  '.': 'yank-last-argument',
  _: 'yank-last-argument',
  u: 'upcase-word',
  l: 'downcase-word',
  c: 'capitalize-word',
  '<': 'first',
  '>': 'last',
  '#': 'comment',
};

const PASTE_BEGIN = '\u001b[200~';
const PASTE_END = '\u001b[201~';

/** Cuts what a terminal sends into keys; keeps what is not complete yet. */
export class KeyReader {
  #rest = '';

  /** Whether an escape has come alone: the key itself, or the beginning of a sequence. */
  get isPending(): boolean {
    return this.#rest !== '';
  }

  /** Puts text back that came after the end of a line. */
  unread(text: string): void {
    this.#rest = text + this.#rest;
  }

  /** All that is kept. */
  takeRest(): string {
    const rest = this.#rest;
    this.#rest = '';
    return rest;
  }

  feed(text: string): void {
    this.#rest += text;
  }

  next(): Key | undefined {
    const rest = this.#rest;
    if (rest === '') return undefined;
    if (rest.startsWith(PASTE_BEGIN)) {
      const end = rest.indexOf(PASTE_END);
      if (end < 0) return undefined;
      this.#rest = rest.slice(end + PASTE_END.length);
      return { kind: 'paste', text: rest.slice(PASTE_BEGIN.length, end) };
    }
    if (rest.startsWith('\u001b')) return this.#sequence();
    const first = String.fromCodePoint(rest.codePointAt(0) as number);
    const command = CONTROLS[first];
    if (command || first < ' ') {
      this.#rest = rest.slice(first.length);
      return { kind: 'command', name: command ?? 'ignore' };
    }

    const run = /^[^\u0000-\u001f\u007f]+/.exec(rest)?.[0] as string;
    this.#rest = rest.slice(run.length);
    return { kind: 'text', text: run };
  }

  #sequence(): Key | undefined {
    const rest = this.#rest.slice(1);

    const found = /^(?:\[[0-9;?]*[@-~]|O[A-Za-z]|[^[O])/u.exec(rest)?.[0];
    if (found === undefined) {
      if (rest.length > 12) this.#rest = '';
      return undefined;
    }
    this.#rest = rest.slice(found.length);
    return { kind: 'command', name: SEQUENCES[found] ?? 'ignore' };
  }
}
