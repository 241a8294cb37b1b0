/** What etcd's years with Raft found worth asserting, beyond the paper. */

import { describe, expect, test } from 'vitest';
import { MemoryStorage, None, RawNode } from '../../../src/swarm/raft/index.ts';
import type { ConfChange } from '../../../src/swarm/raft/index.ts';
import {
  appendEntries,
  appendEntriesResponse,
  candidate,
  entries,
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
  timeoutNow,
} from './builders.ts';
import { Network, seeded } from './network.ts';
import type { Member } from './network.ts';

function progress(of: Member, id: number): object | undefined {
  return of.node.status().progress.find((pr) => pr.id === id);
}

/** A leader of term 1 whose entry 1 is acknowledged by everyone. */
function settledLeader(options: Parameters<typeof leader>[0] = {}): Member {
  const built = leader(options);
  for (const id of [2, 3]) step(built, appendEntriesResponse(id, 1, { index: 1 }));
  return built;
}

describe('elections', () => {
  test('a stuck candidate with a higher term frees itself by deposing the leader once', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    network.isolate(3);
    for (let i = 0; i < 3; i++) network.campaign(3);
    const { term } = network.node(3).status();
    network.heal();
    // Its votes are refused: the others hold the leader's lease.
    network.campaign(3);
    expect(network.node(1).status()).toMatchObject({ state: 'leader', term: 1 });
    // The leader's heartbeat is answered with the higher term.
    network.tick(1, 1);
    expect(network.node(1).status()).toMatchObject({ state: 'follower', term: term + 1 });
    network.campaign(1);
    expect(network.node(3).status()).toMatchObject({ state: 'follower', lead: 1, term: term + 2 });
  });

  test('dueling candidates: the one with the longer log wins in the end', () => {
    const network = new Network([1, 2, 3], { checkQuorum: false });
    network.cut(1, 3);
    network.campaign(1);
    network.campaign(3);
    expect(network.node(1).status().state).toBe('leader');
    expect(network.node(3).status().state).toBe('candidate');
    network.heal();
    network.campaign(3);
    // Member 3 lacks entry 1: refused by both, but its term deposed the leader.
    expect(network.node(3).status().state).not.toBe('leader');
    expect(network.node(1).status()).toMatchObject({ state: 'follower', term: 2 });
  });

  test('a leader of a newer term forces an older leader’s uncommitted entries out', () => {
    const network = new Network([1, 2, 3], { checkQuorum: false });
    network.campaign(1);
    network.isolate(1);
    for (const data of ['lost 1', 'lost 2', 'lost 3']) network.propose(1, data);
    network.campaign(2);
    network.propose(2, 'kept');
    network.heal();
    network.tick(2, 2);
    expect(network.member(1).applied).toEqual(['kept']);
    expect(network.terms(1)).toEqual(network.terms(2));
  });

  test('a candidate does not count its own vote of an election that it has lost meanwhile', () => {
    const server = member();
    server.node.campaign();
    const ready = server.node.ready();
    server.save(ready);
    server.node.step(requestVote(2, 2, {}));
    server.node.advance(ready);
    expect(server.node.status()).toMatchObject({ state: 'follower', term: 2, vote: 2 });
    server.drain();
    expect(server.node.status().state).toBe('follower');
  });

  test('a leader does not count its own copy of an entry that a new term may have replaced', () => {
    const server = settledLeader();
    server.node.propose('x', 10);
    const ready = server.node.ready();
    server.save(ready);
    server.node.step(heartbeat(2, 2));
    server.node.advance(ready);
    server.drain();
    expect(server.node.status()).toMatchObject({ state: 'follower', term: 2, commit: 1 });
  });

  test('its own vote and its own copy count only when they are saved', () => {
    const alone = member({ members: [1] });
    alone.node.campaign();
    expect(alone.node.status()).toMatchObject({ state: 'candidate', votes: [] });
    alone.drain();
    expect(alone.node.status().state).toBe('leader');
    alone.node.propose('x', 10);
    expect(alone.node.status().commit).toBe(1);
    alone.drain();
    expect(alone.node.status()).toMatchObject({ commit: 2, applied: 2 });
  });

  test('who is no member cannot campaign', () => {
    const server = member({ id: 9, members: [1, 2, 3] });
    server.node.campaign();
    for (let i = 0; i < 40; i++) server.node.tick();
    expect(server.drain()).toEqual([]);
    expect(server.node.status()).toMatchObject({ state: 'follower', term: 0 });
  });

  test('nobody campaigns with a membership change committed but not applied', () => {
    const server = member({ term: 1 });
    const data: ConfChange = { id: 1, type: 'addNode', nodeID: 4 };
    const change = { index: 1, term: 1, type: 'confChange', data, sizeBytes: 10 } as const;
    server.node.step(appendEntries(2, 1, { entries: [change], leaderCommit: 1 }));
    server.node.campaign();
    expect(server.node.status().state).toBe('follower');
    server.drain();
    server.node.campaign();
    expect(server.node.status().state).toBe('candidate');
  });

  test('without check quorum, AppendEntries of an older term are not even answered', () => {
    const server = member({ term: 3, options: { checkQuorum: false } });
    expect(step(server, appendEntries(2, 2, { entries: entries([2]) }))).toEqual([]);
    expect(terms(server)).toEqual([]);
  });
});

describe('check quorum', () => {
  test('a leader that hears from a majority stays', () => {
    const server = leader();
    for (let i = 0; i < 50; i++) {
      server.node.tick();
      if (i % 9 === 0) step(server, heartbeatResponse(2, 1));
    }
    expect(server.node.status().state).toBe('leader');
  });

  test('a leader that is cut off steps down between one and two election timeouts later', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    network.tick(5, 1);
    network.isolate(1);
    let ticks = 0;
    while (network.node(1).status().state === 'leader' && ticks < 30) {
      network.tick(1, 1);
      ticks++;
    }
    expect(ticks).toBeGreaterThanOrEqual(10);
    expect(ticks).toBeLessThan(20);
    // In the same term: it was not deposed, it gave up.
    expect(network.node(1).status()).toMatchObject({ term: 1, lead: None });
  });

  test('a group of one needs to hear from nobody', () => {
    const network = new Network([1]);
    network.campaign(1);
    network.tick(100);
    expect(network.node(1).status()).toMatchObject({ state: 'leader', term: 1 });
  });

  test('of two members, the survivor never wins', () => {
    const network = new Network([1, 2]);
    network.campaign(1);
    network.crash(1);
    network.tick(200);
    expect(network.node(2).status()).toMatchObject({ state: 'candidate', lead: None });
    expect(network.node(2).propose('x', 10)).toBe('dropped');
  });

  test('a new member counts as active until it had the time to answer', () => {
    const network = new Network([1]);
    network.campaign(1);
    network.tick(5);
    network.proposeConfChange(1, { type: 'addNode', nodeID: 2 });
    network.tick(5);
    expect(network.node(1).status().state).toBe('leader');
    network.tick(10);
    expect(network.node(1).status().state).toBe('follower');
  });
});

describe('replication', () => {
  test('a probe sends one message, then waits for an answer or a heartbeat’s answer', () => {
    const server = leader();
    expect(progress(server, 2)).toMatchObject({ state: 'probe', isPaused: true });
    for (let i = 0; i < 3; i++) server.node.propose(i, 10);
    expect(messagesOf(server.drain(), 'AppendEntries')).toEqual([]);
    const again = messagesOf(step(server, heartbeatResponse(2, 1)), 'AppendEntries');
    expect(again).toMatchObject([{ to: 2, prevLogIndex: 0 }]);
    expect(progress(server, 2)).toMatchObject({ state: 'probe', isPaused: true });
  });

  test('in replicate, messages go out without waiting, up to the window', () => {
    const server = settledLeader({ options: { maxInflightMessages: 4 } });
    for (let i = 0; i < 10; i++) server.node.propose(i, 10);
    const sent = messagesOf(server.drain(), 'AppendEntries').filter((m) => m.to === 2);
    expect(sent.map((m) => m.prevLogIndex)).toEqual([1, 2, 3, 4]);
    expect(progress(server, 2)).toMatchObject({ inflight: 4, isPaused: true, nextIndex: 6 });
    // One acknowledgement of two messages opens the window by two; the rest goes in one message.
    const more = messagesOf(
      step(server, appendEntriesResponse(2, 1, { index: 3 })),
      'AppendEntries',
    );
    const [first] = more.filter((m) => m.to === 2 && m.entries.length > 0);
    expect(first?.entries.map((e) => e.index)).toEqual([6, 7, 8, 9, 10, 11]);
    expect(progress(server, 2)).toMatchObject({ inflight: 3, isPaused: false });
  });

  test('a full window whose messages were all lost recovers by an empty one', () => {
    const network = new Network([1, 2], { maxInflightMessages: 4 });
    network.campaign(1);
    network.onMessage = (m) => m.type !== 'AppendEntries';
    for (let i = 0; i < 6; i++) network.propose(1, i);
    network.onMessage = undefined;
    network.tick(3);
    expect(network.member(2).applied).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('a message holds no more than its limit, but never less than one entry', () => {
    const server = settledLeader({
      options: { maxSizePerMessageBytes: 1000, maxInflightMessages: 1 },
    });
    for (let i = 0; i < 9; i++) server.node.propose(i, i === 0 ? 5000 : 300);
    server.drain();
    const sizes: number[] = [];
    for (let index = 2; index <= 10;) {
      const sent = step(server, appendEntriesResponse(2, 1, { index }));
      const next = messagesOf(sent, 'AppendEntries').find(
        (m) => m.to === 2 && m.entries.length > 0,
      );
      if (next === undefined) break;
      sizes.push(next.entries.length);
      index += next.entries.length;
    }
    // 312 bytes each with their headers; the large one went first and alone.
    expect(sizes).toEqual([3, 3, 2]);
  });

  test('messages out of order do not undo what is known', () => {
    const server = settledLeader();
    for (let i = 0; i < 3; i++) server.node.propose(i, 10);
    server.drain();
    step(server, appendEntriesResponse(2, 1, { index: 4 }));
    step(server, appendEntriesResponse(2, 1, { index: 2 }));
    step(server, appendEntriesResponse(2, 1, { success: false, index: 3, hintIndex: 1 }));
    expect(progress(server, 2)).toMatchObject({ matchIndex: 4, nextIndex: 5, state: 'replicate' });
  });

  test('a follower answers old entries with its commit index', () => {
    const server = member({ log: [1, 1, 1], commit: 3 });
    const old = appendEntries(2, 1, { entries: entries([1]) });
    expect(step(server, old)).toMatchObject([{ success: true, index: 3 }]);
  });

  test('a lost message is reported: back to probing', () => {
    const server = settledLeader();
    for (let i = 0; i < 3; i++) server.node.propose(i, 10);
    server.drain();
    expect(progress(server, 2)).toMatchObject({ nextIndex: 5 });
    server.node.reportUnreachable(2);
    expect(progress(server, 2)).toMatchObject({ state: 'probe', nextIndex: 2, inflight: 0 });
    const resent = messagesOf(step(server, heartbeatResponse(2, 1)), 'AppendEntries');
    expect(resent[0]?.entries.map((e) => e.index)).toEqual([2, 3, 4]);
  });

  test('an up-to-date member that was reported unreachable returns to replicate', () => {
    const server = settledLeader();
    server.node.reportUnreachable(2);
    const [probe] = messagesOf(step(server, heartbeatResponse(2, 1)), 'AppendEntries');
    expect(probe).toMatchObject({ prevLogIndex: 1, entries: [] });
    step(server, appendEntriesResponse(2, 1, { index: 1 }));
    expect(progress(server, 2)).toMatchObject({ state: 'replicate' });
  });

  test('only a leader takes proposals; others drop them, with no forwarding', () => {
    const follower = member();
    step(follower, heartbeat(2, 1));
    expect(follower.node.propose('x', 10)).toBe('dropped');
    expect(candidate().node.propose('x', 10)).toBe('dropped');
    expect(follower.drain()).toEqual([]);
    const change = { id: 1, type: 'addNode', nodeID: 4 } as const;
    expect(follower.node.proposeConfChange(change)).toBe('dropped');
  });

  test('messages from members unknown to the leader are ignored', () => {
    const server = settledLeader();
    expect(step(server, appendEntriesResponse(9, 1, { index: 1 }))).toEqual([]);
    expect(step(server, heartbeatResponse(9, 1))).toEqual([]);
  });

  test('entries that are replaced while they are being saved are saved again', () => {
    const server = member({ term: 1 });
    server.node.step(appendEntries(2, 1, { entries: entries([1, 1, 1]) }));
    const ready = server.node.ready();
    server.save(ready);
    server.node.step(
      appendEntries(3, 2, { prevLogIndex: 1, prevLogTerm: 1, entries: entries([2], 2) }),
    );
    server.node.advance(ready);
    server.drain();
    expect(terms(server)).toEqual([1, 2]);
    expect([1, 2].map((index) => server.storage.term(index))).toEqual([1, 2]);
    expect(server.storage.lastIndex()).toBe(2);
  });
});

describe('leadership transfer', () => {
  test('to an up-to-date member: it campaigns at once, past everyone’s lease', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    network.tick(1);
    network.node(1).transferLeadership(3);
    network.settle();
    expect(network.node(3).status()).toMatchObject({ state: 'leader', term: 2 });
    expect(network.node(1).status()).toMatchObject({ state: 'follower', lead: 3 });
  });

  test('to a slow member: it is brought up to date first', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    network.isolate(3);
    network.propose(1, 'x');
    network.heal();
    network.node(1).transferLeadership(3);
    network.tick(2);
    expect(network.node(3).status().state).toBe('leader');
    expect(network.member(3).applied).toEqual(['x']);
  });

  test('to a member that needs a snapshot', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    network.isolate(3);
    network.propose(1, 'x');
    network.member(1).compact();
    network.heal();
    network.tick(2);
    network.node(1).transferLeadership(3);
    network.settle();
    expect(network.node(3).status().state).toBe('leader');
  });

  test('no proposals while it lasts; it is given up after an election timeout', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    network.isolate(3);
    network.node(1).transferLeadership(3);
    expect(network.node(1).propose('x', 10)).toBe('dropped');
    network.tick(9, 1);
    expect(network.node(1).status().leadTransferee).toBe(3);
    network.tick(1, 1);
    expect(network.node(1).status()).toMatchObject({ state: 'leader', leadTransferee: None });
    expect(network.node(1).propose('x', 10)).toBe('ok');
  });

  test('to itself or to a stranger: nothing', () => {
    const server = settledLeader();
    server.node.transferLeadership(1);
    server.node.transferLeadership(9);
    expect(server.drain()).toEqual([]);
    expect(server.node.status().leadTransferee).toBe(None);
  });

  test('a second wish replaces the first; the same wish again changes nothing', () => {
    const server = settledLeader();
    server.node.transferLeadership(2);
    server.node.transferLeadership(2);
    server.node.transferLeadership(3);
    expect(messagesOf(server.drain(), 'TimeoutNow').map((m) => m.to)).toEqual([2, 3]);
    expect(server.node.status().leadTransferee).toBe(3);
  });

  test('the target is removed: the transfer ends', () => {
    const server = leader();
    server.node.transferLeadership(3);
    server.node.applyConfChange({ id: 1, type: 'removeNode', nodeID: 3 });
    expect(server.node.status().leadTransferee).toBe(None);
  });

  test('TimeoutNow moves no stranger and no leader', () => {
    const stranger = member({ id: 9 });
    stranger.node.step({ ...timeoutNow(1, 1), to: 9 });
    expect(stranger.node.status().state).toBe('follower');
    const server = settledLeader();
    expect(step(server, timeoutNow(2, 1))).toEqual([]);
  });
});

describe('membership', () => {
  const add = (nodeID: number): ConfChange => ({ id: nodeID, type: 'addNode', nodeID });
  const remove = (nodeID: number): ConfChange => ({ id: nodeID, type: 'removeNode', nodeID });

  test('one change at a time: until the first is applied, the second becomes an empty entry', () => {
    const server = settledLeader();
    expect(server.node.proposeConfChange(add(4))).toBe('ok');
    expect(server.node.proposeConfChange(add(5))).toBe('pending');
    const [first, second] = server.node.entriesFrom(2);
    expect(first).toMatchObject({ type: 'confChange', data: add(4) });
    expect(second).toMatchObject({ type: 'normal', data: null });
    server.drain();
    step(server, appendEntriesResponse(2, 1, { index: 3 }));
    expect(server.node.status().confState).toEqual([1, 2, 3, 4]);
    expect(server.node.proposeConfChange(add(5))).toBe('ok');
  });

  test('a new leader waits until it has applied what its log held', () => {
    const server = leader({ log: [1] });
    expect(server.node.proposeConfChange(add(4))).toBe('pending');
    step(server, appendEntriesResponse(2, 2, { index: 3 }));
    expect(server.node.proposeConfChange(add(4))).toBe('ok');
  });

  test('adding a member twice and removing a stranger change nothing', () => {
    const server = settledLeader();
    expect(server.node.applyConfChange(add(2))).toEqual([1, 2, 3]);
    expect(progress(server, 2)).toMatchObject({ matchIndex: 1 });
    expect(server.node.applyConfChange(remove(9))).toEqual([1, 2, 3]);
  });

  test('a change refused by its applier changes nothing', () => {
    const server = settledLeader();
    expect(server.node.applyConfChange({ ...add(4), nodeID: None })).toEqual([1, 2, 3]);
  });

  test('removing a member can commit what waited for it', () => {
    const network = new Network([1, 2, 3, 4]);
    network.campaign(1);
    network.isolate(3);
    network.proposeConfChange(1, remove(4));
    network.crash(4);
    network.propose(1, 'x');
    // Three members, two up.
    expect(network.member(1).applied).toEqual(['x']);
  });

  test('the new member is probed at once, without waiting for a heartbeat', () => {
    const server = leader({ members: [1] });
    server.node.proposeConfChange(add(2));
    const sent = messagesOf(server.drain(), 'AppendEntries');
    expect(sent.map((m) => m.to)).toEqual([2]);
  });

  test('members join one after another, and the first can leave', () => {
    const network = new Network([], { random: seeded(3) });
    const first = network.add(1);
    first.node.bootstrap([{ nodeID: 1, context: 'manager1' }]);
    // It may not campaign before it has applied its own membership.
    network.campaign(1);
    expect(network.node(1).status().state).toBe('follower');
    network.campaign(1);
    for (const id of [2, 3]) {
      network.add(id);
      network.proposeConfChange(1, { type: 'addNode', nodeID: id });
      network.tick(2);
    }
    network.propose(1, 'x');
    for (const id of [1, 2, 3]) {
      expect(network.node(id).status().confState).toEqual([1, 2, 3]);
      expect(network.member(id).applied).toEqual(['x']);
    }
    network.proposeConfChange(1, { type: 'removeNode', nodeID: 1 });
    network.crash(1);
    network.tick(40);
    expect(network.leader()?.node.status().confState).toEqual([2, 3]);
  });

  test('bootstrap writes what members who join later will read', () => {
    const node = new RawNode({ id: 1, storage: new MemoryStorage(), random: () => 0 });
    node.bootstrap([{ nodeID: 1, context: 'manager1' }]);
    const ready = node.ready();
    const data = { id: 0, type: 'addNode', nodeID: 1, context: 'manager1' };
    expect(ready.entries).toMatchObject([{ term: 1, index: 1, type: 'confChange', data }]);
    expect(ready.committedEntries).toEqual(ready.entries);
    expect(ready.hardState).toEqual({ term: 1, vote: None, commit: 1 });
  });
});

describe('snapshots', () => {
  /** A leader that has compacted its log up to 4, and a member 2 that has nothing. */
  function compactedLeader(): Member {
    const server = leader();
    step(server, appendEntriesResponse(3, 1, { index: 1 }));
    for (const data of ['a', 'b', 'c']) server.node.propose(data, 10);
    server.drain();
    step(server, appendEntriesResponse(3, 1, { index: 4 }));
    server.compact();
    return server;
  }

  test('go only to members that were heard from', () => {
    const server = compactedLeader();
    expect(progress(server, 2)).toMatchObject({ recentActive: false });
    expect(messagesOf(server.drain(), 'InstallSnapshot')).toEqual([]);
    const sent = messagesOf(step(server, heartbeatResponse(2, 1)), 'AppendEntries');
    // The probe of entry 0 can still be asked; its refusal shows that the entries are gone.
    expect(sent).toEqual([]);
    const [snapshot] = server.node.status().progress.filter((pr) => pr.id === 2);
    expect(snapshot).toMatchObject({ state: 'snapshot', pendingSnapshot: 4, nextIndex: 5 });
  });

  test('pause replication until they are dealt with', () => {
    const server = compactedLeader();
    step(server, heartbeatResponse(2, 1));
    server.node.propose('d', 10);
    expect(messagesOf(server.drain(), 'AppendEntries').map((m) => m.to)).toEqual([3]);
    step(server, heartbeatResponse(2, 1));
    expect(progress(server, 2)).toMatchObject({ state: 'snapshot' });
  });

  test('that failed are tried again after the next heartbeat', () => {
    const server = compactedLeader();
    step(server, heartbeatResponse(2, 1));
    server.node.reportSnapshot(2, false);
    expect(progress(server, 2)).toMatchObject({ state: 'probe', nextIndex: 1, isPaused: true });
    const again = messagesOf(step(server, heartbeatResponse(2, 1)), 'InstallSnapshot');
    expect(again).toMatchObject([{ to: 2, snapshot: { index: 4, data: ['a', 'b', 'c'] } }]);
  });

  test('that arrived are followed by what comes after', () => {
    const server = compactedLeader();
    step(server, heartbeatResponse(2, 1));
    server.node.reportSnapshot(2, true);
    expect(progress(server, 2)).toMatchObject({ state: 'probe', nextIndex: 5, isPaused: true });
    step(server, appendEntriesResponse(2, 1, { index: 4 }));
    expect(progress(server, 2)).toMatchObject({ state: 'replicate', matchIndex: 4 });
  });

  test('are needed no more if the member answers from elsewhere in the log', () => {
    const server = compactedLeader();
    step(server, heartbeatResponse(2, 1));
    step(server, appendEntriesResponse(2, 1, { index: 4 }));
    expect(progress(server, 2)).toMatchObject({ state: 'replicate', pendingSnapshot: 0 });
  });

  test('of a group that one is no member of are ignored', () => {
    const server = member();
    step(server, installSnapshot(2, 1, { index: 9, confState: [2, 3] }));
    expect(server.node.status()).toMatchObject({ commit: 0, confState: [1, 2, 3] });
  });

  test('bring their membership', () => {
    const server = member();
    step(server, installSnapshot(2, 1, { index: 9, confState: [1, 2, 5] }));
    expect(server.node.status().confState).toEqual([1, 2, 5]);
  });

  test('reach one who joined after they were taken', () => {
    const network = new Network([1]);
    network.campaign(1);
    network.propose(1, 'a');
    network.member(1).compact();
    network.add(2);
    network.proposeConfChange(1, { type: 'addNode', nodeID: 2 });
    network.tick(2);
    network.propose(1, 'b');
    expect(network.member(2).applied).toEqual(['a', 'b']);
    expect(network.node(2).status().confState).toEqual([1, 2]);
  });

  test('that wait to be saved keep their member from campaigning', () => {
    const server = member();
    server.node.step(installSnapshot(2, 1, { index: 9 }));
    server.node.campaign();
    expect(server.node.status().state).toBe('follower');
    expect(server.node.ready()).toMatchObject({ snapshot: { index: 9 }, committedEntries: [] });
  });

  test('keep some entries behind them for slow followers', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    network.isolate(3);
    for (let i = 0; i < 5; i++) network.propose(1, i);
    network.member(1).compact(5);
    const sent = new Set<string>();
    network.onMessage = (m) => {
      if (m.to === 3) sent.add(m.type);
      return true;
    };
    network.heal();
    network.tick(2);
    expect(network.member(3).applied).toEqual([0, 1, 2, 3, 4]);
    expect(sent.has('InstallSnapshot')).toBe(false);
  });
});

describe('restart', () => {
  test('term and vote survive, so nobody votes twice', () => {
    const server = member({ term: 1 });
    expect(step(server, requestVote(2, 2))).toMatchObject([{ voteGranted: true }]);
    server.restart();
    expect(server.node.status()).toMatchObject({ state: 'follower', term: 2, vote: 2 });
    expect(step(server, requestVote(3, 2))).toMatchObject([{ voteGranted: false }]);
  });

  test('what is committed is applied again, from the snapshot on', () => {
    const network = new Network([1, 2]);
    network.campaign(1);
    for (const data of ['a', 'b']) network.propose(1, data);
    network.member(2).compact(1);
    network.propose(1, 'c');
    network.restart(2);
    expect(network.member(2).applied).toEqual(['a', 'b']);
    network.collect(2);
    expect(network.member(2).applied).toEqual(['a', 'b', 'c']);
  });

  test('`applied` tells that the state machine survived too', () => {
    const storage = new MemoryStorage([1]);
    storage.append(entries([1, 1, 1]));
    storage.setHardState({ term: 1, vote: None, commit: 3 });
    const node = new RawNode({ id: 1, storage, random: () => 0, applied: 2 });
    expect(node.ready().committedEntries.map((e) => e.index)).toEqual([3]);
  });

  test('a restarted leader is a follower', () => {
    const network = new Network([1, 2, 3], { random: seeded(5) });
    network.campaign(1);
    network.propose(1, 'x');
    network.restart(1);
    expect(network.node(1).status()).toMatchObject({ state: 'follower', term: 1, lead: None });
    network.tick(25);
    expect(network.leader()).toBeDefined();
  });

  test('what was not saved is gone, and comes back from the others', () => {
    const network = new Network([1, 2, 3]);
    network.campaign(1);
    const lost = network.member(2);
    lost.node.step(
      appendEntries(1, 1, { to: 2, prevLogIndex: 1, prevLogTerm: 1, entries: entries([1], 2) }),
    );
    network.restart(2);
    expect(network.terms(2)).toEqual([1]);
    network.propose(1, 'x');
    network.tick(2);
    expect(network.member(2).applied).toEqual(['x']);
  });
});

describe('Ready', () => {
  test('there is none at rest, and none while one is being dealt with', () => {
    const server = settledLeader();
    expect(server.node.hasReady()).toBe(false);
    server.node.propose('x', 10);
    const ready = server.node.ready();
    server.node.propose('y', 10);
    expect(server.node.hasReady()).toBe(false);
    expect(() => server.node.ready()).toThrow('advance()');
    server.save(ready);
    server.node.advance(ready);
    expect(server.node.ready().entries.map((e) => e.data)).toEqual(['y']);
  });

  test('tells of hard and soft state only when they change', () => {
    const server = member();
    expect(server.node.hasReady()).toBe(false);
    server.node.step(heartbeat(2, 1));
    const ready = server.node.ready();
    expect(ready).toMatchObject({
      hardState: { term: 1, vote: None, commit: 0 },
      softState: { lead: 2, state: 'follower' },
    });
    server.node.advance(ready);
    server.node.step(heartbeat(2, 1));
    expect(server.node.ready()).toMatchObject({ hardState: undefined, softState: undefined });
  });

  test('what was handed out does not change afterwards', () => {
    const server = member({ term: 1 });
    server.node.step(appendEntries(2, 1, { entries: entries([1, 1, 1]) }));
    const ready = server.node.ready();
    const before = structuredClone(ready.entries);
    server.node.step(appendEntries(3, 2, { entries: entries([2]) }));
    expect(ready.entries).toEqual(before);
  });

  test('committed entries come in pages', () => {
    const options = { maxSizePerMessageBytes: 100 };
    const storage = new MemoryStorage([1]);
    storage.append(entries(Array.from({ length: 10 }, () => 1)));
    storage.setHardState({ term: 1, vote: None, commit: 10 });
    const node = new RawNode({ id: 1, storage, random: () => 0, ...options });
    const pages: number[][] = [];
    while (node.hasReady()) {
      const ready = node.ready();
      pages.push(ready.committedEntries.map((e) => e.index));
      node.advance(ready);
    }
    // 22 bytes each with their headers.
    expect(pages).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
  });

  test('messages and entries weigh what they hold', () => {
    const server = settledLeader();
    server.node.propose('x', 1000);
    const [sent] = messagesOf(server.drain(), 'AppendEntries');
    expect(sent?.sizeBytes).toBeGreaterThan(1000);
    expect(sent?.sizeBytes).toBeLessThan(1100);
  });

  test('messages for somebody else are a bug', () => {
    expect(() => member().node.step(heartbeat(2, 1))).not.toThrow();
    expect(() => member().node.step({ ...heartbeat(2, 1), to: 3 })).toThrow('message for 3');
  });

  test('votes that come too late do not matter', () => {
    const server = leader();
    step(server, requestVoteResponse(3, 1, { voteGranted: false }));
    expect(server.node.status().state).toBe('leader');
  });
});
