/**
 * Python's syntax, as far as small scripts use it: statements and expressions as trees.
 *
 * Real:     CPython Grammar/python.gram.
 * Left out: classes, decorators, lambda, `with`, `async`, `match`, generators, slices with a step, star arguments. The lab says so.
 */
import { PythonSyntaxError, tokens, type Token } from './tokens.ts';

export type Expr =
  | { readonly type: 'value'; readonly value: string | number | boolean | null }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'format'; readonly parts: readonly (string | FormatPart)[] }
  | { readonly type: 'list' | 'tuple'; readonly items: readonly Expr[] }
  | { readonly type: 'dict'; readonly entries: readonly (readonly [Expr, Expr])[] }
  | {
      readonly type: 'comprehension';
      readonly item: Expr;
      readonly target: Expr;
      readonly from: Expr;
      readonly condition: Expr | undefined;
    }
  | { readonly type: 'attribute'; readonly object: Expr; readonly name: string }
  | { readonly type: 'item'; readonly object: Expr; readonly index: Expr }
  | {
      readonly type: 'slice';
      readonly object: Expr;
      readonly from: Expr | undefined;
      readonly to: Expr | undefined;
    }
  | {
      readonly type: 'call';
      readonly callee: Expr;
      readonly args: readonly Expr[];
      readonly named: readonly (readonly [string, Expr])[];
    }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: Expr }
  | {
      readonly type: 'binary' | 'logical' | 'compare';
      readonly operator: string;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly type: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr };

export interface FormatPart {
  readonly value: Expr;
  readonly spec: string;
  readonly isRepr: boolean;
}

export type Statement = { readonly line: number } & (
  | { readonly type: 'expression'; readonly value: Expr }
  | {
      readonly type: 'assign';
      readonly target: Expr;
      readonly operator: string;
      readonly value: Expr;
    }
  | { readonly type: 'import'; readonly module: string; readonly names: readonly ImportName[] }
  | {
      readonly type: 'if' | 'while';
      readonly test: Expr;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: 'for';
      readonly target: Expr;
      readonly from: Expr;
      readonly body: readonly Statement[];
    }
  | {
      readonly type: 'def';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: readonly Statement[];
    }
  | { readonly type: 'return' | 'raise'; readonly value: Expr | undefined }
  | {
      readonly type: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly Handler[];
      readonly last: readonly Statement[];
    }
  | { readonly type: 'pass' | 'break' | 'continue' }
);

export interface ImportName {
  /** '' for the module itself. */
  readonly name: string;
  readonly as: string;
}

export interface Parameter {
  readonly name: string;
  readonly fallback: Expr | undefined;
}

export interface Handler {
  /** Names of classes; none: all. */
  readonly classes: readonly string[];
  readonly as: string | undefined;
  readonly body: readonly Statement[];
}

/** Syntax that Python has and the lab has not. */
export class Unsupported extends Error {}

const UNSUPPORTED = new Set(
  'class with async await yield lambda global nonlocal match del assert @'.split(' '),
);

const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['+', '-'],
  ['*', '/', '//', '%'],
];
const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'is']);

export function parsePython(text: string): readonly Statement[] {
  return new Parser(tokens(text)).program();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  program(): readonly Statement[] {
    const out: Statement[] = [];
    while (this.#peek.type !== 'end') out.push(...this.#statement());
    return out;
  }

  /** One expression and nothing else: what stands in the braces of an f-string. */
  single(): Expr {
    const value = this.#expressions();
    if (this.#peek.type === 'newline') this.#at++;
    if (this.#peek.type !== 'end') this.#fail('f-string: invalid syntax');
    return value;
  }

  get #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #is(text: string): boolean {
    const { type, text: here } = this.#peek;
    return here === text && (type === 'operator' || type === 'name');
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #acceptType(type: Token['type']): boolean {
    if (this.#peek.type !== type) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail();
  }

  #fail(message = 'invalid syntax'): never {
    throw new PythonSyntaxError(message, this.#peek.line);
  }

  #name(): string {
    const { type, text } = this.#peek;
    if (type !== 'name') this.#fail();
    this.#at++;
    return text;
  }

  #statement(): readonly Statement[] {
    const { line, text, type } = this.#peek;
    if (type === 'indent') throw new PythonSyntaxError('unexpected indent', line);
    if (UNSUPPORTED.has(text) && type !== 'string') throw new Unsupported(`Python의 ${text}`);
    if (type === 'name')
      switch (text) {
        case 'if':
          return [this.#if(line)];
        case 'while': {
          this.#at++;
          const test = this.#expression();
          return [{ type: 'while', line, test, body: this.#block(), otherwise: [] }];
        }
        case 'for': {
          this.#at++;
          const target = this.#targets();
          this.#expect('in');
          const from = this.#expressions();
          return [{ type: 'for', line, target, from, body: this.#block() }];
        }
        case 'def':
          return [this.#def(line)];
        case 'try':
          return [this.#try(line)];
      }
    const out = [this.#simple()];
    while (this.#accept(';')) if (this.#peek.type !== 'newline') out.push(this.#simple());
    if (this.#peek.type === 'newline') this.#at++;
    else if (this.#peek.type !== 'end') this.#fail();
    return out;
  }

  #simple(): Statement {
    const { line, text, type } = this.#peek;
    if (type === 'name' && (text === 'pass' || text === 'break' || text === 'continue')) {
      this.#at++;
      return { type: text, line };
    }
    if (type === 'name' && (text === 'return' || text === 'raise')) {
      this.#at++;
      const isBare = this.#peek.type === 'newline' || this.#peek.type === 'end';
      return { type: text, line, value: isBare ? undefined : this.#expressions() };
    }
    if (this.#accept('import')) return this.#import(line);
    if (this.#accept('from')) return this.#from(line);
    const left = this.#expressions();
    for (const operator of ['=', '+=', '-=', '*=', '/=', '//=', '%='])
      if (this.#accept(operator))
        return {
          ...{ type: 'assign', line, target: left, value: this.#expressions() },
          operator: operator.slice(0, -1),
        };
    return { type: 'expression', line, value: left };
  }

  #import(line: number): Statement {
    const module = this.#dotted();
    const as = this.#accept('as') ? this.#name() : (module.split('.')[0] as string);
    return { type: 'import', line, module, names: [{ name: '', as }] };
  }

  #from(line: number): Statement {
    const module = this.#dotted();
    this.#expect('import');
    const names: ImportName[] = [];
    do {
      const name = this.#name();
      names.push({ name, as: this.#accept('as') ? this.#name() : name });
    } while (this.#accept(','));
    return { type: 'import', line, module, names };
  }

  #dotted(): string {
    let module = this.#name();
    while (this.#accept('.')) module += `.${this.#name()}`;
    return module;
  }

  #block(): readonly Statement[] {
    this.#expect(':');
    if (!this.#acceptType('newline')) return this.#statement();
    if (!this.#acceptType('indent')) this.#fail('expected an indented block');
    const out: Statement[] = [];
    while (this.#peek.type !== 'dedent' && this.#peek.type !== 'end')
      out.push(...this.#statement());
    if (this.#peek.type === 'dedent') this.#at++;
    return out;
  }

  #if(line: number): Statement {
    this.#at++;
    const test = this.#expression();
    const body = this.#block();
    const next = this.#peek.line;
    const otherwise = this.#is('elif')
      ? [this.#if(next)]
      : this.#accept('else')
        ? this.#block()
        : [];
    return { type: 'if', line, test, body, otherwise };
  }

  #def(line: number): Statement {
    this.#at++;
    const name = this.#name();
    this.#expect('(');
    const parameters: Parameter[] = [];
    while (!this.#accept(')')) {
      const parameter = this.#name();
      parameters.push({
        name: parameter,
        fallback: this.#accept('=') ? this.#expression() : undefined,
      });
      if (!this.#is(')')) this.#expect(',');
    }
    return { type: 'def', line, name, parameters, body: this.#block() };
  }

  #try(line: number): Statement {
    this.#at++;
    const body = this.#block();
    const handlers: Handler[] = [];
    while (this.#accept('except')) {
      const classes: string[] = [];
      if (this.#accept('(')) {
        do classes.push(this.#dotted());
        while (this.#accept(','));
        this.#expect(')');
      } else if (!this.#is(':')) classes.push(this.#dotted());
      const as = this.#accept('as') ? this.#name() : undefined;
      handlers.push({ classes, as, body: this.#block() });
    }
    const last = this.#accept('finally') ? this.#block() : [];
    if (handlers.length === 0 && last.length === 0)
      this.#fail("expected 'except' or 'finally' block");
    return { type: 'try', line, body, handlers, last };
  }

  /** `a`, or `a, b` as a tuple. */
  #expressions(): Expr {
    return this.#tuple(() => this.#expression());
  }

  #targets(): Expr {
    return this.#tuple(() => this.#postfix());
  }

  #tuple(one: () => Expr): Expr {
    const first = one();
    if (!this.#is(',')) return first;
    const items = [first];
    while (this.#accept(',')) {
      const { type, text } = this.#peek;
      if (type === 'newline' || type === 'end' || text === '=' || text === ')') break;
      items.push(one());
    }
    return { type: 'tuple', items };
  }

  #expression(): Expr {
    if (this.#is('lambda')) throw new Unsupported('Python의 lambda');
    const yes = this.#or();
    if (!this.#accept('if')) return yes;
    const test = this.#or();
    this.#expect('else');
    return { type: 'choice', test, yes, no: this.#expression() };
  }

  #or(): Expr {
    let left = this.#and();
    while (this.#accept('or')) left = { type: 'logical', operator: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expr {
    let left = this.#not();
    while (this.#accept('and'))
      left = { type: 'logical', operator: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Expr {
    return this.#accept('not')
      ? { type: 'unary', operator: 'not', operand: this.#not() }
      : this.#comparison();
  }

  #comparison(): Expr {
    let left = this.#binary(0);
    for (;;) {
      const { text, type } = this.#peek;
      let operator = text;
      if (type !== 'operator' && type !== 'name') return left;
      if (text === 'not' && this.#tokens[this.#at + 1]?.text === 'in') operator = 'not in';
      else if (!COMPARISONS.has(text)) return left;
      this.#at += operator === 'not in' ? 2 : 1;
      if (operator === 'is' && this.#accept('not')) operator = 'is not';
      left = { type: 'compare', operator, left, right: this.#binary(0) };
    }
  }

  #binary(level: number): Expr {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#peek.type === 'operator' && operators.includes(this.#peek.text)) {
      const operator = this.#peek.text;
      this.#at++;
      left = { type: 'binary', operator, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expr {
    for (const operator of ['-', '+'])
      if (this.#accept(operator)) return { type: 'unary', operator, operand: this.#unary() };
    const left = this.#postfix();
    return this.#accept('**')
      ? { type: 'binary', operator: '**', left, right: this.#unary() }
      : left;
  }

  #postfix(): Expr {
    let object = this.#atom();
    for (;;) {
      if (this.#accept('.')) object = { type: 'attribute', object, name: this.#name() };
      else if (this.#accept('(')) object = this.#call(object);
      else if (this.#accept('[')) object = this.#subscript(object);
      else return object;
    }
  }

  #call(callee: Expr): Expr {
    const args: Expr[] = [];
    const named: (readonly [string, Expr])[] = [];
    while (!this.#accept(')')) {
      if (this.#is('*') || this.#is('**')) throw new Unsupported('Python의 *args');
      const next = this.#tokens[this.#at + 1];
      if (this.#peek.type === 'name' && next?.type === 'operator' && next.text === '=') {
        const name = this.#name();
        this.#at++;
        named.push([name, this.#expression()]);
      } else args.push(this.#comprehended(this.#expression()));
      if (!this.#is(')')) this.#expect(',');
    }
    return { type: 'call', callee, args, named };
  }

  #subscript(object: Expr): Expr {
    const from = this.#is(':') ? undefined : this.#expressions();
    if (this.#accept(':')) {
      const to = this.#is(']') ? undefined : this.#expression();
      this.#expect(']');
      return { type: 'slice', object, from, to };
    }
    this.#expect(']');
    return { type: 'item', object, index: from as Expr };
  }

  #comprehended(item: Expr): Expr {
    if (!this.#accept('for')) return item;
    const target = this.#targets();
    this.#expect('in');
    const from = this.#or();
    const condition = this.#accept('if') ? this.#or() : undefined;
    return { type: 'comprehension', item, target, from, condition };
  }

  #atom(): Expr {
    const { type, text } = this.#peek;
    if (type === 'number') {
      this.#at++;
      return /[.e]/i.test(text) && !/^0x/i.test(text)
        ? { type: 'float', value: Number(text) }
        : { type: 'value', value: Number(text.replace(/_/g, '')) };
    }
    if (type === 'string' || type === 'format') return this.#strings();
    if (this.#accept('(')) {
      if (this.#accept(')')) return { type: 'tuple', items: [] };
      const inner = this.#comprehended(this.#expressions());
      this.#expect(')');
      return inner;
    }
    if (this.#accept('[')) return this.#list();
    if (this.#accept('{')) return this.#dict();
    const name = this.#name();
    if (UNSUPPORTED.has(name)) throw new Unsupported(`Python의 ${name}`);
    if (name === 'None') return { type: 'value', value: null };
    if (name === 'True' || name === 'False') return { type: 'value', value: name === 'True' };
    return { type: 'name', name };
  }

  /** Strings that stand side by side are one. */
  #strings(): Expr {
    const parts: (string | FormatPart)[] = [];
    for (; this.#peek.type === 'string' || this.#peek.type === 'format'; this.#at++) {
      const { type, text } = this.#peek;
      if (type === 'string') parts.push(text);
      else parts.push(...formatParts(text, this.#peek.line));
    }
    return parts.every((part) => typeof part === 'string')
      ? { type: 'value', value: parts.join('') }
      : { type: 'format', parts };
  }

  #list(): Expr {
    if (this.#accept(']')) return { type: 'list', items: [] };
    const first = this.#comprehended(this.#expression());
    const items = [first];
    while (this.#accept(',')) if (!this.#is(']')) items.push(this.#expression());
    this.#expect(']');
    return first.type === 'comprehension' && items.length === 1 ? first : { type: 'list', items };
  }

  #dict(): Expr {
    const entries: (readonly [Expr, Expr])[] = [];
    while (!this.#accept('}')) {
      const key = this.#expression();
      if (!this.#is(':')) throw new Unsupported('Python의 set');
      this.#expect(':');
      entries.push([key, this.#expression()]);
      if (!this.#is('}')) this.#expect(',');
    }
    return { type: 'dict', entries };
  }
}

/** `{c.name:<20}` within an f-string. */
function formatParts(text: string, line: number): (string | FormatPart)[] {
  const out: (string | FormatPart)[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.search(/[{}]/);
    if (open < 0) return [...out, rest];
    if (open > 0) out.push(rest.slice(0, open));
    if (rest[open] === rest[open + 1]) {
      out.push(rest[open] as string);
      rest = rest.slice(open + 2);
      continue;
    }
    const close = matching(rest, open);
    if (close < 0) throw new PythonSyntaxError("f-string: expecting '}'", line);
    const inner = /^(.*?)(!r)?(?::([^:'"\])]*))?$/s.exec(rest.slice(open + 1, close));
    const source = inner?.[1] ?? '';
    const value = new Parser(tokens(source)).single();
    out.push({ value, spec: inner?.[3] ?? '', isRepr: inner?.[2] !== undefined });
    rest = rest.slice(close + 1);
  }
  return out;
}

function matching(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}
