import { flowOf, reverseFlowOf, type Packet } from './packet.ts';
import type { Interface } from './stack.ts';

/** Where a rule sends a new conversation. Absent fields stay. `mark` sets the firewall mark. */
export interface Rewrite {
  readonly source?: string;
  readonly sourcePort?: number;
  readonly destination?: string;
  readonly destinationPort?: number;
  readonly mark?: number;
}

/** Decides about the first packet of a conversation; undefined: not this rule's business; `'drop'`, `'reject'`: no way. */
export type NatRule = (
  packet: Packet,
  via: Interface | undefined,
) => Rewrite | 'drop' | 'reject' | undefined;

const CONVERSATIONS_MAX = 65_536;

/**
 * Address translation with connection tracking, as netfilter does it: rules see the first packet of a conversation only,
 * all others follow the table. One for the way in (`prerouting`: DNAT, IPVS), one for the way out (`postrouting`: masquerade).
 * They are a pair: what either does to a conversation is undone to its answers as soon as they come in.
 */
export class Nat {
  readonly #rules: { readonly name: string; readonly rule: NatRule }[] = [];
  /** How packets of a flow are rewritten here. */
  readonly #conversations = new Map<string, Rewrite>();
  /** Where answers come in: the first hook of the same stack. */
  #first: Nat = this;

  /** Makes two hooks of one stack a pair. */
  static pair(): { readonly prerouting: Nat; readonly postrouting: Nat } {
    const prerouting = new Nat();
    const postrouting = new Nat();
    postrouting.#first = prerouting;
    return { prerouting, postrouting };
  }

  addRule(name: string, rule: NatRule): () => void {
    const entry = { name, rule };
    this.#rules.push(entry);
    return () => {
      const at = this.#rules.indexOf(entry);
      if (at >= 0) this.#rules.splice(at, 1);
    };
  }

  get ruleNames(): readonly string[] {
    return this.#rules.map((rule) => rule.name);
  }

  /** Forgets all conversations: the machine has restarted. */
  flush(): void {
    this.#conversations.clear();
  }

  /** The packet as it goes on, or why it does not. */
  translate(
    packet: Packet,
    via: Interface | undefined,
    newSourcePort: () => number,
  ): Packet | 'drop' | 'reject' {
    const known = this.#follow(packet);
    if (known) return known;
    if (packet.kind === 'RST') return packet;
    for (const { rule } of this.#rules) {
      const decided = rule(packet, via);
      if (decided === undefined) continue;
      if (decided === 'drop' || decided === 'reject') return decided;
      // A masqueraded conversation gets a port of its own, so that two clients behind one address stay apart.
      const rewrite =
        decided.source !== undefined && packet.protocol !== 'icmp'
          ? { ...decided, sourcePort: decided.sourcePort ?? newSourcePort() }
          : decided;
      return this.#track(packet, rewrite);
    }
    return packet;
  }

  /** The packet of a known conversation as it goes on. Both hooks may have rewritten it, so both are undone: the second first. */
  #follow(packet: Packet): Packet | undefined {
    let out: Packet | undefined;
    for (let i = 0; i < 2; i++) {
      const known = this.#conversations.get(flowOf(out ?? packet));
      if (!known) break;
      out = apply(out ?? packet, known);
    }
    return out;
  }

  #track(packet: Packet, rewrite: Rewrite): Packet {
    const out = apply(packet, rewrite);
    this.#remember(flowOf(packet), rewrite);
    // The answers come to the rewritten address and must look as if they came from the original one.
    this.#first.#remember(reverseFlowOf(out), {
      ...(rewrite.destination !== undefined || rewrite.destinationPort !== undefined
        ? { source: packet.destination, sourcePort: packet.destinationPort }
        : {}),
      ...(rewrite.source !== undefined || rewrite.sourcePort !== undefined
        ? { destination: packet.source, destinationPort: packet.sourcePort }
        : {}),
    });
    return out;
  }

  #remember(flow: string, rewrite: Rewrite): void {
    if (this.#conversations.size > CONVERSATIONS_MAX) {
      const oldest = this.#conversations.keys().next();
      if (!oldest.done) this.#conversations.delete(oldest.value);
    }
    this.#conversations.set(flow, rewrite);
  }
}

function apply(packet: Packet, rewrite: Rewrite): Packet {
  return {
    ...packet,
    source: rewrite.source ?? packet.source,
    sourcePort: rewrite.sourcePort ?? packet.sourcePort,
    destination: rewrite.destination ?? packet.destination,
    destinationPort: rewrite.destinationPort ?? packet.destinationPort,
    ...(rewrite.mark === undefined ? {} : { mark: rewrite.mark }),
  };
}
