import { describe, expect, it } from 'vitest';
import { ClusterLab, type Json } from './lab.ts';

const NOT_IN_SWARM =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
const NO_LEADER =
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.";

describe('init', () => {
  it('refuses addresses that are none', () => {
    const lab = new ClusterLab('addresses', '20.10.24');
    expect(lab.nodes('manager1')).toBe(NOT_IN_SWARM);
    expect(lab.init('manager1', { AdvertiseAddr: 'not-an-ip' })).toBe(
      'advertise address must be a non-zero IP address or network interface (with optional port number)',
    );
    expect(lab.init('manager1', { ListenAddr: '1.2.3.4.5' })).toBe(
      'listen address must be an IP address or network interface (with optional port number)',
    );
    expect(lab.init('manager1', { ListenAddr: '10.9.9.9' })).toBe(
      'manager stopped: failed to listen on remote API address: listen tcp 10.9.9.9:2377: bind: cannot assign requested address',
    );
    expect(lab.init('manager1', { DataPathAddr: 'eth7' })).toBe(
      'data path address must be a non-zero IP address or network interface (without a port number)',
    );
    expect(lab.init('manager1', { DataPathPort: 80 })).toBe(
      'Datapath port number is not in valid range (1024-49151) : 80',
    );
    expect(lab.init('manager1', { AdvertiseAddr: '10.9.9.9' })).toMatch(/^[0-9a-z]{25}$/);
  });

  it('makes this node the leader of a new swarm', () => {
    const lab = new ClusterLab('init');
    const id = lab.init('manager1');
    expect(id).toMatch(/^[0-9a-z]{25}$/);
    expect(lab.nodes('manager1')).toEqual(['manager1 ready leader']);
    expect(lab.init('manager1')).toBe(
      'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
    );
    expect(lab.token('manager1', 'Worker')).toMatch(/^SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}$/);
    expect(lab.world.nowMs).toBeLessThan(1000);
  });

  it('forgets everything when the last manager leaves', () => {
    const lab = new ClusterLab('leave');
    lab.init('manager1');
    const leave = (isForced: boolean): unknown =>
      lab.ask<void>((done) => lab.cluster('manager1').leave(isForced, done));
    expect(leave(false)).toBe(
      'You are attempting to leave the swarm on a node that is participating as a manager. Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. ',
    );
    expect(leave(true)).toBeUndefined();
    expect(leave(true)).toBe('This node is not part of a swarm');
    expect(lab.nodes('manager1')).toBe(NOT_IN_SWARM);
    expect(lab.init('manager1')).toMatch(/^[0-9a-z]{25}$/);
  });
});

describe('join', () => {
  it('answers as Docker does when it cannot', () => {
    const lab = new ClusterLab('join', '20.10.24');
    lab.init('manager1');
    const timed = (token: string, remote: string): [unknown, number] => {
      const before = lab.world.nowMs;
      return [
        lab.joinWith('worker1', token, remote),
        Math.round((lab.world.nowMs - before) / 1000),
      ];
    };
    expect(timed('', '192.168.99.100:2377')).toEqual([
      'rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster',
      10,
    ]);
    expect(timed('abcdef', '192.168.99.100:2377')).toEqual(['invalid join token', 0]);
    expect(timed(lab.token('manager1', 'Worker'), '192.168.99.100:2378')).toEqual([
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp 192.168.99.100:2378: connect: connection refused"',
      10,
    ]);
    expect(timed(lab.token('manager1', 'Worker'), 'nosuchhost:2377')).toEqual([
      'could not find local IP address: dial udp: lookup nosuchhost on 192.168.99.1:53: no such host',
      0,
    ]);
    expect(timed(lab.token('manager1', 'Worker'), '192.168.99.100')).toEqual([undefined, 0]);
    expect(lab.join('worker1', 'Worker')).toBe(
      'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
    );
    expect(lab.nodes('worker1')).toBe(
      "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.",
    );
  });

  it('times out after 20 s when the other side has no quorum', () => {
    const lab = new ClusterLab('join without quorum');
    lab.init('manager1');
    lab.join('manager2', 'Manager');
    const token = lab.token('manager1', 'Worker');
    expect(lab.ask<void>((done) => lab.cluster('manager2').leave(false, done))).toContain(
      'Removing this node leaves 1 managers out of 2.',
    );
    lab.ask<void>((done) => lab.cluster('manager2').leave(true, done));
    const before = lab.world.nowMs;
    expect(lab.joinWith('manager2', token, '192.168.99.100:2377')).toContain(
      'Timeout was reached before node joined.',
    );
    expect(lab.world.nowMs - before).toBe(20_000);
  });
});

describe('five nodes', () => {
  it('run a service', () => {
    const lab = ClusterLab.five('service');
    expect(lab.nodes('manager2')).toEqual([
      'manager1 ready leader',
      'manager2 ready reachable',
      'manager3 ready reachable',
      'worker1 ready -',
      'worker2 ready -',
    ]);
    expect(lab.service('manager2', 'web', 3)).toMatchObject({ ID: expect.any(String) as string });
    expect(lab.service('manager2', 'web', 3)).toBe(
      'rpc error: code = AlreadyExists desc = name conflicts with an existing object: service web already exists',
    );
    lab.run(3000);
    expect(lab.tasks('manager3')).toEqual([
      '1 running running',
      '2 running running',
      '3 running running',
    ]);
  });

  it('go on after the leader lost power, and take it back', () => {
    const lab = ClusterLab.five('failover');
    lab.service('manager1', 'web', 3);
    lab.run(3000);
    lab.host('manager1').machine.powerOff();
    expect(lab.nodes('manager2')).toBe(
      'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    );
    lab.run(40_000);
    expect(lab.nodes('manager2')).toContain('manager1 down unreachable');
    lab.host('manager1').machine.powerOn();
    // The others' lines to it hang until TCP sends again, up to as long after as it was away.
    lab.run(120_000);
    expect(lab.nodes('manager1')).toContain('manager1 ready reachable');
    expect(lab.service('manager1', 'more', 2)).toMatchObject({ ID: expect.any(String) as string });
  });

  it('say so when there is no quorum, and can be forced to begin anew', () => {
    const lab = ClusterLab.five('quorum');
    lab.service('manager1', 'web', 2);
    lab.run(3000);
    lab.host('manager2').machine.powerOff();
    lab.host('manager3').machine.powerOff();
    lab.run(45_000);
    expect(lab.nodes('manager1')).toBe(NO_LEADER);
    let info: unknown;
    lab.cluster('manager1').info((value) => {
      info = value;
    });
    lab.run(100);
    expect(info).toMatchObject({
      LocalNodeState: 'active',
      ControlAvailable: true,
      Error: NO_LEADER,
    });
    expect(lab.ask<void>((done) => lab.cluster('manager1').leave(false, done))).toBe(
      'You are attempting to leave the swarm on a node that is participating as a manager. The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. Use `--force` to suppress this message.',
    );
    const id = lab.cluster('manager1').nodeID;
    expect(lab.init('manager1', { ForceNewCluster: true })).toBe(id);
    lab.run(50_000);
    expect(lab.nodes('manager1')).toEqual([
      'manager1 ready leader',
      'manager2 down -',
      'manager3 down -',
      'worker1 ready -',
      'worker2 ready -',
    ]);
    const demote = lab.ask<void>((done) =>
      lab.cluster('manager1').nodes.get('manager2', (found) => {
        if (!found.ok) return done(found);
        const { Version, Spec } = found.value as { Version: { Index: number }; Spec: Json };
        lab
          .cluster('manager1')
          .nodes.update('manager2', Version.Index, { ...Spec, Role: 'worker' }, done);
      }),
    );
    expect(demote).toBe("rpc error: code = NotFound desc = can't find manager in raft memberlist");
    expect(
      lab.ask<void>((done) => lab.cluster('manager1').nodes.remove('manager2', false, done)),
    ).toBeUndefined();
  });
});

describe('autolock', () => {
  it('keeps a restarted manager locked until it gets its key', () => {
    const lab = new ClusterLab('autolock');
    lab.init('manager1', { AutoLockManagers: true });
    lab.join('worker1', 'Worker');
    const key = lab.ask<string>((done) => lab.cluster('manager1').unlockKey(done));
    expect(key).toMatch(/^SWMKEY-1-.{43}$/);
    lab.host('manager1').machine.powerOff();
    lab.run(1000);
    lab.host('manager1').machine.powerOn();
    lab.run(1000);
    expect(lab.nodes('manager1')).toBe(
      'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.',
    );
    expect(lab.cluster('manager1').localState).toBe('locked');
    const unlock = (text: string): unknown =>
      lab.ask<void>((done) => lab.cluster('manager1').unlock(text, done));
    expect(unlock('nonsense')).toBe('invalid key string');
    expect(unlock('SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8')).toBe(
      'swarm could not be unlocked: invalid key provided',
    );
    expect(lab.cluster('manager1').localState).toBe('locked');
    expect(unlock(key)).toBeUndefined();
    expect(lab.nodes('manager1')).toContain('manager1 ready leader');
    expect(unlock(key)).toBe('swarm is not locked');
  });
});

describe('JSON', () => {
  it('has the fields of Docker in its order', () => {
    const lab = new ClusterLab('json');
    lab.init('manager1');
    lab.service('manager1', 'web', 1);
    lab.run(3000);
    const node = lab.ask<Json>((done) =>
      lab.cluster('manager1').nodes.get('manager1', done),
    ) as Json;
    expect(Object.keys(node)).toEqual([
      'ID',
      'Version',
      'CreatedAt',
      'UpdatedAt',
      'Spec',
      'Description',
      'Status',
      'ManagerStatus',
    ]);
    expect(JSON.stringify(node)).toContain(
      '"TLSInfo":{"TrustRoot":"-----BEGIN CERTIFICATE-----\\nMIIBa',
    );
    expect(node).toMatchObject({
      Status: { State: 'ready', Addr: '192.168.99.100' },
      ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '192.168.99.100:2377' },
    });
    const service = lab.ask<Json>((done) =>
      lab.cluster('manager1').services.get('web', true, done),
    ) as { Spec: Json };
    expect(JSON.stringify(service.Spec)).toBe(
      JSON.stringify({
        Name: 'web',
        Labels: {},
        TaskTemplate: {
          ContainerSpec: {
            Image: `nginx:latest@sha256:${'0'.repeat(64)}`,
            StopGracePeriod: 10_000_000_000,
            DNSConfig: {},
            Isolation: 'default',
          },
          Resources: { Limits: {}, Reservations: {} },
          RestartPolicy: { Condition: 'any', Delay: 5_000_000_000, MaxAttempts: 0 },
          Placement: {},
          ForceUpdate: 0,
          Runtime: 'container',
        },
        Mode: { Replicated: { Replicas: 1 } },
        UpdateConfig: {
          Parallelism: 1,
          FailureAction: 'pause',
          Monitor: 5_000_000_000,
          MaxFailureRatio: 0,
          Order: 'stop-first',
        },
        RollbackConfig: {
          Parallelism: 1,
          FailureAction: 'pause',
          Monitor: 5_000_000_000,
          MaxFailureRatio: 0,
          Order: 'stop-first',
        },
      }),
    );
  });
});
