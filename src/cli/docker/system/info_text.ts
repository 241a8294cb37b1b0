/**
 * The daemon's part of `docker info`, line by line.
 *
 * Real: docker/cli cli/command/system/info.go (prettyPrintServerInfo, printSwarmInfo)
 */
import type { Swarm, SwarmInfo } from '../../api.ts';
import { bytesSize, humanDuration } from '../../formatter/units.ts';

export interface Info {
  readonly Containers?: number;
  readonly ContainersRunning?: number;
  readonly ContainersPaused?: number;
  readonly ContainersStopped?: number;
  readonly Images?: number;
  readonly ServerVersion?: string;
  readonly Driver?: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly LoggingDriver?: string;
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
  readonly Plugins?: {
    readonly Volume?: readonly string[] | null;
    readonly Network?: readonly string[] | null;
    readonly Authorization?: readonly string[] | null;
    readonly Log?: readonly string[] | null;
  };
  readonly CDISpecDirs?: readonly string[] | null;
  readonly Swarm?: SwarmInfo;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly DefaultRuntime?: string;
  readonly OSType?: string;
  readonly InitBinary?: string;
  readonly ContainerdCommit?: { readonly ID?: string };
  readonly RuncCommit?: { readonly ID?: string };
  readonly InitCommit?: { readonly ID?: string };
  readonly SecurityOptions?: readonly string[] | null;
  readonly KernelVersion?: string;
  readonly OperatingSystem?: string;
  readonly Architecture?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly Name?: string;
  readonly ID?: string;
  readonly DockerRootDir?: string;
  readonly Debug?: boolean;
  readonly NFd?: number;
  readonly NGoroutines?: number;
  readonly SystemTime?: string;
  readonly NEventsListener?: number;
  readonly HttpProxy?: string;
  readonly HttpsProxy?: string;
  readonly NoProxy?: string;
  readonly Labels?: readonly string[] | null;
  readonly ExperimentalBuild?: boolean;
  readonly RegistryConfig?: {
    readonly InsecureRegistryCIDRs?: readonly string[] | null;
    readonly IndexConfigs?: Readonly<
      Record<string, { readonly Name: string; readonly Secure: boolean }>
    > | null;
    readonly Mirrors?: readonly string[] | null;
  } | null;
  readonly LiveRestoreEnabled?: boolean;
  readonly ProductLicense?: string;
  readonly DefaultAddressPools?: readonly { readonly Base: string; readonly Size: number }[] | null;
  readonly Warnings?: readonly string[] | null;
}

export function serverText(
  info: Info,
  client: { readonly userName: string; readonly isDebug: boolean },
): string {
  const lines = [
    ` Containers: ${info.Containers ?? 0}`,
    `  Running: ${info.ContainersRunning ?? 0}`,
    `  Paused: ${info.ContainersPaused ?? 0}`,
    `  Stopped: ${info.ContainersStopped ?? 0}`,
    ` Images: ${info.Images ?? 0}`,
    ...nonEmpty('Server Version', info.ServerVersion),
    ...nonEmpty('Storage Driver', info.Driver),
    ...(info.DriverStatus ?? []).map(([name, value]) => `  ${name}: ${value}`),
    ...nonEmpty('Logging Driver', info.LoggingDriver),
    ...nonEmpty('Cgroup Driver', info.CgroupDriver),
    ...nonEmpty('Cgroup Version', info.CgroupVersion),
    ...pluginLines(info),
    ...swarmLines(info.Swarm ?? {}),
    ...runtimeLines(info),
    ...nonEmpty('Kernel Version', info.KernelVersion),
    ...nonEmpty('Operating System', info.OperatingSystem),
    ...nonEmpty('OSType', info.OSType),
    ...nonEmpty('Architecture', info.Architecture),
    ` CPUs: ${info.NCPU ?? 0}`,
    ` Total Memory: ${bytesSize(info.MemTotal ?? 0)}`,
    ...nonEmpty('Name', info.Name),
    ...nonEmpty('ID', info.ID),
    ` Docker Root Dir: ${info.DockerRootDir ?? ''}`,
    ` Debug Mode: ${info.Debug ?? false}`,
    ...(info.Debug || client.isDebug ? debugLines(info) : []),
    ...nonEmpty('HTTP Proxy', info.HttpProxy),
    ...nonEmpty('HTTPS Proxy', info.HttpsProxy),
    ...nonEmpty('No Proxy', info.NoProxy),
    ...nonEmpty('Username', client.userName),
    ...section(
      ' Labels:',
      (info.Labels ?? []).map((label) => `  ${label}`),
    ),
    ` Experimental: ${info.ExperimentalBuild ?? false}`,
    ...registryLines(info),
    ` Live Restore Enabled: ${info.LiveRestoreEnabled ?? false}`,
    ...nonEmpty('Product License', info.ProductLicense),
    ...section(
      ' Default Address Pools:',
      (info.DefaultAddressPools ?? []).map(({ Base, Size }) => `   Base: ${Base}, Size: ${Size}`),
    ),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function nonEmpty(label: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [` ${label}: ${value}`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function pluginLines(info: Info): string[] {
  const { Volume, Network, Authorization, Log } = info.Plugins ?? {};
  const names = (list: readonly string[] | null | undefined): string => (list ?? []).join(' ');
  return [
    ' Plugins:',
    `  Volume: ${names(Volume)}`,
    `  Network: ${names(Network)}`,
    ...(names(Authorization) === '' ? [] : [`  Authorization: ${names(Authorization)}`]),
    `  Log: ${names(Log)}`,
    ...section(
      ' CDI spec directories:',
      (info.CDISpecDirs ?? []).map((path) => `  ${path}`),
    ),
  ];
}

function runtimeLines(info: Info): string[] {
  const runtimes = Object.keys(info.Runtimes ?? {});
  const lines =
    runtimes.length === 0
      ? []
      : [` Runtimes: ${runtimes.join(' ')}`, ` Default Runtime: ${info.DefaultRuntime ?? ''}`];
  if (info.OSType !== 'linux') return lines;
  return [
    ...lines,
    ` Init Binary: ${info.InitBinary ?? ''}`,
    ` containerd version: ${info.ContainerdCommit?.ID ?? ''}`,
    ` runc version: ${info.RuncCommit?.ID ?? ''}`,
    ` init version: ${info.InitCommit?.ID ?? ''}`,
    ...section(' Security Options:', (info.SecurityOptions ?? []).flatMap(securityOption)),
  ];
}

/** `name=seccomp,profile=builtin`. */
function securityOption(option: string): string[] {
  if (!option.includes('=')) return [`  ${option}`];
  const parts = option.split(',').map((part) => part.split('=') as [string, string]);
  const name = parts.find(([key]) => key === 'name')?.[1] ?? '';
  const profiles = parts.filter(([key]) => key === 'profile');
  return [`  ${name}`, ...profiles.map(([, profile]) => `   Profile: ${profile}`)];
}

function debugLines(info: Info): string[] {
  return [
    `  File Descriptors: ${info.NFd ?? 0}`,
    `  Goroutines: ${info.NGoroutines ?? 0}`,
    `  System Time: ${info.SystemTime ?? ''}`,
    `  EventsListeners: ${info.NEventsListener ?? 0}`,
  ];
}

function registryLines(info: Info): string[] {
  const config = info.RegistryConfig;
  const cidrs = config?.InsecureRegistryCIDRs ?? [];
  const indexes = Object.values(config?.IndexConfigs ?? {});
  const insecure = indexes.filter((index) => !index.Secure).map((index) => `  ${index.Name}`);
  const isListed = cidrs.length > 0 || indexes.length > 0;
  return [
    ...(isListed
      ? [' Insecure Registries:', ...insecure, ...cidrs.map((cidr) => `  ${cidr}`)]
      : []),
    ...section(
      ' Registry Mirrors:',
      (config?.Mirrors ?? []).map((mirror) => `  ${mirror}`),
    ),
  ];
}

function swarmLines(swarm: SwarmInfo): string[] {
  const state = swarm.LocalNodeState ?? '';
  const lines = [` Swarm: ${state}`];
  if (state === 'inactive' || state === 'locked') return lines;
  lines.push(`  NodeID: ${swarm.NodeID ?? ''}`);
  if (swarm.Error) lines.push(`  Error: ${swarm.Error}`);
  lines.push(`  Is Manager: ${swarm.ControlAvailable ?? false}`);
  if (swarm.Cluster && swarm.ControlAvailable && !swarm.Error && state !== 'error') {
    lines.push(...clusterLines(swarm, swarm.Cluster));
  }
  lines.push(`  Node Address: ${swarm.NodeAddr ?? ''}`);
  const managers = (swarm.RemoteManagers ?? []).map((manager) => `   ${manager.Addr}`);
  managers.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return [...lines, ...section('  Manager Addresses:', managers)];
}

function clusterLines(swarm: SwarmInfo, cluster: Swarm): string[] {
  const { Spec: spec } = cluster;
  const pools = cluster.DefaultAddrPool;
  const duration = (nanoseconds: number | undefined): string =>
    humanDuration((nanoseconds ?? 0) / 1e6);
  return [
    `  ClusterID: ${cluster.ID}`,
    `  Managers: ${swarm.Managers ?? 0}`,
    `  Nodes: ${swarm.Nodes ?? 0}`,
    ...(pools
      ? [
          `  Default Address Pool: ${pools.map((pool) => `${pool}  `).join('')}`,
          `  SubnetSize: ${cluster.SubnetSize ?? 0}`,
        ]
      : []),
    ...(cluster.DataPathPort ? [`  Data Path Port: ${cluster.DataPathPort}`] : []),
    '  Orchestration:',
    `   Task History Retention Limit: ${spec.Orchestration?.TaskHistoryRetentionLimit ?? 0}`,
    '  Raft:',
    `   Snapshot Interval: ${spec.Raft?.SnapshotInterval ?? 0}`,
    ...(spec.Raft?.KeepOldSnapshots === undefined
      ? []
      : [`   Number of Old Snapshots to Retain: ${spec.Raft.KeepOldSnapshots}`]),
    `   Heartbeat Tick: ${spec.Raft?.HeartbeatTick ?? 0}`,
    `   Election Tick: ${spec.Raft?.ElectionTick ?? 0}`,
    '  Dispatcher:',
    `   Heartbeat Period: ${duration(spec.Dispatcher?.HeartbeatPeriod)}`,
    '  CA Configuration:',
    `   Expiry Duration: ${duration(spec.CAConfig?.NodeCertExpiry)}`,
    `   Force Rotate: ${spec.CAConfig?.ForceRotate ?? 0}`,
    `  Autolock Managers: ${spec.EncryptionConfig?.AutoLockManagers ?? false}`,
    `  Root Rotation In Progress: ${cluster.RootRotationInProgress ?? false}`,
  ];
}
