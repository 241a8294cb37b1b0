/**
 * Drives one task: asks what comes next, has the controller do it, reports each new status. A change of what is desired interrupts.
 *
 * Real: swarmkit agent/task.go (taskManager)
 */
import type { Scheduler, Timer } from '../../sim/index.ts';
import { TASK_STATE_ORDER, type Task, type TaskStatus } from '../api/index.ts';
import { advanced, failed, nextStep } from './do.ts';
import type { Controller, StepResult } from './executor.ts';

const RETRY_MS = 1000;

export class TaskManager {
  readonly #world: Scheduler;
  readonly #controller: Controller;
  readonly #report: (status: TaskStatus) => void;
  #task: Task;
  #status: TaskStatus;
  /** Answers to older questions are not listened to. */
  #generation = 0;
  #retry: Timer | undefined;
  /** The controller is at work on a step. */
  #isWorking = false;
  #isClosed = false;

  constructor(options: {
    readonly world: Scheduler;
    readonly controller: Controller;
    readonly task: Task;
    readonly status: TaskStatus;
    readonly report: (status: TaskStatus) => void;
  }) {
    this.#world = options.world;
    this.#controller = options.controller;
    this.#task = options.task;
    this.#status = options.status;
    this.#report = options.report;
  }

  get task(): Task {
    return this.#task;
  }

  get status(): TaskStatus {
    return this.#status;
  }

  get controller(): Controller {
    return this.#controller;
  }

  start(): void {
    const generation = this.#generation;
    this.#world.schedule(0, `task ${this.#task.ID}`, () => {
      if (generation === this.#generation) this.#run();
    });
  }

  /** The dispatcher sent the task again. What is desired may only grow. */
  update(task: Task): void {
    const before = this.#task;
    const isLower = TASK_STATE_ORDER[task.DesiredState] < TASK_STATE_ORDER[before.DesiredState];
    this.#task = isLower ? { ...task, DesiredState: before.DesiredState } : task;
    this.#controller.update(this.#task);
    if (this.#task.DesiredState === before.DesiredState) return;
    this.#generation++;
    this.#retry?.cancel();
    if (!this.#isWorking) return this.start();
    // The step under way is given up: that counts as a failure that passes, and the task is looked at again a second later.
    this.#isWorking = false;
    if (TASK_STATE_ORDER[this.#status.State] >= TASK_STATE_ORDER.starting)
      this.#set({ ...this.#status, Timestamp: this.#world.timestamp() });
    this.#retryLater();
  }

  /** The task is no longer this node's. Its container is removed, unless `done` is not given. */
  close(done?: () => void): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#generation++;
    this.#retry?.cancel();
    if (!done) return this.#controller.close();
    this.#controller.remove(() => {
      this.#controller.close();
      done();
    });
  }

  #run(): void {
    if (this.#isClosed) return;
    const step = nextStep(this.#task, this.#status);
    if (step.kind === 'none') return;
    if (step.kind === 'transition') {
      this.#set(advanced(this.#status, step, this.#controller, this.#world.timestamp()));
      return this.start();
    }
    const generation = this.#generation;
    this.#isWorking = true;
    this.#controller[step.work]((result: StepResult) => {
      if (generation !== this.#generation || this.#isClosed) return;
      this.#isWorking = false;
      const now = this.#world.timestamp();
      if (!result.ok && result.temporary) return this.#retryLater();
      this.#set(
        result.ok
          ? advanced(this.#status, step, this.#controller, now)
          : failed(this.#status, result, this.#controller, now),
      );
      this.#run();
    });
  }

  #retryLater(): void {
    this.#retry = this.#world.schedule(RETRY_MS, `retry task ${this.#task.ID}`, () => this.#run());
  }

  #set(status: TaskStatus): void {
    this.#status = status;
    this.#report(status);
  }
}
