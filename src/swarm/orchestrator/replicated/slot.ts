/**
 * Which slots of a service are occupied, and which are given up first.
 *
 * Real: swarmkit manager/orchestrator/replicated/slot.go, services.go (reconcile)
 */
import type { Service, Task } from '../../api/index.ts';
import type { RestartSupervisor } from '../restart/restart.ts';
import type { Slot } from '../task.ts';

export interface Slots {
  /** By slot number, ascending: the tasks that the updater may handle. */
  readonly live: Map<number, Slot>;
  readonly dead: Map<number, Slot>;
}

export function splitSlots(
  tasks: readonly Task[],
  service: Service,
  restarts: RestartSupervisor,
): Slots {
  const bySlot = new Map<number, Task[]>();
  for (const task of tasks) {
    const slot = bySlot.get(task.Slot);
    if (slot) slot.push(task);
    else bySlot.set(task.Slot, [task]);
  }
  const slots: Slots = { live: new Map(), dead: new Map() };
  for (const [number, slot] of [...bySlot].sort((a, b) => a[0] - b[0])) {
    const updatable = restarts.updatableTasksInSlot(slot, service);
    if (updatable.length > 0) slots.live.set(number, updatable);
    else slots.dead.set(number, slot);
  }
  return slots;
}

/**
 * The slots in the order in which a smaller service keeps them: first those that are the only copy
 * on their node, then second copies and so on, which levels the nodes out; slots without a node
 * last. Among equals running ones come first, then low numbers.
 */
export function inOrderOfKeeping(slots: readonly Slot[]): readonly Slot[] {
  const isRunning = (slot: Slot): boolean => slot.some((task) => task.Status.State === 'running');
  const byState = [...slots].sort(
    (a, b) => Number(isRunning(b)) - Number(isRunning(a)) || (a[0]?.Slot ?? 0) - (b[0]?.Slot ?? 0),
  );
  const copies = new Map<string, number>();
  const indexed = byState.map((slot) => {
    const nodeID = slot.length === 1 ? (slot[0]?.NodeID ?? '') : '';
    if (nodeID === '') return { slot, copy: Number.MAX_SAFE_INTEGER };
    const copy = (copies.get(nodeID) ?? 0) + 1;
    copies.set(nodeID, copy);
    return { slot, copy };
  });
  return indexed.sort((a, b) => a.copy - b.copy).map(({ slot }) => slot);
}
