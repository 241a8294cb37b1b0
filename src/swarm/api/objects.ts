/**
 * The objects in the cluster store. Plain readonly data, spelled as in SwarmKit and the Engine API (see `spec.ts`).
 *
 * Real: swarmkit api/objects.proto, moby api/types/swarm/*.go
 */
import type {
  ClusterSpec,
  ConfigSpec,
  EndpointSpec,
  IPAMConfig,
  Labels,
  NetworkSpec,
  NodeSpec,
  PortConfig,
  SecretSpec,
  ServiceSpec,
  TaskSpec,
} from './spec.ts';

export interface Version {
  /** The raft index known to the leader when the transaction ran. */
  readonly Index: number;
}

export interface Meta {
  readonly ID: string;
  readonly Version: Version;
  /** RFC 3339 with nanoseconds. */
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
}

export type NodeState = 'unknown' | 'down' | 'ready' | 'disconnected';

export interface NodeDescription {
  readonly Hostname: string;
  readonly Platform: { readonly Architecture: string; readonly OS: string };
  readonly Resources: { readonly NanoCPUs: number; readonly MemoryBytes: number };
  readonly Engine: {
    readonly EngineVersion: string;
    readonly Labels?: Labels;
    readonly Plugins: readonly { readonly Type: string; readonly Name: string }[];
  };
  readonly TLSInfo?: TLSInfo;
}

export interface TLSInfo {
  /** PEM. */
  readonly TrustRoot: string;
  readonly CertIssuerSubject: string;
  readonly CertIssuerPublicKey: string;
}

export interface ManagerStatus {
  readonly RaftID: number;
  readonly Leader?: boolean;
  readonly Reachability: 'unknown' | 'unreachable' | 'reachable';
  /** `192.168.99.100:2377`. */
  readonly Addr: string;
}

export interface Node extends Meta {
  readonly Spec: NodeSpec;
  /** Undefined between certificate issue and first session. */
  readonly Description: NodeDescription | undefined;
  readonly Status: { readonly State: NodeState; readonly Message?: string; readonly Addr: string };
  /** The observed role (Spec.Role is the desired one). Not in the Engine API. */
  readonly Role: NodeRoleObserved;
  /** Addresses of this node's load-balancer endpoints, by network ID. Not in the Engine API. */
  readonly Attachments: readonly {
    readonly NetworkID: string;
    readonly Addresses: readonly string[];
  }[];
  /** Certificate as issued; `''` before. Not in the Engine API. */
  readonly Certificate: {
    readonly Role: NodeRoleObserved;
    readonly Status: 'pending' | 'issued' | 'rotate';
    readonly CN: string;
  };
}

export type NodeRoleObserved = 'worker' | 'manager';

export interface EndpointVIP {
  readonly NetworkID: string;
  /** CIDR. */
  readonly Addr: string;
}

export interface Endpoint {
  readonly Spec: EndpointSpec;
  readonly Ports?: readonly PortConfig[];
  readonly VirtualIPs?: readonly EndpointVIP[];
}

export type UpdateState =
  | 'updating'
  | 'paused'
  | 'completed'
  | 'rollback_started'
  | 'rollback_paused'
  | 'rollback_completed';

export interface UpdateStatus {
  readonly State: UpdateState;
  readonly StartedAt?: string;
  readonly CompletedAt?: string;
  readonly Message: string;
}

export interface Service extends Meta {
  readonly Spec: ServiceSpec;
  /** One level only. */
  readonly PreviousSpec?: ServiceSpec;
  /** The version of the spec: 0 at creation, then that of the object the update was based on. Not in the Engine API. */
  readonly SpecVersion: Version;
  readonly PreviousSpecVersion?: Version;
  readonly Endpoint?: Endpoint;
  readonly UpdateStatus?: UpdateStatus;
  readonly JobStatus?: { readonly JobIteration: Version; readonly LastExecution: string };
}

export type TaskState =
  | 'new'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned';

/** swarmkit api/types.proto TaskState: observed state may only grow. */
export const TASK_STATE_ORDER: Readonly<Record<TaskState, number>> = {
  new: 0,
  pending: 64,
  assigned: 192,
  accepted: 256,
  preparing: 320,
  ready: 384,
  starting: 448,
  running: 512,
  complete: 576,
  shutdown: 640,
  failed: 704,
  rejected: 768,
  remove: 800,
  orphaned: 832,
};

export interface ContainerStatus {
  readonly ContainerID: string;
  readonly PID: number;
  readonly ExitCode: number;
}

export interface TaskStatus {
  readonly Timestamp: string;
  readonly State: TaskState;
  readonly Message: string;
  readonly Err?: string;
  readonly ContainerStatus?: ContainerStatus;
  readonly PortStatus: { readonly Ports?: readonly PortConfig[] };
}

export interface NetworkAttachment {
  readonly Network: Network;
  /** CIDRs. */
  readonly Addresses: readonly string[];
  readonly Aliases?: readonly string[];
}

export interface Task extends Meta {
  readonly Labels: Labels;
  readonly Spec: TaskSpec;
  readonly ServiceID: string;
  /** 1..n replicated; 0 global; 0..n-1 for replicated jobs. */
  readonly Slot: number;
  readonly NodeID: string;
  readonly Status: TaskStatus;
  readonly DesiredState: TaskState;
  readonly NetworksAttachments?: readonly NetworkAttachment[];
  readonly GenericResources?: readonly unknown[];
  readonly JobIteration?: Version;
  /** Copied from the service at creation. Not in the Engine API. */
  readonly SpecVersion: Version;
  readonly ServiceAnnotations: { readonly Name: string; readonly Labels: Labels };
  readonly Endpoint?: Endpoint;
  /** Log driver after the cluster's defaults. */
  readonly LogDriver?: { readonly Name?: string };
}

export interface Network extends Meta {
  readonly Spec: NetworkSpec;
  readonly DriverState?: {
    readonly Name?: string;
    readonly Options?: Readonly<Record<string, string>>;
  };
  /** Filled by the allocator. */
  readonly IPAMOptions?: {
    readonly Driver?: { readonly Name?: string };
    readonly Configs?: readonly IPAMConfig[];
  };
}

export interface Secret extends Meta {
  readonly Spec: SecretSpec;
}

export interface Config extends Meta {
  readonly Spec: ConfigSpec;
}

/** The root that is to follow; nodes are getting their certificates from it. */
export interface RootRotation {
  readonly CACert: string;
  readonly CACertHash: string;
  readonly PublicKey: string;
}

export interface Cluster extends Meta {
  readonly Spec: ClusterSpec;
  readonly RootCA: {
    /** PEM. */
    readonly CACert: string;
    readonly CACertHash: string;
    readonly JoinTokens: { readonly Worker: string; readonly Manager: string };
    readonly RootRotationInProgress: boolean;
    /** What is trusted now, and who issues certificates now. */
    readonly TLSInfo: TLSInfo;
    /** The ForceRotate of the spec that the last rotation was for. */
    readonly LastForcedRotation?: number;
    readonly RootRotation?: RootRotation;
  };
  readonly UnlockKeys: { readonly Manager?: string };
  readonly DefaultAddrPool: readonly string[];
  readonly SubnetSize: number;
  readonly VXLANUDPPort: number;
}

/** The tables of the store, by name. */
export interface Tables {
  readonly node: Node;
  readonly service: Service;
  readonly task: Task;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly secret: Secret;
  readonly config: Config;
}

export type TableName = keyof Tables;
export type StoreObject = Tables[TableName];
export const TABLE_NAMES: readonly TableName[] = [
  'cluster',
  'node',
  'network',
  'service',
  'task',
  'secret',
  'config',
];

/** One change of one object, as it goes through raft. */
export type StoreAction = {
  readonly [T in TableName]:
    | { readonly action: 'create' | 'update'; readonly table: T; readonly object: Tables[T] }
    | { readonly action: 'remove'; readonly table: T; readonly id: string };
}[TableName];

/** What a watcher gets after a commit: one per change in transaction order. */
export type StoreEvent = {
  readonly [T in TableName]:
    | {
        readonly action: 'create';
        readonly table: T;
        readonly object: Tables[T];
        readonly before: undefined;
      }
    | {
        readonly action: 'update';
        readonly table: T;
        readonly object: Tables[T];
        readonly before: Tables[T];
      }
    | {
        readonly action: 'remove';
        readonly table: T;
        readonly object: Tables[T];
        readonly before: Tables[T];
      };
}[TableName];
