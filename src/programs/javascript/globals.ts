/**
 * The names that every script finds: `Object`, `Array`, `JSON`, `Math`, `Date`, …
 *
 * Real: ECMA-262 19.
 * Left out: functions of `Math` whose last digits differ between machines (`sin`, `pow` with broken exponents).
 */
import type { Random } from '../../sim/index.ts';
import { Scope } from './evaluate.ts';
import { binary } from './operators.ts';
import {
  dateFrom,
  DateValue,
  define,
  ErrorValue,
  Foreign,
  FunctionValue,
  isoDate,
  isPlain,
  native,
  number,
  text,
  throwError,
  truthy,
  type ObjectValue,
  type Value,
} from './values.ts';

export interface Surroundings {
  readonly nowMs: () => number;
  readonly random: () => Random;
}

/** A global scope with the language's own names. */
export function globalScope({ nowMs, random }: Surroundings): Scope {
  const scope = new Scope();
  const put = (name: string, value: Value): void => scope.declare(name, value);
  put('Object', objectConstructor);
  put('Array', arrayConstructor);
  put('JSON', { parse: native('parse', ([source]) => parseJSON(text(source))), stringify });
  put('Math', mathematics(random));
  put(
    'String',
    convert('String', (value) => text(value)),
  );
  put(
    'Number',
    convert('Number', number, {
      isInteger: native('isInteger', ([value]) => Number.isInteger(value)),
      MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
      parseFloat: native('parseFloat', ([value]) => Number.parseFloat(text(value))),
      parseInt: native('parseInt', ([value, radix]) => integer(value, radix)),
    }),
  );
  put('Boolean', convert('Boolean', truthy));
  put(
    'parseInt',
    native('parseInt', ([value, radix]) => integer(value, radix)),
  );
  put(
    'parseFloat',
    native('parseFloat', ([value]) => Number.parseFloat(text(value))),
  );
  put(
    'isNaN',
    native('isNaN', ([value]) => Number.isNaN(number(value))),
  );
  put('Date', dateConstructor(nowMs));
  put('RegExp', regexpConstructor);
  for (const name of ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError'])
    put(name, errorConstructor(name));
  return scope;
}

function convert(name: string, run: (value: Value) => Value, members?: ObjectValue): FunctionValue {
  return native(name, ([value]) => run(value), members);
}

function integer(value: Value, radix: Value): number {
  return Number.parseInt(text(value), radix === undefined ? 10 : number(radix));
}

const entriesOf = (value: Value): readonly (readonly [string, Value])[] =>
  typeof value === 'object' && value !== null && (isPlain(value) || Array.isArray(value))
    ? Object.entries(value as ObjectValue)
    : [];

const objectConstructor = native('Object', ([value]) => value ?? {}, {
  keys: native('keys', ([value]) => entriesOf(value).map(([key]) => key)),
  values: native('values', ([value]) => entriesOf(value).map(([, one]) => one)),
  entries: native('entries', ([value]) => entriesOf(value).map(([key, one]) => [key, one])),
  assign: native('assign', ([target, ...sources]) => {
    if (target && isPlain(target))
      for (const from of sources)
        for (const [key, value] of entriesOf(from)) define(target, key, value);
    return target;
  }),
  freeze: native('freeze', ([value]) => value),
  fromEntries: native('fromEntries', ([rows]) => {
    const object: ObjectValue = {};
    if (Array.isArray(rows))
      for (const row of rows) if (Array.isArray(row)) define(object, text(row[0]), row[1]);
    return object;
  }),
});

const arrayConstructor = new FunctionValue(
  'Array',
  function* (args) {
    return [...args];
  },
  {
    members: {
      isArray: native('isArray', ([value]) => Array.isArray(value)),
      of: native('of', (args) => [...args]),
      from: new FunctionValue('from', function* ([source, run]) {
        const items = listFrom(source);
        if (!(run instanceof FunctionValue)) return items;
        const all: Value[] = [];
        for (const [i, one] of items.entries()) all.push(yield* run.call([one, i], undefined));
        return all;
      }),
    },
    *construct(args) {
      const [length] = args;
      return args.length === 1 && typeof length === 'number'
        ? Array.from({ length: Math.min(length, 1_000_000) }, () => undefined)
        : [...args];
    },
  },
);

function listFrom(source: Value): Value[] {
  if (Array.isArray(source)) return [...source];
  if (typeof source === 'string') return [...source];
  if (source && isPlain(source))
    return Array.from(
      { length: Math.min(Number(source['length'] ?? 0), 1_000_000) },
      (_, i) => source[String(i)],
    );
  return [];
}

function mathematics(random: () => Random): ObjectValue {
  const one = (name: string, run: (x: number) => number): [string, Value] => [
    name,
    native(name, ([x]) => run(number(x))),
  ];
  return {
    ...Object.fromEntries([
      one('abs', Math.abs),
      one('floor', Math.floor),
      one('ceil', Math.ceil),
      one('round', Math.round),
      one('trunc', Math.trunc),
      one('sign', Math.sign),
      one('sqrt', Math.sqrt),
    ]),
    max: native('max', (args) => Math.max(...args.map(number))),
    min: native('min', (args) => Math.min(...args.map(number))),
    pow: native('pow', ([a, b]) => binary('**', a, b)),
    random: native('random', () => random().below(1_000_000_000) / 1_000_000_000),
    PI: 3.141592653589793,
    E: 2.718281828459045,
  };
}

function dateConstructor(nowMs: () => number): FunctionValue {
  return new FunctionValue(
    'Date',
    function* () {
      return isoDate(nowMs());
    },
    {
      members: {
        now: native('now', () => nowMs()),
        parse: native('parse', ([value]) => dateFrom([text(value)], nowMs())),
      },
      *construct(args) {
        return new DateValue(dateFrom(args, nowMs()));
      },
    },
  );
}

const regexpConstructor = ((): FunctionValue => {
  const make = (args: readonly Value[]): Value => {
    try {
      return new RegExp(text(args[0]), args[1] === undefined ? '' : text(args[1]));
    } catch (error) {
      return throwError('SyntaxError', error instanceof Error ? error.message : '');
    }
  };
  return new FunctionValue(
    'RegExp',
    function* (args) {
      return make(args);
    },
    {
      *construct(args) {
        return make(args);
      },
    },
  );
})();

function errorConstructor(name: string): FunctionValue {
  const make = (args: readonly Value[]): Value =>
    new ErrorValue(name, args[0] === undefined ? '' : text(args[0]));
  return new FunctionValue(
    name,
    function* (args) {
      return make(args);
    },
    {
      *construct(args) {
        return make(args);
      },
    },
  );
}

/** SyntaxError when it is no JSON. */
export function parseJSON(source: string): Value {
  try {
    return JSON.parse(source) as Value;
  } catch (error) {
    return throwError('SyntaxError', error instanceof Error ? error.message : 'Unexpected token');
  }
}

export const stringify = native('stringify', ([value, , indent]) =>
  JSON.stringify(
    plainJSON(value),
    undefined,
    indent === undefined ? undefined : typeof indent === 'number' ? indent : text(indent),
  ),
);

/** What `JSON.stringify` may see: no functions, dates as text, strange objects as they say. */
export function plainJSON(value: Value, depth = 0): unknown {
  if (depth > 100) throwError('TypeError', 'Converting circular structure to JSON');
  if (value instanceof FunctionValue) return undefined;
  if (value instanceof DateValue) return value.toJSON();
  if (value instanceof RegExp) return {};
  if (value instanceof Foreign) {
    const json = value.get('$json');
    return json === undefined ? {} : json;
  }
  if (Array.isArray(value)) return value.map((one) => plainJSON(one, depth + 1) ?? null);
  if (value && isPlain(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, plainJSON(one, depth + 1)]),
    );
  return value;
}
