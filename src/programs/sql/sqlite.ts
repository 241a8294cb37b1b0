/**
 * The SQL engine under the database servers: SQLite, which the outside brings (sql.js), and the host call that waits for it.
 *
 * The servers parse their own dialects, keep the catalogue and check types; SQLite stores rows, joins, groups and sorts. Its own functions of time
 * and chance are never called: what may run is what `functions.ts` names.
 */
import { call, callbackCall, type Scheduler, type Sys } from '../../sim/index.ts';

export type SqlValue = number | string | Uint8Array | null;

export interface SqliteStatement {
  bind(values: SqlValue[]): boolean;
  step(): boolean;
  get(): SqlValue[];
  free(): boolean;
}

export interface SqliteDatabase {
  run(sql: string, values?: SqlValue[]): unknown;
  prepare(sql: string): SqliteStatement;
  create_function(name: string, run: (...values: never[]) => unknown): unknown;
  close(): void;
}

export interface SqliteEngine {
  readonly Database: new () => SqliteDatabase;
}

let engine: SqliteEngine | undefined;

/** The engine has been loaded. */
export function provideSqlite(loaded: SqliteEngine): void {
  engine ??= loaded;
}

export function hasSqlite(): boolean {
  return engine !== undefined;
}

/** A host call: goes on when the engine is there. Takes no virtual time, and the same events either way. */
export function* awaitSqlite(world: Scheduler): Sys<void> {
  yield* call(
    callbackCall<void>('load', (done) => {
      world.schedule(0, 'loaded', () => done(undefined));
      world.hold(hasSqlite);
      return undefined;
    }),
  );
}

/** A new, empty database in memory. Whoever opens one closes it. */
export function openSqlite(): SqliteDatabase {
  if (!engine) throw new Error('the SQL engine has not been loaded');
  const database = new engine.Database();
  database.run('PRAGMA foreign_keys = ON');
  return database;
}

/** All rows of a query. */
export function rowsOf(
  database: SqliteDatabase,
  sql: string,
  values: readonly SqlValue[] = [],
): SqlValue[][] {
  const statement = database.prepare(sql);
  try {
    if (values.length > 0) statement.bind([...values]);
    const rows: SqlValue[][] = [];
    while (statement.step()) rows.push(statement.get());
    return rows;
  } finally {
    statement.free();
  }
}

/** A name as SQLite reads it. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A literal as SQLite reads it. */
export function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return `x'${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
}
