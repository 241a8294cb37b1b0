import type { Result, StoreAction } from '../api/index.ts';

/**
 * Makes changes durable before the store shows them. Raft is behind it.
 *
 * Real: swarmkit manager/state/proposer.go
 */
export interface Proposer {
  /**
   * Proposes one transaction. On commit the proposer first has the actions applied to the store at
   * the entry's index, then calls `done`. Fails when leadership is lost or was never there.
   */
  propose(
    actions: readonly StoreAction[],
    done: (result: Result<{ readonly index: number }>) => void,
  ): void;
  /** The raft index that new versions get. */
  version(): number;
}
