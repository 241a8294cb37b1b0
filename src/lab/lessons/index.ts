/**
 * Lessons as data: the parser of `lesson.md`, the glossary, and the proofs that a lesson holds what it promises.
 *
 * `parseLesson(path, text)` never throws and runs nothing; its result is plain data. The page gets parsed lessons from
 * the build (`virtual:lessons`) and uses the parser only for a lesson that someone opens from a file.
 */
export { parseGlossary } from './glossary.ts';
export type { GlossaryEntry } from './glossary.ts';
export { parseLesson, summarise } from './parse.ts';
export type { ParsedLesson } from './parse.ts';
export { parseInline, parseProse, plainText } from './prose.ts';
export { labAtStep, proveLesson, proveSolutions, proveStep } from './prove.ts';
export type { MakeLab, Proof, ProofLab } from './prove.ts';
export type {
  Action,
  Attempt,
  Block,
  Entry,
  FaultKind,
  Inline,
  Lesson,
  LessonSource,
  LessonStep,
  LessonSummary,
  Prediction,
  Problem,
} from './types.ts';
