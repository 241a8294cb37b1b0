/**
 * The world as a container's processes see it: the image's files copied on write, mounts, /proc, /sys and /dev, its own network and hostname.
 *
 * Real:     runc libcontainer/rootfs_linux.go, moby oci/defaults.go.
 * Left out: user namespaces, seccomp, capabilities (kept and shown, not enforced).
 */
import {
  device,
  directory,
  emptyInput,
  FileSystem,
  makeTree,
  nullOutput,
  symlink,
  type DirectoryNode,
  type Kernel,
  type Machine,
  type Namespace,
  type Process,
} from '../../sim/index.ts';
import type { Sandbox } from '../networks/sandbox.ts';
import type { EngineVersion } from '../versions.ts';
import type { Container, MountRecord } from './container.ts';
import { mountAll } from './mounts.ts';

export interface NamespaceParts {
  readonly machine: Machine;
  readonly version: EngineVersion;
  readonly container: Container;
  readonly sandbox: Sandbox;
  /** The engine's own: /etc/hosts and so on, secrets, configs. */
  readonly ownMounts: readonly MountRecord[];
}

/** What a room above may read from `namespace.extra`. */
export interface ContainerLimits {
  /** 0: none. */
  readonly memoryBytes: number;
  readonly memorySwapBytes: number;
  /** Billionths of a CPU; 0: all. */
  readonly nanoCpus: number;
  readonly cpuShares: number;
  readonly cpusetCpus: string;
  readonly pids: number;
}

export function makeNamespace(parts: NamespaceParts): Namespace {
  const { machine, container, sandbox } = parts;
  const files = new FileSystem(container.record.tree, () => machine.world.nowMs);
  const namespace: Namespace = {
    id: container.id,
    hostname: container.config.Hostname ?? '',
    files,
    net: sandbox.stack,
    extra: new Map(),
  };
  namespace.extra.set('container', {
    id: container.id,
    name: container.name,
    image: container.config.Image,
  });
  namespace.extra.set('programs', machine.programs);
  namespace.extra.set('cpus', machine.cpus);
  namespace.extra.set('memoryBytes', machine.memoryBytes);
  setLimits(namespace, container);
  mountKernelFiles(parts, files, namespace);
  mountAll(
    machine,
    files,
    [...container.record.mounts, ...parts.ownMounts].sort(
      (a, b) => depth(a.Destination) - depth(b.Destination),
    ),
  );
  if (container.hostConfig.ReadonlyRootfs) namespace.extra.set('readonly', true);
  return namespace;
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Puts the limits where programs and the kernel's accounts look for them; again after `docker update`. */
export function setLimits(namespace: Namespace, container: Container): void {
  const { hostConfig } = container;
  const quota =
    hostConfig.CpuQuota && hostConfig.CpuQuota > 0
      ? Math.floor((hostConfig.CpuQuota * 1e9) / (hostConfig.CpuPeriod || 100_000))
      : 0;
  const limits: ContainerLimits = {
    memoryBytes: hostConfig.Memory ?? 0,
    memorySwapBytes: hostConfig.MemorySwap ?? 0,
    nanoCpus: hostConfig.NanoCpus || quota,
    cpuShares: hostConfig.CpuShares || 1024,
    cpusetCpus: hostConfig.CpusetCpus ?? '',
    pids: hostConfig.PidsLimit ?? 0,
  };
  namespace.extra.set('limits', limits);
  namespace.extra.set('ulimits', hostConfig.Ulimits ?? []);
  namespace.extra.set('throttle', {
    readBps: hostConfig.BlkioDeviceReadBps ?? [],
    writeBps: hostConfig.BlkioDeviceWriteBps ?? [],
    readIOps: hostConfig.BlkioDeviceReadIOps ?? [],
    writeIOps: hostConfig.BlkioDeviceWriteIOps ?? [],
  });
}

function mountKernelFiles(parts: NamespaceParts, files: FileSystem, namespace: Namespace): void {
  const { machine, container } = parts;
  const quota = { freeBytes: 64 * 1024 * 1024 };
  const hang = (target: string, root: DirectoryNode, type: string, isReadOnly = false): void =>
    files.mount({
      target,
      tree: makeTree(quota, root),
      source: '/',
      isReadOnly,
      type,
      device: type,
    });
  hang('/proc', procFiles(machine, namespace), 'proc');
  hang('/dev', devFiles(), 'tmpfs');
  hang('/sys', cgroupFiles(parts, container), 'sysfs', true);
}

function procFiles(machine: Machine, namespace: Namespace): DirectoryNode {
  const root = directory(0o555);
  const put = (name: string, read: () => string): void =>
    void root.children.set(name, device(read, undefined, 0o444));
  put('cpuinfo', () =>
    Array.from(
      { length: machine.cpus },
      (_, i) =>
        `processor\t: ${i}\nvendor_id\t: GenuineIntel\nmodel name\t: Virtual CPU\ncpu MHz\t\t: 2400.000\n`,
    ).join('\n'),
  );
  put('meminfo', () => meminfo(machine));
  put(
    'uptime',
    () =>
      `${((machine.world.nowMs - machine.bootedAtMs) / 1000).toFixed(2)} ${((machine.world.nowMs - machine.bootedAtMs) / 1000).toFixed(2)}\n`,
  );
  put('loadavg', () => `0.00 0.00 0.00 1/${processesOf(machine.kernel, namespace).length} 1\n`);
  put(
    'mounts',
    () =>
      `overlay / overlay rw,relatime 0 0\n${namespace.files.mounts.map((mount) => `${mount.device} ${mount.target} ${mount.type} ${mount.isReadOnly ? 'ro' : 'rw'} 0 0\n`).join('')}`,
  );
  put(
    'version',
    () => 'Linux version 6.8.0-60-generic (buildd@lcy02) #63-Ubuntu SMP PREEMPT_DYNAMIC\n',
  );
  const self = directory(0o555);
  self.children.set('mounts', symlink('/proc/mounts'));
  self.children.set(
    'cgroup',
    device(() => '0::/\n', undefined, 0o444),
  );
  root.children.set('self', self);
  const sys = directory(0o555);
  const kernel = directory(0o555);
  kernel.children.set(
    'hostname',
    device(() => `${namespace.hostname}\n`, undefined, 0o444),
  );
  sys.children.set('kernel', kernel);
  root.children.set('sys', sys);
  return root;
}

function meminfo(machine: Machine): string {
  const used = machine.kernel.processes().reduce((sum, process) => sum + process.memoryBytes, 0);
  const kb = (bytes: number): string => `${Math.max(0, Math.floor(bytes / 1024))} kB`.padStart(16);
  return `MemTotal:  ${kb(machine.memoryBytes)}\nMemFree:   ${kb(machine.memoryBytes - used)}\nMemAvailable:${kb(machine.memoryBytes - used)}\nSwapTotal: ${kb(0)}\nSwapFree:  ${kb(0)}\n`;
}

function devFiles(): DirectoryNode {
  const root = directory();
  root.children.set(
    'null',
    device(
      () => emptyInput,
      () => nullOutput,
    ),
  );
  root.children.set(
    'zero',
    device(
      () => '\0'.repeat(65_536),
      () => nullOutput,
    ),
  );
  root.children.set(
    'full',
    device(() => '\0'.repeat(65_536)),
  );
  root.children.set('shm', directory(0o1777));
  root.children.set('mqueue', directory(0o1777));
  root.children.set('pts', directory());
  for (const [name, target] of [
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
    ['fd', '/proc/self/fd'],
  ] as const)
    root.children.set(name, symlink(target));
  return root;
}

/** The limits as the container finds them under /sys/fs/cgroup, version 1 or 2. */
function cgroupFiles({ version }: NamespaceParts, container: Container): DirectoryNode {
  const root = directory(0o555);
  const fs = directory(0o555);
  const cgroup = directory(0o555);
  root.children.set('fs', fs);
  fs.children.set('cgroup', cgroup);
  const put = (folder: DirectoryNode, name: string, read: () => string | number): void =>
    void folder.children.set(
      name,
      device(() => `${read()}\n`, undefined, 0o444),
    );
  const { record } = container;
  if (version.cgroupVersion === '2') {
    put(cgroup, 'memory.max', () => record.hostConfig.Memory || 'max');
    put(cgroup, 'memory.swap.max', () =>
      record.hostConfig.Memory
        ? (record.hostConfig.MemorySwap ?? 0) - record.hostConfig.Memory
        : 'max',
    );
    put(
      cgroup,
      'cpu.max',
      () =>
        `${record.hostConfig.NanoCpus ? Math.floor(record.hostConfig.NanoCpus / 10_000) : record.hostConfig.CpuQuota || 'max'} ${record.hostConfig.CpuPeriod || 100_000}`,
    );
    put(cgroup, 'cpuset.cpus', () => record.hostConfig.CpusetCpus ?? '');
    put(cgroup, 'pids.max', () => record.hostConfig.PidsLimit || 'max');
    return root;
  }
  const groups = Object.fromEntries(
    ['memory', 'cpu', 'cpuset', 'pids', 'blkio'].map((name) => [name, directory(0o555)]),
  ) as Record<string, DirectoryNode>;
  for (const [name, folder] of Object.entries(groups)) cgroup.children.set(name, folder);
  put(
    groups['memory'] as DirectoryNode,
    'memory.limit_in_bytes',
    () => record.hostConfig.Memory || '9223372036854771712',
  );
  put(
    groups['memory'] as DirectoryNode,
    'memory.memsw.limit_in_bytes',
    () => record.hostConfig.MemorySwap || '9223372036854771712',
  );
  put(groups['cpu'] as DirectoryNode, 'cpu.shares', () => record.hostConfig.CpuShares || 1024);
  put(groups['cpu'] as DirectoryNode, 'cpu.cfs_quota_us', () =>
    record.hostConfig.NanoCpus
      ? Math.floor(record.hostConfig.NanoCpus / 10_000)
      : record.hostConfig.CpuQuota || -1,
  );
  put(
    groups['cpu'] as DirectoryNode,
    'cpu.cfs_period_us',
    () => record.hostConfig.CpuPeriod || 100_000,
  );
  put(
    groups['cpuset'] as DirectoryNode,
    'cpuset.cpus',
    () => record.hostConfig.CpusetCpus || '0-1',
  );
  put(groups['pids'] as DirectoryNode, 'pids.max', () => record.hostConfig.PidsLimit || 'max');
  return root;
}

/** Living processes of a container, oldest first. */
export function processesOf(kernel: Kernel, namespace: Namespace): readonly Process[] {
  return kernel.processes().filter((process) => process.namespace === namespace);
}
