/**
 * Raft: a group of members agrees on one sequence of entries, as long as a majority of them can
 * talk.
 *
 * A pure state machine: no clock (the driver ticks), no network (it carries messages), no disk (it
 * saves what Ready says), no chance (it passes `random` in). It promises the five properties of the
 * paper's Figure 3, provided that its driver keeps the order that rawnode.ts asks for.
 */

export { RawNode } from './rawnode.ts';
export type { ProgressStatus, Ready, Status } from './rawnode.ts';
export type { Config } from './raft.ts';
export type { ProgressState } from './progress.ts';
export { MemoryStorage } from './storage.ts';
export type { Storage } from './storage.ts';
export { majority } from './quorum.ts';
export { None } from './messages.ts';
export type {
  AppendEntries,
  AppendEntriesResponse,
  ConfChange,
  ConfChangeResult,
  ConfState,
  Entry,
  HardState,
  Heartbeat,
  HeartbeatResponse,
  InstallSnapshot,
  Message,
  MessageType,
  ProposalResult,
  RaftID,
  RequestVote,
  RequestVoteResponse,
  SnapshotData,
  SoftState,
  StateType,
  TimeoutNow,
} from './messages.ts';
