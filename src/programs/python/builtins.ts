/**
 * Functions and methods that every script has, and the small modules of the library.
 *
 * Real:     CPython Python/bltinmodule.c, Objects/{unicode,list,dict}object.c, Lib/{time,json,os,sys}.
 * Left out: whatever is not here: the script is told by name.
 */
import { sleep, write, type Process, type Sys } from '../../sim/index.ts';
import {
  Callable,
  Dict,
  Float,
  fromJson,
  Instance,
  isTrue,
  iterate,
  List,
  numberOf,
  Raised,
  repr,
  str,
  toJson,
  typeName,
  type Value,
} from './values.ts';

type Named = ReadonlyMap<string, Value>;

/** A function that asks nothing of the world. */
export function pure(name: string, run: (args: readonly Value[], named: Named) => Value): Callable {
  return new Callable(name, function* (args, named) {
    return run(args, named);
  });
}

export function moduleOf(name: string, members: Readonly<Record<string, Value>>): Instance {
  return new Instance('module', `<module '${name}'>`, function* (attribute) {
    return members[attribute];
  });
}

function need(args: readonly Value[], i = 0): Value {
  const value = args[i];
  if (value === undefined) throw new Raised('TypeError', 'missing a required argument');
  return value;
}

function integer(value: Value): number {
  const number = numberOf(value);
  if (number === undefined)
    throw new Raised(
      'TypeError',
      `'${typeName(value)}' object cannot be interpreted as an integer`,
    );
  return Math.trunc(number);
}

function parsed(value: Value, isFloat: boolean): Value {
  const number = typeof value === 'string' ? Number(value.trim() || 'x') : numberOf(value);
  if (number === undefined || Number.isNaN(number))
    throw new Raised(
      'ValueError',
      isFloat
        ? `could not convert string to float: ${repr(value)}`
        : `invalid literal for int() with base 10: ${repr(value)}`,
    );
  return isFloat ? new Float(number) : Math.trunc(number);
}

function range(args: readonly Value[]): Value {
  const [from, to, step] =
    args.length === 1
      ? [0, integer(need(args)), 1]
      : [integer(need(args)), integer(need(args, 1)), integer(args[2] ?? 1)];
  const items: Value[] = [];
  if (step === 0) throw new Raised('ValueError', 'range() arg 3 must not be zero');
  for (let i = from; step > 0 ? i < to : i > to; i += step) {
    if (items.length >= 1_000_000) throw new Raised('MemoryError', '');
    items.push(i);
  }
  return new List(items);
}

export function compareValues(a: Value, b: Value): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new Raised(
    'TypeError',
    `'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  );
}

function length(value: Value): number {
  if (typeof value === 'string') return [...value].length;
  if (value instanceof List) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  throw new Raised('TypeError', `object of type '${typeName(value)}' has no len()`);
}

/** `round`: half to even, as Python does. */
function rounded(value: Value, digits: Value | undefined): Value {
  const number = numberOf(value) ?? 0;
  if (digits === undefined) {
    const down = Math.floor(number);
    const rest = number - down;
    return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
  }
  return new Float(Number(number.toFixed(Math.max(0, integer(digits)))));
}

export function builtins(process: Process): ReadonlyMap<string, Value> {
  const print = new Callable('print', function* (args, named) {
    const separator = str(named.get('sep') ?? ' ');
    yield* write(process.stdout, args.map(str).join(separator) + str(named.get('end') ?? '\n'));
    return null;
  });
  const smallest = (sign: number) => (args: readonly Value[]) =>
    (args.length === 1 ? iterate(need(args)) : args).reduce((best, one) =>
      compareValues(one, best) * sign < 0 ? one : best,
    );
  const list: readonly Callable[] = [
    print,
    pure('len', (args) => length(need(args))),
    pure('str', (args) => (args.length === 0 ? '' : str(need(args)))),
    pure('repr', (args) => repr(need(args))),
    pure('int', (args) => (args.length === 0 ? 0 : parsed(need(args), false))),
    pure('float', (args) => (args.length === 0 ? new Float(0) : parsed(need(args), true))),
    pure('bool', (args) => isTrue(args[0] ?? null)),
    pure('list', (args) => new List(args[0] === undefined ? [] : [...iterate(args[0])])),
    pure('tuple', (args) => new List(args[0] === undefined ? [] : [...iterate(args[0])], true)),
    pure('dict', (_, named) => {
      const out = new Dict();
      for (const [key, value] of named) out.set(key, value);
      return out;
    }),
    pure('range', range),
    pure('abs', (args) => {
      const value = need(args);
      const size = Math.abs(numberOf(value) ?? 0);
      return value instanceof Float ? new Float(size) : size;
    }),
    pure('round', (args) => rounded(need(args), args[1])),
    pure('min', smallest(1)),
    pure('max', smallest(-1)),
    pure('sum', (args) => {
      const items = iterate(need(args));
      const total = items.reduce<number>((sum, one) => sum + (numberOf(one) ?? 0), 0);
      return items.some((one) => one instanceof Float) ? new Float(total) : total;
    }),
    pure('sorted', (args, named) => {
      const items = [...iterate(need(args))].sort(compareValues);
      return new List(isTrue(named.get('reverse') ?? false) ? items.reverse() : items);
    }),
    pure(
      'enumerate',
      (args) =>
        new List(
          iterate(need(args)).map((one, i) => new List([integer(args[1] ?? 0) + i, one], true)),
        ),
    ),
    pure('zip', (args) => {
      const [a = [], b = []] = args.map(iterate);
      return new List(a.slice(0, b.length).map((one, i) => new List([one, b[i] as Value], true)));
    }),
    pure('type', (args) => new Instance('type', `<class '${typeName(need(args))}'>`, noAttributes)),
  ];
  return new Map<string, Value>([
    ...list.map((one) => [one.name, one] as const),
    ['__name__', '__main__'],
  ]);
}

function* noAttributes(): Sys<undefined> {
  return undefined;
}

/** JSON as Python writes it: a blank after commas and colons. */
function jsonText(value: unknown, indent: number | undefined, before: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent === undefined ? '' : `\n${before}${' '.repeat(indent)}`;
  const deeper = indent === undefined ? '' : before + ' '.repeat(indent);
  const parts = Array.isArray(value)
    ? value.map((one) => jsonText(one, indent, deeper))
    : Object.entries(value).map(
        ([key, one]) => `${JSON.stringify(key)}: ${jsonText(one, indent, deeper)}`,
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return `${open}${close}`;
  const end = indent === undefined ? '' : `\n${before}`;
  return `${open}${inner}${parts.join(indent === undefined ? ', ' : `,${inner}`)}${end}${close}`;
}

/** Modules of the library that need nothing installed. */
export function libraryModule(process: Process, name: string): Instance | undefined {
  const { world } = process.kernel;
  switch (name) {
    case 'time':
      return moduleOf('time', {
        sleep: new Callable('sleep', function* (args) {
          yield* sleep(Math.max(0, Math.round((numberOf(need(args)) ?? 0) * 1000)));
          return null;
        }),
        time: pure('time', () => new Float(world.unixMs / 1000)),
      });
    case 'json':
      return moduleOf('json', {
        dumps: pure('dumps', (args, named) =>
          jsonText(toJson(need(args)), numberOf(named.get('indent') ?? null), ''),
        ),
        loads: pure('loads', (args) => {
          try {
            return fromJson(JSON.parse(str(need(args))));
          } catch {
            throw new Raised(
              'json.decoder.JSONDecodeError',
              'Expecting value: line 1 column 1 (char 0)',
            );
          }
        }),
      });
    case 'os':
      return moduleOf('os', {
        getenv: pure('getenv', (args) => process.env.get(str(need(args))) ?? args[1] ?? null),
        getcwd: pure('getcwd', () => process.cwd),
      });
    case 'sys':
      return moduleOf('sys', {
        argv: new List(process.argv.slice(1)),
        version: '3.12.3 (main) [GCC 13.3.0]',
        exit: pure('exit', (args) => {
          throw new Raised('SystemExit', str(args[0] ?? 0));
        }),
      });
    default:
      return undefined;
  }
}

/** Methods of text, lists and dictionaries. */
export function methodOf(value: Value, name: string): Callable | undefined {
  const found =
    typeof value === 'string'
      ? textMethod(value, name)
      : value instanceof List
        ? listMethod(value, name)
        : value instanceof Dict
          ? dictMethod(value, name)
          : undefined;
  return found && pure(name, found);
}

type Method = (args: readonly Value[], named: Named) => Value;

function textMethod(text: string, name: string): Method | undefined {
  const methods: Readonly<Record<string, Method>> = {
    upper: () => text.toUpperCase(),
    lower: () => text.toLowerCase(),
    strip: () => text.trim(),
    lstrip: () => text.trimStart(),
    rstrip: () => text.trimEnd(),
    split: (args) =>
      new List(
        args[0] === undefined ? text.split(/\s+/).filter(Boolean) : text.split(str(args[0])),
      ),
    splitlines: () => new List(text.replace(/\n$/, '').split('\n')),
    join: (args) => iterate(need(args)).map(str).join(text),
    replace: (args) => text.split(str(need(args))).join(str(need(args, 1))),
    startswith: (args) => text.startsWith(str(need(args))),
    endswith: (args) => text.endsWith(str(need(args))),
    find: (args) => text.indexOf(str(need(args))),
    count: (args) => text.split(str(need(args))).length - 1,
    ljust: (args) => text.padEnd(integer(need(args))),
    rjust: (args) => text.padStart(integer(need(args))),
    zfill: (args) => text.padStart(integer(need(args)), '0'),
    decode: () => text,
    encode: () => text,
    isdigit: () => /^\d+$/.test(text),
    format: (args, named) => {
      let next = 0;
      return text.replace(/\{(\w*)(?::([^}]*))?\}/g, (_, key: string, spec: string | undefined) => {
        const one = key === '' ? args[next++] : (named.get(key) ?? args[Number(key)]);
        return formatted(one ?? null, spec ?? '');
      });
    },
  };
  return methods[name];
}

function listMethod(list: List, name: string): Method | undefined {
  const methods: Readonly<Record<string, Method>> = {
    append: (args) => (list.items.push(need(args)), null),
    extend: (args) => (list.items.push(...iterate(need(args))), null),
    pop: (args) => {
      const [gone] = list.items.splice(args[0] === undefined ? -1 : integer(args[0]), 1);
      if (gone === undefined) throw new Raised('IndexError', 'pop from empty list');
      return gone;
    },
    sort: () => (list.items.sort(compareValues), null),
    reverse: () => (list.items.reverse(), null),
    index: (args) => list.items.findIndex((one) => repr(one) === repr(need(args))),
    count: (args) => list.items.filter((one) => repr(one) === repr(need(args))).length,
  };
  return methods[name];
}

function dictMethod(dict: Dict, name: string): Method | undefined {
  const all = [...dict.entries.values()];
  const methods: Readonly<Record<string, Method>> = {
    get: (args) => dict.get(need(args)) ?? args[1] ?? null,
    keys: () => new List(all.map(([key]) => key)),
    values: () => new List(all.map(([, value]) => value)),
    items: () => new List(all.map(([key, value]) => new List([key, value], true))),
    update: (args) => {
      const other = need(args);
      if (other instanceof Dict)
        for (const [key, value] of other.entries.values()) dict.set(key, value);
      return null;
    },
  };
  return methods[name];
}

/** `<20`, `>8.2f`, `,`, `05d`. */
export function formatted(value: Value, spec: string): string {
  const m = /^(?:(.)?([<>^]))?(0?)(\d*)(,?)(?:\.(\d+))?([sdfx%]?)$/.exec(spec);
  if (!m) throw new Raised('ValueError', 'Invalid format specifier');
  const [, fill = ' ', align, zero = '', width = '', comma = '', digits, kind = ''] = m;
  const number = numberOf(value);
  let text = str(value);
  if (number !== undefined && kind === '%')
    text = `${(number * 100).toFixed(Number(digits ?? 6))}%`;
  else if (number !== undefined && kind === 'x') text = number.toString(16);
  else if (number !== undefined && (kind === 'f' || digits !== undefined))
    text = number.toFixed(Number(digits ?? 6));
  else if (digits !== undefined) text = text.slice(0, Number(digits));
  if (comma !== '') text = text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const size = Number(width || '0');
  const pad = zero === '' ? fill : '0';
  const side = align ?? (number === undefined || typeof value === 'boolean' ? '<' : '>');
  if (side === '^') {
    const left = Math.floor(Math.max(0, size - text.length) / 2);
    return (pad.repeat(left) + text).padEnd(size, pad);
  }
  return side === '<' ? text.padEnd(size, pad) : text.padStart(size, pad);
}
