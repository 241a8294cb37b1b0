/**
 * What a member has saved: hard state, snapshot, and the entries after it. Raft only reads it;
 * whoever drives raft writes it, between `ready()` and `advance()`.
 *
 * Real:     etcd-io/raft storage.go. As there, MemoryStorage is the copy that raft reads from; that
 *           the same things reach a disk first is the driver's duty.
 */

import { assert } from './assert.ts';
import { None, countWithinBytes } from './messages.ts';
import type { ConfState, Entry, HardState, SnapshotData } from './messages.ts';

export interface Storage {
  initialState(): { readonly hardState: HardState; readonly confState: ConfState };
  /** Entries [lo, hi), as many as fit in maxBytes, at least one; undefined if lo is compacted. */
  entries(lo: number, hi: number, maxBytes: number): Entry[] | undefined;
  /** Undefined if the index is compacted or not there. Known for firstIndex - 1 too. */
  term(index: number): number | undefined;
  firstIndex(): number;
  lastIndex(): number;
  /** The latest snapshot; undefined if there is none. */
  snapshot(): SnapshotData | undefined;
}

const emptyHardState: HardState = { term: 0, vote: None, commit: 0 };

export class MemoryStorage implements Storage {
  readonly #initialMembers: ConfState;
  #hardState: HardState = emptyHardState;
  #snapshot: SnapshotData | undefined;
  /** The log begins after (offsetIndex, offsetTerm); #entries[0] has index offsetIndex + 1. */
  #offsetIndex = 0;
  #offsetTerm = 0;
  #entries: Entry[] = [];

  /** `initialMembers`: those of a group that begins with a known membership, without a snapshot. */
  constructor(initialMembers: ConfState = []) {
    this.#initialMembers = initialMembers;
  }

  initialState(): { readonly hardState: HardState; readonly confState: ConfState } {
    const confState = this.#snapshot?.confState ?? this.#initialMembers;
    return { hardState: this.#hardState, confState };
  }

  setHardState(hardState: HardState): void {
    this.#hardState = hardState;
  }

  firstIndex(): number {
    return this.#offsetIndex + 1;
  }

  lastIndex(): number {
    return this.#offsetIndex + this.#entries.length;
  }

  term(index: number): number | undefined {
    if (index === this.#offsetIndex) return this.#offsetTerm;
    return this.#entries[index - this.#offsetIndex - 1]?.term;
  }

  entries(lo: number, hi: number, maxBytes: number): Entry[] | undefined {
    if (lo <= this.#offsetIndex) return undefined;
    assert(hi <= this.lastIndex() + 1, `entries up to ${hi} asked, last is ${this.lastIndex()}`);
    const from = lo - this.#offsetIndex - 1;
    const to = hi - this.#offsetIndex - 1;
    const count = countWithinBytes(this.#entries, { from, to, maxBytes });
    return this.#entries.slice(from, from + count);
  }

  /** Saves entries; what was there from the first of them on is overwritten. */
  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    const skip = Math.max(0, this.firstIndex() - first.index);
    const keep = first.index + skip - this.firstIndex();
    assert(keep <= this.#entries.length, `gap before entry ${first.index}`);
    if (skip >= entries.length) return;
    if (keep < this.#entries.length) this.#entries.length = keep;
    for (let i = skip; i < entries.length; i++) this.#entries.push(entries[i]!);
  }

  snapshot(): SnapshotData | undefined {
    return this.#snapshot;
  }

  /** §7: notes what the state machine was at `index`. The log stays until `compact`. */
  createSnapshot(
    index: number,
    taken: Pick<SnapshotData, 'confState' | 'data' | 'sizeBytes'>,
  ): SnapshotData {
    assert(index > (this.#snapshot?.index ?? 0), `a snapshot at or after ${index} exists`);
    const term = this.term(index);
    assert(term !== undefined, `no entry ${index} to take a snapshot at`);
    const { confState, data, sizeBytes } = taken;
    this.#snapshot = { index, term, confState, data, sizeBytes };
    return this.#snapshot;
  }

  /** §7: takes the leader's snapshot in place of everything; false if ours is as new. */
  applySnapshot(snapshot: SnapshotData): boolean {
    if ((this.#snapshot?.index ?? 0) >= snapshot.index) return false;
    this.#snapshot = snapshot;
    this.#offsetIndex = snapshot.index;
    this.#offsetTerm = snapshot.term;
    this.#entries = [];
    return true;
  }

  /** §7: forgets the entries up to and with `index`; its term stays known for the next check. */
  compact(index: number): void {
    if (index <= this.#offsetIndex) return;
    const term = this.term(index);
    assert(term !== undefined, `cannot compact ${index}, last is ${this.lastIndex()}`);
    this.#entries = this.#entries.slice(index - this.#offsetIndex);
    this.#offsetIndex = index;
    this.#offsetTerm = term;
  }
}
