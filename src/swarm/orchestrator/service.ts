/**
 * What kind of service it is, and what becomes of its tasks when it is removed. Real: swarmkit
 * manager/orchestrator/service.go
 */
import { TASK_STATE_ORDER, type Service, type Task, type TaskState } from '../api/index.ts';
import type { Store, Transaction } from '../store/index.ts';

/** What all orchestrators are made of. */
export type Write = (tx: Transaction) => void;

export const isReplicatedService = (service: Service | undefined): boolean =>
  service !== undefined &&
  !service.Spec.Mode.Global &&
  !service.Spec.Mode.ReplicatedJob &&
  !service.Spec.Mode.GlobalJob;
export const isGlobalService = (service: Service | undefined): boolean =>
  service?.Spec.Mode.Global !== undefined;
export const isReplicatedJob = (service: Service | undefined): boolean =>
  service?.Spec.Mode.ReplicatedJob !== undefined;
export const isGlobalJob = (service: Service | undefined): boolean =>
  service?.Spec.Mode.GlobalJob !== undefined;
export const isJob = (service: Service | undefined): boolean =>
  isReplicatedJob(service) || isGlobalJob(service);

/** Whether a state lies behind another one. Observed states only grow; so do desired ones. */
export function isBeyond(state: TaskState, other: TaskState): boolean {
  return TASK_STATE_ORDER[state] > TASK_STATE_ORDER[other];
}

/** Whether somebody still wants the task to run (or to get ready to). */
export const isDesiredRunning = (task: Task): boolean => !isBeyond(task.DesiredState, 'running');

/**
 * The tasks of a removed service are to be shut down by their agents and then deleted by the
 * reaper.
 */
export function* setServiceTasksRemove(store: Store, serviceID: string): Iterable<Write> {
  for (const task of store.list('task', { serviceID }))
    yield (tx) => setDesiredState(tx, task.ID, 'remove');
}

/** Moves the desired state on; it never goes back. */
export function setDesiredState(tx: Transaction, taskID: string, desiredState: TaskState): void {
  const task = tx.get('task', taskID);
  if (!task || !isBeyond(desiredState, task.DesiredState)) return;
  tx.update('task', { ...task, DesiredState: desiredState });
}
