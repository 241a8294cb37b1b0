/**
 * What the machines of a swarm tell each other about their networks: a table that spreads by gossip, and who is alive.
 *
 * Every entry belongs to the node that made it; when that node is declared dead its entries go. Nothing here reads another machine: all of it
 * arrives by port 7946, so that a cut of 7946 cuts discovery and nothing else.
 *
 * Real:     moby libnetwork/networkdb/{networkdb,cluster,broadcast,delegate}.go, hashicorp/memberlist (state.go, suspicion.go, config.go DefaultLANConfig).
 * Left out: encryption and its keys, entries filtered by the networks a node is in (all nodes keep all), UDP against TCP transport.
 */
import { RpcClient, RpcServer, type Machine, type Random, type Timer } from '../../sim/index.ts';

export const GOSSIP_PORT = 7946;
const PROBE_INTERVAL_MS = 1_000;
const PROBE_TIMEOUT_MS = 500;
const INDIRECT_CHECKS = 3;
const SUSPICION_MULT = 4;
const GOSSIP_INTERVAL_MS = 200;
const GOSSIP_NODES = 3;
const RETRANSMIT_MULT = 4;
const PUSH_PULL_INTERVAL_MS = 30_000;
const REJOIN_INTERVAL_MS = 60_000;
const CALL_TIMEOUT_MS = 5_000;

export interface Entry {
  /** `peer/NETWORK/ENDPOINT`, `service/...`, `network/...`. */
  readonly key: string;
  /** Gossip name of the node that made it. */
  readonly owner: string;
  /** Lamport time: the later one wins. */
  readonly ltime: number;
  /** Undefined: deleted. */
  readonly value: unknown;
}

export interface Member {
  readonly name: string;
  readonly address: string;
  readonly incarnation: number;
  readonly state: 'alive' | 'suspect' | 'dead';
}

type Message =
  | { readonly type: 'member'; readonly member: Member }
  | { readonly type: 'entry'; readonly entry: Entry };

interface FullState {
  readonly members: readonly Member[];
  readonly entries: readonly Entry[];
}

interface Broadcast {
  readonly message: Message;
  sentTimes: number;
}

export interface NetworkDBOptions {
  readonly machine: Machine;
  readonly name: string;
  readonly address: string;
  /** Addresses of managers, to be joined. */
  readonly seeds: () => readonly string[];
  /** An entry has come, changed or gone. */
  readonly changed: (key: string, now: Entry | undefined) => void;
}

export class NetworkDB {
  readonly #options: NetworkDBOptions;
  readonly #server: RpcServer;
  readonly #client: RpcClient;
  readonly #random: Random;
  readonly #members = new Map<string, Member>();
  readonly #entries = new Map<string, Entry>();
  /** The same by `peer/NETWORK/`, `service/NETWORK/`, ...: what is asked for. */
  readonly #byPrefix = new Map<string, Map<string, Entry>>();
  readonly #suspicions = new Map<string, Timer>();
  /** By key, oldest first: news takes the place of what it makes old. */
  #queue = new Map<string, Broadcast>();
  /** Others that are not dead, by name; undefined when that has changed. */
  #living: readonly Member[] | undefined;
  #ltime = 0;
  #probeOrder: string[] = [];
  readonly #timers = new Map<string, Timer>();
  #isClosed = false;

  constructor(options: NetworkDBOptions) {
    this.#options = options;
    const { machine } = options;
    this.#random = machine.world.random(`networkdb/${machine.name}`);
    this.#server = new RpcServer(machine.net, GOSSIP_PORT);
    this.#client = new RpcClient(machine.net);
    this.#members.set(options.name, {
      name: options.name,
      address: options.address,
      incarnation: 1,
      state: 'alive',
    });
    this.#server.on('ping', (_, respond) => respond(true));
    this.#server.on('ping-req', ({ body }, respond) =>
      this.#ping(body as string, (isAlive) => respond(isAlive)),
    );
    this.#server.on('push-pull', ({ body }, respond) => {
      respond(this.#state());
      this.#merge(body as FullState);
    });
    this.#server.onNotice('gossip', ({ body }) => {
      for (const message of body as readonly Message[]) this.#receive(message);
    });
    this.#join();
    this.#every(
      'probe',
      () => PROBE_INTERVAL_MS,
      () => this.#probe(),
    );
    this.#every(
      'push-pull',
      () => pushPullMs(this.#members.size),
      () => this.#pushPull(this.#pick(1)[0]?.address),
    );
    this.#every(
      'rejoin',
      () => REJOIN_INTERVAL_MS,
      () => this.#rejoin(),
    );
  }

  // The table

  /** Makes or changes an entry of this node. */
  set(key: string, value: unknown): void {
    this.#write({ key, owner: this.#options.name, ltime: ++this.#ltime, value });
  }

  delete(key: string): void {
    if (this.#entries.get(key)?.value !== undefined) this.set(key, undefined);
  }

  /** Living entries of `peer/NETWORK/` and the like, in the order of their keys. */
  list(prefix: string): readonly Entry[] {
    const entries = [...(this.#byPrefix.get(prefix)?.values() ?? [])];
    return entries
      .filter((entry) => entry.value !== undefined)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  get name(): string {
    return this.#options.name;
  }

  #write(entry: Entry): void {
    this.#entries.set(entry.key, entry);
    const prefix = prefixOf(entry.key);
    const known = this.#byPrefix.get(prefix);
    if (known) known.set(entry.key, entry);
    else this.#byPrefix.set(prefix, new Map([[entry.key, entry]]));
    this.#broadcast(entry.key, { type: 'entry', entry });
    this.#options.changed(entry.key, entry);
  }

  #receive(message: Message): void {
    if (message.type === 'member') this.#hearMember(message.member);
    else this.#hearEntry(message.entry);
  }

  #hearEntry(entry: Entry): void {
    this.#ltime = Math.max(this.#ltime, entry.ltime);
    const known = this.#entries.get(entry.key);
    if (known && known.ltime >= entry.ltime) return;
    // A node that is not known to be alive has no entries.
    const owner = this.#members.get(entry.owner);
    if (owner?.state === 'dead') return;
    // Somebody still spreads what this node has taken back: say again that it is gone.
    if (entry.owner === this.#options.name)
      return entry.value === undefined
        ? undefined
        : this.#write({ ...entry, ltime: ++this.#ltime, value: known?.value });
    this.#write(entry);
  }

  // Who is alive

  #hearMember(member: Member): void {
    const { name } = this.#options;
    const known = this.#members.get(member.name);
    if (member.name === name) {
      // Said to be suspect or dead: refute.
      if (member.state !== 'alive' && known && member.incarnation >= known.incarnation)
        this.#setMember({ ...known, incarnation: member.incarnation + 1 });
      return;
    }
    if (known && !isNewer(member, known)) return;
    this.#setMember(member);
  }

  #setMember(member: Member): void {
    const before = this.#members.get(member.name);
    this.#members.set(member.name, member);
    this.#living = undefined;
    this.#broadcast(`member ${member.name}`, { type: 'member', member });
    this.#suspicions.get(member.name)?.cancel();
    this.#suspicions.delete(member.name);
    const { world } = this.#options.machine;
    if (before?.state !== member.state)
      world.emit('gossip.member', {
        machine: this.#options.machine.name,
        member: member.name,
        address: member.address,
        state: member.state,
      });
    if (member.state === 'suspect') {
      const timer = world.schedule(this.#suspicionMs(), `suspicion of ${member.name}`, () =>
        this.#setMember({ ...member, state: 'dead' }),
      );
      this.#suspicions.set(member.name, timer);
    }
    if (member.state === 'dead') this.#dropEntries(member.name);
  }

  /** memberlist: 4 × max(1, log10 n) probe intervals, at the least. */
  #suspicionMs(): number {
    const n = this.#members.size;
    return SUSPICION_MULT * PROBE_INTERVAL_MS * (n >= 100 ? 2 : 1);
  }

  #dropEntries(owner: string): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.owner !== owner) continue;
      this.#entries.delete(entry.key);
      this.#byPrefix.get(prefixOf(entry.key))?.delete(entry.key);
      this.#options.changed(entry.key, undefined);
    }
  }

  #probe(): void {
    if (this.#probeOrder.length === 0)
      this.#probeOrder = this.#random.shuffle(this.#others().map((member) => member.name));
    const name = this.#probeOrder.shift();
    const member = name === undefined ? undefined : this.#members.get(name);
    if (!member || member.state === 'dead') return;
    this.#ping(member.address, (isAlive) => {
      if (isAlive) return this.#seenAlive(member);
      const helpers = this.#pick(INDIRECT_CHECKS, member.name);
      let left = helpers.length;
      const doubt = (): void => {
        const now = this.#members.get(member.name);
        if (now?.state === 'alive') this.#setMember({ ...now, state: 'suspect' });
      };
      if (left === 0) return doubt();
      for (const helper of helpers)
        this.#call(helper.address, 'ping-req', member.address, 2 * PROBE_TIMEOUT_MS, (answer) => {
          left--;
          if (answer === true) this.#seenAlive(member);
          else if (left === 0) doubt();
        });
    });
  }

  #seenAlive(member: Member): void {
    const now = this.#members.get(member.name);
    // Only the suspected node itself may refute; it hears of the suspicion by this probe's answer.
    if (now?.state === 'suspect') this.#pushPull(now.address);
  }

  #ping(address: string, done: (isAlive: boolean) => void): void {
    this.#call(address, 'ping', undefined, PROBE_TIMEOUT_MS, (answer) => done(answer === true));
  }

  // Spreading

  #broadcast(key: string, message: Message): void {
    this.#queue.delete(key);
    this.#queue.set(key, { message, sentTimes: 0 });
    this.#planGossip();
  }

  #planGossip(): void {
    if (this.#isClosed || this.#timers.has('gossip') || this.#queue.size === 0) return;
    const timer = this.#options.machine.world.schedule(GOSSIP_INTERVAL_MS, 'gossip', () => {
      this.#timers.delete('gossip');
      this.#gossip();
      this.#planGossip();
    });
    this.#timers.set('gossip', timer);
  }

  #gossip(): void {
    const targets = this.#pick(GOSSIP_NODES);
    if (targets.length === 0) {
      this.#queue.clear();
      return;
    }
    const messages = Array.from(this.#queue.values(), (one) => one.message);
    for (const target of targets)
      this.#client.notify({
        address: target.address,
        port: GOSSIP_PORT,
        method: 'gossip',
        body: messages,
        bytes: 100 + 80 * messages.length,
      });
    const limit = RETRANSMIT_MULT * (this.#members.size >= 10 ? 2 : 1);
    for (const [key, one] of this.#queue) {
      one.sentTimes += targets.length;
      if (one.sentTimes >= limit) this.#queue.delete(key);
    }
  }

  #state(): FullState {
    return { members: this.members, entries: [...this.#entries.values()] };
  }

  #merge(state: FullState): void {
    for (const member of state.members) this.#hearMember(member);
    for (const entry of state.entries) this.#hearEntry(entry);
  }

  #pushPull(address: string | undefined): void {
    if (address === undefined) return;
    this.#call(address, 'push-pull', this.#state(), CALL_TIMEOUT_MS, (answer) => {
      if (answer) this.#merge(answer as FullState);
    });
  }

  #join(): void {
    for (const seed of this.#options.seeds())
      if (seed !== this.#options.address) this.#pushPull(seed);
  }

  /** Tries those again that are thought dead, and the managers when none of them is known alive. */
  #rejoin(): void {
    const dead = [...this.#members.values()].filter((member) => member.state === 'dead');
    if (dead.length > 0) this.#pushPull(this.#random.pick(dead).address);
    const alive = new Set(
      this.#others()
        .filter((member) => member.state === 'alive')
        .map((member) => member.address),
    );
    if (!this.#options.seeds().some((seed) => alive.has(seed))) this.#join();
  }

  /** The seeds may have changed: a manager has become known. */
  refreshSeeds(): void {
    if (this.#others().length === 0) this.#join();
  }

  /** Says goodbye: the others need not find out. */
  leave(): void {
    const own = this.#members.get(this.#options.name) as Member;
    const message: Message = {
      type: 'member',
      member: { ...own, incarnation: own.incarnation, state: 'dead' },
    };
    for (const target of this.#pick(GOSSIP_NODES))
      this.#client.notify({
        address: target.address,
        port: GOSSIP_PORT,
        method: 'gossip',
        body: [message],
        bytes: 120,
        label: 'leave',
      });
    this.close();
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    for (const timer of this.#suspicions.values()) timer.cancel();
    this.#server.close();
    this.#client.close();
  }

  #others(): readonly Member[] {
    return (this.#living ??= [...this.#members.values()]
      .filter((member) => member.name !== this.#options.name && member.state !== 'dead')
      .sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  #pick(count: number, except?: string): readonly Member[] {
    const others = this.#others();
    if (others.length <= 4 * count)
      return this.#random
        .shuffle(others.filter((member) => member.name !== except))
        .slice(0, count);
    const picked = new Set<Member>();
    while (picked.size < count) {
      const member = this.#random.pick(others);
      if (member.name !== except) picked.add(member);
    }
    return [...picked];
  }

  #call(
    address: string,
    method: string,
    body: unknown,
    timeoutMs: number,
    done: (answer: unknown) => void,
  ): void {
    this.#client.call({
      address,
      port: GOSSIP_PORT,
      method,
      body,
      timeoutMs,
      bytes: 120,
      answer: (result) => {
        if (!this.#isClosed) done('body' in result ? result.body : undefined);
      },
    });
  }

  #every(name: string, ms: () => number, run: () => void): void {
    const again = (): void => {
      this.#timers.set(
        name,
        this.#options.machine.world.schedule(ms(), `networkdb ${name}`, () => {
          run();
          if (!this.#isClosed) again();
        }),
      );
    };
    again();
  }
}

/** `peer/NETWORK/` of `peer/NETWORK/ENDPOINT`. */
function prefixOf(key: string): string {
  return key.slice(0, key.indexOf('/', key.indexOf('/') + 1) + 1);
}

/** memberlist pushPullScale: rarer in large clusters. */
function pushPullMs(n: number): number {
  return n <= 32 ? PUSH_PULL_INTERVAL_MS : PUSH_PULL_INTERVAL_MS * (32 - Math.clz32(n - 1) - 5 + 1);
}

const RANK = { alive: 0, suspect: 1, dead: 2 } as const;

/** memberlist: a higher incarnation wins; of equal ones the worse news. A node that was dead comes back by a higher one only. */
function isNewer(member: Member, known: Member): boolean {
  if (member.incarnation !== known.incarnation) return member.incarnation > known.incarnation;
  return RANK[member.state] > RANK[known.state];
}
