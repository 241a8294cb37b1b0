/**
 * A manager: one raft member with its copy of the store, the server on port 2377, and, while it leads, the components that orchestrate.
 * It wires and decides nothing.
 */
export { Manager, type ManagerOptions } from './manager.ts';
export { eraseWriteAheadLog, WriteAheadLog } from './wal.ts';
export { DEFAULT_CLUSTER_SPEC, type NewCluster } from './bootstrap.ts';
export { LOST_QUORUM, DEADLINE_EXCEEDED, splitAddress, type CallBody } from './proxy.ts';
export type { LogReadResponse } from './logbroker.ts';
export type { RaftView } from './view.ts';
