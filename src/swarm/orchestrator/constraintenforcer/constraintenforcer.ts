/**
 * When a node changes, rejects the tasks that should not be there any more: its labels no longer
 * match, or it became too small.
 *
 * Real:     swarmkit manager/orchestrator/constraintenforcer/constraint_enforcer.go
 * Reads:    nodes, tasks, services.   Writes: task.Status (`rejected`).
 * Left out: generic resources.
 */
import type { Scheduler as World } from '../../../sim/index.ts';
import type { Node, Task } from '../../api/index.ts';
import { placementMatches } from '../../constraint/index.ts';
import { Line, type Store, type Transaction } from '../../store/index.ts';
import { isBeyond, type Write } from '../service.ts';

export class ConstraintEnforcer {
  readonly #store: Store;
  readonly #world: World;
  #line: Line;
  #unwatch: (() => void) | undefined;

  constructor(options: { readonly store: Store; readonly world: World; readonly name: string }) {
    this.#store = options.store;
    this.#world = options.world;
    this.#line = new Line(options.store);
  }

  start(): void {
    this.#line = new Line(this.#store);
    for (const node of this.#store.list('node')) this.#check(node.ID);
    this.#unwatch = this.#store.watch('constraint enforcer', (events) => {
      for (const event of events)
        if (event.table === 'node' && event.action === 'update') this.#check(event.object.ID);
    });
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#line.stop();
  }

  #check(nodeID: string): void {
    this.#line.run('enforce constraints', () => this.#rejectNoncompliantTasks(nodeID));
  }

  *#rejectNoncompliantTasks(nodeID: string): Iterable<Write> {
    const node = this.#store.get('node', nodeID);
    // A drained node is emptied by the orchestrators, a paused one is left alone.
    if (node?.Spec.Availability !== 'active') return;
    for (const { task, why } of this.#noncompliant(node))
      yield (tx) => this.#reject(tx, task.ID, why);
  }

  #noncompliant(node: Node): readonly { readonly task: Task; readonly why: string }[] {
    let nanoCPUs = node.Description?.Resources.NanoCPUs ?? 0;
    let memoryBytes = node.Description?.Resources.MemoryBytes ?? 0;
    const found: { task: Task; why: string }[] = [];
    for (const task of this.#store.list('task', { nodeID: node.ID })) {
      if (isBeyond('assigned', task.DesiredState) || isBeyond(task.DesiredState, 'complete'))
        continue;
      if (isBeyond(task.Status.State, 'running')) continue;
      // The service's own placement counts: a change that the node satisfied did not touch its
      // tasks.
      const service = this.#store.get('service', task.ServiceID);
      const placement = service ? service.Spec.TaskTemplate.Placement : task.Spec.Placement;
      if (!placementMatches(placement, node)) {
        found.push({ task, why: 'constraints' });
        continue;
      }
      const reserved = task.Spec.Resources?.Reservations;
      if ((reserved?.MemoryBytes ?? 0) > memoryBytes || (reserved?.NanoCPUs ?? 0) > nanoCPUs) {
        found.push({ task, why: 'resources' });
        continue;
      }
      memoryBytes -= reserved?.MemoryBytes ?? 0;
      nanoCPUs -= reserved?.NanoCPUs ?? 0;
    }
    return found;
  }

  /**
   * The observed state, not the desired one: the orchestrator then restarts the task as its policy
   * says.
   */
  #reject(tx: Transaction, taskID: string, why: string): void {
    const task = tx.get('task', taskID);
    if (!task || isBeyond(task.DesiredState, 'complete')) return;
    tx.update('task', {
      ...task,
      Status: {
        ...task.Status,
        State: 'rejected',
        Timestamp: this.#world.timestamp(),
        Message: 'task rejected by constraint enforcer',
        Err: 'assigned node no longer meets constraints',
      },
    });
    this.#world.emit('task.rejected', {
      taskID,
      nodeID: task.NodeID,
      serviceID: task.ServiceID,
      why,
    });
  }
}
