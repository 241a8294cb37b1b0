/**
 * A network as the engine keeps it: what the user asked for and what was chosen.
 *
 * Real: moby libnetwork/network.go, daemon/network.go.
 */
import type { IPAM, StringMap } from '../api/types.ts';

export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly createdUnixMs: number;
  readonly driver: 'bridge' | 'host' | 'null' | 'overlay';
  readonly scope: 'local' | 'swarm';
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  readonly isIngress: boolean;
  readonly hasIPv6: boolean;
  readonly ipam: IPAM;
  /** Where addresses come from: `172.17.0.0/16`; '' for host and none. */
  readonly subnet: string;
  readonly gateway: string;
  readonly options: StringMap | null;
  readonly labels: StringMap | null;
}

export const DEFAULT_BRIDGE = 'bridge';
export const GATEWAY_BRIDGE = 'docker_gwbridge';

/** Name of the Linux bridge: `docker0`, `docker_gwbridge`, `br-030ca6f0ccdf`. */
export function bridgeName(network: NetworkRecord): string {
  return network.options?.['com.docker.network.bridge.name'] ?? `br-${network.id.slice(0, 12)}`;
}

/** Whether names of containers resolve on it: not on the default bridge. */
export function isUserDefined(network: NetworkRecord): boolean {
  return (
    network.driver === 'overlay' ||
    (network.driver === 'bridge' &&
      network.name !== DEFAULT_BRIDGE &&
      network.name !== GATEWAY_BRIDGE)
  );
}
