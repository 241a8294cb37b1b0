/**
 * Methods of texts.
 *
 * Real: ECMA-262 22.1.
 */
import type { Call } from './operators.ts';
import { FunctionValue, native, text, throwError, type Value } from './values.ts';

const LENGTH_MAX = 10_000_000;

export function stringMember(string: string, key: string, call: Call): Value {
  if (key === 'length') return string.length;
  if (/^\d+$/.test(key)) return string[Number(key)];
  if (key === 'replace' || key === 'replaceAll')
    return new FunctionValue(key, (args) => replace(string, args, key === 'replaceAll', call));
  const method = Object.hasOwn(METHODS, key) ? METHODS[key] : undefined;
  return method ? native(key, (args) => method(string, args)) : undefined;
}

const int = (value: Value, absent = 0): number =>
  value === undefined ? absent : Math.trunc(Number(value)) || 0;

type Method = (string: string, args: readonly Value[]) => Value;

const METHODS: Readonly<Record<string, Method>> = {
  toUpperCase: (s) => s.toUpperCase(),
  toLowerCase: (s) => s.toLowerCase(),
  trim: (s) => s.trim(),
  trimStart: (s) => s.trimStart(),
  trimEnd: (s) => s.trimEnd(),
  slice: (s, [from, to]) => s.slice(int(from), int(to, s.length)),
  substring: (s, [from, to]) => s.substring(int(from), int(to, s.length)),
  substr: (s, [from, count]) => {
    const start = int(from) < 0 ? Math.max(0, s.length + int(from)) : int(from);
    return s.slice(start, start + int(count, s.length));
  },
  charAt: (s, [i]) => s.charAt(int(i)),
  charCodeAt: (s, [i]) => s.charCodeAt(int(i)),
  codePointAt: (s, [i]) => s.codePointAt(int(i)),
  at: (s, [i]) => s.at(int(i)),
  indexOf: (s, [part, from]) => s.indexOf(text(part), int(from)),
  lastIndexOf: (s, [part]) => s.lastIndexOf(text(part)),
  includes: (s, [part]) => s.includes(text(part)),
  startsWith: (s, [part, from]) => s.startsWith(text(part), int(from)),
  endsWith: (s, [part]) => s.endsWith(text(part)),
  concat: (s, args) => s + args.map(text).join(''),
  repeat: (s, [count]) => sized(s.length * int(count)) && s.repeat(Math.max(0, int(count))),
  padStart: (s, [length, fill]) =>
    sized(int(length)) && s.padStart(int(length), fill === undefined ? ' ' : text(fill)),
  padEnd: (s, [length, fill]) =>
    sized(int(length)) && s.padEnd(int(length), fill === undefined ? ' ' : text(fill)),
  split: (s, [by, limit]) =>
    by === undefined
      ? [s]
      : s.split(by instanceof RegExp ? by : text(by), limit === undefined ? undefined : int(limit)),
  match: (s, [by]) => {
    const found = s.match(by instanceof RegExp ? by : text(by));
    return found ? [...found] : null;
  },
  matchAll: (s, [by]) =>
    by instanceof RegExp ? [...s.matchAll(by)].map((found) => [...found] as Value[]) : [],
  search: (s, [by]) => s.search(by instanceof RegExp ? by : text(by)),
  toString: text,
  valueOf: text,
};

function sized(length: number): true {
  if (length > LENGTH_MAX) throwError('RangeError', 'Invalid string length');
  return true;
}

function* replace(
  string: string,
  [by, into]: readonly Value[],
  all: boolean,
  call: Call,
): ReturnType<FunctionValue['call']> {
  const pattern =
    by instanceof RegExp
      ? by
      : new RegExp(text(by).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), all ? 'g' : '');
  if (!(into instanceof FunctionValue))
    return string.replace(pattern, by instanceof RegExp ? text(into) : text(into));
  let result = '';
  let from = 0;
  const found = pattern.global ? [...string.matchAll(pattern)] : [pattern.exec(string)];
  for (const one of found) {
    if (!one) continue;
    result += string.slice(from, one.index) + text(yield* call(into, [...one, one.index, string]));
    from = one.index + one[0].length;
  }
  return result + string.slice(from);
}
