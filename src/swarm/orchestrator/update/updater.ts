/**
 * One rolling update: some workers take the outdated slots one by one and replace their tasks,
 * while failures of the new tasks are watched.
 *
 * Real: swarmkit manager/orchestrator/update/updater.go (Updater)
 */
import type { Timer } from '../../../sim/index.ts';
import type { Service, StoreEvent, Task, UpdateConfig } from '../../api/index.ts';
import { isBeyond } from '../service.ts';
import { isTaskDirty, type Slot } from '../task.ts';
import { durationMs } from '../timestamp.ts';
import { SlotUpdate } from './slot.ts';
import { StatusWriter } from './status.ts';
import type { UpdateTools } from './supervisor.ts';

const MONITOR_MS = 5000;
const DEFAULT_CONFIG: UpdateConfig = {
  Parallelism: 1,
  MaxFailureRatio: 0,
  FailureAction: 'pause',
  Order: 'stop-first',
};

/**
 * Slots are being given out; all are given out and workers finish; nothing is left to do but to
 * watch.
 */
type Phase = 'feeding' | 'finishing' | 'monitoring' | 'over';

export class Updater {
  /** The goal: the service as it was when the update began. */
  readonly service: Service;
  readonly #tools: UpdateTools;
  readonly #ended: () => void;
  readonly #config: UpdateConfig;
  readonly #monitorMs: number;
  readonly #status: StatusWriter;
  #phase: Phase = 'feeding';
  #dirty: readonly Slot[] = [];
  #next = 0;
  #workers = 0;
  /** Paused or rolled back: workers finish what they began, and that is all. */
  #isStopped = false;
  /** Tasks that this update made, and when they came to run. */
  readonly #updatedTasks = new Map<string, number | undefined>();
  readonly #failedTasks = new Set<string>();
  /** Failures that came while nobody looked, in the phase of finishing. */
  #unseen: Task[] = [];
  readonly #slots = new Set<SlotUpdate>();
  readonly #timers = new Set<Timer>();
  #unwatch: (() => void) | undefined;

  constructor(tools: UpdateTools, service: Service, ended: () => void) {
    this.#tools = tools;
    this.service = service;
    this.#ended = ended;
    const spec = service.Spec;
    this.#config = (this.#isRollback ? spec.RollbackConfig : spec.UpdateConfig) ?? DEFAULT_CONFIG;
    this.#monitorMs =
      this.#config.Monitor === undefined ? MONITOR_MS : durationMs(this.#config.Monitor);
    this.#status = new StatusWriter(tools.store, tools.world, service.ID);
  }

  get #isRollback(): boolean {
    return this.service.UpdateStatus?.State === 'rollback_started';
  }

  run(slots: readonly Slot[]): void {
    const state = this.service.UpdateStatus?.State;
    if (state === 'paused' || state === 'rollback_paused') return this.#end();
    this.#dirty = slots.filter((slot) => this.#isSlotDirty(slot));
    if (this.#dirty.length === 0) {
      if (state === 'updating' || state === 'rollback_started') this.#status.complete();
      return this.#end();
    }
    if (state === undefined) this.#status.start();
    this.#unwatch = this.#tools.store.watch('updater', (events) => this.#onEvents(events));
    // None given means all at once.
    const workers = this.#config.Parallelism || this.#dirty.length;
    for (let i = 0; i < workers && this.#next < this.#dirty.length; i++) this.#work();
  }

  /** Stops at once; what is on its way to the store finds itself cancelled. */
  cancel(): void {
    this.#end();
  }

  // Workers

  #work(): void {
    const slot = this.#dirty[this.#next];
    if (this.#phase !== 'feeding' || !slot) return this.#workerLeaves();
    this.#next++;
    this.#workers++;
    const update: SlotUpdate = new SlotUpdate({
      tools: this.#tools,
      service: this.service,
      slot,
      order: this.#config.Order ?? 'stop-first',
      isDirty: (task) => this.#isTaskDirty(task),
      created: (taskID) => this.#updatedTasks.set(taskID, undefined),
      isRunning: (taskID) => this.#updatedTasks.set(taskID, this.#tools.world.nowMs),
      done: () => {
        this.#slots.delete(update);
        this.#rest();
      },
    });
    this.#slots.add(update);
    update.run();
    if (this.#next === this.#dirty.length && this.#phase === 'feeding') this.#phase = 'finishing';
  }

  /** A worker rests for the delay after each slot, also after its last one. */
  #rest(): void {
    if (this.#phase === 'over') return;
    const again = (): void => {
      this.#workers--;
      this.#work();
    };
    if (this.#config.Delay) this.#after(durationMs(this.#config.Delay), 'update delay', again);
    else again();
  }

  #workerLeaves(): void {
    if (this.#workers > 0 || this.#phase === 'over' || this.#phase === 'monitoring') return;
    if (this.#isStopped) return this.#end();
    this.#phase = 'monitoring';
    const delayMs = durationMs(this.#config.Delay ?? 0);
    const monitorMs = delayMs >= this.#monitorMs ? delayMs + 1000 : this.#monitorMs;
    this.#after(monitorMs, 'update monitor', () => {
      this.#status.complete();
      this.#end();
    });
    const unseen = this.#unseen;
    this.#unseen = [];
    for (const task of unseen) this.#onFailure(task);
  }

  // Failures

  #onEvents(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.table !== 'task' || event.action !== 'update') continue;
      const task = event.object;
      if (task.ServiceID !== this.service.ID) continue;
      // The failure first: it may be the reason for which no worker takes another slot.
      if (isBeyond(task.Status.State, 'running')) {
        if (this.#phase === 'finishing') this.#unseen.push(task);
        else this.#onFailure(task);
      }
      for (const slot of [...this.#slots]) slot.onTask(task);
    }
  }

  /**
   * Counts a task of this update that ended before or soon after it came to run; too many of them
   * end the update.
   */
  #onFailure(task: Task): void {
    const action = this.#config.FailureAction ?? 'pause';
    if (this.#isStopped || this.#phase === 'over' || action === 'continue') return;
    if (this.#failedTasks.has(task.ID) || !this.#updatedTasks.has(task.ID)) return;
    const ranAtMs = this.#updatedTasks.get(task.ID);
    if (ranAtMs !== undefined && this.#tools.world.nowMs - ranAtMs > this.#monitorMs) return;
    this.#failedTasks.add(task.ID);
    if (this.#failedTasks.size / this.#dirty.length <= (this.#config.MaxFailureRatio ?? 0)) return;
    const of = `due to failure or early termination of task ${task.ID}`;
    if (action === 'pause') this.#status.pause(`update paused ${of}`);
    // A rollback is never rolled back.
    else if (this.#isRollback) this.#status.pause(`rollback paused ${of}`);
    else this.#status.rollback(`update rolled back ${of}`);
    this.#isStopped = true;
    if (this.#phase === 'monitoring') return this.#end();
    this.#phase = 'finishing';
    this.#workerLeaves();
  }

  // Helpers

  #isTaskDirty(task: Task): boolean {
    const node = task.NodeID === '' ? undefined : this.#tools.store.get('node', task.NodeID);
    return isTaskDirty(this.service, task, node);
  }

  #isSlotDirty(slot: Slot): boolean {
    const first = slot[0];
    return slot.length > 1 || (first !== undefined && this.#isTaskDirty(first));
  }

  #after(delayMs: number, what: string, run: () => void): void {
    const timer = this.#tools.world.schedule(
      delayMs,
      `${what} of service ${this.service.Spec.Name}`,
      () => {
        this.#timers.delete(timer);
        run();
      },
    );
    this.#timers.add(timer);
  }

  #end(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#unwatch?.();
    for (const timer of this.#timers) timer.cancel();
    for (const slot of this.#slots) slot.cancel();
    this.#slots.clear();
    this.#ended();
  }
}
