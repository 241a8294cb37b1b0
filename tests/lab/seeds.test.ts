/** Seeded fault runs; `npm run seeds -- 10000` runs more, `npm run seeds -- --replay SEED` tells one's story. */
import { describe, expect, it } from 'vitest';
import { runSeed } from './seeds.ts';

const SEEDS = 200;
const SHARE = 20;
const LIMIT_MS = 120_000;

describe('faults, then healed', () => {
  const shares = Array.from({ length: SEEDS / SHARE }, (_, i) => i * SHARE);
  it.each(shares)(`${SHARE} seeds from %i`, { timeout: LIMIT_MS }, (from) => {
    for (let i = from; i < from + SHARE; i++) {
      const { seed, violations, story } = runSeed(String(i));
      expect(violations, `seed ${seed}\n${story.join('\n')}`).toEqual([]);
    }
  });
});

it('the same seed is the same run', { timeout: LIMIT_MS }, () => {
  const [first, second, other] = [runSeed('7'), runSeed('7'), runSeed('8')];
  expect(second).toEqual(first);
  expect(other.fingerprint).not.toBe(first.fingerprint);
  expect(first.figures.commands).toBeGreaterThan(10);
});
