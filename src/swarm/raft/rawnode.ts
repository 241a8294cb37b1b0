/**
 * The handle on one member for whoever drives it:
 *
 *   while (node.hasReady()) {
 *     const rd = node.ready();
 *     // 1. save rd.snapshot, rd.entries, rd.hardState   (and put them in the Storage)
 *     // 2. send rd.messages
 *     // 3. apply rd.snapshot, rd.committedEntries; for a confChange, applyConfChange()
 *     node.advance(rd);
 *   }
 *
 * Between ready() and advance() time may pass and messages may be stepped; only after advance()
 * does this member count its own vote and its own copy of an entry, as it counts those of others.
 *
 * Real:     etcd-io/raft rawnode.go, bootstrap.go, status.go.
 */

import { assert } from './assert.ts';
import { campaign, handleOwnVote } from './election.ts';
import { applyConfChange, proposeConfChange } from './membership.ts';
import { None } from './messages.ts';
import type {
  ConfChange,
  ConfChangeResult,
  ConfState,
  Entry,
  HardState,
  Message,
  ProposalResult,
  RaftID,
  SnapshotData,
  SoftState,
  StateType,
} from './messages.ts';
import type { ProgressState } from './progress.ts';
import { Raft } from './raft.ts';
import type { Config } from './raft.ts';
import { handleOwnAppend, propose, reportUnreachable } from './replication.ts';
import { reportSnapshot } from './snapshot.ts';
import { transferLeadership } from './transfer.ts';

export interface Ready {
  /** To save, if it changed. */
  readonly hardState: HardState | undefined;
  /** To save before messages are sent. */
  readonly entries: readonly Entry[];
  /** To save before the entries, and to put in place of the state machine. */
  readonly snapshot: SnapshotData | undefined;
  /** To send after saving. */
  readonly messages: readonly Message[];
  /** To apply, in this order. */
  readonly committedEntries: readonly Entry[];
  /** Who leads and what this member is, if it changed. */
  readonly softState: SoftState | undefined;
}

export interface ProgressStatus {
  readonly id: RaftID;
  readonly matchIndex: number;
  readonly nextIndex: number;
  readonly state: ProgressState;
  readonly recentActive: boolean;
  readonly isPaused: boolean;
  readonly inflight: number;
  readonly pendingSnapshot: number;
}

export interface Status {
  readonly id: RaftID;
  readonly term: number;
  readonly vote: RaftID;
  readonly commit: number;
  readonly applied: number;
  readonly lead: RaftID;
  readonly state: StateType;
  readonly electionElapsed: number;
  readonly randomizedElectionTimeout: number;
  readonly heartbeatElapsed: number;
  readonly leadTransferee: RaftID;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly confState: ConfState;
  /** A leader's; empty for others. */
  readonly progress: readonly ProgressStatus[];
  /** A candidate's: who has answered what. Its own vote is among them once it is saved. */
  readonly votes: readonly { readonly id: RaftID; readonly granted: boolean }[];
}

/** What is being saved and applied between ready() and advance(). */
interface Accepted {
  readonly ready: Ready;
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly selfVoteTerm: number;
  readonly selfAppendTerm: number;
  readonly selfAppendIndex: number;
}

export class RawNode {
  /** The state machine itself; for tests and invariants, which look and do not touch. */
  readonly raft: Raft;
  #hardState: HardState;
  #softState: SoftState;
  #accepted: Accepted | undefined;

  constructor(config: Config) {
    this.raft = new Raft(config);
    this.#hardState = hardStateOf(this.raft);
    this.#softState = softStateOf(this.raft);
  }

  /**
   * Begins a new group: as if the members had been added by committed entries at term 1. For the
   * first member of a group; those who join start with nothing and learn from the leader. It can
   * campaign after its first Ready, when these entries are applied.
   */
  bootstrap(peers: readonly Pick<ConfChange, 'nodeID' | 'context'>[]): void {
    const { raft } = this;
    assert(raft.log.lastIndex() === 0, 'only an empty log can be bootstrapped');
    raft.becomeFollower(1, None);
    raft.log.append(
      peers.map((peer, i) => {
        const data: ConfChange = { id: 0, type: 'addNode', ...peer };
        return { term: 1, index: i + 1, type: 'confChange', data, sizeBytes: bootstrapBytes };
      }),
    );
    raft.log.commitTo(peers.length);
    // Now, so that it can be ticked; applied again from committedEntries, to no effect.
    for (const { nodeID } of peers) applyConfChange(raft, { id: 0, type: 'addNode', nodeID });
  }

  tick(): void {
    this.raft.tick();
  }

  /** Starts an election now. */
  campaign(): void {
    campaign(this.raft, false);
  }

  step(m: Message): void {
    assert(m.to === this.raft.id, `message for ${m.to} came to ${this.raft.id}`);
    this.raft.step(m);
  }

  propose(data: unknown, sizeBytes: number): ProposalResult {
    return propose(this.raft, { type: 'normal', data, sizeBytes });
  }

  proposeConfChange(change: ConfChange, contextBytes = 0): ConfChangeResult {
    return proposeConfChange(this.raft, change, contextBytes);
  }

  /** To be called for each committed confChange entry; with nodeID None to refuse it. */
  applyConfChange(change: ConfChange): ConfState {
    return applyConfChange(this.raft, change);
  }

  transferLeadership(to: RaftID): void {
    transferLeadership(this.raft, to);
  }

  reportUnreachable(id: RaftID): void {
    reportUnreachable(this.raft, id);
  }

  reportSnapshot(id: RaftID, ok: boolean): void {
    reportSnapshot(this.raft, id, ok);
  }

  /** False while a Ready is being dealt with. */
  hasReady(): boolean {
    const { raft } = this;
    if (this.#accepted !== undefined) return false;
    return (
      raft.messages.length > 0 ||
      raft.log.hasUnsaved() ||
      raft.log.hasNextCommitted() ||
      raft.log.unsavedSnapshot() !== undefined ||
      raft.selfVoteTerm !== 0 ||
      raft.selfAppendTerm !== 0 ||
      isHardStateChanged(raft, this.#hardState) ||
      isSoftStateChanged(raft, this.#softState)
    );
  }

  ready(): Ready {
    assert(this.#accepted === undefined, 'advance() the last Ready first');
    const { raft } = this;
    const ready: Ready = {
      entries: raft.log.unsaved(),
      messages: raft.messages,
      committedEntries: raft.log.nextCommitted(raft.maxSizePerMessageBytes),
      snapshot: raft.log.unsavedSnapshot(),
      hardState: isHardStateChanged(raft, this.#hardState) ? hardStateOf(raft) : undefined,
      softState: isSoftStateChanged(raft, this.#softState) ? softStateOf(raft) : undefined,
    };
    this.#accept(ready);
    return ready;
  }

  #accept(ready: Ready): void {
    const { raft } = this;
    if (ready.hardState !== undefined) this.#hardState = ready.hardState;
    if (ready.softState !== undefined) this.#softState = ready.softState;
    this.#accepted = {
      ready,
      term: raft.currentTerm,
      lastIndex: raft.log.hasUnstable() ? raft.log.lastIndex() : 0,
      lastTerm: raft.log.hasUnstable() ? raft.log.lastTerm() : 0,
      selfVoteTerm: raft.selfVoteTerm,
      selfAppendTerm: raft.selfAppendTerm,
      selfAppendIndex: raft.selfAppendIndex,
    };
    raft.log.acceptUnsaved();
    raft.messages = [];
    raft.selfVoteTerm = 0;
    raft.selfAppendTerm = 0;
  }

  /** The Ready was saved, sent and applied. */
  advance(ready: Ready): void {
    const accepted = this.#accepted;
    assert(accepted?.ready === ready, 'advance() takes what the last ready() gave');
    this.#accepted = undefined;
    const { raft } = this;
    const { committedEntries, snapshot } = ready;
    // §5.2, §5.3: what it owed itself; void if the term has changed in between.
    if (accepted.selfVoteTerm === raft.currentTerm) handleOwnVote(raft);
    if (accepted.selfAppendTerm === raft.currentTerm)
      handleOwnAppend(raft, accepted.selfAppendIndex);
    // In a new term these entries may have been replaced while they were saved; the next Ready,
    // which a new term always brings, covers what is left of them.
    if (accepted.lastIndex > 0 && accepted.term === raft.currentTerm) {
      raft.log.stableTo(accepted.lastIndex, accepted.lastTerm);
    }
    if (snapshot !== undefined) {
      raft.log.stableSnapshotTo(snapshot.index);
      raft.log.appliedTo(snapshot.index);
    }
    const last = committedEntries[committedEntries.length - 1];
    if (last !== undefined) raft.log.appliedTo(last.index);
  }

  /** What the log holds from `index` on, saved or not: for those who look at it. */
  entriesFrom(index: number): readonly Entry[] {
    const { log } = this.raft;
    return log.entriesFrom(Math.max(index, log.firstIndex()), Number.MAX_SAFE_INTEGER) ?? [];
  }

  status(): Status {
    const { raft } = this;
    return {
      id: raft.id,
      term: raft.currentTerm,
      vote: raft.votedFor,
      commit: raft.log.commitIndex,
      applied: raft.log.lastApplied,
      lead: raft.lead,
      state: raft.state,
      electionElapsed: raft.electionElapsed,
      randomizedElectionTimeout: raft.randomizedElectionTimeout,
      heartbeatElapsed: raft.heartbeatElapsed,
      leadTransferee: raft.leadTransferee,
      firstIndex: raft.log.firstIndex(),
      lastIndex: raft.log.lastIndex(),
      confState: raft.tracker.confState(),
      progress: raft.state === 'leader' ? progressOf(raft) : [],
      votes: raft.state === 'candidate' ? votesOf(raft) : [],
    };
  }
}

const bootstrapBytes = 64;

function progressOf(raft: Raft): ProgressStatus[] {
  return raft.tracker.progress.map((pr) => ({
    id: pr.id,
    matchIndex: pr.matchIndex,
    nextIndex: pr.nextIndex,
    state: pr.state,
    recentActive: pr.recentActive || pr.id === raft.id,
    isPaused: pr.isPaused(),
    inflight: pr.inflights.count(),
    pendingSnapshot: pr.pendingSnapshot,
  }));
}

function votesOf(raft: Raft): { readonly id: RaftID; readonly granted: boolean }[] {
  return [...raft.tracker.votes].map(([id, granted]) => ({ id, granted }));
}

function hardStateOf(raft: Raft): HardState {
  return { term: raft.currentTerm, vote: raft.votedFor, commit: raft.log.commitIndex };
}

function isHardStateChanged(raft: Raft, last: HardState): boolean {
  return (
    raft.currentTerm !== last.term ||
    raft.votedFor !== last.vote ||
    raft.log.commitIndex !== last.commit
  );
}

function softStateOf(raft: Raft): SoftState {
  return { lead: raft.lead, state: raft.state };
}

function isSoftStateChanged(raft: Raft, last: SoftState): boolean {
  return raft.lead !== last.lead || raft.state !== last.state;
}
