/**
 * Snapshots (§7): how a member far behind catches up when the log it needs is compacted. When to
 * take a snapshot and to compact is for whoever drives raft to decide; see storage.ts.
 *
 * Real:     etcd-io/raft raft.go: maybeSendSnapshot, handleSnapshot, restore.
 * Left out: chunks. A snapshot is one message; that is for the transport to cut.
 */

import type { InstallSnapshot, RaftID, SnapshotData } from './messages.ts';
import type { Progress } from './progress.ts';
import type { Raft } from './raft.ts';
import { accept } from './replication.ts';

/** §7: InstallSnapshot for a follower whose next entry the leader has discarded. */
export function maybeSendSnapshot(raft: Raft, pr: Progress): boolean {
  // A snapshot is large: not to one that may be dead.
  if (!pr.recentActive) return false;
  const taken = raft.log.snapshot();
  if (taken === undefined) return false;
  // The membership of now, not of when it was taken: one who joined since would not find itself in
  // it, and refuse. The changes that follow in the log are then applied twice, to the same end.
  const snapshot = { ...taken, confState: raft.tracker.confState() };
  pr.becomeSnapshot(snapshot.index);
  raft.trace(() => `sent InstallSnapshot (index ${snapshot.index}) to ${pr.id}`);
  const header = raft.header(pr.id, snapshot.sizeBytes);
  raft.messages.push({ type: 'InstallSnapshot', ...header, snapshot });
  return true;
}

export function handleInstallSnapshot(raft: Raft, m: InstallSnapshot): void {
  if (restore(raft, m.snapshot)) accept(raft, m.from, raft.log.lastIndex());
  else accept(raft, m.from, raft.log.commitIndex);
}

/** False if the snapshot was of no use: it holds nothing that this log does not. */
function restore(raft: Raft, snapshot: SnapshotData): boolean {
  if (snapshot.index <= raft.log.commitIndex) return false;
  if (!snapshot.confState.includes(raft.id)) {
    raft.trace(() => `ignored a snapshot (index ${snapshot.index}) that it is no member of`);
    return false;
  }
  // §7: a log that has the snapshot's last entry keeps it and what follows.
  if (raft.log.matchTerm(snapshot.index, snapshot.term)) {
    raft.log.commitTo(snapshot.index);
    return false;
  }
  // §7: else the log is superseded by the snapshot, entirely.
  raft.log.restore(snapshot);
  raft.tracker.reset(snapshot.confState, raft.log.lastIndex() + 1);
  raft.trace(() => `restored snapshot (index ${snapshot.index}, term ${snapshot.term})`);
  return true;
}

/** The transport tells whether the snapshot got through. */
export function reportSnapshot(raft: Raft, id: RaftID, ok: boolean): void {
  if (raft.state !== 'leader') return;
  const pr = raft.tracker.get(id);
  if (pr?.state !== 'snapshot') return;
  if (!ok) pr.pendingSnapshot = 0;
  pr.becomeProbe();
  // If it arrived, its own answer comes next; if not, the next heartbeat's answer tries again.
  pr.isFlowPaused = true;
}
