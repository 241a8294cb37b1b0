/** A URL as `curl` and `wget` take it. */
export interface Url {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly target: string;
  /** As it goes into `Host:`. */
  readonly authority: string;
}

/** Parses a URL; `http` when there is no scheme. Undefined when it is none. */
export function parseUrl(text: string): Url | undefined {
  const found =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([^#]*)/.exec(
      text,
    );
  if (!found || /\s/.test(text)) return undefined;
  const scheme = (found[1] ?? 'http').toLowerCase();
  const host = found[3] ?? '';
  const standard = scheme === 'https' ? 443 : scheme === 'ftp' ? 21 : 80;
  const port = found[4] === undefined || found[4] === '' ? standard : Number(found[4]);
  if (host === '' || port > 65_535) return undefined;
  const rest = found[5] ?? '';
  return {
    scheme,
    user: found[2],
    host,
    port,
    target: rest === '' ? '/' : rest.startsWith('/') ? rest : `/${rest}`,
    authority: port === standard ? host : `${host}:${port}`,
  };
}

/** Where a `Location` leads, seen from a URL. */
export function resolveLocation(from: Url, location: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return location;
  const base = `${from.scheme}://${from.authority}`;
  if (location.startsWith('/')) return base + location;
  return base + from.target.replace(/\?.*/, '').replace(/[^/]*$/, '') + location;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return bytes;
}

/** The text of UTF-8 bytes; what is none becomes U+FFFD. */
export function textOfBytes(bytes: readonly number[]): string {
  let out = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] as number;
    const length =
      first < 0x80 ? 1 : first >> 5 === 6 ? 2 : first >> 4 === 14 ? 3 : first >> 3 === 30 ? 4 : 0;
    if (length === 0 || i + length > bytes.length) {
      out += '\ufffd';
      i++;
      continue;
    }
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let k = 1; k < length; k++) code = (code << 6) | ((bytes[i + k] as number) & 63);
    out += String.fromCodePoint(Math.min(code, 0x10ffff));
    i += length;
  }
  return out;
}

export function toBase64(text: string): string {
  const bytes = utf8Bytes(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const n = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out +=
      (BASE64[n >> 18] as string) +
      (BASE64[(n >> 12) & 63] as string) +
      (b === undefined ? '=' : (BASE64[(n >> 6) & 63] as string)) +
      (c === undefined ? '=' : (BASE64[n & 63] as string));
  }
  return out;
}

/** Undefined when it is no base64. */
export function fromBase64(text: string): string | undefined {
  const clean = text.replace(/\s/g, '').replace(/=+$/, '');
  if (/[^A-Za-z0-9+/]/.test(clean) || clean.length % 4 === 1) return undefined;
  const bytes: number[] = [];
  for (let i = 0; i < clean.length; i += 4) {
    const digits = [...clean.slice(i, i + 4)].map((c) => BASE64.indexOf(c));
    const n =
      ((digits[0] ?? 0) << 18) |
      ((digits[1] ?? 0) << 12) |
      ((digits[2] ?? 0) << 6) |
      (digits[3] ?? 0);
    bytes.push((n >> 16) & 255);
    if (digits.length > 2) bytes.push((n >> 8) & 255);
    if (digits.length > 3) bytes.push(n & 255);
  }
  return textOfBytes(bytes);
}
