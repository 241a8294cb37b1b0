/** Objects with defaults: a test shows only what matters to it. */
import type {
  Cluster,
  Config,
  Network,
  Node,
  NodeSpec,
  Secret,
  Service,
  ServiceSpec,
  Task,
  TaskSpec,
} from '../../src/swarm/api/index.ts';

const META = { Version: { Index: 0 }, CreatedAt: '', UpdatedAt: '' };

export const GIGABYTE = 1024 * 1024 * 1024;
export const CPU = 1_000_000_000;
export const SECOND = 1_000_000_000;

export interface NodeOptions extends Partial<Omit<Node, 'Spec' | 'Description' | 'Status'>> {
  readonly labels?: Record<string, string>;
  readonly engineLabels?: Record<string, string>;
  readonly hostname?: string;
  readonly availability?: NodeSpec['Availability'];
  readonly state?: Node['Status']['State'];
  readonly addr?: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly plugins?: readonly { readonly Type: string; readonly Name: string }[];
  readonly os?: string;
  readonly arch?: string;
}

const PLUGINS = [
  { Type: 'Log', Name: 'json-file' },
  { Type: 'Network', Name: 'bridge' },
  { Type: 'Network', Name: 'host' },
  { Type: 'Network', Name: 'overlay' },
  { Type: 'Volume', Name: 'local' },
];

export function node(id: string, options: NodeOptions = {}): Node {
  const {
    labels,
    engineLabels,
    hostname,
    availability,
    state,
    addr,
    cpus,
    memory,
    plugins,
    os,
    arch,
    ...rest
  } = options;
  return {
    ID: id,
    ...META,
    Spec: {
      Labels: labels ?? {},
      Role: rest.Role ?? 'worker',
      Availability: availability ?? 'active',
    },
    Description: {
      Hostname: hostname ?? id,
      Platform: { Architecture: arch ?? 'x86_64', OS: os ?? 'linux' },
      Resources: { NanoCPUs: (cpus ?? 2) * CPU, MemoryBytes: memory ?? 4 * GIGABYTE },
      Engine: {
        EngineVersion: '28.2.2',
        Labels: engineLabels ?? {},
        Plugins: plugins ?? PLUGINS,
      },
    },
    Status: { State: state ?? 'ready', Addr: addr ?? '192.168.99.100' },
    Role: 'worker',
    Attachments: [],
    Certificate: { Role: 'worker', Status: 'issued', CN: id },
    ...rest,
  };
}

export function taskSpec(options: Partial<TaskSpec> = {}): TaskSpec {
  return { ContainerSpec: { Image: 'nginx' }, ForceUpdate: 0, ...options };
}

export interface ServiceOptions {
  readonly id?: string;
  readonly replicas?: number;
  readonly mode?: ServiceSpec['Mode'];
  readonly template?: Partial<TaskSpec>;
  readonly spec?: Partial<ServiceSpec>;
  readonly service?: Partial<Service>;
}

export function serviceSpec(name: string, options: ServiceOptions = {}): ServiceSpec {
  return {
    Name: name,
    Labels: {},
    TaskTemplate: taskSpec(options.template),
    Mode: options.mode ?? { Replicated: { Replicas: options.replicas ?? 1 } },
    EndpointSpec: { Mode: 'vip' },
    ...options.spec,
  };
}

export function service(name: string, options: ServiceOptions = {}): Service {
  return {
    ID: options.id ?? `${name}-id`,
    ...META,
    Spec: serviceSpec(name, options),
    SpecVersion: { Index: 0 },
    ...options.service,
  };
}

export function task(id: string, options: Partial<Task> = {}): Task {
  return {
    ID: id,
    ...META,
    Labels: {},
    Spec: taskSpec(),
    ServiceID: 'service',
    Slot: 1,
    NodeID: '',
    Status: { State: 'pending', Timestamp: '', Message: '', PortStatus: {} },
    DesiredState: 'running',
    SpecVersion: { Index: 0 },
    ServiceAnnotations: { Name: 'service', Labels: {} },
    ...options,
  };
}

export function network(
  name: string,
  options: Partial<Network['Spec']> & { readonly id?: string } = {},
): Network {
  const { id, ...spec } = options;
  return {
    ID: id ?? `${name}-id`,
    ...META,
    Spec: { Name: name, Labels: {}, DriverConfiguration: { Name: 'overlay' }, ...spec },
  };
}

export function secret(name: string): Secret {
  return { ID: `${name}-id`, ...META, Spec: { Name: name, Labels: {}, Data: 'x' } };
}

export function config(name: string): Config {
  return { ID: `${name}-id`, ...META, Spec: { Name: name, Labels: {}, Data: 'x' } };
}

export function cluster(
  options: { readonly taskHistoryLimit?: number; readonly logDriver?: string } = {},
): Cluster {
  return {
    ID: 'cluster-id',
    ...META,
    Spec: {
      Name: 'default',
      Labels: {},
      Orchestration: { TaskHistoryRetentionLimit: options.taskHistoryLimit ?? 5 },
      Raft: {
        SnapshotInterval: 10_000,
        KeepOldSnapshots: 0,
        LogEntriesForSlowFollowers: 500,
        ElectionTick: 10,
        HeartbeatTick: 1,
      },
      Dispatcher: { HeartbeatPeriod: 5 * SECOND },
      CAConfig: { NodeCertExpiry: 90 * 24 * 3600 * SECOND },
      TaskDefaults:
        options.logDriver === undefined ? {} : { LogDriver: { Name: options.logDriver } },
      EncryptionConfig: { AutoLockManagers: false },
    },
    RootCA: {
      CACert: '',
      CACertHash: '',
      JoinTokens: { Worker: '', Manager: '' },
      RootRotationInProgress: false,
      TLSInfo: { TrustRoot: '', CertIssuerSubject: '', CertIssuerPublicKey: '' },
    },
    UnlockKeys: {},
    DefaultAddrPool: ['10.0.0.0/8'],
    SubnetSize: 24,
    VXLANUDPPort: 4789,
  };
}
