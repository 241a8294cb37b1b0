/**
 * One table: rows in order of creation, and its indexes.
 *
 * Real:     hashicorp/go-memdb, as swarmkit uses it
 * Left out: versions of a table side by side. Objects are immutable and a transaction keeps its
 *           changes apart until they are committed.
 */
import type { StoreObject } from '../api/index.ts';
import type { Index, Lookup } from './by.ts';

/** `sequence` is the order of creation, the order in which everything is listed. */
interface Row {
  readonly sequence: number;
  object: StoreObject;
}

export class Table {
  readonly #indexes: readonly Index[];
  readonly #rows = new Map<string, Row>();
  readonly #buckets = new Map<string, Map<string, Set<Row>>>();
  #sequence = 0;

  constructor(indexes: readonly Index[]) {
    this.#indexes = indexes;
    for (const index of indexes) this.#buckets.set(index.name, new Map());
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): StoreObject | undefined {
    return this.#rows.get(id)?.object;
  }

  all(): StoreObject[] {
    return Array.from(this.#rows.values(), (row) => row.object);
  }

  /** The objects that answer a question, in order of creation. */
  list(lookup: Lookup): StoreObject[] {
    if ('matches' in lookup) return this.all().filter(lookup.matches);
    const bucket = this.#buckets.get(lookup.index)?.get(lookup.key);
    return bucket ? inOrder(bucket) : [];
  }

  /** Whether an object answers an indexed question (it need not be in the table). */
  answers(lookup: Lookup, object: StoreObject): boolean {
    if ('matches' in lookup) return lookup.matches(object);
    const index = this.#indexes.find((candidate) => candidate.name === lookup.index);
    return index?.keys(object).includes(lookup.key) ?? false;
  }

  put(object: StoreObject): void {
    const row = this.#rows.get(object.ID);
    if (row) {
      const before = row.object;
      row.object = object;
      for (const index of this.#indexes)
        this.#move(index, row, index.keys(before), index.keys(object));
      return;
    }
    const created: Row = { sequence: this.#sequence++, object };
    this.#rows.set(object.ID, created);
    for (const index of this.#indexes) this.#move(index, created, [], index.keys(object));
  }

  delete(id: string): void {
    const row = this.#rows.get(id);
    if (!row) return;
    this.#rows.delete(id);
    for (const index of this.#indexes) this.#move(index, row, index.keys(row.object), []);
  }

  #move(index: Index, row: Row, before: readonly string[], after: readonly string[]): void {
    if (before.length === after.length && before.every((key, i) => key === after[i])) return;
    const buckets = this.#buckets.get(index.name) as Map<string, Set<Row>>;
    for (const key of before) {
      const bucket = buckets.get(key);
      bucket?.delete(row);
      if (bucket?.size === 0) buckets.delete(key);
    }
    for (const key of after) {
      const bucket = buckets.get(key);
      if (bucket) bucket.add(row);
      else buckets.set(key, new Set([row]));
    }
  }
}

/**
 * A bucket holds its rows in the order in which they came into it, which is mostly that of their
 * creation.
 */
function inOrder(bucket: ReadonlySet<Row>): StoreObject[] {
  const rows = [...bucket];
  if (rows.some((row, i) => i > 0 && row.sequence < (rows[i - 1] as Row).sequence))
    rows.sort((a, b) => a.sequence - b.sequence);
  return rows.map((row) => row.object);
}
