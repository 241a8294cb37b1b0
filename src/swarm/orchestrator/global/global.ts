/**
 * Keeps one task of each global service on every node that will do.
 *
 * Real:   swarmkit manager/orchestrator/global/global.go
 * Reads:  services, tasks, nodes.   Writes: new tasks, task.DesiredState.
 */
import type { Scheduler as World } from '../../../sim/index.ts';
import type { Node, Service, StoreEvent, Task } from '../../api/index.ts';
import { placementMatches } from '../../constraint/index.ts';
import { Line, type Store, type Transaction } from '../../store/index.ts';
import { RestartSupervisor } from '../restart/restart.ts';
import {
  isBeyond,
  isDesiredRunning,
  isGlobalService,
  setDesiredState,
  setServiceTasksRemove,
  type Write,
} from '../service.ts';
import {
  emitCreated,
  isInvalidNode,
  isTaskDirty,
  newTask,
  type Slot,
  type SlotTuple,
} from '../task.ts';
import { checkTasks, type InitHandler } from '../taskinit.ts';
import { UpdateSupervisor } from '../update/supervisor.ts';

export class GlobalOrchestrator implements InitHandler {
  readonly #store: Store;
  readonly #world: World;
  readonly #name: string;
  readonly #restarts: RestartSupervisor;
  readonly #updater: UpdateSupervisor;
  #line: Line;
  readonly #reconcileServices = new Set<string>();
  readonly #reconcileNodes = new Set<string>();
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
    this.#unwatch = this.#store.watch('global orchestrator', (events) => {
      for (const event of events) this.#onEvent(event);
    });
    const [store, world, restarts] = [this.#store, this.#world, this.#restarts];
    this.#line.run(
      'check tasks',
      () => checkTasks({ store, world, handler: this, restarts }),
      () => {
        for (const service of this.#services()) this.#reconcileServiceLater(service.ID);
      },
    );
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#line.stop();
    this.#updater.cancelAll();
    this.#restarts.stop();
    for (const set of [this.#reconcileServices, this.#reconcileNodes, this.#restartTasks])
      set.clear();
  }

  isRelatedService(service: Service): boolean {
    return isGlobalService(service);
  }

  fixTask(tx: Transaction, task: Task): void {
    if (!isDesiredRunning(task)) return;
    if (isInvalidNode(tx.get('node', task.NodeID))) setDesiredState(tx, task.ID, 'shutdown');
    else if (isBeyond(task.Status.State, 'running')) this.#restartLater(task.ID);
  }

  slotTuple(task: Task): SlotTuple {
    return { serviceID: task.ServiceID, slot: 0, nodeID: task.NodeID };
  }

  #onEvent(event: StoreEvent): void {
    switch (event.table) {
      case 'service':
        if (!isGlobalService(event.object)) return;
        if (event.action !== 'remove') return this.#reconcileServiceLater(event.object.ID);
        this.#restarts.clearServiceHistory(event.object.ID);
        return this.#line.run('remove tasks of service', () =>
          setServiceTasksRemove(this.#store, event.object.ID),
        );
      case 'node':
        if (event.action !== 'remove') return this.#reconcileNodeLater(event.object.ID);
        return this.#line.run('delete tasks of node', () => this.#deleteTasksOf(event.object.ID));
      case 'task':
        if (event.action === 'remove') return this.#restarts.cancel(event.object.ID);
        if (
          event.action !== 'update' ||
          !isDesiredRunning(event.object) ||
          !this.#isMine(event.object)
        )
          return;
        if (isBeyond(event.object.Status.State, 'running')) this.#restartLater(event.object.ID);
        return;
      default:
    }
  }

  #services(): readonly Service[] {
    return this.#store.list('service').filter(isGlobalService);
  }

  #isMine(task: Task): boolean {
    return isGlobalService(this.#store.get('service', task.ServiceID));
  }

  // Restarts

  #restartLater(taskID: string): void {
    this.#restartTasks.add(taskID);
    if (this.#restartTasks.size === 1) this.#line.run('restart tasks', () => this.#restart());
  }

  *#restart(): Iterable<Write> {
    const ids = [...this.#restartTasks];
    this.#restartTasks.clear();
    for (const id of ids) yield (tx) => this.#restartOne(tx, tx.get('task', id));
  }

  #restartOne(tx: Transaction, task: Task | undefined): void {
    if (!task || !isDesiredRunning(task)) return;
    const service = tx.get('service', task.ServiceID);
    const node = tx.get('node', task.NodeID);
    if (!service || !isGlobalService(service) || !node || isInvalidNode(node)) return;
    if (
      node.Spec.Availability === 'pause' ||
      !placementMatches(service.Spec.TaskTemplate.Placement, node)
    )
      setDesiredState(tx, task.ID, 'shutdown');
    else this.#restarts.restart(tx, service, task);
  }

  // One service on all nodes

  #reconcileServiceLater(serviceID: string): void {
    if (this.#reconcileServices.has(serviceID)) return;
    this.#reconcileServices.add(serviceID);
    this.#line.run('reconcile global service', () => {
      this.#reconcileServices.delete(serviceID);
      const service = this.#store.get('service', serviceID);
      return service && isGlobalService(service) ? this.#reconcileService(service) : [];
    });
  }

  *#reconcileService(service: Service): Iterable<Write> {
    const byNode = new Map<string, Task[]>();
    for (const task of this.#store.list('task', { serviceID: service.ID })) {
      const tasks = byNode.get(task.NodeID);
      if (tasks) tasks.push(task);
      else byNode.set(task.NodeID, [task]);
    }
    const updates: Slot[] = [];
    for (const node of this.#store.list('node')) {
      if (isInvalidNode(node)) continue;
      const tasks = this.#restarts.updatableTasksInSlot(byNode.get(node.ID) ?? [], service);
      byNode.delete(node.ID);
      if (!placementMatches(service.Spec.TaskTemplate.Placement, node)) yield* shutdown(tasks);
      else if (node.Spec.Availability === 'pause') continue;
      else if (tasks.length === 0)
        yield (tx) => this.#addTask(tx, service.ID, node.ID, 'service create');
      else updates.push(tasks);
    }
    // What is left stands on nodes that are drained, down or gone.
    for (const tasks of byNode.values())
      yield* shutdown(this.#restarts.updatableTasksInSlot(tasks, service));
    if (updates.length > 0) this.#updater.update(service, updates);
  }

  // All services on one node

  #reconcileNodeLater(nodeID: string): void {
    if (this.#reconcileNodes.has(nodeID)) return;
    this.#reconcileNodes.add(nodeID);
    this.#line.run('reconcile node', () => {
      this.#reconcileNodes.delete(nodeID);
      const node = this.#store.get('node', nodeID);
      return node ? this.#reconcileNode(node) : [];
    });
  }

  *#reconcileNode(node: Node): Iterable<Write> {
    const onNode = this.#store.list('task', { nodeID: node.ID });
    if (isInvalidNode(node)) return yield* shutdown(onNode.filter((task) => this.#isMine(task)));
    if (node.Spec.Availability === 'pause') return;
    for (const service of this.#services()) {
      if (!placementMatches(service.Spec.TaskTemplate.Placement, node)) continue;
      const slot = onNode.filter((task) => task.ServiceID === service.ID);
      const tasks = this.#restarts.updatableTasksInSlot(slot, service);
      // No updater: this is no rolling update, and it must not cancel one.
      const clean = tasks.filter((task) => !isTaskDirty(service, task, node));
      const dirty = tasks.filter((task) => !clean.includes(task));
      if (clean.length === 0)
        yield (tx) => this.#addTask(tx, service.ID, node.ID, 'node available');
      yield* shutdown([...dirty, ...clean.slice(1)]);
    }
  }

  *#deleteTasksOf(nodeID: string): Iterable<Write> {
    for (const task of this.#store.list('task', { nodeID }))
      if (this.#isMine(task))
        yield (tx) => {
          if (tx.get('task', task.ID)) tx.remove('task', task.ID);
        };
  }

  #addTask(tx: Transaction, serviceID: string, nodeID: string, reason: string): void {
    const service = tx.get('service', serviceID);
    if (!service) return;
    const task = newTask({ world: this.#world, name: this.#name, tx, service, slot: 0, nodeID });
    tx.create('task', task);
    emitCreated(this.#world, task, reason);
  }
}

function* shutdown(tasks: readonly Task[]): Iterable<Write> {
  for (const task of tasks) yield (tx) => setDesiredState(tx, task.ID, 'shutdown');
}
