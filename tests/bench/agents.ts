/**
 * The machinery as it is measured natively: managers, raft, dispatcher and agents over the simulated network, and executors that run nothing.
 * Native: swarmkit's agents with stub executors (cmd/swarm-bench in a process).
 */
import type { Cluster } from '../../src/swarm/api/index.ts';
import { serviceSpec } from '../builders/index.ts';
import { TestSwarm } from '../swarm/node/cluster.ts';
import { heapBytes, rate, round, type Figure } from './measure.ts';

const LIMIT_MS = 600_000;
const STEP_MS = 250;

/** All nodes in one /16. */
function swarm(nodes: number): TestSwarm {
  const made = new TestSwarm('bench', 16);
  const addressOf = (i: number): string => `10.1.${Math.floor(i / 200)}.${(i % 200) + 1}`;
  made.add('manager1', addressOf(0));
  made.run(2000);
  const token = made.value<Cluster[]>('manager1', 'listClusters')[0]?.RootCA.JoinTokens.Worker;
  for (let i = 1; i < nodes; i++)
    made.add(`worker${i}`, addressOf(i), { addr: `${addressOf(0)}:2377`, token: token ?? '' });
  for (let waitedMs = 0; waitedMs < LIMIT_MS && !isComplete(made); waitedMs += 1000) made.run(1000);
  return made;
}

function isComplete({ nodes }: TestSwarm): boolean {
  return [...nodes.values()].every(({ isReady }) => isReady);
}

/** How many tasks run, and by how many the fullest node has more than the emptiest. */
function running(made: TestSwarm): { readonly count: number; readonly spread: number } {
  const store = made.node('manager1').node.manager?.store;
  const counts = new Map<string, number>(store?.list('node').map(({ ID }) => [ID, 0]));
  let count = 0;
  for (const task of store?.list('task') ?? []) {
    if (task.Status.State !== 'running') continue;
    count++;
    counts.set(task.NodeID, (counts.get(task.NodeID) ?? 0) + 1);
  }
  const each = [...counts.values()];
  return { count, spread: Math.max(...each) - Math.min(...each) };
}

export function agentsToRunning(options: {
  readonly nodes: number;
  readonly tasks: number;
  readonly native?: number;
}): Figure[] {
  const { nodes, tasks, native } = options;
  const made = swarm(nodes);
  const { world } = made;
  const before = heapBytes();
  const beganAtMs = world.nowMs;
  const figure = rate(
    `service create to Running with stub agents, ${tasks} tasks on ${nodes} nodes`,
    'tasks/s',
    tasks,
    () => {
      made.value('manager1', 'createService', serviceSpec('web', { replicas: tasks }));
      for (let n = 0; n < LIMIT_MS / STEP_MS && running(made).count < tasks; n++) made.run(STEP_MS);
      const { count, spread } = running(made);
      return count === tasks && spread <= 1;
    },
    native === undefined ? {} : { native },
  );
  const bytes = Math.round((heapBytes() - before) / tasks);
  return [
    { ...figure, virtualSeconds: (world.nowMs - beganAtMs) / 1000 },
    {
      name: `memory a task with stub agents, ${tasks} tasks on ${nodes} nodes`,
      ok: figure.ok,
      value: bytes,
      unit: 'bytes',
      ratio: round(bytes / 6000),
      native: 6000,
    },
  ];
}
