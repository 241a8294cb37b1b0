import {
  call,
  parseSignal,
  Pipe,
  race,
  read,
  readCall,
  RAW,
  COOKED,
  sleep,
  sleepCall,
  SystemError,
  write,
  exitCall,
} from '../sys.ts';
import type { Process, Program, Sys } from '../sys.ts';
import { findAllInPath, findInPath, isExecutable, loadExecutable, DEFAULT_PATH } from '../exec.ts';
import { signalPid, visibleProcesses, type VisibleProcess } from '../builtins/jobs.ts';
import { strftime } from '../builtins/printf.ts';
import { codeOf } from '../run/jobs.ts';
import { lookupUser } from '../users.ts';
import { memoryFigures } from './system.ts';
import { parseInterval } from './misc.ts';
import { runProgram } from './find.ts';
import { openToWrite } from '../run/streams.ts';
import { fail, isBusybox, toolName, withOptions } from './options.ts';

/** What processes there are, and what is done to them: `ps`, `top`, `kill`, `timeout`, `watch`, `sudo`, ... */

function commandOf(process: Process): string {
  return process.argv.join(' ');
}

function nameOf(process: Process): string {
  const [name = ''] = process.argv;
  return name.replace(/^-/, '').replace(/.*\//, '').replace(/:$/, '').slice(0, 15);
}

function stateOf(process: Process, self: Process): string {
  if (process.isStopped) return 'T';
  return process === self || process.waitingFor === '' || process.waitingFor === 'burn' ? 'R' : 'S';
}

function cpuTime(ms: number, withHours: boolean): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return withHours
    ? `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

function parentPid(list: readonly VisibleProcess[], process: Process): number {
  return list.find((one) => one.process === process.parent)?.pid ?? 0;
}

function share(ms: number, process: Process): string {
  const lived = Math.max(1, process.kernel.world.nowMs - process.startedAtMs);
  return ((ms * 100) / lived).toFixed(1);
}

function started(process: Process): string {
  const { world } = process.kernel;
  const unixMs = world.unixMs - world.nowMs + process.startedAtMs;
  return strftime(world.nowMs - process.startedAtMs > 86_400_000 ? '%b%d' : '%H:%M', unixMs);
}

/** Columns that `-o` may name. */
const COLUMNS: Readonly<
  Record<
    string,
    readonly [
      title: string,
      isRight: boolean,
      value: (one: VisibleProcess, list: readonly VisibleProcess[], self: Process) => string,
    ]
  >
> = {
  pid: ['PID', true, ({ pid }) => String(pid)],
  ppid: ['PPID', true, ({ process }, list) => String(parentPid(list, process))],
  pgid: [
    'PGID',
    true,
    ({ process }, list) =>
      String(list.find((one) => one.process.pid === process.group)?.pid ?? process.group),
  ],
  user: ['USER', false, ({ process }) => process.user.name || String(process.user.uid)],
  uid: ['UID', true, ({ process }) => String(process.user.uid)],
  comm: ['COMMAND', false, ({ process }) => nameOf(process)],
  args: ['COMMAND', false, ({ process }) => commandOf(process)],
  cmd: ['CMD', false, ({ process }) => commandOf(process)],
  command: ['COMMAND', false, ({ process }) => commandOf(process)],
  stat: [
    'STAT',
    false,
    ({ process }, _list, self) =>
      `${stateOf(process, self)}${process.group === process.pid ? 's' : ''}`,
  ],
  s: ['S', false, ({ process }, _list, self) => stateOf(process, self)],
  state: ['S', false, ({ process }, _list, self) => stateOf(process, self)],
  tty: ['TT', false, ({ process }) => (process.terminal ? 'pts/0' : '?')],
  time: ['TIME', true, ({ process }) => cpuTime(process.cpuMs, true)],
  etime: ['ELAPSED', true, ({ process }) => elapsed(process)],
  rss: ['RSS', true, ({ process }) => String(Math.floor(process.memoryBytes / 1024))],
  vsz: ['VSZ', true, ({ process }) => String(Math.floor(process.memoryBytes / 512))],
  pcpu: ['%CPU', true, ({ process }) => share(process.cpuMs, process)],
  pmem: ['%MEM', true, ({ process }) => memoryShare(process)],
  nlwp: ['NLWP', true, () => '1'],
  start: ['STARTED', true, ({ process }) => started(process)],
};
const SAME: Readonly<Record<string, string>> = {
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  ucmd: 'comm',
  euser: 'user',
  tt: 'tty',
};

function elapsed(process: Process): string {
  const seconds = Math.floor((process.kernel.world.nowMs - process.startedAtMs) / 1000);
  return seconds >= 3600
    ? cpuTime(seconds * 1000, true)
    : `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

function memoryShare(process: Process): string {
  return ((process.memoryBytes * 100) / memoryFigures(process).totalBytes).toFixed(1);
}

export const ps: Program = (process) =>
  isBusybox(process) ? busyboxPs(process) : procpsPs(process);

function* procpsPs(process: Process): Sys<number> {
  const args = process.argv.slice(1);
  const letters = args
    .filter((arg, i) => !/^-?(?:o|-sort|p|C)$/.test(args[i - 1] ?? '') && /^-?[a-zA-Z]+$/.test(arg))
    .join('')
    .replace(/[-o]/g, '');
  const list = visibleProcesses(process);
  const isBsd =
    letters.includes('u') && !/^-[A-Za-z]*u\b/.test(args[0]?.replace(/^-(?=a?ux|aux)/, '') ?? '');
  const showsAll =
    /[eA]/.test(letters) ||
    letters.includes('x') ||
    letters.includes('ax') ||
    (process.namespace.id !== 'host' && letters.includes('a'));
  let wanted = showsAll
    ? list
    : list.filter(
        ({ process: one }) =>
          one.terminal === process.terminal && one.user.uid === process.user.uid,
      );
  const pids = valueOf(args, '-p') ?? valueOf(args, 'p');
  if (pids !== undefined)
    wanted = list.filter(({ pid }) => pids.split(/[ ,]/).includes(String(pid)));
  const byName = valueOf(args, '-C');
  if (byName !== undefined) wanted = list.filter(({ process: one }) => nameOf(one) === byName);
  const isTree =
    (letters.includes('f') && isBsd) || args.includes('--forest') || letters.includes('H');
  if (isTree) wanted = inTreeOrder(wanted);
  const format = args
    .flatMap((arg, i) =>
      /^-?o$/.test(args[i - 1] ?? '') ? [arg] : /^-o.+/.test(arg) ? [arg.slice(2)] : [],
    )
    .join(',');
  if (format !== '') return yield* formatted(process, wanted, list, format);
  const sortKey = args.find((arg) => arg.startsWith('--sort='))?.slice(7);
  if (sortKey !== undefined) wanted = sorted(wanted, sortKey);
  if (isBsd || /^-?aux/.test(args[0] ?? '')) yield* bsd(process, wanted, isTree);
  else if (letters.includes('f') || letters.includes('l')) yield* full(process, wanted, list);
  else
    yield* formattedRows(process, wanted, list, [
      ['pid', 'PID', 7],
      ['tty', 'TTY', 8],
      ['time', 'TIME', 8],
      ['comm', 'CMD', 0],
    ]);
  return wanted.length > 0 ? 0 : 1;
}

function valueOf(args: readonly string[], option: string): string | undefined {
  const i = args.indexOf(option);
  return i < 0 ? undefined : args[i + 1];
}

function sorted(list: readonly VisibleProcess[], key: string): readonly VisibleProcess[] {
  const name = key.replace(/^[-+]/, '');
  const value = ({ process, pid }: VisibleProcess): number =>
    /mem|rss|vsz/.test(name) ? process.memoryBytes : /cpu|time/.test(name) ? process.cpuMs : pid;
  return [...list].sort((a, b) =>
    key.startsWith('-') ? value(b) - value(a) : value(a) - value(b),
  );
}

function inTreeOrder(list: readonly VisibleProcess[]): readonly VisibleProcess[] {
  const inside = new Set(list.map(({ process }) => process));
  const below = (parent: Process | undefined): VisibleProcess[] =>
    list
      .filter(
        ({ process }) =>
          (process.parent && inside.has(process.parent) ? process.parent : undefined) === parent,
      )
      .flatMap((one) => [one, ...below(one.process)]);
  return below(undefined);
}

function depthOf(list: readonly VisibleProcess[], process: Process): number {
  let depth = 0;
  for (
    let one = process.parent;
    one && list.some((other) => other.process === one);
    one = one.parent
  )
    depth++;
  return depth;
}

function* bsd(process: Process, list: readonly VisibleProcess[], isTree: boolean): Sys<void> {
  let text = 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n';
  for (const { pid, process: one } of list) {
    const user = (one.user.name || String(one.user.uid)).slice(0, 8).padEnd(8);
    const kib = Math.floor(one.memoryBytes / 1024);
    const indent = isTree
      ? `${' '.repeat(Math.max(0, (depthOf(list, one) - 1) * 4))}${depthOf(list, one) > 0 ? ' \\_ ' : ''}`
      : '';
    text += `${user} ${String(pid).padStart(7)} ${share(one.cpuMs, one).padStart(4)} ${memoryShare(one).padStart(4)} ${String(kib * 2).padStart(6)} ${String(kib).padStart(5)} ${(one.terminal ? 'pts/0' : '?').padEnd(8)} ${`${stateOf(one, process)}${one.group === one.pid ? 's' : ''}`.padEnd(4)} ${started(one).padEnd(5)} ${cpuTime(one.cpuMs, false).padStart(6)} ${indent}${commandOf(one)}\n`;
  }
  yield* write(process.stdout, text);
}

function* full(
  process: Process,
  list: readonly VisibleProcess[],
  all: readonly VisibleProcess[],
): Sys<void> {
  let text = 'UID          PID    PPID  C STIME TTY          TIME CMD\n';
  for (const { pid, process: one } of list)
    text += `${(one.user.name || String(one.user.uid)).padEnd(8)} ${String(pid).padStart(7)} ${String(parentPid(all, one)).padStart(7)}  0 ${started(one)} ${(one.terminal ? 'pts/0' : '?').padEnd(8)} ${cpuTime(one.cpuMs, true)} ${commandOf(one)}\n`;
  yield* write(process.stdout, text);
}

function* formatted(
  process: Process,
  list: readonly VisibleProcess[],
  all: readonly VisibleProcess[],
  format: string,
): Sys<number> {
  const columns: (readonly [string, string, number])[] = [];
  for (const word of format.split(/[ ,]+/).filter(Boolean)) {
    const [name = '', title] = word.split('=');
    const key = SAME[name] ?? name;
    const known = COLUMNS[key];
    if (!known) {
      yield* write(
        process.stderr,
        `error: unknown user-defined format specifier "${name}"\n\nUsage:\n ps [options]\n`,
      );
      return 1;
    }
    columns.push([key, title ?? known[0], 0]);
  }
  yield* formattedRows(process, list, all, columns);
  return 0;
}

function* formattedRows(
  process: Process,
  list: readonly VisibleProcess[],
  all: readonly VisibleProcess[],
  columns: readonly (readonly [key: string, title: string, width: number])[],
): Sys<void> {
  const cells = list.map((one) =>
    columns.map(([key]) => COLUMNS[key]?.[2](one, all, process) ?? ''),
  );
  const widths = columns.map(([, title, width], i) =>
    Math.max(width, title.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `${row.map((cell, i) => (COLUMNS[columns[i]?.[0] ?? '']?.[1] ? cell.padStart(widths[i] ?? 0) : i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(' ')}\n`;
  const hasTitles = columns.some(([, title]) => title !== '');
  yield* write(
    process.stdout,
    (hasTitles ? line(columns.map(([, title]) => title)) : '') + cells.map(line).join(''),
  );
}

/** Busybox's `ps`: always everything. */
function* busyboxPs(process: Process): Sys<number> {
  const format = process.argv
    .flatMap((arg, i) => (process.argv[i - 1] === '-o' ? [arg] : []))
    .join(',');
  const list = visibleProcesses(process);
  if (format !== '') return yield* formatted(process, list, list, format);
  const rows = list.map(
    ({ pid, process: one }) =>
      `${String(pid).padStart(5)} ${(one.user.name || String(one.user.uid)).padEnd(8)} ${cpuTime(one.cpuMs, false).padStart(5)} ${commandOf(one)}\n`,
  );
  yield* write(process.stdout, `PID   USER     TIME  COMMAND\n${rows.join('')}`);
  return 0;
}

export const top: Program = (process) =>
  withOptions(process, 'b n= d= p= c u= H i o=', function* () {
    return yield* screen(process, false);
  });

export const htop: Program = (process) => screen(process, true);

/** Between the two looks of a first screen. */
const FIRST_LOOK_MS = 200;

/** `top` and `htop`: the list of processes, again and again until `q`. */
function* screen(process: Process, isHtop: boolean): Sys<number> {
  const { terminal } = process;
  const args = process.argv.slice(1).join(' ');
  const isBatch = /(?:^|\s)-[a-z]*b/.test(args) || !terminal || process.stdin.terminal !== terminal;
  const rounds = Number(
    /-[a-z]*n\s*(\d+)/.exec(args)?.[1] ?? (isBatch && isHtop ? 1 : Number.MAX_SAFE_INTEGER),
  );
  const delayMs = Math.round(Number(/-d\s*([\d.]+)/.exec(args)?.[1] ?? (isHtop ? 1.5 : 3)) * 1000);
  let before = burnt(process);
  if (!isBatch) terminal.setMode({ ...RAW, signals: true });
  try {
    // A rate needs two looks.
    yield* sleep(FIRST_LOOK_MS);
    if (!isBatch) yield* write(process.stdout, '\u001b[?1049h\u001b[H\u001b[2J');
    for (let round = 0; round < rounds; round++) {
      const height = isBatch ? 10_000 : terminal.rows - 8;
      const text = (isHtop ? htopText : topText)(process, { before, height });
      before = burnt(process);
      yield* write(
        process.stdout,
        isBatch
          ? `${round > 0 ? '\n' : ''}${text}`
          : `\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[J`,
      );
      if (round + 1 >= rounds) break;
      if (isBatch) yield* sleep(delayMs);
      else {
        const first = yield* race({ key: readCall(process.stdin), late: sleepCall(delayMs) });
        if (first.key === 'key' && /^[qQ\u0003]|^$/.test(first.value)) break;
      }
    }
    return 0;
  } finally {
    if (!isBatch) {
      terminal.setMode(COOKED);
      terminal.output.put('\u001b[?1049l');
    }
  }
}

/** What processors have done so far. */
interface Burnt {
  readonly atMs: number;
  readonly byProcess: ReadonlyMap<Process, number>;
  readonly byCore: readonly number[];
}

interface Interval {
  readonly before: Burnt;
  readonly height: number;
}

function burnt({ kernel }: Process): Burnt {
  return {
    atMs: kernel.world.nowMs,
    byProcess: new Map(kernel.processes().map((one) => [one, one.cpuMs])),
    byCore: [...kernel.coreMs],
  };
}

/** CPU use in the interval, in per cent of one core, of each process. */
function usage(
  process: Process,
  { before }: Interval,
): { readonly one: VisibleProcess; readonly cpu: number }[] {
  const spanMs = Math.max(1, process.kernel.world.nowMs - before.atMs);
  return visibleProcesses(process)
    .map((one) => ({
      one,
      cpu: ((one.process.cpuMs - (before.byProcess.get(one.process) ?? 0)) * 100) / spanMs,
    }))
    .sort((a, b) => b.cpu - a.cpu || a.one.pid - b.one.pid);
}

function topText(process: Process, interval: Interval): string {
  const { world } = process.kernel;
  const rows = usage(process, interval);
  const memory = memoryFigures(process);
  const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1).padStart(8);
  const running = rows.filter(({ one }) => stateOf(one.process, process) === 'R').length;
  const busy = Math.min(100, rows.reduce((sum, { cpu }) => sum + cpu, 0) / memory.cpus);
  const head = `top - ${strftime('%H:%M:%S', world.unixMs)} up ${uptimeText(world.nowMs)},  1 user,  load average: 0.00, 0.01, 0.00
Tasks: ${String(rows.length).padStart(3)} total, ${String(running).padStart(3)} running, ${String(rows.length - running).padStart(3)} sleeping,   0 stopped,   0 zombie
%Cpu(s): ${busy.toFixed(1).padStart(4)} us,  0.0 sy,  0.0 ni, ${(100 - busy).toFixed(1)} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st
MiB Mem : ${mib(memory.totalBytes)} total, ${mib(memory.freeBytes)} free, ${mib(memory.usedBytes)} used, ${mib(memory.cachedBytes)} buff/cache
MiB Swap: ${mib(0)} total, ${mib(0)} free, ${mib(0)} used. ${mib(memory.totalBytes - memory.usedBytes)} avail Mem

    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
`;
  return (
    head +
    rows
      .slice(0, interval.height)
      .map(({ one, cpu }) => {
        const kib = Math.floor(one.process.memoryBytes / 1024);
        const hundredths = Math.floor(one.process.cpuMs / 10);
        const time = `${Math.floor(hundredths / 6000)}:${String(Math.floor(hundredths / 100) % 60).padStart(2, '0')}.${String(hundredths % 100).padStart(2, '0')}`;
        return `${String(one.pid).padStart(7)} ${(one.process.user.name || String(one.process.user.uid)).padEnd(8)}  20   0 ${String(kib * 2).padStart(7)} ${String(kib).padStart(6)} ${String(Math.floor(kib / 2)).padStart(6)} ${stateOf(one.process, process)} ${cpu.toFixed(1).padStart(5)} ${memoryShare(one.process).padStart(5)} ${time.padStart(9)} ${nameOf(one.process)}\n`;
      })
      .join('')
  );
}

function htopText(process: Process, interval: Interval): string {
  const rows = usage(process, interval);
  const memory = memoryFigures(process);
  const { before } = interval;
  const spanMs = Math.max(1, process.kernel.world.nowMs - before.atMs);
  const busy = (core: number): number => {
    const { coreMs } = process.kernel;
    const ms = (coreMs[core] ?? 0) - (before.byCore[core] ?? 0);
    return Math.min(100, (ms * 100) / spanMs);
  };
  const bar = (percent: number, text: string): string =>
    `[${'|'.repeat(Math.round((percent * 24) / 100)).padEnd(Math.max(0, 32 - text.length))}${text}]`;
  const cpus = Array.from(
    { length: memory.cpus },
    (_, i) => `  ${String(i).padStart(3)}${bar(busy(i), `${busy(i).toFixed(1)}%`)}\n`,
  ).join('');
  const used = `${Math.round(memory.usedBytes / 1_048_576)}M/${(memory.totalBytes / 1_073_741_824).toFixed(2)}G`;
  const head = `${cpus}  Mem${bar((memory.usedBytes * 100) / memory.totalBytes, used)}\n  Swp${bar(0, '0K/0K')}\n  Tasks: ${rows.length}; ${rows.filter(({ cpu }) => cpu > 0).length} running   Uptime: ${uptimeText(process.kernel.world.nowMs)}\n\n    PID USER      PRI  NI  VIRT   RES   SHR S  CPU% MEM%   TIME+  Command\n`;
  return (
    head +
    rows
      .slice(0, Math.max(1, interval.height - memory.cpus))
      .map(({ one, cpu }) => {
        const kib = Math.floor(one.process.memoryBytes / 1024);
        return `${String(one.pid).padStart(7)} ${(one.process.user.name || String(one.process.user.uid)).padEnd(8)}  20   0 ${String(kib * 2).padStart(6)} ${String(kib).padStart(5)} ${String(Math.floor(kib / 2)).padStart(5)} ${stateOf(one.process, process)} ${cpu.toFixed(1).padStart(5)} ${memoryShare(one.process).padStart(4)} ${cpuTime(one.process.cpuMs, false).padStart(7)}  ${commandOf(one.process)}\n`;
      })
      .join('')
  );
}

/** `2 min`, `1:05`, `3 days,  4:00`. */
export function uptimeText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const rest =
    hours > 0
      ? `${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, '0')}`
      : `${minutes % 60} min`;
  return days > 0 ? `${days} day${days > 1 ? 's' : ''}, ${rest}` : rest;
}

export const kill: Program = function* (process) {
  let args = process.argv.slice(1);
  let signal = parseSignal('TERM');
  const [first = ''] = args;
  if (/^-/.test(first)) {
    const name = first === '-s' ? (args[1] ?? '') : first.slice(1);
    signal = parseSignal(name);
    if (!signal && name !== '0') return yield* fail(process, `unknown signal: ${name}`);
    args = args.slice(first === '-s' ? 2 : 1);
  }
  let status = 0;
  for (const target of args) {
    const problem = /^-?\d+$/.test(target)
      ? signalPid(process, Number(target), signal)
      : 'invalid argument';
    if (problem !== undefined)
      status = yield* fail(
        process,
        problem === 'invalid argument'
          ? `failed to parse argument: '${target}'`
          : `(${target}): ${problem}`,
      );
  }
  return status;
};

export const killall: Program = (process) =>
  withOptions(
    process,
    's:signal= q:quiet w e',
    function* (options) {
      const signal = parseSignal(options.get('s') ?? 'TERM');
      let status = 0;
      for (const name of options.operands) {
        const found = visibleProcesses(process).filter((one) => nameOf(one.process) === name);
        if (found.length === 0) status = yield* fail(process, `${name}: no process found`);
        for (const one of found) signalPid(process, one.pid, signal);
      }
      return status;
    },
    {
      args: process.argv
        .slice(1)
        .map((arg) => (/^-(?:\d+|[A-Z]+)$/.test(arg) ? `-s${arg.slice(1)}` : arg)),
    },
  );

/** `pgrep` and `pkill`. */
export const pgrep: Program = (process) =>
  withOptions(
    process,
    'f:full l:list-name a:list-full x:exact u:euid= n:newest o:oldest c:count v s:signal= :signal=',
    function* (options) {
      const [pattern = ''] = options.operands;
      const expression = new RegExp(options.has('x') ? `^(?:${pattern})$` : pattern);
      let found = visibleProcesses(process).filter(
        (one) =>
          one.process !== process &&
          expression.test(options.has('f') ? commandOf(one.process) : nameOf(one.process)),
      );
      if (options.has('n')) found = found.slice(-1);
      if (options.has('o')) found = found.slice(0, 1);
      if (toolName(process) === 'pkill')
        for (const one of found)
          signalPid(process, one.pid, parseSignal(options.get('s') ?? 'TERM'));
      else if (options.has('c')) yield* write(process.stdout, `${found.length}\n`);
      else
        yield* write(
          process.stdout,
          found
            .map(
              (one) =>
                `${one.pid}${options.has('a') ? ` ${commandOf(one.process)}` : options.has('l') ? ` ${nameOf(one.process)}` : ''}\n`,
            )
            .join(''),
        );
      return found.length > 0 ? 0 : 1;
    },
    {
      args: process.argv
        .slice(1)
        .map((arg) => (/^-(?:\d+|[A-Z]{2,})$/.test(arg) ? `-s${arg.slice(1)}` : arg)),
    },
  );

export const pidof: Program = function* (process) {
  const names = process.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  const found = visibleProcesses(process)
    .filter((one) => names.includes(nameOf(one.process)))
    .map((one) => one.pid)
    .reverse();
  yield* write(process.stdout, found.length > 0 ? `${found.join(' ')}\n` : '');
  return found.length > 0 ? 0 : 1;
};

export const timeout: Program = (process) =>
  withOptions(
    process,
    's:signal= k:kill-after= :preserve-status :foreground v',
    function* (options) {
      const [duration = '', ...argv] = options.operands;
      const ms = parseInterval(duration);
      if (ms === undefined || argv.length === 0)
        return yield* fail(
          process,
          ms === undefined && duration !== ''
            ? `invalid time interval ‘${duration}’`
            : "missing operand\nTry 'timeout --help' for more information.",
          125,
        );
      const path = findInPath(process, argv[0] ?? '', process.env.get('PATH') ?? DEFAULT_PATH);
      if (path === undefined || !isExecutable(process, path))
        return yield* fail(
          process,
          `failed to run command ‘${argv[0] ?? ''}’: No such file or directory`,
          127,
        );
      const found = loadExecutable(process, path, argv);
      const child = process.kernel.spawn({
        program: found.program,
        argv: found.argv,
        namespace: process.namespace,
        env: process.env,
        cwd: process.cwd,
        user: process.user,
        stdin: process.stdin,
        stdout: process.stdout,
        stderr: process.stderr,
        parent: process,
      });
      const first = yield* race({ ended: exitCall(child), late: sleepCall(ms) });
      if (first.key === 'ended') return codeOf(child);
      process.kernel.signal(child, parseSignal(options.get('s') ?? 'TERM') ?? 'SIGTERM');
      const killMs = options.has('k') ? parseInterval(options.get('k') ?? '') : undefined;
      const second = yield* race({
        ended: exitCall(child),
        late: sleepCall(killMs ?? 4_000_000_000_000),
      });
      if (second.key === 'late') {
        process.kernel.signal(child, 'SIGKILL');
        return 137;
      }
      return options.has('preserve-status') ? codeOf(child) : 124;
    },
    { stopsEarly: true, usageStatus: 125 },
  );

export const watch: Program = (process) =>
  withOptions(
    process,
    'n:interval= d:differences? t:no-title e:errexit g:chgexit x:exec c:color b p',
    function* (options) {
      const { operands } = options;
      if (operands.length === 0) return yield* fail(process, 'usage: watch [options] command', 1);
      const { terminal } = process;
      const seconds = Math.max(0.1, Number(options.get('n') ?? 2));
      const argv = options.has('x') ? operands : ['sh', '-c', operands.join(' ')];
      const screenProcess = terminal && process.stdout.terminal === terminal;
      if (screenProcess) {
        process.trap('SIGINT', () => 'interrupt');
        yield* write(process.stdout, '\u001b[?1049h');
      }
      try {
        for (;;) {
          const { output, code } = yield* captured(process, argv);
          const columns = terminal?.columns ?? 80;
          const left = `Every ${seconds.toFixed(1)}s: ${operands.join(' ')}`;
          const right = `${process.namespace.hostname}: ${strftime('%a %b %e %H:%M:%S %Y', process.kernel.world.unixMs)}`;
          const title = options.has('t')
            ? ''
            : `${left.length + right.length + 1 > columns ? left.slice(0, Math.max(0, columns - right.length - 1)) : left}${' '.repeat(Math.max(1, columns - Math.min(left.length, columns - right.length - 1) - right.length))}${right}\n\n`;
          const room = (terminal?.rows ?? 24) - (options.has('t') ? 0 : 2);
          const lines = output.replace(/\n$/, '').split('\n').slice(0, room);
          yield* write(
            process.stdout,
            `${screenProcess ? '\u001b[H\u001b[2J' : ''}${title}${lines.join('\n')}${screenProcess ? '' : '\n'}`,
          );
          if (options.has('e') && code !== 0) return 8;
          yield* sleep(Math.round(seconds * 1000));
        }
      } catch (error) {
        if (error instanceof SystemError && error.code === 'EINTR') return 130;
        throw error;
      } finally {
        if (screenProcess) terminal.output.put('\u001b[?1049l');
      }
    },
    { stopsEarly: true },
  );

/** Runs a command and keeps what it writes. */
function* captured(
  process: Process,
  argv: readonly string[],
): Sys<{ readonly output: string; readonly code: number }> {
  const pipe = new Pipe();
  const path = findInPath(process, argv[0] ?? '', process.env.get('PATH') ?? DEFAULT_PATH) ?? '';
  const found = loadExecutable(process, path, argv);
  const child = process.kernel.spawn({
    program: found.program,
    argv: found.argv,
    namespace: process.namespace,
    env: process.env,
    cwd: process.cwd,
    user: process.user,
    stdin: process.stdin,
    stdout: pipe.writer,
    stderr: pipe.writer,
    parent: process,
  });
  pipe.reader.retain();
  let output = '';
  try {
    for (let text = yield* read(pipe.reader); text !== ''; text = yield* read(pipe.reader))
      output = (output + text).slice(-1_000_000);
  } finally {
    pipe.reader.release();
  }
  yield* call(exitCall(child));
  return { output, code: codeOf(child) };
}

export const env: Program = function* (process) {
  let args = process.argv.slice(1);
  const values = new Map(process.env);
  for (;;) {
    const [first] = args;
    if (first === '-i' || first === '-' || first === '--ignore-environment') values.clear();
    else if (first === '-u') {
      values.delete(args[1] ?? '');
      args = args.slice(1);
    } else if (first !== undefined && /^[^=]+=/.test(first))
      values.set(first.slice(0, first.indexOf('=')), first.slice(first.indexOf('=') + 1));
    else break;
    args = args.slice(1);
  }
  if (args.length === 0) {
    yield* write(process.stdout, [...values].map(([name, value]) => `${name}=${value}\n`).join(''));
    return 0;
  }
  const path = findInPath(process, args[0] ?? '', values.get('PATH') ?? DEFAULT_PATH);
  if (
    path === undefined ||
    !process.namespace.files.exists(path.startsWith('/') ? path : `${process.cwd}/${path}`)
  )
    return yield* fail(process, `‘${args[0] ?? ''}’: No such file or directory`, 127);
  return yield* runProgram(process, args, { env: values });
};

export const printenv: Program = function* (process) {
  const names = process.argv.slice(1);
  const rows =
    names.length === 0
      ? [...process.env].map(([name, value]) => `${name}=${value}`)
      : names.map((name) => process.env.get(name)).filter((value) => value !== undefined);
  yield* write(process.stdout, rows.map((row) => `${row}\n`).join(''));
  return rows.length < names.length ? 1 : 0;
};

export const nohup: Program = function* (process) {
  const argv = process.argv.slice(1);
  if (argv.length === 0)
    return yield* fail(process, "missing operand\nTry 'nohup --help' for more information.", 125);
  process.trap('SIGHUP', 'ignore');
  if (process.stdout.terminal) {
    yield* write(process.stderr, "nohup: ignoring input and appending output to 'nohup.out'\n");
    process.stdout = openToWrite(process, 'nohup.out', true);
    if (process.stderr.terminal) process.stderr = process.stdout;
  }
  return yield* runProgram(process, argv);
};

export const time: Program = function* (process) {
  const beganAtMs = process.kernel.world.nowMs;
  const argv = process.argv.slice(1).filter((arg, i) => !(i === 0 && arg === '-p'));
  const code = yield* runProgram(process, argv);
  yield* write(
    process.stderr,
    `real ${((process.kernel.world.nowMs - beganAtMs) / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`,
  );
  return code;
};

export const nice: Program = function* (process) {
  const args = process.argv.slice(1);
  return yield* runProgram(
    process,
    args[0] === '-n' ? args.slice(2) : args[0]?.startsWith('-') ? args.slice(1) : args,
  );
};

export const setsid: Program = function* (process) {
  return yield* runProgram(process, process.argv.slice(1), { leadsGroup: true });
};

/** `which`. */
export const which: Program = function* (process) {
  const path = process.env.get('PATH') ?? DEFAULT_PATH;
  let status = 0;
  for (const name of process.argv.slice(1).filter((arg) => !arg.startsWith('-'))) {
    const all = name.includes('/')
      ? [name].filter((one) => isExecutable(process, one))
      : findAllInPath(process, name, path);
    if (all.length === 0) status = 1;
    yield* write(
      process.stdout,
      (process.argv.includes('-a') ? all : all.slice(0, 1)).map((one) => `${one}\n`).join(''),
    );
  }
  return status;
};

/** `sudo`: for members of the group sudo, without a password. */
export const sudo: Program = function* (process) {
  let args = process.argv.slice(1);
  const { files } = process.namespace;
  let target = 'root';
  let isLogin = false;
  let isShell = false;
  for (;;) {
    const [first = ''] = args;
    if (first === '-u' || first === '-g') {
      if (first === '-u') target = args[1] ?? 'root';
      args = args.slice(2);
    } else if (first === '-i') {
      isLogin = true;
      args = args.slice(1);
    } else if (first === '-s') {
      isShell = true;
      args = args.slice(1);
    } else if (
      /^-[EHnSkvbA]+$/.test(first) ||
      first === '--' ||
      first.startsWith('--preserve-env')
    ) {
      args = args.slice(1);
      if (first === '-v' || first === '-k') return 0;
    } else break;
  }
  const { user } = process;
  if (user.uid !== 0 && !user.groups?.includes('sudo') && !user.groups?.includes('wheel')) {
    yield* write(process.stderr, `${user.name} is not in the sudoers file.\n`);
    return 1;
  }
  const other = lookupUser(files, target);
  if (!other)
    return yield* fail(
      process,
      `unknown user ${target}\nsudo: error initializing audit plugin sudoers_audit`,
    );
  const env = new Map(process.env);
  for (const [name, value] of [
    ['USER', other.name],
    ['LOGNAME', other.name],
    ['HOME', other.home],
    ['SUDO_USER', user.name],
    ['SUDO_UID', String(user.uid)],
    ['SUDO_GID', String(user.gid)],
  ] as const)
    env.set(name, value);
  env.set('PATH', env.get('PATH')?.includes('sbin') ? (env.get('PATH') as string) : DEFAULT_PATH);
  if (args.length > 0 && /^[^=/]+=/.test(args[0] ?? '')) {
    const [assignment = ''] = args;
    env.set(
      assignment.slice(0, assignment.indexOf('=')),
      assignment.slice(assignment.indexOf('=') + 1),
    );
    args = args.slice(1);
  }
  if (args.length === 0 && !isLogin && !isShell) {
    yield* write(
      process.stderr,
      'usage: sudo -h | -K | -k | -V\nusage: sudo [-ABbEHknPS] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n',
    );
    return 1;
  }
  if (args.length === 0) return yield* asUser(process, other, env, isLogin);
  const path = findInPath(
    { ...pick(process), user: other },
    args[0] ?? '',
    env.get('PATH') ?? DEFAULT_PATH,
  );
  if (path === undefined) return yield* fail(process, `${args[0] ?? ''}: command not found`);
  return yield* runProgram(process, args, { env, user: other });
};

function pick({ namespace, cwd }: Process): Pick<Process, 'namespace' | 'cwd'> {
  return { namespace, cwd };
}

/** A shell of another user. */
function* asUser(
  process: Process,
  user: NonNullable<ReturnType<typeof lookupUser>>,
  env: ReadonlyMap<string, string>,
  isLogin: boolean,
): Sys<number> {
  const shell = user.shell.includes('nologin') ? '/bin/sh' : user.shell;
  const found = loadExecutable(process, shell, [
    isLogin ? `-${shell.replace(/.*\//, '')}` : shell.replace(/.*\//, ''),
  ]);
  const home = process.namespace.files.lookup(user.home)?.type === 'directory' ? user.home : '/';
  const child = process.kernel.spawn({
    program: found.program,
    argv: found.argv,
    namespace: process.namespace,
    env,
    cwd: isLogin ? home : process.cwd,
    user,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    parent: process,
  });
  yield* call(exitCall(child));
  if (process.terminal) process.terminal.foreground = process.group;
  return codeOf(child);
}

export const su: Program = function* (process) {
  const args = process.argv.slice(1);
  const isLogin = args.includes('-') || args.includes('-l');
  const command = args[args.indexOf('-c') + 1];
  const name = args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-c') ?? 'root';
  const user = lookupUser(process.namespace.files, name);
  if (!user)
    return yield* fail(
      process,
      `user ${name} does not exist or the user entry does not contain all the required fields`,
    );
  if (process.user.uid !== 0) {
    if (process.terminal) {
      const { mode } = process.terminal;
      process.terminal.setMode({ ...mode, echo: false });
      yield* write(process.stderr, 'Password: ');
      yield* read(process.stdin);
      process.terminal.setMode(mode);
      yield* write(process.stderr, '\n');
    }
    // No account of the lab has a password: every answer is wrong.
    return yield* fail(process, 'Authentication failure');
  }
  const env = new Map(process.env);
  for (const [key, value] of [
    ['HOME', user.home],
    ['USER', user.name],
    ['LOGNAME', user.name],
    ['SHELL', user.shell],
  ] as const)
    env.set(key, value);
  if (args.includes('-c') && command !== undefined)
    return yield* runProgram(process, ['sh', '-c', command], { env, user });
  return yield* asUser(process, user, env, isLogin);
};
