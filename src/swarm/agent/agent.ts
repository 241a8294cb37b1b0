/**
 * The agent: finds a manager, keeps a session with it, hands assignments to the worker and statuses to the dispatcher. When a session
 * ends it waits a little longer each time and looks for another manager; the tasks go on meanwhile.
 *
 * Real: swarmkit agent/{agent,reporter}.go
 */
import type { Disk, Random, Scheduler, Timer } from '../../sim/index.ts';
import type {
  DispatcherPush,
  LogMessage,
  NodeDescription,
  SessionMessage,
  SwarmError,
  TLSInfo,
  TaskStatus,
} from '../api/index.ts';
import type { ConnectionBroker } from './connection.ts';
import type { Executor } from './executor.ts';
import { Session } from './session.ts';
import { Worker } from './worker.ts';

const BACKOFF_INITIAL_MS = 100;
const BACKOFF_MAX_MS = 8000;
const DESCRIPTION_REFRESH_MS = 20_000;
const PUBLISH_TIMEOUT_MS = 5000;

export interface AgentOptions {
  readonly world: Scheduler;
  readonly disk: Disk;
  readonly random: Random;
  readonly nodeID: string;
  readonly executor: Executor;
  readonly broker: ConnectionBroker;
  /** Whom this node trusts: part of its description. */
  readonly tlsInfo: () => TLSInfo;
  /** The first session stands. */
  readonly ready: () => void;
  /** The dispatcher told of the node and the managers. */
  readonly message: (message: SessionMessage) => void;
  /** A session has failed. */
  readonly failed: (error: SwarmError) => void;
}

export class Agent {
  readonly #options: AgentOptions;
  readonly #worker: Worker;
  #session: Session | undefined;
  #backoffMs = 0;
  #timer: Timer | undefined;
  #statuses = new Map<string, TaskStatus>();
  #isReporting = false;
  #isStopped = false;
  #isLeaving = false;
  #describedAtMs = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { world, disk, executor } = options;
    this.#worker = new Worker({
      world,
      disk,
      executor,
      report: (taskID, status) => {
        this.#statuses.set(taskID, status);
        this.#reportSoon();
      },
      publish: (id, messages, isEnd) => this.#publishLogs(id, messages, isEnd),
    });
  }

  get isConnected(): boolean {
    return this.#session?.isRegistered ?? false;
  }

  start(): void {
    this.#worker.start();
    this.#connect();
  }

  /** Whom the node trusts, or who issued its certificate: a new session tells it. */
  descriptionChanged(): void {
    this.#describedAtMs = -DESCRIPTION_REFRESH_MS;
    if (this.isConnected) this.#refreshDescription();
  }

  /** Gives up all tasks; the session goes on meanwhile. */
  leave(done: () => void): void {
    this.#isLeaving = true;
    this.#worker.leave(done);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#session?.close();
    this.#session = undefined;
    this.#worker.stop();
  }

  #connect(): void {
    if (this.#isStopped) return;
    const { broker, world, nodeID } = this.#options;
    const connection = broker.select();
    if (!connection) return this.#retryLater();
    this.#describedAtMs = world.nowMs;
    this.#session = new Session({
      world,
      connection,
      nodeID,
      description: this.#describe(),
      registered: () => {
        this.#backoffMs = 0;
        broker.observe(connection, true);
        // Everything is told again: what was reported to the last dispatcher may not have been written.
        for (const [id, status] of this.#worker.statuses) this.#statuses.set(id, status);
        this.#reportSoon();
        this.#options.ready();
      },
      pushed: (push) => this.#handle(push),
      beaten: () => this.#refreshDescription(),
      closed: (error) => {
        broker.observe(connection, false);
        this.#session = undefined;
        this.#isReporting = false;
        this.#options.failed(error);
        this.#retryLater();
      },
    });
    this.#session.start();
  }

  #describe(): NodeDescription {
    return { ...this.#options.executor.describe(), TLSInfo: this.#options.tlsInfo() };
  }

  #retryLater(): void {
    if (this.#isStopped) return;
    const { world, random } = this.#options;
    this.#backoffMs = Math.min(BACKOFF_MAX_MS, BACKOFF_INITIAL_MS + 2 * this.#backoffMs);
    this.#timer = world.schedule(random.below(this.#backoffMs), 'agent session', () =>
      this.#connect(),
    );
  }

  #handle(push: DispatcherPush): void {
    switch (push.kind) {
      case 'session':
        this.#options.executor.configure(push.message.Node, push.message.Ingress);
        return this.#options.message(push.message);
      case 'assignments':
        return this.#isLeaving ? undefined : this.#worker.assign(push.message);
      case 'subscription':
        return this.#worker.subscribe(push.message);
      default:
        return push satisfies never;
    }
  }

  /** Labels or resources of the machine may have changed: then a new session tells. */
  #refreshDescription(): void {
    const { world } = this.#options;
    const session = this.#session;
    if (!session || world.nowMs - this.#describedAtMs < DESCRIPTION_REFRESH_MS) return;
    this.#describedAtMs = world.nowMs;
    if (JSON.stringify(this.#describe()) === JSON.stringify(session.description)) return;
    session.close();
    this.#session = undefined;
    this.#isReporting = false;
    this.#connect();
  }

  #reportSoon(): void {
    if (this.#isReporting || !this.isConnected || this.#statuses.size === 0) return;
    this.#isReporting = true;
    this.#options.world.schedule(0, 'report statuses', () => this.#reportNow());
  }

  #reportNow(): void {
    const session = this.#session;
    const updates = [...this.#statuses];
    if (!session?.isRegistered || updates.length === 0) {
      this.#isReporting = false;
      return;
    }
    this.#statuses = new Map();
    session.sendStatuses(
      updates.map(([id, status]) => ({ TaskID: id, Status: status })),
      (isGood) => {
        this.#isReporting = false;
        // What could not be told is told later, unless there is news by then.
        if (!isGood)
          for (const [id, status] of updates)
            if (!this.#statuses.has(id)) this.#statuses.set(id, status);
        this.#reportSoon();
      },
    );
  }

  #publishLogs(id: string, messages: readonly LogMessage[], isEnd: boolean): void {
    const { nodeID } = this.#options;
    this.#session?.connection.call(
      'logs.publish',
      { SubscriptionID: id, NodeID: nodeID, Messages: messages, Close: isEnd },
      PUBLISH_TIMEOUT_MS,
      () => undefined,
    );
  }
}
