/**
 * What a page needs beside its own text, as data that the page can hold: pictures, style sheets.
 *
 * Left out: what style sheets ask for in turn (`@import`, pictures, fonts).
 */
import { base64OfBytes, percentEncoded } from './encode.ts';
import type { Answer } from './request.ts';

const IMAGE_MAX = 1_500_000;
const SHEET_MAX = 500_000;

/** A picture as a `data:` address; '' when the answer is none. */
export function imageOf(answer: Answer): string {
  const type = typeOf(answer);
  if (answer.status >= 400 || answer.body.length > IMAGE_MAX) return '';
  const isDrawing =
    type === 'image/svg+xml' || (type === '' && /^\s*<(\?xml|svg)/.test(answer.body));
  if (isDrawing) return `data:image/svg+xml;charset=utf-8,${percentEncoded(answer.body)}`;
  if (!/^image\/[a-z0-9.+-]+$/.test(type) || answer.body === '') return '';
  const bytes = base64OfBytes(answer.body);
  return bytes === undefined ? '' : `data:${type};base64,${bytes}`;
}

/** A style sheet; '' when the answer is none. A server that calls it something else than text/css is not believed. */
export function sheetOf(answer: Answer): string {
  const type = typeOf(answer);
  if (answer.status >= 400 || (type !== 'text/css' && type !== '')) return '';
  return withoutAddresses(answer.body.slice(0, SHEET_MAX));
}

/** Style without what would be fetched from elsewhere. */
export function withoutAddresses(css: string): string {
  return unescaped(css)
    .replace(/@import\b[^;]*(?:;|$)/gi, '')
    .replace(/\burl\(\s*(?!["']?data:)(?:"[^"]*"|'[^']*'|[^)]*)\s*\)/gi, 'url("data:,")')
    .replace(/\b(?:-webkit-)?(image-set|src)\s*\(/gi, 'no-$1(');
}

/** Letters written as escapes are letters: `u\72l(` is `url(`. */
function unescaped(css: string): string {
  return css
    .replace(/\\0{0,4}([46][1-9a-f]|[57][0-9a])(?:\s|(?![0-9a-f]))/gi, (whole, hex: string) => {
      const letter = String.fromCharCode(parseInt(hex, 16));
      return /[a-z]/i.test(letter) ? letter : whole;
    })
    .replace(/\\([g-z])/gi, '$1');
}

/** The type of an answer, in lower case and without its parameters. */
export function typeOf({ headers }: Pick<Answer, 'headers'>): string {
  return ((headers['content-type'] ?? '').split(';')[0] ?? '').trim().toLowerCase();
}
