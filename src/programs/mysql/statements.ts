/**
 * Statements that only MySQL and MariaDB have.
 *
 * Real:     mysql sql/sql_yacc.yy.
 * Left out: stored programs, LOAD DATA, replication, roles, XA, HANDLER.
 */
import type { Expr, Statement, TableName, UserName } from '../sql/ast.ts';
import type { Cursor } from '../sql/cursor.ts';
import { expression } from '../sql/expressions.ts';
import { parseStatement, unsupported } from '../sql/statements.ts';
import { tableNames } from '../sql/ddl.ts';

export function parseMysql(sql: string, version: number): Statement {
  return parseStatement(sql, 'mysql', version, extra);
}

function extra(c: Cursor): Statement | undefined {
  if (c.take('USE')) return { kind: 'use', name: c.word() };
  if (c.take('SHOW')) return show(c);
  if (c.is('DESC', 'DESCRIBE', 'EXPLAIN')) return describe(c);
  if (c.take('SET')) return set(c);
  if (c.sees('CREATE', 'USER') || c.sees('ALTER', 'USER')) return user(c);
  if (c.take('DROP', 'USER')) {
    const ifExists = c.take('IF', 'EXISTS');
    return { kind: 'drop-user', users: c.list(() => c.userName()), ifExists };
  }
  if (c.take('RENAME')) return rename(c);
  if (c.is('GRANT', 'REVOKE')) return grant(c);
  if (c.take('FLUSH')) {
    while (!c.isAtEnd) c.next();
    return { kind: 'flush' };
  }
  if (c.is('LOCK', 'UNLOCK')) {
    c.next();
    c.expectOne('TABLES', 'TABLE');
    while (!c.isAtEnd) c.next();
    return { kind: 'lock' };
  }
  if (c.take('KILL')) {
    c.takeOne('CONNECTION', 'QUERY');
    return { kind: 'kill', id: expression(c) };
  }
  if (c.take('SHUTDOWN')) return { kind: 'shutdown' };
  if (c.is('ANALYZE', 'OPTIMIZE', 'CHECK', 'REPAIR', 'CHECKSUM')) {
    const op = c.next().text;
    c.takeOne('LOCAL', 'NO_WRITE_TO_BINLOG');
    c.expectOne('TABLE', 'TABLES');
    const tables = tableNames(c);
    while (!c.isAtEnd) c.next();
    return { kind: 'table-maintenance', op: op.toLowerCase(), tables };
  }
  if (c.sees('ALTER', 'DATABASE') || c.sees('ALTER', 'SCHEMA')) return alterDatabase(c);
  if (
    c.is(
      'CALL',
      'LOAD',
      'HANDLER',
      'XA',
      'PREPARE',
      'EXECUTE',
      'INSTALL',
      'CHANGE',
      'RESET',
      'PURGE',
      'DO',
    )
  )
    return unsupported(c, c.peek().text);
  return undefined;
}

function alterDatabase(c: Cursor): Statement {
  c.next();
  c.next();
  const name = c.isName() ? c.name() : '';
  let charset: string | undefined;
  let collation: string | undefined;
  for (;;) {
    c.take('DEFAULT');
    if (c.take('CHARACTER', 'SET') || c.take('CHARSET')) {
      c.take('=');
      charset = c.word();
    } else if (c.take('COLLATE')) {
      c.take('=');
      collation = c.word();
    } else break;
  }
  return { kind: 'alter-database', name, charset, collation };
}

const SHOWN = [
  'DATABASES',
  'SCHEMAS',
  'TABLES',
  'COLUMNS',
  'FIELDS',
  'INDEX',
  'INDEXES',
  'KEYS',
  'VARIABLES',
  'STATUS',
  'PROCESSLIST',
  'ENGINES',
  'WARNINGS',
  'ERRORS',
  'GRANTS',
  'CHARSET',
  'COLLATION',
  'PRIVILEGES',
  'PLUGINS',
  'TRIGGERS',
  'EVENTS',
  'OPEN',
];

function show(c: Cursor): Statement {
  c.takeOne('GLOBAL', 'SESSION', 'LOCAL');
  c.take('EXTENDED');
  const full = c.take('FULL');
  if (c.take('CREATE')) {
    const what = c.takeOne('TABLE', 'DATABASE', 'SCHEMA', 'VIEW', 'USER') ?? c.fail();
    if (what === 'DATABASE' || what === 'SCHEMA') {
      c.take('IF', 'NOT', 'EXISTS');
      return { kind: 'show', what: 'CREATE DATABASE', full, name: c.name() };
    }
    if (what === 'USER') return { kind: 'show', what: 'CREATE USER', full, user: c.userName() };
    return { kind: 'show', what: `CREATE ${what}`, full, table: c.tableName() };
  }
  if (c.take('TABLE', 'STATUS')) return filtered(c, 'TABLE STATUS', full);
  if (c.take('CHARACTER', 'SET')) return filtered(c, 'CHARSET', full);
  if (c.take('STORAGE', 'ENGINES')) return { kind: 'show', what: 'ENGINES', full };
  if (c.take('ENGINE')) {
    c.word();
    c.expectOne('STATUS', 'MUTEX');
    return { kind: 'unsupported', what: 'SHOW ENGINE STATUS' };
  }
  if (
    c.is(
      'MASTER',
      'BINARY',
      'SLAVE',
      'REPLICA',
      'REPLICAS',
      'BINLOG',
      'PROCEDURE',
      'FUNCTION',
      'PROFILES',
      'PROFILE',
    )
  )
    return unsupported(c, `SHOW ${c.peek().text}`);
  if (c.take('COUNT', '(')) c.fail();
  const what = c.takeOne(...SHOWN) ?? c.fail();
  if (what === 'GRANTS')
    return { kind: 'show', what, full, user: c.take('FOR') ? c.userName() : undefined };
  if (['COLUMNS', 'FIELDS', 'INDEX', 'INDEXES', 'KEYS'].includes(what)) {
    c.expectOne('FROM', 'IN');
    const table = c.tableName();
    return {
      ...filtered(c, what === 'FIELDS' ? 'COLUMNS' : what === 'COLUMNS' ? what : 'INDEX', full),
      table,
    };
  }
  if (what === 'WARNINGS' || what === 'ERRORS') {
    if (c.take('LIMIT')) expression(c);
    return { kind: 'show', what, full };
  }
  return filtered(c, what === 'SCHEMAS' ? 'DATABASES' : what, full);
}

function filtered(c: Cursor, what: string, full: boolean): Extract<Statement, { kind: 'show' }> {
  const database = c.takeOne('FROM', 'IN') ? c.name() : undefined;
  const like = c.take('LIKE') ? c.string() : undefined;
  const where: Expr | undefined = like === undefined && c.take('WHERE') ? expression(c) : undefined;
  return { kind: 'show', what, full, database, like, where };
}

function describe(c: Cursor): Statement {
  c.next();
  if (
    c.is(
      'SELECT',
      'INSERT',
      'UPDATE',
      'DELETE',
      'REPLACE',
      'WITH',
      '(',
      'FORMAT',
      'ANALYZE',
      'EXTENDED',
    )
  ) {
    c.take('ANALYZE');
    c.take('EXTENDED');
    let format = 'TRADITIONAL';
    if (c.take('FORMAT')) {
      c.expect('=');
      format = c.word().toUpperCase();
    }
    const text = c.sql.slice(c.peek().start);
    while (c.peek().type !== 'end') c.next();
    return { kind: 'explain', select: parseMysql(text, c.version), format };
  }
  const table: TableName = c.tableName();
  return { kind: 'describe', table, column: c.isAtEnd ? undefined : c.word() };
}

function set(c: Cursor): Statement {
  if (c.take('NAMES') || c.take('CHARACTER', 'SET') || c.take('CHARSET')) {
    const charset = c.word();
    if (c.take('COLLATE')) c.word();
    return { kind: 'set-names', charset };
  }
  if (c.take('PASSWORD')) {
    const name: UserName | undefined = c.take('FOR') ? c.userName() : undefined;
    c.expect('=');
    if (c.take('PASSWORD', '(')) {
      const password = c.string();
      c.expect(')');
      return { kind: 'set-password', user: name, password };
    }
    return { kind: 'set-password', user: name, password: c.string() };
  }
  if (c.is('TRANSACTION') || (c.is('SESSION', 'GLOBAL') && c.peek(1).text === 'TRANSACTION')) {
    while (!c.isAtEnd) c.next();
    return { kind: 'set', items: [] };
  }
  const items = c.list(() => {
    let scope = c.takeOne('GLOBAL', 'SESSION', 'LOCAL', 'PERSIST', 'PERSIST_ONLY') ?? '';
    let name: string;
    if (c.peek().type === 'variable') {
      name = c.next().text;
      const system = /^@@(?:(global|session|local|persist)\.)?(.*)$/i.exec(name);
      if (system) {
        scope = (system[1] ?? scope).toUpperCase();
        name = system[2] as string;
      }
    } else name = c.anyName();
    if (!c.take(':=')) c.expect('=');
    const { start, type, text } = c.peek();
    const isWord = type === 'word' && ['ON', 'OFF', 'DEFAULT', 'BINARY', 'ALL'].includes(text);
    const value: Expr = isWord
      ? { kind: 'string', text: c.next().text, start, end: c.lastEnd }
      : expression(c);
    return { scope, name, value };
  });
  return { kind: 'set', items };
}

function user(c: Cursor): Statement {
  const isAlter = c.next().text === 'ALTER';
  c.next();
  const ifNotExists = !isAlter && c.take('IF', 'NOT', 'EXISTS');
  const ifExists = isAlter && c.take('IF', 'EXISTS');
  const users = c.list(() => {
    const name = c.take('USER', '(')
      ? (c.expect(')'), { user: '', host: '', start: 0, end: 0 })
      : c.userName();
    return { name, ...identified(c) };
  });
  // What passwords and connections are limited to is read and not kept.
  if (
    c.is(
      'REQUIRE',
      'WITH',
      'PASSWORD',
      'ACCOUNT',
      'DEFAULT',
      'COMMENT',
      'ATTRIBUTE',
      'FAILED_LOGIN_ATTEMPTS',
    )
  )
    while (!c.isAtEnd) c.next();
  return { kind: 'create-user', users, ifNotExists, isAlter, ifExists };
}

function identified(c: Cursor): {
  readonly password?: string | undefined;
  readonly plugin?: string | undefined;
} {
  if (!c.take('IDENTIFIED')) return {};
  let plugin: string | undefined;
  if (c.takeOne('WITH', 'VIA')) {
    plugin = c.word();
    if (!c.takeOne('BY', 'AS', 'USING')) return { plugin, password: '' };
  } else c.expect('BY');
  c.take('PASSWORD');
  return { plugin, password: c.string() };
}

function rename(c: Cursor): Statement {
  if (c.take('USER'))
    return { kind: 'rename-user', pairs: c.list(() => pair(c, () => c.userName())) };
  c.expectOne('TABLE', 'TABLES');
  return { kind: 'rename-table', pairs: c.list(() => pair(c, () => c.tableName())) };
}

function pair<T>(c: Cursor, one: () => T): readonly [T, T] {
  const from = one();
  c.expect('TO');
  return [from, one()];
}

function grant(c: Cursor): Statement {
  const { start } = c.peek();
  const isRevoke = c.next().text === 'REVOKE';
  const privileges: string[] = [];
  do {
    const words: string[] = [];
    while (!c.is(',', 'ON', '(', 'FROM', 'TO') && !c.isAtEnd) words.push(c.anyName().toUpperCase());
    if (words.length === 0) c.fail();
    if (c.is('(')) c.names();
    privileges.push(words.join(' ').replace(/ PRIVILEGES$/, ''));
  } while (c.take(','));
  let database = '*';
  let table = '*';
  if (isRevoke && c.is('FROM')) {
    c.next();
    return {
      kind: 'grant',
      isRevoke,
      privileges: ['ALL'],
      database,
      table,
      users: c.list(() => c.userName()),
      withGrant: true,
      start,
    };
  }
  c.expect('ON');
  c.take('TABLE');
  const part = (): string => (c.take('*') ? '*' : c.name());
  const first = part();
  if (c.take('.')) {
    database = first;
    table = part();
  } else {
    database = '';
    table = first;
  }
  c.expect(isRevoke ? 'FROM' : 'TO');
  let password: string | undefined;
  const users = c.list(() => {
    const name = c.userName();
    // Before 8.0 GRANT made the user too.
    if (c.is('IDENTIFIED') && c.version < 80_000) password = identified(c).password;
    else if (c.is('IDENTIFIED') && c.version >= 100_000) password = identified(c).password;
    return name;
  });
  const withGrant = c.take('WITH', 'GRANT', 'OPTION');
  return {
    kind: 'grant',
    isRevoke,
    privileges,
    database,
    table,
    users,
    password,
    withGrant,
    start,
  };
}
