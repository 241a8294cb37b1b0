/** SET: user variables and system variables. Real: sql/set_var.cc. */
import type { Statement } from '../sql/ast.ts';
import { compile, newScope } from '../sql/compile.ts';
import { rowsOf, type SqlValue } from '../sql/sqlite.ts';
import type { MysqlEnvironment } from './environment.ts';
import { failWith } from './errors.ts';
import type { Instance } from './instance.ts';
import type { SessionState } from './state.ts';
import { GLOBAL_ONLY, READ_ONLY } from './variables.ts';

export function setVariables(
  statement: Extract<Statement, { kind: 'set' | 'set-names' }>,
  instance: Instance,
  session: SessionState,
  env: MysqlEnvironment,
): void {
  if (statement.kind === 'set-names') {
    const charset = statement.charset.toLowerCase();
    if (charset === 'default') return;
    if (!['utf8', 'utf8mb3', 'utf8mb4', 'latin1', 'ascii', 'binary', 'euckr'].includes(charset))
      failWith(1115, '42000', `Unknown character set: '${statement.charset}'`);
    for (const name of [
      'character_set_client',
      'character_set_connection',
      'character_set_results',
    ])
      session.variables.set(name, charset);
    return;
  }
  for (const { scope, name, value } of statement.items) {
    const given = evaluate(value, instance, env);
    if (name.startsWith('@')) session.userVariables.set(name.slice(1).toLowerCase(), given);
    else setSystem(scope, name.toLowerCase(), given, instance, session, env);
  }
}

function evaluate(
  value: Extract<Statement, { kind: 'set' }>['items'][number]['value'],
  instance: Instance,
  env: MysqlEnvironment,
): SqlValue {
  if (value.kind === 'column') return value.name;
  const { sql } = compile(value, newScope(env));
  return rowsOf(instance.store.sqlite, `SELECT ${sql}`)[0]?.[0] ?? null;
}

function setSystem(
  scope: string,
  name: string,
  given: SqlValue,
  instance: Instance,
  session: SessionState,
  env: MysqlEnvironment,
): void {
  const before = instance.variables.get(name);
  if (before === undefined) failWith(1193, 'HY000', `Unknown system variable '${name}'`);
  if (READ_ONLY.has(name)) failWith(1238, 'HY000', `Variable '${name}' is a read only variable`);
  const isGlobal = scope === 'GLOBAL' || scope.startsWith('PERSIST');
  if (GLOBAL_ONLY.has(name) && !isGlobal)
    failWith(
      1229,
      'HY000',
      `Variable '${name}' is a GLOBAL variable and should be set with SET GLOBAL`,
    );
  const value = normalized(name, given, before);
  if (isGlobal) {
    env.privileges.global(instance.is8 ? 'SUPER or SYSTEM_VARIABLES_ADMIN' : 'SUPER');
    instance.variables.set(name, value);
  } else if (name === 'autocommit' && value === 'ON' && session.transaction) {
    instance.commit(session.transaction);
    session.transaction = undefined;
    session.variables.set(name, value);
  } else session.variables.set(name, value);
  if (name === 'foreign_key_checks') {
    instance.store.enter(undefined);
    instance.store.sqlite.run(`PRAGMA foreign_keys = ${value === 'OFF' ? 'OFF' : 'ON'}`);
  }
}

function normalized(name: string, given: SqlValue, before: SqlValue): SqlValue {
  const text = String(given).toUpperCase();
  if (before === 'ON' || before === 'OFF') {
    if (!['0', '1', 'ON', 'OFF', 'DEFAULT', 'TRUE', 'FALSE'].includes(text))
      failWith(1231, '42000', `Variable '${name}' can't be set to the value of '${String(given)}'`);
    return ['1', 'ON', 'TRUE'].includes(text) ? 'ON' : text === 'DEFAULT' ? before : 'OFF';
  }
  if (typeof before === 'number')
    return /^-?\d+$/.test(text)
      ? Number(text)
      : text === 'DEFAULT'
        ? before
        : failWith(1232, '42000', `Incorrect argument type to variable '${name}'`);
  return text === 'DEFAULT' ? before : given;
}
