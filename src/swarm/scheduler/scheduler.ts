/**
 * Decides on which node a pending task runs, and explains when none will do.
 *
 * Real:     swarmkit manager/scheduler/scheduler.go
 * Reads:    tasks in `pending`, nodes.   Writes: task.NodeID, task.Status.
 * Left out: generic resources, CSI volumes.
 */
import type { Scheduler as World } from '../../sim/index.ts';
import {
  TASK_STATE_ORDER,
  type Node,
  type StoreEvent,
  type Task,
  type TaskState,
} from '../api/index.ts';
import { Line, type Store, type Transaction } from '../store/index.ts';
import { Debounce } from './debounce.ts';
import { scheduleGroup } from './group.ts';
import { NodeInfo, groupKey } from './nodeinfo.ts';
import { NodeSet } from './nodeset.ts';
import { Pipeline } from './pipeline.ts';
import { why } from './why.ts';

interface Decision {
  readonly old: Task;
  readonly new: Task;
}

export class Scheduler {
  readonly #store: Store;
  readonly #world: World;
  readonly #name: string;
  #line: Line;
  #nodes = new NodeSet();
  #pipeline = new Pipeline();
  /** Pending tasks without a node, in order of arrival. */
  #unassigned = new Map<string, Task>();
  /** Pending tasks that came with a node (global services): only to be confirmed. */
  #pendingPreassigned = new Map<string, Task>();
  /** Tasks that came with a node, also later on. */
  #preassigned = new Set<string>();
  #allTasks = new Map<string, Task>();
  #isTickRequired = false;
  readonly #debounce: Debounce;
  /** While decisions are being committed, events wait: as in a loop that blocks on the store. */
  #isApplying = false;
  #isDue = false;
  #events: (readonly StoreEvent[])[] = [];
  #unwatch: (() => void) | undefined;

  constructor(options: { readonly store: Store; readonly world: World; readonly name: string }) {
    this.#store = options.store;
    this.#world = options.world;
    this.#name = options.name;
    this.#line = new Line(options.store);
    this.#debounce = new Debounce(options.world, `${options.name} scheduler tick`, () => {
      if (this.#isApplying) this.#isDue = true;
      else this.#schedule();
    });
  }

  start(): void {
    this.#line = new Line(this.#store);
    this.#load();
    this.#unwatch = this.#store.watch('scheduler', (events) => {
      if (this.#isApplying) this.#events.push(events);
      else this.#handle(events);
    });
    this.#isTickRequired = true;
    this.#schedule();
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#debounce.cancel();
    this.#line.stop();
    this.#isApplying = false;
  }

  #load(): void {
    this.#nodes = new NodeSet();
    this.#pipeline = new Pipeline();
    this.#unassigned = new Map();
    this.#pendingPreassigned = new Map();
    this.#preassigned = new Set();
    this.#allTasks = new Map();
    this.#events = [];
    this.#isDue = false;
    const infos = new Map(this.#store.list('node').map((node) => [node.ID, new NodeInfo(node)]));
    for (const task of this.#store.list('task')) {
      if (!isTracked(task)) continue;
      if (task.Status.State === 'pending' && isBeyond(task.DesiredState, 'complete')) continue;
      this.#allTasks.set(task.ID, task);
      if (task.NodeID === '') this.#unassigned.set(task.ID, task);
      else if (task.Status.State === 'pending') this.#addPreassigned(task);
      else infos.get(task.NodeID)?.addTask(task);
    }
    for (const info of infos.values()) this.#nodes.add(info);
  }

  // Events

  #handle(events: readonly StoreEvent[]): void {
    for (const event of events) if (this.#isTickAfter(event)) this.#isTickRequired = true;
    this.#debounce.commit();
  }

  #isTickAfter(event: StoreEvent): boolean {
    if (event.table === 'node') {
      if (event.action === 'remove') this.#nodes.remove(event.object.ID);
      else this.#setNode(event.object);
      return event.action !== 'remove';
    }
    if (event.table !== 'task') return false;
    if (event.action === 'create') return this.#createTask(event.object);
    return event.action === 'update'
      ? this.#updateTask(event.object)
      : this.#deleteTask(event.object);
  }

  #setNode(node: Node): void {
    const info = this.#nodes.get(node.ID);
    if (info) info.setNode(node);
    else this.#nodes.add(new NodeInfo(node));
  }

  #createTask(task: Task): boolean {
    if (!isTracked(task)) return false;
    this.#allTasks.set(task.ID, task);
    if (task.NodeID === '') {
      this.#unassigned.set(task.ID, task);
      return true;
    }
    if (task.Status.State === 'pending') this.#addPreassigned(task);
    else this.#addToNode(task);
    return false;
  }

  #updateTask(task: Task): boolean {
    if (isBeyond('pending', task.Status.State)) return false;
    const old = this.#allTasks.get(task.ID);
    if (isBeyond(task.Status.State, 'running')) {
      if (!old) return false;
      const isFailure = task.Status.State === 'failed' || task.Status.State === 'rejected';
      if (isFailure && task.Status.State !== old.Status.State) this.#countFailure(task);
      this.#deleteTask(old);
      return true;
    }
    const isUndecided = task.NodeID === '' || task.Status.State === 'pending';
    if (isUndecided && old) this.#deleteTask(old);
    this.#allTasks.set(task.ID, task);
    if (task.NodeID === '') {
      this.#unassigned.set(task.ID, task);
      return true;
    }
    if (task.Status.State === 'pending') this.#addPreassigned(task);
    else this.#addToNode(task);
    return false;
  }

  /**
   * A service that fails again and again on a node will prefer others. It did not choose its node
   * when it was preassigned.
   */
  #countFailure(task: Task): void {
    const info = this.#nodes.get(task.NodeID);
    if (!info || this.#preassigned.has(task.ID)) return;
    info.taskFailed(task, this.#world.nowMs);
    this.#nodes.failed(info);
  }

  /** Returns whether a node has room again. */
  #deleteTask(task: Task): boolean {
    this.#allTasks.delete(task.ID);
    this.#preassigned.delete(task.ID);
    this.#pendingPreassigned.delete(task.ID);
    this.#unassigned.delete(task.ID);
    return this.#removeFromNode(task);
  }

  #addPreassigned(task: Task): void {
    this.#preassigned.add(task.ID);
    this.#pendingPreassigned.set(task.ID, task);
  }

  #addToNode(task: Task): void {
    const info = this.#nodes.get(task.NodeID);
    if (!info) return;
    info.addTask(task);
    this.#nodes.moved(info, task.ServiceID);
  }

  #removeFromNode(task: Task): boolean {
    const info = this.#nodes.get(task.NodeID);
    if (!info?.removeTask(task)) return false;
    this.#nodes.moved(info, task.ServiceID);
    return true;
  }

  // Decisions

  #schedule(): void {
    this.#confirmPreassigned(() => {
      if (!this.#isTickRequired) return this.#resume();
      this.#isTickRequired = false;
      this.#tick(() => this.#resume());
    });
  }

  /** Everything is committed: what happened meanwhile is looked at now. */
  #resume(): void {
    const waiting = this.#events;
    this.#events = [];
    for (const events of waiting) {
      if (this.#isApplying) this.#events.push(events);
      else this.#handle(events);
    }
    if (!this.#isDue || this.#isApplying) return;
    this.#isDue = false;
    this.#schedule();
  }

  #confirmPreassigned(then: () => void): void {
    const decisions: Decision[] = [];
    for (const task of this.#pendingPreassigned.values()) {
      const info = this.#nodes.get(task.NodeID);
      if (info) decisions.push(this.#fit(task, info));
    }
    this.#apply(decisions, (failed) => {
      const lost = new Set(failed.map((decision) => decision.old.ID));
      for (const decision of decisions)
        if (!lost.has(decision.old.ID) && decision.new.Status.State === 'assigned')
          this.#pendingPreassigned.delete(decision.old.ID);
      for (const decision of failed) this.#takeBack(decision);
      then();
    });
  }

  /**
   * Whether a task fits the node that it came with. The reason stands bare, without "no suitable
   * node".
   */
  #fit(task: Task, info: NodeInfo): Decision {
    const timestamp = this.#world.timestamp();
    this.#pipeline.setTask(task);
    const of = { taskID: task.ID, nodeID: task.NodeID, service: task.ServiceAnnotations.Name };
    if (!this.#pipeline.process(info)) {
      const err = this.#pipeline.explain();
      if (err !== task.Status.Err) this.#world.emit('task.unschedulable', { ...of, err });
      const status: Task['Status'] = { ...task.Status, Timestamp: timestamp, Err: err };
      const refused: Task = { ...task, Status: status };
      this.#allTasks.set(task.ID, refused);
      return { old: task, new: refused };
    }
    this.#world.emit('task.assigned', { ...of, why: { isPreassigned: true } });
    const message = 'scheduler confirmed task can run on preassigned node';
    const confirmed: Task = { ...task, Status: assignedStatus(timestamp, message) };
    this.#allTasks.set(task.ID, confirmed);
    this.#addToNode(confirmed);
    return { old: task, new: confirmed };
  }

  #tick(then: () => void): void {
    const decisions: Decision[] = [];
    for (const group of this.#groups()) this.#scheduleGroup(group, decisions);
    this.#apply(decisions, (failed) => {
      for (const decision of failed) {
        this.#takeBack(decision);
        this.#unassigned.set(decision.old.ID, decision.old);
      }
      then();
    });
  }

  /** The queue by service and spec version, in order of the services' creation and of slots. */
  #groups(): readonly (readonly Task[])[] {
    const groups = new Map<string, Task[]>();
    for (const task of this.#unassigned.values()) {
      if (task.NodeID !== '') continue;
      const key = groupKey(task);
      const group = groups.get(key);
      if (group) group.push(task);
      else groups.set(key, [task]);
    }
    this.#unassigned.clear();
    const ordered = Array.from(groups, ([key, tasks]) => {
      const createdAt = this.#store.get('service', tasks[0]?.ServiceID ?? '')?.CreatedAt ?? '';
      return { key: `${createdAt} ${key}`, tasks: tasks.sort(bySlot) };
    });
    return ordered.sort((a, b) => (a.key < b.key ? -1 : 1)).map((group) => group.tasks);
  }

  #scheduleGroup(tasks: readonly Task[], decisions: Decision[]): void {
    const timestamp = this.#world.timestamp();
    const left = scheduleGroup(tasks, {
      nodes: this.#nodes,
      pipeline: this.#pipeline,
      chance: this.#world.random(`scheduler/${this.#name}`),
      nowMs: this.#world.nowMs,
      assign: (task, info) => {
        const reasons = why(task, this.#nodes, this.#pipeline);
        const data = {
          taskID: task.ID,
          nodeID: info.node.ID,
          service: task.ServiceAnnotations.Name,
          why: reasons,
        };
        const status = assignedStatus(timestamp, 'scheduler assigned task to node');
        const assigned: Task = { ...task, NodeID: info.node.ID, Status: status };
        this.#allTasks.set(task.ID, assigned);
        this.#addToNode(assigned);
        decisions.push({ old: task, new: assigned });
        this.#world.emit('task.assigned', data);
      },
    });
    if (left.length > 0) this.#noSuitableNode(left, timestamp, decisions);
  }

  #noSuitableNode(tasks: readonly Task[], timestamp: string, decisions: Decision[]): void {
    const explanation = this.#pipeline.explain();
    for (const task of tasks) {
      const service = this.#store.get('service', task.ServiceID);
      if (!service) continue;
      let status: Task['Status'] = { ...task.Status, Timestamp: timestamp };
      const isOutdated = service.SpecVersion.Index > task.SpecVersion.Index;
      if (!isOutdated)
        status = {
          ...status,
          Err: `no suitable node${explanation === '' ? '' : ` (${explanation})`}`,
        };
      else if (status.State === 'pending' && !isBeyond('shutdown', task.DesiredState))
        status = { ...status, State: 'shutdown', Err: '' };
      const decided: Task = { ...task, Status: status };
      if (!isOutdated) this.#unassigned.set(task.ID, decided);
      this.#allTasks.set(task.ID, decided);
      decisions.push({ old: task, new: decided });
      if (task.Status.Err !== status.Err)
        this.#world.emit('task.unschedulable', {
          taskID: task.ID,
          service: task.ServiceAnnotations.Name,
          err: status.Err,
          why: why(task, this.#nodes, this.#pipeline),
        });
    }
  }

  /**
   * Writes the decisions, each on top of what the store holds by now; `then` gets those that came
   * too late.
   */
  #apply(decisions: readonly Decision[], then: (failed: readonly Decision[]) => void): void {
    if (decisions.length === 0) return then([]);
    const failed: Decision[] = [];
    this.#isApplying = true;
    const line = this.#line;
    line.run(
      'schedule tasks',
      () =>
        decisions.map((decision) => (tx: Transaction) => {
          if (!this.#write(tx, decision)) failed.push(decision);
        }),
      () => {
        this.#isApplying = false;
        then(failed);
      },
    );
  }

  #write(tx: Transaction, decision: Decision): boolean {
    const task = tx.get('task', decision.old.ID);
    if (!task) {
      this.#deleteTask(decision.new);
      return true;
    }
    const [before, after] = [task.Status, decision.new.Status];
    const isSame = before.State === after.State && before.Message === after.Message;
    if (isSame && (before.Err ?? '') === (after.Err ?? '')) return true;
    if (task.Version.Index !== decision.old.Version.Index) return false;
    tx.update('task', decision.new);
    return true;
  }

  #takeBack(decision: Decision): void {
    this.#allTasks.set(decision.old.ID, decision.old);
    this.#removeFromNode(decision.new);
  }
}

function assignedStatus(timestamp: string, message: string): Task['Status'] {
  return { State: 'assigned', Timestamp: timestamp, Message: message, PortStatus: {} };
}

/** Tasks that wait for a node or take room on one. */
function isTracked(task: Task): boolean {
  return !isBeyond('pending', task.Status.State) && !isBeyond(task.Status.State, 'running');
}

function isBeyond(state: TaskState, other: TaskState): boolean {
  return TASK_STATE_ORDER[state] > TASK_STATE_ORDER[other];
}

function bySlot(a: Task, b: Task): number {
  return a.Slot - b.Slot || (a.ID < b.ID ? -1 : 1);
}
