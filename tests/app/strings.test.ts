import { expect, test } from 'vitest';
import { clock, duration, withObject, withSubject } from '../../src/app/strings.ts';

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

test.each([
  ['worker1', 'worker1이', 'worker1을'],
  ['worker2', 'worker2가', 'worker2를'],
  ['매니저', '매니저가', '매니저를'],
  ['스웜', '스웜이', '스웜을'],
])('particles after %s', (word, subject, object) => {
  expect(withSubject(word)).toBe(subject);
  expect(withObject(word)).toBe(object);
});
