/**
 * What clients send, made into specs; values that are none of those that exist are refused here.
 *
 * Real: moby daemon/cluster/convert/{service,container,node,swarm,network}.go
 */
import type {
  ClusterSpec,
  ConfigSpec,
  NetworkSpec,
  NodeSpec,
  SecretSpec,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from '../../swarm/api/index.ts';
import type { NetworkCreateRequest } from '../api/types.ts';
import { decodeBase64 } from './base64.ts';
import { badRequest } from './errors.ts';

const MOUNT_TYPES = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'];

function checkOneOf(
  value: string | undefined,
  known: readonly string[],
  problem: (value: string) => string,
): void {
  if (value !== undefined && value !== '' && !known.includes(value))
    throw badRequest(problem(value));
}

/** `null`, which Go clients send for empty lists and maps, is nothing. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNulls(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value))
    if (item !== null && item !== undefined) out[key] = withoutNulls(item as unknown);
  return out as T;
}

export function readServiceSpec(body: unknown, randomName: () => string): ServiceSpec {
  const raw = withoutNulls(
    (body ?? {}) as Partial<ServiceSpec> & { Networks?: ServiceSpec['TaskTemplate']['Networks'] },
  );
  const { Networks: oldNetworks, ...rest } = raw;
  const template = { ForceUpdate: 0, ...rest.TaskTemplate };
  const container = template.ContainerSpec;
  if (!container) throw badRequest('invalid service spec: no container spec');
  for (const mount of container.Mounts ?? [])
    checkOneOf(mount.Type, MOUNT_TYPES, (value) => `invalid MountType: "${value}"`);
  checkOneOf(
    template.RestartPolicy?.Condition,
    ['none', 'on-failure', 'any'],
    (value) => `invalid RestartCondition: "${value}"`,
  );
  checkUpdate(rest.UpdateConfig, 'update');
  checkUpdate(rest.RollbackConfig, 'update');
  checkOneOf(
    rest.EndpointSpec?.Mode,
    ['vip', 'dnsrr'],
    (value) => `invalid resolution mode: "${value}"`,
  );
  for (const port of rest.EndpointSpec?.Ports ?? []) {
    checkOneOf(port.Protocol, ['tcp', 'udp', 'sctp'], (value) => `invalid Protocol: "${value}"`);
    checkOneOf(port.PublishMode, ['ingress', 'host'], (value) => `invalid PublishMode: "${value}"`);
  }
  const networks = template.Networks ?? oldNetworks;
  const endpoint = rest.EndpointSpec && {
    ...rest.EndpointSpec,
    Mode: rest.EndpointSpec.Mode ?? 'vip',
    ...(rest.EndpointSpec.Ports
      ? {
          Ports: rest.EndpointSpec.Ports.map((port) => ({
            ...port,
            Protocol: port.Protocol ?? 'tcp',
            PublishMode: port.PublishMode ?? 'ingress',
          })),
        }
      : {}),
  };
  return {
    ...rest,
    Name: rest.Name === undefined || rest.Name === '' ? randomName() : rest.Name,
    Labels: rest.Labels ?? {},
    TaskTemplate: {
      ...readTaskSpec(template),
      ...(networks && networks.length > 0 ? { Networks: networks } : {}),
    },
    Mode: readMode(rest.Mode),
    ...(endpoint ? { EndpointSpec: endpoint } : {}),
  };
}

/**
 * A client that updates a service sends back what it was shown: defaults that were written out must not look like a change, which
 * would replace every task.
 */
function readTaskSpec(template: TaskSpec): TaskSpec {
  const { Runtime: runtime, ContainerSpec: container, RestartPolicy: restart, ...rest } = template;
  const { Isolation: isolation, ...own } = container ?? { Image: '' };
  return {
    ...rest,
    ...(container
      ? {
          ContainerSpec:
            isolation === undefined || isolation === 'default'
              ? own
              : { ...own, Isolation: isolation },
        }
      : {}),
    ...(restart ? { RestartPolicy: { ...restart, Condition: restart.Condition || 'any' } } : {}),
    ...(runtime === undefined || runtime === 'container' ? {} : { Runtime: runtime }),
  };
}

function readMode(mode: ServiceSpec['Mode'] | undefined): ServiceSpec['Mode'] {
  if (mode?.Global) return { Global: {} };
  if (mode?.GlobalJob) return { GlobalJob: {} };
  if (mode?.ReplicatedJob) {
    const { MaxConcurrent: concurrent, TotalCompletions: completions } = mode.ReplicatedJob;
    return {
      ReplicatedJob: {
        MaxConcurrent: concurrent ?? 1,
        TotalCompletions: completions ?? concurrent ?? 1,
      },
    };
  }
  return { Replicated: { Replicas: mode?.Replicated?.Replicas ?? 1 } };
}

function checkUpdate(config: UpdateConfig | undefined, what: string): void {
  checkOneOf(
    config?.FailureAction,
    ['pause', 'continue', 'rollback'],
    (value) => `unrecognized ${what} failure action ${value}`,
  );
  checkOneOf(
    config?.Order,
    ['stop-first', 'start-first'],
    (value) => `unrecognized ${what} order ${value}`,
  );
}

export function readNodeSpec(body: unknown): NodeSpec {
  const raw = withoutNulls((body ?? {}) as Partial<NodeSpec>);
  if (raw.Role !== 'worker' && raw.Role !== 'manager')
    throw badRequest(`invalid Role: "${String(raw.Role ?? '')}"`);
  const availability: string = raw.Availability ?? '';
  if (!['active', 'pause', 'drain'].includes(availability))
    throw badRequest(`invalid Availability: "${availability}"`);
  return {
    ...(raw.Name ? { Name: raw.Name } : {}),
    Labels: raw.Labels ?? {},
    Role: raw.Role,
    Availability: availability as NodeSpec['Availability'],
  };
}

export function readSecretSpec(body: unknown): SecretSpec & ConfigSpec {
  const raw = withoutNulls((body ?? {}) as Partial<SecretSpec>);
  const data = raw.Data === undefined ? undefined : decodeBase64(raw.Data);
  if (raw.Data !== undefined && data === undefined) throw badRequest('illegal base64 data');
  return {
    Name: raw.Name ?? '',
    Labels: raw.Labels ?? {},
    ...(data === undefined ? {} : { Data: data }),
    ...(raw.Driver ? { Driver: raw.Driver } : {}),
    ...(raw.Templating ? { Templating: raw.Templating } : {}),
  };
}

export function readNetworkSpec(request: NetworkCreateRequest): NetworkSpec {
  const raw = withoutNulls(request);
  const ipam = raw.IPAM;
  return {
    Name: raw.Name,
    Labels: raw.Labels ?? {},
    DriverConfiguration: {
      ...(raw.Driver ? { Name: raw.Driver } : {}),
      ...(raw.Options && Object.keys(raw.Options).length > 0 ? { Options: raw.Options } : {}),
    },
    ...(raw.EnableIPv6 ? { IPv6Enabled: true } : {}),
    ...(raw.Internal ? { Internal: true } : {}),
    ...(raw.Attachable ? { Attachable: true } : {}),
    ...(raw.Ingress ? { Ingress: true } : {}),
    IPAMOptions: {
      Driver: { Name: ipam?.Driver || 'default' },
      ...(ipam?.Config && ipam.Config.length > 0
        ? {
            Configs: ipam.Config.map(({ Subnet, IPRange, Gateway }) => ({
              ...(Subnet ? { Subnet } : {}),
              ...(IPRange ? { IPRange } : {}),
              ...(Gateway ? { Gateway } : {}),
            })),
          }
        : {}),
    },
    ...(raw.ConfigFrom?.Network ? { ConfigFrom: { Network: raw.ConfigFrom.Network } } : {}),
  };
}

/** The cluster's settings with those changed that the client has named. Zero means: not named. */
export function mergeClusterSpec(base: ClusterSpec, body: unknown): ClusterSpec {
  const raw = withoutNulls((body ?? {}) as Partial<ClusterSpec>);
  const named = <T extends object>(before: T, after: Partial<T> | undefined): T => {
    const out = { ...before } as Record<string, unknown>;
    for (const [key, value] of Object.entries(after ?? {}))
      if (value !== 0 && value !== '') out[key] = value;
    return out as T;
  };
  const limit = raw.Orchestration?.TaskHistoryRetentionLimit;
  return {
    ...base,
    Name: raw.Name || base.Name,
    Labels: raw.Labels && Object.keys(raw.Labels).length > 0 ? raw.Labels : base.Labels,
    Orchestration: limit === undefined ? base.Orchestration : { TaskHistoryRetentionLimit: limit },
    Raft: {
      ...named(base.Raft, raw.Raft),
      KeepOldSnapshots: raw.Raft?.KeepOldSnapshots ?? base.Raft.KeepOldSnapshots,
      LogEntriesForSlowFollowers:
        raw.Raft?.LogEntriesForSlowFollowers || base.Raft.LogEntriesForSlowFollowers,
    },
    Dispatcher: named(base.Dispatcher, raw.Dispatcher),
    CAConfig: named(base.CAConfig, raw.CAConfig),
    TaskDefaults: raw.TaskDefaults?.LogDriver
      ? { LogDriver: raw.TaskDefaults.LogDriver }
      : base.TaskDefaults,
    EncryptionConfig: raw.EncryptionConfig ?? base.EncryptionConfig,
  };
}
