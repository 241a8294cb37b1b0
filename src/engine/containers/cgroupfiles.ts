/**
 * The limits of a container and what it uses of them, as it finds them under /sys/fs/cgroup.
 *
 * Real: Linux kernel/cgroup, Documentation/admin-guide/cgroup-{v1,v2}.rst.
 */
import {
  device,
  directory,
  usageOf,
  type DirectoryNode,
  type Machine,
  type Namespace,
  type Process,
} from '../../sim/index.ts';
import type { EngineVersion } from '../versions.ts';
import type { Container } from './container.ts';
import { processesOf } from './namespace.ts';

/** The limits as the container finds them under /sys/fs/cgroup, version 1 or 2. */
export function cgroupFiles(
  version: EngineVersion,
  machine: Machine,
  container: Container,
  namespace: Namespace,
): DirectoryNode {
  const cgroup = directory(0o555);
  const put = (folder: DirectoryNode, name: string, read: () => string | number): void =>
    void folder.children.set(
      name,
      device(() => `${read()}\n`, undefined, 0o444),
    );
  const { record } = container;
  const own = (): readonly Process[] => processesOf(machine.kernel, namespace);
  const memory = (): number => own().reduce((sum, one) => sum + one.memoryBytes, 0);
  const cpuMs = (): number =>
    own().reduce((sum, one) => sum + one.cpuMs, usageOf(namespace).cpuMsEnded);
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
    put(cgroup, 'pids.current', () => own().length);
    put(cgroup, 'memory.current', memory);
    put(cgroup, 'memory.peak', () => Math.max(memory(), usageOf(namespace).memoryBytesMax));
    put(cgroup, 'memory.events', () => {
      const { oomKills } = usageOf(namespace);
      return `low 0\nhigh 0\nmax ${oomKills}\noom ${oomKills}\noom_kill ${oomKills}`;
    });
    put(cgroup, 'cpu.stat', () => {
      const usage = usageOf(namespace);
      return `usage_usec ${cpuMs() * 1000}\nuser_usec ${cpuMs() * 1000}\nsystem_usec 0\nnr_periods ${usage.periods}\nnr_throttled ${usage.throttledPeriods}\nthrottled_usec ${usage.throttledMs * 1000}`;
    });
    put(cgroup, 'io.stat', () => {
      const { readBytes, writtenBytes, reads, writes } = usageOf(namespace);
      return `8:0 rbytes=${readBytes} wbytes=${writtenBytes} rios=${reads} wios=${writes}`;
    });
    return cgroup;
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
  put(groups['memory'] as DirectoryNode, 'memory.usage_in_bytes', memory);
  put(groups['memory'] as DirectoryNode, 'memory.max_usage_in_bytes', () =>
    Math.max(memory(), usageOf(namespace).memoryBytesMax),
  );
  put(groups['cpu'] as DirectoryNode, 'cpuacct.usage', () => cpuMs() * 1_000_000);
  put(groups['pids'] as DirectoryNode, 'pids.current', () => own().length);
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
  return cgroup;
}
