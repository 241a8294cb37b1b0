/**
 * What one node has to know: its tasks and the secrets and configs that they refer to. Collects changes until they are sent.
 *
 * Real:     swarmkit manager/dispatcher/assignments.go
 * Left out: volumes (CSI).
 */
import {
  TASK_STATE_ORDER,
  type AssignmentsMessage,
  type Config,
  type Secret,
  type StoreEvent,
  type Task,
} from '../api/index.ts';
import type { Store } from '../store/index.ts';

type Change<T> = Map<string, T | undefined>;

export class AssignmentSet {
  readonly #nodeID: string;
  readonly #store: Store;
  readonly #tasks = new Map<string, Task>();
  /** How many tasks refer to a secret or config that the node has. */
  readonly #secrets = new Map<string, number>();
  readonly #configs = new Map<string, number>();
  #taskChanges: Change<Task> = new Map();
  #secretChanges: Change<Secret> = new Map();
  #configChanges: Change<Config> = new Map();

  constructor(nodeID: string, store: Store) {
    this.#nodeID = nodeID;
    this.#store = store;
    for (const task of store.list('task', { nodeID })) this.#addOrUpdate(task);
  }

  /** Changes that were not sent yet. */
  get size(): number {
    return this.#taskChanges.size + this.#secretChanges.size + this.#configChanges.size;
  }

  /** A committed change; true if the node has to hear of it. */
  handle(event: StoreEvent): boolean {
    if (event.table === 'task') {
      const task = event.object;
      if (task.NodeID !== this.#nodeID) return false;
      return event.action === 'remove' ? this.#removeTask(task) : this.#addOrUpdate(task);
    }
    if (event.action !== 'update') return false;
    if (event.table === 'secret' && this.#secrets.has(event.object.ID))
      this.#secretChanges.set(event.object.ID, event.object);
    else if (event.table === 'config' && this.#configs.has(event.object.ID))
      this.#configChanges.set(event.object.ID, event.object);
    else return false;
    return true;
  }

  /** What is to be sent, and forgets it. */
  take(type: AssignmentsMessage['Type']): AssignmentsMessage {
    const message: AssignmentsMessage = {
      Type: type,
      UpdateTasks: present(this.#taskChanges),
      RemoveTasks: absent(this.#taskChanges),
      UpdateSecrets: present(this.#secretChanges),
      RemoveSecrets: absent(this.#secretChanges),
      UpdateConfigs: present(this.#configChanges),
      RemoveConfigs: absent(this.#configChanges),
    };
    this.#taskChanges = new Map();
    this.#secretChanges = new Map();
    this.#configChanges = new Map();
    return message;
  }

  #addOrUpdate(task: Task): boolean {
    if (TASK_STATE_ORDER[task.Status.State] < TASK_STATE_ORDER.assigned) return false;
    const before = this.#tasks.get(task.ID);
    this.#tasks.set(task.ID, task);
    // States beyond assigned are the agent's own: it need not be told what it has told.
    if (
      before &&
      TASK_STATE_ORDER[task.Status.State] > TASK_STATE_ORDER.assigned &&
      isEqualStable(before, task)
    ) {
      if (isFinished(task) && !isFinished(before)) return this.#releaseDependencies(task);
      return false;
    }
    if (!before && !isFinished(task)) this.#addDependencies(task);
    this.#taskChanges.set(task.ID, task);
    return true;
  }

  #removeTask(task: Task): boolean {
    const before = this.#tasks.get(task.ID);
    if (!before) return false;
    this.#tasks.delete(task.ID);
    this.#taskChanges.set(task.ID, undefined);
    if (!isFinished(before)) this.#releaseDependencies(before);
    return true;
  }

  #addDependencies(task: Task): void {
    const spec = task.Spec.ContainerSpec;
    for (const { SecretID: id } of spec?.Secrets ?? []) {
      const secret = this.#store.get('secret', id);
      if (!count(this.#secrets, id, 1)) this.#secretChanges.set(id, secret);
    }
    for (const { ConfigID: id } of spec?.Configs ?? []) {
      const config = this.#store.get('config', id);
      if (!count(this.#configs, id, 1)) this.#configChanges.set(id, config);
    }
  }

  #releaseDependencies(task: Task): boolean {
    const before = this.size;
    const spec = task.Spec.ContainerSpec;
    for (const { SecretID: id } of spec?.Secrets ?? [])
      if (count(this.#secrets, id, -1) === 1) this.#secretChanges.set(id, undefined);
    for (const { ConfigID: id } of spec?.Configs ?? [])
      if (count(this.#configs, id, -1) === 1) this.#configChanges.set(id, undefined);
    return this.size > before;
  }
}

/** Adds to a counter; returns what it was. */
function count(counts: Map<string, number>, id: string, by: number): number {
  const before = counts.get(id) ?? 0;
  if (before + by <= 0) counts.delete(id);
  else counts.set(id, before + by);
  return before;
}

function isFinished(task: Task): boolean {
  return TASK_STATE_ORDER[task.Status.State] > TASK_STATE_ORDER.running;
}

/** Equal but for what the agent itself reports, and for the version. */
function isEqualStable(a: Task, b: Task): boolean {
  return (
    a.DesiredState === b.DesiredState &&
    a.NodeID === b.NodeID &&
    a.Spec === b.Spec &&
    a.Endpoint === b.Endpoint &&
    a.NetworksAttachments === b.NetworksAttachments
  );
}

const present = <T>(changes: Change<T>): T[] =>
  [...changes.values()].filter((value) => value !== undefined);
const absent = <T>(changes: Change<T>): string[] =>
  [...changes].filter(([, value]) => value === undefined).map(([id]) => id);
