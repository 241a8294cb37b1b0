/**
 * Log replication (§5.3), commitment (§5.4.2), and heartbeats (§5.2) with the leader's quorum
 * check.
 *
 * The messages of the hot path are written out field by field: spreading raft.header() into them
 * costs a third of the throughput.
 *
 * Real:     etcd-io/raft raft.go: appendEntry, maybeSendAppend, handleAppendEntries, stepLeader.
 */

import { None, entryBytes, messageHeaderBytes } from './messages.ts';
import type {
  AppendEntries,
  AppendEntriesResponse,
  Entry,
  Heartbeat,
  HeartbeatResponse,
  ProposalResult,
  RaftID,
} from './messages.ts';
import type { Progress } from './progress.ts';
import type { Raft } from './raft.ts';
import { maybeSendSnapshot } from './snapshot.ts';
import { continueTransfer } from './transfer.ts';

/** §5.3: the leader appends the command to its log as a new entry and sends it to the others. */
export function propose(
  raft: Raft,
  entry: Pick<Entry, 'type' | 'data' | 'sizeBytes'>,
): ProposalResult {
  if (!canPropose(raft)) return 'dropped';
  appendEntry(raft, entry);
  bcastAppend(raft);
  return 'ok';
}

/** Not a leader that was removed, nor one that is handing over (thesis §3.10). */
export function canPropose(raft: Raft): boolean {
  if (raft.state !== 'leader' || raft.leadTransferee !== None) return false;
  return raft.tracker.get(raft.id) !== undefined;
}

/** §5.3 Leader Append-Only: a leader only ever adds to the end of its log. */
export function appendEntry(raft: Raft, entry: Pick<Entry, 'type' | 'data' | 'sizeBytes'>): void {
  const index = raft.log.lastIndex() + 1;
  const { type, data, sizeBytes } = entry;
  raft.log.appendOne({ term: raft.currentTerm, index, type, data, sizeBytes });
  // Its own copy counts towards the majority when it is saved, not before.
  raft.selfAppendTerm = raft.currentTerm;
  raft.selfAppendIndex = index;
}

export function bcastAppend(raft: Raft): void {
  for (const pr of raft.tracker.progress) if (pr.id !== raft.id) maybeSendAppend(raft, pr, true);
}

/**
 * Sends the entries that the member lacks, as many as fit. `sendIfEmpty`: even if there are none,
 * to tell the commit index. True if something was sent.
 */
export function maybeSendAppend(raft: Raft, pr: Progress, sendIfEmpty: boolean): boolean {
  if (pr.isPaused()) return false;
  const prevLogIndex = pr.nextIndex - 1;
  const prevLogTerm = raft.log.term(prevLogIndex);
  // §7: what the follower needs next is discarded already.
  if (prevLogTerm === undefined) return maybeSendSnapshot(raft, pr);
  // With a full window, empty ones still go out: should everything in flight be lost, they tell.
  const isFull = pr.state === 'replicate' && pr.inflights.isFull();
  const entries = isFull ? none : raft.log.entriesFrom(pr.nextIndex, raft.maxSizePerMessageBytes);
  if (entries === undefined) return maybeSendSnapshot(raft, pr);
  if (entries.length === 0 && !sendIfEmpty) return false;
  sendAppendEntries(raft, pr.id, { prevLogIndex, prevLogTerm, entries });
  pr.sentEntries(entries.length);
  pr.sentCommit(raft.log.commitIndex);
  return true;
}

const none: readonly Entry[] = [];

function sendAppendEntries(
  raft: Raft,
  to: RaftID,
  what: Pick<AppendEntries, 'prevLogIndex' | 'prevLogTerm' | 'entries'>,
): void {
  let payloadBytes = 0;
  for (const entry of what.entries) payloadBytes += entryBytes(entry);
  raft.messages.push({
    type: 'AppendEntries',
    from: raft.id,
    to,
    term: raft.currentTerm,
    sizeBytes: messageHeaderBytes + payloadBytes,
    prevLogIndex: what.prevLogIndex,
    prevLogTerm: what.prevLogTerm,
    entries: what.entries,
    leaderCommit: raft.log.commitIndex,
  });
}

export function handleAppendEntries(raft: Raft, m: AppendEntries): void {
  // What is committed matches anyhow; going through it again could only do harm.
  if (m.prevLogIndex < raft.log.commitIndex) {
    accept(raft, m.from, raft.log.commitIndex);
    return;
  }
  // §5.3: the consistency check.
  const lastNewIndex = raft.log.maybeAppend(m);
  if (lastNewIndex !== undefined) {
    accept(raft, m.from, lastNewIndex);
    return;
  }
  // §5.3: refused, with a hint that skips every term of ours above prevLogTerm at once.
  const from = Math.min(m.prevLogIndex, raft.log.lastIndex());
  const hint = raft.log.findConflictByTerm(from, m.prevLogTerm);
  raft.messages.push({
    type: 'AppendEntriesResponse',
    ...raft.header(m.from),
    success: false,
    index: m.prevLogIndex,
    hintIndex: hint.index,
    hintTerm: hint.term,
  });
}

/** Tells the leader that our log matches its own up to `index`. */
export function accept(raft: Raft, to: RaftID, index: number): void {
  raft.messages.push({
    type: 'AppendEntriesResponse',
    from: raft.id,
    to,
    term: raft.currentTerm,
    sizeBytes: messageHeaderBytes,
    success: true,
    index,
    hintIndex: 0,
    hintTerm: 0,
  });
}

export function handleAppendEntriesResponse(raft: Raft, m: AppendEntriesResponse): void {
  const pr = raft.tracker.get(m.from);
  if (pr === undefined) return;
  pr.recentActive = true;
  if (m.success) handleAccepted(raft, pr, m.index);
  else handleRejected(raft, pr, m);
}

function handleAccepted(raft: Raft, pr: Progress, index: number): void {
  const isProbeAnswer = pr.state === 'probe' && pr.matchIndex === index;
  if (!pr.maybeUpdate(index) && !isProbeAnswer) return;
  if (pr.state === 'probe') {
    pr.becomeReplicate();
  } else if (pr.state === 'snapshot') {
    // Whatever snapshot it took, its log now joins ours, and that is all that matters.
    if (pr.matchIndex + 1 >= raft.log.firstIndex()) {
      pr.becomeProbe();
      pr.becomeReplicate();
    }
  } else {
    pr.inflights.freeUpTo(index);
  }
  if (maybeCommit(raft)) bcastAppend(raft);
  else if (pr.canBumpCommit(raft.log.commitIndex)) maybeSendAppend(raft, pr, true);
  while (maybeSendAppend(raft, pr, false)) continue;
  continueTransfer(raft, pr);
}

/**
 * §5.3: the leader decrements nextIndex and tries again. Entries of ours with a term above the
 * hint's cannot match, since in the follower's log the terms up to the hint are at most the hint's.
 */
function handleRejected(raft: Raft, pr: Progress, m: AppendEntriesResponse): void {
  const next =
    m.hintTerm > 0 ? raft.log.findConflictByTerm(m.hintIndex, m.hintTerm).index : m.hintIndex;
  if (!pr.maybeDecrementTo(m.index, next)) return;
  if (pr.state === 'replicate') pr.becomeProbe();
  maybeSendAppend(raft, pr, true);
}

/** The leader's own disk has its entries up to `index`. */
export function handleOwnAppend(raft: Raft, index: number): void {
  if (raft.state !== 'leader') return;
  const own = raft.tracker.get(raft.id);
  if (own?.maybeUpdate(index) === true && maybeCommit(raft)) bcastAppend(raft);
}

/** §5.3, §5.4.2: commits what a majority has, if it is of the current term. */
export function maybeCommit(raft: Raft): boolean {
  return raft.log.maybeCommit(raft.tracker.committed(), raft.currentTerm);
}

export function tickHeartbeat(raft: Raft): void {
  raft.heartbeatElapsed++;
  raft.electionElapsed++;
  if (raft.electionElapsed >= raft.electionTick) {
    raft.electionElapsed = 0;
    if (raft.checkQuorum) checkQuorum(raft);
    // Thesis §3.10: a transfer that takes longer than an election is given up.
    raft.leadTransferee = None;
  }
  if (raft.state !== 'leader' || raft.heartbeatElapsed < raft.heartbeatTick) return;
  raft.heartbeatElapsed = 0;
  bcastHeartbeat(raft);
}

/** Thesis §6.2: a leader that has not heard from a majority over an election timeout steps down. */
function checkQuorum(raft: Raft): void {
  if (!raft.tracker.isQuorumActive(raft.id)) {
    raft.trace(() => 'stepped down to follower since quorum is not active');
    raft.becomeFollower(raft.currentTerm, None);
    return;
  }
  for (const pr of raft.tracker.progress) pr.recentActive = false;
}

/** §5.2: heartbeats to all followers keep them from starting elections. */
function bcastHeartbeat(raft: Raft): void {
  for (const pr of raft.tracker.progress) {
    if (pr.id === raft.id) continue;
    // Never past what is known to match: the follower's log may differ beyond.
    const leaderCommit = Math.min(pr.matchIndex, raft.log.commitIndex);
    raft.messages.push({
      type: 'Heartbeat',
      from: raft.id,
      to: pr.id,
      term: raft.currentTerm,
      sizeBytes: messageHeaderBytes,
      leaderCommit,
    });
    pr.sentCommit(leaderCommit);
  }
}

export function handleHeartbeat(raft: Raft, m: Heartbeat): void {
  raft.log.commitTo(m.leaderCommit);
  raft.messages.push({
    type: 'HeartbeatResponse',
    from: raft.id,
    to: m.from,
    term: raft.currentTerm,
    sizeBytes: messageHeaderBytes,
  });
}

export function handleHeartbeatResponse(raft: Raft, m: HeartbeatResponse): void {
  const pr = raft.tracker.get(m.from);
  if (pr === undefined) return;
  pr.recentActive = true;
  pr.isFlowPaused = false;
  // §5.3: the leader retries indefinitely, until all followers store all entries.
  const isBehind = pr.matchIndex < raft.log.lastIndex();
  if (isBehind || pr.state === 'probe') maybeSendAppend(raft, pr, true);
}

/** A message to it was lost, so most likely entries in flight were too. */
export function reportUnreachable(raft: Raft, id: RaftID): void {
  if (raft.state !== 'leader') return;
  const pr = raft.tracker.get(id);
  if (pr?.state === 'replicate') pr.becomeProbe();
}
