/**
 * One overlay network on one machine: its local end, the way to the other machines' ends, and the sandbox that balances load over services.
 *
 * Real:     moby libnetwork/drivers/overlay/{overlay,joinleave,peerdb}.go, service_linux.go, osl (VXLAN, IPVS).
 * Left out: encryption (the option is kept and shown), IPv6, direct server return.
 */
import {
  Bridge,
  macOfIP,
  NetStack,
  type Interface,
  type Machine,
  type Packet,
  type Segment,
} from '../../sim/index.ts';
import type { NetworkRecord } from './network.ts';
import { VirtualServers } from './ipvs.ts';

export const VXLAN_PORT = 4789;
const VXLAN_BYTES = 50;

/** What crosses the wire between two machines: the inner packet and where on the segment it goes. */
export interface VxlanFrame {
  readonly vni: number;
  readonly nextHop: string;
  readonly inner: Packet;
}

export interface OverlayPeer {
  readonly address: string;
  /** The other machine's address on the underlay. */
  readonly vtep: string;
}

/** The wire of an overlay as this machine has it: ports of local containers, and tunnels to peers. */
export class OverlaySegment implements Segment {
  readonly name: string;
  readonly #ports = new Map<string, Interface>();
  /** Addresses that another port answers for: virtual IPs. */
  readonly #aliases = new Map<string, Interface>();
  readonly #peers = new Map<string, string>();
  readonly #transmit: (vtep: string, nextHop: string, packet: Packet) => void;

  constructor(name: string, transmit: (vtep: string, nextHop: string, packet: Packet) => void) {
    this.name = name;
    this.#transmit = transmit;
  }

  attach(port: Interface): void {
    this.#ports.set(port.address, port);
  }

  detach(port: Interface): void {
    if (this.#ports.get(port.address) === port) this.#ports.delete(port.address);
  }

  setPeers(peers: readonly OverlayPeer[]): void {
    this.#peers.clear();
    for (const peer of peers) this.addPeer(peer);
  }

  addPeer({ address, vtep }: OverlayPeer): void {
    this.#peers.set(address, vtep);
  }

  setAliases(addresses: readonly string[], port: Interface): void {
    this.#aliases.clear();
    for (const address of addresses) this.#aliases.set(address, port);
  }

  carry(packet: Packet, nextHop: string): boolean {
    if (this.deliver(packet, nextHop)) return true;
    const vtep = this.#peers.get(nextHop);
    if (vtep === undefined) return false;
    this.#transmit(vtep, nextHop, packet);
    return true;
  }

  /** To a port of this machine. */
  deliver(packet: Packet, nextHop: string): boolean {
    const port = this.#ports.get(nextHop) ?? this.#aliases.get(nextHop);
    if (!port?.isUp) return false;
    // Never within the sender's own call, as with a bridge.
    port.stack.world.schedule(0, packet.label ?? packet.kind, () => {
      if (port.isUp) port.receive(packet);
    });
    return true;
  }
}

export interface LiveOverlayOptions {
  readonly machine: Machine;
  readonly network: NetworkRecord;
  readonly vni: number;
  /** Address of this node's load balancer, `10.0.1.6/24`. */
  readonly loadBalancer: string;
  readonly localVtep: string;
  readonly endpointID: string;
}

export class LiveOverlay {
  readonly network: NetworkRecord;
  readonly vni: number;
  readonly segment: OverlaySegment;
  readonly loadBalancer: NetStack;
  readonly loadBalancerAddress: string;
  readonly loadBalancerCidr: string;
  readonly endpointID: string;
  readonly servers: VirtualServers;
  readonly #port: Interface;

  constructor(options: LiveOverlayOptions) {
    const { machine, network, vni, localVtep } = options;
    this.network = network;
    this.vni = vni;
    this.endpointID = options.endpointID;
    this.loadBalancerCidr = options.loadBalancer;
    this.loadBalancerAddress = options.loadBalancer.slice(0, options.loadBalancer.indexOf('/'));
    this.segment = new OverlaySegment(network.name, (vtep, nextHop, inner) =>
      encapsulate(machine, { localVtep, vtep, vni, nextHop, inner }),
    );
    this.loadBalancer = new NetStack(
      machine.world,
      network.isIngress ? 'ingress-sbox' : `lb-${network.name}`,
    );
    this.loadBalancer.isForwarding = true;
    this.loadBalancer.addInterface({
      name: 'lo',
      cidr: '127.0.0.1/8',
      segment: new Bridge('lo'),
      mtu: 65_536,
    });
    this.#port = this.loadBalancer.addInterface({
      name: 'eth0',
      cidr: options.loadBalancer,
      segment: this.segment,
      mac: macOfIP(this.loadBalancerAddress),
      mtu: 1450,
    });
    this.servers = new VirtualServers(this.loadBalancerAddress);
    this.loadBalancer.prerouting.addRule('IPVS', (packet) => this.servers.decide(packet));
  }

  /** The virtual IPs that are balanced here: this machine's containers find them on the segment. */
  setVirtualIPs(addresses: readonly string[], before: readonly string[]): void {
    for (const address of before) this.loadBalancer.removeAddress(address);
    for (const address of addresses) this.loadBalancer.addAddress(address);
    this.segment.setAliases(addresses, this.#port);
  }

  destroy(): void {
    this.loadBalancer.reset();
    for (const port of this.loadBalancer.interfaces) this.loadBalancer.removeInterface(port.name);
  }
}

interface Encapsulation {
  readonly localVtep: string;
  readonly vtep: string;
  readonly vni: number;
  readonly nextHop: string;
  readonly inner: Packet;
}

function encapsulate(
  machine: Machine,
  { localVtep, vtep, vni, nextHop, inner }: Encapsulation,
): void {
  const frame: VxlanFrame = { vni, nextHop, inner };
  machine.net.send({
    source: localVtep,
    sourcePort: VXLAN_PORT,
    destination: vtep,
    destinationPort: VXLAN_PORT,
    protocol: 'udp',
    kind: 'DATAGRAM',
    ttl: 64,
    number: 0,
    bytes: inner.bytes + VXLAN_BYTES,
    payload: frame,
    label: inner.label ?? `VXLAN ${inner.kind}`,
  });
}

/** Takes a frame apart; undefined when the datagram is none (an ICMP error that came back). */
export function vxlanFrame(packet: Packet): VxlanFrame | undefined {
  const frame = packet.payload as VxlanFrame | undefined;
  return packet.kind === 'DATAGRAM' && frame?.inner !== undefined ? frame : undefined;
}
