/**
 * Restarts tasks as their policy says: shuts the old one down, makes its replacement, and starts
 * that one after the delay.
 *
 * Real:     swarmkit manager/orchestrator/restart/restart.go
 * Left out: the time at which a manager applied a status (AppliedAt); the status's own time stands
 *           for it.
 */
import type { Scheduler as World, Timer } from '../../../sim/index.ts';
import { SwarmFailure, type Service, type StoreEvent, type Task } from '../../api/index.ts';
import type { Store, Transaction } from '../../store/index.ts';
import {
  isBeyond,
  isDesiredRunning,
  isGlobalService,
  isJob,
  isReplicatedJob,
  isReplicatedService,
} from '../service.ts';
import {
  byTimestamp,
  emitCreated,
  newTask,
  restartCondition,
  type Slot,
  type SlotTuple,
} from '../task.ts';
import { durationMs, timestampMs } from '../timestamp.ts';
import { RestartHistory } from './history.ts';

export const RESTART_DELAY_MS = 5000;
/** So long a replacement waits for the old task to stop. */
const OLD_TASK_TIMEOUT_MS = 60_000;

/** A task in desired state `ready` that waits to be started. */
interface DelayedStart {
  readonly taskID: string;
  /** The old task and its node: one of them must come to an end first. */
  readonly old: Task | undefined;
  isDelayOver: boolean;
  isOldGone: boolean;
  isDone: boolean;
  readonly timers: Timer[];
  /** Called when the task was started, or will not be. */
  readonly done: (() => void)[];
  /** Whether another restart of the same task waits for this one. */
  hasWaiter: boolean;
}

export class RestartSupervisor {
  readonly #store: Store;
  readonly #world: World;
  readonly #name: string;
  readonly #delays = new Map<string, DelayedStart>();
  /** The delays that wait for an old task, by its ID and by its node's. */
  readonly #waiting = new Map<string, Set<DelayedStart>>();
  readonly #history = new RestartHistory();
  #unwatch: (() => void) | undefined;

  constructor(options: { readonly store: Store; readonly world: World; readonly name: string }) {
    this.#store = options.store;
    this.#world = options.world;
    this.#name = options.name;
  }

  start(): void {
    this.#unwatch = this.#store.watch('restart supervisor', (events) =>
      events.forEach((event) => this.#onEvent(event)),
    );
  }

  /** Forgets all pending starts: the next leader takes them up again. */
  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    for (const delay of this.#delays.values()) {
      delay.isDone = true;
      for (const timer of delay.timers) timer.cancel();
    }
    this.#delays.clear();
    this.#waiting.clear();
    this.#history.clear();
  }

  /** Ends a task and, if its policy allows, begins its replacement. */
  restart(tx: Transaction, service: Service, task: Task): void {
    const pending = this.#delays.get(task.ID);
    if (pending) return this.#restartAfter(pending);
    if (isBeyond(task.DesiredState, 'complete'))
      throw new SwarmFailure('Internal', 'Restart called on task that was already shut down');
    // The old task ends in any case, also when nothing takes its place.
    tx.update('task', { ...task, DesiredState: 'shutdown' });
    if (!this.shouldRestart(task, service)) {
      this.#world.emit('restart.refused', {
        taskID: task.ID,
        serviceID: service.ID,
        slot: task.Slot,
        condition: restartCondition(task),
      });
      return;
    }
    const created = this.#createReplacement(tx, service, task);
    this.recordHistory(
      { serviceID: created.ServiceID, slot: created.Slot, nodeID: created.NodeID },
      created,
    );
    const node = tx.get('node', task.NodeID);
    const policy = task.Spec.RestartPolicy?.Delay;
    const configured = policy === undefined ? RESTART_DELAY_MS : durationMs(policy);
    const delayMs = node?.Spec.Availability === 'drain' ? 0 : configured;
    const waitStop = node?.Status.State !== 'down' && !isBeyond(task.Status.State, 'running');
    this.#world.emit('restart.scheduled', {
      taskID: task.ID,
      newTaskID: created.ID,
      serviceID: service.ID,
      slot: task.Slot,
      delayMs,
      waitStop,
      state: task.Status.State,
    });
    this.delayStart({ old: task, taskID: created.ID, delayMs, waitStop });
  }

  #createReplacement(tx: Transaction, service: Service, old: Task): Task {
    const isBySlot = isReplicatedService(service) || isReplicatedJob(service);
    const draft = {
      ...newTask({
        world: this.#world,
        name: this.#name,
        tx,
        service,
        slot: isBySlot ? old.Slot : 0,
        nodeID: isBySlot ? '' : old.NodeID,
      }),
      DesiredState: 'ready' as const,
      ...(isJob(service) ? { JobIteration: service.JobStatus?.JobIteration ?? { Index: 0 } } : {}),
    };
    emitCreated(this.#world, draft, `restart of ${old.ID} (${old.Status.State})`);
    return tx.create('task', draft);
  }

  /**
   * The task is itself still waiting to be started: restart it when that is over, lest a missing
   * image makes a tight loop.
   */
  #restartAfter(pending: DelayedStart): void {
    if (pending.hasWaiter) return;
    pending.hasWaiter = true;
    pending.done.push(() =>
      this.#store.update('restart after delay', (tx) => {
        const task = tx.get('task', pending.taskID);
        const service = task && tx.get('service', task.ServiceID);
        if (service && isDesiredRunning(task)) this.restart(tx, service, task);
      }),
    );
  }

  shouldRestart(task: Task, service: Service): boolean {
    const condition = restartCondition(task);
    if (condition === 'none') return false;
    // A job that is complete is done, whatever the condition.
    if (task.Status.State === 'complete' && (condition === 'on-failure' || isJob(service)))
      return false;
    const nodeID = isGlobalService(service) ? task.NodeID : '';
    return this.#history.allows({ serviceID: task.ServiceID, slot: task.Slot, nodeID }, task);
  }

  /**
   * The tasks of a slot that the updater may handle: those that are to run; else the newest one, if
   * it ended and will not be restarted. During a rollback a slot that ended counts as dead, so that
   * the rollback fills it again.
   */
  updatableTasksInSlot(slot: Slot, service: Service): Slot {
    const alive = slot.filter(isDesiredRunning);
    if (alive.length > 0) return alive;
    if (service.UpdateStatus?.State === 'rollback_started') return [];
    const newest = slot.reduce<Task | undefined>(
      (a, b) => (a === undefined || byTimestamp(a, b) < 0 ? b : a),
      undefined,
    );
    return newest && !this.shouldRestart(newest, service) ? [newest] : [];
  }

  recordHistory(tuple: SlotTuple, replacement: Task): void {
    this.#history.record(
      tuple,
      replacement,
      timestampMs(replacement.CreatedAt) ?? this.#world.unixMs,
    );
  }

  clearServiceHistory(serviceID: string): void {
    this.#history.clearService(serviceID);
  }

  /**
   * Starts a task when its delay is over and, with `waitStop`, the old task has stopped, its node
   * is down or gone, or a minute has passed. To be called inside the transaction that makes the
   * task, so that nothing is missed.
   */
  delayStart(options: {
    readonly old: Task | undefined;
    readonly taskID: string;
    readonly delayMs: number;
    readonly waitStop: boolean;
    readonly done?: () => void;
  }): void {
    const { old, taskID, delayMs, waitStop } = options;
    this.cancel(taskID);
    const waitsFor = waitStop && old && !isBeyond(old.Status.State, 'running') ? old : undefined;
    const delay: DelayedStart = {
      taskID,
      old: waitsFor,
      isDelayOver: false,
      isOldGone: waitsFor === undefined,
      isDone: false,
      timers: [],
      done: options.done ? [options.done] : [],
      hasWaiter: false,
    };
    this.#delays.set(taskID, delay);
    for (const id of keysOf(delay)) {
      const set = this.#waiting.get(id);
      if (set) set.add(delay);
      else this.#waiting.set(id, new Set([delay]));
    }
    delay.timers.push(
      this.#world.schedule(delayMs, `restart delay of task ${taskID}`, () => {
        delay.isDelayOver = true;
        this.#startIfReady(delay);
      }),
    );
    if (!waitsFor) return;
    delay.timers.push(
      this.#world.schedule(OLD_TASK_TIMEOUT_MS, `timeout of waiting for task ${waitsFor.ID}`, () =>
        this.#oldIsGone(delay),
      ),
    );
  }

  /** Lets a task run now. */
  startNow(tx: Transaction, taskID: string): void {
    const task = tx.get('task', taskID);
    if (!task || !isBeyond('running', task.DesiredState)) return;
    tx.update('task', { ...task, DesiredState: task.JobIteration ? 'complete' : 'running' });
  }

  /** The task will not be started by us after all. */
  cancel(taskID: string): void {
    const delay = this.#delays.get(taskID);
    if (delay) this.#finish(delay);
  }

  #onEvent(event: StoreEvent): void {
    const isOver =
      (event.table === 'task' &&
        event.action === 'update' &&
        isBeyond(event.object.Status.State, 'running')) ||
      (event.table === 'node' &&
        (event.action === 'remove' ||
          (event.action === 'update' && event.object.Status.State === 'down')));
    if (!isOver) return;
    for (const delay of [...(this.#waiting.get(event.object.ID) ?? [])]) this.#oldIsGone(delay);
  }

  #oldIsGone(delay: DelayedStart): void {
    if (delay.isOldGone) return;
    delay.isOldGone = true;
    this.#startIfReady(delay);
  }

  #startIfReady(delay: DelayedStart): void {
    if (!delay.isDelayOver || !delay.isOldGone || delay.isDone) return;
    this.#store.update(
      'start task',
      (tx) => {
        if (!delay.isDone) this.startNow(tx, delay.taskID);
      },
      () => this.#finish(delay),
    );
  }

  #finish(delay: DelayedStart): void {
    if (delay.isDone) return;
    delay.isDone = true;
    for (const timer of delay.timers) timer.cancel();
    if (this.#delays.get(delay.taskID) === delay) this.#delays.delete(delay.taskID);
    for (const id of keysOf(delay)) {
      const set = this.#waiting.get(id);
      set?.delete(delay);
      if (set?.size === 0) this.#waiting.delete(id);
    }
    for (const done of delay.done) done();
  }
}

const keysOf = (delay: DelayedStart): readonly string[] =>
  delay.old ? [delay.old.ID, delay.old.NodeID] : [];
