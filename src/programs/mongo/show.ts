/**
 * How the shells show values: mongo's `tojson` and mongosh's inspection.
 *
 * Real: mongo src/mongo/shell/types.js `tojson`; mongosh packages/cli-repl/src/format-output.ts.
 */
import { inspect } from '../javascript/inspect.ts';
import {
  DateValue,
  Foreign,
  FunctionValue,
  isoDate,
  text,
  type ObjectValue,
  type Value,
} from '../javascript/values.ts';
import { ObjectId } from './bson.ts';

const LINE_MAX = 80;
const DEPTH = 6;

/** `line`: never broken; `pretty`: broken when long; the default breaks as `print` does. */
export function shown(value: Value, isNew: boolean, form: 'line' | 'pretty' = 'pretty'): string {
  return isNew ? inspect(newForm(value), DEPTH) : tojson(value, '', form === 'line');
}

/** mongosh shows dates as it takes them. */
function newForm(value: Value): Value {
  if (value instanceof DateValue) return new Shown(`ISODate('${isoDate(value.unixMs)}')`);
  if (Array.isArray(value)) return value.map(newForm);
  if (typeof value === 'object' && value !== null && value.constructor === Object)
    return Object.fromEntries(
      Object.entries(value as ObjectValue).map(([key, one]) => [key, newForm(one)]),
    );
  return value;
}

class Shown extends Foreign {
  readonly #text: string;
  constructor(shownText: string) {
    super();
    this.#text = shownText;
  }
  get(): Value {
    return undefined;
  }
  show(): string {
    return this.#text;
  }
}

function tojson(value: Value, indent: string, isLine: boolean): string {
  const whole = spread(value, isLine ? '' : indent, isLine);
  return !isLine && indent === '' && whole.length < LINE_MAX
    ? whole.replace(/[\t\r\n]+/g, ' ')
    : whole;
}

function spread(value: Value, indent: string, isLine: boolean): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId("${value.hex}")`;
  if (value instanceof DateValue)
    return `ISODate("${isoDate(value.unixMs).replace('.000Z', 'Z')}")`;
  if (value instanceof FunctionValue || value instanceof RegExp) return text(value);
  if (value instanceof Foreign) return value.show();
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}\t`;
  const items = Array.isArray(value)
    ? value.map((one) => spread(one, inner, isLine))
    : Object.entries(value)
        .filter(([, one]) => !(one instanceof FunctionValue))
        .map(([key, one]) => `${JSON.stringify(key)} : ${spread(one, inner, isLine)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (items.length === 0)
    return isLine || Array.isArray(value)
      ? `${open} ${close}`
      : `${open}\n${indent}\t\n${indent}${close}`.replace(/^\{[\s]+\}$/, '{ }');
  return isLine
    ? `${open} ${items.join(', ')} ${close}`
    : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}
