/**
 * One session with a dispatcher: registers, beats, asks what is new, and ends at the first failure.
 *
 * Real: swarmkit agent/session.go
 */
import type { Scheduler, Timer } from '../../sim/index.ts';
import type {
  DispatcherPush,
  HeartbeatResponse,
  NodeDescription,
  PollResponse,
  Result,
  SessionResponse,
  SwarmError,
  TaskStatusUpdate,
} from '../api/index.ts';
import type { Connection } from './connection.ts';

const RPC_TIMEOUT_MS = 5000;
/** A standing question is asked anew after so long. */
const POLL_TIMEOUT_MS = 600_000;

export interface SessionOptions {
  readonly world: Scheduler;
  readonly connection: Connection;
  readonly nodeID: string;
  readonly description: NodeDescription;
  readonly registered: () => void;
  readonly pushed: (push: DispatcherPush) => void;
  readonly beaten: () => void;
  readonly closed: (error: SwarmError) => void;
}

export class Session {
  readonly connection: Connection;
  readonly description: NodeDescription;
  readonly #options: SessionOptions;
  #sessionID = '';
  #sequence = 0;
  #heartbeat: Timer | undefined;
  #cancelPoll: (() => void) | undefined;
  readonly #cancels = new Set<() => void>();
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.connection = options.connection;
    this.description = options.description;
  }

  get isRegistered(): boolean {
    return this.#sessionID !== '' && !this.#isClosed;
  }

  start(): void {
    this.#call<SessionResponse>(
      'dispatcher.session',
      { Description: this.description },
      (response) => {
        this.#sessionID = response.SessionID;
        this.#options.registered();
        this.#poll();
        this.#beat();
      },
    );
  }

  /** Ends it without a word. */
  close(): void {
    this.#isClosed = true;
    this.#heartbeat?.cancel();
    this.#cancelPoll?.();
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  sendStatuses(updates: readonly TaskStatusUpdate[], done: (isGood: boolean) => void): void {
    this.#call(
      'dispatcher.status',
      { Updates: updates },
      () => done(true),
      () => done(false),
    );
  }

  #beat(): void {
    this.#call<HeartbeatResponse>('dispatcher.heartbeat', {}, (response) => {
      this.#options.beaten();
      if (this.#isClosed) return;
      // Something was sent that has not come: it was lost on the way. Ask again.
      if (response.Sequence > this.#sequence) this.#poll();
      this.#heartbeat = this.#options.world.schedule(response.PeriodMs, 'heartbeat', () =>
        this.#beat(),
      );
    });
  }

  #poll(): void {
    this.#cancelPoll?.();
    const { connection, nodeID } = this.#options;
    const body = { NodeID: nodeID, SessionID: this.#sessionID, After: this.#sequence };
    this.#cancelPoll = connection.call('dispatcher.poll', body, POLL_TIMEOUT_MS, (result) => {
      if (this.#isClosed) return;
      if (!result.ok)
        return result.error.code === 'DeadlineExceeded' ? this.#poll() : this.#fail(result.error);
      const { Pushes: pushes, Sequence: sequence } = result.value as PollResponse;
      this.#sequence = sequence;
      for (const push of pushes) if (!this.#isClosed) this.#options.pushed(push);
      if (!this.#isClosed) this.#poll();
    });
  }

  #call<T>(method: string, args: object, done: (value: T) => void, undone?: () => void): void {
    const { connection, nodeID } = this.#options;
    const body = { NodeID: nodeID, SessionID: this.#sessionID, ...args };
    const cancel = connection.call(method, body, RPC_TIMEOUT_MS, (result: Result<unknown>) => {
      this.#cancels.delete(cancel);
      if (this.#isClosed) return undone?.();
      if (result.ok) return done(result.value as T);
      undone?.();
      this.#fail(result.error);
    });
    this.#cancels.add(cancel);
  }

  #fail(error: SwarmError): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.closed(error);
  }
}
