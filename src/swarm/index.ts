/**
 * Swarm as the engine sees it: a node that can be started and stopped, what it runs tasks with, and what its manager shows.
 */
export * from './api/index.ts';
export type {
  Connection,
  Controller,
  Dependencies,
  Executor,
  LogLine,
  LogOptions,
  StepResult,
} from './agent/index.ts';
export {
  interpolateService,
  newUnlockKey,
  type NodeWithStatus,
  type ServiceStatus,
} from './controlapi/index.ts';
export { type LogReadResponse, type Manager, type RaftView } from './manager/index.ts';
export { SwarmNode, eraseNodeState, readCertificate, type NodeExit } from './node/index.ts';
export { LOST_QUORUM } from './manager/index.ts';
export type { Store, StoreSnapshot } from './store/index.ts';
