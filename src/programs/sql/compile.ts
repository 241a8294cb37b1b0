/**
 * From expressions of a dialect to SQLite's: names are resolved, types inferred, and what differs is written out.
 *
 * Real:     mysql sql/item*.cc (fix_fields); postgres src/backend/parser/parse_expr.c.
 * Left out: collations beyond "letters differ by case or not".
 */
import type { Expr, FunctionCall, OrderItem, Select } from './ast.ts';
import { datetimeText, parseDate, dateText } from './dates.ts';
import { hostCall, type FunctionTable, type SqlFunction } from './functions.ts';
import type { Dialect } from './lexer.ts';
import { literal, type SqlValue } from './sqlite.ts';
import {
  BOOL,
  commonType,
  DATETIME,
  decimal,
  DOUBLE,
  INT,
  isNumeric,
  NULL,
  STRING,
  typeOf,
  type ValueType,
} from './types.ts';

/** How each server says what is wrong. All throw. */
export interface Complaints {
  unknownColumn(name: string, clause: string, at: number): never;
  ambiguousColumn(name: string, clause: string, at: number): never;
  unknownTable(name: string, clause: string, at: number): never;
  unknownFunction(call: FunctionCall, types: readonly ValueType[]): never;
  wrongArguments(call: FunctionCall): never;
  aggregateHere(call: FunctionCall): never;
  notGrouped(place: number, column: string, clause: string, hasGroups: boolean, at: number): never;
  wrongColumns(count: number): never;
  derivedName(): never;
  invalidText(value: string, type: string, at: number): never;
}

export interface TableSource {
  /** As SQLite writes it: a table's name or a query in parentheses. */
  readonly sql: string;
  readonly columns: readonly SourceColumn[];
  readonly primary: readonly string[];
  readonly database: string;
  readonly name: string;
}

export interface SourceColumn {
  readonly name: string;
  readonly sql: string;
  readonly type: ValueType;
}

/** What a server gives the compiler. */
export interface Environment {
  readonly dialect: Dialect;
  readonly functions: FunctionTable;
  readonly complaints: Complaints;
  /** Finds a table or view, or throws. */
  table(name: string, database: string | undefined, at: number): TableSource;
  /** Values that hold for the whole statement: NOW(), DATABASE(); undefined: none of these. */
  constant(
    name: string,
    call: FunctionCall,
  ): { readonly value: SqlValue; readonly type: ValueType } | undefined;
  variable(name: string): { readonly value: SqlValue; readonly type: ValueType };
  /** Compiles a query inside an expression. */
  query(
    select: Select,
    parent: Scope,
  ): { readonly sql: string; readonly types: readonly ValueType[] };
  /** Only aggregated or grouped columns may be selected. */
  readonly onlyFullGroupBy: boolean;
}

/** A table in FROM, under the name by which the query calls it. */
export interface Source extends TableSource {
  readonly alias: string;
  readonly as: string;
  /** Columns that JOIN USING has merged with an earlier table's. */
  readonly merged: Set<string>;
}

export interface Scope {
  readonly env: Environment;
  readonly sources: Source[];
  readonly parent?: Scope | undefined;
  readonly withs: ReadonlyMap<string, TableSource>;
  /** Names of the select list. */
  aliases?: ReadonlyMap<string, Compiled> | undefined;
  /** Whether aggregates may stand here. */
  allowsAggregates: boolean;
  clause: string;
  /** Columns met outside of aggregates. */
  bare: { readonly source: Source; readonly column: SourceColumn; readonly at: number }[];
  hasAggregate: boolean;
  counter: { next: number };
  /** `VALUES(a)` and what ON CONFLICT calls `excluded`. */
  incoming?: ReadonlyMap<string, Compiled> | undefined;
}

export interface Compiled {
  readonly sql: string;
  readonly type: ValueType;
}

export function newScope(
  env: Environment,
  parent?: Scope,
  withs?: ReadonlyMap<string, TableSource>,
): Scope {
  return {
    env,
    sources: [],
    parent,
    withs: withs ?? parent?.withs ?? new Map(),
    allowsAggregates: false,
    clause: 'field list',
    bare: [],
    hasAggregate: false,
    counter: parent?.counter ?? { next: 1 },
  };
}

export function compile(expr: Expr, scope: Scope): Compiled {
  const { env } = scope;
  const isMysql = env.dialect === 'mysql';
  const truth = isMysql ? INT : BOOL;
  switch (expr.kind) {
    case 'null':
      return { sql: 'NULL', type: NULL };
    case 'number': {
      const digits = /^\d*\.(\d*)$/.exec(expr.text);
      const type = digits ? decimal((digits[1] ?? '').length) : /e/i.test(expr.text) ? DOUBLE : INT;
      return { sql: expr.text, type };
    }
    case 'string':
      return { sql: literal(expr.text), type: STRING };
    case 'boolean':
      return { sql: expr.value ? '1' : '0', type: truth };
    case 'column':
      return column(expr, scope);
    case 'variable':
      if (!expr.name.startsWith('@@'))
        return {
          sql: `lab_getvar(${literal(expr.name.slice(1))})`,
          type: env.variable(expr.name).type,
        };
      return constantOf(env.variable(expr.name));
    case 'assign': {
      const value = compile(expr.value, scope);
      return { sql: `lab_setvar(${literal(expr.name)}, ${value.sql})`, type: value.type };
    }
    case 'call':
      return call(expr, scope);
    case 'unary': {
      const value = compile(expr.value, scope);
      if (expr.op === 'NOT' || expr.op === '!') return { sql: `(NOT ${value.sql})`, type: truth };
      return { sql: `(${expr.op}${value.sql})`, type: isNumeric(value.type) ? value.type : DOUBLE };
    }
    case 'binary':
      return binary(expr, scope);
    case 'is': {
      const value = compile(expr.value, scope);
      const not = expr.not ? 'NOT ' : '';
      if (expr.what === 'NULL' || expr.what === 'UNKNOWN')
        return { sql: `(${value.sql} IS ${not}NULL)`, type: truth };
      return { sql: `(${value.sql} IS ${not}${expr.what})`, type: truth };
    }
    case 'between': {
      const value = compile(expr.value, scope);
      const [low, high] = [compile(expr.low, scope), compile(expr.high, scope)].map((side) =>
        alike(side, value, scope),
      ) as [Compiled, Compiled];
      return {
        sql: `(${collated(value, low, scope)} ${expr.not ? 'NOT ' : ''}BETWEEN ${low.sql} AND ${high.sql})`,
        type: truth,
      };
    }
    case 'in':
      return inList(expr, scope, truth);
    case 'like':
      return like(expr, scope, truth);
    case 'case': {
      const value = expr.value ? compile(expr.value, scope) : undefined;
      const branches = expr.branches.map(
        ({ when, then }) => [compile(when, scope), compile(then, scope)] as const,
      );
      const otherwise = expr.otherwise ? compile(expr.otherwise, scope) : undefined;
      const sql = `CASE ${value ? `${value.sql} ` : ''}${branches.map(([when, then]) => `WHEN ${when.sql} THEN ${then.sql}`).join(' ')}${otherwise ? ` ELSE ${otherwise.sql}` : ''} END`;
      return {
        sql,
        type: commonType([
          ...branches.map(([, then]) => then.type),
          ...(otherwise ? [otherwise.type] : []),
        ]),
      };
    }
    case 'cast':
      return cast(expr, scope);
    case 'interval':
      return { sql: compile(expr.value, scope).sql, type: { kind: 'interval' } };
    case 'exists':
      return { sql: `EXISTS (${env.query(expr.select, scope).sql})`, type: truth };
    case 'subquery': {
      const { sql, types } = env.query(expr.select, scope);
      if (types.length !== 1) env.complaints.wrongColumns(1);
      return { sql: `(${sql})`, type: types[0] ?? NULL };
    }
    case 'row':
      return {
        sql: `(${expr.items.map((item) => compile(item, scope).sql).join(', ')})`,
        type: NULL,
      };
    case 'collate': {
      const value = compile(expr.value, scope);
      const isBinary = expr.collation.endsWith('_bin') || expr.collation === 'binary' || !isMysql;
      return {
        sql: `(${value.sql} COLLATE ${isBinary ? 'BINARY' : 'NOCASE'})`,
        type: { ...value.type, isBinary },
      };
    }
    case 'default':
    case 'star':
      return { sql: '*', type: INT };
  }
}

function constantOf({
  value,
  type,
}: {
  readonly value: SqlValue;
  readonly type: ValueType;
}): Compiled {
  return { sql: literal(value), type };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function column(expr: Expr & { readonly kind: 'column' }, scope: Scope): Compiled {
  const { name, table } = expr;
  if (table !== undefined && same(table, 'excluded') && scope.incoming?.has(name.toLowerCase()))
    return scope.incoming.get(name.toLowerCase()) as Compiled;
  const written = [expr.database, table, name].filter((part) => part !== undefined).join('.');
  if (table === undefined && scope.aliases && scope.clause === 'order clause') {
    const alias = scope.aliases.get(name.toLowerCase());
    if (alias) return alias;
  }
  for (let here: Scope | undefined = scope; here; here = here.parent) {
    const found = here.sources.flatMap((source) => {
      if (table !== undefined && !same(source.alias, table)) return [];
      if (expr.database !== undefined && !same(source.database, expr.database)) return [];
      const one = source.columns.find((candidate) => same(candidate.name, name));
      return one && !(table === undefined && source.merged.has(name.toLowerCase()))
        ? [{ source, one }]
        : [];
    });
    if (found.length > 1) scope.env.complaints.ambiguousColumn(written, scope.clause, expr.start);
    const [only] = found;
    if (only) {
      if (here === scope)
        scope.bare.push({ source: only.source, column: only.one, at: expr.start });
      return { sql: `${only.source.as}.${only.one.sql}`, type: only.one.type };
    }
    const alias =
      table === undefined && here.clause !== 'where clause' && here.clause !== 'on clause'
        ? here.aliases?.get(name.toLowerCase())
        : undefined;
    if (alias) return alias;
  }
  if (table !== undefined && scope.env.dialect === 'postgres' && !anySource(scope, table))
    scope.env.complaints.unknownTable(table, scope.clause, expr.start);
  return scope.env.complaints.unknownColumn(written, scope.clause, expr.start);
}

function anySource(scope: Scope, table: string): boolean {
  for (let here: Scope | undefined = scope; here; here = here.parent)
    if (here.sources.some(({ alias }) => same(alias, table))) return true;
  return false;
}

/** A side of a comparison, made alike to the other: dates as they are stored, texts as numbers. */
function alike(side: Compiled, other: Compiled, scope: Scope): Compiled {
  const { kind } = other.type;
  if ((kind === 'date' || kind === 'datetime') && side.type.kind === 'string') {
    const m = /^'((?:[^']|'')*)'$/.exec(side.sql);
    if (!m) return side;
    const at = parseDate(m[1] as string);
    if (at === undefined)
      return scope.env.dialect === 'postgres'
        ? scope.env.complaints.invalidText(m[1] as string, 'timestamp', 0)
        : side;
    return {
      sql: literal(kind === 'date' && at % 86_400_000 === 0 ? dateText(at) : datetimeText(at)),
      type: kind === 'date' && at % 86_400_000 === 0 ? other.type : DATETIME,
    };
  }
  if (kind === 'datetime' && side.type.kind === 'date')
    return { sql: `(${side.sql} || ' 00:00:00')`, type: DATETIME };
  if (isNumeric(other.type) && side.type.kind === 'string')
    return { sql: `CAST(${side.sql} AS REAL)`, type: DOUBLE };
  return side;
}

function collated(value: Compiled, other: Compiled, scope: Scope): string {
  const isText = value.type.kind === 'string' && other.type.kind === 'string';
  if (scope.env.dialect !== 'mysql' || !isText) return value.sql;
  return `${value.sql} COLLATE ${value.type.isBinary || other.type.isBinary ? 'BINARY' : 'NOCASE'}`;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  '<=>': 'IS',
  'IS DISTINCT': 'IS NOT',
  '&&': 'AND',
  XOR: '<>',
};

function binary(expr: Expr & { readonly kind: 'binary' }, scope: Scope): Compiled {
  const { op } = expr;
  const isMysql = scope.env.dialect === 'mysql';
  const truth = isMysql ? INT : BOOL;
  if (expr.right.kind === 'interval' && (op === '+' || op === '-'))
    return shifted(expr.left, expr.right, op === '-', scope);
  if (expr.left.kind === 'interval' && op === '+')
    return shifted(expr.right, expr.left, false, scope);
  const left = compile(expr.left, scope);
  const right = compile(expr.right, scope);
  const plain = (type: ValueType, symbol = op): Compiled => ({
    sql: `(${left.sql} ${symbol} ${right.sql})`,
    type,
  });
  switch (op) {
    case 'AND':
    case '&&':
      return plain(truth, 'AND');
    case 'OR':
      return plain(truth);
    case '||':
      return isMysql ? plain(truth, 'OR') : plain(left.type.kind === 'json' ? left.type : STRING);
    case 'XOR':
      return { sql: `((NOT ${left.sql}) <> (NOT ${right.sql}))`, type: truth };
    case '+':
    case '-':
    case '*':
    case '%':
    case 'MOD':
    case '/':
    case 'DIV':
    case '^':
      return arithmetic(op, left, right, scope);
    case '->':
      return plain({ kind: 'json' });
    case '->>':
      return plain(STRING);
    case '|':
    case '&':
    case '<<':
    case '>>':
      return plain(INT);
    default: {
      const [a, b] = [alike(left, right, scope), alike(right, left, scope)];
      return { sql: `(${collated(a, b, scope)} ${SYMBOLS[op] ?? op} ${b.sql})`, type: truth };
    }
  }
}

function arithmetic(op: string, left: Compiled, right: Compiled, scope: Scope): Compiled {
  const isMysql = scope.env.dialect === 'mysql';
  const isExact = [left, right].every(
    ({ type }) =>
      type.kind === 'int' ||
      type.kind === 'decimal' ||
      type.kind === 'bool' ||
      type.kind === 'null',
  );
  const scale = Math.max(left.type.scale ?? 0, right.type.scale ?? 0);
  const isInt = left.type.kind !== 'decimal' && right.type.kind !== 'decimal';
  const exact = isExact ? (isInt ? INT : decimal(scale)) : DOUBLE;
  const sql = (symbol: string): string => `(${left.sql} ${symbol} ${right.sql})`;
  if (op === '/') {
    if (!isMysql)
      return isExact && isInt
        ? { sql: `lab_div(${left.sql}, ${right.sql})`, type: INT }
        : { sql: `lab_ratio(${left.sql}, ${right.sql})`, type: DOUBLE };
    return {
      sql: `(1.0 * ${left.sql} / ${right.sql})`,
      type: isExact ? decimal((left.type.scale ?? 0) + 4) : DOUBLE,
    };
  }
  if (op === 'DIV') return { sql: `CAST(1.0 * ${left.sql} / ${right.sql} AS INTEGER)`, type: INT };
  if (op === '%' || op === 'MOD')
    return { sql: exact.kind === 'int' ? sql('%') : `mod(${left.sql}, ${right.sql})`, type: exact };
  if (op === '^')
    return isMysql
      ? { sql: `((${left.sql} | ${right.sql}) - (${left.sql} & ${right.sql}))`, type: INT }
      : { sql: `pow(${left.sql}, ${right.sql})`, type: DOUBLE };
  if (!isMysql && left.type.kind === 'date' && right.type.kind === 'int')
    return { sql: hostShift(left.sql, `(${right.sql}) || ' days'`, op === '-'), type: left.type };
  if (op === '*' && exact.kind === 'decimal')
    return { sql: sql('*'), type: decimal((left.type.scale ?? 0) + (right.type.scale ?? 0)) };
  return { sql: sql(op), type: exact };
}

function hostShift(value: string, words: string, isBack: boolean): string {
  return `lab_interval(${value}, ${words}, ${isBack ? -1 : 1})`;
}

function shifted(
  value: Expr,
  interval: Expr & { readonly kind: 'interval' },
  isBack: boolean,
  scope: Scope,
): Compiled {
  const date = compile(value, scope);
  const count = compile(interval.value, scope);
  if (scope.env.dialect === 'postgres')
    return { sql: hostShift(date.sql, count.sql, isBack), type: DATETIME };
  const type =
    date.type.kind === 'date' && ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'].includes(interval.unit)
      ? date.type
      : date.type.kind === 'string'
        ? STRING
        : DATETIME;
  return {
    sql: `${isBack ? 'lab_date_sub' : 'lab_date_add'}(${date.sql}, ${count.sql}, '${interval.unit}')`,
    type,
  };
}

function inList(expr: Expr & { readonly kind: 'in' }, scope: Scope, truth: ValueType): Compiled {
  const value = compile(expr.value, scope);
  const not = expr.not ? 'NOT ' : '';
  if ('kind' in expr.list && expr.list.kind === 'select') {
    const { sql, types } = scope.env.query(expr.list, scope);
    const wanted = expr.value.kind === 'row' ? expr.value.items.length : 1;
    if (types.length !== wanted) scope.env.complaints.wrongColumns(wanted);
    return { sql: `(${value.sql} ${not}IN (${sql}))`, type: truth };
  }
  const items = (expr.list as readonly Expr[]).map((item) =>
    alike(compile(item, scope), value, scope),
  );
  const other = items.find(({ type }) => type.kind === 'string') ?? items[0];
  return {
    sql: `(${other ? collated(value, other, scope) : value.sql} ${not}IN (${items.map(({ sql }) => sql).join(', ')}))`,
    type: truth,
  };
}

function like(expr: Expr & { readonly kind: 'like' }, scope: Scope, truth: ValueType): Compiled {
  const value = compile(expr.value, scope);
  const pattern = compile(expr.pattern, scope);
  const not = expr.not ? 'NOT ' : '';
  if (expr.op === 'REGEXP') {
    const source = scope.env.dialect === 'mysql' ? `'(?i)' || ${pattern.sql}` : pattern.sql;
    return { sql: `(${not}lab_regexp(${value.sql}, ${source}))`, type: truth };
  }
  const ignoresCase =
    scope.env.dialect === 'mysql' ? value.type.isBinary !== true : expr.op === 'ILIKE';
  return {
    sql: `(${not}lab_like(${value.sql}, ${pattern.sql}, '${ignoresCase ? 1 : 0}'))`,
    type: truth,
  };
}

function cast(expr: Expr & { readonly kind: 'cast' }, scope: Scope): Compiled {
  const value = compile(expr.value, scope);
  const type = typeOf(expr.type);
  switch (type.kind) {
    case 'int':
      if (scope.env.dialect === 'postgres') {
        const text = /^'((?:[^']|'')*)'$/.exec(value.sql);
        if (text && !/^\s*[-+]?\d+\s*$/.test(text[1] as string))
          scope.env.complaints.invalidText(text[1] as string, expr.type.base, expr.value.start);
        if (expr.type.base === 'regclass') return { sql: value.sql, type: STRING };
        return {
          sql:
            value.type.kind === 'string'
              ? `CAST(${value.sql} AS INTEGER)`
              : `CAST(round(${value.sql}) AS INTEGER)`,
          type,
        };
      }
      return {
        sql:
          value.type.kind === 'double' || value.type.kind === 'decimal'
            ? `CAST(round(${value.sql}) AS INTEGER)`
            : `CAST(${value.sql} AS INTEGER)`,
        type: INT,
      };
    case 'decimal':
    case 'double':
      return {
        sql: `CAST(${value.sql} AS REAL)`,
        type: type.kind === 'decimal' ? decimal(type.scale ?? 0) : DOUBLE,
      };
    case 'date':
      return { sql: `substr(${value.sql}, 1, 10)`, type: { kind: 'date' } };
    case 'datetime':
      return {
        sql: `CASE length(${value.sql}) WHEN 10 THEN ${value.sql} || ' 00:00:00' ELSE ${value.sql} END`,
        type: DATETIME,
      };
    case 'bool':
      return {
        sql: `(CASE lower(${value.sql}) WHEN 'true' THEN 1 WHEN 't' THEN 1 WHEN 'yes' THEN 1 WHEN 'on' THEN 1 WHEN '1' THEN 1 ELSE 0 END)`,
        type: BOOL,
      };
    case 'json':
    case 'time':
      return { sql: value.sql, type };
    default: {
      const length = expr.type.args[0];
      return {
        sql:
          length === undefined
            ? `CAST(${value.sql} AS TEXT)`
            : `substr(CAST(${value.sql} AS TEXT), 1, ${length})`,
        type: STRING,
      };
    }
  }
}

function call(expr: FunctionCall, scope: Scope): Compiled {
  const { env } = scope;
  const name = expr.name;
  if (name === 'VALUES' && scope.incoming && expr.args[0]?.kind === 'column') {
    const incoming = scope.incoming.get(expr.args[0].name.toLowerCase());
    return incoming ?? env.complaints.unknownColumn(expr.args[0].name, 'field list', expr.start);
  }
  const constant = env.constant(name, expr);
  if (constant) return constantOf(constant);
  const found = env.functions.get(name);
  if (!found || name.startsWith('LAB_'))
    return env.complaints.unknownFunction(
      expr,
      expr.args.map((arg) => compile(arg, scope).type),
    );
  const interval = expr.args[1]?.kind === 'interval' ? expr.args[1] : undefined;
  const count = expr.args.length + (interval ? 1 : 0);
  if (count < found.min || count > found.max) env.complaints.wrongArguments(expr);
  if (expr.over) return windowCall(expr, found, scope);
  if (found.isWindow) return env.complaints.wrongArguments(expr);
  if (found.isAggregate) return aggregateCall(expr, found, scope);
  const args = expr.args.map((arg) => compile(arg, scope));
  if (interval) args.push({ sql: `'${interval.unit}'`, type: STRING });
  const sqls = args.map(({ sql }) => sql);
  const types = args.map(({ type }) => type);
  const type =
    name === 'DATE_ADD' || name === 'DATE_SUB'
      ? shiftedType(types[0] ?? STRING, interval?.unit ?? '')
      : found.type(types);
  return { sql: found.emit ? found.emit(sqls, types) : hostCall(name, found, sqls), type };
}

function shiftedType(type: ValueType, unit: string): ValueType {
  if (type.kind === 'string') return STRING;
  return type.kind === 'date' && !['HOUR', 'MINUTE', 'SECOND', 'MICROSECOND'].includes(unit)
    ? type
    : DATETIME;
}

function windowCall(expr: FunctionCall, found: SqlFunction, scope: Scope): Compiled {
  const args = expr.args.map((arg) => compile(arg, scope));
  const inner = (found.emit ?? (() => ''))(
    args.map(({ sql }) => sql),
    args.map(({ type }) => type),
  );
  const parts = expr.over?.partitionBy.map((one) => compile(one, scope).sql) ?? [];
  const order =
    expr.over?.orderBy.map((item) => ordered(item, compile(item.value, scope), scope)) ?? [];
  const over = [
    parts.length > 0 ? `PARTITION BY ${parts.join(', ')}` : '',
    order.length > 0 ? `ORDER BY ${order.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join(' ');
  return { sql: `${inner} OVER (${over})`, type: found.type(args.map(({ type }) => type)) };
}

/** NULLs come first in MySQL and last in PostgreSQL; letters of both cases are alike in MySQL. */
export function ordered(item: OrderItem, { sql, type }: Compiled, scope: Scope): string {
  const isMysql = scope.env.dialect === 'mysql';
  const collation = isMysql && type.kind === 'string' && !type.isBinary ? ' COLLATE NOCASE' : '';
  const nulls = isMysql ? '' : ` NULLS ${item.nulls ?? (item.isDescending ? 'FIRST' : 'LAST')}`;
  return `${sql}${collation}${item.isDescending ? ' DESC' : ''}${nulls}`;
}

function aggregateCall(expr: FunctionCall, found: SqlFunction, scope: Scope): Compiled {
  if (!scope.allowsAggregates) return scope.env.complaints.aggregateHere(expr);
  // Inside an aggregate columns are free, and another aggregate has no place.
  const before = scope.bare.length;
  scope.allowsAggregates = false;
  const args = expr.args.map((arg) => compile(arg, scope));
  const order = expr.orderBy?.map((item) => ordered(item, compile(item.value, scope), scope)) ?? [];
  scope.allowsAggregates = true;
  scope.bare.length = before;
  scope.hasAggregate = true;
  const sqls = args.map(({ sql }) => sql);
  const types = args.map(({ type }) => type);
  const orderBy = order.length > 0 ? ` ORDER BY ${order.join(', ')}` : '';
  const distinct = expr.distinct ? 'DISTINCT ' : '';
  if (expr.name === 'GROUP_CONCAT' || expr.name === 'STRING_AGG') {
    const isMysql = expr.name === 'GROUP_CONCAT';
    const value = isMysql ? sqls.join(' || ') : (sqls[0] as string);
    const separator = isMysql
      ? expr.separator?.kind === 'string'
        ? literal(expr.separator.text)
        : "','"
      : (sqls[1] as string);
    return {
      sql: `lab_join(json_group_array(${distinct}${value}${orderBy}), ${separator})`,
      type: STRING,
    };
  }
  if (expr.name === 'COUNT' && expr.distinct && sqls.length > 1)
    return { sql: `count(DISTINCT json_array(${sqls.join(', ')}))`, type: INT };
  return {
    sql: (found.emit as NonNullable<SqlFunction['emit']>)(
      sqls.map((sql, i) => (i === 0 ? distinct + sql : sql)),
      types,
    ),
    type: found.type(types),
  };
}

export function sourceAs(scope: Scope): string {
  return `t${scope.counter.next++}`;
}
