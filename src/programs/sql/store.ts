/**
 * Tables with their rows, and transactions over them.
 *
 * What a transaction has done is kept as a list of row changes: while another session works, its changes are taken back, and put in place again when it goes on.
 * So each session sees what has been committed, and its own. A table that an open transaction has changed is locked for other writers.
 *
 * Left out: row locks (locks are on tables), snapshots that stay the same through a transaction (reads see the latest commit).
 */
import { affinityOf, typeOf, type ValueType } from './types.ts';
import { ident, openSqlite, rowsOf, type SqliteDatabase, type SqlValue } from './sqlite.ts';
import type { Dialect } from './lexer.ts';
import { registerFunctions, type FunctionTable } from './functions.ts';
import type { TypeName } from './ast.ts';

export type ColumnDefault =
  | { readonly kind: 'value'; readonly value: SqlValue }
  /** An expression, evaluated for each row. */
  | { readonly kind: 'expression'; readonly text: string };

export interface Column {
  readonly name: string;
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly default?: ColumnDefault | undefined;
  readonly autoIncrement?: boolean;
  readonly onUpdateNow?: boolean;
  readonly comment?: string | undefined;
}

export interface Index {
  readonly name: string;
  readonly kind: 'primary' | 'unique' | 'index' | 'fulltext';
  readonly columns: readonly string[];
  readonly lengths?: readonly (number | undefined)[] | undefined;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly database: string;
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

export interface Check {
  readonly name: string;
  readonly text: string;
}

export interface Table {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  readonly options: Readonly<Record<string, string>>;
  readonly createdUnixMs: number;
  /** The query of a view. */
  readonly view?: string | undefined;
}

interface Change {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  readonly table: string;
}

export class Transaction {
  readonly changes: Change[] = [];
  readonly savepoints: { name: string; at: number }[] = [];

  get tables(): ReadonlySet<string> {
    return new Set(this.changes.map(({ table }) => table));
  }
}

/** Another transaction has changed the table and is still open. */
export class LockWait extends Error {}

export function keyOf(database: string, table: string): string {
  return `${database}.${table}`;
}

export class Store {
  readonly sqlite: SqliteDatabase;
  readonly #ignoresCase: boolean;
  readonly #databases = new Map<string, Map<string, Table>>();
  readonly #counters = new Map<string, number>();
  readonly #open = new Set<Transaction>();
  #active: Transaction | undefined;

  constructor(dialect: Dialect, functions: FunctionTable) {
    this.sqlite = openSqlite();
    this.#ignoresCase = dialect === 'mysql';
    registerFunctions(this.sqlite, functions);
  }

  close(): void {
    this.sqlite.close();
  }

  get databases(): readonly string[] {
    return [...this.#databases.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  hasDatabase(name: string): boolean {
    return this.#databases.has(name);
  }

  addDatabase(name: string): void {
    this.#databases.set(name, new Map());
  }

  dropDatabase(name: string): void {
    for (const { name: table } of this.tables(name)) this.dropTable(name, table);
    this.#databases.delete(name);
  }

  tables(database: string): readonly Table[] {
    return [...(this.#databases.get(database)?.values() ?? [])].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  }

  find(database: string, name: string): Table | undefined {
    return this.#databases.get(database)?.get(name);
  }

  /** Makes the table; DDL is outside of transactions. */
  createTable(table: Table): void {
    this.enter(undefined);
    if (table.view === undefined) {
      this.sqlite.run(this.#createSql(table, this.sqlName(table)));
      this.#createIndexes(table);
    }
    this.#databases.get(table.database)?.set(table.name, table);
  }

  dropTable(database: string, name: string): void {
    this.enter(undefined);
    const table = this.find(database, name);
    if (!table) return;
    if (table.view === undefined) {
      this.sqlite.run('PRAGMA foreign_keys = OFF');
      this.sqlite.run(`DROP TABLE ${this.sqlName(table)}`);
      this.sqlite.run('PRAGMA foreign_keys = ON');
    }
    this.#databases.get(database)?.delete(name);
    this.#counters.delete(keyOf(database, name));
  }

  /** Puts a changed definition in place; `rows` are all rows in the new shape. Foreign keys that lead here stay. */
  replaceTable(before: Table, after: Table, rows: readonly (readonly SqlValue[])[]): void {
    this.enter(undefined);
    const counter = this.counter(before);
    this.sqlite.run('PRAGMA foreign_keys = OFF');
    try {
      if (before.name !== after.name || before.database !== after.database) {
        // A rename lets those follow that refer to it.
        this.sqlite.run(`ALTER TABLE ${this.sqlName(before)} RENAME TO ${this.sqlName(after)}`);
        this.#databases.get(before.database)?.delete(before.name);
        this.#databases.get(after.database)?.set(after.name, after);
        this.#counters.delete(keyOf(before.database, before.name));
        this.#renameReferences(before, after);
      }
      const temporary = '"lab rebuilt"';
      this.sqlite.run('BEGIN');
      try {
        this.sqlite.run(this.#createSql(after, temporary));
        for (const row of rows)
          this.sqlite.run(`INSERT INTO ${temporary} VALUES (${row.map(() => '?').join(', ')})`, [
            ...row,
          ]);
        this.sqlite.run('PRAGMA legacy_alter_table = ON');
        this.sqlite.run(`DROP TABLE ${this.sqlName(after)}`);
        this.sqlite.run(`ALTER TABLE ${temporary} RENAME TO ${this.sqlName(after)}`);
        this.#createIndexes(after);
        this.sqlite.run('COMMIT');
      } catch (error) {
        this.sqlite.run('ROLLBACK');
        throw error;
      }
    } finally {
      this.sqlite.run('PRAGMA legacy_alter_table = OFF');
      this.sqlite.run('PRAGMA foreign_keys = ON');
    }
    this.#databases.get(after.database)?.set(after.name, after);
    this.setCounter(after, counter);
  }

  #renameReferences(before: Table, after: Table): void {
    for (const database of this.databases)
      for (const table of this.tables(database)) {
        const foreignKeys = table.foreignKeys.map((key) =>
          key.database === before.database && key.table === before.name
            ? { ...key, database: after.database, table: after.name }
            : key,
        );
        this.#databases.get(database)?.set(table.name, { ...table, foreignKeys });
      }
  }

  sqlName({ database, name }: { readonly database: string; readonly name: string }): string {
    return ident(keyOf(database, name));
  }

  typeOf(column: Column): ValueType {
    return typeOf(column.type);
  }

  #createSql(table: Table, name: string): string {
    const columns = table.columns.map(
      (column) =>
        `${ident(column.name)} ${affinityOf(typeOf(column.type), this.#ignoresCase)}${column.notNull ? ' NOT NULL' : ''}`,
    );
    const primary = table.indexes.find(({ kind }) => kind === 'primary');
    const keys = table.foreignKeys.map(
      (key) =>
        `FOREIGN KEY (${key.columns.map(ident).join(', ')}) REFERENCES ${ident(keyOf(key.database, key.table))} (${key.references.map(ident).join(', ')})${key.onDelete ? ` ON DELETE ${key.onDelete}` : ''}${key.onUpdate ? ` ON UPDATE ${key.onUpdate}` : ''}`,
    );
    const parts = [
      ...columns,
      ...(primary ? [`PRIMARY KEY (${primary.columns.map(ident).join(', ')})`] : []),
      ...keys,
    ];
    // Rows lie in the order of the primary key, as InnoDB's do.
    return `CREATE TABLE ${name} (${parts.join(', ')})${primary && this.#ignoresCase ? ' WITHOUT ROWID' : ''}`;
  }

  #createIndexes(table: Table): void {
    for (const index of table.indexes)
      if (index.kind === 'unique' || index.kind === 'index')
        this.sqlite.run(
          `CREATE ${index.kind === 'unique' ? 'UNIQUE ' : ''}INDEX ${ident(`${keyOf(table.database, table.name)}.${index.name}`)} ON ${this.sqlName(table)} (${index.columns.map(ident).join(', ')})`,
        );
  }

  /** Columns that tell rows apart. */
  identity(table: Table): readonly string[] {
    const primary = table.indexes.find(({ kind }) => kind === 'primary');
    return primary && this.#ignoresCase ? primary.columns.map(ident) : ['rowid'];
  }

  /** The next value that AUTO_INCREMENT gives. */
  counter(table: Table): number {
    return this.#counters.get(keyOf(table.database, table.name)) ?? 1;
  }

  setCounter(table: Table, value: number): void {
    this.#counters.set(keyOf(table.database, table.name), value);
  }

  rows(table: Table): readonly SqlValue[][] {
    return rowsOf(
      this.sqlite,
      `SELECT ${table.columns.map(({ name }) => ident(name)).join(', ')} FROM ${this.sqlName(table)}`,
    );
  }

  begin(): Transaction {
    const transaction = new Transaction();
    this.#open.add(transaction);
    return transaction;
  }

  /** From here on SQLite holds what this transaction sees. */
  enter(transaction: Transaction | undefined): void {
    if (this.#active === transaction) return;
    if (this.#active) this.sqlite.run('ROLLBACK');
    this.#active = transaction;
    if (!transaction) return;
    this.sqlite.run('BEGIN');
    for (const { sql, values } of transaction.changes) this.sqlite.run(sql, [...values]);
  }

  /** Fails with LockWait when another open transaction has changed the table. */
  lock(transaction: Transaction, table: Table): void {
    const key = keyOf(table.database, table.name);
    for (const other of this.#open)
      if (other !== transaction && other.tables.has(key)) throw new LockWait();
  }

  isLockedFor(transaction: Transaction | undefined, key: string): boolean {
    return [...this.#open].some((other) => other !== transaction && other.tables.has(key));
  }

  change(transaction: Transaction, table: Table, sql: string, values: readonly SqlValue[]): void {
    this.sqlite.run(sql, [...values]);
    transaction.changes.push({ sql, values, table: keyOf(table.database, table.name) });
  }

  /** Takes back what has been done since there were `count` changes. */
  rewind(transaction: Transaction, count: number): void {
    if (transaction.changes.length === count) return;
    transaction.changes.length = count;
    if (this.#active !== transaction) return;
    this.sqlite.run('ROLLBACK');
    this.#active = undefined;
    this.enter(transaction);
  }

  /** Names of the tables that have changed. */
  commit(transaction: Transaction): ReadonlySet<string> {
    if (transaction.changes.length > 0) this.enter(transaction);
    if (this.#active === transaction) {
      this.sqlite.run('COMMIT');
      this.#active = undefined;
    }
    this.#open.delete(transaction);
    return transaction.tables;
  }

  rollback(transaction: Transaction): void {
    if (this.#active === transaction) {
      this.sqlite.run('ROLLBACK');
      this.#active = undefined;
    }
    this.#open.delete(transaction);
  }
}
