/**
 * The networks that every cluster begins with.
 *
 * Real: swarmkit manager/manager.go (newIngressNetwork, newPredefinedNetwork), moby
 *       daemon/libnetwork/cnmallocator
 */
import type { Network, NetworkSpec, Service } from '../api/index.ts';

/**
 * Networks that each node has by itself. The cluster knows of them only so that services can be put
 * on them.
 */
export const PREDEFINED_NETWORKS: readonly { readonly name: string; readonly driver: string }[] = [
  { name: 'bridge', driver: 'bridge' },
  { name: 'host', driver: 'host' },
];

export const PREDEFINED_LABEL = 'com.docker.swarm.predefined';

export function ingressNetworkSpec(): NetworkSpec {
  return {
    Name: 'ingress',
    Labels: {},
    DriverConfiguration: {},
    Ingress: true,
    IPAMOptions: { Driver: {}, Configs: [] },
  };
}

export function predefinedNetworkSpec(name: string, driver: string): NetworkSpec {
  return {
    Name: name,
    Labels: { [PREDEFINED_LABEL]: 'true' },
    DriverConfiguration: { Name: driver },
  };
}

export function isIngressNetwork(network: Network): boolean {
  return network.Spec.Ingress === true;
}

/** A network of each node's own: nothing of it is allocated for the cluster. */
export function isNodeLocal(network: Network): boolean {
  const driver = network.Spec.DriverConfiguration?.Name ?? '';
  return driver !== '' && driver !== 'overlay';
}

/**
 * Whether the service wants the routing mesh. Ports are published through it unless they say
 * otherwise.
 */
export function isIngressNeeded(service: Service | undefined): boolean {
  return service?.Spec.EndpointSpec?.Ports?.some((port) => port.PublishMode !== 'host') ?? false;
}
