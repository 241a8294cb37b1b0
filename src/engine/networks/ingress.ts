/**
 * The routing mesh on one machine: published ports of services lead to the ingress sandbox, which balances them over the tasks of all machines.
 *
 * Real: moby libnetwork/service_linux.go (programIngress), chains DOCKER-INGRESS; the sandbox is `ingress-sbox`.
 */
import { macOfIP, SystemError, type Listener, type Machine } from '../../sim/index.ts';
import type { LiveBridge } from './bridge.ts';
import { cidrOf } from './ipam.ts';
import type { LiveOverlay } from './overlay.ts';

export interface IngressPort {
  readonly protocol: string;
  readonly published: number;
  readonly target: number;
}

export class Ingress {
  readonly overlay: LiveOverlay;
  /** On docker_gwbridge: 172.18.0.2. */
  readonly address: string;
  readonly prefix: number;
  readonly endpointID: string;
  readonly #machine: Machine;
  readonly #bridge: LiveBridge;
  readonly #undo: () => void;
  /** `tcp 8080`. */
  #ports = new Set<string>();
  readonly #listeners = new Map<string, Listener>();

  constructor(machine: Machine, bridge: LiveBridge, overlay: LiveOverlay, endpointID: string) {
    this.#machine = machine;
    this.#bridge = bridge;
    this.overlay = overlay;
    this.endpointID = endpointID;
    this.address = bridge.pool.take();
    this.prefix = bridge.subnet.prefix;
    overlay.loadBalancer.addInterface({
      name: 'eth1',
      cidr: cidrOf(this.address, bridge.subnet),
      segment: bridge.segment,
      mac: macOfIP(this.address),
    });
    overlay.loadBalancer.addRoute(undefined, bridge.network.gateway, 'eth1');
    this.#undo = machine.net.prerouting.addRule('DOCKER-INGRESS', (packet) => {
      if (
        packet.kind === 'MESSAGE' ||
        !this.#ports.has(`${packet.protocol} ${packet.destinationPort}`) ||
        !machine.net.owns(packet.destination)
      )
        return undefined;
      const isLoopback = packet.source.startsWith('127.') || packet.destination.startsWith('127.');
      return {
        destination: this.address,
        ...(isLoopback ? { source: bridge.network.gateway } : {}),
      };
    });
  }

  /** The published ports of all services that have a task somewhere. */
  setPorts(ports: readonly IngressPort[]): void {
    this.#ports = new Set(ports.map((port) => `${port.protocol} ${port.published}`));
    for (const [key, listener] of [...this.#listeners]) {
      if (this.#ports.has(key)) continue;
      listener.close();
      this.#listeners.delete(key);
    }
    for (const port of ports) this.#hold(port);
  }

  /** dockerd holds the port, so that no other process takes it. Packets are translated before they get here. */
  #hold(port: IngressPort): void {
    const key = `${port.protocol} ${port.published}`;
    if (port.protocol !== 'tcp' || this.#listeners.has(key)) return;
    try {
      this.#listeners.set(
        key,
        this.#machine.net.tcp.listen('0.0.0.0', port.published, (connection) => connection.abort()),
      );
    } catch (error) {
      // Somebody has it already: the mesh goes before, as iptables does.
      if (!(error instanceof SystemError)) throw error;
    }
  }

  close(): void {
    this.#undo();
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
    this.#bridge.pool.release(this.address);
  }
}
