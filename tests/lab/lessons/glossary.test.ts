import { expect, test } from 'vitest';
import { parseGlossary } from '../../../src/lab/lessons/index.ts';

const HEAD = '| 용어 | 영어 | 뜻 | 레슨 |\n| --- | --- | --- | --- |\n';

test('entries and their faults', () => {
  const { entries, problems } = parseGlossary(
    'g.md',
    `# 용어집\n\n${HEAD}| 태스크 | task | 일. | 16-services, 17-x |\n`,
  );
  expect(problems).toEqual([]);
  expect(entries).toEqual([
    { term: '태스크', english: 'task', meaning: '일.', lessons: ['16-services', '17-x'] },
  ]);
});

test.each([
  ['| 태스크 | task | 일. |', 'four filled columns were expected'],
  ['| 태스크 | task | | 16-services |', 'four filled columns were expected'],
  ['| 노드 | node | 뜻 | 14 |\n| 노드 | node | 뜻 | 14 |', '"노드" stands there twice'],
])('%s', (row, message) => {
  expect(parseGlossary('g.md', HEAD + row).problems.map((one) => one.message)).toContain(message);
});
