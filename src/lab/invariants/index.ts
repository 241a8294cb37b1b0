/**
 * What must hold in a lab at all times, whatever happens to its machines: Figure 3 of the Raft paper for the managers
 * of each swarm, and Swarm's own rules for their stores. `look()` after every event, or as often as can be afforded;
 * the stores are watched by themselves.
 *
 * A swarm that is made anew by `--force-new-cluster` gives up what the others had: `startAnew()` forgets what was seen before.
 */
import type { Host, Lab } from '../lab.ts';
import { checkRaft, emptyRaftHistory, observeRaft, type RaftHistory } from './raft.ts';
import { StoreReplicas, differenceOf } from './store.ts';

/** The end of each log that is compared every time. What is older was compared when it was new. */
const LOG_WINDOW = 64;

interface Swarm {
  readonly history: RaftHistory;
  readonly replicas: StoreReplicas;
  /** Of the members when last looked at: nothing is compared while nothing changes. */
  seen: string;
}

/** A machine's manager, if it has one that runs. */
function managerOf(host: Host) {
  const node = host.engine.cluster.runner?.node;
  const manager = node?.manager;
  const clusterID = node?.certificate?.ClusterID;
  return manager?.raft && clusterID !== undefined
    ? { clusterID, store: manager.store, raft: manager.raft }
    : undefined;
}

type Manager = NonNullable<ReturnType<typeof managerOf>>;

export class LabInvariants {
  readonly #lab: Lab;
  readonly #swarms = new Map<string, Swarm>();
  readonly #raftViolations: string[] = [];
  /** Before the last new start. */
  readonly #old: string[] = [];

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** What was violated so far, oldest first. */
  get violations(): readonly string[] {
    const stores = [...this.#swarms.values()].flatMap(({ replicas }) => replicas.violations);
    const now = stores.map(({ property, why }) => `${property}: ${why}`);
    return [...this.#old, ...this.#raftViolations, ...now];
  }

  /** A manager begins anew with what it has: what others had, or were promised, counts no more. */
  startAnew(): void {
    this.#old.push(...this.violations);
    this.#raftViolations.length = 0;
    this.#swarms.clear();
  }

  look(): void {
    for (const [clusterID, managers] of this.#managers()) {
      const swarm = this.#swarm(clusterID);
      for (const { store } of managers) swarm.replicas.watch(store);
      const seen = managers.map(({ raft }) => stateOf(raft)).join(' ');
      if (seen === swarm.seen) continue;
      swarm.seen = seen;
      const members = managers.map(({ raft }) => observeRaft(raft, LOG_WINDOW));
      for (const { property, why } of checkRaft(swarm.history, members))
        this.#raftViolations.push(`${property}: ${why} (at ${this.#lab.nowMs} ms)`);
    }
  }

  /** Why the managers of a swarm are not yet of one mind; '' when they are, and somebody leads. */
  disagreement(): string {
    for (const managers of this.#managers().values()) {
      const [first, ...others] = managers as [Manager, ...Manager[]];
      const leaders = managers.filter(({ raft }) => raft.isLeader);
      if (leaders.length !== 1) return `${leaders.length} leaders`;
      for (const other of others) {
        const [a, b] = [first.raft.status(), other.raft.status()];
        if (a.applied !== b.applied)
          return `${first.store.name} has applied ${a.applied} entries, ${other.store.name} ${b.applied}`;
        const difference = differenceOf(first.store, other.store);
        if (difference !== '') return difference;
      }
    }
    return '';
  }

  #managers(): Map<string, Manager[]> {
    const out = new Map<string, Manager[]>();
    for (const host of this.#lab.hosts) {
      const manager = managerOf(host);
      if (manager) out.set(manager.clusterID, [...(out.get(manager.clusterID) ?? []), manager]);
    }
    return out;
  }

  #swarm(clusterID: string): Swarm {
    let swarm = this.#swarms.get(clusterID);
    if (!swarm) {
      swarm = { history: emptyRaftHistory(), replicas: new StoreReplicas(), seen: '' };
      this.#swarms.set(clusterID, swarm);
    }
    return swarm;
  }
}

function stateOf(raft: Manager['raft']): string {
  const { id, term, state, commit, applied, lastIndex } = raft.status();
  return `${id}/${term}/${state}/${commit}/${applied}/${lastIndex}`;
}
