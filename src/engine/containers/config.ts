/**
 * The configuration of a container: what the client sent, merged with the image's, with every default filled in, in the order of moby's JSON.
 *
 * Real: moby runconfig/config.go, daemon/commit.go (merge), api/types/container/{config,hostconfig}.go, daemon/daemon_unix.go (adaptContainerSettings).
 */
import type { ContainerConfig, ContainerCreateRequest, HostConfig } from '../api/types.ts';
import type { ImageConfig } from '../images/catalogue.ts';
import type { EngineVersion } from '../versions.ts';

const SHM_BYTES = 67_108_864;

const MASKED_20 = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
];
const MASKED_28 = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** The user's wishes over the image's. */
export function mergeConfig(
  asked: ContainerConfig,
  image: ImageConfig,
  hostname: string,
): ContainerConfig {
  const hasEntrypoint = (asked.Entrypoint?.length ?? 0) > 0;
  const isReset = hasEntrypoint && asked.Entrypoint?.length === 1 && asked.Entrypoint[0] === '';
  const cmd = !hasEntrypoint && !asked.Cmd?.length ? (image.Cmd ?? null) : (asked.Cmd ?? null);
  const entrypoint = isReset ? null : hasEntrypoint ? asked.Entrypoint : (image.Entrypoint ?? null);
  const healthcheck = mergeHealthcheck(asked.Healthcheck, image.Healthcheck);
  const ports = { ...image.ExposedPorts, ...asked.ExposedPorts };
  const volumes = { ...image.Volumes, ...asked.Volumes };
  const stopSignal = asked.StopSignal || image.StopSignal;
  const shell = asked.Shell ?? image.Shell;
  return {
    Hostname: asked.Hostname || hostname,
    Domainname: asked.Domainname ?? '',
    User: asked.User || (image.User ?? ''),
    AttachStdin: asked.AttachStdin ?? false,
    AttachStdout: asked.AttachStdout ?? false,
    AttachStderr: asked.AttachStderr ?? false,
    ...(Object.keys(ports).length > 0 ? { ExposedPorts: ports } : {}),
    Tty: asked.Tty ?? false,
    OpenStdin: asked.OpenStdin ?? false,
    StdinOnce: asked.StdinOnce ?? false,
    Env: mergeEnv(asked.Env ?? [], image.Env ?? []),
    Cmd: cmd,
    ...(healthcheck ? { Healthcheck: healthcheck } : {}),
    Image: asked.Image,
    Volumes: Object.keys(volumes).length > 0 ? volumes : null,
    WorkingDir: asked.WorkingDir || (image.WorkingDir ?? ''),
    Entrypoint: entrypoint ?? null,
    ...(asked.NetworkDisabled ? { NetworkDisabled: true } : {}),
    ...(asked.MacAddress ? { MacAddress: asked.MacAddress } : {}),
    OnBuild: null,
    Labels: { ...image.Labels, ...asked.Labels },
    ...(stopSignal ? { StopSignal: stopSignal } : {}),
    ...(asked.StopTimeout === undefined ? {} : { StopTimeout: asked.StopTimeout }),
    ...(shell ? { Shell: shell } : {}),
  };
}

function mergeEnv(asked: readonly string[], image: readonly string[]): readonly string[] {
  const names = new Set(asked.map(nameOf));
  return [...asked, ...image.filter((entry) => !names.has(nameOf(entry)))];
}

function nameOf(entry: string): string {
  return entry.split('=')[0] as string;
}

function mergeHealthcheck(
  asked: ContainerConfig['Healthcheck'],
  image: ContainerConfig['Healthcheck'],
): ContainerConfig['Healthcheck'] {
  if (!asked || !image) return asked ?? image;
  if ((asked.Test?.length ?? 0) > 0) return { ...image, ...asked, Test: asked.Test ?? [] };
  return { ...image, ...asked, Test: image.Test ?? [] };
}

/** All fields of a HostConfig, in their order. */
export function fillHostConfig(asked: HostConfig, version: EngineVersion): HostConfig {
  const isOld = version.traits.hasKernelMemory;
  const memory = asked.Memory ?? 0;
  const mode = asked.NetworkMode || 'default';
  const consoleSize = { ConsoleSize: asked.ConsoleSize ?? ([0, 0] as const) };
  return {
    Binds: asked.Binds ?? null,
    ContainerIDFile: asked.ContainerIDFile ?? '',
    LogConfig: {
      Type: asked.LogConfig?.Type || 'json-file',
      Config: asked.LogConfig?.Config ?? {},
    },
    NetworkMode: mode === 'default' && !isOld ? 'bridge' : mode,
    PortBindings: asked.PortBindings ?? {},
    RestartPolicy: {
      Name: asked.RestartPolicy?.Name || 'no',
      MaximumRetryCount: asked.RestartPolicy?.MaximumRetryCount ?? 0,
    },
    AutoRemove: asked.AutoRemove ?? false,
    VolumeDriver: asked.VolumeDriver ?? '',
    VolumesFrom: asked.VolumesFrom ?? null,
    ...(isOld ? {} : consoleSize),
    ...(asked.Annotations && Object.keys(asked.Annotations).length > 0
      ? { Annotations: asked.Annotations }
      : {}),
    CapAdd: asked.CapAdd ?? null,
    CapDrop: asked.CapDrop ?? null,
    CgroupnsMode: asked.CgroupnsMode || (version.cgroupVersion === '1' ? 'host' : 'private'),
    Dns: asked.Dns ?? [],
    DnsOptions: asked.DnsOptions ?? [],
    DnsSearch: asked.DnsSearch ?? [],
    ExtraHosts: asked.ExtraHosts ?? null,
    GroupAdd: asked.GroupAdd ?? null,
    IpcMode: asked.IpcMode || 'private',
    Cgroup: asked.Cgroup ?? '',
    Links: asked.Links ?? null,
    OomScoreAdj: asked.OomScoreAdj ?? 0,
    PidMode: asked.PidMode ?? '',
    Privileged: asked.Privileged ?? false,
    PublishAllPorts: asked.PublishAllPorts ?? false,
    ReadonlyRootfs: asked.ReadonlyRootfs ?? false,
    SecurityOpt: asked.SecurityOpt ?? null,
    ...(asked.Tmpfs && Object.keys(asked.Tmpfs).length > 0 ? { Tmpfs: asked.Tmpfs } : {}),
    UTSMode: asked.UTSMode ?? '',
    UsernsMode: asked.UsernsMode ?? '',
    ShmSize: asked.ShmSize || SHM_BYTES,
    ...(asked.Sysctls && Object.keys(asked.Sysctls).length > 0 ? { Sysctls: asked.Sysctls } : {}),
    Runtime: asked.Runtime || 'runc',
    ...(isOld ? consoleSize : {}),
    Isolation: asked.Isolation ?? '',
    CpuShares: asked.CpuShares ?? 0,
    Memory: memory,
    NanoCpus: asked.NanoCpus ?? 0,
    CgroupParent: asked.CgroupParent ?? '',
    BlkioWeight: version.cgroupVersion === '1' ? 0 : (asked.BlkioWeight ?? 0),
    BlkioWeightDevice: asked.BlkioWeightDevice ?? [],
    BlkioDeviceReadBps: asked.BlkioDeviceReadBps ?? [],
    BlkioDeviceWriteBps: asked.BlkioDeviceWriteBps ?? [],
    BlkioDeviceReadIOps: asked.BlkioDeviceReadIOps ?? [],
    BlkioDeviceWriteIOps: asked.BlkioDeviceWriteIOps ?? [],
    CpuPeriod: asked.CpuPeriod ?? 0,
    CpuQuota: asked.CpuQuota ?? 0,
    CpuRealtimePeriod: asked.CpuRealtimePeriod ?? 0,
    CpuRealtimeRuntime: asked.CpuRealtimeRuntime ?? 0,
    CpusetCpus: asked.CpusetCpus ?? '',
    CpusetMems: asked.CpusetMems ?? '',
    Devices: asked.Devices ?? [],
    DeviceCgroupRules: asked.DeviceCgroupRules ?? null,
    DeviceRequests: asked.DeviceRequests ?? null,
    ...(isOld ? { KernelMemory: 0, KernelMemoryTCP: 0 } : {}),
    MemoryReservation: asked.MemoryReservation ?? 0,
    MemorySwap: asked.MemorySwap || 2 * memory,
    MemorySwappiness: asked.MemorySwappiness === -1 ? null : (asked.MemorySwappiness ?? null),
    OomKillDisable: asked.OomKillDisable ?? (version.cgroupVersion === '1' ? false : null),
    PidsLimit: asked.PidsLimit || null,
    Ulimits: asked.Ulimits ?? [],
    ...{ CpuCount: 0, CpuPercent: 0, IOMaximumIOps: 0, IOMaximumBandwidth: 0 },
    ...(asked.Mounts && asked.Mounts.length > 0 ? { Mounts: asked.Mounts } : {}),
    MaskedPaths: asked.Privileged ? null : isOld ? MASKED_20 : MASKED_28,
    ReadonlyPaths: asked.Privileged ? null : READ_ONLY,
    ...(asked.Init === undefined || asked.Init === null ? {} : { Init: asked.Init }),
  };
}

/** The part of a create request that is the container's own configuration. */
export function configOf(request: ContainerCreateRequest): ContainerConfig {
  const { HostConfig: _host, NetworkingConfig: _networks, ...config } = request;
  void _host;
  void _networks;
  return config;
}
