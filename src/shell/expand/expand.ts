import { SystemError } from '../sys.ts';
import type { FileSystem, Sys } from '../sys.ts';
import type { Parameter, Part, Word } from '../syntax/ast.ts';
import { evaluate, type ArithmeticVariables } from './arithmetic.ts';
import { expandBraces } from './brace.ts';
import { glob } from './glob.ts';
import { isPattern, patternSource, type Segment } from './pattern.ts';

/** A text that is put together cannot be longer. */
const TEXT_MAX = 16 * 1024 * 1024;

/** What an expansion asks of the shell that it belongs to. */
export interface ExpansionHost {
  /** A variable's or special parameter's value; undefined when it is unset. */
  get(name: string, index?: string): string | undefined;
  /** The elements of `$@`, `$*` (name `@`, `*`) or of an array. */
  elements(name: string): readonly string[];
  keys(name: string): readonly string[];
  /** The names of all variables that begin so. */
  names(prefix: string): readonly string[];
  set(name: string, index: string | undefined, value: string): void;
  isAssociative(name: string): boolean;
  substitute(text: string): Sys<string>;
  processSubstitution(direction: '<' | '>', text: string): Sys<string>;
  /** The home of a user, '' for the shell's own user. */
  home(user: string): string | undefined;
  readonly files: FileSystem;
  readonly cwd: string;
  readonly isGlobbing: boolean;
  readonly forbidsUnset: boolean;
}

/** Bash's sentence about an expansion that fails; it ends the command (and a shell that is not interactive). */
export class ExpansionError extends Error {
  override readonly name = 'ExpansionError';
}

/** Words to arguments: braces, tilde, parameters, commands, arithmetic, splitting, globbing, quote removal. */
export function* expandWords(host: ExpansionHost, words: readonly Word[]): Sys<string[]> {
  const all: string[] = [];
  for (const word of words)
    for (const one of expandBraces(word)) {
      const fields = new Fields(host.get('IFS') ?? ' \t\n');
      yield* new Expansion(host, true).into(fields, one.parts, false);
      for (const field of fields.finish()) all.push(...pathnames(host, field));
    }
  return all;
}

/** A word that stays one: assignments, redirections' targets, `case`. */
export function* expandText(
  host: ExpansionHost,
  word: Word,
  options: { readonly isAssignment?: boolean } = {},
): Sys<string> {
  return plainText(yield* expandPattern(host, word, options));
}

/** Like `expandText`, but remembers what was quoted: for patterns. */
export function* expandPattern(
  host: ExpansionHost,
  word: Word,
  options: { readonly isAssignment?: boolean } = {},
): Sys<Segment[]> {
  const fields = new Fields(undefined);
  yield* new Expansion(host, true, options.isAssignment).into(fields, word.parts, false);
  return fields
    .finish()
    .reduce<Segment[]>(
      (all, field, index) => [
        ...all,
        ...(index > 0 ? [{ text: ' ', isQuoted: true }] : []),
        ...field,
      ],
      [],
    );
}

export function arithmeticVariables(host: ExpansionHost): ArithmeticVariables {
  return {
    get: (name, index) =>
      host.get(name, index === undefined ? undefined : subscript(host, name, index)) ?? '',
    set: (name, index, value) =>
      host.set(name, index === undefined ? undefined : subscript(host, name, index), value),
  };
}

/** An index as it is kept: a number's digits, or a key. */
export function subscript(host: ExpansionHost, name: string, index: string): string {
  if (index === '@' || index === '*' || host.isAssociative(name)) return index;
  return String(evaluate(index, arithmeticVariables(host)));
}

function plainText(segments: readonly Segment[]): string {
  // More than a variable may hold: the allocator says no before the text is made.
  if (segments.reduce((sum, { text }) => sum + text.length, 0) > TEXT_MAX)
    throw new SystemError('ENOMEM');
  return segments.map(({ text }) => text).join('');
}

function pathnames(host: ExpansionHost, field: readonly Segment[]): string[] {
  if (host.isGlobbing && isPattern(field)) {
    const found = glob(host.files, host.cwd, field);
    if (found.length > 0) return found;
  }
  return [plainText(field)];
}

/** Collects the fields that a word becomes. Without `ifs` nothing is split. */
class Fields {
  readonly #ifs: string | undefined;
  readonly #done: Segment[][] = [];
  #current: Segment[] | undefined;
  #endedByBlank = false;

  constructor(ifs: string | undefined) {
    this.#ifs = ifs;
  }

  add(text: string, isQuoted: boolean): void {
    this.#endedByBlank = false;
    this.#current ??= [];
    this.#current.push({ text, isQuoted });
  }

  end(): void {
    this.#done.push(this.#current ?? []);
    this.#current = undefined;
  }

  /** The text of an unquoted expansion: cut at the characters of IFS. */
  split(text: string): void {
    if (this.#ifs === undefined || this.#ifs === '') {
      if (text !== '') this.add(text, false);
      return;
    }
    let run = '';
    const flush = (): void => {
      if (run !== '') this.add(run, false);
      run = '';
    };
    for (const c of text) {
      if (!this.#ifs.includes(c)) {
        run += c;
        continue;
      }
      flush();
      if (' \t\n'.includes(c)) {
        if (this.#current) {
          this.end();
          this.#endedByBlank = true;
        }
      } else if (!this.#current && this.#endedByBlank) this.#endedByBlank = false;
      else this.end();
    }
    flush();
  }

  finish(): Segment[][] {
    if (this.#current) this.end();
    return this.#done;
  }
}

class Expansion {
  readonly #host: ExpansionHost;
  readonly #hasTilde: boolean;
  readonly #isAssignment: boolean;

  constructor(host: ExpansionHost, hasTilde: boolean, isAssignment = false) {
    this.#host = host;
    this.#hasTilde = hasTilde;
    this.#isAssignment = isAssignment;
  }

  *into(fields: Fields, parts: readonly Part[], isQuoted: boolean): Sys<void> {
    for (const [index, part] of parts.entries()) {
      switch (part.kind) {
        case 'literal': {
          const isLast = index === parts.length - 1;
          this.#literal(fields, part.text, isQuoted, index === 0, isLast);
          break;
        }
        case 'quoted':
          fields.add(part.text, true);
          break;
        case 'double':
          // "$@" without arguments gives no field at all; any other pair of quotes gives one.
          if (!isOnlyAll(part.parts)) fields.add('', true);
          yield* this.into(fields, part.parts, true);
          break;
        case 'parameter':
          yield* this.#parameter(fields, part, isQuoted);
          break;
        case 'command': {
          const text = (yield* this.#host.substitute(part.text))
            .replace(/\n+$/, '')
            .replaceAll('\u0000', '');
          this.#text(fields, text, isQuoted);
          break;
        }
        case 'arithmetic': {
          const expression = yield* expandText(this.#host, part.word);
          this.#text(
            fields,
            String(evaluate(expression, arithmeticVariables(this.#host))),
            isQuoted,
          );
          break;
        }
        case 'process':
          fields.add(yield* this.#host.processSubstitution(part.direction, part.text), true);
          break;
        default:
          part satisfies never;
      }
    }
  }

  #text(fields: Fields, text: string, isQuoted: boolean): void {
    if (isQuoted) fields.add(text, true);
    else fields.split(text);
  }

  #literal(
    fields: Fields,
    text: string,
    isQuoted: boolean,
    isFirst: boolean,
    isLast: boolean,
  ): void {
    if (isQuoted) return fields.add(text, true);
    if (!this.#hasTilde) return fields.add(text, false);
    const pieces = this.#isAssignment ? text.split(/(?<=:)/) : [text];
    pieces.forEach((piece, index) => {
      const tilde = (index > 0 || isFirst) && /^~([A-Za-z0-9_.-]*|\+)(?=\/|:|$)/.exec(piece);
      const ends = tilde && tilde[0].length === piece.length;
      const home =
        tilde && (!ends || isLast || index < pieces.length - 1)
          ? this.#host.home(tilde[1] as string)
          : undefined;
      if (tilde && home !== undefined) {
        fields.add(home, true);
        if (!ends) fields.add(piece.slice(tilde[0].length), false);
      } else fields.add(piece, false);
    });
  }

  *#parameter(fields: Fields, part: Parameter, isQuoted: boolean): Sys<void> {
    const host = this.#host;
    if (
      part.isIndirect &&
      (part.operator === '@' || part.name.length > 0) &&
      part.index === undefined &&
      part.operator === '@'
    )
      return this.#list(fields, host.names(part.name), false, isQuoted);
    const subscripted = part.index && (yield* expandText(host, part.index));
    if (part.isIndirect && (subscripted === '@' || subscripted === '*'))
      return this.#list(fields, host.keys(part.name), subscripted === '*', isQuoted);
    const { name, index } = this.#target(part, subscripted);
    const isAll = name === '@' || name === '*' || index === '@' || index === '*';
    if (part.isLength) {
      const length = isAll
        ? host.elements(name).length
        : [...(this.#checked(name, index) ?? '')].length;
      return this.#text(fields, String(length), isQuoted);
    }
    if (isAll) return yield* this.#all(fields, part, name, (index ?? name) === '*', isQuoted);
    const value = /^:?[-+=?]$/.test(part.operator)
      ? host.get(name, index)
      : this.#checked(name, index);
    const alternative = yield* this.#alternative(part, name, index, value);
    if (alternative === 'argument')
      return yield* this.into(fields, part.argument?.parts ?? [], isQuoted);
    if (alternative !== undefined) return this.#text(fields, alternative, isQuoted);
    const [result = ''] = yield* this.#transform(part, [value ?? '']);
    this.#text(fields, result, isQuoted);
  }

  #target(
    part: Parameter,
    subscripted: string | undefined,
  ): { readonly name: string; readonly index: string | undefined } {
    const host = this.#host;
    if (part.isIndirect) {
      const target = host.get(part.name) ?? '';
      const found = /^([A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(.*)\])?$/.exec(target);
      if (!found)
        throw new ExpansionError(
          target === ''
            ? `${part.name}: invalid indirect expansion`
            : `${target}: invalid variable name`,
        );
      return {
        name: found[1] as string,
        index: found[2] === undefined ? undefined : subscript(host, found[1] as string, found[2]),
      };
    }
    return {
      name: part.name,
      index: subscripted === undefined ? undefined : subscript(host, part.name, subscripted),
    };
  }

  #checked(name: string, index: string | undefined): string | undefined {
    const value = this.#host.get(name, index);
    if (value === undefined && this.#host.forbidsUnset)
      throw new ExpansionError(
        `${index === undefined ? name : `${name}[${index}]`}: unbound variable`,
      );
    return value;
  }

  /** `:-`, `:=`, `:?`, `:+`: what stands for the value; `'argument'` for the word after the operator; undefined for the value itself. */
  *#alternative(
    part: Parameter,
    name: string,
    index: string | undefined,
    value: string | undefined,
  ): Sys<string | undefined> {
    const { operator } = part;
    if (!/^:?[-=?+]$/.test(operator)) return undefined;
    const isMissing = value === undefined || (operator.startsWith(':') && value === '');
    switch (operator.at(-1)) {
      case '+':
        return isMissing ? '' : 'argument';
      case '-':
        return isMissing ? 'argument' : undefined;
      case '=': {
        if (!isMissing) return undefined;
        const text = part.argument ? yield* expandText(this.#host, part.argument) : '';
        this.#host.set(name, index, text);
        return text;
      }
      default: {
        if (!isMissing) return undefined;
        const text = part.argument ? yield* expandText(this.#host, part.argument) : '';
        throw new ExpansionError(
          `${name}: ${text || (operator.startsWith(':') ? 'parameter null or not set' : 'parameter not set')}`,
        );
      }
    }
  }

  *#all(
    fields: Fields,
    part: Parameter,
    name: string,
    isJoined: boolean,
    isQuoted: boolean,
  ): Sys<void> {
    const host = this.#host;
    const elements = host.elements(name);
    const joined = elements.join(' ');
    if (/^:?[-=?+]$/.test(part.operator)) {
      const alternative = yield* this.#alternative(
        part,
        name,
        undefined,
        elements.length === 0 ? undefined : joined,
      );
      if (alternative === 'argument')
        return yield* this.into(fields, part.argument?.parts ?? [], isQuoted);
      return this.#list(fields, elements, isJoined, isQuoted);
    }
    if (part.operator === ':') {
      const source = name === '@' || name === '*' ? [host.get('0') ?? '', ...elements] : elements;
      return this.#list(fields, yield* this.#slice(part, source), isJoined, isQuoted);
    }
    this.#list(fields, yield* this.#transform(part, elements), isJoined, isQuoted);
  }

  #list(fields: Fields, elements: readonly string[], isJoined: boolean, isQuoted: boolean): void {
    if (isQuoted && isJoined)
      return fields.add(elements.join((this.#host.get('IFS') ?? ' ').slice(0, 1)), true);
    elements.forEach((element, index) => {
      if (index > 0) fields.end();
      if (isQuoted) fields.add(element, true);
      else if (element !== '') fields.split(element);
    });
  }

  *#slice<T extends string>(part: Parameter, items: readonly T[]): Sys<T[]> {
    const variables = arithmeticVariables(this.#host);
    const offset = Number(
      evaluate(part.argument ? yield* expandText(this.#host, part.argument) : '', variables),
    );
    const begin = offset < 0 ? items.length + offset : offset;
    if (begin < 0) return [];
    if (!part.second) return items.slice(begin);
    const length = Number(evaluate(yield* expandText(this.#host, part.second), variables));
    const end = length < 0 ? items.length + length : begin + length;
    if (end < begin) throw new ExpansionError(`${part.second.source}: substring expression < 0`);
    return items.slice(begin, end);
  }

  /** `#`, `%`, `/`, `^`, `,`, `:` and `@` applied to each value. */
  *#transform(part: Parameter, values: readonly string[]): Sys<string[]> {
    const { operator } = part;
    if (operator === '') return [...values];
    if (operator === ':') {
      const all: string[] = [];
      for (const value of values) all.push((yield* this.#slice(part, [...value])).join(''));
      return all;
    }
    if (operator === '@')
      return values.map((value) => transformed(part.argument?.source ?? '', value));
    const pattern = part.argument ? yield* expandPattern(this.#host, part.argument) : [];
    if (operator.startsWith('/')) {
      const replacement = part.second ? yield* expandText(this.#host, part.second) : '';
      return values.map((value) => replace(operator, pattern, value, replacement));
    }
    if (operator.startsWith('#') || operator.startsWith('%'))
      return values.map((value) => trim(operator, pattern, value));
    return values.map((value) => changeCase(operator, pattern, value));
  }
}

function isOnlyAll(parts: readonly Part[]): boolean {
  const [part] = parts;
  if (parts.length !== 1 || part?.kind !== 'parameter' || part.isLength) return false;
  return part.name === '@' || (part.index !== undefined && part.index.source === '@');
}

function trim(operator: string, pattern: readonly Segment[], value: string): string {
  const isLongest = operator.length === 2;
  if (operator.startsWith('#'))
    return value.replace(new RegExp(`^(?:${patternSource(pattern, { isLazy: !isLongest })})`), '');
  // A regular expression finds the leftmost match; of the ends that match, the shortest is the last that begins one.
  const expression = new RegExp(`^(?:${patternSource(pattern)})$`);
  for (let i = 0; i <= value.length; i++) {
    const at = isLongest ? i : value.length - i;
    if (expression.test(value.slice(at))) return value.slice(0, at);
  }
  return value;
}

function replace(
  operator: string,
  pattern: readonly Segment[],
  value: string,
  replacement: string,
): string {
  const source = patternSource(pattern);
  if (source === '') return value;
  const anchored =
    operator === '/#' ? `^(?:${source})` : operator === '/%' ? `(?:${source})$` : source;
  return value.replace(new RegExp(anchored, operator === '//' ? 'g' : ''), () => replacement);
}

function changeCase(operator: string, pattern: readonly Segment[], value: string): string {
  const isUpper = operator.startsWith('^');
  const expression =
    pattern.length === 0 ? undefined : new RegExp(`^(?:${patternSource(pattern)})$`);
  const change = (c: string): string =>
    expression && !expression.test(c) ? c : isUpper ? c.toUpperCase() : c.toLowerCase();
  return operator.length === 2
    ? [...value].map(change).join('')
    : value.slice(0, 1).replace(/^./su, change) + value.slice(1);
}

function transformed(letter: string, value: string): string {
  switch (letter) {
    case 'U':
      return value.toUpperCase();
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case 'L':
      return value.toLowerCase();
    case 'Q':
      return quoteForShell(value);
    default:
      return value;
  }
}

/** A text as it can be typed: `set`, `declare -p`, `%q`, traces. */
export function quoteForShell(text: string): string {
  if (text === '') return "''";
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;

  if (/[\u0000-\u001f\u007f]/.test(text))
    return `$'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\r/g, '\\r')}'`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
