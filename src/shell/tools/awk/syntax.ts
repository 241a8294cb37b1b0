/** awk programs: words, grammar, tree. */

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'regex'; readonly source: string }
  | Place
  | {
      readonly kind: 'assign';
      readonly operator: string;
      readonly place: Place;
      readonly value: Expression;
    }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'step';
      readonly place: Place;
      readonly by: 1 | -1;
      readonly isPrefix: boolean;
    }
  | {
      readonly kind: 'match';
      readonly isNegated: boolean;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'in'; readonly keys: readonly Expression[]; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'getline';
      readonly place: Place | undefined;
      readonly file: Expression | undefined;
      readonly command: Expression | undefined;
    }
  | { readonly kind: 'group'; readonly items: readonly Expression[] };

export type Place =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly index: Expression }
  | { readonly kind: 'element'; readonly name: string; readonly keys: readonly Expression[] };

export type Statement =
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'expression'; readonly value: Expression }
  | {
      readonly kind: 'print';
      readonly isFormatted: boolean;
      readonly args: readonly Expression[];
      readonly redirection: { readonly operator: string; readonly target: Expression } | undefined;
    }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly yes: Statement;
      readonly no: Statement | undefined;
    }
  | {
      readonly kind: 'while';
      readonly test: Expression;
      readonly body: Statement;
      readonly isPost: boolean;
    }
  | {
      readonly kind: 'for';
      readonly begin: Statement | undefined;
      readonly test: Expression | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | {
      readonly kind: 'for-in';
      readonly variable: string;
      readonly name: string;
      readonly body: Statement;
    }
  | { readonly kind: 'jump'; readonly what: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly kind: 'exit' | 'return'; readonly value: Expression | undefined }
  | {
      readonly kind: 'delete';
      readonly name: string;
      readonly keys: readonly Expression[] | undefined;
    };

export interface Rule {
  readonly kind: 'BEGIN' | 'END' | 'main';
  readonly first: Expression | undefined;
  readonly second: Expression | undefined;
  readonly body: Statement | undefined;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<
    string,
    { readonly parameters: readonly string[]; readonly body: Statement }
  >;
}

export class AwkError extends Error {
  override readonly name = 'AwkError';
}

interface Token {
  readonly kind:
    | 'number'
    | 'string'
    | 'regex'
    | 'name'
    | 'function'
    | 'keyword'
    | 'operator'
    | 'newline'
    | 'end';
  readonly text: string;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'in',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'print',
  'printf',
  'getline',
]);
const OPERATORS =
  /^(?:\*\*=|\*\*|\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|&&|\|\||>>|[-+*/%^!<>|?:~$=,;(){}[\]])/;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const mayDivide = (): boolean => {
    const last = tokens.at(-1);
    return (
      last !== undefined &&
      (last.kind === 'number' ||
        last.kind === 'string' ||
        last.kind === 'name' ||
        last.kind === 'regex' ||
        [')', ']', '$', '++', '--'].includes(last.text))
    );
  };
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    if (rest[0] === '\n') {
      tokens.push({ kind: 'newline', text: '\n' });
      at++;
      continue;
    }
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
    if (number) {
      tokens.push({ kind: 'number', text: number[0] });
      at += number[0].length;
      continue;
    }
    if (rest[0] === '"') {
      const found = /^"((?:[^"\\\n]|\\[\s\S])*)"/.exec(rest);
      if (!found) throw new AwkError('runaway string constant');
      tokens.push({ kind: 'string', text: unescape(found[1] as string) });
      at += found[0].length;
      continue;
    }
    if (rest[0] === '/' && !mayDivide()) {
      const found = /^\/((?:[^/\\\n[]|\\[\s\S]|\[\^?\]?(?:\[:\w+:\]|[^\]\n])*\])*)\//.exec(rest);
      if (!found) throw new AwkError('runaway regular expression');
      tokens.push({ kind: 'regex', text: (found[1] as string).replaceAll('\\/', '/') });
      at += found[0].length;
      continue;
    }
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (name) {
      const isCall = rest[name[0].length] === '(';
      tokens.push({
        kind: KEYWORDS.has(name[0]) ? 'keyword' : isCall ? 'function' : 'name',
        text: name[0] === 'func' ? 'function' : name[0],
      });
      at += name[0].length;
      continue;
    }
    const operator = OPERATORS.exec(rest);
    if (!operator) throw new AwkError(`syntax error at or near ${rest[0] ?? ''}`);
    tokens.push({
      kind: 'operator',
      text: operator[0] === '**' ? '^' : operator[0] === '**=' ? '^=' : operator[0],
    });
    at += operator[0].length;
  }
  tokens.push({ kind: 'end', text: 'end of file' });
  return tokens;
}

export function unescape(text: string): string {
  const known: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\u0007',
    b: '\b',
    f: '\f',
    v: '\v',
    '\\': '\\',
    '"': '"',
    '/': '/',
  };
  return text.replace(
    /\\(?:([0-7]{1,3})|(\n)|([\s\S]))/g,
    (all, octal?: string, newline?: string, c?: string) =>
      octal !== undefined
        ? String.fromCharCode(parseInt(octal, 8))
        : newline !== undefined
          ? ''
          : (known[c as string] ?? all),
  );
}

export function parseAwk(text: string): AwkProgram {
  return new AwkParser(tokenize(text)).program();
}

class AwkParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** In `for (x in a)` heads and `print > file`, `in` and `>` are no operators. */
  #noIn = 0;
  #noGreater = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #is(text: string): boolean {
    return (
      this.#token.text === text &&
      (this.#token.kind === 'operator' || this.#token.kind === 'keyword')
    );
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#error();
  }

  #error(): AwkError {
    return new AwkError(
      `syntax error at or near ${this.#token.kind === 'newline' ? 'end of line' : this.#token.text}`,
    );
  }

  #skipNewlines(): void {
    while (this.#token.kind === 'newline' || this.#is(';')) this.#at++;
  }

  #optionalNewlines(): void {
    while (this.#token.kind === 'newline') this.#at++;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, { parameters: string[]; body: Statement }>();
    for (this.#skipNewlines(); this.#token.kind !== 'end'; this.#skipNewlines()) {
      if (this.#take('function')) {
        const name = this.#tokens[this.#at++]?.text ?? '';
        this.#expect('(');
        const parameters: string[] = [];
        while (!this.#is(')')) {
          parameters.push(this.#tokens[this.#at++]?.text ?? '');
          this.#take(',');
          this.#optionalNewlines();
        }
        this.#expect(')');
        this.#optionalNewlines();
        functions.set(name, { parameters, body: this.#block() });
      } else rules.push(this.#rule());
    }
    return { rules, functions };
  }

  #rule(): Rule {
    for (const kind of ['BEGIN', 'END'] as const)
      if (this.#take(kind)) {
        this.#optionalNewlines();
        return { kind, first: undefined, second: undefined, body: this.#block() };
      }
    const first = this.#is('{') ? undefined : this.#expression();
    const second =
      first && this.#take(',') ? (this.#optionalNewlines(), this.#expression()) : undefined;
    return { kind: 'main', first, second, body: this.#is('{') ? this.#block() : undefined };
  }

  #block(): Statement {
    this.#expect('{');
    const body: Statement[] = [];
    for (this.#skipNewlines(); !this.#is('}'); this.#skipNewlines()) {
      if (this.#token.kind === 'end') throw this.#error();
      body.push(this.#statement());
    }
    this.#expect('}');
    return { kind: 'block', body };
  }

  #statement(): Statement {
    if (this.#is('{')) return this.#block();
    if (this.#take(';')) return { kind: 'block', body: [] };
    if (this.#take('if')) return this.#if();
    if (this.#take('while')) {
      const test = this.#parenthesised();
      if (this.#take(';'))
        return { kind: 'while', test, body: { kind: 'block', body: [] }, isPost: false };
      return { kind: 'while', test, body: this.#body(), isPost: false };
    }
    if (this.#take('do')) {
      const body = this.#body();
      this.#skipNewlines();
      this.#expect('while');
      const test = this.#parenthesised();
      this.#end();
      return { kind: 'while', test, body, isPost: true };
    }
    if (this.#take('for')) return this.#for();
    const simple = this.#simple();
    this.#end();
    return simple;
  }

  #end(): void {
    if (this.#token.kind === 'newline' || this.#is(';')) this.#at++;
    else if (!this.#is('}') && this.#token.kind !== 'end') throw this.#error();
  }

  #body(): Statement {
    this.#optionalNewlines();
    return this.#statement();
  }

  #parenthesised(): Expression {
    this.#expect('(');
    const test = this.#expression();
    this.#expect(')');
    return test;
  }

  #if(): Statement {
    const test = this.#parenthesised();
    const yes = this.#body();
    const before = this.#at;
    this.#skipNewlines();
    if (this.#take('else')) return { kind: 'if', test, yes, no: this.#body() };
    this.#at = before;
    return { kind: 'if', test, yes, no: undefined };
  }

  #for(): Statement {
    this.#expect('(');
    const [name, word, array, close] = this.#tokens.slice(this.#at, this.#at + 4);
    if (
      name?.kind === 'name' &&
      word?.text === 'in' &&
      array?.kind === 'name' &&
      close?.text === ')'
    ) {
      this.#at += 4;
      return { kind: 'for-in', variable: name.text, name: array.text, body: this.#body() };
    }
    const begin = this.#is(';') ? undefined : this.#simple();
    this.#expect(';');
    this.#optionalNewlines();
    const test = this.#is(';') ? undefined : this.#expression();
    this.#expect(';');
    this.#optionalNewlines();
    const step = this.#is(')') ? undefined : this.#simple();
    this.#expect(')');
    if (this.#take(';'))
      return { kind: 'for', begin, test, step, body: { kind: 'block', body: [] } };
    return { kind: 'for', begin, test, step, body: this.#body() };
  }

  #simple(): Statement {
    for (const what of ['next', 'nextfile', 'break', 'continue'] as const)
      if (this.#take(what)) return { kind: 'jump', what };
    for (const kind of ['exit', 'return'] as const)
      if (this.#take(kind)) return { kind, value: this.#isEnd() ? undefined : this.#expression() };
    if (this.#take('delete')) {
      const name = this.#tokens[this.#at++]?.text ?? '';
      if (!this.#take('[')) return { kind: 'delete', name, keys: undefined };
      const keys = this.#list(']');
      return { kind: 'delete', name, keys };
    }
    if (this.#is('print') || this.#is('printf')) return this.#print();
    return { kind: 'expression', value: this.#expression() };
  }

  #isEnd(): boolean {
    return (
      this.#token.kind === 'newline' ||
      this.#token.kind === 'end' ||
      this.#is(';') ||
      this.#is('}') ||
      this.#is('>') ||
      this.#is('>>') ||
      this.#is('|')
    );
  }

  #print(): Statement {
    const isFormatted = this.#token.text === 'printf';
    this.#at++;
    this.#noGreater++;
    const args: Expression[] = [];
    if (!this.#isEnd()) {
      do {
        this.#optionalNewlines();
        args.push(this.#expression());
      } while (this.#take(','));
    }
    this.#noGreater--;
    const [only] = args;
    const flat = args.length === 1 && only?.kind === 'group' ? only.items : args;
    for (const operator of ['>>', '>', '|']) {
      if (!this.#take(operator)) continue;
      this.#noGreater++;
      const target = this.#concatenation();
      this.#noGreater--;
      return { kind: 'print', isFormatted, args: flat, redirection: { operator, target } };
    }
    return { kind: 'print', isFormatted, args: flat, redirection: undefined };
  }

  /** Expressions up to a closing bracket, which is taken. */
  #list(close: string): Expression[] {
    const items: Expression[] = [];
    this.#optionalNewlines();
    while (!this.#is(close)) {
      items.push(this.#expression());
      this.#optionalNewlines();
      if (!this.#take(',')) break;
      this.#optionalNewlines();
    }
    this.#expect(close);
    return items;
  }

  #expression(): Expression {
    const left = this.#conditional();
    const operator = this.#token.text;
    if (this.#token.kind === 'operator' && /^(?:[-+*/%^]?=)$/.test(operator) && isPlace(left)) {
      this.#at++;
      this.#optionalNewlines();
      return { kind: 'assign', operator, place: left, value: this.#expression() };
    }
    return left;
  }

  #conditional(): Expression {
    const test = this.#or();
    if (!this.#take('?')) return test;
    this.#optionalNewlines();
    const yes = this.#expression();
    this.#optionalNewlines();
    this.#expect(':');
    this.#optionalNewlines();
    return { kind: 'conditional', test, yes, no: this.#expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take('||')) {
      this.#optionalNewlines();
      left = { kind: 'binary', operator: '||', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#membership();
    while (this.#take('&&')) {
      this.#optionalNewlines();
      left = { kind: 'binary', operator: '&&', left, right: this.#membership() };
    }
    return left;
  }

  #membership(): Expression {
    let left = this.#match();
    while (this.#noIn === 0 && this.#is('in')) {
      this.#at++;
      const name = this.#tokens[this.#at++]?.text ?? '';
      left = { kind: 'in', keys: left.kind === 'group' ? left.items : [left], name };
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    for (let isNegated = this.#is('!~'); this.#is('~') || isNegated; isNegated = this.#is('!~')) {
      this.#at++;
      left = { kind: 'match', isNegated, left, right: this.#comparison() };
    }
    return left;
  }

  #comparison(): Expression {
    const left = this.#concatenation();
    const operator = this.#token.text;
    if (
      this.#token.kind === 'operator' &&
      (/^(?:<|<=|==|!=|>=)$/.test(operator) || (operator === '>' && this.#noGreater === 0))
    ) {
      this.#at++;
      return { kind: 'binary', operator, left, right: this.#concatenation() };
    }
    return left;
  }

  #concatenation(): Expression {
    let left = this.#additive();
    for (;;) {
      if (this.#is('|') && this.#tokens[this.#at + 1]?.text === 'getline') {
        this.#at += 2;
        left = { kind: 'getline', place: this.#optionalPlace(), file: undefined, command: left };
      } else if (this.#startsOperand())
        left = { kind: 'binary', operator: ' ', left, right: this.#additive() };
      else return left;
    }
  }

  #startsOperand(): boolean {
    const { kind, text } = this.#token;
    if (
      kind === 'number' ||
      kind === 'string' ||
      kind === 'name' ||
      kind === 'function' ||
      kind === 'regex'
    )
      return true;
    return kind === 'operator' && ['$', '!', '(', '-', '+', '++', '--'].includes(text);
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    while (this.#is('+') || this.#is('-')) {
      const operator = this.#tokens[this.#at++]?.text ?? '';
      left = { kind: 'binary', operator, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#unary();
    while (this.#is('*') || this.#is('/') || this.#is('%')) {
      const operator = this.#tokens[this.#at++]?.text ?? '';
      left = { kind: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    for (const operator of ['!', '-', '+'])
      if (this.#take(operator)) return { kind: 'unary', operator, operand: this.#unary() };
    return this.#power();
  }

  #power(): Expression {
    const base = this.#postfix();
    if (!this.#take('^')) return base;
    return { kind: 'binary', operator: '^', left: base, right: this.#unary() };
  }

  #postfix(): Expression {
    const operand = this.#primary();
    if (isPlace(operand)) {
      if (this.#take('++')) return { kind: 'step', place: operand, by: 1, isPrefix: false };
      if (this.#take('--')) return { kind: 'step', place: operand, by: -1, isPrefix: false };
    }
    return operand;
  }

  #optionalPlace(): Place | undefined {
    const { kind } = this.#token;
    if (kind !== 'name' && !this.#is('$')) return undefined;
    const place = this.#primary();
    return isPlace(place) ? place : undefined;
  }

  #primary(): Expression {
    const { kind, text } = this.#token;
    if (kind === 'number') return (this.#at++, { kind, value: Number(text) });
    if (kind === 'string') return (this.#at++, { kind, value: text });
    if (kind === 'regex') return (this.#at++, { kind, source: text });
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const)
      if (this.#take(operator)) {
        const place = this.#primary();
        if (!isPlace(place)) throw this.#error();
        return { kind: 'step', place, by, isPrefix: true };
      }
    if (this.#take('$'))
      return {
        kind: 'field',
        index: this.#is('++') || this.#is('--') || this.#is('-') ? this.#unary() : this.#primary(),
      };
    if (this.#take('(')) return this.#group();
    if (this.#take('getline')) {
      const place = this.#optionalPlace();
      const file = this.#take('<') ? this.#primary() : undefined;
      return { kind: 'getline', place, file, command: undefined };
    }
    if (kind === 'function') {
      this.#at++;
      this.#expect('(');
      return { kind: 'call', name: text, args: this.#inBrackets(() => this.#list(')')) };
    }
    if (kind !== 'name') throw this.#error();
    this.#at++;
    if (text === 'length') return { kind: 'call', name: text, args: [] };
    if (this.#take('['))
      return { kind: 'element', name: text, keys: this.#inBrackets(() => this.#list(']')) };
    return { kind: 'variable', name: text };
  }

  #inBrackets<T>(parse: () => T): T {
    const [noIn, noGreater] = [this.#noIn, this.#noGreater];
    this.#noIn = 0;
    this.#noGreater = 0;
    const value = parse();
    this.#noIn = noIn;
    this.#noGreater = noGreater;
    return value;
  }

  #group(): Expression {
    return { kind: 'group', items: this.#inBrackets(() => this.#list(')')) };
  }
}

export function isPlace(expression: Expression): expression is Place {
  return (
    expression.kind === 'variable' || expression.kind === 'field' || expression.kind === 'element'
  );
}
