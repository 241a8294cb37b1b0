/**
 * Addresses of pages: read, resolved against another, and what a person types into the address bar.
 *
 * Real: the URL standard. Left out: user names in addresses, IPv6, international names (refused as not valid).
 */
import { percentEncoded } from './encode.ts';

export interface Url {
  readonly scheme: 'http' | 'https';
  /** In lower case. */
  readonly host: string;
  readonly port: number;
  /** Begins with `/`. */
  readonly path: string;
  /** With its `?`; '' when there is none. */
  readonly query: string;
  /** With its `#`; '' when there is none. */
  readonly fragment: string;
}

const PORTS = { http: 80, https: 443 } as const;
const ADDRESS = /^(https?):\/{1,3}([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?$/i;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;

/** A whole address; undefined when it is none that a page could have. */
export function parseUrl(text: string): Url | undefined {
  const m = ADDRESS.exec(text.trim().replace(/[\t\r\n]/g, ''));
  const authority = /^([a-z0-9._-]+)(?::(\d{0,5}))?$/i.exec(m?.[2] ?? '');
  if (!m || !authority) return undefined;
  const scheme = (m[1] ?? '').toLowerCase() as 'http' | 'https';
  const port = authority[2] ? Number(authority[2]) : PORTS[scheme];
  if (port > 65_535) return undefined;
  return {
    scheme,
    host: (authority[1] ?? '').toLowerCase(),
    port,
    path: encoded(withoutDots(`/${(m[3] ?? '').replaceAll('\\', '/').replace(/^\//, '')}`)),
    query: encoded(m[4] ?? ''),
    fragment: m[5] ?? '',
  };
}

/** What a link or a redirect means on the page `base`; undefined: it leads to no page (`javascript:`, `mailto:`, nonsense). */
export function resolveUrl(base: Url, reference: string): Url | undefined {
  const text = reference.trim().replace(/[\t\r\n]/g, '');
  if (SCHEME.test(text)) return /^https?:/i.test(text) ? parseUrl(text) : undefined;
  const slashed = text.replace(/^[^?#]*/, (path) => path.replaceAll('\\', '/'));
  if (slashed.startsWith('//')) return parseUrl(`${base.scheme}:${slashed}`);
  const [, path = '', query, fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(slashed) ?? [];
  if (path === '' && query === undefined) return { ...base, fragment };
  if (path === '') return { ...base, query: encoded(query ?? ''), fragment };
  const whole = path.startsWith('/') ? path : base.path.replace(/[^/]*$/, '') + path;
  return { ...base, path: encoded(withoutDots(whole)), query: encoded(query ?? ''), fragment };
}

/** What was typed into the address bar: a whole address, or one without its scheme. */
export function typedUrl(text: string): Url | undefined {
  const typed = text.trim();
  if (/^https?:/i.test(typed)) return parseUrl(typed);
  // `localhost:8080` has no scheme although it looks like one.
  if (SCHEME.test(typed) && !/^[^/?#]*:\d+(?:[/?#]|$)/.test(typed)) return undefined;
  return parseUrl(`http://${typed}`);
}

export function originOf(url: Url): string {
  return `${url.scheme}://${authorityOf(url)}`;
}

/** Host, and the port when it is not the usual one. */
export function authorityOf(url: Url): string {
  return url.port === PORTS[url.scheme] ? url.host : `${url.host}:${url.port}`;
}

export function formatUrl(url: Url): string {
  return `${originOf(url)}${url.path}${url.query}${url.fragment}`;
}

/** Whether two addresses are of one document: they differ in the fragment at most. */
export function isSameDocument(one: Url, other: Url): boolean {
  return formatUrl({ ...one, fragment: '' }) === formatUrl({ ...other, fragment: '' });
}

function withoutDots(path: string): string {
  const out: string[] = [];
  const parts = path.split('/').slice(1);
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part === '..' || part.toLowerCase() === '%2e%2e') {
      out.pop();
      if (isLast) out.push('');
    } else if (part === '.' || part.toLowerCase() === '%2e') {
      if (isLast) out.push('');
    } else out.push(part);
  }
  return `/${out.join('/')}`;
}

/** Blanks, quotes and what is not ASCII go over the wire as per cents. */
function encoded(text: string): string {
  return text.replace(/[^\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7a|~]+/g, percentEncoded);
}
