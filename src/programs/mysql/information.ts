/** The schemas information_schema, performance_schema, mysql and sys, as far as people query them. Real: sql/dd/impl/system_views. */
import type { SqlValue } from '../sql/sqlite.ts';
import { datetimeText } from '../sql/dates.ts';
import type { Table } from '../sql/store.ts';
import { Privileges } from './accounts.ts';
import { defaultText, engineName, extraText, keyText, typeText } from './describe.ts';
import type { Instance } from './instance.ts';
import type { SessionState } from './state.ts';
import { defaultCharset } from './variables.ts';
import type { VirtualTable } from './virtual.ts';

export function visibleDatabases(instance: Instance, session: SessionState): readonly string[] {
  const privileges = new Privileges(() => session.account);
  const all = new Set(['information_schema', ...instance.store.databases]);
  return [...all]
    .filter(
      (name) =>
        instance.isGrantless ||
        name === 'information_schema' ||
        (name === 'performance_schema' ? true : privileges.sees(name)),
    )
    .sort((a, b) => (a < b ? -1 : 1));
}

function visibleTables(instance: Instance, session: SessionState): readonly Table[] {
  return visibleDatabases(instance, session).flatMap((database) => instance.store.tables(database));
}

export function informationSchema(
  instance: Instance,
  session: SessionState,
  schema: string,
  name: string,
): VirtualTable | undefined {
  if (schema === 'mysql') return mysqlSchema(instance, name);
  if (schema !== 'information_schema')
    return schema === 'performance_schema' && (name === 'processlist' || name === 'threads')
      ? processes(instance, session, true)
      : undefined;
  switch (name) {
    case 'schemata':
      return {
        columns: [
          'CATALOG_NAME',
          'SCHEMA_NAME',
          'DEFAULT_CHARACTER_SET_NAME',
          'DEFAULT_COLLATION_NAME',
          'SQL_PATH',
        ],
        rows: visibleDatabases(instance, session).map((database) => [
          'def',
          database,
          defaultCharset(instance.release).charset,
          defaultCharset(instance.release).collation,
          null,
        ]),
      };
    case 'tables':
      return tableRows(instance, visibleTables(instance, session));
    case 'columns':
      return columnRows(instance, visibleTables(instance, session));
    case 'statistics':
      return statistics(visibleTables(instance, session));
    case 'table_constraints':
      return {
        columns: [
          'CONSTRAINT_SCHEMA',
          'CONSTRAINT_NAME',
          'TABLE_SCHEMA',
          'TABLE_NAME',
          'CONSTRAINT_TYPE',
        ],
        rows: visibleTables(instance, session).flatMap((table) => [
          ...table.indexes.flatMap(({ kind, name: key }) =>
            kind === 'primary'
              ? [[table.database, 'PRIMARY', table.database, table.name, 'PRIMARY KEY']]
              : kind === 'unique'
                ? [[table.database, key, table.database, table.name, 'UNIQUE']]
                : [],
          ),
          ...table.foreignKeys.map((key) => [
            table.database,
            key.name,
            table.database,
            table.name,
            'FOREIGN KEY',
          ]),
        ]),
      };
    case 'key_column_usage':
      return {
        columns: [
          'CONSTRAINT_SCHEMA',
          'CONSTRAINT_NAME',
          'TABLE_SCHEMA',
          'TABLE_NAME',
          'COLUMN_NAME',
          'ORDINAL_POSITION',
          'REFERENCED_TABLE_SCHEMA',
          'REFERENCED_TABLE_NAME',
          'REFERENCED_COLUMN_NAME',
        ],
        rows: visibleTables(instance, session).flatMap((table) => [
          ...table.indexes
            .filter(({ kind }) => kind === 'primary' || kind === 'unique')
            .flatMap((index) =>
              index.columns.map((column, i): SqlValue[] => [
                table.database,
                index.name,
                table.database,
                table.name,
                column,
                i + 1,
                null,
                null,
                null,
              ]),
            ),
          ...table.foreignKeys.flatMap((key) =>
            key.columns.map((column, i): SqlValue[] => [
              table.database,
              key.name,
              table.database,
              table.name,
              column,
              i + 1,
              key.database,
              key.table,
              key.references[i] ?? null,
            ]),
          ),
        ]),
      };
    case 'processlist':
      return processes(instance, session, true);
    case 'engines':
      return engines(instance);
    case 'views':
      return {
        columns: ['TABLE_SCHEMA', 'TABLE_NAME', 'VIEW_DEFINITION'],
        rows: visibleTables(instance, session)
          .filter(({ view }) => view !== undefined)
          .map((table) => [table.database, table.name, table.view ?? null]),
      };
    default:
      return undefined;
  }
}

export function engines(instance: Instance): VirtualTable {
  const rows: readonly (readonly string[])[] = instance.isMariadb
    ? [
        ['MRG_MyISAM', 'YES', 'Collection of identical MyISAM tables', 'NO', 'NO', 'NO'],
        ['CSV', 'YES', 'Stores tables as CSV files', 'NO', 'NO', 'NO'],
        [
          'MEMORY',
          'YES',
          'Hash based, stored in memory, useful for temporary tables',
          'NO',
          'NO',
          'NO',
        ],
        [
          'MyISAM',
          'YES',
          'Non-transactional engine with good performance and small data footprint',
          'NO',
          'NO',
          'NO',
        ],
        [
          'Aria',
          'YES',
          'Crash-safe tables with MyISAM heritage. Used for internal temporary tables and privilege tables',
          'NO',
          'NO',
          'NO',
        ],
        [
          'InnoDB',
          'DEFAULT',
          'Supports transactions, row-level locking, foreign keys and encryption for tables',
          'YES',
          'YES',
          'YES',
        ],
        ['SEQUENCE', 'YES', 'Generated tables filled with sequential values', 'YES', 'NO', 'YES'],
        ['PERFORMANCE_SCHEMA', 'YES', 'Performance Schema', 'NO', 'NO', 'NO'],
      ]
    : [
        [
          'MEMORY',
          'YES',
          'Hash based, stored in memory, useful for temporary tables',
          'NO',
          'NO',
          'NO',
        ],
        [
          'InnoDB',
          'DEFAULT',
          'Supports transactions, row-level locking, and foreign keys',
          'YES',
          'YES',
          'YES',
        ],
        ['PERFORMANCE_SCHEMA', 'YES', 'Performance Schema', 'NO', 'NO', 'NO'],
        ['MyISAM', 'YES', 'MyISAM storage engine', 'NO', 'NO', 'NO'],
        ['MRG_MYISAM', 'YES', 'Collection of identical MyISAM tables', 'NO', 'NO', 'NO'],
        [
          'BLACKHOLE',
          'YES',
          '/dev/null storage engine (anything you write to it disappears)',
          'NO',
          'NO',
          'NO',
        ],
        ['CSV', 'YES', 'CSV storage engine', 'NO', 'NO', 'NO'],
        ['ARCHIVE', 'YES', 'Archive storage engine', 'NO', 'NO', 'NO'],
      ];
  return { columns: ['Engine', 'Support', 'Comment', 'Transactions', 'XA', 'Savepoints'], rows };
}

function tableRows(instance: Instance, tables: readonly Table[]): VirtualTable {
  return {
    columns: [
      'TABLE_CATALOG',
      'TABLE_SCHEMA',
      'TABLE_NAME',
      'TABLE_TYPE',
      'ENGINE',
      'VERSION',
      'ROW_FORMAT',
      'TABLE_ROWS',
      'AVG_ROW_LENGTH',
      'DATA_LENGTH',
      'MAX_DATA_LENGTH',
      'INDEX_LENGTH',
      'DATA_FREE',
      'AUTO_INCREMENT',
      'CREATE_TIME',
      'UPDATE_TIME',
      'CHECK_TIME',
      'TABLE_COLLATION',
      'CHECKSUM',
      'CREATE_OPTIONS',
      'TABLE_COMMENT',
    ],
    rows: tables.map((table) => {
      if (table.view !== undefined)
        return [
          'def',
          table.database,
          table.name,
          'VIEW',
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          datetimeText(table.createdUnixMs),
          null,
          null,
          null,
          null,
          null,
          'VIEW',
        ];
      const rows = instance.store.rows(table).length;
      const auto = table.columns.some(({ autoIncrement }) => autoIncrement)
        ? instance.store.counter(table)
        : null;
      return [
        'def',
        table.database,
        table.name,
        'BASE TABLE',
        engineName(table),
        10,
        'Dynamic',
        rows,
        rows === 0 ? 0 : Math.floor(16_384 / rows),
        16_384,
        0,
        16_384 * table.indexes.filter(({ kind }) => kind !== 'primary').length,
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

function columnRows(instance: Instance, tables: readonly Table[]): VirtualTable {
  return {
    columns: [
      'TABLE_CATALOG',
      'TABLE_SCHEMA',
      'TABLE_NAME',
      'COLUMN_NAME',
      'ORDINAL_POSITION',
      'COLUMN_DEFAULT',
      'IS_NULLABLE',
      'DATA_TYPE',
      'CHARACTER_MAXIMUM_LENGTH',
      'COLUMN_TYPE',
      'COLUMN_KEY',
      'EXTRA',
      'COLUMN_COMMENT',
    ],
    rows: tables.flatMap((table) =>
      table.columns.map((column, i): SqlValue[] => [
        'def',
        table.database,
        table.name,
        column.name,
        i + 1,
        defaultText(column, instance.release),
        column.notNull ? 'NO' : 'YES',
        column.type.base,
        /char/.test(column.type.base) ? (column.type.args[0] ?? 1) : null,
        typeText(column.type, instance.release),
        keyText(table, column),
        extraText(column, instance.release),
        column.comment ?? '',
      ]),
    ),
  };
}

function statistics(tables: readonly Table[]): VirtualTable {
  return {
    columns: [
      'TABLE_SCHEMA',
      'TABLE_NAME',
      'NON_UNIQUE',
      'INDEX_NAME',
      'SEQ_IN_INDEX',
      'COLUMN_NAME',
    ],
    rows: tables.flatMap((table) =>
      table.indexes.flatMap((index) =>
        index.columns.map((column, i): SqlValue[] => [
          table.database,
          table.name,
          index.kind === 'primary' || index.kind === 'unique' ? 0 : 1,
          index.kind === 'primary' ? 'PRIMARY' : index.name,
          i + 1,
          column,
        ]),
      ),
    ),
  };
}

export function processes(instance: Instance, session: SessionState, full: boolean): VirtualTable {
  const mayAll = new Privileges(() => session.account).may('PROCESS', '*');
  const own: SqlValue[][] = instance.is8
    ? [
        [
          5,
          'event_scheduler',
          'localhost',
          null,
          'Daemon',
          Math.floor((instance.world.nowMs - instance.startedAtMs) / 1000),
          'Waiting on empty queue',
          null,
        ],
      ]
    : [];
  return {
    columns: ['ID', 'USER', 'HOST', 'DB', 'COMMAND', 'TIME', 'STATE', 'INFO'],
    rows: [
      ...(mayAll ? own : []),
      ...[...instance.sessions]
        .filter((one) => mayAll || one.user === session.user)
        .map((one): SqlValue[] => [
          one.id,
          one.user,
          one.from,
          one.database ?? null,
          one.command,
          Math.floor((instance.world.nowMs - one.sinceMs) / 1000),
          one.query === undefined
            ? ''
            : one === session
              ? instance.is8
                ? 'init'
                : 'starting'
              : 'executing',
          one.query === undefined ? null : full ? one.query : one.query.slice(0, 100),
        ]),
    ],
  };
}

function mysqlSchema(instance: Instance, name: string): VirtualTable | undefined {
  if (name === 'user' || name === 'global_priv')
    return {
      columns: [
        'Host',
        'User',
        'Select_priv',
        'Insert_priv',
        'Super_priv',
        'plugin',
        'authentication_string',
        'password_expired',
        'account_locked',
      ],
      rows: instance.accounts.map((account) => {
        const has = (privilege: string): string =>
          account.grants.some(
            (one) =>
              one.database === '*' &&
              (one.privileges.includes('ALL') || one.privileges.includes(privilege)),
          )
            ? 'Y'
            : 'N';
        return [
          account.host,
          account.user,
          has('SELECT'),
          has('INSERT'),
          has('SUPER'),
          account.plugin,
          account.hash,
          'N',
          account.isLocked ? 'Y' : 'N',
        ];
      }),
    };
  if (name === 'db')
    return {
      columns: ['Host', 'Db', 'User', 'Select_priv', 'Insert_priv'],
      rows: instance.accounts.flatMap((account) =>
        account.grants
          .filter(({ database }) => database !== '*')
          .map((one) => [
            account.host,
            one.database,
            account.user,
            'Y',
            one.privileges.includes('ALL') || one.privileges.includes('INSERT') ? 'Y' : 'N',
          ]),
      ),
    };
  return undefined;
}

/** Tables of the system schemas that SHOW TABLES lists. */
export function systemTables(instance: Instance, database: string): readonly string[] {
  switch (database) {
    case 'information_schema':
      return instance.is8 || instance.isMariadb
        ? [
            'COLUMNS',
            'ENGINES',
            'KEY_COLUMN_USAGE',
            'PROCESSLIST',
            'SCHEMATA',
            'STATISTICS',
            'TABLES',
            'TABLE_CONSTRAINTS',
            'VIEWS',
          ]
        : [
            'COLUMNS',
            'ENGINES',
            'KEY_COLUMN_USAGE',
            'PROCESSLIST',
            'SCHEMATA',
            'STATISTICS',
            'TABLES',
            'TABLE_CONSTRAINTS',
            'VIEWS',
          ];
    case 'mysql':
      return instance.isMariadb ? ['db', 'global_priv', 'user'] : ['db', 'user'];
    case 'performance_schema':
      return ['processlist', 'threads'];
    default:
      return [];
  }
}
