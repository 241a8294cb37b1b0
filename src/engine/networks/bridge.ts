/**
 * The bridge driver: a Linux bridge with an address on the machine, containers plugged into it, masquerading on the way out, isolation between bridges.
 *
 * Real:     moby libnetwork/drivers/bridge/{bridge_linux,setup_ip_tables_linux,link}.go.
 * Left out: IPv6, macvlan, user chains of iptables, --icc=false between containers of one bridge.
 */
import {
  Bridge,
  contains,
  macOfIP,
  parseIP,
  type Machine,
  type Random,
  type Subnet,
} from '../../sim/index.ts';
import { parseCIDR } from '../../sim/index.ts';
import type { Traits } from '../versions.ts';
import { AddressPool, cidrOf } from './ipam.ts';
import { bridgeName, type NetworkRecord } from './network.ts';
import type { Sandbox } from './sandbox.ts';

/** A bridge network while the engine runs. */
export class LiveBridge {
  readonly network: NetworkRecord;
  readonly segment: Bridge;
  readonly pool: AddressPool;
  readonly subnet: Subnet;
  readonly name: string;
  readonly #machine: Machine;
  readonly #undo: (() => void)[] = [];

  constructor(machine: Machine, network: NetworkRecord) {
    const subnet = parseCIDR(network.subnet) as Subnet;
    const range = network.ipam.Config[0]?.IPRange;
    this.#machine = machine;
    this.network = network;
    this.subnet = subnet;
    this.name = bridgeName(network);
    this.segment = new Bridge(this.name);
    this.pool = new AddressPool(subnet, range === undefined ? undefined : parseCIDR(range));
    this.pool.take(network.gateway);
    machine.net.addInterface({
      name: this.name,
      cidr: cidrOf(network.gateway, subnet),
      segment: this.segment,
      mac: macOfIP(network.gateway),
    });
    this.#undo.push(() => machine.net.removeInterface(this.name));
    if (
      !network.isInternal &&
      network.options?.['com.docker.network.bridge.enable_ip_masquerade'] !== 'false'
    )
      this.#masquerade();
    this.#isolate();
  }

  /** Whoever leaves the machine from behind the bridge speaks with the machine's address. */
  #masquerade(): void {
    this.#undo.push(
      this.#machine.net.postrouting.addRule(`MASQUERADE ${this.network.subnet}`, (packet, via) => {
        if (!via || via.name === this.name || !isIn(this.subnet, packet.source)) return undefined;
        return { source: via.address };
      }),
    );
  }

  /** DOCKER-ISOLATION: nothing goes from one bridge to another, nothing out of an internal one. */
  #isolate(): void {
    const { net } = this.#machine;
    this.#undo.push(
      net.prerouting.addRule(`DOCKER-ISOLATION ${this.name}`, (packet, via) => {
        if (via?.name !== this.name || net.owns(packet.destination)) return undefined;
        if (this.network.isInternal && !isIn(this.subnet, packet.destination)) return 'drop';
        const route = net.routeTo(packet.destination);
        const isBridge =
          route !== undefined &&
          route.device !== this.name &&
          net.interfaces.some(
            (port) => port.name === route.device && port.segment instanceof Bridge,
          );
        return isBridge && isIn(this.subnet, packet.source) ? 'drop' : undefined;
      }),
    );
  }

  /** Plugs a sandbox in. */
  join(sandbox: Sandbox, address: string, mac: string): string {
    const device = sandbox.nextDevice();
    sandbox.stack.addInterface({
      name: device,
      cidr: cidrOf(address, this.subnet),
      segment: this.segment,
      mac,
    });
    return device;
  }

  leave(sandbox: Sandbox, device: string, address: string): void {
    sandbox.stack.removeInterface(device);
    this.pool.release(address);
  }

  destroy(): void {
    for (const undo of this.#undo) undo();
    this.#undo.length = 0;
  }
}

function isIn(subnet: Subnet, address: string): boolean {
  const value = parseIP(address);
  return value !== undefined && contains(subnet, value);
}

/** MAC of a bridge endpoint: from its address, since 28 a random local one. */
export function bridgeMac(address: string, traits: Traits, random: Random): string {
  if (!traits.hasRandomMacs) return macOfIP(address);
  const first = (random.below(64) * 4 + 2).toString(16).padStart(2, '0');
  return [first, ...Array.from({ length: 5 }, () => random.hex(2))].join(':');
}
