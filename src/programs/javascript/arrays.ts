/**
 * Methods of arrays.
 *
 * Real: ECMA-262 23.1.
 */
import type { Sys } from '../../sim/index.ts';
import type { Call } from './operators.ts';
import { FunctionValue, native, text, truthy, type NativeCall, type Value } from './values.ts';

export function arrayMember(array: Value[], key: string, call: Call): Value {
  if (key === 'length') return array.length;
  if (/^\d+$/.test(key)) return array[Number(key)];
  const quick = Object.hasOwn(QUICK, key) ? QUICK[key] : undefined;
  if (quick) return native(key, (args) => quick(array, args));
  const slow = Object.hasOwn(SLOW, key) ? SLOW[key] : undefined;
  return slow ? new FunctionValue(key, (args) => slow(array, args, call)) : undefined;
}

const int = (value: Value, absent: number): number =>
  value === undefined ? absent : Math.trunc(Number(value)) || 0;

type Quick = (array: Value[], args: readonly Value[]) => Value;

const QUICK: Readonly<Record<string, Quick>> = {
  push: (array, args) => array.push(...args),
  pop: (array) => array.pop(),
  shift: (array) => array.shift(),
  unshift: (array, args) => array.unshift(...args),
  slice: (array, [from, to]) => array.slice(int(from, 0), int(to, array.length)),
  splice: (array, [from, count, ...added]) =>
    array.splice(int(from, 0), int(count, array.length), ...added),
  concat: (array, args) => array.concat(...args),
  join: (array, [by]) =>
    array
      .map((one) => (one === null || one === undefined ? '' : text(one)))
      .join(by === undefined ? ',' : text(by)),
  reverse: (array) => array.reverse(),
  indexOf: (array, [value]) => array.indexOf(value),
  lastIndexOf: (array, [value]) => array.lastIndexOf(value),
  includes: (array, [value]) => array.includes(value),
  at: (array, [i]) => array.at(int(i, 0)),
  fill: (array, [value]) => array.fill(value),
  keys: (array) => array.map((_, i) => i),
  entries: (array) => array.map((one, i) => [i, one]),
  flat: (array) => array.flat(),
  toString: text,
};

type Slow = (array: Value[], args: readonly Value[], call: Call) => Sys<Value>;

/** The first element for which the function holds. */
function search<T extends Value>(pick: (one: Value, i: number) => T, none: T): Slow {
  return function* (array, [test], call) {
    for (const [i, one] of array.entries())
      if (truthy(yield* call(test, [one, i, array]))) return pick(one, i);
    return none;
  };
}

function* fold(
  items: readonly (readonly [number, Value])[],
  array: Value[],
  args: readonly Value[],
  call: Call,
): ReturnType<NativeCall> {
  let at = 0;
  let all = args.length > 1 ? args[1] : items[at++]?.[1];
  for (; at < items.length; at++) {
    const [i, one] = items[at] as readonly [number, Value];
    all = yield* call(args[0], [all, one, i, array]);
  }
  return all;
}

const SLOW: Readonly<Record<string, Slow>> = {
  *forEach(array, [run], call) {
    for (const [i, one] of array.entries()) yield* call(run, [one, i, array]);
    return undefined;
  },
  *map(array, [run], call) {
    const all: Value[] = [];
    for (const [i, one] of array.entries()) all.push(yield* call(run, [one, i, array]));
    return all;
  },
  *flatMap(array, [run], call) {
    const all: Value[] = [];
    for (const [i, one] of array.entries()) all.push(yield* call(run, [one, i, array]));
    return all.flat();
  },
  *filter(array, [test], call) {
    const all: Value[] = [];
    for (const [i, one] of array.entries())
      if (truthy(yield* call(test, [one, i, array]))) all.push(one);
    return all;
  },
  find: search((one) => one, undefined),
  findIndex: search((_, i) => i, -1),
  some: search(() => true, false),
  *every(array, [test], call) {
    for (const [i, one] of array.entries())
      if (!truthy(yield* call(test, [one, i, array]))) return false;
    return true;
  },
  reduce: (array, args, call) => fold([...array.entries()], array, args, call),
  reduceRight: (array, args, call) => fold([...array.entries()].reverse(), array, args, call),
  /** A merge sort: the order of calls to the script's function is ours, not the host's. */
  *sort(array, [compare], call) {
    const before = function* (a: Value, b: Value): Sys<boolean> {
      if (compare === undefined) return text(a) <= text(b);
      return Number(yield* call(compare, [a, b])) <= 0;
    };
    const sorted = yield* mergeSort(array, before);
    array.splice(0, array.length, ...sorted);
    return array;
  },
};

function* mergeSort(
  items: readonly Value[],
  before: (a: Value, b: Value) => Sys<boolean>,
): Sys<Value[]> {
  if (items.length < 2) return [...items];
  const middle = items.length >> 1;
  const left = yield* mergeSort(items.slice(0, middle), before);
  const right = yield* mergeSort(items.slice(middle), before);
  const all: Value[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length)
    all.push((yield* before(left[i], right[j])) ? left[i++] : right[j++]);
  return [...all, ...left.slice(i), ...right.slice(j)];
}
