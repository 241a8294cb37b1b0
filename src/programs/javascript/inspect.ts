/**
 * How node and mongosh show a value.
 *
 * Real: node lib/internal/util/inspect.js (`breakLength` 80, `compact` 3, depth 2; mongosh: depth 6).
 */
import { DateValue, Foreign, FunctionValue, isoDate, type Value } from './values.ts';

const WIDTH = 72;
const ITEMS_MAX = 100;

export function inspect(value: Value, depth = 2, level = 0): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof FunctionValue) return shownFunction(value);
  if (value === null || typeof value !== 'object')
    return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof DateValue) return isoDate(value.unixMs);
  if (value instanceof RegExp) return String(value);
  if (value instanceof Foreign) return value.show();
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (level > depth) return '[Array]';
    const items = value.slice(0, ITEMS_MAX).map((one) => inspect(one, depth, level + 1));
    if (value.length > ITEMS_MAX) items.push(`... ${value.length - ITEMS_MAX} more items`);
    return enclose('[', items, ']', level);
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  if (level > depth) return '[Object]';
  return enclose(
    '{',
    entries.map(([key, one]) => `${shownKey(key)}: ${inspect(one, depth, level + 1)}`),
    '}',
    level,
  );
}

function shownFunction({ name }: FunctionValue): string {
  return name === '' ? '[Function (anonymous)]' : `[Function: ${name}]`;
}

function shownKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

/** On one line while it is short and holds nothing that is broken over several. */
function enclose(open: string, items: readonly string[], close: string, level: number): string {
  const length = items.reduce((sum, one) => sum + one.length + 2, 0) + level * 2;
  if (length <= WIDTH && !items.some((one) => one.includes('\n')))
    return `${open} ${items.join(', ')} ${close}`;
  const indent = '  '.repeat(level + 1);
  return `${open}\n${indent}${items.join(`,\n${indent}`)}\n${'  '.repeat(level)}${close}`;
}

/** Single quotes unless the text has some. */
export function quoted(value: string): string {
  const quote = !value.includes("'")
    ? "'"
    : !value.includes('"')
      ? '"'
      : value.includes('`')
        ? "'"
        : '`';
  const body = value
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\t/g, '\\t')
    .replace(/\r/g, '\\r');
  return quote + (quote === "'" ? body.replace(/'/g, "\\'") : body) + quote;
}
