/**
 * Methods of numbers, dates, functions, regular expressions and plain objects.
 *
 * Real: ECMA-262 20.1, 20.2, 21.1, 21.4, 22.2.
 */
import { civil } from '../../sim/index.ts';
import type { Call } from './operators.ts';
import type { DateValue } from './values.ts';
import {
  FunctionValue,
  isoDate,
  native,
  text,
  throwError,
  type ObjectValue,
  type Value,
} from './values.ts';

export function numberMember(value: number, key: string): Value {
  switch (key) {
    case 'toFixed':
      return native(key, ([digits]) => value.toFixed(Math.min(100, Number(digits ?? 0))));
    case 'toString':
      return native(key, ([radix]) => value.toString(radix === undefined ? 10 : Number(radix)));
    case 'toPrecision':
      return native(key, ([digits]) =>
        digits === undefined ? String(value) : value.toPrecision(Number(digits)),
      );
    case 'valueOf':
      return native(key, () => value);
    default:
      return undefined;
  }
}

export function objectMember(object: ObjectValue, key: string): Value {
  if (Object.hasOwn(object, key)) return object[key];
  switch (key) {
    case 'hasOwnProperty':
      return native(key, ([name]) => Object.hasOwn(object, text(name)));
    case 'toString':
      return native(key, () => '[object Object]');
    default:
      return undefined;
  }
}

export function functionMember(value: FunctionValue, key: string, call: Call): Value {
  if (Object.hasOwn(value.members, key)) return value.members[key];
  switch (key) {
    case 'name':
      return value.name;
    case 'call':
      return new FunctionValue(key, ([self, ...args]) => call(value, args, self));
    case 'apply':
      return new FunctionValue(key, ([self, args]) =>
        call(value, Array.isArray(args) ? args : [], self),
      );
    case 'bind':
      return native(
        key,
        ([self, ...given]) =>
          new FunctionValue(value.name, (args) => call(value, [...given, ...args], self)),
      );
    case 'toString':
      return native(key, () => text(value));
    default:
      return undefined;
  }
}

export function regexpMember(value: RegExp, key: string): Value {
  switch (key) {
    case 'test':
      return native(key, ([subject]) => value.test(text(subject)));
    case 'exec':
      return native(key, ([subject]) => {
        const found = value.exec(text(subject));
        return found ? [...found] : null;
      });
    case 'source':
      return value.source;
    case 'flags':
      return value.flags;
    case 'toString':
      return native(key, () => String(value));
    default:
      return undefined;
  }
}

/** The lab's zone is UTC. */
export function dateMember(date: DateValue, key: string): Value {
  const c = civil(date.unixMs);
  const parts: Readonly<Record<string, number>> = {
    FullYear: c.year,
    Month: c.month - 1,
    Date: c.day,
    Hours: c.hour,
    Minutes: c.minute,
    Seconds: c.second,
    Milliseconds: c.ms,
    Day: c.weekday,
  };
  const part = /^get(?:UTC)?(\w+)$/.exec(key)?.[1];
  if (part !== undefined && Object.hasOwn(parts, part)) return native(key, () => parts[part]);
  switch (key) {
    case 'getTime':
    case 'valueOf':
      return native(key, () => date.unixMs);
    case 'getTimezoneOffset':
      return native(key, () => 0);
    case 'toISOString':
    case 'toJSON':
      return native(key, () => {
        if (Number.isNaN(date.unixMs)) throwError('RangeError', 'Invalid time value');
        return isoDate(date.unixMs);
      });
    case 'toString':
      return native(key, () => isoDate(date.unixMs));
    default:
      return undefined;
  }
}
