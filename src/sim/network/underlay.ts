import type { Scheduler } from '../world.ts';
import type { Packet } from './packet.ts';
import type { Segment } from './segment.ts';
import type { Interface } from './stack.ts';

/** How a link between two machines behaves. */
export interface LinkConditions {
  /** One-way delay in ms. */
  readonly delayMs: number;
  /** Extra delay, uniform in [0, jitterMs]. */
  readonly jitterMs: number;
  /** Lost packets in a thousand. */
  readonly lossPerMille: number;
}

export const LAN: LinkConditions = { delayMs: 1, jitterMs: 0, lossPerMille: 0 };

/** A link between two machines that is not as it was in the beginning. */
export interface ChangedLink {
  readonly a: string;
  readonly b: string;
  readonly isCut: boolean;
  readonly delayMs: number;
  readonly lossPerMille: number;
}

/** What became of a packet between two machines: for the stage, tcpdump and tests. */
export interface Crossing {
  readonly packet: Packet;
  readonly from: string;
  readonly to: string;
  readonly sentAtMs: number;
  /** Undefined: it never arrives. */
  readonly arrivesAtMs: number | undefined;
}

/** Lets a packet through (true) or drops it silently: a firewall, a security group, a planted loss. */
export type PacketFilter = (packet: Packet, from: string, to: string) => boolean;

/**
 * The wire between machines: a switch with delay, loss, cuts and filters. Whatever crosses machines crosses this.
 *
 * Packets of one direction of one link never overtake each other. A machine whose cable is out reaches nobody.
 */
export class Underlay implements Segment {
  readonly name: string;
  readonly #world: Scheduler;
  readonly #ports = new Map<string, Interface>();
  readonly #unplugged = new Set<string>();
  readonly #cuts = new Set<string>();
  readonly #links = new Map<string, LinkConditions>();
  readonly #lastArrivalMs = new Map<string, number>();
  readonly #filters = new Set<PacketFilter>();
  readonly #observers = new Set<(crossing: Crossing) => void>();
  #defaults: LinkConditions = LAN;

  constructor(world: Scheduler, name = 'lan') {
    this.#world = world;
    this.name = name;
  }

  attach(port: Interface): void {
    this.#ports.set(port.address, port);
  }

  detach(port: Interface): void {
    if (this.#ports.get(port.address) === port) this.#ports.delete(port.address);
  }

  /** Takes a machine's cable out, or puts it back in. */
  setCable(machine: string, isIn: boolean): void {
    if (isIn) this.#unplugged.delete(machine);
    else this.#unplugged.add(machine);
  }

  isCableIn(machine: string): boolean {
    return !this.#unplugged.has(machine);
  }

  /** Cuts (or mends) the link between two machines, both ways. */
  setCut(a: string, b: string, isCut: boolean): void {
    for (const key of [`${a} ${b}`, `${b} ${a}`])
      if (isCut) this.#cuts.add(key);
      else this.#cuts.delete(key);
  }

  /** Conditions of the link between two machines, both ways; undefined: the defaults again. */
  setLink(a: string, b: string, conditions: LinkConditions | undefined): void {
    for (const key of [`${a} ${b}`, `${b} ${a}`])
      if (conditions) this.#links.set(key, conditions);
      else this.#links.delete(key);
  }

  /** The links that are cut or have conditions of their own, each once. */
  get changedLinks(): readonly ChangedLink[] {
    const keys = [...new Set([...this.#cuts, ...this.#links.keys()])];
    return keys.flatMap((key) => {
      const [a, b] = key.split(' ') as [string, string];
      const { delayMs, lossPerMille } = this.#links.get(key) ?? this.#defaults;
      return a < b ? [{ a, b, isCut: this.#cuts.has(key), delayMs, lossPerMille }] : [];
    });
  }

  setDefaults(conditions: LinkConditions): void {
    this.#defaults = conditions;
  }

  /** Mends everything: cables, cuts, links. Filters stay. */
  heal(): void {
    this.#unplugged.clear();
    this.#cuts.clear();
    this.#links.clear();
    this.#defaults = LAN;
  }

  addFilter(filter: PacketFilter): () => void {
    this.#filters.add(filter);
    return () => void this.#filters.delete(filter);
  }

  /** Calls `notify` for every packet that is put on the wire. */
  observe(notify: (crossing: Crossing) => void): () => void {
    this.#observers.add(notify);
    return () => void this.#observers.delete(notify);
  }

  carry(packet: Packet, nextHop: string, from: Interface): boolean {
    const to = this.#ports.get(nextHop);
    const source = from.stack.name;
    if (!to) return false;
    const target = to.stack.name;
    const key = `${source} ${target}`;
    if (!to.isUp || !this.isCableIn(source) || !this.isCableIn(target)) {
      for (const notify of this.#observers)
        notify({
          packet,
          from: source,
          to: target,
          sentAtMs: this.#world.nowMs,
          arrivesAtMs: undefined,
        });
      return false;
    }
    const arrivesAtMs = this.#isLost(packet, key, source, target) ? undefined : this.#arrival(key);
    const crossing: Crossing = {
      packet,
      from: source,
      to: target,
      sentAtMs: this.#world.nowMs,
      arrivesAtMs,
    };
    for (const notify of this.#observers) notify(crossing);
    if (arrivesAtMs === undefined) return true;
    this.#world.schedule(arrivesAtMs - this.#world.nowMs, packet.label ?? packet.kind, () => {
      // A cable taken out while the packet was on its way: it is gone.
      if (to.isUp && this.isCableIn(target) && this.isCableIn(source)) to.receive(packet);
    });
    return true;
  }

  #isLost(packet: Packet, key: string, from: string, to: string): boolean {
    if (this.#cuts.has(key)) return true;
    for (const filter of this.#filters) if (!filter(packet, from, to)) return true;
    const { lossPerMille } = this.#links.get(key) ?? this.#defaults;
    return lossPerMille > 0 && this.#world.random(`underlay ${key}`).chance(lossPerMille, 1000);
  }

  #arrival(key: string): number {
    const { delayMs, jitterMs } = this.#links.get(key) ?? this.#defaults;
    const jitter = jitterMs > 0 ? this.#world.random(`underlay ${key}`).below(jitterMs + 1) : 0;
    const arrivesAtMs = Math.max(
      this.#world.nowMs + delayMs + jitter,
      this.#lastArrivalMs.get(key) ?? 0,
    );
    this.#lastArrivalMs.set(key, arrivesAtMs);
    return arrivesAtMs;
  }
}
