/**
 * What a leader knows of each member: nextIndex, matchIndex, and how fast it may send. The tracker
 * holds one Progress per voter, in the order of their IDs, and the votes of an election.
 *
 * Real:     etcd-io/raft tracker/{progress,inflights,tracker}.go.
 * Left out: learners; the limit on bytes in flight (SwarmKit sets none).
 */

import { assert } from './assert.ts';
import { committedIndex, majority, voteResult } from './quorum.ts';
import type { VoteResult } from './quorum.ts';
import type { ConfState, RaftID } from './messages.ts';

/**
 * `probe`: where the logs agree is not known; one message per heartbeat.
 * `replicate`: it is known; nextIndex runs ahead of the answers, up to the window.
 * `snapshot`: what it needs is compacted; nothing is sent until the snapshot is dealt with.
 */
export type ProgressState = 'probe' | 'replicate' | 'snapshot';

export class Progress {
  readonly id: RaftID;
  matchIndex = 0;
  nextIndex: number;
  state: ProgressState = 'probe';
  /** The snapshot under way, in state `snapshot`. */
  pendingSnapshot = 0;
  /** Heard from since the last quorum check. */
  recentActive = false;
  /** Nothing is sent until an answer or a heartbeat's answer comes. */
  isFlowPaused = false;
  /** The highest commit index told to it, should all in flight arrive. */
  #sentCommit = 0;
  readonly inflights: Inflights;

  constructor(id: RaftID, nextIndex: number, maxInflightMessages: number) {
    this.id = id;
    this.nextIndex = nextIndex;
    this.inflights = new Inflights(maxInflightMessages);
  }

  becomeProbe(): void {
    // After a snapshot that arrived, go on behind it instead of sending it again.
    const after = this.state === 'snapshot' ? this.pendingSnapshot : 0;
    this.#resetState('probe');
    this.nextIndex = Math.max(this.matchIndex, after) + 1;
    this.#sentCommit = Math.min(this.#sentCommit, this.nextIndex - 1);
  }

  becomeReplicate(): void {
    this.#resetState('replicate');
    this.nextIndex = this.matchIndex + 1;
  }

  becomeSnapshot(snapshotIndex: number): void {
    this.#resetState('snapshot');
    this.pendingSnapshot = snapshotIndex;
    this.nextIndex = snapshotIndex + 1;
    this.#sentCommit = snapshotIndex;
  }

  #resetState(state: ProgressState): void {
    this.isFlowPaused = false;
    this.pendingSnapshot = 0;
    this.state = state;
    this.inflights.reset();
  }

  isPaused(): boolean {
    return this.state === 'snapshot' || this.isFlowPaused;
  }

  /** AppendEntries with so many entries was sent. */
  sentEntries(count: number): void {
    if (this.state === 'replicate') {
      if (count > 0) {
        this.nextIndex += count;
        this.inflights.add(this.nextIndex - 1);
      }
      this.isFlowPaused = this.inflights.isFull();
    } else if (count > 0) {
      this.isFlowPaused = true;
    }
  }

  sentCommit(commit: number): void {
    this.#sentCommit = commit;
  }

  /** Would telling this commit index tell it anything new that it can use? */
  canBumpCommit(commit: number): boolean {
    return commit > this.#sentCommit && this.#sentCommit < this.nextIndex - 1;
  }

  /** §5.3: the follower has everything up to `index`; false if that is no news. */
  maybeUpdate(index: number): boolean {
    if (index <= this.matchIndex) return false;
    this.matchIndex = index;
    if (this.nextIndex <= index) this.nextIndex = index + 1;
    this.isFlowPaused = false;
    return true;
  }

  /**
   * §5.3: AppendEntries after `rejected` was refused: go back, as far as the hint says. False if
   * the refusal is stale: it answers a message older than what is known by now.
   */
  maybeDecrementTo(rejected: number, hintIndex: number): boolean {
    if (this.state === 'replicate') {
      if (rejected <= this.matchIndex) return false;
      this.nextIndex = this.matchIndex + 1;
    } else {
      if (this.nextIndex - 1 !== rejected) return false;
      this.nextIndex = Math.max(Math.min(rejected, hintIndex + 1), this.matchIndex + 1);
      this.isFlowPaused = false;
    }
    this.#sentCommit = Math.min(this.#sentCommit, this.nextIndex - 1);
    return true;
  }
}

/** The last index of each AppendEntries on its way to one member: a ring, oldest first. */
export class Inflights {
  readonly #size: number;
  readonly #buffer: number[] = [];
  #start = 0;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  count(): number {
    return this.#count;
  }

  isFull(): boolean {
    return this.#count === this.#size;
  }

  add(index: number): void {
    assert(!this.isFull(), 'more messages in flight than the window holds');
    let next = this.#start + this.#count;
    if (next >= this.#size) next -= this.#size;
    this.#buffer[next] = index;
    this.#count++;
  }

  /** Everything up to `index` has arrived. */
  freeUpTo(index: number): void {
    while (this.#count > 0 && this.#buffer[this.#start]! <= index) {
      this.#start++;
      if (this.#start === this.#size) this.#start = 0;
      this.#count--;
    }
    if (this.#count === 0) this.#start = 0;
  }

  reset(): void {
    this.#start = 0;
    this.#count = 0;
  }
}

export class ProgressTracker {
  readonly #maxInflightMessages: number;
  /** One per voter, by ascending ID. */
  progress: readonly Progress[] = [];
  readonly votes = new Map<RaftID, boolean>();
  readonly #scratch: number[] = [];

  constructor(maxInflightMessages: number) {
    this.#maxInflightMessages = maxInflightMessages;
  }

  /** A loop and no map: groups have three to seven members. */
  get(id: RaftID): Progress | undefined {
    for (const pr of this.progress) if (pr.id === id) return pr;
    return undefined;
  }

  confState(): ConfState {
    return this.progress.map((pr) => pr.id);
  }

  add(id: RaftID, nextIndex: number): Progress {
    const added = new Progress(id, nextIndex, this.#maxInflightMessages);
    this.progress = [...this.progress, added].sort((a, b) => a.id - b.id);
    return added;
  }

  remove(id: RaftID): void {
    this.progress = this.progress.filter((pr) => pr.id !== id);
    this.votes.delete(id);
  }

  /** Starts over: nothing is known of anyone. */
  reset(voters: ConfState, nextIndex: number): void {
    this.votes.clear();
    this.progress = [...voters]
      .sort((a, b) => a - b)
      .map((id) => new Progress(id, nextIndex, this.#maxInflightMessages));
  }

  /** The largest index that a majority has. */
  committed(): number {
    const { progress } = this;
    this.#scratch.length = progress.length;
    for (let i = 0; i < progress.length; i++) this.#scratch[i] = progress[i]!.matchIndex;
    return committedIndex(this.#scratch);
  }

  /** Were enough members heard from since the last check? The leader counts itself. */
  isQuorumActive(self: RaftID): boolean {
    let active = 0;
    for (const pr of this.progress) if (pr.recentActive || pr.id === self) active++;
    return active >= majority(this.progress.length);
  }

  /** A member's first answer counts; what it says afterwards does not. */
  recordVote(id: RaftID, granted: boolean): void {
    if (!this.votes.has(id)) this.votes.set(id, granted);
  }

  tallyVotes(): VoteResult {
    let granted = 0;
    let rejected = 0;
    for (const pr of this.progress) {
      const vote = this.votes.get(pr.id);
      if (vote === true) granted++;
      if (vote === false) rejected++;
    }
    return voteResult({ voters: this.progress.length, granted, rejected });
  }
}
