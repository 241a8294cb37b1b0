/**
 * Global jobs: one task on every node that is active and ready, also on nodes that join later.
 *
 * Real: swarmkit manager/orchestrator/jobs/global/reconciler.go
 */
import type { Service, Task } from '../../api/index.ts';
import { placementMatches } from '../../constraint/index.ts';
import type { Transaction } from '../../store/index.ts';
import { isBeyond, isGlobalJob, setDesiredState, type Write } from '../service.ts';
import { isInvalidNode, type SlotTuple } from '../task.ts';
import type { InitHandler } from '../taskinit.ts';
import { addTask, iterationOf, restartTask, type JobTools } from './iteration.ts';

export class GlobalJobReconciler implements InitHandler {
  readonly #tools: JobTools;

  constructor(tools: JobTools) {
    this.#tools = tools;
  }

  isRelatedService(service: Service): boolean {
    return isGlobalJob(service);
  }

  fixTask(tx: Transaction, task: Task): void {
    if (!isBeyond(task.DesiredState, 'complete') && isInvalidNode(tx.get('node', task.NodeID)))
      setDesiredState(tx, task.ID, 'shutdown');
  }

  slotTuple(task: Task): SlotTuple {
    return { serviceID: task.ServiceID, slot: 0, nodeID: task.NodeID };
  }

  *reconcile(service: Service): Iterable<Write> {
    const { store } = this.#tools;
    const byNode = new Map<string, Task>();
    const failed: Task[] = [];
    const outdated: Task[] = [];
    for (const task of store.list('task', { serviceID: service.ID })) {
      if (task.JobIteration?.Index !== iterationOf(service)) {
        if (task.DesiredState !== 'remove') outdated.push(task);
      } else if (!isBeyond(task.DesiredState, 'complete')) {
        if (isBeyond(task.Status.State, 'complete')) failed.push(task);
        byNode.set(task.NodeID, task);
      }
    }
    const nodes = store
      .list('node')
      .filter((node) => placementMatches(service.Spec.TaskTemplate.Placement, node));
    const candidates = nodes.filter(
      (node) => node.Spec.Availability === 'active' && node.Status.State === 'ready',
    );
    for (const node of candidates)
      if (!byNode.has(node.ID))
        yield (tx) => addTask(tx, this.#tools, service.ID, { slot: 0, nodeID: node.ID });
    for (const task of failed) yield (tx) => restartTask(tx, this.#tools, task.ID);
    for (const task of outdated) yield (tx) => setDesiredState(tx, task.ID, 'remove');
    for (const node of nodes.filter(isInvalidNode)) {
      const task = byNode.get(node.ID);
      if (task && !isBeyond(task.Status.State, 'running'))
        yield (tx) => setDesiredState(tx, task.ID, 'shutdown');
    }
  }
}
