/**
 * Compiles the lessons at build time and gives them to the page as plain data.
 *
 * In `vite.config.ts`:
 *
 *     import { lessons } from './scripts/lessons-plugin.ts';
 *     plugins: [svelte(...), lessons(), ...]
 *
 * In the page:
 *
 *     import { glossary, loadLesson, summaries } from 'virtual:lessons';
 *
 * `summaries` and `glossary` come with the first load; `loadLesson(id)` fetches one lesson's own chunk. A lesson with
 * a problem fails the build with file and line.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';
import { parseGlossary, parseLesson, summarise } from '../src/lab/lessons/index.ts';
import type { GlossaryEntry, Lesson, Problem } from '../src/lab/lessons/index.ts';

const INDEX = 'virtual:lessons';
const ONE = 'virtual:lessons/';
/** Rollup's sign that an id belongs to a plugin. */
const OWN = '\0';

export function lessons(): Plugin {
  let folder = '';
  return {
    name: 'lessons',
    configResolved(config) {
      folder = join(config.root, 'lessons');
    },
    resolveId(id) {
      return id === INDEX || id.startsWith(ONE) ? OWN + id : null;
    },
    load(id) {
      if (!id.startsWith(OWN + INDEX)) return null;
      this.addWatchFile(join(folder, 'glossary.md'));
      for (const name of lessonIds(folder)) this.addWatchFile(join(folder, name, 'lesson.md'));
      const found = readLessons(folder);
      if (found.problems.length > 0) this.error(found.problems.map(tell).join('\n'));
      const one = found.lessons.find((lesson) => OWN + ONE + lesson.id === id);
      const code = one === undefined ? indexModule(found) : `export const lesson = ${json(one)};`;
      return { code, moduleType: 'js' };
    },
    handleHotUpdate({ file, server }) {
      if (!file.startsWith(folder + sep)) return;
      for (const module of server.moduleGraph.idToModuleMap.values()) {
        if (module.id?.startsWith(OWN + INDEX) === true)
          server.moduleGraph.invalidateModule(module);
      }
      server.ws.send({ type: 'full-reload' });
    },
  };
}

function lessonIds(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /^\d{2}-/.test(name));
  return names.sort((a, b) => (a < b ? -1 : 1));
}

interface Found {
  readonly lessons: readonly Lesson[];
  readonly glossary: readonly GlossaryEntry[];
  readonly problems: readonly Problem[];
}

function readLessons(folder: string): Found {
  const read = (path: string): { path: string; text: string } => {
    const shown = relative(join(folder, '..'), path).split(sep).join('/');
    return { path: shown, text: readFileSync(path, 'utf8') };
  };
  const parsed = lessonIds(folder).map((id) => {
    const { path, text } = read(join(folder, id, 'lesson.md'));
    return parseLesson(path, text);
  });
  const { path, text } = read(join(folder, 'glossary.md'));
  const glossary = parseGlossary(path, text);
  return {
    lessons: parsed.flatMap(({ lesson }) => (lesson === undefined ? [] : [lesson])),
    glossary: glossary.entries,
    problems: [...parsed.flatMap(({ problems }) => problems), ...glossary.problems],
  };
}

function indexModule({ lessons: all, glossary }: Found): string {
  const loaders = all.map(({ id }) => `  ${json(id)}: () => import(${json(ONE + id)}),`);
  return [
    `export const summaries = ${json(all.map(summarise))};`,
    `export const glossary = ${json(glossary)};`,
    `const loaders = {\n${loaders.join('\n')}\n};`,
    'export async function loadLesson(id) {',
    '  if (!Object.hasOwn(loaders, id)) return undefined;',
    '  return (await loaders[id]()).lesson;',
    '}',
  ].join('\n');
}

/** JSON is JavaScript but for two line ends. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function tell(problem: Problem): string {
  return `${problem.file}:${String(problem.line)} ${problem.message}`;
}
