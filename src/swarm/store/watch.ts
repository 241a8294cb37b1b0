/**
 * The watch queue: who watches gets the changes of each commit, in commit order, each commit in an
 * event of its own.
 *
 * Real: swarmkit watch/queue.go
 */
import type { StoreEvent } from '../api/index.ts';

/** What the store needs of the world (`sim`'s `Scheduler` has it). */
export interface StoreWorld {
  readonly cause: number;
  schedule(delayMs: number, what: string, run: () => void): unknown;
  emit(kind: string, data: Readonly<Record<string, unknown>>): number;
  because<T>(cause: number, run: () => T): T;
  timestamp(): string;
}

interface Watcher {
  readonly name: string;
  readonly handler: (events: readonly StoreEvent[]) => void;
  isGone: boolean;
}

export class WatchQueue {
  readonly #world: StoreWorld;
  readonly #watchers = new Set<Watcher>();

  constructor(world: StoreWorld) {
    this.#world = world;
  }

  watch(name: string, handler: (events: readonly StoreEvent[]) => void): () => void {
    const watcher: Watcher = { name, handler, isGone: false };
    this.#watchers.add(watcher);
    return () => {
      watcher.isGone = true;
      this.#watchers.delete(watcher);
    };
  }

  publish(events: readonly StoreEvent[]): void {
    if (events.length === 0) return;
    for (const watcher of this.#watchers)
      this.#world.schedule(0, `watch ${watcher.name}`, () => {
        if (!watcher.isGone) watcher.handler(events);
      });
  }
}
