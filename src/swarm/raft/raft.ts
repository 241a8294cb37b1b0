/**
 * One member of a Raft group as a state machine: a message or a tick goes in, and what must be
 * saved, sent and applied can be taken out by RawNode. This file holds the state of Figure 2, the
 * three roles and the rules about terms; the rest is cut along the paper: election, replication,
 * membership, snapshot, transfer.
 *
 * Real:     etcd-io/raft raft.go, at what SwarmKit configures.
 * Left out: pre-vote, read index, learners, joint consensus, forwarding of proposals to the leader,
 *           asynchronous storage writes, the limit on uncommitted bytes.
 */

import { assert } from './assert.ts';
import { RaftLog } from './log.ts';
import { None, messageHeaderBytes } from './messages.ts';
import type { Message, RaftID, StateType } from './messages.ts';
import { ProgressTracker } from './progress.ts';
import type { Storage } from './storage.ts';
import {
  handleRequestVote,
  handleRequestVoteResponse,
  isLeaseValid,
  tickElection,
} from './election.ts';
import {
  appendEntry,
  handleAppendEntries,
  handleAppendEntriesResponse,
  handleHeartbeat,
  handleHeartbeatResponse,
  tickHeartbeat,
} from './replication.ts';
import { handleInstallSnapshot } from './snapshot.ts';
import { handleTimeoutNow } from './transfer.ts';

export interface Config {
  readonly id: RaftID;
  readonly storage: Storage;
  /** Chance, passed in: a uniform integer in [0, n). */
  readonly random: (n: number) => number;
  /** The last index that the state machine has applied. Default: that of the storage's snapshot. */
  readonly applied?: number;
  readonly electionTick?: number;
  readonly heartbeatTick?: number;
  readonly checkQuorum?: boolean;
  readonly maxSizePerMessageBytes?: number;
  readonly maxInflightMessages?: number;
  /** Told of changes of role, votes and the like, in words. */
  readonly logger?: (line: string) => void;
}

export class Raft {
  readonly id: RaftID;
  // Figure 2, persistent state. The log also holds commitIndex and lastApplied.
  currentTerm = 0;
  votedFor: RaftID = None;
  readonly log: RaftLog;

  state: StateType = 'follower';
  lead: RaftID = None;
  /** nextIndex and matchIndex of Figure 2, per member. */
  readonly tracker: ProgressTracker;
  leadTransferee: RaftID = None;
  /** No membership change may be proposed before everything up to here is applied. */
  pendingConfIndex = 0;

  /** Ticks since a leader was heard or the election began; a leader's, since its quorum check. */
  electionElapsed = 0;
  heartbeatElapsed = 0;
  randomizedElectionTimeout = 0;

  readonly electionTick: number;
  readonly heartbeatTick: number;
  readonly checkQuorum: boolean;
  readonly maxSizePerMessageBytes: number;
  readonly #random: (n: number) => number;
  readonly #logger: ((line: string) => void) | undefined;

  /** To be sent once what they depend on is saved. */
  messages: Message[] = [];
  /** What this member owes itself, due when its own disk has answered; see RawNode. */
  selfVoteTerm = 0;
  selfAppendTerm = 0;
  selfAppendIndex = 0;

  constructor(config: Config) {
    assert(config.id !== None, 'a member needs an ID');
    this.id = config.id;
    this.electionTick = config.electionTick ?? 10;
    this.heartbeatTick = config.heartbeatTick ?? 1;
    assert(this.electionTick > this.heartbeatTick, 'heartbeats must come faster than elections');
    this.checkQuorum = config.checkQuorum ?? true;
    this.maxSizePerMessageBytes = config.maxSizePerMessageBytes ?? 65_535;
    this.#random = config.random;
    this.#logger = config.logger;
    this.log = new RaftLog(config.storage);
    this.tracker = new ProgressTracker(config.maxInflightMessages ?? 256);
    this.#loadState(config);
    this.becomeFollower(this.currentTerm, None);
  }

  #loadState(config: Config): void {
    const { hardState, confState } = config.storage.initialState();
    this.tracker.reset(confState, this.log.lastIndex() + 1);
    this.currentTerm = hardState.term;
    this.votedFor = hardState.vote;
    // The log may reach back behind the snapshot, for slow followers; what it covers is applied.
    const snapshotIndex = config.storage.snapshot()?.index ?? 0;
    this.log.commitTo(Math.max(hardState.commit, snapshotIndex));
    this.log.appliedTo(Math.max(config.applied ?? snapshotIndex, this.log.lastApplied));
  }

  tick(): void {
    if (this.state === 'leader') tickHeartbeat(this);
    else tickElection(this);
  }

  step(m: Message): void {
    if (m.term > this.currentTerm) {
      // §6: who heard from a leader lately is not disturbed by servers that did not.
      if (m.type === 'RequestVote' && !m.leadershipTransfer && isLeaseValid(this)) {
        this.trace(() => `ignored RequestVote from ${m.from} at term ${m.term}: lease not expired`);
        return;
      }
      // §5.1: a larger term is adopted, and candidates and leaders revert to followers.
      this.becomeFollower(m.term, isFromLeader(m) ? m.from : None);
    } else if (m.term < this.currentTerm) {
      this.#refuseStaleTerm(m);
      return;
    }
    this.#handle(m);
  }

  /**
   * §5.1: a request with a stale term is refused. The refusal matters to a leader that a member
   * with a higher term cannot reach by RequestVote, since the others hold the lease: it learns the
   * term from this and steps down. Other stale messages need no answer.
   */
  #refuseStaleTerm(m: Message): void {
    if (!this.checkQuorum) return;
    if (m.type !== 'AppendEntries' && m.type !== 'Heartbeat') return;
    this.messages.push({
      type: 'AppendEntriesResponse',
      ...this.header(m.from),
      success: true,
      index: 0,
      hintIndex: 0,
      hintTerm: 0,
    });
  }

  #handle(m: Message): void {
    switch (m.type) {
      case 'RequestVote':
        handleRequestVote(this, m);
        return;
      case 'RequestVoteResponse':
        if (this.state === 'candidate') handleRequestVoteResponse(this, m);
        return;
      case 'AppendEntries':
        if (this.#followLeader(m.from)) handleAppendEntries(this, m);
        return;
      case 'AppendEntriesResponse':
        if (this.state === 'leader') handleAppendEntriesResponse(this, m);
        return;
      case 'Heartbeat':
        if (this.#followLeader(m.from)) handleHeartbeat(this, m);
        return;
      case 'HeartbeatResponse':
        if (this.state === 'leader') handleHeartbeatResponse(this, m);
        return;
      case 'InstallSnapshot':
        if (this.#followLeader(m.from)) handleInstallSnapshot(this, m);
        return;
      case 'TimeoutNow':
        if (this.state === 'follower') handleTimeoutNow(this, m);
        return;
      default:
        m satisfies never;
    }
  }

  /** The sender leads the current term. False if we do: then it cannot be so. */
  #followLeader(from: RaftID): boolean {
    if (this.state === 'leader') return false;
    // §5.2: a candidate that hears from the leader of its own term recognises it.
    if (this.state === 'candidate') this.becomeFollower(this.currentTerm, from);
    this.electionElapsed = 0;
    this.lead = from;
    return true;
  }

  becomeFollower(term: number, lead: RaftID): void {
    this.#reset(term);
    this.lead = lead;
    this.state = 'follower';
    this.trace(() => `became follower at term ${term}`);
  }

  /** §5.2: increments the term and votes for itself. The vote counts once it is saved. */
  becomeCandidate(): void {
    assert(this.state !== 'leader', 'a leader does not become a candidate');
    this.#reset(this.currentTerm + 1);
    this.votedFor = this.id;
    this.state = 'candidate';
    this.trace(() => `became candidate at term ${this.currentTerm}`);
  }

  becomeLeader(): void {
    assert(this.state === 'candidate', 'only a candidate becomes leader');
    this.#reset(this.currentTerm);
    this.lead = this.id;
    this.state = 'leader';
    this.trace(() => `became leader at term ${this.currentTerm}`);
    const own = this.tracker.get(this.id);
    own?.becomeReplicate();
    // There may be a change in the tail of the log. Waiting for all of it is safe, and cheaper than
    // looking.
    this.pendingConfIndex = this.log.lastIndex();
    // §8: a leader commits an empty entry of its term, to learn what is committed.
    appendEntry(this, { type: 'normal', data: null, sizeBytes: 0 });
  }

  #reset(term: number): void {
    if (this.currentTerm !== term) {
      this.currentTerm = term;
      this.votedFor = None;
    }
    this.lead = None;
    this.electionElapsed = 0;
    this.heartbeatElapsed = 0;
    this.leadTransferee = None;
    this.pendingConfIndex = 0;
    // §5.2: randomised, so that split votes are rare.
    this.randomizedElectionTimeout = this.electionTick + this.#random(this.electionTick);
    // §5.3: nextIndex starts at the leader's last index + 1, matchIndex at 0.
    this.tracker.reset(this.tracker.confState(), this.log.lastIndex() + 1);
    const own = this.tracker.get(this.id);
    if (own !== undefined) own.matchIndex = this.log.lastIndex();
  }

  /** May this member lead? Not if it is no voter, nor while a snapshot waits to be saved. */
  isPromotable(): boolean {
    return this.tracker.get(this.id) !== undefined && !this.log.hasUnstableSnapshot();
  }

  header(to: RaftID, payloadBytes = 0): Pick<Message, 'from' | 'to' | 'term' | 'sizeBytes'> {
    const sizeBytes = messageHeaderBytes + payloadBytes;
    return { from: this.id, to, term: this.currentTerm, sizeBytes };
  }

  trace(line: () => string): void {
    if (this.#logger !== undefined) this.#logger(`${this.id} ${line()}`);
  }
}

function isFromLeader(m: Message): boolean {
  return m.type === 'AppendEntries' || m.type === 'Heartbeat' || m.type === 'InstallSnapshot';
}
