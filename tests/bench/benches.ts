/** What is measured in Node, small or large. */
import { agentsToRunning } from './agents.ts';
import { talkingContainers } from './containers.ts';
import { serviceToRunning, speed } from './lab.ts';
import type { Figure } from './measure.ts';
import { idleTicks, raftCommits } from './raft.ts';
import { schedulerPass } from './scheduler.ts';

export type BenchEntry = readonly [name: string, run: () => readonly Figure[]];

/** Native figures: swarmkit's and etcd-raft's own benchmarks on a machine like the one these were written on. */
export function benches(size: 'small' | 'large'): readonly BenchEntry[] {
  return size === 'small' ? small() : large();
}

function large(): readonly BenchEntry[] {
  const nodes = 1000;
  return [
    [
      'scheduler',
      () => {
        // Compiled code is what is compared with.
        for (let n = 0; n < 4; n++)
          for (const isOneService of [true, false])
            schedulerPass({ nodes, tasks: 2000, isOneService });
        return [
          schedulerPass({ nodes, tasks: 1000, isOneService: false, native: 8000 }),
          schedulerPass({ nodes, tasks: 10_000, isOneService: false, native: 11_000 }),
          schedulerPass({ nodes, tasks: 100_000, isOneService: false, native: 10_000 }),
          schedulerPass({ nodes, tasks: 1000, isOneService: true }),
          schedulerPass({ nodes, tasks: 10_000, isOneService: true, native: 19_000 }),
          schedulerPass({ nodes, tasks: 100_000, isOneService: true, native: 8000 }),
        ];
      },
    ],
    [
      'raft',
      () => [
        raftCommits({ members: 3, inFlight: 1, entries: 100_000, native: 228_000 }),
        raftCommits({ members: 3, inFlight: 256, entries: 1_000_000, native: 327_000 }),
        raftCommits({ members: 5, inFlight: 1, entries: 100_000 }),
        raftCommits({ members: 5, inFlight: 256, entries: 500_000 }),
        idleTicks(1_000_000, 952_000),
      ],
    ],
    [
      'virtual time',
      () => [
        speed({ managers: 3, workers: 3, virtualSeconds: 1200 }),
        speed({ managers: 7, workers: 100, virtualSeconds: 120 }),
        speed({ managers: 7, workers: 1000, virtualSeconds: 20 }),
      ],
    ],
    [
      'service create, stub agents',
      () => [
        ...agentsToRunning({ nodes: 100, tasks: 1000 }),
        ...agentsToRunning({ nodes: 1000, tasks: 10_000, native: 5900 }),
      ],
    ],
    ['talking containers', () => [talkingContainers(10, 600)]],
    ['service create 1000', () => serviceToRunning({ nodes: 100, tasks: 1000 })],
    ['service create 10000', () => serviceToRunning({ nodes: 1000, tasks: 10_000 })],
  ];
}

function small(): readonly BenchEntry[] {
  return [
    [
      'scheduler',
      () => [
        schedulerPass({ nodes: 50, tasks: 500, isOneService: false }),
        schedulerPass({ nodes: 50, tasks: 500, isOneService: true }),
      ],
    ],
    ['talking containers', () => [talkingContainers(10, 60)]],
    [
      'raft',
      () => [
        raftCommits({ members: 3, inFlight: 1, entries: 500 }),
        raftCommits({ members: 5, inFlight: 256, entries: 2000 }),
        idleTicks(2000),
      ],
    ],
    ['virtual time', () => [speed({ managers: 3, workers: 3, virtualSeconds: 60 })]],
    ['service create', () => serviceToRunning({ nodes: 5, tasks: 20 })],
    ['service create, stub agents', () => agentsToRunning({ nodes: 5, tasks: 20 })],
  ];
}
