import { expect, test } from 'vitest';
import { World } from '../../../src/sim/index.ts';
import { TaskManager } from '../../../src/swarm/agent/task.ts';
import type { Controller, StepResult } from '../../../src/swarm/agent/index.ts';
import type { TaskState } from '../../../src/swarm/api/index.ts';
import { task } from '../../builders/index.ts';

/** A container that does at once what it is asked to do, and runs until it is shut down. */
function lively(world: World, asked: string[]): Controller {
  const does = (what: string) => (done: (result: StepResult) => void) => {
    asked.push(`${what} ${world.nowMs}`);
    if (what !== 'wait') world.schedule(0, what, () => done({ ok: true }));
  };
  return {
    update: () => undefined,
    prepare: does('prepare'),
    start: does('start'),
    wait: does('wait'),
    shutdown: does('shutdown'),
    terminate: does('terminate'),
    remove: does('remove'),
    close: () => undefined,
    containerStatus: () => undefined,
    portStatus: () => [],
    logs: () => () => undefined,
  };
}

test('a task that runs is shut down a second after it was told to: the wait is given up, then the task is looked at again', () => {
  const world = new World('agent');
  const asked: string[] = [];
  const reports: [number, TaskState][] = [];
  const running = task('t1', {
    DesiredState: 'running',
    Status: { State: 'assigned', Timestamp: world.timestamp(), Message: '', PortStatus: {} },
  });
  const manager = new TaskManager({
    world,
    controller: lively(world, asked),
    task: running,
    status: running.Status,
    report: ({ State: state }) => void reports.push([world.nowMs, state]),
  });
  manager.start();
  world.runUntil(4000);
  expect(reports.map(([, state]) => state)).toEqual([
    'accepted',
    'preparing',
    'ready',
    'starting',
    'running',
  ]);
  expect(asked.at(-1)).toMatch(/^wait/);

  manager.update({ ...running, DesiredState: 'shutdown' });
  expect(reports.at(-1)).toEqual([4000, 'running']);
  expect(manager.status.Timestamp).toBe(world.timestamp());
  world.runUntil(4999);
  expect(asked.at(-1)).toMatch(/^wait/);
  world.runUntil(6000);
  expect(asked.at(-1)).toBe('shutdown 5000');
  expect(reports.at(-1)).toEqual([5000, 'shutdown']);
});
