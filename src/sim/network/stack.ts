import { SystemError } from '../kernel/errors.ts';
import type { Scheduler } from '../world.ts';
import { contains, formatSubnet, parseCIDR, parseIP, type Subnet } from './address.ts';
import { Nat } from './nat.ts';
import { TTL_DEFAULT, type Packet } from './packet.ts';
import type { Segment } from './segment.ts';
import { TcpLayer } from './tcp.ts';

export interface InterfaceOptions {
  readonly name: string;
  /** `10.0.0.3/24`. */
  readonly cidr: string;
  readonly segment: Segment;
  readonly mac?: string;
  readonly mtu?: number;
}

/** One end of a wire, with its address and its counters. */
export class Interface {
  readonly name: string;
  readonly stack: NetStack;
  readonly address: string;
  readonly subnet: Subnet;
  readonly segment: Segment;
  readonly mac: string;
  readonly mtu: number;
  isUp = true;
  readonly received = { packets: 0, bytes: 0 };
  readonly sent = { packets: 0, bytes: 0 };

  constructor(stack: NetStack, options: InterfaceOptions) {
    const subnet = parseCIDR(options.cidr);
    if (!subnet) throw new SystemError('EINVAL', options.cidr);
    this.stack = stack;
    this.name = options.name;
    this.address = options.cidr.slice(0, options.cidr.indexOf('/'));
    this.subnet = subnet;
    this.segment = options.segment;
    this.mac = options.mac ?? '00:00:00:00:00:00';
    this.mtu = options.mtu ?? 1500;
  }

  /** A packet has come in by the wire. */
  receive(packet: Packet): void {
    this.received.packets++;
    this.received.bytes += packet.bytes;
    this.stack.receive(packet, this);
  }
}

export interface Route {
  readonly subnet: Subnet;
  /** The router, or undefined when the subnet is on the wire itself. */
  readonly gateway: string | undefined;
  readonly device: string;
}

export const DEFAULT_SUBNET: Subnet = { base: 0, prefix: 0 };

/** How long the kernel asks for a neighbour before it gives up (Linux: three probes, a second apart). */
const ARP_TIMEOUT_MS = 3_000;

/** Gets packets of a protocol and port. */
export type PacketHandler = (packet: Packet) => void;

/**
 * The network stack of one network namespace: interfaces, routes, forwarding, address translation, and the sockets above them.
 *
 * `name` is the machine's for the host's own stack; a container's stack has a name of its own.
 */
export class NetStack {
  readonly name: string;
  readonly world: Scheduler;
  readonly tcp: TcpLayer;
  /** On the way in, before routing: published ports, load balancing. */
  readonly prerouting: Nat;
  /** On the way out, after routing: masquerading. */
  readonly postrouting: Nat;
  isForwarding = false;
  readonly #interfaces = new Map<string, Interface>();
  #routes: Route[] = [];
  readonly #udp = new Map<number, PacketHandler>();
  readonly #messages = new Map<number, PacketHandler>();
  readonly #echoes = new Map<number, PacketHandler>();
  readonly #taps = new Set<(packet: Packet, device: string, direction: 'in' | 'out') => void>();
  /** Addresses that are this stack's own although no interface carries them (virtual IPs). */
  readonly #extraAddresses = new Set<string>();
  #nextPort = 32_768;

  constructor(world: Scheduler, name: string) {
    this.world = world;
    this.name = name;
    this.tcp = new TcpLayer(this);
    const { prerouting, postrouting } = Nat.pair();
    this.prerouting = prerouting;
    this.postrouting = postrouting;
  }

  get interfaces(): readonly Interface[] {
    return [...this.#interfaces.values()];
  }

  get routes(): readonly Route[] {
    return this.#routes;
  }

  addInterface(options: InterfaceOptions): Interface {
    if (this.#interfaces.has(options.name)) throw new SystemError('EEXIST', options.name);
    const port = new Interface(this, options);
    this.#interfaces.set(port.name, port);
    this.#routes.push({ subnet: port.subnet, gateway: undefined, device: port.name });
    options.segment.attach(port);
    return port;
  }

  removeInterface(name: string): void {
    const port = this.#interfaces.get(name);
    if (!port) return;
    port.segment.detach(port);
    port.isUp = false;
    this.#interfaces.delete(name);
    this.#routes = this.#routes.filter((route) => route.device !== name);
  }

  /** `subnet` undefined: the default route. */
  addRoute(subnet: Subnet | undefined, gateway: string | undefined, device: string): void {
    this.#routes.push({ subnet: subnet ?? DEFAULT_SUBNET, gateway, device });
  }

  removeRoute(wanted: (route: Route) => boolean): void {
    this.#routes = this.#routes.filter((route) => !wanted(route));
  }

  addAddress(address: string): void {
    this.#extraAddresses.add(address);
  }

  removeAddress(address: string): void {
    this.#extraAddresses.delete(address);
  }

  /** Whether `address` is one of this stack's own. */
  owns(address: string): boolean {
    if (address.startsWith('127.') || this.#extraAddresses.has(address)) return true;
    for (const port of this.#interfaces.values()) if (port.address === address) return true;
    return false;
  }

  /** The best route to `address`: the longest prefix. */
  routeTo(address: string): Route | undefined {
    const value = parseIP(address);
    if (value === undefined) return undefined;
    let best: Route | undefined;
    for (const route of this.#routes)
      if (contains(route.subnet, value) && (!best || route.subnet.prefix > best.subnet.prefix))
        best = route;
    return best;
  }

  /** The address that a packet to `address` would carry as its source. */
  sourceFor(address: string): string | undefined {
    if (this.owns(address)) return address;
    const route = this.routeTo(address);
    return route && this.#interfaces.get(route.device)?.address;
  }

  /** A free ephemeral port. */
  ephemeralPort(): number {
    const port = this.#nextPort;
    this.#nextPort = port >= 60_999 ? 32_768 : port + 1;
    return port;
  }

  /** Gets every packet that passes an interface: tcpdump. */
  tap(notify: (packet: Packet, device: string, direction: 'in' | 'out') => void): () => void {
    this.#taps.add(notify);
    return () => void this.#taps.delete(notify);
  }

  bindUdp(port: number, handler: PacketHandler): () => void {
    if (this.#udp.has(port)) throw new SystemError('EADDRINUSE');
    this.#udp.set(port, handler);
    return () => void this.#udp.delete(port);
  }

  /** Gets the `MESSAGE` packets to a TCP port: the server side of a long-lived connection. */
  bindMessages(port: number, handler: PacketHandler): () => void {
    if (this.#messages.has(port)) throw new SystemError('EADDRINUSE');
    this.#messages.set(port, handler);
    return () => void this.#messages.delete(port);
  }

  hasMessageListener(port: number): boolean {
    return this.#messages.has(port);
  }

  /** UDP ports that somebody has bound. */
  get udpPorts(): readonly number[] {
    return [...this.#udp.keys()];
  }

  /** Sends a ping; `answer` gets the reply or the ICMP error that comes back. Returns what stops listening. */
  echo(
    destination: string,
    ttl: number,
    payload: unknown,
    answer: PacketHandler,
  ): (() => void) | 'ENETUNREACH' {
    const source = this.sourceFor(destination);
    if (source === undefined) return 'ENETUNREACH';
    const id = this.ephemeralPort();
    this.#echoes.set(id, answer);
    this.send({
      source,
      destination,
      protocol: 'icmp',
      sourcePort: id,
      destinationPort: id,
      kind: 'ECHO',
      ttl,
      number: 0,
      bytes: 98,
      payload,
    });
    return () => void this.#echoes.delete(id);
  }

  /** Sends a packet of this stack's own. It is routed now; what cannot be routed is told to its sender as ICMP would. */
  send(packet: Packet): void {
    const translated = this.prerouting.translate(packet, undefined, () => this.ephemeralPort());
    if (translated === 'drop') return;
    if (translated === 'reject') return this.#refuse(packet);
    if (this.owns(translated.destination))
      this.world.schedule(0, translated.label ?? translated.kind, () => this.#deliver(translated));
    else this.#route(translated);
  }

  /** A packet has come in by an interface. */
  receive(packet: Packet, via: Interface): void {
    for (const notify of this.#taps) notify(packet, via.name, 'in');
    const translated = this.prerouting.translate(packet, via, () => this.ephemeralPort());
    if (translated === 'drop') return;
    if (translated === 'reject') return this.#refuse(packet);
    if (this.owns(translated.destination)) return this.#deliver(translated);
    if (!this.isForwarding) return;
    if (translated.ttl <= 1) return this.#tellSender(translated, 'TIME-EXCEEDED', via.address);
    this.#route({ ...translated, ttl: translated.ttl - 1 });
  }

  /** Every socket is gone and every conversation forgotten: power loss. Interfaces and routes stay. */
  reset(): void {
    this.tcp.reset();
    this.#udp.clear();
    this.#messages.clear();
    this.#echoes.clear();
    this.prerouting.flush();
    this.postrouting.flush();
  }

  /** `10.0.0.0/24 dev eth0`, for people. */
  describeRoutes(): readonly string[] {
    return this.#routes.map(
      (route) =>
        `${formatSubnet(route.subnet)}${route.gateway ? ` via ${route.gateway}` : ''} dev ${route.device}`,
    );
  }

  #route(packet: Packet): void {
    const route = this.routeTo(packet.destination);
    const device = route ? this.#interfaces.get(route.device) : undefined;
    if (!route || !device?.isUp) return this.#tellSender(packet, 'HOST-UNREACHABLE', packet.source);
    const out = this.postrouting.translate(packet, device, () => this.ephemeralPort());
    if (out === 'drop' || out === 'reject') return;
    for (const notify of this.#taps) notify(out, device.name, 'out');
    device.sent.packets++;
    device.sent.bytes += out.bytes;
    if (!device.segment.carry(out, route.gateway ?? out.destination, device))
      this.world.schedule(ARP_TIMEOUT_MS, 'no neighbour', () =>
        this.#tellSender(packet, 'HOST-UNREACHABLE', device.address),
      );
  }

  #deliver(packet: Packet): void {
    switch (packet.kind) {
      case 'MESSAGE': {
        const handler = this.#messages.get(packet.destinationPort);
        return handler ? handler(packet) : this.#refuse(packet);
      }
      case 'DATAGRAM': {
        const handler = this.#udp.get(packet.destinationPort);
        return handler
          ? handler(packet)
          : this.#tellSender(packet, 'PORT-UNREACHABLE', packet.destination);
      }
      case 'ECHO':
        return this.send({
          ...packet,
          source: packet.destination,
          destination: packet.source,
          kind: 'ECHO-REPLY',
          ttl: TTL_DEFAULT,
        });
      case 'ECHO-REPLY':
        return this.#echoes.get(packet.destinationPort)?.(packet);
      case 'HOST-UNREACHABLE':
      case 'PORT-UNREACHABLE':
      case 'TIME-EXCEEDED':
        return this.#unreachable(packet);
      default:
        return this.tcp.receive(packet);
    }
  }

  /** An ICMP error has come back: it belongs to the packet it quotes. */
  #unreachable(packet: Packet): void {
    const original = packet.payload as Packet;
    if (original.kind === 'ECHO') this.#echoes.get(original.sourcePort)?.(packet);
    else if (original.kind === 'DATAGRAM') this.#udp.get(original.sourcePort)?.(packet);
    else if (original.kind === 'MESSAGE') this.#messages.get(original.sourcePort)?.(packet);
    else this.tcp.unreachable(packet);
  }

  #refuse(packet: Packet): void {
    if (packet.kind === 'RST') return;
    this.send({
      ...packet,
      source: packet.destination,
      destination: packet.source,
      sourcePort: packet.destinationPort,
      destinationPort: packet.sourcePort,
      kind: packet.kind === 'MESSAGE' ? 'PORT-UNREACHABLE' : 'RST',
      ttl: TTL_DEFAULT,
      bytes: 54,
      ...(packet.kind === 'MESSAGE'
        ? { protocol: 'icmp' as const, payload: packet }
        : { payload: undefined }),
    });
  }

  #tellSender(
    packet: Packet,
    kind: 'HOST-UNREACHABLE' | 'PORT-UNREACHABLE' | 'TIME-EXCEEDED',
    from: string,
  ): void {
    if (packet.protocol === 'icmp' && packet.kind !== 'ECHO') return;
    const error: Packet = {
      source: from,
      destination: packet.source,
      protocol: 'icmp',
      sourcePort: 0,
      destinationPort: packet.sourcePort,
      kind,
      ttl: TTL_DEFAULT,
      number: 0,
      bytes: 70,
      payload: packet,
    };
    if (this.owns(packet.source)) this.world.schedule(0, kind, () => this.#deliver(error));
    else this.#route(error);
  }
}
