/**
 * Flags of `docker run` and `docker create` as the request to create a container.
 *
 * Real:     docker/cli cli/command/container/opts.go (parse)
 * Left out: Windows devices, seccomp profiles from files other than their JSON.
 */
import type { DockerCli } from '../../cli.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import { StatusError } from '../../errors.ts';
import { goQuote } from '../../formatter/strconv.ts';
import { cut } from '../../opts/csv.ts';
import type { DeviceRequest } from '../../opts/gpus.ts';
import type { Mount } from '../../opts/mount.ts';
import { parsePortRange, parsePortSpec, splitProtoPort } from '../../opts/nat.ts';
import type { Ulimit } from '../../opts/ulimit.ts';
import { readEnvFiles, readLabelFiles } from '../envfile.ts';
import { labelMap } from '../service/opts.ts';
import { networkEndpoints, networkMode } from './netopts.ts';
import { splitVolumes } from './volumes.ts';

export interface ContainerRequest {
  readonly Image: string;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  StdinOnce: boolean;
  readonly HostConfig: {
    readonly AutoRemove: boolean;
    readonly ContainerIDFile: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export function parseContainer(
  cli: DockerCli,
  flags: FlagSet,
  image: string,
  args: readonly string[],
): ContainerRequest {
  const attach = flags.list('attach');
  const isInteractive = flags.bool('interactive');
  const swappiness = flags.number('memory-swappiness');
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw new StatusError(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }
  const { binds, volumes } = splitVolumes(cli, flags.list('volume'));
  const { exposed, bindings } = ports(flags);
  const entrypoint = flags.string('entrypoint');
  const AttachStdin = attach.includes('stdin') || isInteractive;
  return {
    Hostname: flags.string('hostname'),
    Domainname: flags.string('domainname'),
    User: flags.string('user'),
    AttachStdin,
    AttachStdout: attach.length === 0 || attach.includes('stdout'),
    AttachStderr: attach.length === 0 || attach.includes('stderr'),
    ExposedPorts: exposed,
    Tty: flags.bool('tty'),
    OpenStdin: isInteractive,
    StdinOnce: isInteractive && AttachStdin,
    Env: [...readEnvFiles(cli, flags.list('env-file')), ...flags.list('env')],
    Cmd: args.length > 0 ? args : null,
    ...healthcheck(flags),
    Image: image,
    Volumes: volumes,
    WorkingDir: flags.string('workdir'),
    Entrypoint: flags.changed('entrypoint') ? [entrypoint] : null,
    ...(flags.string('mac-address') === '' ? {} : { MacAddress: flags.string('mac-address') }),
    OnBuild: null,
    Labels: labelMap([...readLabelFiles(cli, flags.list('label-file')), ...flags.list('label')]),
    ...(flags.string('stop-signal') === '' ? {} : { StopSignal: flags.string('stop-signal') }),
    ...(flags.changed('stop-timeout') ? { StopTimeout: flags.number('stop-timeout') } : {}),
    HostConfig: hostConfig(flags, binds, bindings),
    NetworkingConfig: { EndpointsConfig: networkEndpoints(flags) },
  };
}

interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

function ports(flags: FlagSet): {
  exposed: Record<string, object>;
  bindings: Record<string, PortBinding[]>;
} {
  const exposed: Record<string, object> = {};
  const bindings: Record<string, PortBinding[]> = {};
  for (const publish of flags.list('publish')) {
    for (const mapping of attempt(() => parsePortSpec(standardNotation(publish)))) {
      const key = `${mapping.port}/${mapping.protocol}`;
      exposed[key] = {};
      const list = (bindings[key] ??= []);
      list.push({ HostIp: mapping.hostIP, HostPort: mapping.hostPort });
    }
  }
  for (const expose of flags.list('expose')) {
    if (expose.includes(':')) {
      throw new StatusError(`invalid port format for --expose: ${expose}`);
    }
    const [protocol, range] = splitProtoPort(expose);
    const [start, end] = exposeRange(expose, range);
    for (let port = start; port <= end; port += 1) exposed[`${port}/${protocol}`] = {};
  }
  return { exposed, bindings };
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StatusError(error instanceof Error ? error.message : String(error));
  }
}

function exposeRange(expose: string, range: string): readonly [number, number] {
  try {
    return parsePortRange(range);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new StatusError(`invalid range format for --expose: ${expose}, error: ${reason}`);
  }
}

/** `published=8080,target=80` as `8080:80/tcp`. */
function standardNotation(publish: string): string {
  if (!publish.includes('=')) return publish;
  const parameters = new Map([['protocol', 'tcp']]);
  for (const parameter of publish.split(',')) {
    const [key, value, isPair] = cut(parameter);
    if (!isPair || key === '') {
      throw new StatusError(
        `invalid publish opts format (should be name=value but got '${parameter}')`,
      );
    }
    parameters.set(key, value);
  }
  const of = (name: string): string => parameters.get(name) ?? '';
  return `${of('published')}:${of('target')}/${of('protocol')}`;
}

const HEALTH = [
  ['health-interval', 'Interval'],
  ['health-timeout', 'Timeout'],
  ['health-start-period', 'StartPeriod'],
  ['health-start-interval', 'StartInterval'],
  ['health-retries', 'Retries'],
] as const;

function healthcheck(flags: FlagSet): object {
  const command = flags.string('health-cmd');
  const given = HEALTH.filter(([flag]) => flags.number(flag) !== 0);
  const hasSettings = command !== '' || given.length > 0;
  if (flags.bool('no-healthcheck')) {
    if (hasSettings) throw new StatusError('--no-healthcheck conflicts with --health-* options');
    return { Healthcheck: { Test: ['NONE'] } };
  }
  if (!hasSettings) return {};
  for (const [flag] of given) {
    if (flags.number(flag) < 0) throw new StatusError(`--${flag} cannot be negative`);
  }
  return {
    Healthcheck: {
      ...(command === '' ? {} : { Test: ['CMD-SHELL', command] }),
      ...Object.fromEntries(given.map(([flag, field]) => [field, flags.number(flag)])),
    },
  };
}

/** `on-failure:3`. */
export function restartPolicy(text: string): { Name: string; MaximumRetryCount: number } {
  const [name, count, hasCount] = cut(text, ':');
  if (hasCount && name === '') {
    throw new StatusError('invalid restart policy format: no policy provided before colon');
  }
  if (count !== '' && !/^[+-]?\d+$/.test(count)) {
    throw new StatusError('invalid restart policy format: maximum retry count must be an integer');
  }
  return { Name: name, MaximumRetryCount: count === '' ? 0 : Number(count) };
}

function hostConfig(
  flags: FlagSet,
  Binds: readonly string[],
  PortBindings: object,
): ContainerRequest['HostConfig'] {
  const policy = restartPolicy(flags.string('restart'));
  const AutoRemove = flags.bool('rm');
  if (AutoRemove && policy.Name !== '' && policy.Name !== 'no') {
    throw new StatusError('conflicting options: cannot specify both --restart and --rm');
  }
  const driver = flags.string('log-driver');
  if (driver === 'none' && flags.list('log-opt').length > 0) {
    throw new StatusError(`invalid logging opts for driver ${driver}`);
  }
  checkModes(flags);
  const security = securityOptions(flags.list('security-opt'));
  return {
    Binds: Binds.length > 0 ? Binds : null,
    ContainerIDFile: flags.string('cidfile'),
    LogConfig: { Type: driver, Config: labelMap(flags.list('log-opt')) },
    NetworkMode: networkMode(flags),
    PortBindings,
    RestartPolicy: policy,
    AutoRemove,
    VolumeDriver: flags.string('volume-driver'),
    VolumesFrom: orNull(flags.list('volumes-from')),
    ConsoleSize: [0, 0],
    ...(flags.map('annotation').size > 0
      ? { Annotations: Object.fromEntries(flags.map('annotation')) }
      : {}),
    CapAdd: orNull(flags.list('cap-add')),
    CapDrop: orNull(flags.list('cap-drop')),
    CgroupnsMode: flags.string('cgroupns'),
    Dns: flags.list('dns'),
    DnsOptions: [...flags.list('dns-option'), ...flags.list('dns-opt')],
    DnsSearch: flags.list('dns-search'),
    ExtraHosts: orNull(flags.list('add-host')),
    GroupAdd: orNull(flags.list('group-add')),
    IpcMode: flags.string('ipc'),
    Cgroup: '',
    Links: orNull(flags.list('link')),
    OomScoreAdj: flags.number('oom-score-adj'),
    PidMode: flags.string('pid'),
    Privileged: flags.bool('privileged'),
    PublishAllPorts: flags.bool('publish-all'),
    ReadonlyRootfs: flags.bool('read-only'),
    SecurityOpt: orNull(security.filter((option) => option !== 'systempaths=unconfined')),
    ...storageOptions(flags),
    ...tmpfs(flags),
    UTSMode: flags.string('uts'),
    UsernsMode: flags.string('userns'),
    ShmSize: flags.number('shm-size'),
    ...(flags.map('sysctl').size > 0 ? { Sysctls: Object.fromEntries(flags.map('sysctl')) } : {}),
    ...(flags.string('runtime') === '' ? {} : { Runtime: flags.string('runtime') }),
    Isolation: flags.string('isolation'),
    ...resources(flags),
    ...((flags.get('mount') as readonly Mount[]).length > 0 ? { Mounts: flags.get('mount') } : {}),
    MaskedPaths: security.includes('systempaths=unconfined') ? [] : null,
    ReadonlyPaths: security.includes('systempaths=unconfined') ? [] : null,
    ...(flags.changed('init') ? { Init: flags.bool('init') } : {}),
  };
}

function orNull(list: readonly string[]): readonly string[] | null {
  return list.length > 0 ? list : null;
}

function checkModes(flags: FlagSet): void {
  const isContainer = (mode: string): boolean => /^container:.+/.test(mode);
  const pid = flags.string('pid');
  if (pid !== '' && pid !== 'host' && !isContainer(pid)) {
    throw new StatusError('--pid: invalid PID mode');
  }
  if (!['', 'host'].includes(flags.string('uts'))) throw new StatusError('--uts: invalid UTS mode');
  if (!['', 'host'].includes(flags.string('userns'))) {
    throw new StatusError('--userns: invalid USER mode');
  }
  if (!['', 'host', 'private'].includes(flags.string('cgroupns'))) {
    throw new StatusError('--cgroupns: invalid CGROUP mode');
  }
}

function securityOptions(options: readonly string[]): readonly string[] {
  for (const option of options) {
    const [key, value, isPair] = cut(option, option.includes('=') ? '=' : ':');
    if ((!isPair || value === '') && key !== 'no-new-privileges') {
      throw new StatusError(`Invalid --security-opt: ${goQuote(option)}`);
    }
  }
  return options;
}

function storageOptions(flags: FlagSet): object {
  const options = flags.list('storage-opt');
  if (options.some((option) => !option.includes('='))) {
    throw new StatusError('invalid storage option');
  }
  return options.length === 0 ? {} : { StorageOpt: labelMap(options) };
}

function tmpfs(flags: FlagSet): object {
  const mounts = flags.list('tmpfs').map((mount) => cut(mount, ':'));
  if (mounts.length === 0) return {};
  return { Tmpfs: Object.fromEntries(mounts.map(([path, options]) => [path, options])) };
}

/** `/dev/sda:1024`, as the flag's check left it. */
function devices(flags: FlagSet, name: string, field: 'Rate' | 'Weight'): object[] {
  return flags.list(name).map((text) => {
    const [Path, value] = cut(text, ':');
    return { Path, [field]: Number(value) };
  });
}

function resources(flags: FlagSet): object {
  return {
    CpuShares: flags.number('cpu-shares'),
    Memory: flags.number('memory'),
    NanoCpus: flags.number('cpus'),
    CgroupParent: flags.string('cgroup-parent'),
    BlkioWeight: flags.number('blkio-weight'),
    BlkioWeightDevice: devices(flags, 'blkio-weight-device', 'Weight'),
    BlkioDeviceReadBps: devices(flags, 'device-read-bps', 'Rate'),
    BlkioDeviceWriteBps: devices(flags, 'device-write-bps', 'Rate'),
    BlkioDeviceReadIOps: devices(flags, 'device-read-iops', 'Rate'),
    BlkioDeviceWriteIOps: devices(flags, 'device-write-iops', 'Rate'),
    CpuPeriod: flags.number('cpu-period'),
    CpuQuota: flags.number('cpu-quota'),
    CpuRealtimePeriod: flags.number('cpu-rt-period'),
    CpuRealtimeRuntime: flags.number('cpu-rt-runtime'),
    CpusetCpus: flags.string('cpuset-cpus'),
    CpusetMems: flags.string('cpuset-mems'),
    Devices: flags.list('device').map(device),
    DeviceCgroupRules: orNull(flags.list('device-cgroup-rule')),
    DeviceRequests:
      (flags.get('gpus') as readonly DeviceRequest[]).length > 0 ? flags.get('gpus') : null,
    MemoryReservation: flags.number('memory-reservation'),
    MemorySwap: flags.number('memory-swap'),
    MemorySwappiness: flags.number('memory-swappiness'),
    OomKillDisable: flags.bool('oom-kill-disable'),
    PidsLimit: flags.number('pids-limit'),
    Ulimits: flags.get('ulimit') as readonly Ulimit[],
    CpuCount: flags.number('cpu-count'),
    CpuPercent: flags.number('cpu-percent'),
    IOMaximumIOps: flags.number('io-maxiops'),
    IOMaximumBandwidth: flags.number('io-maxbandwidth'),
  };
}

function device(text: string): object {
  const parts = text.split(':');
  const isMode = (mode: string): boolean =>
    /^[rwm]+$/.test(mode) && new Set(mode).size === mode.length;
  if (parts.length > 3 || !(parts[0] ?? '').startsWith('/')) {
    throw new StatusError(`bad format for path: ${text}`);
  }
  const [source = '', second, third] = parts;
  const mode = third ?? (second !== undefined && isMode(second) ? second : 'rwm');
  if (!isMode(mode)) throw new StatusError(`bad mode specified: ${mode}`);
  const target = second === undefined || isMode(second) ? source : second;
  return { PathOnHost: source, PathInContainer: target, CgroupPermissions: mode };
}
