import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseLesson } from '../../src/lab/lessons/index.ts';

const ROOT = new URL('../../lessons/', import.meta.url);
const ids = readdirSync(ROOT).filter((name) => /^\d{2}-/.test(name)).sort((a, b) => (a < b ? -1 : 1));

describe.each(ids)('%s', (id) => {
  const path = `lessons/${id}/lesson.md`;
  const text = readFileSync(new URL(`${id}/lesson.md`, ROOT), 'utf8');
  const { problems } = parseLesson(path, text);

  test('parses without a problem', () => {
    expect(problems.map((one) => `${one.file}:${String(one.line)} ${one.message}`)).toEqual([]);
  });
});
