import { describe, expect, it } from 'vitest';
import { CookieJar } from '../../../src/lab/browser/cookies.ts';
import { parseUrl, type Url } from '../../../src/lab/browser/url.ts';

const at = (text: string): Url => parseUrl(text) as Url;
const NOW_MS = 1_772_409_600_000; // 2026-03-02T00:00:00Z

/** A jar that took these headers from one page. */
function jarOf(url: string, ...headers: readonly string[]): CookieJar {
  const jar = new CookieJar();
  for (const header of headers) jar.take(at(url), header, NOW_MS);
  return jar;
}

describe('cookies', () => {
  it('go back to the host that set them, on every port, and to no other', () => {
    const jar = jarOf('http://manager1:8080/', 'sid=1; HttpOnly');
    expect(jar.header(at('http://manager1/'), NOW_MS)).toBe('sid=1');
    expect(jar.header(at('http://manager2/'), NOW_MS)).toBe('');
    expect(jar.header(at('http://x.manager1/'), NOW_MS)).toBe('');
  });

  it('go to the hosts below a Domain, which must be the own one', () => {
    const jar = jarOf(
      'http://www.shop.test/',
      'a=1; Domain=.shop.test',
      'b=2; Domain=other.test',
      'c=3; Domain=test',
    );
    expect(jar.header(at('http://api.shop.test/'), NOW_MS)).toBe('a=1');
    expect(jar.header(at('http://other.test/'), NOW_MS)).toBe('');
    expect(jar.header(at('http://2.shop.test.evil.test/'), NOW_MS)).toBe('');
  });

  it('count for their Path and below it, the longest first', () => {
    const jar = jarOf('http://h/app/login', 'a=1; Path=/', 'b=2', 'c=3; Path=/app/admin');
    expect(jar.header(at('http://h/app/admin/x'), NOW_MS)).toBe('c=3; b=2; a=1');
    expect(jar.header(at('http://h/app'), NOW_MS)).toBe('b=2; a=1');
    expect(jar.header(at('http://h/apple'), NOW_MS)).toBe('a=1');
  });

  it('end when they say, in virtual time; Max-Age wins over Expires', () => {
    const jar = jarOf(
      'http://h/',
      'a=1; Max-Age=60',
      'b=2; Expires=Mon, 02 Mar 2026 00:01:00 GMT',
      'c=3; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'd=4; Expires=Monday, 02-Mar-26 00:01:00 GMT',
      'e=5',
    );
    expect(jar.header(at('http://h/'), NOW_MS + 59_000)).toBe('a=1; b=2; c=3; d=4; e=5');
    expect(jar.header(at('http://h/'), NOW_MS + 60_000)).toBe('c=3; e=5');
  });

  it('are replaced by name and taken away by a date in the past', () => {
    const jar = jarOf('http://h/', 'a=1', 'b=2', 'a=one=1');
    expect(jar.header(at('http://h/'), NOW_MS)).toBe('a=one=1; b=2');
    jar.take(at('http://h/'), 'a=; expires=Thu, 01 Jan 1970 00:00:01 GMT', NOW_MS);
    expect(jar.header(at('http://h/'), NOW_MS)).toBe('b=2');
  });

  it('that want a secure connection are not taken from another', () => {
    expect(jarOf('http://h/', 'a=1; Secure').header(at('http://h/'), NOW_MS)).toBe('');
  });
});
