/** Views made by hand: builders with defaults, and the pictures that the golden tests draw. */
import type {
  ClusterView,
  ContainerView,
  LabView,
  MachineView,
  MessageView,
  NodeView,
  RaftView,
  ServiceView,
  TaskView,
} from '../../../src/lab/index.ts';

export const NOW_MS = 100_000;

export function machine(name: string, more: Partial<MachineView> = {}): MachineView {
  const number = Number(/\d+$/.exec(name)?.[0] ?? 1);
  const isManager = name.startsWith('manager');
  return {
    name,
    hostname: name,
    address: `192.168.99.${isManager ? (number === 1 ? 100 : 109 + number) : 100 + number}`,
    cpus: 2,
    memoryBytes: 2 * 1024 ** 3,
    engineVersion: '28.2.2',
    isOn: true,
    isDockerOn: true,
    isCableIn: true,
    swarm: { state: 'inactive', nodeID: undefined, isManager: false, error: undefined },
    raft: undefined,
    containers: [],
    ...more,
  };
}

export function raft(more: Partial<RaftView> = {}): RaftView {
  return {
    id: 1,
    role: 'follower',
    term: 2,
    leader: 'manager1',
    lastIndex: 40,
    commitIndex: 40,
    electionAtMs: NOW_MS + 8_000,
    electionSetAtMs: NOW_MS - 4_000,
    votes: 0,
    members: 3,
    ...more,
  };
}

export function node(name: string, more: Partial<NodeView> = {}): NodeView {
  const isManager = name.startsWith('manager');
  return {
    id: `node-${name}`,
    hostname: name,
    machine: name,
    role: isManager ? 'manager' : 'worker',
    availability: 'active',
    state: 'ready',
    managerStatus: isManager ? 'reachable' : undefined,
    labels: {},
    ...more,
  };
}

export function service(name: string, index: number, more: Partial<ServiceView> = {}): ServiceView {
  return {
    id: `svc-${name}`,
    name,
    mode: 'replicated',
    desired: 3,
    running: 3,
    image: 'nginx:latest',
    ports: [],
    vips: [],
    update: undefined,
    index,
    ...more,
  };
}

export function task(name: string, on: string | undefined, more: Partial<TaskView> = {}): TaskView {
  const [serviceName = '', slot] = name.split('.');
  return {
    id: `task-${name}-${on ?? 'none'}`,
    serviceID: `svc-${serviceName}`,
    service: serviceName,
    slot: Number(slot ?? 0),
    name,
    nodeID: on ? `node-${on}` : '',
    machine: on,
    state: 'running',
    desiredState: 'running',
    message: 'started',
    error: undefined,
    image: 'nginx:latest',
    createdAtMs: 10_000,
    stateSinceMs: 12_000,
    addresses: ['10.0.0.5/24'],
    ...more,
  };
}

export function container(name: string, more: Partial<ContainerView> = {}): ContainerView {
  return {
    id: `container-${name}`,
    name,
    image: 'nginx',
    state: 'running',
    taskID: undefined,
    ports: [],
    networks: ['bridge'],
    ...more,
  };
}

export function message(id: number, more: Partial<MessageView> = {}): MessageView {
  return {
    id,
    from: 'manager1',
    to: 'manager2',
    label: 'AppendEntries',
    layer: 'raft',
    sentAtMs: NOW_MS - 250,
    arrivesAtMs: NOW_MS - 249,
    entries: 1,
    ...more,
  };
}

export function cluster(names: readonly string[], more: Partial<ClusterView> = {}): ClusterView {
  const managers = names.filter((name) => name.startsWith('manager')).length;
  return {
    leader: 'manager1',
    term: 2,
    managers,
    managersReachable: managers,
    quorum: Math.floor(managers / 2) + 1,
    hasQuorum: true,
    nodes: names.map((name) => node(name, name === 'manager1' ? { managerStatus: 'leader' } : {})),
    services: [],
    tasks: [],
    networks: [],
    ...more,
  };
}

/** Machines that are all in the swarm; manager1 leads. */
export function members(names: readonly string[]): readonly MachineView[] {
  const managers = names.filter((name) => name.startsWith('manager')).length;
  return names.map((name, index) => {
    const isManager = name.startsWith('manager');
    const isLeader = name === 'manager1';
    const led = {
      role: 'leader',
      electionAtMs: undefined,
      electionSetAtMs: undefined,
      lastIndex: 41,
    };
    return machine(name, {
      swarm: { state: 'active', nodeID: `node-${name}`, isManager, error: undefined },
      raft: isManager
        ? raft({
            id: index + 1,
            members: managers,
            electionSetAtMs: NOW_MS - 2_000 - 1_500 * index,
            ...(isLeader ? (led as Partial<RaftView>) : {}),
          })
        : undefined,
    });
  });
}

export function names(managers: number, workers: number): readonly string[] {
  return [
    ...Array.from({ length: managers }, (_, index) => `manager${index + 1}`),
    ...Array.from({ length: workers }, (_, index) => `worker${index + 1}`),
  ];
}

const SIX = names(3, 3);

export interface Scenario {
  readonly view: LabView;
  readonly messages?: readonly MessageView[];
}

function empty(): Scenario {
  return { view: { machines: names(1, 2).map((name) => machine(name)), cluster: undefined } };
}

function initialised(): Scenario {
  const [first, ...rest] = members(['manager1', 'worker1', 'worker2']);
  const outside = rest.map(({ name }) => machine(name));
  return {
    view: {
      machines: [first, ...outside].filter((one) => one !== undefined),
      cluster: cluster(['manager1']),
    },
  };
}

function serving(): Scenario {
  const machines = members(SIX).map((one) =>
    one.name === 'worker1' ? { ...one, containers: [container('lonely_cat')] } : one,
  );
  return {
    view: {
      machines,
      cluster: cluster(SIX, {
        services: [
          service('web', 0, {
            ports: [{ published: 80, target: 80, protocol: 'tcp', mode: 'ingress' }],
          }),
          service('redis', 1, { desired: 1, running: 1, image: 'redis:7' }),
        ],
        tasks: [
          task('web.1', 'worker1'),
          task('web.2', 'worker2'),
          task('web.3', 'worker3', { state: 'preparing', createdAtMs: NOW_MS - 1_000 }),
          task('redis.1', 'worker1'),
        ],
      }),
    },
    messages: [
      message(1),
      message(2, { to: 'manager3' }),
      message(3, {
        from: 'manager2',
        to: 'manager1',
        label: 'AppendEntriesResponse',
        entries: 0,
        sentAtMs: NOW_MS - 700,
        arrivesAtMs: NOW_MS - 699,
      }),
    ],
  };
}

function failedOver(): Scenario {
  const machines = members(SIX).map((one) =>
    one.name === 'worker2' ? { ...one, isOn: false, isDockerOn: false } : one,
  );
  const base = cluster(SIX);
  return {
    view: {
      machines,
      cluster: {
        ...base,
        nodes: base.nodes.map((one) => ({
          ...one,
          ...(one.machine === 'worker2' ? { state: 'down' as const } : {}),
          ...(one.role === 'manager' ? { availability: 'drain' as const } : {}),
        })),
        services: [
          service('web', 0, { running: 2 }),
          service('redis', 1, { desired: 1, running: 1 }),
        ],
        tasks: [
          task('web.1', 'worker1'),
          task('web.2', 'worker3'),
          task('web.3', 'worker2', { desiredState: 'shutdown' }),
          task('web.3', 'worker3', { state: 'preparing', createdAtMs: NOW_MS - 1_200 }),
          task('redis.1', 'worker1'),
        ],
      },
    },
    messages: [message(1), message(2, { to: 'manager3' })],
  };
}

function electing(): Scenario {
  const machines = members(SIX).map((one) => {
    if (one.name === 'manager1') return { ...one, isOn: false, isDockerOn: false, raft: undefined };
    if (one.name === 'manager2')
      return {
        ...one,
        raft: raft({
          role: 'candidate',
          term: 3,
          votes: 1,
          leader: undefined,
          electionSetAtMs: NOW_MS - 400,
        }),
      };
    if (one.name === 'manager3')
      return {
        ...one,
        raft: raft({
          leader: undefined,
          term: 2,
          electionSetAtMs: NOW_MS - 11_000,
          electionAtMs: NOW_MS + 3_000,
        }),
      };
    return one;
  });
  return {
    view: {
      machines,
      cluster: cluster(SIX, {
        leader: undefined,
        hasQuorum: false,
        services: [service('web', 0)],
        tasks: [task('web.1', 'worker1'), task('web.2', 'worker2'), task('web.3', 'worker3')],
      }),
    },
    messages: [
      message(1, {
        from: 'manager2',
        to: 'manager1',
        label: 'RequestVote',
        entries: 0,
        arrivesAtMs: undefined,
        sentAtMs: NOW_MS - 700,
      }),
      message(2, {
        from: 'manager2',
        to: 'manager3',
        label: 'RequestVote',
        entries: 0,
        sentAtMs: NOW_MS - 300,
        arrivesAtMs: NOW_MS - 299,
      }),
    ],
  };
}

function waiting(): Scenario {
  return {
    view: {
      machines: members(names(1, 2)),
      cluster: cluster(names(1, 2), {
        services: [service('db', 0)],
        tasks: [
          task('db.1', undefined, {
            state: 'pending',
            error: 'no suitable node (scheduling constraints not satisfied on 3 nodes)',
          }),
          task('db.2', undefined, { state: 'pending' }),
          task('db.3', 'worker1', {
            state: 'failed',
            error: 'task: non-zero exit (1)',
            stateSinceMs: NOW_MS - 2_000,
          }),
        ],
        networks: [{ id: 'n1', name: 'app-net', driver: 'overlay', subnet: '10.0.1.0/24' }],
      }),
    },
  };
}

function crowd(): Scenario {
  const all = names(7, 20);
  return {
    view: {
      machines: members(all).map((one) =>
        one.name === 'worker7' ? { ...one, isOn: false, isDockerOn: false } : one,
      ),
      cluster: cluster(all, {
        nodes: all.map((name) =>
          node(
            name,
            name === 'worker7'
              ? { state: 'down' }
              : name === 'worker9'
                ? { availability: 'drain' }
                : {},
          ),
        ),
        services: [service('web', 0, { desired: 30 }), service('agent', 1, { mode: 'global' })],
        tasks: [
          ...Array.from({ length: 30 }, (_, index) =>
            task(`web.${index + 1}`, `worker${(index % 20) + 1}`),
          ),
          ...all.map((name) => ({ ...task('agent', name), name: `agent.node-${name}` })),
        ],
      }),
    },
  };
}

export const SCENARIOS = {
  empty,
  initialised,
  serving,
  failedOver,
  electing,
  waiting,
  crowd,
} as const satisfies Readonly<Record<string, () => Scenario>>;
