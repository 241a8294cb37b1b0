/** The lessons of the project, parsed. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseLesson } from '../../src/lab/lessons/index.ts';

export const ROOT = new URL('../../lessons/', import.meta.url);

export const ids = readdirSync(ROOT)
  .filter((name) => /^\d{2}-/.test(name))
  .sort((a, b) => (a < b ? -1 : 1));

export function textOf(id: string): string {
  return readFileSync(new URL(`${id}/lesson.md`, ROOT), 'utf8');
}

export function read(id: string): ReturnType<typeof parseLesson> {
  return parseLesson(`lessons/${id}/lesson.md`, textOf(id));
}

export const lessons = ids.flatMap((id) => read(id).lesson ?? []);
