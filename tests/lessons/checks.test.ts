/**
 * The checks of the lessons against scopes made by hand: the state that a step is about ticks it, and the state in
 * which the step before ended does not.
 */
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/lab/checks/index.ts';
import type { ApiObject, CheckScope, SeenScope } from '../../src/lab/checks/index.ts';
import { machine, machines, node, scope, service, task } from '../lab/checks/scopes.ts';
import { lessons } from './lessons.ts';

type Api = SeenScope['api'][number];
type Lookup = SeenScope['lookups'][number];

function api(host: string, path: string, given: Partial<Api> = {}): Api {
  return {
    atMs: 1,
    machine: host,
    method: 'GET',
    path,
    query: '',
    status: 200,
    error: '',
    ...given,
  };
}

function request(entry: string, port: number, server = 'web.1.x'): SeenScope['requests'][number] {
  return {
    atMs: 1,
    from: 'manager1',
    url: '',
    entry,
    port,
    status: 200,
    body: '',
    server,
    error: '',
  };
}

function lookup(name: string, answers: readonly string[], networks = ['app-net']): Lookup {
  return { atMs: 1, machine: 'manager1', container: 'box', networks, name, answers };
}

function nodeSeen(host: string, state: string, role = 'worker'): SeenScope['nodes'][number] {
  return { atMs: 1, node: host, state, role, availability: 'active' };
}

const ran = { State: 'running', Labels: {}, Names: ['/hello'] };
const inSwarm = { swarm: { state: 'active', manager: false, nodeID: 'x' } } as const;
const manager1 = node('manager1', { manager: 'leader' });
const workers = [node('worker1'), node('worker2'), node('worker3')];
const managers = [
  manager1,
  node('manager2', { manager: 'reachable' }),
  node('manager3', { manager: 'reachable' }),
];
const raft = { leader: 'manager1', term: 2, members: [] };
const p80 = { PublishedPort: 80, TargetPort: 80, PublishMode: 'ingress' };

const four = { nodes: [manager1, ...workers], raft };
const six = { nodes: [...managers, ...workers], raft };
const three = { nodes: [manager1, node('worker1'), node('worker2')], raft };

function web(hosts: readonly string[], image = 'nginx:latest'): ApiObject[] {
  return hosts.map((host, index) => task(`web.${String(index + 1)}`, host, { image }));
}

/** Lesson and step → the state that is wanted there. */
const DONE: Record<string, readonly [Partial<CheckScope>, Partial<SeenScope>?]> = {
  '14/1': [
    { machines: { manager1: machine('manager1', { containers: [ran] }) } },
    { api: [api('worker1', '/containers/json')] },
  ],
  '14/2': [{}, { api: [api('manager1', '/info'), api('manager1', '/nodes', { status: 503 })] }],
  '14/3': [{ nodes: [manager1], raft, machines: { manager1: machine('manager1', inSwarm) } }],
  '14/4': [{ nodes: [manager1, node('worker1')] }],
  '14/5': [four, { api: [api('manager1', '/nodes')] }],
  '14/6': [four, { api: [api('worker1', '/nodes', { status: 503 })] }],
  '14/7': [four, { nodes: [nodeSeen('worker3', 'down'), nodeSeen('worker3', 'ready')] }],
  '14/8': [{ ...four, machines: { worker1: machine('worker1', { containers: [ran] }) } }],
  '15/1': [four, { api: [api('manager1', '/swarm')] }],
  '15/2': [six, { api: [api('manager3', '/nodes')] }],
  '15/3': [six, { nodes: [nodeSeen('worker1', 'ready', 'manager'), nodeSeen('worker1', 'ready')] }],
  '15/4': [
    six,
    {
      api: [
        api('manager1', '/swarm/update', {
          method: 'POST',
          query: 'version=9&rotateWorkerToken=true',
        }),
      ],
    },
  ],
  '15/5': [
    { nodes: [...managers, node('worker1'), node('worker2'), node('worker3', { state: 'down' })] },
  ],
  '15/6': [{ nodes: [...managers, node('worker1'), node('worker2')] }],
  '15/7': [{ nodes: [manager1, node('manager3', { state: 'down' }), node('worker1')] }],
  '15/8': [
    {
      nodes: [manager1, node('worker1', { availability: 'drain' }), node('worker2')],
      services: [service('web', { replicas: 2 })],
      tasks: web(['manager1', 'worker2']),
    },
  ],
  '16/1': [{ ...four, services: [service('web')], tasks: web(['manager1', 'worker1', 'worker2']) }],
  '16/2': [
    four,
    {
      api: [
        api('manager1', '/services'),
        api('manager1', '/tasks'),
        api('worker1', '/containers/json'),
      ],
    },
  ],
  '16/3': [four, { api: [api('manager1', '/services/web')] }],
  '16/4': [
    {
      ...four,
      services: [service('hello', { image: 'ubuntu:14.04@sha256:1' })],
      tasks: [task('hello.1', 'worker1')],
    },
    { api: [api('manager1', '/services/hello/logs')] },
  ],
  '16/5': [
    { ...four, services: [service('web')], tasks: web(['worker1', 'worker2', 'worker3']) },
    { api: [api('worker1', '/services', { status: 503 })] },
  ],
  '16/6': [{ ...four, services: [service('hello')] }],
  '17/1': [
    {
      ...four,
      services: [service('web', { replicas: 2, ports: [p80] })],
      tasks: web(['manager1', 'worker1']),
    },
    { requests: [request('worker3', 80)] },
  ],
  '17/2': [
    {
      ...four,
      services: [service('web', { replicas: 5 })],
      tasks: web(['manager1', 'worker1', 'worker2', 'worker3', 'worker3']),
    },
  ],
  '17/3': [
    {
      ...four,
      services: [
        service('who', {
          image: 'traefik/whoami:latest',
          ports: [{ ...p80, PublishedPort: 8000 }],
        }),
      ],
      tasks: ['who.1', 'who.2', 'who.3'].map((name) => task(name, 'worker1')),
    },
    { requests: ['a', 'b', 'c'].map((server) => request('worker1', 8000, server)) },
  ],
  '17/4': [
    { ...four, services: [service('web', { replicas: 2 })], tasks: web(['manager1', 'worker1']) },
  ],
  '17/5': [{ ...four, services: [service('auto', { ports: [{ ...p80, PublishedPort: 30000 }] })] }],
  '19/1': [
    {
      ...six,
      services: [service('web')],
      tasks: [
        ...web(['worker1', 'worker2', 'worker3']),
        task('web.1', 'worker1', { state: 'failed', desired: 'shutdown' }),
      ],
    },
  ],
  '19/2': [
    {
      nodes: [...managers, node('worker1'), node('worker2', { state: 'down' }), node('worker3')],
      services: [service('web')],
      tasks: [
        ...web(['worker1', 'worker3', 'worker3']),
        task('web.3', 'worker2', { desired: 'shutdown' }),
      ],
    },
  ],
  '19/3': [
    {
      ...six,
      services: [service('web')],
      tasks: [
        ...web(['worker1', 'worker3', 'worker3']),
        task('web.3', 'worker2', { state: 'failed', desired: 'shutdown' }),
      ],
    },
  ],
  '19/4': [{ ...six, services: [service('web')], tasks: web(['worker1', 'worker2', 'worker3']) }],
  '19/5': [
    { ...six, raft: { ...raft, leader: 'manager2', term: 3 } },
    { leaders: [{ atMs: 1, machine: 'manager2', term: 3 }], api: [api('manager2', '/nodes')] },
  ],
  '19/6': [
    { ...six, raft: { ...raft, leader: '' } },
    {
      api: [
        api('manager3', '/nodes', {
          status: 500,
          error: 'rpc error: The swarm does not have a leader. …',
        }),
      ],
      requests: [request('worker3', 80)],
    },
  ],
  '19/7': [{ ...six, services: [service('web')], tasks: web(['worker1', 'worker2', 'worker3']) }],
  '20/1': [
    {
      ...four,
      services: [service('web', { image: 'nginx:1.11', update: 'completed' })],
      tasks: web(['worker1', 'worker2', 'worker3'], 'nginx:1.11'),
    },
  ],
  '20/2': [
    {
      ...four,
      services: [
        service('web2', { spec: { UpdateConfig: { Parallelism: 2, Delay: 10_000_000_000 } } }),
      ],
      tasks: [1, 2, 3, 4].map((slot) =>
        task(`web2.${String(slot)}`, 'worker1', { image: 'nginx:1.11' }),
      ),
    },
  ],
  '20/3': [
    {
      ...four,
      services: [
        service('web', { update: 'completed', spec: { UpdateConfig: { Order: 'start-first' } } }),
      ],
      tasks: web(['worker1', 'worker2', 'worker3'], 'nginx:1.20'),
    },
  ],
  '20/4': [
    {
      ...four,
      services: [service('web', { update: 'paused' })],
      tasks: [task('web.1', 'worker1', { state: 'rejected' })],
    },
  ],
  '20/5': [
    {
      ...four,
      services: [service('web', { image: 'nginx:1.20', update: 'rollback_completed' })],
      tasks: web(['worker1', 'worker2', 'worker3'], 'nginx:1.20'),
    },
  ],
  '20/6': [
    {
      ...four,
      services: [service('web', { image: 'nginx:1.20' })],
      tasks: web(['worker1', 'worker2', 'worker3'], 'nginx:1.20'),
    },
    {
      updates: [
        {
          atMs: 1,
          service: 'web',
          state: 'rollback_started',
          message: 'update rolled back due to failure or early termination of task x',
        },
      ],
    },
  ],
  '21/1': [
    { ...three, networks: [{ Name: 'app-net', Driver: 'overlay', Attachable: true }] },
    { api: [api('worker2', '/networks')] },
  ],
  '21/2': [
    {
      ...three,
      services: [service('web')],
      tasks: web(['manager1', 'worker1', 'worker2']),
      machines: { worker2: machine('worker2', { networks: [{ Name: 'app-net' }] }) },
    },
  ],
  '21/3': [
    three,
    {
      lookups: [
        lookup('web', ['10.0.1.2']),
        lookup('tasks.web', ['10.0.1.3', '10.0.1.4', '10.0.1.5']),
      ],
    },
  ],
  '21/4': [
    {
      ...three,
      services: [
        {
          ...service('web', { replicas: 5 }),
          Endpoint: { VirtualIPs: [{ NetworkID: 'n', Addr: '10.0.1.2/24' }] },
        },
      ],
      tasks: web(['manager1', 'worker1', 'worker2', 'worker1', 'worker2']),
    },
    { lookups: [lookup('web', ['10.0.1.2']), lookup('tasks.web', ['1', '2', '3', '4', '5'])] },
  ],
  '21/5': [
    {
      ...three,
      services: [service('rr', { spec: { EndpointSpec: { Mode: 'dnsrr' } } })],
      tasks: [task('rr.1', 'worker1'), task('rr.2', 'worker2')],
    },
    { lookups: [lookup('rr', ['10.0.1.8', '10.0.1.9'])] },
  ],
  '21/6': [
    {
      ...three,
      networks: [
        { Name: 'app-net', Driver: 'overlay' },
        { Name: 'other-net', Driver: 'overlay' },
      ],
    },
    { lookups: [lookup('web', [], ['other-net'])] },
  ],
  '21/7': [
    {
      ...three,
      services: [service('web', { replicas: 1, ports: [{ ...p80, PublishedPort: 8080 }] })],
      tasks: web(['worker1']),
    },
    { requests: ['manager1', 'worker1', 'worker2'].map((entry) => request(entry, 8080)) },
  ],
};

const SEVEN = [14, 15, 16, 17, 19, 20, 21];

function wanted(key: string, names: readonly string[], isNew = false): CheckScope {
  const [state, seen] = DONE[key] ?? [{}];
  const all = { ...state, machines: { ...machines(names), ...state.machines } };
  return scope(all, isNew ? {} : seen);
}

describe.each(
  lessons.filter(({ number }) => SEVEN.includes(number)).map((one) => [one.id, one] as const),
)('%s', (_, lesson) => {
  test.each(lesson.steps.map((step) => [`${String(step.number)} ${step.title}`, step] as const))(
    'step %s',
    (__, step) => {
      const key = (number: number): string => `${String(lesson.number)}/${String(number)}`;
      expect(DONE).toHaveProperty([key(step.number)]);
      const done = evaluate(step.check, wanted(key(step.number), lesson.machines));
      expect(done.problems).toEqual([]);
      expect(done.conditions.filter((one) => !one.ok)).toEqual([]);
      if (step.number === 1) return;
      const before = evaluate(step.check, wanted(key(step.number - 1), lesson.machines, true));
      expect(before.ok).toBe(false);
    },
  );
});
