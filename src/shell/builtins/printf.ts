import { civil, dayName, monthName } from '../sys.ts';
import { quoteForShell } from '../expand/expand.ts';

/** What `printf` writes, what it complains about, and whether it was stopped by `\c`. */
export interface Formatted {
  readonly output: string;
  readonly errors: readonly string[];
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\u001b',
  E: '\u001b',
  '\\': '\\',
  '"': '"',
};

/** `echo -e` and `%b`: escapes; `isStopped` after `\c`. */
export function unescape(text: string): { readonly text: string; readonly isStopped: boolean } {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\' || i + 1 >= text.length) {
      out += text[i];
      continue;
    }
    const rest = text.slice(i + 1);
    if (rest.startsWith('c')) return { text: out, isStopped: true };
    const number =
      /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|0?([0-7]{1,3}))/.exec(rest);
    if (number) {
      const hex = number[1] ?? number[2] ?? number[3];
      out +=
        hex === undefined
          ? String.fromCharCode(parseInt(number[4] as string, 8) & 255)
          : String.fromCodePoint(Math.min(0x10ffff, parseInt(hex, 16)));
      i += number[0].length;
    } else {
      const c = rest[0] as string;
      out += SIMPLE[c] ?? `\\${c}`;
      i++;
    }
  }
  return { text: out, isStopped: false };
}

/** `printf FORMAT ARGUMENTS…`: the format is used again until the arguments are used up. */
export function format(template: string, args: readonly string[], unixMs = 0): Formatted {
  const errors: string[] = [];
  let output = '';
  let next = 0;
  do {
    const before = next;
    const piece = once(template, () => args[next++], errors, unixMs);
    output += piece.text;
    if (piece.isStopped || next === before || output.length > 16_777_216) break;
  } while (next < args.length);
  return { output, errors };
}

function once(
  template: string,
  take: () => string | undefined,
  errors: string[],
  unixMs: number,
): { readonly text: string; readonly isStopped: boolean } {
  let out = '';
  const pieces =
    /\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|[\s\S])|%(%|([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:hh|h|ll|l|L|q|j|z|t)?(\([^)]*\)T|[diouxXeEfFgGcsbq]))|[^\\%]+|[\s\S]/g;
  for (const match of template.matchAll(pieces)) {
    const [all, percent, flags = '', width, precision, conversion] = match;
    if (all.startsWith('\\') && all.length > 1) {
      const done = unescape(all);
      out += done.text;
      if (done.isStopped) return { text: out, isStopped: true };
    } else if (percent === '%') out += '%';
    else if (conversion === undefined) {
      if (all === '%') errors.push(`\`%': missing format character`);
      out += all === '%' ? '' : all;
    } else {
      const w = width === '*' ? toInteger(take() ?? '0', errors) : Number(width ?? 0);
      const p =
        precision === '*'
          ? toInteger(take() ?? '0', errors)
          : precision !== undefined
            ? Number(precision)
            : all.includes('.') && !conversion.startsWith('(')
              ? 0
              : undefined;
      const done = convert(
        conversion,
        { flags: w < 0 ? `${flags}-` : flags, width: Math.abs(w), precision: p },
        take,
        errors,
        unixMs,
      );
      out += done.text;
      if (done.isStopped) return { text: out, isStopped: true };
    }
  }
  return { text: out, isStopped: false };
}

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

function convert(
  conversion: string,
  spec: Spec,
  take: () => string | undefined,
  errors: string[],
  unixMs: number,
): { readonly text: string; readonly isStopped: boolean } {
  const argument = take();
  const plain = (text: string) => ({ text: pad(text, spec, false), isStopped: false });
  switch (conversion) {
    case 's':
      return plain(
        spec.precision === undefined
          ? (argument ?? '')
          : [...(argument ?? '')].slice(0, spec.precision).join(''),
      );
    case 'c':
      return plain((argument ?? '').slice(0, 1));
    case 'q':
      return plain(quoteForShell(argument ?? ''));
    case 'b': {
      const done = unescape(argument ?? '');
      return { text: pad(done.text, spec, false), isStopped: done.isStopped };
    }
    case 'd':
    case 'i': {
      const value = toInteger(argument ?? '0', errors);
      return { text: number(String(Math.abs(value)), value < 0, spec), isStopped: false };
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
      const value = BigInt.asUintN(64, BigInt(toInteger(argument ?? '0', errors)));
      const digits = value.toString(conversion === 'o' ? 8 : conversion === 'u' ? 10 : 16);
      const prefix =
        spec.flags.includes('#') && value !== 0n
          ? conversion === 'o'
            ? '0'
            : conversion === 'u'
              ? ''
              : '0x'
          : '';
      const text = number(prefix + digits, false, spec);
      return { text: conversion === 'X' ? text.toUpperCase() : text, isStopped: false };
    }
    default:
      if (conversion.startsWith('('))
        return plain(
          strftime(
            conversion.slice(1, -2) || '%X',
            argument === undefined || argument === '-1' ? unixMs : Number(argument) * 1000,
          ),
        );
      return { text: floating(conversion, argument ?? '0', spec, errors), isStopped: false };
  }
}

function toInteger(text: string, errors: string[]): number {
  const trimmed = text.trim();
  if (/^["']/.test(trimmed)) return trimmed.codePointAt(1) ?? 0;
  if (trimmed === '') return 0;
  const found = /^([-+]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(trimmed);
  if (!found) {
    errors.push(`${text}: invalid number`);
    return 0;
  }
  if (found[0].length < trimmed.length) errors.push(`${text}: invalid number`);
  const digits = found[2] as string;
  const value = /^0[xX]/.test(digits)
    ? parseInt(digits, 16)
    : /^0\d/.test(digits)
      ? parseInt(digits, 8) || 0
      : Number(digits);
  return found[1] === '-' ? -value : value;
}

function number(digits: string, isNegative: boolean, spec: Spec): string {
  const padded = spec.precision === undefined ? digits : digits.padStart(spec.precision, '0');
  const sign = isNegative
    ? '-'
    : spec.flags.includes('+')
      ? '+'
      : spec.flags.includes(' ')
        ? ' '
        : '';
  return pad(sign + padded, spec, spec.precision === undefined, sign.length);
}

function floating(conversion: string, text: string, spec: Spec, errors: string[]): string {
  const value = Number(text.trim() || 0);
  if (Number.isNaN(value)) errors.push(`${text}: invalid number`);
  const digits = formatFloat(
    conversion,
    Number.isNaN(value) ? 0 : value,
    spec.precision ?? 6,
    spec.flags.includes('#'),
  );
  const sign = digits.startsWith('-')
    ? ''
    : spec.flags.includes('+')
      ? '+'
      : spec.flags.includes(' ')
        ? ' '
        : '';
  return pad(sign + digits, spec, true, digits.startsWith('-') ? 1 : sign.length);
}

/** `%e`, `%f`, `%g` of C. */
export function formatFloat(
  conversion: string,
  value: number,
  precision: number,
  keepsZeros = false,
): string {
  const upper = conversion === conversion.toUpperCase();
  const lower = conversion.toLowerCase();
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  let text: string;
  if (!Number.isFinite(value)) text = Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  else if (lower === 'f') text = value.toFixed(Math.min(precision, 100));
  else if (lower === 'e') text = exponent(value.toExponential(Math.min(precision, 100)));
  else {
    const digits = Math.max(1, Math.min(precision, 100));
    const power =
      value === 0 ? 0 : Number(/e([+-]\d+)$/.exec(value.toExponential(digits - 1))?.[1] ?? 0);
    const raw =
      power < -4 || power >= digits
        ? exponent(value.toExponential(digits - 1))
        : value.toFixed(Math.max(0, Math.min(100, digits - 1 - power)));
    text = keepsZeros || !raw.includes('.') ? raw : raw.replace(/\.?0+(?=e|$)/, '');
  }
  return upper ? text.toUpperCase() : text;
}

function pad(text: string, spec: Spec, mayZero: boolean, signLength = 0): string {
  const length = [...text].length;
  if (length >= spec.width) return text;
  const fill = spec.width - length;
  if (spec.flags.includes('-')) return text + ' '.repeat(fill);
  if (mayZero && spec.flags.includes('0'))
    return text.slice(0, signLength) + '0'.repeat(fill) + text.slice(signLength);
  return ' '.repeat(fill) + text;
}

const LONG_MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const LONG_DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A time by a format of `date(1)`. The lab's clocks run in UTC. */
export function strftime(template: string, unixMs: number): string {
  const c = civil(unixMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hour12 = c.hour % 12 === 0 ? 12 : c.hour % 12;
  const fields: Readonly<Record<string, () => string>> = {
    Y: () => String(c.year),
    y: () => two(c.year % 100),
    C: () => two(Math.floor(c.year / 100)),
    m: () => two(c.month),
    d: () => two(c.day),
    e: () => String(c.day).padStart(2),
    H: () => two(c.hour),
    I: () => two(hour12),
    k: () => String(c.hour).padStart(2),
    l: () => String(hour12).padStart(2),
    M: () => two(c.minute),
    S: () => two(c.second),
    N: () => `${String(c.ms).padStart(3, '0')}000000`,
    s: () => String(Math.floor(unixMs / 1000)),
    p: () => (c.hour < 12 ? 'AM' : 'PM'),
    P: () => (c.hour < 12 ? 'am' : 'pm'),
    a: () => dayName(c),
    A: () => LONG_DAYS[c.weekday] as string,
    b: () => monthName(c),
    h: () => monthName(c),
    B: () => LONG_MONTHS[c.month - 1] as string,
    j: () => String(c.yearday).padStart(3, '0'),
    u: () => String(c.weekday || 7),
    w: () => String(c.weekday),
    Z: () => 'UTC',
    z: () => '+0000',
    F: () => strftime('%Y-%m-%d', unixMs),
    T: () => strftime('%H:%M:%S', unixMs),
    R: () => strftime('%H:%M', unixMs),
    D: () => strftime('%m/%d/%y', unixMs),
    x: () => strftime('%m/%d/%y', unixMs),
    X: () => strftime('%H:%M:%S', unixMs),
    r: () => strftime('%I:%M:%S %p', unixMs),
    c: () => strftime('%a %b %e %H:%M:%S %Y', unixMs),
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
  };
  return template.replace(
    /%([-_0^]?)(\d*)(:?[A-Za-z%])/g,
    (all, flag: string, digits: string, letter: string) => {
      if (letter === ':z') return '+00:00';
      const made = fields[letter]?.();
      if (made === undefined) return all;
      if (letter === 'N' && digits !== '') return made.slice(0, Number(digits));
      return flag === '-'
        ? made.replace(/^[0 ]+(?=.)/, '')
        : flag === '_'
          ? made.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length))
          : flag === '^'
            ? made.toUpperCase()
            : made;
    },
  );
}
