import { device, executable, nullOutput } from './sys.ts';
import type { FileSystem, Machine } from './sys.ts';
import { PROGRAMS } from './exec.ts';
import { toolNames } from './tools/toolnames.ts';
import { KERNEL_RELEASE, KERNEL_VERSION } from './tools/system.ts';

export interface InstallOptions {
  readonly hostname: string;
  /** `name:uid:gid:home:shell` of the users beside root. */
  readonly users?: readonly {
    readonly name: string;
    readonly uid: number;
    readonly home: string;
    readonly groups?: readonly string[];
  }[];
  /** For `/proc`; a container's namespaces get their own. */
  readonly machine?: Machine;
}

/** Where a program's file lies when it is not `/usr/bin`. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  bash: ['/bin/bash'],
  dash: ['/bin/dash'],
  sh: ['/bin/sh'],
  ip: ['/usr/sbin/ip', '/sbin/ip'],
  ifconfig: ['/usr/sbin/ifconfig', '/sbin/ifconfig'],
  route: ['/usr/sbin/route'],
  cat: ['/bin/cat'],
  ls: ['/bin/ls'],
  echo: ['/bin/echo'],
  sleep: ['/bin/sleep'],
  ps: ['/bin/ps'],
  mount: ['/bin/mount'],
  df: ['/bin/df'],
  ping: ['/bin/ping'],
  true: ['/bin/true'],
  false: ['/bin/false'],
  kill: ['/bin/kill'],
  sed: ['/bin/sed'],
  rm: ['/bin/rm'],
  cp: ['/bin/cp'],
  mv: ['/bin/mv'],
  mkdir: ['/bin/mkdir'],
  rmdir: ['/bin/rmdir'],
  ln: ['/bin/ln'],
  chmod: ['/bin/chmod'],
  chown: ['/bin/chown'],
  touch: ['/bin/touch'],
  date: ['/bin/date'],
  hostname: ['/bin/hostname'],
  apt: ['/usr/bin/apt', '/usr/bin/apt-get'],
  editor: ['/usr/bin/vi', '/usr/bin/vim', '/usr/bin/nano'],
  test: ['/usr/bin/test', '/usr/bin/['],
  awk: ['/usr/bin/awk', '/usr/bin/mawk'],
  grep: ['/bin/grep', '/bin/egrep', '/bin/fgrep'],
  pgrep: ['/usr/bin/pgrep'],
  pwd: ['/bin/pwd'],
};

/** Programs that a fresh machine has not: they come by `apt`. */
const NOT_INSTALLED: ReadonlySet<string> = new Set([
  'apk',
  'ash',
  'busybox',
  'unsupported',
  'htop',
  'wget-busybox',
  'nslookup-busybox',
  'ping-busybox',
  'ip-busybox',
]);

/** Gives a file system what a small Ubuntu has: tools, users, names, `/proc`. */
export function installTools(files: FileSystem, options: InstallOptions): void {
  for (const folder of [
    '/bin',
    '/sbin',
    '/usr/bin',
    '/usr/sbin',
    '/usr/local/bin',
    '/etc',
    '/proc',
    '/root',
    '/tmp',
    '/var/log',
    '/dev',
  ])
    files.mkdir(folder, { parents: true });
  for (const name of toolNames) {
    if (NOT_INSTALLED.has(name)) continue;
    for (const path of PLACES[name] ?? [`/usr/bin/${name}`])
      if (!files.exists(path)) files.putNode(path, executable(name, 30_000 + name.length * 1_237));
  }
  installEtc(files, options);
  if (options.machine) installProc(files, options.machine);
}

function installEtc(files: FileSystem, { hostname, users = [] }: InstallOptions): void {
  const groups = new Map<string, { readonly gid: number; readonly members: string[] }>([
    ['root', { gid: 0, members: [] }],
    ['daemon', { gid: 1, members: [] }],
    ['adm', { gid: 4, members: [] }],
    ['sudo', { gid: 27, members: [] }],
    ['www-data', { gid: 33, members: [] }],
    ['docker', { gid: 999, members: [] }],
    ['nogroup', { gid: 65_534, members: [] }],
  ]);
  for (const { name, uid, groups: own = [] } of users) {
    groups.set(name, { gid: uid, members: [] });
    for (const group of own) groups.get(group)?.members.push(name);
  }
  const passwd = [
    'root:x:0:0:root:/root:/bin/bash',
    'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
    'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  ];
  for (const { name, uid, home } of users) {
    passwd.push(`${name}:x:${uid}:${uid}:${name}:${home}:/bin/bash`);
    files.mkdir(home, { parents: true });
    files.setAttributes(home, { uid, gid: uid, mode: 0o755 });
  }
  put(files, '/etc/passwd', `${passwd.join('\n')}\n`);
  put(
    files,
    '/etc/group',
    [...groups]
      .map(([name, { gid, members }]) => `${name}:x:${gid}:${members.join(',')}\n`)
      .join(''),
  );
  put(files, '/etc/hostname', `${hostname}\n`);
  put(
    files,
    '/etc/hosts',
    `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n\n::1\tip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n`,
  );
  put(files, '/etc/resolv.conf', 'nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n');
  put(files, '/etc/nsswitch.conf', 'hosts: files dns\n');
  put(files, '/etc/shells', '/bin/sh\n/bin/bash\n');
  put(files, '/etc/timezone', 'Etc/UTC\n');
  put(
    files,
    '/etc/os-release',
    'PRETTY_NAME="Ubuntu 24.04.2 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.2 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nHOME_URL="https://www.ubuntu.com/"\nUBUNTU_CODENAME=noble\n',
  );
}

function put(files: FileSystem, path: string, text: string): void {
  if (!files.exists(path)) files.writeFile(path, text);
}

/** `/proc` as far as people look into it: made when it is read. */
export function installProc(files: FileSystem, machine: Machine): void {
  const { world } = machine;
  const { extra } = machine.namespace;
  if (!extra.has(PROGRAMS)) extra.set(PROGRAMS, machine.programs);
  extra.set('diskBytes', machine.diskBytes);
  const made = (path: string, read: () => string): void => {
    if (!files.exists(path)) files.putNode(path, device(read, undefined, 0o444));
  };
  files.mkdir('/proc', { parents: true });
  made('/proc/cpuinfo', () =>
    Array.from({ length: machine.cpus }, (_, cpu) => cpuText(cpu, machine.cpus)).join(''),
  );
  made('/proc/meminfo', () => memoryText(machine));
  made('/proc/mounts', () => mountsText(files));
  made(
    '/proc/uptime',
    () =>
      `${((world.nowMs - machine.bootedAtMs) / 1000).toFixed(2)} ${(((world.nowMs - machine.bootedAtMs) * machine.cpus) / 1000).toFixed(2)}\n`,
  );
  made(
    '/proc/loadavg',
    () =>
      `0.00 0.01 0.00 1/${machine.kernel.processes().length + 90} ${machine.kernel.processes().at(-1)?.pid ?? 1}\n`,
  );
  made(
    '/proc/version',
    () =>
      `Linux version ${KERNEL_RELEASE} (buildd@lcy02-amd64) (x86_64-linux-gnu-gcc-13) ${KERNEL_VERSION}\n`,
  );
  made('/proc/filesystems', () => 'nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n');
  if (!files.exists('/dev/urandom')) {
    const random = (): string =>
      Array.from({ length: 256 }, () =>
        String.fromCharCode(world.random('dev/urandom').below(256)),
      ).join('');
    files.putNode(
      '/dev/urandom',
      device(random, () => nullOutput),
    );
    files.putNode(
      '/dev/random',
      device(random, () => nullOutput),
    );
  }
}

function cpuText(cpu: number, cpus: number): string {
  return `processor\t: ${cpu}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\nmodel name\t: Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz\nstepping\t: 10\ncpu MHz\t\t: 1800.000\ncache size\t: 6144 KB\nphysical id\t: 0\nsiblings\t: ${cpus}\ncore id\t\t: ${cpu}\ncpu cores\t: ${cpus}\nbogomips\t: 3600.00\n\n`;
}

/** Memory of a machine, in KiB, as `free` and `/proc/meminfo` show it. */
export function memoryOf(machine: Machine): {
  readonly total: number;
  readonly used: number;
  readonly free: number;
  readonly cached: number;
} {
  const total = Math.floor(machine.memoryBytes / 1024);
  const processes = machine.kernel
    .processes()
    .reduce((sum, process) => sum + process.memoryBytes, 0);
  const used = Math.min(total, Math.floor(processes / 1024) + 220_000);
  const cached = Math.min(total - used, Math.floor(total * 0.35));
  return { total, used, free: total - used - cached, cached };
}

function memoryText(machine: Machine): string {
  const { total, used, free, cached } = memoryOf(machine);
  const rows: readonly (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', total - used],
    ['Buffers', Math.floor(cached / 20)],
    ['Cached', cached - Math.floor(cached / 20)],
    ['SwapCached', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
  ];
  return rows
    .map(([name, kib]) => `${`${name}:`.padEnd(16)}${String(kib).padStart(8)} kB\n`)
    .join('');
}

/** The lines of `/proc/mounts`. */
export function mountsText(files: FileSystem): string {
  const container = files.mounts.some(({ target }) => target === '/');
  const root = container ? '' : '/dev/sda1 / ext4 rw,relatime 0 0\n';
  return (
    root +
    files.mounts
      .map(
        ({ device: from, target, type, isReadOnly }) =>
          `${from} ${target} ${type} ${isReadOnly ? 'ro' : 'rw'},relatime 0 0\n`,
      )
      .join('')
  );
}
