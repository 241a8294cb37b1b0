import { call, callbackCall, SIGNAL_NUMBERS } from '../sys.ts';
import type { ExitStatus, Process, Sys } from '../sys.ts';
import type { Shell } from './shell.ts';

/** A pipeline that was started: in the foreground, stopped, or in the background. */
export interface Job {
  readonly id: number;
  readonly processes: readonly Process[];
  readonly command: string;
  readonly group: number;
  /** Whether the user has been told of its present state. */
  isReported: boolean;
  isForeground: boolean;
}

export type JobState = 'Running' | 'Stopped' | 'Done';

export function stateOf(job: Job): JobState {
  if (job.processes.every((process) => process.exit)) return 'Done';
  return job.processes.some((process) => !process.exit && process.isStopped)
    ? 'Stopped'
    : 'Running';
}

export function statusOf(job: Job): ExitStatus {
  return job.processes.at(-1)?.exit ?? { code: 0, signal: undefined };
}

/** The jobs of a shell, the current one (`%+`) last. */
export class JobTable {
  #jobs: Job[] = [];
  #order: number[] = [];

  add(processes: readonly Process[], command: string, group: number): Job {
    const id = Math.max(0, ...this.#jobs.map((job) => job.id)) + 1;
    const job: Job = { id, processes, command, group, isReported: false, isForeground: false };
    this.#jobs.push(job);
    this.makeCurrent(job);
    return job;
  }

  get all(): readonly Job[] {
    return this.#jobs;
  }

  makeCurrent(job: Job): void {
    this.#order = [...this.#order.filter((id) => id !== job.id), job.id];
  }

  remove(job: Job): void {
    this.#jobs = this.#jobs.filter((one) => one !== job);
    this.#order = this.#order.filter((id) => id !== job.id);
  }

  /** `+` for the current job, `-` for the one before it. */
  mark(job: Job): '+' | '-' | ' ' {
    if (this.#order.at(-1) === job.id) return '+';
    return this.#order.at(-2) === job.id ? '-' : ' ';
  }

  /** `%1`, `%+`, `%-`, `%name`, `%?text`, or a PID. */
  find(spec: string): Job | undefined {
    const byId = (id: number | undefined): Job | undefined =>
      this.#jobs.find((job) => job.id === id);
    if (/^\d+$/.test(spec))
      return this.#jobs.find((job) =>
        job.processes.some((process) => process.pid === Number(spec)),
      );
    if (spec === '%' || spec === '%%' || spec === '%+' || spec === '')
      return byId(this.#order.at(-1));
    if (spec === '%-') return byId(this.#order.at(-2) ?? this.#order.at(-1));
    if (/^%\d+$/.test(spec)) return byId(Number(spec.slice(1)));
    if (spec.startsWith('%?')) return this.#jobs.find((job) => job.command.includes(spec.slice(2)));
    return spec.startsWith('%')
      ? this.#jobs.find((job) => job.command.startsWith(spec.slice(1)))
      : undefined;
  }
}

/** `[1]+  Running                 sleep 100 &`. */
export function describeJob(table: JobTable, job: Job, withPids = false): string {
  const state = stateOf(job);
  const { code, signal } = statusOf(job);
  const ended = signal ? (SIGNAL_TEXTS[signal] ?? signal) : code === 0 ? 'Done' : `Exit ${code}`;
  const word = state === 'Done' ? ended : state;
  const pid = withPids ? `${job.processes[0]?.pid ?? ''} ` : '';
  return `[${job.id}]${table.mark(job)}  ${pid}${word.padEnd(23)} ${job.command}${state === 'Running' ? ' &' : ''}`;
}

export const SIGNAL_TEXTS: Readonly<Record<string, string>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGKILL: 'Killed',
  SIGTERM: 'Terminated',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGSTOP: 'Stopped',
  SIGTSTP: 'Stopped',
};

/** Waits until all processes have ended, or, with job control, until those that live are stopped. */
export function* waitForAll(shell: Shell, processes: readonly Process[]): Sys<'ended' | 'stopped'> {
  return yield* call(
    callbackCall<'ended' | 'stopped'>('wait', (done) => {
      const cancels: (() => void)[] = [];
      let isOver = false;
      const check = (): void => {
        if (isOver) return;
        const alive = processes.filter((process) => !process.exit);
        if (
          alive.length > 0 &&
          !(shell.controlsJobs && alive.every((process) => process.isStopped))
        )
          return;
        isOver = true;
        for (const cancel of cancels) cancel();
        done(alive.length > 0 ? 'stopped' : 'ended');
      };
      for (const process of processes) cancels.push(process.kernel.whenExited(process, check));
      cancels.push(shell.onStopped(check));
      if (processes.length === 0) check();
      return () => {
        isOver = true;
        for (const cancel of cancels) cancel();
      };
    }),
  );
}

/** A child's status as `$?` shows it. */
export function codeOf(process: Process): number {
  const { exit } = process;
  if (!exit) return 0;
  return exit.signal ? 128 + SIGNAL_NUMBERS[exit.signal] : exit.code;
}
