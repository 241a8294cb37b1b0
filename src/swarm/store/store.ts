/**
 * The store: queues transactions, proposes them one at a time, and applies what raft has committed.
 *
 * Real:     swarmkit manager/state/store/memory.go (MemoryStore, Batch)
 * Left out: volumes (CSI), resources, extensions; the size limit of a transaction (1.5 MB).
 */
import {
  TABLE_NAMES,
  no,
  ok,
  type Result,
  type StoreAction,
  type StoreEvent,
  type StoreObject,
  type TableName,
  type Tables,
} from '../api/index.ts';
import { INDEXES, lookupOf, type By } from './by.ts';
import { ERR_LOST_LEADERSHIP } from './errors.ts';
import type { Proposer } from './proposer.ts';
import { Table } from './table.ts';
import { Changes, type ReadTx, type TableSet, type Transaction } from './transaction.ts';
import { WatchQueue, type StoreWorld } from './watch.ts';

/** swarmkit: MaxChangesPerTransaction. */
const CHANGES_PER_TRANSACTION_MAX = 200;

/** All objects of a store, each table in order of creation. */
export type StoreSnapshot = { readonly [T in TableName]: readonly Tables[T][] };

/** Somebody who waits for the store: one write, or the rest of a batch. */
interface Turn {
  readonly what: string;
  readonly cause: number;
  readonly writes: Iterator<(tx: Transaction) => void>;
  readonly isBatch: boolean;
  readonly done: (result: Result<void>) => void;
}

interface InFlight {
  readonly turn: Turn;
  readonly actions: readonly StoreAction[];
  readonly isLast: boolean;
}

export class Store implements ReadTx {
  readonly name: string;
  readonly #world: StoreWorld;
  readonly #tables = emptyTables();
  readonly #watchers: WatchQueue;
  #proposer: Proposer | undefined;
  #turns: Turn[] = [];
  #inFlight: InFlight | undefined;
  #isServing = false;

  constructor(options: {
    readonly world: StoreWorld;
    readonly name: string;
    readonly proposer?: Proposer;
  }) {
    this.name = options.name;
    this.#world = options.world;
    this.#proposer = options.proposer;
    this.#watchers = new WatchQueue(options.world);
  }

  /**
   * Given to the leader's store, taken away when it no longer leads: then the transaction in flight
   * and those that wait fail.
   */
  setProposer(proposer: Proposer | undefined): void {
    const inFlight = this.#inFlight;
    const turns = this.#turns;
    this.#proposer = proposer;
    this.#inFlight = undefined;
    this.#turns = [];
    if (inFlight) this.#finish(inFlight.turn, no('Unknown', ERR_LOST_LEADERSHIP));
    for (const turn of turns) this.#finish(turn, no('Unknown', ERR_LOST_LEADERSHIP));
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.#tables[table].get(id) as Tables[T] | undefined;
  }

  list<T extends TableName>(table: T, by?: By): readonly Tables[T][] {
    const rows = this.#tables[table];
    return (by ? rows.list(lookupOf(by)) : rows.all()) as unknown as readonly Tables[T][];
  }

  /**
   * One transaction. It runs when it is its turn (now, if nobody else's is); `done` comes after the
   * commit.
   */
  update(
    what: string,
    write: (tx: Transaction) => void,
    done: (result: Result<void>) => void = ignore,
  ): void {
    this.#enqueue({
      what,
      cause: this.#world.cause,
      writes: [write].values(),
      isBatch: false,
      done,
    });
  }

  /**
   * Many small writes, cut into transactions of some 200 changes; other updates get their turn in
   * between. A write that fails is left out and the others go on. `writes` is drawn lazily: each
   * write sees what those before it did.
   */
  batch(
    what: string,
    writes: Iterable<(tx: Transaction) => void>,
    done: (result: Result<void>) => void = ignore,
  ): void {
    this.#enqueue({
      what,
      cause: this.#world.cause,
      writes: writes[Symbol.iterator](),
      isBatch: true,
      done,
    });
  }

  /**
   * `handler` gets the changes of each later commit, in an event of its own. Returns how to stop
   * it.
   */
  watch(name: string, handler: (events: readonly StoreEvent[]) => void): () => void {
    return this.#watchers.watch(`${this.name} ${name}`, handler);
  }

  /**
   * Raft has committed `actions` at `index`. Called on every manager, before the proposer's `done`.
   */
  apply(actions: readonly StoreAction[], index: number): void {
    const events = actions.map((action) => this.#applyOne(action));
    const mine =
      this.#inFlight && isSame(this.#inFlight.actions, actions) ? this.#inFlight.turn : undefined;
    if (!mine) return this.#watchers.publish(events);
    this.#world.because(mine.cause, () => {
      const changes = events.slice(0, 8).map((e) => `${e.action} ${e.table} ${e.object.ID}`);
      const data = { store: this.name, what: mine.what, index, count: events.length, changes };
      this.#world.because(this.#world.emit('store.commit', data), () =>
        this.#watchers.publish(events),
      );
    });
  }

  save(): StoreSnapshot {
    const snapshot: Partial<Record<TableName, readonly StoreObject[]>> = {};
    for (const table of TABLE_NAMES) snapshot[table] = this.#tables[table].all();
    return snapshot as StoreSnapshot;
  }

  /** Becomes equal to the snapshot. Watchers get the difference. */
  restore(snapshot: StoreSnapshot): void {
    const events: StoreEvent[] = [];
    for (const table of TABLE_NAMES) {
      const before = new Map(this.#tables[table].all().map((object) => [object.ID, object]));
      const after = new Map<string, StoreObject>(
        snapshot[table].map((object) => [object.ID, object]),
      );
      // All rows are laid anew, so that the order of creation becomes the snapshot's.
      for (const [id, object] of before) {
        this.#tables[table].delete(id);
        if (!after.has(id))
          events.push({ action: 'remove', table, object, before: object } as StoreEvent);
      }
      for (const [id, object] of after) {
        this.#tables[table].put(object);
        const old = before.get(id);
        if (!old) events.push({ action: 'create', table, object, before: undefined } as StoreEvent);
        else if (old.Version.Index !== object.Version.Index)
          events.push({ action: 'update', table, object, before: old } as StoreEvent);
      }
    }
    this.#watchers.publish(events);
  }

  #applyOne(action: StoreAction): StoreEvent {
    const table = this.#tables[action.table];
    const id = action.action === 'remove' ? action.id : action.object.ID;
    const before = table.get(id);
    if ((before === undefined) !== (action.action === 'create'))
      throw new Error(
        `${this.name}: the log says ${action.action} ${action.table} ${id}, which is ${before ? '' : 'not '}there`,
      );
    if (action.action === 'remove') {
      table.delete(id);
      return {
        action: 'remove',
        table: action.table,
        object: before,
        before,
      } as unknown as StoreEvent;
    }
    table.put(action.object);
    return {
      action: action.action,
      table: action.table,
      object: action.object,
      before,
    } as unknown as StoreEvent;
  }

  #enqueue(turn: Turn): void {
    this.#turns.push(turn);
    this.#serve();
  }

  /** Gives turns until one has to wait for its commit. */
  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      for (let turn; !this.#inFlight && (turn = this.#turns.shift());) this.#begin(turn);
    } finally {
      this.#isServing = false;
    }
  }

  #begin(turn: Turn): void {
    const proposer = this.#proposer;
    if (!proposer) return this.#finish(turn, no('Unknown', ERR_LOST_LEADERSHIP));
    const tx = new Changes(this.#tables, proposer.version(), this.#world.timestamp());
    const filled = this.#world.because(turn.cause, () => fill(turn, tx));
    if (!filled.ok) return this.#finish(turn, filled);
    if (tx.actions.length === 0) return this.#finish(turn, ok(undefined));
    const inFlight: InFlight = { turn, actions: tx.actions, isLast: filled.value };
    this.#inFlight = inFlight;
    this.#world.because(turn.cause, () =>
      proposer.propose(tx.actions, (result) => {
        if (this.#inFlight !== inFlight) return;
        this.#inFlight = undefined;
        if (!result.ok) this.#finish(turn, result);
        else if (inFlight.isLast) this.#finish(turn, ok(undefined));
        else this.#turns.push(turn);
        this.#serve();
      }),
    );
  }

  #finish(turn: Turn, result: Result<void>): void {
    this.#world.because(turn.cause, () => turn.done(result));
  }
}

/**
 * Runs the writes of a turn until the transaction is full; the value says whether none are left.
 */
function fill(turn: Turn, tx: Changes): Result<boolean> {
  for (;;) {
    if (tx.actions.length >= CHANGES_PER_TRANSACTION_MAX) return ok(false);
    const next = turn.writes.next();
    if (next.done) return ok(true);
    const failure = tx.attempt(next.value);
    if (failure && !turn.isBatch) return { ok: false, error: failure.error };
  }
}

/** Whether what was committed is what was proposed; it may have been copied on its way. */
function isSame(proposed: readonly StoreAction[], committed: readonly StoreAction[]): boolean {
  if (proposed === committed) return true;
  const [a, b] = [proposed[0], committed[0]];
  if (!a || !b || proposed.length !== committed.length) return false;
  const idOf = (x: StoreAction): string => (x.action === 'remove' ? x.id : x.object.ID);
  return a.action === b.action && a.table === b.table && idOf(a) === idOf(b);
}

function emptyTables(): TableSet {
  const tables: Partial<Record<TableName, Table>> = {};
  for (const name of TABLE_NAMES) tables[name] = new Table(INDEXES[name]);
  return tables as TableSet;
}

function ignore(): void {}
