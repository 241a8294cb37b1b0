/**
 * Keeps as many tasks of each replicated service as it asks for, and replaces those that ended or
 * lost their node.
 *
 * Real:   swarmkit manager/orchestrator/replicated/{replicated,services,tasks}.go
 * Reads:  services, tasks, nodes.   Writes: new tasks, task.DesiredState.
 */
import type { Scheduler as World } from '../../../sim/index.ts';
import type { Service, StoreEvent, Task } from '../../api/index.ts';
import { Line, type Store, type Transaction } from '../../store/index.ts';
import { RestartSupervisor } from '../restart/restart.ts';
import {
  isDesiredRunning,
  isReplicatedService,
  setDesiredState,
  setServiceTasksRemove,
  type Write,
} from '../service.ts';
import {
  emitCreated,
  isInvalidNode,
  needsRestart,
  newTask,
  type Slot,
  type SlotTuple,
} from '../task.ts';
import { checkTasks, type InitHandler } from '../taskinit.ts';
import { UpdateSupervisor } from '../update/supervisor.ts';
import { inOrderOfKeeping, splitSlots } from './slot.ts';

export class ReplicatedOrchestrator implements InitHandler {
  readonly #store: Store;
  readonly #world: World;
  readonly #name: string;
  readonly #restarts: RestartSupervisor;
  readonly #updater: UpdateSupervisor;
  #line: Line;
  /** Services to be looked at, tasks to be restarted: taken out when their job begins. */
  readonly #reconcileServices = new Set<string>();
  readonly #restartTasks = new Set<string>();
  #unwatch: (() => void) | undefined;

  constructor(options: { readonly store: Store; readonly world: World; readonly name: string }) {
    this.#store = options.store;
    this.#world = options.world;
    this.#name = options.name;
    this.#restarts = new RestartSupervisor(options);
    this.#updater = new UpdateSupervisor({ ...options, restarts: this.#restarts });
    this.#line = new Line(options.store);
  }

  start(): void {
    this.#line = new Line(this.#store);
    this.#restarts.start();
    this.#unwatch = this.#store.watch('replicated orchestrator', (events) => {
      for (const event of events) this.#onEvent(event);
    });
    const [store, world, restarts] = [this.#store, this.#world, this.#restarts];
    this.#line.run(
      'check tasks',
      () => checkTasks({ store, world, handler: this, restarts }),
      () => {
        for (const service of store.list('service'))
          if (this.isRelatedService(service)) this.#reconcileLater(service.ID);
      },
    );
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#line.stop();
    this.#updater.cancelAll();
    this.#restarts.stop();
    this.#reconcileServices.clear();
    this.#restartTasks.clear();
  }

  isRelatedService(service: Service): boolean {
    return isReplicatedService(service);
  }

  fixTask(tx: Transaction, task: Task): void {
    if (needsRestart(tx, task)) this.#restartLater(task.ID);
  }

  slotTuple(task: Task): SlotTuple {
    return { serviceID: task.ServiceID, slot: task.Slot, nodeID: '' };
  }

  #onEvent(event: StoreEvent): void {
    switch (event.table) {
      case 'service':
        if (!isReplicatedService(event.object)) return;
        if (event.action !== 'remove') return this.#reconcileLater(event.object.ID);
        this.#reconcileServices.delete(event.object.ID);
        this.#restarts.clearServiceHistory(event.object.ID);
        return this.#line.run('remove tasks of service', () =>
          setServiceTasksRemove(this.#store, event.object.ID),
        );
      case 'node':
        if (event.action === 'remove' || isInvalidNode(event.object))
          this.#restartTasksOf(event.object.ID);
        return;
      case 'task':
        if (event.action === 'remove') return this.#onTaskRemoved(event.object);
        if (this.#isMine(event.object) && needsRestart(this.#store, event.object))
          this.#restartLater(event.object.ID);
        return;
      default:
    }
  }

  #onTaskRemoved(task: Task): void {
    if (isDesiredRunning(task) && this.#isMine(task)) this.#reconcileLater(task.ServiceID);
    this.#restarts.cancel(task.ID);
  }

  #restartTasksOf(nodeID: string): void {
    for (const task of this.#store.list('task', { nodeID }))
      if (isDesiredRunning(task) && this.#isMine(task)) this.#restartLater(task.ID);
  }

  #isMine(task: Task): boolean {
    return isReplicatedService(this.#store.get('service', task.ServiceID));
  }

  // Restarts

  #restartLater(taskID: string): void {
    this.#restartTasks.add(taskID);
    if (this.#restartTasks.size === 1) this.#line.run('restart tasks', () => this.#restart());
  }

  *#restart(): Iterable<Write> {
    const ids = [...this.#restartTasks];
    this.#restartTasks.clear();
    for (const id of ids)
      yield (tx) => {
        const task = tx.get('task', id);
        const service =
          task && isDesiredRunning(task) ? tx.get('service', task.ServiceID) : undefined;
        if (task && service && isReplicatedService(service))
          this.#restarts.restart(tx, service, task);
      };
  }

  // Reconciliation

  #reconcileLater(serviceID: string): void {
    if (this.#reconcileServices.has(serviceID)) return;
    this.#reconcileServices.add(serviceID);
    this.#line.run('reconcile service', () => {
      if (!this.#reconcileServices.delete(serviceID)) return [];
      const service = this.#store.get('service', serviceID);
      return service && isReplicatedService(service) ? this.#reconcile(service) : [];
    });
  }

  /** Brings the number of slots to what the service asks for. Slots that stay go to the updater. */
  *#reconcile(service: Service): Iterable<Write> {
    const { live, dead } = splitSlots(
      this.#store.list('task', { serviceID: service.ID }),
      service,
      this.#restarts,
    );
    const wanted = service.Spec.Mode.Replicated?.Replicas ?? 1;
    const slots = [...live.values()];
    if (wanted > slots.length) {
      this.#updater.update(service, slots);
      for (const slot of missingSlots(live, wanted - slots.length)) {
        dead.delete(slot);
        yield (tx) =>
          this.#addTask(
            tx,
            service,
            slot,
            slots.length === 0 ? 'service create' : 'missing replica',
          );
      }
    } else if (wanted < slots.length) {
      const sorted = inOrderOfKeeping(slots);
      this.#updater.update(service, sorted.slice(0, wanted));
      const removed = sorted.slice(wanted);
      this.#world.emit('orchestrator.scale_down', {
        serviceID: service.ID,
        service: service.Spec.Name,
        replicas: wanted,
        removedSlots: removed.map((slot) => slot[0]?.Slot),
      });
      for (const task of removed.flat()) yield (tx) => setDesiredState(tx, task.ID, 'remove');
    }
    for (const task of [...dead.values()].flat())
      yield (tx) => {
        if (tx.get('task', task.ID)) tx.remove('task', task.ID);
      };
    if (wanted === slots.length) this.#updater.update(service, slots);
  }

  #addTask(tx: Transaction, service: Service, slot: number, reason: string): void {
    const task = newTask({ world: this.#world, name: this.#name, tx, service, slot });
    tx.create('task', task);
    emitCreated(this.#world, task, reason);
  }
}

/** The lowest slot numbers that are not live: gaps first. */
function missingSlots(live: ReadonlyMap<number, Slot>, count: number): readonly number[] {
  const missing: number[] = [];
  for (let slot = 1; missing.length < count; slot++) if (!live.has(slot)) missing.push(slot);
  return missing;
}
