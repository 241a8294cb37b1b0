/** A wrong command never ends in a stack trace or silence. `FUZZ_LINES=100000` tries more. */
import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

const LINES = Number(process.env['FUZZ_LINES'] ?? 3000);

it(`${LINES} damaged command lines`, { timeout: 3_600_000 }, () => {
  const { faults, ends } = fuzz('fuzz', LINES);
  // Damage that spares nothing, or everything, would prove nothing.
  expect(ends.good).toBeGreaterThan(LINES / 10);
  expect(ends.bad).toBeGreaterThan(LINES / 10);
  expect(faults.slice(0, 20).join('\n')).toBe('');
});
