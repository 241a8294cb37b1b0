/** MySQL's rules for rows, and its words when one is refused. Real: sql/sql_insert.cc, sql/handler.cc. */
import type { Expr } from '../sql/ast.ts';
import { Cursor } from '../sql/cursor.ts';
import { datetimeText } from '../sql/dates.ts';
import { childMissing, type RowRules } from '../sql/dml.ts';
import { expression } from '../sql/expressions.ts';
import { compile, newScope } from '../sql/compile.ts';
import { rowsOf, type SqlValue } from '../sql/sqlite.ts';
import type { Column, ForeignKey, Table } from '../sql/store.ts';
import { coerce, type Coercion } from './coerce.ts';
import type { MysqlEnvironment } from './environment.ts';
import { failWith, MysqlError, unknownColumn } from './errors.ts';
import type { Instance } from './instance.ts';

export function parseExpression(text: string): Expr {
  return expression(new Cursor(text, 'mysql'));
}

export function mysqlRules(
  instance: Instance,
  env: MysqlEnvironment,
  warn: (error: MysqlError) => void,
  ignore: boolean,
): RowRules {
  const mode = String(env.systemVariable('sql_mode') ?? '');
  const nowText = datetimeText(instance.world.unixMs);
  const coercion: Coercion = {
    isStrict: !ignore && /STRICT_(TRANS|ALL)_TABLES/.test(mode),
    allowsZeroDate: !mode.includes('NO_ZERO_DATE'),
    nowText,
    warn,
  };
  return {
    coerce: (value, column, _table, row) => coerce(value, column, row, coercion),
    defaultOf: (column) => {
      if (column.default?.kind === 'value') return column.default.value;
      if (column.default) {
        const { sql } = compile(parseExpression(column.default.text), newScope(env));
        return rowsOf(instance.store.sqlite, `SELECT ${sql}`)[0]?.[0] ?? null;
      }
      return column.notNull ? undefined : null;
    },
    generates: (value) => value === null || value === 0 || value === '0',
    noDefault: (column) => {
      const error = new MysqlError(
        1364,
        'HY000',
        `Field '${column.name}' doesn't have a default value`,
      );
      if (coercion.isStrict) throw error;
      warn(error);
      return emptyValue(column);
    },
    duplicate: (index, table, values) => {
      const key = index.kind === 'primary' ? 'PRIMARY' : index.name;
      return failWith(
        1062,
        '23000',
        `Duplicate entry '${values.map(String).join('-')}' for key '${instance.is8 ? `${table.name}.` : ''}${key}'`,
      );
    },
    foreignKey: (table, isParent, row) => {
      if (!isParent) {
        const missing = childMissing(
          table,
          table.columns.map(({ name }) => row[name] ?? null),
          instance,
        );
        if (missing)
          failWith(
            1452,
            '23000',
            `Cannot add or update a child row: a foreign key constraint fails (${constraintText(table, missing)})`,
          );
      }
      const child = childOf(table, instance);
      return failWith(
        1451,
        '23000',
        `Cannot delete or update a parent row: a foreign key constraint fails (${child ? constraintText(child.table, child.key) : ''})`,
      );
    },
    checkFailed: (name, table) =>
      instance.isMariadb
        ? failWith(
            4025,
            '23000',
            `CONSTRAINT \`${name}\` failed for \`${table.database}\`.\`${table.name}\``,
          )
        : failWith(3819, 'HY000', `Check constraint '${name}' is violated.`),
    // 5.7 reads CHECK and forgets it.
    checks: (table) =>
      instance.is8 || instance.isMariadb
        ? table.checks.map(({ name, text }) => ({ name, value: parseExpression(text) }))
        : [],
    unknownColumn: (name, clause) => unknownColumn(name, clause),
    columnCount: (row) =>
      failWith(1136, '21S01', `Column count doesn't match value count at row ${row}`),
    columnTwice: (name) => failWith(1110, '42000', `Column '${name}' specified twice`),
    now: () => nowText,
  };
}

function emptyValue(column: Column): SqlValue {
  if (/int|decimal|float|double|year|bit/.test(column.type.base)) return 0;
  if (column.type.base === 'date') return '0000-00-00';
  if (/datetime|timestamp/.test(column.type.base)) return '0000-00-00 00:00:00';
  return column.type.base === 'enum' ? (column.type.values?.[0] ?? '') : '';
}

function childOf(
  parent: Table,
  instance: Instance,
): { readonly table: Table; readonly key: ForeignKey } | undefined {
  for (const database of instance.store.databases)
    for (const table of instance.store.tables(database)) {
      const key = table.foreignKeys.find(
        (one) => one.database === parent.database && one.table === parent.name,
      );
      if (key) return { table, key };
    }
  return undefined;
}

function constraintText(table: Table, key: ForeignKey): string {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const place =
    key.database === table.database ? `\`${key.table}\`` : `\`${key.database}\`.\`${key.table}\``;
  return `\`${table.database}\`.\`${table.name}\`, CONSTRAINT \`${key.name}\` FOREIGN KEY (${list(key.columns)}) REFERENCES ${place} (${list(key.references)})${key.onDelete ? ` ON DELETE ${key.onDelete}` : ''}${key.onUpdate ? ` ON UPDATE ${key.onUpdate}` : ''}`;
}
