import { bytesBelow, contentBytes, normalize, parseRFC3339, sleep, write } from '../sys.ts';
import type { Mount, Node, Process, Program, Sys } from '../sys.ts';
import { strftime } from '../builtins/printf.ts';
import { visibleProcesses } from '../builtins/jobs.ts';
import { human, sizeOf } from './ls.ts';
import { fail, isBusybox as isBusyboxThere, withOptions, type Options } from './options.ts';

/** What a machine is and has: `date`, `uname`, `free`, `df`, `du`, `mount`, `lsblk`, `uptime`. */

export const KERNEL_RELEASE = '6.8.0-51-generic';
export const KERNEL_VERSION = '#52-Ubuntu SMP PREEMPT_DYNAMIC Thu Dec  5 13:09:44 UTC 2024';

interface MemoryFigures {
  readonly cpus: number;
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly cachedBytes: number;
}

/** The machine's memory as any of its processes sees it (a container sees all of it, too). */
export function memoryFigures(process: Process): MemoryFigures {
  const { namespace } = process;
  const info =
    namespace.files.lookup('/proc/meminfo')?.type === 'device'
      ? namespace.files.readFile('/proc/meminfo')
      : '';
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const totalBytes = (kib('MemTotal') || 4_194_304) * 1024;
  const freeBytes = Math.min(totalBytes, (kib('MemFree') || 3_000_000) * 1024);
  const cachedBytes = (kib('Cached') + kib('Buffers')) * 1024;
  const cpuinfo =
    namespace.files.lookup('/proc/cpuinfo')?.type === 'device'
      ? namespace.files.readFile('/proc/cpuinfo')
      : '';
  const cpus =
    (namespace.extra.get('cpus') as number | undefined) ??
    Math.max(1, cpuinfo.match(/^processor/gm)?.length ?? 1);
  return {
    cpus,
    totalBytes,
    usedBytes: Math.max(0, totalBytes - freeBytes - cachedBytes),
    freeBytes,
    cachedBytes,
  };
}

export const free: Program = (process) =>
  withOptions(
    process,
    'b:bytes k:kibi m:mebi g:giga h:human t:total s= w:wide',
    function* (options) {
      const { totalBytes, usedBytes, freeBytes, cachedBytes } = memoryFigures(process);
      const unit = options.has('b')
        ? 1
        : options.has('m')
          ? 1_048_576
          : options.has('g')
            ? 1_073_741_824
            : 1024;
      const show = (bytes: number): string =>
        options.has('h')
          ? bytes === 0
            ? '0B'
            : `${human(bytes)}i`
          : String(Math.floor(bytes / unit));
      const row = (name: string, values: readonly number[]): string =>
        `${name.padEnd(7)}${values
          .map((value) => show(value).padStart(13 - (name === '' ? 1 : 0)))
          .join('')
          .slice(0)}\n`;
      yield* write(
        process.stdout,
        `               total        used        free      shared  buff/cache   available\n${row('Mem:', [totalBytes, usedBytes, freeBytes, 1_048_576, cachedBytes, totalBytes - usedBytes]).replace(/^(Mem: {3})/, 'Mem:   ')}${row('Swap:', [0, 0, 0])}`,
      );
      return 0;
    },
  );

export const date: Program = (process) =>
  withOptions(
    process,
    'u:utc d:date= R:rfc-email I:iso-8601? s:set= :rfc-3339= r:reference= D=',
    function* (options) {
      const { world } = process.kernel;
      const text = options.get('d');
      const unixMs = text === undefined ? world.unixMs : parseDate(text, world.unixMs);
      if (unixMs === undefined) return yield* fail(process, `invalid date ‘${text ?? ''}’`);
      if (options.has('s')) return yield* fail(process, `cannot set date: Operation not permitted`);
      const [operand] = options.operands;
      if (operand !== undefined && !operand.startsWith('+'))
        return yield* fail(process, `invalid date ‘${operand}’`);
      const template =
        operand?.slice(1) ??
        (options.has('R')
          ? '%a, %d %b %Y %H:%M:%S %z'
          : options.has('I')
            ? (options.get('I') ?? '').startsWith('s')
              ? '%Y-%m-%dT%H:%M:%S+00:00'
              : '%Y-%m-%d'
            : options.has('rfc-3339')
              ? '%Y-%m-%d %H:%M:%S+00:00'
              : '%a %b %e %H:%M:%S %Z %Y');
      yield* write(process.stdout, `${strftime(template, unixMs)}\n`);
      return 0;
    },
  );

/** What `date -d` understands: dates, `@seconds`, `now`, `yesterday`, `2 days ago`. */
function parseDate(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim();
  if (/^@-?\d+$/.test(trimmed)) return Number(trimmed.slice(1)) * 1000;
  const day = 86_400_000;
  const midnight = nowMs - (((nowMs % day) + day) % day);
  if (trimmed === '' || trimmed === 'today' || trimmed === 'now')
    return trimmed === '' ? midnight : nowMs;
  if (trimmed === 'yesterday') return nowMs - day;
  if (trimmed === 'tomorrow') return nowMs + day;
  const relative = /^([-+]?\d+)\s*(second|sec|minute|min|hour|day|week)s?(\s+ago)?$/.exec(trimmed);
  if (relative) {
    const unit = {
      second: 1000,
      sec: 1000,
      minute: 60_000,
      min: 60_000,
      hour: 3_600_000,
      day,
      week: 7 * day,
    }[relative[2] as 'day'];
    return nowMs + Number(relative[1]) * unit * (relative[3] === undefined ? 1 : -1);
  }
  return parseRFC3339(trimmed);
}

export const uname: Program = (process) =>
  withOptions(
    process,
    'a:all s:kernel-name n:nodename r:kernel-release v:kernel-version m:machine p:processor i:hardware-platform o:operating-system',
    function* (options) {
      const fields: readonly (readonly [string, string])[] = [
        ['s', 'Linux'],
        ['n', process.namespace.hostname],
        ['r', KERNEL_RELEASE],
        ['v', KERNEL_VERSION],
        ['m', 'x86_64'],
        ['p', 'x86_64'],
        ['i', 'x86_64'],
        ['o', 'GNU/Linux'],
      ];
      const wanted = fields.filter(([letter]) => options.has('a') || options.has(letter));
      yield* write(
        process.stdout,
        `${(wanted.length > 0 ? wanted : fields.slice(0, 1)).map(([, value]) => value).join(' ')}\n`,
      );
      return 0;
    },
  );

export const arch: Program = function* (process) {
  yield* write(process.stdout, 'x86_64\n');
  return 0;
};

export const nproc: Program = function* (process) {
  yield* write(process.stdout, `${memoryFigures(process).cpus}\n`);
  return 0;
};

export const uptime: Program = (process) =>
  withOptions(process, 'p:pretty s:since', function* (options) {
    const { world } = process.kernel;
    const file = process.namespace.files.lookup('/proc/uptime')
      ? process.namespace.files.readFile('/proc/uptime')
      : '0';
    const ms = Math.floor(Number(file.split(' ')[0] ?? 0) * 1000);
    const minutes = Math.floor(ms / 60_000);
    if (options.has('p'))
      yield* write(
        process.stdout,
        `up ${minutes >= 60 ? `${Math.floor(minutes / 60)} hour${minutes >= 120 ? 's' : ''}, ` : ''}${minutes % 60} minute${minutes % 60 === 1 ? '' : 's'}\n`,
      );
    else if (options.has('s'))
      yield* write(process.stdout, `${strftime('%Y-%m-%d %H:%M:%S', world.unixMs - ms)}\n`);
    else {
      const hours = Math.floor(minutes / 60);
      const up =
        hours > 0
          ? `${String(hours % 24).padStart(2)}:${String(minutes % 60).padStart(2, '0')}`
          : `${minutes} min`;
      const days = Math.floor(hours / 24);
      yield* write(
        process.stdout,
        ` ${strftime('%H:%M:%S', world.unixMs)} up ${days > 0 ? `${days} day${days > 1 ? 's' : ''}, ` : ''}${up},  1 user,  load average: 0.00, 0.01, 0.00\n`,
      );
    }
    return 0;
  });

/** What `mount` and `df` list: the root file system and what hangs in it. */
interface Mounted {
  readonly device: string;
  readonly target: string;
  readonly type: string;
  readonly isReadOnly: boolean;
  readonly options?: string | undefined;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

const DISK_BYTES = 64 * 1024 * 1024 * 1024;

function mounted(process: Process): Mounted[] {
  const { files, id, extra } = process.namespace;
  const isContainer = id !== 'host';
  const total = (free: number, mount?: Mount): number =>
    mount && mount.type === 'tmpfs'
      ? (tmpfsSize(mount) ?? 64 * 1024 * 1024)
      : Math.max((extra.get('diskBytes') as number | undefined) ?? DISK_BYTES, free);
  const rootFree = files.rootTree.quota.freeBytes;
  const list: Mounted[] = [
    {
      device: isContainer ? 'overlay' : '/dev/sda1',
      target: '/',
      type: isContainer ? 'overlay' : 'ext4',
      isReadOnly: extra.get('readonly') === true,
      totalBytes: total(rootFree),
      freeBytes: rootFree,
    },
  ];
  if (!isContainer)
    list.push(virtual('proc', '/proc', 'proc'), virtual('sysfs', '/sys', 'sysfs'), {
      device: 'tmpfs',
      target: '/run',
      type: 'tmpfs',
      isReadOnly: false,
      totalBytes: 204_800 * 1024,
      freeBytes: 203_700 * 1024,
    });
  for (const mount of files.mounts) {
    const free = mount.tree.quota.freeBytes;
    const isVirtual = ['proc', 'sysfs', 'devpts', 'mqueue', 'cgroup2'].includes(mount.type);
    list.push({
      device: mount.device,
      target: mount.target,
      type: mount.type,
      isReadOnly: mount.isReadOnly,
      options: mount.options,
      totalBytes: isVirtual ? 0 : total(free, mount),
      freeBytes: isVirtual ? 0 : free,
    });
  }
  return list;
}

/** A tmpfs is as large as what is in it and what may still come. */
function tmpfsSize(mount: Mount): number | undefined {
  return mount.tree.quota.freeBytes + bytesBelow(mount.tree.root);
}

function virtual(device: string, target: string, type: string): Mounted {
  return { device, target, type, isReadOnly: false, totalBytes: 0, freeBytes: 0 };
}

export const mount: Program = (process) =>
  withOptions(process, 't:types= a l o=', function* (options) {
    if (options.operands.length > 0) {
      if (process.user.uid !== 0)
        return yield* fail(
          process,
          `${options.operands.at(-1) ?? ''}: must be superuser to use mount.`,
          32,
        );
      yield* write(process.stderr, '이 실습실에서는 지원하지 않습니다: mount로 새로 연결하기\n');
      return 32;
    }
    const types = options.get('t')?.split(',');
    const rows = mounted(process).filter(({ type }) => !types || types.includes(type));
    yield* write(
      process.stdout,
      rows
        .map(
          ({ device, target, type, isReadOnly, options: asked }) =>
            `${device} on ${target} type ${type} (${asked ?? flags(type, isReadOnly)})\n`,
        )
        .join(''),
    );
    return 0;
  });

function flags(type: string, isReadOnly: boolean): string {
  const access = isReadOnly ? 'ro' : 'rw';
  if (type === 'proc' || type === 'sysfs') return `${access},nosuid,nodev,noexec,relatime`;
  return type === 'tmpfs' ? `${access},nosuid,nodev,noexec,relatime` : `${access},relatime`;
}

/** GNU's `df`, or busybox's, whose columns are wider. */
export const df: Program = (process) => runDf(process, isBusyboxThere(process));

function runDf(process: Process, isBusybox: boolean): Sys<number> {
  return withOptions(
    process,
    'h:human-readable H:si a:all k m T:print-type i:inodes t:type= x= l :total P B= :output?',
    function* (options) {
      let rows = mounted(process);
      const { files } = process.namespace;
      let status = 0;
      if (options.operands.length > 0) {
        const chosen: Mounted[] = [];
        for (const name of options.operands) {
          const path = normalize(name, process.cwd);
          if (!files.exists(path)) {
            status = isBusybox
              ? yield* fail(process, `${name}: can't find mount point`)
              : yield* fail(process, `${name}: No such file or directory`);
            continue;
          }
          const target = files.mountOf(path)?.target ?? '/';
          chosen.push(...rows.filter((row) => row.target === target).slice(-1));
        }
        rows = chosen;
      } else if (!options.has('a')) rows = rows.filter(({ totalBytes }) => totalBytes > 0);
      if (options.has('t')) rows = rows.filter(({ type }) => type === options.get('t'));
      if (rows.length === 0 && status !== 0) return status;
      yield* write(process.stdout, table(rows, options, isBusybox));
      return status;
    },
  );
}

function table(rows: readonly Mounted[], options: Options, isBusybox: boolean): string {
  const isHuman = options.has('h') || options.has('H');
  const unit = options.has('m') ? 1_048_576 : 1024;
  const size = (bytes: number): string =>
    isHuman
      ? isBusybox
        ? busyboxHuman(bytes)
        : human(bytes, options.has('H') ? 1000 : 1024)
      : String(Math.floor(bytes / unit));
  const header = isHuman
    ? ['Size', 'Used', 'Avail']
    : [options.has('m') ? '1M-blocks' : '1K-blocks', 'Used', 'Available'];
  const cells = rows.map(({ device, target, type, totalBytes, freeBytes }) => {
    const used = Math.max(0, totalBytes - freeBytes);
    return {
      device,
      type,
      target,
      size: size(totalBytes),
      used: size(used),
      free: size(freeBytes),
      percent: totalBytes === 0 ? '-' : `${Math.ceil((used * 100) / totalBytes)}%`,
    };
  });
  if (isBusybox) {
    const head = isHuman
      ? 'Filesystem                Size      Used Available Use% Mounted on\n'
      : 'Filesystem           1K-blocks      Used Available Use% Mounted on\n';
    return (
      head +
      cells
        .map(
          (row) =>
            `${row.device.padEnd(20)} ${row.size.padStart(9)} ${row.used.padStart(9)} ${row.free.padStart(9)} ${row.percent.replace('-', '0%').padStart(4)} ${row.target}\n`,
        )
        .join('')
    );
  }
  const width = (
    title: string,
    key: 'device' | 'type' | 'size' | 'used' | 'free',
    least: number,
  ): number => Math.max(least, title.length, ...cells.map((row) => row[key].length));
  const [device, type, a, b, c] = [
    width('Filesystem', 'device', 14),
    width('Type', 'type', 4),
    width(header[0] as string, 'size', isHuman ? 5 : 8),
    width('Used', 'used', isHuman ? 5 : 8),
    width(header[2] as string, 'free', isHuman ? 5 : 8),
  ];
  const typed = (text: string): string => (options.has('T') ? ` ${text.padEnd(type)}` : '');
  const head = `${'Filesystem'.padEnd(device)}${typed('Type')} ${(header[0] as string).padStart(a)} ${'Used'.padStart(b)} ${(header[2] as string).padStart(c)} Use% Mounted on\n`;
  return (
    head +
    cells
      .map(
        (row) =>
          `${row.device.padEnd(device)}${typed(row.type)} ${row.size.padStart(a)} ${row.used.padStart(b)} ${row.free.padStart(c)} ${row.percent.padStart(4)} ${row.target}\n`,
      )
      .join('')
  );
}

function busyboxHuman(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)}${'KMGT'[unit] ?? ''}`;
}

export const du: Program = (process) =>
  withOptions(
    process,
    's:summarize h:human-readable a:all c:total d:max-depth= k m b:bytes x',
    function* (options) {
      const { files } = process.namespace;
      const show = (bytes: number): string =>
        options.has('h')
          ? human(bytes)
          : String(
              options.has('b') ? bytes : Math.ceil(bytes / (options.has('m') ? 1_048_576 : 1024)),
            );
      const depthMax = options.has('s') ? 0 : Number(options.get('d') ?? Number.MAX_SAFE_INTEGER);
      let out = '';
      let all = 0;
      const measure = (path: string, shown: string, depth: number): number => {
        const node = files.lookup(path, { nofollow: true });
        if (!node) return 0;
        let bytes = options.has('b')
          ? node.type === 'directory'
            ? 4096
            : sizeOf(node)
          : blocks(node);
        if (node.type === 'directory')
          for (const name of files.list(path))
            bytes += measure(
              `${path === '/' ? '' : path}/${name}`,
              `${shown.replace(/\/$/, '')}/${name}`,
              depth + 1,
            );
        if (depth <= depthMax && (node.type === 'directory' || options.has('a') || depth === 0))
          out += `${show(bytes)}\t${shown}\n`;
        return bytes;
      };
      let status = 0;
      for (const name of options.operands.length > 0 ? options.operands : ['.']) {
        const path = normalize(name, process.cwd);
        if (!files.lookup(path, { nofollow: true }))
          status = yield* fail(process, `cannot access '${name}': No such file or directory`);
        else all += measure(path, name, 0);
      }
      yield* write(process.stdout, out + (options.has('c') ? `${show(all)}\ttotal\n` : ''));
      return status;
    },
  );

function blocks(node: Node): number {
  return node.type === 'directory'
    ? 4096
    : node.type === 'file'
      ? Math.ceil(contentBytes(node.content) / 4096) * 4096
      : 0;
}

export const lsblk: Program = (process) =>
  withOptions(process, 'f:fs a:all b p d l n o= :output=', function* (options) {
    if (options.has('f'))
      yield* write(
        process.stdout,
        'NAME   FSTYPE FSVER LABEL UUID                                 FSAVAIL FSUSE% MOUNTPOINTS\nsda                                                                           \n└─sda1 ext4   1.0         8a6f3b0e-2b5c-4d6c-9f4e-1d2c3b4a5f60                \n',
      );
    else {
      const size =
        `${Math.round(((process.namespace.extra.get('diskBytes') as number | undefined) ?? DISK_BYTES) / 1_073_741_824)}G`.padStart(
          5,
        );
      yield* write(
        process.stdout,
        `NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\nsda      8:0    0 ${size}  0 disk \n└─sda1   8:1    0 ${size}  0 part /\n`,
      );
    }
    return 0;
  });

export const lscpu: Program = function* (process) {
  const { cpus } = memoryFigures(process);
  yield* write(
    process.stdout,
    `Architecture:            x86_64\n  CPU op-mode(s):        32-bit, 64-bit\nCPU(s):                  ${cpus}\n  On-line CPU(s) list:   ${cpus > 1 ? `0-${cpus - 1}` : '0'}\nVendor ID:               GenuineIntel\n`,
  );
  return 0;
};

export const lsof: Program = function* (process) {
  const rows = visibleProcesses(process).map(
    ({ pid, process: one }) =>
      `${(one.argv[0] ?? '').replace(/.*\//, '').slice(0, 9).padEnd(9)} ${String(pid).padStart(5)} ${one.user.name.padEnd(8)} cwd    DIR    8,1     4096      2 ${one.cwd}\n`,
  );
  yield* write(
    process.stdout,
    `COMMAND     PID USER      FD   TYPE DEVICE SIZE/OFF   NODE NAME\n${rows.join('')}`,
  );
  return 0;
};

export const sync: Program = function* () {
  yield* sleep(1);
  return 0;
};
