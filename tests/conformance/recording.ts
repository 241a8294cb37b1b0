/** Recorded scenarios, played in this process and compared with what real Docker printed. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playScenario } from '../../src/lab/play/index.ts';
import type { PlayedStep, Scenario } from '../../src/lab/play/scenario.ts';
import { compareScenario } from './compare.mjs';

export interface Recording extends Scenario {
  readonly steps: readonly PlayedStep[];
}

export interface Score {
  readonly equal: number;
  readonly total: number;
  /** Waits that took as long as they did in the real run, and all that are compared. */
  readonly pace: number;
  readonly waits: number;
  /** The places of the steps that differ, and how. */
  readonly different: readonly { readonly index: number; readonly text: string }[];
}

const FOLDER = fileURLToPath(new URL('./transcripts/', import.meta.url));
/** What real Docker answered: the lab is asked without it. */
const ANSWERS: ReadonlySet<string> = new Set([
  ...['stdout', 'stderr', 'exit', 'took', 'states', 'alt', 'volatile', 'why', 'reached'],
  ...['expect', 'reject', 'note'],
]);

export const recordingNames: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

export function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as Recording;
}

/** Plays a recording's question and scores the answer. */
export function score(recording: Recording, seed?: string): Score {
  const steps = playScenario(questionOf(recording), seed);
  const { equal, total, steps: compared } = compareScenario({ steps }, recording);
  const different = compared
    .filter((step) => !step.ok && !step.soft)
    .map(({ index, node, command, diff }) => ({
      index,
      text: [`step ${index} [${node ?? ''}] ${command ?? ''}`, ...diff.slice(0, 10)].join('\n'),
    }));
  return { equal, total, ...paceOf(steps, recording.steps), different };
}

export function questionOf(recording: Recording): Scenario {
  const steps = recording.steps.map((step) =>
    Object.fromEntries(Object.entries(step).filter(([key]) => !ANSWERS.has(key))),
  );
  return { ...recording, steps };
}

/** Right within 8 s or 60 % of the recorded time, whichever is more. */
function paceOf(
  produced: readonly PlayedStep[],
  recorded: readonly PlayedStep[],
): Pick<Score, 'pace' | 'waits'> {
  let pace = 0;
  let waits = 0;
  recorded.forEach((step, i) => {
    const { took, reached } = step;
    const isWait = step.until !== undefined || (step.run !== undefined && (took ?? 0) >= 2);
    if (took === undefined || !isWait || reached === false) return;
    waits++;
    const ours = produced[i]?.took;
    if (ours !== undefined && Math.abs(ours - took) <= Math.max(8, 0.6 * took)) pace++;
  });
  return { pace, waits };
}
