/** What names mean to a session: tables, views, functions without a table, variables; and how MySQL complains. */
import type { FunctionCall } from '../sql/ast.ts';
import type { Complaints, Environment, TableSource } from '../sql/compile.ts';
import { compileQuery } from '../sql/query.ts';
import { dateText, datetimeText, parseDate, timeText } from '../sql/dates.ts';
import { mysqlFunctions } from '../sql/functions.ts';
import { ident, type SqlValue } from '../sql/sqlite.ts';
import type { Table } from '../sql/store.ts';
import { DATE, DATETIME, DOUBLE, INT, STRING, TIME, typeOf, type ValueType } from '../sql/types.ts';
import { failWith, noDatabase, noSuchTable, unknownColumn, unknownDatabase } from './errors.ts';
import { informationSchema } from './information.ts';
import type { Instance } from './instance.ts';
import { Privileges } from './accounts.ts';
import { parseMysql } from './statements.ts';
import type { SessionState } from './state.ts';
import { virtualSource } from './virtual.ts';

const VIEW_DEPTH_MAX = 16;

export class MysqlEnvironment implements Environment {
  readonly dialect = 'mysql';
  readonly functions = mysqlFunctions;
  readonly complaints: Complaints;
  readonly #instance: Instance;
  readonly #session: SessionState;
  readonly #nowMs: number;
  /** The statement's kind of access: what is asked of privileges. */
  privilege = 'SELECT';
  #depth = 0;

  constructor(instance: Instance, session: SessionState) {
    this.#instance = instance;
    this.#session = session;
    this.#nowMs = instance.world.unixMs;
    this.complaints = complaintsOf(instance, session);
  }

  get onlyFullGroupBy(): boolean {
    return String(this.systemVariable('sql_mode') ?? '').includes('ONLY_FULL_GROUP_BY');
  }

  systemVariable(name: string): SqlValue | undefined {
    return this.#session.variables.get(name) ?? this.#instance.variables.get(name);
  }

  get privileges(): Privileges {
    return new Privileges(() => this.#session.account);
  }

  databaseOf(given: string | undefined): string {
    return given ?? this.#session.database ?? noDatabase();
  }

  /** The table, or the error that MySQL gives. */
  find(name: string, given: string | undefined, privilege = this.privilege): Table {
    const database = this.databaseOf(given);
    if (!this.#instance.isGrantless && !this.privileges.may(privilege, database, name))
      failWith(
        1142,
        '42000',
        `${privilege} command denied to user '${this.#session.user}'@'${this.#session.host}' for table '${name}'`,
      );
    if (!this.#instance.store.hasDatabase(database)) {
      if (this.#instance.is8 || this.#instance.isMariadb) unknownDatabase(database);
      noSuchTable(database, name);
    }
    return this.#instance.store.find(database, name) ?? noSuchTable(database, name);
  }

  table(name: string, given: string | undefined): TableSource {
    const database = this.databaseOf(given);
    const lower = database.toLowerCase();
    if (
      lower === 'information_schema' ||
      lower === 'performance_schema' ||
      lower === 'mysql' ||
      lower === 'sys'
    ) {
      const virtual = informationSchema(this.#instance, this.#session, lower, name.toLowerCase());
      if (virtual) {
        if (
          lower === 'mysql' &&
          !this.#instance.isGrantless &&
          !this.privileges.may('SELECT', 'mysql', name)
        )
          failWith(
            1142,
            '42000',
            `SELECT command denied to user '${this.#session.user}'@'${this.#session.host}' for table '${name}'`,
          );
        return virtualSource(lower, name, virtual);
      }
      if (lower === 'information_schema')
        failWith(1109, '42S02', `Unknown table '${name.toUpperCase()}' in information_schema`);
    }
    const table = this.find(name, given, 'SELECT');
    if (table.view !== undefined) return this.#view(table);
    return {
      sql: this.#instance.store.sqlName(table),
      database: table.database,
      name: table.name,
      primary: table.indexes.find(({ kind }) => kind === 'primary')?.columns ?? [],
      columns: table.columns.map((column) => ({
        name: column.name,
        sql: ident(column.name),
        type: typeOf(column.type),
      })),
    };
  }

  #view(table: Table): TableSource {
    if (++this.#depth > VIEW_DEPTH_MAX)
      failWith(1462, 'HY000', `\`${table.database}\`.\`${table.name}\` contains view recursion`);
    const statement = parseMysql(table.view as string, this.#instance.number);
    if (statement.kind !== 'select') return noSuchTable(table.database, table.name);
    const before = this.#session.database;
    this.#session.database = table.database;
    try {
      const query = compileQuery(statement, this);
      return {
        sql: `(${query.sql})`,
        database: table.database,
        name: table.name,
        primary: [],
        columns: table.columns.map(({ name }, i) => ({
          name,
          sql: `c${i}`,
          type: query.types[i] ?? STRING,
        })),
      };
    } finally {
      this.#session.database = before;
      this.#depth--;
    }
  }

  query(...[select, parent]: Parameters<Environment['query']>): ReturnType<Environment['query']> {
    return compileQuery(select, this, parent);
  }

  constant(
    name: string,
    call: FunctionCall,
  ): { readonly value: SqlValue; readonly type: ValueType } | undefined {
    const session = this.#session;
    const now = (
      value: SqlValue,
      type: ValueType,
    ): { readonly value: SqlValue; readonly type: ValueType } => ({ value, type });
    const arg = call.args[0];
    switch (name) {
      case 'NOW':
      case 'CURRENT_TIMESTAMP':
      case 'LOCALTIME':
      case 'LOCALTIMESTAMP':
      case 'SYSDATE':
      case 'UTC_TIMESTAMP':
        return now(
          datetimeText(this.#nowMs, arg?.kind === 'number' ? Number(arg.text) : 0),
          DATETIME,
        );
      case 'CURDATE':
      case 'CURRENT_DATE':
      case 'UTC_DATE':
        return now(dateText(this.#nowMs), DATE);
      case 'CURTIME':
      case 'CURRENT_TIME':
      case 'UTC_TIME':
        return now(timeText(this.#nowMs), TIME);
      case 'UNIX_TIMESTAMP': {
        if (!arg) return now(Math.floor(this.#nowMs / 1000), INT);
        if (arg.kind !== 'string') return undefined;
        return now(Math.floor((parseDate(arg.text) ?? 0) / 1000), INT);
      }
      case 'DATABASE':
      case 'SCHEMA':
        return call.args.length > 0 ? undefined : now(session.database ?? null, STRING);
      case 'USER':
      case 'SESSION_USER':
      case 'SYSTEM_USER':
        return now(`${session.user}@${session.host}`, STRING);
      case 'CURRENT_USER':
        return now(`${session.account.user}@${session.account.host}`, STRING);
      case 'VERSION':
        return now(this.#instance.release.title, STRING);
      case 'CONNECTION_ID':
        return now(session.id, INT);
      case 'LAST_INSERT_ID':
        return now(session.lastInsertId, INT);
      case 'ROW_COUNT':
        return now(session.rowCount, INT);
      case 'FOUND_ROWS':
        return now(session.foundRows, INT);
      case 'PI':
        return now(3.141593, DOUBLE);
      default:
        return undefined;
    }
  }

  variable(name: string): { readonly value: SqlValue; readonly type: ValueType } {
    if (!name.startsWith('@@')) {
      const value = this.#session.userVariables.get(name.slice(1).toLowerCase()) ?? null;
      return {
        value,
        type: typeof value === 'number' ? (Number.isInteger(value) ? INT : DOUBLE) : STRING,
      };
    }
    const m = /^@@(?:(global|session|local)\.)?(.*)$/i.exec(name);
    const key = (m?.[2] ?? '').toLowerCase();
    const value =
      m?.[1]?.toLowerCase() === 'global'
        ? this.#instance.variables.get(key)
        : this.systemVariable(key);
    if (value === undefined) failWith(1193, 'HY000', `Unknown system variable '${key}'`);
    if (value === 'ON' || value === 'OFF') return { value: value === 'ON' ? 1 : 0, type: INT };
    return { value: value ?? null, type: typeof value === 'number' ? INT : STRING };
  }
}

function complaintsOf(instance: Instance, session: SessionState): Complaints {
  return {
    unknownColumn: (name, clause) => unknownColumn(name, clause),
    ambiguousColumn: (name, clause) =>
      failWith(
        1052,
        '23000',
        `Column '${name}' in ${instance.is8 || instance.isMariadb ? '' : ''}${clause} is ambiguous`,
      ),
    unknownTable: (name) =>
      name === '*'
        ? failWith(1096, 'HY000', 'No tables used')
        : failWith(1051, '42S02', `Unknown table '${name}'`),
    unknownFunction: (call) => {
      if (session.database === undefined && !instance.is8)
        return failWith(1305, '42000', `FUNCTION ${call.raw} does not exist`);
      return failWith(
        1305,
        '42000',
        `FUNCTION ${session.database === undefined ? '' : `${session.database}.`}${call.raw} does not exist`,
      );
    },
    wrongArguments: (call) =>
      failWith(
        1582,
        '42000',
        `Incorrect parameter count in the call to native function '${call.raw}'`,
      ),
    aggregateHere: () => failWith(1111, 'HY000', 'Invalid use of group function'),
    notGrouped: (place, column, clause, hasGroups) =>
      hasGroups
        ? failWith(
            1055,
            '42000',
            `Expression #${place} of ${clause} is not in GROUP BY clause and contains nonaggregated column '${column}' which is not functionally dependent on columns in GROUP BY clause; this is incompatible with sql_mode=only_full_group_by`,
          )
        : failWith(
            1140,
            '42000',
            `In aggregated query without GROUP BY, expression #${place} of ${clause} contains nonaggregated column '${column}'; this is incompatible with sql_mode=only_full_group_by`,
          ),
    wrongColumns: (count) =>
      failWith(
        count > 1 ? 1222 : 1241,
        '21000',
        count > 1
          ? 'The used SELECT statements have a different number of columns'
          : `Operand should contain ${count} column(s)`,
      ),
    derivedName: () => failWith(1248, '42000', 'Every derived table must have its own alias'),
    invalidText: (value, type) => failWith(1292, '22007', `Incorrect ${type} value: '${value}'`),
  };
}
