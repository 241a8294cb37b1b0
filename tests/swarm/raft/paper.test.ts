/**
 * The paper, sentence by sentence: "In Search of an Understandable Consensus Algorithm (Extended
 * Version)", Ongaro and Ousterhout, 2014. Each test sets a state, steps, and checks.
 */

import { expect, test } from 'vitest';
import { MemoryStorage, None } from '../../../src/swarm/raft/index.ts';
import {
  appendEntries,
  appendEntriesResponse,
  candidate,
  entries,
  entry,
  heartbeat,
  heartbeatResponse,
  installSnapshot,
  leader,
  member,
  messagesOf,
  requestVote,
  requestVoteResponse,
  step,
  terms,
} from './builders.ts';
import { Network, seeded } from './network.ts';

test('§5.1 When servers start up, they begin as followers (§5.2)', () => {
  expect(member().node.status()).toMatchObject({ state: 'follower', term: 0, lead: None });
});

test.each([
  ['follower', member],
  ['candidate', candidate],
  ['leader', leader],
] as const)(
  '§5.1 If one server’s current term is smaller than the other’s, then it updates its current term to the larger value (%s)',
  (_, build) => {
    const server = build();
    step(server, appendEntries(2, 5));
    expect(server.node.status().term).toBe(5);
  },
);

test.each([
  ['candidate', candidate],
  ['leader', leader],
] as const)(
  '§5.1 If a candidate or leader discovers that its term is out of date, it immediately reverts to follower state (%s)',
  (_, build) => {
    const server = build();
    step(server, requestVoteResponse(2, 5, { voteGranted: false }));
    expect(server.node.status()).toMatchObject({ state: 'follower', term: 5, lead: None });
  },
);

test('§5.1 If a server receives a request with a stale term number, it rejects the request', () => {
  const server = member({ log: [1, 2], term: 3 });
  const stale = appendEntries(2, 2, { prevLogIndex: 2, prevLogTerm: 2, entries: [entry(3, 2)] });
  const answers = step(server, stale);
  // The answer's term is what makes the old leader step down.
  expect(answers).toMatchObject([{ type: 'AppendEntriesResponse', to: 2, term: 3, index: 0 }]);
  expect(step(server, requestVote(2, 2, { lastLogIndex: 9, lastLogTerm: 2 }))).toEqual([]);
  expect(step(server, installSnapshot(2, 2, { index: 9 }))).toEqual([]);
  expect(terms(server)).toEqual([1, 2]);
  expect(server.node.status()).toMatchObject({ term: 3, vote: None, lead: None });
});

test('§5.2 A server remains in follower state as long as it receives valid RPCs from a leader or candidate', () => {
  const server = member({ term: 1 });
  for (let i = 0; i < 50; i++) {
    server.node.tick();
    if (i % 9 === 0) step(server, i % 2 === 0 ? heartbeat(2, 1) : appendEntries(2, 1));
  }
  expect(server.node.status()).toMatchObject({ state: 'follower', term: 1, lead: 2 });
});

test('§5.2 Leaders send periodic heartbeats to all followers in order to maintain their authority', () => {
  const server = leader({ options: { heartbeatTick: 2 } });
  server.node.tick();
  expect(server.drain()).toEqual([]);
  server.node.tick();
  expect(server.drain()).toMatchObject([
    { type: 'Heartbeat', from: 1, to: 2, term: 1 },
    { type: 'Heartbeat', from: 1, to: 3, term: 1 },
  ]);
});

test('§5.2 If a follower receives no communication over a period of time called the election timeout, it begins an election to choose a new leader', () => {
  const server = member({ options: { random: () => 3 } });
  for (let i = 0; i < 12; i++) server.node.tick();
  expect(server.node.status().state).toBe('follower');
  server.node.tick();
  expect(server.node.status().state).toBe('candidate');
});

test('§5.2 To begin an election, a follower increments its current term and transitions to candidate state; it votes for itself and issues RequestVote RPCs in parallel to each of the other servers', () => {
  const server = member({ log: [1, 3], term: 4 });
  server.node.campaign();
  expect(messagesOf(server.drain(), 'RequestVote')).toMatchObject([
    { to: 2, term: 5, lastLogIndex: 2, lastLogTerm: 3 },
    { to: 3, term: 5, lastLogIndex: 2, lastLogTerm: 3 },
  ]);
  expect(server.node.status()).toMatchObject({
    state: 'candidate',
    term: 5,
    vote: 1,
    votes: [{ id: 1, granted: true }],
  });
});

test.each([
  [1, [], 'leader'],
  [3, [], 'candidate'],
  [3, [true], 'leader'],
  [3, [false], 'candidate'],
  [3, [false, false], 'follower'],
  [4, [true], 'candidate'],
  [4, [true, true], 'leader'],
  [4, [false, false], 'follower'],
  [5, [true], 'candidate'],
  [5, [true, false, true], 'leader'],
  [5, [true, false, false, false], 'follower'],
] as const)(
  '§5.2 A candidate wins an election if it receives votes from a majority of the servers in the full cluster for the same term (of %i, answers %j: %s)',
  (size, answers, state) => {
    const server = candidate({ members: [1, 2, 3, 4, 5].slice(0, size) });
    answers.forEach((voteGranted, i) => {
      step(server, requestVoteResponse(i + 2, 1, { voteGranted }));
    });
    expect(server.node.status()).toMatchObject({ state, term: 1 });
  },
);

test('§5.2 A vote counts once, however often it arrives', () => {
  const server = candidate({ members: [1, 2, 3, 4, 5] });
  for (let i = 0; i < 3; i++) step(server, requestVoteResponse(2, 1));
  expect(server.node.status().state).toBe('candidate');
});

test('§5.2 Votes of an earlier term do not count', () => {
  const server = candidate({ term: 4 });
  step(server, requestVoteResponse(2, 4));
  expect(server.node.status()).toMatchObject({ state: 'candidate', term: 5 });
});

test.each([
  [None, 2, true],
  [2, 2, true],
  [3, 2, false],
] as const)(
  '§5.2 Each server will vote for at most one candidate in a given term, on a first-come-first-served basis (voted for %i, asked by %i: %s)',
  (vote, from, voteGranted) => {
    const server = member({ term: 1, vote });
    expect(step(server, requestVote(from, 1))).toMatchObject([{ to: from, voteGranted }]);
  },
);

test('§5.2 Once a candidate wins an election, it becomes leader and sends heartbeat messages to all of the other servers', () => {
  const server = candidate();
  const sent = messagesOf(step(server, requestVoteResponse(3, 1)), 'AppendEntries');
  expect(server.node.status()).toMatchObject({ state: 'leader', lead: 1 });
  expect(sent.map((m) => m.to)).toEqual([2, 3]);
});

test.each([1, 2])(
  '§5.2 If the leader’s term is at least as large as the candidate’s current term, then the candidate recognizes the leader as legitimate and returns to follower state (term %i)',
  (term) => {
    const server = candidate();
    step(server, appendEntries(2, term));
    expect(server.node.status()).toMatchObject({ state: 'follower', term, lead: 2 });
  },
);

test('§5.2 If the term in the RPC is smaller than the candidate’s current term, then the candidate rejects the RPC and continues in candidate state', () => {
  const server = candidate({ term: 3 });
  step(server, appendEntries(2, 3));
  expect(server.node.status()).toMatchObject({ state: 'candidate', term: 4, lead: None });
});

test('§5.2 When votes are split, each candidate will time out and start a new election by incrementing its term', () => {
  const server = candidate({ members: [1, 2, 3, 4] });
  step(server, requestVoteResponse(2, 1, { voteGranted: false }));
  for (let i = 0; i < 10; i++) server.node.tick();
  const sent = messagesOf(server.drain(), 'RequestVote');
  expect(sent.map((m) => m.term)).toEqual([2, 2, 2]);
  expect(server.node.status()).toMatchObject({ state: 'candidate', term: 2, vote: 1 });
});

test.each(['follower', 'candidate'])(
  '§5.2 Raft uses randomized election timeouts: chosen from a fixed interval, [electionTick, 2·electionTick − 1] (%s)',
  (state) => {
    const random = seeded(7);
    const seen = new Set<number>();
    const server = member({ options: { random } });
    for (let i = 0; i < 2000 && seen.size < 10; i++) {
      if (state === 'candidate') server.node.campaign();
      else step(server, appendEntries(2, i + 1));
      seen.add(server.node.status().randomizedElectionTimeout);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  },
);

test('§5.2 In most cases only a single server will time out', () => {
  let alone = 0;
  for (let seed = 0; seed < 200; seed++) {
    const network = new Network([1, 2, 3, 4, 5], { random: seeded(seed) });
    const timeouts = [...network.members.values()].map(
      (m) => m.node.status().randomizedElectionTimeout,
    );
    const least = Math.min(...timeouts);
    if (timeouts.filter((ticks) => ticks === least).length === 1) alone++;
  }
  expect(alone).toBeGreaterThan(120);
});

test('§5.3 The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in parallel to each of the other servers', () => {
  const server = leader();
  for (const id of [2, 3]) step(server, appendEntriesResponse(id, 1, { index: 1 }));
  expect(server.node.propose('x', 10)).toBe('ok');
  const sent = messagesOf(server.drain(), 'AppendEntries');
  expect(server.node.entriesFrom(2)).toMatchObject([{ term: 1, index: 2, data: 'x' }]);
  expect(sent).toMatchObject([
    { to: 2, prevLogIndex: 1, prevLogTerm: 1, entries: [{ index: 2, data: 'x' }] },
    { to: 3, prevLogIndex: 1, prevLogTerm: 1, entries: [{ index: 2, data: 'x' }] },
  ]);
});

test('§5.3 When the entry has been safely replicated, the leader applies the entry to its state machine', () => {
  const server = leader();
  server.node.propose('x', 10);
  server.drain();
  expect(server.applied).toEqual([]);
  step(server, appendEntriesResponse(2, 1, { index: 2 }));
  expect(server.applied).toEqual(['x']);
});

test('§5.3 If followers crash or run slowly, or if network packets are lost, the leader retries AppendEntries RPCs indefinitely, even after it has committed', () => {
  const network = new Network([1, 2, 3]);
  network.campaign(1);
  network.crash(3);
  network.propose(1, 'x');
  expect(network.member(1).applied).toEqual(['x']);
  network.tick(30);
  network.restart(3);
  network.tick(2);
  expect(network.member(3).applied).toEqual(['x']);
});

test.each([
  [1, []],
  [3, [2]],
  [4, [2, 3]],
  [5, [2, 3]],
] as const)(
  '§5.3 A log entry is committed once the leader that created the entry has replicated it on a majority of the servers (of %i: itself and %j)',
  (size, acknowledging) => {
    const server = leader({ members: [1, 2, 3, 4, 5].slice(0, size) });
    for (const id of acknowledging) {
      expect(server.node.status().commit).toBe(0);
      step(server, appendEntriesResponse(id, 1, { index: 1 }));
    }
    expect(server.node.status().commit).toBe(1);
  },
);

test('§5.3 This also commits all preceding entries in the leader’s log, including entries created by previous leaders', () => {
  const server = leader({ log: [1, 2, 2] });
  server.node.propose('x', 10);
  server.drain();
  step(server, appendEntriesResponse(2, 3, { index: 5 }));
  expect(server.applied).toEqual(['1/1', '2/2', '2/3', 'x']);
});

test('§5.3 The leader keeps track of the highest index it knows to be committed, and it includes that index in future AppendEntries RPCs (including heartbeats)', () => {
  const server = leader();
  const sent = step(server, appendEntriesResponse(2, 1, { index: 1 }));
  expect(messagesOf(sent, 'AppendEntries')).toMatchObject([{ to: 2, leaderCommit: 1 }]);
  server.node.tick();
  const heartbeats = messagesOf(server.drain(), 'Heartbeat');
  // Member 3 is not known to have entry 1, so its heartbeat may not commit it.
  expect(heartbeats).toMatchObject([
    { to: 2, leaderCommit: 1 },
    { to: 3, leaderCommit: 0 },
  ]);
});

test('§5.3 Once a follower learns that a log entry is committed, it applies the entry to its local state machine (in log order)', () => {
  const server = member({ term: 1 });
  step(server, appendEntries(2, 1, { entries: entries([1, 1, 1]), leaderCommit: 2 }));
  expect(server.applied).toEqual(['1/1', '1/2']);
  step(server, heartbeat(2, 1, 3));
  expect(server.applied).toEqual(['1/1', '1/2', '1/3']);
});

test('Figure 2: commitIndex = min(leaderCommit, index of last new entry)', () => {
  const server = member({ log: [1, 1, 1] });
  const m = appendEntries(2, 1, { prevLogIndex: 1, prevLogTerm: 1, leaderCommit: 3 });
  step(server, m);
  // Entries 2 and 3 are not known to be the leader's.
  expect(server.node.status().commit).toBe(1);
});

test('§5.3 When sending an AppendEntries RPC, the leader includes the index and term of the entry in its log that immediately precedes the new entries', () => {
  const server = candidate({ log: [1, 4] });
  const sent = messagesOf(step(server, requestVoteResponse(2, 5)), 'AppendEntries');
  expect(sent[0]).toMatchObject({ prevLogIndex: 2, prevLogTerm: 4, entries: [{ index: 3 }] });
});

test.each([
  [0, 0, true],
  [1, 1, true],
  [2, 2, true],
  [2, 1, false],
  [1, 2, false],
  [3, 2, false],
] as const)(
  '§5.3 If the follower does not find an entry in its log with the same index and term, then it refuses the new entries (prev %i of term %i: %s)',
  (prevLogIndex, prevLogTerm, success) => {
    const server = member({ log: [1, 2] });
    const answers = step(server, appendEntries(2, 2, { prevLogIndex, prevLogTerm }));
    expect(answers).toMatchObject([{ success, index: prevLogIndex }]);
  },
);

test.each([
  { have: [1, 2], prev: [2, 2], sent: [3], want: [1, 2, 3] },
  { have: [1, 2], prev: [1, 1], sent: [3, 4], want: [1, 3, 4] },
  { have: [1, 2], prev: [0, 0], sent: [1], want: [1, 2] },
  { have: [1, 2], prev: [0, 0], sent: [3], want: [3] },
  { have: [1, 1, 1, 1], prev: [1, 1], sent: [1], want: [1, 1, 1, 1] },
  { have: [1, 2, 3, 3], prev: [2, 2], sent: [3, 4], want: [1, 2, 3, 4] },
])(
  '§5.3 If an existing entry conflicts with a new one, delete it and all that follow it; append any new entries not already in the log ($have after $prev, $sent: $want)',
  ({ have, prev, sent, want }) => {
    const server = member({ log: have });
    const [prevLogIndex = 0, prevLogTerm = 0] = prev;
    const added = entries(sent, prevLogIndex + 1);
    step(server, appendEntries(2, 4, { prevLogIndex, prevLogTerm, entries: added }));
    expect(terms(server)).toEqual(want);
    expect(server.storage.lastIndex()).toBe(want.length);
  },
);

/** Figure 7: the leader of term 8, and what its followers may look like. */
const figure7 = {
  leader: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
  a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
  b: [1, 1, 1, 4],
  c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
  d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
  e: [1, 1, 1, 4, 4, 4, 4],
  f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
};

test.each(['a', 'b', 'c', 'd', 'e', 'f'] as const)(
  '§5.3 The leader handles inconsistencies by forcing the followers’ logs to duplicate its own (Figure 7, %s)',
  (follower) => {
    const network = new Network([]);
    const given = { members: [1, 2, 3], term: 7 };
    const lead = member({ ...given, log: figure7.leader, commit: 9 });
    network.members.set(1, lead);
    network.members.set(2, member({ ...given, id: 2, log: figure7[follower] }));
    network.members.set(3, member({ ...given, id: 3, log: figure7.b }));
    network.campaign(1);
    expect(network.node(1).status()).toMatchObject({ state: 'leader', term: 8 });
    expect(network.terms(2)).toEqual([...figure7.leader, 8]);
    expect(network.member(2).applied).toEqual(lead.applied);
  },
);

test('§5.3 The leader maintains a nextIndex for each follower; when it first comes to power, it initializes all values to the index just after the last one in its log', () => {
  const server = candidate({ log: [1, 1, 1] });
  step(server, requestVoteResponse(2, 2));
  expect(server.node.status().progress).toMatchObject([
    { id: 1, matchIndex: 4 },
    { id: 2, nextIndex: 4, matchIndex: 0, state: 'probe' },
    { id: 3, nextIndex: 4, matchIndex: 0, state: 'probe' },
  ]);
});

test('§5.3 After a rejection, the leader decrements nextIndex and retries the AppendEntries RPC', () => {
  const server = leader({ log: [1, 2] });
  const refused = { success: false, index: 2, hintIndex: 1, hintTerm: 1 };
  const [retry] = messagesOf(step(server, appendEntriesResponse(2, 3, refused)), 'AppendEntries');
  expect(retry).toMatchObject({ to: 2, prevLogIndex: 1, prevLogTerm: 1 });
  expect(retry?.entries.map((e) => e.index)).toEqual([2, 3]);
});

test.each([
  // The leader skips what cannot match: its terms above the hint's.
  { lead: [1, 3, 3, 3, 5, 5, 5, 5, 5], follow: [1, 1, 1, 1, 2, 2], probes: 2 },
  // The follower skips its own terms above the one it was asked about.
  { lead: [1, 3, 3, 3, 3, 3, 3, 3, 7], follow: [1, 3, 3, 4, 4, 5, 5, 5, 6], probes: 3 },
  { lead: [1, 1, 1, 1, 1, 1], follow: [1, 1], probes: 2 },
  { lead: [1, 2, 4], follow: [1, 1, 1, 1, 1, 1, 1, 3, 3, 3], probes: 2 },
])(
  '§5.3 The protocol can be optimized: one AppendEntries RPC will be required for each term with conflicting entries, rather than one RPC per entry ($lead over $follow)',
  ({ lead, follow, probes }) => {
    const network = new Network([]);
    const term = Math.max(...lead, ...follow);
    network.members.set(1, member({ members: [1, 2], log: lead, term }));
    network.members.set(2, member({ id: 2, members: [1, 2], log: follow, term }));
    let refusals = 0;
    network.onMessage = (m) => {
      if (m.type === 'AppendEntriesResponse' && !m.success) refusals++;
      // Its log may be the more up-to-date one: that is not the point here.
      return true;
    };
    network.node(2).raft.log.isUpToDate = () => true;
    network.campaign(1);
    expect(network.terms(2)).toEqual([...lead, term + 1]);
    expect(refusals).toBeLessThanOrEqual(probes);
  },
);

test('§5.3 A leader never overwrites or deletes entries in its own log (the Leader Append-Only Property)', () => {
  const server = leader({ log: [1, 2] });
  const before = terms(server);
  step(server, appendEntries(2, 3, { entries: entries([1, 1, 1]) }));
  step(server, appendEntriesResponse(2, 3, { success: false, index: 2, hintIndex: 0 }));
  expect(terms(server)).toEqual(before);
});

test.each([
  { have: [1], asks: [1, 1], voteGranted: true },
  { have: [1], asks: [1, 2], voteGranted: true },
  { have: [1, 1], asks: [1, 1], voteGranted: false },
  { have: [1], asks: [2, 1], voteGranted: true },
  { have: [2], asks: [1, 1], voteGranted: false },
  { have: [2], asks: [2, 1], voteGranted: false },
  { have: [1, 1], asks: [1, 2], voteGranted: true },
])(
  '§5.4.1 The voter denies its vote if its own log is more up-to-date than that of the candidate ($have, candidate’s last $asks: $voteGranted)',
  ({ have, asks, voteGranted }) => {
    const server = member({ log: have, term: 2 });
    const [lastLogIndex = 0, lastLogTerm = 0] = asks;
    const answers = step(server, requestVote(2, 3, { lastLogIndex, lastLogTerm }));
    expect(answers).toMatchObject([{ type: 'RequestVoteResponse', term: 3, voteGranted }]);
    expect(server.node.status().vote).toBe(voteGranted ? 2 : None);
  },
);

test('§5.4.1 The RPC includes information about the candidate’s log', () => {
  const server = member({ log: [1, 2, 2] });
  server.node.campaign();
  const [asked] = messagesOf(server.drain(), 'RequestVote');
  expect(asked).toMatchObject({ lastLogIndex: 3, lastLogTerm: 2 });
});

test.each([
  [1, 0],
  [2, 0],
  [3, 3],
])(
  '§5.4.2 Raft never commits log entries from previous terms by counting replicas; only log entries from the leader’s current term are (acknowledged %i: committed %i)',
  (index, commit) => {
    const server = leader({ log: [1, 2] });
    step(server, appendEntriesResponse(2, 3, { index }));
    expect(server.node.status().commit).toBe(commit);
  },
);

/** Figure 8 (c): S1 is back, leads term 4, and has brought its entry of term 2 to a majority. */
function figure8(): Network {
  const network = new Network([]);
  const logs = [[1, 2], [1, 2], [1], [1], [1, 3]];
  const members = [1, 2, 3, 4, 5];
  const options = { checkQuorum: false, maxSizePerMessageBytes: 1 };
  logs.forEach((log, i) => {
    const id = i + 1;
    network.members.set(id, member({ id, members, log, term: 3, options }));
  });
  network.isolate(4);
  network.isolate(5);
  // Entries of term 4 are lost, unless they only serve to find out where the logs part.
  network.onMessage = (m) =>
    m.type !== 'AppendEntries' ||
    m.entries.every((e) => e.term < 4) ||
    m.prevLogIndex > network.node(m.to).status().lastIndex;
  network.campaign(1);
  network.tick(3, 1);
  network.onMessage = undefined;
  return network;
}

test('§5.4.2 Figure 8: an entry of an older term on a majority is not committed, since (d) a future leader can still overwrite it', () => {
  const network = figure8();
  expect(network.node(1).status()).toMatchObject({ state: 'leader', term: 4, commit: 0 });
  expect([1, 2, 3].map((id) => network.terms(id).slice(0, 2))).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  network.heal();
  network.crash(1);
  network.node(5).raft.currentTerm = 4;
  network.campaign(5);
  expect(network.node(5).status()).toMatchObject({ state: 'leader', term: 5 });
  expect([2, 3, 4].map((id) => network.terms(id))).toEqual([
    [1, 3, 5],
    [1, 3, 5],
    [1, 3, 5],
  ]);
});

test('§5.4.2 Figure 8: (e) once an entry from its current term is on a majority, the prior entries are committed, and S5 cannot win', () => {
  const network = figure8();
  network.tick(2, 1);
  expect(network.node(1).status()).toMatchObject({ state: 'leader', term: 4, commit: 3 });
  network.heal();
  network.crash(1);
  network.campaign(5);
  network.campaign(5);
  expect(network.node(5).status()).toMatchObject({ state: 'candidate', term: 5 });
});

test('§5.5 If a server crashes after completing an RPC but before responding, then it will receive the same RPC again after it restarts; Raft RPCs are idempotent', () => {
  const server = member({ term: 1 });
  const m = appendEntries(2, 1, { entries: entries([1, 1]) });
  const first = step(server, m);
  server.restart();
  expect(step(server, m)).toEqual(first);
  expect(terms(server)).toEqual([1, 1]);
});

test('§5.6 A leader whose followers are slow goes on leading; timing affects availability, never safety', () => {
  const network = new Network([1, 2, 3]);
  network.campaign(1);
  for (let i = 0; i < 100; i++) {
    network.node(1).tick();
    network.collectAll();
    // Answers take five ticks.
    if (i % 5 === 0) network.settle();
  }
  expect(network.node(1).status()).toMatchObject({ state: 'leader', term: 1 });
});

test('§6 Each server adopts the new configuration, and majorities are counted in it', () => {
  const network = new Network([1, 2, 3]);
  network.campaign(1);
  network.add(4, new MemoryStorage([1, 2, 3]));
  network.proposeConfChange(1, { type: 'addNode', nodeID: 4 });
  for (const id of [1, 2, 3, 4]) {
    expect(network.node(id).status().confState).toEqual([1, 2, 3, 4]);
  }
  network.isolate(3);
  network.isolate(4);
  network.propose(1, 'two of four');
  expect(network.member(1).applied).toEqual([]);
  network.heal();
  network.tick(2);
  expect(network.member(4).applied).toEqual(['two of four']);
});

test('§6 New servers may not initially store any log entries: they are brought up to date', () => {
  const network = new Network([1]);
  network.campaign(1);
  for (const data of ['a', 'b', 'c']) network.propose(1, data);
  network.add(2, new MemoryStorage([1]));
  network.proposeConfChange(1, { type: 'addNode', nodeID: 2 });
  network.tick(2);
  expect(network.member(2).applied).toEqual(['a', 'b', 'c']);
});

test('§6 If the cluster leader is not part of the new configuration, it steps down once it has committed it', () => {
  const network = new Network([1, 2, 3], { random: seeded(1) });
  network.campaign(1);
  network.proposeConfChange(1, { type: 'removeNode', nodeID: 1 });
  expect(network.node(1).status()).toMatchObject({ state: 'follower', confState: [2, 3] });
  network.tick(60);
  expect([2, 3]).toContain(network.leader()?.id);
});

test('§6 While it manages a cluster that does not include itself, the leader does not count itself in majorities', () => {
  const network = new Network([1, 2]);
  network.campaign(1);
  network.isolate(2);
  network.proposeConfChange(1, { type: 'removeNode', nodeID: 1 });
  expect(network.node(1).status().commit).toBe(1);
  network.heal();
  network.tick(2);
  expect(network.node(2).status().confState).toEqual([2]);
});

test('§6 Servers disregard RequestVote RPCs when they believe a current leader exists', () => {
  const server = member({ term: 1 });
  step(server, heartbeat(2, 1));
  for (let i = 0; i < 9; i++) server.node.tick();
  expect(step(server, requestVote(3, 7))).toEqual([]);
  expect(server.node.status().term).toBe(1);
});

test('§6 … within the minimum election timeout of hearing from a current leader; after it, they vote', () => {
  const server = member({ term: 1, options: { random: () => 9 } });
  step(server, heartbeat(2, 1));
  for (let i = 0; i < 10; i++) server.node.tick();
  expect(step(server, requestVote(3, 7))).toMatchObject([{ term: 7, voteGranted: true }]);
});

test('§6 Removed servers can disrupt the cluster; if a leader is able to get heartbeats to its cluster, then it will not be deposed by larger term numbers', () => {
  const network = new Network([1, 2, 3, 4]);
  network.campaign(1);
  network.onMessage = (m) => m.to !== 4;
  network.proposeConfChange(1, { type: 'removeNode', nodeID: 4 });
  network.tick(100);
  expect(network.node(4).status().term).toBeGreaterThan(3);
  expect(network.node(1).status()).toMatchObject({ state: 'leader', term: 1 });
});

test('§7 Each server takes snapshots independently, covering just the committed entries in its log', () => {
  const network = new Network([1, 2, 3]);
  network.campaign(1);
  for (const data of ['a', 'b', 'c']) network.propose(1, data);
  network.isolate(2);
  network.node(2).raft.log.append([entry(5, 1, 'uncommitted')]);
  network.member(2).drain();
  const snapshot = network.member(2).compact();
  expect(snapshot).toMatchObject({ index: 4, term: 1, data: ['a', 'b', 'c'] });
  expect(network.node(2).status()).toMatchObject({ firstIndex: 5, lastIndex: 5 });
});

test('§7 The snapshot includes the last included index and term, to support the consistency check for the first log entry following the snapshot', () => {
  const network = new Network([1, 2]);
  network.campaign(1);
  network.propose(1, 'a');
  network.member(2).compact();
  network.propose(1, 'b');
  expect(network.member(2).applied).toEqual(['a', 'b']);
});

test('§7 To enable cluster membership changes, the snapshot also includes the latest configuration as of last included index', () => {
  const network = new Network([1]);
  network.campaign(1);
  network.add(2, new MemoryStorage([1]));
  network.proposeConfChange(1, { type: 'addNode', nodeID: 2 });
  network.tick(2);
  expect(network.member(2).compact().confState).toEqual([1, 2]);
  network.restart(2);
  expect(network.node(2).status().confState).toEqual([1, 2]);
});

test('§7 The leader must occasionally send snapshots to followers that lag behind, when it has already discarded the next log entry that it needs to send', () => {
  const network = new Network([1, 2, 3]);
  network.campaign(1);
  network.crash(3);
  for (const data of ['a', 'b', 'c']) network.propose(1, data);
  network.member(1).compact();
  const sent: string[] = [];
  network.onMessage = (m) => {
    if (m.to === 3) sent.push(m.type);
    return true;
  };
  network.restart(3);
  network.tick(3);
  expect(sent).toContain('InstallSnapshot');
  expect(network.member(3).applied).toEqual(['a', 'b', 'c']);
  network.propose(1, 'd');
  expect(network.member(3).applied).toEqual(['a', 'b', 'c', 'd']);
});

test('§7 If the snapshot contains new information not already in the recipient’s log, the follower discards its entire log', () => {
  const server = member({ log: [1, 1, 1], commit: 1 });
  const answers = step(server, installSnapshot(2, 2, { index: 9, term: 2, data: ['s'] }));
  expect(server.node.status()).toMatchObject({
    commit: 9,
    applied: 9,
    firstIndex: 10,
    lastIndex: 9,
  });
  expect(server.applied).toEqual(['s']);
  expect(answers).toMatchObject([{ type: 'AppendEntriesResponse', success: true, index: 9 }]);
});

test('§7 If instead the follower receives a snapshot that describes a prefix of its log, entries following the snapshot are still valid and must be retained', () => {
  const server = member({ log: [1, 1, 1, 1], commit: 1 });
  const answers = step(server, installSnapshot(2, 1, { index: 3, term: 1 }));
  expect(terms(server)).toEqual([1, 1, 1, 1]);
  expect(server.applied).toEqual(['1/1', '1/2', '1/3']);
  expect(answers).toMatchObject([{ success: true, index: 3 }]);
});

test('§7 A snapshot of what is already committed (by mistake or retransmission) changes nothing', () => {
  const server = member({ log: [1, 1, 1], commit: 3 });
  const answers = step(server, installSnapshot(2, 1, { index: 2, term: 1, data: ['old'] }));
  expect(server.applied).toEqual(['1/1', '1/2', '1/3']);
  expect(answers).toMatchObject([{ success: true, index: 3 }]);
});

test('§8 Raft has each leader commit a blank no-op entry into the log at the start of its term', () => {
  const server = leader({ log: [1] });
  expect(server.node.entriesFrom(2)).toMatchObject([{ term: 2, index: 2, data: null }]);
  step(server, appendEntriesResponse(2, 2, { index: 2 }));
  // Now it knows that the entry of its predecessor is committed.
  expect(server.applied).toEqual(['1/1']);
});

test('§8 A leader exchanges heartbeats with a majority, or it steps down', () => {
  const server = leader();
  for (let i = 0; i < 19; i++) {
    server.node.tick();
    step(server, heartbeatResponse(2, 1));
  }
  expect(server.node.status().state).toBe('leader');
  for (let i = 0; i < 20; i++) server.node.tick();
  expect(server.node.status()).toMatchObject({ state: 'follower', term: 1, lead: None });
});
