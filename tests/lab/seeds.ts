/**
 * One seeded fault run over the whole lab: a random topology, random docker commands, crashes, restarts, cut and slow
 * links; then everything is mended, and the cluster must come to rest. The same seed gives the same run.
 */
import '../../src/lab/rest.ts';
import { LabInvariants } from '../../src/lab/invariants/index.ts';
import '../../src/lab/rest.ts';
import { Lab, type Host } from '../../src/lab/lab.ts';
import type { Fault } from '../../src/lab/inputs.ts';
import { vms } from '../../src/lab/templates.ts';
import { runCommand } from '../../src/shell/index.ts';
import { Random, emptyInput, sink, type Process } from '../../src/sim/index.ts';
import type { Service, Task } from '../../src/swarm/index.ts';
import { Acknowledged, randomCommand, type Written } from './seeds-commands.ts';
import { Operator, addressOf, type Hands } from './seeds-operator.ts';

export interface SeedOptions {
  /** Breaks the lab on purpose, after it was made and each time a machine has come back. */
  readonly plant?: (lab: Lab) => void;
  readonly rounds?: number;
  readonly managers?: number;
  readonly workers?: number;
  /** Of ten disturbances; machines then neither leave nor join. 4, with moves, unless told. */
  readonly faultsOfTen?: number;
  /** Between two looks at the invariants. */
  readonly eventsBetween?: number;
}

export interface SeedOutcome {
  readonly seed: string;
  readonly violations: readonly string[];
  /** What was done, for a person who looks for the reason. */
  readonly story: readonly string[];
  readonly figures: {
    readonly virtualMs: number;
    readonly events: number;
    readonly commands: number;
    readonly faults: number;
  };
  /** Equal runs have equal ones. */
  readonly fingerprint: string;
}

interface Started {
  readonly host: Host;
  readonly command: string;
  readonly process: Process;
  readonly output: { stdout: string; stderr: string };
  readonly atMs: number;
  readonly written: Written | undefined;
  isCut: boolean;
  isCounted: boolean;
}

const ROUNDS = 14;
const EVENTS_BETWEEN = 8;
/** Longer than any node's heartbeat, back-off, election and lost session take together. */
const REST_LIMIT_MS = 600_000;
/** No command takes longer, whatever happens. */
const COMMAND_LIMIT_MS = 60_000;
const STACK_TRACE =
  /\bat .*\.(?:ts|mjs|js):\d+|TypeError|RangeError|AssertionError|undefined is not|\[object Object\]/;

export function runSeed(seed: string, options: SeedOptions = {}): SeedOutcome {
  const run = new SeedRun(seed, options);
  try {
    run.play();
  } catch (error) {
    run.violate(
      `the lab stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  return run.outcome();
}

class SeedRun {
  readonly #seed: string;
  readonly #lab: Lab;
  readonly #random: Random;
  readonly #invariants: LabInvariants;
  readonly #options: SeedOptions;
  readonly #violations: string[] = [];
  readonly #story: string[] = [];
  readonly #commands: Started[] = [];
  readonly #acknowledged = new Acknowledged();
  readonly #operator: Operator;
  #faults = 0;

  constructor(seed: string, options: SeedOptions) {
    this.#seed = seed;
    this.#options = options;
    this.#random = new Random(seed, 'faults');
    const managers = options.managers ?? this.#random.between(1, 5);
    const workers = options.workers ?? this.#random.between(0, 4);
    const template = { ...vms(managers, workers), preloaded: ['nginx:latest', 'redis:latest'] };
    this.#lab = new Lab({ template, seed });
    this.#invariants = new LabInvariants(this.#lab);
    this.#operator = new Operator(this.#hands());
    this.#tell(`${managers} managers, ${workers} workers`);
  }

  play(): void {
    this.#build();
    this.#options.plant?.(this.#lab);
    for (let i = 0; i < (this.#options.rounds ?? ROUNDS) && !this.#isViolated; i++) {
      this.#disturb();
      this.#run(this.#random.chance(1, 6) ? this.#random.below(30_000) : this.#random.below(4_000));
    }
    if (this.#isViolated) return;
    this.#mend();
    this.#rest();
    if (!this.#isViolated) this.#judge();
  }

  #hands(): Hands {
    const isOver = (): boolean => this.#isViolated;
    return {
      lab: this.#lab,
      tell: (what) => this.#tell(what),
      violate: (why) => this.violate(why),
      run: (host, command) => {
        const started = this.#start(host, command);
        this.#runWhile(() => started.process.exit === undefined, COMMAND_LIMIT_MS);
        const { stdout, stderr } = started.output;
        return { isDone: started.process.exit?.code === 0, said: stdout + stderr };
      },
      wait: (ms) => this.#run(ms),
      startsAnew: (survivor) => {
        this.#invariants.startAnew();
        if (!survivor) return;
        const store = survivor.engine.cluster.storeView();
        this.#acknowledged.forgive(
          (table, name) => store?.list(table).some(({ Spec }) => Spec.Name === name) ?? false,
        );
      },
      get isOver() {
        return isOver();
      },
    };
  }

  violate(why: string): void {
    this.#violations.push(why);
  }

  outcome(): SeedOutcome {
    const { nowMs, world } = this.#lab;
    return {
      seed: this.#seed,
      violations: [...this.#violations, ...this.#invariants.violations],
      story: this.#story,
      figures: {
        virtualMs: nowMs,
        events: world.eventsRun,
        commands: this.#commands.length,
        faults: this.#faults,
      },
      fingerprint: `${nowMs}/${world.eventsRun}/${world.trace.lastID}/${this.#commands.map(({ output, process }) => `${process.exit?.code}:${output.stdout.length}:${output.stderr.length}`).join(',')}`,
    };
  }

  get #isViolated(): boolean {
    return this.#violations.length + this.#invariants.violations.length > 0;
  }

  #tell(what: string): void {
    this.#story.push(`${(this.#lab.nowMs / 1000).toFixed(3).padStart(9)} ${what}`);
  }

  /** A swarm of all machines; the first is its first manager. */
  #build(): void {
    const [first, ...others] = this.#lab.hosts as [Host, ...Host[]];
    this.#must(first, `docker swarm init --advertise-addr ${addressOf(first)}`);
    const token = (role: string): string =>
      this.#must(first, `docker swarm join-token -q ${role}`).trim();
    const tokens = { manager: token('manager'), worker: token('worker') };
    for (const host of others) {
      const role = host.machine.name.startsWith('manager') ? 'manager' : 'worker';
      this.#must(host, `docker swarm join --token ${tokens[role]} ${addressOf(first)}:2377`);
    }
    this.#run(2_000);
  }

  #must(host: Host, command: string): string {
    const started = this.#start(host, command);
    this.#runWhile(() => started.process.exit === undefined, COMMAND_LIMIT_MS);
    if (started.process.exit?.code !== 0)
      throw new Error(`${host.machine.name}: ${command}: ${started.output.stderr}`);
    return started.output.stdout;
  }

  #start(host: Host, command: string, written?: Written): Started {
    const { kernel, namespace } = host.machine;
    const output = { stdout: '', stderr: '' };
    const process = runCommand({
      kernel,
      namespace,
      user: host.user,
      commandLine: command,
      stdin: emptyInput,
      stdout: sink((text) => (output.stdout += text)),
      stderr: sink((text) => (output.stderr += text)),
    });
    const started: Started = {
      host,
      command,
      process,
      output,
      atMs: this.#lab.nowMs,
      written,
      isCut: false,
      isCounted: false,
    };
    this.#commands.push(started);
    return started;
  }

  #disturb(): void {
    const { faultsOfTen } = this.#options;
    if (this.#random.chance(faultsOfTen ?? 4, 10)) return this.#fault();
    if (faultsOfTen === undefined && this.#random.chance(1, 8)) return this.#moveMachine();
    const hosts = this.#lab.hosts.filter(({ machine }) => machine.isOn);
    if (hosts.length === 0) return;
    for (let n = this.#random.between(1, 3); n > 0; n--) {
      const managers = hosts.filter(({ engine }) => engine.isManager);
      const host = this.#random.pick(
        managers.length > 0 && this.#random.chance(9, 10) ? managers : hosts,
      );
      const names = this.#lab.hosts.map(({ machine }) => machine.name);
      const { command, written } = randomCommand(this.#random, names, this.#acknowledged);
      this.#tell(`${host.machine.name}: ${command}`);
      this.#start(host, command, written);
    }
  }

  /** A machine leaves its swarm, or joins one; seldom the whole swarm begins anew. */
  #moveMachine(): void {
    if (this.#random.chance(1, 10)) {
      this.#mend();
      return this.#operator.rescue();
    }
    const hosts = this.#lab.hosts.filter(({ machine, engine }) => machine.isOn && engine.isRunning);
    if (hosts.length === 0) return;
    const outside = hosts.filter(({ engine }) => engine.cluster.localState === 'inactive');
    const isJoin = outside.length > 0 && this.#random.chance(3, 4);
    const host = this.#random.pick(isJoin ? outside : hosts);
    const role = this.#random.pick(['manager', 'worker'] as const);
    const command = isJoin
      ? this.#operator.joinCommand(role, host)
      : `docker swarm leave${this.#random.chance(1, 2) ? ' --force' : ''}`;
    if (command === undefined) return;
    this.#tell(`${host.machine.name}: ${command}`);
    this.#start(host, command);
  }

  #fault(): void {
    const names = this.#lab.hosts.map(({ machine }) => machine.name);
    const machine = this.#random.pick(names);
    const other = this.#random.pick(names);
    const type = this.#random.pick([
      'crash',
      'crash',
      'stop',
      'restart',
      'restart',
      'partition',
      'heal',
      'cut',
      'mend',
      'slow',
      'slow',
    ] as const);
    const fault: Fault =
      type === 'slow'
        ? {
            type,
            machine,
            other,
            delayMs: this.#random.between(1, 400),
            lossPerMille: this.#random.below(300),
          }
        : type === 'cut' || type === 'mend'
          ? { type, machine, other }
          : { type, machine };
    this.#do(fault);
  }

  #do(fault: Fault): void {
    this.#faults++;
    this.#tell(Object.values(fault).join(' '));
    if (fault.type === 'crash') this.#cutOff(fault.machine);
    this.#lab.input({ kind: 'fault', fault }, () => {
      if (fault.type === 'restart') this.#options.plant?.(this.#lab);
    });
  }

  /** Commands on a machine that loses its power get no answer, and nobody knows what they did. */
  #cutOff(machine: string): void {
    for (const started of this.#commands) {
      if (started.host.machine.name === machine && started.process.exit === undefined)
        started.isCut = true;
    }
  }

  #mend(): void {
    const { hosts, underlay } = this.#lab;
    this.#tell('everything is mended');
    const names = hosts.map(({ machine }) => machine.name);
    for (const machine of names) {
      if (!underlay.isCableIn(machine)) this.#do({ type: 'heal', machine });
      for (const other of names)
        if (machine < other)
          this.#lab.input({ kind: 'fault', fault: { type: 'mend', machine, other } });
    }
    // A daemon that was told to stop takes its time, and one that starts waits for its swarm.
    for (const ms of [30_000, 10_000]) {
      for (const { machine, engine } of hosts)
        if (!machine.isOn || !engine.isRunning)
          this.#do({ type: 'restart', machine: machine.name });
      this.#run(ms);
    }
  }

  /** Everyone is back and one swarm again. Nodes take tasks, and a last write must go through. */
  #rest(): void {
    this.#operator.repair();
    if (this.#isViolated) return;
    const endMs = this.#lab.nowMs + REST_LIMIT_MS;
    this.#insist(() => 'docker config create the-end /etc/hostname', endMs);
    for (const { engine } of this.#lab.hosts)
      // A machine that is still on its way in has no ID yet.
      this.#insist(
        () => `docker node update --availability active ${engine.cluster.nodeID}`,
        endMs,
      );
    for (let why = this.#unrest(); why !== ''; why = this.#unrest()) {
      if (this.#isViolated) return;
      if (this.#lab.nowMs >= endMs) return this.violate(`no rest: ${why}`);
      this.#run(2_000);
    }
  }

  /** Some manager does it, sooner or later. */
  #insist(commandNow: () => string, endMs: number): void {
    for (;;) {
      const command = commandNow();
      const managers = this.#lab.hosts.filter(({ engine }) => engine.isRunning && engine.isManager);
      const started =
        managers.length > 0 ? this.#start(this.#random.pick(managers), command) : undefined;
      if (started) this.#runWhile(() => started.process.exit === undefined, COMMAND_LIMIT_MS);
      const said = started?.output.stderr ?? 'no manager';
      if (started?.process.exit?.code === 0 || said.includes('AlreadyExists')) return;
      if (this.#isViolated) return;
      if (this.#lab.nowMs >= endMs) return this.violate(`never done: ${command}: ${said}`);
      this.#run(2_000);
    }
  }

  /** What is still going on; '' when the cluster is as its specs want it. */
  #unrest(): string {
    const store = this.#operator.leaderStore();
    if (!store) return 'no leader';
    for (const node of store.list('node'))
      if (node.Status.State !== 'ready')
        return `${node.Description?.Hostname} is ${node.Status.State}`;
    for (const service of store.list('service')) {
      const why = unrestOf(service, store);
      if (why !== '') return why;
    }
    for (const host of this.#lab.hosts) {
      const wrong = wrongContainers(host, store);
      if (wrong !== '') return wrong;
    }
    return this.#invariants.disagreement();
  }

  #judge(): void {
    this.#answers();
    const store = this.#operator.leaderStore();
    if (!store) return;
    for (const why of this.#acknowledged.lost((table, name) =>
      store.list(table).some((object) => object.Spec.Name === name),
    ))
      this.violate(why);
  }

  /** Every command has ended, with an answer or a clean error. */
  #answers(): void {
    for (const { command, process, output, isCut, atMs } of this.#commands) {
      const what = `${command} (at ${atMs} ms)`;
      const text = output.stdout + output.stderr;
      if (STACK_TRACE.test(text)) this.violate(`${what} printed ${text.slice(0, 300)}`);
      if (isCut) continue;
      if (process.exit === undefined) this.violate(`${what} has not ended`);
      else if (process.exit.code !== 0 && output.stderr.trim() === '')
        this.violate(`${what} failed without a word: ${process.exit.code}`);
    }
  }

  #run(ms: number): void {
    this.#runWhile(() => true, ms);
  }

  #runWhile(isGoingOn: () => boolean, limitMs: number): void {
    const { world } = this.#lab;
    const endMs = world.nowMs + limitMs;
    const between = this.#options.eventsBetween ?? EVENTS_BETWEEN;
    while (isGoingOn()) {
      for (let n = 0; n < between; n++) {
        if (world.step(endMs)) continue;
        this.#lab.runUntil(endMs);
        this.#look();
        return;
      }
      this.#look();
      if (this.#isViolated) return;
    }
  }

  #look(): void {
    this.#invariants.look();
    for (const started of this.#commands) {
      if (started.isCounted || started.process.exit === undefined) continue;
      started.isCounted = true;
      if (started.written)
        this.#acknowledged.answered(
          started.written,
          !started.isCut && started.process.exit.code === 0,
        );
    }
  }
}

type ReplicaOfStore = NonNullable<ReturnType<Host['engine']['cluster']['storeView']>>;

/** What a service still lacks, or has too much of. */
function unrestOf(service: Service, store: ReplicaOfStore): string {
  const wanted =
    service.Spec.Mode.Replicated?.Replicas ??
    (service.Spec.Mode.Global ? store.list('node').length : 0);
  const live = store
    .list('task', { serviceID: service.ID })
    .filter((task) => task.DesiredState === 'running');
  const idle = live.filter(
    (task) => !isForgotten(task, service) && task.Status.State !== 'running',
  );
  const slots = new Map<string, Task[]>();
  for (const task of live) {
    const slot = task.Slot > 0 ? `${task.Slot}` : task.NodeID;
    slots.set(slot, [...(slots.get(slot) ?? []), task]);
  }
  const crowded = [...slots.values()].filter((tasks) => !mayShareSlot(tasks, service));
  return slots.size === wanted && idle.length === 0 && crowded.length === 0
    ? ''
    : `${service.Spec.Name}: ${live.length - idle.length} of ${live.length} run in ${slots.size} slots, ${crowded.length} of them crowded; ${wanted} wanted`;
}

/**
 * A task that had no node when its service got a newer spec is never looked at again: noSuitableNode in swarmkit's
 * manager/scheduler/scheduler.go enqueues a task only if its SpecVersion is not older than its service's. Where the new spec makes no task
 * dirty, or the update is paused, nobody replaces it.
 */
function isForgotten(task: Task, service: Service): boolean {
  return (
    task.Status.State === 'pending' &&
    task.NodeID === '' &&
    task.SpecVersion.Index < service.SpecVersion.Index
  );
}

/**
 * The tasks of one slot: one, but for a start-first update that has paused. Its worker removes the old task only when the new one runs; if that
 * fails before, the restart supervisor puts another in its place, and nobody is left who would remove the old one (swarmkit
 * manager/orchestrator/update/updater.go: updateTask, failureTriggersAction). Each edition has one task at most.
 */
function mayShareSlot(tasks: readonly Task[], service: Service): boolean {
  if (tasks.length === 1) return true;
  const isPaused = service.UpdateStatus?.State.endsWith('paused') ?? false;
  const editions = new Set(tasks.map((task) => task.SpecVersion.Index));
  return isPaused && editions.size === tasks.length;
}

/** Whether the containers on a machine are those of the tasks that run there. */
function wrongContainers(host: Host, store: ReplicaOfStore): string {
  const { nodeID } = host.engine.cluster;
  const tasks = store
    .list('task', { nodeID })
    .filter((task) => task.Status.State === 'running')
    .map((task) => task.ID);
  const running = host.engine.containers
    .all()
    .filter((container) => container.state.isRunning)
    .map((container) => container.record.config.Labels?.['com.docker.swarm.task.id'] ?? '')
    .filter((id) => id !== '');
  const missing = tasks.find((id) => !running.includes(id));
  const surplus = running.find((id) => !tasks.includes(id));
  if (missing !== undefined) return `${host.machine.name} has no container for task ${missing}`;
  return surplus === undefined
    ? ''
    : `${host.machine.name} runs a container of task ${surplus}, which is over`;
}
