/**
 * The proofs that need a lab: each check is false before its step, the solution makes it true, wrong attempts do not,
 * and every command shown runs. `LESSON=19 npx vitest run tests/lessons/proofs.test.ts` proves one lesson; `SEED=…`
 * has other elections and placements: a lesson holds for any.
 */
import { describe, expect, test } from 'vitest';
import { proveSolutions, proveStep } from '../../src/lab/lessons/index.ts';
import type { Lesson, Proof } from '../../src/lab/lessons/index.ts';
import { HeadlessLab } from './headless.ts';
import { lessons } from './lessons.ts';

const TIMEOUT_MS = 300_000;
const wanted = lessons.filter(({ id }) => id.startsWith(process.env['LESSON'] ?? ''));

function makeLab(lesson: Lesson): HeadlessLab {
  return new HeadlessLab(lesson, process.env['SEED']);
}

function failures(proofs: readonly Proof[]): string[] {
  return proofs
    .filter((proof) => !proof.ok)
    .map((proof) => `step ${String(proof.step)}, ${proof.kind}: ${proof.message}`);
}

describe.each(wanted.map((lesson) => [lesson.id, lesson] as const))('%s', (_, lesson) => {
  test(
    'each check is false before its step and true after its solution',
    () => {
      expect(failures(proveSolutions(lesson, makeLab))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test.each(lesson.steps.map((step) => [`${String(step.number)} ${step.title}`, step] as const))(
    'step %s: what is shown runs, what is wrong does not tick',
    (__, step) => {
      expect(failures(proveStep(lesson, step, makeLab))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
