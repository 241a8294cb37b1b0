/**
 * Leader election (§5.2), who may win it (§5.4.1), and the leader's lease (§6).
 *
 * Real:     etcd-io/raft raft.go: hup, campaign, the MsgVote cases of Step and stepCandidate.
 * Left out: pre-vote.
 */

import { None } from './messages.ts';
import type { RaftID, RequestVote, RequestVoteResponse } from './messages.ts';
import type { Raft } from './raft.ts';
import { bcastAppend } from './replication.ts';

/** §5.2: a follower or candidate that hears nothing for its election timeout starts an election. */
export function tickElection(raft: Raft): void {
  raft.electionElapsed++;
  if (raft.electionElapsed < raft.randomizedElectionTimeout || !raft.isPromotable()) return;
  raft.electionElapsed = 0;
  campaign(raft, false);
}

export function campaign(raft: Raft, leadershipTransfer: boolean): void {
  if (raft.state === 'leader' || !raft.isPromotable()) return;
  // A member that does not know the membership yet must not count by an old one.
  if (raft.log.hasUnappliedConfChanges()) {
    raft.trace(() => `cannot campaign at term ${raft.currentTerm}: pending membership changes`);
    return;
  }
  raft.becomeCandidate();
  // Its own vote is counted when it is saved, like everyone's.
  raft.selfVoteTerm = raft.currentTerm;
  const lastLogIndex = raft.log.lastIndex();
  const lastLogTerm = raft.log.lastTerm();
  for (const { id } of raft.tracker.progress) {
    if (id === raft.id) continue;
    raft.trace(() => `sent RequestVote to ${id} at term ${raft.currentTerm}`);
    raft.messages.push({
      type: 'RequestVote',
      ...raft.header(id),
      lastLogIndex,
      lastLogTerm,
      leadershipTransfer,
    });
  }
}

/** §6: within the minimum election timeout of hearing from a leader, votes are not granted. */
export function isLeaseValid(raft: Raft): boolean {
  return raft.checkQuorum && raft.lead !== None && raft.electionElapsed < raft.electionTick;
}

export function handleRequestVote(raft: Raft, m: RequestVote): void {
  // §5.2: at most one vote per term, first come first served; a repeated request is answered again.
  const canVote = raft.votedFor === m.from || (raft.votedFor === None && raft.lead === None);
  // §5.4.1: the vote is denied if our own log is more up-to-date than the candidate's.
  const voteGranted = canVote && raft.log.isUpToDate(m.lastLogTerm, m.lastLogIndex);
  raft.trace(
    () => `${voteGranted ? 'cast' : 'rejected'} RequestVote of ${m.from} at term ${m.term}`,
  );
  raft.messages.push({ type: 'RequestVoteResponse', ...raft.header(m.from), voteGranted });
  if (!voteGranted) return;
  raft.electionElapsed = 0;
  raft.votedFor = m.from;
}

export function handleRequestVoteResponse(raft: Raft, m: RequestVoteResponse): void {
  recordVote(raft, m.from, m.voteGranted);
}

/** The candidate's vote for itself is saved. */
export function handleOwnVote(raft: Raft): void {
  if (raft.state === 'candidate') recordVote(raft, raft.id, true);
}

function recordVote(raft: Raft, from: RaftID, granted: boolean): void {
  raft.tracker.recordVote(from, granted);
  raft.trace(() => `received ${granted ? 'vote' : 'vote rejection'} from ${from}`);
  switch (raft.tracker.tallyVotes()) {
    case 'won':
      // §5.2: votes of a majority for the same term make it leader, and it tells everyone at once.
      raft.becomeLeader();
      bcastAppend(raft);
      return;
    case 'lost':
      raft.becomeFollower(raft.currentTerm, None);
      return;
    case 'pending':
      return;
  }
}
