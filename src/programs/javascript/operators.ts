/**
 * Operators and member access of the small JavaScript.
 *
 * Real: ECMA-262 13 (expressions), 7.2 (comparison).
 */
import type { Sys } from '../../sim/index.ts';
import { arrayMember } from './arrays.ts';
import { dateMember, functionMember, numberMember, objectMember, regexpMember } from './members.ts';
import { stringMember } from './strings.ts';
import {
  DateValue,
  define,
  Foreign,
  FunctionValue,
  isPlain,
  looselyEqual,
  number,
  text,
  throwError,
  truthy,
  typeOf,
  type Value,
} from './values.ts';

/** How a built-in calls back into the script. */
export type Call = (callee: Value, args: readonly Value[], self?: Value) => Sys<Value>;

export function binary(operator: string, a: Value, b: Value): Value {
  switch (operator) {
    case '+':
      return isTextual(a) || isTextual(b) ? text(a) + text(b) : number(a) + number(b);
    case '-':
      return number(a) - number(b);
    case '*':
      return number(a) * number(b);
    case '/':
      return number(a) / number(b);
    case '%':
      return number(a) % number(b);
    case '**':
      return power(number(a), number(b));
    case '==':
      return looselyEqual(a, b);
    case '!=':
      return !looselyEqual(a, b);
    case '===':
      return a === b;
    case '!==':
      return a !== b;
    case '<':
      return compare(a, b, (x, y) => x < y);
    case '<=':
      return compare(a, b, (x, y) => x <= y);
    case '>':
      return compare(a, b, (x, y) => x > y);
    case '>=':
      return compare(a, b, (x, y) => x >= y);
    case '&':
      return number(a) & number(b);
    case '|':
      return number(a) | number(b);
    case '^':
      return number(a) ^ number(b);
    case '<<':
      return number(a) << number(b);
    case '>>':
      return number(a) >> number(b);
    case '>>>':
      return number(a) >>> number(b);
    case 'in':
      return typeof b === 'object' && b !== null && Object.hasOwn(b, text(a));
    case 'instanceof':
      return b instanceof FunctionValue && isInstance(a, b.name);
    default:
      return throwError('SyntaxError', `이 실습실에서는 지원하지 않습니다: ${operator}`);
  }
}

/** `a += b` and its kin. */
export function assign(operator: string, old: Value, value: Value): Value {
  const plain = operator.slice(0, -1);
  if (plain === '&&') return truthy(old) ? value : old;
  if (plain === '||') return truthy(old) ? old : value;
  if (plain === '??') return old ?? value;
  return binary(plain, old, value);
}

export function unary(operator: string, value: Value): Value {
  switch (operator) {
    case '!':
      return !truthy(value);
    case '-':
      return -number(value);
    case '+':
      return number(value);
    case '~':
      return ~number(value);
    case 'typeof':
      return typeOf(value);
    case 'void':
      return undefined;
    default:
      return throwError('SyntaxError', `이 실습실에서는 지원하지 않습니다: ${operator}`);
  }
}

/** Own properties and the built-in methods of the value's kind; nothing of the host. */
export function memberOf(object: Value, key: string, call: Call): Value {
  if (typeof object === 'string') return stringMember(object, key, call);
  if (typeof object === 'number') return numberMember(object, key);
  if (typeof object === 'boolean')
    return key === 'toString' ? numberMember(0, 'toString') : undefined;
  if (Array.isArray(object)) return arrayMember(object, key, call);
  if (object instanceof FunctionValue) return functionMember(object, key, call);
  if (object instanceof DateValue) return dateMember(object, key);
  if (object instanceof RegExp) return regexpMember(object, key);
  if (object instanceof Foreign) return object.get(key);
  return object && isPlain(object) ? objectMember(object, key) : undefined;
}

export function setMember(object: Value, key: string, value: Value): void {
  if (object === undefined || object === null)
    throwError(
      'TypeError',
      `Cannot set properties of ${object === null ? 'null' : 'undefined'} (setting '${key}')`,
    );
  if (Array.isArray(object)) {
    if (key === 'length') object.length = Math.min(Number(value), 1_000_000);
    else if (/^\d{1,6}$/.test(key)) object[Number(key)] = value;
  } else if (object instanceof Foreign) object.set(key, value);
  else if (object instanceof FunctionValue) define(object.members, key, value);
  else if (isPlain(object)) define(object, key, value);
}

function isTextual(value: Value): boolean {
  const type = typeOf(value);
  return type === 'string' || type === 'function' || (type === 'object' && value !== null);
}

function compare<T extends boolean>(
  a: Value,
  b: Value,
  test: (x: string | number, y: string | number) => T,
): T {
  return typeof a === 'string' && typeof b === 'string' ? test(a, b) : test(number(a), number(b));
}

/** Whole exponents alone are the same on every machine. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 1_100)
    return exponent === 0.5 ? Math.sqrt(base) : Number.NaN;
  let result = 1;
  for (let i = 0; i < Math.abs(exponent); i++) result *= base;
  return exponent < 0 ? 1 / result : result;
}

function isInstance(value: Value, name: string): boolean {
  if (Array.isArray(value)) return name === 'Array' || name === 'Object';
  if (value instanceof DateValue) return name === 'Date';
  if (value instanceof FunctionValue) return name === 'Function';
  if (value instanceof RegExp) return name === 'RegExp';
  if (value instanceof Foreign)
    return (
      value.constructor.name === name || (name === 'Error' && value.get('stack') !== undefined)
    );
  return name === 'Object' && typeof value === 'object' && value !== null;
}
