/** Builders of check scopes: a test says only what matters to it. */
import { emptyScope } from '../../../src/lab/checks/index.ts';
import type {
  ApiObject,
  CheckScope,
  MachineScope,
  SeenScope,
} from '../../../src/lab/checks/index.ts';

export function machine(name: string, given: Partial<MachineScope> = {}): MachineScope {
  return {
    name,
    ip: '192.168.99.1',
    power: 'on',
    network: 'up',
    swarm: { state: 'inactive', manager: false, nodeID: '' },
    containers: [],
    images: [],
    networks: [],
    volumes: [],
    file: () => null,
    ...given,
  };
}

interface NodeGiven {
  readonly state?: string;
  readonly availability?: string;
  readonly manager?: 'leader' | 'reachable' | 'unreachable';
}

export function node(host: string, given: NodeGiven = {}): ApiObject {
  const { state = 'ready', availability = 'active', manager } = given;
  const raft = { Leader: manager === 'leader', Addr: '192.168.99.100:2377' };
  const Reachability = manager === 'unreachable' ? 'unreachable' : 'reachable';
  return {
    ID: `node-${host}`,
    Spec: { Role: manager === undefined ? 'worker' : 'manager', Availability: availability },
    Description: { Hostname: host },
    Status: { State: state },
    ...(manager === undefined ? {} : { ManagerStatus: { ...raft, Reachability } }),
  };
}

interface ServiceGiven {
  readonly replicas?: number;
  readonly image?: string;
  readonly ports?: readonly ApiObject[];
  readonly update?: string;
  readonly spec?: ApiObject;
}

export function service(name: string, given: ServiceGiven = {}): ApiObject {
  const { replicas = 3, image = 'nginx:latest@sha256:abc', ports, update, spec } = given;
  return {
    ID: `service-${name}`,
    Spec: {
      Name: name,
      Mode: { Replicated: { Replicas: replicas } },
      TaskTemplate: { ContainerSpec: { Image: image } },
      ...spec,
    },
    Endpoint: { Spec: {}, ...(ports === undefined ? {} : { Ports: ports }) },
    ...(update === undefined ? {} : { UpdateStatus: { State: update, Message: '' } }),
  };
}

interface TaskGiven {
  readonly state?: string;
  readonly desired?: string;
  readonly image?: string;
}

let taskCount = 0;

export function task(name: string, host: string, given: TaskGiven = {}): ApiObject {
  const [owner = '', slot = '1'] = name.split('.');
  const { state = 'running', desired = 'running', image = 'nginx:latest@sha256:abc' } = given;
  taskCount += 1;
  return {
    ID: `task-${String(taskCount)}`,
    ServiceID: `service-${owner}`,
    Slot: Number(slot),
    NodeID: `node-${host}`,
    DesiredState: desired,
    Status: { State: state },
    Spec: { ContainerSpec: { Image: image } },
  };
}

export function scope(given: Partial<CheckScope> = {}, seen: Partial<SeenScope> = {}): CheckScope {
  const empty = emptyScope();
  return { ...empty, ...given, seen: { ...empty.seen, ...seen } };
}

/** Fresh machines: powered on, in no swarm. */
export function machines(names: readonly string[]): CheckScope['machines'] {
  return Object.fromEntries(names.map((name) => [name, machine(name)]));
}
