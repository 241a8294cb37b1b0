/**
 * Keeps sessions with agents, decides which nodes are ready or down, hands out assignments, and writes what agents report.
 *
 * Real:     swarmkit manager/dispatcher/dispatcher.go
 * Reads:    nodes, tasks, secrets, configs, cluster.   Writes: node.Status, node.Description, task.Status.
 * Left out: the separate streams of the real API: here an agent asks one standing question ("what is new?") that is held until there is
 *           an answer, which also carries subscriptions to logs; volume updates.
 */
import type { Random, Scheduler, Timer } from '../../sim/index.ts';
import {
  TASK_STATE_ORDER,
  no,
  ok,
  type DispatcherPush,
  type HeartbeatRequest,
  type HeartbeatResponse,
  type LogSubscription,
  type ManagerPeer,
  type Node,
  type NodeState,
  type PollRequest,
  type PollResponse,
  type Result,
  type SessionMessage,
  type SessionRequest,
  type SessionResponse,
  type StoreEvent,
  type Task,
  type TaskStatus,
  type UpdateTaskStatusRequest,
} from '../api/index.ts';
import { newID, type Store, type Transaction } from '../store/index.ts';
import { AssignmentSet } from './assignments.ts';
import { RegisteredNode, type Session } from './nodes.ts';
import {
  GRACE_PERIOD_MULTIPLIER,
  GRACE_PERIOD_MULTIPLIER_UNKNOWN,
  choosePeriod,
} from './period.ts';

const BATCH_MS = 100;
const ASSIGNMENTS_MAX = 100;
const ORPHAN_DELAY_MS = 24 * 3_600_000;
const HEARTBEAT_PERIOD_MS = 5000;
const LEADERSHIP_CHANGE = 'Node moved to "unknown" state due to leadership change in cluster';

export interface DispatcherOptions {
  readonly world: Scheduler;
  readonly store: Store;
  readonly random: Random;
  /** The managers to tell agents of. */
  readonly managers: () => readonly ManagerPeer[];
}

interface NodeUpdate {
  readonly state: NodeState;
  readonly message: string;
  readonly address?: string;
  readonly description?: Node['Description'];
  readonly done?: (result: Result<void>) => void;
}

export class Dispatcher {
  readonly #world: Scheduler;
  readonly #store: Store;
  readonly #random: Random;
  readonly #managers: () => readonly ManagerPeer[];
  readonly #nodes = new Map<string, RegisteredNode>();
  readonly #downs = new Map<string, Timer>();
  #taskUpdates = new Map<string, TaskStatus>();
  #nodeUpdates = new Map<string, NodeUpdate>();
  #batch: Timer | undefined;
  #stopWatch: (() => void) | undefined;
  #startedAtMs = 0;
  #isRunning = false;

  constructor(options: DispatcherOptions) {
    this.#world = options.world;
    this.#store = options.store;
    this.#random = options.random;
    this.#managers = options.managers;
  }

  start(): void {
    this.#isRunning = true;
    this.#startedAtMs = this.#world.nowMs;
    this.#stopWatch = this.#store.watch('dispatcher', (events) => this.#handle(events));
    this.#markNodesUnknown();
  }

  stop(): void {
    this.#isRunning = false;
    this.#stopWatch?.();
    this.#batch?.cancel();
    this.#batch = undefined;
    for (const timer of this.#downs.values()) timer.cancel();
    this.#downs.clear();
    for (const node of this.#nodes.values()) {
      // Its agent has to find the new leader: the streams end.
      const held = node.session?.held;
      node.forget();
      held?.({ Sequence: -1, Pushes: [] });
    }
    this.#nodes.clear();
    this.#taskUpdates.clear();
    this.#nodeUpdates.clear();
  }

  /** A session begins. */
  session(
    request: SessionRequest,
    address: string,
    done: (result: Result<SessionResponse>) => void,
  ): void {
    const { NodeID: nodeID } = request;
    const node = this.#store.get('node', nodeID);
    if (!node)
      return done(
        no('PermissionDenied', `Permission denied: node ${nodeID} was removed from swarm`),
      );
    const registered = this.#registered(nodeID);
    if (!registered.mayRegister())
      return done(no('Unavailable', `node ${nodeID} exceeded rate limit count of registrations`));
    this.#downs.get(nodeID)?.cancel();
    this.#downs.delete(nodeID);
    this.#endSession(registered);
    const session = this.#newSession(nodeID);
    registered.session = session;
    registered.expect(choosePeriod(this.#random, this.#periodMs()) * GRACE_PERIOD_MULTIPLIER, () =>
      this.#nodeDown(nodeID, 'heartbeat failure'),
    );
    const description =
      JSON.stringify(node.Description) === JSON.stringify(request.Description)
        ? node.Description
        : request.Description;
    this.#updateNode(nodeID, {
      state: 'ready',
      message: '',
      address,
      description,
      done: (result) => {
        if (!result.ok) return done(result);
        if (registered.session !== session) return done(no('Unavailable', 'session superseded'));
        this.#pushSession(session, nodeID);
        this.#push(session, { kind: 'assignments', message: session.assignments.take('complete') });
        done(ok({ SessionID: session.id }));
      },
    });
  }

  /** The agent's standing question. */
  poll(request: PollRequest, done: (result: Result<PollResponse>) => void): void {
    const session = this.#sessionOf(request);
    if (!session) return done(no('InvalidArgument', 'session invalid'));
    // A newer question replaces the one that was held.
    session.held = undefined;
    session.unseen = session.unseen.filter((item) => item.sequence > request.After);
    session.held = (response) =>
      done(response.Sequence < 0 ? no('Unavailable', 'dispatcher is stopped') : ok(response));
    this.#answer(session);
  }

  heartbeat(request: HeartbeatRequest): Result<HeartbeatResponse> {
    const session = this.#sessionOf(request);
    if (!session)
      return no(
        'NotFound',
        this.#nodes.has(request.NodeID) ? 'session invalid' : 'node not registered',
      );
    const registered = this.#nodes.get(request.NodeID) as RegisteredNode;
    return ok({
      PeriodMs: registered.beat(this.#random, this.#periodMs()),
      Sequence: session.sequence,
    });
  }

  updateTaskStatus(request: UpdateTaskStatusRequest): Result<void> {
    if (!this.#sessionOf(request)) return no('NotFound', 'session invalid');
    for (const { TaskID: id, Status: status } of request.Updates) {
      const task = this.#store.get('task', id);
      if (!task) continue;
      if (task.NodeID !== request.NodeID)
        return no('PermissionDenied', 'cannot update a task not assigned this node');
      this.#taskUpdates.set(id, status);
    }
    this.#startBatch();
    return ok(undefined);
  }

  /** Managers have come or gone: every agent hears of it. */
  managersChanged(): void {
    for (const { nodeID, session } of this.#nodes.values())
      if (session) this.#pushSession(session, nodeID);
  }

  /** To the agents of all nodes, or of some. */
  publish(subscription: LogSubscription, nodeIDs: ReadonlySet<string>): void {
    for (const { nodeID, session } of this.#nodes.values())
      if (session && nodeIDs.has(nodeID))
        this.#push(session, { kind: 'subscription', message: subscription });
  }

  /** Which nodes have a session. */
  hasSession(nodeID: string): boolean {
    return this.#nodes.get(nodeID)?.session !== undefined;
  }

  #registered(nodeID: string): RegisteredNode {
    let node = this.#nodes.get(nodeID);
    if (!node) this.#nodes.set(nodeID, (node = new RegisteredNode(this.#world, nodeID)));
    return node;
  }

  #newSession(nodeID: string): Session {
    return {
      id: newID(this.#random),
      assignments: new AssignmentSet(nodeID, this.#store),
      sequence: 0,
      unseen: [],
      held: undefined,
      flush: undefined,
    };
  }

  #endSession(registered: RegisteredNode): void {
    const session = registered.session;
    registered.session = undefined;
    session?.flush?.cancel();
    session?.held?.({ Sequence: -1, Pushes: [] });
  }

  #sessionOf(request: {
    readonly NodeID: string;
    readonly SessionID: string;
  }): Session | undefined {
    const session = this.#nodes.get(request.NodeID)?.session;
    return session?.id === request.SessionID ? session : undefined;
  }

  #periodMs(): number {
    const cluster = this.#store.list('cluster')[0];
    return cluster
      ? Math.floor(cluster.Spec.Dispatcher.HeartbeatPeriod / 1_000_000) || HEARTBEAT_PERIOD_MS
      : HEARTBEAT_PERIOD_MS;
  }

  /** At the start: who has no session yet is unknown, until it comes or its time is over. */
  #markNodesUnknown(): void {
    this.#store.batch(
      'nodes unknown',
      this.#store.list('node').map((node) => (tx: Transaction) => {
        const current = tx.get('node', node.ID);
        if (!current || this.#nodes.get(node.ID)?.session) return;
        if (current.Status.State === 'down') return this.#startOrphanTimer(node.ID);
        this.#registered(node.ID).expect(
          choosePeriod(this.#random, this.#periodMs()) * GRACE_PERIOD_MULTIPLIER_UNKNOWN,
          () => this.#nodeDown(node.ID, 'heartbeat failure for node in "unknown" state'),
        );
        if (current.Description !== undefined)
          tx.update('node', {
            ...current,
            Status: { ...current.Status, State: 'unknown', Message: LEADERSHIP_CHANGE },
          });
      }),
    );
  }

  #nodeDown(nodeID: string, message: string): void {
    const registered = this.#nodes.get(nodeID);
    if (registered) this.#endSession(registered);
    registered?.forget();
    this.#nodes.delete(nodeID);
    if (!this.#store.get('node', nodeID)) return;
    this.#startOrphanTimer(nodeID);
    this.#updateNode(nodeID, { state: 'down', message });
  }

  /** A node that is down for a day will not come back: its tasks are written off. */
  #startOrphanTimer(nodeID: string): void {
    this.#downs.get(nodeID)?.cancel();
    this.#downs.set(
      nodeID,
      this.#world.schedule(ORPHAN_DELAY_MS, `orphan tasks of ${nodeID}`, () => {
        this.#downs.delete(nodeID);
        this.#store.batch(
          'orphan tasks',
          this.#store.list('task', { nodeID }).map((task) => (tx: Transaction) => {
            const current = tx.get('task', task.ID);
            if (!current || TASK_STATE_ORDER[current.Status.State] >= TASK_STATE_ORDER.complete)
              return;
            tx.update('task', {
              ...current,
              Status: { ...current.Status, State: 'orphaned', Timestamp: this.#world.timestamp() },
            });
          }),
        );
      }),
    );
  }

  #updateNode(nodeID: string, update: NodeUpdate): void {
    this.#nodeUpdates.get(nodeID)?.done?.(no('Unavailable', 'superseded'));
    this.#nodeUpdates.set(nodeID, update);
    this.#startBatch();
  }

  /** Updates are written together on the next tick of a clock of 100 ms. */
  #startBatch(): void {
    if (this.#batch || !this.#isRunning) return;
    const elapsedMs = (this.#world.nowMs - this.#startedAtMs) % BATCH_MS;
    this.#batch = this.#world.schedule(BATCH_MS - elapsedMs, 'dispatcher batch', () => {
      this.#batch = undefined;
      this.#processUpdates();
    });
  }

  #processUpdates(): void {
    const tasks = this.#taskUpdates;
    const nodes = this.#nodeUpdates;
    this.#taskUpdates = new Map();
    this.#nodeUpdates = new Map();
    const writes = [
      ...[...tasks].map(
        ([id, status]) =>
          (tx: Transaction) =>
            writeTaskStatus(tx, id, status),
      ),
      ...[...nodes].map(
        ([id, update]) =>
          (tx: Transaction) =>
            writeNodeUpdate(tx, id, update),
      ),
    ];
    this.#store.batch('statuses', writes, (result) => {
      for (const update of nodes.values()) update.done?.(result);
    });
  }

  #handle(events: readonly StoreEvent[]): void {
    const touched = new Set<string>();
    let isForAll = false;
    for (const event of events) {
      if (event.table === 'task') touched.add(event.object.NodeID);
      else if (event.table === 'node') this.#handleNode(event);
      else if (event.table === 'secret' || event.table === 'config')
        isForAll ||= event.action === 'update';
      else if (event.table === 'cluster') this.#handleCluster(event);
    }
    if (isForAll) for (const nodeID of this.#nodes.keys()) touched.add(nodeID);
    for (const nodeID of touched) {
      const session = this.#nodes.get(nodeID)?.session;
      if (!session) continue;
      let isChanged = false;
      for (const event of events) isChanged = session.assignments.handle(event) || isChanged;
      if (isChanged) this.#scheduleFlush(session);
    }
  }

  /** Every node hears of a new root. */
  #handleCluster(event: StoreEvent & { table: 'cluster' }): void {
    if (event.action !== 'update' || event.before?.RootCA.CACert === event.object.RootCA.CACert)
      return;
    for (const [nodeID, { session }] of this.#nodes)
      if (session && session.sequence > 0) this.#pushSession(session, nodeID);
  }

  #handleNode(event: StoreEvent & { table: 'node' }): void {
    const { object: node } = event;
    if (event.action === 'remove') {
      const registered = this.#nodes.get(node.ID);
      if (registered) this.#endSession(registered);
      registered?.forget();
      this.#nodes.delete(node.ID);
      this.#downs.get(node.ID)?.cancel();
      this.#downs.delete(node.ID);
      return;
    }
    const session = this.#nodes.get(node.ID)?.session;
    if (session && session.sequence > 0 && (!event.before || isNewsToNode(event.before, node)))
      this.#pushSession(session, node.ID);
  }

  #scheduleFlush(session: Session): void {
    // The complete set goes first; until then changes only gather.
    if (session.sequence === 0) return;
    if (session.assignments.size >= ASSIGNMENTS_MAX) return this.#flush(session);
    session.flush?.cancel();
    session.flush = this.#world.schedule(BATCH_MS, 'dispatcher assignments', () =>
      this.#flush(session),
    );
  }

  #flush(session: Session): void {
    session.flush?.cancel();
    session.flush = undefined;
    if (session.assignments.size > 0)
      this.#push(session, {
        kind: 'assignments',
        message: session.assignments.take('incremental'),
      });
  }

  #pushSession(session: Session, nodeID: string): void {
    const node = this.#store.get('node', nodeID);
    if (!node) return;
    const network = this.#store.list('network').find((candidate) => candidate.Spec.Ingress);
    const addresses =
      network &&
      node.Attachments.find((attachment) => attachment.NetworkID === network.ID)?.Addresses;
    const root = this.#store.list('cluster')[0]?.RootCA;
    const message: SessionMessage = {
      Node: node,
      Managers: this.#managers(),
      ...(root ? { RootCA: { Cert: root.CACert, Digest: root.CACertHash } } : {}),
      ...(network && addresses ? { Ingress: { Network: network, Addresses: addresses } } : {}),
    };
    this.#push(session, { kind: 'session', message });
  }

  #push(session: Session, push: DispatcherPush): void {
    session.sequence++;
    session.unseen.push({ sequence: session.sequence, push });
    this.#answer(session);
  }

  #answer(session: Session): void {
    const { held } = session;
    if (!held || session.unseen.length === 0) return;
    session.held = undefined;
    held({ Sequence: session.sequence, Pushes: session.unseen.map((item) => item.push) });
  }
}

/** Whether a change of its object matters to the node itself. */
function isNewsToNode(before: Node, after: Node): boolean {
  return (
    before.Role !== after.Role ||
    before.Spec !== after.Spec ||
    before.Attachments !== after.Attachments ||
    (before.Certificate !== after.Certificate && after.Certificate.Status === 'rotate')
  );
}

function writeTaskStatus(tx: Transaction, id: string, status: TaskStatus): void {
  const task: Task | undefined = tx.get('task', id);
  // A state never goes back; what comes late is dropped.
  if (!task || TASK_STATE_ORDER[task.Status.State] > TASK_STATE_ORDER[status.State]) return;
  if (JSON.stringify(task.Status) === JSON.stringify(status)) return;
  tx.update('task', { ...task, Status: status });
}

function writeNodeUpdate(tx: Transaction, id: string, update: NodeUpdate): void {
  const node = tx.get('node', id);
  if (!node) return;
  const status = {
    State: update.state,
    ...(update.message === '' ? {} : { Message: update.message }),
    Addr: update.address ?? node.Status.Addr,
  };
  tx.update('node', {
    ...node,
    Status: status,
    Description: update.description ?? node.Description,
  });
}
