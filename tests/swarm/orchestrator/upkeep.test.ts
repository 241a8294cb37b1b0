/** The task reaper, the constraint enforcer, and what a new leader repairs. */
import { describe, expect, it } from 'vitest';
import { World } from '../../../src/sim/index.ts';
import type { Task } from '../../../src/swarm/api/index.ts';
import { TaskReaper } from '../../../src/swarm/orchestrator/index.ts';
import type { Store } from '../../../src/swarm/store/index.ts';
import { GIGABYTE, TestCluster, cluster, localStore, service, task } from '../../builders/index.ts';

const at = (second: number): string => `2026-03-02T00:00:${String(second).padStart(2, '0')}.5Z`;

/** A service with one slot, whose tasks ended one after the other; the last one runs. */
function history(
  count: number,
  options: { readonly limit: number; readonly maxAttempts?: number },
): { world: World; store: Store } {
  const world = new World('reaper');
  const store = localStore(world);
  const policy = {
    Condition: 'any' as const,
    ...(options.maxAttempts ? { MaxAttempts: options.maxAttempts } : {}),
  };
  const web = service('web', { template: { RestartPolicy: policy } });
  store.update('fill', (tx) => {
    tx.create('cluster', cluster({ taskHistoryLimit: options.limit }));
    tx.create('service', web);
  });
  new TaskReaper({ store, world, name: 'manager1' }).start();
  // The newest first: the order of creation must not matter.
  for (let i = count - 1; i >= 0; i--) {
    const isLast = i === count - 1;
    const made: Task = {
      ...task(`t${i}`, { ServiceID: 'web-id', NodeID: 'n1' }),
      DesiredState: isLast ? 'running' : 'shutdown',
      Status: {
        State: isLast ? 'running' : 'failed',
        Timestamp: at(i),
        Message: '',
        PortStatus: {},
      },
    };
    store.update('fill', (tx) => tx.create('task', made));
  }
  return { world, store };
}

const ids = (store: Store): readonly string[] =>
  store
    .list('task')
    .map((t) => t.ID)
    .sort((a, b) => (a < b ? -1 : 1));

describe('task reaper', () => {
  it.each([
    [5, undefined, ['t3', 't4', 't5', 't6', 't7']],
    [1, undefined, ['t7']],
    [0, undefined, ['t7']],
    [-1, undefined, ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7']],
    [2, 4, ['t3', 't4', 't5', 't6', 't7']],
  ])('keeps %i tasks (max attempts %s), the oldest go first', (limit, maxAttempts, left) => {
    const { world, store } = history(8, { limit, ...(maxAttempts ? { maxAttempts } : {}) });
    world.runUntil(249);
    expect(store.list('task')).toHaveLength(8);
    world.runUntil(300);
    expect(ids(store)).toEqual(left);
  });

  it('takes a new limit when a slot gets its next task', () => {
    const { world, store } = history(5, { limit: 5 });
    world.runUntil(1000);
    store.update('limit', (tx) => {
      const old = tx.list('cluster')[0]!;
      tx.update('cluster', {
        ...old,
        Spec: { ...old.Spec, Orchestration: { TaskHistoryRetentionLimit: 2 } },
      });
    });
    world.runUntil(2000);
    expect(store.list('task')).toHaveLength(5);
    store.update('next', (tx) => tx.create('task', task('t9', { ServiceID: 'web-id' })));
    world.runUntil(3000);
    expect(ids(store)).toEqual(['t4', 't9']);
  });

  it.each([
    ['pending', true],
    ['assigned', false],
    ['running', false],
    ['complete', true],
    ['shutdown', true],
    ['failed', true],
    ['orphaned', true],
  ] as const)('deletes a task to be removed in state %s: %s', (state, isDeleted) => {
    const { world, store } = history(1, { limit: 5 });
    store.update('remove', (tx) => {
      const old = tx.get('task', 't0')!;
      tx.update('task', {
        ...old,
        DesiredState: 'remove',
        Status: { ...old.Status, State: state },
      });
    });
    world.runUntil(1000);
    expect(store.get('task', 't0') === undefined).toBe(isDeleted);
  });

  it('deletes orphans without a service', () => {
    const { world, store } = history(1, { limit: 5 });
    store.update('orphan', (tx) => tx.create('task', task('alone', { ServiceID: '' })));
    store.update('orphan', (tx) => {
      const old = tx.get('task', 'alone')!;
      tx.update('task', { ...old, Status: { ...old.Status, State: 'orphaned' } });
    });
    world.runUntil(1000);
    expect(ids(store)).toEqual(['t0']);
  });
});

describe('constraint enforcer', () => {
  it('rejects a task whose node lost its label; it goes elsewhere', () => {
    const c = new TestCluster({ nodes: 0 });
    c.addNode('east1', { labels: { zone: 'east' } });
    c.addNode('east2', { labels: { zone: 'east' } });
    c.create('web', {
      replicas: 2,
      template: { Placement: { Constraints: ['node.labels.zone==east'] } },
    });
    c.run(1000);
    c.setNode('east1', (n) => ({ ...n, Spec: { ...n.Spec, Labels: {} } }));
    c.run(100);
    const rejected = c.tasks('web-id').find((t) => t.Status.State === 'rejected');
    expect(rejected).toMatchObject({
      NodeID: 'east1',
      DesiredState: 'shutdown',
      Status: {
        Message: 'task rejected by constraint enforcer',
        Err: 'assigned node no longer meets constraints',
      },
    });
    c.run(7000);
    expect(c.spread('web-id')).toEqual({ east2: 2 });
  });

  it('rejects what no longer fits, in order of creation', () => {
    const c = new TestCluster({ nodes: 1 });
    c.create('big', {
      replicas: 3,
      template: { Resources: { Reservations: { MemoryBytes: GIGABYTE } } },
    });
    c.run(1000);
    const [first, second] = c.tasks('big-id');
    c.setNode('node1', (n) => ({
      ...n,
      Description: { ...n.Description!, Resources: { NanoCPUs: 2e9, MemoryBytes: 2 * GIGABYTE } },
    }));
    c.run(100);
    const alive = c
      .tasks('big-id')
      .filter((t) => t.Status.State === 'running')
      .map((t) => t.ID);
    expect(alive).toEqual([first?.ID, second?.ID]);
  });

  it.each(['pause', 'drain'] as const)('does not look at a node that is on %s', (availability) => {
    const c = new TestCluster({ nodes: 0 });
    c.addNode('east', { labels: { zone: 'east' } });
    c.create('web', { template: { Placement: { Constraints: ['node.labels.zone==east'] } } });
    c.run(1000);
    c.setNode('east', (n) => ({
      ...n,
      Spec: { ...n.Spec, Availability: availability, Labels: {} },
    }));
    c.run(1000);
    expect(c.tasks('web-id').filter((t) => t.Status.State === 'rejected')).toEqual([]);
  });
});

describe('a new leader', () => {
  const restart = (c: TestCluster, offMs: number): void => {
    for (const component of c.components) component.stop();
    c.run(offMs);
    for (const component of c.components) component.start();
  };

  it('waits only for what is left of a restart delay', () => {
    const c = new TestCluster({ nodes: 1 });
    let fails = true;
    c.agents.fate = () => (fails ? { ends: 'failed', afterRunningMs: 500 } : {});
    c.create('web');
    c.run(1000);
    fails = false;
    expect(c.live('web-id')[0]?.DesiredState).toBe('ready');
    restart(c, 2000);
    c.run(1500);
    expect(c.live('web-id')[0]?.DesiredState).toBe('ready');
    c.run(2500);
    expect(c.running('web-id')).toHaveLength(1);
  });

  it('restarts what failed and removes what was abandoned while nobody led', () => {
    const c = new TestCluster({ nodes: 2 });
    c.create('web', { replicas: 2 });
    c.create('gone', { replicas: 1 });
    c.run(1000);
    for (const component of c.components) component.stop();
    c.remove('gone-id');
    c.setState('node1', 'down');
    c.run(1000);
    for (const component of c.components) component.start();
    c.run(7000);
    expect(c.tasks('gone-id')).toEqual([]);
    expect(c.spread('web-id')).toEqual({ node2: 2 });
  });
});

describe('with commits that take their time', () => {
  it.each([1, 30, 400])('%i ms: nothing is done twice', (latencyMs) => {
    const c = new TestCluster({ latencyMs });
    c.run(20 * latencyMs);
    c.create('web', { replicas: 4 });
    c.create('agent', { mode: { Global: {} } });
    for (let i = 0; i < 5; i++) {
      c.update('web-id', (s) => ({ ...s, Labels: { n: String(i) } }));
      c.setNode('node1', (n) => ({ ...n, Spec: { ...n.Spec, Labels: { n: String(i) } } }));
      c.run(latencyMs);
    }
    c.run(2000 + 100 * latencyMs);
    expect(c.tasks('web-id').map((t) => t.Slot)).toEqual([1, 2, 3, 4]);
    expect(c.running('web-id')).toHaveLength(4);
    expect(c.spread('agent-id')).toEqual({ node1: 1, node2: 1, node3: 1 });
    c.updateImage('web-id', 'nginx:2');
    c.run(latencyMs * 200 + 10_000);
    expect(c.running('web-id').map((t) => c.image(t))).toEqual(Array(4).fill('nginx:2'));
    expect(c.service('web-id').UpdateStatus?.State).toBe('completed');
    c.setState('node2', 'down');
    c.run(latencyMs * 100 + 10_000);
    expect(c.running('web-id')).toHaveLength(4);
    expect(c.spread('agent-id')).toEqual({ node1: 1, node3: 1 });
  });

  it('places a service of a thousand tasks once each', () => {
    const c = new TestCluster({ latencyMs: 5, nodes: 20 });
    c.create('web', { replicas: 1000 });
    for (let i = 0; i < 20; i++) {
      c.run(5);
      c.setNode('node1', (n) => ({ ...n, Spec: { ...n.Spec, Labels: { n: String(i) } } }));
      if (i === 3) c.update('web-id', (s) => ({ ...s, Labels: { late: 'yes' } }));
    }
    c.run(60_000);
    expect(c.tasks('web-id')).toHaveLength(1000);
    expect(c.running('web-id')).toHaveLength(1000);
    expect(new Set(Object.values(c.spread('web-id')))).toEqual(new Set([50]));
  });
});
