import { sleep, write } from '../sys.ts';
import type { Process, Program, Sys } from '../sys.ts';
import { executable } from '../sys.ts';
import { programsOf } from '../exec.ts';
import { toolName } from './options.ts';

/** Packages that can be installed: their version, size and what they put into the file system. Hangs in `namespace.extra` under `PACKAGES`. */
export const PACKAGES = 'packages';

export interface Package {
  readonly version: string;
  readonly bytes: number;
  /** Paths of executables and the programs they name. */
  readonly executables: Readonly<Record<string, string>>;
}

export type PackageIndex = Readonly<Record<string, Package>>;

/** What Ubuntu's archive offers here: the packages whose programs the lab simulates. */
const KNOWN: PackageIndex = {
  bsdmainutils: { version: '12.1.8', bytes: 24_600, executables: {} },
  'ca-certificates': { version: '20240203', bytes: 159_000, executables: {} },
  curl: { version: '8.5.0-2ubuntu10.6', bytes: 227_000, executables: { '/usr/bin/curl': 'curl' } },
  dnsutils: {
    version: '1:9.18.30-0ubuntu0.24.04.2',
    bytes: 3_680,
    executables: { '/usr/bin/dig': 'dig', '/usr/bin/nslookup': 'nslookup' },
  },
  'bind9-dnsutils': {
    version: '1:9.18.30-0ubuntu0.24.04.2',
    bytes: 156_000,
    executables: { '/usr/bin/dig': 'dig', '/usr/bin/nslookup': 'nslookup' },
  },
  htop: { version: '3.3.0-4build1', bytes: 171_000, executables: { '/usr/bin/htop': 'htop' } },
  iproute2: {
    version: '6.1.0-1ubuntu6',
    bytes: 1_120_000,
    executables: { '/usr/sbin/ip': 'ip', '/usr/bin/ss': 'ss' },
  },
  'iputils-ping': {
    version: '3:20240117-1build1',
    bytes: 44_300,
    executables: { '/usr/bin/ping': 'ping' },
  },
  jq: { version: '1.7.1-3build1', bytes: 65_500, executables: { '/usr/bin/jq': 'jq' } },
  less: { version: '590-2ubuntu2.1', bytes: 142_000, executables: { '/usr/bin/less': 'less' } },
  nano: { version: '7.2-2ubuntu0.1', bytes: 282_000, executables: { '/usr/bin/nano': 'editor' } },
  'net-tools': {
    version: '2.10-0.1ubuntu4',
    bytes: 204_000,
    executables: {
      '/usr/sbin/ifconfig': 'ifconfig',
      '/usr/sbin/route': 'route',
      '/usr/bin/netstat': 'netstat',
    },
  },
  'netcat-openbsd': {
    version: '1.226-1ubuntu2',
    bytes: 44_100,
    executables: { '/usr/bin/nc': 'nc' },
  },
  procps: {
    version: '2:4.0.4-4ubuntu3.2',
    bytes: 708_000,
    executables: {
      '/usr/bin/ps': 'ps',
      '/usr/bin/top': 'top',
      '/usr/bin/free': 'free',
      '/usr/bin/watch': 'watch',
      '/usr/bin/uptime': 'uptime',
    },
  },
  'python3-pip': {
    version: '24.0+dfsg-1ubuntu1',
    bytes: 1_317_000,
    executables: { '/usr/bin/pip3': 'pip3' },
  },
  stress: { version: '1.0.7-1', bytes: 18_100, executables: { '/usr/bin/stress': 'stress' } },
  tcpdump: {
    version: '4.99.4-3ubuntu4',
    bytes: 479_000,
    executables: { '/usr/bin/tcpdump': 'tcpdump' },
  },
  traceroute: {
    version: '1:2.1.5-1',
    bytes: 56_600,
    executables: { '/usr/bin/traceroute': 'traceroute' },
  },
  tree: { version: '2.1.1-2ubuntu3', bytes: 47_100, executables: { '/usr/bin/tree': 'tree' } },
  vim: {
    version: '2:9.1.0016-1ubuntu7',
    bytes: 1_880_000,
    executables: { '/usr/bin/vim': 'editor', '/usr/bin/vi': 'editor' },
  },
  wget: { version: '1.21.4-1ubuntu4', bytes: 334_000, executables: { '/usr/bin/wget': 'wget' } },
};

/** Packages whose programs this lab has: no others are offered. */
function indexOf(process: Process): PackageIndex {
  const all = (process.namespace.extra.get(PACKAGES) as PackageIndex | undefined) ?? KNOWN;
  const programs = programsOf(process.namespace);
  return Object.fromEntries(
    Object.entries(all).filter(([, { executables }]) =>
      Object.values(executables).every((program) => programs.has(program)),
    ),
  );
}

/** `apt` and `apt-get`: update, install, remove and list over the packages that the lab knows. */
export const apt: Program = function* (process) {
  const args = process.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  const [verb, ...names] = args;
  const tool = toolName(process);
  if (verb === undefined || verb === 'help') {
    yield* write(process.stdout, `apt 2.7.14 (amd64)\nUsage: ${tool} [options] command\n`);
    return 0;
  }
  if (verb === 'list') return yield* list(process, process.argv.includes('--installed'));
  if (
    ![
      'update',
      'upgrade',
      'install',
      'remove',
      'purge',
      'autoremove',
      'clean',
      'dist-upgrade',
    ].includes(verb)
  ) {
    yield* write(process.stderr, `E: Invalid operation ${verb}\n`);
    return 100;
  }
  if (process.user.uid !== 0) {
    const lock = verb === 'update' ? '/var/lib/apt/lists/lock' : '/var/lib/dpkg/lock-frontend';
    yield* write(
      process.stderr,
      `E: Could not open lock file ${lock} - open (13: Permission denied)\nE: Unable to ${verb === 'update' ? 'lock directory /var/lib/apt/lists/' : `acquire the dpkg frontend lock (${lock}), are you root?`}\n`,
    );
    return 100;
  }
  if (tool === 'apt')
    yield* write(
      process.stderr,
      '\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n',
    );
  if (verb === 'update') return yield* update(process);
  if (verb === 'install') return yield* install(process, names);
  if (verb === 'remove' || verb === 'purge') return yield* remove(process, names);
  yield* write(
    process.stdout,
    verb === 'clean'
      ? ''
      : 'Reading package lists...\nBuilding dependency tree...\nReading state information...\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n',
  );
  return 0;
};

function* list(process: Process, onlyInstalled: boolean): Sys<number> {
  yield* write(process.stdout, 'Listing...\n');
  for (const [name, { version }] of Object.entries(indexOf(process))) {
    const is = isInstalled(process, name);
    if (is || !onlyInstalled)
      yield* write(process.stdout, `${name}/noble ${version} amd64${is ? ' [installed]' : ''}\n`);
  }
  return 0;
}

function* update(process: Process): Sys<number> {
  for (const [number, suite] of ['noble', 'noble-updates', 'noble-security'].entries()) {
    yield* sleep(250);
    yield* write(
      process.stdout,
      `Hit:${number + 1} http://archive.ubuntu.com/ubuntu ${suite} InRelease\n`,
    );
  }
  yield* write(process.stdout, 'Reading package lists...\n');
  return 0;
}

function isInstalled(process: Process, name: string): boolean {
  const paths = Object.keys(indexOf(process)[name]?.executables ?? {});
  return paths.length > 0 && paths.every((path) => process.namespace.files.exists(path));
}

function* install(process: Process, names: readonly string[]): Sys<number> {
  yield* write(
    process.stdout,
    'Reading package lists...\nBuilding dependency tree...\nReading state information...\n',
  );
  const index = indexOf(process);
  const missing = names.filter((name) => !(name in index));
  if (missing.length > 0) {
    for (const name of missing)
      yield* write(process.stderr, `E: Unable to locate package ${name}\n`);
    yield* write(
      process.stderr,
      `이 실습실에서는 지원하지 않습니다: ${missing.join(', ')} 패키지. 설치할 수 있는 것은 apt list로 볼 수 있어요.\n`,
    );
    return 100;
  }
  const fresh: string[] = [];
  for (const name of names)
    if (isInstalled(process, name))
      yield* write(
        process.stdout,
        `${name} is already the newest version (${index[name]?.version ?? ''}).\n`,
      );
    else fresh.push(name);
  if (fresh.length === 0) {
    yield* write(
      process.stdout,
      '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n',
    );
    return 0;
  }
  const bytes = fresh.reduce((sum, name) => sum + (index[name]?.bytes ?? 0), 0);
  yield* write(
    process.stdout,
    `The following NEW packages will be installed:\n  ${fresh.join(' ')}\n0 upgraded, ${fresh.length} newly installed, 0 to remove and 0 not upgraded.\nNeed to get ${Math.ceil(bytes / 1000)} kB of archives.\n`,
  );
  for (const [number, name] of fresh.entries()) {
    yield* sleep(300 + Math.floor((index[name]?.bytes ?? 0) / 2_000));
    yield* write(
      process.stdout,
      `Get:${number + 1} http://archive.ubuntu.com/ubuntu noble/main amd64 ${name} amd64 ${index[name]?.version ?? ''} [${Math.ceil((index[name]?.bytes ?? 0) / 1000)} kB]\n`,
    );
  }
  for (const name of fresh) {
    yield* sleep(200);
    yield* write(
      process.stdout,
      `Selecting previously unselected package ${name}.\nUnpacking ${name} (${index[name]?.version ?? ''}) ...\nSetting up ${name} (${index[name]?.version ?? ''}) ...\n`,
    );
    for (const [path, program] of Object.entries(index[name]?.executables ?? {}))
      if (!process.namespace.files.exists(path))
        process.namespace.files.putNode(path, executable(program));
  }
  return 0;
}

function* remove(process: Process, names: readonly string[]): Sys<number> {
  yield* write(
    process.stdout,
    'Reading package lists...\nBuilding dependency tree...\nReading state information...\n',
  );
  for (const name of names) {
    if (!isInstalled(process, name)) {
      yield* write(process.stdout, `Package '${name}' is not installed, so not removed\n`);
      continue;
    }
    for (const path of Object.keys(indexOf(process)[name]?.executables ?? {}))
      process.namespace.files.remove(path);
    yield* write(
      process.stdout,
      `Removing ${name} (${indexOf(process)[name]?.version ?? ''}) ...\n`,
    );
  }
  return 0;
}
