/**
 * The five properties that Raft guarantees at all times (Figure 3 of the paper), checked over
 * snapshots of the members' state. What two moments must be compared for stands in a RaftHistory,
 * which `checkRaft` carries forward: call it after each event, or as often as can be afforded. A
 * property that is violated between two calls and healed before the second is not seen.
 *
 * A member's log may be given as a window: its end, from any index on. Only what is given is
 * compared.
 */

export interface RaftLogEntry {
  readonly term: number;
  /** Compared with ===: the very object that was proposed, or a digest of it. */
  readonly command: unknown;
}

export interface RaftMember {
  readonly id: number;
  readonly term: number;
  readonly state: 'follower' | 'candidate' | 'leader';
  readonly commitIndex: number;
  readonly lastApplied: number;
  /** The index of log[0]; the log holds everything from there to its end. */
  readonly firstIndex: number;
  readonly log: readonly RaftLogEntry[];
}

export type RaftProperty =
  | 'Election Safety'
  | 'Leader Append-Only'
  | 'Log Matching'
  | 'Leader Completeness'
  | 'State Machine Safety';

export interface Violation {
  readonly property: RaftProperty;
  readonly why: string;
}

interface Committed extends RaftLogEntry {
  /** The term of whoever was seen to have it committed: it was committed in this term or before. */
  readonly byTerm: number;
}

export interface RaftHistory {
  /** Who was seen to lead each term. */
  readonly leaders: Map<number, number>;
  /** Each leader's log when last seen. */
  readonly leaderLogs: Map<number, RaftMember>;
  readonly committed: Map<number, Committed>;
  readonly applied: Map<number, RaftLogEntry>;
  /** How far each member's committed and applied entries are in the maps above. */
  readonly seenCommit: Map<number, number>;
  readonly seenApplied: Map<number, number>;
}

export function emptyRaftHistory(): RaftHistory {
  return {
    leaders: new Map(),
    leaderLogs: new Map(),
    committed: new Map(),
    applied: new Map(),
    seenCommit: new Map(),
    seenApplied: new Map(),
  };
}

/** As much of raft's RawNode as is looked at. */
export interface RaftSource {
  status(): Pick<RaftMember, 'id' | 'term' | 'state' | 'firstIndex'> & {
    readonly commit: number;
    readonly applied: number;
    readonly lastIndex: number;
  };
  entriesFrom(index: number): readonly { readonly term: number; readonly data: unknown }[];
}

/** A member as it is now, with at most `window` entries of its log. */
export function observeRaft(node: RaftSource, window = Number.MAX_SAFE_INTEGER): RaftMember {
  const { id, term, state, commit, applied, firstIndex: first, lastIndex: last } = node.status();
  const firstIndex = Math.max(first, last - window + 1);
  const entries = node.entriesFrom(firstIndex);
  const log = entries.map((entry) => ({ term: entry.term, command: entry.data }));
  return { id, term, state, commitIndex: commit, lastApplied: applied, firstIndex, log };
}

/** All five, against what was seen so far; then notes what is seen now. */
export function checkRaft(history: RaftHistory, members: readonly RaftMember[]): Violation[] {
  const violations = [
    ...electionSafety(history, members),
    ...leaderAppendOnly(history, members),
    ...logMatching(members),
    ...stateMachineSafety(history, members),
  ];
  noteCommitted(history, members);
  violations.push(...leaderCompleteness(history, members));
  note(history, members);
  return violations;
}

/** At most one leader can be elected in a given term. */
export function electionSafety(history: RaftHistory, members: readonly RaftMember[]): Violation[] {
  const violations: Violation[] = [];
  const leaders = new Map<number, number>();
  for (const { id, term, state } of members) {
    if (state !== 'leader') continue;
    const other = history.leaders.get(term) ?? leaders.get(term);
    leaders.set(term, id);
    if (other === undefined || other === id) continue;
    violations.push({ property: 'Election Safety', why: `${other} and ${id} led term ${term}` });
  }
  return violations;
}

/** A leader never overwrites or deletes entries in its log; it only appends new entries. */
export function leaderAppendOnly(
  history: RaftHistory,
  members: readonly RaftMember[],
): Violation[] {
  const violations: Violation[] = [];
  for (const now of members) {
    const before = history.leaderLogs.get(now.id);
    if (now.state !== 'leader' || before === undefined || before.term !== now.term) continue;
    const index = firstDifference(before, now, lastIndex(before));
    if (index === undefined) continue;
    const why = `leader ${now.id} of term ${now.term} changed its entry ${index}`;
    violations.push({ property: 'Leader Append-Only', why });
  }
  return violations;
}

/**
 * If two logs contain an entry with the same index and term, then the logs are identical in all
 * entries up through the given index.
 */
export function logMatching(members: readonly RaftMember[]): Violation[] {
  const violations: Violation[] = [];
  members.forEach((a, i) => {
    for (const b of members.slice(i + 1)) {
      const joint = lastCommonEntry(a, b);
      const index = joint === 0 ? undefined : firstDifference(a, b, joint);
      if (index === undefined) continue;
      const why = `${a.id} and ${b.id} agree on the term of ${joint} but differ at ${index}`;
      violations.push({ property: 'Log Matching', why });
    }
  });
  return violations;
}

/**
 * If a log entry is committed in a given term, then it is present in the logs of the leaders of all
 * higher-numbered terms. What a leader has compacted away counts as present.
 */
export function leaderCompleteness(
  history: RaftHistory,
  members: readonly RaftMember[],
): Violation[] {
  const violations: Violation[] = [];
  for (const leader of members) {
    if (leader.state !== 'leader') continue;
    for (const [index, entry] of history.committed) {
      if (entry.byTerm >= leader.term || index < leader.firstIndex) continue;
      if (isSame(entryAt(leader, index), entry)) continue;
      const why = `leader ${leader.id} of term ${leader.term} lacks committed entry ${index}`;
      violations.push({ property: 'Leader Completeness', why });
      break;
    }
  }
  return violations;
}

/**
 * If a server has applied a log entry at a given index to its state machine, no other server will
 * ever apply a different log entry for the same index.
 */
export function stateMachineSafety(
  history: RaftHistory,
  members: readonly RaftMember[],
): Violation[] {
  const violations: Violation[] = [];
  const applied = new Map<number, RaftLogEntry>();
  for (const member of members) {
    for (const index of newIndexes(member, history.seenApplied, member.lastApplied)) {
      const entry = entryAt(member, index);
      const known = history.applied.get(index) ?? applied.get(index);
      if (entry !== undefined && known === undefined) applied.set(index, entry);
      if (entry === undefined || known === undefined || isSame(entry, known)) continue;
      const why = `${member.id} applied another entry ${index} than was applied elsewhere`;
      violations.push({ property: 'State Machine Safety', why });
    }
  }
  return violations;
}

function noteCommitted(history: RaftHistory, members: readonly RaftMember[]): void {
  for (const member of members) {
    for (const index of newIndexes(member, history.seenCommit, member.commitIndex)) {
      const entry = entryAt(member, index);
      const byTerm = Math.min(member.term, history.committed.get(index)?.byTerm ?? member.term);
      if (entry !== undefined) history.committed.set(index, { ...entry, byTerm });
    }
    history.seenCommit.set(member.id, member.commitIndex);
  }
}

function note(history: RaftHistory, members: readonly RaftMember[]): void {
  for (const member of members) {
    for (const index of newIndexes(member, history.seenApplied, member.lastApplied)) {
      const entry = entryAt(member, index);
      if (entry !== undefined && !history.applied.has(index)) history.applied.set(index, entry);
    }
    history.seenApplied.set(member.id, member.lastApplied);
    if (member.state === 'leader') {
      history.leaders.set(member.term, member.id);
      history.leaderLogs.set(member.id, member);
    } else {
      history.leaderLogs.delete(member.id);
    }
  }
}

/** The indexes up to `to` that were not looked at yet; after a restart, all that are there. */
function newIndexes(
  member: RaftMember,
  seen: ReadonlyMap<number, number>,
  to: number,
): readonly number[] {
  const last = seen.get(member.id) ?? 0;
  const from = Math.max(last > to ? 1 : last + 1, member.firstIndex);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

function lastIndex(member: RaftMember): number {
  return member.firstIndex + member.log.length - 1;
}

function entryAt(member: RaftMember, index: number): RaftLogEntry | undefined {
  return member.log[index - member.firstIndex];
}

function isSame(a: RaftLogEntry | undefined, b: RaftLogEntry): boolean {
  return a !== undefined && a.term === b.term && a.command === b.command;
}

/** The last index at which both logs have an entry of the same term; 0 if there is none. */
function lastCommonEntry(a: RaftMember, b: RaftMember): number {
  const first = Math.max(a.firstIndex, b.firstIndex);
  for (let index = Math.min(lastIndex(a), lastIndex(b)); index >= first; index--) {
    if (entryAt(a, index)?.term === entryAt(b, index)?.term) return index;
  }
  return 0;
}

/** The first index up to `to`, of those that both logs cover, at which they differ. */
function firstDifference(a: RaftMember, b: RaftMember, to: number): number | undefined {
  for (let index = Math.max(a.firstIndex, b.firstIndex); index <= to; index++) {
    const entry = entryAt(a, index);
    if (entry !== undefined && !isSame(entryAt(b, index), entry)) return index;
  }
  return undefined;
}
