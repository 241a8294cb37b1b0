import { expect, test } from 'vitest';
import { yamlProblems } from '../../../src/app/editor/yaml.ts';

test.each([
  ['services:\n  web:\n    image: nginx\n', []],
  ['a: 1\na: 2\n', [[2, '같은 이름이 두 번']]],
  ['a:\n\tb: 1\n', [[2, '탭']]],
  ['a: "one\n', [[2, '기호가 빠졌어요']]],
  ['a: b: c\n', [[1, '콜론이 두 번']]],
])('%j', (text, wanted) => {
  const found = yamlProblems(text);
  expect(found.length > 0).toBe(wanted.length > 0);
  for (const [line, words] of wanted)
    expect(
      found.some((problem) => problem.line === line && problem.message.includes(String(words))),
      JSON.stringify(found),
    ).toBe(true);
});

test('several documents in one file are no problem', () => {
  expect(yamlProblems('a: 1\n---\nb: 2\n')).toEqual([]);
});
