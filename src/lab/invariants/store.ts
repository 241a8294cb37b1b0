/**
 * What must hold of the managers' stores at all times: a task never changes its node, observed state never goes back,
 * what was removed does not come back, and the same version of an object is the same object on every manager.
 *
 * Reads each store's watch, so every change of every replica is seen.
 */
import {
  TASK_STATE_ORDER,
  type Store,
  type StoreEvent,
  type StoreObject,
  type Task,
} from '../../swarm/index.ts';

export type StoreProperty =
  | 'A task stays on its node'
  | 'Observed state never goes back'
  | 'What was removed stays removed'
  | 'Equal versions hold equal objects';

export interface StoreViolation {
  readonly property: StoreProperty;
  readonly why: string;
}

/** The replicas of one swarm's store, and what was seen of them. */
export class StoreReplicas {
  readonly violations: StoreViolation[] = [];
  /** By table, ID and version: the first that was seen, for all replicas. */
  readonly #versions = new Map<string, StoreObject>();
  readonly #watched = new Set<Store>();

  /** Looks at everything that this replica does from now on. It must be new: one that was started now. */
  watch(store: Store): void {
    if (this.#watched.has(store)) return;
    this.#watched.add(store);
    const removed = new Set<string>();
    for (const table of Object.values(store.save()))
      for (const object of table) this.#version(store.name, '', object);
    store.watch('invariants', (events) => {
      for (const event of events) this.#look(store.name, event, removed);
    });
  }

  #look(name: string, event: StoreEvent, removed: Set<string>): void {
    const { table, action, object } = event;
    if (action === 'remove') return void removed.add(object.ID);
    if (action === 'create' && removed.has(object.ID))
      this.#violation('What was removed stays removed', `${name}: ${table} ${object.ID} came back`);
    if (table === 'task' && event.before) this.#task(name, event.before, event.object);
    this.#version(name, table, object);
  }

  #task(name: string, before: Task, after: Task): void {
    if (before.NodeID !== '' && before.NodeID !== after.NodeID)
      this.#violation(
        'A task stays on its node',
        `${name}: ${after.ID} went from ${before.NodeID} to ${after.NodeID}`,
      );
    const [was, is] = [before.Status.State, after.Status.State];
    if (TASK_STATE_ORDER[is] < TASK_STATE_ORDER[was])
      this.#violation(
        'Observed state never goes back',
        `${name}: ${after.ID} was ${was} and is ${is}`,
      );
  }

  #version(name: string, table: string, object: StoreObject): void {
    const key = `${object.ID} ${object.Version.Index}`;
    const known = this.#versions.get(key);
    if (!known) this.#versions.set(key, object);
    else if (known !== object && canonical(known) !== canonical(object))
      this.#violation(
        'Equal versions hold equal objects',
        `${name}: ${table} ${key} differs from another manager's`,
      );
  }

  #violation(property: StoreProperty, why: string): void {
    this.violations.push({ property, why });
  }
}

/** Everything that two replicas differ in, when they should not; '' when they are equal. */
export function differenceOf(a: Store, b: Store): string {
  const [left, right] = [a.save(), b.save()];
  for (const table of Object.keys(left) as (keyof typeof left)[]) {
    const mine = new Map<string, StoreObject>(left[table].map((object) => [object.ID, object]));
    for (const object of right[table]) {
      const other = mine.get(object.ID);
      mine.delete(object.ID);
      if (!other) return `${table} ${object.ID} is on ${b.name} only`;
      if (canonical(other) !== canonical(object))
        return `${table} ${object.ID} differs on ${a.name} and ${b.name}`;
    }
    for (const id of mine.keys()) return `${table} ${id} is on ${a.name} only`;
  }
  return '';
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${key}:${canonical(part)}`).join(',')}}`;
}
