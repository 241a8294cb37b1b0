/**
 * SELECT, from the tree to SQLite.
 *
 * Real: mysql sql/sql_resolver.cc; postgres parse_clause.c, parse_agg.c.
 */
import type { Expr, From, Select, SelectItem } from './ast.ts';
import {
  compile,
  newScope,
  ordered,
  sourceAs,
  type Compiled,
  type Environment,
  type Scope,
  type Source,
  type SourceColumn,
  type TableSource,
} from './compile.ts';
import { commonType, type ValueType } from './types.ts';

export interface OutputColumn {
  readonly name: string;
  readonly type: ValueType;
  /** The table it comes from, when it is a column as it is. */
  readonly table?: string | undefined;
}

export interface CompiledQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
  readonly types: readonly ValueType[];
}

export function compileQuery(select: Select, env: Environment, parent?: Scope): CompiledQuery {
  let withs = parent?.withs ?? new Map<string, TableSource>();
  let prefix = '';
  if (select.with.length > 0) {
    const made = new Map(withs);
    withs = made;
    const parts: string[] = [];
    for (const one of select.with) {
      const name = `w_${one.name.replaceAll('"', '')}`;
      const outer = newScope(env, parent, made);
      if (select.isRecursive && one.select.unions.length > 0)
        made.set(
          one.name.toLowerCase(),
          withSource(
            name,
            one.name,
            compileQuery({ ...one.select, unions: [] }, env, outer).columns,
            one.columns,
          ),
        );
      const inner = compileQuery(one.select, env, outer);
      made.set(one.name.toLowerCase(), withSource(name, one.name, inner.columns, one.columns));
      parts.push(`"${name}"(${inner.columns.map((_, i) => `c${i}`).join(', ')}) AS (${inner.sql})`);
    }
    prefix = `WITH ${select.isRecursive ? 'RECURSIVE ' : ''}${parts.join(', ')} `;
  }
  const core = compileCore(select, env, parent, withs);
  return { ...core, sql: prefix + core.sql };
}

function withSource(
  sql: string,
  name: string,
  columns: readonly OutputColumn[],
  names: readonly string[] | undefined,
): TableSource {
  return { sql: `"${sql}"`, columns: numbered(columns, names), primary: [], database: '', name };
}

function numbered(
  columns: readonly OutputColumn[],
  names?: readonly string[],
): readonly SourceColumn[] {
  return columns.map(({ name, type }, i) => ({ name: names?.[i] ?? name, sql: `c${i}`, type }));
}

function compileCore(
  select: Select,
  env: Environment,
  parent: Scope | undefined,
  withs: ReadonlyMap<string, TableSource>,
): CompiledQuery {
  const scope = newScope(env, parent, withs);
  if (select.values) return valuesQuery(select, scope);
  const from = select.from ? ` FROM ${fromSql(select.from, scope)}` : '';
  const where = select.where
    ? ` WHERE ${clause(select.where, scope, 'where clause', false).sql}`
    : '';
  const { items, columns } = selectList(select, scope);
  const isUnion = select.unions.length > 0;
  scope.aliases = new Map(columns.map(({ name }, i) => [name.toLowerCase(), items[i] as Compiled]));
  const listHasAggregate = scope.hasAggregate;
  const listBare = [...scope.bare];
  const groups = select.groupBy.map(
    (one) => position(one, items) ?? clause(one, scope, 'group statement', false),
  );
  const group = groups.length > 0 ? ` GROUP BY ${groups.map(({ sql }) => sql).join(', ')}` : '';
  const having = select.having ? clause(select.having, scope, 'having clause', true) : undefined;
  const isGrouped = groups.length > 0 || listHasAggregate || scope.hasAggregate;
  if (isGrouped && env.onlyFullGroupBy) checkGrouped(scope, listBare, items, groups);
  let sql = `SELECT ${select.distinct ? 'DISTINCT ' : ''}${items.map((item, i) => `${item.sql} AS c${i}`).join(', ')}${from}${where}${group}`;
  if (having)
    sql +=
      group === '' && !scope.hasAggregate && !listHasAggregate
        ? `${where === '' ? ' WHERE ' : ' AND '}${having.sql}`
        : `${group === '' ? ' GROUP BY NULL' : ''} HAVING ${having.sql}`;
  let types = items.map(({ type }) => type);
  for (const { op, select: other } of select.unions) {
    const next = compileQuery(other, env, parent ?? newScope(env, undefined, withs));
    if (next.columns.length !== columns.length) env.complaints.wrongColumns(columns.length);
    types = types.map((type, i) => commonType([type, next.types[i] ?? type]));
    // A part of a union with an order or a limit of its own stands inside.
    const isPlain = other.orderBy.length === 0 && other.limit === undefined;
    sql += ` ${op} ${isPlain ? next.sql : `SELECT * FROM (${next.sql})`}`;
  }
  if (select.orderBy.length > 0)
    sql += ` ORDER BY ${orderSql(select, scope, items, columns, isUnion).join(', ')}`;
  sql += limitSql(select, scope);
  return {
    sql,
    columns: columns.map((column, i) => ({ ...column, type: types[i] ?? column.type })),
    types,
  };
}

function valuesQuery(select: Select, scope: Scope): CompiledQuery {
  const rows = (select.values ?? []).map((row) => row.map((value) => compile(value, scope)));
  const types = (rows[0] ?? []).map((_, i) =>
    commonType(rows.map((row) => row[i]?.type ?? { kind: 'null' as const })),
  );
  const isMysql = scope.env.dialect === 'mysql';
  return {
    sql: `VALUES ${rows.map((row) => `(${row.map(({ sql }) => sql).join(', ')})`).join(', ')}`,
    types,
    columns: types.map((type, i) => ({ name: isMysql ? `column_${i}` : `column${i + 1}`, type })),
  };
}

function clause(expr: Expr, scope: Scope, name: string, allowsAggregates: boolean): Compiled {
  scope.clause = name;
  scope.allowsAggregates = allowsAggregates;
  return compile(expr, scope);
}

/** `ORDER BY 2`. */
function position(expr: Expr, items: readonly Compiled[]): Compiled | undefined {
  return expr.kind === 'number' && /^\d+$/.test(expr.text)
    ? items[Number(expr.text) - 1]
    : undefined;
}

function selectList(
  select: Select,
  scope: Scope,
): { readonly items: readonly Compiled[]; readonly columns: readonly OutputColumn[] } {
  const items: Compiled[] = [];
  const columns: OutputColumn[] = [];
  scope.clause = 'field list';
  scope.allowsAggregates = true;
  for (const item of select.items) {
    if (item.value.kind === 'star') {
      for (const { source, column } of starColumns(item.value, scope)) {
        scope.bare.push({ source, column, at: item.value.start });
        items.push({ sql: `${source.as}.${column.sql}`, type: column.type });
        columns.push({ name: column.name, type: column.type, table: source.alias });
      }
      continue;
    }
    const value = compile(item.value, scope);
    items.push(value);
    columns.push({
      name: item.alias ?? titleOf(item, scope),
      type: value.type,
      ...(item.value.kind === 'column' ? { table: item.value.table } : {}),
    });
  }
  return { items, columns };
}

function starColumns(
  { table, start }: Expr & { readonly kind: 'star' },
  scope: Scope,
): readonly { readonly source: Source; readonly column: SourceColumn }[] {
  const sources = scope.sources.filter(
    ({ alias }) => table === undefined || alias.toLowerCase() === table.toLowerCase(),
  );
  if (sources.length === 0) scope.env.complaints.unknownTable(table ?? '*', 'field list', start);
  return sources.flatMap((source) =>
    source.columns
      .filter(({ name }) => table !== undefined || !source.merged.has(name.toLowerCase()))
      .map((column) => ({ source, column })),
  );
}

/** What a column without an alias is called. */
function titleOf({ value, text }: SelectItem, scope: Scope): string {
  if (value.kind === 'column') return value.name;
  if (scope.env.dialect === 'mysql')
    return value.kind === 'string' ? value.text : value.kind === 'null' ? 'NULL' : text;
  switch (value.kind) {
    case 'call':
      return { CHARACTER_LENGTH: 'character_length' }[value.name] ?? value.raw.toLowerCase();
    case 'case':
      return 'case';
    case 'cast': {
      const inner: string = titleOf({ value: value.value, text }, scope);
      return inner === '?column?'
        ? ({
            integer: 'int4',
            boolean: 'bool',
            'character varying': 'varchar',
            bigint: 'int8',
            'timestamp without time zone': 'timestamp',
            'double precision': 'float8',
          }[value.type.base] ?? value.type.base)
        : inner;
    }
    case 'exists':
      return 'exists';
    case 'boolean':
      return 'bool';
    default:
      return '?column?';
  }
}

/** Real: ONLY_FULL_GROUP_BY; what depends on a primary key that is grouped by is settled too. */
function checkGrouped(
  scope: Scope,
  bare: Scope['bare'],
  items: readonly Compiled[],
  groups: readonly Compiled[],
): void {
  const grouped = new Set(groups.map(({ sql }) => sql));
  const wholeItems = new Set(items.filter(({ sql }) => grouped.has(sql)).map(({ sql }) => sql));
  for (const { source, column, at } of bare) {
    const sql = `${source.as}.${column.sql}`;
    if (grouped.has(sql)) continue;
    if (
      source.primary.length > 0 &&
      source.primary.every((name) => grouped.has(`${source.as}."${name}"`))
    )
      continue;
    if ([...wholeItems].some((item) => item.includes(sql))) continue;
    const place = items.findIndex((item) => item.sql.includes(sql) && !grouped.has(item.sql));
    if (place < 0) continue;
    scope.env.complaints.notGrouped(
      place + 1,
      [source.database, source.alias, column.name].filter(Boolean).join('.'),
      'SELECT list',
      groups.length > 0,
      at,
    );
  }
}

function orderSql(
  select: Select,
  scope: Scope,
  items: readonly Compiled[],
  columns: readonly OutputColumn[],
  isUnion: boolean,
): readonly string[] {
  return select.orderBy.map((item) => {
    if (isUnion) {
      const at =
        item.value.kind === 'number'
          ? Number(item.value.text) - 1
          : item.value.kind === 'column'
            ? columns.findIndex(
                ({ name }) =>
                  item.value.kind === 'column' &&
                  name.toLowerCase() === item.value.name.toLowerCase(),
              )
            : -1;
      if (at < 0 || at >= columns.length)
        return scope.env.complaints.unknownColumn(
          item.value.kind === 'column' ? item.value.name : '',
          'order clause',
          item.value.start,
        );
      return ordered(item, { sql: String(at + 1), type: { kind: 'int' } }, scope);
    }
    return ordered(
      item,
      position(item.value, items) ?? clause(item.value, scope, 'order clause', true),
      scope,
    );
  });
}

function limitSql(select: Select, scope: Scope): string {
  const limit = select.limit ? compile(select.limit, scope).sql : undefined;
  const offset = select.offset ? compile(select.offset, scope).sql : undefined;
  if (limit === undefined && offset === undefined) return '';
  return ` LIMIT ${limit ?? -1}${offset === undefined ? '' : ` OFFSET ${offset}`}`;
}

/** FROM; the sources go into the scope. */
export function fromSql(from: From, scope: Scope): string {
  switch (from.kind) {
    case 'table': {
      const { table } = from;
      const found =
        (table.database === undefined ? scope.withs.get(table.name.toLowerCase()) : undefined) ??
        scope.env.table(table.name, table.database, table.start);
      return addSource(found, from.alias ?? table.name, scope);
    }
    case 'derived': {
      const inner = compileQuery(
        from.select,
        scope.env,
        newScope(scope.env, scope.parent, scope.withs),
      );
      const source: TableSource = {
        sql: `(${inner.sql})`,
        columns: numbered(inner.columns, from.columns),
        primary: [],
        database: '',
        name: from.alias,
      };
      return addSource(source, from.alias, scope);
    }
    case 'join':
      return joinSql(from, scope);
  }
}

function addSource(table: TableSource, alias: string, scope: Scope): string {
  const as = sourceAs(scope);
  scope.sources.push({ ...table, alias, as, merged: new Set() });
  return `${table.sql} AS ${as}`;
}

function joinSql(from: From & { readonly kind: 'join' }, scope: Scope): string {
  const left = fromSql(from.left, scope);
  const count = scope.sources.length;
  const right = fromSql(from.right, scope);
  const added = scope.sources.slice(count);
  const names =
    from.using ?? (from.natural ? sharedNames(scope.sources.slice(0, count), added) : undefined);
  let on = '';
  if (names) {
    const pairs = names.map((name) => {
      const find = (sources: readonly Source[]): string => {
        const source = sources.find(({ columns }) =>
          columns.some((one) => one.name.toLowerCase() === name.toLowerCase()),
        );
        const column = source?.columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
        return source && column
          ? `${source.as}.${column.sql}`
          : scope.env.complaints.unknownColumn(name, 'from clause', 0);
      };
      return `${find(scope.sources.slice(0, count))} = ${find(added)}`;
    });
    for (const source of added) for (const name of names) source.merged.add(name.toLowerCase());
    on = ` ON ${pairs.join(' AND ') || '1'}`;
  } else if (from.on) on = ` ON ${clause(from.on, scope, 'on clause', false).sql}`;
  const word =
    from.type === 'INNER' || from.type === 'CROSS'
      ? on === ''
        ? 'CROSS JOIN'
        : 'JOIN'
      : `${from.type} JOIN`;
  // A join on the right side keeps its parentheses.
  return `${left} ${word} ${from.right.kind === 'join' ? `(${right})` : right}${on}`;
}

function sharedNames(left: readonly Source[], right: readonly Source[]): readonly string[] {
  const names = right.flatMap(({ columns }) => columns.map(({ name }) => name));
  return left
    .flatMap(({ columns }) => columns.map(({ name }) => name))
    .filter((name) => names.some((other) => other.toLowerCase() === name.toLowerCase()));
}
