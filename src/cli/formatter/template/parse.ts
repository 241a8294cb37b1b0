/**
 * Tokens made into a tree.
 *
 * Real:     text/template/parse/{parse,node}.go
 * Left out: define, template and block: a --format is one template.
 */
import { goQuote } from '../strconv.ts';
import type { Token, TokenKind } from './lex.ts';
import { lex, parseError } from './lex.ts';

export type Operand =
  | { readonly kind: 'field'; readonly names: readonly string[]; readonly at: number }
  | { readonly kind: 'variable'; readonly names: readonly string[]; readonly at: number }
  | {
      readonly kind: 'chain';
      readonly base: Operand;
      readonly names: readonly string[];
      readonly at: number;
    }
  | { readonly kind: 'identifier'; readonly name: string; readonly at: number }
  | { readonly kind: 'pipe'; readonly pipe: Pipeline; readonly at: number }
  | {
      readonly kind: 'literal';
      readonly value: string | number | boolean;
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'dot'; readonly at: number }
  | { readonly kind: 'nil'; readonly at: number };

export interface CommandNode {
  readonly operands: readonly Operand[];
  readonly at: number;
}

export interface Pipeline {
  readonly variables: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly CommandNode[];
  readonly at: number;
}

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipe: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly kind: 'break' | 'continue' };

export interface Template {
  readonly source: string;
  readonly nodes: readonly TemplateNode[];
}

export function parseTemplate(source: string, functions: ReadonlySet<string>): Template {
  return { source, nodes: new Parser(source, functions).parse() };
}

class Parser {
  private readonly source: string;
  private readonly functions: ReadonlySet<string>;
  private readonly tokens: readonly Token[];
  private index = 0;
  private variables: string[] = ['$'];
  private loops = 0;

  constructor(source: string, functions: ReadonlySet<string>) {
    this.source = source;
    this.functions = functions;
    this.tokens = lex(source);
  }

  parse(): TemplateNode[] {
    const { nodes, ending } = this.list();
    if (ending !== 'eof') this.fail(`unexpected {{${ending}}}`);
    return nodes;
  }

  private get token(): Token {
    return this.tokens[this.index] ?? { kind: 'eof', text: '', at: this.source.length };
  }

  /** The kind of the token at hand, asked anew after each step. */
  private kind(): TokenKind {
    return this.token.kind;
  }

  private fail(text: string): never {
    throw parseError(this.source, this.token.at, text);
  }

  private unexpected(context: string): never {
    const { kind, text } = this.token;
    if (kind === 'eof') this.fail(`unexpected EOF in ${context}`);
    const shown =
      kind === 'keyword'
        ? `<${text}>`
        : text.length > 10
          ? `${goQuote(text.slice(0, 10))}...`
          : goQuote(text);
    this.fail(`unexpected ${shown} in ${context}`);
  }

  private skipSpace(): void {
    while (this.token.kind === 'space') this.index += 1;
  }

  private take(kind: TokenKind, context: string): Token {
    this.skipSpace();
    const { token } = this;
    if (token.kind !== kind) this.unexpected(context);
    this.index += 1;
    return token;
  }

  /** Nodes up to `{{end}}`, `{{else}}` or the end of the text. */
  private list(): { nodes: TemplateNode[]; ending: 'end' | 'else' | 'eof' } {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const { token } = this;
      if (token.kind === 'eof') return { nodes, ending: 'eof' };
      this.index += 1;
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text });
        continue;
      }
      this.skipSpace();
      if (this.token.kind === 'keyword') {
        const word = this.token.text;
        this.index += 1;
        if (word === 'end' || word === 'else') {
          if (word === 'end') this.take('right', 'end');
          return { nodes, ending: word };
        }
        nodes.push(this.control(word));
      } else {
        const pipe = this.pipeline('command');
        this.take('right', 'command');
        nodes.push({ kind: 'action', pipe });
      }
    }
  }

  private control(word: string): TemplateNode {
    if (word === 'if' || word === 'with' || word === 'range') return this.branch(word);
    if (word === 'break' || word === 'continue') {
      if (this.loops === 0) this.fail(`{{${word}}} outside {{range}}`);
      this.take('right', word);
      return { kind: word };
    }
    this.fail(`unexpected {{${word}}}`);
  }

  private branch(word: 'if' | 'with' | 'range'): TemplateNode {
    const scope = this.variables.length;
    const pipe = this.pipeline(word);
    this.take('right', word);
    if (word === 'range') this.loops += 1;
    const { nodes: body, ending } = this.list();
    if (word === 'range') this.loops -= 1;
    let otherwise: TemplateNode[] = [];
    if (ending === 'else') {
      this.skipSpace();
      const next = this.token;
      if (next.kind === 'keyword' && next.text === word && word !== 'range') {
        // {{else if}}: the inner branch takes the {{end}} of both.
        this.index += 1;
        otherwise = [this.branch(word)];
        this.variables.length = scope;
        return { kind: word, pipe, body, otherwise };
      }
      this.take('right', 'else');
      const rest = this.list();
      if (rest.ending === 'else') this.fail('expected end; found {{else}}');
      if (rest.ending === 'eof') this.fail('unexpected EOF');
      otherwise = rest.nodes;
    } else if (ending === 'eof') this.fail('unexpected EOF');
    this.variables.length = scope;
    return { kind: word, pipe, body, otherwise };
  }

  private pipeline(context: string): Pipeline {
    this.skipSpace();
    const { at } = this.token;
    const { variables, isAssignment } = this.declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      this.skipSpace();
      if (this.kind() === 'right' || this.kind() === 'close') {
        if (commands.length === 0) this.fail(`missing value for ${context}`);
        this.variables.push(...(isAssignment ? [] : variables));
        return { variables, isAssignment, commands, at };
      }
      commands.push(this.command());
      this.skipSpace();
      if (this.kind() === 'pipe') {
        this.index += 1;
        this.skipSpace();
        if (this.kind() === 'right' || this.kind() === 'close') {
          this.fail(`missing value for ${context}`);
        }
      }
    }
  }

  /** `$x :=`, `$x =`, `$i, $x :=`. */
  private declarations(context: string): { variables: string[]; isAssignment: boolean } {
    const start = this.index;
    const variables: string[] = [];
    while (this.kind() === 'variable') {
      variables.push(this.token.text);
      this.index += 1;
      this.skipSpace();
      const kind = this.kind();
      if (kind === 'declare' || kind === 'assign') {
        this.index += 1;
        return { variables, isAssignment: kind === 'assign' };
      }
      if (kind !== 'comma' || context !== 'range') break;
      this.index += 1;
      this.skipSpace();
    }
    this.index = start;
    return { variables: [], isAssignment: false };
  }

  private command(): CommandNode {
    const operands: Operand[] = [];
    const { at } = this.token;
    for (;;) {
      this.skipSpace();
      const operand = this.operand();
      if (operand !== undefined) operands.push(operand);
      const { kind } = this.token;
      if (kind === 'space') continue;
      if (kind === 'right' || kind === 'close' || kind === 'pipe') break;
      this.unexpected('operand');
    }
    if (operands.length === 0) this.fail('empty command');
    const first = operands[0];
    if (operands.length > 1 && (first?.kind === 'literal' || first?.kind === 'nil')) {
      this.fail(`non executable command in pipeline stage 1`);
    }
    return { operands, at };
  }

  private operand(): Operand | undefined {
    const base = this.term();
    if (base === undefined || this.token.kind !== 'field') return base;
    const { at } = this.token;
    const names: string[] = [];
    while (this.token.kind === 'field') {
      names.push(this.token.text.slice(1));
      this.index += 1;
    }
    if (base.kind === 'field' || base.kind === 'variable') {
      return { ...base, names: [...base.names, ...names], at };
    }
    if (base.kind === 'literal' || base.kind === 'nil' || base.kind === 'dot') {
      this.fail(`unexpected . after term ${goQuote(operandText(base))}`);
    }
    return { kind: 'chain', base, names, at };
  }

  private term(): Operand | undefined {
    const { kind, text, at } = this.token;
    switch (kind) {
      case 'identifier':
        if (!this.functions.has(text)) this.fail(`function ${goQuote(text)} not defined`);
        this.index += 1;
        return { kind: 'identifier', name: text, at };
      case 'dot':
        this.index += 1;
        return { kind: 'dot', at };
      case 'nil':
        this.index += 1;
        return { kind: 'nil', at };
      case 'variable':
        if (!this.variables.includes(text)) this.fail(`undefined variable ${goQuote(text)}`);
        this.index += 1;
        return { kind: 'variable', names: [text], at };
      case 'field':
        this.index += 1;
        return { kind: 'field', names: [text.slice(1)], at };
      case 'bool':
        this.index += 1;
        return { kind: 'literal', value: text === 'true', text, at };
      case 'number':
        this.index += 1;
        return { kind: 'literal', value: Number(text.replaceAll('_', '')), text, at };
      case 'char':
      case 'string':
        this.index += 1;
        return { kind: 'literal', value: this.unquote(text), text, at };
      case 'open': {
        this.index += 1;
        const pipe = this.pipeline('parenthesized pipeline');
        this.take('close', 'parenthesized pipeline');
        return { kind: 'pipe', pipe, at };
      }
      default:
        return undefined;
    }
  }

  private unquote(text: string): string | number {
    if (text.startsWith('`')) return text.slice(1, -1);
    const value = text
      .slice(1, -1)
      .replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g, (_all, x, u, c: string) => {
        const hex = (x ?? u) as string | undefined;
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        return { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }[c] ?? c;
      });
    return text.startsWith("'") ? (value.codePointAt(0) ?? 0) : value;
  }
}

/** An operand as error messages show it. */
export function operandText(operand: Operand): string {
  switch (operand.kind) {
    case 'field':
      return operand.names.map((name) => `.${name}`).join('');
    case 'variable':
      return operand.names.join('.');
    case 'chain': {
      const base = operandText(operand.base);
      return `${base}${operand.names.map((name) => `.${name}`).join('')}`;
    }
    case 'identifier':
      return operand.name;
    case 'pipe':
      return `(${pipelineText(operand.pipe)})`;
    case 'literal':
      return operand.text;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    default: {
      const never: never = operand;
      return never;
    }
  }
}

export function commandText(command: CommandNode): string {
  return command.operands.map(operandText).join(' ');
}

export function pipelineText(pipe: Pipeline): string {
  const declared =
    pipe.variables.length === 0
      ? ''
      : `${pipe.variables.join(', ')} ${pipe.isAssignment ? '=' : ':='} `;
  return declared + pipe.commands.map(commandText).join(' | ');
}
