/**
 * A node as the scheduler sees it: its tasks, what they take of it, and how often services failed
 * there.
 *
 * Real:     swarmkit manager/scheduler/nodeinfo.go
 * Left out: generic resources.
 */
import {
  TASK_STATE_ORDER,
  type Node,
  type PortConfig,
  type Resources,
  type Task,
} from '../api/index.ts';

/** How far back failures count. */
const MONITOR_FAILURES_MS = 5 * 60_000;
/** So many failures of a service within that time make a node the last choice for it. */
export const FAILURES_MAX = 5;

const NONE: Resources = {};

/** Tasks of one service and spec version: they are scheduled together, and fail together. */
export function groupKey(task: Task): string {
  return `${task.ServiceID}/${task.SpecVersion.Index}`;
}

export function isActive(task: Task): boolean {
  return TASK_STATE_ORDER[task.DesiredState] <= TASK_STATE_ORDER.complete;
}

export function reservationsOf(task: Task): Resources {
  return task.Spec.Resources?.Reservations ?? NONE;
}

/** The ports that a task takes on its node itself. */
export function hostPorts(task: Task): readonly string[] {
  const ports = task.Endpoint?.Ports?.filter(
    (port) => port.PublishMode === 'host' && port.PublishedPort,
  );
  return ports?.map(portKey) ?? [];
}

const portKey = (port: PortConfig): string => `${port.PublishedPort}/${port.Protocol ?? 'tcp'}`;

export class NodeInfo {
  node: Node;
  readonly tasks = new Map<string, Task>();
  activeTasksCount = 0;
  nanoCPUs = 0;
  memoryBytes = 0;
  readonly #activeByService = new Map<string, number>();
  readonly #usedHostPorts = new Set<string>();
  readonly #recentFailures = new Map<string, number[]>();

  constructor(node: Node) {
    this.node = node;
    this.setNode(node);
  }

  /** Takes over what the node says of itself now. */
  setNode(node: Node): void {
    this.node = node;
    this.nanoCPUs = node.Description?.Resources.NanoCPUs ?? 0;
    this.memoryBytes = node.Description?.Resources.MemoryBytes ?? 0;
    for (const task of this.tasks.values()) this.#take(reservationsOf(task), -1);
  }

  activeTasksOf(serviceID: string): number {
    return this.#activeByService.get(serviceID) ?? 0;
  }

  usesHostPort(key: string): boolean {
    return this.#usedHostPorts.has(key);
  }

  addTask(task: Task): void {
    const old = this.tasks.get(task.ID);
    if (old) {
      if (isActive(task) === isActive(old)) return;
      this.tasks.set(task.ID, task);
      this.#count(task, isActive(task) ? 1 : -1);
      return;
    }
    this.tasks.set(task.ID, task);
    this.#take(reservationsOf(task), -1);
    for (const key of hostPorts(task)) this.#usedHostPorts.add(key);
    if (isActive(task)) this.#count(task, 1);
  }

  /** Returns whether the task was here. */
  removeTask(task: Task): boolean {
    const old = this.tasks.get(task.ID);
    if (!old) return false;
    this.tasks.delete(task.ID);
    if (isActive(old)) this.#count(old, -1);
    for (const key of hostPorts(task)) this.#usedHostPorts.delete(key);
    this.#take(reservationsOf(task), 1);
    return true;
  }

  taskFailed(task: Task, nowMs: number): void {
    const key = groupKey(task);
    const recent =
      this.#recentFailures.get(key)?.filter((atMs) => nowMs - atMs < MONITOR_FAILURES_MS) ?? [];
    this.#recentFailures.set(key, [...recent, nowMs]);
  }

  /** Failures of the task's service and spec version that still count. */
  countRecentFailures(key: string, nowMs: number): number {
    const failures = this.#recentFailures.get(key);
    return failures ? failures.filter((atMs) => nowMs - atMs <= MONITOR_FAILURES_MS).length : 0;
  }

  #count(task: Task, by: 1 | -1): void {
    this.activeTasksCount += by;
    const count = this.activeTasksOf(task.ServiceID) + by;
    if (count === 0) this.#activeByService.delete(task.ServiceID);
    else this.#activeByService.set(task.ServiceID, count);
  }

  #take(resources: Resources, sign: 1 | -1): void {
    this.nanoCPUs += sign * (resources.NanoCPUs ?? 0);
    this.memoryBytes += sign * (resources.MemoryBytes ?? 0);
  }
}
