/**
 * The person who puts a swarm back together: unlocks its managers, begins it anew where its majority is gone for good, removes the nodes that
 * nobody is any more, and lets machines join that are in no swarm. All by docker commands, and each must work.
 */
import type { Host, Lab } from '../../src/lab/lab.ts';
import type { Store } from '../../src/swarm/index.ts';

/** What the operator needs of the run. */
export interface Hands {
  readonly lab: Lab;
  tell(what: string): void;
  violate(why: string): void;
  /** Runs a command to its end. */
  run(host: Host, command: string): { readonly isDone: boolean; readonly said: string };
  wait(ms: number): void;
  /** A swarm begins anew from what one manager has, the survivor once it has begun: the rest of it is given up. */
  startsAnew(survivor: Host | undefined): void;
  /** Something was violated: no use in going on. */
  readonly isOver: boolean;
}

/**
 * An election takes seconds, but where only one member's log is good enough, it must be the first to run out of patience: every failure of
 * the others costs it up to 20 s. In this time it is almost certain to come.
 */
const LEADER_LIMIT_MS = 900_000;
const REPAIR_LIMIT_MS = 240_000;
const POLL_MS = 2_000;

export class Operator {
  readonly #hands: Hands;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  get #hosts(): readonly Host[] {
    return this.#hands.lab.hosts;
  }

  leader(): Host | undefined {
    return this.#hosts.find(({ engine }) => engine.cluster.runner?.node?.manager?.isLeader);
  }

  leaderStore(): Store | undefined {
    return this.leader()?.engine.cluster.storeView();
  }

  /** Every machine must be up, with its cable in. Afterwards all of them are in one swarm, and all nodes of it are machines. */
  repair(): void {
    this.#unlock();
    if (!this.#hasLeader()) this.rescue();
    this.#leaveForeign();
    this.#removeStrangers();
    this.#joinAll();
  }

  /** A token and an address to join by, as somebody has them on a slip of paper. */
  joinCommand(role: 'manager' | 'worker', except: Host): string | undefined {
    const manager = this.#hosts.find((host) => host !== except && host.engine.isManager);
    const tokens = manager?.engine.cluster.storeView()?.list('cluster')[0]?.RootCA.JoinTokens;
    if (!manager || !tokens) return undefined;
    const token = role === 'manager' ? tokens.Manager : tokens.Worker;
    return `docker swarm join --token ${token} ${addressOf(manager)}:2377`;
  }

  /**
   * All others leave, and the manager that knows most begins anew; where no manager is left, some machine begins from nothing. The others
   * join again later.
   */
  rescue(): void {
    const known = this.#mostAdvanced();
    // Docker cannot begin anew from a manager whose key is locked: it asks to be unlocked, and there is nobody to unlock.
    const isLocked = known?.machine.disk.read('swarm/lock') !== undefined;
    const survivor = isLocked ? undefined : known;
    this.#hands.tell(`the swarm begins anew from ${survivor?.machine.name ?? 'nothing'}`);
    for (const host of this.#hosts)
      if (host !== survivor && host.engine.cluster.localState !== 'inactive')
        this.#must(host, 'docker swarm leave --force');
    const [any] = this.#hosts;
    const first = survivor ?? any;
    if (!first) return;
    const force = survivor ? '--force-new-cluster ' : '';
    this.#hands.startsAnew(undefined);
    this.#must(first, `docker swarm init ${force}--advertise-addr ${addressOf(first)}`);
    this.#hands.startsAnew(first);
    if (!this.#hasLeader()) this.#hands.violate('a swarm that began anew has no leader');
  }

  /** Each locked manager, with the key that its own key is encrypted with. */
  #unlock(): void {
    for (const host of this.#hosts) {
      if (host.engine.cluster.localState !== 'locked') continue;
      const key = host.machine.disk.read('swarm/lock');
      this.#hands.tell(`${host.machine.name} is unlocked`);
      const { isDone, said } = this.#hands.run(host, `echo ${String(key)} | docker swarm unlock`);
      // Without a majority it is open all the same, only that nobody answers yet.
      if (!isDone && host.engine.cluster.localState === 'locked')
        this.#hands.violate(`${host.machine.name} does not open: ${said}`);
    }
  }

  /** Waits for one. There must be one if a majority of the members is up. */
  #hasLeader(): boolean {
    const { lab } = this.#hands;
    const endMs = lab.nowMs + LEADER_LIMIT_MS;
    while (!this.leader()) {
      const hasMajority = this.#hasMajority();
      if (lab.nowMs >= endMs && !hasMajority) return false;
      if (lab.nowMs >= endMs) this.#hands.violate('no leader, though a majority is up');
      if (this.#hands.isOver) return true;
      this.#hands.wait(POLL_MS);
    }
    return true;
  }

  /** Of the members as the manager that knows most knows them. */
  #hasMajority(): boolean {
    const voters = raftOf(this.#mostAdvanced())?.status().confState ?? [];
    const clusterID = this.#mostAdvanced()?.engine.cluster.runner?.node?.certificate?.ClusterID;
    const up = this.#hosts.filter((host) => {
      const raft = raftOf(host);
      const isOfIt = host.engine.cluster.runner?.node?.certificate?.ClusterID === clusterID;
      return raft !== undefined && isOfIt && voters.includes(raft.id);
    });
    return up.length * 2 > voters.length;
  }

  #mostAdvanced(): Host | undefined {
    const known = this.#hosts.flatMap((host) => {
      const raft = raftOf(host);
      if (!raft) return [];
      const { lastIndex } = raft.status();
      const lastTerm = raft.entriesFrom(lastIndex)[0]?.term ?? 0;
      return [{ host, lastTerm, lastIndex }];
    });
    known.sort((a, b) => b.lastTerm - a.lastTerm || b.lastIndex - a.lastIndex);
    return known[0]?.host;
  }

  /** Machines that are not in the leader's swarm: removed from it, or still in one that is no more. */
  #leaveForeign(): void {
    const leader = this.leader();
    const store = this.leaderStore();
    const clusterID = store?.list('cluster')[0]?.ID;
    for (const host of this.#hosts) {
      const { cluster } = host.engine;
      if (host === leader || cluster.localState === 'inactive') continue;
      const ownID = cluster.runner?.node?.certificate?.ClusterID;
      const isMember = ownID === clusterID && store?.get('node', cluster.nodeID) !== undefined;
      // A node that restarts after a failure has nothing to show for a moment.
      if (isMember || (cluster.runner?.exit && cluster.hasMembership && this.#waitsFor(host)))
        continue;
      this.#must(host, 'docker swarm leave --force');
    }
  }

  /** Whether a machine comes back to its swarm by itself. */
  #waitsFor(host: Host): boolean {
    for (let n = 0; n < 30 && host.engine.cluster.nodeID === ''; n++) this.#hands.wait(POLL_MS);
    return this.leaderStore()?.get('node', host.engine.cluster.nodeID) !== undefined;
  }

  /** Nodes that no machine is any more. */
  #removeStrangers(): void {
    const own = new Set(this.#hosts.map(({ engine }) => engine.cluster.nodeID));
    for (const node of this.leaderStore()?.list('node') ?? []) {
      if (own.has(node.ID)) continue;
      // Who left without a word is still a member of raft, and must be demoted first; others cannot be.
      let tries = 0;
      this.#insist(() => {
        const store = this.leaderStore();
        if (store && !store.get('node', node.ID)) return undefined;
        const verb = node.Spec.Role === 'manager' && tries++ % 2 === 0 ? 'demote' : 'rm --force';
        return `docker node ${verb} ${node.ID}`;
      });
    }
  }

  #joinAll(): void {
    for (const host of this.#hosts) {
      const role = host.machine.name.startsWith('manager') ? 'manager' : 'worker';
      const endMs = this.#hands.lab.nowMs + REPAIR_LIMIT_MS;
      while (host.engine.cluster.localState === 'inactive') {
        const command = this.joinCommand(role, host);
        const said = command === undefined ? 'nobody to join' : this.#hands.run(host, command).said;
        if (this.#hands.isOver) return;
        if (this.#hands.lab.nowMs > endMs)
          return this.#hands.violate(`${host.machine.name} cannot join: ${said}`);
        this.#hands.wait(POLL_MS);
      }
    }
  }

  /** Runs what `next` says on the leader until it says nothing. */
  #insist(next: () => string | undefined): void {
    const endMs = this.#hands.lab.nowMs + REPAIR_LIMIT_MS;
    let said = '';
    for (let command = next(); command !== undefined; command = next()) {
      const leader = this.leader();
      if (leader) said = this.#hands.run(leader, command).said;
      if (this.#hands.isOver) return;
      if (this.#hands.lab.nowMs > endMs)
        return this.#hands.violate(`never done: ${command}: ${said}`);
      this.#hands.wait(POLL_MS);
    }
  }

  #must(host: Host, command: string): void {
    const { isDone, said } = this.#hands.run(host, command);
    if (!isDone && !this.#hands.isOver)
      this.#hands.violate(`${host.machine.name}: ${command}: ${said}`);
  }
}

function raftOf(host: Host | undefined) {
  return host?.engine.cluster.runner?.node?.manager?.raft;
}

export function addressOf(host: Host): string {
  return host.template.cards[0]?.cidr.split('/')[0] ?? '';
}
