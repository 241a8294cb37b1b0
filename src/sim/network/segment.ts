import type { Interface } from './stack.ts';
import type { Packet } from './packet.ts';

/**
 * A stretch of wire that several interfaces share (OSI layer 2): the cable between machines, a Linux bridge, an overlay's local end.
 */
export interface Segment {
  readonly name: string;
  attach(port: Interface): void;
  detach(port: Interface): void;
  /** Carries a packet to the interface that owns `nextHop` on this segment. False when nobody there does (ARP gets no answer). */
  carry(packet: Packet, nextHop: string, from: Interface): boolean;
}

/** A bridge inside one machine: no delay, no loss. */
export class Bridge implements Segment {
  readonly name: string;
  readonly #ports = new Map<string, Interface>();

  constructor(name: string) {
    this.name = name;
  }

  get ports(): readonly Interface[] {
    return [...this.#ports.values()];
  }

  attach(port: Interface): void {
    this.#ports.set(port.address, port);
  }

  detach(port: Interface): void {
    if (this.#ports.get(port.address) === port) this.#ports.delete(port.address);
  }

  carry(packet: Packet, nextHop: string, from: Interface): boolean {
    const port = this.#ports.get(nextHop);
    if (!port?.isUp) return false;
    // In the same millisecond, but never within the sender's own call: whoever sends is not ready for the answer yet.
    from.stack.world.schedule(0, packet.label ?? packet.kind, () => {
      if (port.isUp) port.receive(packet);
    });
    return true;
  }
}
