/**
 * The replicated log (§5.3) as raft sees it: what is saved, followed by what is not saved yet. Also
 * commitIndex and lastApplied, which are positions in it.
 *
 * Real:     etcd-io/raft log.go, log_unstable.go.
 */

import { assert } from './assert.ts';
import { countWithinBytes } from './messages.ts';
import type { AppendEntries, Entry, SnapshotData } from './messages.ts';
import type { Storage } from './storage.ts';

export class RaftLog {
  commitIndex: number;
  lastApplied: number;
  readonly #storage: Storage;
  /** Entries that are not known to be saved; the first has index #unstableOffset. */
  #unstable: Entry[] = [];
  #unstableOffset: number;
  /** Entries before this index were handed out to be saved. */
  #handedOut: number;
  #unstableSnapshot: SnapshotData | undefined;
  #snapshotHandedOut = false;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#unstableOffset = storage.lastIndex() + 1;
    this.#handedOut = this.#unstableOffset;
    this.commitIndex = storage.firstIndex() - 1;
    this.lastApplied = this.commitIndex;
  }

  firstIndex(): number {
    if (this.#unstableSnapshot !== undefined) return this.#unstableSnapshot.index + 1;
    return this.#storage.firstIndex();
  }

  lastIndex(): number {
    return this.#unstableOffset + this.#unstable.length - 1;
  }

  /** Undefined if the index is compacted or beyond the end. */
  term(index: number): number | undefined {
    if (index >= this.#unstableOffset) return this.#unstable[index - this.#unstableOffset]?.term;
    if (this.#unstableSnapshot !== undefined) {
      return index === this.#unstableSnapshot.index ? this.#unstableSnapshot.term : undefined;
    }
    return this.#storage.term(index);
  }

  lastTerm(): number {
    const term = this.term(this.lastIndex());
    assert(term !== undefined, 'the last entry has no term');
    return term;
  }

  matchTerm(index: number, term: number): boolean {
    return this.term(index) === term;
  }

  /** §5.4.1: of two logs, the one whose last term is later is more up-to-date, then the longer. */
  isUpToDate(lastLogTerm: number, lastLogIndex: number): boolean {
    const ourTerm = this.lastTerm();
    return lastLogTerm > ourTerm || (lastLogTerm === ourTerm && lastLogIndex >= this.lastIndex());
  }

  /** Entries [from, end] that fit in maxBytes, but one if there is any; undefined: compacted. */
  entriesFrom(from: number, maxBytes: number): Entry[] | undefined {
    return this.#slice(from, this.lastIndex() + 1, maxBytes);
  }

  /** §5.3: the consistency check. Returns the last index that matches now; undefined: it failed. */
  maybeAppend(m: AppendEntries): number | undefined {
    if (!this.matchTerm(m.prevLogIndex, m.prevLogTerm)) return undefined;
    const conflict = this.#findConflict(m.entries);
    if (conflict < m.entries.length) {
      const { index } = m.entries[conflict]!;
      assert(index > this.commitIndex, `entry ${index} conflicts with a committed entry`);
      this.append(conflict === 0 ? m.entries : m.entries.slice(conflict));
    }
    const lastNewIndex = m.prevLogIndex + m.entries.length;
    // §5.3: the follower learns of commitment; never past what this message vouches for.
    this.commitTo(Math.min(m.leaderCommit, lastNewIndex));
    return lastNewIndex;
  }

  /** Adds entries; §5.3: a conflicting entry and all that follow it are deleted first. */
  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    assert(first.index > this.commitIndex, `entry ${first.index} would replace a committed one`);
    assert(first.index <= this.lastIndex() + 1, `gap before entry ${first.index}`);
    if (first.index <= this.#unstableOffset) {
      this.#unstable.length = 0;
      this.#unstableOffset = first.index;
    } else {
      this.#unstable.length = first.index - this.#unstableOffset;
    }
    for (const entry of entries) this.#unstable.push(entry);
    this.#handedOut = Math.min(this.#handedOut, first.index);
  }

  /** The hot path of `append`: one entry at the very end. */
  appendOne(entry: Entry): void {
    this.#unstable.push(entry);
  }

  commitTo(index: number): void {
    if (index <= this.commitIndex) return;
    assert(index <= this.lastIndex(), `commit ${index} is past the log's end ${this.lastIndex()}`);
    this.commitIndex = index;
  }

  /** §5.4.2: only entries of the leader's own term are committed by counting replicas. */
  maybeCommit(index: number, term: number): boolean {
    if (index <= this.commitIndex || !this.matchTerm(index, term)) return false;
    this.commitTo(index);
    return true;
  }

  appliedTo(index: number): void {
    assert(index >= this.lastApplied, `applied ${index} after ${this.lastApplied}`);
    assert(index <= this.commitIndex, `applied ${index} is not committed`);
    this.lastApplied = index;
  }

  /**
   * The largest index at or below the given one whose term is at most `term`, that is, where a log
   * with that (index, term) may still match this one. The term is 0 if it is not known here.
   */
  findConflictByTerm(
    from: number,
    term: number,
  ): { readonly index: number; readonly term: number } {
    for (let index = from; index > 0; index--) {
      const ours = this.term(index);
      if (ours === undefined) return { index, term: 0 };
      if (ours <= term) return { index, term: ours };
    }
    return { index: 0, term: 0 };
  }

  hasUnsaved(): boolean {
    return this.lastIndex() >= this.#handedOut;
  }

  /** Entries that are not handed out yet, or were but are not known to be saved. */
  hasUnstable(): boolean {
    return this.#unstable.length > 0;
  }

  /** A copy: what is being saved must not change under its reader. */
  unsaved(): readonly Entry[] {
    if (!this.hasUnsaved()) return none;
    return this.#unstable.slice(this.#handedOut - this.#unstableOffset);
  }

  unsavedSnapshot(): SnapshotData | undefined {
    return this.#snapshotHandedOut ? undefined : this.#unstableSnapshot;
  }

  hasUnstableSnapshot(): boolean {
    return this.#unstableSnapshot !== undefined;
  }

  /** What `unsaved` and `unsavedSnapshot` returned is being saved. */
  acceptUnsaved(): void {
    this.#handedOut = this.lastIndex() + 1;
    if (this.#unstableSnapshot !== undefined) this.#snapshotHandedOut = true;
  }

  /** Saved up to here, unless the entry was replaced meanwhile. */
  stableTo(index: number, term: number): void {
    if (index < this.#unstableOffset || !this.matchTerm(index, term)) return;
    this.#unstable =
      index === this.lastIndex() ? [] : this.#unstable.slice(index + 1 - this.#unstableOffset);
    this.#unstableOffset = index + 1;
    this.#handedOut = Math.max(this.#handedOut, this.#unstableOffset);
  }

  stableSnapshotTo(index: number): void {
    if (this.#unstableSnapshot?.index !== index) return;
    this.#unstableSnapshot = undefined;
    this.#snapshotHandedOut = false;
  }

  hasNextCommitted(): boolean {
    return this.commitIndex > this.lastApplied && this.#unstableSnapshot === undefined;
  }

  /** Committed and not applied. Nothing while a snapshot waits: it comes first. */
  nextCommitted(maxBytes: number): readonly Entry[] {
    if (!this.hasNextCommitted()) return none;
    const entries = this.#slice(this.lastApplied + 1, this.commitIndex + 1, maxBytes);
    assert(entries !== undefined, 'an entry was compacted before it was applied');
    return entries;
  }

  /** Are there membership changes that are committed but not applied? Only asked at elections. */
  hasUnappliedConfChanges(): boolean {
    for (let index = this.lastApplied + 1; index <= this.commitIndex;) {
      const entries = this.#slice(index, this.commitIndex + 1, scanBytes);
      if (entries === undefined || entries.length === 0) return false;
      if (entries.some((entry) => entry.type === 'confChange')) return true;
      index += entries.length;
    }
    return false;
  }

  snapshot(): SnapshotData | undefined {
    return this.#unstableSnapshot ?? this.#storage.snapshot();
  }

  /** §7: discards the whole log in favour of a snapshot. */
  restore(snapshot: SnapshotData): void {
    assert(snapshot.index > this.commitIndex, 'a snapshot must not undo what is committed');
    this.commitIndex = snapshot.index;
    this.#unstableSnapshot = snapshot;
    this.#snapshotHandedOut = false;
    this.#unstable = [];
    this.#unstableOffset = snapshot.index + 1;
    this.#handedOut = this.#unstableOffset;
  }

  /** The position in `entries` of the first that the log does not hold; their number if all. */
  #findConflict(entries: readonly Entry[]): number {
    let i = 0;
    while (i < entries.length && this.matchTerm(entries[i]!.index, entries[i]!.term)) i++;
    return i;
  }

  /** Entries [lo, hi), across the border of saved and unsaved ones. */
  #slice(lo: number, hi: number, maxBytes: number): Entry[] | undefined {
    if (lo >= hi) return [];
    if (lo < this.firstIndex()) return undefined;
    if (lo >= this.#unstableOffset) {
      const from = lo - this.#unstableOffset;
      const to = hi - this.#unstableOffset;
      const count = countWithinBytes(this.#unstable, { from, to, maxBytes });
      return this.#unstable.slice(from, from + count);
    }
    const cut = Math.min(hi, this.#unstableOffset);
    const saved = this.#storage.entries(lo, cut, maxBytes);
    if (saved === undefined || saved.length < cut - lo || cut === hi) return saved;
    const all = saved.concat(this.#unstable.slice(0, hi - this.#unstableOffset));
    const count = countWithinBytes(all, { from: 0, to: all.length, maxBytes });
    if (count < all.length) all.length = count;
    return all;
  }
}

const scanBytes = 65_535;

const none: readonly Entry[] = [];
