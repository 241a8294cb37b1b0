/**
 * Go's fmt: values as `%v` and the verbs of printf.
 *
 * Real:     fmt (Sprint, Sprintf, Sprintln)
 * Left out: `%p` of real addresses, `%b %e %E %U` of floats, explicit argument indexes.
 */
import { formatDuration } from './duration.ts';
import type { GoValue } from './govalue.ts';
import { GoDuration, GoMap, GoNil, GoNumber, GoStruct, GoTime } from './govalue.ts';
import { goQuote } from './strconv.ts';

/** `%v`, or `%+v` with field names. */
export function formatValue(
  value: GoValue,
  options: { plus?: boolean; depth?: number } = {},
): string {
  const depth = options.depth ?? 0;
  const inner = { ...options, depth: depth + 1 };
  if (value === null || value === undefined) return '<nil>';
  if (value instanceof GoNil) {
    return value.type.startsWith('[]') ? '[]' : value.type.startsWith('map') ? 'map[]' : '<nil>';
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof GoNumber) return value.text;
  if (value instanceof GoTime) return value.toGoString();
  if (value instanceof GoDuration) return formatDuration(value.nanoseconds);
  if (value instanceof GoMap) {
    const members = value
      .keys()
      .map((key) => `${key}:${formatValue(value.entries.get(key), inner)}`);
    return `map[${members.join(' ')}]`;
  }
  if (value instanceof GoStruct) {
    // Go prints the address of a pointer inside a value; there is none here that means anything.
    if (value.isPointer && depth > 0) return '0xc000010000';
    const members = value.layout.map((field) => {
      const text = formatValue(value.fields.get(field.name), inner);
      return options.plus ? `${field.name}:${text}` : text;
    });
    return `${value.isPointer ? '&' : ''}{${members.join(' ')}}`;
  }
  return `[${value.map((item) => formatValue(item, inner)).join(' ')}]`;
}

/** Integers as they are; floats as `%v` (`%g`, with an exponent from 1e21). */
function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  const text = String(value);
  const exponent = /^(.*)e([+-])(\d)$/.exec(text);
  return exponent === null
    ? text
    : `${exponent[1] ?? ''}e${exponent[2] ?? ''}0${exponent[3] ?? ''}`;
}

/** Operands side by side: a space between two that are not strings. */
export function sprint(values: readonly GoValue[]): string {
  let text = '';
  values.forEach((value, i) => {
    if (i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string') text += ' ';
    text += formatValue(value);
  });
  return text;
}

export function sprintln(values: readonly GoValue[]): string {
  return `${values.map((value) => formatValue(value)).join(' ')}\n`;
}

const TYPE_NAMES: readonly (readonly [(value: GoValue) => boolean, string])[] = [
  [(value) => typeof value === 'string', 'string'],
  [(value) => typeof value === 'boolean', 'bool'],
  [(value) => typeof value === 'number' && Number.isInteger(value), 'int'],
  [(value) => typeof value === 'number', 'float64'],
  [(value) => value instanceof GoTime, 'time.Time'],
  [(value) => value instanceof GoDuration, 'time.Duration'],
  [(value) => value instanceof GoNumber, 'json.Number'],
  [(value) => value instanceof GoMap, 'map[string]interface {}'],
  [(value) => Array.isArray(value), '[]interface {}'],
];

export function typeName(value: GoValue): string {
  if (value instanceof GoNil) return value.type;
  if (value instanceof GoStruct) return `${value.isPointer ? '*' : ''}${value.typeName}`;
  return TYPE_NAMES.find(([is]) => is(value))?.[1] ?? '<nil>';
}

interface Verb {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly letter: string;
}

export function sprintf(format: string, values: readonly GoValue[]): string {
  let next = 0;
  const pattern = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%])/g;
  let text = '';
  let last = 0;
  for (let match = pattern.exec(format); match !== null; match = pattern.exec(format)) {
    text += format.slice(last, match.index);
    last = pattern.lastIndex;
    const letter = match[4] ?? '';
    if (letter === '%') {
      text += '%';
      continue;
    }
    const star = (given: string | undefined): number | undefined => {
      if (given === undefined) return undefined;
      if (given !== '*') return Number(given);
      const value = values[next++];
      return typeof value === 'number' ? value : 0;
    };
    const width = star(match[2]);
    const precision = match[0].includes('.') ? (star(match[3]) ?? 0) : undefined;
    if (next >= values.length) {
      text += `%!${letter}(MISSING)`;
      continue;
    }
    text += formatVerb({ flags: match[1] ?? '', width, precision, letter }, values[next++]);
  }
  text += format.slice(last);
  if (next < values.length) {
    const extra = values.slice(next).map((value) => `${typeName(value)}=${formatValue(value)}`);
    text += `%!(EXTRA ${extra.join(', ')})`;
  }
  return text;
}

function formatVerb(verb: Verb, value: GoValue): string {
  const body =
    verbText(verb, value) ?? `%!${verb.letter}(${typeName(value)}=${formatValue(value)})`;
  if (verb.width === undefined || body.length >= verb.width) return body;
  if (verb.flags.includes('-')) return body.padEnd(verb.width);
  const isNumeric = typeof value === 'number' && /[dxXobfFgGeE]/.test(verb.letter);
  if (verb.flags.includes('0') && isNumeric) {
    const sign = /^[+-]/.exec(body)?.[0] ?? '';
    return sign + body.slice(sign.length).padStart(verb.width - sign.length, '0');
  }
  return body.padStart(verb.width);
}

function verbText({ flags, precision, letter }: Verb, value: GoValue): string | undefined {
  const plus = flags.includes('+');
  if (letter === 'v') return formatValue(value, { plus });
  if (letter === 'T') return typeName(value);
  if (letter === 't') return typeof value === 'boolean' ? String(value) : undefined;
  if (letter === 's' || letter === 'q') return stringVerb(letter, precision, value);
  const number = value instanceof GoDuration ? value.nanoseconds : value;
  if (typeof number === 'number') return numberVerb(letter, number, { plus, precision });
  if (letter === 'x' && typeof value === 'string') {
    return [...value].map((c) => (c.codePointAt(0) ?? 0).toString(16).padStart(2, '0')).join('');
  }
  return undefined;
}

function stringVerb(
  letter: string,
  precision: number | undefined,
  value: GoValue,
): string | undefined {
  const quote = (text: string): string => (letter === 'q' ? goQuote(text) : text);
  if (Array.isArray(value)) {
    return `[${(value as readonly GoValue[]).map((item) => quote(formatValue(item))).join(' ')}]`;
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return undefined;
  const text = formatValue(value);
  return quote(precision === undefined ? text : [...text].slice(0, precision).join(''));
}

function numberVerb(
  letter: string,
  value: number,
  { plus, precision }: { plus: boolean; precision: number | undefined },
): string | undefined {
  const sign = plus && value >= 0 ? '+' : '';
  const isInteger = Number.isInteger(value);
  switch (letter) {
    case 'd':
      return isInteger ? sign + String(value) : undefined;
    case 'x':
      return isInteger ? sign + value.toString(16) : undefined;
    case 'X':
      return isInteger ? sign + value.toString(16).toUpperCase() : undefined;
    case 'o':
      return isInteger ? sign + value.toString(8) : undefined;
    case 'b':
      return isInteger ? sign + value.toString(2) : undefined;
    case 'c':
      return isInteger ? String.fromCodePoint(value) : undefined;
    case 'f':
    case 'F':
      return sign + value.toFixed(precision ?? 6);
    case 'g':
      return (
        sign +
        (precision === undefined
          ? formatNumber(value)
          : String(Number(value.toPrecision(precision))))
      );
    default:
      return undefined;
  }
}
