/**
 * Runs jobs: tasks that are to end. A replicated job wants so many completions, a global job one on
 * every node.
 *
 * Real:   swarmkit manager/orchestrator/jobs/orchestrator.go
 * Reads:  services, tasks, nodes.   Writes: new tasks, task.DesiredState.
 */
import type { Scheduler as World } from '../../../sim/index.ts';
import type { Service, StoreEvent, Task } from '../../api/index.ts';
import { Line, type Store } from '../../store/index.ts';
import { RestartSupervisor } from '../restart/restart.ts';
import {
  isBeyond,
  isGlobalJob,
  isJob,
  isReplicatedJob,
  setServiceTasksRemove,
  type Write,
} from '../service.ts';
import { checkTasks } from '../taskinit.ts';
import { GlobalJobReconciler } from './global.ts';
import { ReplicatedJobReconciler } from './replicated.ts';

export class JobsOrchestrator {
  readonly #store: Store;
  readonly #world: World;
  readonly #restarts: RestartSupervisor;
  readonly #replicated: ReplicatedJobReconciler;
  readonly #global: GlobalJobReconciler;
  #line: Line;
  readonly #reconcileServices = new Set<string>();
  #unwatch: (() => void) | undefined;

  constructor(options: { readonly store: Store; readonly world: World; readonly name: string }) {
    this.#store = options.store;
    this.#world = options.world;
    this.#restarts = new RestartSupervisor(options);
    this.#replicated = new ReplicatedJobReconciler({ ...options, restarts: this.#restarts });
    this.#global = new GlobalJobReconciler({ ...options, restarts: this.#restarts });
    this.#line = new Line(options.store);
  }

  start(): void {
    this.#line = new Line(this.#store);
    this.#restarts.start();
    this.#unwatch = this.#store.watch('jobs orchestrator', (events) => {
      for (const event of events) this.#onEvent(event);
    });
    const [store, world, restarts] = [this.#store, this.#world, this.#restarts];
    const check = (handler: ReplicatedJobReconciler | GlobalJobReconciler): void =>
      this.#line.run('check tasks', () => checkTasks({ store, world, handler, restarts }));
    check(this.#replicated);
    check(this.#global);
    for (const service of store.list('service'))
      if (isJob(service)) this.#reconcileLater(service.ID);
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#line.stop();
    this.#restarts.stop();
    this.#reconcileServices.clear();
  }

  #onEvent(event: StoreEvent): void {
    switch (event.table) {
      case 'service':
        if (!isJob(event.object)) return;
        if (event.action !== 'remove') return this.#reconcileLater(event.object.ID);
        this.#restarts.clearServiceHistory(event.object.ID);
        return this.#line.run('remove tasks of job', () =>
          setServiceTasksRemove(this.#store, event.object.ID),
        );
      case 'node':
        // A node that became available runs global jobs too.
        if (event.action !== 'remove')
          for (const service of this.#store.list('service'))
            if (isGlobalJob(service)) this.#reconcileLater(service.ID);
        return;
      case 'task':
        if (event.action === 'remove') this.#restarts.cancel(event.object.ID);
        else if (
          event.action === 'update' &&
          hasEnded(event.object) &&
          isJob(this.#store.get('service', event.object.ServiceID))
        )
          this.#reconcileLater(event.object.ServiceID);
        return;
      default:
    }
  }

  #reconcileLater(serviceID: string): void {
    if (this.#reconcileServices.has(serviceID)) return;
    this.#reconcileServices.add(serviceID);
    this.#line.run('reconcile job', () => {
      this.#reconcileServices.delete(serviceID);
      const service = this.#store.get('service', serviceID);
      return service ? this.#reconcile(service) : [];
    });
  }

  #reconcile(service: Service): Iterable<Write> {
    if (isReplicatedJob(service)) return this.#replicated.reconcile(service);
    return isGlobalJob(service) ? this.#global.reconcile(service) : [];
  }
}

function hasEnded(task: Task): boolean {
  return isBeyond(task.Status.State, 'running') && !isBeyond(task.DesiredState, 'complete');
}
