/**
 * Users and what they may do.
 *
 * Real:     mysql sql/auth/*. On disk: the tables user and db of the schema mysql.
 * Left out: roles, privileges on columns and routines, limits of resources, expiry.
 */
import { MysqlError } from './errors.ts';

export interface Grant {
  /** `*`, a database, or a database and a table. */
  readonly database: string;
  readonly table: string;
  readonly privileges: readonly string[];
  readonly withGrant: boolean;
}

export interface Account {
  readonly user: string;
  readonly host: string;
  readonly hash: string;
  readonly plugin: string;
  readonly grants: readonly Grant[];
  readonly isLocked?: boolean;
}

export function accountName({
  user,
  host,
}: {
  readonly user: string;
  readonly host: string;
}): string {
  return `'${user}'@'${host}'`;
}

/** `%` and `_` of host names. */
export function matchesHost(pattern: string, host: string, address: string): boolean {
  const regexp = new RegExp(
    `^${pattern
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/%/g, '.*')
      .replace(/_/g, '.')}$`,
    'i',
  );
  const mask = /^([\d.]+)\/([\d.]+)$/.exec(pattern);
  if (mask) return address.startsWith((mask[1] as string).replace(/(\.0)+$/, '.'));
  return regexp.test(host) || regexp.test(address);
}

/** The account that a connection gets: the most specific host first, then the named user before the anonymous one. */
export function findAccount(
  accounts: readonly Account[],
  user: string,
  host: string,
  address: string,
): Account | undefined {
  return accounts
    .filter(
      (account) =>
        (account.user === user || account.user === '') && matchesHost(account.host, host, address),
    )
    .sort(
      (a, b) =>
        wildness(a.host) - wildness(b.host) || (a.user === '' ? 1 : 0) - (b.user === '' ? 1 : 0),
    )[0];
}

function wildness(host: string): number {
  const at = host.search(/[%_]/);
  return at < 0 ? 0 : 1000 - at;
}

export class Privileges {
  readonly #account: () => Account | undefined;

  constructor(account: () => Account | undefined) {
    this.#account = account;
  }

  /** Whether the account may do it there. */
  may(privilege: string, database: string, table = ''): boolean {
    return (this.#account()?.grants ?? []).some(
      (grant) =>
        (grant.database === '*' || same(grant.database, database)) &&
        (grant.table === '*' || grant.table === table) &&
        (grant.privileges.includes('ALL') || grant.privileges.includes(privilege)),
    );
  }

  /** Anything at all in the database: it is shown and may be used. */
  sees(database: string): boolean {
    if (database === 'information_schema' || (database === 'performance_schema' && false))
      return true;
    return (this.#account()?.grants ?? []).some((grant) =>
      grant.database === '*'
        ? grant.privileges.some((one) => one !== 'USAGE')
        : same(grant.database, database),
    );
  }

  global(privilege: string): void {
    if (!this.may(privilege, '*'))
      throw new MysqlError(
        1227,
        '42000',
        `Access denied; you need (at least one of) the ${privilege} privilege(s) for this operation`,
      );
  }
}

/** Names of databases in grants are patterns: `wp\_%`. */
function same(pattern: string, database: string): boolean {
  if (pattern === database) return true;
  if (!/[%\\]/.test(pattern)) return false;
  return new RegExp(
    `^${pattern.replace(/\\([%_])|[.*+?^${}()|[\]]|%/g, (all, escaped: string | undefined) => escaped ?? (all === '%' ? '.*' : `\\${all}`))}$`,
  ).test(database);
}

/** The account with a grant more. */
export function withGrant(account: Account, added: Grant): Account {
  const others = account.grants.filter(
    (one) => one.database !== added.database || one.table !== added.table,
  );
  const before = account.grants.find(
    (one) => one.database === added.database && one.table === added.table,
  );
  const privileges = [...new Set([...(before?.privileges ?? []), ...added.privileges])].filter(
    (one, _, all) => one !== 'USAGE' || all.length === 1,
  );
  const merged = {
    ...added,
    privileges: privileges.includes('ALL') ? ['ALL'] : privileges,
    withGrant: added.withGrant || (before?.withGrant ?? false),
  };
  return {
    ...account,
    grants: before
      ? account.grants.map((one) => (one === before ? merged : one))
      : [...others, merged],
  };
}

export function withoutGrant(account: Account, taken: Grant): Account {
  return {
    ...account,
    grants: account.grants.flatMap((one) => {
      if (taken.privileges.includes('ALL') && taken.database === '*' && taken.withGrant)
        return [{ database: '*', table: '*', privileges: ['USAGE'], withGrant: false }];
      if (one.database !== taken.database || one.table !== taken.table) return [one];
      if (taken.privileges.includes('ALL'))
        return one.database === '*' ? [{ ...one, privileges: ['USAGE'] }] : [];
      const privileges = one.privileges.filter(
        (privilege) => !taken.privileges.includes(privilege),
      );
      return privileges.length > 0 ? [{ ...one, privileges }] : [];
    }),
  };
}

/** The lines of SHOW GRANTS. */
export function grantLines(account: Account, quote: '`' | "'"): readonly string[] {
  const name = `${quote}${account.user}${quote}@${quote}${account.host}${quote}`;
  const hasGlobal = account.grants.some(({ database }) => database === '*');
  const all = hasGlobal
    ? account.grants
    : [{ database: '*', table: '*', privileges: ['USAGE'], withGrant: false }, ...account.grants];
  return all.map(({ database, table, privileges, withGrant: isOption }) => {
    const what = privileges.includes('ALL') ? 'ALL PRIVILEGES' : privileges.join(', ');
    const on = `${database === '*' ? '*' : `\`${database}\``}.${table === '*' ? '*' : `\`${table}\``}`;
    return `GRANT ${what} ON ${on} TO ${name}${isOption ? ' WITH GRANT OPTION' : ''}`;
  });
}
