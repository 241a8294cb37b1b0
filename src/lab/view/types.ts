/**
 * What the page sees of a lab: plain data, posted at most once a frame. The page never holds the truth, it draws this.
 *
 * Times are virtual ms since the lab began.
 */

export interface LabView {
  readonly machines: readonly MachineView[];
  /** The cluster as its leader sees it (or the last one to lead that is still on); undefined: nobody is in a swarm. */
  readonly cluster: ClusterView | undefined;
  /** Links between two machines that are cut or slow; absent: all are well. */
  readonly links?: readonly LinkView[];
  /** What is inside the only machine of a lab; absent where there are more, and while its Docker does not run. */
  readonly host?: HostView;
}

/** One machine as Docker divides it: containers, the networks between them, volumes, published ports. */
export interface HostView {
  readonly machine: string;
  readonly containers: readonly HostContainerView[];
  readonly networks: readonly HostNetworkView[];
  readonly volumes: readonly HostVolumeView[];
}

export interface HostContainerView {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: string;
  /** Of one that has ended. */
  readonly exitCode: number | undefined;
  /** By the network's name; `address` is '' while it does not run. */
  readonly networks: readonly { readonly name: string; readonly address: string }[];
  readonly ports: readonly {
    /** `0.0.0.0`: every address of the machine. */
    readonly address: string;
    readonly published: number;
    readonly target: number;
    readonly protocol: string;
  }[];
  readonly mounts: readonly {
    readonly type: 'bind' | 'volume' | 'tmpfs';
    /** A volume's name, a folder of the machine, '' for memory. */
    readonly source: string;
    readonly target: string;
    readonly isReadOnly: boolean;
  }[];
}

export interface HostNetworkView {
  readonly name: string;
  readonly driver: string;
  readonly subnet: string;
  readonly gateway: string;
}

export interface HostVolumeView {
  readonly name: string;
  /** Nobody named it: its name is made up. */
  readonly isAnonymous: boolean;
  /** Names of the containers that have it. */
  readonly usedBy: readonly string[];
}

export interface LinkView {
  readonly a: string;
  readonly b: string;
  readonly isCut: boolean;
  readonly delayMs: number;
  readonly lossPerMille: number;
}

export interface MachineView {
  readonly name: string;
  readonly hostname: string;
  readonly address: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly engineVersion: string;
  readonly isOn: boolean;
  /** The Docker daemon runs. */
  readonly isDockerOn: boolean;
  readonly isCableIn: boolean;
  readonly swarm: {
    readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
    readonly nodeID: string | undefined;
    readonly isManager: boolean;
    readonly error: string | undefined;
  };
  readonly raft: RaftView | undefined;
  readonly containers: readonly ContainerView[];
}

export interface RaftView {
  readonly id: number;
  readonly role: 'leader' | 'follower' | 'candidate';
  readonly term: number;
  /** The machine this member believes to lead; undefined: none. */
  readonly leader: string | undefined;
  readonly lastIndex: number;
  readonly commitIndex: number;
  /** When its election timer runs out unless it hears from a leader; undefined for a leader. */
  readonly electionAtMs: number | undefined;
  /** When that timer was last set. */
  readonly electionSetAtMs: number | undefined;
  /** Votes that a candidate has, itself included. */
  readonly votes: number;
  readonly members: number;
}

export interface ContainerView {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: string;
  /** Of a service. */
  readonly taskID: string | undefined;
  readonly ports: readonly string[];
  readonly networks: readonly string[];
}

export interface ClusterView {
  /** The machine that leads; undefined: nobody does now, what follows is the last that was known. */
  readonly leader: string | undefined;
  readonly term: number;
  readonly managers: number;
  readonly managersReachable: number;
  readonly quorum: number;
  readonly hasQuorum: boolean;
  readonly nodes: readonly NodeView[];
  readonly services: readonly ServiceView[];
  readonly tasks: readonly TaskView[];
  readonly networks: readonly NetworkView[];
}

export interface NodeView {
  readonly id: string;
  readonly hostname: string;
  /** The machine it is; undefined for one that is not of this lab any more. */
  readonly machine: string | undefined;
  readonly role: 'manager' | 'worker';
  readonly availability: 'active' | 'pause' | 'drain';
  readonly state: 'unknown' | 'down' | 'ready' | 'disconnected';
  readonly managerStatus: 'leader' | 'reachable' | 'unreachable' | 'unknown' | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ServiceView {
  readonly id: string;
  readonly name: string;
  readonly mode: 'replicated' | 'global' | 'replicated-job' | 'global-job';
  readonly desired: number;
  readonly running: number;
  readonly image: string;
  /** `80:80/tcp`: published, target, protocol. */
  readonly ports: readonly {
    readonly published: number;
    readonly target: number;
    readonly protocol: string;
    readonly mode: string;
  }[];
  readonly vips: readonly { readonly network: string; readonly address: string }[];
  readonly update: { readonly state: string; readonly message: string } | undefined;
  /** Order of creation, from 0: its colour. */
  readonly index: number;
}

export interface TaskView {
  readonly id: string;
  readonly serviceID: string;
  readonly service: string;
  readonly slot: number;
  /** The name in `service ps`: `web.3`, or `agent.<nodeID>`. */
  readonly name: string;
  readonly nodeID: string;
  readonly machine: string | undefined;
  readonly state: string;
  readonly desiredState: string;
  readonly message: string;
  readonly error: string | undefined;
  readonly image: string;
  readonly createdAtMs: number;
  readonly stateSinceMs: number;
  readonly addresses: readonly string[];
}

export interface NetworkView {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly subnet: string;
}

/** A packet between two machines that is worth drawing. */
export interface MessageView {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  /** `AppendEntries`, `RequestVote`, `Heartbeat`, `GET /`, ... */
  readonly label: string;
  readonly layer: 'raft' | 'dispatcher' | 'request' | 'gossip' | 'other';
  readonly sentAtMs: number;
  /** Undefined: it is lost on the way. */
  readonly arrivesAtMs: number | undefined;
  /** Entries that an AppendEntries carries; 0 for a heartbeat. */
  readonly entries: number;
}

/** One mark of the time line. */
export interface TimelineEvent {
  readonly id: number;
  readonly atMs: number;
  readonly lane: 'command' | 'raft' | 'task' | 'node' | 'fault';
  readonly machine: string | undefined;
  /** Korean, one line. */
  readonly text: string;
}

/** What is known to come: "약 9초 뒤 worker2 Down". */
export interface UpcomingView {
  readonly atMs: number;
  readonly text: string;
}

/** Why something is as it is: its causes, first cause first, each a Korean sentence. */
export interface WhyView {
  readonly title: string;
  readonly causes: readonly { readonly atMs: number; readonly text: string }[];
  /** For a placed task: how each node stood. */
  readonly candidates?: readonly {
    readonly node: string;
    readonly text: string;
    readonly isChosen: boolean;
    readonly isExcluded: boolean;
  }[];
  /** A command that shows the same in the terminal. */
  readonly command?: string;
}
