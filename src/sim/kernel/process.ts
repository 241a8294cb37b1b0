import type { FileSystem } from '../files/filesystem.ts';
import type { NetStack } from '../network/stack.ts';
import type { Kernel } from './kernel.ts';
import type { SystemError } from './errors.ts';
import type { Readable, Writable } from './stream.ts';
import type { Terminal } from './terminal.ts';

/**
 * A system call that a program is waiting for. `start` begins it; it calls `wake.done` or `wake.fail` at most once, at once or later;
 * it returns what takes it back when the process ends or is interrupted first.
 */
export interface SystemCall<T = unknown> {
  readonly name: string;
  start(wake: Wake<T>): (() => void) | undefined;
}

export interface Wake<T> {
  readonly process: Process;
  readonly done: (value: T) => void;
  readonly fail: (error: SystemError) => void;
}

/** Something that takes system calls to compute a `T`: run it with `yield*` inside a program. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each `yield` has its own type; `call` restores it
export type Sys<T> = Generator<SystemCall<any>, T, any>;

/** A program: gets its process, yields system calls, returns its exit status (0 to 255). */
export type Program = (process: Process) => Sys<number>;

export type Signal =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGKILL'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGPIPE'
  | 'SIGALRM'
  | 'SIGTERM'
  | 'SIGCHLD'
  | 'SIGCONT'
  | 'SIGSTOP'
  | 'SIGTSTP'
  | 'SIGWINCH';

export const SIGNAL_NUMBERS: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGWINCH: 28,
};

/** The signal of a number or a name (`9`, `KILL`, `SIGKILL`), or undefined. */
export function parseSignal(text: string): Signal | undefined {
  const wanted = text.toUpperCase();
  for (const [name, number] of Object.entries(SIGNAL_NUMBERS))
    if (wanted === name || `SIG${wanted}` === name || wanted === String(number))
      return name as Signal;
  return undefined;
}

/** What a handler wants done with the call in progress: nothing, or to fail it with EINTR. */
export type SignalHandler = () => 'interrupt' | undefined | void;

/** Who runs a process. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly groups?: readonly string[];
}

export const ROOT: User = { name: 'root', uid: 0, gid: 0, home: '/root' };

/** The world as a process sees it: a machine's own, or a container's. */
export interface Namespace {
  /** `host`, or the container's 64-digit ID. */
  readonly id: string;
  hostname: string;
  readonly files: FileSystem;
  readonly net: NetStack;
  /** Anything a room above keeps with it (users, limits): the sim does not look inside. */
  readonly extra: Map<string, unknown>;
}

export interface ExitStatus {
  /** 0 to 255; 128 + n when a signal ended it. */
  readonly code: number;
  readonly signal: Signal | undefined;
}

export interface SpawnOptions {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly namespace: Namespace;
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly user?: User;
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** The controlling terminal. */
  readonly terminal?: Terminal | undefined;
  readonly parent?: Process | undefined;
  /** The process group: another process's, or (absent) its own when `leadsGroup`, else the parent's. */
  readonly group?: number | undefined;
  readonly leadsGroup?: boolean;
  /** PID 1 of a container: signals without a handler do not touch it, but SIGKILL from outside. */
  readonly isInit?: boolean;
}

/** A running program. Made by `Kernel.spawn`. */
export interface Process {
  readonly pid: number;
  readonly parent: Process | undefined;
  group: number;
  readonly argv: readonly string[];
  readonly env: Map<string, string>;
  cwd: string;
  user: User;
  readonly namespace: Namespace;
  readonly kernel: Kernel;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  readonly terminal: Terminal | undefined;
  readonly isInit: boolean;
  readonly startedAtMs: number;
  /** Set once it has ended. */
  readonly exit: ExitStatus | undefined;
  readonly isStopped: boolean;
  /** Virtual CPU time it has used, in ms. Programs that burn CPU add to it. */
  cpuMs: number;
  /** Resident memory it claims, in bytes. */
  memoryBytes: number;
  /** Installs a handler, `'ignore'`, or (undefined) the default action. */
  trap(signal: Signal, handler: SignalHandler | 'ignore' | undefined): void;
  /** The name of the system call it waits in (`''` when it runs): for `ps`, `top` and whoever waits for it to want input. */
  readonly waitingFor: string;
}
