/**
 * Drives one raft member: ticks it, saves and sends what it says, applies what is committed to the store, and is the store's `Proposer`.
 *
 * Real:     swarmkit manager/state/raft/raft.go (Node)
 * Left out: rotation of the encryption key of log and snapshots.
 */
import type { Disk, Random, Scheduler, Timer } from '../../sim/index.ts';
import { no, ok, type RaftMember, type Result, type StoreAction } from '../api/index.ts';
import {
  RawNode,
  type ConfChange,
  type Entry,
  type Message,
  type MemoryStorage,
  type RaftID,
  type SnapshotData,
} from '../raft/index.ts';
import {
  ERR_LOST_LEADERSHIP,
  type Proposer,
  type Store,
  type StoreSnapshot,
} from '../store/index.ts';
import type { PeerConnection } from './connection.ts';
import { Peers } from './peers.ts';
import { WriteAheadLog } from './wal.ts';

const TICK_MS = 1000;
const ELECTION_TICKS = 10;
/** Until the log is on the disk. */
const FSYNC_MS = 1;
const CONF_CHANGE_RETRY_MS = 100;
const SNAPSHOT_INTERVAL = 10_000;
const ENTRIES_FOR_SLOW_FOLLOWERS = 500;
const LOST_QUORUM_TICKS = 10;
/** 5 s and two election timeouts. */
export const REQUEST_TIMEOUT_MS = 25_000;

export type RaftStart =
  | { readonly kind: 'bootstrap' }
  | {
      readonly kind: 'join';
      readonly raftID: RaftID;
      readonly members: readonly RaftMember[];
      readonly removed: readonly RaftID[];
    }
  | { readonly kind: 'restart'; readonly forceNewCluster: boolean };

export interface RaftNodeOptions {
  readonly world: Scheduler;
  readonly machine: string;
  readonly disk: Disk;
  readonly random: Random;
  readonly store: Store;
  readonly nodeID: string;
  /** `192.168.99.100:2377`. */
  readonly addr: string;
  readonly connect: (to: RaftMember) => PeerConnection;
  readonly send: (to: RaftMember, message: Message, failed: () => void) => void;
  /** To a member that has joined while this one was away: its address must be asked for. */
  readonly sendUnknown: (message: Message) => void;
  /** This member leads and has caught up, or no longer leads. */
  readonly leadership: (isLeader: boolean) => void;
  readonly membersChanged: () => void;
  /** This member is no longer part of the group. */
  readonly removed: () => void;
}

interface Proposal {
  readonly id: string;
  readonly actions: readonly StoreAction[];
}

/** What a snapshot holds. */
interface SnapshotContent {
  readonly store: StoreSnapshot;
  readonly members: readonly RaftMember[];
  readonly removed: readonly RaftID[];
}

export class RaftNode implements Proposer {
  readonly peers: Peers;
  readonly #options: RaftNodeOptions;
  readonly #wal: WriteAheadLog;
  readonly #storage: MemoryStorage;
  readonly #node: RawNode;
  readonly #waiting = new Map<string, (result: Result<{ readonly index: number }>) => void>();
  readonly #changes = new Map<number, (result: Result<void>) => void>();
  readonly #incarnation: string;
  #proposals = 0;
  #ticker: Timer | undefined;
  #tickedAtMs = 0;
  #driveTimer: Timer | undefined;
  #isDriving = false;
  #isStopped = false;
  #mayCampaignAlone: boolean;
  #isLeaderSignalled = false;
  #ticksWithoutLeader = 0;
  #snapshotIndex: number;
  #lastTrace = '';

  constructor(options: RaftNodeOptions, start: RaftStart) {
    const { disk, world, random } = options;
    this.#options = options;
    if (start.kind === 'restart') this.#wal = WriteAheadLog.open(disk);
    else
      this.#wal = WriteAheadLog.create(
        disk,
        start.kind === 'join' ? start.raftID : newRaftID(random),
        start.kind === 'join' ? { members: start.members, removed: start.removed } : undefined,
      );
    if (start.kind === 'restart' && start.forceNewCluster) this.#wal.forceNewCluster(this.self);
    this.#storage = this.#wal.load();
    this.peers = new Peers({
      connect: (member) => (member.RaftID === this.id ? undefined : options.connect(member)),
    });
    this.#incarnation = `${this.#wal.raftID}/${world.nowMs}`;
    const { snapshot } = this.#wal;
    this.#snapshotIndex = snapshot?.index ?? 0;
    const { joined } = this.#wal;
    if (joined) this.peers.replace(joined.members, joined.removed);
    if (snapshot) this.#restore(snapshot);
    this.#node = new RawNode({
      id: this.#wal.raftID,
      storage: this.#storage,
      random: (n) => random.below(n),
    });
    if (start.kind === 'bootstrap') this.#node.bootstrap([{ nodeID: this.id, context: this.self }]);
    this.#mayCampaignAlone = start.kind !== 'join';
  }

  get id(): RaftID {
    return this.#wal.raftID;
  }

  get self(): RaftMember {
    return { RaftID: this.#wal.raftID, NodeID: this.#options.nodeID, Addr: this.#options.addr };
  }

  start(): void {
    this.peers.connect();
    this.#tickLater();
    this.#driveSoon();
  }

  stop(): void {
    this.#isStopped = true;
    this.#ticker?.cancel();
    this.#driveTimer?.cancel();
    this.peers.close();
    this.#failWaiting('raft: failed to process the request: node is stopped');
  }

  get isLeader(): boolean {
    return this.#isLeaderSignalled;
  }

  /** No leader has been known for so long that it looks like a lost quorum. */
  get isQuorumLost(): boolean {
    return this.#ticksWithoutLeader > LOST_QUORUM_TICKS;
  }

  /** The leader as far as this member knows; undefined also while it leads itself but has not caught up. */
  get leader(): RaftMember | undefined {
    const { lead } = this.#node.raft;
    if (lead === this.id) return this.#isLeaderSignalled ? this.self : undefined;
    return this.peers.get(lead);
  }

  get leaderConnection(): PeerConnection | undefined {
    return this.peers.connection(this.#node.raft.lead);
  }

  get leadID(): RaftID {
    return this.#node.raft.lead;
  }

  status(): ReturnType<RawNode['status']> {
    return this.#node.status();
  }

  /** The log from `index` on, saved or not: for those who look at it. */
  entriesFrom(index: number): ReturnType<RawNode['entriesFrom']> {
    return this.#node.entriesFrom(index);
  }

  /** Ticks are whole seconds; this is what has passed of the one under way. */
  get sinceTickMs(): number {
    return this.#options.world.nowMs - this.#tickedAtMs;
  }

  isReachable(id: RaftID): boolean {
    return id === this.id || this.peers.isReachable(id);
  }

  step(message: Message): void {
    if (this.#isStopped || message.to !== this.id) return;
    this.peers.connection(message.from)?.heard();
    this.#node.step(message);
    this.#drive();
  }

  version(): number {
    return this.#node.raft.log.commitIndex;
  }

  propose(
    actions: readonly StoreAction[],
    done: (result: Result<{ readonly index: number }>) => void,
  ): void {
    const proposal: Proposal = { id: `${this.#incarnation}/${this.#proposals++}`, actions };
    const isTaken =
      !this.#isStopped && this.#node.propose(proposal, 100 + 400 * actions.length) === 'ok';
    if (!isTaken) {
      this.#options.world.schedule(0, 'proposal refused', () =>
        done(no('Unknown', ERR_LOST_LEADERSHIP)),
      );
      return;
    }
    this.#waiting.set(proposal.id, done);
    this.#driveSoon();
  }

  addMember(nodeID: string, addr: string, done: (result: Result<RaftMember>) => void): void {
    const known = this.peers.byNodeID(nodeID);
    if (known && known.Addr === addr) return done(ok(known));
    const member: RaftMember = {
      RaftID: known?.RaftID ?? this.#freeID(),
      NodeID: nodeID,
      Addr: addr,
    };
    this.#configure({ type: 'addNode', nodeID: member.RaftID, context: member }, (result) =>
      done(result.ok ? ok(member) : result),
    );
  }

  removeMember(id: RaftID, done: (result: Result<void>) => void): void {
    if (!this.canRemoveMember(id))
      return done(
        no(
          'Unknown',
          'raft: member cannot be removed, because removing it may result in loss of quorum',
        ),
      );
    this.#configure({ type: 'removeNode', nodeID: id }, done);
  }

  /** Whether the reachable members that stay are a majority of those that stay. */
  canRemoveMember(id: RaftID): boolean {
    const { members } = this.peers;
    const reachable = members.filter(
      (member) => member.RaftID !== id && this.isReachable(member.RaftID),
    ).length;
    return reachable >= Math.floor((members.length - 1) / 2) + 1 && members.length > 1;
  }

  /** Hands leadership to another member; done when another leads, or it took too long. */
  transferLeadership(done: (result: Result<void>) => void): void {
    const { world } = this.#options;
    const target = this.peers.longestActive();
    if (!target) return done(no('Unknown', 'raft: no active peer to transfer leadership to'));
    this.#node.transferLeadership(target.RaftID);
    this.#drive();
    const endsAtMs = world.nowMs + REQUEST_TIMEOUT_MS;
    const look = (): void => {
      if (this.#isStopped || (this.#node.raft.lead !== this.id && this.#node.raft.lead !== 0))
        return done(ok(undefined));
      if (world.nowMs >= endsAtMs)
        return done(no('Unknown', 'raft: leadership transfer timed out'));
      world.schedule(TICK_MS / 10, 'leadership transfer', look);
    };
    look();
  }

  #freeID(): RaftID {
    let id = newRaftID(this.#options.random);
    while (this.peers.isRemoved(id) || this.peers.get(id)) id = newRaftID(this.#options.random);
    return id;
  }

  #configure(change: Omit<ConfChange, 'id'>, done: (result: Result<void>) => void): void {
    const { world, random } = this.#options;
    const id = newRaftID(random);
    const result = this.#isStopped ? 'dropped' : this.#node.proposeConfChange({ id, ...change });
    this.#driveSoon();
    if (result === 'dropped') {
      world.schedule(0, 'change refused', () => done(no('Unknown', ERR_LOST_LEADERSHIP)));
    } else if (result === 'pending') {
      // One change at a time: the one before is not applied yet.
      world.schedule(CONF_CHANGE_RETRY_MS, 'change retried', () => this.#configure(change, done));
    } else this.#changes.set(id, done);
  }

  #tickLater(): void {
    const { world } = this.#options;
    this.#tickedAtMs = world.nowMs;
    this.#ticker = world.schedule(TICK_MS, 'raft tick', () => {
      this.#node.tick();
      this.#ticksWithoutLeader = this.#node.raft.lead === 0 ? this.#ticksWithoutLeader + 1 : 0;
      this.#watchPeers();
      this.#tickLater();
      this.#drive();
    });
  }

  #watchPeers(): void {
    const { world, machine } = this.#options;
    if (this.#node.raft.state !== 'leader') return;
    for (const { member, isReachable } of this.peers.changes())
      world.emit('manager.reachability', {
        machine,
        nodeID: member.NodeID,
        addr: member.Addr,
        isReachable,
      });
    for (const member of this.peers.members)
      if (!this.isReachable(member.RaftID)) this.#node.reportUnreachable(member.RaftID);
  }

  #driveSoon(): void {
    if (this.#driveTimer || this.#isStopped) return;
    this.#driveTimer = this.#options.world.schedule(FSYNC_MS, 'raft save', () => {
      this.#driveTimer = undefined;
      this.#drive();
    });
  }

  #drive(): void {
    if (this.#isDriving) return;
    this.#isDriving = true;
    try {
      while (!this.#isStopped && this.#node.hasReady()) {
        const ready = this.#node.ready();
        this.#wal.save(ready, this.#storage);
        for (const message of ready.messages) this.#send(message);
        if (ready.snapshot) this.#restore(ready.snapshot);
        for (const entry of ready.committedEntries) this.#apply(entry);
        if (ready.committedEntries.length > 0) this.#emitCommit(ready.committedEntries);
        this.#node.advance(ready);
        this.#noticeState();
        this.#maybeSnapshot();
      }
    } finally {
      this.#isDriving = false;
    }
  }

  #send(message: Message): void {
    const { world, machine } = this.#options;
    const member = this.peers.get(message.to);
    if (message.type === 'RequestVoteResponse')
      world.emit('raft.vote', {
        machine,
        term: message.term,
        for: message.to,
        granted: message.voteGranted,
      });
    if (!member)
      return this.peers.isRemoved(message.to) ? undefined : this.#options.sendUnknown(message);
    this.peers.connection(message.to)?.send(
      () =>
        this.#options.send(member, message, () => {
          if (!this.#isStopped && message.type === 'InstallSnapshot')
            this.#node.reportSnapshot(message.to, false);
        }),
      !message.type.endsWith('Response'),
    );
  }

  /** The other side has taken a snapshot. */
  snapshotSent(to: RaftID): void {
    if (this.#isStopped) return;
    this.#node.reportSnapshot(to, true);
    this.#drive();
  }

  #apply(entry: Entry): void {
    if (entry.type === 'confChange') return this.#applyConfChange(entry.data as ConfChange);
    const proposal = entry.data as Proposal | null;
    if (!proposal) return;
    this.#options.store.apply(proposal.actions, entry.index);
    const done = this.#waiting.get(proposal.id);
    this.#waiting.delete(proposal.id);
    done?.(ok({ index: entry.index }));
  }

  #applyConfChange(change: ConfChange): void {
    const { world } = this.#options;
    const wasLead = this.#node.raft.lead;
    if (change.type === 'addNode') this.peers.add(change.context as RaftMember);
    else this.peers.remove(change.nodeID);
    this.#node.applyConfChange(change);
    const done = this.#changes.get(change.id);
    this.#changes.delete(change.id);
    done?.(ok(undefined));
    this.#options.membersChanged();
    if (change.type !== 'removeNode') return;
    if (change.nodeID === this.id)
      world.schedule(0, 'removed from raft', () => !this.#isStopped && this.#options.removed());
    // Nobody would hear from it any more: do not wait for the timeout.
    else if (change.nodeID === wasLead) world.schedule(0, 'leader removed', () => this.#campaign());
  }

  #campaign(): void {
    if (this.#isStopped) return;
    this.#node.campaign();
    this.#drive();
  }

  #restore(snapshot: SnapshotData): void {
    const content = snapshot.data as SnapshotContent;
    this.#snapshotIndex = snapshot.index;
    this.peers.replace(content.members, content.removed);
    this.#options.store.restore(content.store);
  }

  #maybeSnapshot(): void {
    const { store } = this.#options;
    const applied = this.#node.raft.log.lastApplied;
    if (applied - this.#snapshotIndex < SNAPSHOT_INTERVAL / 2) return;
    const spec = store.list('cluster')[0]?.Spec.Raft;
    if (applied - this.#snapshotIndex < (spec?.SnapshotInterval ?? SNAPSHOT_INTERVAL)) return;
    const data: SnapshotContent = {
      store: store.save(),
      members: this.peers.members,
      removed: this.peers.removed,
    };
    const objects = Object.values(data.store).reduce((sum, table) => sum + table.length, 0);
    const snapshot = this.#storage.createSnapshot(applied, {
      confState: this.#node.status().confState,
      data,
      sizeBytes: 1000 + 400 * objects,
    });
    this.#snapshotIndex = applied;
    this.#wal.saveSnapshot(
      snapshot,
      this.#storage,
      spec?.LogEntriesForSlowFollowers ?? ENTRIES_FOR_SLOW_FOLLOWERS,
    );
    this.#options.world.emit('raft.snapshot', { machine: this.#options.machine, index: applied });
  }

  /** Tells the outside of a new role; leadership counts only when everything before it is applied. */
  #noticeState(): void {
    const { world, machine } = this.#options;
    const { raft } = this.#node;
    if (raft.lead !== 0) this.#ticksWithoutLeader = 0;
    const trace = `${raft.state} ${raft.currentTerm}`;
    if (trace !== this.#lastTrace) {
      this.#lastTrace = trace;
      const kind =
        raft.state === 'leader'
          ? 'raft.leader'
          : raft.state === 'candidate'
            ? 'raft.candidate'
            : 'raft.follower';
      world.emit(kind, { machine, term: raft.currentTerm, id: this.id });
    }
    if (raft.state !== 'leader' && this.#isLeaderSignalled) {
      this.#isLeaderSignalled = false;
      this.#failWaiting(ERR_LOST_LEADERSHIP);
      this.#options.leadership(false);
    } else if (raft.state !== 'leader' && this.#waiting.size + this.#changes.size > 0) {
      this.#failWaiting(ERR_LOST_LEADERSHIP);
    } else if (
      raft.state === 'leader' &&
      !this.#isLeaderSignalled &&
      raft.log.lastApplied >= raft.log.lastIndex()
    ) {
      this.#isLeaderSignalled = true;
      this.#options.leadership(true);
    }
    const isReplayed = raft.log.lastApplied >= raft.log.commitIndex;
    if (
      this.#mayCampaignAlone &&
      isReplayed &&
      raft.state === 'follower' &&
      this.peers.size === 1 &&
      this.peers.get(this.id)
    ) {
      this.#mayCampaignAlone = false;
      world.schedule(0, 'campaign alone', () => this.#campaign());
    }
  }

  #emitCommit(entries: readonly Entry[]): void {
    const { world, machine } = this.#options;
    const last = entries[entries.length - 1] as Entry;
    world.emit('raft.commit', { machine, index: last.index, term: last.term });
  }

  #failWaiting(message: string): void {
    const waiting = [...this.#waiting.values(), ...this.#changes.values()];
    this.#waiting.clear();
    this.#changes.clear();
    for (const done of waiting) done(no('Unknown', message));
  }
}

export const ELECTION_TIMEOUT_MS = ELECTION_TICKS * TICK_MS;

/** A random integer in [1, 2^48). */
function newRaftID(random: Random): RaftID {
  return random.below(65_536) * 4_294_967_296 + random.uint32() || 1;
}
