/** One thing that will happen. Ordered by (`atMs`, `sequence`). */
export interface SimEvent {
  readonly atMs: number;
  readonly sequence: number;
  readonly what: string;
  /** The trace entry that this event follows from; 0 for none. */
  readonly cause: number;
  run: (() => void) | undefined;
}

/** A binary heap of events. Cancelled events (`run` undefined) are dropped when they surface. */
export class EventQueue {
  readonly #heap: SimEvent[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(event: SimEvent): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as SimEvent;
      if (!isBefore(event, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = event;
  }

  peek(): SimEvent | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first || first.run) return first;
      this.#removeFirst();
    }
  }

  pop(): SimEvent | undefined {
    const first = this.peek();
    if (first) this.#removeFirst();
    return first;
  }

  /** The live event at or after now that satisfies `wanted` and comes first. Walks the whole queue: for people's questions only. */
  find(wanted: (event: SimEvent) => boolean): SimEvent | undefined {
    let best: SimEvent | undefined;
    for (const event of this.#heap)
      if (event.run && wanted(event) && (!best || isBefore(event, best))) best = event;
    return best;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && isBefore(right, heap[child] as SimEvent)) child++;
      const below = heap[child] as SimEvent;
      if (!isBefore(below, last)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
  }
}

function isBefore(a: SimEvent, b: SimEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
