/**
 * Python's values: what they are called, how they print, when they are equal.
 *
 * Real:     CPython Objects/*.c.
 * Left out: sets, bytes of their own (they are text), integers beyond 2^53, classes.
 */
import type { Sys } from '../../sim/index.ts';

export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export class List {
  readonly items: Value[];
  readonly isTuple: boolean;

  constructor(items: Value[], isTuple = false) {
    this.items = items;
    this.isTuple = isTuple;
  }
}

export class Dict {
  /** By the key's `repr`. */
  readonly entries = new Map<string, readonly [Value, Value]>();

  get(key: Value): Value | undefined {
    return this.entries.get(repr(key))?.[1];
  }

  set(key: Value, value: Value): void {
    this.entries.set(repr(key), [key, value]);
  }
}

/** Something callable: a function of the script, a method, a class's constructor. */
export class Callable {
  readonly name: string;
  readonly call: (args: readonly Value[], named: ReadonlyMap<string, Value>) => Sys<Value>;

  constructor(name: string, call: Callable['call']) {
    this.name = name;
    this.call = call;
  }
}

/** A module, or an instance of a library's class. `attribute` may ask the world. */
export class Instance {
  readonly type: string;
  readonly shown: string;
  readonly attribute: (name: string) => Sys<Value | undefined>;

  constructor(type: string, shown: string, attribute: Instance['attribute']) {
    this.type = type;
    this.shown = shown;
    this.attribute = attribute;
  }
}

export type Value = null | boolean | number | string | Float | List | Dict | Callable | Instance;

/** An exception on its way. */
export class Raised extends Error {
  /** `docker.errors.NotFound`. */
  readonly type: string;
  line = 0;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'string') return 'str';
  if (value instanceof Float) return 'float';
  if (value instanceof List) return value.isTuple ? 'tuple' : 'list';
  if (value instanceof Dict) return 'dict';
  return value instanceof Callable ? 'function' : value.type;
}

export function str(value: Value): string {
  return typeof value === 'string' ? value : repr(value);
}

export function repr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof List) {
    const inner = value.items.map(repr).join(', ');
    if (!value.isTuple) return `[${inner}]`;
    return value.items.length === 1 ? `(${inner},)` : `(${inner})`;
  }
  if (value instanceof Dict)
    return `{${[...value.entries.values()].map(([key, one]) => `${repr(key)}: ${repr(one)}`).join(', ')}}`;
  return value instanceof Callable ? `<function ${value.name}>` : value.shown;
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\t/g, '\\t')
    .replace(/\r/g, '\\r');
  return `${quote}${quote === "'" ? inner.replace(/'/g, "\\'") : inner}${quote}`;
}

function floatText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

export function isTrue(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return false;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof List) return value.items.length > 0;
  return !(value instanceof Dict) || value.entries.size > 0;
}

export function isEqual(a: Value, b: Value): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x === y;
  if (a instanceof Instance || a instanceof Callable) return a === b;
  return typeName(a) === typeName(b) && repr(a) === repr(b);
}

/** A number, of whichever kind. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof Float ? value.value : undefined;
}

/** JSON as Python has it. */
export function fromJson(json: unknown): Value {
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number') return Number.isInteger(json) ? json : new Float(json);
  if (Array.isArray(json)) return new List(json.map(fromJson));
  const out = new Dict();
  for (const [key, value] of Object.entries(json as object)) out.set(key, fromJson(value));
  return out;
}

export function toJson(value: Value): unknown {
  if (value instanceof Float) return value.value;
  if (value instanceof List) return value.items.map(toJson);
  if (value instanceof Dict)
    return Object.fromEntries(
      [...value.entries.values()].map(([key, one]) => [str(key), toJson(one)]),
    );
  if (value instanceof Instance || value instanceof Callable)
    throw new Raised('TypeError', `Object of type ${typeName(value)} is not JSON serializable`);
  return value;
}

/** What a `for` goes through. */
export function iterate(value: Value): readonly Value[] {
  if (value instanceof List) return [...value.items];
  if (value instanceof Dict) return [...value.entries.values()].map(([key]) => key);
  if (typeof value === 'string') return [...value];
  throw new Raised('TypeError', `'${typeName(value)}' object is not iterable`);
}
