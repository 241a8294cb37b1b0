/**
 * Things go wrong at random, then all is healed: what must always hold holds, and in the end every
 * service has what it asked for.
 */
import { expect, it } from 'vitest';
import { TASK_STATE_ORDER, type StoreEvent, type TaskState } from '../../../src/swarm/api/index.ts';
import type { Random } from '../../../src/sim/index.ts';
import { SECOND, TestCluster } from '../../builders/index.ts';

const NODES = ['node1', 'node2', 'node3', 'node4'];
const UPDATE = { Parallelism: 1, Delay: SECOND, MaxFailureRatio: 0 };
const order = (state: TaskState): number => TASK_STATE_ORDER[state];

/** Collects what may never happen. */
function watchInvariants(c: TestCluster): readonly string[] {
  const breaches: string[] = [];
  const check = (event: StoreEvent): void => {
    if (event.table !== 'task' || event.action !== 'update') return;
    const { object: now, before } = event;
    if (before.NodeID !== '' && now.NodeID !== before.NodeID)
      breaches.push(`task ${now.ID} changed its node`);
    if (order(now.Status.State) < order(before.Status.State))
      breaches.push(`task ${now.ID} went back to ${now.Status.State}`);
    if (order(now.DesiredState) < order(before.DesiredState))
      breaches.push(`task ${now.ID} is wanted ${now.DesiredState} again`);
    const addresses = now.NetworksAttachments?.flatMap((a) => a.Addresses).join();
    const had = before.NetworksAttachments?.flatMap((a) => a.Addresses).join();
    if (had !== undefined && addresses !== had) breaches.push(`task ${now.ID} changed its address`);
  };
  c.store.watch('invariants', (events) => events.forEach(check));
  return breaches;
}

function disturb(c: TestCluster, random: Random): void {
  const node = random.pick(NODES);
  const service = random.pick(['web-id', 'rolling-id', 'agent-id']);
  switch (random.below(10)) {
    case 0:
      return c.setAvailability(node, random.pick(['active', 'pause', 'drain'] as const));
    case 1:
      return c.setState(node, random.pick(['ready', 'down'] as const));
    case 2:
      if (service !== 'agent-id') c.scale(service, random.below(8));
      return;
    case 3:
      return c.updateImage(service, `nginx:${random.below(4)}`);
    case 4:
      return c.setNode(node, (n) => ({
        ...n,
        Spec: { ...n.Spec, Labels: { zone: random.pick(['a', 'b']) } },
      }));
    case 5: {
      const victim = c.running(service)[0];
      if (victim)
        c.store.update('crash', (tx) => {
          const task = tx.get('task', victim.ID);
          if (task && order(task.Status.State) <= order('running'))
            tx.update('task', {
              ...task,
              Status: { ...task.Status, State: 'failed', Timestamp: c.world.timestamp() },
            });
        });
      return;
    }
    case 6:
      for (const component of c.components) component.stop();
      c.run(random.below(3000));
      for (const component of c.components) component.start();
      return;
    case 7:
      c.agents.fate = random.chance(1, 3)
        ? (t) => (t.Slot === 2 ? { ends: 'failed', afterRunningMs: 700 } : {})
        : () => ({});
      return;
    default:
      c.run(random.below(4000));
  }
}

it.each(Array.from({ length: 40 }, (_, i) => `seed ${i}`))('%s', (seed) => {
  const c = new TestCluster({ seed, nodes: 4, latencyMs: 1 + seed.length });
  const random = c.world.random('test');
  const breaches = watchInvariants(c);
  c.create('web', {
    replicas: 3,
    template: { Placement: { Constraints: ['node.labels.zone!=b'] } },
  });
  c.create('rolling', {
    replicas: 4,
    spec: { UpdateConfig: { ...UPDATE, FailureAction: 'rollback' } },
  });
  c.create('agent', { mode: { Global: {} } });
  c.run(2000);
  for (let i = 0; i < 40; i++) {
    disturb(c, random);
    c.run(random.below(1500));
  }
  c.agents.fate = () => ({});
  for (const node of NODES) {
    c.setState(node, 'ready');
    c.setAvailability(node, 'active');
    c.setNode(node, (n) => ({ ...n, Spec: { ...n.Spec, Labels: {} } }));
  }
  c.run(1000);
  for (const id of ['web-id', 'rolling-id', 'agent-id']) c.updateImage(id, 'nginx:final');
  c.run(180_000);
  expect(breaches).toEqual([]);
  for (const id of ['web-id', 'rolling-id']) {
    const wanted = c.service(id).Spec.Mode.Replicated?.Replicas ?? 0;
    // A smaller service may have kept any of its slots, but never one twice.
    expect(new Set(c.running(id).map((t) => t.Slot)).size, id).toBe(wanted);
    expect(c.live(id)).toHaveLength(wanted);
    if (wanted > 0) expect(c.service(id).UpdateStatus?.State, id).toBe('completed');
  }
  expect(c.spread('agent-id')).toEqual({ node1: 1, node2: 1, node3: 1, node4: 1 });
  for (const task of c.running()) expect(c.image(task)).toBe('nginx:final');
  for (const task of c.tasks())
    expect(
      c.tasks(task.ServiceID).filter((t) => t.Slot === task.Slot && t.NodeID === task.NodeID)
        .length,
    ).toBeLessThanOrEqual(6);
});
