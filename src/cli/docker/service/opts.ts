/**
 * Flags of `service create` as a service spec.
 *
 * Real: docker/cli cli/command/service/opts.go
 */
import type {
  ContainerSpec,
  GenericResource,
  HealthConfig,
  Labels,
  NetworkAttachmentConfig,
  ServiceMode,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { segment } from '../../client.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import { StatusError } from '../../errors.ts';
import { effectiveCapabilities } from '../../opts/capabilities.ts';
import { cut } from '../../opts/csv.ts';
import type { Mount } from '../../opts/mount.ts';
import type { NetworkAttachment } from '../../opts/network.ts';
import type { PortConfig } from '../../opts/swarmopts.ts';
import type { Ulimit } from '../../opts/ulimit.ts';
import type { CredentialSpec, PlacementPreference } from '../../opts/value.ts';
import type { Sys } from '../../process.ts';
import { readEnvFiles } from '../envfile.ts';

export function labelMap(pairs: readonly string[]): Labels {
  return Object.fromEntries(pairs.map((pair) => [cut(pair)[0], cut(pair)[1]]));
}

export function* toService(
  cli: DockerCli,
  flags: FlagSet,
  image: string,
  args: readonly string[],
): Sys<ServiceSpec> {
  const env = environment(cli, flags);
  const Healthcheck = healthConfig(flags);
  const Mode = serviceMode(flags);
  const updates = updateConfigs(flags, Mode);
  const networks = yield* resolveNetworks(
    cli,
    flags.get('network') as readonly NetworkAttachment[],
  );
  return {
    Name: flags.string('name'),
    Labels: labelMap(flags.list('label')),
    TaskTemplate: {
      ContainerSpec: containerSpec(flags, { image, args, env, Healthcheck }),
      Resources: resources(flags),
      ...restartPolicy(flags),
      Placement: placement(flags),
      ...(networks.length > 0 ? { Networks: networks } : {}),
      ...logDriver(flags),
      ForceUpdate: 0,
    },
    Mode,
    ...updates,
    EndpointSpec: {
      Mode: flags.string('endpoint-mode').toLowerCase(),
      ...nonEmpty('Ports', flags.get('publish') as PortConfig[]),
    },
  };
}

/** A field that JSON leaves out where it is empty. */
function nonEmpty<Key extends string, T extends string | number | boolean | readonly unknown[]>(
  key: Key,
  value: T,
): { [K in Key]?: T } {
  const isEmpty = Array.isArray(value) ? value.length === 0 : !value;
  return (isEmpty ? {} : { [key]: value }) as { [K in Key]?: T };
}

function containerSpec(
  flags: FlagSet,
  given: {
    readonly image: string;
    readonly args: readonly string[];
    readonly env: string[];
    readonly Healthcheck: HealthConfig | undefined;
  },
): ContainerSpec {
  const [capAdd, capDrop] = effectiveCapabilities(flags.list('cap-add'), flags.list('cap-drop'));
  const containerLabels = labelMap(flags.list('container-label'));
  const sysctls = labelMap(flags.list('sysctl'));
  const credentials = flags.get('credential-spec') as CredentialSpec | undefined;
  return {
    Image: given.image,
    ...(Object.keys(containerLabels).length > 0 ? { Labels: containerLabels } : {}),
    ...nonEmpty('Command', [...(flags.get('entrypoint') as readonly string[])]),
    ...nonEmpty('Args', [...given.args]),
    ...nonEmpty('Hostname', flags.string('hostname')),
    ...nonEmpty('Env', given.env),
    ...nonEmpty('Dir', flags.string('workdir')),
    ...nonEmpty('User', flags.string('user')),
    ...nonEmpty('Groups', [...flags.list('group')]),
    ...(credentials === undefined ? {} : { Privileges: { CredentialSpec: { ...credentials } } }),
    Init: flags.bool('init'),
    ...nonEmpty('StopSignal', flags.string('stop-signal')),
    ...nonEmpty('TTY', flags.bool('tty')),
    ...nonEmpty('ReadOnly', flags.bool('read-only')),
    ...nonEmpty('Mounts', flags.get('mount') as Mount[]),
    ...(flags.changed('stop-grace-period')
      ? { StopGracePeriod: flags.number('stop-grace-period') }
      : {}),
    ...(given.Healthcheck === undefined ? {} : { Healthcheck: given.Healthcheck }),
    ...nonEmpty('Hosts', swarmHosts(flags.list('host'))),
    DNSConfig: {
      ...nonEmpty('Nameservers', [...flags.list('dns')]),
      ...nonEmpty('Search', [...flags.list('dns-search')]),
      ...nonEmpty('Options', [...flags.list('dns-option')]),
    },
    ...nonEmpty('Isolation', flags.string('isolation')),
    ...(Object.keys(sysctls).length > 0 ? { Sysctls: sysctls } : {}),
    ...nonEmpty('CapabilityAdd', capAdd),
    ...nonEmpty('CapabilityDrop', capDrop),
    ...nonEmpty('Ulimits', flags.get('ulimit') as Ulimit[]),
    ...nonEmpty('OomScoreAdj', flags.number('oom-score-adj')),
  };
}

/** `host:ip` as SwarmKit keeps it: `ip host`. */
export function swarmHosts(hosts: readonly string[]): string[] {
  return hosts.flatMap((host) => {
    const [name, address, isPair] = cut(host, ':');
    return isPair ? [`${address} ${name}`] : [];
  });
}

/** Files first, then flags; of equal names the last counts. */
function environment(cli: DockerCli, flags: FlagSet): string[] {
  const all = [...readEnvFiles(cli, flags.list('env-file')), ...flags.list('env')];
  let current: string[] = [];
  for (const variable of all) {
    const key = cut(variable)[0];
    current = current.filter((one) => one === variable || !one.startsWith(`${key}=`));
    current.push(variable);
  }
  return current;
}

const HEALTH_FLAGS = [
  'health-cmd',
  'health-interval',
  'health-timeout',
  'health-start-period',
  'health-start-interval',
  'health-retries',
];

function healthConfig(flags: FlagSet): HealthConfig | undefined {
  const hasSettings = HEALTH_FLAGS.some(
    (name) =>
      flags.changed(name) &&
      flags.get(name) !== '' &&
      !(name === 'health-retries' && flags.number(name) === 0),
  );
  if (flags.bool('no-healthcheck')) {
    if (hasSettings) throw new StatusError('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!hasSettings) return undefined;
  const command = flags.string('health-cmd');
  return {
    ...(command === '' ? {} : { Test: ['CMD-SHELL', command] }),
    ...nonEmpty('Interval', flags.number('health-interval')),
    ...nonEmpty('Timeout', flags.number('health-timeout')),
    ...nonEmpty('StartPeriod', flags.number('health-start-period')),
    ...nonEmpty('StartInterval', flags.number('health-start-interval')),
    ...nonEmpty('Retries', flags.number('health-retries')),
  };
}

const ONLY_JOBS = 'max-concurrent can only be used with replicated-job mode';
const NO_REPLICAS = 'replicas can only be used with replicated or replicated-job mode';
const NO_MAXIMUM = 'replicas-max-per-node can only be used with replicated or replicated-job mode';

function serviceMode(flags: FlagSet): ServiceMode {
  const mode = flags.string('mode');
  const Replicas = flags.numberOrUndefined('replicas');
  const concurrent = flags.numberOrUndefined('max-concurrent');
  const refuseGlobal = (): void => {
    const hasMaximum = flags.number('replicas-max-per-node') > 0;
    if (mode === 'global' && Replicas !== undefined) throw new StatusError(NO_REPLICAS);
    if (hasMaximum) throw new StatusError(NO_MAXIMUM);
    if (concurrent !== undefined) throw new StatusError(ONLY_JOBS);
    if (Replicas !== undefined) throw new StatusError(NO_REPLICAS);
  };
  switch (mode) {
    case 'global':
      refuseGlobal();
      return { Global: {} };
    case 'global-job':
      refuseGlobal();
      return { GlobalJob: {} };
    case 'replicated':
      if (concurrent !== undefined) throw new StatusError(ONLY_JOBS);
      return { Replicated: Replicas === undefined ? {} : { Replicas } };
    case 'replicated-job': {
      const MaxConcurrent = concurrent ?? Replicas;
      return {
        ReplicatedJob: {
          ...(MaxConcurrent === undefined ? {} : { MaxConcurrent }),
          ...(Replicas === undefined ? {} : { TotalCompletions: Replicas }),
        },
      };
    }
    default:
      throw new StatusError(`Unknown mode: ${mode}, only replicated and global supported`);
  }
}

const UPDATE_FIELDS = [
  ['parallelism', 'Parallelism'],
  ['delay', 'Delay'],
  ['failure-action', 'FailureAction'],
  ['monitor', 'Monitor'],
  ['max-failure-ratio', 'MaxFailureRatio'],
  ['order', 'Order'],
] as const;

/** SwarmKit's defaults, with what the flags of `prefix` (`update`, `rollback`) change. */
export function changedUpdateConfig(
  flags: FlagSet,
  prefix: 'update' | 'rollback',
  current: UpdateConfig | undefined,
): UpdateConfig | undefined {
  const changed = UPDATE_FIELDS.filter(([flag]) => flags.changed(`${prefix}-${flag}`));
  if (changed.length === 0) return current;
  const base: UpdateConfig = current ?? {
    Parallelism: 1,
    FailureAction: 'pause',
    Monitor: 5e9,
    MaxFailureRatio: 0,
    Order: 'stop-first',
  };
  const fields = changed.map(([flag, field]) => [field, flags.get(`${prefix}-${flag}`)]);
  return { ...base, ...Object.fromEntries(fields) };
}

function updateConfigs(flags: FlagSet, mode: ServiceMode): Partial<ServiceSpec> {
  const update = changedUpdateConfig(flags, 'update', undefined);
  const rollback = changedUpdateConfig(flags, 'rollback', undefined);
  const isJob = mode.ReplicatedJob !== undefined || mode.GlobalJob !== undefined;
  if (isJob && (update !== undefined || rollback !== undefined)) {
    throw new StatusError('update and rollback configuration is not supported for jobs');
  }
  return {
    ...(update === undefined ? {} : { UpdateConfig: update }),
    ...(rollback === undefined ? {} : { RollbackConfig: rollback }),
  };
}

/** `POST /services/create` wants IDs; only networks of the swarm have them for services. */
export function* resolveNetworks(
  cli: DockerCli,
  attachments: readonly NetworkAttachment[],
): Sys<NetworkAttachmentConfig[]> {
  const configs: NetworkAttachmentConfig[] = [];
  for (const { Target, Aliases, DriverOpts } of attachments) {
    configs.push({
      Target: yield* networkID(cli, Target),
      ...nonEmpty('Aliases', Aliases),
      ...(DriverOpts === undefined ? {} : { DriverOpts }),
    });
  }
  return configs.sort((a, b) => compare(a.Target ?? '', b.Target ?? ''));
}

export function* networkID(cli: DockerCli, name: string): Sys<string> {
  if (name.trim() === '') throw new StatusError('invalid network name or ID: value is empty');
  const network = yield* cli.client.json<{ Id: string }>('GET', `/networks/${segment(name)}`, {
    query: { scope: 'swarm' },
  });
  return network.Id;
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function resources(flags: FlagSet): TaskSpec['Resources'] {
  return {
    Limits: {
      ...nonEmpty('NanoCPUs', flags.number('limit-cpu')),
      ...nonEmpty('MemoryBytes', flags.number('limit-memory')),
      ...nonEmpty('Pids', flags.number('limit-pids')),
    },
    Reservations: {
      ...nonEmpty('NanoCPUs', flags.number('reserve-cpu')),
      ...nonEmpty('MemoryBytes', flags.number('reserve-memory')),
      ...nonEmpty('GenericResources', genericResources(flags.list('generic-resource'))),
    },
  };
}

/** `gpu=2`; named ones (`gpu=UUID1`) belong to nodes, not to services. */
export function genericResources(specs: readonly string[]): GenericResource[] {
  return specs.map((spec) => {
    const [kind, value] = cut(spec);
    if (!/^\d+$/.test(value)) {
      throw new StatusError(
        `invalid generic-resource request \`${kind}=${value}\`, Named Generic Resources is not supported for service create or update`,
      );
    }
    return { DiscreteResourceSpec: { Kind: kind, Value: Number(value) } };
  });
}

const RESTART_FIELDS = [
  ['condition', 'Condition'],
  ['delay', 'Delay'],
  ['max-attempts', 'MaxAttempts'],
  ['window', 'Window'],
] as const;

/** The restart policy with what the flags change; SwarmKit's defaults where there is none. */
export function changedRestartPolicy(
  flags: FlagSet,
  current: TaskSpec['RestartPolicy'],
): TaskSpec['RestartPolicy'] {
  const changed = RESTART_FIELDS.filter(([flag]) => flags.changed(`restart-${flag}`));
  if (changed.length === 0) return current;
  const base = current ?? { Condition: 'any', Delay: 5e9, MaxAttempts: 0 };
  const fields = changed.map(([flag, field]) => [field, flags.get(`restart-${flag}`)]);
  return { ...base, ...Object.fromEntries(fields) };
}

function restartPolicy(flags: FlagSet): Partial<TaskSpec> {
  const policy = changedRestartPolicy(flags, undefined);
  return policy === undefined ? {} : { RestartPolicy: policy };
}

function placement(flags: FlagSet): NonNullable<TaskSpec['Placement']> {
  return {
    ...nonEmpty('Constraints', [...flags.list('constraint')]),
    ...nonEmpty('Preferences', flags.get('placement-pref') as PlacementPreference[]),
    ...nonEmpty('MaxReplicas', flags.number('replicas-max-per-node')),
  };
}

function logDriver(flags: FlagSet): Partial<TaskSpec> {
  const Name = flags.string('log-driver');
  return Name === '' ? {} : { LogDriver: { Name, Options: labelMap(flags.list('log-opt')) } };
}
