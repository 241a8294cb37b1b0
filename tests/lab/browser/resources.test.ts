import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/lab/browser/request.ts';
import { imageOf, sheetOf, withoutAddresses } from '../../../src/lab/browser/resources.ts';

const answer = (type: string, body: string, status = 200): Answer => ({
  status,
  headers: type === '' ? {} : { 'content-type': type },
  cookies: [],
  body,
});

describe('style', () => {
  it.each([
    ['a{background:url(http://x/y.png) red}', 'a{background:url("data:,") red}'],
    [`a{background:URL( 'http://x/)' )}`, 'a{background:url("data:,")}'],
    ['@import "http://x/a.css"; b{}', ' b{}'],
    ['@import url(http://x/a.css)', ''],
    ['a{background:u\\72l(http://x)}', 'a{background:url("data:,")}'],
    ['a{background:\\000075 \\r\\6c(http://x)}', 'a{background:url("data:,")}'],
    ['a{background:image-set("http://x" 1x)}', 'a{background:no-image-set("http://x" 1x)}'],
    ['a{background:url(data:image/gif;base64,AA)}', 'a{background:url(data:image/gif;base64,AA)}'],
    ['a::before{content:"\\201C"}', 'a::before{content:"\\201C"}'],
  ])('%s', (css, kept) => {
    expect(withoutAddresses(css)).toBe(kept);
  });

  it('is believed only when the server calls it style', () => {
    expect(sheetOf(answer('text/css; charset=utf-8', 'a{}'))).toBe('a{}');
    expect(sheetOf(answer('text/plain', 'a{}'))).toBe('');
    expect(sheetOf(answer('text/css', 'a{}', 404))).toBe('');
  });
});

describe('a picture', () => {
  it('is data, by its bytes', () => {
    expect(imageOf(answer('image/png', '\x89PNG'))).toBe(
      `data:image/png;base64,${btoa('\x89PNG')}`,
    );
    expect(imageOf(answer('image/gif', 'ab'))).toBe(`data:image/gif;base64,${btoa('ab')}`);
    expect(imageOf(answer('', '<svg>'))).toBe('data:image/svg+xml;charset=utf-8,%3Csvg%3E');
  });

  it('is none when the server says so, or when it holds what no byte is', () => {
    expect(imageOf(answer('image/png', 'x', 404))).toBe('');
    expect(imageOf(answer('text/html', '<p>'))).toBe('');
    expect(imageOf(answer('image/png', '가'))).toBe('');
    expect(imageOf(answer('image/x" onerror="', 'x'))).toBe('');
  });
});
