/**
 * What a new leader repairs before its orchestrators begin: the last one may have left things half
 * done.
 *
 * Real: swarmkit manager/orchestrator/taskinit/init.go
 */
import type { Scheduler as World } from '../../sim/index.ts';
import type { Service, Task } from '../api/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { RESTART_DELAY_MS, type RestartSupervisor } from './restart/restart.ts';
import { isBeyond, type Write } from './service.ts';
import { tupleKey, type SlotTuple } from './task.ts';
import { compareTimestamps, durationMs, timestampMs } from './timestamp.ts';

export interface InitHandler {
  isRelatedService(service: Service): boolean;
  /** Handles what should have happened to a task: a restart, a shutdown. */
  fixTask(tx: Transaction, task: Task): void;
  slotTuple(task: Task): SlotTuple;
}

export interface CheckTasksOptions {
  readonly store: Store;
  readonly world: World;
  readonly handler: InitHandler;
  readonly restarts: RestartSupervisor;
}

export function* checkTasks({
  store,
  world,
  handler,
  restarts,
}: CheckTasksOptions): Iterable<Write> {
  const instances = new Map<string, { readonly tuple: SlotTuple; readonly tasks: Task[] }>();
  for (const task of store.list('task')) {
    if (task.ServiceID === '') continue;
    const service = store.get('service', task.ServiceID);
    if (!service) {
      yield (tx) => {
        if (tx.get('task', task.ID)) tx.remove('task', task.ID);
      };
      continue;
    }
    if (!handler.isRelatedService(service)) continue;
    const tuple = handler.slotTuple(task);
    const instance = instances.get(tupleKey(tuple));
    if (instance) instance.tasks.push(task);
    else instances.set(tupleKey(tuple), { tuple, tasks: [task] });
    yield (tx) => {
      handler.fixTask(tx, task);
      resumeStart(tx, tx.get('task', task.ID), world, restarts);
    };
  }
  for (const { tuple, tasks } of instances.values()) recordRestarts(tuple, tasks, restarts);
}

/**
 * A task in desired state `ready` is started when its delay is over; the last leader may not have
 * come to it.
 */
function resumeStart(
  tx: Transaction,
  task: Task | undefined,
  world: World,
  restarts: RestartSupervisor,
): void {
  if (task?.DesiredState !== 'ready' || isBeyond(task.Status.State, 'complete')) return;
  const policy = task.Spec.RestartPolicy?.Delay;
  const delayMs = policy === undefined ? RESTART_DELAY_MS : durationMs(policy);
  const sinceMs = timestampMs(task.Status.Timestamp);
  const leftMs = sinceMs === undefined ? 0 : Math.min(delayMs, sinceMs + delayMs - world.unixMs);
  if (leftMs > 0)
    restarts.delayStart({ old: undefined, taskID: task.ID, delayMs: leftMs, waitStop: true });
  else restarts.startNow(tx, task.ID);
}

/** Of the tasks of the newest spec in a slot, all but the first were restarts. */
function recordRestarts(
  tuple: SlotTuple,
  tasks: readonly Task[],
  restarts: RestartSupervisor,
): void {
  const newest = tasks.reduce((max, task) => Math.max(max, task.SpecVersion.Index), 0);
  const upToDate = tasks.filter((task) => task.SpecVersion.Index === newest);
  upToDate.sort((a, b) => compareTimestamps(a.CreatedAt, b.CreatedAt));
  for (const task of upToDate.slice(1)) restarts.recordHistory(tuple, task);
}
