/** Base64 of UTF-8 text. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function base64Encode(text: string, alphabet: 'standard' | 'url' = 'standard'): string {
  const bytes = utf8Bytes(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    encoded += digit(bits >> 18) + digit(bits >> 12);
    encoded += b === undefined ? '=' : digit(bits >> 6);
    encoded += c === undefined ? '=' : digit(bits);
  }
  return alphabet === 'url' ? encoded.replaceAll('+', '-').replaceAll('/', '_') : encoded;
}

function digit(bits: number): string {
  return DIGITS[bits & 63] ?? '';
}

function utf8Bytes(text: string): number[] {
  return [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|./g)].map((match) =>
    match[1] === undefined ? match[0].charCodeAt(0) : Number.parseInt(match[1], 16),
  );
}

/** The text; bytes that are no UTF-8 come out as Latin letters. */
export function base64Decode(encoded: string): string {
  let bits = 0;
  let count = 0;
  let bytes = '';
  for (const char of encoded.replaceAll('-', '+').replaceAll('_', '/')) {
    const value = DIGITS.indexOf(char);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += String.fromCharCode((bits >> count) & 255);
  }
  try {
    return decodeURIComponent(
      [...bytes].map((byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
    );
  } catch {
    return bytes;
  }
}
