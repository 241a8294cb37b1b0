/**
 * stress: workers that burn CPU (`-c`) and memory (`-m`).
 *
 * Real:     stress 1.0.4 (Amos Waterland), src/stress.c.
 * Left out: `-i` and `-d` (disk): said so.
 */
import {
  burn,
  call,
  exitCall,
  race,
  sleep,
  sleepCall,
  write,
  type ExitStatus,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { ubuntu } from '../bases/debian.ts';
import { PATH_ENV, type Recipe } from '../image.ts';
import { ownPid } from '../net/pids.ts';

export const stressRecipe: Recipe = {
  repository: 'leecloudo/stress',
  tags: ['1.0'],
  built: '2019-06-24',
  base: ubuntu('16.04'),
  instructions: [
    { by: '/bin/sh -c apt-get update && apt-get install -y stress', bytes: 27_300_000 },
  ],
  config: { Env: [PATH_ENV], Cmd: ['/bin/bash'], Entrypoint: null, WorkingDir: '', Labels: null },
  build: (tree) => void tree.tools('/usr/bin', 'stress', 22_000),
};

interface Options {
  cpu: number;
  vm: number;
  vmBytes: number;
  /** Seconds that a memory worker sleeps before it frees; 0: for ever. */
  vmHang: number | undefined;
  timeoutMs: number;
  isQuiet: boolean;
}

const DEFAULT_BYTES = 256 * 1_048_576;
/** What a memory worker fills in a millisecond. */
const FILL_BYTES_PER_MS = 2_000_000;
const STEP_BYTES = 16 * 1_048_576;

const USAGE = `\`stress' imposes certain types of compute stress on your system

Usage: stress [OPTION [ARG]] ...
 -?, --help         show this help statement
     --version      show version statement
 -v, --verbose      be verbose
 -q, --quiet        be quiet
 -n, --dry-run      show what would have been done
 -t, --timeout N    timeout after N seconds
     --backoff N    wait factor of N microseconds before work starts
 -c, --cpu N        spawn N workers spinning on sqrt()
 -i, --io N         spawn N workers spinning on sync()
 -m, --vm N         spawn N workers spinning on malloc()/free()
     --vm-bytes B   malloc B bytes per vm worker (default is 256MB)
     --vm-stride B  touch a byte every B bytes (default is 4096)
     --vm-hang N    sleep N secs before free (default none, 0 is inf)
     --vm-keep      redirty memory instead of freeing and reallocating
 -d, --hdd N        spawn N workers spinning on write()/unlink()
     --hdd-bytes B  write B bytes per hdd worker (default is 1GB)

Example: stress --cpu 8 --io 4 --vm 2 --vm-bytes 128M --timeout 10s

Note: Numbers may be suffixed with s,m,h,d,y (time) or B,K,M,G (size).
`;

export const stress: Program = function* (process) {
  const options = parseArguments(process.argv.slice(1));
  const pid = ownPid(process);
  if (options === 'usage') {
    yield* write(process.stdout, USAGE);
    return 0;
  }
  if (typeof options === 'string') {
    yield* write(process.stderr, `stress: FAIL: [${pid}] (244) ${options}\n`);
    return 1;
  }
  const say = (text: string): Sys<void> =>
    write(process.stdout, options.isQuiet ? '' : `stress: info: [${pid}] ${text}\n`);
  yield* say(`dispatching hogs: ${options.cpu} cpu, 0 io, ${options.vm} vm, 0 hdd`);
  return yield* supervise(process, options, say);
};

function* supervise(
  process: Process,
  options: Options,
  say: (text: string) => Sys<void>,
): Sys<number> {
  const { kernel, namespace } = process;
  const begunMs = kernel.world.nowMs;
  const untilMs = options.timeoutMs > 0 ? begunMs + options.timeoutMs : Number.MAX_SAFE_INTEGER;
  const spawn = (program: Program): Process =>
    kernel.spawn({ program, argv: process.argv, namespace, parent: process });
  const workers = [
    ...Array.from({ length: options.cpu }, () =>
      spawn(function* (worker) {
        yield* burn(worker, untilMs);
        return 0;
      }),
    ),
    ...Array.from({ length: options.vm }, () => spawn((worker) => hoard(worker, options, untilMs))),
  ];
  const seconds = (): number => Math.round((kernel.world.nowMs - begunMs) / 1000);
  try {
    for (const worker of workers) {
      const status = yield* ended(worker, untilMs - kernel.world.nowMs);
      if (status === undefined) break;
      if (status.signal === undefined && status.code === 0) continue;
      const pid = ownPid(process);
      yield* write(
        process.stderr,
        `stress: FAIL: [${pid}] (415) <-- worker ${ownPid(worker)} got signal ${status.code - 128}\nstress: WARN: [${pid}] (417) now reaping child worker processes\nstress: FAIL: [${pid}] (451) failed run completed in ${seconds()}s\n`,
      );
      return 1;
    }
    yield* say(`successful run completed in ${seconds()}s`);
    return 0;
  } finally {
    for (const worker of workers) kernel.signal(worker, 'SIGKILL');
  }
}

/** A worker's end, or undefined when the time is over first. */
function* ended(worker: Process, leftMs: number): Sys<ExitStatus | undefined> {
  if (leftMs > 1e12) return yield* call(exitCall(worker));
  const first = yield* race({ exit: exitCall(worker), late: sleepCall(Math.max(0, leftMs) + 5) });
  return first.key === 'exit' ? first.value : undefined;
}

function* hoard(worker: Process, options: Options, untilMs: number): Sys<number> {
  const { world } = worker.kernel;
  while (world.nowMs < untilMs) {
    for (let done = 0; done < options.vmBytes; done += STEP_BYTES) {
      const step = Math.min(STEP_BYTES, options.vmBytes - done);
      worker.memoryBytes += step;
      if (worker.exit) return 137;
      yield* burn(
        worker,
        Math.min(untilMs, world.nowMs + Math.max(1, Math.ceil(step / FILL_BYTES_PER_MS))),
      );
    }
    if (options.vmHang === 0) yield* sleep(Math.min(untilMs - world.nowMs, 1e12));
    else if (options.vmHang !== undefined)
      yield* sleep(Math.min(untilMs - world.nowMs, options.vmHang * 1000));
    worker.memoryBytes = Math.max(1_500_000, worker.memoryBytes - options.vmBytes);
  }
  return 0;
}

/** 'usage', a complaint, or what to do. */
function parseArguments(argv: readonly string[]): Options | string {
  const options: Options = {
    cpu: 0,
    vm: 0,
    vmBytes: DEFAULT_BYTES,
    vmHang: undefined,
    timeoutMs: 0,
    isQuiet: false,
  };
  const words = argv.flatMap((word) =>
    /^--[\w-]+=/.test(word)
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : /^-[ctmid]\d/.test(word)
        ? [word.slice(0, 2), word.slice(2)]
        : [word],
  );
  if (words.length === 0) return 'usage';
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = (): string => words.shift() ?? '';
    if (word === '-?' || word === '--help') return 'usage';
    if (word === '-q' || word === '--quiet') options.isQuiet = true;
    else if (word === '-v' || word === '--verbose' || word === '--vm-keep') continue;
    else if (word === '--backoff' || word === '--vm-stride') value();
    else if (['-i', '--io', '-d', '--hdd', '--hdd-bytes', '-n', '--dry-run'].includes(word))
      return `이 실습실에서는 지원하지 않습니다: stress ${word}`;
    else {
      const text = value();
      const number =
        word === '-t' || word === '--timeout' || word === '--vm-hang'
          ? seconds(text)
          : word === '--vm-bytes'
            ? bytes(text)
            : /^\d+$/.test(text)
              ? Number(text)
              : undefined;
      if (
        !['-c', '--cpu', '-m', '--vm', '--vm-bytes', '--vm-hang', '-t', '--timeout'].includes(word)
      )
        return `unrecognized option: ${word}`;
      if (number === undefined) return `unrecognized option: ${text === '' ? word : text}`;
      if (word === '-c' || word === '--cpu') options.cpu = number;
      else if (word === '-m' || word === '--vm') options.vm = number;
      else if (word === '--vm-bytes') options.vmBytes = number;
      else if (word === '--vm-hang') options.vmHang = number;
      else options.timeoutMs = number * 1000;
    }
  }
  return options;
}

function seconds(text: string): number | undefined {
  const m = /^(\d+)([smhdy]?)$/.exec(text);
  return m
    ? Number(m[1]) * ({ s: 1, m: 60, h: 3_600, d: 86_400, y: 31_536_000 }[m[2] || 's'] ?? 1)
    : undefined;
}

function bytes(text: string): number | undefined {
  const m = /^(\d+)([BKMGbkmg]?)$/.exec(text);
  return m
    ? Number(m[1]) *
        ({ B: 1, K: 1_024, M: 1_048_576, G: 1_073_741_824 }[(m[2] || 'B').toUpperCase()] ?? 1)
    : undefined;
}
