/**
 * A service of a compose file as a service spec.
 *
 * Real: docker/cli cli/compose/convert/{service,volume,compose}.go
 */
import type {
  ContainerSpec,
  HealthConfig,
  MountSpec,
  NetworkAttachmentConfig,
  ServiceMode,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from '../../../api.ts';
import { StatusError } from '../../../errors.ts';
import { parseDuration } from '../../../formatter/duration.ts';
import { ramInBytes } from '../../../formatter/units.ts';
import { effectiveCapabilities } from '../../../opts/capabilities.ts';
import { cut } from '../../../opts/csv.ts';
import { parseCPUs } from '../../../opts/nanocpus.ts';
import type { FileReference } from '../../../opts/swarmopts.ts';
import { compare, swarmHosts } from '../../service/opts.ts';
import { IMAGE_LABEL, NAMESPACE_LABEL } from '../common.ts';
import type {
  ComposeConfig,
  ComposeFileReference,
  ComposeObject,
  ComposeResources,
  ComposeService,
  ComposeUpdateConfig,
  ComposeVolumeMount,
} from './types.ts';

export interface Converted {
  readonly spec: ServiceSpec;
  readonly secrets: readonly FileReference[];
  readonly configs: readonly FileReference[];
}

/** `stack_name`, unless the file gives the whole name. */
export function scopedName(stack: string, key: string, object: ComposeObject | undefined): string {
  return object?.name || `${stack}_${key}`;
}

export function withNamespace(
  stack: string,
  labels: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...labels, [NAMESPACE_LABEL]: stack };
}

export function convertService(
  stack: string,
  name: string,
  service: ComposeService,
  config: ComposeConfig,
): Converted {
  try {
    return convert(stack, name, service, config);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new StatusError(`service ${name}: ${error.message}`);
  }
}

function convert(
  stack: string,
  name: string,
  service: ComposeService,
  config: ComposeConfig,
): Converted {
  const deploy = service.deploy ?? {};
  const task: TaskSpec = {
    ContainerSpec: containerSpec(stack, service, config),
    ...(service.logging === undefined
      ? {}
      : {
          LogDriver: {
            Name: service.logging.driver ?? '',
            Options: { ...service.logging.options },
          },
        }),
    Resources: {
      ...(deploy.resources?.limits ? { Limits: resources(deploy.resources.limits) } : {}),
      ...(deploy.resources?.reservations
        ? { Reservations: resources(deploy.resources.reservations) }
        : {}),
    },
    ...restartPolicy(service),
    Placement: {
      Constraints: [...(deploy.placement?.constraints ?? [])],
      Preferences: (deploy.placement?.preferences ?? []).map(({ spread = '' }) => ({
        Spread: { SpreadDescriptor: spread },
      })),
      MaxReplicas: deploy.placement?.max_replicas_per_node ?? 0,
    },
    Networks: networks(stack, name, service, config),
    ForceUpdate: 0,
  };
  const update = updateConfig(deploy.update_config);
  const rollback = updateConfig(deploy.rollback_config);
  return {
    spec: {
      Name: `${stack}_${name}`,
      Labels: {
        ...withNamespace(stack, deploy.labels),
        [IMAGE_LABEL]: service.image ?? '',
      },
      TaskTemplate: task,
      Mode: serviceMode(deploy.mode ?? '', deploy.replicas),
      ...(update === undefined ? {} : { UpdateConfig: update }),
      ...(rollback === undefined ? {} : { RollbackConfig: rollback }),
      EndpointSpec: {
        ...(deploy.endpoint_mode ? { Mode: deploy.endpoint_mode } : {}),
        Ports: ports(service),
      },
    },
    secrets: fileReferences('secret', stack, service.secrets ?? [], config.secrets),
    configs: fileReferences('config', stack, service.configs ?? [], config.configs),
  };
}

function containerSpec(
  stack: string,
  service: ComposeService,
  config: ComposeConfig,
): ContainerSpec {
  const [add, drop] = effectiveCapabilities(service.cap_add ?? [], service.cap_drop ?? []);
  const health = healthcheck(service);
  const env = Object.entries(service.environment ?? {})
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .map(([key, value]) => `${key}=${value}`);
  const hosts = (service.extra_hosts ?? []).map((host) => host.replace('=', ':'));
  const ulimits = Object.entries(service.ulimits ?? {}).map(([Name, limit]) =>
    typeof limit === 'number'
      ? { Name, Hard: limit, Soft: limit }
      : { Name, Hard: limit.hard, Soft: limit.soft },
  );
  const spec = {
    Image: service.image,
    Labels: withNamespace(stack, service.labels),
    Command: service.entrypoint,
    Args: service.command,
    Hostname: service.hostname,
    Env: env.sort(compare),
    Dir: service.working_dir,
    User: service.user,
    Init: service.init,
    StopSignal: service.stop_signal,
    TTY: service.tty,
    OpenStdin: service.stdin_open,
    ReadOnly: service.read_only,
    Mounts: mounts(stack, service, config),
    StopGracePeriod: durationOf(service.stop_grace_period),
    Healthcheck: health,
    Hosts: swarmHosts(hosts),
    DNSConfig:
      service.dns === undefined && service.dns_search === undefined
        ? undefined
        : { Nameservers: [...(service.dns ?? [])], Search: [...(service.dns_search ?? [])] },
    Isolation: service.isolation,
    Sysctls: service.sysctls,
    CapabilityAdd: add,
    CapabilityDrop: drop,
    Ulimits: ulimits.sort((a, b) => compare(a.Name, b.Name)),
    OomScoreAdj: service.oom_score_adj,
  };
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(spec).filter(([key, value]) =>
      key === 'Init' ? value !== undefined : !isEmpty(value),
    ),
  );
}

function durationOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

function healthcheck(service: ComposeService): HealthConfig | undefined {
  const health = service.healthcheck;
  if (health === undefined) return undefined;
  if (health.disable === true) {
    if ((health.test ?? []).length > 0) {
      throw new StatusError("test and disable can't be set at the same time");
    }
    return { Test: ['NONE'] };
  }
  const fields = [
    ['Test', health.test],
    ['Interval', durationOf(health.interval)],
    ['Timeout', durationOf(health.timeout)],
    ['StartPeriod', durationOf(health.start_period)],
    ['StartInterval', durationOf(health.start_interval)],
    ['Retries', health.retries],
  ] as const;
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function serviceMode(mode: string, replicas: number | undefined): ServiceMode {
  const refuse = (): void => {
    if (replicas === undefined) return;
    throw new StatusError('replicas can only be used with replicated or replicated-job mode');
  };
  switch (mode) {
    case 'global':
      refuse();
      return { Global: {} };
    case 'global-job':
      refuse();
      return { GlobalJob: {} };
    case '':
    case 'replicated':
      return { Replicated: replicas === undefined ? {} : { Replicas: replicas } };
    case 'replicated-job':
      return {
        ReplicatedJob:
          replicas === undefined ? {} : { MaxConcurrent: replicas, TotalCompletions: replicas },
      };
    default:
      throw new StatusError(`Unknown mode: ${mode}`);
  }
}

function updateConfig(source: ComposeUpdateConfig | undefined): UpdateConfig | undefined {
  if (source === undefined) return undefined;
  return {
    Parallelism: source.parallelism ?? 1,
    ...(source.delay === undefined ? {} : { Delay: parseDuration(source.delay) }),
    ...(source.failure_action === undefined ? {} : { FailureAction: source.failure_action }),
    ...(source.monitor === undefined ? {} : { Monitor: parseDuration(source.monitor) }),
    MaxFailureRatio: source.max_failure_ratio ?? 0,
    Order: source.order ?? '',
  };
}

function restartPolicy(service: ComposeService): Partial<TaskSpec> {
  const policy = service.deploy?.restart_policy;
  if (policy !== undefined) {
    const fields = [
      ['Condition', policy.condition],
      ['Delay', durationOf(policy.delay)],
      ['MaxAttempts', policy.max_attempts],
      ['Window', durationOf(policy.window)],
    ] as const;
    return { RestartPolicy: Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
  }
  const [name, count] = cut(service.restart ?? '', ':');
  switch (name) {
    case '':
    case 'no':
      return {};
    case 'always':
    case 'unless-stopped':
      return { RestartPolicy: { Condition: 'any' } };
    case 'on-failure':
      return { RestartPolicy: { Condition: 'on-failure', MaxAttempts: Number(count || '0') } };
    default:
      throw new StatusError(`unknown restart policy: ${name}`);
  }
}

function resources(source: ComposeResources): object {
  const generic = (source.generic_resources ?? []).flatMap(({ discrete_resource_spec: spec }) =>
    spec === undefined ? [] : [{ DiscreteResourceSpec: { Kind: spec.kind, Value: spec.value } }],
  );
  return {
    ...(source.cpus === undefined ? {} : { NanoCPUs: parseCPUs(source.cpus) }),
    ...(source.memory === undefined ? {} : { MemoryBytes: ramInBytes(source.memory) }),
    ...(source.pids === undefined ? {} : { Pids: source.pids }),
    ...(generic.length === 0 ? {} : { GenericResources: generic }),
  };
}

function networks(
  stack: string,
  name: string,
  service: ComposeService,
  config: ComposeConfig,
): NetworkAttachmentConfig[] {
  const attached =
    Object.keys(service.networks ?? {}).length > 0 ? (service.networks ?? {}) : { default: null };
  return Object.entries(attached)
    .map(([key, options]) => {
      const network = config.networks[key];
      if (network === undefined && key !== 'default') {
        throw new StatusError(`undefined network "${key}"`);
      }
      const Target = scopedName(stack, key, network);
      const isUserDefined = !['bridge', 'host', 'none', 'default'].includes(Target);
      return {
        Target,
        Aliases: [...(options?.aliases ?? []), ...(isUserDefined ? [name] : [])],
        ...(options?.driver_opts === undefined ? {} : { DriverOpts: options.driver_opts }),
      };
    })
    .sort((a, b) => compare(a.Target, b.Target));
}

function ports(service: ComposeService): NonNullable<ServiceSpec['EndpointSpec']>['Ports'] {
  return (service.ports ?? [])
    .map(({ protocol, target, published, mode }) => ({
      Protocol: protocol,
      TargetPort: target,
      ...(published === undefined ? {} : { PublishedPort: published }),
      PublishMode: mode,
    }))
    .sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0));
}

function mounts(stack: string, service: ComposeService, config: ComposeConfig): MountSpec[] {
  const tmpfs = (service.tmpfs ?? []).map((target): MountSpec => ({
    Type: 'tmpfs',
    Target: target,
  }));
  return [...(service.volumes ?? []).map((mount) => mountSpec(stack, mount, config)), ...tmpfs];
}

function mountSpec(stack: string, mount: ComposeVolumeMount, config: ComposeConfig): MountSpec {
  const base: MountSpec = {
    Type: mount.type,
    ...(mount.source ? { Source: mount.source } : {}),
    Target: mount.target,
    ...(mount.read_only ? { ReadOnly: true } : {}),
    ...(mount.consistency ? { Consistency: mount.consistency } : {}),
  };
  if (mount.type === 'bind') {
    return mount.bind?.propagation
      ? { ...base, BindOptions: { Propagation: mount.bind.propagation } }
      : base;
  }
  if (mount.type === 'tmpfs') {
    return mount.tmpfs?.size ? { ...base, TmpfsOptions: { SizeBytes: mount.tmpfs.size } } : base;
  }
  if (mount.type !== 'volume') return base;
  const NoCopy = mount.volume?.nocopy ? { NoCopy: true } : {};
  if (!mount.source)
    return Object.keys(NoCopy).length > 0 ? { ...base, VolumeOptions: NoCopy } : base;
  const volume = config.volumes[mount.source];
  if (volume === undefined) throw new StatusError(`undefined volume "${mount.source}"`);
  const Source = scopedName(stack, mount.source, volume);
  if (volume.external === true) return { ...base, Source, VolumeOptions: NoCopy };
  const driver = volume.driver || volume.driver_opts;
  return {
    ...base,
    Source,
    VolumeOptions: {
      ...NoCopy,
      Labels: withNamespace(stack, volume.labels),
      ...(driver
        ? { DriverConfig: { Name: volume.driver ?? '', Options: { ...volume.driver_opts } } }
        : {}),
    },
  };
}

function fileReferences(
  kind: 'secret' | 'config',
  stack: string,
  references: readonly ComposeFileReference[],
  known: Readonly<Record<string, ComposeObject>>,
): FileReference[] {
  return references
    .map((reference) => {
      const object = known[reference.source];
      if (object === undefined) throw new StatusError(`undefined ${kind} "${reference.source}"`);
      const target =
        reference.target ?? (kind === 'config' ? `/${reference.source}` : reference.source);
      return {
        name: scopedName(stack, reference.source, object),
        File: {
          Name: target,
          UID: reference.uid ?? '0',
          GID: reference.gid ?? '0',
          Mode: reference.mode ?? 0o444,
        },
      };
    })
    .sort((a, b) => compare(a.name, b.name));
}
