import { describe, expect, it } from 'vitest';
import { EMPTY_FRAME, SANDBOX } from '../../../src/app/browser/draw.ts';
import { drawnAs, isPicture, keptAttributes } from '../../../src/app/browser/safe.ts';

describe('an element', () => {
  it.each([
    'script',
    'iframe',
    'object',
    'embed',
    'link',
    'meta',
    'base',
    'style',
    'template',
    'x-own',
    'video',
    'portal',
  ])('%s is a plain box at most', (tag) =>
    expect(drawnAs(tag, false)).toEqual({ space: 'html', tag: 'span' }),
  );
  it.each([
    'script',
    'foreignObject',
    'use',
    'image',
    'animate',
    'set',
    'a',
    'style',
    'iframe',
    'div',
  ])('%s inside a drawing is not drawn', (tag) =>
    expect(drawnAs(tag, true)).toEqual({ space: 'none' }),
  );
  it('of text, of forms and of shapes is itself', () => {
    for (const tag of ['p', 'form', 'input', 'table', 'img'])
      expect(drawnAs(tag, false)).toEqual({ space: 'html', tag });
    expect(drawnAs('svg', false)).toEqual({ space: 'svg', tag: 'svg' });
    expect(drawnAs('path', true)).toEqual({ space: 'svg', tag: 'path' });
  });
});

describe('an attribute', () => {
  const names = (
    tag: string,
    space: 'html' | 'svg',
    attributes: Record<string, string>,
  ): string[] => keptAttributes(tag, space, attributes).map(([name]) => name);

  it.each([
    'onclick',
    'onload',
    'ONERROR',
    'src',
    'srcset',
    'href',
    'xlink:href',
    'action',
    'formaction',
    'target',
    'name',
    'autofocus',
    'accesskey',
    'background',
    'ping',
    'srcdoc',
    'data',
    'poster',
    'is',
    'slot',
    'popover',
    'contenteditable',
    'http-equiv',
    'usemap',
    'aria-x="y',
  ])('%s is not kept', (name) => {
    expect(names('a', 'html', { [name]: 'x' })).toEqual([]);
    expect(names('g', 'svg', { [name]: 'x' })).toEqual([]);
  });

  it('of looks and words is kept', () => {
    expect(
      names('td', 'html', { class: 'a', style: 'b', colspan: '2', 'aria-label': 'c', id: 'd' }),
    ).toEqual(['class', 'style', 'colspan', 'aria-label', 'id']);
    expect(names('path', 'svg', { d: 'M0 0', fill: 'url(#a)', stroke: 'url(http://x)' })).toEqual([
      'd',
      'fill',
    ]);
  });

  it('of a field says a kind that is known', () => {
    expect(keptAttributes('input', 'html', { type: 'Password' })).toEqual([['type', 'password']]);
    expect(keptAttributes('input', 'html', { type: 'image' })).toEqual([['type', 'submit']]);
    expect(keptAttributes('input', 'html', { type: 'x' })).toEqual([['type', 'text']]);
  });
});

it('a picture is data of a picture', () => {
  expect(isPicture('data:image/png;base64,AA')).toBe(true);
  for (const address of [
    'http://x/a.png',
    'javascript:alert(1)',
    'data:text/html,<p>',
    'data:,',
    '//x',
  ])
    expect(isPicture(address)).toBe(false);
});

it('the frame runs nothing and fetches nothing', () => {
  expect(SANDBOX).not.toMatch(/scripts|forms|popups|top|modals|downloads|pointer/);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(EMPTY_FRAME)?.[1];
  expect(policy).toMatch(/^default-src 'none';/);
  expect(policy).toMatch(/form-action 'none'/);
  expect(policy).not.toMatch(/https?:|\*|script/);
});
