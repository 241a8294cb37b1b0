import type { ManagerPeer, Result } from '../api/index.ts';

/** A line to a manager: a remote one, or this machine's own. */
export interface Connection {
  /** Undefined: this machine's own manager. */
  readonly peer: ManagerPeer | undefined;
  /** Calls; exactly one answer comes, never before this returns. Returns what cancels it. */
  call(
    method: string,
    body: unknown,
    timeoutMs: number,
    done: (result: Result<unknown>) => void,
  ): () => void;
}

/** Chooses the manager to talk to. Real: swarmkit connectionbroker/broker.go */
export interface ConnectionBroker {
  select(): Connection | undefined;
  /** How it went: those that fail are chosen less often. */
  observe(connection: Connection, isGood: boolean): void;
}
