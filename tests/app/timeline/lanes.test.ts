import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../../src/lab/index.ts';
import { FUTURE_MS, marksOf, PAST_MS, placeOf } from '../../../src/app/timeline/lanes.ts';

function event(change: Partial<TimelineEvent>): TimelineEvent {
  return { id: 1, atMs: 0, lane: 'task', machine: undefined, text: 'one', ...change };
}

test('the window runs from the past at 0 to the future at 1', () => {
  const now = 500_000;
  expect(placeOf(now - PAST_MS, now)).toBe(0);
  expect(placeOf(now + FUTURE_MS, now)).toBe(1);
});

test('marks that would hide each other are one, and tell both', () => {
  const marks = marksOf(
    [event({ id: 1, atMs: 1_000 }), event({ id: 2, atMs: 1_200, text: 'two' })],
    2_000,
  );
  expect(marks).toEqual([{ id: 1, lane: 'task', atMs: 1_000, text: 'one\ntwo' }]);
});

test('lanes do not swallow each other, and node states stand with the tasks they move', () => {
  const marks = marksOf(
    [
      event({ id: 1, lane: 'command', machine: 'manager1', text: 'docker ps' }),
      event({ id: 2, lane: 'raft' }),
      event({ id: 3, lane: 'node' }),
      event({ id: 4, lane: 'fault' }),
    ],
    0,
  );
  expect(marks.map(({ lane }) => lane)).toEqual(['command', 'raft', 'task', 'fault']);
  expect(marks[0]?.text).toBe('manager1: docker ps');
});

test('what is older than the window is left out', () => {
  expect(marksOf([event({ atMs: 0 })], PAST_MS + 1)).toEqual([]);
});
