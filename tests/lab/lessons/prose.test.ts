import { describe, expect, test } from 'vitest';
import { parseInline, parseProse, plainText } from '../../../src/lab/lessons/index.ts';

const text = (words: string) => ({ kind: 'text', text: words });

describe('inline', () => {
  test.each([
    ['`docker node ls`를 쳐요', [{ kind: 'code', text: 'docker node ls' }, text('를 쳐요')]],
    [
      '**굵게**, *기울게*',
      [
        { kind: 'strong', children: [text('굵게')] },
        text(', '),
        { kind: 'em', children: [text('기울게')] },
      ],
    ],
    [
      '[[태스크]]와 [[노드|노드들]]',
      [
        { kind: 'term', term: '태스크', text: '태스크' },
        text('와 '),
        { kind: 'term', term: '노드', text: '노드들' },
      ],
    ],
    [
      '[문서](https://docs.docker.com/)',
      [{ kind: 'link', href: 'https://docs.docker.com/', children: [text('문서')] }],
    ],
    [
      '[다음](#/lesson/15-swarm-nodes-tokens/1)',
      [{ kind: 'link', href: '#/lesson/15-swarm-nodes-tokens/1', children: [text('다음')] }],
    ],
    ['`**그대로**`', [{ kind: 'code', text: '**그대로**' }]],
    ['2 * 3 * 4', [text('2 * 3 * 4')]],
    ['*닫지 않음', [text('*닫지 않음')]],
  ])('%s', (source, wanted) => {
    expect(parseInline(source)).toEqual(wanted);
  });

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,hi)',
    '[x](//evil.example)',
    '&lt;b&gt;',
  ])('%s stays the text it is', (source) => {
    expect(plainText(parseInline(source))).toBe(source);
    expect(JSON.stringify(parseInline(source))).not.toContain('"href"');
  });

  test('deep nesting ends', () => {
    const deep = `${'**a *'.repeat(2000)}x`;
    expect(plainText(parseInline(deep)).length).toBeGreaterThan(0);
  });
});

test('blocks', () => {
  const blocks = parseProse(
    '한 줄\n이어서\n\n- 하나\n- 둘\n  계속\n\n1. 먼저\n2. 다음\n\n> 알아\n> 둬요\n\n```sh\nls\n\n- x\n```',
  );
  expect(blocks).toEqual([
    { kind: 'paragraph', children: [text('한 줄 이어서')] },
    { kind: 'list', ordered: false, items: [[text('하나')], [text('둘 계속')]] },
    { kind: 'list', ordered: true, items: [[text('먼저')], [text('다음')]] },
    { kind: 'note', children: [text('알아 둬요')] },
    { kind: 'code', language: 'sh', text: 'ls\n\n- x' },
  ]);
});

test('an unclosed code block takes the rest', () => {
  expect(parseProse('```\nls')).toEqual([{ kind: 'code', language: '', text: 'ls' }]);
});
