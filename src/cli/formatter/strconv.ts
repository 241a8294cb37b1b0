/**
 * Numbers and quoted strings as Go reads and writes them, with Go's words for what is wrong.
 *
 * Real:     strconv (ParseInt, ParseUint, ParseFloat, ParseBool, Quote)
 * Left out: numbers beyond 2^53, which no option of Docker's means.
 */

/** Go's `%q`. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '"' || char === '\\') quoted += `\\${char}`;
    else if (char === '\n') quoted += '\\n';
    else if (char === '\t') quoted += '\\t';
    else if (char === '\r') quoted += '\\r';
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
    else quoted += char;
  }
  return `${quoted}"`;
}

function syntax(func: string, text: string): Error {
  return new Error(`strconv.${func}: parsing ${goQuote(text)}: invalid syntax`);
}

function range(func: string, text: string): Error {
  return new Error(`strconv.${func}: parsing ${goQuote(text)}: value out of range`);
}

/** The digits' value in base 10, 16 (0x), 8 (0o, 0) or 2 (0b); undefined when it is no number. */
function magnitude(digits: string, base: number): number | undefined {
  let rest = digits;
  let radix = base;
  if (base === 0) {
    const prefix = /^0[xXoObB]/.exec(digits)?.[0].toLowerCase();
    if (prefix !== undefined) {
      radix = prefix === '0x' ? 16 : prefix === '0o' ? 8 : 2;
      rest = digits.slice(2);
    } else if (/^0\d/.test(digits)) {
      radix = 8;
      rest = digits.slice(1);
    } else radix = 10;
  }
  const allowed = radix === 16 ? /^[0-9a-fA-F]+$/ : radix === 8 ? /^[0-7]+$/ : /^\d+$/;
  if (!allowed.test(rest) || (radix === 2 && !/^[01]+$/.test(rest))) return undefined;
  let value = 0;
  for (const digit of rest) value = value * radix + Number.parseInt(digit, radix);
  return value;
}

const TWO_63 = 9223372036854775808;

export function parseInteger(text: string, base: number = 0, func: string = 'ParseInt'): number {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const value = magnitude(text.slice(sign.length), base);
  if (value === undefined) throw syntax(func, text);
  if (value >= TWO_63) throw range(func, text);
  return sign === '-' ? 0 - value : value;
}

export function parseUnsigned(text: string, base: number = 0, bits: number = 64): number {
  const value = magnitude(text, base);
  if (value === undefined) throw syntax('ParseUint', text);
  const limit = bits === 16 ? 65536 : bits === 32 ? 4294967296 : TWO_63 * 2;
  if (value >= limit) throw range('ParseUint', text);
  return value;
}

export function parseFloating(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw syntax('ParseFloat', text);
  return Number(text);
}

export function parseBoolean(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw syntax('ParseBool', text);
}
