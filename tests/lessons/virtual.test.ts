/** The page's way to the lessons: compiled by the build's plugin, one chunk a lesson. */
import { expect, test } from 'vitest';
import { glossary, loadLesson, summaries } from 'virtual:lessons';
import { summarise } from '../../src/lab/lessons/index.ts';
import { lessons } from './lessons.ts';

test('the lists are those of the folder', () => {
  expect(summaries).toEqual(lessons.map(summarise));
  expect(glossary.length).toBeGreaterThan(20);
});

test('a lesson is loaded whole, and only by its id', async () => {
  const [first] = lessons;
  expect(await loadLesson(first?.id ?? '')).toEqual(first);
  expect(await loadLesson('99-nothing')).toBeUndefined();
  expect(await loadLesson('toString')).toBeUndefined();
});
