/**
 * The managers a node knows of, each with a weight that grows with success and falls with failure.
 *
 * Real: swarmkit remotes/remotes.go
 */
import type { Random } from '../../sim/index.ts';
import type { ManagerPeer } from '../api/index.ts';

const OBSERVATION_WEIGHT = 10;
const WEIGHT_MAX = 256;

interface Remote {
  readonly peer: ManagerPeer;
  weight: number;
}

export class Remotes {
  readonly #random: Random;
  #remotes = new Map<string, Remote>();

  constructor(random: Random, peers: readonly ManagerPeer[] = []) {
    this.#random = random;
    this.replace(peers);
  }

  get peers(): readonly ManagerPeer[] {
    return [...this.#remotes.values()].map((remote) => remote.peer);
  }

  /** The list that a manager sent: who is not in it is forgotten, who is new gets a good start. */
  replace(peers: readonly ManagerPeer[]): void {
    const before = this.#remotes;
    this.#remotes = new Map(
      peers.map((peer) => [
        peer.Addr,
        { peer, weight: before.get(peer.Addr)?.weight ?? OBSERVATION_WEIGHT },
      ]),
    );
  }

  /** Weighted by chance, other than `excluded` if there is another. */
  select(excluded?: string): ManagerPeer | undefined {
    const all = [...this.#remotes.values()];
    const others = all.filter((remote) => remote.peer.Addr !== excluded);
    const candidates = others.length > 0 ? others : all;
    if (candidates.length === 0) return undefined;
    const lowest = Math.min(0, ...candidates.map((remote) => remote.weight));
    const shares = candidates.map((remote) => remote.weight - lowest + 1);
    let draw = this.#random.below(shares.reduce((sum, share) => sum + share, 0));
    for (const [i, share] of shares.entries()) {
      if (draw < share) return (candidates[i] as Remote).peer;
      draw -= share;
    }
    return candidates[0]?.peer;
  }

  /** An exponentially weighted average of what was observed. */
  observe(address: string, isGood: boolean): void {
    const remote = this.#remotes.get(address);
    if (!remote) return;
    const seen = isGood ? OBSERVATION_WEIGHT : -OBSERVATION_WEIGHT;
    const next = Math.trunc((seen + remote.weight) / 2);
    remote.weight = Math.max(-WEIGHT_MAX, Math.min(WEIGHT_MAX, next));
  }
}
