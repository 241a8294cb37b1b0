import { describe, expect, it } from 'vitest';
import { World } from '../../../src/sim/index.ts';
import type { Placement, Task } from '../../../src/swarm/api/index.ts';
import { Scheduler } from '../../../src/swarm/scheduler/index.ts';
import type { Store, Transaction } from '../../../src/swarm/store/index.ts';
import {
  CPU,
  GIGABYTE,
  localStore,
  node,
  service,
  task,
  taskSpec,
  type NodeOptions,
} from '../../builders/index.ts';

/** A scheduler alone: nodes, tasks that somebody else made pending, and a clock. */
class Bench {
  readonly world: World;
  readonly store: Store;
  readonly scheduler: Scheduler;
  #made = 0;

  constructor(seed = 'scheduler') {
    this.world = new World(seed);
    this.store = localStore(this.world);
    this.scheduler = new Scheduler({ store: this.store, world: this.world, name: 'manager1' });
    this.scheduler.start();
  }

  write(write: (tx: Transaction) => void): void {
    this.store.update('test', write, (result) => {
      if (!result.ok) throw new Error(result.error.message);
    });
  }

  nodes(count: number, options: NodeOptions = {}): void {
    this.write((tx) => {
      for (let i = 0; i < count; i++)
        tx.create('node', node(`n${tx.list('node').length}`, options));
    });
  }

  node(id: string, options: NodeOptions = {}): void {
    this.write((tx) => tx.create('node', node(id, options)));
  }

  service(name: string): void {
    this.write((tx) => tx.create('service', service(name, { id: name })));
  }

  /** Pending tasks of the service, in one commit. */
  tasks(serviceID: string, count: number, options: Partial<Task> = {}): void {
    this.write((tx) => {
      for (let i = 0; i < count; i++) {
        const slot = ++this.#made;
        tx.create(
          'task',
          task(`t${String(slot).padStart(5, '0')}`, {
            ServiceID: serviceID,
            Slot: slot,
            ...options,
          }),
        );
      }
    });
  }

  /** Tasks that run already. */
  running(serviceID: string, nodeID: string, count: number): void {
    const status = { State: 'running' as const, Timestamp: '', Message: '', PortStatus: {} };
    this.tasks(serviceID, count, { NodeID: nodeID, Status: status });
  }

  run(ms = 100): void {
    this.world.runUntil(this.world.nowMs + ms);
  }

  /** How many tasks of the service each node has. */
  spread(serviceID: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const t of this.store.list('task', { serviceID }))
      if (t.NodeID !== '') counts[t.NodeID] = (counts[t.NodeID] ?? 0) + 1;
    return counts;
  }

  counts(serviceID: string): readonly number[] {
    return Object.values(this.spread(serviceID)).sort((a, b) => b - a);
  }

  pending(serviceID: string): readonly Task[] {
    return this.store.list('task', { serviceID }).filter((t) => t.Status.State === 'pending');
  }
}

const placed = (placement: Placement): Partial<Task> => ({
  Spec: taskSpec({ Placement: placement }),
});

describe('assignment', () => {
  it.each<readonly [before: readonly number[], fresh: number, after: readonly number[]]>([
    [[0, 0, 0], 4, [2, 1, 1]],
    [[0, 0, 0], 3, [1, 1, 1]],
    [[0, 0], 3, [2, 1]],
    [[0, 2, 2], 4, [3, 3, 2]],
    [[5, 0], 4, [5, 4]],
    [[0], 7, [7]],
  ])('%j and %i new tasks make %j', (before, fresh, after) => {
    const b = new Bench();
    b.service('web');
    before.forEach((count, i) => {
      b.node(`n${i}`);
      b.running('web', `n${i}`, count);
    });
    b.tasks('web', fresh);
    b.run();
    expect(b.counts('web')).toEqual(after);
    const assigned = b.store
      .list('task', { serviceID: 'web' })
      .filter((t) => t.Status.State === 'assigned');
    expect(assigned).toHaveLength(fresh);
    expect(assigned[0]?.Status.Message).toBe('scheduler assigned task to node');
  });

  it('prefers nodes without the service, then those with fewer tasks in all', () => {
    const b = new Bench();
    for (const name of ['web', 'db']) b.service(name);
    b.nodes(3);
    b.running('web', 'n0', 1);
    b.running('db', 'n1', 5);
    b.running('db', 'n2', 4);
    b.tasks('web', 1);
    b.run();
    expect(b.spread('web')).toEqual({ n0: 1, n2: 1 });
    b.tasks('web', 1);
    b.run();
    expect(b.spread('web')).toEqual({ n0: 1, n1: 1, n2: 1 });
  });

  it('breaks ties by chance, the same for the same seed', () => {
    const chosen = (seed: string): string => {
      const b = new Bench(seed);
      b.service('web');
      b.nodes(8);
      b.tasks('web', 3);
      b.run();
      return Object.keys(b.spread('web')).join();
    };
    expect(chosen('a')).toBe(chosen('a'));
    expect(new Set(['a', 'b', 'c', 'd', 'e'].map(chosen)).size).toBeGreaterThan(1);
  });

  it('does not count reservations as a preference, only as a limit', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(2, { memory: 2 * GIGABYTE });
    const spec = taskSpec({ Resources: { Reservations: { MemoryBytes: GIGABYTE } } });
    b.tasks('web', 6, { Spec: spec });
    b.run();
    expect(b.counts('web')).toEqual([2, 2]);
    expect(b.pending('web').map((t) => t.Status.Err)).toEqual(
      Array(2).fill('no suitable node (insufficient resources on 2 nodes)'),
    );
  });

  it('avoids a node on which the service failed five times within five minutes', () => {
    const b = new Bench();
    b.service('web');
    b.node('bad');
    for (let i = 0; i < 5; i++) {
      b.tasks('web', 1);
      b.run();
      const last = b.store.list('task', { serviceID: 'web' }).at(-1)!;
      b.write((tx) =>
        tx.update('task', {
          ...tx.get('task', last.ID)!,
          Status: { ...last.Status, State: 'failed' },
          DesiredState: 'shutdown',
        }),
      );
      b.run();
    }
    b.node('good');
    b.running('web', 'good', 3);
    b.tasks('web', 1);
    b.run();
    expect(b.spread('web')['good']).toBe(4);
    // Another version of the spec starts anew; so does everything after five minutes.
    b.tasks('web', 1, { SpecVersion: { Index: 7 } });
    b.run();
    expect(b.spread('web')['bad']).toBe(6);
    b.run(300_000);
    b.tasks('web', 1);
    b.run();
    expect(b.spread('web')['bad']).toBe(7);
  });

  it('does not assign what is gone or wanted no more', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(1);
    b.tasks('web', 2);
    b.write((tx) => tx.remove('task', 't00001'));
    b.write((tx) => tx.remove('task', 't00002'));
    b.run();
    expect(b.store.list('task')).toEqual([]);
  });
});

describe('what cannot be placed', () => {
  const cases: readonly (readonly [string, (b: Bench) => void, Partial<Task>, string])[] = [
    ['no nodes', () => {}, {}, 'no suitable node'],
    [
      'a constraint',
      (b) => b.nodes(3),
      placed({ Constraints: ['node.labels.a==b'] }),
      'no suitable node (scheduling constraints not satisfied on 3 nodes)',
    ],
    [
      'several reasons',
      (b) => {
        b.nodes(2);
        b.node('d', { availability: 'drain' });
      },
      { Spec: taskSpec({ Resources: { Reservations: { NanoCPUs: 9 * CPU } } }) },
      'no suitable node (insufficient resources on 2 nodes; 1 node not available for new tasks)',
    ],
  ];
  it.each(cases)('%s', (_what, prepare, of, message) => {
    const b = new Bench();
    b.service('web');
    prepare(b);
    b.tasks('web', 1, of);
    b.run();
    expect(b.pending('web')[0]?.Status.Err).toBe(message);
  });

  it('explains at first only the check after the last success, at the next tick everything', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(2);
    b.node('other', { labels: { a: 'b' } });
    b.tasks('web', 4, placed({ MaxReplicas: 1, Constraints: ['node.labels.a!=b'] }));
    b.run(60);
    expect(b.counts('web')).toEqual([1, 1]);
    const texts = (): readonly unknown[] => b.pending('web').map((t) => t.Status.Err);
    expect(texts()).toEqual(Array(2).fill('no suitable node (max replicas per node limit exceed)'));
    b.run(100);
    expect(texts()).toEqual(
      Array(2).fill(
        'no suitable node (max replicas per node limit exceed; scheduling constraints not satisfied on 1 node)',
      ),
    );
  });

  it('is tried again when a node changes, and not rewritten while the reason stays', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(1);
    b.tasks('web', 1, placed({ Constraints: ['node.labels.a==b'] }));
    b.run(1000);
    const before = b.pending('web')[0]!;
    b.write((tx) => tx.update('node', { ...tx.get('node', 'n0')!, Attachments: [] }));
    b.run(1000);
    expect(b.pending('web')[0]).toBe(before);
    b.write((tx) => {
      const n = tx.get('node', 'n0')!;
      tx.update('node', { ...n, Spec: { ...n.Spec, Labels: { a: 'b' } } });
    });
    b.run(40);
    expect(b.pending('web')).toHaveLength(1);
    b.run(20);
    expect(b.store.list('task')[0]?.Status).toEqual(expect.objectContaining({ State: 'assigned' }));
    expect(b.store.list('task')[0]?.Status.Err).toBeUndefined();
  });

  it('is placed when a task of the node ends', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(1, { cpus: 1 });
    b.tasks('web', 2, { Spec: taskSpec({ Resources: { Reservations: { NanoCPUs: CPU } } }) });
    b.run();
    expect(b.pending('web')).toHaveLength(1);
    const first = b.store.list('task').find((t) => t.NodeID !== '')!;
    // As long as it was not seen to end, its room is its own.
    b.write((tx) => tx.update('task', { ...tx.get('task', first.ID)!, DesiredState: 'shutdown' }));
    b.run();
    expect(b.pending('web')).toHaveLength(1);
    b.write((tx) =>
      tx.update('task', {
        ...tx.get('task', first.ID)!,
        Status: { ...first.Status, State: 'shutdown' },
      }),
    );
    b.run();
    expect(b.pending('web')).toHaveLength(0);
  });

  it('is shut down when its service has moved on and nobody wants it', () => {
    const b = new Bench();
    b.service('web');
    b.tasks('web', 1, { DesiredState: 'shutdown' });
    b.write((tx) =>
      tx.update('service', { ...tx.get('service', 'web')!, SpecVersion: { Index: 50 } }),
    );
    b.run();
    expect(b.store.list('task')[0]?.Status).toMatchObject({ State: 'shutdown', Err: '' });
  });
});

describe('preassigned tasks', () => {
  it('are confirmed, without being counted before', () => {
    const b = new Bench();
    b.service('agent');
    b.nodes(2);
    b.tasks('agent', 1, { NodeID: 'n1' });
    b.run();
    expect(b.store.list('task')[0]).toMatchObject({
      NodeID: 'n1',
      Status: {
        State: 'assigned',
        Message: 'scheduler confirmed task can run on preassigned node',
      },
    });
    const told = b.world.trace.findLast((e) => e.kind === 'task.assigned');
    expect(told?.data).toMatchObject({ nodeID: 'n1', why: { isPreassigned: true } });
  });

  it('tell the bare reason, and go on when it is gone', () => {
    const b = new Bench();
    b.service('agent');
    b.nodes(1, { state: 'down' });
    b.tasks('agent', 1, { NodeID: 'n0' });
    b.run(1000);
    expect(b.pending('agent')[0]?.Status.Err).toBe('1 node not available for new tasks');
    b.write((tx) => {
      const n = tx.get('node', 'n0')!;
      tx.update('node', { ...n, Status: { ...n.Status, State: 'ready' } });
    });
    b.run(1000);
    expect(b.pending('agent')).toEqual([]);
  });
});

describe('spread preferences', () => {
  const spread = (...labels: readonly string[]): Partial<Task> =>
    placed({ Preferences: labels.map((label) => ({ Spread: { SpreadDescriptor: label } })) });

  const zones = (b: Bench, serviceID: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const t of b.store.list('task', { serviceID })) {
      const zone = b.store.get('node', t.NodeID)?.Spec.Labels['zone'] ?? '-';
      counts[zone] = (counts[zone] ?? 0) + 1;
    }
    return counts;
  };

  it('level the branches, not the nodes', () => {
    const b = new Bench();
    b.service('web');
    for (let i = 0; i < 3; i++) b.node(`e${i}`, { labels: { zone: 'east' } });
    b.node('w', { labels: { zone: 'west' } });
    b.tasks('web', 6, spread('node.labels.zone'));
    b.run();
    expect(zones(b, 'web')).toEqual({ east: 3, west: 3 });
    expect(b.spread('web')).toMatchObject({ e0: 1, e1: 1, e2: 1, w: 3 });
  });

  it('give nodes without the label a branch of their own', () => {
    const b = new Bench();
    b.service('web');
    b.node('e', { labels: { zone: 'east' } });
    b.node('w', { labels: { zone: 'west' } });
    b.node('x');
    b.node('y');
    b.tasks('web', 9, spread('Node.Labels.zone'));
    b.run();
    expect(zones(b, 'web')).toEqual({ east: 3, west: 3, '-': 3 });
  });

  it('give the remainder to some branch', () => {
    const b = new Bench();
    b.service('web');
    b.node('e', { labels: { zone: 'east' } });
    b.node('w', { labels: { zone: 'west' } });
    b.tasks('web', 5, spread('node.labels.zone'));
    b.run();
    expect(b.counts('web')).toEqual([3, 2]);
  });

  it('put elsewhere what a full branch cannot take', () => {
    const b = new Bench();
    b.service('web');
    b.node('e', { labels: { zone: 'east' }, cpus: 1 });
    b.node('w', { labels: { zone: 'west' }, cpus: 8 });
    const of = spread('node.labels.zone');
    b.tasks('web', 6, { Spec: { ...of.Spec!, Resources: { Reservations: { NanoCPUs: CPU } } } });
    b.run();
    expect(b.spread('web')).toEqual({ e: 1, w: 5 });
  });

  it('count what a branch has, even on nodes that take no more', () => {
    const b = new Bench();
    b.service('web');
    b.node('e1', { labels: { zone: 'east' }, availability: 'pause' });
    b.node('e2', { labels: { zone: 'east' } });
    b.node('w', { labels: { zone: 'west' } });
    b.running('web', 'e1', 3);
    b.tasks('web', 3, spread('node.labels.zone'));
    b.run();
    expect(b.spread('web')).toEqual({ e1: 3, w: 3 });
  });

  it('nest', () => {
    const b = new Bench();
    b.service('web');
    for (const [id, zone, rack] of [
      ['a', 'east', '1'],
      ['b', 'east', '2'],
      ['c', 'east', '2'],
      ['d', 'west', '1'],
    ] as const)
      b.node(id, { labels: { zone, rack } });
    b.tasks('web', 8, spread('node.labels.zone', 'node.labels.rack'));
    b.run();
    expect(b.spread('web')).toEqual({ a: 2, b: 1, c: 1, d: 4 });
  });

  it('are ignored when they name no label, and never keep a task waiting', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(2);
    b.tasks('web', 4, spread('node.hostname'));
    b.run();
    expect(b.counts('web')).toEqual([2, 2]);
    b.service('db');
    b.tasks('db', 4, spread('node.labels.none'));
    b.run();
    expect(b.counts('db')).toEqual([2, 2]);
  });

  it('come to an end on uneven branches', () => {
    const b = new Bench();
    b.service('web');
    for (const zone of ['a', 'b', 'c']) b.node(zone, { labels: { zone }, cpus: 4 });
    b.running('web', 'a', 7);
    b.running('web', 'b', 2);
    const of = spread('node.labels.zone');
    b.tasks('web', 3, {
      Spec: { ...of.Spec!, Resources: { Reservations: { NanoCPUs: 2 * CPU } } },
    });
    b.run();
    expect(b.pending('web')).toHaveLength(0);
  });
});

describe('ticks', () => {
  it('come 50 ms after the last commit, but no later than a second after the first', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(1);
    b.run(1000);
    b.tasks('web', 1);
    b.run(40);
    b.write((tx) => tx.update('node', { ...tx.get('node', 'n0')!, Attachments: [] }));
    b.run(40);
    expect(b.pending('web')).toHaveLength(1);
    b.run(20);
    expect(b.pending('web')).toHaveLength(0);
    b.tasks('web', 1);
    const since = b.world.nowMs;
    while (b.pending('web').length > 0) {
      b.run(30);
      b.write((tx) => tx.update('node', { ...tx.get('node', 'n0')!, Attachments: [] }));
    }
    expect(b.world.nowMs - since).toBeGreaterThan(1000);
    expect(b.world.nowMs - since).toBeLessThan(1100);
  });
});

describe('the trace', () => {
  it('tells why a node was chosen', () => {
    const b = new Bench();
    b.service('web');
    b.nodes(2);
    b.node('d', { availability: 'drain' });
    b.running('web', 'n1', 2);
    b.tasks('web', 1);
    b.run();
    const entry = b.world.trace.findLast((e) => e.kind === 'task.assigned');
    expect(entry?.data).toMatchObject({
      nodeID: 'n0',
      why: {
        ranking: [
          ['n0', 0, 0],
          ['n1', 2, 2],
        ],
        filteredOut: [['d', '1 node not available for new tasks']],
      },
    });
  });
});

it('places ten thousand single tasks on a thousand nodes in little time', () => {
  const b = new Bench();
  b.nodes(1000);
  for (let i = 0; i < 10_000; i++) b.tasks(`one-off-${i}`, 1);
  const began = performance.now();
  b.run(2000);
  const tookMs = performance.now() - began;
  const perNode = new Map<string, number>();
  for (const t of b.store.list('task')) perNode.set(t.NodeID, (perNode.get(t.NodeID) ?? 0) + 1);
  expect([...perNode.values()].every((count) => count === 10)).toBe(true);
  expect(perNode.size).toBe(1000);
  // A second is the aim; machines that are busy with other things get more.
  expect(tookMs).toBeLessThan(8000);
});
