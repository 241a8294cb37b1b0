/**
 * What package managers offer: the packages whose programs the lab has.
 *
 * Real:     Ubuntu's and Debian's archives, Alpine's repositories.
 * Left out: versions of each release (Ubuntu 24.04's are told everywhere, without Ubuntu's own suffix elsewhere), dependencies, maintainer scripts.
 */
import { programsOf } from '../../exec.ts';
import type { Process } from '../../sys.ts';

export interface Package {
  readonly version: string;
  readonly bytes: number;
  /** Paths of executables and the programs they name. */
  readonly executables: Readonly<Record<string, string>>;
}

export type PackageIndex = Readonly<Record<string, Package>>;

const one = (path: string, program: string = path.slice(path.lastIndexOf('/') + 1)) => ({
  [path]: program,
});

const DEBIAN: PackageIndex = {
  bsdmainutils: { version: '12.1.8', bytes: 24_600, executables: {} },
  'ca-certificates': { version: '20240203', bytes: 159_000, executables: {} },
  curl: { version: '8.5.0-2ubuntu10.6', bytes: 227_000, executables: one('/usr/bin/curl') },
  dnsutils: {
    version: '1:9.18.30-0ubuntu0.24.04.2',
    bytes: 3_680,
    executables: { ...one('/usr/bin/dig'), ...one('/usr/bin/nslookup') },
  },
  'bind9-dnsutils': {
    version: '1:9.18.30-0ubuntu0.24.04.2',
    bytes: 156_000,
    executables: { ...one('/usr/bin/dig'), ...one('/usr/bin/nslookup') },
  },
  htop: { version: '3.3.0-4build1', bytes: 171_000, executables: one('/usr/bin/htop') },
  iproute2: {
    version: '6.1.0-1ubuntu6',
    bytes: 1_120_000,
    executables: { ...one('/usr/sbin/ip'), ...one('/usr/bin/ss') },
  },
  'iputils-ping': {
    version: '3:20240117-1build1',
    bytes: 44_300,
    executables: one('/usr/bin/ping'),
  },
  jq: { version: '1.7.1-3build1', bytes: 65_500, executables: one('/usr/bin/jq') },
  less: { version: '590-2ubuntu2.1', bytes: 142_000, executables: one('/usr/bin/less') },
  nano: { version: '7.2-2ubuntu0.1', bytes: 282_000, executables: one('/usr/bin/nano', 'editor') },
  'net-tools': {
    version: '2.10-0.1ubuntu4',
    bytes: 204_000,
    executables: {
      ...one('/usr/sbin/ifconfig'),
      ...one('/usr/sbin/route'),
      ...one('/usr/bin/netstat'),
    },
  },
  'netcat-openbsd': { version: '1.226-1ubuntu2', bytes: 44_100, executables: one('/usr/bin/nc') },
  procps: {
    version: '2:4.0.4-4ubuntu3.2',
    bytes: 708_000,
    executables: {
      ...one('/usr/bin/ps'),
      ...one('/usr/bin/top'),
      ...one('/usr/bin/free'),
      ...one('/usr/bin/watch'),
      ...one('/usr/bin/uptime'),
    },
  },
  'python3-pip': {
    version: '24.0+dfsg-1ubuntu1',
    bytes: 1_317_000,
    executables: { ...one('/usr/bin/pip3'), ...one('/usr/bin/python3') },
  },
  stress: { version: '1.0.7-1', bytes: 18_100, executables: one('/usr/bin/stress') },
  tcpdump: { version: '4.99.4-3ubuntu4', bytes: 479_000, executables: one('/usr/bin/tcpdump') },
  traceroute: { version: '1:2.1.5-1', bytes: 56_600, executables: one('/usr/bin/traceroute') },
  tree: { version: '2.1.1-2ubuntu3', bytes: 47_100, executables: one('/usr/bin/tree') },
  vim: {
    version: '2:9.1.0016-1ubuntu7',
    bytes: 1_880_000,
    executables: { ...one('/usr/bin/vim', 'editor'), ...one('/usr/bin/vi', 'editor') },
  },
  wget: { version: '1.21.4-1ubuntu4', bytes: 334_000, executables: one('/usr/bin/wget') },
};

const ALPINE: PackageIndex = {
  bash: { version: '5.2.37-r0', bytes: 1_290_000, executables: one('/bin/bash') },
  'bind-tools': {
    version: '9.20.15-r0',
    bytes: 1_480_000,
    executables: { ...one('/usr/bin/dig'), ...one('/usr/bin/nslookup') },
  },
  'ca-certificates': { version: '20250911-r0', bytes: 690_000, executables: {} },
  curl: { version: '8.14.1-r2', bytes: 480_000, executables: one('/usr/bin/curl') },
  htop: { version: '3.4.1-r0', bytes: 440_000, executables: one('/usr/bin/htop') },
  iproute2: {
    version: '6.15.0-r0',
    bytes: 1_120_000,
    executables: { ...one('/sbin/ip'), ...one('/bin/ss') },
  },
  'iputils-ping': { version: '20240905-r0', bytes: 77_000, executables: one('/bin/ping') },
  jq: { version: '1.8.1-r0', bytes: 290_000, executables: one('/usr/bin/jq') },
  nano: { version: '8.4-r0', bytes: 740_000, executables: one('/usr/bin/nano', 'editor') },
  'netcat-openbsd': { version: '1.229.1-r0', bytes: 52_000, executables: one('/usr/bin/nc') },
  procps: {
    version: '4.0.4-r3',
    bytes: 900_000,
    executables: { ...one('/bin/ps'), ...one('/usr/bin/top'), ...one('/usr/bin/free') },
  },
  stress: { version: '1.0.7-r0', bytes: 40_000, executables: one('/usr/bin/stress') },
  tcpdump: { version: '4.99.5-r1', bytes: 1_050_000, executables: one('/usr/bin/tcpdump') },
  tree: { version: '2.2.1-r0', bytes: 90_000, executables: one('/usr/bin/tree') },
  vim: { version: '9.1.1566-r0', bytes: 3_200_000, executables: one('/usr/bin/vim', 'editor') },
  wget: { version: '1.25.0-r1', bytes: 880_000, executables: one('/usr/bin/wget') },
};

export interface Distribution {
  readonly id: string;
  readonly codename: string;
  readonly version: string;
}

/** What `/etc/os-release` says. */
export function distributionOf({ namespace: { files } }: Process): Distribution {
  const node = files.lookup('/etc/os-release');
  const text = node?.type === 'file' ? files.readFile('/etc/os-release') : '';
  const field = (name: string): string =>
    new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return {
    id: field('ID') || 'ubuntu',
    codename: field('VERSION_CODENAME') || 'noble',
    version: field('VERSION_ID'),
  };
}

/** Packages whose programs this lab has: no others are offered. */
export function indexOf(process: Process): PackageIndex {
  const { id } = distributionOf(process);
  const programs = programsOf(process.namespace);
  const offered = Object.entries(id === 'alpine' ? ALPINE : DEBIAN).filter(([, { executables }]) =>
    Object.values(executables).every((program) => programs.has(program)),
  );
  return Object.fromEntries(
    offered.map(([name, each]) => [
      name,
      id === 'debian'
        ? { ...each, version: each.version.replace(/-?(ubuntu|build).*$/, '') }
        : each,
    ]),
  );
}

/** Whether anything but the loopback is there: `--network none` has no way to a mirror. */
export function isOnline({ namespace: { net } }: Process): boolean {
  return net.interfaces.some(({ name, isUp }) => name !== 'lo' && isUp);
}
