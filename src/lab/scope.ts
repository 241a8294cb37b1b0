import { contentText, type TraceEntry } from '../sim/index.ts';
import type { Network, Node, Store } from '../swarm/index.ts';
import type { ApiObject, CheckScope, MachineScope, RaftScope, SeenScope } from './checks/index.ts';
import type { Host, Lab } from './lab.ts';
import { localObjects, type Engine } from '../engine/index.ts';
import { plain } from './script.ts';
import { leaderOf } from './view/build.ts';
import { plainText } from './view/sentences.ts';

/** Entries that each list of `seen` keeps. */
const SEEN_MAX = 500;
const BODY_MAX = 4_000;
const LINE_MAX = 400;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
type Seen = Mutable<SeenScope>;
type ClusterObjects = Pick<
  CheckScope,
  'nodes' | 'services' | 'tasks' | 'networks' | 'secrets' | 'configs'
>;

const NOTHING: ClusterObjects = {
  nodes: [],
  services: [],
  tasks: [],
  networks: [],
  secrets: [],
  configs: [],
};

/** Fills the scope of a lesson's checks from the lab: its state now, and what happened since the step began. */
export class ScopeSource {
  readonly #lab: Lab;
  readonly #template: string;
  #seen: Seen = nothingSeen();
  #seenTo = 0;
  #stepStartedMs = 0;
  /** By screen: how far its commands' output was read, and a last line that has not ended yet. */
  readonly #read = new Map<string, { readonly to: number; readonly rest: string }>();
  #cluster: ClusterObjects = NOTHING;
  readonly #nodeStates = new Map<string, string>();
  readonly #updates = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #running = new Map<string, Set<string>>();
  readonly #serviceNames = new Map<string, string>();

  constructor(lab: Lab, template: string) {
    this.#lab = lab;
    this.#template = template;
    this.begin();
  }

  /** A step begins: nothing has been seen yet. */
  begin(): void {
    this.#seen = nothingSeen();
    this.#seenTo = this.#lab.world.trace.lastID;
    this.#stepStartedMs = this.#lab.nowMs;
    for (const screen of this.#lab.screens)
      this.#read.set(screen.name, { to: screen.outputTotal, rest: '' });
    this.#rememberStates();
  }

  /** `predictions`: step (from 0) to the choice, '' for skipped. */
  scope(predictions: ReadonlyMap<number, string>): CheckScope {
    this.#look();
    const { hosts, nowMs } = this.#lab;
    return {
      ...this.#cluster,
      machines: Object.fromEntries(hosts.map((host) => [host.machine.name, this.#machine(host)])),
      raft: this.#raft(),
      lab: {
        template: this.#template,
        nowMs,
        stepStartedMs: this.#stepStartedMs,
        predictions: Object.fromEntries(
          [...predictions].map(([step, choice]) => [String(step + 1), choice]),
        ),
      },
      seen: this.#seen,
    };
  }

  /** Takes in what the trace and the leader's store have to say since the last look. */
  #look(): void {
    const store = leaderOf(this.#lab)?.engine.cluster.storeView();
    if (store) this.#cluster = clusterObjects(store, managerStatuses(this.#lab));
    else if (!this.#lab.hosts.some((host) => host.engine.cluster.hasMembership))
      this.#cluster = NOTHING;
    for (const service of store?.list('service') ?? [])
      this.#serviceNames.set(service.ID, service.Spec.Name);
    for (const entry of this.#lab.world.trace.since(this.#seenTo)) this.#see(entry);
    this.#seenTo = this.#lab.world.trace.lastID;
    if (store) this.#seeStates(store);
    this.#readOutput();
  }

  #readOutput(): void {
    for (const screen of this.#lab.screens) {
      const { to, rest } = this.#read.get(screen.name) ?? { to: 0, rest: '' };
      // A screen that was closed and opened again begins anew.
      const fresh = plain(screen.outputFrom(screen.outputTotal < to ? 0 : to));
      if (fresh === '' && rest === '') continue;
      const lines = `${rest}${fresh}`.split('\n');
      // What a command shows last may lack its line's end; at the prompt it is over.
      const open = screen.isAtPrompt ? '' : (lines.pop() ?? '');
      for (const line of lines) if (line !== '') keep(this.#seen.output, line.slice(0, LINE_MAX));
      this.#read.set(screen.name, { to: screen.outputTotal, rest: open.slice(-LINE_MAX) });
    }
  }

  #see(entry: TraceEntry): void {
    const { atMs, data } = entry;
    const text = (key: string): string => plainText(data[key]);
    switch (entry.kind) {
      case 'http.request':
        return keep(this.#seen.requests, this.#request(entry));
      case 'browser.page':
        return keep(this.#seen.requests, this.#visit(entry));
      case 'engine.api':
        return keep(this.#seen.api, {
          atMs,
          machine: text('machine'),
          method: text('method'),
          path: text('path'),
          query: text('query'),
          status: Number(data['status']),
          error: text('error'),
        });
      case 'engine.container':
      case 'engine.image':
      case 'engine.network':
      case 'engine.volume':
        return keep(this.#seen.events, engineEvent(entry, this.#lab));
      case 'dns.lookup':
        // Whoever asks for a name asks twice, for IPv4 and for IPv6. There is no IPv6 here.
        if (text('type') !== 'A') return;
        return keep(this.#seen.lookups, {
          atMs,
          machine: text('machine'),
          container: text('container'),
          networks: (data['networks'] ?? []) as readonly string[],
          name: text('name'),
          answers: (data['answers'] ?? []) as readonly string[],
        });
      case 'raft.leader':
        return keep(this.#seen.leaders, {
          atMs,
          machine: text('machine'),
          term: Number(data['term']),
        });
      case 'node.state':
        return this.#seeNode(atMs, text('nodeID'), text('hostname'), text('state'));
      case 'task.state':
        return this.#seeTask(atMs, text('taskID'), text('serviceID'), text('state'));
      case 'update.started':
      case 'update.paused':
      case 'update.completed':
      case 'update.rollback_started':
      case 'update.rolled_back':
        return this.#seeUpdate(atMs, text('serviceID'), text('state'), text('message'));
      case 'input.fault':
        return keep(this.#seen.faults, { atMs, fault: text('type'), machine: text('machine') });
    }
  }

  #request(entry: TraceEntry): Seen['requests'][number] {
    const { atMs, data } = entry;
    const url = plainText(data['url']);
    const parts = /^https?:\/\/([^/:]+)(?::(\d+))?/.exec(url);
    const address = plainText(data['address'] ?? parts?.[1]);
    const from = this.#machineOf(plainText(data['machine']), plainText(data['namespace']));
    const local = address === '127.0.0.1' || parts?.[1] === 'localhost' ? from : undefined;
    const entryHost = this.#lab.hosts.find((host) =>
      host.machine.net.interfaces.some((port) => port.address === address && port.name !== 'lo'),
    );
    return {
      atMs,
      from,
      url,
      entry: local ?? entryHost?.machine.name ?? '',
      port: Number(parts?.[2] ?? (url.startsWith('https') ? 443 : 80)),
      status: Number(data['status'] ?? 0),
      body: plainText(data['body']).slice(0, BODY_MAX),
      server: this.#serverOf(entry),
      error: plainText(data['error']),
    };
  }

  /** A page in a browser window: what it says, unless the window has gone on already. */
  #visit(entry: TraceEntry): Seen['requests'][number] {
    const request = this.#request(entry);
    const browser = this.#lab.browsers?.window(plainText(entry.data['window']));
    const isStillThere = browser?.view().url === request.url;
    return { ...request, from: '', body: isStillThere ? browser.text.slice(0, BODY_MAX) : '' };
  }

  /** The machine of a namespace: its own, or that of the container it belongs to. */
  #machineOf(machine: string, namespace: string): string {
    if (namespace === 'host' || this.#lab.host(machine)) return machine;
    return (
      this.#lab.hosts.find(({ engine }) => engine.containers.find(namespace))?.machine.name ?? ''
    );
  }

  /** The container that answered: whoever served a request that follows from the same cause last. */
  #serverOf(entry: TraceEntry): string {
    const served = this.#lab.world.trace.findLast(
      (one) =>
        one.kind === 'http.served' &&
        one.cause === entry.cause &&
        one.id < entry.id &&
        one.atMs <= entry.atMs,
    );
    const id = served && plainText(served.data['namespace']);
    if (!id) return '';
    for (const { engine } of this.#lab.hosts) {
      const container = engine.containers.find(id);
      if (container) return container.name;
    }
    return '';
  }

  /** Every change of a node's state, however short it lasted. */
  #seeNode(atMs: number, id: string, node: string, state: string): void {
    const known = this.#nodeStates.get(id);
    const before =
      known === undefined
        ? { role: 'worker', availability: 'active' }
        : (JSON.parse(known) as { role: string; availability: string });
    const now = { node, state, role: before.role, availability: before.availability };
    if (this.#changed(this.#nodeStates, id, JSON.stringify(now)))
      keep(this.#seen.nodes, { atMs, ...now });
  }

  #seeTask(atMs: number, id: string, serviceID: string, state: string): void {
    const service = this.#serviceNames.get(serviceID);
    const running = this.#running.get(serviceID) ?? new Set<string>();
    this.#running.set(serviceID, running);
    if ((state === 'running') === running.has(id)) return;
    if (state === 'running') running.add(id);
    else running.delete(id);
    this.#counts.set(serviceID, running.size);
    if (service !== undefined) keep(this.#seen.counts, { atMs, service, running: running.size });
  }

  #seeUpdate(atMs: number, serviceID: string, state: string, message: string): void {
    const service = this.#serviceNames.get(serviceID);
    if (service === undefined || state === '') return;
    if (this.#changed(this.#updates, serviceID, state))
      keep(this.#seen.updates, { atMs, service, state, message });
  }

  #seeStates(store: Store): void {
    const { nowMs } = this.#lab;
    const managers = managerStatuses(this.#lab);
    for (const node of store.list('node')) {
      const name = node.Description?.Hostname ?? '';
      const role = managers.has(node.ID) ? 'manager' : 'worker';
      const now = {
        node: name,
        state: node.Status.State,
        role,
        availability: node.Spec.Availability,
      } as const;
      if (this.#changed(this.#nodeStates, node.ID, JSON.stringify(now)))
        keep(this.#seen.nodes, { atMs: nowMs, ...now });
    }
    for (const service of store.list('service')) {
      const state = service.UpdateStatus?.State ?? '';
      const name = service.Spec.Name;
      if (this.#changed(this.#updates, service.ID, state) && state !== '')
        keep(this.#seen.updates, {
          atMs: nowMs,
          service: name,
          state,
          message: service.UpdateStatus?.Message ?? '',
        });
      const tasks = store
        .list('task', { serviceID: service.ID })
        .filter((task) => task.Status.State === 'running');
      this.#running.set(service.ID, new Set(tasks.map((task) => task.ID)));
      if (this.#counts.get(service.ID) !== tasks.length) {
        this.#counts.set(service.ID, tasks.length);
        keep(this.#seen.counts, { atMs: nowMs, service: name, running: tasks.length });
      }
    }
  }

  #changed(table: Map<string, string>, key: string, value: string): boolean {
    if (table.get(key) === value) return false;
    table.set(key, value);
    return true;
  }

  /** What is so already when a step begins has not been seen to happen in it. */
  #rememberStates(): void {
    const store = leaderOf(this.#lab)?.engine.cluster.storeView();
    if (!store) return;
    this.#seeStates(store);
    this.#seen = nothingSeen();
  }

  #machine(host: Host): MachineScope {
    const { machine, engine, template } = host;
    const info = engine.cluster.localInfo();
    const isAsleep = info.LocalNodeState === 'inactive' && engine.cluster.hasMembership;
    return {
      name: machine.name,
      ip: template.cards[0]?.cidr.split('/')[0] ?? '',
      power: machine.isOn ? 'on' : 'off',
      network: this.#lab.underlay.isCableIn(machine.name) ? 'up' : 'cut',
      swarm: {
        state: isAsleep ? 'active' : info.LocalNodeState,
        manager: engine.cluster.isManager,
        nodeID: info.NodeID,
      },
      ...(machine.isOn
        ? ownObjects(engine)
        : { containers: [], images: [], networks: [], volumes: [] }),
      file: (path) => fileText(host, path),
    };
  }

  #raft(): RaftScope {
    const members = this.#lab.hosts.flatMap((host) => {
      const raft = host.engine.cluster.raftView();
      if (!raft) return [];
      return [
        {
          machine: host.machine.name,
          nodeID: host.engine.cluster.nodeID,
          state: raft.state,
          term: raft.term,
          commitIndex: raft.commit,
          lastIndex: raft.lastIndex,
          on: host.machine.isOn,
          lead: raft.lead,
          id: raft.id,
          size: raft.peers.length,
        },
      ];
    });
    const on = members.filter((member) => member.on);
    const leader = on.find(
      (one) =>
        one.state === 'leader' && 2 * on.filter((other) => other.lead === one.id).length > one.size,
    );
    return {
      leader: leader?.machine ?? '',
      term: on.reduce((highest, member) => Math.max(highest, member.term), 0),
      members: members.map(({ lead: _lead, id: _id, size: _size, ...member }) => member),
    };
  }
}

/** Node ID to its ManagerStatus, as the leader's raft sees it. */
function managerStatuses(lab: Lab): ReadonlyMap<string, ApiObject> {
  const leader = leaderOf(lab);
  const raft = leader?.engine.cluster.raftView();
  return new Map(
    (raft?.peers ?? []).map((peer) => [
      peer.nodeID,
      {
        ...(peer.id === raft?.id ? { Leader: true } : {}),
        Reachability: peer.id === raft?.id || peer.reachable ? 'reachable' : 'unreachable',
        Addr: peer.addr,
      },
    ]),
  );
}

function clusterObjects(store: Store, managers: ReadonlyMap<string, ApiObject>): ClusterObjects {
  const asIs = (objects: readonly object[]): readonly ApiObject[] =>
    objects as readonly ApiObject[];
  return {
    nodes: store.list('node').map((node) => nodeObject(node, managers.get(node.ID))),
    services: asIs(store.list('service')),
    tasks: asIs(store.list('task')),
    networks: store
      .list('network')
      .filter((network) => network.Spec.Labels['com.docker.swarm.predefined'] !== 'true')
      .map(networkObject),
    secrets: asIs(store.list('secret')),
    configs: asIs(store.list('config')),
  };
}

function nodeObject(node: Node, managerStatus: ApiObject | undefined): ApiObject {
  return {
    ...node,
    Description: node.Description ?? {},
    ...(managerStatus ? { ManagerStatus: managerStatus } : {}),
  };
}

function networkObject(network: Network): ApiObject {
  const { Spec } = network;
  return {
    Id: network.ID,
    Name: Spec.Name,
    Scope: 'swarm',
    Driver: network.DriverState?.Name ?? Spec.DriverConfiguration?.Name ?? 'overlay',
    Attachable: Spec.Attachable ?? false,
    Ingress: Spec.Ingress ?? false,
    Internal: Spec.Internal ?? false,
    Labels: Spec.Labels,
    IPAM: { Config: network.IPAMOptions?.Configs ?? [] },
  };
}

function ownObjects(
  engine: Engine,
): Pick<MachineScope, 'containers' | 'images' | 'networks' | 'volumes'> {
  const asIs = (objects: readonly object[]): readonly ApiObject[] =>
    objects as readonly ApiObject[];
  const { containers, images, networks, volumes } = localObjects(engine);
  return {
    containers: containers.map((one) => ({ ...one, Inspect: inspected(engine, one.Id) })),
    images: asIs(images),
    networks: asIs(networks),
    volumes: asIs(volumes),
  };
}

/** Of `docker inspect` what a container's line in `docker ps` does not say. */
function inspected(engine: Engine, id: string): ApiObject {
  const container = engine.containers.find(id);
  if (!container) return {};
  const { state, hostConfig, record } = container;
  return {
    State: { ExitCode: state.exitCode, OOMKilled: state.isOOMKilled },
    HostConfig: hostConfig,
    RestartCount: record.restartCount,
  };
}

function engineEvent(entry: TraceEntry, lab: Lab): Seen['events'][number] {
  const { atMs, data, kind } = entry;
  const text = (key: string): string => plainText(data[key]);
  const type = kind.slice('engine.'.length);
  const container = text('container');
  const joined = lab.host(text('machine'))?.engine.containers.find(container)?.name ?? container;
  return {
    atMs,
    machine: text('machine'),
    type,
    action: text('action'),
    name: text('name') || text('id'),
    of: type === 'container' ? text('image') : joined,
    exitCode: data['exitCode'] === undefined ? -1 : Number(data['exitCode']),
  };
}

function fileText({ machine }: Host, path: string): string | null {
  if (!machine.files.exists(path)) return null;
  const node = machine.files.lookup(path);
  return node?.type === 'file' ? contentText(node.content) : '';
}

function nothingSeen(): Seen {
  return {
    requests: [],
    api: [],
    events: [],
    output: [],
    lookups: [],
    leaders: [],
    nodes: [],
    updates: [],
    counts: [],
    faults: [],
  };
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > SEEN_MAX) list.shift();
}
