import { describe, expect, test } from 'vitest';
import type { MessageView } from '../../../src/lab/index.ts';
import {
  type Flight,
  flightsAt,
  kindOf,
  type Layer,
  trafficAt,
} from '../../../src/app/stage/layout/flights.ts';
import { campaignsAt, campaigning } from '../../../src/app/stage/layout/campaign.ts';
import { cluster, members, message, names, NOW_MS } from './fixtures.ts';

const ALL: ReadonlySet<Layer> = new Set(['raft', 'tasks', 'network', 'requests']);

function at(agoMs: number, more: Partial<MessageView> = {}, speed = 1): Flight | undefined {
  const sentAtMs = NOW_MS - agoMs;
  const one = message(1, { sentAtMs, arrivesAtMs: sentAtMs + 1, ...more });
  return flightsAt([one], ALL, { nowMs: NOW_MS, speed })[0];
}

describe('a message on the wire', () => {
  test('begins at its sender and ends at its receiver', () => {
    expect(at(0)?.t).toBe(0);
    expect(at(275)?.t).toBeCloseTo(0.5);
    expect(at(549)?.t).toBeGreaterThan(0.99);
    expect(at(560)).toBeUndefined();
  });

  test('is seen for as long in real time at any speed', () => {
    expect(at(27.5, {}, 0.1)?.t).toBeCloseTo(0.5);
    expect(at(60, {}, 0.1)).toBeUndefined();
    expect(at(2_750, {}, 10)?.t).toBeCloseTo(0.5);
  });

  test('a slow link takes as long as it takes', () => {
    const slow = { arrivesAtMs: NOW_MS + 2_000 };
    expect(at(2_000, slow)?.t).toBeCloseTo(0.5);
  });

  test('a lost one ends midway, and is seen to', () => {
    expect(at(300, { arrivesAtMs: undefined })).toMatchObject({ isLost: false });
    expect(at(600, { arrivesAtMs: undefined })).toMatchObject({ isLost: true, t: 0.5 });
    expect(at(1_300, { arrivesAtMs: undefined })).toBeUndefined();
  });

  test('an answer departs when what it answers has been seen to arrive', () => {
    const answer = { label: 'AppendEntriesResponse' };
    expect(at(500, answer)).toBeUndefined();
    expect(at(560, answer)?.t).toBeLessThan(0.01);
  });

  test('nothing flies over a layer that is hidden', () => {
    const messages = [message(1)];
    const clock = { nowMs: NOW_MS, speed: 1 };
    expect(flightsAt(messages, new Set<Layer>(['tasks']), clock)).toEqual([]);
    expect(trafficAt(messages, new Set<Layer>(['tasks']), clock)).toBe('none');
    expect(trafficAt(messages, ALL, clock)).toBe('busy');
  });

  test('of a storm on one lane only some are drawn, the latest among them', () => {
    const storm = Array.from({ length: 50 }, (_, index) =>
      message(index, {
        sentAtMs: NOW_MS - 500 + index * 10,
        arrivesAtMs: NOW_MS - 499 + index * 10,
      }),
    );
    const drawn = flightsAt(storm, ALL, { nowMs: NOW_MS, speed: 1 });
    expect(drawn.map(({ id }) => id)).toEqual([7, 21, 35, 49]);
  });

  test('heartbeats are calm, and their answers are drawn in slow motion only', () => {
    const beat = message(1, { label: 'Heartbeat', entries: 0 });
    const answer = message(2, {
      label: 'HeartbeatResponse',
      entries: 0,
      sentAtMs: NOW_MS - 60,
      arrivesAtMs: NOW_MS - 59,
    });
    expect(trafficAt([beat, answer], ALL, { nowMs: NOW_MS, speed: 1 })).toBe('even');
    expect(trafficAt([beat, answer], ALL, { nowMs: NOW_MS, speed: 0.1 })).toBe('calm');
    const lost = message(4, { label: 'Heartbeat', entries: 0, arrivesAtMs: undefined });
    expect(trafficAt([beat, lost], ALL, { nowMs: NOW_MS, speed: 1 })).toBe('calm');
    expect(trafficAt([beat, message(3)], ALL, { nowMs: NOW_MS, speed: 1 })).toBe('busy');
    expect(flightsAt([answer], ALL, { nowMs: NOW_MS, speed: 1 })).toHaveLength(0);
    expect(flightsAt([answer], ALL, { nowMs: NOW_MS, speed: 0.1 })).toHaveLength(1);
  });

  test('the drawing rests when the last has arrived', () => {
    expect(trafficAt([message(1)], ALL, { nowMs: NOW_MS + 400, speed: 1 })).toBe('none');
  });
});

test.each([
  ['raft', 'AppendEntries', 'append'],
  ['raft', 'Heartbeat', 'heartbeat'],
  ['raft', 'HeartbeatResponse', 'reply'],
  ['raft', 'RequestVote', 'vote'],
  ['raft', 'RequestVoteResponse', 'reply'],
  ['raft', 'InstallSnapshot', 'append'],
  ['request', 'GET / HTTP/1.1', 'request'],
  ['request', 'HTTP/1.1 200 OK', 'reply'],
  ['dispatcher', 'dispatcher.heartbeat', 'dispatcher'],
  ['request', 'DATA', 'reply'],
  ['request', 'ECHO', 'request'],
  ['dispatcher', 'ping', 'gossip'],
  ['gossip', 'gossip', 'gossip'],
] as const)('%s %s is drawn as %s', (layer, label, kind) => {
  expect(kindOf(message(1, { layer, label }))).toBe(kind);
});

describe('an election that is already over', () => {
  const ask = (to: string): MessageView =>
    message(1, { label: 'RequestVote', from: 'manager2', to, sentAtMs: 1_000, arrivesAtMs: 1_001 });
  const answer = message(2, {
    label: 'RequestVoteResponse',
    from: 'manager3',
    to: 'manager2',
    sentAtMs: 1_002,
    arrivesAtMs: 1_003,
  });
  const votes = (nowMs: number): number | undefined =>
    campaignsAt([ask('manager1'), ask('manager3'), answer], { nowMs, speed: 1 }).get('manager2');

  test('is seen until its last vote has been seen to arrive, and to count', () => {
    expect([999, 1_000, 1_500, 2_090, 2_110, 2_700, 2_702].map(votes)).toEqual([
      undefined,
      1,
      1,
      1,
      2,
      2,
      undefined,
    ]);
  });

  test('the winner is drawn as the candidate it was', () => {
    const view = { machines: members(names(3, 0)), cluster: cluster(names(3, 0)) };
    const [first] = campaigning(view, new Map([['manager1', 2]])).machines;
    expect(first?.raft).toMatchObject({ role: 'candidate', votes: 2 });
    const [follower] = campaigning(view, new Map([['manager2', 1]])).machines.slice(1);
    expect(follower?.raft?.role).toBe('follower');
    expect(campaigning(view, new Map())).toBe(view);
  });
});
