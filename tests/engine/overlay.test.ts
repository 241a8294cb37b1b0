import { beforeAll, describe, expect, it } from 'vitest';
import { GOSSIP_PORT } from '../../src/engine/networks/networkdb.ts';
import { VXLAN_PORT } from '../../src/engine/networks/overlay.ts';
import { TestCluster } from './harness.ts';

const NAMES = ['manager1', 'worker1', 'worker2'];

/** A swarm of three with `net1` (attachable) and `web`: two tasks on net1, published on 8080. */
function swarm(): TestCluster {
  const cluster = new TestCluster(NAMES);
  for (const name of NAMES) for (const image of ['box', 'web']) cluster.engine(name).preload(image);
  expect(
    cluster.api('manager1', 'POST', '/swarm/init', {
      ListenAddr: '0.0.0.0:2377',
      AdvertiseAddr: '192.168.99.100',
      Spec: {},
    }).status,
  ).toBe(200);
  const token = cluster.api('manager1', 'GET', '/swarm').json.JoinTokens.Worker as string;
  for (const name of ['worker1', 'worker2'])
    expect(
      cluster.api(name, 'POST', '/swarm/join', {
        ListenAddr: '0.0.0.0:2377',
        RemoteAddrs: ['192.168.99.100:2377'],
        JoinToken: token,
      }).status,
    ).toBe(200);
  cluster.run(2000);
  expect(
    cluster.api('manager1', 'POST', '/networks/create', {
      Name: 'net1',
      Driver: 'overlay',
      Attachable: true,
    }).status,
  ).toBe(201);
  service(cluster, 'web', 2, {
    EndpointSpec: {
      Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
    },
  });
  cluster.run(8000);
  return cluster;
}

function service(cluster: TestCluster, name: string, replicas: number, extra: object = {}): void {
  const answer = cluster.api('manager1', 'POST', '/services/create', {
    Name: name,
    TaskTemplate: {
      ContainerSpec: { Image: 'web' },
      Networks: [{ Target: 'net1' }],
      ForceUpdate: 0,
    },
    Mode: { Replicated: { Replicas: replicas } },
    ...extra,
  });
  expect(answer.status, answer.text).toBe(201);
}

const box = (cluster: TestCluster, machine: string, name: string): string =>
  cluster.container(machine, {
    name,
    host: { NetworkMode: 'net1' },
    extra: { NetworkingConfig: { EndpointsConfig: { net1: {} } } },
  });

/** Who answers on a published port, as seen from a plain process on `from`. */
function ask(cluster: TestCluster, from: string, address: string): string {
  if (!cluster.engine(from).containers.byName('probe'))
    cluster.container(from, { name: 'probe', host: { NetworkMode: 'host' } });
  return cluster.exec(from, 'probe', ['get', address, '8080']);
}

describe('a service on an overlay network', () => {
  let cluster: TestCluster;
  beforeAll(() => {
    cluster = swarm();
  });

  it('runs its tasks', () => {
    const tasks = cluster.api('manager1', 'GET', '/tasks').json as {
      Status: { State: string; Err?: string };
      Spec: object;
    }[];
    expect(
      tasks
        .filter((task) => 'ContainerSpec' in task.Spec)
        .map((task) => [task.Status.State, task.Status.Err]),
    ).toEqual([
      ['running', undefined],
      ['running', undefined],
    ]);
  });

  it('answers on every node by the routing mesh, one task after the other', () => {
    for (const address of ['192.168.99.100', '192.168.99.101', '192.168.99.102']) {
      const answers = [1, 2, 3, 4].map(() => ask(cluster, 'worker2', address));
      expect(new Set(answers.map((text) => text.split(' ')[0])).size).toBe(2);
      for (const text of answers) expect(text).toMatch(/from 10\.0\.0\.\d+\n$/);
    }
    expect(ask(cluster, 'manager1', '127.0.0.1')).toMatch(/from 10\.0\.0\.2/);
  });

  it('is reached by its virtual IP from a container of another node', () => {
    box(cluster, 'worker2', 'b1');
    const vip = cluster
      .api('manager1', 'GET', '/services/web')
      .json.Endpoint.VirtualIPs.find((one: { Addr: string }) => one.Addr.startsWith('10.0.1.'))
      .Addr.split('/')[0] as string;
    const names = [1, 2].map(() => cluster.exec('worker2', 'b1', ['get', vip]).split(' ')[0]);
    expect(new Set(names).size).toBe(2);
  });

  it('has names: the service, its tasks, the container', () => {
    const sandbox = cluster
      .engine('worker2')
      .networks.sandboxOf(cluster.engine('worker2').containers.get('b1'));
    const lookup = (name: string): readonly string[] =>
      sandbox
        ? (
            cluster
              .engine('worker2')
              .overlays.lookup(sandbox, { dns: 'query', id: 1, name, type: 'A' }) ?? []
          ).map((record) => record.data)
        : [];
    expect(lookup('web')).toHaveLength(1);
    expect(lookup('tasks.web')).toHaveLength(2);
    expect(lookup('b1')).toHaveLength(1);
    expect(lookup('nosuch')).toHaveLength(0);
  });

  it('loses its names when 7946 is cut off for long, and keeps running', () => {
    const cut = swarm();
    box(cut, 'worker2', 'b1');
    const worker2 = cut.engine('worker2');
    const names = (): number =>
      worker2.overlays.services(worker2.networks.overlays?.find('net1')?.id ?? '').length;
    const before = names();
    cut.underlay.addFilter(
      (packet, from, to) =>
        !(packet.destinationPort === GOSSIP_PORT || packet.sourcePort === GOSSIP_PORT) ||
        (from !== 'worker2' && to !== 'worker2'),
    );
    cut.run(20_000);
    expect(before).toBe(3);
    expect(names()).toBe(1);
  });

  it('keeps its names and loses its traffic when 4789 is cut', () => {
    const cut = swarm();
    box(cut, 'worker2', 'b1');
    cut.underlay.addFilter((packet) => packet.destinationPort !== VXLAN_PORT);
    const vip = cut
      .api('manager1', 'GET', '/services/web')
      .json.Endpoint.VirtualIPs.find((one: { Addr: string }) => one.Addr.startsWith('10.0.1.'))
      .Addr.split('/')[0] as string;
    const worker2 = cut.engine('worker2');
    const isLocal = worker2.containers.all().some((container) => container.name.startsWith('web.'));
    const answers = [1, 2].map(() => cut.exec('worker2', 'b1', ['get', vip]));
    expect(answers.filter((text) => text.includes('timed out'))).toHaveLength(isLocal ? 1 : 2);
  });

  it('is gone from names and ports when it is removed', () => {
    cluster.api('manager1', 'DELETE', '/services/web');
    cluster.run(6000);
    expect(ask(cluster, 'worker1', '192.168.99.100')).toContain('refused');
    expect(
      cluster
        .engine('worker1')
        .containers.all()
        .filter((container) => container.name.startsWith('web.')),
    ).toEqual([]);
    expect(cluster.engine('worker1').overlays.find('net1')).toBeUndefined();
  });
});
