import { describe, expect, test } from 'vitest';
import * as queries from '../../../src/lab/checks/queries.ts';
import { machine, node, scope, service, task } from './scopes.ts';

describe('nodes', () => {
  test('the node that is up speaks for a name that stands twice', () => {
    const twice = scope({
      nodes: [node('worker1', { state: 'ready' }), node('worker1', { state: 'down' })],
    });
    expect(queries.nodeState(twice, 'worker1')).toBe('ready');
    const reversed = scope({ nodes: [node('worker1', { state: 'down' }), node('worker1')] });
    expect(queries.nodeState(reversed, 'worker1')).toBe('ready');
  });

  test('role and manager state', () => {
    const three = scope({
      nodes: [
        node('m1', { manager: 'leader' }),
        node('m2', { manager: 'unreachable', state: 'down' }),
        node('w1'),
      ],
    });
    expect(['m1', 'm2', 'w1', 'w9'].map((name) => queries.role(three, name))).toEqual([
      'manager',
      'manager',
      'worker',
      '',
    ]);
    expect(['m1', 'm2', 'w1'].map((name) => queries.managerState(three, name))).toEqual([
      'leader',
      'unreachable',
      '',
    ]);
    expect(queries.ready(three, 'manager')).toEqual(['m1']);
  });

  test('what is not there is empty, never an exception', () => {
    const nothing = scope();
    expect(queries.node(nothing, 'x')).toBeNull();
    expect(queries.service(nothing, 'x')).toBeNull();
    expect(queries.tasksOf(nothing, 'x')).toEqual([]);
    expect(queries.replicas(nothing, 'x')).toBe(-1);
    expect(queries.ports(nothing, 'x')).toEqual([]);
    expect(queries.swarmState(nothing, 'toString')).toBe('');
    expect(queries.hasNetwork(nothing, '__proto__', 'x')).toBe(false);
  });
});

describe('tasks', () => {
  const lost = scope({
    nodes: [node('worker1'), node('worker2', { state: 'down' }), node('worker3')],
    services: [service('web'), service('api')],
    tasks: [
      task('web.1', 'worker1'),
      task('web.2', 'worker3'),
      task('web.3', 'worker2', { desired: 'shutdown' }),
      task('web.3', 'worker3'),
      task('api.1', 'worker1'),
    ],
  });

  test('running leaves out the last report of a lost node', () => {
    expect(queries.places(lost, queries.running(lost, 'web'))).toBe(
      'web.1(worker1), web.2(worker3), web.3(worker3)',
    );
    const unnoticed = scope({ ...lost, tasks: [task('web.3', 'worker2')] });
    expect(queries.running(unnoticed, 'web')).toEqual([]);
  });

  test('replacements tells where a lost slot came up again', () => {
    expect(queries.replacements(lost, 'web', 'worker2')).toEqual(['worker3']);
    expect(queries.replacements(lost, 'web', 'worker1')).toEqual([]);
  });

  test('images are compared without their digests', () => {
    const two = scope({
      nodes: [node('worker1')],
      services: [service('web', { image: 'nginx:1.11@sha256:1' })],
      tasks: [
        task('web.1', 'worker1', { image: 'nginx:1.11@sha256:1' }),
        task('web.2', 'worker1', { image: 'nginx:1.10@sha256:2' }),
      ],
    });
    expect(queries.image(two, 'web')).toBe('nginx:1.11');
    expect(queries.runningImage(two, 'web', 'nginx:1.11')).toHaveLength(1);
  });
});

test("a machine's own containers are those no service made", () => {
  const containers = [
    { State: 'running', Labels: {} },
    { State: 'running', Labels: { 'com.docker.swarm.service.id': 'x' } },
    { State: 'exited', Labels: {} },
  ];
  expect(
    queries.ownContainers(scope({ machines: { m: machine('m', { containers }) } }), 'm'),
  ).toHaveLength(1);
});

test('lookup gives the last answer, so that a scaled service can be asked again', () => {
  const asked = (answers: readonly string[]) => ({
    atMs: 0,
    machine: 'm',
    container: 'box',
    networks: ['net'],
    name: 'tasks.web',
    answers,
  });
  const twice = scope({}, { lookups: [asked(['10.0.1.3']), asked(['10.0.1.3', '10.0.1.4'])] });
  expect(queries.lookup(twice, 'tasks.web')).toEqual(['10.0.1.3', '10.0.1.4']);
});

describe('containers of a machine', () => {
  const web = {
    Id: 'c1',
    Names: ['/web', '/app/web'],
    State: 'running',
    Ports: [
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8011, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8011, Type: 'tcp' },
      { PrivatePort: 443, Type: 'tcp' },
    ],
    NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' }, 'web-net': {} } },
    Mounts: [
      { Type: 'bind', Source: '/home/kevin/log', Destination: '/var/log', RW: false },
      { Type: 'volume', Name: 'data', Source: '', Destination: '/data', RW: true },
    ],
    Inspect: {
      State: { ExitCode: 0, OOMKilled: false },
      HostConfig: {
        Memory: 209_715_200,
        CpusetCpus: '0,3',
        BlkioDeviceWriteBps: [{ Path: '/dev/sda', Rate: 1_048_576 }],
        RestartPolicy: { Name: 'always' },
        Tmpfs: { '/cache': '' },
      },
      RestartCount: 2,
    },
  };
  const oom = {
    Id: 'c2',
    Names: ['/oom'],
    State: 'exited',
    Inspect: { State: { ExitCode: 137, OOMKilled: true } },
  };
  const one = scope({
    machines: {
      local: machine('local', {
        containers: [web, oom],
        images: [{ RepoTags: ['nginx:1.21'] }, { RepoTags: null }],
        volumes: [{ Name: 'data' }],
        file: (path) => (path === '/log' ? 'one\n\ntwo\n' : path === '/folder' ? '' : null),
      }),
    },
  });

  test('what docker ps and docker inspect say', () => {
    expect(queries.container(one, 'local', 'web')).toBe(web);
    expect(queries.container(one, 'elsewhere', 'web')).toBeNull();
    expect(queries.containerState(one, 'local', 'oom')).toBe('exited');
    expect(queries.limit(web, 'Memory')).toBe(209_715_200);
    expect(queries.setting(web, 'CpusetCpus')).toBe('0,3');
    expect(queries.deviceRate(web, 'BlkioDeviceWriteBps')).toBe(1_048_576);
    expect(queries.restartPolicy(web)).toBe('always');
    expect([queries.exitCode(web), queries.exitCode(oom)]).toEqual([-1, 137]);
    expect([queries.oomKilled(web), queries.oomKilled(oom)]).toEqual([false, true]);
    expect(queries.restarts(web)).toBe(2);
    expect(queries.hostPorts(web)).toEqual([8011]);
  });

  test('networks and mounts', () => {
    expect(queries.networksOf(web)).toEqual(['bridge', 'web-net']);
    expect(queries.addressOn(web, 'bridge')).toBe('172.17.0.2');
    expect(queries.members(one, 'local', 'web-net')).toEqual(['web']);
    expect(['/var/log', '/data', '/cache', '/'].map((at) => queries.mountType(web, at))).toEqual([
      'bind',
      'volume',
      'tmpfs',
      '',
    ]);
    expect(['/var/log', '/data'].map((at) => queries.mountFrom(web, at))).toEqual([
      '/home/kevin/log',
      'data',
    ]);
    expect(['/var/log', '/data', '/'].map((at) => queries.mountReadOnly(web, at))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('images, volumes and files', () => {
    expect([
      queries.hasImage(one, 'local', 'nginx:1.21'),
      queries.hasImage(one, 'local', 'nginx'),
    ]).toEqual([true, false]);
    expect([queries.hasVolume(one, 'local', 'data'), queries.hasVolume(one, 'x', 'data')]).toEqual([
      true,
      false,
    ]);
    expect(queries.fileLines(one, 'local', '/log')).toEqual(['one', 'two']);
    expect(['/log', '/folder', '/none'].map((path) => queries.hasFile(one, 'local', path))).toEqual(
      [true, true, false],
    );
  });

  test('of a container that is not there nothing is said', () => {
    expect(queries.containerName(null)).toBe('');
    expect(queries.limit(null, 'Memory')).toBe(0);
    expect(queries.networksOf(null)).toEqual([]);
    expect(queries.mountType(null, '/')).toBe('');
    expect(queries.hostPorts(null)).toEqual([]);
    expect(queries.exitCode(null)).toBe(-1);
  });
});
