/**
 * The words of the protocol: entries, the RPCs of the paper's Figures 2 and 13 as one-way messages,
 * and what a member must keep on disk.
 *
 * Real:     etcd-io/raft raftpb/raft.proto. The fields bear the paper's names; an RPC's answer is a
 *           message of its own, since nothing here waits.
 * Left out: pre-vote, read index, learners, joint consensus, chunked snapshots.
 */

/** A member's ID: a random integer in [1, 2^48). A removed ID is never used again. */
export type RaftID = number;

/** No member: an empty vote, an unknown leader. */
export const None: RaftID = 0;

export type StateType = 'follower' | 'candidate' | 'leader';

export interface Entry {
  readonly term: number;
  readonly index: number;
  readonly type: 'normal' | 'confChange';
  /** Opaque to raft. `null` is the empty entry of a new leader; a confChange holds a ConfChange. */
  readonly data: unknown;
  readonly sizeBytes: number;
}

export interface ConfChange {
  readonly id: number;
  readonly type: 'addNode' | 'removeNode';
  /** None makes it a change that changes nothing: one that its applier refused. */
  readonly nodeID: RaftID;
  readonly context?: unknown;
}

/** The voting members, ascending. */
export type ConfState = readonly RaftID[];

/** §5.2, §5.4.1: must be saved before any message that depends on it is sent. */
export interface HardState {
  readonly term: number;
  readonly vote: RaftID;
  /** Need not survive, but saves applying late after a restart. */
  readonly commit: number;
}

/** What may be forgotten; told so that others need not ask. */
export interface SoftState {
  readonly lead: RaftID;
  readonly state: StateType;
}

/** §7: the state machine as of `index`, and the membership as of there. */
export interface SnapshotData {
  readonly index: number;
  readonly term: number;
  readonly confState: ConfState;
  readonly data: unknown;
  readonly sizeBytes: number;
}

interface MessageHeader {
  readonly from: RaftID;
  readonly to: RaftID;
  readonly term: number;
  /** What the message weighs on the wire. */
  readonly sizeBytes: number;
}

export interface RequestVote extends MessageHeader {
  readonly type: 'RequestVote';
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  /** The leader itself asked for this election, so its lease does not protect it. */
  readonly leadershipTransfer: boolean;
}

export interface RequestVoteResponse extends MessageHeader {
  readonly type: 'RequestVoteResponse';
  readonly voteGranted: boolean;
}

export interface AppendEntries extends MessageHeader {
  readonly type: 'AppendEntries';
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  readonly entries: readonly Entry[];
  readonly leaderCommit: number;
}

export interface AppendEntriesResponse extends MessageHeader {
  readonly type: 'AppendEntriesResponse';
  readonly success: boolean;
  /** On success the last index known to match; on refusal the prevLogIndex that was refused. */
  readonly index: number;
  /** On refusal: the largest (index, term) at which the logs may still match; term 0 if unknown. */
  readonly hintIndex: number;
  readonly hintTerm: number;
}

/** The paper's empty AppendEntries; of its own kind, since it must not be refused for the log. */
export interface Heartbeat extends MessageHeader {
  readonly type: 'Heartbeat';
  readonly leaderCommit: number;
}

export interface HeartbeatResponse extends MessageHeader {
  readonly type: 'HeartbeatResponse';
}

export interface InstallSnapshot extends MessageHeader {
  readonly type: 'InstallSnapshot';
  readonly snapshot: SnapshotData;
}

export interface TimeoutNow extends MessageHeader {
  readonly type: 'TimeoutNow';
}

export type Message =
  | RequestVote
  | RequestVoteResponse
  | AppendEntries
  | AppendEntriesResponse
  | Heartbeat
  | HeartbeatResponse
  | InstallSnapshot
  | TimeoutNow;

export type MessageType = Message['type'];

/** `dropped`: this member cannot propose (not leader, removed, or handing leadership over). */
export type ProposalResult = 'ok' | 'dropped';

/** `pending`: an earlier change is not applied yet; an empty entry was appended in its place. */
export type ConfChangeResult = ProposalResult | 'pending';

/** About what protobuf spends on a message's own fields, most of it on two long member IDs. */
export const messageHeaderBytes = 40;

/** About what protobuf spends on an entry beside its data. */
export const entryHeaderBytes = 12;

export function entryBytes(entry: Entry): number {
  return entryHeaderBytes + entry.sizeBytes;
}

/** The longest prefix within `maxBytes`, but never less than one entry, or nothing would move. */
export function countWithinBytes(
  entries: readonly Entry[],
  range: { readonly from: number; readonly to: number; readonly maxBytes: number },
): number {
  let bytes = 0;
  for (let i = range.from; i < range.to; i++) {
    bytes += entryBytes(entries[i]!);
    if (bytes > range.maxBytes && i > range.from) return i - range.from;
  }
  return range.to - range.from;
}
