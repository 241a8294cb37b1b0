/**
 * A group of members and the wires between them, moved by hand: tests drop, cut, delay, crash and
 * restart, and nothing happens that they did not ask for.
 *
 * Each member has a disk (MemoryStorage), that survives a crash, and a state machine (the list of
 * commands that it applied), that does not.
 */

import { MemoryStorage, RawNode } from '../../../src/swarm/raft/index.ts';
import type {
  ConfChange,
  Config,
  Entry,
  HardState,
  Message,
  RaftID,
  Ready,
  SnapshotData,
} from '../../../src/swarm/raft/index.ts';

export type MemberOptions = Partial<Omit<Config, 'id' | 'storage'>> & {
  /** Makes a member misbehave; called whenever it starts. */
  readonly plant?: (member: Member) => void;
  /** What a restarting member finds in place of what it saved. */
  readonly readHardState?: (saved: HardState) => HardState;
};

export class Member {
  readonly id: RaftID;
  readonly storage: MemoryStorage;
  readonly #options: MemberOptions;
  node: RawNode;
  /** The state machine. */
  applied: unknown[] = [];

  constructor(id: RaftID, storage: MemoryStorage, options: MemberOptions = {}) {
    this.id = id;
    this.storage = storage;
    this.#options = options;
    this.node = this.#start();
  }

  #start(): RawNode {
    const { plant, readHardState, ...config } = this.#options;
    if (readHardState !== undefined) {
      this.storage.setHardState(readHardState(this.storage.initialState().hardState));
    }
    const snapshot = this.storage.snapshot();
    this.applied = snapshot === undefined ? [] : [...(snapshot.data as unknown[])];
    this.node = new RawNode({ random: () => 0, ...config, id: this.id, storage: this.storage });
    plant?.(this);
    return this.node;
  }

  /** Loses everything that was not saved. */
  restart(): void {
    this.#start();
  }

  /** Saves, applies and advances all there is, and returns what is to be sent. */
  drain(): Message[] {
    const messages: Message[] = [];
    while (this.node.hasReady()) messages.push(...this.handleReady().messages);
    return messages;
  }

  handleReady(): Ready {
    const ready = this.node.ready();
    this.save(ready);
    for (const entry of ready.committedEntries) this.#apply(entry);
    this.node.advance(ready);
    return ready;
  }

  save(ready: Ready): void {
    if (ready.snapshot !== undefined) {
      this.storage.applySnapshot(ready.snapshot);
      this.applied = [...(ready.snapshot.data as unknown[])];
    }
    this.storage.append(ready.entries);
    if (ready.hardState !== undefined) this.storage.setHardState(ready.hardState);
  }

  #apply(entry: Entry): void {
    if (entry.type === 'confChange') this.node.applyConfChange(entry.data as ConfChange);
    else if (entry.data !== null) this.applied.push(entry.data);
  }

  /** §7: takes a snapshot of what is applied, and keeps `keep` entries before it. */
  compact(keep = 0): SnapshotData {
    const { applied, confState } = this.node.status();
    const data = [...this.applied];
    const snapshot = this.storage.createSnapshot(applied, { confState, data, sizeBytes: 100 });
    this.storage.compact(applied - keep);
    return snapshot;
  }
}

export class Network {
  readonly members = new Map<RaftID, Member>();
  readonly #options: MemberOptions;
  /** On their way, oldest first. */
  inTransit: Message[] = [];
  /** Set by tests to watch or filter: false loses the message. */
  onMessage: ((m: Message) => boolean) | undefined;
  readonly #cuts = new Set<string>();
  readonly #down = new Set<RaftID>();

  /** Members that begin knowing each other, all followers at term 0 with empty logs. */
  constructor(ids: readonly RaftID[], options: MemberOptions = {}) {
    this.#options = options;
    for (const id of ids) this.add(id, new MemoryStorage(ids));
  }

  add(id: RaftID, storage = new MemoryStorage(), options: MemberOptions = {}): Member {
    const added = new Member(id, storage, { ...this.#options, ...options });
    this.members.set(id, added);
    return added;
  }

  member(id: RaftID): Member {
    const found = this.members.get(id);
    if (found === undefined) throw new Error(`no member ${id}`);
    return found;
  }

  node(id: RaftID): RawNode {
    return this.member(id).node;
  }

  leader(): Member | undefined {
    return [...this.members.values()].find((m) => m.node.status().state === 'leader');
  }

  /** Nothing passes between the two, either way. */
  cut(a: RaftID, b: RaftID): void {
    this.#cuts.add(`${a}-${b}`).add(`${b}-${a}`);
  }

  isolate(id: RaftID): void {
    for (const other of this.members.keys()) if (other !== id) this.cut(id, other);
  }

  heal(): void {
    this.#cuts.clear();
  }

  crash(id: RaftID): void {
    this.#down.add(id);
  }

  restart(id: RaftID): void {
    this.#down.delete(id);
    this.member(id).restart();
  }

  isUp(id: RaftID): boolean {
    return this.members.has(id) && !this.#down.has(id);
  }

  /** Takes what one member has to send; what is cut or unwanted is lost here. */
  collect(id: RaftID): void {
    if (!this.isUp(id)) return;
    for (const m of this.member(id).drain()) {
      const isWanted = this.onMessage === undefined || this.onMessage(m);
      if (isWanted && !this.#cuts.has(`${m.from}-${m.to}`)) this.inTransit.push(m);
      else this.#reportSnapshot(m, false);
    }
  }

  /** As a transport must: without this, a leader waits for a lost snapshot's answer for ever. */
  #reportSnapshot(m: Message, ok: boolean): void {
    if (m.type === 'InstallSnapshot' && this.isUp(m.from))
      this.node(m.from).reportSnapshot(m.to, ok);
  }

  /** Loses what is on its way, all or what is chosen. */
  lose(isLost: (m: Message) => boolean = () => true): void {
    const all = this.inTransit;
    this.inTransit = [];
    for (const m of all) {
      if (isLost(m)) this.#reportSnapshot(m, false);
      else this.inTransit.push(m);
    }
  }

  collectAll(): void {
    for (const id of this.members.keys()) this.collect(id);
  }

  /** Hands over one message, the oldest if not told otherwise. */
  deliver(position = 0): void {
    const [m] = this.inTransit.splice(position, 1);
    if (m === undefined) return;
    const isUp = this.isUp(m.to);
    if (isUp) this.node(m.to).step(m);
    this.#reportSnapshot(m, isUp);
  }

  /** Until nobody has anything to say. */
  settle(): void {
    this.collectAll();
    for (let i = 0; this.inTransit.length > 0; i++) {
      if (i > 100_000) throw new Error('the members never stop talking');
      const { to } = this.inTransit[0]!;
      this.deliver();
      this.collect(to);
    }
  }

  campaign(id: RaftID): void {
    this.node(id).campaign();
    this.settle();
  }

  propose(id: RaftID, data: unknown, sizeBytes = 10): void {
    this.node(id).propose(data, sizeBytes);
    this.settle();
  }

  proposeConfChange(id: RaftID, change: Omit<ConfChange, 'id'>): void {
    this.node(id).proposeConfChange({ id: 1, ...change });
    this.settle();
  }

  /** A tick for everyone that is up, or for one, and all that follows from it. */
  tick(ticks = 1, only?: RaftID): void {
    for (let i = 0; i < ticks; i++) {
      for (const id of this.members.keys()) {
        if (this.isUp(id) && (only === undefined || only === id)) this.node(id).tick();
      }
      this.settle();
    }
  }

  /** All members' logs as terms, for comparing. */
  terms(id: RaftID): number[] {
    return this.node(id)
      .entriesFrom(1)
      .map((entry) => entry.term);
  }
}

/** A small generator of chance for tests: the same seed, the same integers. */
export function seeded(seed: number): (n: number) => number {
  let state = (seed + 1) >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}
