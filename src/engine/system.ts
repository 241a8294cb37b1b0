/**
 * What the daemon says of itself and of its machine: info, version, disk usage.
 *
 * Real: moby daemon/{info,disk_usage}.go.
 */
import { hashHex, rfc3339Nano } from '../sim/index.ts';
import type { DiskUsage, InfoResponse, SwarmInfo, VersionResponse } from './api/types.ts';
import { listContainers } from './containers/inspect.ts';
import type { Engine } from './engine.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `QAPZ:P6CY:...` until 20.10, a UUID since: made once for a machine. */
function daemonID(engine: Engine): string {
  const seed = `daemon ${engine.machine.world.seed} ${engine.machine.name}`;
  if (!engine.version.traits.hasKernelMemory)
    return hashHex(seed, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const digits = hashHex(seed, 96);
  const letters = Array.from(
    { length: 48 },
    (_, i) => ALPHABET[parseInt(digits.slice(2 * i, 2 * i + 2), 16) % 32] as string,
  ).join('');
  return (letters.match(/.{4}/g) ?? []).join(':');
}

export function systemInfo(engine: Engine, swarm: SwarmInfo): InfoResponse {
  const { machine, version, containers, images } = engine;
  const isOld = version.traits.hasKernelMemory;
  const states = containers.all().map((container) => container.state);
  const isV2 = version.cgroupVersion === '2';
  const storage: readonly (readonly [string, string])[] = [
    ['Backing Filesystem', 'extfs'],
    [isOld ? 'Supports d_type' : 'Supports d_type', 'true'],
    ...(isOld ? [] : [['Using metacopy', 'false'] as const]),
    ['Native Overlay Diff', 'true'],
    ['userxattr', 'false'],
  ];
  return {
    ID: daemonID(engine),
    Containers: states.length,
    ContainersRunning: states.filter((state) => state.isRunning && !state.isPaused).length,
    ContainersPaused: states.filter((state) => state.isPaused).length,
    ContainersStopped: states.filter((state) => !state.isRunning).length,
    Images: images.store.all().length,
    Driver: 'overlay2',
    DriverStatus: storage,
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
      Authorization: null,
      Log: version.logDrivers,
    },
    MemoryLimit: true,
    SwapLimit: true,
    ...(isOld ? { KernelMemory: true, KernelMemoryTCP: true } : {}),
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: true,
    PidsLimit: true,
    IPv4Forwarding: true,
    ...(isOld || !version.traits.hasEnableIPv4
      ? { BridgeNfIptables: true, BridgeNfIp6tables: true }
      : {}),
    Debug: false,
    NFd: 24 + 2 * states.length,
    OomKillDisable: !isV2,
    NGoroutines: 34 + 4 * states.length,
    SystemTime: rfc3339Nano(machine.world.unixMs),
    LoggingDriver: 'json-file',
    CgroupDriver: isV2 ? 'systemd' : 'cgroupfs',
    CgroupVersion: version.cgroupVersion,
    NEventsListener: engine.events.listenerCount,
    KernelVersion: version.kernel,
    OperatingSystem: version.operatingSystem,
    OSVersion: isOld ? '12' : '24.04',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: registryConfig(isOld),
    NCPU: machine.cpus,
    MemTotal: machine.memoryBytes,
    GenericResources: null,
    DockerRootDir: '/var/lib/docker',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: machine.namespace.hostname,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: version.text,
    Runtimes: isOld
      ? {
          'io.containerd.runc.v2': { path: 'runc' },
          'io.containerd.runtime.v1.linux': { path: 'runc' },
          runc: { path: 'runc' },
        }
      : { 'io.containerd.runc.v2': { path: 'runc' }, runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: swarm,
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: commit(
      isOld ? `${version.containerd.commit}` : version.containerd.commit,
      version.text,
    ),
    RuncCommit: commit(version.runc.commit, version.text),
    InitCommit: commit(version.init.commit, version.text),
    SecurityOptions: isOld
      ? ['name=seccomp,profile=default']
      : ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
    ...(version.traits.hasRandomMacs
      ? { CDISpecDirs: ['/etc/cdi', '/var/run/cdi'], FirewallBackend: { Driver: 'iptables' } }
      : {}),
    Warnings: isOld ? null : [],
  };
}

function commit(id: string, version: string): { readonly ID: string; readonly Expected?: string } {
  return version.startsWith('28') ? { ID: id } : { ID: id, Expected: id };
}

function registryConfig(isOld: boolean): unknown {
  return {
    AllowNondistributableArtifactsCIDRs: isOld ? [] : null,
    AllowNondistributableArtifactsHostnames: isOld ? [] : null,
    InsecureRegistryCIDRs: isOld ? ['127.0.0.0/8'] : ['::1/128', '127.0.0.0/8'],
    IndexConfigs: {
      'docker.io': { Name: 'docker.io', Mirrors: [], Secure: true, Official: true },
      ...(isOld
        ? {
            'registry:5000': { Name: 'registry:5000', Mirrors: [], Secure: false, Official: false },
          }
        : {}),
    },
    Mirrors: isOld ? [] : null,
  };
}

export function systemVersion(engine: Engine): VersionResponse {
  const { version } = engine;
  const text = (api: readonly [number, number]): string => `${api[0]}.${api[1]}`;
  const own = {
    ApiVersion: text(version.api),
    Arch: 'amd64',
    BuildTime: version.buildTime,
    Experimental: 'false',
    GitCommit: version.gitCommit,
    GoVersion: version.goVersion,
    KernelVersion: version.kernel,
    MinAPIVersion: text(version.minApi),
    Os: 'linux',
  };
  return {
    Platform: { Name: version.platformName },
    Components: [
      { Name: 'Engine', Version: version.text, Details: own },
      {
        Name: 'containerd',
        Version: version.containerd.version,
        Details: { GitCommit: version.containerd.commit },
      },
      { Name: 'runc', Version: version.runc.version, Details: { GitCommit: version.runc.commit } },
      {
        Name: 'docker-init',
        Version: version.init.version,
        Details: { GitCommit: version.init.commit },
      },
    ],
    Version: version.text,
    ApiVersion: text(version.api),
    MinAPIVersion: text(version.minApi),
    GitCommit: version.gitCommit,
    GoVersion: version.goVersion,
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: version.kernel,
    BuildTime: version.buildTime,
  };
}

export function diskUsage(engine: Engine): DiskUsage {
  const { images, containers, volumes } = engine;
  const users = new Map<string, number>();
  for (const container of containers.all())
    users.set(container.record.imageID, (users.get(container.record.imageID) ?? 0) + 1);
  const rows = images.list(new Map(), false).map((summary) => {
    const image = images.store.get(summary.Id);
    return {
      ...summary,
      Containers: users.get(summary.Id) ?? 0,
      SharedSize: image ? images.sharedBytes(image) : 0,
    };
  });
  return {
    LayersSize: images.layersBytes(),
    Images: rows,
    Containers: listContainers(containers, {
      all: true,
      limit: -1,
      withSize: true,
      filters: new Map(),
    }),
    Volumes: volumes.list(new Map()).map((volume) => ({
      ...volume,
      UsageData: {
        RefCount: containers.usersOfVolume(volume.Name).length,
        Size: volumes.bytes(volume.Name),
      },
    })),
    BuildCache: [],
    ...(engine.version.traits.hasKernelMemory ? { BuilderSize: 0 } : {}),
  };
}
