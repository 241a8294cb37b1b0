/**
 * Recorded runs of real Docker against ours. `floor.json` says how many steps of each are equal and how many waits
 * take as long; nothing may fall below it. `CONFORMANCE_RAISE=1` writes what is better than before into it;
 * `CONFORMANCE_RENAMED=all` plays all of them with other names, too, not only a handful.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecording, recordingNames, score, type Score } from './recording.ts';
import { renamed } from './rename.ts';

interface Floor {
  readonly equal: number;
  readonly pace: number;
}

const FLOOR_FILE = fileURLToPath(new URL('./floor.json', import.meta.url));
const floor = JSON.parse(readFileSync(FLOOR_FILE, 'utf8')) as Record<string, Floor>;
const scores = new Map<string, Score>();
const ALSO_RENAMED = ['03-join', '13-service-ls-ps-inspect', '14-scale', '19-global', '34-stack'];
/** Which of several equal tasks came first is chance, and chance depends on names: the words are the same then. */
const OTHER_ID = '(same text, but an ID is not the one that was used before)';
/** So are the node that gets one task more, and who is elected: only what is worse with every seed is worse. */
const SEEDS = ['a', 'b', 'c', 'd', 'e'];
const LIMIT_MS = 240_000;

function scoreOf(name: string): Score {
  let known = scores.get(name);
  if (!known) scores.set(name, (known = score(readRecording(name))));
  return known;
}

function differences(found: Score): string {
  return `\n${found.different.map(({ text }) => text).join('\n')}\n`;
}

describe('answers as real Docker did', () => {
  it.each(recordingNames)('%s', { timeout: LIMIT_MS }, (name) => {
    const found = scoreOf(name);
    const least = floor[name] ?? { equal: 0, pace: 0 };
    expect(found.total, 'steps compared').toBeGreaterThan(0);
    expect(found.equal, differences(found)).toBeGreaterThanOrEqual(least.equal);
    expect(found.pace, 'waits that take as long').toBeGreaterThanOrEqual(least.pace);
  });
});

describe('answers alike when everything has another name', () => {
  const chosen = process.env['CONFORMANCE_RENAMED'] === 'all' ? recordingNames : ALSO_RENAMED;
  it.each(chosen)('%s', { timeout: 2 * LIMIT_MS }, (name) => {
    const recording = readRecording(name);
    const other = renamed(recording);
    expect(other.nodes.map((node) => node.name)).not.toEqual(recording.nodes.map((n) => n.name));
    const before = new Set(scoreOf(name).different.map(({ index }) => index));
    const isWorse = ({ index, text }: Score['different'][number]): boolean =>
      !before.has(index) && !text.includes(OTHER_ID);
    let worse = score(other).different.filter(isWorse);
    for (const seed of SEEDS) {
      if (worse.length === 0) break;
      const again = new Set(score(other, seed).different.map(({ index }) => index));
      worse = worse.filter(({ index }) => again.has(index));
    }
    expect(worse.map(({ text }) => text).join('\n')).toBe('');
  });
});

it('the floor names recordings that are there', () => {
  expect(Object.keys(floor).filter((name) => !recordingNames.includes(name))).toEqual([]);
});

afterAll(() => {
  if (process.env['CONFORMANCE_RAISE'] !== '1') return;
  const raised: Record<string, Floor> = {};
  for (const name of recordingNames) {
    const found = scores.get(name);
    const { equal = 0, pace = 0 } = floor[name] ?? {};
    raised[name] = {
      equal: Math.max(equal, found?.equal ?? 0),
      pace: Math.max(pace, found?.pace ?? 0),
    };
  }
  writeFileSync(FLOOR_FILE, `${JSON.stringify(raised, null, 2)}\n`);
});
