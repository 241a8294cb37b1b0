import { expect, test } from 'vitest';
import { clock, duration } from '../../src/app/strings.ts';

test.each([
  [0, '00:00:00.0'],
  [221_200, '00:03:41.2'],
  [3_600_000 + 59_950, '01:00:59.9'],
])('clock(%i)', (ms, wanted) => expect(clock(ms)).toBe(wanted));

test.each([
  [0, '0초'],
  [9_400, '9초'],
  [60_000, '1분'],
  [95_000, '1분 35초'],
])('duration(%i)', (ms, wanted) => expect(duration(ms)).toBe(wanted));
