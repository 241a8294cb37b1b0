/**
 * Runs a template over a value.
 *
 * Real: text/template/exec.go
 */
import { formatValue, typeName } from '../fmt.ts';
import type { GoValue } from '../govalue.ts';
import { GoMap, GoNil, GoStruct } from '../govalue.ts';
import { goQuote } from '../strconv.ts';
import type { TemplateFunction } from './functions.ts';
import { BASIC_FUNCTIONS, isTrue } from './functions.ts';
import { TemplateError } from './lex.ts';
import type { CommandNode, Operand, Pipeline, Template, TemplateNode } from './parse.ts';
import { commandText, operandText, parseTemplate } from './parse.ts';

const FUNCTION_NAMES: ReadonlySet<string> = new Set(BASIC_FUNCTIONS.keys());
const OUTPUT_MAX = 16 * 1024 * 1024;

/** Reads a template; throws TemplateError. */
export function compile(source: string): Template {
  return parseTemplate(source, FUNCTION_NAMES);
}

export interface RunOptions {
  readonly functions?: ReadonlyMap<string, TemplateFunction>;
  /** `missingkey=error`: a key that a map has not is an error instead of `<no value>`. */
  readonly missingKeyIsError?: boolean;
}

export function run(template: Template, value: GoValue, options: RunOptions = {}): string {
  const execution = new Execution(template, value, options);
  execution.walk(value, template.nodes);
  return execution.output;
}

class LoopExit extends Error {
  readonly kind: 'break' | 'continue';

  constructor(kind: 'break' | 'continue') {
    super(kind);
    this.kind = kind;
  }
}

interface Variable {
  readonly name: string;
  value: GoValue;
}

class Execution {
  output = '';
  private readonly template: Template;
  private readonly functions: ReadonlyMap<string, TemplateFunction>;
  private readonly missingKeyIsError: boolean;
  private readonly variables: Variable[];

  constructor(template: Template, value: GoValue, options: RunOptions) {
    this.template = template;
    this.functions = options.functions ?? BASIC_FUNCTIONS;
    this.missingKeyIsError = options.missingKeyIsError ?? false;
    this.variables = [{ name: '$', value }];
  }

  walk(dot: GoValue, nodes: readonly TemplateNode[]): void {
    for (const node of nodes) {
      switch (node.kind) {
        case 'text':
          this.print(node.text);
          break;
        case 'action': {
          const value = this.pipeline(dot, node.pipe);
          if (node.pipe.variables.length === 0) this.print(printed(value));
          break;
        }
        case 'if':
        case 'with':
          this.branch(dot, node);
          break;
        case 'range':
          this.range(dot, node);
          break;
        case 'break':
        case 'continue':
          throw new LoopExit(node.kind);
        default: {
          const never: never = node;
          return never;
        }
      }
    }
  }

  private print(text: string): void {
    this.output += text;
    if (this.output.length > OUTPUT_MAX) throw new TemplateError('template: output too long');
  }

  private branch(dot: GoValue, node: TemplateNode & { kind: 'if' | 'with' | 'range' }): void {
    const scope = this.variables.length;
    const value = this.pipeline(dot, node.pipe);
    if (isTrue(value)) this.walk(node.kind === 'with' ? value : dot, node.body);
    else this.walk(dot, node.otherwise);
    this.variables.length = scope;
  }

  private range(dot: GoValue, node: TemplateNode & { kind: 'if' | 'with' | 'range' }): void {
    const scope = this.variables.length;
    const value = this.pipeline(dot, { ...node.pipe, variables: [] });
    const items = this.itemsOf(value, node.pipe);
    if (items.length === 0) this.walk(dot, node.otherwise);
    try {
      for (const [key, item] of items) {
        const [first, second] = node.pipe.variables;
        if (first !== undefined) {
          this.variables.push({ name: first, value: second === undefined ? item : key });
        }
        if (second !== undefined) this.variables.push({ name: second, value: item });
        try {
          this.walk(item, node.body);
        } catch (exit) {
          if (!(exit instanceof LoopExit) || exit.kind === 'break') throw exit;
        }
        this.variables.length = scope;
      }
    } catch (exit) {
      if (!(exit instanceof LoopExit)) throw exit;
    }
    this.variables.length = scope;
  }

  private itemsOf(value: GoValue, pipe: Pipeline): readonly (readonly [GoValue, GoValue])[] {
    if (Array.isArray(value)) {
      return (value as readonly GoValue[]).map((item, i) => [i, item] as const);
    }
    if (value instanceof GoMap) {
      return value.keys().map((key) => [key, value.entries.get(key)] as const);
    }
    if (typeof value === 'number' && Number.isInteger(value)) {
      const count = Math.min(value, 100_000);
      return Array.from({ length: Math.max(0, count) }, (_none, i) => [i, i] as const);
    }
    if (value === null || value === undefined || value instanceof GoNil) return [];
    throw this.error(pipe.at, this.textOf(pipe), `range can't iterate over ${formatValue(value)}`);
  }

  private textOf(pipe: Pipeline): string {
    return pipe.commands.map(commandText).join(' | ');
  }

  private pipeline(dot: GoValue, pipe: Pipeline): GoValue {
    let value: GoValue;
    let isFirst = true;
    for (const command of pipe.commands) {
      value = this.command(dot, command, isFirst ? [] : [value]);
      isFirst = false;
    }
    for (const name of pipe.variables) {
      const known = pipe.isAssignment
        ? [...this.variables].reverse().find((variable) => variable.name === name)
        : undefined;
      if (known !== undefined) known.value = value;
      else this.variables.push({ name, value });
    }
    return value;
  }

  /** `final` holds what came through the pipe: the last argument. */
  private command(dot: GoValue, command: CommandNode, final: readonly GoValue[]): GoValue {
    const [first, ...rest] = command.operands;
    if (first === undefined) return undefined;
    switch (first.kind) {
      case 'identifier':
        return this.call(dot, first, { rest, final, command });
      case 'field':
        return this.fields(dot, dot, first, () => this.arguments(dot, rest, final));
      case 'variable':
        return this.fields(
          dot,
          this.variable(first),
          { ...first, names: first.names.slice(1) },
          () => this.arguments(dot, rest, final),
        );
      case 'chain':
        return this.fields(dot, this.operand(dot, first.base), first, () =>
          this.arguments(dot, rest, final),
        );
      default:
        if (rest.length > 0 || final.length > 0) {
          const text = operandText(first);
          throw this.error(
            first.at,
            commandText(command),
            `can't give argument to non-function ${text}`,
          );
        }
        return this.operand(dot, first);
    }
  }

  private arguments(
    dot: GoValue,
    operands: readonly Operand[],
    final: readonly GoValue[],
  ): readonly GoValue[] {
    return [...operands.map((operand) => this.operand(dot, operand)), ...final];
  }

  private operand(dot: GoValue, operand: Operand): GoValue {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return operand.value;
      case 'pipe':
        return this.pipeline(dot, operand.pipe);
      default:
        return this.command(dot, { operands: [operand], at: operand.at }, []);
    }
  }

  private variable(operand: Operand & { kind: 'variable' }): GoValue {
    const name = operand.names[0];
    return [...this.variables].reverse().find((variable) => variable.name === name)?.value;
  }

  /** Goes along `.A.B.C`; arguments go to the last of them. */
  private fields(
    dot: GoValue,
    start: GoValue,
    operand: Operand & { readonly names: readonly string[] },
    args: () => readonly GoValue[],
  ): GoValue {
    void dot;
    let value = start;
    const last = operand.names.length - 1;
    operand.names.forEach((name, i) => {
      value = this.field(value, name, operand, i === last ? args() : []);
    });
    return value;
  }

  private field(
    receiver: GoValue,
    name: string,
    operand: Operand,
    args: readonly GoValue[],
  ): GoValue {
    const fail = (text: string): TemplateError =>
      this.error(operand.at, operandText(operand), text);
    if (receiver === undefined) {
      if (this.missingKeyIsError) throw fail(`nil data; no entry for key ${goQuote(name)}`);
      return undefined;
    }
    if (receiver === null) throw fail(`nil pointer evaluating interface {}.${name}`);
    if (receiver instanceof GoNil) {
      if (receiver.type.startsWith('map')) return undefined;
      if (receiver.type.startsWith('*'))
        throw fail(`nil pointer evaluating ${receiver.type}.${name}`);
    }
    if (receiver instanceof GoStruct) {
      const method = receiver.methods.get(name);
      if (method !== undefined) return method(...args);
      if (receiver.fields.has(name)) {
        if (args.length > 0) throw fail(`${name} has arguments but cannot be invoked as function`);
        return receiver.fields.get(name);
      }
    }
    if (receiver instanceof GoMap) {
      const value = receiver.entries.get(name);
      if (value === undefined && this.missingKeyIsError) {
        throw fail(`map has no entry for key ${goQuote(name)}`);
      }
      return value;
    }
    throw fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
  }

  private call(
    dot: GoValue,
    operand: Operand & { kind: 'identifier' },
    {
      rest,
      final,
      command,
    }: {
      readonly rest: readonly Operand[];
      readonly final: readonly GoValue[];
      readonly command: CommandNode;
    },
  ): GoValue {
    const { name } = operand;
    if (name === 'and' || name === 'or') return this.shortCircuit(dot, name, rest, final);
    const args = this.arguments(dot, rest, final);
    try {
      return this.functions.get(name)?.(args);
    } catch (error) {
      if (error instanceof TemplateError || !(error instanceof Error)) throw error;
      const at = rest[0] ?? operand;
      const isTypeError =
        error.message.startsWith('wrong type') || error.message.startsWith('invalid value');
      throw isTypeError
        ? this.error(at.at, operandText(at), error.message)
        : this.error(
            operand.at,
            error.message.startsWith('error calling') ? commandText(command) : name,
            error.message,
          );
    }
  }

  private shortCircuit(
    dot: GoValue,
    name: 'and' | 'or',
    rest: readonly Operand[],
    final: readonly GoValue[],
  ): GoValue {
    let value: GoValue;
    for (const operand of rest) {
      value = this.operand(dot, operand);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final.length > 0 ? final[0] : value;
  }

  private error(at: number, context: string, text: string): TemplateError {
    const before = this.template.source.slice(0, at);
    const line = before.split('\n').length;
    const column = at - (before.lastIndexOf('\n') + 1);
    return new TemplateError(`template: :${line}:${column}: executing "" at <${context}>: ${text}`);
  }
}

function printed(value: GoValue): string {
  return value === undefined || value === null ? '<no value>' : formatValue(value);
}
