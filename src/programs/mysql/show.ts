/** SHOW and DESCRIBE. Real: sql/sql_show.cc. */
import type { Statement } from '../sql/ast.ts';
import type { SqlValue } from '../sql/sqlite.ts';
import { datetimeText } from '../sql/dates.ts';
import type { Table } from '../sql/store.ts';
import { grantLines } from './accounts.ts';
import {
  createTableText,
  defaultText,
  engineName,
  extraText,
  keyText,
  typeText,
} from './describe.ts';
import type { MysqlEnvironment } from './environment.ts';
import { failWith, unknownDatabase, unsupported } from './errors.ts';
import { engines, processes, systemTables, visibleDatabases } from './information.ts';
import type { Instance } from './instance.ts';
import type { SessionState } from './state.ts';
import { defaultCharset } from './variables.ts';
import type { VirtualTable } from './virtual.ts';

type Show = Extract<Statement, { kind: 'show' }>;

/** The rows, and the column that LIKE looks at. */
export function show(
  statement: Show,
  instance: Instance,
  session: SessionState,
  env: MysqlEnvironment,
): VirtualTable {
  const { what } = statement;
  const table = (
    columns: readonly string[],
    rows: readonly (readonly SqlValue[])[],
  ): VirtualTable => ({ columns, rows });
  switch (what) {
    case 'DATABASES':
      return table(
        ['Database'],
        visibleDatabases(instance, session).map((name) => [name]),
      );
    case 'TABLES':
      return tables(statement, instance, session, env);
    case 'TABLE STATUS':
      return tableStatus(statement, instance, env);
    case 'COLUMNS':
      return columnsOf(
        env.find(
          statement.table?.name ?? '',
          statement.table?.database ?? statement.database,
          'SELECT',
        ),
        instance,
        statement.full,
      );
    case 'INDEX':
      return indexes(
        env.find(
          statement.table?.name ?? '',
          statement.table?.database ?? statement.database,
          'SELECT',
        ),
        instance,
      );
    case 'VARIABLES':
      return table(
        ['Variable_name', 'Value'],
        [...instance.variables]
          .map(([name, value]) => [name, String(session.variables.get(name) ?? value)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    case 'STATUS':
      return table(['Variable_name', 'Value'], status(instance));
    case 'PROCESSLIST': {
      const { rows } = processes(instance, session, statement.full);
      return table(
        [
          'Id',
          'User',
          'Host',
          'db',
          'Command',
          'Time',
          'State',
          'Info',
          ...(instance.isMariadb ? ['Progress'] : []),
        ],
        instance.isMariadb ? rows.map((row) => [...row, '0.000']) : rows,
      );
    }
    case 'ENGINES':
      return engines(instance);
    case 'WARNINGS':
    case 'ERRORS':
      return table(
        ['Level', 'Code', 'Message'],
        session.warnings.map((one) => [
          one.number === 1051 ||
          one.number === 1007 ||
          one.number === 1050 ||
          one.number === 1008 ||
          one.number === 1681
            ? 'Note'
            : 'Warning',
          one.number,
          one.message,
        ]),
      );
    case 'GRANTS':
      return grants(statement, instance, session);
    case 'CREATE DATABASE':
      return createDatabase(statement.name ?? '', instance);
    case 'CREATE TABLE':
    case 'CREATE VIEW': {
      const found = env.find(statement.table?.name ?? '', statement.table?.database, 'SELECT');
      if (found.view !== undefined)
        return table(
          ['View', 'Create View', 'character_set_client', 'collation_connection'],
          [
            [
              found.name,
              `CREATE ALGORITHM=UNDEFINED DEFINER=\`root\`@\`localhost\` SQL SECURITY DEFINER VIEW \`${found.name}\` AS ${found.view}`,
              'utf8mb4',
              'utf8mb4_general_ci',
            ],
          ],
        );
      return table(
        ['Table', 'Create Table'],
        [
          [
            found.name,
            createTableText(
              found,
              instance.release,
              defaultCharset(instance.release),
              instance.store.counter(found),
            ),
          ],
        ],
      );
    }
    case 'CREATE USER': {
      const user = instance.accounts.find(
        (one) => one.user === statement.user?.user && one.host === statement.user.host,
      );
      if (!user) return failWith(1133, '42000', "Can't find any matching row in the user table");
      return table(
        [`CREATE USER for ${user.user}@${user.host}`],
        [
          [
            `CREATE USER \`${user.user}\`@\`${user.host}\` IDENTIFIED WITH '${user.plugin}' AS '${user.hash}' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK`,
          ],
        ],
      );
    }
    case 'CHARSET':
      return table(
        ['Charset', 'Description', 'Default collation', 'Maxlen'],
        [
          ['ascii', 'US ASCII', 'ascii_general_ci', 1],
          ['binary', 'Binary pseudo charset', 'binary', 1],
          ['euckr', 'EUC-KR Korean', 'euckr_korean_ci', 2],
          ['latin1', 'cp1252 West European', 'latin1_swedish_ci', 1],
          [
            instance.is8 ? 'utf8mb3' : 'utf8',
            'UTF-8 Unicode',
            instance.is8 ? 'utf8mb3_general_ci' : 'utf8_general_ci',
            3,
          ],
          [
            'utf8mb4',
            'UTF-8 Unicode',
            instance.is8 ? 'utf8mb4_0900_ai_ci' : 'utf8mb4_general_ci',
            4,
          ],
        ],
      );
    case 'TRIGGERS':
    case 'EVENTS':
    case 'OPEN':
      return table(['Name'], []);
    default:
      return unsupported(`SHOW ${what}`);
  }
}

function tables(
  statement: Show,
  instance: Instance,
  session: SessionState,
  env: MysqlEnvironment,
): VirtualTable {
  const database = env.databaseOf(statement.database);
  if (!visibleDatabases(instance, session).includes(database)) {
    if (instance.store.hasDatabase(database))
      failWith(
        1044,
        '42000',
        `Access denied for user '${session.account.user}'@'${session.account.host}' to database '${database}'`,
      );
    unknownDatabase(database);
  }
  const system = systemTables(instance, database).map((name) => ({
    name,
    view: database === 'information_schema' ? '' : undefined,
  }));
  const all = [...system, ...instance.store.tables(database)];
  const title = `Tables_in_${database}${statement.like === undefined ? '' : ` (${statement.like})`}`;
  if (!statement.full) return { columns: [title], rows: all.map(({ name }) => [name]) };
  return {
    columns: [title, 'Table_type'],
    rows: all.map(({ name, view }) => [
      name,
      view === undefined ? 'BASE TABLE' : view === '' ? 'SYSTEM VIEW' : 'VIEW',
    ]),
  };
}

function tableStatus(statement: Show, instance: Instance, env: MysqlEnvironment): VirtualTable {
  const database = env.databaseOf(statement.database);
  if (!instance.store.hasDatabase(database)) unknownDatabase(database);
  return {
    columns: [
      'Name',
      'Engine',
      'Version',
      'Row_format',
      'Rows',
      'Avg_row_length',
      'Data_length',
      'Max_data_length',
      'Index_length',
      'Data_free',
      'Auto_increment',
      'Create_time',
      'Update_time',
      'Check_time',
      'Collation',
      'Checksum',
      'Create_options',
      'Comment',
    ],
    rows: instance.store.tables(database).map((table) => {
      const rows = table.view === undefined ? instance.store.rows(table).length : 0;
      const auto = table.columns.some(({ autoIncrement }) => autoIncrement)
        ? instance.store.counter(table)
        : null;
      return [
        table.name,
        engineName(table),
        10,
        'Dynamic',
        rows,
        rows === 0 ? 0 : Math.floor(16_384 / rows),
        16_384,
        0,
        0,
        0,
        auto,
        datetimeText(table.createdUnixMs),
        null,
        null,
        table.options['COLLATE'] ?? defaultCharset(instance.release).collation,
        null,
        '',
        table.options['COMMENT'] ?? '',
      ];
    }),
  };
}

export function columnsOf(table: Table, instance: Instance, full: boolean): VirtualTable {
  const { release } = instance;
  return {
    columns: full
      ? ['Field', 'Type', 'Collation', 'Null', 'Key', 'Default', 'Extra', 'Privileges', 'Comment']
      : ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'],
    rows: table.columns.map((column) => {
      const base = [
        column.notNull ? 'NO' : 'YES',
        keyText(table, column),
        defaultText(column, release),
        extraText(column, release),
      ];
      const type = typeText(column.type, release);
      if (!full) return [column.name, type, ...base];
      const collation = /char|text|enum|set/.test(column.type.base)
        ? (column.type.collation ?? table.options['COLLATE'] ?? defaultCharset(release).collation)
        : null;
      return [
        column.name,
        type,
        collation,
        ...base,
        'select,insert,update,references',
        column.comment ?? '',
      ];
    }),
  };
}

function indexes(table: Table, instance: Instance): VirtualTable {
  const rows = instance.store.rows(table).length;
  const extra = instance.is8 ? ['YES', null] : instance.isMariadb ? ['NO'] : [];
  return {
    columns: [
      'Table',
      'Non_unique',
      'Key_name',
      'Seq_in_index',
      'Column_name',
      'Collation',
      'Cardinality',
      'Sub_part',
      'Packed',
      'Null',
      'Index_type',
      'Comment',
      'Index_comment',
      ...(instance.is8 ? ['Visible', 'Expression'] : instance.isMariadb ? ['Ignored'] : []),
    ],
    rows: table.indexes.flatMap((index) =>
      index.columns.map((column, i): SqlValue[] => [
        table.name,
        index.kind === 'primary' || index.kind === 'unique' ? 0 : 1,
        index.kind === 'primary' ? 'PRIMARY' : index.name,
        i + 1,
        column,
        'A',
        rows,
        index.lengths?.[i] ?? null,
        null,
        table.columns.find(({ name }) => name === column)?.notNull ? '' : 'YES',
        index.kind === 'fulltext' ? 'FULLTEXT' : 'BTREE',
        '',
        '',
        ...extra,
      ]),
    ),
  };
}

function status(instance: Instance): readonly (readonly string[])[] {
  const rows: readonly (readonly [string, number])[] = [
    ['Aborted_clients', 0],
    ['Connections', instance.connections + 1],
    ['Max_used_connections', Math.max(1, instance.sessions.size)],
    [
      'Open_tables',
      instance.store.databases.reduce(
        (sum, database) => sum + instance.store.tables(database).length,
        0,
      ),
    ],
    ['Questions', instance.questions],
    ['Slow_queries', 0],
    ['Threads_connected', instance.sessions.size],
    ['Threads_running', 1],
    ['Uptime', Math.floor((instance.world.nowMs - instance.startedAtMs) / 1000)],
  ];
  return rows.map(([name, value]) => [name, String(value)]);
}

function grants(statement: Show, instance: Instance, session: SessionState): VirtualTable {
  const wanted =
    statement.user && statement.user.user + statement.user.host !== ''
      ? statement.user
      : session.account;
  const account = instance.accounts.find(
    ({ user, host }) => user === wanted.user && host === wanted.host,
  );
  if (!account)
    return failWith(
      1141,
      '42000',
      `There is no such grant defined for user '${wanted.user}' on host '${wanted.host}'`,
    );
  return {
    columns: [`Grants for ${account.user}@${account.host}`],
    rows: grantLines(account, instance.is8 || instance.isMariadb ? '`' : "'").map((line) => [line]),
  };
}

function createDatabase(name: string, instance: Instance): VirtualTable {
  if (!instance.store.hasDatabase(name)) unknownDatabase(name);
  const { charset, collation } = defaultCharset(instance.release);
  return {
    columns: ['Database', 'Create Database'],
    rows: [
      [
        name,
        `CREATE DATABASE \`${name}\` /*!40100 DEFAULT CHARACTER SET ${charset}${instance.is8 ? ` COLLATE ${collation}` : ''} */${instance.is8 ? " /*!80016 DEFAULT ENCRYPTION='N' */" : ''}`,
      ],
    ],
  };
}
