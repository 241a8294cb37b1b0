/**
 * INSERT, UPDATE, DELETE: rows are computed by SQLite, checked by the server's rules of types, and written one by one.
 *
 * Real: mysql sql/sql_insert.cc, sql_update.cc, sql_delete.cc.
 */
import type { Assignment, Expr, From, Select, SelectItem, Statement } from './ast.ts';
import {
  compile,
  newScope,
  type Compiled,
  type Environment,
  type Scope,
  type Source,
} from './compile.ts';
import { compileQuery, fromSql, type OutputColumn } from './query.ts';
import { ident, literal, rowsOf, type SqlValue } from './sqlite.ts';
import type { Column, Index, Store, Table, Transaction } from './store.ts';

/** What differs between the servers. All that complain throw. */
export interface RowRules {
  /** A value as the column keeps it. */
  coerce(value: SqlValue, column: Column, table: Table, row: number): SqlValue;
  /** What a column gets when nothing is said; undefined: it has to be said. */
  defaultOf(column: Column, table: Table): SqlValue | undefined;
  /** What AUTO_INCREMENT means by this value. */
  generates(value: SqlValue): boolean;
  noDefault(column: Column, table: Table): SqlValue;
  duplicate(index: Index, table: Table, values: readonly SqlValue[]): never;
  foreignKey(table: Table, isParent: boolean, row: Readonly<Record<string, SqlValue>>): never;
  checkFailed(name: string, table: Table, row: readonly SqlValue[]): never;
  /** CHECK constraints, as expressions. */
  checks(table: Table): readonly { readonly name: string; readonly value: Expr }[];
  unknownColumn(name: string, clause: string, at: number): never;
  columnCount(row: number, isMore: boolean): never;
  columnTwice(name: string): never;
  now(): string;
}

export interface Work {
  readonly store: Store;
  readonly env: Environment;
  readonly rules: RowRules;
  readonly transaction: Transaction;
  /** The base table behind a name in FROM, or undefined (a view, a derived table). */
  readonly baseTable: (database: string, name: string) => Table | undefined;
}

export interface Written {
  readonly affected: number;
  readonly matched: number;
  readonly changed: number;
  readonly duplicates: number;
  readonly records: number;
  readonly insertId: number;
  readonly returned?:
    { readonly columns: readonly OutputColumn[]; readonly rows: readonly SqlValue[][] } | undefined;
}

type Insert = Extract<Statement, { kind: 'insert' }>;
const NOTHING: Written = {
  affected: 0,
  matched: 0,
  changed: 0,
  duplicates: 0,
  records: 0,
  insertId: 0,
};

export function insert(statement: Insert, table: Table, work: Work): Written {
  const { store, rules, transaction } = work;
  store.lock(transaction, table);
  const names =
    statement.columns && (statement.columns.length > 0 || statement.rows?.[0]?.length === 0)
      ? statement.columns
      : table.columns.map(({ name }) => name);
  const targets = names.map(
    (name) =>
      table.columns.find((one) => same(one.name, name)) ??
      rules.unknownColumn(name, 'field list', statement.table.start),
  );
  for (const [i, { name }] of targets.entries())
    if (targets.findIndex((one) => one.name === name) !== i) rules.columnTwice(name);
  const given = statement.select
    ? selectedRows(statement.select, targets.length, work)
    : literalRows(statement, targets.length, work);
  let written: { -readonly [K in keyof Written]: Written[K] } = {
    ...NOTHING,
    records: given.length,
  };
  const keys: (readonly SqlValue[])[] = [];
  for (const [n, values] of given.entries()) {
    const { row, generated } = completeRow(values, targets, table, work, n + 1);
    const outcome = writeRow(row, statement, table, work);
    if (outcome !== 'ignored') keys.push(identityValues(row, table, work));
    if (outcome === 'inserted') {
      written = { ...written, affected: written.affected + 1 };
      if (generated !== undefined && written.insertId === 0) written.insertId = generated;
    } else if (outcome !== 'ignored') {
      written.affected += outcome === 'same' ? 0 : 2;
      if (outcome !== 'same') written.duplicates++;
    } else written.duplicates++;
  }
  if (statement.returning)
    written.returned = returned(
      statement.returning,
      table,
      statement.alias ?? table.name,
      keys,
      work,
    );
  return written;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

const DEFAULT = Symbol('default');
type Given = readonly (SqlValue | typeof DEFAULT)[];

function literalRows(statement: Insert, count: number, work: Work): readonly Given[] {
  const rows = statement.rows ?? [];
  for (const [n, row] of rows.entries())
    if (row.length !== count && !(row.length === 0))
      work.rules.columnCount(n + 1, row.length > count);
  const scope = newScope(work.env);
  return rows.map((row): Given => {
    if (row.length === 0) return Array.from({ length: count }, () => DEFAULT);
    const sql = row.map((value) => (value.kind === 'default' ? 'NULL' : compile(value, scope).sql));
    const [values = []] = rowsOf(work.store.sqlite, `SELECT ${sql.join(', ')}`);
    return values.map((value, i) => (row[i]?.kind === 'default' ? DEFAULT : value));
  });
}

function selectedRows(select: Select, count: number, work: Work): readonly Given[] {
  const { sql, columns } = compileQuery(select, work.env);
  if (columns.length !== count) work.rules.columnCount(1, columns.length > count);
  return rowsOf(work.store.sqlite, sql);
}

/** All columns of a new row, checked. */
function completeRow(
  values: Given,
  targets: readonly Column[],
  table: Table,
  work: Work,
  n: number,
): { readonly row: readonly SqlValue[]; readonly generated: number | undefined } {
  const { store, rules } = work;
  let generated: number | undefined;
  const row = table.columns.map((column) => {
    const at = targets.indexOf(column);
    const value = at < 0 ? DEFAULT : (values[at] ?? null);
    if (column.autoIncrement && (value === DEFAULT || rules.generates(value))) {
      generated = store.counter(table);
      store.setCounter(table, generated + 1);
      return generated;
    }
    if (value === DEFAULT) {
      const preset = rules.defaultOf(column, table);
      return preset === undefined
        ? rules.noDefault(column, table)
        : rules.coerce(preset, column, table, n);
    }
    const kept = rules.coerce(value, column, table, n);
    if (
      column.autoIncrement &&
      typeof kept === 'number' &&
      kept >= store.counter(table) &&
      work.env.dialect === 'mysql'
    )
      store.setCounter(table, kept + 1);
    return kept;
  });
  return { row, generated };
}

type Outcome = 'inserted' | 'ignored' | 'replaced' | 'updated' | 'same';

function writeRow(row: readonly SqlValue[], statement: Insert, table: Table, work: Work): Outcome {
  const { store, rules, transaction } = work;
  runChecks(table, row, work);
  const clash = clashing(row, table, work);
  if (clash) {
    const wanted = statement.conflict?.columns ?? [];
    const isMeant =
      wanted.length === 0 ||
      (wanted.length === clash.columns.length &&
        wanted.every((name) => clash.columns.some((one) => same(one, name))));
    if ((statement.ignore || statement.conflict?.nothing) && isMeant) return 'ignored';
    if (statement.onDuplicate.length > 0 && isMeant)
      return updateClash(row, clash, statement, table, work);
    if (!statement.isReplace)
      rules.duplicate(
        clash,
        table,
        clash.columns.map((name) => row[columnAt(table, name)] ?? null),
      );
    for (let index: Index | undefined = clash; index; index = clashing(row, table, work)) {
      const { sql, values } = whereKey(index, row, table);
      store.change(transaction, table, `DELETE FROM ${store.sqlName(table)} WHERE ${sql}`, values);
    }
  }
  guarded(table, row, work, () =>
    store.change(
      transaction,
      table,
      `INSERT INTO ${store.sqlName(table)} (${table.columns.map(({ name }) => ident(name)).join(', ')}) VALUES (${row.map(() => '?').join(', ')})`,
      row,
    ),
  );
  return clash ? 'replaced' : 'inserted';
}

function columnAt(table: Table, name: string): number {
  return table.columns.findIndex((column) => same(column.name, name));
}

function whereKey(
  index: Index,
  row: readonly SqlValue[],
  table: Table,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  return {
    sql: index.columns.map((name) => `${ident(name)} = ?`).join(' AND '),
    values: index.columns.map((name) => row[columnAt(table, name)] ?? null),
  };
}

/** The unique key that another row has already. */
function clashing(
  row: readonly SqlValue[],
  table: Table,
  { store }: Work,
  exceptSql = '',
  except: readonly SqlValue[] = [],
): Index | undefined {
  return table.indexes.find((index) => {
    if (index.kind !== 'primary' && index.kind !== 'unique') return false;
    const { sql, values } = whereKey(index, row, table);
    return (
      rowsOf(
        store.sqlite,
        `SELECT 1 FROM ${store.sqlName(table)} WHERE ${sql}${exceptSql} LIMIT 1`,
        [...values, ...except],
      ).length > 0
    );
  });
}

function updateClash(
  row: readonly SqlValue[],
  index: Index,
  statement: Insert,
  table: Table,
  work: Work,
): Outcome {
  const { sql, values } = whereKey(index, row, table);
  const incoming = new Map<string, Compiled>(
    table.columns.map((column, i) => [
      column.name.toLowerCase(),
      { sql: literal(row[i] ?? null), type: work.store.typeOf(column) },
    ]),
  );
  const scope = newScope(work.env);
  scope.incoming = incoming;
  const from = fromSql(
    {
      kind: 'table',
      table: statement.table,
      alias: work.env.dialect === 'postgres' ? statement.alias : undefined,
    },
    scope,
  );
  const [source] = scope.sources as [Source];
  const where = index.columns.map((name) => `${source.as}.${ident(name)} = ?`).join(' AND ');
  void sql;
  const changed = updateRows(
    from,
    scope,
    ` WHERE ${where}`,
    statement.onDuplicate,
    new Map([[source, table]]),
    work,
    values,
  );
  return changed.changed > 0 ? 'updated' : 'same';
}

/** CHECK constraints; UNKNOWN passes. */
function runChecks(table: Table, row: readonly SqlValue[], work: Work): void {
  for (const { name, value } of work.rules.checks(table)) {
    const scope = newScope(work.env);
    scope.sources.push({
      sql: '',
      alias: table.name,
      as: 'r',
      database: table.database,
      name: table.name,
      primary: [],
      merged: new Set(),
      columns: table.columns.map((column) => ({
        name: column.name,
        sql: ident(column.name),
        type: work.store.typeOf(column),
      })),
    });
    const { sql } = compile(value, scope);
    const columns = table.columns
      .map((column, i) => `${literal(row[i] ?? null)} AS ${ident(column.name)}`)
      .join(', ');
    const [[passed = null] = []] = rowsOf(
      work.store.sqlite,
      `SELECT ${sql} FROM (SELECT ${columns}) AS r`,
    );
    if (passed === 0) work.rules.checkFailed(name, table, row);
  }
}

function guarded(table: Table, row: readonly SqlValue[], work: Work, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('FOREIGN KEY')) {
      const named = Object.fromEntries(table.columns.map(({ name }, i) => [name, row[i] ?? null]));
      work.rules.foreignKey(table, childMissing(table, row, work) === undefined, named);
    }
    throw error;
  }
}

/** The foreign key whose parent is missing. */
export function childMissing(
  table: Table,
  row: readonly SqlValue[],
  { store }: { readonly store: Store },
): Table['foreignKeys'][number] | undefined {
  return table.foreignKeys.find((key) => {
    const values = key.columns.map((name) => row[columnAt(table, name)] ?? null);
    if (values.includes(null)) return false;
    return (
      rowsOf(
        store.sqlite,
        `SELECT 1 FROM ${store.sqlName({ database: key.database, name: key.table })} WHERE ${key.references.map((name) => `${ident(name)} = ?`).join(' AND ')} LIMIT 1`,
        values,
      ).length === 0
    );
  });
}

function identityValues(
  row: readonly SqlValue[],
  table: Table,
  { store }: Work,
): readonly SqlValue[] {
  const identity = store.identity(table);
  if (identity[0] === 'rowid')
    return [rowsOf(store.sqlite, 'SELECT last_insert_rowid()')[0]?.[0] ?? null];
  return identity.map((name) => row[columnAt(table, name.slice(1, -1))] ?? null);
}

function returned(
  items: readonly SelectItem[],
  table: Table,
  alias: string,
  keys: readonly (readonly SqlValue[])[],
  work: Work,
): Written['returned'] {
  const select: Select = {
    kind: 'select',
    with: [],
    isRecursive: false,
    distinct: false,
    items,
    from: {
      kind: 'table',
      table: { name: table.name, database: table.database, start: 0, end: 0 },
      alias,
    },
    groupBy: [],
    unions: [],
    orderBy: [],
  };
  const { sql, columns } = compileQuery(select, work.env);
  const identity = work.store.identity(table);
  const rows = keys.flatMap((key) =>
    rowsOf(
      work.store.sqlite,
      `${sql} WHERE ${identity.map((name) => `${name} = ?`).join(' AND ')}`,
      key,
    ),
  );
  return { columns, rows };
}

type Update = Extract<Statement, { kind: 'update' }>;

export function update(statement: Update, work: Work): Written {
  const scope = newScope(work.env);
  const whole: From = statement.also
    ? { kind: 'join', type: 'CROSS', left: statement.from, right: statement.also }
    : statement.from;
  const from = fromSql(whole, scope);
  const bases = baseTables(scope, work);
  for (const { table, column } of statement.set) {
    const [source] = targetOf(table, column, scope, work);
    const base = bases.get(source);
    if (base) work.store.lock(work.transaction, base);
  }
  const tail = tailSql(statement, scope);
  const keys: (readonly SqlValue[])[] = [];
  const written = updateRows(from, scope, tail, statement.set, bases, work, [], keys);
  const [[, first] = []] = [...bases];
  if (!statement.returning || !first) return written;
  const [source] = scope.sources;
  return {
    ...written,
    returned: returned(statement.returning, first, source?.alias ?? first.name, keys, work),
  };
}

function baseTables(scope: Scope, work: Work): ReadonlyMap<Source, Table> {
  const found = new Map<Source, Table>();
  for (const source of scope.sources) {
    const table = source.sql.startsWith('(')
      ? undefined
      : work.baseTable(source.database, source.name);
    if (table) found.set(source, table);
  }
  return found;
}

function targetOf(
  table: string | undefined,
  column: string,
  scope: Scope,
  work: Work,
): readonly [Source, string] {
  for (const source of scope.sources) {
    if (table !== undefined && !same(source.alias, table)) continue;
    const one = source.columns.find(({ name }) => same(name, column));
    if (one) return [source, one.name];
  }
  return work.rules.unknownColumn(
    table === undefined ? column : `${table}.${column}`,
    'field list',
    0,
  );
}

function tailSql(
  {
    where,
    orderBy,
    limit,
  }: {
    readonly where?: Expr | undefined;
    readonly orderBy: Update['orderBy'];
    readonly limit?: Expr | undefined;
  },
  scope: Scope,
): string {
  scope.clause = 'where clause';
  let sql = where ? ` WHERE ${compile(where, scope).sql}` : '';
  scope.clause = 'order clause';
  if (orderBy.length > 0)
    sql += ` ORDER BY ${orderBy.map((item) => `${compile(item.value, scope).sql}${item.isDescending ? ' DESC' : ''}`).join(', ')}`;
  if (limit) sql += ` LIMIT ${compile(limit, scope).sql}`;
  return sql;
}

function updateRows(
  from: string,
  scope: Scope,
  tail: string,
  set: readonly Assignment[],
  bases: ReadonlyMap<Source, Table>,
  work: Work,
  values: readonly SqlValue[],
  keys?: (readonly SqlValue[])[],
): Written {
  const { store, rules } = work;
  let matched = 0;
  let changed = 0;
  scope.clause = 'field list';
  for (const [source, table] of bases) {
    const own = set.filter((one) => targetOf(one.table, one.column, scope, work)[0] === source);
    if (own.length === 0) continue;
    const identity = store.identity(table);
    const columns = table.columns.map(({ name }) => `${source.as}.${ident(name)}`);
    const news = own.map(({ value, column }) =>
      value.kind === 'default'
        ? literal(rules.defaultOf(table.columns[columnAt(table, column)] as Column, table) ?? null)
        : compile(value, scope).sql,
    );
    const rows = rowsOf(
      store.sqlite,
      `SELECT ${[...identity.map((name) => `${source.as}.${name}`), ...columns, ...news].join(', ')} FROM ${from}${tail}`,
      values,
    );
    const seen = new Set<string>();
    for (const [n, all] of rows.entries()) {
      const key = all.slice(0, identity.length);
      if (seen.has(JSON.stringify(key))) continue;
      seen.add(JSON.stringify(key));
      matched++;
      const before = all.slice(identity.length, identity.length + columns.length);
      const after = [...before];
      for (const [i, { column }] of own.entries()) {
        const at = columnAt(table, column);
        after[at] = rules.coerce(
          all[identity.length + columns.length + i] ?? null,
          table.columns[at] as Column,
          table,
          n + 1,
        );
      }
      const isSame = after.every((value, i) => value === before[i]);
      if (!isSame) {
        for (const [i, column] of table.columns.entries())
          if (column.onUpdateNow && !own.some((one) => same(one.column, column.name)))
            after[i] = rules.now();
        updateOne(table, identity, key, after, work);
        changed++;
      }
      keys?.push(
        identity[0] === 'rowid'
          ? key
          : identity.map((name) => after[columnAt(table, name.slice(1, -1))] ?? null),
      );
    }
  }
  return {
    ...NOTHING,
    affected: work.env.dialect === 'postgres' ? matched : changed,
    matched,
    changed,
  };
}

function updateOne(
  table: Table,
  identity: readonly string[],
  key: readonly SqlValue[],
  after: readonly SqlValue[],
  work: Work,
): void {
  const { store, rules, transaction } = work;
  runChecks(table, after, work);
  const own = identity.map((name) => `${name} = ?`).join(' AND ');
  const clash = clashing(after, table, work, ` AND NOT (${own})`, key);
  if (clash)
    rules.duplicate(
      clash,
      table,
      clash.columns.map((name) => after[columnAt(table, name)] ?? null),
    );
  guarded(table, after, work, () =>
    store.change(
      transaction,
      table,
      `UPDATE ${store.sqlName(table)} SET ${table.columns.map(({ name }) => `${ident(name)} = ?`).join(', ')} WHERE ${own}`,
      [...after, ...key],
    ),
  );
}

type Delete = Extract<Statement, { kind: 'delete' }>;

export function deleteRows(statement: Delete, work: Work): Written {
  const { store, transaction } = work;
  const scope = newScope(work.env);
  const from = fromSql(statement.from, scope);
  const bases = baseTables(scope, work);
  const tail = tailSql(statement, scope);
  const targets = statement.targets;
  let affected = 0;
  let result: Written['returned'];
  for (const [source, table] of bases) {
    if (targets ? !targets.some((name) => same(name, source.alias)) : source !== scope.sources[0])
      continue;
    store.lock(transaction, table);
    const identity = store.identity(table);
    const columns = table.columns.map(({ name }) => `${source.as}.${ident(name)}`);
    const rows = rowsOf(
      store.sqlite,
      `SELECT ${[...identity.map((name) => `${source.as}.${name}`), ...columns].join(', ')} FROM ${from}${tail}`,
    );
    if (statement.returning)
      result = returned(
        statement.returning,
        table,
        source.alias,
        rows.map((row) => row.slice(0, identity.length)),
        work,
      );
    for (const row of rows) {
      const key = row.slice(0, identity.length);
      guarded(table, row.slice(identity.length), work, () =>
        store.change(
          transaction,
          table,
          `DELETE FROM ${store.sqlName(table)} WHERE ${identity.map((name) => `${name} = ?`).join(' AND ')}`,
          key,
        ),
      );
      affected++;
    }
  }
  return { ...NOTHING, affected, matched: affected, returned: result };
}
