/**
 * Deletes tasks that nobody needs any more: the history of a slot beyond the limit, and tasks to be
 * removed that have stopped.
 *
 * Real:   swarmkit manager/orchestrator/taskreaper/task_reaper.go
 * Reads:  tasks, services, cluster.   Writes: deletes tasks.
 */
import type { Scheduler as World, Timer } from '../../../sim/index.ts';
import type { Service, StoreEvent, Task } from '../../api/index.ts';
import { Line, type Store } from '../../store/index.ts';
import { isBeyond, isGlobalService, isReplicatedService, type Write } from '../service.ts';
import { byTimestamp, tupleKey, type SlotTuple } from '../task.ts';

const BATCHING_INTERVAL_MS = 250;
/** So many slots and tasks are not made to wait. */
const DIRTY_MAX = 1000;

export class TaskReaper {
  readonly #store: Store;
  readonly #world: World;
  readonly #name: string;
  #line: Line;
  /** How many tasks a slot keeps, the live one included; negative: all. */
  #taskHistory = 0;
  /** Slots whose history may have grown too long. */
  readonly #dirty = new Map<string, SlotTuple>();
  /** Tasks that can go at once. */
  #cleanup = new Set<string>();
  #timer: Timer | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: { readonly store: Store; readonly world: World; readonly name: string }) {
    this.#store = options.store;
    this.#world = options.world;
    this.#name = options.name;
    this.#line = new Line(options.store);
  }

  start(): void {
    this.#line = new Line(this.#store);
    this.#taskHistory =
      this.#store.list('cluster')[0]?.Spec.Orchestration.TaskHistoryRetentionLimit ?? 0;
    for (const task of this.#store.list('task', { taskState: 'orphaned' }))
      if (task.ServiceID === '') this.#cleanup.add(task.ID);
    for (const task of this.#store.list('task', { desiredState: 'remove' }))
      if (canGo(task)) this.#cleanup.add(task.ID);
    this.#unwatch = this.#store.watch('task reaper', (events) => {
      for (const event of events) this.#onEvent(event);
    });
    if (this.#cleanup.size > 0) this.#tick();
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#line.stop();
    this.#dirty.clear();
    this.#cleanup = new Set();
  }

  #onEvent(event: StoreEvent): void {
    if (event.table === 'cluster' && event.action === 'update')
      this.#taskHistory = event.object.Spec.Orchestration.TaskHistoryRetentionLimit;
    else if (event.table === 'task' && event.action === 'create') {
      const { ServiceID: serviceID, Slot: slot, NodeID: nodeID } = event.object;
      this.#dirty.set(tupleKey({ serviceID, slot, nodeID }), { serviceID, slot, nodeID });
    } else if (event.table === 'task' && event.action === 'update') {
      const task = event.object;
      if ((task.Status.State === 'orphaned' && task.ServiceID === '') || canGo(task))
        this.#cleanup.add(task.ID);
    } else return;
    if (this.#dirty.size + this.#cleanup.size > DIRTY_MAX) {
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#tick();
    } else
      this.#timer ??= this.#world.schedule(
        BATCHING_INTERVAL_MS,
        `${this.#name} task reaper`,
        () => {
          this.#timer = undefined;
          this.#tick();
        },
      );
  }

  #tick(): void {
    if (this.#dirty.size === 0 && this.#cleanup.size === 0) return;
    this.#line.run('reap tasks', () => this.#reap());
  }

  *#reap(): Iterable<Write> {
    const doomed = this.#cleanup;
    this.#cleanup = new Set();
    for (const [key, tuple] of [...this.#dirty]) {
      const service = this.#store.get('service', tuple.serviceID);
      const { outdated, isSettled } = service
        ? this.#history(service, tuple)
        : { outdated: [], isSettled: true };
      for (const task of outdated) doomed.add(task.ID);
      if (isSettled) this.#dirty.delete(key);
    }
    for (const id of doomed)
      yield (tx) => {
        if (tx.get('task', id)) tx.remove('task', id);
      };
  }

  /**
   * The tasks of a slot beyond the limit, and whether the slot needs no further look: it does while
   * several of its tasks still run.
   */
  #history(
    service: Service,
    tuple: SlotTuple,
  ): { readonly outdated: readonly Task[]; readonly isSettled: boolean } {
    // Enough is kept to count the restarts again after a change of leader.
    const maxAttempts = service.Spec.TaskTemplate.RestartPolicy?.MaxAttempts ?? 0;
    const limit = maxAttempts > 0 ? maxAttempts + 1 : this.#taskHistory;
    const tasks = this.#tasksOf(service, tuple);
    let excess = tasks.length - limit;
    if (limit < 0 || excess <= 0) return { outdated: [], isSettled: true };
    const outdated: Task[] = [];
    let running = 0;
    for (const task of [...tasks].sort(byTimestamp)) {
      if (!isHistory(task)) {
        running++;
        continue;
      }
      outdated.push(task);
      if (--excess <= 0) break;
    }
    return { outdated, isSettled: running <= 1 };
  }

  /** Jobs keep all their tasks. */
  #tasksOf(service: Service, tuple: SlotTuple): readonly Task[] {
    if (isReplicatedService(service))
      return this.#store.list('task', { slot: { serviceID: tuple.serviceID, slot: tuple.slot } });
    if (!isGlobalService(service)) return [];
    return this.#store
      .list('task', { nodeID: tuple.nodeID })
      .filter((task) => task.ServiceID === tuple.serviceID);
  }
}

/** To be removed, and not running: never assigned, or ended. */
function canGo(task: Task): boolean {
  return (
    task.DesiredState === 'remove' &&
    (isBeyond('assigned', task.Status.State) || isBeyond(task.Status.State, 'running'))
  );
}

/** Ended, or never to be assigned. */
function isHistory(task: Task): boolean {
  return (
    isBeyond(task.Status.State, 'running') ||
    (isBeyond('assigned', task.Status.State) && isBeyond(task.DesiredState, 'running'))
  );
}
