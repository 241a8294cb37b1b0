/**
 * The control API of the leader: what users ask of the cluster, checked and written into the store.
 *
 * Requests name a method and its arguments; answers are values or errors with gRPC's codes.
 */
export {
  ControlAPI,
  type ControlRequest,
  type Memberlist,
  type MemberStatus,
} from './controlapi.ts';
export type { NodeWithStatus } from './node.ts';
export type { ServiceStatus } from './service.ts';
export { interpolateService, withServiceDefaults } from './defaults.ts';
export { newUnlockKey } from './cluster.ts';
