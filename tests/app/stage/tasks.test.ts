import { describe, expect, test } from 'vitest';
import type { TaskView } from '../../../src/lab/index.ts';
import { drawnTasks, restlessUntil, waitingTasks } from '../../../src/app/stage/layout/tasks.ts';
import { cluster, node, NOW_MS, service, task } from './fixtures.ts';

function drawn(
  tasks: readonly TaskView[],
  down: readonly string[] = [],
  speed = 1,
): readonly string[] {
  const names = ['manager1', 'worker1', 'worker2'];
  const nodes = names.map((name) => node(name, down.includes(name) ? { state: 'down' } : {}));
  const view = cluster(names, { nodes, tasks, services: [service('web', 0)] });
  return drawnTasks(view, { nowMs: NOW_MS, speed }).map(
    ({ task, phase, isNew, replaces, presence }) =>
      [
        task.machine,
        phase,
        isNew && 'new',
        replaces && `for ${replaces.machine}`,
        presence < 1 && `presence ${presence.toFixed(1)}`,
      ]
        .filter(Boolean)
        .join(' '),
  );
}

const ended = (agoMs: number, state = 'shutdown'): Partial<TaskView> => ({
  state,
  desiredState: 'shutdown',
  stateSinceMs: NOW_MS - agoMs,
});
const young = (agoMs: number): Partial<TaskView> => ({ createdAtMs: NOW_MS - agoMs });

describe('which tasks are drawn', () => {
  const rows: readonly (readonly [
    string,
    readonly TaskView[],
    readonly string[],
    readonly string[],
  ])[] = [
    ['a running task', [task('web.1', 'worker1')], [], ['worker1 live']],
    [
      'the old one lost with its node, the new one elsewhere: both, and the eye is led over',
      [
        task('web.1', 'worker1', { desiredState: 'shutdown' }),
        task('web.1', 'worker2', young(1_000)),
      ],
      ['worker1'],
      ['worker1 lost', 'worker2 live new for worker1'],
    ],
    [
      'a while later nobody is led any more, then it is not new any more',
      [
        task('web.1', 'worker1', { desiredState: 'shutdown' }),
        task('web.1', 'worker2', young(4_000)),
      ],
      ['worker1'],
      ['worker1 lost', 'worker2 live new'],
    ],
    [
      'ended a moment ago',
      [task('web.1', 'worker1', ended(1_000)), task('web.1', 'worker2')],
      [],
      ['worker1 ended', 'worker2 live'],
    ],
    [
      'ended, and folding away',
      [task('web.1', 'worker1', ended(5_750)), task('web.1', 'worker2')],
      [],
      ['worker1 ended presence 0.5', 'worker2 live'],
    ],
    [
      'ended long ago',
      [task('web.1', 'worker1', ended(6_001)), task('web.1', 'worker2')],
      [],
      ['worker2 live'],
    ],
    [
      'failed ones stay longer',
      [task('web.1', 'worker1', ended(8_000, 'failed')), task('web.1', 'worker2')],
      [],
      ['worker1 failed', 'worker2 live'],
    ],
    [
      'of the history, the last of the slot only',
      [
        task('web.1', 'worker1', { ...ended(3_000), id: 'a', createdAtMs: 1 }),
        task('web.1', 'worker2', { ...ended(2_000), id: 'b', createdAtMs: 2 }),
        task('web.1', 'worker1', { id: 'c', createdAtMs: 3 }),
      ],
      [],
      ['worker2 ended', 'worker1 live'],
    ],
    [
      'a slot whose last task failed shows it for as long as it is the last',
      [task('web.1', 'worker1', ended(60_000, 'failed'))],
      [],
      ['worker1 failed'],
    ],
    ['a finished job', [task('web.1', 'worker1', ended(60_000, 'complete'))], [], ['worker1 live']],
    [
      'told to end, not yet ended',
      [task('web.1', 'worker1', { desiredState: 'shutdown' })],
      [],
      ['worker1 ending'],
    ],
    [
      'two slots do not mix',
      [task('web.1', 'worker1', ended(1_000)), task('web.2', 'worker2', young(100))],
      [],
      ['worker1 ended', 'worker2 live'],
    ],
    [
      'a global service has a slot a node',
      [task('web', 'worker1'), task('web', 'worker2', young(100))],
      [],
      ['worker1 live', 'worker2 live'],
    ],
  ];
  test.each(rows)('%s', (_, tasks, down, expected) => {
    expect(drawn(tasks, down)).toEqual(expected);
  });

  test('what is shown for a while lasts as long in real time at ten times the speed', () => {
    const tasks = [
      task('web.1', 'worker1', ended(30_000)),
      task('web.1', 'worker2', young(20_000)),
    ];
    expect(drawn(tasks, [], 1)).toEqual(['worker2 live']);
    expect(drawn(tasks, [], 10)).toEqual(['worker1 ended', 'worker2 live new for worker1']);
  });
});

describe('waiting for a node', () => {
  const waiting = (one: TaskView): number =>
    waitingTasks(cluster(['manager1'], { tasks: [one] }), { nowMs: NOW_MS, speed: 1 }).length;
  const pending = { state: 'pending', ...young(2_000) };

  test('a pending task without a node waits', () =>
    expect(waiting(task('web.1', undefined, pending))).toBe(1));
  test('not in the first moment', () =>
    expect(waiting(task('web.1', undefined, { ...pending, ...young(100) }))).toBe(0));
  test('not when it has a node', () => expect(waiting(task('web.1', 'worker1', pending))).toBe(0));
  test('not when it is to end', () =>
    expect(waiting(task('web.1', undefined, { ...pending, desiredState: 'shutdown' }))).toBe(0));
});

test('the drawing comes to rest', () => {
  const clock = { nowMs: NOW_MS, speed: 1 };
  expect(restlessUntil(cluster([], { tasks: [task('web.1', 'worker1')] }), clock)).toBeUndefined();
  const tasks = [task('web.1', 'worker1', young(1_000))];
  expect(restlessUntil(cluster([], { tasks }), clock)).toBe(NOW_MS + 4_000);
});
