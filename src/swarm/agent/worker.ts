/**
 * The tasks of this node: what was assigned is kept on the disk, so that they go on after a restart, manager or none.
 *
 * Real:     swarmkit agent/{worker,storage}.go
 * Left out: volumes (CSI).
 */
import type { Disk, Scheduler } from '../../sim/index.ts';
import type {
  AssignmentsMessage,
  Config,
  LogMessage,
  LogSubscription,
  Secret,
  Task,
  TaskStatus,
} from '../api/index.ts';
import type { Executor } from './executor.ts';
import { TaskManager } from './task.ts';

const KEY = 'swarm/agent/tasks';

interface StoredTask {
  readonly task: Task;
  readonly status: TaskStatus;
}

export class Worker {
  readonly #world: Scheduler;
  readonly #disk: Disk;
  readonly #executor: Executor;
  readonly #report: (taskID: string, status: TaskStatus) => void;
  readonly #tasks = new Map<string, TaskManager>();
  readonly #secrets = new Map<string, Secret>();
  readonly #configs = new Map<string, Config>();
  readonly #subscriptions = new Map<
    string,
    { readonly subscription: LogSubscription; readonly stop: Map<string, () => void> }
  >();
  readonly #publish: (id: string, messages: readonly LogMessage[], isEnd: boolean) => void;

  constructor(options: {
    readonly world: Scheduler;
    readonly disk: Disk;
    readonly executor: Executor;
    readonly report: (taskID: string, status: TaskStatus) => void;
    readonly publish: (
      subscriptionID: string,
      messages: readonly LogMessage[],
      isEnd: boolean,
    ) => void;
  }) {
    this.#world = options.world;
    this.#disk = options.disk;
    this.#executor = options.executor;
    this.#report = options.report;
    this.#publish = options.publish;
  }

  /** Takes up the tasks that were assigned before the machine went down. */
  start(): void {
    for (const id of (this.#disk.read(KEY) ?? []) as readonly string[]) {
      const stored = this.#disk.read(`${KEY}/${id}`) as StoredTask | undefined;
      if (stored) this.#startTask(stored.task, stored.status);
    }
  }

  /** The agent ends; containers and records stay. */
  stop(): void {
    for (const manager of this.#tasks.values()) manager.close();
    this.#tasks.clear();
    for (const { stop } of this.#subscriptions.values()) for (const end of stop.values()) end();
    this.#subscriptions.clear();
  }

  /** The node leaves, or its daemon ends in good order: no task is its own any more. Real: agent.go Leave, worker.go Wait */
  leave(done: () => void): void {
    let left = this.#tasks.size;
    if (left === 0) return void this.#world.schedule(0, 'no tasks', done);
    for (const id of [...this.#tasks.keys()])
      this.#removeTask(id, () => {
        if (--left === 0) done();
      });
  }

  get statuses(): readonly (readonly [string, TaskStatus])[] {
    return [...this.#tasks].map(([id, manager]) => [id, manager.status] as const);
  }

  assign(message: AssignmentsMessage): void {
    if (message.Type === 'complete') {
      this.#secrets.clear();
      this.#configs.clear();
    }
    for (const secret of message.UpdateSecrets) this.#secrets.set(secret.ID, secret);
    for (const config of message.UpdateConfigs) this.#configs.set(config.ID, config);
    for (const task of message.UpdateTasks) this.#assignTask(task);
    if (message.Type === 'complete') {
      const wanted = new Set(message.UpdateTasks.map((task) => task.ID));
      for (const id of [...this.#tasks.keys()]) if (!wanted.has(id)) this.#removeTask(id);
    }
    for (const id of message.RemoveTasks) this.#removeTask(id);
    for (const id of message.RemoveSecrets) this.#secrets.delete(id);
    for (const id of message.RemoveConfigs) this.#configs.delete(id);
  }

  subscribe(subscription: LogSubscription): void {
    const { ID: id } = subscription;
    if (subscription.Close) {
      for (const end of this.#subscriptions.get(id)?.stop.values() ?? []) end();
      this.#subscriptions.delete(id);
      return;
    }
    if (this.#subscriptions.has(id)) return;
    this.#subscriptions.set(id, { subscription, stop: new Map() });
    let isAny = false;
    for (const manager of this.#tasks.values())
      if (matches(subscription, manager.task)) {
        isAny = true;
        this.#follow(id, manager);
      }
    if (!isAny && !subscription.Options.Follow) this.#publish(id, [], true);
  }

  #follow(id: string, manager: TaskManager): void {
    const entry = this.#subscriptions.get(id);
    if (!entry || entry.stop.has(manager.task.ID)) return;
    const { Options: options } = entry.subscription;
    const { ID: taskID, ServiceID: serviceID, NodeID: nodeID } = manager.task;
    let lines: LogMessage[] = [];
    let isScheduled = false;
    const flush = (isEnd: boolean): void => {
      isScheduled = false;
      if (lines.length > 0 || isEnd) this.#publish(id, lines, isEnd);
      lines = [];
    };
    const stop = manager.controller.logs(
      {
        follow: options.Follow,
        stdout: options.Streams.includes('stdout'),
        stderr: options.Streams.includes('stderr'),
        tail: options.Tail,
        sinceMs: options.SinceMs,
      },
      (line) => {
        lines.push({
          Context: { ServiceID: serviceID, NodeID: nodeID, TaskID: taskID },
          Timestamp: line.timestamp,
          Stream: line.stream,
          Data: line.text,
        });
        if (isScheduled) return;
        isScheduled = true;
        this.#world.schedule(0, 'publish logs', () => flush(false));
      },
      () => {
        flush(false);
        const all = this.#subscriptions.get(id);
        all?.stop.delete(taskID);
        if (all?.stop.size === 0 && !options.Follow) flush(true);
      },
    );
    entry.stop.set(taskID, stop);
  }

  #assignTask(task: Task): void {
    const manager = this.#tasks.get(task.ID);
    if (!manager) return this.#startTask(task, task.Status);
    manager.update(task);
    this.#save(task.ID);
  }

  #startTask(task: Task, status: TaskStatus): void {
    const controller = this.#executor.controller(task, {
      secret: (id) => this.#secrets.get(id),
      config: (id) => this.#configs.get(id),
    });
    const manager = new TaskManager({
      world: this.#world,
      controller,
      task,
      status,
      report: (next) => {
        this.#save(task.ID);
        this.#report(task.ID, next);
      },
    });
    this.#tasks.set(task.ID, manager);
    this.#save(task.ID);
    this.#disk.write(KEY, [...this.#tasks.keys()]);
    manager.start();
    for (const [id, { subscription }] of this.#subscriptions)
      if (subscription.Options.Follow && matches(subscription, task)) this.#follow(id, manager);
  }

  #removeTask(id: string, done: () => void = () => undefined): void {
    const manager = this.#tasks.get(id);
    if (!manager) return;
    this.#tasks.delete(id);
    this.#disk.write(KEY, [...this.#tasks.keys()]);
    this.#disk.remove(`${KEY}/${id}`);
    manager.close(done);
  }

  #save(id: string): void {
    const manager = this.#tasks.get(id);
    if (manager)
      this.#disk.write(`${KEY}/${id}`, {
        task: manager.task,
        status: manager.status,
      } satisfies StoredTask);
  }
}

function matches(subscription: LogSubscription, task: Task): boolean {
  const { ServiceIDs: services, NodeIDs: nodes, TaskIDs: tasks } = subscription.Selector;
  return (
    services.includes(task.ServiceID) || nodes.includes(task.NodeID) || tasks.includes(task.ID)
  );
}
