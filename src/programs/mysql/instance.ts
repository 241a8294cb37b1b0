/**
 * A running database: tables, users, variables, and the directory that keeps them.
 *
 * Real: mysql sql/mysqld.cc, sql/dd. What is committed is in the files when the client hears of it.
 */
import { SystemError, type Scheduler } from '../../sim/index.ts';
import { mysqlFunctions } from '../sql/functions.ts';
import { MissingAlias } from '../sql/expressions.ts';
import { SqlSyntaxError } from '../sql/lexer.ts';
import type { SqlValue } from '../sql/sqlite.ts';
import { Store, type Table, type Transaction } from '../sql/store.ts';
import type { Account } from './accounts.ts';
import type { DataDirectory } from './datadir.ts';
import { MysqlError, syntaxError } from './errors.ts';
import { isAtLeast, versionNumber, type Release } from './releases.ts';
import type { SessionState } from './state.ts';

export const SYSTEM_DATABASES = ['information_schema', 'mysql', 'performance_schema', 'sys'];

export class Instance {
  readonly world: Scheduler;
  readonly release: Release;
  readonly store: Store;
  readonly directory: DataDirectory;
  readonly variables: Map<string, SqlValue>;
  readonly sessions = new Set<SessionState>();
  readonly startedAtMs: number;
  accounts: readonly Account[];
  /** The session whose statement runs: the host's functions ask for it. */
  current: SessionState | undefined;
  /** What SLEEP() adds up to while a statement runs. */
  sleptMs = 0;
  questions = 0;
  connections = 0;
  /** Tells who waits for a lock that something was let go. */
  onCommit: () => void = () => {};
  readonly isGrantless: boolean;

  constructor(
    world: Scheduler,
    release: Release,
    directory: DataDirectory,
    variables: Map<string, SqlValue>,
    accounts: readonly Account[],
    isGrantless: boolean,
  ) {
    this.world = world;
    this.release = release;
    this.directory = directory;
    this.variables = variables;
    this.accounts = accounts;
    this.isGrantless = isGrantless;
    this.startedAtMs = world.nowMs;
    this.store = new Store('mysql', mysqlFunctions);
    this.#registerOwn();
  }

  get number(): number {
    return versionNumber(this.release);
  }

  get isMariadb(): boolean {
    return this.release.product === 'mariadb';
  }

  /** 8.0 and later, without MariaDB. */
  get is8(): boolean {
    return !this.isMariadb && isAtLeast(this.release, '8.0.0');
  }

  #registerOwn(): void {
    const { sqlite } = this.store;
    sqlite.create_function(
      'lab_getvar',
      (name: string) => this.current?.userVariables.get(name.toLowerCase()) ?? null,
    );
    sqlite.create_function('lab_setvar', (name: string, value: SqlValue) => {
      this.current?.userVariables.set(name.toLowerCase(), value);
      return value;
    });
    sqlite.create_function(
      'lab_rand',
      () => this.world.random(`mysql ${this.directory.uuid}`).below(1_000_000_007) / 1_000_000_007,
    );
    sqlite.create_function('lab_uuid', () => this.uuid());
    sqlite.create_function('lab_sleep', (seconds: number) => {
      this.sleptMs += Math.round(seconds * 1000);
      return 0;
    });
  }

  uuid(): string {
    const random = this.world.random(`mysql uuid ${this.directory.path}`);
    const hex = (n: number): string =>
      Array.from({ length: n }, () => random.below(16).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-11f1-${hex(4)}-0242ac11${hex(4)}`;
  }

  /** Reads all that the directory holds. */
  load(broken: (database: string, table: string) => void): void {
    const files = this.directory.databases.flatMap((database) => {
      this.store.addDatabase(database);
      return this.directory.readTables(database, (name) => broken(database, name));
    });
    this.store.sqlite.run('PRAGMA foreign_keys = OFF');
    for (const { table, rows, counter } of files) {
      this.store.createTable(table);
      this.store.setCounter(table, counter);
      const transaction = this.store.begin();
      this.store.enter(transaction);
      for (const row of rows)
        this.store.change(
          transaction,
          table,
          `INSERT INTO ${this.store.sqlName(table)} VALUES (${row.map(() => '?').join(', ')})`,
          row,
        );
      this.store.commit(transaction);
    }
    this.store.sqlite.run('PRAGMA foreign_keys = ON');
  }

  commit(transaction: Transaction): void {
    for (const key of this.store.commit(transaction)) {
      const at = key.indexOf('.');
      const table = this.store.find(key.slice(0, at), key.slice(at + 1));
      if (table) this.save(table);
    }
    this.onCommit();
  }

  /** Writes a table's file; a disk that is full makes the statement fail, as the real one does. */
  save(table: Table): void {
    this.store.enter(undefined);
    try {
      this.directory.writeTable({
        table,
        rows: table.view === undefined ? this.store.rows(table) : [],
        counter: this.store.counter(table),
      });
    } catch (error) {
      if (error instanceof SystemError)
        throw new MysqlError(1114, 'HY000', `The table '${table.name}' is full`);
      throw error;
    }
  }

  setAccounts(accounts: readonly Account[]): void {
    this.accounts = accounts;
    this.directory.writeAccounts(accounts);
  }

  /** What anything thrown by a statement is in MySQL's words. */
  errorOf(error: unknown, sql: string): MysqlError {
    if (error instanceof MysqlError) return error;
    if (error instanceof SqlSyntaxError) return syntaxError(sql, error.at, this.isMariadb);
    if (error instanceof MissingAlias)
      return new MysqlError(1248, '42000', 'Every derived table must have its own alias');
    if (
      error instanceof Error &&
      /parser stack|too many terms|too many columns|misuse|no such|syntax error|malformed JSON|JSON/.test(
        error.message,
      )
    )
      return /JSON/.test(error.message)
        ? new MysqlError(
            3141,
            '22032',
            'Invalid JSON text in argument 1 to function json_extract: "Invalid value." at position 0.',
          )
        : new MysqlError(1235, '42000', `이 실습실에서는 지원하지 않습니다: ${error.message}`);
    if (error instanceof Error && /integer overflow/.test(error.message))
      return new MysqlError(1690, '22003', `BIGINT value is out of range in '${sql}'`);
    throw error;
  }
}
