/**
 * All nodes, kept in order of how many active tasks they have, so that the best ones for a task are
 * found without looking at all.
 *
 * Real:     swarmkit manager/scheduler/{nodeset,nodeheap}.go. There a bounded heap is filled from
 *           all nodes; here the same nodes come out of buckets of equal task counts, best first.
 *           Where Go's map order decides between equals, the stream of chance does.
 */
import type { Task } from '../api/index.ts';
import { FAILURES_MAX, groupKey, type NodeInfo } from './nodeinfo.ts';

/** Draws from the scheduler's stream. */
export interface Chance {
  below(n: number): number;
}

/** -1 when `a` is the better node for the task, 1 when `b` is, 0 when they are equal. */
export type Compare = (a: NodeInfo, b: NodeInfo) => number;

/** The rule of preference between two nodes for a task. */
export function preference(task: Task, nowMs: number): Compare {
  const key = groupKey(task);
  return (a, b) => {
    const failuresA = a.countRecentFailures(key, nowMs);
    const failuresB = b.countRecentFailures(key, nowMs);
    if ((failuresA >= FAILURES_MAX || failuresB >= FAILURES_MAX) && failuresA !== failuresB)
      return failuresA < failuresB ? -1 : 1;
    const ofService = a.activeTasksOf(task.ServiceID) - b.activeTasksOf(task.ServiceID);
    return Math.sign(ofService !== 0 ? ofService : a.activeTasksCount - b.activeTasksCount);
  };
}

export class NodeSet {
  readonly #infos = new Map<string, NodeInfo>();
  /** Node infos by count of active tasks; each bucket in order of node ID. */
  readonly #buckets = new Map<number, NodeInfo[]>();
  /** The counts that have a bucket, ascending. */
  readonly #counts: number[] = [];
  /** Where a node was put; its own count may have moved on. */
  readonly #placed = new Map<NodeInfo, number>();
  readonly #byService = new Map<string, Set<NodeInfo>>();
  readonly #failed = new Set<NodeInfo>();

  get size(): number {
    return this.#infos.size;
  }

  get(nodeID: string): NodeInfo | undefined {
    return this.#infos.get(nodeID);
  }

  /** In order of node ID. */
  all(): readonly NodeInfo[] {
    return [...this.#infos.values()].sort(byID);
  }

  add(info: NodeInfo): void {
    this.#infos.set(info.node.ID, info);
    for (const task of info.tasks.values()) this.#mark(info, task.ServiceID);
    this.#place(info);
  }

  remove(nodeID: string): void {
    const info = this.#infos.get(nodeID);
    if (!info) return;
    this.#infos.delete(nodeID);
    this.#unplace(info);
    this.#failed.delete(info);
    for (const infos of this.#byService.values()) infos.delete(info);
  }

  /** To be called after tasks of a node were added or removed. */
  moved(info: NodeInfo, serviceID: string): void {
    if (this.#infos.get(info.node.ID) !== info) return;
    this.#mark(info, serviceID);
    if (this.#placed.get(info) === info.activeTasksCount) return;
    this.#unplace(info);
    this.#place(info);
  }

  failed(info: NodeInfo): void {
    this.#failed.add(info);
  }

  /** The best `max` nodes that pass, best first. Nodes that need not be looked at are not. */
  best(
    task: Task,
    max: number,
    nowMs: number,
    passes: (info: NodeInfo) => boolean,
    chance: Chance,
  ): NodeInfo[] {
    const special = this.#special(task, nowMs);
    const found: NodeInfo[] = [];
    for (const info of this.#ordinary(special, chance)) {
      if (found.length === max) return found;
      if (passes(info)) found.push(info);
    }
    for (const info of ranked([...special].sort(byID), preference(task, nowMs), chance)) {
      if (found.length === max) return found;
      if (passes(info)) found.push(info);
    }
    return found;
  }

  /** Nodes that rank below every other: they have tasks of the service, or failed it too often. */
  #special(task: Task, nowMs: number): ReadonlySet<NodeInfo> {
    const special = new Set<NodeInfo>();
    for (const info of this.#byService.get(task.ServiceID) ?? [])
      if (info.activeTasksOf(task.ServiceID) > 0) special.add(info);
    const key = groupKey(task);
    for (const info of this.#failed)
      if (info.countRecentFailures(key, nowMs) >= FAILURES_MAX) special.add(info);
    return special;
  }

  /** All other nodes by ascending count of active tasks, equals in an order of chance. */
  *#ordinary(special: ReadonlySet<NodeInfo>, chance: Chance): Iterable<NodeInfo> {
    for (const count of [...this.#counts])
      for (const info of drawn(this.#buckets.get(count) ?? [], chance))
        if (!special.has(info)) yield info;
  }

  #mark(info: NodeInfo, serviceID: string): void {
    const infos = this.#byService.get(serviceID);
    if (info.activeTasksOf(serviceID) > 0) {
      if (infos) infos.add(info);
      else this.#byService.set(serviceID, new Set([info]));
    } else if (infos?.delete(info) && infos.size === 0) this.#byService.delete(serviceID);
  }

  #place(info: NodeInfo): void {
    const count = info.activeTasksCount;
    this.#placed.set(info, count);
    let bucket = this.#buckets.get(count);
    if (!bucket) {
      this.#buckets.set(count, (bucket = []));
      this.#counts.splice(
        lowerBound(this.#counts, (c) => c < count),
        0,
        count,
      );
    }
    bucket.splice(
      lowerBound(bucket, (other) => other.node.ID < info.node.ID),
      0,
      info,
    );
  }

  #unplace(info: NodeInfo): void {
    const count = this.#placed.get(info);
    if (count === undefined) return;
    this.#placed.delete(info);
    const bucket = this.#buckets.get(count) ?? [];
    bucket.splice(
      lowerBound(bucket, (other) => other.node.ID < info.node.ID),
      1,
    );
    if (bucket.length > 0) return;
    this.#buckets.delete(count);
    this.#counts.splice(
      lowerBound(this.#counts, (c) => c < count),
      1,
    );
  }
}

/**
 * Sorted by `compare`; equals in an order of chance. `infos` come in an order that depends on
 * nothing.
 */
export function ranked(
  infos: readonly NodeInfo[],
  compare: Compare,
  chance: Chance,
): readonly NodeInfo[] {
  return [...drawn(infos, chance)].sort(compare);
}

/**
 * All of them in an order of chance, drawn as far as it is asked for (Fisher and Yates, without
 * moving `infos`).
 */
export function* drawn<T>(infos: readonly T[], chance: Chance): Iterable<T> {
  const items = infos.length > 64 ? undefined : [...infos];
  const swapped = new Map<number, T>();
  const at = (i: number): T => (items ? items[i] : (swapped.get(i) ?? infos[i])) as T;
  const n = infos.length;
  for (let i = 0; i < n; i++) {
    const j = n - i === 1 ? i : i + chance.below(n - i);
    const chosen = at(j);
    if (items) items[j] = at(i);
    else swapped.set(j, at(i));
    yield chosen;
  }
}

const byID = (a: NodeInfo, b: NodeInfo): number => (a.node.ID < b.node.ID ? -1 : 1);

/** How many items from the front satisfy `isBelow`, in a list where those come first. */
function lowerBound<T>(items: readonly T[], isBelow: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
