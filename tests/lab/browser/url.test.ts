import { describe, expect, it } from 'vitest';
import {
  formatUrl,
  parseUrl,
  resolveUrl,
  typedUrl,
  type Url,
} from '../../../src/lab/browser/url.ts';

const base = parseUrl('http://192.168.99.100:8080/a/b?x=1#top') as Url;

describe('an address that was typed', () => {
  it.each([
    ['192.168.99.100', 'http://192.168.99.100/'],
    ['localhost:8080', 'http://localhost:8080/'],
    [' HTTP://Manager1:80/a/../b ', 'http://manager1/b'],
    ['https://x.test/', 'https://x.test/'],
    ['manager1/경로?이름=값', 'http://manager1/%EA%B2%BD%EB%A1%9C?%EC%9D%B4%EB%A6%84=%EA%B0%92'],
    ['http:\\\\manager1\\a', undefined],
    ['javascript:alert(1)', undefined],
    ['mailto:a@b', undefined],
    ['http://user:pass@host/', undefined],
    ['http://host:99999/', undefined],
    ['', undefined],
  ])('%s', (typed, address) => {
    const url = typedUrl(typed);
    expect(url && formatUrl(url)).toBe(address);
  });
});

describe('a reference on a page', () => {
  it.each([
    ['c', 'http://192.168.99.100:8080/a/c'],
    ['/c', 'http://192.168.99.100:8080/c'],
    ['../../../c', 'http://192.168.99.100:8080/c'],
    ['./', 'http://192.168.99.100:8080/a/'],
    ['..', 'http://192.168.99.100:8080/'],
    ['?y=2', 'http://192.168.99.100:8080/a/b?y=2'],
    ['#end', 'http://192.168.99.100:8080/a/b?x=1#end'],
    ['//other/z', 'http://other/z'],
    ['http://other:81', 'http://other:81/'],
    ['\\\\other\\z', 'http://other/z'],
    ['java\nscript:alert(1)', undefined],
    ['  JavaScript:alert(1)', undefined],
    ['data:text/html,<p>', undefined],
  ])('%s', (reference, address) => {
    const url = resolveUrl(base, reference);
    expect(url && formatUrl(url)).toBe(address);
  });
});
