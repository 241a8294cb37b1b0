/**
 * The glossary (`lessons/glossary.md`): one Korean word a term. A table of four columns: 용어, 영어, 뜻, 레슨.
 */
import type { Problem } from './types.ts';

export interface GlossaryEntry {
  readonly term: string;
  readonly english: string;
  readonly meaning: string;
  /** Ids of the lessons that teach it. */
  readonly lessons: readonly string[];
}

export interface ParsedGlossary {
  readonly entries: readonly GlossaryEntry[];
  readonly problems: readonly Problem[];
}

const COLUMNS = 4;

export function parseGlossary(file: string, text: string): ParsedGlossary {
  const entries: GlossaryEntry[] = [];
  const problems: Problem[] = [];
  const complain = (line: number, message: string): void => {
    problems.push({ file, line, message });
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.startsWith('| ') || line.startsWith('| 용어 ') || line.startsWith('| -')) continue;
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const [term = '', english = '', meaning = '', lessons = ''] = cells;
    if (cells.length !== COLUMNS || cells.some((cell) => cell === ''))
      complain(index + 1, 'four filled columns were expected');
    if (entries.some((entry) => entry.term === term))
      complain(index + 1, `"${term}" stands there twice`);
    entries.push({ term, english, meaning, lessons: lessons.split(/, */) });
  }
  return { entries, problems };
}
