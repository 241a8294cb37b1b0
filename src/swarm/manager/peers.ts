/**
 * The other members as this one reaches them: address, and the line to each.
 *
 * Real: swarmkit manager/state/raft/transport/transport.go
 */
import type { RaftMember } from '../api/index.ts';
import type { RaftID } from '../raft/index.ts';
import type { PeerConnection } from './connection.ts';

export interface PeersOptions {
  /** A line to somebody else; undefined for this member itself. */
  readonly connect: (member: RaftMember) => PeerConnection | undefined;
}

export class Peers {
  readonly #options: PeersOptions;
  readonly #members = new Map<RaftID, RaftMember>();
  readonly #removed = new Set<RaftID>();
  readonly #connections = new Map<RaftID, PeerConnection>();
  readonly #wasReachable = new Map<RaftID, boolean>();
  #isConnected = false;

  constructor(options: PeersOptions) {
    this.#options = options;
  }

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

  byAddress(host: string): RaftMember | undefined {
    return this.members.find(({ Addr }) => Addr.slice(0, Addr.lastIndexOf(':')) === host);
  }

  isRemoved(id: RaftID): boolean {
    return this.#removed.has(id);
  }

  /** Dials all that are known, and from now on everybody who comes. */
  connect(): void {
    this.#isConnected = true;
    for (const member of this.members) this.#dial(member);
  }

  close(): void {
    this.#isConnected = false;
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  add(member: RaftMember): void {
    if (this.#removed.has(member.RaftID)) return;
    const before = this.#members.get(member.RaftID);
    this.#members.set(member.RaftID, member);
    if (before?.Addr === member.Addr) return;
    this.#hangUp(member.RaftID);
    this.#dial(member);
  }

  remove(id: RaftID): void {
    this.#members.delete(id);
    this.#hangUp(id);
    this.#wasReachable.delete(id);
    this.#removed.add(id);
  }

  replace(members: readonly RaftMember[], removed: readonly RaftID[]): void {
    for (const id of removed) this.#removed.add(id);
    for (const id of [...this.#members.keys()])
      if (!members.some((member) => member.RaftID === id)) {
        this.#members.delete(id);
        this.#hangUp(id);
      }
    for (const member of members) this.add(member);
  }

  connection(id: RaftID): PeerConnection | undefined {
    return this.#connections.get(id);
  }

  isReachable(id: RaftID): boolean {
    return this.#connections.get(id)?.isActive ?? false;
  }

  /** Members other than this one whose reachability has changed since this was last asked. */
  changes(): readonly { readonly member: RaftMember; readonly isReachable: boolean }[] {
    const out: { member: RaftMember; isReachable: boolean }[] = [];
    for (const member of this.members) {
      const connection = this.#connections.get(member.RaftID);
      if (!connection) continue;
      const isReachable = connection.isActive;
      if ((this.#wasReachable.get(member.RaftID) ?? true) !== isReachable)
        out.push({ member, isReachable });
      this.#wasReachable.set(member.RaftID, isReachable);
    }
    return out;
  }

  /** The active peer with the longest good time. */
  longestActive(): RaftMember | undefined {
    const since = ({ RaftID }: RaftMember): number | undefined =>
      this.#connections.get(RaftID)?.activeSinceMs;
    return this.members
      .filter((member) => since(member) !== undefined)
      .sort((a, b) => (since(a) ?? 0) - (since(b) ?? 0) || a.RaftID - b.RaftID)[0];
  }

  #dial(member: RaftMember): void {
    if (!this.#isConnected || this.#connections.has(member.RaftID)) return;
    const connection = this.#options.connect(member);
    if (connection) this.#connections.set(member.RaftID, connection);
  }

  #hangUp(id: RaftID): void {
    this.#connections.get(id)?.close();
    this.#connections.delete(id);
  }
}
