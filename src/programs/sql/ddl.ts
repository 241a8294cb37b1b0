/**
 * CREATE, ALTER, DROP of tables and what belongs to them.
 *
 * Real:     mysql sql/sql_yacc.yy; postgres gram.y.
 * Left out: partitions, generated columns, tablespaces, triggers, stored routines, events, sequences of one's own.
 */
import type {
  Alteration,
  ColumnDefinition,
  Expr,
  References,
  Statement,
  TableConstraint,
  TableName,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { expression, select } from './expressions.ts';
import { typeName } from './typenames.ts';

export function createTable(c: Cursor, isTemporary: boolean): Statement {
  const ifNotExists = c.take('IF', 'NOT', 'EXISTS');
  const table = c.tableName();
  const none = {
    kind: 'create-table',
    table,
    ifNotExists,
    isTemporary,
    columns: [],
    constraints: [],
    options: {},
  } as const;
  if (c.take('LIKE')) return { ...none, like: c.tableName() };
  const columns: ColumnDefinition[] = [];
  const constraints: TableConstraint[] = [];
  if (c.is('(') && !['SELECT', 'WITH'].includes(c.peek(1).text)) {
    c.expect('(');
    if (c.take('LIKE')) {
      const like = c.tableName();
      c.expect(')');
      return { ...none, like };
    }
    do {
      const constraint = tableConstraint(c);
      if (constraint) constraints.push(constraint);
      else columns.push(columnDefinition(c));
    } while (c.take(','));
    c.expect(')');
  } else if (!c.is('AS', 'SELECT', '(', 'ENGINE', 'WITH')) c.fail();
  const options = tableOptions(c);
  c.take('AS');
  const from = c.is('SELECT', 'WITH', '(', 'VALUES') ? select(c) : undefined;
  return { ...none, columns, constraints, options, select: from };
}

export function tableOptions(c: Cursor): Readonly<Record<string, string>> {
  const options: Record<string, string> = {};
  for (;;) {
    c.take(',');
    const name = optionName(c);
    if (name === undefined) return options;
    c.take('=');
    options[name] = c.peek().type === 'number' ? c.next().text : c.word();
  }
}

function optionName(c: Cursor): string | undefined {
  if (c.dialect === 'postgres') return undefined;
  if (c.is('DEFAULT') && ['CHARSET', 'CHARACTER', 'COLLATE'].includes(c.peek(1).text)) c.next();
  if (c.take('CHARACTER', 'SET')) return 'CHARSET';
  return c.takeOne(
    'ENGINE',
    'CHARSET',
    'COLLATE',
    'COMMENT',
    'AUTO_INCREMENT',
    'ROW_FORMAT',
    'KEY_BLOCK_SIZE',
    'STATS_PERSISTENT',
    'MAX_ROWS',
    'MIN_ROWS',
    'AVG_ROW_LENGTH',
    'PACK_KEYS',
    'CHECKSUM',
  );
}

/** A constraint, or undefined when a column comes. */
function tableConstraint(c: Cursor): TableConstraint | undefined {
  let name: string | undefined;
  if (c.take('CONSTRAINT'))
    name = c.is('PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK') ? undefined : c.name();
  if (c.take('PRIMARY', 'KEY')) return { kind: 'primary', name, columns: keyColumns(c) };
  if (c.is('UNIQUE')) {
    c.next();
    c.takeOne('KEY', 'INDEX');
    const own = c.is('(') ? undefined : c.name();
    return { kind: 'unique', name: own ?? name, columns: keyColumns(c) };
  }
  if (c.dialect === 'mysql' && c.is('KEY', 'INDEX')) {
    c.next();
    const own = c.is('(', 'USING') ? undefined : c.name();
    return { kind: 'index', name: own, columns: keyColumns(c) };
  }
  if (c.dialect === 'mysql' && c.is('FULLTEXT', 'SPATIAL')) {
    c.next();
    c.takeOne('KEY', 'INDEX');
    const own = c.is('(') ? undefined : c.name();
    return { kind: 'fulltext', name: own, columns: keyColumns(c) };
  }
  if (c.take('FOREIGN', 'KEY')) {
    const own = c.is('(') ? undefined : c.name();
    const columns = c.names();
    return { kind: 'foreign', name: name ?? own, columns, references: references(c) };
  }
  if (c.take('CHECK')) {
    c.expect('(');
    const value = expression(c);
    c.expect(')');
    return { kind: 'check', name, value };
  }
  if (name !== undefined) c.fail();
  return undefined;
}

export function keyColumns(
  c: Cursor,
): readonly { readonly name: string; readonly length?: number | undefined }[] {
  if (c.take('USING')) c.anyName();
  c.expect('(');
  const columns = c.list(() => {
    const name = c.name();
    let length: number | undefined;
    if (c.take('(')) {
      length = c.integer();
      c.expect(')');
    }
    c.takeOne('ASC', 'DESC');
    return { name, length };
  });
  c.expect(')');
  if (c.take('USING')) c.anyName();
  if (c.take('COMMENT')) c.string();
  return columns;
}

function references(c: Cursor): References {
  c.expect('REFERENCES');
  const table = c.tableName();
  const columns = c.is('(') ? c.names() : [];
  let onDelete = '';
  let onUpdate = '';
  while (c.take('ON')) {
    const which = c.takeOne('DELETE', 'UPDATE') ?? c.fail();
    const action = c.take('SET', 'NULL')
      ? 'SET NULL'
      : c.take('NO', 'ACTION')
        ? 'NO ACTION'
        : (c.takeOne('CASCADE', 'RESTRICT') ?? c.fail());
    if (which === 'DELETE') onDelete = action;
    else onUpdate = action;
  }
  return { table, columns, onDelete, onUpdate };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function columnDefinition(c: Cursor, given?: string): ColumnDefinition {
  const name = given ?? c.name();
  const column: Mutable<ColumnDefinition> = { name, type: typeName(c) };
  for (;;) {
    if (c.take('NOT', 'NULL')) column.notNull = true;
    else if (c.take('NULL')) column.notNull = false;
    else if (c.take('DEFAULT')) column.default = defaultValue(c);
    else if (c.dialect === 'mysql' && c.take('AUTO_INCREMENT')) column.autoIncrement = true;
    else if (c.take('ON', 'UPDATE')) {
      expression(c);
      column.onUpdateNow = true;
    } else if (c.take('PRIMARY', 'KEY')) column.isPrimary = true;
    else if (c.take('UNIQUE')) {
      c.take('KEY');
      column.isUnique = true;
    } else if (c.dialect === 'mysql' && c.take('KEY')) column.isPrimary = true;
    else if (c.take('COMMENT')) column.comment = c.string();
    else if (c.take('COLLATE')) column.type = { ...column.type, collation: c.word() };
    else if (c.take('CHARACTER', 'SET')) column.type = { ...column.type, charset: c.word() };
    else if (c.is('REFERENCES')) column.references = references(c);
    else if (c.take('CHECK')) {
      c.expect('(');
      column.check = expression(c);
      c.expect(')');
    } else if (c.dialect === 'postgres' && c.take('GENERATED')) {
      if (!c.take('ALWAYS')) c.expect('BY', 'DEFAULT');
      c.expect('AS', 'IDENTITY');
      column.autoIncrement = true;
      column.notNull = true;
    } else if (c.sees('CONSTRAINT')) {
      c.next();
      c.name();
    } else return column;
  }
}

function defaultValue(c: Cursor): Expr {
  if (c.take('(')) {
    const value = expression(c);
    c.expect(')');
    return value;
  }
  return expression(c);
}

export function alterTable(c: Cursor): Statement {
  const ifExists = c.dialect === 'postgres' && c.take('IF', 'EXISTS');
  const table = c.tableName();
  const changes = c.list(() => alteration(c)).flat();
  return { kind: 'alter-table', table, ifExists, changes };
}

function alteration(c: Cursor): readonly Alteration[] {
  if (c.take('ADD')) return added(c);
  if (c.take('DROP')) return [dropped(c)];
  if (c.dialect === 'mysql' && (c.is('MODIFY') || c.is('CHANGE'))) {
    const isChange = c.next().text === 'CHANGE';
    c.take('COLUMN');
    const name = c.name();
    const column = columnDefinition(c, isChange ? undefined : name);
    return [{ kind: 'change-column', name, column, place: place(c) }];
  }
  if (c.take('RENAME')) {
    if (c.take('COLUMN')) {
      const name = c.name();
      c.expect('TO');
      return [{ kind: 'rename-column', name, to: c.name() }];
    }
    if (c.dialect === 'mysql') c.takeOne('TO', 'AS');
    else if (!c.take('TO')) {
      const name = c.name();
      c.expect('TO');
      return [{ kind: 'rename-column', name, to: c.name() }];
    }
    return [{ kind: 'rename-table', to: c.tableName() }];
  }
  if (c.take('ALTER')) return [alteredColumn(c)];
  // Hints to MyISAM; mysqldump writes them.
  if (c.take('DISABLE', 'KEYS') || c.take('ENABLE', 'KEYS')) return [];
  if (c.take('CONVERT', 'TO')) {
    const options = tableOptions(c);
    return Object.entries(options).map(([name, value]) => ({ kind: 'option', name, value }));
  }
  if (c.take('OWNER', 'TO')) return [{ kind: 'option', name: 'OWNER', value: c.name() }];
  const options = Object.entries(tableOptions(c));
  if (options.length === 0) c.fail();
  return options.map(([name, value]) =>
    name === 'AUTO_INCREMENT'
      ? { kind: 'auto-increment', value: Number(value) }
      : { kind: 'option', name, value },
  );
}

function added(c: Cursor): readonly Alteration[] {
  const constraint = tableConstraint(c);
  if (constraint) return [{ kind: 'add-constraint', constraint }];
  c.take('COLUMN');
  if (c.take('(')) {
    const columns = c.list(() => columnDefinition(c));
    c.expect(')');
    return columns.map((column) => ({ kind: 'add-column', column }));
  }
  const ifNotExists = c.take('IF', 'NOT', 'EXISTS');
  const column = columnDefinition(c);
  return [{ kind: 'add-column', column, place: place(c), ifNotExists }];
}

/** FIRST is the empty name. */
function place(c: Cursor): string | undefined {
  if (c.dialect !== 'mysql') return undefined;
  if (c.take('FIRST')) return '';
  return c.take('AFTER') ? c.name() : undefined;
}

function dropped(c: Cursor): Alteration {
  if (c.take('PRIMARY', 'KEY')) return { kind: 'drop-index', name: 'PRIMARY', what: 'primary' };
  if (c.take('FOREIGN', 'KEY')) return { kind: 'drop-index', name: c.name(), what: 'foreign' };
  if (c.is('INDEX', 'KEY')) {
    c.next();
    return { kind: 'drop-index', name: c.name(), what: 'index' };
  }
  if (c.is('CONSTRAINT', 'CHECK')) {
    c.next();
    const ifExists = c.take('IF', 'EXISTS');
    const name = c.name();
    c.takeOne('CASCADE', 'RESTRICT');
    return { kind: 'drop-index', name, what: 'constraint', ifExists };
  }
  c.take('COLUMN');
  const ifExists = c.take('IF', 'EXISTS');
  const name = c.name();
  c.takeOne('CASCADE', 'RESTRICT');
  return { kind: 'drop-column', name, ifExists };
}

function alteredColumn(c: Cursor): Alteration {
  c.take('COLUMN');
  const name = c.name();
  if (c.take('SET', 'DEFAULT')) return { kind: 'column-default', name, default: defaultValue(c) };
  if (c.take('DROP', 'DEFAULT')) return { kind: 'column-default', name };
  if (c.take('SET', 'NOT', 'NULL')) return { kind: 'column-null', name, notNull: true };
  if (c.take('DROP', 'NOT', 'NULL')) return { kind: 'column-null', name, notNull: false };
  c.take('SET', 'DATA');
  c.expect('TYPE');
  const type = typeName(c);
  if (c.take('USING')) expression(c);
  return { kind: 'column-type', name, type };
}

export function tableNames(c: Cursor): readonly TableName[] {
  return c.list(() => c.tableName());
}
