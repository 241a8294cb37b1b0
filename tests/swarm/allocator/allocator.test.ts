import { describe, expect, it } from 'vitest';
import { World } from '../../../src/sim/index.ts';
import {
  Allocator,
  ingressNetworkSpec,
  predefinedNetworkSpec,
} from '../../../src/swarm/allocator/index.ts';
import type { NetworkSpec, PortConfig, Service, Task } from '../../../src/swarm/api/index.ts';
import type { Store, Transaction } from '../../../src/swarm/store/index.ts';
import {
  cluster,
  localStore,
  network,
  node,
  service,
  task,
  taskSpec,
  type ServiceOptions,
} from '../../builders/index.ts';

class Bench {
  readonly world = new World('allocator');
  readonly store: Store = localStore(this.world);
  allocator = new Allocator({ store: this.store, world: this.world, name: 'manager1' });

  constructor(options: { readonly ingress?: boolean; readonly pools?: readonly string[] } = {}) {
    this.write((tx) => {
      tx.create('cluster', {
        ...cluster(),
        ...(options.pools ? { DefaultAddrPool: options.pools } : {}),
      });
      if (options.ingress !== false)
        tx.create('network', { ...network('ingress'), Spec: ingressNetworkSpec() });
      tx.create('network', { ...network('host'), Spec: predefinedNetworkSpec('host', 'host') });
    });
    this.allocator.start();
    this.run();
  }

  write(write: (tx: Transaction) => void): void {
    this.store.update('test', write, (result) => {
      if (!result.ok) throw new Error(result.error.message);
    });
  }

  run(ms = 10): void {
    this.world.runUntil(this.world.nowMs + ms);
  }

  network(name: string, spec: Partial<NetworkSpec> = {}): void {
    this.write((tx) => tx.create('network', network(name, spec)));
    this.run();
  }

  subnet(name: string): string | undefined {
    return this.store.get('network', `${name}-id`)?.IPAMOptions?.Configs?.[0]?.Subnet;
  }

  service(
    name: string,
    options: ServiceOptions & {
      readonly networks?: readonly string[];
      readonly ports?: readonly PortConfig[];
      readonly mode2?: 'vip' | 'dnsrr';
    } = {},
  ): Service {
    const made = service(name, {
      ...options,
      template: {
        Networks: (options.networks ?? []).map((n) => ({ Target: `${n}-id`, Aliases: [name] })),
      },
      spec: {
        EndpointSpec: {
          Mode: options.mode2 ?? 'vip',
          ...(options.ports ? { Ports: options.ports } : {}),
        },
      },
    });
    this.write((tx) => tx.create('service', made));
    this.run();
    return this.get(name);
  }

  get(name: string): Service {
    return this.store.get('service', `${name}-id`)!;
  }

  change(name: string, change: (s: Service) => Service): Service {
    this.write((tx) => tx.update('service', change(tx.get('service', `${name}-id`)!)));
    this.run();
    return this.get(name);
  }

  /** A new task of the service, as the orchestrator makes it. */
  task(id: string, of: string, options: Partial<Task> = {}): Task {
    const owner = this.get(of);
    this.write((tx) =>
      tx.create(
        'task',
        task(id, {
          ServiceID: owner.ID,
          Spec: owner.Spec.TaskTemplate,
          Status: { State: 'new', Timestamp: '', Message: 'created', PortStatus: {} },
          ...options,
        }),
      ),
    );
    this.run();
    return this.store.get('task', id)!;
  }

  /** The task's status moves on. */
  report(id: string, state: Task['Status']['State'], nodeID?: string): void {
    this.write((tx) => {
      const old = tx.get('task', id)!;
      tx.update('task', {
        ...old,
        NodeID: nodeID ?? old.NodeID,
        Status: { ...old.Status, State: state },
      });
    });
    this.run();
  }

  addresses(id: string): readonly string[] {
    return (this.store.get('task', id)?.NetworksAttachments ?? []).flatMap((a) => [...a.Addresses]);
  }

  trace(kind: string): readonly Readonly<Record<string, unknown>>[] {
    return this.world.trace
      .since(0)
      .filter((e) => e.kind === kind)
      .map((e) => e.data);
  }

  restart(): void {
    this.allocator.stop();
    this.allocator = new Allocator({ store: this.store, world: this.world, name: 'manager1' });
    this.allocator.start();
    this.run();
  }
}

const vips = (s: Service): readonly string[] => (s.Endpoint?.VirtualIPs ?? []).map((v) => v.Addr);
const published = (s: Service): readonly (number | undefined)[] =>
  (s.Endpoint?.Ports ?? []).map((p) => p.PublishedPort);
const port = (
  target: number,
  publishedPort?: number,
  mode: 'ingress' | 'host' = 'ingress',
): PortConfig => ({
  Protocol: 'tcp',
  TargetPort: target,
  PublishMode: mode,
  ...(publishedPort === undefined ? {} : { PublishedPort: publishedPort }),
});

describe('networks', () => {
  it('get the next subnet, its gateway and a VXLAN ID, ingress first', () => {
    const b = new Bench();
    b.network('one');
    b.network('two');
    expect(['ingress', 'one', 'two'].map((n) => b.subnet(n))).toEqual([
      '10.0.0.0/24',
      '10.0.1.0/24',
      '10.0.2.0/24',
    ]);
    expect(b.store.get('network', 'one-id')).toMatchObject({
      DriverState: {
        Name: 'overlay',
        Options: { 'com.docker.network.driver.overlay.vxlanid_list': '4097' },
      },
      IPAMOptions: {
        Driver: { Name: 'default' },
        Configs: [{ Subnet: '10.0.1.0/24', Gateway: '10.0.1.1' }],
      },
    });
    expect(b.trace('network.allocated')).toHaveLength(3);
  });

  it('get what they ask for', () => {
    const b = new Bench();
    b.network('own', {
      IPAMOptions: { Configs: [{ Subnet: '172.30.0.0/16', Gateway: '172.30.0.254' }] },
    });
    expect(b.store.get('network', 'own-id')?.IPAMOptions?.Configs).toEqual([
      { Subnet: '172.30.0.0/16', Gateway: '172.30.0.254' },
    ]);
    expect(vips(b.service('web', { networks: ['own'] }))).toEqual(['172.30.0.1/16']);
  });

  it('get nothing that overlaps', () => {
    const b = new Bench();
    b.network('own', { IPAMOptions: { Configs: [{ Subnet: '10.0.0.0/16' }] } });
    expect(b.subnet('own')).toBeUndefined();
    expect(b.trace('allocator.failed')).toEqual([
      {
        networkID: 'own-id',
        name: 'own',
        why: 'Pool overlaps with other one on this address space',
      },
    ]);
  });

  it('wait when the pools are exhausted, until one is removed', () => {
    const b = new Bench({ pools: ['20.0.0.0/23'] });
    b.network('one');
    b.network('two');
    expect(b.subnet('two')).toBeUndefined();
    expect(b.trace('allocator.failed')[0]).toMatchObject({
      why: 'all predefined address pools have been fully subnetted',
    });
    b.write((tx) => tx.remove('network', 'one-id'));
    b.run();
    expect(b.subnet('two')).toBe('20.0.1.0/24');
  });

  it('of each node itself get no addresses', () => {
    const b = new Bench();
    const host = b.store.get('network', 'host-id');
    expect(host?.DriverState).toEqual({ Name: 'host' });
    expect(host?.IPAMOptions).toBeUndefined();
    expect(vips(b.service('web', { networks: ['host'] }))).toEqual([]);
    expect(b.task('t', 'web')).toMatchObject({
      Status: { State: 'pending' },
      NetworksAttachments: [{ Network: { ID: 'host-id' }, Addresses: [] }],
    });
  });
});

describe('addresses', () => {
  it('go to gateway, virtual IP, tasks and node endpoints in this order', () => {
    const b = new Bench();
    b.write((tx) => tx.create('node', node('n1')));
    b.network('net');
    expect(vips(b.service('web', { networks: ['net'] }))).toEqual(['10.0.1.2/24']);
    for (const id of ['a', 'b', 'c']) b.task(id, 'web');
    expect(['a', 'b', 'c'].flatMap((id) => b.addresses(id))).toEqual([
      '10.0.1.3/24',
      '10.0.1.4/24',
      '10.0.1.5/24',
    ]);
    b.report('a', 'assigned', 'n1');
    expect(b.store.get('node', 'n1')?.Attachments).toEqual([
      { NetworkID: 'ingress-id', Addresses: ['10.0.0.2/24'] },
      { NetworkID: 'net-id', Addresses: ['10.0.1.6/24'] },
    ]);
    b.report('a', 'shutdown');
    expect(b.store.get('node', 'n1')?.Attachments).toEqual([
      { NetworkID: 'ingress-id', Addresses: ['10.0.0.2/24'] },
    ]);
    b.task('d', 'web');
    expect(b.addresses('d')).toEqual(['10.0.1.7/24']);
  });

  it('in the mesh come first', () => {
    const b = new Bench();
    b.network('net');
    expect(vips(b.service('web', { networks: ['net'], ports: [port(80, 8080)] }))).toEqual([
      '10.0.0.2/24',
      '10.0.1.2/24',
    ]);
    b.task('t', 'web');
    expect(b.addresses('t')).toEqual(['10.0.0.3/24', '10.0.1.3/24']);
    const attachment = b.store.get('task', 't')?.NetworksAttachments?.[1];
    expect(attachment?.Aliases).toEqual(['web']);
    expect(b.store.get('task', 't')?.Endpoint).toEqual(b.get('web').Endpoint);
  });

  it('are not given where none are needed', () => {
    const b = new Bench();
    b.network('net');
    expect(b.service('plain').Endpoint).toBeUndefined();
    expect(vips(b.service('rr', { networks: ['net'], mode2: 'dnsrr' }))).toEqual([]);
    expect(b.task('p', 'plain')).toMatchObject({
      Status: { State: 'pending', Message: 'pending task scheduling' },
    });
    expect(b.addresses('p')).toEqual([]);
    b.task('r', 'rr');
    expect(b.addresses('r')).toEqual(['10.0.1.2/24']);
  });

  it('follow the networks of a service', () => {
    const b = new Bench();
    b.network('one');
    b.network('two');
    b.service('web', { networks: ['one'] });
    const on =
      (...names: string[]) =>
      (s: Service): Service => ({
        ...s,
        Spec: {
          ...s.Spec,
          TaskTemplate: taskSpec({ Networks: names.map((n) => ({ Target: `${n}-id` })) }),
        },
      });
    expect(vips(b.change('web', on('one', 'two')))).toEqual(['10.0.1.2/24', '10.0.2.2/24']);
    expect(vips(b.change('web', on('two')))).toEqual(['10.0.2.2/24']);
    expect(vips(b.change('web', on()))).toEqual([]);
  });

  it('when exhausted make tasks wait until one is given back', () => {
    const b = new Bench();
    b.network('tiny', { IPAMOptions: { Configs: [{ Subnet: '172.30.0.0/29' }] } });
    b.service('web', { networks: ['tiny'] });
    for (let i = 0; i < 5; i++) b.task(`t${i}`, 'web');
    const states = (): string =>
      b.store
        .list('task')
        .map((t) => t.Status.State)
        .join(' ');
    expect(states()).toBe('pending pending pending pending new');
    b.report('t1', 'failed');
    expect(states()).toBe('pending failed pending pending pending');
    expect(b.addresses('t4')).toEqual(['172.30.0.4/29']);
  });

  it('are known to a new leader', () => {
    const b = new Bench();
    b.write((tx) => tx.create('node', node('n1')));
    b.network('net');
    b.service('web', { networks: ['net'], ports: [port(80)] });
    b.task('t', 'web');
    b.report('t', 'running', 'n1');
    const before = b.store.save();
    b.restart();
    expect(b.store.save()).toEqual(before);
    b.service('db', { networks: ['net'], ports: [port(81)] });
    b.task('u', 'db');
    const all = [
      ...vips(b.get('web')),
      ...vips(b.get('db')),
      ...b.addresses('t'),
      ...b.addresses('u'),
      ...b.store.get('node', 'n1')!.Attachments.flatMap((a) => a.Addresses),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(published(b.get('db'))).toEqual([30001]);
    b.network('next');
    expect(b.subnet('next')).toBe('10.0.2.0/24');
  });
});

describe('ports', () => {
  it('are chosen upwards from 30000 and not given twice', () => {
    const b = new Bench();
    expect(published(b.service('a', { ports: [port(80)] }))).toEqual([30000]);
    expect(published(b.service('b', { ports: [port(81, 30001), port(80), port(82)] }))).toEqual([
      30001, 30002, 30003,
    ]);
    b.write((tx) => tx.remove('service', 'a-id'));
    b.run();
    expect(published(b.service('c', { ports: [port(80)] }))).toEqual([30004]);
  });

  it('stay as long as target and protocol do', () => {
    const b = new Bench();
    b.service('web', { ports: [port(80)] });
    const ports =
      (...list: PortConfig[]) =>
      (s: Service): Service => ({
        ...s,
        Spec: { ...s.Spec, EndpointSpec: { Mode: 'vip', Ports: list } },
      });
    expect(
      published(b.change('web', (s) => ({ ...s, Spec: { ...s.Spec, Labels: { a: 'b' } } }))),
    ).toEqual([30000]);
    expect(published(b.change('web', ports(port(80), port(443, 8443))))).toContain(8443);
    expect(published(b.change('web', ports(port(80, 9000))))).toEqual([9000]);
    expect(vips(b.change('web', ports()))).toEqual([]);
    expect(b.get('web').Endpoint?.Ports).toBeUndefined();
  });

  it('of another protocol are other ports', () => {
    const b = new Bench();
    b.service('a', { ports: [port(53, 53)] });
    expect(published(b.service('b', { ports: [{ ...port(53, 53), Protocol: 'udp' }] }))).toEqual([
      53,
    ]);
  });

  it('in use make the service wait', () => {
    const b = new Bench();
    b.service('a', { ports: [port(80, 8080)] });
    b.service('b', { ports: [port(80, 8080)] });
    expect(b.get('b').Endpoint).toBeUndefined();
    expect(b.task('t', 'b').Status.State).toBe('new');
    b.write((tx) => tx.remove('service', 'a-id'));
    b.run();
    expect(published(b.get('b'))).toEqual([8080]);
    expect(b.store.get('task', 't')?.Status.State).toBe('pending');
  });

  it('on the nodes themselves need no virtual IP', () => {
    const b = new Bench({ ingress: false });
    const s = b.service('web', { ports: [port(80, 80, 'host')] });
    expect(s.Endpoint).toMatchObject({ Ports: [{ PublishedPort: 80, PublishMode: 'host' }] });
    expect(vips(s)).toEqual([]);
    const changed = b.change('web', (old) => ({
      ...old,
      Spec: { ...old.Spec, EndpointSpec: { Ports: [port(80, 81, 'host')] } },
    }));
    expect(published(changed)).toEqual([81]);
  });

  it('through the mesh wait for an ingress network', () => {
    const b = new Bench({ ingress: false });
    b.service('web', { ports: [port(80, 80)] });
    expect(b.trace('allocator.failed')[0]).toMatchObject({ why: 'ingress network is missing' });
  });
});
