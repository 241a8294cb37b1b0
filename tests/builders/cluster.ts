import { World } from '../../src/sim/index.ts';
import { Allocator } from '../../src/swarm/allocator/index.ts';
import {
  TASK_STATE_ORDER,
  type Node,
  type Service,
  type ServiceSpec,
  type Task,
} from '../../src/swarm/api/index.ts';
import {
  ConstraintEnforcer,
  GlobalOrchestrator,
  JobsOrchestrator,
  ReplicatedOrchestrator,
  TaskReaper,
} from '../../src/swarm/orchestrator/index.ts';
import { Scheduler } from '../../src/swarm/scheduler/index.ts';
import type { Store, Transaction } from '../../src/swarm/store/index.ts';
import { FakeAgents } from './agents.ts';
import {
  cluster as clusterObject,
  node,
  service,
  type NodeOptions,
  type ServiceOptions,
} from './objects.ts';
import { localStore } from './store.ts';

/** The leader's components on a store without raft, and agents that do what they are told. */
export class TestCluster {
  readonly world: World;
  readonly store: Store;
  readonly agents: FakeAgents;
  readonly components: readonly { start(): void; stop(): void }[];

  constructor(
    options: {
      readonly seed?: string;
      readonly nodes?: number;
      readonly taskHistoryLimit?: number;
      /** How long a commit takes, as with raft; absent: no time at all. */
      readonly latencyMs?: number;
    } = {},
  ) {
    this.world = new World(options.seed ?? 'cluster');
    this.store = localStore(this.world, 'manager1', options.latencyMs);
    this.agents = new FakeAgents(this.world, this.store);
    this.write((tx) => {
      tx.create('cluster', clusterObject({ taskHistoryLimit: options.taskHistoryLimit ?? 5 }));
      for (let i = 1; i <= (options.nodes ?? 3); i++) tx.create('node', node(`node${i}`));
    });
    const common = { store: this.store, world: this.world, name: 'manager1' };
    this.components = [
      new Allocator(common),
      new Scheduler(common),
      new ReplicatedOrchestrator(common),
      new GlobalOrchestrator(common),
      new JobsOrchestrator(common),
      new ConstraintEnforcer(common),
      new TaskReaper(common),
    ];
    this.run(100);
    for (const component of this.components) component.start();
    this.run(400);
  }

  run(ms: number): void {
    this.world.runUntil(this.world.nowMs + ms);
  }

  write(write: (tx: Transaction) => void): void {
    this.store.update('test', write, (result) => {
      if (!result.ok) throw new Error(result.error.message);
    });
  }

  create(name: string, options: ServiceOptions = {}): Service {
    const made = service(name, options);
    this.write((tx) => tx.create('service', made));
    return made;
  }

  /**
   * As the control API does it: the previous spec is kept, the update status cleared, the spec's
   * version moved on.
   */
  update(id: string, change: (spec: ServiceSpec) => ServiceSpec): void {
    this.write((tx) => {
      const { UpdateStatus: _status, ...old } = tx.get('service', id)!;
      tx.update('service', {
        ...old,
        Spec: change(old.Spec),
        PreviousSpec: old.Spec,
        PreviousSpecVersion: old.SpecVersion,
        SpecVersion: { Index: old.Version.Index },
        ...(old.JobStatus || old.Spec.Mode.ReplicatedJob || old.Spec.Mode.GlobalJob
          ? {
              JobStatus: {
                JobIteration: { Index: (old.JobStatus?.JobIteration.Index ?? 0) + 1 },
                LastExecution: '',
              },
            }
          : {}),
      });
    });
  }

  updateImage(id: string, image: string): void {
    this.update(id, (spec) => ({
      ...spec,
      TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: image } },
    }));
  }

  scale(id: string, replicas: number): void {
    this.update(id, (spec) => ({ ...spec, Mode: { Replicated: { Replicas: replicas } } }));
  }

  remove(id: string): void {
    this.write((tx) => tx.remove('service', id));
  }

  addNode(id: string, options: NodeOptions = {}): void {
    this.write((tx) => tx.create('node', node(id, options)));
  }

  setNode(id: string, change: (node: Node) => Node): void {
    this.write((tx) => tx.update('node', change(tx.get('node', id)!)));
  }

  setAvailability(id: string, availability: Node['Spec']['Availability']): void {
    this.setNode(id, (n) => ({ ...n, Spec: { ...n.Spec, Availability: availability } }));
  }

  setState(id: string, state: Node['Status']['State']): void {
    if (state === 'ready') this.agents.dead.delete(id);
    else this.agents.dead.add(id);
    this.setNode(id, (n) => ({ ...n, Status: { ...n.Status, State: state } }));
  }

  service(id: string): Service {
    return this.store.get('service', id)!;
  }

  tasks(serviceID?: string): readonly Task[] {
    return serviceID === undefined
      ? this.store.list('task')
      : this.store.list('task', { serviceID });
  }

  /** Tasks that somebody wants to run. */
  live(serviceID?: string): readonly Task[] {
    return this.tasks(serviceID).filter(
      (t) => TASK_STATE_ORDER[t.DesiredState] <= TASK_STATE_ORDER.running,
    );
  }

  running(serviceID?: string): readonly Task[] {
    return this.live(serviceID).filter((t) => t.Status.State === 'running');
  }

  image(task: Task): string {
    return task.Spec.ContainerSpec?.Image ?? '';
  }

  /** `slot state desired`, in order of slot and creation. */
  summary(serviceID: string): readonly string[] {
    return [...this.tasks(serviceID)]
      .sort((a, b) => a.Slot - b.Slot)
      .map((t) => `${t.Slot} ${t.Status.State} ${t.DesiredState}`);
  }

  /** How many live tasks each node has. */
  spread(serviceID?: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const t of this.live(serviceID)) counts[t.NodeID] = (counts[t.NodeID] ?? 0) + 1;
    return counts;
  }

  trace(kind: string): readonly Readonly<Record<string, unknown>>[] {
    return this.world.trace
      .since(0)
      .filter((e) => e.kind === kind)
      .map((e) => e.data);
  }
}
