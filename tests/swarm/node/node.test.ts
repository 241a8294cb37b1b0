import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../src/swarm/api/index.ts';
import type { NodeWithStatus } from '../../../src/swarm/controlapi/index.ts';
import { TestSwarm } from './cluster.ts';

function threeManagersTwoWorkers(seed: string): TestSwarm {
  const swarm = new TestSwarm(seed);
  swarm.add('manager1', '10.1.0.1');
  swarm.run(2000);
  const tokens = swarm.value<Cluster[]>('manager1', 'listClusters')[0]?.RootCA.JoinTokens;
  if (!tokens) throw new Error('no tokens');
  for (const [name, address, token] of [
    ['manager2', '10.1.0.2', tokens.Manager],
    ['manager3', '10.1.0.3', tokens.Manager],
    ['worker1', '10.1.0.4', tokens.Worker],
    ['worker2', '10.1.0.5', tokens.Worker],
  ] as const) {
    swarm.add(name, address, { addr: '10.1.0.1:2377', token });
    swarm.run(1000);
  }
  return swarm;
}

const states = (swarm: TestSwarm, by: string): string[] =>
  swarm
    .value<NodeWithStatus[]>(by, 'listNodes')
    .map(
      (n) =>
        `${n.Description?.Hostname} ${n.Status.State} ${n.ManagerStatus?.Leader ? 'leader' : (n.ManagerStatus?.Reachability ?? '')}`,
    );

describe('a swarm of five', () => {
  it('comes together', () => {
    const swarm = threeManagersTwoWorkers('a');
    expect([...swarm.nodes].map(([name, node]) => `${name} ${node.isReady}`)).toEqual([
      'manager1 true',
      'manager2 true',
      'manager3 true',
      'worker1 true',
      'worker2 true',
    ]);
    const expected = [
      'manager1 ready leader',
      'manager2 ready reachable',
      'manager3 ready reachable',
      'worker1 ready ',
      'worker2 ready ',
    ];
    expect(states(swarm, 'manager1')).toEqual(expected);
    expect(states(swarm, 'manager3')).toEqual(expected);
  });

  it('costs little when nothing happens', () => {
    const swarm = threeManagersTwoWorkers('idle');
    swarm.run(5000);
    const before = swarm.world.eventsRun;
    swarm.run(60_000);
    expect((swarm.world.eventsRun - before) / 60).toBeLessThan(30);
  });

  it('elects a new leader when the leader loses power', () => {
    const swarm = threeManagersTwoWorkers('b');
    swarm.crash('manager1');
    const first = swarm.call('manager2', 'listNodes');
    expect(first).toMatchObject({
      ok: false,
      error: { code: 'DeadlineExceeded', message: 'context deadline exceeded' },
    });
    const now = states(swarm, 'manager2');
    expect(now[0]).toBe('manager1 unknown unreachable');
    expect(now.filter((line) => line.endsWith('leader'))).toHaveLength(1);
    swarm.run(40_000);
    expect(states(swarm, 'manager3')[0]).toBe('manager1 down unreachable');
    expect(states(swarm, 'manager3').filter((line) => line.includes(' ready '))).toHaveLength(4);
  });

  it('says what is missing when the quorum is lost', () => {
    const swarm = threeManagersTwoWorkers('c');
    swarm.crash('manager2');
    swarm.crash('manager3');
    swarm.run(45_000);
    expect(swarm.call('manager1', 'listNodes')).toMatchObject({
      ok: false,
      error: {
        code: 'Unknown',
        message: expect.stringContaining('The swarm does not have a leader.') as string,
      },
    });
  });

  it('marks a worker that lost power down after three missed heartbeats', () => {
    const swarm = threeManagersTwoWorkers('d');
    swarm.run(10_000);
    swarm.crash('worker1');
    const at = swarm.world.nowMs;
    let downAfter = 0;
    for (let i = 0; i < 200 && downAfter === 0; i++) {
      swarm.run(100);
      if (states(swarm, 'manager1').includes('worker1 down ')) downAfter = swarm.world.nowMs - at;
    }
    expect(downAfter).toBeGreaterThan(8_000);
    expect(downAfter).toBeLessThan(17_000);
  });

  it('promotes and demotes', () => {
    const swarm = threeManagersTwoWorkers('e');
    const worker = swarm.value<NodeWithStatus[]>('manager1', 'listNodes')[3] as NodeWithStatus;
    swarm.value('manager1', 'updateNode', {
      NodeID: worker.ID,
      Version: worker.Version.Index,
      Spec: { ...worker.Spec, Role: 'manager' },
    });
    swarm.run(3000);
    expect(states(swarm, 'worker1')[3]).toBe('worker1 ready reachable');
    const leader = swarm.value<NodeWithStatus[]>('manager2', 'listNodes')[0] as NodeWithStatus;
    swarm.value('manager2', 'updateNode', {
      NodeID: leader.ID,
      Version: leader.Version.Index,
      Spec: { ...leader.Spec, Role: 'worker' },
    });
    swarm.run(12_000);
    const after = states(swarm, 'manager2');
    expect(after[0]).toBe('manager1 ready ');
    expect(after.filter((line) => line.endsWith('leader'))).toHaveLength(1);
    expect(swarm.node('manager1').node.manager).toBeUndefined();
  });

  it('comes back after a power cut of everybody', () => {
    const swarm = threeManagersTwoWorkers('f');
    for (const name of swarm.nodes.keys()) swarm.crash(name);
    swarm.run(5000);
    let i = 1;
    for (const [name, { machine }] of swarm.nodes) {
      machine.powerOn();
      swarm.boot(name, `10.1.0.${i++}`);
    }
    swarm.run(60_000);
    expect(states(swarm, 'manager1').filter((line) => line.includes(' ready '))).toHaveLength(5);
  });

  it('is ready as a worker when it was demoted while it was away', () => {
    const swarm = threeManagersTwoWorkers('i');
    const manager = swarm.value<NodeWithStatus[]>('manager1', 'listNodes')[2] as NodeWithStatus;
    swarm.crash('manager3');
    swarm.run(3000);
    swarm.value('manager1', 'updateNode', {
      NodeID: manager.ID,
      Version: manager.Version.Index,
      Spec: { ...manager.Spec, Role: 'worker' },
    });
    swarm.run(10_000);
    swarm.node('manager3').machine.powerOn();
    swarm.boot('manager3', '10.1.0.3');
    swarm.run(30_000);
    expect(swarm.node('manager3').isReady).toBe(true);
    expect(swarm.node('manager3').node.manager).toBeUndefined();
  });

  it('takes back a manager that went down before it had its first entry', () => {
    const swarm = threeManagersTwoWorkers('h');
    const worker = swarm.value<NodeWithStatus[]>('manager1', 'listNodes')[3] as NodeWithStatus;
    swarm.value('manager1', 'updateNode', {
      NodeID: worker.ID,
      Version: worker.Version.Index,
      Spec: { ...worker.Spec, Role: 'manager' },
    });
    const { disk } = swarm.node('worker1').machine;
    while (disk.read('swarm/raft/header') === undefined) swarm.world.step(swarm.world.nowMs + 1000);
    swarm.crash('worker1');
    swarm.run(3000);
    swarm.node('worker1').machine.powerOn();
    swarm.boot('worker1', '10.1.0.4');
    swarm.run(30_000);
    const { applied } = swarm.node('worker1').node.manager?.raft?.status() ?? { applied: 0 };
    expect(applied).toBeGreaterThan(0);
    expect(states(swarm, 'manager1')[3]).toBe('worker1 ready reachable');
  });

  it('refuses a wrong token', () => {
    const swarm = new TestSwarm('g');
    swarm.add('manager1', '10.1.0.1');
    swarm.run(2000);
    const token =
      'SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-7p73s1dx5in4tatdymyhg9hu2';
    swarm.add('worker1', '10.1.0.2', { addr: '10.1.0.1:2377', token });
    swarm.run(9000);
    expect(swarm.node('worker1').exit).toBeUndefined();
    swarm.run(2000);
    expect(swarm.node('worker1').exit).toEqual({
      kind: 'failed',
      message:
        'remote CA does not match fingerprint. Expected: 9529c6f3c5558ac3ec02b338a52d3c5434e0835a8af6f1e124649e87afaa2fb5',
    });
  });
});
