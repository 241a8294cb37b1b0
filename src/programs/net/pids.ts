/**
 * Process IDs as a container sees them: its first process is 1.
 *
 * The numbers hang in `namespace.extra` under `pids`, where the shell's tools (`ps`, `kill`) find and continue them.
 */
import type { Namespace, Process } from '../../sim/index.ts';

interface PidNumbers {
  next: number;
  readonly byProcess: Map<Process, number>;
}

export function ownPid(process: Process): number {
  if (process.namespace.id === 'host') return process.pid;
  const numbers = pidNumbers(process);
  let number = numbers.byProcess.get(process);
  if (number === undefined) numbers.byProcess.set(process, (number = numbers.next++));
  return number;
}

/** The process of a PID in this namespace. */
export function processOf(by: Process, pid: number): Process | undefined {
  return by.kernel
    .processes()
    .find((process) => process.namespace === by.namespace && ownPid(process) === pid);
}

function pidNumbers({ namespace, kernel }: Process): PidNumbers {
  const init = kernel
    .processes()
    .find((process) => process.namespace === namespace && process.isInit);
  const there = numbersOf(namespace);
  if (there && (!init || there.byProcess.get(init) === 1)) return there;
  const made: PidNumbers = { next: 2, byProcess: new Map(init ? [[init, 1]] : []) };
  namespace.extra.set('pids', made);
  return made;
}

function numbersOf(namespace: Namespace): PidNumbers | undefined {
  return namespace.extra.get('pids') as PidNumbers | undefined;
}
