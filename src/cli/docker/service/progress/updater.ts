/**
 * What `service create`, `update`, `scale` and `rollback` show of tasks while the service converges.
 *
 * Real: docker/cli cli/command/service/progress/progress.go
 */
import type { Service, Task } from '../../../api.ts';
import { StatusError } from '../../../errors.ts';
import { truncateID } from '../../../formatter/displayutils.ts';
import type { ProgressMessage } from '../../../progress.ts';
import { newGlobalJobUpdater, newReplicatedJobUpdater } from './jobs.ts';
import {
  BARS_MAX,
  STEPS,
  isBetter,
  isKnown,
  isTerminal,
  line,
  overall,
  taskLine,
} from './states.ts';

export interface Snapshot {
  readonly service: Service;
  /** Tasks of the current specification. */
  readonly tasks: readonly Task[];
  readonly activeNodes: ReadonlySet<string>;
  readonly isRollback: boolean;
}

export interface Update {
  readonly messages: readonly ProgressMessage[];
  readonly isConverged: boolean;
}

export type Updater = (snapshot: Snapshot) => Update;

export function newUpdater(service: Service): Updater {
  const mode = service.Spec.Mode ?? {};
  if (mode.Replicated?.Replicas !== undefined) return newReplicatedUpdater();
  if (mode.Global !== undefined) return newGlobalUpdater();
  if (mode.ReplicatedJob !== undefined) return newReplicatedJobUpdater(service);
  if (mode.GlobalJob !== undefined) return newGlobalJobUpdater(service);
  throw new StatusError('unrecognized service mode');
}

function isRunning(task: Task): boolean {
  return !isTerminal(task.DesiredState) && task.Status.State === 'running';
}

function newReplicatedUpdater(): Updater {
  /** Slots in the order of their first appearance: 1, 2, 3 whatever their numbers. */
  const places = new Map<number, number>();
  let isInitialized = false;
  let isDone = false;
  return ({ service, tasks, activeNodes, isRollback }) => {
    const total = service.Spec.Mode?.Replicated?.Replicas;
    if (total === undefined) throw new StatusError('no replica count');
    const messages: ProgressMessage[] = [];
    if (!isInitialized) {
      messages.push(overall(0, total, isRollback));
      for (let i = 1; i <= total && total <= BARS_MAX; i += 1) {
        messages.push(line(`${i}/${total}`, ' '));
      }
      isInitialized = true;
    }
    const bySlot = tasksBySlot(tasks, activeNodes);
    if (isDone && bySlot.some((task) => task.Status.State !== 'running')) isDone = false;
    let running = 0;
    for (const task of bySlot) {
      const slot = task.Slot ?? 0;
      const place = places.get(slot) ?? places.size + 1;
      places.set(slot, place);
      if (isRunning(task)) running += 1;
      if (isDone || total > BARS_MAX || place > total) continue;
      const message = taskLine(`${place}/${total}`, task, STEPS);
      if (message !== undefined) messages.push(message);
    }
    if (!isDone) messages.push(overall(running, total, isRollback));
    isDone ||= running === total;
    return { messages, isConverged: running === total };
  };
}

/** One task a slot, by slot; tasks on nodes that are down do not count. */
function tasksBySlot(tasks: readonly Task[], activeNodes: ReadonlySet<string>): Task[] {
  const bySlot = new Map<number, Task>();
  for (const task of tasks) {
    if (!isKnown(task)) continue;
    const slot = task.Slot ?? 0;
    const other = bySlot.get(slot);
    if (other !== undefined && !isBetter(task, other)) continue;
    if (task.NodeID && !activeNodes.has(task.NodeID)) continue;
    bySlot.set(slot, task);
  }
  return [...bySlot.entries()].sort(([a], [b]) => a - b).map(([, task]) => task);
}

function newGlobalUpdater(): Updater {
  let isInitialized = false;
  let isDone = false;
  return ({ tasks, activeNodes, isRollback }) => {
    const byNode = tasksByNode(tasks);
    const total = byNode.length;
    const messages: ProgressMessage[] = [];
    if (!isInitialized) {
      if (total === 0) {
        // Either the tasks are not there yet, or no node will do: both look the same.
        return {
          messages: [line('overall progress', 'waiting for new tasks')],
          isConverged: false,
        };
      }
      messages.push(overall(0, total, isRollback));
      isInitialized = true;
    }
    if (isDone && byNode.some((task) => task.Status.State !== 'running')) isDone = false;
    let running = 0;
    for (const task of byNode) {
      if (!activeNodes.has(task.NodeID ?? '')) continue;
      if (isRunning(task)) running += 1;
      if (isDone || total > BARS_MAX) continue;
      const message = taskLine(truncateID(task.NodeID ?? ''), task, STEPS);
      if (message !== undefined) messages.push(message);
    }
    if (!isDone) messages.push(overall(running, total, isRollback));
    isDone ||= running === total;
    return { messages, isConverged: running === total };
  };
}

function tasksByNode(tasks: readonly Task[]): Task[] {
  const byNode = new Map<string, Task>();
  for (const task of tasks) {
    if (!isKnown(task)) continue;
    const other = byNode.get(task.NodeID ?? '');
    if (other === undefined || isBetter(task, other)) byNode.set(task.NodeID ?? '', task);
  }
  return [...byNode.values()];
}
