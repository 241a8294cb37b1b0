/**
 * The machine's part in a swarm: init, join, leave, unlock, update, and the line to the leader's control API.
 *
 * Real:     moby daemon/cluster/{cluster,swarm}.go
 * Left out: external CAs, FIPS, renewal of expired certificates.
 */
import type { Machine, Scheduler } from '../../sim/index.ts';
import type { Executor } from '../../swarm/index.ts';
import type { Cluster as ClusterObject, Task } from '../../swarm/api/index.ts';
import type { NodeWithStatus } from '../../swarm/index.ts';
import type { Manager, RaftView } from '../../swarm/index.ts';
import { eraseNodeState } from '../../swarm/index.ts';
import type { Store } from '../../swarm/index.ts';
import type { SwarmInfo } from '../api/types.ts';
import { clusterInfoJson, swarmJson } from './convert.ts';
import type { EngineError } from './errors.ts';
import {
  LOCKED,
  NOT_MANAGER,
  NOT_READY,
  NO_SWARM,
  WORKER,
  failed,
  fine,
  notFound,
  outcomeOf,
  type Done,
  type Outcome,
} from './errors.ts';
import { watchStore, type SwarmEvent } from './events.ts';
import { Membership } from './membership.ts';
import { Networks } from './networks.ts';
import { NodeRunner, readNodeConfig, type NodeConfig } from './noderunner.ts';
import { Nodes, SecretsOrConfigs, Tasks, onValue } from './objects.ts';
import { mergeClusterSpec } from './parse.ts';
import { Services } from './services.ts';

const REQUEST_TIMEOUT_MS = 20_000;
/** How long a start of the daemon waits for the swarm. */
const CONNECT_TIMEOUT_MS = 20_000;

/** Asks a registry for the digest of an image: `nginx` to `nginx:latest@sha256:…`; undefined when it could not be found out. */
export interface ImageResolver {
  resolveDigest(image: string, done: (pinned: string | undefined) => void): void;
}

export interface ClusterOptions {
  readonly machine: Machine;
  readonly executor: Executor;
  readonly images: ImageResolver;
  /** `28.2.2`, `20.10.24+dfsg1`. */
  readonly engineVersion: string;
  /** A name for a service that was given none. */
  readonly randomName?: () => string;
  /** The name of the machine's own network that is called so (name or ID), if it is none of the swarm's. */
  readonly localNetwork?: (name: string) => string | undefined;
  /** A swarm object was created, updated or removed (`docker events` of managers). */
  readonly event?: (event: SwarmEvent) => void;
  /** The node has joined, left, been promoted, been locked ... */
  readonly changed?: () => void;
}

export class Cluster {
  readonly nodes = new Nodes(this);
  readonly tasks = new Tasks(this);
  readonly services = new Services(this);
  readonly secrets = new SecretsOrConfigs(this, 'secret');
  readonly configs = new SecretsOrConfigs(this, 'config');
  readonly swarmNetworks = new Networks(this);
  readonly #options: ClusterOptions;
  readonly #membership: Membership;
  #runner: NodeRunner | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#membership = new Membership(this, options);
  }

  get world(): Scheduler {
    return this.#options.machine.world;
  }

  get images(): ImageResolver {
    return this.#options.images;
  }

  get #majorVersion(): number {
    return Number.parseInt(this.#options.engineVersion, 10);
  }

  get filterWord(): 'invalid' | 'Invalid' {
    return this.#majorVersion < 23 ? 'Invalid' : 'invalid';
  }

  /** The daemon starts: takes up the membership that is on the disk. `ready` when the swarm answers, or after 20 s. */
  start(ready: () => void = () => undefined): void {
    const config = readNodeConfig(this.#options.machine);
    if (!config) return void this.world.schedule(0, 'no swarm', ready);
    let isTold = false;
    const tell = (): void => {
      if (isTold) return;
      isTold = true;
      timer.cancel();
      ready();
    };
    const timer = this.world.schedule(CONNECT_TIMEOUT_MS, 'swarm component', tell);
    this.run(config).whenReady(tell);
  }

  /** The daemon stops in good order. The membership stays on the disk. */
  stop(done: () => void = () => undefined): void {
    const runner = this.#runner;
    if (!runner) return done();
    runner.stop(() => {
      if (this.#runner === runner) this.#runner = undefined;
      done();
    });
  }

  /** The power is gone, or the daemon was killed. */
  crash(): void {
    const runner = this.#runner;
    this.#runner = undefined;
    runner?.kill();
  }

  init(body: unknown, done: Done<string>): void {
    this.#membership.init(body, done);
  }

  join(body: unknown, done: Done<void>): void {
    this.#membership.join(body, done);
  }

  leave(isForced: boolean, done: Done<void>): void {
    this.#membership.leave(isForced, done);
  }

  unlock(key: string, done: Done<void>): void {
    this.#membership.unlock(key, done);
  }

  /** GET /swarm. */
  inspect(done: Done<Readonly<Record<string, unknown>>>): void {
    this.clusterObject(onValue(done, (cluster) => done(fine(swarmJson(cluster)))));
  }

  update(
    request: {
      readonly version: number;
      readonly body: unknown;
      readonly rotateWorkerToken: boolean;
      readonly rotateManagerToken: boolean;
      readonly rotateManagerUnlockKey: boolean;
    },
    done: Done<void>,
  ): void {
    this.clusterObject(
      onValue(done, (cluster) => {
        const args = {
          ClusterID: cluster.ID,
          Version: request.version,
          Spec: mergeClusterSpec(cluster.Spec, request.body),
          Rotation: {
            WorkerJoinToken: request.rotateWorkerToken,
            ManagerJoinToken: request.rotateManagerToken,
            ManagerUnlockKey: request.rotateManagerUnlockKey,
          },
        };
        this.control(
          'updateCluster',
          args,
          onValue(done, () => done(fine(undefined))),
        );
      }),
    );
  }

  /** '' when the managers are not locked. */
  unlockKey(done: Done<string>): void {
    this.clusterObject(onValue(done, (cluster) => done(fine(cluster.UnlockKeys.Manager ?? ''))));
  }

  /** The `Swarm` part of GET /info. */
  info(done: (info: SwarmInfo) => void): void {
    const base = this.localInfo();
    if (!this.#manager) return void this.world.schedule(0, 'swarm info', () => done(base));
    this.clusterObject((cluster) =>
      this.control<readonly NodeWithStatus[]>('listNodes', {}, (nodes) => {
        const error = !cluster.ok ? cluster.error.message : !nodes.ok ? nodes.error.message : '';
        done({
          ...base,
          ControlAvailable: true,
          Error: error,
          ...(nodes.ok
            ? {
                Nodes: nodes.value.length,
                Managers: nodes.value.filter((node) => node.ManagerStatus).length,
              }
            : {}),
          ...(cluster.ok ? { Cluster: clusterInfoJson(cluster.value) } : {}),
        });
      }),
    );
  }

  /** What can be seen of this machine's raft member; undefined when it is no manager. Cheap. */
  raftView(): RaftView | undefined {
    return this.#runner?.node?.manager?.raftView();
  }

  /** This manager's copy of the store. */
  storeView(): Store | undefined {
    return this.#runner?.node?.manager?.store;
  }

  /** This machine's node, '' outside of a swarm. */
  get nodeID(): string {
    return this.#runner?.node?.certificate?.NodeID ?? '';
  }

  get localState(): SwarmInfo['LocalNodeState'] {
    return this.localInfo().LocalNodeState;
  }

  /** Whether the disk holds a membership, even while nothing runs. */
  get hasMembership(): boolean {
    return readNodeConfig(this.#options.machine) !== undefined;
  }

  get isManager(): boolean {
    return this.#runner?.node?.manager !== undefined;
  }

  get isWorker(): boolean {
    return this.#runner?.node !== undefined && !this.isManager;
  }

  /** The address by which this machine is in the swarm: of its VXLAN endpoint, too. */
  get nodeAddr(): string {
    return this.#runner?.config.localAddr ?? '';
  }

  get dataPathAddr(): string {
    return this.#runner?.config.dataPathAddr || this.nodeAddr;
  }

  /** The swarm's networks for GET /networks; the engine shows its own copy where it has one. */
  readonly networks = this.swarmNetworks.list.bind(this.swarmNetworks);
  readonly network = this.swarmNetworks.get.bind(this.swarmNetworks);
  readonly createNetwork = this.swarmNetworks.create.bind(this.swarmNetworks);
  readonly removeNetwork = this.swarmNetworks.remove.bind(this.swarmNetworks);
  readonly attachNetwork = this.swarmNetworks.attach.bind(this.swarmNetworks);
  readonly detachNetwork = this.swarmNetworks.detach.bind(this.swarmNetworks);

  // What the parts of this room need of each other.

  get runner(): NodeRunner | undefined {
    return this.#runner;
  }

  /** Starts a node; who ran before must have been stopped. */
  run(config: NodeConfig): NodeRunner {
    const { machine, executor } = this.#options;
    const runner: NodeRunner = new NodeRunner({
      machine,
      executor,
      config,
      hasOldDialer: this.#majorVersion < 23,
      changed: () => this.#options.changed?.(),
      managerServes: (manager) => {
        if (this.#options.event) watchStore(manager.store, this.#options.event);
        this.#options.changed?.();
      },
    });
    this.#runner = runner;
    runner.start();
    return runner;
  }

  /** Forgets the swarm: nothing of it is left on the disk. */
  forget(): void {
    this.#runner = undefined;
    eraseNodeState(this.#options.machine.disk);
    this.#options.changed?.();
  }

  /** Why no control request can be made; undefined: it can. */
  get managerProblem(): EngineError | undefined {
    const runner = this.#runner;
    if (!runner) return NOT_MANAGER;
    if (runner.exit?.kind === 'locked') return LOCKED;
    if (!runner.node) return NOT_MANAGER;
    if (this.#manager) return undefined;
    return runner.node.manager ? NOT_READY : WORKER;
  }

  /** A request to the leader's control API, by this machine's manager. */
  control<T>(method: string, args: unknown, done: Done<T>): void {
    this.call('control', { method, args }, undefined, done);
  }

  call<T>(method: string, args: unknown, timeoutMs: number | undefined, done: Done<T>): void {
    const problem = this.managerProblem;
    if (problem) return this.later(done, failed(problem));
    this.#manager?.call(method, args, timeoutMs ?? REQUEST_TIMEOUT_MS, (result) =>
      done(outcomeOf(result) as Outcome<T>),
    );
  }

  /** The same from a worker: by one of the managers that it knows. */
  anyManager<T>(method: string, args: unknown, done: Done<T>): void {
    const connection = this.#runner?.node?.connection();
    if (!connection) return this.later(done, failed(NO_SWARM));
    connection.call('control', { method, args }, REQUEST_TIMEOUT_MS, (result) =>
      done(outcomeOf(result) as Outcome<T>),
    );
  }

  clusterObject(done: Done<ClusterObject>): void {
    this.control<readonly ClusterObject[]>(
      'listClusters',
      {},
      onValue(done, ([cluster]) =>
        done(cluster ? fine(cluster) : failed(notFound('swarm cluster object not found'))),
      ),
    );
  }

  later<T>(done: Done<T>, result: Outcome<T>): void {
    this.world.schedule(0, 'refused', () => done(result));
  }

  emit(kind: string, data: Readonly<Record<string, unknown>>): void {
    this.world.emit(kind, { machine: this.#options.machine.name, ...data });
  }

  randomName(): string {
    return (
      this.#options.randomName?.() ??
      `service_${this.world.random(`names/${this.#options.machine.name}`).hex(8)}`
    );
  }

  localNetwork(name: string): string | undefined {
    return this.#options.localNetwork?.(name);
  }

  /** The tasks of this node, as its own copy of the store has them; for managers only. */
  localTasks(): readonly Task[] {
    return this.storeView()?.list('task', { nodeID: this.nodeID }) ?? [];
  }

  get #manager(): Manager | undefined {
    return this.#runner?.node?.controlManager;
  }

  /** What this machine knows of its membership by itself: nobody is asked. */
  localInfo(): SwarmInfo {
    const runner = this.#runner;
    const base: SwarmInfo = {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    };
    if (!runner) return base;
    const node = runner.node;
    const state =
      runner.exit?.kind === 'locked'
        ? 'locked'
        : runner.exit
          ? 'error'
          : runner.isReady
            ? 'active'
            : 'pending';
    const remotes = [...(node?.remotes ?? [])].sort((a, b) =>
      a.Addr < b.Addr ? -1 : a.Addr > b.Addr ? 1 : 0,
    );
    return {
      ...base,
      LocalNodeState: state,
      Error: runner.error,
      NodeID: this.nodeID,
      NodeAddr: runner.config.localAddr,
      RemoteManagers:
        remotes.length > 0 ? remotes.map(({ NodeID, Addr }) => ({ NodeID, Addr })) : null,
    };
  }
}
