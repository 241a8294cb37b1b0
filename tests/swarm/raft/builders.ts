/** One member in a state of the test's choosing, and messages to it; tests show what matters. */

import { MemoryStorage, None } from '../../../src/swarm/raft/index.ts';
import type {
  AppendEntries,
  AppendEntriesResponse,
  Entry,
  Heartbeat,
  HeartbeatResponse,
  InstallSnapshot,
  Message,
  RaftID,
  RequestVote,
  RequestVoteResponse,
  SnapshotData,
  TimeoutNow,
} from '../../../src/swarm/raft/index.ts';
import { Member } from './network.ts';
import type { MemberOptions } from './network.ts';

export interface Given {
  readonly id?: RaftID;
  readonly members?: readonly RaftID[];
  readonly term?: number;
  readonly vote?: RaftID;
  /** The terms of the entries 1, 2, 3, … */
  readonly log?: readonly number[];
  readonly commit?: number;
  readonly options?: MemberOptions;
}

export function entry(index: number, term: number, data: unknown = `${term}/${index}`): Entry {
  return { index, term, type: 'normal', data, sizeBytes: 10 };
}

export function entries(terms: readonly number[], firstIndex = 1): Entry[] {
  return terms.map((term, i) => entry(firstIndex + i, term));
}

/** A follower that has just started with this on its disk: 1 of three, unless told otherwise. */
export function member(given: Given = {}): Member {
  const storage = new MemoryStorage(given.members ?? [1, 2, 3]);
  const log = entries(given.log ?? []);
  storage.append(log);
  const term = given.term ?? log.at(-1)?.term ?? 0;
  storage.setHardState({ term, vote: given.vote ?? None, commit: given.commit ?? 0 });
  const built = new Member(given.id ?? 1, storage, given.options);
  built.drain();
  return built;
}

/** One that has asked for votes; they have not been answered. Its term is one above the given. */
export function candidate(given: Given = {}): Member {
  const built = member(given);
  built.node.campaign();
  built.drain();
  return built;
}

/** One that has won. Its empty entry is saved; nobody has answered to it. */
export function leader(given: Given = {}): Member {
  const built = candidate(given);
  const { term, confState } = built.node.status();
  for (const from of confState) {
    if (from !== built.id) built.node.step(requestVoteResponse(from, term, { to: built.id }));
  }
  built.drain();
  return built;
}

/** Steps a message and returns what is sent because of it. */
export function step(to: Member, m: Message): Message[] {
  to.node.step(m);
  return to.drain();
}

type With<M extends Message> = Partial<Omit<M, 'type' | 'from' | 'term'>>;

function header(from: RaftID, term: number): Pick<Message, 'from' | 'to' | 'term' | 'sizeBytes'> {
  return { from, to: 1, term, sizeBytes: 40 };
}

export function requestVote(from: RaftID, term: number, m: With<RequestVote> = {}): RequestVote {
  const log = { lastLogIndex: 0, lastLogTerm: 0, leadershipTransfer: false };
  return { type: 'RequestVote', ...header(from, term), ...log, ...m };
}

export function requestVoteResponse(
  from: RaftID,
  term: number,
  m: With<RequestVoteResponse> = {},
): RequestVoteResponse {
  return { type: 'RequestVoteResponse', ...header(from, term), voteGranted: true, ...m };
}

export function appendEntries(
  from: RaftID,
  term: number,
  m: With<AppendEntries> = {},
): AppendEntries {
  const log = { prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0 };
  return { type: 'AppendEntries', ...header(from, term), ...log, ...m };
}

export function appendEntriesResponse(
  from: RaftID,
  term: number,
  m: With<AppendEntriesResponse> = {},
): AppendEntriesResponse {
  const hint = { success: true, index: 0, hintIndex: 0, hintTerm: 0 };
  return { type: 'AppendEntriesResponse', ...header(from, term), ...hint, ...m };
}

export function heartbeat(from: RaftID, term: number, leaderCommit = 0): Heartbeat {
  return { type: 'Heartbeat', ...header(from, term), leaderCommit };
}

export function heartbeatResponse(from: RaftID, term: number): HeartbeatResponse {
  return { type: 'HeartbeatResponse', ...header(from, term) };
}

export function installSnapshot(
  from: RaftID,
  term: number,
  snapshot: Partial<SnapshotData>,
): InstallSnapshot {
  const whole = {
    index: 11,
    term: 1,
    confState: [1, 2, 3],
    data: ['a'],
    sizeBytes: 10,
    ...snapshot,
  };
  return { type: 'InstallSnapshot', ...header(from, term), snapshot: whole };
}

export function timeoutNow(from: RaftID, term: number): TimeoutNow {
  return { type: 'TimeoutNow', ...header(from, term) };
}

/** The terms of a member's whole log. */
export function terms(of: Member): number[] {
  return of.node.entriesFrom(1).map((e) => e.term);
}

export function messagesOf<T extends Message['type']>(
  messages: readonly Message[],
  type: T,
): Extract<Message, { type: T }>[] {
  return messages.filter((m): m is Extract<Message, { type: T }> => m.type === type);
}
