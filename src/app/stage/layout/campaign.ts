/**
 * An election is over within a few milliseconds. While its votes are still seen on their way, the candidate is drawn as
 * one, with the votes that have been seen to arrive: what is read on the card agrees with what is seen on the lanes.
 */
import type { LabView, MessageView } from '../../../lab/index.ts';
import { type Clock, real } from './clock.ts';
import { spanOf } from './flights.ts';

/** Real ms that the last vote is seen counted. */
const COUNTED_MS = 600;

/** By candidate: the votes that it is seen to have, its own included. */
export type Campaigns = ReadonlyMap<string, number>;

export function campaignsAt(messages: readonly MessageView[], clock: Clock): Campaigns {
  const votes = new Map<string, number>();
  for (const message of messages) {
    const isAnswer = message.label === 'RequestVoteResponse';
    if (!isAnswer && message.label !== 'RequestVote') continue;
    const { startMs, endMs } = spanOf(message, clock);
    // The answers depart when the questions have arrived: so long the election goes on.
    const overMs = isAnswer ? endMs + real(clock, COUNTED_MS) : endMs + (endMs - startMs);
    if (clock.nowMs < message.sentAtMs || clock.nowMs > overMs) continue;
    const candidate = isAnswer ? message.to : message.from;
    votes.set(candidate, votes.get(candidate) ?? 1);
  }
  for (const message of messages)
    if (message.label === 'RequestVoteResponse' && votes.has(message.to)) {
      const { endMs } = spanOf(message, clock);
      const isRecent = clock.nowMs - endMs <= real(clock, 4 * COUNTED_MS);
      if (isRecent && clock.nowMs >= endMs && message.arrivesAtMs !== undefined)
        votes.set(message.to, (votes.get(message.to) ?? 1) + 1);
    }
  return votes;
}

/** The view in which candidates that have won already are candidates still. Votes are never more than they were given. */
export function campaigning(view: LabView, campaigns: Campaigns): LabView {
  if (campaigns.size === 0) return view;
  const machines = view.machines.map((machine) => {
    const seen = campaigns.get(machine.name);
    const { raft } = machine;
    if (seen === undefined || !raft || raft.role === 'follower') return machine;
    const votes =
      raft.role === 'candidate' ? Math.min(seen, raft.votes) : Math.min(seen, raft.members);
    return { ...machine, raft: { ...raft, role: 'candidate' as const, votes } };
  });
  const isOver = view.cluster?.leader === undefined || !campaigns.has(view.cluster.leader);
  const cluster = isOver ? view.cluster : view.cluster && { ...view.cluster, leader: undefined };
  return { machines, cluster };
}
