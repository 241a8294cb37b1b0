/**
 * Published ports: who may have which, and the translation that leads there.
 *
 * Real: moby libnetwork/portallocator, portmapper, drivers/bridge/{port_mapping_linux,setup_ip_tables_linux}.go.
 */
import {
  Bridge,
  SystemError,
  type Interface,
  type Listener,
  type Machine,
  type NatRule,
} from '../../sim/index.ts';
import { internal } from '../errors.ts';
import type { Traits } from '../versions.ts';

export interface Publication {
  readonly protocol: string;
  /** `0.0.0.0` or one of the machine's addresses. */
  readonly hostIP: string;
  readonly hostPort: number;
  readonly containerIP: string;
  readonly containerPort: number;
  readonly gateway: string;
}

const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_LAST = 60_999;

export interface PortRequest {
  readonly protocol: string;
  readonly hostIP: string;
  /** First and last acceptable port; 0: any ephemeral one. */
  readonly first: number;
  readonly last: number;
}

export class PortMapper {
  readonly #machine: Machine;
  readonly #traits: Traits;
  /** `tcp 8080` to the addresses on which it is taken. */
  readonly #taken = new Map<string, Set<string>>();
  #nextEphemeral = EPHEMERAL_FIRST;

  constructor(machine: Machine, traits: Traits) {
    this.#machine = machine;
    this.#traits = traits;
  }

  /** Reserves a port. `port is already allocated` when no acceptable one is free. */
  reserve(request: PortRequest): number {
    if (request.first === 0) return this.#reserveEphemeral(request);
    for (let port = request.first; port <= request.last; port++)
      if (this.#reserveOne(request, port)) return port;
    throw internal(
      request.first === request.last
        ? `Bind for ${request.hostIP}:${request.first} failed: port is already allocated`
        : `Bind for ${request.hostIP}:${request.first}-${request.last} failed: all ports are allocated`,
    );
  }

  #reserveEphemeral(request: PortRequest): number {
    for (let tries = EPHEMERAL_FIRST; tries <= EPHEMERAL_LAST; tries++) {
      const port = this.#nextEphemeral;
      this.#nextEphemeral = port >= EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1;
      if (this.#reserveOne(request, port)) return port;
    }
    throw internal('all ports are allocated');
  }

  #reserveOne(request: PortRequest, port: number): boolean {
    const key = `${request.protocol} ${port}`;
    const addresses = this.#taken.get(key) ?? new Set<string>();
    if (
      addresses.has(request.hostIP) ||
      addresses.has('0.0.0.0') ||
      (request.hostIP === '0.0.0.0' && addresses.size > 0)
    )
      return false;
    this.#taken.set(key, addresses.add(request.hostIP));
    return true;
  }

  release(protocol: string, hostIP: string, port: number): void {
    const key = `${protocol} ${port}`;
    const addresses = this.#taken.get(key);
    addresses?.delete(hostIP);
    if (addresses?.size === 0) this.#taken.delete(key);
  }

  /** Opens the way to a container. Returns what closes it. */
  publish(publication: Publication): () => void {
    const proxy = this.#listen(publication);
    const undo = this.#machine.net.prerouting.addRule(
      `DOCKER ${publication.protocol} ${publication.hostPort}`,
      dnat(this.#machine, publication),
    );
    return () => {
      undo();
      proxy?.close();
    };
  }

  /** docker-proxy holds the port, so that no other process of the machine takes it (and sees when one has). */
  #listen(publication: Publication): Listener | undefined {
    const { hostIP, hostPort, protocol } = publication;
    if (protocol !== 'tcp') return undefined;
    try {
      // Packets are translated before they could get here; a connection that does get here is refused.
      return this.#machine.net.tcp.listen(hostIP, hostPort, (connection) => connection.abort());
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const text = error.text.toLowerCase();
      throw internal(
        this.#traits.hasNetworkingPrefix
          ? `failed to bind host port for ${hostIP}:${hostPort}:${publication.containerIP}:${publication.containerPort}/${protocol}: ${text}`
          : `Error starting userland proxy: listen tcp4 ${hostIP}:${hostPort}: bind: ${text}`,
      );
    }
  }

  clear(): void {
    this.#taken.clear();
    this.#nextEphemeral = EPHEMERAL_FIRST;
  }
}

function dnat(machine: Machine, publication: Publication): NatRule {
  return (packet, via) => {
    if (
      packet.protocol !== publication.protocol ||
      packet.destinationPort !== publication.hostPort ||
      packet.kind === 'MESSAGE'
    )
      return undefined;
    if (
      publication.hostIP === '0.0.0.0'
        ? !machine.net.owns(packet.destination)
        : packet.destination !== publication.hostIP
    )
      return undefined;
    const to = { destination: publication.containerIP, destinationPort: publication.containerPort };
    // From the machine itself by loopback, or from a container behind any bridge, the way leads through docker-proxy: it speaks from the gateway.
    if (isDockerBridge(via) || packet.source.startsWith('127.'))
      return { ...to, source: publication.gateway };
    return to;
  };
}

function isDockerBridge(via: Interface | undefined): boolean {
  return via !== undefined && via.segment instanceof Bridge;
}
