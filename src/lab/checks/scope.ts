/**
 * What a check may ask about: the state of the lab, and what happened in it since the step began.
 *
 * The lab fills one `CheckScope` whenever it evaluates checks. Everything is plain data. Engine API objects have the
 * field names of the Docker Engine API (`Spec.Name`, `Status.State`), so that a lesson's author can read them with
 * `docker inspect`. A check never sees what was typed: only states, and the trace of what machines did.
 */

/** An object as the Docker Engine API returns it. */
export type ApiObject = Readonly<Record<string, unknown>>;

export interface CheckScope {
  /** `GET /nodes` as the leader answers, or its last answer while there is no leader; empty before the first init. */
  readonly nodes: readonly ApiObject[];
  /** `GET /services`, from the same source as `nodes`. */
  readonly services: readonly ApiObject[];
  /** `GET /tasks`, with the history that `docker service ps` shows. */
  readonly tasks: readonly ApiObject[];
  /** Swarm-scoped networks (`GET /networks` on the leader, without its local ones). */
  readonly networks: readonly ApiObject[];
  readonly secrets: readonly ApiObject[];
  readonly configs: readonly ApiObject[];
  /** By name, as in the lesson's `machines`. */
  readonly machines: Readonly<Record<string, MachineScope>>;
  readonly raft: RaftScope;
  readonly lab: LabScope;
  readonly seen: SeenScope;
}

export interface MachineScope {
  readonly name: string;
  readonly ip: string;
  readonly power: 'on' | 'off';
  /** `cut` while a partition fault holds the machine's cable. */
  readonly network: 'up' | 'cut';
  readonly swarm: {
    /**
     * `Swarm.LocalNodeState` of `docker info`. While the power is off: `active` when the disk holds a swarm's state,
     * otherwise `inactive`.
     */
    readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
    /** `Swarm.ControlAvailable`. */
    readonly manager: boolean;
    readonly nodeID: string;
  };
  /**
   * `GET /containers/json?all=1`, each with `Inspect`: what `GET /containers/{id}/json` says of it under `State`,
   * `HostConfig` and `RestartCount`. Empty while the power is off.
   */
  readonly containers: readonly ApiObject[];
  /** `GET /images/json`. */
  readonly images: readonly ApiObject[];
  /** `GET /networks` of this machine's engine, local and swarm. */
  readonly networks: readonly ApiObject[];
  /** `GET /volumes` → `Volumes`. */
  readonly volumes: readonly ApiObject[];
  /**
   * The text of a file of the machine's, null when there is none; '' for a directory. A function, as only few of the
   * files are ever asked for.
   */
  readonly file: (path: string) => string | null;
}

export interface RaftScope {
  /** The leader that a majority follows: its machine's name, or '' while there is none. */
  readonly leader: string;
  /** The highest term of a member that is powered on. */
  readonly term: number;
  readonly members: readonly {
    readonly machine: string;
    readonly nodeID: string;
    readonly state: 'leader' | 'follower' | 'candidate';
    readonly term: number;
    readonly commitIndex: number;
    readonly lastIndex: number;
    readonly on: boolean;
  }[];
}

export interface LabScope {
  readonly template: string;
  /** Virtual time. */
  readonly nowMs: number;
  readonly stepStartedMs: number;
  /** Step number → the choice that was taken, or '' when the question was skipped. */
  readonly predictions: Readonly<Record<string, string>>;
}

/**
 * What happened since the step began, oldest first. Each list keeps its last 500 entries.
 * Nothing here comes from the page's own drawing: only from processes and components inside the lab.
 */
export interface SeenScope {
  /** HTTP requests that a process of the student's made over the network, with their outcome. */
  readonly requests: readonly {
    readonly atMs: number;
    /** Machine of the client; '' for the learner's own browser. */
    readonly from: string;
    readonly url: string;
    /** Machine whose address was in the URL; '' when it was none (a VIP, a container). */
    readonly entry: string;
    readonly port: number;
    /** 0 when no answer came. */
    readonly status: number;
    /** First 4,000 characters; of a page in the browser, what it says. */
    readonly body: string;
    /** The container that answered: its name (`web.1.<task id>` for a task), or ''. */
    readonly server: string;
    readonly error: string;
  }[];
  /** Requests to an engine's API on its socket, made by processes (docker, docker-compose, curl). */
  readonly api: readonly {
    readonly atMs: number;
    readonly machine: string;
    readonly method: string;
    /** Without the version: `/services/create`, `/nodes`. */
    readonly path: string;
    /** Decoded, without `?`. */
    readonly query: string;
    readonly status: number;
    /** `message` of an error's body, otherwise ''. */
    readonly error: string;
  }[];
  /** Events of the engines, as `docker events` tells them. */
  readonly events: readonly {
    readonly atMs: number;
    readonly machine: string;
    /** `container`, `image`, `network`, `volume`. */
    readonly type: string;
    /** `create`, `die`, `connect`, `prune` … */
    readonly action: string;
    /** The container's, network's, volume's or image's name. */
    readonly name: string;
    /** The container's image, or the container that a network or a volume was joined with; else ''. */
    readonly of: string;
    /** Of `die`; else -1. */
    readonly exitCode: number;
  }[];
  /** Lines that commands have shown at the machines' terminals, without prompts and without what was typed at them. */
  readonly output: readonly string[];
  /** Questions to a container's name server 127.0.0.11. */
  readonly lookups: readonly {
    readonly atMs: number;
    readonly machine: string;
    /** Name of the container that asked. */
    readonly container: string;
    /** Networks of that container. */
    readonly networks: readonly string[];
    readonly name: string;
    /** IPv4 addresses; empty for NXDOMAIN. */
    readonly answers: readonly string[];
  }[];
  /** Managers that became leader. */
  readonly leaders: readonly {
    readonly atMs: number;
    readonly machine: string;
    readonly term: number;
  }[];
  /** One entry whenever a node's state, role or availability became another (as committed in the store). */
  readonly nodes: readonly {
    readonly atMs: number;
    /** Host name. */
    readonly node: string;
    /** `ready`, `down`, `unknown`, `disconnected`. */
    readonly state: string;
    /** `manager` once the node has a `ManagerStatus`, not when it is only wanted to be one; else `worker`. */
    readonly role: string;
    readonly availability: string;
  }[];
  /** One entry whenever a service's `UpdateStatus.State` became another. */
  readonly updates: readonly {
    readonly atMs: number;
    readonly service: string;
    readonly state: string;
    readonly message: string;
  }[];
  /** One entry whenever the number of running tasks of a service became another. */
  readonly counts: readonly {
    readonly atMs: number;
    readonly service: string;
    readonly running: number;
  }[];
  /** Faults that were injected. */
  readonly faults: readonly {
    readonly atMs: number;
    readonly fault: string;
    readonly machine: string;
  }[];
}

/** A scope in which nothing exists: what a builder starts from. */
export function emptyScope(template = 'vms'): CheckScope {
  return {
    nodes: [],
    services: [],
    tasks: [],
    networks: [],
    secrets: [],
    configs: [],
    machines: {},
    raft: { leader: '', term: 0, members: [] },
    lab: { template, nowMs: 0, stepStartedMs: 0, predictions: {} },
    seen: {
      requests: [],
      api: [],
      events: [],
      output: [],
      lookups: [],
      leaders: [],
      nodes: [],
      updates: [],
      counts: [],
      faults: [],
    },
  };
}
