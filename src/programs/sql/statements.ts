/**
 * One statement of either dialect: what both have; each server adds its own by `extra`.
 *
 * Real: mysql sql/sql_yacc.yy; postgres gram.y.
 */
import type { Assignment, Expr, From, SelectItem, Statement } from './ast.ts';
import { Cursor } from './cursor.ts';
import { alterTable, createTable, keyColumns, tableNames } from './ddl.ts';
import { expression, fromClause, orderItems, select, selectItem } from './expressions.ts';
import type { Dialect } from './lexer.ts';

/** Statements of one server alone: undefined when the words are none of its own. */
export type ExtraStatements = (c: Cursor) => Statement | undefined;

export function parseStatement(
  sql: string,
  dialect: Dialect,
  version: number,
  extra: ExtraStatements,
): Statement {
  const c = new Cursor(sql, dialect, version);
  if (c.isAtEnd) return { kind: 'empty' };
  const statement = extra(c) ?? common(c);
  c.take(';');
  if (c.peek().type !== 'end') c.fail();
  return statement;
}

function common(c: Cursor): Statement {
  if (c.is('SELECT', 'WITH', '(', 'VALUES') || (c.dialect === 'mysql' && c.is('TABLE')))
    return select(c);
  if (c.is('INSERT', 'REPLACE')) return insert(c);
  if (c.take('UPDATE')) return update(c);
  if (c.take('DELETE')) return deleteFrom(c);
  if (c.take('CREATE')) return create(c);
  if (c.take('ALTER', 'TABLE')) return alterTable(c);
  if (c.take('DROP')) return drop(c);
  if (c.take('TRUNCATE')) {
    c.take('TABLE');
    const tables = tableNames(c);
    c.take('RESTART', 'IDENTITY');
    c.takeOne('CASCADE', 'RESTRICT');
    return { kind: 'truncate', tables };
  }
  if (c.take('BEGIN')) {
    c.takeOne('WORK', 'TRANSACTION');
    return { kind: 'begin' };
  }
  if (c.take('START', 'TRANSACTION')) {
    while (!c.isAtEnd) c.next();
    return { kind: 'begin' };
  }
  if (c.take('COMMIT') || (c.dialect === 'postgres' && c.take('END'))) {
    c.takeOne('WORK', 'TRANSACTION');
    return { kind: 'commit' };
  }
  if (c.take('ROLLBACK') || (c.dialect === 'postgres' && c.take('ABORT'))) {
    c.takeOne('WORK', 'TRANSACTION');
    if (!c.take('TO')) return { kind: 'rollback' };
    c.take('SAVEPOINT');
    return { kind: 'rollback', to: c.name() };
  }
  if (c.take('SAVEPOINT')) return { kind: 'savepoint', name: c.name() };
  if (c.take('RELEASE')) {
    c.take('SAVEPOINT');
    return { kind: 'release', name: c.name() };
  }
  return c.fail();
}

function insert(c: Cursor): Statement {
  const isReplace = c.next().text === 'REPLACE';
  let ignore = false;
  if (c.dialect === 'mysql')
    for (
      let one = c.takeOne('LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE');
      one;
      one = c.takeOne('IGNORE')
    )
      ignore ||= one === 'IGNORE';
  if (!c.take('INTO') && c.dialect === 'postgres') c.fail();
  const table = c.tableName();
  let columns: readonly string[] | undefined;
  let rows: (readonly Expr[])[] | undefined;
  let from: ReturnType<typeof select> | undefined;
  const alias = c.dialect === 'postgres' && c.take('AS') ? c.name() : undefined;
  if (c.is('(') && !['SELECT', 'WITH'].includes(c.peek(1).text))
    columns =
      c.peek(1).text === ')' && c.peek(1).type === 'op' ? (c.next(), c.next(), []) : c.names();
  if (c.takeOne('VALUES', ...(c.dialect === 'mysql' ? ['VALUE'] : [])))
    rows = [...c.list(() => valueRow(c))];
  else if (c.dialect === 'mysql' && c.take('SET')) {
    const set = c.list(() => assignment(c));
    columns = set.map(({ column }) => column);
    rows = [set.map(({ value }) => value)];
  } else if (c.take('DEFAULT', 'VALUES')) {
    columns = [];
    rows = [[]];
  } else if (c.is('SELECT', 'WITH', '(')) from = select(c);
  else c.fail();
  let rowAlias: string | undefined;
  if (c.dialect === 'mysql' && c.take('AS')) rowAlias = c.name();
  let onDuplicate: readonly Assignment[] = [];
  let conflict: { readonly columns: readonly string[]; readonly nothing: boolean } | undefined;
  if (c.dialect === 'mysql' && c.take('ON')) {
    c.expect('DUPLICATE', 'KEY', 'UPDATE');
    onDuplicate = c.list(() => assignment(c));
  } else if (c.take('ON', 'CONFLICT')) {
    const names = c.is('(') ? c.names() : [];
    c.expect('DO');
    const nothing = c.take('NOTHING');
    if (!nothing) {
      c.expect('UPDATE', 'SET');
      onDuplicate = c.list(() => assignment(c));
    }
    conflict = { columns: names, nothing };
  }
  return {
    kind: 'insert',
    table,
    alias: rowAlias ?? alias,
    columns,
    rows,
    select: from,
    isReplace,
    ignore,
    onDuplicate,
    conflict,
    returning: returning(c),
  };
}

function valueRow(c: Cursor): readonly Expr[] {
  if (c.dialect === 'mysql') c.take('ROW');
  c.expect('(');
  const row = c.is(')') ? [] : c.list(() => expression(c));
  c.expect(')');
  return row;
}

function assignment(c: Cursor): Assignment {
  let table: string | undefined;
  let column = c.name();
  while (c.take('.')) {
    table = column;
    column = c.anyName();
  }
  if (!c.take(':=')) c.expect('=');
  return { table, column, value: expression(c) };
}

function returning(c: Cursor): readonly SelectItem[] | undefined {
  return c.dialect === 'postgres' && c.take('RETURNING') ? c.list(() => selectItem(c)) : undefined;
}

function update(c: Cursor): Statement {
  if (c.dialect === 'mysql') c.takeOne('LOW_PRIORITY', 'IGNORE');
  const from = c.dialect === 'mysql' ? fromClause(c) : oneTable(c);
  c.expect('SET');
  const set = c.list(() => assignment(c));
  const also = c.dialect === 'postgres' && c.take('FROM') ? fromClause(c) : undefined;
  return { kind: 'update', from, also, set, ...tail(c), returning: returning(c) };
}

function oneTable(c: Cursor): From {
  const table = c.tableName();
  const alias = c.take('AS') || (c.isName() && !c.is('SET', 'WHERE')) ? c.name() : undefined;
  return { kind: 'table', table, alias };
}

function tail(c: Cursor): {
  readonly where?: Expr | undefined;
  readonly orderBy: ReturnType<typeof orderItems>;
  readonly limit?: Expr | undefined;
} {
  const where = c.take('WHERE') ? expression(c) : undefined;
  const orderBy = c.is('ORDER') ? orderItems(c) : [];
  const limit = c.dialect === 'mysql' && c.take('LIMIT') ? expression(c) : undefined;
  return { where, orderBy, limit };
}

function deleteFrom(c: Cursor): Statement {
  if (c.dialect === 'mysql') c.takeOne('LOW_PRIORITY', 'QUICK', 'IGNORE');
  let targets: readonly string[] | undefined;
  if (c.dialect === 'mysql' && !c.is('FROM')) {
    targets = c.list(() => targetName(c));
    c.expect('FROM');
    return { kind: 'delete', targets, from: fromClause(c), ...tail(c) };
  }
  c.expect('FROM');
  const from = fromClause(c);
  if (c.dialect === 'mysql' && c.take('USING') && from.kind === 'table')
    return {
      kind: 'delete',
      targets: [from.alias ?? from.table.name],
      from: fromClause(c),
      ...tail(c),
    };
  return { kind: 'delete', targets, from, ...tail(c), returning: returning(c) };
}

function targetName(c: Cursor): string {
  let name = c.name();
  if (c.take('.')) name = c.take('*') ? name : c.anyName();
  if (c.take('.')) c.expect('*');
  return name;
}

function create(c: Cursor): Statement {
  if (c.is('DATABASE', 'SCHEMA')) {
    c.next();
    const ifNotExists = c.take('IF', 'NOT', 'EXISTS');
    const name = c.name();
    const options: Record<string, string> = {};
    for (;;) {
      c.take('DEFAULT');
      if (c.take('WITH')) continue;
      const option = c.take('CHARACTER', 'SET')
        ? 'CHARSET'
        : c.takeOne(
            'CHARSET',
            'COLLATE',
            'OWNER',
            'ENCODING',
            'TEMPLATE',
            'LC_COLLATE',
            'LC_CTYPE',
          );
      if (option === undefined) break;
      c.take('=');
      options[option] = c.word();
    }
    return {
      kind: 'create-database',
      name,
      ifNotExists,
      charset: options['CHARSET'],
      collation: options['COLLATE'],
      owner: options['OWNER'],
    };
  }
  const orReplace = c.take('OR', 'REPLACE');
  const isTemporary =
    c.takeOne('TEMPORARY', ...(c.dialect === 'postgres' ? ['TEMP', 'UNLOGGED'] : [])) !== undefined;
  if (c.take('TABLE')) return createTable(c, isTemporary);
  if (c.dialect === 'mysql' && c.take('ALGORITHM', '=')) c.next();
  if (c.dialect === 'mysql' && c.take('DEFINER', '=')) c.userName();
  if (c.take('SQL', 'SECURITY')) c.next();
  if (c.take('VIEW')) {
    const table = c.tableName();
    const columns = c.is('(') ? c.names() : undefined;
    c.expect('AS');
    const { start } = c.peek();
    const body = select(c);
    return {
      kind: 'create-view',
      table,
      orReplace,
      columns,
      select: body,
      text: c.sql.slice(start, c.lastEnd),
    };
  }
  const unique = c.take('UNIQUE');
  if (c.dialect === 'mysql') c.takeOne('FULLTEXT', 'SPATIAL');
  if (c.take('INDEX')) {
    const ifNotExists = c.take('IF', 'NOT', 'EXISTS');
    const name = c.is('ON') ? '' : c.name();
    if (c.dialect === 'mysql' && c.take('USING')) c.anyName();
    c.expect('ON');
    const table = c.tableName();
    if (c.dialect === 'postgres' && c.take('USING')) c.anyName();
    return { kind: 'create-index', name, table, unique, columns: keyColumns(c), ifNotExists };
  }
  for (const what of [
    'TRIGGER',
    'PROCEDURE',
    'FUNCTION',
    'EVENT',
    'SEQUENCE',
    'TYPE',
    'EXTENSION',
    'MATERIALIZED',
  ])
    if (c.is(what)) return unsupported(c, `CREATE ${what}`);
  return c.fail();
}

/** Known to the real one, not to the lab: reads to the end. */
export function unsupported(c: Cursor, what: string): Statement {
  while (c.peek().type !== 'end') c.next();
  return { kind: 'unsupported', what };
}

function drop(c: Cursor): Statement {
  if (c.is('DATABASE', 'SCHEMA')) {
    c.next();
    const ifExists = c.take('IF', 'EXISTS');
    return { kind: 'drop-database', name: c.name(), ifExists };
  }
  c.take('TEMPORARY');
  if (c.take('TABLE') || (c.dialect === 'mysql' && c.take('TABLES'))) {
    const ifExists = c.take('IF', 'EXISTS');
    const tables = tableNames(c);
    const cascade = c.takeOne('CASCADE', 'RESTRICT') === 'CASCADE';
    return { kind: 'drop-table', tables, ifExists, cascade };
  }
  if (c.take('VIEW')) {
    const ifExists = c.take('IF', 'EXISTS');
    const tables = tableNames(c);
    c.takeOne('CASCADE', 'RESTRICT');
    return { kind: 'drop-view', tables, ifExists };
  }
  if (c.take('INDEX')) {
    const ifExists = c.take('IF', 'EXISTS');
    const name = c.name();
    const table = c.take('ON') ? c.tableName() : undefined;
    if (c.dialect === 'mysql' && !table) c.fail();
    return { kind: 'drop-index', name, table, ifExists };
  }
  for (const what of ['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'SEQUENCE', 'TYPE', 'EXTENSION'])
    if (c.is(what)) return unsupported(c, `DROP ${what}`);
  return c.fail();
}
