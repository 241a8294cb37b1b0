/** EXPLAIN in its traditional form: one line for each table. Real: sql/opt_explain.cc; the costs behind `rows` and `filtered` are simple here. */
import type { Expr, From, Select } from '../sql/ast.ts';
import { compileQuery } from '../sql/query.ts';
import type { SqlValue } from '../sql/sqlite.ts';
import type { Table } from '../sql/store.ts';
import type { MysqlEnvironment } from './environment.ts';
import type { Instance } from './instance.ts';
import type { VirtualTable } from './virtual.ts';

const COLUMNS = [
  'id',
  'select_type',
  'table',
  'partitions',
  'type',
  'possible_keys',
  'key',
  'key_len',
  'ref',
  'rows',
  'filtered',
  'Extra',
];

export function explain(select: Select, instance: Instance, env: MysqlEnvironment): VirtualTable {
  compileQuery(select, env);
  const tables = select.from ? tablesOf(select.from) : [];
  if (tables.length === 0)
    return {
      columns: COLUMNS,
      rows: [[1, 'SIMPLE', null, null, null, null, null, null, null, null, null, 'No tables used']],
    };
  const equal = select.where ? equalities(select.where) : [];
  const rows = tables.map((from, i): SqlValue[] => {
    if (from.kind !== 'table')
      return [1, 'PRIMARY', '<derived2>', null, 'ALL', null, null, null, null, 2, 100, null];
    const table = env.find(from.table.name, from.table.database, 'SELECT');
    const count = Math.max(1, instance.store.rows(table).length);
    const usable = table.indexes.filter(({ columns }) =>
      equal.includes((columns[0] ?? '').toLowerCase()),
    );
    const [best] = usable;
    const isConst =
      best !== undefined &&
      (best.kind === 'primary' || best.kind === 'unique') &&
      best.columns.length === 1;
    const extra = [
      select.where && !best ? 'Using where' : '',
      i === tables.length - 1 && select.orderBy.length > 0 && !best ? 'Using filesort' : '',
      select.groupBy.length > 0 ? 'Using temporary' : '',
    ]
      .filter(Boolean)
      .join('; ');
    const possible = usable
      .map(({ kind, name }) => (kind === 'primary' ? 'PRIMARY' : name))
      .join(',');
    const key = best === undefined ? null : best.kind === 'primary' ? 'PRIMARY' : best.name;
    return [
      1,
      'SIMPLE',
      from.alias ?? from.table.name,
      null,
      isConst ? 'const' : best ? 'ref' : 'ALL',
      possible || null,
      key,
      key === null ? null : keyLength(table, best?.columns[0] ?? ''),
      key === null ? null : 'const',
      isConst ? 1 : best ? Math.max(1, Math.floor(count / 2)) : count,
      select.where && !best ? 10 : 100,
      extra || null,
    ];
  });
  return {
    columns: COLUMNS,
    rows: rows.map((row) =>
      row.map((value, i) => (i === 10 && typeof value === 'number' ? value.toFixed(2) : value)),
    ),
  };
}

function tablesOf(from: From): readonly Exclude<From, { kind: 'join' }>[] {
  return from.kind === 'join' ? [...tablesOf(from.left), ...tablesOf(from.right)] : [from];
}

function equalities(expr: Expr): readonly string[] {
  if (expr.kind !== 'binary') return [];
  if (expr.op === 'AND') return [...equalities(expr.left), ...equalities(expr.right)];
  return expr.op === '=' && expr.left.kind === 'column' && expr.right.kind !== 'column'
    ? [expr.left.name.toLowerCase()]
    : [];
}

function keyLength(table: Table, name: string): string {
  const column = table.columns.find((one) => one.name === name);
  const base = column?.type.base ?? 'int';
  const bytes =
    (
      {
        tinyint: 1,
        smallint: 2,
        mediumint: 3,
        int: 4,
        bigint: 8,
        date: 3,
        datetime: 5,
        timestamp: 4,
      } as Readonly<Record<string, number>>
    )[base] ?? (column?.type.args[0] ?? 255) * 4 + 2;
  return String(bytes + (column?.notNull ? 0 : 1));
}
