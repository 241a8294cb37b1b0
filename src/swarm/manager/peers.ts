/**
 * The other members as this one reaches them: address, and whether what was sent is answered.
 *
 * Real:     swarmkit manager/state/raft/transport/{transport,peer}.go
 * Left out: connections and their back-off. A send has failed when nothing has come from the peer for two seconds after it.
 */
import type { RaftMember } from '../api/index.ts';
import type { RaftID } from '../raft/index.ts';

const SEND_TIMEOUT_MS = 2000;

interface Contact {
  unansweredSinceMs: number | undefined;
  activeSinceMs: number;
  wasReachable: boolean;
}

export class Peers {
  readonly #members = new Map<RaftID, RaftMember>();
  readonly #removed = new Set<RaftID>();
  readonly #contacts = new Map<RaftID, Contact>();

  get members(): readonly RaftMember[] {
    return [...this.#members.values()].sort((a, b) => a.RaftID - b.RaftID);
  }

  get removed(): readonly RaftID[] {
    return [...this.#removed];
  }

  get size(): number {
    return this.#members.size;
  }

  get(id: RaftID): RaftMember | undefined {
    return this.#members.get(id);
  }

  byNodeID(nodeID: string): RaftMember | undefined {
    return this.members.find((member) => member.NodeID === nodeID);
  }

  isRemoved(id: RaftID): boolean {
    return this.#removed.has(id);
  }

  add(member: RaftMember): void {
    if (!this.#removed.has(member.RaftID)) this.#members.set(member.RaftID, member);
  }

  remove(id: RaftID): void {
    this.#members.delete(id);
    this.#contacts.delete(id);
    this.#removed.add(id);
  }

  replace(members: readonly RaftMember[], removed: readonly RaftID[]): void {
    this.#members.clear();
    this.#removed.clear();
    for (const id of removed) this.#removed.add(id);
    for (const member of members) this.#members.set(member.RaftID, member);
  }

  sent(id: RaftID, nowMs: number): void {
    this.#contact(id, nowMs).unansweredSinceMs ??= nowMs;
  }

  heard(id: RaftID, nowMs: number): void {
    const contact = this.#contact(id, nowMs);
    if (!this.isReachable(id, nowMs)) contact.activeSinceMs = nowMs;
    contact.unansweredSinceMs = undefined;
  }

  /** Nobody is waiting for an answer to what was sent before. */
  forgetContacts(): void {
    this.#contacts.clear();
  }

  isReachable(id: RaftID, nowMs: number): boolean {
    const since = this.#contacts.get(id)?.unansweredSinceMs;
    return since === undefined || nowMs - since < SEND_TIMEOUT_MS;
  }

  /** Members other than `self` whose reachability has changed since this was last asked. */
  changes(
    self: RaftID,
    nowMs: number,
  ): readonly { readonly member: RaftMember; readonly isReachable: boolean }[] {
    const out: { member: RaftMember; isReachable: boolean }[] = [];
    for (const member of this.members) {
      if (member.RaftID === self) continue;
      const contact = this.#contact(member.RaftID, nowMs);
      const isReachable = this.isReachable(member.RaftID, nowMs);
      if (contact.wasReachable !== isReachable) out.push({ member, isReachable });
      contact.wasReachable = isReachable;
    }
    return out;
  }

  /** The active peer with the longest good time. */
  longestActive(self: RaftID, nowMs: number): RaftMember | undefined {
    const active = this.members.filter(
      (member) => member.RaftID !== self && this.isReachable(member.RaftID, nowMs),
    );
    const since = (member: RaftMember): number =>
      this.#contacts.get(member.RaftID)?.activeSinceMs ?? nowMs;
    return active.sort((a, b) => since(a) - since(b) || a.RaftID - b.RaftID)[0];
  }

  #contact(id: RaftID, nowMs: number): Contact {
    let contact = this.#contacts.get(id);
    if (!contact)
      this.#contacts.set(
        id,
        (contact = { unansweredSinceMs: undefined, activeSinceMs: nowMs, wasReachable: true }),
      );
    return contact;
  }
}
