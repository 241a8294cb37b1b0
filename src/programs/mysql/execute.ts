/**
 * One statement of one session.
 *
 * Real:     mysql sql/sql_parse.cc (mysql_execute_command).
 * Left out: what `statements.ts` and `tables.ts` leave out.
 */
import type { Select, Statement } from '../sql/ast.ts';
import { compile, newScope } from '../sql/compile.ts';
import { deleteRows, insert, update, type Work } from '../sql/dml.ts';
import { compileQuery, type OutputColumn } from '../sql/query.ts';
import { rowsOf, type SqlValue } from '../sql/sqlite.ts';
import { keyOf, LockWait, type Transaction } from '../sql/store.ts';
import { formatValue, isNumeric } from '../sql/types.ts';
import { manageUsers } from './users.ts';
import { MysqlEnvironment } from './environment.ts';
import { failWith, MysqlError, tableExists, unknownDatabase, unsupported } from './errors.ts';
import { SYSTEM_DATABASES, type Instance } from './instance.ts';
import type { Field, Reply } from './protocol.ts';
import { mysqlRules } from './rules.ts';
import { setVariables } from './settings.ts';
import { columnsOf, show } from './show.ts';
import { explain } from './explain.ts';
import { parseMysql } from './statements.ts';
import type { SessionState } from './state.ts';
import { TableWork } from './tables.ts';
import { columnType, virtualSource, type VirtualTable } from './virtual.ts';

/** Statements that end an open transaction. */
const IMPLICIT_COMMIT = new Set([
  'create-table',
  'drop-table',
  'alter-table',
  'create-database',
  'drop-database',
  'truncate',
  'rename-table',
  'create-index',
  'drop-index',
  'create-view',
  'drop-view',
  'create-user',
  'drop-user',
  'grant',
  'begin',
  'lock',
  'flush',
]);

/** The reply, or LockWait thrown when it has to wait for another session. */
export function execute(instance: Instance, session: SessionState, sql: string): Reply {
  instance.current = session;
  const warnings: MysqlError[] = [];
  try {
    const statement = parseMysql(sql, instance.number);
    const isDiagnostic =
      statement.kind === 'show' && (statement.what === 'WARNINGS' || statement.what === 'ERRORS');
    const reply = new Execution(instance, session, sql, warnings).run(statement);
    if (!isDiagnostic) session.warnings = warnings;
    return reply;
  } catch (error) {
    if (error instanceof LockWait) throw error;
    const known = instance.errorOf(error, sql);
    session.warnings = [known];
    session.rowCount = -1;
    return { type: 'error', number: known.number, state: known.state, message: known.message };
  } finally {
    instance.current = undefined;
  }
}

class Execution {
  readonly #instance: Instance;
  readonly #session: SessionState;
  readonly #sql: string;
  readonly #env: MysqlEnvironment;
  readonly #warnings: MysqlError[];

  constructor(instance: Instance, session: SessionState, sql: string, warnings: MysqlError[]) {
    this.#instance = instance;
    this.#session = session;
    this.#sql = sql;
    this.#warnings = warnings;
    this.#env = new MysqlEnvironment(instance, session);
  }

  run(statement: Statement): Reply {
    const session = this.#session;
    if (IMPLICIT_COMMIT.has(statement.kind) && session.transaction) this.#commit();
    switch (statement.kind) {
      case 'select':
        return this.#select(statement);
      case 'insert':
      case 'update':
      case 'delete':
        return this.#write(statement);
      case 'empty':
        return failWith(1065, '42000', 'Query was empty');
      case 'use':
        return this.#use(statement.name);
      case 'show':
        return this.#show(statement);
      case 'describe': {
        const table = columnsOf(
          this.#env.find(statement.table.name, statement.table.database, 'SELECT'),
          this.#instance,
          false,
        );
        const wanted = statement.column?.toLowerCase();
        return this.#virtual(
          wanted === undefined
            ? table
            : {
                ...table,
                rows: table.rows.filter(([name]) => String(name).toLowerCase() === wanted),
              },
        );
      }
      case 'explain':
        if (statement.select.kind !== 'select') return unsupported('EXPLAIN (SELECT 외)');
        return this.#virtual(explain(statement.select, this.#instance, this.#env));
      case 'begin':
        session.transaction = this.#instance.store.begin();
        return this.#ok();
      case 'commit':
        this.#commit();
        return this.#ok();
      case 'rollback':
        return this.#rollback(statement.to);
      case 'savepoint':
        session.transaction?.savepoints.push({
          name: statement.name,
          at: session.transaction.changes.length,
        });
        return this.#ok();
      case 'release':
        return this.#ok();
      case 'set':
      case 'set-names':
        setVariables(statement, this.#instance, session, this.#env);
        return this.#ok();
      case 'create-database':
      case 'alter-database':
      case 'drop-database':
        return this.#database(statement);
      case 'create-user':
      case 'drop-user':
      case 'rename-user':
      case 'grant':
      case 'set-password':
        for (const warning of manageUsers(statement, this.#instance, session, this.#env))
          this.#warnings.push(warning);
        return this.#ok();
      case 'flush':
      case 'lock':
        return this.#ok();
      case 'kill':
        return this.#kill(statement);
      case 'shutdown':
        return unsupported('SHUTDOWN');
      case 'table-maintenance':
        return this.#virtual({
          columns: ['Table', 'Op', 'Msg_type', 'Msg_text'],
          rows: statement.tables.map((name) => [
            `${this.#env.find(name.name, name.database).database}.${name.name}`,
            statement.op,
            'status',
            'OK',
          ]),
        });
      case 'unsupported':
        return unsupported(statement.what);
      default:
        return this.#define(statement);
    }
  }

  #ok(affected = 0, info = '', insertId = 0): Reply {
    this.#session.rowCount = affected;
    return { type: 'ok', affected, info, insertId, warnings: this.#warnings.length };
  }

  #commit(): void {
    const { transaction } = this.#session;
    this.#session.transaction = undefined;
    if (transaction) this.#instance.commit(transaction);
  }

  #rollback(to: string | undefined): Reply {
    const { transaction } = this.#session;
    if (to === undefined) {
      this.#session.transaction = undefined;
      if (transaction) this.#instance.store.rollback(transaction);
      this.#instance.onCommit();
      return this.#ok();
    }
    const savepoint = transaction?.savepoints.findLast(
      ({ name }) => name.toLowerCase() === to.toLowerCase(),
    );
    if (!transaction || !savepoint)
      return failWith(1305, '42000', `SAVEPOINT ${to} does not exist`);
    this.#instance.store.rewind(transaction, savepoint.at);
    return this.#ok();
  }

  /** Runs in the open transaction, or in one of its own; what a failed statement has done is taken back. */
  #within<T>(run: (transaction: Transaction) => T): T {
    const { store } = this.#instance;
    const session = this.#session;
    const isOff = this.#env.systemVariable('autocommit') === 'OFF';
    if (!session.transaction && isOff) session.transaction = store.begin();
    const own = session.transaction;
    const transaction = own ?? store.begin();
    store.enter(transaction);
    const before = transaction.changes.length;
    try {
      const result = run(transaction);
      if (!own) this.#instance.commit(transaction);
      return result;
    } catch (error) {
      if (own) store.rewind(transaction, before);
      else store.rollback(transaction);
      throw error;
    }
  }

  #select(statement: Select): Reply {
    this.#instance.store.enter(this.#session.transaction);
    const query = compileQuery(statement, this.#env);
    const rows = rowsOf(this.#instance.store.sqlite, query.sql);
    this.#session.foundRows = rows.length;
    this.#session.rowCount = -1;
    return this.#rows(query.columns, rows);
  }

  #rows(columns: readonly OutputColumn[], rows: readonly (readonly SqlValue[])[]): Reply {
    return {
      type: 'rows',
      fields: columns.map(({ name, type, table }): Field => ({
        name,
        table,
        isNumber: isNumeric(type),
        type: type.declared?.base ?? type.kind,
      })),
      rows: rows.map((row) =>
        row.map((value, i) => formatValue(value, columns[i]?.type ?? { kind: 'string' })),
      ),
      warnings: this.#warnings.length,
    };
  }

  #virtual({ columns, rows }: VirtualTable): Reply {
    return this.#rows(
      columns.map((name, i) => ({ name, type: columnType(rows, i) })),
      rows,
    );
  }

  #show(statement: Extract<Statement, { kind: 'show' }>): Reply {
    this.#instance.store.enter(this.#session.transaction);
    const all = show(statement, this.#instance, this.#session, this.#env);
    if (statement.like !== undefined) {
      const pattern = new RegExp(
        `^${statement.like
          .replace(/[.*+?^${}()|[\]]/g, '\\$&')
          .replace(/(?<!\\)%/g, '.*')
          .replace(/(?<!\\)_/g, '.')
          .replace(/\\([%_])/g, '$1')}$`,
        'i',
      );
      return this.#virtual({
        ...all,
        rows: all.rows.filter(([name]) => pattern.test(String(name))),
      });
    }
    if (!statement.where) return this.#virtual(all);
    const scope = newScope(this.#env);
    scope.clause = 'where clause';
    const source = virtualSource('', 'show', all);
    scope.sources.push({ ...source, alias: 'show', as: 't0', merged: new Set() });
    const { sql } = compile(statement.where, scope);
    return this.#virtual({
      ...all,
      rows: rowsOf(this.#instance.store.sqlite, `SELECT * FROM ${source.sql} AS t0 WHERE ${sql}`),
    });
  }

  #write(statement: Extract<Statement, { kind: 'insert' | 'update' | 'delete' }>): Reply {
    const { store } = this.#instance;
    const privilege =
      statement.kind === 'insert' ? 'INSERT' : statement.kind === 'update' ? 'UPDATE' : 'DELETE';
    this.#env.privilege = privilege;
    const ignore = statement.kind === 'insert' && statement.ignore;
    const written = this.#within((transaction) => {
      const work: Work = {
        store,
        env: this.#env,
        transaction,
        rules: mysqlRules(this.#instance, this.#env, (error) => this.#warnings.push(error), ignore),
        baseTable: (database, name) =>
          store.hasDatabase(database) && !this.#isView(database, name)
            ? this.#env.find(name, database, privilege)
            : undefined,
      };
      if (statement.kind === 'insert')
        return insert(
          statement,
          this.#env.find(statement.table.name, statement.table.database, privilege),
          work,
        );
      return statement.kind === 'update' ? update(statement, work) : deleteRows(statement, work);
    });
    if (written.insertId > 0) this.#session.lastInsertId = written.insertId;
    if (statement.kind === 'update')
      return this.#ok(
        written.affected,
        `Rows matched: ${written.matched}  Changed: ${written.changed}  Warnings: ${this.#warnings.length}`,
      );
    if (statement.kind === 'insert' && (written.records > 1 || statement.select))
      return this.#ok(
        written.affected,
        `Records: ${written.records}  Duplicates: ${written.duplicates}  Warnings: ${this.#warnings.length}`,
        written.insertId,
      );
    return this.#ok(written.affected, '', written.insertId);
  }

  #isView(database: string, name: string): boolean {
    return this.#instance.store.find(database, name)?.view !== undefined;
  }

  #use(name: string): Reply {
    const { store } = this.#instance;
    const isKnown = name === 'information_schema' || store.hasDatabase(name);
    if (!this.#instance.isGrantless && !this.#env.privileges.sees(name))
      failWith(
        1044,
        '42000',
        `Access denied for user '${this.#session.account.user}'@'${this.#session.account.host}' to database '${name}'`,
      );
    if (!isKnown) unknownDatabase(name);
    this.#session.database = name;
    return { type: 'ok', affected: 0, info: '', insertId: 0, warnings: 0, database: name };
  }

  #database(
    statement: Extract<Statement, { kind: 'create-database' | 'alter-database' | 'drop-database' }>,
  ): Reply {
    const { store, directory } = this.#instance;
    const name = statement.name === '' ? this.#env.databaseOf(undefined) : statement.name;
    const privilege =
      statement.kind === 'drop-database'
        ? 'DROP'
        : statement.kind === 'create-database'
          ? 'CREATE'
          : 'ALTER';
    if (!this.#instance.isGrantless && !this.#env.privileges.may(privilege, name))
      failWith(
        1044,
        '42000',
        `Access denied for user '${this.#session.account.user}'@'${this.#session.account.host}' to database '${name}'`,
      );
    if (statement.kind === 'alter-database') {
      if (!store.hasDatabase(name)) unknownDatabase(name);
      return this.#ok(1);
    }
    if (statement.kind === 'create-database') {
      if (store.hasDatabase(name) || SYSTEM_DATABASES.includes(name)) {
        const error = new MysqlError(
          1007,
          'HY000',
          `Can't create database '${name}'; database exists`,
        );
        if (!statement.ifNotExists) throw error;
        this.#warnings.push(error);
        return this.#ok(1);
      }
      store.addDatabase(name);
      directory.addDatabase(name);
      return this.#ok(1);
    }
    if (SYSTEM_DATABASES.includes(name))
      failWith(3552, 'HY000', `Access to system schema '${name}' is rejected.`);
    if (!store.hasDatabase(name)) {
      const error = new MysqlError(
        1008,
        'HY000',
        `Can't drop database '${name}'; database doesn't exist`,
      );
      if (!statement.ifExists) throw error;
      this.#warnings.push(error);
      return this.#ok();
    }
    const count = store.tables(name).length;
    store.dropDatabase(name);
    directory.dropDatabase(name);
    if (this.#session.database === name) this.#session.database = undefined;
    return this.#ok(count);
  }

  #kill(statement: Extract<Statement, { kind: 'kill' }>): Reply {
    const { sql } = compile(statement.id, newScope(this.#env));
    const id = Number(rowsOf(this.#instance.store.sqlite, `SELECT ${sql}`)[0]?.[0]);
    const victim = [...this.#instance.sessions].find((one) => one.id === id);
    if (!victim) return failWith(1094, 'HY000', `Unknown thread id: ${id}`);
    if (victim.user !== this.#session.user)
      this.#env.privileges.global('CONNECTION_ADMIN or SUPER');
    victim.end();
    return this.#ok();
  }

  /** DDL. */
  #define(
    statement: Exclude<Statement, { kind: 'select' | 'insert' | 'update' | 'delete' }>,
  ): Reply {
    const { store } = this.#instance;
    const work = new TableWork(this.#instance, this.#env, this.#sql);
    switch (statement.kind) {
      case 'create-table': {
        const made = this.#allowed('CREATE', statement.table.name, statement.table.database, () =>
          work.create(statement),
        );
        if (made === undefined)
          this.#warnings.push(
            new MysqlError(1050, '42S01', `Table '${statement.table.name}' already exists`),
          );
        return this.#ok(
          made ?? 0,
          statement.select
            ? `Records: ${made ?? 0}  Duplicates: 0  Warnings: ${this.#warnings.length}`
            : '',
        );
      }
      case 'create-view':
        return this.#createView(statement);
      case 'drop-table':
      case 'drop-view': {
        const isView = statement.kind === 'drop-view';
        const missing = statement.tables.filter(({ database, name }) => {
          const found = store.find(this.#env.databaseOf(database), name);
          return !found || (found.view !== undefined) !== isView;
        });
        const names = missing
          .map(({ database, name }) => `${this.#env.databaseOf(database)}.${name}`)
          .join(',');
        if (missing.length > 0 && !statement.ifExists)
          failWith(1051, '42S02', `Unknown table '${names}'`);
        if (missing.length > 0)
          this.#warnings.push(new MysqlError(1051, '42S02', `Unknown table '${names}'`));
        for (const name of statement.tables.filter((one) => !missing.includes(one)))
          this.#dropTable(name.name, this.#env.databaseOf(name.database));
        return this.#ok();
      }
      case 'truncate':
        for (const name of statement.tables) {
          const table = this.#env.find(name.name, name.database, 'DROP');
          store.replaceTable(table, table, []);
          store.setCounter(table, 1);
          this.#instance.save(table);
        }
        return this.#ok();
      case 'rename-table':
        for (const [from, to] of statement.pairs)
          work.alter(this.#env.find(from.name, from.database, 'ALTER'), [
            { kind: 'rename-table', to },
          ]);
        return this.#ok();
      case 'alter-table': {
        const rows = work.alter(
          this.#env.find(statement.table.name, statement.table.database, 'ALTER'),
          statement.changes,
        );
        const isCopy = statement.changes.some(
          ({ kind }) => kind === 'change-column' || kind === 'option',
        );
        return this.#ok(
          isCopy ? rows : 0,
          `Records: ${isCopy ? rows : 0}  Duplicates: 0  Warnings: 0`,
        );
      }
      case 'create-index':
        work.alter(this.#env.find(statement.table.name, statement.table.database, 'INDEX'), [
          {
            kind: 'add-constraint',
            constraint: {
              kind: statement.unique ? 'unique' : 'index',
              name: statement.name,
              columns: statement.columns,
            },
          },
        ]);
        return this.#ok(0, 'Records: 0  Duplicates: 0  Warnings: 0');
      case 'drop-index':
        work.alter(
          this.#env.find(statement.table?.name ?? '', statement.table?.database, 'INDEX'),
          [{ kind: 'drop-index', name: statement.name, what: 'index' }],
        );
        return this.#ok(0, 'Records: 0  Duplicates: 0  Warnings: 0');
      default:
        return unsupported(statement.kind);
    }
  }

  #allowed<T>(privilege: string, table: string, given: string | undefined, run: () => T): T {
    const database = this.#env.databaseOf(given);
    if (!this.#instance.isGrantless && !this.#env.privileges.may(privilege, database, table))
      failWith(
        1142,
        '42000',
        `${privilege} command denied to user '${this.#session.user}'@'${this.#session.host}' for table '${table}'`,
      );
    return run();
  }

  #dropTable(name: string, database: string): void {
    const { store, directory } = this.#instance;
    this.#env.find(name, database, 'DROP');
    for (const other of store.databases)
      for (const table of store.tables(other)) {
        const key = table.foreignKeys.find(
          (one) => one.database === database && one.table === name,
        );
        if (
          key &&
          keyOf(table.database, table.name) !== keyOf(database, name) &&
          this.#env.systemVariable('foreign_key_checks') !== 'OFF'
        )
          failWith(
            this.#instance.is8 ? 3730 : 1217,
            this.#instance.is8 ? 'HY000' : '23000',
            this.#instance.is8
              ? `Cannot drop table '${name}' referenced by a foreign key constraint '${key.name}' on table '${table.name}'.`
              : 'Cannot delete or update a parent row: a foreign key constraint fails',
          );
      }
    store.dropTable(database, name);
    directory.removeTable(database, name);
  }

  #createView(statement: Extract<Statement, { kind: 'create-view' }>): Reply {
    const { store } = this.#instance;
    const database = this.#env.databaseOf(statement.table.database);
    const there = store.find(database, statement.table.name);
    if (there && !(statement.orReplace && there.view !== undefined))
      tableExists(statement.table.name);
    const query = compileQuery(statement.select, this.#env);
    if (there) store.dropTable(database, there.name);
    const columns = query.columns.map(({ name, type }, i) => ({
      name: statement.columns?.[i] ?? name,
      type: type.declared ?? { base: 'varchar', args: [255] },
      notNull: false,
    }));
    const table = {
      database,
      name: statement.table.name,
      columns,
      indexes: [],
      foreignKeys: [],
      checks: [],
      options: {},
      createdUnixMs: this.#instance.world.unixMs,
      view: statement.text,
    };
    store.createTable(table);
    this.#instance.save(table);
    return this.#ok();
  }
}
