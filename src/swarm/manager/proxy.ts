/**
 * Every call that only the leader can answer is passed on to it by whoever receives it, and waits while there is none.
 *
 * Real:     swarmkit api/*.pb.go (RaftProxy…Server), manager/state/raft/raft.go (LeaderConn)
 */
import type { RpcClient, RpcFailure, Scheduler } from '../../sim/index.ts';
import { no, type RaftMember, type Result } from '../api/index.ts';
import type { PeerConnection } from './connection.ts';

const LEADER_CHECK_MS = 1000;
const POLL_LEADER_MS = 500;

export const LOST_QUORUM =
  "The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.";
export const DEADLINE_EXCEEDED = 'context deadline exceeded';

/** One call as it crosses the wire. */
export interface Call {
  readonly method: string;
  readonly args: unknown;
  /** The address of who called, or of who called who passed it on. */
  readonly from: string;
  readonly deadlineMs: number;
  readonly isForwarded: boolean;
}

/** The body of an RPC request to a manager. */
export type CallBody = Omit<Call, 'method'>;

export interface RaftView {
  readonly leader: RaftMember | undefined;
  readonly isLeader: boolean;
  readonly isQuorumLost: boolean;
  /** The line to the leader, if another one leads. */
  readonly leaderConnection: PeerConnection | undefined;
}

export class LeaderProxy {
  readonly #world: Scheduler;
  readonly #raft: RaftView;
  readonly #rpc: RpcClient;
  readonly #local: (call: Call, respond: (result: Result<unknown>) => void) => void;

  constructor(options: {
    readonly world: Scheduler;
    readonly raft: RaftView;
    readonly rpc: RpcClient;
    readonly local: (call: Call, respond: (result: Result<unknown>) => void) => void;
  }) {
    this.#world = options.world;
    this.#raft = options.raft;
    this.#rpc = options.rpc;
    this.#local = options.local;
  }

  serve(call: Call, respond: (result: Result<unknown>) => void): void {
    if (this.#raft.isLeader) return this.#local(call, respond);
    const { leader, leaderConnection } = this.#raft;
    if (leader && leaderConnection?.isActive) {
      if (call.isForwarded)
        return respond(no('Unavailable', `more than one redirect to leader from: ${call.from}`));
      return this.#forward(leader, leaderConnection, call, respond);
    }
    if (this.#raft.isQuorumLost) return respond(no('Unknown', LOST_QUORUM));
    this.#awaitLeader(call, respond);
  }

  /** Who began to wait goes on, even if it becomes clear meanwhile that the quorum is lost. */
  #awaitLeader(call: Call, respond: (result: Result<unknown>) => void): void {
    this.#later(LEADER_CHECK_MS, call, respond, () => {
      if (this.#raft.isLeader || this.#raft.leaderConnection?.isActive) this.serve(call, respond);
      else this.#awaitLeader(call, respond);
    });
  }

  #forward(
    leader: RaftMember,
    connection: PeerConnection,
    call: Call,
    respond: (result: Result<unknown>) => void,
  ): void {
    const timeoutMs = call.deadlineMs - this.#world.nowMs;
    if (timeoutMs <= 0) return respond(no('Unknown', DEADLINE_EXCEEDED));
    if (connection.isFailing) return this.#later(POLL_LEADER_MS, call, respond);
    if (connection.isStuck) return this.#awaitLine(connection, call, respond);
    const { host, port } = splitAddress(leader.Addr);
    const { method, args, from, deadlineMs } = call;
    const body: CallBody = { args, from, deadlineMs, isForwarded: true };
    connection.called();
    this.#rpc.call({
      address: host,
      port,
      method,
      body,
      timeoutMs,
      answer: (answer) => {
        if ('failure' in answer) return this.#failed(answer.failure, call, respond);
        connection.heard();
        const result = answer.body as Result<unknown>;
        // It has just lost leadership, or never had it: look for the next leader.
        if (!result.ok && result.error.message.startsWith('more than one redirect'))
          return this.#later(POLL_LEADER_MS, call, respond);
        respond(result);
      },
    });
  }

  /** An established connection to a machine that is gone just hangs, until TCP learns that it is back. */
  #awaitLine(
    connection: PeerConnection,
    call: Call,
    respond: (result: Result<unknown>) => void,
  ): void {
    const restMs = Math.max(0, call.deadlineMs - this.#world.nowMs);
    const timer = this.#world.schedule(restMs, 'call to lost leader', () => {
      forget();
      respond(no('DeadlineExceeded', DEADLINE_EXCEEDED));
    });
    const forget = connection.onceUnstuck(() => {
      timer.cancel();
      this.#later(POLL_LEADER_MS, call, respond);
    });
  }

  #failed(failure: RpcFailure, call: Call, respond: (result: Result<unknown>) => void): void {
    if (failure === 'cancelled') return respond(no('Unavailable', 'transport is closing'));
    if (failure === 'refused') return this.#later(POLL_LEADER_MS, call, respond);
    // An established connection to a machine that is gone just hangs.
    const restMs = Math.max(0, call.deadlineMs - this.#world.nowMs);
    this.#world.schedule(restMs, 'call to lost leader', () =>
      respond(no('DeadlineExceeded', DEADLINE_EXCEEDED)),
    );
  }

  #later(
    delayMs: number,
    call: Call,
    respond: (result: Result<unknown>) => void,
    then = (): void => this.serve(call, respond),
  ): void {
    const restMs = call.deadlineMs - this.#world.nowMs;
    if (restMs <= delayMs) {
      this.#world.schedule(Math.max(0, restMs), 'no leader', () =>
        respond(no('Unknown', DEADLINE_EXCEEDED)),
      );
      return;
    }
    this.#world.schedule(delayMs, 'look for leader', then);
  }
}

export function splitAddress(addr: string): { readonly host: string; readonly port: number } {
  const colon = addr.lastIndexOf(':');
  return colon < 0
    ? { host: addr, port: 2377 }
    : { host: addr.slice(0, colon), port: Number(addr.slice(colon + 1)) };
}
