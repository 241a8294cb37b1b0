/** Text as it travels in addresses and forms. Real: the URL standard's percent encoding, always in UTF-8. */

/** Every byte that is not a letter, a digit or one of `-_.!~*'()` as a per cent. Half a surrogate pair becomes U+FFFD. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(
    text.replace(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '\ufffd',
    ),
  );
}

/** Names and values as `application/x-www-form-urlencoded`. */
export function urlencoded(entries: readonly (readonly [name: string, value: string])[]): string {
  return entries.map(([name, value]) => `${formText(name)}=${formText(value)}`).join('&');
}

function formText(text: string): string {
  return percentEncoded(text.replace(/\r\n|\r|\n/g, '\r\n'))
    .replace(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** Names and values as `multipart/form-data`. */
export function multipart(
  entries: readonly (readonly [name: string, value: string])[],
  boundary: string,
): string {
  const parts = entries.map(([name, value]) => {
    const quoted = name.replace(
      /[\r\n"]/g,
      (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
    );
    return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted}"\r\n\r\n${value.replace(/\r\n|\r|\n/g, '\r\n')}\r\n`;
  });
  return `${parts.join('')}--${boundary}--\r\n`;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Text whose characters are bytes, in base 64; undefined when one is none. */
export function base64OfBytes(bytes: string): string | undefined {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const codes = [bytes.charCodeAt(i), bytes.charCodeAt(i + 1) || 0, bytes.charCodeAt(i + 2) || 0];
    if (codes.some((code) => code > 0xff)) return undefined;
    const bits = ((codes[0] ?? 0) << 16) | ((codes[1] ?? 0) << 8) | (codes[2] ?? 0);
    const digits = [18, 12, 6, 0].map((shift) => BASE64[(bits >> shift) & 63] ?? '').join('');
    const left = bytes.length - i;
    out += left >= 3 ? digits : `${digits.slice(0, left + 1)}${'='.repeat(3 - left)}`;
  }
  return out;
}

/** A text's UTF-8 bytes, each as a character. */
export function utf8Bytes(text: string): string {
  return percentEncoded(text).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
