import type { Parameter, Part, Word } from './ast.ts';
import { Incomplete, SyntaxError } from './errors.ts';

/** Characters that end an unquoted word. */
const METACHARACTERS = ' \t\n;&|<>()';
const SPECIAL_PARAMETERS = '?$!#@*-0123456789';
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};
/** Brackets inside brackets that one word may have: deeper ones are a mistake or an attack. */
const DEPTH_MAX = 200;

/** Reads words out of shell text, from `at` on. */
export class WordReader {
  readonly text: string;
  at: number;
  #depth = 0;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  /** The line number at `at`, from 1. */
  get line(): number {
    let line = 1;
    for (let i = this.text.indexOf('\n'); i >= 0 && i < this.at; i = this.text.indexOf('\n', i + 1))
      line++;
    return line;
  }

  /** An unquoted word up to a metacharacter or one of `stops`. Undefined when there is none. */
  word(stops: string = METACHARACTERS): Word | undefined {
    const begin = this.at;
    const parts = this.parts((c) => stops.includes(c), false);
    return this.at === begin ? undefined : { parts, source: this.text.slice(begin, this.at) };
  }

  /** The parts up to the character at which `isEnd` (not consumed) or the end of the text. */
  parts(isEnd: (character: string) => boolean, isDouble: boolean): Part[] {
    if (++this.#depth > DEPTH_MAX)
      throw new SyntaxError('maximum nesting level exceeded', this.line);
    const parts: Part[] = [];
    const add = (kind: 'literal' | 'quoted', text: string): void => {
      const last = parts.at(-1);
      if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + text };
      else parts.push({ kind, text });
    };
    while (this.at < this.text.length) {
      const c = this.text[this.at] as string;
      if (
        (c === '<' || c === '>') &&
        !isDouble &&
        this.text[this.at + 1] === '(' &&
        isEnd(c) &&
        parts.length === 0
      ) {
        this.at += 2;
        parts.push({ kind: 'process', direction: c, text: this.commandText(')') });
        continue;
      }
      if (isEnd(c)) break;
      if (c === '\\') this.#backslash(add, isDouble);
      else if (c === '$') this.#dollar(parts, add, isDouble);
      else if (c === '`') parts.push(this.#backquotes(isDouble));
      else if (c === "'" && !isDouble) add('quoted', this.#single());
      else if (c === '"') parts.push({ kind: 'double', parts: this.#double() });
      else {
        add('literal', c);
        this.at++;
      }
    }
    this.#depth--;
    return parts;
  }

  #backslash(add: (kind: 'literal' | 'quoted', text: string) => void, isDouble: boolean): void {
    const next = this.text[this.at + 1];
    if (next === '\n') {
      this.at += 2;
      return;
    }
    this.at += next === undefined ? 1 : 2;
    if (next === undefined) add('quoted', '\\');
    else if (isDouble && !'$`"\\'.includes(next)) add('quoted', `\\${next}`);
    else add('quoted', next);
  }

  #single(): string {
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) throw this.#unmatched("'");
    const text = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return text;
  }

  #double(): Part[] {
    const start = this.at;
    this.at++;
    const parts = this.parts((c) => c === '"', true);
    if (this.at >= this.text.length) {
      this.at = start;
      throw this.#unmatched('"');
    }
    this.at++;
    return parts;
  }

  #unmatched(quote: string): Incomplete {
    return new Incomplete(`unexpected EOF while looking for matching \`${quote}'`, this.line);
  }

  #dollar(
    parts: Part[],
    add: (kind: 'literal' | 'quoted', text: string) => void,
    isDouble: boolean,
  ): void {
    const next = this.text[this.at + 1] ?? '';
    if (next === '(' && this.text[this.at + 2] === '(') {
      const arithmetic = this.#arithmetic();
      if (arithmetic) return void parts.push(arithmetic);
    }
    if (next === '[' && !isDouble && this.text.indexOf(']', this.at) > 0) {
      const end = this.text.indexOf(']', this.at);
      parts.push({ kind: 'arithmetic', word: doubleQuoted(this.text.slice(this.at + 2, end)) });
      this.at = end + 1;
      return;
    }
    if (next === '(') {
      this.at += 2;
      parts.push({ kind: 'command', text: this.commandText(')') });
    } else if (next === '{') parts.push(this.#braced());
    else if (next === "'" && !isDouble) {
      this.at++;
      add('quoted', this.#ansi());
    } else if (next === '"' && !isDouble) this.at++;
    else if (/[A-Za-z_]/.test(next)) {
      const name = /^[A-Za-z0-9_]+/.exec(
        this.text.slice(this.at + 1, this.at + 256),
      )?.[0] as string;
      this.at += 1 + name.length;
      parts.push(plain(name));
    } else if (next !== '' && SPECIAL_PARAMETERS.includes(next)) {
      this.at += 2;
      parts.push(plain(next));
    } else {
      add('literal', '$');
      this.at++;
    }
  }

  /** `$(( … ))`; undefined (and nothing consumed) when it is a command substitution that begins with a subshell. */
  #arithmetic(): Part | undefined {
    const begin = this.at + 3;
    let depth = 0;
    for (let i = begin; i < this.text.length; i++) {
      const c = this.text[i];
      if (c === '(') depth++;
      else if (c === ')') {
        if (depth === 0) {
          if (this.text[i + 1] !== ')') return undefined;
          this.at = i + 2;
          return { kind: 'arithmetic', word: doubleQuoted(this.text.slice(begin, i)) };
        }
        depth--;
      }
    }
    throw this.#unmatched(')');
  }

  /** The text of a command substitution up to its closing character, which is consumed. */
  commandText(close: ')'): string {
    const begin = this.at;
    let depth = 0;
    let cases = 0;
    while (this.at < this.text.length) {
      const c = this.text[this.at] as string;
      if (c === '\\') this.at += 2;
      else if (c === "'") this.#single();
      else if (c === '"') this.#double();
      else if (c === '`') this.#backquotes(false);
      else if (c === '#' && /[\s;(]/.test(this.text[this.at - 1] ?? ' '))
        this.at = this.#endOfLine();
      else {
        const word = /^(?:case|esac)\b/.exec(this.text.slice(this.at, this.at + 5))?.[0];
        if (word && /[\s;(&|]/.test(this.text[this.at - 1] ?? ' ')) {
          cases += word === 'case' ? 1 : -1;
          this.at += 4;
          continue;
        }
        if (c === '(') depth++;
        // A `)` in an open `case` ends a pattern.
        else if (c === close && depth > 0) depth--;
        else if (c === close && cases <= 0) {
          const text = this.text.slice(begin, this.at);
          this.at++;
          return text;
        }
        this.at++;
      }
    }
    this.at = begin;
    throw this.#unmatched(close);
  }

  #endOfLine(): number {
    const end = this.text.indexOf('\n', this.at);
    return end < 0 ? this.text.length : end;
  }

  #backquotes(isDouble: boolean): Part {
    const start = this.at;
    let text = '';
    for (this.at++; this.at < this.text.length; this.at++) {
      const c = this.text[this.at] as string;
      if (c === '`') {
        this.at++;
        return { kind: 'command', text };
      }
      const next = this.text[this.at + 1] ?? '';
      if (c === '\\' && ('$`\\'.includes(next) || (isDouble && next === '"')) && next !== '') {
        text += next;
        this.at++;
      } else text += c;
    }
    this.at = start;
    throw this.#unmatched('`');
  }

  #ansi(): string {
    const raw = /^'((?:[^'\\]|\\[\s\S])*)'/.exec(this.text.slice(this.at));
    if (!raw) throw this.#unmatched("'");
    this.at += raw[0].length;
    return decodeEscapes(raw[1] as string);
  }

  #braced(): Part {
    const start = this.at;
    this.at += 2;
    const isLength =
      this.text[this.at] === '#' && !'}:-=+?#%/'.includes(this.text[this.at + 1] ?? '}');
    if (isLength) this.at++;
    const isIndirect =
      this.text[this.at] === '!' && /[A-Za-z_0-9@*#]/.test(this.text[this.at + 1] ?? '');
    if (isIndirect) this.at++;
    const name = /^(?:[A-Za-z_][A-Za-z0-9_]*|\d+|[?$!#@*-])/.exec(
      this.text.slice(this.at, this.at + 256),
    )?.[0];
    if (name === undefined) throw this.#badSubstitution(start);
    this.at += name.length;
    let index: Word | undefined;
    if (this.text[this.at] === '[') {
      this.at++;
      index = this.#until((c) => c === ']', start);
      this.at++;
    }
    const operator =
      /^(?::[-=?+]|[-=?+]|##?|%%?|\/[/#%]?|\^\^?|,,?|:|@)/.exec(
        this.text.slice(this.at, this.at + 3),
      )?.[0] ?? '';
    this.at += operator.length;
    let argument: Word | undefined;
    let second: Word | undefined;
    if (operator !== '') {
      const separator = operator.startsWith('/') ? '/' : operator === ':' ? ':' : '';
      argument = this.#until((c) => c === '}' || c === separator, start);
      if (separator !== '' && this.text[this.at] === separator) {
        this.at++;
        second = this.#until((c) => c === '}', start);
      }
    }
    if (this.at >= this.text.length) throw this.#unmatched('}');
    if (this.text[this.at] !== '}') throw this.#badSubstitution(start);
    this.at++;
    return { kind: 'parameter', name, index, isLength, isIndirect, operator, argument, second };
  }

  #until(isEnd: (character: string) => boolean, start: number): Word {
    const begin = this.at;
    const parts = this.parts(isEnd, false);
    if (this.at >= this.text.length) {
      this.at = start;
      throw this.#unmatched('}');
    }
    return { parts, source: this.text.slice(begin, this.at) };
  }

  #badSubstitution(start: number): SyntaxError {
    const end = this.text.indexOf('}', start);
    if (end < 0) return this.#unmatched('}');
    return new SyntaxError(`${this.text.slice(start, end + 1)}: bad substitution`, this.line);
  }
}

function plain(name: string): Parameter {
  return {
    kind: 'parameter',
    name,
    index: undefined,
    isLength: false,
    isIndirect: false,
    operator: '',
    argument: undefined,
    second: undefined,
  };
}

/** `text` as if it stood in double quotes, where a double quote itself is a character: here-documents, arithmetic. */
export function doubleQuoted(text: string): Word {
  const reader = new WordReader(text);
  const parts: Part[] = [];
  while (reader.at < text.length) {
    parts.push(...reader.parts((c) => c === '"', true));
    if (text[reader.at] === '"') {
      parts.push({ kind: 'quoted', text: '"' });
      reader.at++;
    }
  }
  return { parts: [{ kind: 'double', parts }], source: text };
}

/** `$'…'`: backslash escapes as in ANSI C. */
export function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c(.)|([\s\S]))/g,
    (
      all,
      hex?: string,
      unicode?: string,
      long?: string,
      octal?: string,
      control?: string,
      other?: string,
    ) => {
      if (hex ?? unicode ?? long)
        return String.fromCodePoint(
          Math.min(0x10ffff, parseInt((hex ?? unicode ?? long) as string, 16)),
        );
      if (octal) return String.fromCharCode(parseInt(octal, 8) & 255);
      if (control) return String.fromCharCode(control.charCodeAt(0) & 31);
      return ESCAPES[other as string] ?? all;
    },
  );
}

/** The text of a word without its quotes, when it has no expansions; undefined when it has. */
export function literalText(word: Word): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind === 'literal' || part.kind === 'quoted') text += part.text;
    else if (part.kind === 'double') {
      const inner = literalText({ parts: part.parts, source: '' });
      if (inner === undefined) return undefined;
      text += inner;
    } else return undefined;
  }
  return text;
}

/** The word's text when nothing of it is quoted: what a keyword or an alias may be. */
export function unquotedText(word: Word): string | undefined {
  const [part] = word.parts;
  return word.parts.length === 1 && part?.kind === 'literal' ? part.text : undefined;
}
