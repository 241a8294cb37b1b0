/**
 * What both kinds of jobs share: iterations, and tasks made for one. Real: swarmkit
 * manager/orchestrator/jobs
 */
import type { Scheduler as World } from '../../../sim/index.ts';
import type { Service, Task } from '../../api/index.ts';
import type { Store, Transaction } from '../../store/index.ts';
import type { RestartSupervisor } from '../restart/restart.ts';
import { isBeyond } from '../service.ts';
import { emitCreated, newTask } from '../task.ts';

export interface JobTools {
  readonly store: Store;
  readonly world: World;
  readonly name: string;
  readonly restarts: RestartSupervisor;
}

/** Each update of a job begins a new iteration; tasks of earlier ones do not count. */
export const iterationOf = (service: Service): number => service.JobStatus?.JobIteration.Index ?? 0;

export function addTask(
  tx: Transaction,
  tools: JobTools,
  serviceID: string,
  place: { slot: number; nodeID: string },
): void {
  const service = tx.get('service', serviceID);
  if (!service) return;
  const draft = newTask({ world: tools.world, name: tools.name, tx, service, ...place });
  const task = tx.create('task', {
    ...draft,
    DesiredState: 'complete',
    JobIteration: { Index: iterationOf(service) },
  });
  emitCreated(tools.world, task, 'job');
}

export function restartTask(tx: Transaction, tools: JobTools, taskID: string): void {
  const task: Task | undefined = tx.get('task', taskID);
  const service = task && tx.get('service', task.ServiceID);
  if (service && !isBeyond(task.DesiredState, 'complete'))
    tools.restarts.restart(tx, service, task);
}
