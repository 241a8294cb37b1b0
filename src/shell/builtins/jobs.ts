import { parseSignal, SIGNAL_NUMBERS, SystemError, write } from '../sys.ts';
import type { Process, Sys } from '../sys.ts';
import { waitForeground } from '../run/execute.ts';
import { codeOf, describeJob, stateOf, waitForAll, type Job } from '../run/jobs.ts';
import type { Shell } from '../run/shell.ts';
import { complain } from './builtin.ts';

export function* jobs(shell: Shell, argv: readonly string[]): Sys<number> {
  const withPids = argv.includes('-l');
  for (const job of [...shell.jobs.all]) {
    if (argv.includes('-p')) yield* write(shell.io.stdout, `${job.processes[0]?.pid ?? ''}\n`);
    else yield* write(shell.io.stdout, `${describeJob(shell.jobs, job, withPids)}\n`);
    job.isReported = true;
    if (stateOf(job) === 'Done') shell.jobs.remove(job);
  }
  return 0;
}

/** Tells of jobs that have ended since the last prompt. */
export function* reportJobs(shell: Shell): Sys<void> {
  for (const job of [...shell.jobs.all])
    if (stateOf(job) === 'Done') {
      yield* write(shell.io.stderr, `${describeJob(shell.jobs, job)}\n`);
      shell.jobs.remove(job);
    }
}

function findJob(shell: Shell, spec: string | undefined): Job | undefined {
  return shell.jobs.find(spec === undefined ? '%+' : spec.startsWith('%') ? spec : `%${spec}`);
}

export function* fg(shell: Shell, argv: readonly string[]): Sys<number> {
  if (!shell.controlsJobs) return yield* complain(shell, 'fg: no job control');
  const job = findJob(shell, argv[1]);
  if (!job) return yield* complain(shell, `fg: ${argv[1] ?? 'current'}: no such job`);
  yield* write(shell.io.stdout, `${job.command}\n`);
  const { terminal } = shell.process;
  if (terminal) terminal.foreground = job.group;
  shell.process.kernel.signalGroup(job.group, 'SIGCONT');
  const how = yield* waitForeground(shell, job.processes, job.command);
  if (how === 'stopped') return 148;
  shell.jobs.remove(job);
  return codeOf(job.processes.at(-1) as Process);
}

export function* bg(shell: Shell, argv: readonly string[]): Sys<number> {
  if (!shell.controlsJobs) return yield* complain(shell, 'bg: no job control');
  const job = findJob(shell, argv[1]);
  if (!job) return yield* complain(shell, `bg: ${argv[1] ?? 'current'}: no such job`);
  if (stateOf(job) === 'Running')
    return yield* complain(shell, `bg: job ${job.id} already in background`, 0);
  yield* write(shell.io.stdout, `[${job.id}]${shell.jobs.mark(job)} ${job.command} &\n`);
  shell.process.kernel.signalGroup(job.group, 'SIGCONT');
  return 0;
}

export function* waitBuiltin(shell: Shell, argv: readonly string[]): Sys<number> {
  const specs = argv.slice(1).filter((arg) => arg !== '-n' && arg !== '-f');
  shell.isWaiting = true;
  try {
    if (specs.length === 0) {
      for (const job of [...shell.jobs.all]) {
        yield* waitForAll(shell, job.processes);
        if (!shell.isInteractive) shell.jobs.remove(job);
      }
      return 0;
    }
    let status = 0;
    for (const spec of specs) {
      const job = shell.jobs.find(spec);
      if (!job) {
        status = spec.startsWith('%')
          ? yield* complain(shell, `wait: ${spec}: no such job`, 127)
          : yield* complain(shell, `wait: pid ${spec} is not a child of this shell`, 127);
        continue;
      }
      yield* waitForAll(shell, job.processes);
      status = codeOf(
        job.processes.find((process) => String(process.pid) === spec) ??
          (job.processes.at(-1) as Process),
      );
      if (!shell.isInteractive) shell.jobs.remove(job);
    }
    return status;
  } catch (error) {
    const [signal] = shell.pendingTraps;
    if (error instanceof SystemError && error.code === 'EINTR' && signal !== undefined)
      return 128 + (SIGNAL_NUMBERS[parseSignal(signal) ?? 'SIGTERM'] ?? 0);
    throw error;
  } finally {
    shell.isWaiting = false;
  }
}

export function* disown(shell: Shell, argv: readonly string[]): Sys<number> {
  const job = findJob(
    shell,
    argv.slice(1).find((arg) => !arg.startsWith('-')),
  );
  if (!job) return yield* complain(shell, `disown: ${argv[1] ?? 'current'}: no such job`);
  shell.jobs.remove(job);
  return 0;
}

export function* kill(shell: Shell, argv: readonly string[]): Sys<number> {
  let args = argv.slice(1);
  let signal = parseSignal('TERM');
  const [first = ''] = args;
  if (first === '-l' || first === '-L') {
    const [, wanted] = args;
    if (wanted !== undefined) {
      const name = parseSignal(String(Number(wanted) > 128 ? Number(wanted) - 128 : wanted));
      yield* write(
        shell.io.stdout,
        `${/^\d+$/.test(wanted) ? (name ?? '').slice(3) : name ? SIGNAL_NUMBERS[name] : ''}\n`,
      );
    } else
      yield* write(
        shell.io.stdout,
        `${Object.entries(SIGNAL_NUMBERS)
          .map(([name, number]) => `${String(number).padStart(2)}) ${name}`)
          .join('\t')}\n`,
      );
    return 0;
  }
  if (first === '-0' || (first === '-s' && args[1] === '0')) {
    signal = undefined;
    args = args.slice(first === '-0' ? 1 : 2);
  } else if (/^-/.test(first) && first !== '--') {
    const name = first === '-s' || first === '-n' ? (args[1] ?? '') : first.slice(1);
    signal = parseSignal(name);
    if (!signal) return yield* complain(shell, `kill: ${name}: invalid signal specification`);
    args = args.slice(first === '-s' || first === '-n' ? 2 : 1);
  }
  if (args[0] === '--') args = args.slice(1);
  if (args.length === 0)
    return yield* complain(
      shell,
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]',
      2,
    );
  let status = 0;
  for (const target of args) status = (yield* killOne(shell, target, signal)) || status;
  return status;
}

function* killOne(
  shell: Shell,
  target: string,
  signal: ReturnType<typeof parseSignal>,
): Sys<number> {
  const { kernel } = shell.process;
  if (target.startsWith('%')) {
    const job = shell.jobs.find(target);
    if (!job) return yield* complain(shell, `kill: ${target}: no such job`);
    if (signal) kernel.signalGroup(job.group, signal);
    // A stopped job gets its end only when it goes on.
    if (signal && stateOf(job) === 'Stopped' && signal !== 'SIGKILL' && signal !== 'SIGSTOP')
      kernel.signalGroup(job.group, 'SIGCONT');
    return 0;
  }
  if (!/^-?\d+$/.test(target))
    return yield* complain(shell, `kill: ${target}: arguments must be process or job IDs`);
  const result = signalPid(shell.process, Number(target), signal);
  return result === undefined ? 0 : yield* complain(shell, `kill: (${target}) - ${result}`);
}

/** Sends a signal to a process that `by` can see, by its PID there; says what is wrong. */
export function signalPid(
  by: Process,
  pid: number,
  signal: ReturnType<typeof parseSignal>,
): string | undefined {
  const seen = visibleProcesses(by);
  const targets =
    pid < 0
      ? pid === -1
        ? seen.filter(({ process }) => process !== by && !process.isInit)
        : seen.filter(({ process }) => process.group === -pid)
      : seen.filter((one) => one.pid === pid);
  if (targets.length === 0) return 'No such process';
  for (const { process } of targets) {
    if (by.user.uid !== 0 && process.user.uid !== by.user.uid) return 'Operation not permitted';
    if (signal) by.kernel.signal(process, signal);
  }
  return undefined;
}

/** A process and the PID that it has in its namespace. */
export interface VisibleProcess {
  readonly pid: number;
  readonly process: Process;
}

/**
 * The processes that one can see: on the machine itself all, in a container its own.
 * A container's are numbered from 1; the numbers hang in `namespace.extra` under `pids` so that they stay the same.
 */
export function visibleProcesses(by: Process): readonly VisibleProcess[] {
  const all = by.kernel.processes();
  if (by.namespace.id === 'host') return all.map((process) => ({ pid: process.pid, process }));
  const numbers = pidNumbers(by);
  return all
    .filter((process) => process.namespace === by.namespace)
    .map((process) => ({ pid: numberOf(numbers, process), process }))
    .sort((a, b) => a.pid - b.pid);
}

interface PidNumbers {
  next: number;
  readonly byProcess: Map<Process, number>;
}

function pidNumbers(by: Process): PidNumbers {
  const { extra } = by.namespace;
  const there = extra.get('pids') as PidNumbers | undefined;
  const init = by.kernel
    .processes()
    .find((process) => process.namespace === by.namespace && process.isInit);
  if (there && (!init || there.byProcess.get(init) === 1)) {
    for (const process of there.byProcess.keys()) if (process.exit) there.byProcess.delete(process);
    return there;
  }
  const made: PidNumbers = { next: 2, byProcess: new Map(init ? [[init, 1]] : []) };
  extra.set('pids', made);
  return made;
}

function numberOf(numbers: PidNumbers, process: Process): number {
  let number = numbers.byProcess.get(process);
  if (number === undefined) numbers.byProcess.set(process, (number = numbers.next++));
  return number;
}

/** The PID of `process` as it sees itself. */
export function ownPid(process: Process): number {
  return visibleProcesses(process).find((one) => one.process === process)?.pid ?? process.pid;
}
