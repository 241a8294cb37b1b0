/** The bare raft state machine: members that hand their messages over at once, and disks that are maps. */
import { MemoryStorage, RawNode, type Message } from '../../src/swarm/raft/index.ts';
import { rate, type Figure } from './measure.ts';

const ENTRY_BYTES = 100;
/** Native etcd snapshots as it goes; here the log is cut at this length. */
const LOG_MAX = 20_000;

class Member {
  readonly storage: MemoryStorage;
  readonly node: RawNode;
  applied = 0;
  lastApplied: unknown;

  constructor(id: number, ids: readonly number[]) {
    this.storage = new MemoryStorage(ids);
    let draws = id;
    const random = (n: number): number => (draws = (draws * 7 + 3) % 1009) % n;
    this.node = new RawNode({ id, storage: this.storage, random });
  }

  /** Saves, applies and hands on all there is. */
  drain(out: Message[]): boolean {
    let isBusy = false;
    while (this.node.hasReady()) {
      isBusy = true;
      const ready = this.node.ready();
      if (ready.entries.length > 0) this.storage.append(ready.entries);
      if (ready.hardState) this.storage.setHardState(ready.hardState);
      for (const message of ready.messages) out.push(message);
      for (const entry of ready.committedEntries) {
        if (entry.data === null) continue;
        this.applied++;
        this.lastApplied = entry.data;
      }
      this.node.advance(ready);
    }
    return isBusy;
  }

  compact(): void {
    const { applied, firstIndex, confState } = this.node.status();
    if (applied - firstIndex < LOG_MAX) return;
    this.storage.createSnapshot(applied, { confState, data: null, sizeBytes: 100 });
    this.storage.compact(applied - 1000);
  }
}

class Group {
  readonly members: readonly Member[];
  readonly #byID = new Map<number, Member>();

  constructor(size: number) {
    const ids = Array.from({ length: size }, (_, i) => i + 1);
    this.members = ids.map((id) => new Member(id, ids));
    for (const member of this.members) this.#byID.set(member.node.status().id, member);
    this.leader.node.campaign();
    this.settle();
  }

  get leader(): Member {
    return this.members[0] as Member;
  }

  /** Until nobody has anything to say. */
  settle(): void {
    let messages: Message[] = [];
    for (const member of this.members) member.drain(messages);
    while (messages.length > 0) {
      const next: Message[] = [];
      const met = new Set<Member>();
      for (const message of messages) {
        const member = this.#byID.get(message.to) as Member;
        member.node.step(message);
        met.add(member);
      }
      for (const member of met) member.drain(next);
      messages = next;
    }
  }
}

export function raftCommits(options: {
  readonly members: number;
  readonly inFlight: number;
  readonly entries: number;
  readonly native?: number;
}): Figure {
  const { members, inFlight, entries, native } = options;
  const group = new Group(members);
  const how = inFlight === 1 ? 'one at a time' : `${inFlight} in flight`;
  const name = `raft ${members} members ${ENTRY_BYTES}-byte entries ${how}`;
  return rate(
    name,
    'commits/s',
    entries,
    () => {
      for (let i = 0; i < entries; i += inFlight) {
        for (let n = i; n < Math.min(entries, i + inFlight); n++)
          group.leader.node.propose(`entry ${n}`, ENTRY_BYTES);
        group.settle();
        if (i % 4096 < inFlight) for (const member of group.members) member.compact();
      }
      // A follower hears of the last commit with the next heartbeat.
      group.leader.node.tick();
      group.settle();
      return group.members.every(
        (m) => m.applied === entries && m.lastApplied === `entry ${entries - 1}`,
      );
    },
    native === undefined ? {} : { native },
  );
}

export function idleTicks(ticks: number, native?: number): Figure {
  const group = new Group(3);
  const { term } = group.leader.node.status();
  return rate(
    `raft 3 members ${ticks} idle ticks`,
    'ticks/s',
    ticks,
    () => {
      for (let i = 0; i < ticks; i++) {
        for (const member of group.members) member.node.tick();
        group.settle();
      }
      const status = group.leader.node.status();
      return status.state === 'leader' && status.term === term;
    },
    native === undefined ? {} : { native },
  );
}
