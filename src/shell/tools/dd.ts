import { openToWrite } from '../run/streams.ts';
import { burn, grow, normalize, read, SystemError, utf8Length, write } from '../sys.ts';
import type { Content, Node, Process, Program, Sys } from '../sys.ts';
import { parseSize } from './files.ts';
import { openInput, reason } from './input.ts';
import { fail } from './options.ts';

/** `dd`: reads and writes at the disk's speed, or at what the container is allowed. */

const OPERANDS = /^(?:if|of|bs|ibs|obs|count|oflag|iflag|conv|status|skip|seek)=/;

/** Bytes that a core copies from memory to memory in a millisecond. */
const COPY_BYTES_PER_MS = 10_000_000;
/** What a pipe gets at a time. */
const PIECE = 65_536;

interface Job {
  readonly size: number;
  /** Blocks at most; absent: to the end. */
  readonly count: number | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly node: Node | undefined;
  readonly isDirect: boolean;
  readonly isQuiet: boolean;
}

export const dd: Program = function* (process) {
  const job = yield* parse(process);
  if (typeof job === 'number') return job;
  const beganAtMs = process.kernel.world.nowMs;
  // The buffer is memory like any other: `bs=1G` needs a gigabyte.
  if (job.size > PIECE) yield* grow(job.size);
  const say = (bytes: number, status: number): Sys<number> =>
    finish(process, job, { bytes, status, beganAtMs });
  try {
    if (job.node?.type === 'device' && job.from !== '/dev/null')
      return yield* fromDevice(process, job, say);
    const content: Content =
      job.node?.type === 'file'
        ? job.node.content
        : job.from === undefined
          ? yield* readAllOf(process)
          : '';
    const there = typeof content === 'string' ? utf8Length(content) : content.bytes;
    const bytes = Math.min(there, (job.count ?? Number.MAX_SAFE_INTEGER) * job.size);
    yield* transfer(process, job, bytes);
    yield* put(process, job, bytes === there ? content : cut(content, bytes));
    return yield* say(bytes, 0);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* fail(
      process,
      error.code === 'ENOSPC'
        ? `error writing '${job.to ?? 'standard output'}': ${error.text}`
        : `failed to open '${job.to ?? ''}': ${reason(error)}`,
    );
  }
};

function* parse(process: Process): Sys<Job | number> {
  const words = process.argv.slice(1);
  const values = new Map(
    words.map(
      (word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const,
    ),
  );
  const bad = words.find((word) => !OPERANDS.test(word));
  if (bad !== undefined)
    return yield* fail(
      process,
      `unrecognized operand ‘${bad}’\nTry 'dd --help' for more information.`,
    );
  const size = parseSize((values.get('bs') ?? '512').replace(/c$/, ''));
  if (size === undefined || size === 0)
    return yield* fail(process, `invalid number: ‘${values.get('bs') ?? ''}’`);
  const from = values.get('if');
  const node =
    from === undefined ? undefined : process.namespace.files.lookup(normalize(from, process.cwd));
  if (from !== undefined && !node)
    return yield* fail(process, `failed to open '${from}': No such file or directory`);
  if (node?.type === 'directory')
    return yield* fail(process, `error reading '${from ?? ''}': Is a directory`);
  return {
    ...{ size, from, node, to: values.get('of') },
    count: values.has('count') ? Number(values.get('count')) : undefined,
    isDirect:
      /direct/.test(`${values.get('oflag') ?? ''}${values.get('iflag') ?? ''}`) ||
      /sync/.test(values.get('conv') ?? ''),
    isQuiet: values.get('status') === 'none',
  };
}

/** Zeros without an end: into a file up to `count` or until the disk is full, into a pipe until nobody reads. */
function* fromDevice(
  process: Process,
  job: Job,
  say: (bytes: number, status: number) => Sys<number>,
): Sys<number> {
  const { files } = process.namespace;
  const wanted = job.count === undefined ? Number.MAX_SAFE_INTEGER : job.count * job.size;
  if (job.to === undefined) return yield* say(yield* pour(process, wanted), 0);
  if (job.to.startsWith('/dev/')) return yield* say(yield* copy(process, wanted), 0);
  const target = normalize(job.to, process.cwd);
  yield* put(process, job, '');
  const { freeBytes } = (files.mountOf(target)?.tree ?? files.rootTree).quota;
  const bytes = Math.min(wanted, freeBytes);
  yield* transfer(process, job, bytes);
  yield* put(process, job, { bytes });
  if (bytes === wanted) return yield* say(bytes, 0);
  yield* fail(process, `error writing '${job.to}': No space left on device`);
  return yield* say(bytes, 1);
}

function* pour(process: Process, wanted: number): Sys<number> {
  let bytes = 0;
  for (; bytes < wanted; bytes += PIECE)
    yield* write(process.stdout, '\0'.repeat(Math.min(PIECE, wanted - bytes)));
  return Math.min(bytes, wanted);
}

/** From memory to memory: nothing but a core's time. Ctrl-C ends it, and it says how far it came. */
function* copy(process: Process, wanted: number): Sys<number> {
  const untilMs = process.cpuMs + Math.ceil(wanted / COPY_BYTES_PER_MS);
  const beganMs = process.cpuMs;
  let isEnding = false;
  process.trap('SIGINT', () => {
    isEnding = true;
    return 'interrupt';
  });
  try {
    while (process.cpuMs < untilMs && !isEnding)
      yield* burn(process, process.kernel.world.nowMs + Math.min(untilMs - process.cpuMs, 1e12));
  } catch (error) {
    if (!(error instanceof SystemError) || !isEnding) throw error;
  }
  return Math.min(wanted, (process.cpuMs - beganMs) * COPY_BYTES_PER_MS);
}

function* transfer(process: Process, { node, to, size, isDirect }: Job, bytes: number): Sys<void> {
  const reads = node?.type === 'file';
  const writes = to !== undefined && !to.startsWith('/dev/');
  if (reads || writes)
    yield* process.kernel.disks.transfer(process, { bytes, size, reads, writes, isDirect });
}

/** The file as a whole; standard output when there is none. */
function* put(process: Process, { to }: Job, content: Content): Sys<void> {
  const { files } = process.namespace;
  if (to === undefined)
    return yield* write(process.stdout, typeof content === 'string' ? content : '');
  openToWrite(process, to, false);
  const target = normalize(to, process.cwd);
  if (files.lookup(target)?.type === 'file') files.writeFile(target, content);
}

function cut(content: Content, bytes: number): Content {
  return typeof content === 'string' ? content.slice(0, bytes) : { bytes };
}

function* readAllOf(process: Process): Sys<string> {
  let text = '';
  const input = openInput(process, '-');
  for (let piece = yield* read(input); piece !== ''; piece = yield* read(input)) text += piece;
  return text;
}

function* finish(
  process: Process,
  { size, isQuiet }: Job,
  end: { readonly bytes: number; readonly status: number; readonly beganAtMs: number },
): Sys<number> {
  const ms = Math.max(1, process.kernel.world.nowMs - end.beganAtMs);
  if (!isQuiet) yield* write(process.stderr, report(end.bytes, size, ms, process));
  return end.status;
}

function report(bytes: number, size: number, ms: number, process: Process): string {
  const full = Math.floor(bytes / size);
  const partial = bytes % size > 0 ? 1 : 0;
  const isOld = /14\.04/.test(
    process.namespace.files.lookup('/etc/os-release')?.type === 'file'
      ? process.namespace.files.readFile('/etc/os-release')
      : '',
  );
  const decimal = amount(bytes, 1000, ['kB', 'MB', 'GB']);
  const binary = amount(bytes, 1024, ['KiB', 'MiB', 'GiB']);
  const sizes =
    bytes < 1000 || isOld ? (bytes < 1000 ? '' : ` (${decimal})`) : ` (${decimal}, ${binary})`;
  const seconds = ms / 1000;
  const time = seconds >= 100 ? seconds.toFixed(0) : seconds.toPrecision(6).replace(/\.?0+$/, '');
  return `${full}+${partial} records in\n${full}+${partial} records out\n${bytes} bytes${sizes} copied, ${time} s, ${amount(Math.round(bytes / seconds), 1000, ['kB', 'MB', 'GB'])}/s\n`;
}

function amount(bytes: number, base: number, units: readonly string[]): string {
  let value = bytes;
  let unit = -1;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return unit < 0
    ? `${bytes} B`
    : `${value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
