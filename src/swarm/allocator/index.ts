/**
 * Gives networks their subnets, services their addresses and ports, tasks and nodes their
 * addresses, and moves new tasks on to `pending`.
 */
export { Allocator } from './allocator.ts';
export { PREDEFINED_NETWORKS, ingressNetworkSpec, predefinedNetworkSpec } from './predefined.ts';
