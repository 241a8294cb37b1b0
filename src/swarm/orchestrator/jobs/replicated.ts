/**
 * Replicated jobs: slots 0 to total - 1, each to be completed once, so many at a time.
 *
 * Real: swarmkit manager/orchestrator/jobs/replicated/reconciler.go
 */
import type { Service, Task } from '../../api/index.ts';
import { isBeyond, isReplicatedJob, setDesiredState, type Write } from '../service.ts';
import type { SlotTuple } from '../task.ts';
import type { InitHandler } from '../taskinit.ts';
import { addTask, iterationOf, restartTask, type JobTools } from './iteration.ts';

export class ReplicatedJobReconciler implements InitHandler {
  readonly #tools: JobTools;

  constructor(tools: JobTools) {
    this.#tools = tools;
  }

  isRelatedService(service: Service): boolean {
    return isReplicatedJob(service);
  }

  /** Nothing to do: all services are reconciled right after. */
  fixTask(): void {}

  slotTuple(task: Task): SlotTuple {
    return { serviceID: task.ServiceID, slot: task.Slot, nodeID: '' };
  }

  *reconcile(service: Service): Iterable<Write> {
    const slots = new Set<number>();
    const failed: Task[] = [];
    const outdated: Task[] = [];
    let running = 0;
    let complete = 0;
    for (const task of this.#tools.store.list('task', { serviceID: service.ID })) {
      if (task.JobIteration?.Index !== iterationOf(service)) {
        if (!isBeyond(task.Status.State, 'running') && task.DesiredState !== 'remove')
          outdated.push(task);
      } else if (task.Status.State === 'complete') {
        complete++;
        slots.add(task.Slot);
      } else if (!isBeyond(task.DesiredState, 'complete')) {
        // A task that failed is about to be restarted: its slot is taken.
        running++;
        slots.add(task.Slot);
        if (isBeyond(task.Status.State, 'complete')) failed.push(task);
      }
    }
    const job = service.Spec.Mode.ReplicatedJob;
    const total = job?.TotalCompletions ?? 1;
    const fresh = Math.min((job?.MaxConcurrent ?? 1) - running, total - complete - running);
    for (let slot = 0, made = 0; slot < total && made < fresh; slot++) {
      if (slots.has(slot)) continue;
      made++;
      yield (tx) => addTask(tx, this.#tools, service.ID, { slot, nodeID: '' });
    }
    for (const task of failed) yield (tx) => restartTask(tx, this.#tools, task.ID);
    for (const task of outdated) yield (tx) => setDesiredState(tx, task.ID, 'remove');
  }
}
