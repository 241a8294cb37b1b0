import { assert } from '../assert.ts';
import type { Scheduler } from '../world.ts';
import { limitsOf, memoryLimitOf, usageOf } from './cgroup.ts';
import { Disks } from './disk.ts';
import { SystemError } from './errors.ts';
import {
  ROOT,
  SIGNAL_NUMBERS,
  type ExitStatus,
  type Namespace,
  type Process,
  type Program,
  type Signal,
  type SignalHandler,
  type SpawnOptions,
  type Sys,
  type SystemCall,
} from './process.ts';
import { Processors } from './processors.ts';
import { emptyInput, nullOutput, type Readable, type Writable } from './stream.ts';
import type { Terminal } from './terminal.ts';

/** System calls that a process may make before it has used up a millisecond: what never waits still takes time. */
const CALLS_PER_MS = 50;

/** What a process holds that has claimed nothing: a small program shares most of what it maps. */
const PROCESS_BYTES = 1_500_000;

/** Processes at once on one machine (Linux: `kernel.pid_max`, `ulimit -u`): a fork bomb ends here with EAGAIN. */
const PROCESSES_MAX = 4_096;

/** The processes of one machine: their table, their scheduling, their signals. Namespaces tell the containers' apart. */
export class Kernel {
  readonly world: Scheduler;
  /** By core: how long it has been burnt, in ms. Who gives the cores away keeps it. Real: /proc/stat. */
  readonly coreMs: number[] = [];
  readonly #table = new Map<number, LiveProcess>();
  readonly processors: Processors;
  readonly disks = new Disks();
  readonly #memoryBytes: number;
  readonly #accounts = new Map<Namespace, { bytes: number; processes: number }>();
  #usedBytes = 0;
  #nextPid = 1;

  /** Without `memoryBytes` there is no end of memory. */
  constructor(
    world: Scheduler,
    { cpus = 2, memoryBytes = 0 }: { readonly cpus?: number; readonly memoryBytes?: number } = {},
  ) {
    this.world = world;
    this.processors = new Processors(world, cpus);
    this.#memoryBytes = memoryBytes;
  }

  /** All living processes in order of their PIDs. */
  processes(): readonly Process[] {
    return [...this.#table.values()];
  }

  get(pid: number): Process | undefined {
    return this.#table.get(pid);
  }

  /** Starts a program. It runs from the next event on. Fails with EAGAIN when the table, or the cgroup's share of it, is full. */
  spawn(options: SpawnOptions): Process {
    const { pids = 0 } = limitsOf(options.namespace);
    if (
      this.#table.size >= PROCESSES_MAX ||
      (pids > 0 && this.#accountOf(options.namespace).processes >= pids)
    )
      throw new SystemError('EAGAIN');
    const process = new LiveProcess(this, this.#nextPid++, options, () => this.#ended(process));
    this.#table.set(process.pid, process);
    process.begin(options.program);
    this.#accountOf(options.namespace).processes++;
    // Of the whole machine's memory a new process takes next to nothing: it shares what its program has.
    this.#usedBytes -= PROCESS_BYTES;
    this.memoryChanged(process, PROCESS_BYTES);
    return process;
  }

  /**
   * A process holds `more` bytes than before (or less). When that is more than its cgroup may have, swap included, or more than there is,
   * the biggest process of the cgroup, or of the machine, is killed (mm/oom_kill.c).
   */
  memoryChanged(process: Process, more: number): void {
    const { namespace } = process;
    const account = this.#accountOf(namespace);
    account.bytes += more;
    this.#usedBytes += more;
    if (more <= 0) return;
    const usage = usageOf(namespace);
    usage.memoryBytesMax = Math.max(usage.memoryBytesMax, account.bytes);
    const limit = memoryLimitOf(namespace);
    if (limit > 0 && account.bytes > limit && limitsOf(namespace).isOomKillDisabled !== true)
      this.#killBiggest(this.processes().filter((one) => one.namespace === namespace));
    else if (this.#memoryBytes > 0 && this.#usedBytes > this.#memoryBytes)
      this.#killBiggest(this.processes());
  }

  #accountOf(namespace: Namespace): { bytes: number; processes: number } {
    let account = this.#accounts.get(namespace);
    if (!account) this.#accounts.set(namespace, (account = { bytes: 0, processes: 0 }));
    return account;
  }

  #ended(process: Process): void {
    this.#table.delete(process.pid);
    const account = this.#accountOf(process.namespace);
    account.processes--;
    account.bytes -= process.memoryBytes;
    this.#usedBytes -= process.memoryBytes - PROCESS_BYTES;
    if (account.processes === 0) this.#accounts.delete(process.namespace);
  }

  #killBiggest(processes: readonly Process[]): void {
    const victim = processes.reduce((worst, one) =>
      one.memoryBytes > worst.memoryBytes ? one : worst,
    );
    usageOf(victim.namespace).oomKills++;
    this.world.emit('container.oom', {
      namespace: victim.namespace.id,
      process: victim.argv[0] ?? '',
    });
    victim.namespace.extra.set('oomKilled', true);
    this.signal(victim, 'SIGKILL');
  }

  /** Sends a signal. Nothing happens to a process that has ended. */
  signal(process: Process, signal: Signal): void {
    (process as LiveProcess).deliver(signal);
  }

  /** Sends a signal to every process of a group. */
  signalGroup(group: number, signal: Signal): void {
    for (const process of this.#table.values())
      if (process.group === group) process.deliver(signal);
  }

  /** Calls `notify` when the process has ended (at once if it has). */
  whenExited(process: Process, notify: (status: ExitStatus) => void): () => void {
    return (process as LiveProcess).whenExited(notify);
  }

  /** The power is gone: every process ends now, its `finally` blocks run, nobody is told. */
  halt(): void {
    for (const process of [...this.#table.values()])
      process.finish({ code: 137, signal: 'SIGKILL' });
    this.#table.clear();
    this.#nextPid = 1;
  }

  /** Ends every process of a namespace: a container has stopped. */
  killNamespace(namespace: Namespace): void {
    for (const process of [...this.#table.values()])
      if (process.namespace === namespace) process.finish({ code: 137, signal: 'SIGKILL' });
  }
}

const IGNORED_BY_DEFAULT: ReadonlySet<Signal> = new Set<Signal>(['SIGCHLD', 'SIGCONT', 'SIGWINCH']);
const STOPS_BY_DEFAULT: ReadonlySet<Signal> = new Set<Signal>(['SIGSTOP', 'SIGTSTP']);

class LiveProcess implements Process {
  readonly kernel: Kernel;
  readonly pid: number;
  readonly parent: Process | undefined;
  group: number;
  readonly argv: readonly string[];
  readonly env: Map<string, string>;
  cwd: string;
  user: Process['user'];
  readonly namespace: Namespace;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  readonly terminal: Terminal | undefined;
  readonly isInit: boolean;
  readonly startedAtMs: number;
  exit: ExitStatus | undefined;
  isStopped = false;
  cpuMs = 0;
  #memoryBytes = PROCESS_BYTES;
  waitingFor = '';
  readonly #streams: readonly (Readable | Writable)[];
  readonly #handlers = new Map<Signal, SignalHandler | 'ignore'>();
  readonly #watchers = new Set<(status: ExitStatus) => void>();
  readonly #forget: () => void;
  #generator: Sys<number> | undefined;
  /** Takes back the call in progress. */
  #cancel: (() => void) | undefined;
  /** What to do when a stopped process continues. */
  #resumeLater: (() => void) | undefined;
  #call = 0;
  #callsThisMs = 0;
  #lastMs = -1;
  #isRunning = false;

  constructor(kernel: Kernel, pid: number, options: SpawnOptions, forget: () => void) {
    this.kernel = kernel;
    this.pid = pid;
    this.#forget = forget;
    this.parent = options.parent;
    this.group =
      options.group ?? (options.leadsGroup || !options.parent ? pid : options.parent.group);
    this.argv = options.argv;
    this.env = new Map(options.env ?? options.parent?.env ?? []);
    this.cwd = options.cwd ?? options.parent?.cwd ?? '/';
    this.user = options.user ?? options.parent?.user ?? ROOT;
    this.namespace = options.namespace;
    this.stdin = options.stdin ?? options.parent?.stdin ?? emptyInput;
    this.stdout = options.stdout ?? options.parent?.stdout ?? nullOutput;
    this.stderr = options.stderr ?? options.parent?.stderr ?? nullOutput;
    this.terminal = options.terminal ?? options.parent?.terminal;
    this.isInit = options.isInit ?? false;
    this.startedAtMs = kernel.world.nowMs;
    this.#streams = [this.stdin, this.stdout, this.stderr];
    for (const stream of this.#streams) stream.retain();
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  set memoryBytes(bytes: number) {
    if (this.exit) return;
    const more = bytes - this.#memoryBytes;
    this.#memoryBytes = bytes;
    this.kernel.memoryChanged(this, more);
  }

  begin(program: Program): void {
    this.#generator = program(this);
    this.kernel.world.schedule(0, `run ${this.argv[0] ?? ''}`, () =>
      this.#continue(() => this.#generator?.next()),
    );
  }

  trap(signal: Signal, handler: SignalHandler | 'ignore' | undefined): void {
    if (handler) this.#handlers.set(signal, handler);
    else this.#handlers.delete(signal);
  }

  whenExited(notify: (status: ExitStatus) => void): () => void {
    if (this.exit) {
      notify(this.exit);
      return () => {};
    }
    this.#watchers.add(notify);
    return () => void this.#watchers.delete(notify);
  }

  deliver(signal: Signal): void {
    if (this.exit) return;
    if (signal === 'SIGKILL') return this.finish({ code: 137, signal });
    if (signal === 'SIGCONT') this.#resume();
    const handler = this.#handlers.get(signal);
    if (handler === 'ignore') return;
    if (handler) {
      if (handler() === 'interrupt') this.#interrupt();
      return;
    }
    if (IGNORED_BY_DEFAULT.has(signal) || this.isInit) return;
    if (STOPS_BY_DEFAULT.has(signal)) this.#stop();
    else this.finish({ code: 128 + SIGNAL_NUMBERS[signal], signal });
  }

  /** The end: the call in progress is taken back, `finally` blocks run, ends of streams are let go, those who wait are told. */
  finish(status: ExitStatus): void {
    if (this.exit) return;
    this.exit = status;
    this.#forget();
    usageOf(this.namespace).cpuMsEnded += this.cpuMs;
    this.#cancel?.();
    this.#cancel = undefined;
    const generator = this.#generator;
    this.#generator = undefined;
    // A generator cannot be closed while it runs (a process that kills itself): it is dropped at its next call.
    if (generator && !this.#isRunning) this.#close(generator);
    for (const stream of this.#streams) stream.release();
    for (const notify of this.#watchers)
      this.kernel.world.schedule(0, `${this.argv[0] ?? ''} ended`, () => notify(status));
    this.#watchers.clear();
  }

  #close(generator: Sys<number>): void {
    // What a `finally` block yields is not waited for: the process is gone.
    for (let i = 0; i < 16; i++) if (generator.return(0).done) return;
  }

  /** Runs the generator until it waits. */
  #continue(advance: () => IteratorResult<SystemCall, number> | undefined): void {
    if (this.exit || !this.#generator) return;
    if (this.isStopped) {
      this.#resumeLater = () => this.#continue(advance);
      return;
    }
    assert(!this.#isRunning, 'a process was continued while it ran');
    let next: (() => IteratorResult<SystemCall, number> | undefined) | undefined = advance;
    while (next) {
      const result = this.#advance(next);
      if (!result) return;
      if (result.done) return this.finish({ code: (result.value ?? 0) & 255, signal: undefined });
      next = this.#perform(result.value);
    }
  }

  #advance(
    next: () => IteratorResult<SystemCall, number> | undefined,
  ): IteratorResult<SystemCall, number> | undefined {
    const generator = this.#generator;
    this.#isRunning = true;
    try {
      return next();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      // A program that does not handle a failed call ends as an uncaught error does.
      if (error.code === 'EPIPE') this.finish({ code: 141, signal: 'SIGPIPE' });
      else {
        this.stderr.put(`${this.argv[0] ?? 'process'}: ${error.message}\n`);
        this.finish({ code: 1, signal: undefined });
      }
      return undefined;
    } finally {
      this.#isRunning = false;
      if (this.exit && generator) this.#close(generator);
    }
  }

  /** Starts a call. Returns how to go on when it was answered at once and the process still has time. */
  #perform(call: SystemCall): (() => IteratorResult<SystemCall, number> | undefined) | undefined {
    if (this.exit) return undefined;
    const id = ++this.#call;
    let answer: (() => IteratorResult<SystemCall, number> | undefined) | undefined;
    let isStarting = true;
    const settle = (advance: () => IteratorResult<SystemCall, number> | undefined): void => {
      if (id !== this.#call || this.exit) return;
      this.#call++;
      this.#cancel = undefined;
      this.waitingFor = '';
      if (isStarting) answer = advance;
      else
        this.kernel.world.schedule(0, `${call.name} of ${this.argv[0] ?? ''}`, () =>
          this.#continue(advance),
        );
    };
    this.waitingFor = call.name;
    const cancel = call.start({
      process: this,
      done: (value) => settle(() => this.#generator?.next(value)),
      fail: (error) => settle(() => this.#generator?.throw(error)),
    });
    isStarting = false;
    if (!answer) {
      if (id === this.#call) this.#cancel = cancel;
      return undefined;
    }
    return this.#hasTimeLeft() ? answer : this.#later(answer);
  }

  #hasTimeLeft(): boolean {
    const nowMs = this.kernel.world.nowMs;
    if (nowMs !== this.#lastMs) {
      this.#lastMs = nowMs;
      this.#callsThisMs = 0;
    }
    return ++this.#callsThisMs < CALLS_PER_MS;
  }

  /** The millisecond is used up: goes on when a core has been had for it, unless a signal comes first. */
  #later(answer: () => IteratorResult<SystemCall, number> | undefined): undefined {
    this.waitingFor = '';
    this.#cancel = this.kernel.processors.slice(this, () => {
      this.#cancel = undefined;
      this.#continue(answer);
    });
    return undefined;
  }

  #interrupt(): void {
    if (this.#isRunning || !this.waitingFor) return;
    this.#call++;
    this.#cancel?.();
    this.#cancel = undefined;
    this.waitingFor = '';
    this.kernel.world.schedule(0, 'interrupted', () =>
      this.#continue(() => this.#generator?.throw(new SystemError('EINTR'))),
    );
  }

  #stop(): void {
    this.isStopped = true;
    if (this.parent) (this.parent as LiveProcess).deliver('SIGCHLD');
  }

  #resume(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    const resume = this.#resumeLater;
    this.#resumeLater = undefined;
    if (resume) this.kernel.world.schedule(0, 'continue', resume);
  }
}
