/**
 * The cluster store of one manager: tables of immutable objects, changed only by committed
 * transactions, watched by everybody else.
 *
 * There are two ways in: `update`/`batch`, which go through the `Proposer` (raft), and
 * `apply`/`restore`, by which raft hands over what it has committed. A store without a proposer is
 * a follower's: it refuses updates.
 */
export { Store, type StoreSnapshot } from './store.ts';
export type { Draft, ReadTx, Transaction } from './transaction.ts';
export type { By } from './by.ts';
export type { Proposer } from './proposer.ts';
export type { StoreWorld } from './watch.ts';
export * from './errors.ts';
export { newID } from './identity.ts';
export { Line, type Job } from './line.ts';
