/**
 * The daemon's side of the swarm: this machine's membership, and every request that is passed on to the leader's control API.
 *
 * `Cluster` knows nothing of the rest of the engine but what it is given: an `Executor`, an `ImageResolver` and a few questions.
 */
export { Cluster, type ClusterOptions, type ImageResolver } from './cluster.ts';
export { networkJson } from './convert.ts';
export { taskName } from './filters.ts';
export type { NetworkAttachmentResult } from './networks.ts';
export { readLogs, type ServiceLogLine, type ServiceLogOptions } from './logs.ts';
export type { SwarmEvent } from './events.ts';
