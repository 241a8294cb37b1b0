import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/swarm/api/index.ts';
import { NodeInfo } from '../../../src/swarm/scheduler/nodeinfo.ts';
import { Pipeline } from '../../../src/swarm/scheduler/pipeline.ts';
import {
  CPU,
  GIGABYTE,
  network,
  node,
  task,
  taskSpec,
  type NodeOptions,
} from '../../builders/index.ts';

const info = (options: NodeOptions = {}, tasks: readonly Task[] = []): NodeInfo => {
  const made = new NodeInfo(node('n1', options));
  for (const t of tasks) made.addTask(t);
  return made;
};

const reserving = (cpus: number, gigabytes: number): Partial<Task> => ({
  Spec: taskSpec({
    Resources: { Reservations: { NanoCPUs: cpus * CPU, MemoryBytes: gigabytes * GIGABYTE } },
  }),
});
const placed = (placement: NonNullable<Task['Spec']['Placement']>): Partial<Task> => ({
  Spec: taskSpec({ Placement: placement }),
});
const hostPort = (
  port: number,
  protocol: 'tcp' | 'udp' = 'tcp',
  mode: 'host' | 'ingress' = 'host',
): Partial<Task> => ({
  Endpoint: {
    Spec: {},
    Ports: [{ Protocol: protocol, TargetPort: 80, PublishedPort: port, PublishMode: mode }],
  },
});
const onNetwork = (driver: string): Partial<Task> => ({
  NetworksAttachments: [
    { Network: { ...network('net'), DriverState: { Name: driver } }, Addresses: [] },
  ],
});
const withVolume = (driver: string): Partial<Task> => ({
  Spec: taskSpec({
    ContainerSpec: {
      Image: 'nginx',
      Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { DriverConfig: { Name: driver } } }],
    },
  }),
});
const withLog = (driver: string): Partial<Task> => ({
  Spec: taskSpec({ LogDriver: { Name: driver } }),
});

type Row = readonly [what: string, of: Partial<Task>, on: NodeInfo, refusal: string | undefined];

const READY = 'not available for new tasks';
const RESOURCES = 'insufficient resources';
const PLUGIN = 'missing plugin';
const CONSTRAINTS = 'scheduling constraints not satisfied';
const PLATFORM = 'unsupported platform';
const PORT = 'host-mode port already in use';

describe('filters', () => {
  it.each<Row>([
    ['a ready node', {}, info(), undefined],
    ['a node that is down', {}, info({ state: 'down' }), `1 node ${READY}`],
    ['a node that is unknown', {}, info({ state: 'unknown' }), `1 node ${READY}`],
    ['a node that is disconnected', {}, info({ state: 'disconnected' }), `1 node ${READY}`],
    ['a paused node', {}, info({ availability: 'pause' }), `1 node ${READY}`],
    ['a drained node', {}, info({ availability: 'drain' }), `1 node ${READY}`],
    ['all of its CPUs and memory', reserving(2, 4), info(), undefined],
    ['too many CPUs', reserving(2.5, 0), info(), `${RESOURCES} on 1 node`],
    ['too much memory', reserving(0, 5), info(), `${RESOURCES} on 1 node`],
    [
      'what another task reserves',
      reserving(1, 3),
      info({}, [task('o', reserving(1, 2))]),
      `${RESOURCES} on 1 node`,
    ],
    [
      'limits only',
      { Spec: taskSpec({ Resources: { Limits: { MemoryBytes: 99 * GIGABYTE } } }) },
      info(),
      undefined,
    ],
    ['an overlay network', onNetwork('overlay'), info(), undefined],
    ['a network driver that is missing', onNetwork('weave'), info(), `${PLUGIN} on 1 node`],
    [
      'a driver with the latest tag',
      onNetwork('weave'),
      info({ plugins: [{ Type: 'Network', Name: 'weave:latest' }] }),
      undefined,
    ],
    [
      'a driver with another tag',
      onNetwork('weave'),
      info({ plugins: [{ Type: 'Network', Name: 'weave:1' }] }),
      `${PLUGIN} on 1 node`,
    ],
    ['a local volume', withVolume('local'), info(), undefined],
    ['a volume driver that is missing', withVolume('nfs'), info(), `${PLUGIN} on 1 node`],
    ['a log driver that is there', withLog('json-file'), info(), undefined],
    ['a log driver that is missing', withLog('gelf'), info(), `${PLUGIN} on 1 node`],
    ['log driver none', withLog('none'), info(), undefined],
    ['a log driver, on a node that lists none', withLog('gelf'), info({ plugins: [] }), undefined],
    [
      'a constraint',
      placed({ Constraints: ['node.labels.a==b'] }),
      info(),
      `${CONSTRAINTS} on 1 node`,
    ],
    [
      'a constraint that holds',
      placed({ Constraints: ['node.labels.a==b'] }),
      info({ labels: { a: 'b' } }),
      undefined,
    ],
    [
      'amd64 on x86_64',
      placed({ Platforms: [{ Architecture: 'amd64', OS: 'linux' }] }),
      info(),
      undefined,
    ],
    [
      'arm64 on aarch64',
      placed({ Platforms: [{ Architecture: 'arm64', OS: 'linux' }] }),
      info({ arch: 'aarch64' }),
      undefined,
    ],
    ['any architecture', placed({ Platforms: [{ OS: 'linux' }] }), info(), undefined],
    [
      'another architecture',
      placed({ Platforms: [{ Architecture: 'arm64', OS: 'linux' }] }),
      info(),
      `${PLATFORM} on 1 node`,
    ],
    [
      'another OS',
      placed({ Platforms: [{ Architecture: 'amd64', OS: 'windows' }] }),
      info(),
      `${PLATFORM} on 1 node`,
    ],
    ['a host port that is free', hostPort(80), info({}, [task('o', hostPort(81))]), undefined],
    ['a host port in use', hostPort(80), info({}, [task('o', hostPort(80))]), `${PORT} on 1 node`],
    [
      'the same port of another protocol',
      hostPort(53, 'udp'),
      info({}, [task('o', hostPort(53))]),
      undefined,
    ],
    [
      'a port of the mesh',
      hostPort(80, 'tcp', 'ingress'),
      info({}, [task('o', hostPort(80, 'tcp', 'ingress'))]),
      undefined,
    ],
    [
      'one copy more than allowed',
      placed({ MaxReplicas: 1 }),
      info({}, [task('o')]),
      'max replicas per node limit exceed',
    ],
    ['as many copies as allowed', placed({ MaxReplicas: 2 }), info({}, [task('o')]), undefined],
    [
      'copies that are on their way out',
      placed({ MaxReplicas: 1 }),
      info({}, [task('o', { DesiredState: 'shutdown' })]),
      undefined,
    ],
  ])('%s', (_what, of, on, refusal) => {
    const pipeline = new Pipeline();
    pipeline.setTask(task('new', of));
    expect(pipeline.reason(on)).toBe(refusal);
    expect(pipeline.process(on)).toBe(refusal === undefined);
    expect(pipeline.explain()).toBe(refusal ?? '');
  });

  it('blames the first filter only', () => {
    const pipeline = new Pipeline();
    pipeline.setTask(task('new', { ...reserving(9, 9), ...onNetwork('weave') }));
    pipeline.process(info({ state: 'down' }));
    pipeline.process(info());
    expect(pipeline.explain()).toBe(
      '1 node not available for new tasks; insufficient resources on 1 node',
    );
  });

  it('tells the most frequent reason first, and forgets all when a node passes', () => {
    const pipeline = new Pipeline();
    pipeline.setTask(task('new', placed({ Constraints: ['node.labels.a==b'] })));
    pipeline.process(info({ state: 'down' }));
    for (let i = 0; i < 3; i++) pipeline.process(info());
    expect(pipeline.explain()).toBe(
      'scheduling constraints not satisfied on 3 nodes; 1 node not available for new tasks',
    );
    pipeline.process(info({ labels: { a: 'b' } }));
    expect(pipeline.explain()).toBe('');
  });
});

describe('node info', () => {
  it('takes and gives back resources, ports and counts', () => {
    const t = task('t', { ...reserving(1, 1), ...hostPort(80) });
    const n = info({}, [t]);
    expect([n.nanoCPUs, n.memoryBytes, n.activeTasksCount, n.activeTasksOf('service')]).toEqual([
      CPU,
      3 * GIGABYTE,
      1,
      1,
    ]);
    n.addTask({ ...t, DesiredState: 'shutdown' });
    // It no longer counts, but what it reserved is still its own.
    expect([
      n.nanoCPUs,
      n.activeTasksCount,
      n.activeTasksOf('service'),
      n.usesHostPort('80/tcp'),
    ]).toEqual([CPU, 0, 0, true]);
    expect(n.removeTask(t)).toBe(true);
    expect([n.nanoCPUs, n.memoryBytes, n.activeTasksCount, n.usesHostPort('80/tcp')]).toEqual([
      2 * CPU,
      4 * GIGABYTE,
      0,
      false,
    ]);
    expect(n.removeTask(t)).toBe(false);
  });

  it('keeps what is reserved when the node changes', () => {
    const n = info({}, [task('t', reserving(1, 1))]);
    n.setNode(node('n1', { cpus: 8 }));
    expect([n.nanoCPUs, n.memoryBytes]).toEqual([7 * CPU, 3 * GIGABYTE]);
  });

  it('forgets failures after five minutes', () => {
    const n = info();
    n.taskFailed(task('t'), 1000);
    n.taskFailed(task('t'), 2000);
    expect(n.countRecentFailures('service/0', 2000)).toBe(2);
    expect(n.countRecentFailures('service/0', 301_500)).toBe(1);
    expect(n.countRecentFailures('service/0', 302_001)).toBe(0);
    expect(n.countRecentFailures('service/1', 2000)).toBe(0);
  });
});
