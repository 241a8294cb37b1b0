import { CBREAK, cellWidth, isWide, read, SystemError, write } from '../sys.ts';
import type { Sys, Terminal } from '../sys.ts';
import { KeyReader, type Command, type Key } from './keys.ts';

/** What Tab offers for the word before the cursor. */
export interface Completion {
  /** Where the word begins. */
  readonly begin: number;
  /** What may stand there, as it would be inserted, in order. A candidate that ends in `/` or `=` gets no blank. */
  readonly candidates: readonly string[];
  /** What to list for each candidate, if not the candidate itself. */
  readonly shown?: readonly string[];
}

export interface EditorOptions {
  /** Oldest first. */
  readonly history: readonly string[];
  readonly complete: (line: string, at: number) => Sys<Completion>;
}

export type LineRead =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

/** Candidates that are listed without being asked for. */
const LISTED_MAX = 200;

/** Steps that can be undone; of a giant line fewer. */
const UNDO_MAX = 500;
const UNDO_CHARACTERS_MAX = 2_000_000;

const BRACKETED_PASTE_ON = '\u001b[?2004h';
const BRACKETED_PASTE_OFF = '\u001b[?2004l';

/** A line editor in the manner of readline (emacs keys). It owns the terminal while it reads a line. */
export class LineEditor {
  readonly #terminal: Terminal;
  readonly #options: EditorOptions;
  readonly #keys = new KeyReader();
  #prompt = '';
  /** The line as characters, so that a Hangul syllable or an emoji is one. */
  #line: string[] = [];
  #at = 0;
  #killed = '';
  #lastWasKill = false;
  #lastWasTab = false;
  #undo: { readonly line: readonly string[]; readonly at: number }[] = [];
  #historyAt = 0;
  /** The edited copies of history lines, the new line last. */
  #edited = new Map<number, string>();
  #search: { text: string; at: number } | undefined;
  #lastArgumentAt = 0;
  /** Rows between the first row of the prompt and the cursor, as drawn last. */
  #cursorRow = 0;
  #out = '';

  constructor(terminal: Terminal, options: EditorOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  /** Reads one line. What was pasted or typed beyond it is kept for the next. */
  *read(prompt: string): Sys<LineRead> {
    const terminal = this.#terminal;
    terminal.setMode(CBREAK);
    this.#prompt = prompt;
    this.#line = [];
    this.#at = 0;
    this.#undo = [];
    this.#edited = new Map();
    this.#historyAt = this.#options.history.length;
    this.#search = undefined;
    this.#cursorRow = 0;
    this.#lastWasTab = false;
    this.#out = BRACKETED_PASTE_ON;
    this.#draw();
    const stop = terminal.onResize(() => this.#redrawAfterResize());
    try {
      for (;;) {
        for (let key = this.#keys.next(); key; key = this.#keys.next()) {
          const done = yield* this.#press(key);
          if (!done) continue;
          yield* this.#flush();
          return done;
        }
        yield* this.#flush();
        const typed = yield* read(terminal.input);
        if (typed === '') return { kind: 'end' };
        this.#keys.feed(typed);
      }
    } finally {
      stop();
    }
  }

  /** Keys typed ahead for the program that runs next. */
  takeTypedAhead(): string {
    return this.#keys.takeRest();
  }

  get #text(): string {
    return this.#line.join('');
  }

  *#flush(): Sys<void> {
    const text = this.#out;
    this.#out = '';
    if (text !== '') yield* show(this.#terminal.output, text);
  }

  *#press(key: Key): Sys<LineRead | undefined> {
    if (key.kind !== 'command') {
      this.#typed(key.kind === 'paste' ? key.text.replace(/\r\n?/g, '\n') : key.text);
      return undefined;
    }
    if (this.#search && key.name !== 'reverse-search' && key.name !== 'backspace')
      this.#endSearch(key.name);
    const { name } = key;
    if (name !== 'complete') this.#lastWasTab = false;
    if (name !== 'yank-last-argument') this.#lastArgumentAt = 0;
    const isKill = KILLS.has(name);
    switch (name) {
      case 'accept':
        return this.#accept();
      case 'interrupt':
        return this.#interrupt();
      case 'end-of-file':
        if (this.#line.length === 0) return this.#finish({ kind: 'end' }, '');
        this.#edit(() => this.#line.splice(this.#at, 1));
        break;
      case 'complete':
        yield* this.#complete();
        break;
      default:
        this.#command(name);
    }
    this.#lastWasKill = isKill;
    return undefined;
  }

  #typed(text: string): void {
    this.#lastWasTab = false;
    this.#lastWasKill = false;
    if (this.#search)
      return this.#searchFor(this.#search.text + text, this.#options.history.length - 1);
    const isAtEnd = this.#at === this.#line.length;
    const width = this.#widthOfLastLine + cellWidth(text);
    this.#save();
    this.#putIn(text);
    // The common case, typing at the end of a line that does not wrap, draws only what is new.
    if (isAtEnd && width < this.#terminal.columns && !text.includes('\n')) this.#out += text;
    else this.#draw();
  }

  /** Puts characters in at the cursor. Without spreading them into arguments: a paste may have a million. */
  #putIn(text: string): void {
    const characters = [...text];
    const after = this.#line.slice(this.#at);
    this.#line = [...this.#line.slice(0, this.#at), ...characters, ...after];
    this.#at += characters.length;
  }

  /** Cells of the last of the lines that are edited, its prompt included. */
  get #widthOfLastLine(): number {
    const newline = this.#line.lastIndexOf('\n');
    if (newline >= 0) return cellWidth(this.#line.slice(newline + 1).join(''));
    const prompt = withoutEscapes(this.#prompt).split('\n').at(-1) ?? '';
    return cellWidth(prompt) + cellWidth(this.#text);
  }

  #accept(): LineRead {
    const line = this.#text;
    return this.#finish({ kind: 'line', line }, '');
  }

  #interrupt(): LineRead {
    this.#keys.takeRest();
    return this.#finish({ kind: 'interrupt' }, '^C');
  }

  #finish(result: LineRead, mark: string): LineRead {
    if (this.#at < this.#line.length || this.#search) {
      this.#at = this.#line.length;
      this.#search = undefined;
      this.#draw();
    }
    this.#out += `${mark}${BRACKETED_PASTE_OFF}${result.kind === 'end' ? '' : '\r\n'}`;
    return result;
  }

  #save(): void {
    this.#undo.push({ line: [...this.#line], at: this.#at });
    const most = Math.max(
      1,
      Math.min(UNDO_MAX, Math.floor(UNDO_CHARACTERS_MAX / this.#line.length)),
    );
    while (this.#undo.length > most) this.#undo.shift();
  }

  #edit(change: () => void): void {
    this.#save();
    change();
    this.#draw();
  }

  #command(name: Command): void {
    switch (name) {
      case 'beginning':
        return this.#move(0);
      case 'end':
        return this.#move(this.#line.length);
      case 'forward':
        return this.#move(this.#at + 1);
      case 'backward':
        return this.#move(this.#at - 1);
      case 'forward-word':
        return this.#move(this.#wordEnd());
      case 'backward-word':
        return this.#move(this.#wordBegin(isWordCharacter));
      case 'delete':
        return this.#edit(() => this.#line.splice(this.#at, 1));
      case 'backspace':
        return this.#backspace();
      case 'kill-line':
        return this.#kill(this.#at, this.#line.length, false);
      case 'kill-to-beginning':
        return this.#kill(0, this.#at, true);
      case 'kill-whole':
        return this.#kill(0, this.#line.length, false);
      case 'rubout-word':
        return this.#kill(
          this.#wordBegin((c) => c !== ' '),
          this.#at,
          true,
        );
      case 'kill-word':
        return this.#kill(this.#at, this.#wordEnd(), false);
      case 'backward-kill-word':
        return this.#kill(this.#wordBegin(isWordCharacter), this.#at, true);
      case 'yank':
        return this.#insert(this.#killed);
      case 'yank-last-argument':
        return this.#yankLastArgument();
      case 'transpose':
        return this.#transpose();
      case 'undo':
        return this.#undoLast();
      case 'upcase-word':
      case 'downcase-word':
      case 'capitalize-word':
        return this.#changeCase(name);
      case 'previous':
        return this.#goTo(this.#historyAt - 1);
      case 'next':
        return this.#goTo(this.#historyAt + 1);
      case 'first':
        return this.#goTo(0);
      case 'last':
        return this.#goTo(this.#options.history.length);
      case 'reverse-search':
        return this.#reverseSearch();
      case 'clear-screen':
        this.#out += '\u001b[H\u001b[2J';
        this.#cursorRow = 0;
        return this.#draw();
      case 'comment':
        return this.#edit(() => this.#line.unshift('#'));
      default:
        return undefined;
    }
  }

  #move(to: number): void {
    this.#at = Math.max(0, Math.min(this.#line.length, to));
    this.#draw();
  }

  #insert(text: string): void {
    this.#edit(() => this.#putIn(text));
  }

  #backspace(): void {
    if (this.#search)
      return this.#searchFor(this.#search.text.slice(0, -1), this.#options.history.length - 1);
    if (this.#at === 0) return;
    const last = this.#line[this.#at - 1] as string;
    const isPlain = this.#at === this.#line.length && last >= ' ';
    if (!isPlain || this.#widthOfLastLine >= this.#terminal.columns) {
      this.#edit(() => this.#line.splice(--this.#at, 1));
      return;
    }
    this.#save();
    this.#line.pop();
    this.#at--;
    this.#out += `${'\b'.repeat(cellWidth(last))}\u001b[K`;
  }

  #kill(begin: number, end: number, isBackward: boolean): void {
    const text = this.#line.slice(begin, end).join('');
    if (text === '') return;
    this.#killed = !this.#lastWasKill
      ? text
      : isBackward
        ? text + this.#killed
        : this.#killed + text;
    this.#edit(() => {
      this.#line.splice(begin, end - begin);
      this.#at = begin;
    });
  }

  #wordEnd(): number {
    let i = this.#at;
    while (i < this.#line.length && !isWordCharacter(this.#line[i] as string)) i++;
    while (i < this.#line.length && isWordCharacter(this.#line[i] as string)) i++;
    return i;
  }

  #wordBegin(isInside: (character: string) => boolean): number {
    let i = this.#at;
    while (i > 0 && !isInside(this.#line[i - 1] as string)) i--;
    while (i > 0 && isInside(this.#line[i - 1] as string)) i--;
    return i;
  }

  #transpose(): void {
    if (this.#at === 0 || this.#line.length < 2) return;
    const at = Math.min(this.#at, this.#line.length - 1);
    this.#edit(() => {
      const [a, b] = [this.#line[at - 1] as string, this.#line[at] as string];
      this.#line.splice(at - 1, 2, b, a);
      this.#at = at + 1;
    });
  }

  #undoLast(): void {
    const last = this.#undo.pop();
    if (!last) return;
    this.#line = [...last.line];
    this.#at = last.at;
    this.#draw();
  }

  #changeCase(how: 'upcase-word' | 'downcase-word' | 'capitalize-word'): void {
    const end = this.#wordEnd();
    this.#edit(() => {
      let isFirst = true;
      for (let i = this.#at; i < end; i++) {
        const c = this.#line[i] as string;
        if (!isWordCharacter(c)) continue;
        this.#line[i] =
          how === 'upcase-word' || (how === 'capitalize-word' && isFirst)
            ? c.toUpperCase()
            : c.toLowerCase();
        isFirst = false;
      }
      this.#at = end;
    });
  }

  #yankLastArgument(): void {
    const { history } = this.#options;
    const words = (line: string): string => line.trim().split(/\s+/).at(-1) ?? '';
    if (this.#lastArgumentAt > 0) {
      const before = words(history[history.length - this.#lastArgumentAt] ?? '');
      this.#line.splice(this.#at - [...before].length, [...before].length);
      this.#at -= [...before].length;
    }
    this.#lastArgumentAt = Math.min(this.#lastArgumentAt + 1, history.length);
    this.#insert(words(history[history.length - this.#lastArgumentAt] ?? ''));
  }

  #goTo(index: number): void {
    const { history } = this.#options;
    if (index < 0 || index > history.length || index === this.#historyAt) return;
    this.#edited.set(this.#historyAt, this.#text);
    this.#historyAt = index;
    this.#line = [...(this.#edited.get(index) ?? history[index] ?? '')];
    this.#at = this.#line.length;
    this.#draw();
  }

  #reverseSearch(): void {
    if (!this.#search) {
      this.#search = { text: '', at: this.#options.history.length };
      this.#draw();
    } else this.#searchFor(this.#search.text, this.#search.at - 1);
  }

  #searchFor(text: string, from: number): void {
    const { history } = this.#options;
    let found = from;
    while (found >= 0 && !history[found]?.includes(text)) found--;
    this.#search = { text, at: found >= 0 ? found : (this.#search?.at ?? history.length) };
    if (found >= 0 && text !== '') {
      this.#line = [...(history[found] as string)];
      this.#at = [...(history[found] as string).slice(0, history[found]?.indexOf(text))].length;
    }
    this.#draw();
  }

  #endSearch(by: Command): void {
    this.#search = undefined;
    if (by === 'abort') {
      this.#line = [];
      this.#at = 0;
    }
    this.#draw();
  }

  *#complete(): Sys<void> {
    const before = this.#line.slice(0, this.#at).join('');
    const found = yield* this.#options.complete(before, before.length);
    const { candidates } = found;
    const [only] = candidates;
    const word = before.slice(found.begin);
    if (only === undefined) {
      this.#out += '\u0007';
      return;
    }
    const common = candidates.reduce(commonPrefix);
    if (candidates.length === 1) this.#replaceWord(word, /[/=]$/.test(only) ? only : `${only} `);
    else if (common.length > word.length) this.#replaceWord(word, common);
    else if (this.#lastWasTab) this.#listCandidates(found.shown ?? candidates);
    else {
      this.#out += '\u0007';
      this.#lastWasTab = true;
      return;
    }
    this.#lastWasTab = candidates.length > 1;
  }

  #replaceWord(word: string, text: string): void {
    const length = [...word].length;
    this.#edit(() => {
      this.#line.splice(this.#at - length, length, ...text);
      this.#at += [...text].length - length;
    });
  }

  #listCandidates(shown: readonly string[]): void {
    const at = this.#at;
    this.#at = this.#line.length;
    this.#draw();
    this.#at = at;
    this.#out += `\r\n${columns(shown.slice(0, LISTED_MAX), this.#terminal.columns)}`;
    if (shown.length > LISTED_MAX) this.#out += `… (${shown.length})\r\n`;
    this.#cursorRow = 0;
    this.#draw();
  }

  #redrawAfterResize(): void {
    // The terminal has wrapped the rows anew by itself; where the cursor's row begins follows from the new width.
    this.#cursorRow = this.#position(this.#at).row;
    this.#draw();
    // A terminal that is behind takes it with the next key.
    if (this.#terminal.output.put(this.#out)) this.#out = '';
  }

  get #shownPrompt(): string {
    return this.#search ? `(reverse-i-search)\`${this.#search.text}': ` : this.#prompt;
  }

  /** Row and column (from the prompt's first row) of the character at `index`. */
  #position(index: number): { readonly row: number; readonly column: number } {
    const width = Math.max(1, this.#terminal.columns);
    let row = 0;
    let column = 0;
    const pass = (c: string): void => {
      const cells = c === '\n' ? 0 : isWide(c) ? 2 : 1;
      if (cells === 0 || column + cells > width) {
        row++;
        column = 0;
      }
      column += cells;
    };
    for (const c of withoutEscapes(this.#shownPrompt)) pass(c);
    for (let i = 0; i < index; i++) pass(this.#line[i] as string);
    if (column >= width) return { row: row + 1, column: 0 };
    return { row, column };
  }

  /** Draws prompt and line anew and puts the cursor where it belongs. */
  #draw(): void {
    const end = this.#position(this.#line.length);
    const cursor = this.#at === this.#line.length ? end : this.#position(this.#at);
    const up = this.#cursorRow > 0 ? `\u001b[${this.#cursorRow}A` : '';
    this.#out += `${up}\r\u001b[J${this.#shownPrompt}${this.#text}`.replace(/\n/g, '\r\n');
    // A line that just fills the last row leaves the cursor at its end: go on to the next row by hand.
    if (end.column === 0 && end.row > 0 && this.#line.at(-1) !== '\n') this.#out += '\r\n';
    if (end.row > cursor.row) this.#out += `\u001b[${end.row - cursor.row}A`;
    if (this.#at < this.#line.length)
      this.#out += `\r${cursor.column > 0 ? `\u001b[${cursor.column}C` : ''}`;
    this.#cursorRow = cursor.row;
  }
}

/** Writes what must not be lost: a terminal that is behind is waited for, and a signal does not end the waiting. */
export function* show(output: Terminal['output'], text: string): Sys<void> {
  if (output.put(text)) return;
  for (;;) {
    try {
      return yield* write(output, text);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== 'EINTR') throw error;
    }
  }
}

const KILLS: ReadonlySet<Command> = new Set<Command>([
  'kill-line',
  'kill-to-beginning',
  'kill-whole',
  'rubout-word',
  'kill-word',
  'backward-kill-word',
]);

function isWordCharacter(c: string): boolean {
  return /[\p{L}\p{N}]/u.test(c);
}

function commonPrefix(a: string, b: string): string {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return a.slice(0, i);
}

/** A text without escape sequences: what takes room on the screen. */
function withoutEscapes(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[@-~]|\u001b\][^\u0007]*\u0007/g, '');
}

/** Names in columns, top to bottom, as `ls` and readline list them. */
export function columns(names: readonly string[], width: number): string {
  const widest = Math.max(0, ...names.map(cellWidth)) + 2;
  const across = Math.max(1, Math.floor(width / widest));
  const rows = Math.ceil(names.length / across);
  let text = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < across; column++) {
      const name = names[column * rows + row];
      if (name === undefined) continue;
      const isLast = names[(column + 1) * rows + row] === undefined;
      line += isLast ? name : name + ' '.repeat(widest - cellWidth(name));
    }
    text += `${line}\r\n`;
  }
  return text;
}
