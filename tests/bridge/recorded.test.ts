/**
 * Recordings of real Docker replayed by the real docker CLI over a bridge. `floor.json` says how many steps of each are equal.
 * `BRIDGE=all` replays every recording that consists of docker commands, `BRIDGE=03-join,14-scale` some;
 * `BRIDGE_RAISE=1` writes what is better than before into the floor, less one step: the client runs in real time, so now and
 * then a list is read a moment later than last time. `BRIDGE_SHOW=1` prints what differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { compareScenario, type ComparedStep } from '../conformance/compare.mjs';
import { readRecording, recordingNames } from '../conformance/recording.ts';
import { hasCli, NO_CLI } from './cli.ts';
import { isReplayable, replay } from './replay.ts';

const FLOOR_FILE = fileURLToPath(new URL('./floor.json', import.meta.url));
const floor = JSON.parse(readFileSync(FLOOR_FILE, 'utf8')) as Record<string, number>;
const HANDFUL = [
  '01-swarm-init',
  '03-join',
  '05-node-ls-inspect',
  '10-docker-info',
  '11-service-create',
  '60-help-swarm',
];
const LIMIT_MS = 240_000;

const replayable = recordingNames.filter((name) => isReplayable(readRecording(name)));
const asked = process.env['BRIDGE'];
const chosen = asked === 'all' ? replayable : (asked?.split(',') ?? HANDFUL);
const scores = new Map<string, { readonly equal: number; readonly total: number }>();

if (!hasCli) process.stdout.write(`tests/bridge: what needs the real client is ${NO_CLI}\n`);

describe.skipIf(!hasCli)(
  `the real docker CLI over the bridge${hasCli ? '' : ` (${NO_CLI})`}`,
  { concurrent: true },
  () => {
    it.each(chosen)('%s', { timeout: LIMIT_MS }, async (name) => {
      const recording = readRecording(name);
      const { equal, total, steps } = compareScenario(
        { steps: await replay(recording) },
        recording,
      );
      scores.set(name, { equal, total });
      const different = steps.filter((step) => !step.ok && !step.soft);
      if (process.env['BRIDGE_SHOW'])
        process.stdout.write(`== ${name} ${equal}/${total}\n${different.map(told).join('')}`);
      expect(total, 'steps compared').toBeGreaterThan(0);
      expect(equal, different.map(told).join('')).toBeGreaterThanOrEqual(floor[name] ?? 0);
    });
  },
);

it('the floor names recordings that can be replayed', () => {
  expect(Object.keys(floor).filter((name) => !replayable.includes(name))).toEqual([]);
  expect(HANDFUL.filter((name) => floor[name] === undefined)).toEqual([]);
});

function told({ index, node, command, diff }: ComparedStep): string {
  return `step ${index} [${node ?? ''}] ${command ?? ''}\n${diff.slice(0, 12).join('\n')}\n`;
}

afterAll(() => {
  if (scores.size === 0) return;
  const sum = (key: 'equal' | 'total'): number =>
    [...scores.values()].reduce((all, score) => all + score[key], 0);
  process.stdout.write(
    `real docker CLI: ${sum('equal')} of ${sum('total')} steps equal (${((100 * sum('equal')) / sum('total')).toFixed(1)} %)\n`,
  );
  if (process.env['BRIDGE_RAISE'] !== '1') return;
  const names = [...new Set([...Object.keys(floor), ...scores.keys()])].sort();
  const raised = Object.fromEntries(
    names.map((name) => [name, Math.max(floor[name] ?? 0, (scores.get(name)?.equal ?? 1) - 1)]),
  );
  writeFileSync(FLOOR_FILE, `${JSON.stringify(raised, null, 2)}\n`);
});
