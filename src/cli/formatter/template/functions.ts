/**
 * The functions of templates: Go's own and Docker's.
 *
 * Real:     text/template/funcs.go, docker/cli templates/templates.go
 * Left out: call, html, js, urlquery.
 */
import { formatValue, sprint, sprintf, sprintln, typeName } from '../fmt.ts';
import type { GoList, GoValue } from '../govalue.ts';
import { GoMap, GoNil, GoNumber, toJSON } from '../govalue.ts';

export type TemplateFunction = (args: readonly GoValue[]) => GoValue;

export function isTrue(value: GoValue): boolean {
  if (value === null || value === undefined || value === false) return false;
  if (value === '' || value === 0 || value instanceof GoNil) return false;
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoNumber) return value.text !== '';
  return !Array.isArray(value) || value.length > 0;
}

function text(value: GoValue, name: string, position: number): string {
  if (typeof value === 'string') return value;
  if (value instanceof GoNumber) return value.text;
  throw new Error(
    value === null || value === undefined
      ? `invalid value; expected string`
      : `wrong type for value; expected string; got ${typeName(value)}`.replace(
          '$',
          `${name}${position}`,
        ),
  );
}

function integer(value: GoValue): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (value instanceof GoNumber) return Number(value.text);
  throw new Error(`wrong type for value; expected int; got ${typeName(value)}`);
}

function takes(name: string, count: number, run: TemplateFunction): TemplateFunction {
  return (args) => {
    if (args.length !== count) {
      throw new Error(`wrong number of args for ${name}: want ${count} got ${args.length}`);
    }
    return run(args);
  };
}

function isList(value: GoValue): value is GoList {
  return Array.isArray(value);
}

function index([item, ...keys]: readonly GoValue[]): GoValue {
  let value: GoValue = item;
  for (const key of keys) {
    if (value === null || value === undefined) throw callError('index', 'index of untyped nil');
    if (value instanceof GoNil) {
      if (value.type.startsWith('map')) return value.type.endsWith('string') ? '' : null;
      throw callError(
        'index',
        value.type.startsWith('[]')
          ? `index out of range: ${formatValue(key)}`
          : 'index of nil pointer',
      );
    }
    if (value instanceof GoMap) {
      if (typeof key !== 'string') {
        throw callError('index', `value has type ${typeName(key)}; should be string`);
      }
      value = value.entries.get(key) ?? zeroLike(value);
      continue;
    }
    const at = typeof key === 'string' ? Number.NaN : integer(key);
    if (!isList(value) && typeof value !== 'string') {
      throw callError('index', `can't index item of type ${typeName(value)}`);
    }
    if (Number.isNaN(at)) {
      throw callError('index', `cannot index slice/array with type ${typeName(key)}`);
    }
    if (at < 0 || at >= value.length) throw callError('index', `index out of range: ${at}`);
    value = typeof value === 'string' ? value.charCodeAt(at) : value[at];
  }
  return value;
}

/** The zero value of a map's elements, judged by one of them. */
function zeroLike(map: GoMap): GoValue {
  const [sample] = map.entries.values();
  return typeof sample === 'string' ? '' : typeof sample === 'number' ? 0 : null;
}

function callError(name: string, reason: string): Error {
  return new Error(`error calling ${name}: ${reason}`);
}

function slice([item, from, to]: readonly GoValue[]): GoValue {
  if (typeof item !== 'string' && !isList(item)) {
    throw callError('slice', `can't slice item of type ${typeName(item)}`);
  }
  const start = from === undefined ? 0 : integer(from);
  const end = to === undefined ? item.length : integer(to);
  for (const at of [start, end]) {
    if (at < 0 || at > item.length) throw callError('slice', `index out of range: ${at}`);
  }
  return item.slice(start, end);
}

function length(value: GoValue): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  if (value instanceof GoMap) return value.entries.size;
  if (value instanceof GoNil && !value.type.startsWith('*')) return 0;
  if (value === null || value === undefined) throw callError('len', 'len of nil pointer');
  throw callError('len', `len of type ${typeName(value)}`);
}

function isEqual(a: GoValue, b: GoValue): boolean {
  const basic = (value: GoValue): GoValue => (value instanceof GoNumber ? value.text : value);
  const nil = (value: GoValue): GoValue => (value instanceof GoNil ? null : basic(value));
  const [left, right] = [nil(a), nil(b)];
  if (left === null || left === undefined || right === null || right === undefined) {
    return (left ?? null) === (right ?? null);
  }
  const isBasic = (value: GoValue): boolean =>
    ['string', 'number', 'boolean'].includes(typeof value);
  if (isBasic(left) && isBasic(right) && typeof left !== typeof right) {
    throw callError('eq', 'incompatible types for comparison');
  }
  if (!isBasic(left)) throw callError('eq', 'non-comparable type');
  return left === right;
}

function isLess(name: string, [a, b]: readonly GoValue[]): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  throw callError(name, 'incompatible types for comparison');
}

function title(value: string): string {
  return value.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_all, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

/** What `{{json .}}` and its siblings are in a row of output. */
export const BASIC_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<
  string,
  TemplateFunction
>([
  ['json', takes('json', 1, ([value]) => toJSON(value, false))],
  ['split', takes('split', 2, ([value, by]) => text(value, '', 0).split(text(by, '', 1)))],
  [
    'join',
    takes('join', 2, ([list, by]) => {
      if (list === null || list instanceof GoNil) return '';
      if (!isList(list))
        throw new Error(`wrong type for value; expected []string; got ${typeName(list)}`);
      return list.map((item) => text(item, '', 0)).join(text(by, '', 1));
    }),
  ],
  ['title', takes('title', 1, ([value]) => title(text(value, '', 0)))],
  ['lower', takes('lower', 1, ([value]) => text(value, '', 0).toLowerCase())],
  ['upper', takes('upper', 1, ([value]) => text(value, '', 0).toUpperCase())],
  [
    'pad',
    takes('pad', 3, ([value, before, after]) => {
      const padded = text(value, '', 0);
      if (padded === '') return '';
      return ' '.repeat(integer(before)) + padded + ' '.repeat(integer(after));
    }),
  ],
  ['truncate', takes('truncate', 2, ([value, to]) => text(value, '', 0).slice(0, integer(to)))],
  ['print', sprint],
  ['println', sprintln],
  ['printf', ([format, ...rest]) => sprintf(text(format, '', 0), rest)],
  ['len', takes('len', 1, ([value]) => length(value))],
  ['index', index],
  ['slice', slice],
  ['not', takes('not', 1, ([value]) => !isTrue(value))],
  [
    'eq',
    ([first, ...rest]) => {
      if (rest.length === 0) throw callError('eq', 'missing argument for comparison');
      return rest.some((other) => isEqual(first, other));
    },
  ],
  ['ne', takes('ne', 2, ([a, b]) => !isEqual(a, b))],
  ['lt', takes('lt', 2, (args) => isLess('lt', args))],
  ['le', takes('le', 2, ([a, b]) => isLess('le', [a, b]) || isEqual(a, b))],
  ['gt', takes('gt', 2, ([a, b]) => isLess('gt', [b, a]))],
  ['ge', takes('ge', 2, ([a, b]) => isLess('ge', [b, a]) || isEqual(a, b))],
  // `and` and `or` stop early: the executor knows them; here they stand for their names.
  ['and', (args) => args.find((value) => !isTrue(value)) ?? args[args.length - 1]],
  ['or', (args) => args.find(isTrue) ?? args[args.length - 1]],
]);

/** In the header row of a table functions leave their text alone, all but `pad`. */
export const HEADER_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ...BASIC_FUNCTIONS,
  ...['json', 'split', 'join', 'title', 'lower', 'upper', 'truncate'].map(
    (name): [string, TemplateFunction] => [name, ([value]) => formatValue(value)],
  ),
]);
