/**
 * Leadership transfer (thesis §3.10): the leader brings the target's log up to date, then tells it
 * to start an election at once.
 *
 * Real:     etcd-io/raft raft.go: MsgTransferLeader, MsgTimeoutNow.
 * Left out: forwarding the wish from a follower to the leader.
 */

import { None } from './messages.ts';
import type { RaftID, TimeoutNow } from './messages.ts';
import type { Progress } from './progress.ts';
import type { Raft } from './raft.ts';
import { campaign } from './election.ts';
import { maybeSendAppend } from './replication.ts';

export function transferLeadership(raft: Raft, to: RaftID): void {
  if (raft.state !== 'leader' || to === raft.leadTransferee) return;
  const pr = raft.tracker.get(to);
  if (pr === undefined) return;
  // Another wish replaces the first, even the wish to stay.
  raft.leadTransferee = None;
  if (to === raft.id) return;
  raft.trace(() => `starts to transfer leadership to ${to}`);
  // It has one election timeout; from now on no proposals are taken.
  raft.electionElapsed = 0;
  raft.leadTransferee = to;
  if (pr.matchIndex === raft.log.lastIndex()) sendTimeoutNow(raft, to);
  else maybeSendAppend(raft, pr, true);
}

/** The target has answered: if it has caught up now, it may begin. */
export function continueTransfer(raft: Raft, pr: Progress): void {
  if (pr.id !== raft.leadTransferee || pr.matchIndex !== raft.log.lastIndex()) return;
  sendTimeoutNow(raft, pr.id);
}

function sendTimeoutNow(raft: Raft, to: RaftID): void {
  raft.trace(() => `sent TimeoutNow to ${to}`);
  raft.messages.push({ type: 'TimeoutNow', ...raft.header(to) });
}

export function handleTimeoutNow(raft: Raft, m: TimeoutNow): void {
  raft.trace(() => `received TimeoutNow from ${m.from}`);
  campaign(raft, true);
}
