/**
 * The network namespace of a container: its stack, its ends on networks, its resolver.
 *
 * Real: moby libnetwork/{sandbox,endpoint,resolver}.go, osl/namespace_linux.go.
 */
import {
  Bridge,
  hashHex,
  isDnsQuery,
  NetStack,
  type DnsAnswer,
  type DnsQuery,
  type DnsRecord,
  type Machine,
  type Packet,
} from '../../sim/index.ts';
import type { PortBinding, PortMap } from '../api/types.ts';
import type { Allocated, Container, SandboxView } from '../containers/container.ts';
import type { NetworkRecord } from './network.ts';

/** One end on one network. */
export interface LiveEndpoint {
  readonly network: NetworkRecord;
  readonly allocated: Allocated;
  readonly device: string;
  /** Goes through it by default. */
  readonly isGateway: boolean;
  /** Takes it away again. */
  readonly leave: () => void;
}

/** Answers the sandbox's DNS questions; undefined: not a name of ours. */
export type NameLookup = (query: DnsQuery) => readonly DnsRecord[] | undefined;

export class Sandbox implements SandboxView {
  readonly id: string;
  readonly stack: NetStack;
  readonly container: Container;
  readonly endpoints = new Map<string, LiveEndpoint>();
  /** False for `host` and `container:` modes: the stack belongs to somebody else. */
  readonly ownsStack: boolean;
  readonly #ports = new Map<string, PortBinding[]>();
  readonly #machine: Machine;
  #nextDevice = 0;
  #stopResolver: (() => void) | undefined;
  #isClosed = false;

  constructor(machine: Machine, container: Container, shared: NetStack | undefined) {
    this.#machine = machine;
    this.container = container;
    this.id = hashHex(`sandbox ${container.id} ${machine.world.nowMs}`, 64);
    this.ownsStack = shared === undefined;
    this.stack = shared ?? new NetStack(machine.world, container.name);
    if (!shared)
      this.stack.addInterface({
        name: 'lo',
        cidr: '127.0.0.1/8',
        segment: new Bridge('lo'),
        mtu: 65_536,
      });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** `eth0`, `eth1`, ... */
  nextDevice(): string {
    return `eth${this.#nextDevice++}`;
  }

  add(endpoint: LiveEndpoint): void {
    this.endpoints.set(endpoint.network.id, endpoint);
    this.#chooseGateway();
  }

  remove(networkID: string): void {
    const endpoint = this.endpoints.get(networkID);
    if (!endpoint) return;
    this.endpoints.delete(networkID);
    endpoint.leave();
    this.#chooseGateway();
  }

  #chooseGateway(): void {
    if (!this.ownsStack) return;
    this.stack.removeRoute((route) => route.subnet.prefix === 0);
    const out = this.gatewayEndpoint;
    if (out) this.stack.addRoute(undefined, out.allocated.gateway, out.device);
  }

  /** The end that the default route goes through: of those that lead out the one of highest priority, then the first by its network's name. */
  get gatewayEndpoint(): LiveEndpoint | undefined {
    const priority = ({ network }: LiveEndpoint): number =>
      this.container.record.networks.get(network.name)?.settings.GwPriority ?? 0;
    const ends = [...this.endpoints.values()].filter((endpoint) => endpoint.isGateway);
    ends.sort((a, b) => priority(b) - priority(a) || (a.network.name < b.network.name ? -1 : 1));
    return ends[0];
  }

  setPort(key: string, bindings: readonly PortBinding[]): void {
    this.#ports.set(key, [...(this.#ports.get(key) ?? []), ...bindings]);
  }

  get ports(): PortMap {
    return Object.fromEntries([...this.#ports]);
  }

  /** Starts 127.0.0.11. Names that `lookup` does not know go to `servers`. */
  startResolver(lookup: NameLookup, servers: readonly string[]): void {
    if (this.#stopResolver || !this.ownsStack) return;
    this.#stopResolver = this.stack.bindUdp(53, (packet) => this.#answer(packet, lookup, servers));
  }

  #answer(packet: Packet, lookup: NameLookup, servers: readonly string[]): void {
    const query = packet.payload;
    if (!isDnsQuery(query)) return;
    const known = lookup(query);
    if (known)
      return this.#reply(packet, {
        dns: 'answer',
        id: query.id,
        name: query.name,
        code: 'NOERROR',
        answers: known,
      });
    this.#forward(packet, query, servers);
  }

  #forward(packet: Packet, query: DnsQuery, servers: readonly string[]): void {
    const [server, ...others] = servers;
    const source = server === undefined ? undefined : this.stack.sourceFor(server);
    const unknown: DnsAnswer = {
      dns: 'answer',
      id: query.id,
      name: query.name,
      code: 'NXDOMAIN',
      answers: [],
    };
    if (server === undefined || source === undefined) return this.#reply(packet, unknown);
    const port = this.stack.ephemeralPort();
    const unbind = this.stack.bindUdp(port, (back) => {
      timer.cancel();
      unbind();
      const isAnswer = (back.payload as DnsAnswer | undefined)?.dns === 'answer';
      this.#reply(packet, isAnswer ? { ...(back.payload as DnsAnswer), id: query.id } : unknown);
    });
    // Real: extIOTimeout of the resolver.
    const timer = this.#machine.world.schedule(4_000, 'dns forward timeout', () => {
      unbind();
      if (this.#isClosed) return;
      if (others.length > 0) this.#forward(packet, query, others);
      else this.#reply(packet, { ...unknown, code: 'SERVFAIL' });
    });
    this.stack.send({
      source,
      sourcePort: port,
      destination: server,
      destinationPort: 53,
      protocol: 'udp',
      kind: 'DATAGRAM',
      ttl: 64,
      number: 0,
      bytes: 60 + query.name.length,
      payload: { ...query, id: port },
      label: `DNS ${query.name}`,
    });
  }

  #reply(to: Packet, answer: DnsAnswer): void {
    if (this.#isClosed) return;
    this.#machine.world.emit('dns.lookup', {
      machine: this.#machine.name,
      container: this.container.name,
      networks: [...this.endpoints.values()].map((end) => end.network.name),
      name: answer.name,
      type: (to.payload as DnsQuery).type,
      answers: answer.answers.map((record) => record.data),
    });
    this.stack.send({
      ...to,
      source: to.destination,
      destination: to.source,
      sourcePort: to.destinationPort,
      destinationPort: to.sourcePort,
      ttl: 64,
      bytes: 60 + 16 * answer.answers.length,
      payload: answer,
      label: `DNS ${answer.name} answer`,
    });
  }

  /** The container has ended. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopResolver?.();
    for (const id of [...this.endpoints.keys()]) this.remove(id);
    this.#ports.clear();
    if (this.ownsStack) {
      this.stack.reset();
      for (const port of this.stack.interfaces) this.stack.removeInterface(port.name);
    }
  }
}
