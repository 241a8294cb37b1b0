/** One line of the trace: something worth knowing happened, and because of which earlier entry. */
export interface TraceEntry {
  readonly id: number;
  readonly atMs: number;
  /** `room.what`, e.g. `raft.leader`, `task.assigned`, `shell.command`. */
  readonly kind: string;
  /** The entry that this one follows from; 0 for none. */
  readonly cause: number;
  /** Plain data; its shape belongs to whoever emits the kind. */
  readonly data: Readonly<Record<string, unknown>>;
}

const ENTRIES_MAX = 60_000;

/** The simulator's diary: a bounded list of entries with causes, and readers that drain it. */
export class Trace {
  /** Oldest first; `#first` is the id of `#entries[0]`. */
  #entries: TraceEntry[] = [];
  #first = 1;
  #next = 1;

  /** Records an entry and returns its id. */
  add(atMs: number, kind: string, cause: number, data: Readonly<Record<string, unknown>>): number {
    const id = this.#next++;
    this.#entries.push({ id, atMs, kind, cause, data });
    if (this.#entries.length > 2 * ENTRIES_MAX) {
      this.#entries = this.#entries.slice(-ENTRIES_MAX);
      this.#first = this.#next - this.#entries.length;
    }
    return id;
  }

  get lastID(): number {
    return this.#next - 1;
  }

  /** The entry, if it is still kept. */
  get(id: number): TraceEntry | undefined {
    return this.#entries[id - this.#first];
  }

  /** The entries after `id`, oldest first. */
  since(id: number): readonly TraceEntry[] {
    return this.#entries.slice(Math.max(0, id + 1 - this.#first));
  }

  /** An entry and what led to it, nearest cause first. */
  causes(id: number): readonly TraceEntry[] {
    const out: TraceEntry[] = [];
    for (let entry = this.get(id); entry; entry = this.get(entry.cause)) out.push(entry);
    return out;
  }

  /** The newest entry that `wanted` accepts. */
  findLast(wanted: (entry: TraceEntry) => boolean): TraceEntry | undefined {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i] as TraceEntry;
      if (wanted(entry)) return entry;
    }
    return undefined;
  }
}
