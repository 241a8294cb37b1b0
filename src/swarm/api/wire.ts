/**
 * What crosses the wire between managers, agents and the control API: plain data. Types only.
 *
 * Real: swarmkit api/{dispatcher,ca,raft,logbroker}.proto
 */
import type {
  Config,
  NetworkAttachment,
  Node,
  NodeDescription,
  NodeRoleObserved,
  Secret,
  Task,
  TaskStatus,
} from './objects.ts';

/** A manager as agents know it. */
export interface ManagerPeer {
  readonly NodeID: string;
  /** `192.168.99.100:2377`. */
  readonly Addr: string;
}

/** A node's certificate. The key stays on the node and is not modelled. */
export interface Certificate {
  readonly NodeID: string;
  readonly Role: NodeRoleObserved;
  readonly ClusterID: string;
  /** Digest of the root CA that is trusted. */
  readonly RootDigest: string;
  /** PEM of the root. */
  readonly RootCACert: string;
  /** Of the root that issued it: in a rotation not the one that is trusted. */
  readonly IssuerPublicKey: string;
  readonly NotBeforeMs: number;
  /** Milliseconds since 1970. */
  readonly NotAfterMs: number;
}

/** What a session tells its node whenever it changes. */
export interface SessionMessage {
  readonly Node: Node;
  readonly Managers: readonly ManagerPeer[];
  /** The root to trust from now on. */
  readonly RootCA?: { readonly Cert: string; readonly Digest: string };
  /** The node's place on the ingress network: subnet and its load-balancer address. */
  readonly Ingress?: NetworkAttachment;
}

/** Tasks and what they may read, for one node: all of it, or what has changed. */
export interface AssignmentsMessage {
  readonly Type: 'complete' | 'incremental';
  readonly UpdateTasks: readonly Task[];
  readonly RemoveTasks: readonly string[];
  readonly UpdateSecrets: readonly Secret[];
  readonly RemoveSecrets: readonly string[];
  readonly UpdateConfigs: readonly Config[];
  readonly RemoveConfigs: readonly string[];
}

export interface LogSelector {
  readonly ServiceIDs: readonly string[];
  readonly NodeIDs: readonly string[];
  readonly TaskIDs: readonly string[];
}

export interface LogSubscriptionOptions {
  readonly Follow: boolean;
  readonly Streams: readonly ('stdout' | 'stderr')[];
  /** Last so many lines of each task; -1: all. */
  readonly Tail: number;
  /** Milliseconds since 1970. */
  readonly SinceMs: number;
}

/** Somebody wants the logs of these tasks; `Close`: no longer. */
export interface LogSubscription {
  readonly ID: string;
  readonly Selector: LogSelector;
  readonly Options: LogSubscriptionOptions;
  readonly Close?: boolean;
}

export interface LogMessage {
  readonly Context: {
    readonly ServiceID: string;
    readonly NodeID: string;
    readonly TaskID: string;
  };
  readonly Timestamp: string;
  readonly Stream: 'stdout' | 'stderr';
  /** With its newline. */
  readonly Data: string;
}

/** One thing that a dispatcher pushes to an agent. */
export type DispatcherPush =
  | { readonly kind: 'session'; readonly message: SessionMessage }
  | { readonly kind: 'assignments'; readonly message: AssignmentsMessage }
  | { readonly kind: 'subscription'; readonly message: LogSubscription };

export interface SessionRequest {
  readonly NodeID: string;
  readonly Description: NodeDescription;
}

export interface SessionResponse {
  readonly SessionID: string;
}

/** The agent's standing question: what is new after push number `After`? Held until there is something. */
export interface PollRequest {
  readonly NodeID: string;
  readonly SessionID: string;
  readonly After: number;
}

export interface PollResponse {
  readonly Sequence: number;
  readonly Pushes: readonly DispatcherPush[];
}

export interface HeartbeatRequest {
  readonly NodeID: string;
  readonly SessionID: string;
}

export interface HeartbeatResponse {
  /** When to beat again. */
  readonly PeriodMs: number;
  /** The last push that was sent: an agent that has not seen it asks again. */
  readonly Sequence: number;
}

export interface TaskStatusUpdate {
  readonly TaskID: string;
  readonly Status: TaskStatus;
}

export interface UpdateTaskStatusRequest {
  readonly NodeID: string;
  readonly SessionID: string;
  readonly Updates: readonly TaskStatusUpdate[];
}

export interface IssueCertificateRequest {
  /** A join token's secret part, for new nodes. */
  readonly Secret?: string;
  /** The node that wants a new certificate, for known ones. */
  readonly NodeID?: string;
  readonly Availability?: 'active' | 'pause' | 'drain';
}

export interface IssueCertificateResponse {
  readonly NodeID: string;
}

export interface RaftMember {
  readonly RaftID: number;
  readonly NodeID: string;
  readonly Addr: string;
}
