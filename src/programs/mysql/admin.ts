/**
 * mysqladmin and mysql_upgrade.
 *
 * Real:     client/mysqladmin.cc, client/upgrade (MariaDB: mysql_upgrade.c).
 * Left out: extended-status, debug, flush-*, replication.
 */
import { sleep, write, type Process, type Program, type Sys } from '../../sim/index.ts';
import { clientOptions, connectWith, versionLine } from './arguments.ts';
import type { Connection } from './connection.ts';
import type { Release } from './releases.ts';
import { boxed } from './shown.ts';

export function mysqladmin(release: Release): Program {
  return function* (process) {
    const name = (process.argv[0] ?? 'mysqladmin').replace(/^.*\//, '');
    const options = clientOptions(process, release);
    if (typeof options === 'string') {
      yield* write(process.stderr, options);
      return 1;
    }
    if (options.flags.has('version')) {
      yield* write(process.stdout, versionLine(process, release));
      return 0;
    }
    const [verb = '', ...args] = options.words;
    if (verb === '') {
      yield* write(
        process.stdout,
        `${versionLine(process, release)}Usage: ${name} [OPTIONS] command command....\n`,
      );
      return 1;
    }
    const connection = yield* connectWith(process, options, '', release);
    if ('type' in connection) {
      // An answer of any kind means that the server lives.
      if (verb === 'ping' && connection.number === 1045) {
        yield* write(process.stdout, 'mysqld is alive\n');
        return 0;
      }
      const where =
        options.host === undefined || options.host === 'localhost'
          ? `Check that mysqld is running and that the socket: '${options.socket}' exists!`
          : `Check that mysqld is running on ${options.host} and that the port is ${options.port}.\nYou can check this by doing 'telnet ${options.host} ${options.port}'`;
      const hint = connection.number === 2002 || connection.number === 2003 ? `\n${where}` : '';
      yield* write(
        process.stderr,
        `${name}: connect to server at '${options.host ?? 'localhost'}' failed\nerror: '${connection.message}'${hint}\n`,
      );
      return 1;
    }
    try {
      return yield* perform(process, name, verb, args, connection);
    } finally {
      connection.close();
    }
  };
}

function* perform(
  process: Process,
  name: string,
  verb: string,
  args: readonly string[],
  connection: Connection,
): Sys<number> {
  const sql = function* (text: string, what: string): Sys<number> {
    const reply = yield* connection.query(text);
    if (reply.type === 'error') {
      yield* write(process.stderr, `${name}: ${what} failed; error: '${reply.message}'\n`);
      return 1;
    }
    if (reply.type === 'rows') yield* write(process.stdout, boxed(reply, true));
    return 0;
  };
  switch (verb) {
    case 'ping':
      yield* write(process.stdout, 'mysqld is alive\n');
      return 0;
    case 'status': {
      const reply = yield* connection.ask({ type: 'statistics' });
      yield* write(process.stdout, reply.type === 'ok' ? `${reply.info}\n` : '');
      return 0;
    }
    case 'version': {
      yield* write(
        process.stdout,
        `Server version\t\t${connection.greeting.version}\nProtocol version\t10\n`,
      );
      return 0;
    }
    case 'processlist':
      return yield* sql('SHOW PROCESSLIST', 'processlist');
    case 'variables':
      return yield* sql('SHOW VARIABLES', 'variables');
    case 'create':
      return yield* sql(
        `CREATE DATABASE \`${args[0] ?? ''}\``,
        `CREATE DATABASE failed;`.replace(' failed;', ''),
      );
    case 'drop': {
      const code = yield* sql(
        `DROP DATABASE \`${args[0] ?? ''}\``,
        `DROP DATABASE ${args[0] ?? ''}`,
      );
      if (code === 0) yield* write(process.stdout, `Database "${args[0] ?? ''}" dropped\n`);
      return code;
    }
    case 'password':
      return yield* sql(
        `ALTER USER CURRENT_USER() IDENTIFIED BY '${(args[0] ?? '').replaceAll("'", "''")}'`,
        'unable to change password',
      );
    case 'reload':
    case 'flush-privileges':
      return yield* sql('FLUSH PRIVILEGES', 'reload');
    case 'kill':
      return yield* sql(`KILL ${args[0] ?? '0'}`, `kill`);
    default:
      yield* write(
        process.stderr,
        [
          'shutdown',
          'extended-status',
          'debug',
          'flush-logs',
          'flush-hosts',
          'flush-tables',
        ].includes(verb)
          ? `이 실습실에서는 지원하지 않습니다: ${name} ${verb}\n`
          : `${name}: Unknown command: '${verb}'\n`,
      );
      return 1;
  }
}

/** Since 8.0.16 the server upgrades by itself; MariaDB still needs it said. */
export function mysqlUpgrade(release: Release): Program {
  return function* (process) {
    const options = clientOptions(process, release);
    if (typeof options === 'string') {
      yield* write(process.stderr, options);
      return 1;
    }
    if (release.product === 'mysql' && release.version >= '8') {
      yield* write(
        process.stderr,
        'The mysql_upgrade client is now deprecated. The actions executed by the upgrade client are now done by the server.\nTo upgrade, please start the new MySQL binary with the older data directory. Repairing user tables is done automatically. Restart is not required after upgrade.\n',
      );
      return 0;
    }
    const connection = yield* connectWith(process, options, '', release);
    if ('type' in connection) {
      yield* write(
        process.stderr,
        `Version check failed. Got the following error when calling the 'mysql' command line client\nERROR ${connection.number} (${connection.state}): ${connection.message}\nFATAL ERROR: Upgrade failed\n`,
      );
      return 1;
    }
    const tables = yield* connection.query(
      "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'",
    );
    connection.close();
    yield* sleep(1_500);
    const names =
      tables.type === 'rows'
        ? tables.rows.map(([database, table]) => `${database ?? ''}.${table ?? ''}`)
        : [];
    const phases = [
      'Checking and upgrading mysql database',
      'Installing used storage engines... Checking for tables with unknown storage engine',
      'Fixing views',
      "Running 'mysql_fix_privilege_tables'",
      'Fixing table and database names',
      'Checking and upgrading tables',
      "Running 'FLUSH PRIVILEGES'",
    ];
    yield* write(
      process.stdout,
      phases
        .map(
          (phase, i) =>
            `Phase ${i + 1}/7: ${phase}\n${i === 5 ? names.map((one) => `${one.padEnd(50)} OK\n`).join('') : ''}`,
        )
        .join('') + 'OK\n',
    );
    return 0;
  };
}
