/**
 * Objects of the store as the Engine API shows them: the fields in Docker's order, what is empty left out where Docker leaves it out.
 *
 * Real: moby daemon/cluster/convert/*.go, api/types/swarm/*.go
 */
import type {
  Cluster,
  Config,
  ContainerSpec,
  EndpointSpec,
  Network,
  NetworkAttachment,
  PortConfig,
  Secret,
  Service,
  ServiceSpec,
  Task,
  TaskSpec,
  UpdateConfig,
} from '../../swarm/api/index.ts';
import type { NodeWithStatus, ServiceStatus } from '../../swarm/index.ts';
import type { NetworkInspect } from '../api/types.ts';
import { encodeBase64 } from './base64.ts';

type Json = Readonly<Record<string, unknown>>;

/** Leaves out what Go's `omitempty` leaves out: undefined, '', 0, false, empty lists and maps of the named kind. */
function omitEmpty(fields: Readonly<Record<string, unknown>>): Json {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null || value === '' || value === 0 || value === false)
      continue;
    if (Array.isArray(value) && value.length === 0) continue;
    out[name] = value;
  }
  return out;
}

const isEmptyMap = (map: object | undefined): boolean =>
  map === undefined || Object.keys(map).length === 0;
const mapOrNothing = <T extends object>(map: T | undefined): T | undefined =>
  isEmptyMap(map) ? undefined : map;

/** Go prints maps in the order of their keys. */
export function sortedMap<T>(
  map: Readonly<Record<string, T>> | undefined,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

function meta(object: {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
}): Json {
  return {
    ID: object.ID,
    Version: { Index: object.Version.Index },
    CreatedAt: object.CreatedAt,
    UpdatedAt: object.UpdatedAt,
  };
}

export function nodeJson(node: NodeWithStatus): Json {
  const { Spec: spec, Description: description, Status: status, ManagerStatus: manager } = node;
  return {
    ...meta(node),
    Spec: {
      ...omitEmpty({ Name: spec.Name }),
      Labels: sortedMap(spec.Labels),
      Role: spec.Role,
      Availability: spec.Availability,
    },
    Description: description
      ? {
          Hostname: description.Hostname,
          Platform: {
            Architecture: description.Platform.Architecture,
            OS: description.Platform.OS,
          },
          Resources: omitEmpty({
            NanoCPUs: description.Resources.NanoCPUs,
            MemoryBytes: description.Resources.MemoryBytes,
          }),
          Engine: omitEmpty({
            EngineVersion: description.Engine.EngineVersion,
            Labels: mapOrNothing(description.Engine.Labels),
            Plugins: description.Engine.Plugins,
          }),
          TLSInfo: description.TLSInfo ?? {},
        }
      : { Platform: {}, Resources: {}, Engine: {}, TLSInfo: {} },
    Status: omitEmpty({ State: status.State, Message: status.Message, Addr: status.Addr }),
    ...(manager
      ? {
          ManagerStatus: omitEmpty({
            Leader: manager.Leader,
            Reachability: manager.Reachability,
            Addr: manager.Addr,
          }),
        }
      : {}),
  };
}

export function serviceJson(service: Service, status?: ServiceStatus): Json {
  const { Endpoint: endpoint, UpdateStatus: update, JobStatus: job } = service;
  return {
    ...meta(service),
    Spec: serviceSpecJson(service.Spec),
    ...(service.PreviousSpec ? { PreviousSpec: serviceSpecJson(service.PreviousSpec) } : {}),
    Endpoint: {
      Spec: endpoint ? endpointSpecJson(endpoint.Spec) : {},
      ...omitEmpty({ Ports: endpoint?.Ports?.map(portJson), VirtualIPs: endpoint?.VirtualIPs }),
    },
    ...(update
      ? {
          UpdateStatus: omitEmpty({
            State: update.State,
            StartedAt: update.StartedAt,
            CompletedAt: update.CompletedAt,
            Message: update.Message,
          }),
        }
      : {}),
    ...(status
      ? {
          ServiceStatus: {
            RunningTasks: status.RunningTasks,
            DesiredTasks: status.DesiredTasks,
            CompletedTasks: status.CompletedTasks,
          },
        }
      : {}),
    ...(job
      ? {
          JobStatus: {
            JobIteration: { Index: job.JobIteration.Index },
            LastExecution: job.LastExecution,
          },
        }
      : {}),
  };
}

export function serviceSpecJson(spec: ServiceSpec): Json {
  return {
    Name: spec.Name,
    Labels: sortedMap(spec.Labels),
    TaskTemplate: taskSpecJson(spec.TaskTemplate),
    Mode: spec.Mode,
    ...(spec.UpdateConfig ? { UpdateConfig: updateConfigJson(spec.UpdateConfig) } : {}),
    ...(spec.RollbackConfig ? { RollbackConfig: updateConfigJson(spec.RollbackConfig) } : {}),
    ...(spec.EndpointSpec ? { EndpointSpec: endpointSpecJson(spec.EndpointSpec) } : {}),
  };
}

function taskSpecJson(spec: TaskSpec): Json {
  const { Resources: resources, RestartPolicy: restart, Placement: placement } = spec;
  return {
    ...(spec.ContainerSpec ? { ContainerSpec: containerSpecJson(spec.ContainerSpec) } : {}),
    ...(spec.NetworkAttachmentSpec ? { NetworkAttachmentSpec: spec.NetworkAttachmentSpec } : {}),
    ...(resources
      ? {
          Resources: {
            Limits: omitEmpty({ ...resources.Limits }),
            Reservations: omitEmpty({ ...resources.Reservations }),
          },
        }
      : {}),
    ...(restart
      ? {
          RestartPolicy: {
            Condition: restart.Condition ?? 'any',
            ...(restart.Delay === undefined ? {} : { Delay: restart.Delay }),
            MaxAttempts: restart.MaxAttempts ?? 0,
            ...(restart.Window === undefined ? {} : { Window: restart.Window }),
          },
        }
      : {}),
    ...(placement
      ? {
          Placement: omitEmpty({
            Constraints: placement.Constraints,
            Preferences: placement.Preferences,
            MaxReplicas: placement.MaxReplicas,
            Platforms: placement.Platforms,
          }),
        }
      : {}),
    ...omitEmpty({
      Networks: spec.Networks?.map((n) =>
        omitEmpty({ Target: n.Target, Aliases: n.Aliases, DriverOpts: mapOrNothing(n.DriverOpts) }),
      ),
    }),
    ...(spec.LogDriver ? { LogDriver: spec.LogDriver } : {}),
    ForceUpdate: spec.ForceUpdate,
    Runtime: spec.Runtime ?? 'container',
  };
}

function containerSpecJson(spec: ContainerSpec): Json {
  return {
    ...omitEmpty({
      Image: spec.Image,
      Labels: mapOrNothing(spec.Labels) && sortedMap(spec.Labels),
      Command: spec.Command,
      Args: spec.Args,
      Hostname: spec.Hostname,
      Env: spec.Env,
      Dir: spec.Dir,
      User: spec.User,
      Groups: spec.Groups,
      Privileges: spec.Privileges,
    }),
    ...(spec.Init === undefined ? {} : { Init: spec.Init }),
    ...omitEmpty({
      StopSignal: spec.StopSignal,
      TTY: spec.TTY,
      OpenStdin: spec.OpenStdin,
      ReadOnly: spec.ReadOnly,
      Mounts: spec.Mounts?.map(mountJson),
    }),
    ...(spec.StopGracePeriod === undefined ? {} : { StopGracePeriod: spec.StopGracePeriod }),
    ...omitEmpty({
      Healthcheck: spec.Healthcheck,
      Hosts: spec.Hosts,
      DNSConfig: spec.DNSConfig && omitEmpty({ ...spec.DNSConfig }),
      Secrets: spec.Secrets,
      Configs: spec.Configs,
      Isolation: spec.Isolation ?? 'default',
      Sysctls: mapOrNothing(spec.Sysctls),
      CapabilityAdd: spec.CapabilityAdd,
      CapabilityDrop: spec.CapabilityDrop,
      Ulimits: spec.Ulimits,
      OomScoreAdj: spec.OomScoreAdj,
    }),
  };
}

function mountJson(mount: NonNullable<ContainerSpec['Mounts']>[number]): Json {
  return omitEmpty({
    Type: mount.Type,
    Source: mount.Source,
    Target: mount.Target,
    ReadOnly: mount.ReadOnly,
    Consistency: mount.Consistency,
    BindOptions: mount.BindOptions,
    VolumeOptions: mount.VolumeOptions,
    TmpfsOptions: mount.TmpfsOptions,
  });
}

function updateConfigJson(config: UpdateConfig): Json {
  return {
    Parallelism: config.Parallelism,
    ...omitEmpty({
      Delay: config.Delay,
      FailureAction: config.FailureAction ?? 'pause',
      Monitor: config.Monitor,
    }),
    MaxFailureRatio: config.MaxFailureRatio,
    Order: config.Order ?? 'stop-first',
  };
}

function endpointSpecJson(spec: EndpointSpec): Json {
  return omitEmpty({ Mode: spec.Mode ?? 'vip', Ports: spec.Ports?.map(portJson) });
}

function portJson(port: PortConfig): Json {
  return omitEmpty({
    Name: port.Name,
    Protocol: port.Protocol ?? 'tcp',
    TargetPort: port.TargetPort,
    PublishedPort: port.PublishedPort,
    PublishMode: port.PublishMode ?? 'ingress',
  });
}

export function taskJson(task: Task): Json {
  const { Status: status } = task;
  return {
    ...meta(task),
    Labels: sortedMap(task.Labels),
    Spec: taskSpecJson(task.Spec),
    ...omitEmpty({ ServiceID: task.ServiceID, Slot: task.Slot, NodeID: task.NodeID }),
    Status: {
      ...omitEmpty({
        Timestamp: status.Timestamp,
        State: status.State,
        Message: status.Message,
        Err: status.Err,
        ContainerStatus: status.ContainerStatus,
      }),
      PortStatus: omitEmpty({ Ports: status.PortStatus.Ports?.map(portJson) }),
    },
    DesiredState: task.DesiredState,
    ...omitEmpty({
      NetworksAttachments: task.NetworksAttachments?.map(attachmentJson),
      GenericResources: task.GenericResources,
    }),
    ...(task.JobIteration ? { JobIteration: { Index: task.JobIteration.Index } } : {}),
    Volumes: null,
  };
}

function attachmentJson(attachment: NetworkAttachment): Json {
  return { Network: swarmNetworkJson(attachment.Network), Addresses: attachment.Addresses };
}

function swarmNetworkJson(network: Network): Json {
  const { Spec: spec } = network;
  return {
    ...meta(network),
    Spec: {
      Name: spec.Name,
      Labels: sortedMap(spec.Labels),
      DriverConfiguration: spec.DriverConfiguration ?? {},
      ...omitEmpty({
        IPv6Enabled: spec.IPv6Enabled,
        Internal: spec.Internal,
        Attachable: spec.Attachable,
        Ingress: spec.Ingress,
      }),
      IPAMOptions: {
        Driver: spec.IPAMOptions?.Driver ?? {},
        ...omitEmpty({ Configs: spec.IPAMOptions?.Configs }),
      },
      Scope: 'swarm',
    },
    ...(network.DriverState ? { DriverState: network.DriverState } : {}),
    ...(network.IPAMOptions ? { IPAMOptions: network.IPAMOptions } : {}),
  };
}

/** A swarm network as a manager shows it that has no part of it itself. */
export function networkJson(network: Network): NetworkInspect {
  const { Spec: spec, IPAMOptions: ipam, DriverState: driver } = network;
  const config = ipam?.Configs ?? spec.IPAMOptions?.Configs ?? [];
  return {
    Name: spec.Name,
    Id: network.ID,
    Created: network.CreatedAt,
    Scope: 'swarm',
    Driver: driver?.Name ?? (spec.DriverConfiguration?.Name || 'overlay'),
    EnableIPv6: spec.IPv6Enabled ?? false,
    IPAM: { Driver: ipam?.Driver?.Name ?? 'default', Options: null, Config: config },
    Internal: spec.Internal ?? false,
    Attachable: spec.Attachable ?? false,
    Ingress: spec.Ingress ?? false,
    ConfigFrom: { Network: spec.ConfigFrom?.Network ?? '' },
    ConfigOnly: false,
    Containers: null,
    Options: driver?.Options ?? null,
    Labels: isEmptyMap(spec.Labels) ? null : sortedMap(spec.Labels),
  };
}

/** What is secret stays so. */
export function secretJson(secret: Secret): Json {
  const { Spec: spec } = secret;
  return {
    ...meta(secret),
    Spec: {
      Name: spec.Name,
      Labels: sortedMap(spec.Labels),
      ...omitEmpty({ Driver: spec.Driver, Templating: spec.Templating }),
    },
  };
}

export function configJson(config: Config): Json {
  const { Spec: spec } = config;
  return {
    ...meta(config),
    Spec: {
      Name: spec.Name,
      Labels: sortedMap(spec.Labels),
      Data: encodeBase64(spec.Data ?? ''),
      ...omitEmpty({ Templating: spec.Templating }),
    },
  };
}

/** The cluster without its tokens. */
export function clusterInfoJson(cluster: Cluster): Json {
  const { Spec: spec, RootCA: root } = cluster;
  return {
    ...meta(cluster),
    Spec: {
      Name: spec.Name,
      Labels: sortedMap(spec.Labels),
      Orchestration: spec.Orchestration,
      Raft: spec.Raft,
      Dispatcher: spec.Dispatcher,
      CAConfig: omitEmpty({
        NodeCertExpiry: spec.CAConfig.NodeCertExpiry,
        ExternalCAs: spec.CAConfig.ExternalCAs,
        ForceRotate: spec.CAConfig.ForceRotate,
      }),
      TaskDefaults: spec.TaskDefaults,
      EncryptionConfig: spec.EncryptionConfig,
    },
    TLSInfo: root.TLSInfo,
    RootRotationInProgress: root.RootRotationInProgress,
    DefaultAddrPool: cluster.DefaultAddrPool.length === 0 ? null : cluster.DefaultAddrPool,
    SubnetSize: cluster.SubnetSize,
    DataPathPort: cluster.VXLANUDPPort,
  };
}

export function swarmJson(cluster: Cluster): Json {
  const { JoinTokens: tokens } = cluster.RootCA;
  return {
    ...clusterInfoJson(cluster),
    JoinTokens: { Worker: tokens.Worker, Manager: tokens.Manager },
  };
}
