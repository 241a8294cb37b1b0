/**
 * One transaction: reads see its own changes, nobody else does until they are committed. The rules
 * for objects are kept here.
 *
 * Real: swarmkit manager/state/store/memory.go (tx, touchMeta)
 */
import {
  SwarmFailure,
  type Meta,
  type StoreAction,
  type StoreObject,
  type TableName,
  type Tables,
} from '../api/index.ts';
import { UNIQUE_NAMES, lookupOf, nameOf, type By } from './by.ts';
import { ERR_EXIST, ERR_NAME_CONFLICT, ERR_NOT_EXIST, ERR_SEQUENCE_CONFLICT } from './errors.ts';
import type { Table } from './table.ts';

export interface ReadTx {
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined;
  /** In order of creation. */
  list<T extends TableName>(table: T, by?: By): readonly Tables[T][];
}

/** An object to be created: version and times are the store's to set. */
export type Draft<T extends TableName> = Omit<Tables[T], 'Version' | 'CreatedAt' | 'UpdatedAt'> &
  Partial<Meta>;

/** Each call throws `SwarmFailure` when the store says no; then nothing of the write is kept. */
export interface Transaction extends ReadTx {
  create<T extends TableName>(table: T, object: Draft<T>): Tables[T];
  /**
   * `object.Version` must be that of the object in the store. Returns the object as it is now, with
   * its new version.
   */
  update<T extends TableName>(table: T, object: Tables[T]): Tables[T];
  remove<T extends TableName>(table: T, id: string): void;
}

export type TableSet = Readonly<Record<TableName, Table>>;

export class Changes implements Transaction {
  readonly actions: StoreAction[] = [];
  readonly #tables: TableSet;
  readonly #index: number;
  readonly #now: string;
  /** What this transaction has changed so far: undefined is a removed object. */
  readonly #changed = new Map<TableName, Map<string, StoreObject | undefined>>();
  /** How to take back what the current write did, oldest first. */
  #undo: (() => void)[] = [];

  constructor(tables: TableSet, index: number, now: string) {
    this.#tables = tables;
    this.#index = index;
    this.#now = now;
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    const changed = this.#changed.get(table);
    return (changed?.has(id) ? changed.get(id) : this.#tables[table].get(id)) as
      Tables[T] | undefined;
  }

  list<T extends TableName>(table: T, by?: By): readonly Tables[T][] {
    const rows = this.#tables[table];
    const lookup = by && lookupOf(by);
    const stored = lookup ? rows.list(lookup) : rows.all();
    const changed = this.#changed.get(table);
    if (!changed || changed.size === 0) return stored as Tables[T][];
    const answers = (object: StoreObject): boolean => !lookup || rows.answers(lookup, object);
    const seen = new Set<string>();
    const out: StoreObject[] = [];
    for (const object of stored) {
      const now = changed.has(object.ID) ? changed.get(object.ID) : object;
      seen.add(object.ID);
      if (now && answers(now)) out.push(now);
    }
    for (const [id, object] of changed)
      if (object && !seen.has(id) && answers(object)) out.push(object);
    return out as Tables[T][];
  }

  create<T extends TableName>(table: T, draft: Draft<T>): Tables[T] {
    if (this.get(table, draft.ID)) throw new SwarmFailure('Unknown', ERR_EXIST);
    const object = {
      ...draft,
      Version: { Index: this.#index },
      CreatedAt: this.#now,
      UpdatedAt: this.#now,
    } as unknown as Tables[T];
    this.#checkName(table, object);
    return this.#write('create', table, object);
  }

  update<T extends TableName>(table: T, object: Tables[T]): Tables[T] {
    const stored = this.get(table, object.ID);
    if (!stored) throw new SwarmFailure('Unknown', ERR_NOT_EXIST);
    if (stored.Version.Index !== object.Version.Index)
      throw new SwarmFailure('Unknown', ERR_SEQUENCE_CONFLICT);
    this.#checkName(table, object);
    return this.#write('update', table, {
      ...object,
      Version: { Index: this.#index },
      CreatedAt: stored.CreatedAt,
      UpdatedAt: this.#now,
    });
  }

  remove<T extends TableName>(table: T, id: string): void {
    if (!this.get(table, id)) throw new SwarmFailure('Unknown', ERR_NOT_EXIST);
    this.#change(table, id, undefined);
    this.actions.push({ action: 'remove', table, id });
  }

  /** Runs one write; when it fails, takes back what it did and returns the failure. */
  attempt(write: (tx: Transaction) => void): SwarmFailure | undefined {
    const before = this.actions.length;
    this.#undo = [];
    try {
      write(this);
      return undefined;
    } catch (error) {
      if (!(error instanceof SwarmFailure)) throw error;
      this.actions.length = before;
      for (const undo of this.#undo.reverse()) undo();
      return error;
    }
  }

  #write<T extends TableName>(action: 'create' | 'update', table: T, object: Tables[T]): Tables[T] {
    this.#change(table, object.ID, object);
    this.actions.push({ action, table, object } as unknown as StoreAction);
    return object;
  }

  #change(table: TableName, id: string, object: StoreObject | undefined): void {
    let changed = this.#changed.get(table);
    if (!changed) this.#changed.set(table, (changed = new Map()));
    const objects = changed;
    const wasChanged = objects.has(id);
    const before = objects.get(id);
    this.#undo.push(() => {
      if (wasChanged) objects.set(id, before);
      else objects.delete(id);
    });
    objects.set(id, object);
  }

  #checkName(table: TableName, object: StoreObject): void {
    if (!UNIQUE_NAMES.has(table)) return;
    const name = nameOf(object);
    if (name === undefined || name === '') return;
    if (this.list(table, { name }).some((other) => other.ID !== object.ID))
      throw new SwarmFailure('Unknown', ERR_NAME_CONFLICT);
  }
}
