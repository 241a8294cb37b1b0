import { localContainers } from '../../engine/index.ts';
import type { Node, Service, Store, Task } from '../../swarm/index.ts';
import { parseRFC3339 } from '../../sim/index.ts';
import type { Host, Lab } from '../lab.ts';
import { hostView } from './host.ts';
import { shortImage } from './names.ts';
import type {
  ClusterView,
  ContainerView,
  LabView,
  MachineView,
  NetworkView,
  NodeView,
  RaftView,
  ServiceView,
  TaskView,
} from './types.ts';

/** How often a view is looked at, in virtual ms; a large cluster less often. */
const EVERY_MS = 40;
const LARGE_TASKS = 500;
const LARGE_EVERY_MS = 400;

/** Makes the page's view of a lab, and only when it has changed. */
export class ViewBuilder {
  readonly #lab: Lab;
  #last = '';
  #builtAtMs = -1;
  #builtAtEvents = -1;
  #seenInputs = 0;
  #size = 0;
  #known: ClusterView | undefined;
  /** Kept while a machine is off: its node is still its. */
  readonly #machineOfNode = new Map<string, string>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The view, if it differs from the last one that was given out. */
  changed(): LabView | undefined {
    const { nowMs, eventsRun } = this.#lab.world;
    // What the student broke or mended is seen at once, also while time stands still.
    const isBroken = this.#lab.inputs
      .slice(this.#seenInputs)
      .some(({ input }) => input.kind === 'fault');
    this.#seenInputs = this.#lab.inputs.length;
    if (!isBroken) {
      const everyMs = this.#size > LARGE_TASKS ? LARGE_EVERY_MS : EVERY_MS;
      if (eventsRun === this.#builtAtEvents) return undefined;
      if (this.#builtAtMs >= 0 && nowMs - this.#builtAtMs < everyMs && nowMs >= this.#builtAtMs)
        return undefined;
    }
    this.#builtAtMs = nowMs;
    this.#builtAtEvents = eventsRun;
    const view = this.build();
    this.#size = view.cluster?.tasks.length ?? 0;
    const text = JSON.stringify(view);
    if (text === this.#last) return undefined;
    this.#last = text;
    return view;
  }

  build(): LabView {
    const { hosts } = this.#lab;
    const machineOfNode = this.#machineOfNode;
    for (const host of hosts) {
      const id = host.engine.cluster.nodeID;
      if (id) machineOfNode.set(id, host.machine.name);
    }
    const machines = hosts.map((host) => machineView(this.#lab, host, machineOfNode));
    const links = this.#lab.underlay.changedLinks;
    const [only] = hosts;
    const host = only && hosts.length === 1 ? hostView(only) : undefined;
    return {
      machines,
      cluster: this.#cluster(machines, machineOfNode),
      ...(links.length > 0 ? { links } : {}),
      ...(host ? { host } : {}),
    };
  }

  #cluster(
    machines: readonly MachineView[],
    machineOfNode: ReadonlyMap<string, string>,
  ): ClusterView | undefined {
    if (!machines.some((machine) => machine.swarm.state !== 'inactive'))
      return (this.#known = undefined);
    const leader = leaderOf(this.#lab);
    const store = leader?.engine.cluster.storeView();
    if (!leader || !store)
      return this.#known && { ...this.#known, leader: undefined, hasQuorum: false };
    const raft = leader.engine.cluster.raftView();
    const nodes = store
      .list('node')
      .map((node) => nodeView(node, raft?.peers ?? [], leader, machineOfNode));
    const managers = nodes.filter((node) => node.managerStatus !== undefined);
    const quorum = Math.floor(managers.length / 2) + 1;
    const reachable = managers.filter(
      (node) => node.managerStatus === 'leader' || node.managerStatus === 'reachable',
    ).length;
    this.#known = {
      leader: leader.machine.name,
      term: raft?.term ?? 0,
      managers: managers.length,
      managersReachable: reachable,
      quorum,
      hasQuorum: reachable >= quorum,
      nodes,
      services: store.list('service').map((service, index) => serviceView(service, store, index)),
      tasks: store
        .list('task')
        .map((task) => taskView(task, this.#lab.world.epochMs, machineOfNode)),
      networks: networkViews(store),
    };
    return this.#known;
  }
}

/** The host whose manager leads with the highest term. */
export function leaderOf(lab: Lab): Host | undefined {
  let best: Host | undefined;
  let term = -1;
  for (const host of lab.hosts) {
    const raft = host.machine.isOn ? host.engine.cluster.raftView() : undefined;
    if (raft?.state === 'leader' && raft.term > term) {
      best = host;
      term = raft.term;
    }
  }
  return best;
}

function machineView(
  lab: Lab,
  host: Host,
  machineOfNode: ReadonlyMap<string, string>,
): MachineView {
  const { machine, engine, template } = host;
  const info = engine.cluster.localInfo();
  return {
    name: machine.name,
    hostname: machine.namespace.hostname,
    address: template.cards[0]?.cidr.split('/')[0] ?? '',
    cpus: machine.cpus,
    memoryBytes: machine.memoryBytes,
    engineVersion: template.engineVersion,
    isOn: machine.isOn,
    isDockerOn: machine.isOn && engine.isRunning,
    isCableIn: lab.underlay.isCableIn(machine.name),
    swarm: {
      state: info.LocalNodeState,
      nodeID: info.NodeID || undefined,
      isManager: engine.cluster.isManager,
      error: info.Error || undefined,
    },
    raft: machine.isOn ? raftView(host, machineOfNode, lab.nowMs) : undefined,
    containers: machine.isOn ? containerViews(host) : [],
  };
}

function raftView(
  host: Host,
  machineOfNode: ReadonlyMap<string, string>,
  nowMs: number,
): RaftView | undefined {
  const raft = host.engine.cluster.raftView();
  if (!raft) return undefined;
  const leader = raft.peers.find((peer) => peer.id === raft.lead);
  return {
    id: raft.id,
    role: raft.state,
    term: raft.term,
    leader: leader && machineOfNode.get(leader.nodeID),
    lastIndex: raft.lastIndex,
    commitIndex: raft.commit,
    ...electionTimer(raft, nowMs),
    votes: raft.votes,
    members: raft.peers.length,
  };
}

/** When a member's election timer was set and runs out. It stands still between heartbeats, so the view does too. */
function electionTimer(
  raft: {
    readonly state: string;
    readonly electionElapsedMs: number;
    readonly electionTimeoutMs: number;
  },
  nowMs: number,
): Pick<RaftView, 'electionAtMs' | 'electionSetAtMs'> {
  if (raft.state === 'leader') return { electionAtMs: undefined, electionSetAtMs: undefined };
  const electionSetAtMs = nowMs - raft.electionElapsedMs;
  return { electionSetAtMs, electionAtMs: electionSetAtMs + raft.electionTimeoutMs };
}

function containerViews(host: Host): readonly ContainerView[] {
  return localContainers(host.engine).map((one) => ({
    id: one.Id,
    name: one.Names[0]?.slice(1) ?? '',
    image: shortImage(one.Image),
    state: one.State,
    taskID: one.Labels['com.docker.swarm.task.id'] || undefined,
    ports: one.Ports.filter((port) => port.PublicPort !== undefined).map(
      (port) => `${port.PublicPort}:${port.PrivatePort}/${port.Type}`,
    ),
    networks: Object.keys(one.NetworkSettings.Networks),
  }));
}

function nodeView(
  node: Node,
  peers: readonly { readonly nodeID: string; readonly id: number; readonly reachable: boolean }[],
  leader: Host,
  machineOfNode: ReadonlyMap<string, string>,
): NodeView {
  const peer = peers.find((one) => one.nodeID === node.ID);
  const isLeader = leader.engine.cluster.nodeID === node.ID;
  return {
    id: node.ID,
    hostname: node.Description?.Hostname ?? '',
    machine: machineOfNode.get(node.ID),
    role: node.Spec.Role,
    availability: node.Spec.Availability,
    state: node.Status.State,
    managerStatus: peer
      ? isLeader
        ? 'leader'
        : peer.reachable
          ? 'reachable'
          : 'unreachable'
      : undefined,
    labels: node.Spec.Labels,
  };
}

function serviceView(service: Service, store: Store, index: number): ServiceView {
  const { Spec } = service;
  const tasks = store.list('task', { serviceID: service.ID });
  const { Mode } = Spec;
  const mode = Mode.Global
    ? 'global'
    : Mode.ReplicatedJob
      ? 'replicated-job'
      : Mode.GlobalJob
        ? 'global-job'
        : 'replicated';
  const wanted = tasks.filter((task) => task.DesiredState === 'running').length;
  return {
    id: service.ID,
    name: Spec.Name,
    mode,
    desired:
      mode === 'replicated'
        ? (Mode.Replicated?.Replicas ?? 1)
        : mode === 'replicated-job'
          ? (Mode.ReplicatedJob?.TotalCompletions ?? 1)
          : wanted,
    running: tasks.filter((task) => task.Status.State === 'running').length,
    image: shortImage(Spec.TaskTemplate.ContainerSpec?.Image ?? ''),
    ports: (service.Endpoint?.Ports ?? []).map((port) => ({
      published: port.PublishedPort ?? 0,
      target: port.TargetPort ?? 0,
      protocol: port.Protocol ?? 'tcp',
      mode: port.PublishMode ?? 'ingress',
    })),
    vips: (service.Endpoint?.VirtualIPs ?? []).map((vip) => ({
      network: store.get('network', vip.NetworkID)?.Spec.Name ?? '',
      address: vip.Addr,
    })),
    update: service.UpdateStatus && {
      state: service.UpdateStatus.State,
      message: service.UpdateStatus.Message,
    },
    index,
  };
}

function taskView(
  task: Task,
  epochMs: number,
  machineOfNode: ReadonlyMap<string, string>,
): TaskView {
  const service = task.ServiceAnnotations.Name;
  return {
    id: task.ID,
    serviceID: task.ServiceID,
    service,
    slot: task.Slot,
    name: `${service}.${task.Slot || task.NodeID}`,
    nodeID: task.NodeID,
    machine: machineOfNode.get(task.NodeID),
    state: task.Status.State,
    desiredState: task.DesiredState,
    message: task.Status.Message,
    error: task.Status.Err || undefined,
    image: shortImage(task.Spec.ContainerSpec?.Image ?? ''),
    createdAtMs: (parseRFC3339(task.CreatedAt) ?? epochMs) - epochMs,
    stateSinceMs: (parseRFC3339(task.Status.Timestamp) ?? epochMs) - epochMs,
    addresses: (task.NetworksAttachments ?? []).flatMap((one) => one.Addresses),
  };
}

function networkViews(store: Store): readonly NetworkView[] {
  return store
    .list('network')
    .filter((network) => network.Spec.Labels['com.docker.swarm.predefined'] !== 'true')
    .map((network) => ({
      id: network.ID,
      name: network.Spec.Name,
      driver: network.DriverState?.Name ?? network.Spec.DriverConfiguration?.Name ?? 'overlay',
      subnet: network.IPAMOptions?.Configs?.[0]?.Subnet ?? '',
    }));
}
