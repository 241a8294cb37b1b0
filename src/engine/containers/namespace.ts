/**
 * The world as a container's processes see it: the image's files copied on write, mounts, /proc, /sys and /dev, its own network and hostname.
 *
 * Real:     runc libcontainer/rootfs_linux.go, moby oci/defaults.go.
 * Left out: user namespaces, seccomp, capabilities (kept and shown, not enforced).
 */
import {
  FileSystem,
  type Kernel,
  type Limits,
  type Machine,
  type Namespace,
  type Process,
} from '../../sim/index.ts';
import type { Sandbox } from '../networks/sandbox.ts';
import type { EngineVersion } from '../versions.ts';
import type { Container, MountRecord } from './container.ts';
import { maskKernelFiles, mountKernelFiles } from './kernelfiles.ts';
import { mountAll } from './mounts.ts';

export interface NamespaceParts {
  readonly machine: Machine;
  readonly version: EngineVersion;
  readonly container: Container;
  readonly sandbox: Sandbox;
  /** The engine's own: /etc/hosts and so on, secrets, configs. */
  readonly ownMounts: readonly MountRecord[];
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
  // The root becomes read-only when all is mounted: places for mounts are made before.
  const { tree } = container.record;
  tree.isReadOnly = false;
  mountAll(
    machine,
    files,
    [...container.record.mounts, ...parts.ownMounts].sort(
      (a, b) => depth(a.Destination) - depth(b.Destination),
    ),
  );
  tree.isReadOnly = container.hostConfig.ReadonlyRootfs ?? false;
  if (tree.isReadOnly) namespace.extra.set('readonly', true);
  maskKernelFiles(parts, files);
  return namespace;
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Puts the limits where the kernel looks for them; again after `docker update`. */
export function setLimits(namespace: Namespace, container: Container): void {
  const { hostConfig } = container;
  const quota =
    hostConfig.CpuQuota && hostConfig.CpuQuota > 0
      ? Math.floor((hostConfig.CpuQuota * 1e9) / (hostConfig.CpuPeriod || 100_000))
      : 0;
  const limits: Limits = {
    memoryBytes: hostConfig.Memory ?? 0,
    memorySwapBytes: hostConfig.MemorySwap ?? 0,
    nanoCpus: hostConfig.NanoCpus || quota,
    cpuShares: hostConfig.CpuShares || 1024,
    cpusetCpus: hostConfig.CpusetCpus ?? '',
    pids: Math.max(0, hostConfig.PidsLimit ?? 0),
    isOomKillDisabled: hostConfig.OomKillDisable ?? false,
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

/** Living processes of a container, oldest first. */
export function processesOf(kernel: Kernel, namespace: Namespace): readonly Process[] {
  return kernel.processes().filter((process) => process.namespace === namespace);
}
