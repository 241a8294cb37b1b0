/** Machines with swarm nodes and an executor that runs nothing: tasks prepare, start and wait for ever. */
import { Machine, Underlay, World } from '../../../src/sim/index.ts';
import type { Controller, Executor, StepResult } from '../../../src/swarm/agent/index.ts';
import type { NodeDescription, Result, Task } from '../../../src/swarm/api/index.ts';
import { SwarmNode, type NodeExit } from '../../../src/swarm/node/index.ts';

export function makeWorld(seed = 'test'): { world: World; lan: Underlay } {
  const world = new World(seed);
  return { world, lan: new Underlay(world) };
}

export function makeMachine(
  world: World,
  lan: Underlay,
  name: string,
  address: string,
  prefix = 24,
): Machine {
  return new Machine({
    world,
    name,
    cpus: 2,
    memoryBytes: 2 ** 31,
    diskBytes: 2 ** 34,
    programs: new Map(),
    cards: [{ name: 'eth0', cidr: `${address}/${prefix}`, segment: lan, mac: '02:00:00:00:00:01' }],
  });
}

export function stubController(world: World, task: Task, log: string[]): Controller {
  const answer = (what: string, done: (result: StepResult) => void): void => {
    log.push(`${what} ${task.Slot}`);
    world.schedule(50, `stub ${what}`, () => done({ ok: true }));
  };
  return {
    update: () => undefined,
    prepare: (done) => answer('prepare', done),
    start: (done) => answer('start', done),
    wait: () => undefined,
    shutdown: (done) => answer('shutdown', done),
    terminate: (done) => answer('terminate', done),
    remove: (done) => answer('remove', done),
    close: () => undefined,
    containerStatus: () => ({ ContainerID: task.ID, PID: 1, ExitCode: 0 }),
    portStatus: () => [],
    logs: (options, line, end) => {
      if (options.stdout)
        line({ stream: 'stdout', timestamp: world.timestamp(), text: `hello from ${task.Slot}\n` });
      if (!options.follow) world.schedule(0, 'end of logs', end);
      return () => undefined;
    },
  };
}

export function stubExecutor(machine: Machine, log: string[] = []): Executor {
  return {
    describe: (): NodeDescription => ({
      Hostname: machine.name,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: machine.cpus * 1e9, MemoryBytes: machine.memoryBytes },
      Engine: { EngineVersion: '28.2.2', Plugins: [] },
    }),
    configure: () => undefined,
    controller: (task) => stubController(machine.world, task, log),
    shutdown: () => undefined,
  };
}

export interface TestNode {
  readonly machine: Machine;
  node: SwarmNode;
  isReady: boolean;
  exit: NodeExit | undefined;
}

export class TestSwarm {
  readonly world: World;
  readonly lan: Underlay;
  readonly nodes = new Map<string, TestNode>();

  readonly #prefix: number;

  constructor(seed = 'test', prefix = 24) {
    const { world, lan } = makeWorld(seed);
    this.#prefix = prefix;
    this.world = world;
    this.lan = lan;
  }

  node(name: string): TestNode {
    return this.nodes.get(name) as TestNode;
  }

  run(ms: number): void {
    this.world.runUntil(this.world.nowMs + ms);
  }

  add(
    name: string,
    address: string,
    join?: { readonly addr: string; readonly token: string },
  ): TestNode {
    const machine = makeMachine(this.world, this.lan, name, address, this.#prefix);
    const entry: TestNode = {
      machine,
      node: undefined as unknown as SwarmNode,
      isReady: false,
      exit: undefined,
    };
    this.nodes.set(name, entry);
    this.boot(name, address, join);
    return entry;
  }

  boot(
    name: string,
    address: string,
    join?: { readonly addr: string; readonly token: string },
  ): void {
    const entry = this.node(name);
    entry.isReady = false;
    entry.exit = undefined;
    entry.node = new SwarmNode({
      machine: entry.machine,
      executor: stubExecutor(entry.machine),
      listenAddr: '0.0.0.0:2377',
      advertiseAddr: `${address}:2377`,
      ...(join ? { joinAddr: join.addr, joinToken: join.token } : {}),
      availability: 'active',
      hasOldDialer: false,
      ready: () => {
        entry.isReady = true;
      },
      exited: (exit) => {
        entry.exit = exit;
      },
    });
    entry.node.start();
  }

  /** Power off, as the daemon sees it. */
  crash(name: string): void {
    const { machine, node } = this.node(name);
    node.kill();
    machine.powerOff();
  }

  call(
    name: string,
    method: string,
    args: unknown = {},
    timeoutMs = 20_000,
  ): Result<unknown> | undefined {
    let answer: Result<unknown> | undefined;
    this.node(name).node.controlManager?.call('control', { method, args }, timeoutMs, (result) => {
      answer = result;
    });
    const endsAtMs = this.world.nowMs + timeoutMs + 1;
    while (!answer && this.world.step(endsAtMs)) continue;
    return answer;
  }

  value<T>(name: string, method: string, args: unknown = {}): T {
    const answer = this.call(name, method, args);
    if (!answer?.ok) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer.value as T;
  }
}
