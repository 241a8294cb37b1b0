import type {
  AndOr,
  Assignment,
  CaseItem,
  Command,
  Compound,
  Conditional,
  List,
  Pipeline,
  Redirection,
  Word,
} from './ast.ts';
import { Incomplete, SyntaxError } from './errors.ts';
import { doubleQuoted, literalText, unquotedText, WordReader } from './words.ts';

const KEYWORDS: ReadonlySet<string> = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'for',
  'select',
  'do',
  'done',
  'case',
  'esac',
  'in',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'function',
  'time',
]);
/** Keywords that cannot begin a command: they end a list. */
const ENDING: ReadonlySet<string> = new Set([
  'then',
  'elif',
  'else',
  'fi',
  'do',
  'done',
  'esac',
  '}',
]);
const OPERATORS = [
  '&>>',
  '<<<',
  '<<-',
  ';;&',
  '&&',
  '||',
  ';;',
  ';&',
  '|&',
  '>>',
  '<<',
  '>&',
  '<&',
  '<>',
  '>|',
  '&>',
  ';',
  '&',
  '|',
  '<',
  '>',
  '(',
  ')',
  '\n',
];
const REDIRECTIONS: ReadonlySet<string> = new Set([
  '<',
  '>',
  '>>',
  '>|',
  '<>',
  '<&',
  '>&',
  '&>',
  '&>>',
  '<<',
  '<<-',
  '<<<',
]);
/** Commands inside commands: deeper ones are a mistake or an attack. */
const NESTING_MAX = 300;

type MutableRedirection = { -readonly [Key in keyof Redirection]: Redirection[Key] };

interface HereDocument {
  readonly redirection: MutableRedirection;
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly stripsTabs: boolean;
}

/** What the parser asks about aliases; absent in scripts, where bash expands none. */
export type AliasLookup = (name: string) => string | undefined;

/** A recursive-descent parser of bash's grammar. Call `next` until it returns undefined: one complete command line at a time. */
export class Parser {
  readonly #reader: WordReader;
  readonly #aliases: AliasLookup | undefined;
  #hereDocuments: HereDocument[] = [];
  /** Aliases being expanded, each until the text has no more than `left` characters left. */
  #expanding: { readonly name: string; readonly left: number }[] = [];
  #mayExpandNext = false;
  #nesting = 0;
  #text: string;
  readonly #isWhole: boolean;

  /** `isWhole`: no more lines will come, so that the end of the text ends a here-document, as in scripts. */
  constructor(text: string, aliases?: AliasLookup, isWhole = false) {
    this.#reader = new WordReader(text);
    this.#text = text;
    this.#aliases = aliases;
    this.#isWhole = isWhole;
  }

  /** The next command line, or undefined at the end of the text. */
  next(): List | undefined {
    for (;;) {
      this.#skipBlanks();
      if (this.#operator() === '\n') this.#newline();
      else break;
    }
    if (this.#isAtEnd) return undefined;
    const list = this.#list(true);
    const operator = this.#operator();
    if (operator === '\n') this.#newline();
    else if (!this.#isAtEnd) throw this.#unexpected();
    if (this.#hereDocuments.length > 0) this.#readHereDocuments();
    return list;
  }

  /** What has not been parsed yet. */
  get rest(): string {
    return this.#reader.text.slice(this.#reader.at);
  }

  get #isAtEnd(): boolean {
    return this.#reader.at >= this.#reader.text.length;
  }

  #skipBlanks(): void {
    const { text } = this.#reader;
    for (;;) {
      const c = text[this.#reader.at];
      if (c === ' ' || c === '\t' || c === '\r') this.#reader.at++;
      else if (c === '\\' && text[this.#reader.at + 1] === '\n') this.#reader.at += 2;
      else if (c === '#') {
        const end = text.indexOf('\n', this.#reader.at);
        this.#reader.at = end < 0 ? text.length : end;
      } else return;
    }
  }

  /** The operator that comes next (not consumed), or ''. */
  #operator(): string {
    this.#skipBlanks();
    const { text, at } = this.#reader;
    const rest = text.slice(at, at + 3);
    if (/^[<>]\(/.test(rest)) return '';
    return OPERATORS.find((operator) => rest.startsWith(operator)) ?? '';
  }

  #take(operator: string): void {
    if (this.#operator() !== operator) throw this.#unexpected();
    this.#reader.at += operator.length;
  }

  /** The keyword that comes next (not consumed), or ''. */
  #keyword(): string {
    this.#skipBlanks();
    const found =
      /^[^\s;&|<>()$`"'\\#]+/.exec(
        this.#reader.text.slice(this.#reader.at, this.#reader.at + 64),
      )?.[0] ?? '';
    return KEYWORDS.has(found) ? found : '';
  }

  #takeKeyword(keyword: string): void {
    this.#skipNewlines();
    if (this.#keyword() !== keyword) throw this.#unexpected();
    this.#reader.at += keyword.length;
  }

  #newline(): void {
    this.#reader.at++;
    if (this.#hereDocuments.length > 0) this.#readHereDocuments();
  }

  #skipNewlines(): void {
    while (this.#operator() === '\n') this.#newline();
  }

  #unexpected(): SyntaxError {
    const { line, text } = this.#reader;
    this.#skipBlanks();
    if (this.#isAtEnd) return new Incomplete('syntax error: unexpected end of file', line);
    const operator = this.#operator();
    const token =
      operator === '\n'
        ? 'newline'
        : operator || (this.#reader.word()?.source ?? text[this.#reader.at] ?? '');
    return new SyntaxError(
      `syntax error near unexpected token \`${token}'`,
      line,
      text.split('\n')[line - 1] ?? '',
    );
  }

  /** Pipelines up to something that ends a list. `isLine`: a newline ends it, too. */
  #list(isLine = false): List {
    if (++this.#nesting > NESTING_MAX)
      throw new SyntaxError('maximum nesting level exceeded', this.#reader.line);
    const items: AndOr[] = [];
    if (!isLine) this.#skipNewlines();
    while (!this.#isListEnd()) {
      const begin = this.#reader.at;
      const item = this.#andOr();
      const source = this.#reader.text.slice(begin, this.#reader.at).trim();
      const operator = this.#operator();
      items.push({ ...item, isBackground: operator === '&', source });
      if (operator === ';' || operator === '&') this.#reader.at++;
      else if (operator !== '\n' || isLine) break;
      if (isLine && this.#operator() === '\n') break;
      if (!isLine) this.#skipNewlines();
    }
    this.#nesting--;
    return { items };
  }

  #isListEnd(): boolean {
    const operator = this.#operator();
    if (this.#isAtEnd) return true;
    if (
      operator === ')' ||
      operator === ';;' ||
      operator === ';&' ||
      operator === ';;&' ||
      operator === '\n'
    )
      return true;
    return ENDING.has(this.#keyword());
  }

  /** A list that must not be empty. */
  #body(isLine = false): List {
    const list = this.#list(isLine);
    if (list.items.length === 0) throw this.#unexpected();
    return list;
  }

  #andOr(): Omit<AndOr, 'isBackground' | 'source'> {
    const first = this.#pipeline();
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = [];
    for (;;) {
      const operator = this.#operator();
      if (operator !== '&&' && operator !== '||') return { first, rest };
      this.#reader.at += 2;
      this.#skipNewlines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
  }

  #pipeline(): Pipeline {
    let isNegated = false;
    let isTimed = false;
    for (
      let keyword = this.#keyword();
      keyword === '!' || keyword === 'time';
      keyword = this.#keyword()
    ) {
      this.#reader.at += keyword.length;
      if (keyword === '!') isNegated = !isNegated;
      else isTimed = true;
    }
    const commands: Command[] = [];
    const withErrors: boolean[] = [];
    if (isTimed && this.#isListEnd()) return { commands, isNegated, isTimed, withErrors };
    for (;;) {
      commands.push(this.#command());
      const operator = this.#operator();
      withErrors.push(operator === '|&');
      if (operator !== '|' && operator !== '|&')
        return { commands, isNegated, isTimed, withErrors };
      this.#reader.at += operator.length;
      this.#skipNewlines();
    }
  }

  #command(): Command {
    const { line } = this.#reader;
    const begin = this.#reader.at;
    const operator = this.#operator();
    if (operator === '(') {
      if (this.#reader.text.startsWith('((', this.#reader.at)) {
        const arithmetic = this.#arithmeticCommand();
        if (arithmetic) return this.#compound({ kind: 'arithmetic', word: arithmetic, line });
      }
      this.#take('(');
      const body = this.#body();
      this.#take(')');
      return this.#compound({
        kind: 'subshell',
        body,
        line,
        source: this.#reader.text.slice(begin, this.#reader.at).trim(),
      });
    }
    const keyword = this.#keyword();
    switch (keyword) {
      case '':
        return this.#simple();
      case '{': {
        this.#takeKeyword('{');
        const body = this.#body();
        this.#takeKeyword('}');
        return this.#compound({ kind: 'group', body, line });
      }
      case 'if':
        return this.#compound({ ...this.#if(), line });
      case 'while':
      case 'until': {
        this.#takeKeyword(keyword);
        const test = this.#body();
        return this.#compound({
          kind: 'while',
          test,
          body: this.#doDone(),
          isUntil: keyword === 'until',
          line,
        });
      }
      case 'for':
      case 'select':
        return this.#compound({ ...this.#for(keyword), line } as Omit<
          Compound,
          'redirections'
        > as Bare);
      case 'case':
        return this.#compound({ ...this.#case(), line });
      case '[[':
        this.#takeKeyword('[[');
        return this.#compound({ kind: 'conditional', test: this.#conditionalEnd(), line });
      case 'function':
        return this.#function();
      default:
        throw this.#unexpected();
    }
  }

  #compound(bare: Bare): Command {
    return { ...bare, redirections: this.#redirections() };
  }

  #redirections(): Redirection[] {
    const all: Redirection[] = [];
    for (let one = this.#redirection(); one; one = this.#redirection()) all.push(one);
    return all;
  }

  #if(): { kind: 'if'; branches: { test: List; body: List }[]; otherwise: List | undefined } {
    this.#takeKeyword('if');
    const branches: { test: List; body: List }[] = [];
    let otherwise: List | undefined;
    for (;;) {
      const test = this.#body();
      this.#takeKeyword('then');
      branches.push({ test, body: this.#body() });
      const keyword = this.#nextKeyword();
      if (keyword === 'elif') this.#takeKeyword('elif');
      else if (keyword === 'else') {
        this.#takeKeyword('else');
        otherwise = this.#body();
        break;
      } else break;
    }
    this.#takeKeyword('fi');
    return { kind: 'if', branches, otherwise };
  }

  #nextKeyword(): string {
    this.#skipNewlines();
    return this.#keyword();
  }

  #doDone(): List {
    if (this.#operator() === ';') this.#take(';');
    this.#takeKeyword('do');
    const body = this.#body();
    this.#takeKeyword('done');
    return body;
  }

  #for(keyword: 'for' | 'select'): { kind: string } {
    this.#takeKeyword(keyword);
    this.#skipBlanks();
    if (keyword === 'for' && this.#operator() === '(') return this.#arithmeticFor();
    const variable = this.#reader.word();
    const name = variable && literalText(variable);
    if (variable === undefined) throw this.#unexpected();
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name))
      throw new SyntaxError(`\`${variable.source}': not a valid identifier`, this.#reader.line);
    let words: Word[] | undefined;
    if (this.#operator() !== ';' && this.#nextKeyword() === 'in') {
      this.#takeKeyword('in');
      words = [];
      for (let operator = this.#operator(); operator === ''; operator = this.#operator()) {
        const word = this.#reader.word();
        if (!word) break;
        words.push(word);
      }
    }
    if (this.#operator() === ';') this.#take(';');
    else if (this.#operator() !== '\n' && words) throw this.#unexpected();
    this.#skipNewlines();
    return {
      kind: keyword,
      name,
      words,
      body: this.#nextKeyword() === '{' ? this.#braces() : this.#doDone(),
    } as { kind: string };
  }

  #braces(): List {
    this.#takeKeyword('{');
    const body = this.#body();
    this.#takeKeyword('}');
    return body;
  }

  #arithmeticFor(): { kind: 'arithmetic-for'; begin: Word; test: Word; step: Word; body: List } {
    const source = this.#arithmeticText();
    const [begin, test, step] = (source ?? '').split(';');
    if (source === undefined || step === undefined)
      throw new SyntaxError('syntax error: arithmetic expression required', this.#reader.line);
    if (this.#operator() === ';') this.#take(';');
    this.#skipNewlines();
    const body = this.#keyword() === '{' ? this.#braces() : this.#doDone();
    return {
      kind: 'arithmetic-for',
      begin: doubleQuoted(begin ?? ''),
      test: doubleQuoted(test ?? ''),
      step: doubleQuoted(step),
      body,
    };
  }

  #arithmeticCommand(): Word | undefined {
    const text = this.#arithmeticText();
    return text === undefined ? undefined : doubleQuoted(text);
  }

  /** What stands in `(( ))`; undefined (and nothing consumed) when it is no such thing. */
  #arithmeticText(): string | undefined {
    const { text, at } = this.#reader;
    if (!text.startsWith('((', at)) return undefined;
    let depth = 0;
    for (let i = at + 2; i < text.length; i++) {
      if (text[i] === '(') depth++;
      else if (text[i] === ')' && depth-- === 0) {
        if (text[i + 1] !== ')') return undefined;
        this.#reader.at = i + 2;
        return text.slice(at + 2, i);
      }
    }
    throw new Incomplete("unexpected EOF while looking for matching `)'", this.#reader.line);
  }

  #case(): { kind: 'case'; word: Word; items: CaseItem[] } {
    this.#takeKeyword('case');
    this.#skipBlanks();
    const word = this.#reader.word();
    if (!word) throw this.#unexpected();
    this.#takeKeyword('in');
    const items: CaseItem[] = [];
    while (this.#nextKeyword() !== 'esac') {
      if (this.#operator() === '(') this.#take('(');
      const patterns: Word[] = [];
      for (;;) {
        this.#skipBlanks();
        const pattern = this.#reader.word();
        if (!pattern) throw this.#unexpected();
        patterns.push(pattern);
        if (this.#operator() !== '|') break;
        this.#take('|');
      }
      this.#take(')');
      const body = this.#list();
      this.#skipNewlines();
      const operator = this.#operator();
      const isLast = operator !== ';;' && operator !== ';&' && operator !== ';;&';
      items.push({ patterns, body, end: isLast ? ';;' : operator });
      if (isLast) break;
      this.#reader.at += operator.length;
    }
    this.#takeKeyword('esac');
    return { kind: 'case', word, items };
  }

  #function(): Command {
    this.#takeKeyword('function');
    this.#skipBlanks();
    const name = this.#reader.word()?.source;
    if (name === undefined) throw this.#unexpected();
    if (this.#operator() === '(') {
      this.#take('(');
      this.#take(')');
    }
    return this.#functionBody(name);
  }

  #functionBody(name: string): Command {
    this.#skipNewlines();
    const body = this.#command();
    if (body.kind === 'simple' || body.kind === 'function') throw this.#unexpected();
    return { kind: 'function', name, body };
  }

  #simple(): Command {
    const { line } = this.#reader;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      const redirection = this.#redirection();
      if (redirection) {
        redirections.push(redirection);
        continue;
      }
      const operator = this.#operator();
      if (
        operator === '(' &&
        words.length === 1 &&
        assignments.length === 0 &&
        redirections.length === 0
      ) {
        const name = unquotedText(words[0] as Word);
        if (name === undefined) throw this.#unexpected();
        this.#take('(');
        this.#take(')');
        return this.#functionBody(name);
      }
      if (operator !== '') break;
      const mayBeAlias = words.length === 0 || this.#mayExpandNext;
      const begin = this.#reader.at;
      const assignment =
        words.length === 0 || isDeclaration(words[0] as Word) ? this.#assignment() : undefined;
      if (assignment && words.length === 0) {
        assignments.push(assignment);
        continue;
      }
      if (assignment) this.#reader.at = begin;
      const word =
        assignment && typeof assignment.value === 'object' && Array.isArray(assignment.value)
          ? this.#arrayWord(begin)
          : this.#reader.word();
      if (!word) break;
      if (mayBeAlias && this.#expandAlias(word, begin)) {
        // The alias may have become a keyword or an operator: look again.
        if (words.length === 0 && assignments.length === 0 && redirections.length === 0)
          return this.#command();
        continue;
      }
      words.push(word);
    }
    if (assignments.length === 0 && words.length === 0 && redirections.length === 0)
      throw this.#unexpected();
    return { kind: 'simple', assignments, words, redirections, line };
  }

  /** `name=(…)` as an argument of `declare`: kept as source, which the builtin parses again. */
  #arrayWord(begin: number): Word {
    this.#assignment();
    const source = this.#reader.text.slice(begin, this.#reader.at);
    return { parts: [{ kind: 'quoted', text: source }], source };
  }

  #expandAlias(word: Word, begin: number): boolean {
    this.#mayExpandNext = false;
    const name = unquotedText(word);
    if (!this.#aliases || name === undefined) return false;
    const end = this.#reader.at;
    const left = this.#reader.text.length - begin;
    this.#expanding = this.#expanding.filter((one) => left > one.left);
    if (this.#expanding.some((one) => one.name === name)) return false;
    const value = this.#aliases(name);
    if (value === undefined) return false;
    const rest = this.#reader.text.slice(end);
    this.#expanding.push({ name, left: rest.length });
    this.#replaceText(this.#reader.text.slice(0, begin) + value + rest, begin);
    this.#mayExpandNext = /[ \t]$/.test(value);
    return true;
  }

  #replaceText(text: string, at: number): void {
    this.#text = text;
    Object.assign(this.#reader, { text: this.#text, at });
  }

  #assignment(): Assignment | undefined {
    this.#skipBlanks();
    const rest = this.#reader.text.slice(this.#reader.at, this.#reader.at + 300);
    const match = /^([A-Za-z_]\w*)(?:\[([^\]\n]*)\])?(\+)?=/.exec(rest);
    if (!match) return undefined;
    const index =
      match[2] === undefined ? undefined : (new WordReader(match[2]).word('') ?? doubleQuoted(''));
    this.#reader.at += match[0].length;
    const name = match[1] as string;
    const isAppend = match[3] === '+';
    if (this.#reader.text[this.#reader.at] === '(' && index === undefined) {
      this.#take('(');
      return { name, index, isAppend, value: this.#arrayValues() };
    }
    return { name, index, isAppend, value: this.#reader.word() ?? { parts: [], source: '' } };
  }

  #arrayValues(): Word[] {
    const values: Word[] = [];
    for (;;) {
      this.#skipNewlines();
      if (this.#operator() === ')') break;
      const word = this.#operator() === '' ? this.#reader.word() : undefined;
      if (!word) throw this.#unexpected();
      values.push(word);
    }
    this.#take(')');
    return values;
  }

  #redirection(): Redirection | undefined {
    this.#skipBlanks();
    const { text, at } = this.#reader;
    const digits = /^\d+(?=[<>])/.exec(text.slice(at, at + 8))?.[0] ?? '';
    this.#reader.at += digits.length;
    const operator = this.#operator();
    if (!REDIRECTIONS.has(operator) || (digits !== '' && operator.startsWith('&'))) {
      this.#reader.at = at;
      return undefined;
    }
    this.#reader.at += operator.length;
    this.#skipBlanks();
    const target = this.#operator() === '' ? this.#reader.word() : undefined;
    if (!target) throw this.#unexpected();
    const redirection: MutableRedirection = {
      fd: digits === '' ? undefined : Number(digits),
      operator: (operator === '<<-' ? '<<' : operator) as Redirection['operator'],
      target,
    };
    if (operator === '<<' || operator === '<<-')
      this.#noteHereDocument(redirection, operator === '<<-');
    return redirection;
  }

  #noteHereDocument(redirection: MutableRedirection, stripsTabs: boolean): void {
    const { target } = redirection;
    const delimiter = literalText(target) ?? target.source;
    this.#hereDocuments.push({
      redirection,
      delimiter,
      isQuoted: target.parts.some((part) => part.kind !== 'literal'),
      stripsTabs,
    });
  }

  #readHereDocuments(): void {
    const pending = this.#hereDocuments;
    this.#hereDocuments = [];
    for (const { redirection, delimiter, isQuoted, stripsTabs } of pending) {
      let body = '';
      for (;;) {
        if (this.#isAtEnd && this.#isWhole) break;
        if (this.#isAtEnd)
          throw new Incomplete(
            `here-document delimited by end-of-file (wanted \`${delimiter}')`,
            this.#reader.line,
          );
        const { text, at } = this.#reader;
        const end = text.indexOf('\n', at);
        const raw = end < 0 ? text.slice(at) : text.slice(at, end);
        this.#reader.at = end < 0 ? text.length : end + 1;
        const line = stripsTabs ? raw.replace(/^\t+/, '') : raw;
        if (line === delimiter) break;
        body += `${line}\n`;
      }
      redirection.target = isQuoted
        ? { parts: [{ kind: 'quoted', text: body }], source: body }
        : doubleQuoted(body);
    }
  }

  /** The rest of `[[ … ]]`. */
  #conditionalEnd(): Conditional {
    const test = this.#conditionalOr();
    this.#takeKeyword(']]');
    return test;
  }

  #conditionalOr(): Conditional {
    let left = this.#conditionalAnd();
    for (this.#skipNewlines(); this.#operator() === '||'; this.#skipNewlines()) {
      this.#take('||');
      left = { kind: 'or', left, right: this.#conditionalAnd() };
    }
    return left;
  }

  #conditionalAnd(): Conditional {
    let left = this.#conditionalTerm();
    for (this.#skipNewlines(); this.#operator() === '&&'; this.#skipNewlines()) {
      this.#take('&&');
      left = { kind: 'and', left, right: this.#conditionalTerm() };
    }
    return left;
  }

  #conditionalTerm(): Conditional {
    this.#skipNewlines();
    if (this.#keyword() === '!') {
      this.#takeKeyword('!');
      return { kind: 'not', test: this.#conditionalTerm() };
    }
    if (this.#operator() === '(') {
      this.#take('(');
      const test = this.#conditionalOr();
      this.#take(')');
      return test;
    }
    const first = this.#conditionalWord();
    if (/^-[a-zA-Z]$/.test(first.source) && this.#operator() === '' && this.#keyword() !== ']]')
      return { kind: 'unary', operator: first.source, word: this.#conditionalWord() };
    const operator = this.#operator();
    if (operator === '<' || operator === '>') {
      this.#take(operator);
      return { kind: 'binary', operator, left: first, right: this.#conditionalWord() };
    }
    if (operator !== '' || this.#keyword() === ']]') return { kind: 'word', word: first };
    const comparison = /^(?:==|!=|=~|=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=\s)/.exec(
      this.#reader.text.slice(this.#reader.at, this.#reader.at + 8),
    )?.[0];
    if (comparison === undefined) throw this.#unexpected();
    this.#reader.at += comparison.length;
    this.#skipBlanks();
    const right = comparison === '=~' ? this.#regularExpression() : this.#conditionalWord();
    return { kind: 'binary', operator: comparison, left: first, right };
  }

  #conditionalWord(): Word {
    this.#skipBlanks();
    const word = this.#operator() === '' ? this.#reader.word() : undefined;
    if (!word) throw this.#unexpected();
    return word;
  }

  /** After `=~` brackets and bars are characters. */
  #regularExpression(): Word {
    let depth = 0;
    const begin = this.#reader.at;
    const parts = this.#reader.parts((c) => {
      if (c === '(') depth++;
      if (c === ')') depth--;
      return (c === ' ' || c === '\t' || c === '\n') && depth <= 0;
    }, false);
    return { parts, source: this.#reader.text.slice(begin, this.#reader.at) };
  }
}

type Bare = Compound extends infer One
  ? One extends unknown
    ? Omit<One, 'redirections'>
    : never
  : never;

/** Builtins whose arguments may be assignments of arrays. */
function isDeclaration(word: Word): boolean {
  return /^(?:declare|typeset|local|export|readonly)$/.test(word.source);
}

/** All of a text, for `$( )` and functions that are known to be complete. */
export function parseAll(text: string, aliases?: AliasLookup): List {
  const parser = new Parser(text, aliases, true);
  const items: AndOr[] = [];
  for (let list = parser.next(); list; list = parser.next()) items.push(...list.items);
  return { items };
}
