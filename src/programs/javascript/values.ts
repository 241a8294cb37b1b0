/**
 * Values of the small JavaScript that MongoDB's shells and node speak here.
 *
 * Primitives, arrays and plain objects are the host's own, read by own properties alone; all else is one of the classes below. Nothing of the host
 * (constructors, prototypes, globals) can be reached from a script.
 *
 * Real: ECMA-262.
 * Left out: prototypes and `class`, getters, symbols, generators, typed arrays, `BigInt`, modules.
 */
import { civil, daysFromCivil, parseRFC3339, type Sys } from '../../sim/index.ts';

export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Value[]
  | ObjectValue
  | FunctionValue
  | DateValue
  | RegExp
  | Foreign;

export interface ObjectValue {
  [name: string]: Value;
}

/** What a call hands over. */
export type NativeCall = (args: readonly Value[], self: Value) => Sys<Value>;

export class FunctionValue {
  readonly name: string;
  readonly call: NativeCall;
  /** `Date.now`, `Object.keys`: what hangs on the function itself. */
  readonly members: ObjectValue;
  /** What `new` does; undefined: it is no constructor. */
  readonly construct: NativeCall | undefined;
  /** What `toString` shows of a function that a script wrote. */
  readonly source: string | undefined;

  constructor(
    name: string,
    call: NativeCall,
    options: {
      readonly members?: ObjectValue;
      readonly construct?: NativeCall;
      readonly source?: string;
    } = {},
  ) {
    this.name = name;
    this.call = call;
    this.members = options.members ?? {};
    this.construct = options.construct;
    this.source = options.source;
  }
}

/** A function that needs no time. */
export function native(
  name: string,
  run: (args: readonly Value[], self: Value) => Value,
  members?: ObjectValue,
): FunctionValue {
  return new FunctionValue(
    name,
    function* (args, self) {
      return run(args, self);
    },
    members ? { members } : {},
  );
}

/** An object of the program that runs scripts: it says itself what its members are. */
export abstract class Foreign {
  abstract get(name: string): Value;
  /** How `inspect` and `print` show it. */
  abstract show(): string;
  set(name: string, _value: Value): void {
    throw new Thrown(new ErrorValue('TypeError', `Cannot assign to read only property '${name}'`));
  }
}

/** A moment, in ms since 1970. Its text sorts as time does, which is what MongoDB's query library compares. */
export class DateValue {
  readonly unixMs: number;
  constructor(unixMs: number) {
    this.unixMs = unixMs;
  }
  toString(): string {
    return isoDate(this.unixMs);
  }
  toJSON(): string {
    return isoDate(this.unixMs);
  }
}

export class ErrorValue extends Foreign {
  readonly name: string;
  message: string;
  readonly extra: ObjectValue;
  constructor(name: string, message: string, extra: ObjectValue = {}) {
    super();
    this.name = name;
    this.message = message;
    this.extra = extra;
  }
  get(name: string): Value {
    if (name === 'name') return this.name;
    if (name === 'message') return this.message;
    if (name === 'stack') return this.show();
    if (name === 'toString') return native('toString', () => this.show());
    return Object.hasOwn(this.extra, name) ? this.extra[name] : undefined;
  }
  override set(name: string, value: Value): void {
    if (name === 'message') this.message = text(value);
    else this.extra[name] = value;
  }
  show(): string {
    return this.message === '' ? this.name : `${this.name}: ${this.message}`;
  }
}

/** What `throw` throws, on its way through the interpreter. */
export class Thrown extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super(value instanceof ErrorValue ? value.show() : 'thrown');
    this.value = value;
  }
}

export function throwError(name: string, message: string): never {
  throw new Thrown(new ErrorValue(name, message));
}

export function isPlain(value: Value): value is ObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Foreign) &&
    !(value instanceof FunctionValue) &&
    !(value instanceof DateValue) &&
    !(value instanceof RegExp)
  );
}

export function typeOf(value: Value): string {
  if (value === null) return 'object';
  if (value instanceof FunctionValue) return 'function';
  return typeof value;
}

export function truthy(value: Value): boolean {
  return Boolean(value);
}

export function number(value: Value): number {
  if (value instanceof DateValue) return value.unixMs;
  if (value === null) return 0;
  if (Array.isArray(value) || (typeof value === 'object' && value !== null))
    return Number(text(value));
  return Number(value);
}

/** What string concatenation makes of a value. */
export function text(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value))
    return value.map((one) => (one === null || one === undefined ? '' : text(one))).join(',');
  if (value instanceof FunctionValue)
    return value.source ?? `function ${value.name}() { [native code] }`;
  if (value instanceof DateValue) return value.toString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Foreign) return value.show();
  if (typeof value === 'object') return '[object Object]';
  return String(value);
}

/** Writes a property without waking the host's setters (`__proto__`). */
export function define(object: ObjectValue, name: string, value: Value): void {
  Object.defineProperty(object, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

export function looselyEqual(a: Value, b: Value): boolean {
  if ((a === null || a === undefined) && (b === null || b === undefined)) return true;
  if (a === null || b === null || a === undefined || b === undefined) return false;
  if (typeof a === typeof b) return a === b;
  if (typeof a === 'object' || typeof b === 'object') {
    const left = typeof a === 'object' ? text(a) : a;
    const right = typeof b === 'object' ? text(b) : b;
    return String(left) === String(right);
  }
  return Number(a) === Number(b);
}

/** `2026-03-02T00:00:01.000Z`. */
export function isoDate(unixMs: number): string {
  if (Number.isNaN(unixMs)) return 'Invalid Date';
  const c = civil(unixMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(c.year).padStart(4, '0')}-${two(c.month)}-${two(c.day)}T${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${String(c.ms).padStart(3, '0')}Z`;
}

/** What `new Date(…)` means, or NaN. */
export function dateFrom(args: readonly Value[], nowMs: number): number {
  const [first] = args;
  if (args.length === 0) return nowMs;
  if (args.length > 1) {
    const [year = 1970, month = 0, day = 1, hour = 0, minute = 0, second = 0, ms = 0] =
      args.map(number);
    const months = year * 12 + month;
    return (
      daysFromCivil(Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 1) * 86_400_000 +
      (day - 1) * 86_400_000 +
      hour * 3_600_000 +
      minute * 60_000 +
      second * 1000 +
      ms
    );
  }
  if (typeof first === 'string') return parseRFC3339(first) ?? Number.NaN;
  return number(first);
}
