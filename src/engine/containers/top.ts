/**
 * `docker top`: the processes of a container as ps on the machine sees them.
 *
 * Real:     moby daemon/top_unix.go.
 * Left out: ps options other than the default, `aux` and `-o` with known columns.
 */
import { civil, time, type Process } from '../../sim/index.ts';
import type { ContainerTopResponse } from '../api/types.ts';
import type { Engine } from '../engine.ts';
import { conflict, internal } from '../errors.ts';
import type { Container } from './container.ts';
import { processesOf } from './namespace.ts';

type Column = (process: Process, engine: Engine) => string;

const COLUMNS: Readonly<Record<string, Column>> = {
  UID: (process) => userOf(process),
  USER: (process) => userOf(process),
  PID: (process) => String(process.pid),
  PPID: (process) => String(process.parent?.pid ?? shimPid(process)),
  C: () => '0',
  STIME: (process, engine) => clock(engine, process.startedAtMs),
  START: (process, engine) => clock(engine, process.startedAtMs),
  TTY: (process) => (process.terminal ? 'pts/0' : '?'),
  TIME: (process) => cpuTime(process.cpuMs),
  CMD: (process) => process.argv.join(' '),
  COMMAND: (process) => process.argv.join(' '),
  STAT: (process) =>
    process.isStopped
      ? 'T'
      : process.waitingFor === '' || process.waitingFor === 'burn'
        ? 'R'
        : 'S',
  '%CPU': () => '0.0',
  '%MEM': (process, engine) =>
    ((100 * process.memoryBytes) / engine.machine.memoryBytes).toFixed(1),
  VSZ: (process) => String(Math.floor((3 * process.memoryBytes) / 1024)),
  RSS: (process) => String(Math.floor(process.memoryBytes / 1024)),
};

const FULL = ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'];
const AUX = [
  'USER',
  'PID',
  '%CPU',
  '%MEM',
  'VSZ',
  'RSS',
  'TTY',
  'STAT',
  'START',
  'TIME',
  'COMMAND',
];

export function topProcesses(
  engine: Engine,
  container: Container,
  psArgs: string,
): ContainerTopResponse {
  if (!container.namespace || !container.state.isRunning)
    throw conflict(`Container ${container.id} is not running`);
  if (container.state.isRestarting)
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  const titles = columnsOf(psArgs);
  const processes = processesOf(engine.machine.kernel, container.namespace);
  return {
    Titles: titles,
    Processes: processes.map((process) =>
      titles.map((title) => (COLUMNS[title] as Column)(process, engine)),
    ),
  };
}

function columnsOf(psArgs: string): readonly string[] {
  const text = psArgs.trim();
  if (text === '' || text === '-ef') return FULL;
  if (/^-?aux$/.test(text)) return AUX;
  const custom = /^-?(?:e?o)\s*(\S+)$/.exec(text);
  const names = custom?.[1]
    ?.split(',')
    .map((name) =>
      name === 'args'
        ? 'COMMAND'
        : name === 'pcpu'
          ? '%CPU'
          : name === 'pmem'
            ? '%MEM'
            : name.toUpperCase(),
    );
  if (names?.every((name) => name in COLUMNS)) return names;
  throw internal(`ps: exit status 1: output: error: unsupported option (BSD syntax)`);
}

function userOf(process: Process): string {
  return process.user.name || String(process.user.uid);
}

/** PID 1's parent on the machine is its containerd-shim, which is no process here: a number of its own. */
function shimPid(process: Process): number {
  return Math.max(1, process.pid - 20);
}

function clock(engine: Engine, atMs: number): string {
  const { unixMs, nowMs } = engine.machine.world;
  return time(civil(unixMs - nowMs + atMs)).slice(0, 5);
}

function cpuTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
