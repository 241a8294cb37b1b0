/**
 * The update of one slot: uses an up-to-date task if there is one, else makes one, and shuts down
 * the others in the order asked for.
 *
 * Real: swarmkit manager/orchestrator/update/updater.go (worker, updateTask, useExistingTask,
 *       removeOldTasks)
 */
import { SwarmFailure, type Service, type Task, type TaskState } from '../../api/index.ts';
import type { Transaction } from '../../store/index.ts';
import { isBeyond, isDesiredRunning, isGlobalService } from '../service.ts';
import { emitCreated, newTask, type Slot } from '../task.ts';
import type { UpdateTools } from './supervisor.ts';

export interface SlotUpdateOptions {
  readonly tools: UpdateTools;
  readonly service: Service;
  readonly slot: Slot;
  readonly order: 'stop-first' | 'start-first';
  readonly isDirty: (task: Task) => boolean;
  /** The new task was made; from now on its failure counts. */
  readonly created: (taskID: string) => void;
  /** The new task was observed to run, or to have ended. */
  readonly isRunning: (taskID: string) => void;
  readonly done: () => void;
}

export class SlotUpdate {
  readonly #options: SlotUpdateOptions;
  #newTaskID: string | undefined;
  #isStarted = false;
  #observed: TaskState | undefined;
  #isOver = false;

  constructor(options: SlotUpdateOptions) {
    this.#options = options;
  }

  run(): void {
    const { slot, isDirty } = this.#options;
    const clean = slot.filter((task) => !isDirty(task));
    const existing =
      clean.find((task) => task.DesiredState === 'running') ??
      clean.filter((task) => isBeyond('running', task.DesiredState)).at(-1);
    if (existing) this.#useExisting(existing);
    else this.#replace();
  }

  cancel(): void {
    this.#isOver = true;
  }

  /** A task changed: perhaps it is the one that we wait for. */
  onTask(task: Task): void {
    if (task.ID !== this.#newTaskID || this.#observed !== undefined) return;
    if (isBeyond('running', task.Status.State)) return;
    this.#observed = task.Status.State;
    this.#finishIfUp();
  }

  #useExisting(existing: Task): void {
    const { tools, slot } = this.#options;
    const others = slot.filter((task) => task !== existing);
    const isReady = existing.DesiredState === 'running';
    if (others.length === 0 && isReady) return this.#done();
    this.#update(
      'use existing task',
      (tx) => {
        const old = this.#removeOldTasks(tx, others);
        if (isReady) return;
        tools.restarts.delayStart({
          old,
          taskID: existing.ID,
          delayMs: 0,
          waitStop: true,
          done: () => this.#done(),
        });
      },
      () => {
        if (isReady) this.#done();
      },
    );
  }

  #replace(): void {
    const { tools, service, slot, order } = this.#options;
    this.#update('update task', (tx) => {
      if (!tx.get('service', service.ID)) throw new SwarmFailure('NotFound', 'service was deleted');
      const first = slot[0] as Task;
      const nodeID = isGlobalService(service) ? first.NodeID : '';
      const draft = newTask({
        world: tools.world,
        name: tools.name,
        tx,
        service,
        slot: first.Slot,
        nodeID,
      });
      const task = tx.create('task', { ...draft, DesiredState: 'ready' });
      this.#newTaskID = task.ID;
      this.#options.created(task.ID);
      emitCreated(tools.world, task, 'update');
      const data = {
        serviceID: service.ID,
        slot: task.Slot,
        newTaskID: task.ID,
        order,
        oldTaskIDs: slot.map((t) => t.ID),
      };
      tools.world.emit('update.slot', nodeID === '' ? data : { ...data, nodeID });
      const isStartFirst = order === 'start-first';
      const old = isStartFirst ? undefined : this.#removeOldTasks(tx, slot);
      tools.restarts.delayStart({
        old,
        taskID: task.ID,
        delayMs: 0,
        waitStop: !isStartFirst,
        done: () => this.#started(),
      });
    });
  }

  #started(): void {
    this.#isStarted = true;
    this.#finishIfUp();
  }

  #finishIfUp(): void {
    if (
      !this.#isStarted ||
      this.#observed === undefined ||
      this.#newTaskID === undefined ||
      this.#isOver
    )
      return;
    this.#options.isRunning(this.#newTaskID);
    if (this.#options.order === 'stop-first' || this.#observed !== 'running') return this.#done();
    this.#update(
      'stop old tasks',
      (tx) => void this.#removeOldTasks(tx, this.#options.slot),
      () => this.#done(),
    );
  }

  /**
   * Shuts down the tasks that are still to run; returns one of them, to be waited for. Fails when
   * each was shut down by somebody else.
   */
  #removeOldTasks(tx: Transaction, tasks: Slot): Task | undefined {
    let removed: Task | undefined;
    let failure: string | undefined;
    for (const original of tasks) {
      if (!isDesiredRunning(original)) continue;
      const task = tx.get('task', original.ID);
      if (!task) failure = `task ${original.ID} not found while trying to shut it down`;
      else if (!isDesiredRunning(task))
        failure = `task ${original.ID} was already shut down when reached by updater (state: ${task.DesiredState})`;
      else removed = tx.update('task', { ...task, DesiredState: 'shutdown' });
    }
    if (!removed && failure !== undefined) throw new SwarmFailure('Internal', failure);
    return removed;
  }

  /** A failed write ends the slot: the worker goes on with the next one. */
  #update(what: string, write: (tx: Transaction) => void, then: () => void = () => {}): void {
    this.#options.tools.store.update(
      what,
      (tx) => {
        if (!this.#isOver) write(tx);
      },
      (result) => {
        if (this.#isOver) return;
        if (result.ok) then();
        else this.#done();
      },
    );
  }

  #done(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.done();
  }
}
