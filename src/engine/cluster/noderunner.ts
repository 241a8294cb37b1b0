/**
 * Keeps the machine's swarm node running: starts it, tells when it is ready or has failed, and starts it again when it ends by itself.
 *
 * Real: moby daemon/cluster/noderunner.go
 */
import type { Machine, Timer } from '../../sim/index.ts';
import type { Executor } from '../../swarm/index.ts';
import type { Manager } from '../../swarm/index.ts';
import { SwarmNode, readCertificate, type NodeExit } from '../../swarm/index.ts';

const RECONNECT_MS_INITIAL = 100;
const RECONNECT_MS_MAX = 30_000;
const KEY = 'swarm/docker-state';

/** What a restart of the daemon needs to know. */
export interface NodeConfig {
  readonly localAddr: string;
  /** `0.0.0.0:2377`. */
  readonly listenAddr: string;
  /** `192.168.99.100:2377`; an address of 0.0.0.0: others will see where it comes from. */
  readonly advertiseAddr: string;
  readonly dataPathAddr: string;
  readonly remoteAddr?: string;
  readonly joinToken?: string;
  readonly availability: 'active' | 'pause' | 'drain';
  readonly forceNewCluster?: boolean;
  readonly cluster?: {
    readonly defaultAddrPool: readonly string[];
    readonly subnetSize: number;
    readonly dataPathPort: number;
    readonly autoLockKey?: string;
  };
  readonly unlockKey?: string;
}

export function readNodeConfig(machine: Machine): NodeConfig | undefined {
  return machine.disk.read(KEY) as NodeConfig | undefined;
}

export class NodeRunner {
  readonly #machine: Machine;
  readonly #executor: Executor;
  readonly #hasOldDialer: boolean;
  readonly #changed: () => void;
  readonly #managerServes: (manager: Manager) => void;
  #config: NodeConfig;
  #node: SwarmNode | undefined;
  #exit: NodeExit | undefined;
  #isReady = false;
  #wasReady = false;
  #isStopped = false;
  #reconnectMs = RECONNECT_MS_INITIAL;
  #timer: Timer | undefined;
  #waiting: ((exit: NodeExit | undefined) => void)[] = [];

  constructor(options: {
    readonly machine: Machine;
    readonly executor: Executor;
    readonly hasOldDialer: boolean;
    readonly config: NodeConfig;
    readonly changed: () => void;
    readonly managerServes: (manager: Manager) => void;
  }) {
    this.#machine = options.machine;
    this.#executor = options.executor;
    this.#hasOldDialer = options.hasOldDialer;
    this.#config = options.config;
    this.#changed = options.changed;
    this.#managerServes = options.managerServes;
  }

  get config(): NodeConfig {
    return this.#config;
  }

  get node(): SwarmNode | undefined {
    return this.#node;
  }

  /** Why the node is not running. */
  get exit(): NodeExit | undefined {
    return this.#exit;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get error(): string {
    return this.#exit?.kind === 'failed' ? this.#exit.message : '';
  }

  /** Calls back when the node is ready, or when it has ended before it was. */
  whenReady(done: (exit: NodeExit | undefined) => void): void {
    if (this.#isReady || this.#exit) done(this.#exit);
    else this.#waiting.push(done);
  }

  start(): void {
    this.#exit = undefined;
    this.#isReady = false;
    const { machine, executor, config } = {
      machine: this.#machine,
      executor: this.#executor,
      config: this.#config,
    };
    // What is remembered are addresses; tokens and keys are not.
    const { joinToken: _, forceNewCluster: __, unlockKey: ___, ...stored } = config;
    machine.disk.write(KEY, stored);
    const isMember = readCertificate(machine.disk) !== undefined;
    const node: SwarmNode = new SwarmNode({
      machine,
      executor,
      listenAddr: config.listenAddr,
      advertiseAddr: config.advertiseAddr,
      availability: config.availability,
      hasOldDialer: this.#hasOldDialer,
      forceNewCluster: config.forceNewCluster ?? false,
      ...(config.remoteAddr !== undefined && !isMember
        ? { joinAddr: config.remoteAddr, joinToken: config.joinToken ?? '' }
        : {}),
      ...(config.cluster ? { cluster: config.cluster } : {}),
      ...(config.unlockKey === undefined ? {} : { unlockKey: config.unlockKey }),
      managerServes: this.#managerServes,
      ready: () => {
        this.#isReady = true;
        this.#wasReady = true;
        this.#reconnectMs = RECONNECT_MS_INITIAL;
        this.#settle(undefined);
      },
      exited: (exit) => {
        if (this.#node === node) this.#exited(exit);
      },
    });
    this.#node = node;
    node.start();
    this.#changed();
  }

  stop(done: () => void): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    const node = this.#node;
    const end = (): void => {
      this.#node = undefined;
      this.#settle({ kind: 'failed', message: 'context canceled' });
      done();
    };
    if (node) node.leave(end);
    else end();
  }

  kill(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#waiting = [];
    this.#node?.kill();
    this.#node = undefined;
  }

  #exited(exit: NodeExit): void {
    this.#node = undefined;
    this.#exit = exit;
    this.#isReady = false;
    const shouldReconnect = this.#wasReady && exit.kind === 'failed';
    this.#settle(exit);
    this.#changed();
    if (!shouldReconnect || this.#isStopped) return;
    this.#reconnectMs = Math.min(RECONNECT_MS_MAX, 2 * this.#reconnectMs);
    this.#timer = this.#machine.world.schedule(this.#reconnectMs, 'restart swarm node', () => {
      // A cluster that was forced once is not forced again.
      const { forceNewCluster: _, ...config } = this.#config;
      this.#config = config;
      this.start();
    });
  }

  #settle(exit: NodeExit | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done(exit);
  }
}
