/** One pass of the scheduler over nodes and pending tasks. Native: swarmkit manager/scheduler/scheduler_test.go (BenchmarkScheduler). */
import { World } from '../../src/sim/index.ts';
import { Scheduler } from '../../src/swarm/scheduler/index.ts';
import type { Store } from '../../src/swarm/store/index.ts';
import { localStore, node, task } from '../builders/index.ts';
import { rate, type Figure } from './measure.ts';

interface PassOptions {
  readonly nodes: number;
  readonly tasks: number;
  /** Tasks of one service, or each of a service of its own. */
  readonly isOneService: boolean;
  readonly native?: number;
}

export function schedulerPass(options: PassOptions): Figure {
  const { nodes, tasks, isOneService, native } = options;
  const world = new World('bench');
  const store = localStore(world);
  store.update('nodes', (tx) => {
    for (let i = 0; i < nodes; i++) tx.create('node', node(`node${i}`, { cpus: 64 }));
  });
  store.update('tasks', (tx) => {
    for (let i = 0; i < tasks; i++) {
      const ServiceID = isOneService ? 'service' : '';
      tx.create('task', task(`task${i}`, { Slot: i + 1, ServiceID }));
    }
  });
  const scheduler = new Scheduler({ store, world, name: 'manager1' });
  const kind = isOneService ? 'one service' : 'one-off';
  return rate(
    `scheduler ${nodes} nodes ${tasks} tasks ${kind}`,
    'tasks/s',
    tasks,
    () => {
      scheduler.start();
      world.runUntil(world.nowMs + 1000);
      return isBalanced(store, nodes, tasks);
    },
    native === undefined ? {} : { native },
  );
}

/** Every task has a node, and no node has two more than another. */
function isBalanced(store: Store, nodes: number, tasks: number): boolean {
  const counts = new Map<string, number>(store.list('node').map(({ ID }) => [ID, 0]));
  for (const { NodeID, Status } of store.list('task')) {
    if (Status.State !== 'assigned') return false;
    counts.set(NodeID, (counts.get(NodeID) ?? 0) + 1);
  }
  const each = [...counts.values()];
  const sum = each.reduce((a, b) => a + b, 0);
  return counts.size === nodes && sum === tasks && Math.max(...each) - Math.min(...each) <= 1;
}
