/** CREATE USER, GRANT and their like. Real: sql/auth/sql_user.cc, sql_authorization.cc. */
import type { Statement, UserName } from '../sql/ast.ts';
import { accountName, withGrant, withoutGrant, type Account } from './accounts.ts';
import type { MysqlEnvironment } from './environment.ts';
import { failWith, MysqlError } from './errors.ts';
import type { Instance } from './instance.ts';
import { passwordHash } from './protocol.ts';
import type { SessionState } from './state.ts';
import { isAtLeast } from './releases.ts';

type UserStatement = Extract<
  Statement,
  { kind: 'create-user' | 'drop-user' | 'rename-user' | 'grant' | 'set-password' }
>;

const PRIVILEGES = new Set(
  'ALL SELECT INSERT UPDATE DELETE CREATE DROP RELOAD SHUTDOWN PROCESS FILE REFERENCES INDEX ALTER|SHOW DATABASES|SUPER|CREATE TEMPORARY TABLES|LOCK TABLES|EXECUTE|REPLICATION SLAVE|REPLICATION CLIENT|CREATE VIEW|SHOW VIEW|CREATE ROUTINE|ALTER ROUTINE|CREATE USER|EVENT|TRIGGER|CREATE TABLESPACE|USAGE|GRANT OPTION|CREATE ROLE|DROP ROLE|SYSTEM_USER|CONNECTION_ADMIN|BACKUP_ADMIN|SYSTEM_VARIABLES_ADMIN|BINLOG MONITOR'
    .split('|')
    .flatMap((part, i) => (i === 0 ? part.split(' ') : [part])),
);

export function defaultPlugin(instance: Instance): string {
  return instance.is8
    ? isAtLeast(instance.release, '8.4.0')
      ? 'caching_sha2_password'
      : String(instance.variables.get('default_authentication_plugin') ?? 'caching_sha2_password')
    : 'mysql_native_password';
}

export function manageUsers(
  statement: UserStatement,
  instance: Instance,
  session: SessionState,
  env: MysqlEnvironment,
): readonly MysqlError[] {
  switch (statement.kind) {
    case 'create-user':
      return statement.isAlter
        ? alterUsers(statement, instance, session, env)
        : createUsers(statement, instance, env);
    case 'drop-user':
      return dropUsers(statement, instance, env);
    case 'rename-user':
      env.privileges.global('CREATE USER');
      for (const [from, to] of statement.pairs)
        change(
          instance,
          from,
          (account) => ({ ...account, user: to.user, host: to.host }),
          'RENAME USER',
        );
      return [];
    case 'set-password': {
      const own = statement.user === undefined;
      if (!own) env.privileges.global('CREATE USER');
      change(
        instance,
        statement.user ?? { ...session.account, start: 0, end: 0 },
        (account) => ({ ...account, hash: passwordHash(statement.password) }),
        'SET PASSWORD',
      );
      return [];
    }
    case 'grant':
      return grant(statement, instance, session, env);
  }
}

function find(
  instance: Instance,
  { user, host }: { readonly user: string; readonly host: string },
): Account | undefined {
  return instance.accounts.find((one) => one.user === user && one.host === host);
}

function change(
  instance: Instance,
  name: UserName,
  to: (account: Account) => Account,
  what: string,
): void {
  const account = find(instance, name);
  if (!account) {
    if (what === 'SET PASSWORD')
      failWith(1133, '42000', "Can't find any matching row in the user table");
    failWith(1396, 'HY000', `Operation ${what} failed for ${accountName(name)}`);
  }
  instance.setAccounts(instance.accounts.map((one) => (one === account ? to(one) : one)));
}

function createUsers(
  { users, ifNotExists }: Extract<Statement, { kind: 'create-user' }>,
  instance: Instance,
  env: MysqlEnvironment,
): readonly MysqlError[] {
  if (!instance.isGrantless) env.privileges.global('CREATE USER');
  const taken = users.filter(({ name }) => find(instance, name));
  if (taken.length > 0 && !ifNotExists)
    failWith(
      1396,
      'HY000',
      `Operation CREATE USER failed for ${taken.map(({ name }) => accountName(name)).join(',')}`,
    );
  for (const { plugin } of users) checkPlugin(plugin, instance);
  const made = users
    .filter((one) => !taken.includes(one))
    .map(({ name, password = '', plugin = defaultPlugin(instance) }): Account => ({
      user: name.user,
      host: name.host,
      hash: passwordHash(password),
      plugin,
      grants: [{ database: '*', table: '*', privileges: ['USAGE'], withGrant: false }],
    }));
  instance.setAccounts([...instance.accounts, ...made]);
  return taken.map(
    ({ name }) =>
      new MysqlError(3163, 'HY000', `Authorization ID ${accountName(name)} already exists.`),
  );
}

function checkPlugin(plugin: string | undefined, instance: Instance): void {
  if (plugin === undefined || instance.isMariadb) return;
  const isNative = plugin === 'mysql_native_password';
  // 8.4 does not load it, 9.0 no longer has it.
  if (isNative && isAtLeast(instance.release, '8.4.0'))
    failWith(1524, 'HY000', "Plugin 'mysql_native_password' is not loaded");
  if (!isNative && !['caching_sha2_password', 'sha256_password', 'auth_socket'].includes(plugin))
    failWith(1524, 'HY000', `Plugin '${plugin}' is not loaded`);
}

function alterUsers(
  { users, ifExists }: Extract<Statement, { kind: 'create-user' }>,
  instance: Instance,
  session: SessionState,
  env: MysqlEnvironment,
): readonly MysqlError[] {
  for (const { name, password, plugin } of users) {
    const target =
      name.user === '' && name.host === '' ? { ...session.account, start: 0, end: 0 } : name;
    if (target.user !== session.account.user && !instance.isGrantless)
      env.privileges.global('CREATE USER');
    checkPlugin(plugin, instance);
    if (ifExists && !find(instance, target)) continue;
    change(
      instance,
      target,
      (account) => ({
        ...account,
        plugin: plugin ?? account.plugin,
        hash: password === undefined ? account.hash : passwordHash(password),
      }),
      'ALTER USER',
    );
  }
  return [];
}

function dropUsers(
  { users, ifExists }: Extract<Statement, { kind: 'drop-user' }>,
  instance: Instance,
  env: MysqlEnvironment,
): readonly MysqlError[] {
  env.privileges.global('CREATE USER');
  const missing = users.filter((name) => !find(instance, name));
  if (missing.length > 0 && !ifExists)
    failWith(1396, 'HY000', `Operation DROP USER failed for ${missing.map(accountName).join(',')}`);
  instance.setAccounts(
    instance.accounts.filter(
      ({ user, host }) => !users.some((name) => name.user === user && name.host === host),
    ),
  );
  return missing.map(
    (name) =>
      new MysqlError(3162, 'HY000', `Authorization ID ${accountName(name)} does not exist.`),
  );
}

function grant(
  statement: Extract<Statement, { kind: 'grant' }>,
  instance: Instance,
  session: SessionState,
  env: MysqlEnvironment,
): readonly MysqlError[] {
  for (const privilege of statement.privileges)
    if (!PRIVILEGES.has(privilege))
      failWith(1149, '42000', `이 실습실에서는 지원하지 않습니다: GRANT ${privilege}`);
  const database =
    statement.database === ''
      ? statement.table === '*'
        ? env.databaseOf(undefined)
        : env.databaseOf(undefined)
      : statement.database;
  const mayGrant = session.account.grants.some(
    (one) => one.withGrant && (one.database === '*' || one.database === database),
  );
  if (!mayGrant && !instance.isGrantless)
    failWith(
      database === '*' ? 1045 : 1044,
      database === '*' ? '28000' : '42000',
      `Access denied for user '${session.account.user}'@'${session.account.host}'${database === '*' ? ' (using password: YES)' : ` to database '${database}'`}`,
    );
  for (const name of statement.users) {
    let account = find(instance, name);
    if (!account) {
      // Before 8.0 GRANT makes the user, if a password says so.
      if (instance.is8 || statement.password === undefined || statement.isRevoke) {
        if (statement.isRevoke)
          failWith(
            1141,
            '42000',
            `There is no such grant defined for user '${name.user}' on host '${name.host}'`,
          );
        failWith(
          1410,
          '42000',
          instance.is8
            ? 'You are not allowed to create a user with GRANT'
            : "Can't find any matching row in the user table",
        );
      }
      account = {
        user: name.user,
        host: name.host,
        hash: '',
        plugin: defaultPlugin(instance),
        grants: [],
      };
      instance.setAccounts([...instance.accounts, account]);
    }
    const asked = {
      database,
      table: statement.table,
      privileges: statement.privileges,
      withGrant: statement.withGrant,
    };
    change(
      instance,
      { ...name },
      (one) => ({
        ...(statement.isRevoke ? withoutGrant(one, asked) : withGrant(one, asked)),
        hash: statement.password === undefined ? one.hash : passwordHash(statement.password),
      }),
      'GRANT',
    );
  }
  // Sessions see what their account has become.
  for (const one of instance.sessions) one.account = find(instance, one.account) ?? one.account;
  return [];
}
