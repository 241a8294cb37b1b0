/**
 * Raft broken on purpose, one rule at a time, under random schedules of messages, losses, crashes
 * and cuts. The invariants of Figure 3 must see each break, and must see nothing in the Raft that
 * is whole.
 */

import { expect, test } from 'vitest';
import { checkRaft, emptyRaftHistory, observeRaft } from '../../../src/lab/invariants/raft.ts';
import type { RaftProperty, Violation } from '../../../src/lab/invariants/raft.ts';
import { MemoryStorage, None } from '../../../src/swarm/raft/index.ts';
import type { AppendEntries, ConfChange } from '../../../src/swarm/raft/index.ts';
import { Network, seeded } from './network.ts';
import type { Member, MemberOptions } from './network.ts';

const steps = 2500;
/** How many schedules a whole Raft must survive, and how many a broken one may. */
const seedsWhole = 100;
const seedsBroken = 400;

/** What a schedule led to: the first violations seen, or an assertion of Raft's own. */
interface Outcome {
  readonly violations: readonly Violation[];
  readonly assertion: string | undefined;
  readonly network: Network;
}

type Disturb = (network: Network, chance: Chance) => void;

function run(seed: number, broken: MemberOptions = {}, only?: Disturb): Outcome {
  const random = seeded(seed);
  const ids = seed % 2 === 0 ? [1, 2, 3] : [1, 2, 3, 4, 5];
  const network = new Network(ids, {
    electionTick: 3,
    checkQuorum: seed % 3 > 0,
    // In some, entries travel one by one: more can come between them.
    maxSizePerMessageBytes: seed % 8 < 4 ? 1 : 65_535,
    random,
    ...broken,
  });
  const history = emptyRaftHistory();
  let assertion: string | undefined;
  // Half the runs are storms of single events; half are hard on leaders, as in Figure 8.
  const disturb = only ?? (seed % 4 < 2 ? singleEvent : shortReign);
  for (let step = 0; step < steps; step++) {
    try {
      disturb(network, { random, step, founders: ids });
      network.collectAll();
    } catch (error) {
      assertion = String(error);
    }
    const up = [...network.members.keys()].filter((id) => network.isUp(id));
    const violations = checkRaft(
      history,
      up.map((id) => observeRaft(network.node(id))),
    );
    if (violations.length > 0 || assertion !== undefined) return { violations, assertion, network };
  }
  return { violations: [], assertion, network };
}

interface Chance {
  readonly random: (n: number) => number;
  readonly step: number;
  readonly founders: readonly number[];
}

function singleEvent(network: Network, { random, step }: Chance): void {
  const ids = [...network.members.keys()];
  const id = ids[random(ids.length)]!;
  const dice = random(100);
  if (dice < 64) deliverSome(network, random);
  else if (dice < 80) tickOne(network, id);
  else if (dice < 89) proposeTo(network, id, step);
  else if (dice < 92) crashOrRestart(network, ids, id);
  else if (dice < 94) network.isolate(id);
  else if (dice < 97) network.heal();
  else if (dice < 98) transfer(network, ids, id);
  else if (dice < 99) compact(network, id);
  else loseSome(network, random);
}

/** Or else: whoever can reach some of the others takes over, writes a little, and is cut short. */
function shortReign(network: Network, { random, step }: Chance): void {
  if (random(8) > 0) {
    deliverSome(network, random);
    return;
  }
  const ids = [...network.members.keys()];
  const id = ids[random(ids.length)]!;
  const dice = random(10);
  if (dice < 5) {
    proposeTo(network, network.leader()?.id ?? id, step);
  } else if (dice < 8) {
    network.lose();
    network.heal();
    for (const other of ids) if (other !== id && random(3) === 0) network.isolate(other);
    if (network.isUp(id)) network.node(id).campaign();
  } else {
    crashOrRestart(network, ids, id);
  }
}

/** Or members come and go. Whoever is not in yet starts with what the group started with. */
function changing(network: Network, chance: Chance): void {
  const { random } = chance;
  if (random(30) > 0) {
    singleEvent(network, chance);
    return;
  }
  const nodeID = random(7) + 1;
  if (!network.members.has(nodeID)) network.add(nodeID, new MemoryStorage(chance.founders));
  for (const id of network.members.keys()) {
    if (!network.isUp(id)) continue;
    const { confState } = network.node(id).status();
    const type = confState.includes(nodeID) ? 'removeNode' : 'addNode';
    if (type === 'addNode' || confState.length > 2) {
      network.node(id).proposeConfChange({ id: chance.step, type, nodeID });
    }
  }
}

function deliverSome(network: Network, random: (n: number) => number): void {
  if (network.inTransit.length === 0) return;
  // Mostly in order; otherwise anything that is on its way, however old.
  const position = random(3) > 0 ? 0 : random(network.inTransit.length);
  // Now and then a message arrives twice.
  if (random(20) === 0) network.inTransit.push(network.inTransit[position]!);
  network.deliver(position);
}

function loseSome(network: Network, random: (n: number) => number): void {
  network.lose(() => random(3) === 0);
}

function tickOne(network: Network, id: number): void {
  if (network.isUp(id)) network.node(id).tick();
}

function proposeTo(network: Network, id: number, step: number): void {
  if (network.isUp(id)) network.node(id).propose(`${id}:${step}`, 10);
}

function crashOrRestart(network: Network, ids: readonly number[], id: number): void {
  const down = ids.find((other) => !network.isUp(other));
  if (down === undefined) network.crash(id);
  else network.restart(down);
}

function transfer(network: Network, ids: readonly number[], to: number): void {
  for (const id of ids) if (network.isUp(id)) network.node(id).transferLeadership(to);
}

function compact(network: Network, id: number): void {
  const member = network.member(id);
  const last = member.storage.snapshot()?.index ?? 0;
  if (network.isUp(id) && member.node.status().applied > last) member.compact(1);
}

/** The first schedule that makes the checker see this property violated; undefined if none does. */
function seedThatShows(property: RaftProperty, broken: MemberOptions): number | undefined {
  for (let seed = 0; seed < seedsBroken; seed++) {
    if (run(seed, broken).violations.some((v) => v.property === property)) return seed;
  }
  return undefined;
}

test('Figure 3: a whole Raft violates nothing, and agrees once it is healed', () => {
  for (let seed = 0; seed < seedsWhole; seed++) {
    const { violations, assertion, network } = run(seed);
    expect({ seed, violations, assertion }).toEqual({ seed, violations: [], assertion: undefined });
    network.heal();
    for (const id of network.members.keys()) if (!network.isUp(id)) network.restart(id);
    network.tick(60);
    network.propose(network.leader()?.id ?? None, 'the last word');
    network.tick(2);
    const states = [...network.members.values()].map((member) => member.applied);
    expect({ seed, last: states[0]?.at(-1) }).toEqual({ seed, last: 'the last word' });
    for (const state of states) expect({ seed, state }).toEqual({ seed, state: states[0] });
  }
});

test('Figure 3: nor do members that come and go', () => {
  for (let seed = 0; seed < seedsWhole; seed++) {
    const { violations, assertion, network } = run(seed, { checkQuorum: true }, changing);
    expect({ seed, violations, assertion }).toEqual({ seed, violations: [], assertion: undefined });
    network.heal();
    for (const id of network.members.keys()) if (!network.isUp(id)) network.restart(id);
    // Long: members with memberships of different ages may take many terms to agree on a leader.
    for (let i = 0; i < 50 && (i < 5 || network.leader() === undefined); i++) network.tick(20);
    const leader = network.leader();
    network.propose(leader?.id ?? None, 'the last word');
    network.tick(2);
    const members = leader?.node.status().confState ?? [];
    expect({ seed, isEmpty: members.length === 0 }).toEqual({ seed, isEmpty: false });
    for (const id of members) {
      const { applied } = network.member(id);
      expect({ seed, last: applied.at(-1) }).toEqual({ seed, last: 'the last word' });
      expect({ seed, applied }).toEqual({ seed, applied: leader?.applied });
    }
  }
});

test('planted: a leader begins the next membership change before the last is done', () => {
  const plant = ({ node }: Member): void => {
    const { raft } = node;
    const step = raft.step.bind(raft);
    raft.step = (m) => {
      raft.pendingConfIndex = 0;
      step(m);
      raft.pendingConfIndex = 0;
    };
    // And takes each as done when it is proposed, as an impatient reader of §6 would.
    const appendOne = raft.log.appendOne.bind(raft.log);
    raft.log.appendOne = (entry) => {
      appendOne(entry);
      if (entry.type === 'confChange') node.applyConfChange(entry.data as ConfChange);
    };
  };
  const isSeen = (seed: number): boolean =>
    run(seed, { plant, checkQuorum: true }, changing).violations.length > 0;
  expect(Array.from({ length: seedsBroken }, (_, seed) => seed).find(isSeen)).toBeDefined();
});

test('planted: a member votes twice in a term', () => {
  const plant = ({ node }: Member): void => {
    const { raft } = node;
    const step = raft.step.bind(raft);
    raft.step = (m) => {
      if (m.type === 'RequestVote' && raft.state === 'follower') {
        raft.votedFor = None;
        raft.lead = None;
      }
      step(m);
    };
  };
  expect(seedThatShows('Election Safety', { plant })).toBeDefined();
});

test('planted: the leader commits without a majority', () => {
  const plant = ({ node }: Member): void => {
    const { tracker } = node.raft;
    tracker.committed = () => Math.max(...tracker.progress.map((pr) => pr.matchIndex));
  };
  expect(seedThatShows('Leader Completeness', { plant })).toBeDefined();
  expect(seedThatShows('State Machine Safety', { plant })).toBeDefined();
});

test('planted: a member forgets its term and vote on restart', () => {
  const readHardState = (): { term: number; vote: number; commit: number } => ({
    term: 0,
    vote: None,
    commit: 0,
  });
  expect(seedThatShows('Election Safety', { readHardState })).toBeDefined();
});

test('planted: a member accepts entries without the consistency check', () => {
  const plant = ({ node }: Member): void => {
    const { log } = node.raft;
    const maybeAppend = log.maybeAppend.bind(log);
    log.maybeAppend = (m: AppendEntries) => {
      const prevLogTerm = log.term(m.prevLogIndex) ?? m.prevLogTerm;
      return maybeAppend({ ...m, prevLogTerm });
    };
  };
  expect(seedThatShows('Log Matching', { plant })).toBeDefined();
});

test('planted: a leader commits entries of older terms by counting (Figure 8)', () => {
  const plant = ({ node }: Member): void => {
    const { log } = node.raft;
    log.maybeCommit = (index) => {
      if (index <= log.commitIndex) return false;
      log.commitTo(index);
      return true;
    };
  };
  expect(seedThatShows('Leader Completeness', { plant })).toBeDefined();
});

test('planted: a vote goes to a candidate whose log is behind', () => {
  const plant = ({ node }: Member): void => {
    node.raft.log.isUpToDate = () => true;
  };
  expect(seedThatShows('Leader Completeness', { plant })).toBeDefined();
});

test('planted: a leader overwrites its own entries', () => {
  const plant = ({ node }: Member): void => {
    const { raft } = node;
    const step = raft.step.bind(raft);
    raft.step = (m) => {
      if (m.type === 'AppendEntriesResponse' && raft.state === 'leader') {
        const { log } = raft;
        const index = log.lastIndex();
        const isOpen = index > log.commitIndex;
        const data = `rewritten ${index}`;
        if (isOpen)
          log.append([{ term: raft.currentTerm, index, type: 'normal', data, sizeBytes: 1 }]);
      }
      step(m);
    };
  };
  expect(seedThatShows('Leader Append-Only', { plant })).toBeDefined();
});
