/**
 * What the kernel shows of itself in a container: /proc, /dev, /sys with the cgroup, and what the engine hides of them.
 *
 * Real:     runc libcontainer/rootfs_linux.go, moby oci/defaults.go (DefaultLinuxSpec: mounts, masked paths).
 * Left out: most of /proc and /sys: what is not here is not there.
 */
import {
  device,
  directory,
  emptyInput,
  makeTree,
  nullOutput,
  symlink,
  zeroInput,
  type DirectoryNode,
  type FileSystem,
  type Machine,
  type Namespace,
} from '../../sim/index.ts';
import { cgroupFiles } from './cgroupfiles.ts';
import { processesOf, type NamespaceParts } from './namespace.ts';

const DEV_BYTES = 64 * 1024 * 1024;
const DEV_OPTIONS = 'rw,nosuid,size=65536k,mode=755';
const TMPFS_OPTIONS = 'rw,nosuid,nodev,noexec,relatime';

interface Hanging {
  readonly target: string;
  readonly root: DirectoryNode;
  readonly type: string;
  readonly device?: string;
  readonly options: string;
  readonly bytes?: number;
}

/** In the order of the OCI spec, which `mount` shows. */
export function mountKernelFiles(
  parts: NamespaceParts,
  files: FileSystem,
  namespace: Namespace,
): void {
  const { machine, container, version } = parts;
  const dev = devFiles();
  const sys = directory(0o555);
  for (const path of ['fs', 'firmware']) sys.children.set(path, directory(0o555));
  const cgroup = cgroupFiles(version, machine, container, namespace);
  const shmBytes = container.hostConfig.ShmSize || DEV_BYTES;
  const inDev = (name: string): DirectoryNode => dev.children.get(name) as DirectoryNode;
  (sys.children.get('fs') as DirectoryNode).children.set('cgroup', directory(0o555));
  hang(files, {
    ...{ target: '/proc', root: procFiles(machine, namespace), type: 'proc' },
    options: TMPFS_OPTIONS,
  });
  hang(files, { target: '/dev', root: dev, type: 'tmpfs', options: DEV_OPTIONS });
  hang(files, {
    ...{ target: '/dev/pts', root: inDev('pts'), type: 'devpts' },
    options: 'rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666',
  });
  hang(files, {
    ...{ target: '/sys', root: sys, type: 'sysfs', options: 'ro,nosuid,nodev,noexec,relatime' },
  });
  hang(files, {
    ...{ target: '/sys/fs/cgroup', root: cgroup },
    ...(version.cgroupVersion === '2'
      ? { type: 'cgroup2', device: 'cgroup', options: 'ro,nosuid,nodev,noexec,relatime,nsdelegate' }
      : { type: 'tmpfs', options: `${TMPFS_OPTIONS},mode=755` }),
  });
  hang(files, {
    ...{ target: '/dev/mqueue', root: inDev('mqueue'), type: 'mqueue', options: TMPFS_OPTIONS },
  });
  hang(files, {
    ...{ target: '/dev/shm', root: inDev('shm'), type: 'tmpfs', device: 'shm', bytes: shmBytes },
    options: `${TMPFS_OPTIONS},size=${shmBytes / 1024}k`,
  });
}

function hang(files: FileSystem, { target, root, type, device, options, bytes }: Hanging): void {
  files.mount({
    ...{ target, type, options, source: '/', device: device ?? type },
    tree: makeTree({ freeBytes: bytes ?? DEV_BYTES }, root),
    isReadOnly: options.startsWith('ro'),
  });
}

/** Files are hidden under /dev/null, which lies on the tmpfs of /dev; folders under an empty read-only tmpfs. */
const MASKED: readonly { readonly target: string; readonly isFolder: boolean }[] = [
  { target: '/proc/acpi', isFolder: true },
  { target: '/proc/keys', isFolder: false },
  { target: '/proc/timer_list', isFolder: false },
  { target: '/sys/firmware', isFolder: true },
];

/** What a container must not see is covered when all else is mounted; a privileged one sees it. */
export function maskKernelFiles({ container }: NamespaceParts, files: FileSystem): void {
  if (container.hostConfig.Privileged) return;
  for (const { target, isFolder } of MASKED)
    if (isFolder)
      hang(files, {
        target,
        root: directory(0o555),
        type: 'tmpfs',
        options: 'ro,relatime',
        bytes: 0,
      });
    else {
      const root = directory();
      root.children.set('null', nullDevice());
      files.mount({
        ...{ target, type: 'tmpfs', options: DEV_OPTIONS, source: '/null', device: 'tmpfs' },
        tree: makeTree({ freeBytes: DEV_BYTES }, root),
        isReadOnly: false,
      });
    }
}

function nullDevice(): ReturnType<typeof device> {
  return device(
    () => emptyInput,
    () => nullOutput,
  );
}

function mountLines(namespace: Namespace): string {
  const root = `overlay / overlay ${namespace.extra.get('readonly') === true ? 'ro' : 'rw'},relatime 0 0\n`;
  const rows = namespace.files.mounts.map(
    (mount) =>
      `${mount.device} ${mount.target} ${mount.type} ${mount.options ?? (mount.isReadOnly ? 'ro,relatime' : 'rw,relatime')} 0 0\n`,
  );
  return root + rows.join('');
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
  put('mounts', () => mountLines(namespace));
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
  for (const { target, isFolder } of MASKED) {
    const name = target.slice('/proc/'.length);
    if (!target.startsWith('/proc/')) continue;
    if (isFolder) root.children.set(name, directory(0o555));
    else put(name, () => '');
  }
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
      () => zeroInput,
      () => nullOutput,
    ),
  );
  root.children.set(
    'full',
    device(() => zeroInput),
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
