/**
 * Load balancing as the kernel's IPVS does it: each new connection to a virtual address goes to the next backend.
 *
 * Real: moby libnetwork/service_linux.go (addLBBackend, rmLBBackend), Linux ip_vs_rr.c. Backends see the balancer's address (NAT mode with SNAT).
 */
import type { Packet, Rewrite } from '../../sim/index.ts';

export interface Backend {
  readonly address: string;
}

export interface VirtualServer {
  /** The virtual address; for published ports: the sandbox's own, with `port`. */
  readonly address: string;
  /** Undefined: all ports. */
  readonly port?: {
    readonly protocol: string;
    readonly published: number;
    readonly target: number;
  };
  readonly backends: readonly Backend[];
}

export class VirtualServers {
  readonly #source: string;
  #servers: readonly VirtualServer[] = [];
  /** Last backend chosen, by server. */
  readonly #last = new Map<string, string>();

  constructor(source: string) {
    this.#source = source;
  }

  set(servers: readonly VirtualServer[]): void {
    this.#servers = servers;
    const keys = new Set(servers.map(keyOf));
    for (const key of [...this.#last.keys()]) if (!keys.has(key)) this.#last.delete(key);
  }

  get all(): readonly VirtualServer[] {
    return this.#servers;
  }

  /** For the first packet of a conversation. */
  decide(packet: Packet): Rewrite | 'reject' | undefined {
    if (packet.protocol === 'icmp') return undefined;
    const server = this.#servers.find(
      (one) =>
        one.address === packet.destination &&
        (!one.port ||
          (one.port.protocol === packet.protocol && one.port.published === packet.destinationPort)),
    );
    if (!server) return undefined;
    const backend = this.#next(server);
    if (!backend) return 'reject';
    return {
      source: this.#source,
      destination: backend.address,
      ...(server.port ? { destinationPort: server.port.target } : {}),
    };
  }

  /** Round robin: the one after the last; backends that came or went do not disturb the order. */
  #next(server: VirtualServer): Backend | undefined {
    const { backends } = server;
    if (backends.length === 0) return undefined;
    const key = keyOf(server);
    const at = backends.findIndex((one) => one.address === this.#last.get(key));
    const chosen = backends[(at + 1) % backends.length] as Backend;
    this.#last.set(key, chosen.address);
    return chosen;
  }
}

function keyOf(server: VirtualServer): string {
  return `${server.address} ${server.port?.protocol ?? ''} ${server.port?.published ?? ''}`;
}
