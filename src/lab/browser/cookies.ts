/**
 * The cookies of one browser.
 *
 * Real: RFC 6265, section 5 (as browsers do it). Left out: the list of public suffixes, SameSite, partitions.
 */
import { daysFromCivil } from '../../sim/index.ts';
import type { Url } from './url.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Set without Domain: for that host alone. */
  readonly isHostOnly: boolean;
  readonly path: string;
  readonly isSecure: boolean;
  readonly isHttpOnly: boolean;
  /** Unix ms; undefined: until the browser is closed. */
  readonly expiresAtMs: number | undefined;
  readonly order: number;
}

const COOKIES_MAX = 300;
const COOKIE_LENGTH_MAX = 4096;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();
  #order = 0;

  /** Takes a `Set-Cookie` header of an answer from `url`. */
  take(url: Url, header: string, unixMs: number): void {
    const [pair = '', ...attributes] = header.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim();
    if (at < 0 || name === '' || header.length > COOKIE_LENGTH_MAX) return;
    const said = new Map(
      attributes.map((text) => {
        const [key = '', ...value] = text.split('=');
        return [key.trim().toLowerCase(), value.join('=').trim()] as const;
      }),
    );
    const domain = (said.get('domain') ?? '').replace(/^\./, '').toLowerCase();
    if (domain !== '' && !isWithin(url.host, domain)) return;
    // A whole top-level domain is nobody's: only the host itself may name it.
    if (domain !== '' && !domain.includes('.') && domain !== url.host) return;
    if (said.has('secure') && url.scheme !== 'https') return;
    const path = said.get('path') ?? '';
    const cookie: Cookie = {
      name,
      value: pair.slice(at + 1).trim(),
      domain: domain || url.host,
      isHostOnly: domain === '',
      path: path.startsWith('/') ? path : defaultPath(url.path),
      isSecure: said.has('secure'),
      isHttpOnly: said.has('httponly'),
      expiresAtMs: expiry(said, unixMs),
      order: this.#order++,
    };
    this.#put(cookie, unixMs);
  }

  /** The `Cookie` header of a request; '' when there is nothing to send. */
  header(url: Url, unixMs: number): string {
    return [...this.#cookies.values()]
      .filter((cookie) => isFor(cookie, url, unixMs))
      .sort((a, b) => b.path.length - a.path.length || a.order - b.order)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #put(cookie: Cookie, unixMs: number): void {
    const key = `${cookie.domain}\n${cookie.path}\n${cookie.name}`;
    const before = this.#cookies.get(key);
    this.#cookies.delete(key);
    if (cookie.expiresAtMs !== undefined && cookie.expiresAtMs <= unixMs) return;
    // A cookie that is set again keeps its place in the header.
    this.#cookies.set(key, before ? { ...cookie, order: before.order } : cookie);
    const oldest = this.#cookies.keys().next().value;
    if (this.#cookies.size > COOKIES_MAX && oldest !== undefined) this.#cookies.delete(oldest);
  }
}

function isFor(cookie: Cookie, url: Url, unixMs: number): boolean {
  if (cookie.expiresAtMs !== undefined && cookie.expiresAtMs <= unixMs) return false;
  if (cookie.isSecure && url.scheme !== 'https') return false;
  if (cookie.isHostOnly ? url.host !== cookie.domain : !isWithin(url.host, cookie.domain))
    return false;
  return (
    url.path === cookie.path ||
    url.path.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`)
  );
}

/** Whether a host is `domain` or below it; an address has nothing below it. */
function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

function defaultPath(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** Max-Age wins over Expires; nonsense counts as not said. */
function expiry(said: ReadonlyMap<string, string>, unixMs: number): number | undefined {
  const age = said.get('max-age');
  if (age !== undefined && /^-?\d+$/.test(age)) return unixMs + Number(age) * 1000;
  return cookieDate(said.get('expires') ?? '');
}

/** A date as RFC 6265, 5.1.1 reads it: by its parts, whatever stands between them. */
function cookieDate(text: string): number | undefined {
  const time = /(\d{1,2}):(\d{1,2}):(\d{1,2})/.exec(text);
  const rest = text.replace(time?.[0] ?? '', ' ');
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name}`, 'i').test(rest)) + 1;
  const day = /(?<!\d)(\d{1,2})(?!\d)/.exec(rest)?.[1];
  const year = /(?<!\d)(\d{4})(?!\d)/.exec(rest)?.[1] ?? rest.match(/(?<!\d)\d{2}(?!\d)/g)?.[1];
  if (!time || month === 0 || day === undefined || year === undefined) return undefined;
  const full = Number(year) < 70 ? Number(year) + 2000 : Number(year);
  const seconds = Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]);
  return (
    (daysFromCivil(full < 100 ? full + 1900 : full, month, Number(day)) * 86_400 + seconds) * 1000
  );
}
