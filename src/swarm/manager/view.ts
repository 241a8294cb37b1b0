import type { RaftNode } from './raftnode.ts';

/** What can be seen of a raft member: for the stage. */
export interface RaftView {
  readonly id: number;
  readonly term: number;
  readonly vote: number;
  readonly lead: number;
  readonly state: 'follower' | 'candidate' | 'leader';
  readonly lastIndex: number;
  readonly commit: number;
  readonly applied: number;
  /** Since a leader was heard, and when an election begins. */
  readonly electionElapsedMs: number;
  readonly electionTimeoutMs: number;
  /** Votes that a candidate has, its own included; 0 for others. */
  readonly votes: number;
  readonly peers: readonly {
    readonly id: number;
    readonly nodeID: string;
    readonly addr: string;
    readonly reachable: boolean;
    /** Known to the leader only; 0 otherwise. */
    readonly matchIndex: number;
  }[];
}

const TICK_MS = 1000;

export function raftView(raft: RaftNode): RaftView {
  const status = raft.status();
  const matchIndex = new Map(status.progress.map((progress) => [progress.id, progress.matchIndex]));
  return {
    id: status.id,
    term: status.term,
    vote: status.vote,
    lead: status.lead,
    state: status.state,
    lastIndex: status.lastIndex,
    commit: status.commit,
    applied: status.applied,
    electionElapsedMs:
      status.state === 'leader' ? 0 : status.electionElapsed * TICK_MS + raft.sinceTickMs,
    electionTimeoutMs: status.randomizedElectionTimeout * TICK_MS,
    votes: status.state === 'candidate' ? status.votes.filter((vote) => vote.granted).length : 0,
    peers: raft.peers.members.map((member) => ({
      id: member.RaftID,
      nodeID: member.NodeID,
      addr: member.Addr,
      reachable: raft.isReachable(member.RaftID),
      matchIndex: matchIndex.get(member.RaftID) ?? 0,
    })),
  };
}
