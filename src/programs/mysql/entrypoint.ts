/**
 * docker-entrypoint.sh of the mysql and mariadb images: a new data directory is filled by a temporary server, then the server takes over.
 *
 * Real:     docker-library/mysql template/docker-entrypoint.sh, MariaDB/mariadb-docker docker-entrypoint.sh.
 * Left out: *_FILE secrets beyond reading them, .gz and .xz scripts, MARIADB_*_HASH.
 */
import {
  civil,
  sleep,
  SystemError,
  wait,
  write,
  type Process,
  type Program,
  type Sys,
  type User,
} from '../../sim/index.ts';
import { become, loadProgram } from '../net/become.ts';
import { two } from '../sql/dates.ts';
import { Connection } from './connection.ts';
import { isAtLeast, type Release } from './releases.ts';

const DATA = '/var/lib/mysql';

export function mysqlEntrypoint(release: Release): Program {
  return function* (process) {
    return yield* new Entrypoint(process, release).run();
  };
}

class Entrypoint {
  readonly #process: Process;
  readonly #release: Release;

  constructor(process: Process, release: Release) {
    this.#process = process;
    this.#release = release;
  }

  get #isMysql(): boolean {
    return this.#release.product === 'mysql';
  }

  /** MARIADB_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD; with _FILE the text of a file. */
  #env(name: string): string {
    const names = this.#isMysql ? [`MYSQL_${name}`] : [`MARIADB_${name}`, `MYSQL_${name}`];
    const { env, namespace } = this.#process;
    for (const one of names) {
      const value = env.get(one);
      if (value !== undefined && value !== '') return value;
      const file = env.get(`${one}_FILE`);
      if (file !== undefined && namespace.files.lookup(file)?.type === 'file')
        return namespace.files.readFile(file).replace(/\n+$/, '');
    }
    return '';
  }

  *#say(level: 'Note' | 'Warn' | 'ERROR', text: string): Sys<void> {
    const { year, month, day, hour, minute, second } = civil(this.#process.kernel.world.unixMs);
    yield* write(
      level === 'Note' ? this.#process.stdout : this.#process.stderr,
      `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}+00:00 [${level}] [Entrypoint]: ${text}\n`,
    );
  }

  *run(): Sys<number> {
    const { process } = { process: this.#process };
    let words = process.argv.slice(1);
    const server = words[0] ?? '';
    if (server.startsWith('-')) words = ['mysqld', ...words];
    const isServer = words[0] === 'mysqld' || words[0] === 'mariadbd';
    if (
      !isServer ||
      words.some((word) => ['-?', '--help', '--print-defaults', '-V', '--version'].includes(word))
    )
      return yield* become(
        process,
        words,
        'docker-entrypoint.sh',
        isServer ? this.#user() : undefined,
      );
    const title = this.#isMysql ? 'MySQL' : 'MariaDB';
    const started = `Entrypoint script for ${title} Server ${this.#release.packaged} started.`;
    yield* this.#say('Note', started);
    if (process.user.uid === 0) {
      this.#own();
      yield* this.#say('Note', "Switching to dedicated user 'mysql'");
      process.user = this.#user();
      yield* this.#say('Note', started);
    }
    const { files } = process.namespace;
    const isInitialized = files.lookup(`${DATA}/mysql`)?.type === 'directory';
    if (!isInitialized) {
      const refused = yield* this.#verify();
      if (refused !== 0) return refused;
      const code = yield* this.#initialize(words);
      if (code !== 0) return code;
    } else if (!this.#isMysql && isAtLeast(this.#release, '10.2.44')) {
      const name = isAtLeast(this.#release, '11.0.0')
        ? 'mariadb_upgrade_info'
        : 'mysql_upgrade_info';
      const info = ['mariadb_upgrade_info', 'mysql_upgrade_info']
        .map((one) => files.lookup(`${DATA}/${one}`))
        .find((node) => node?.type === 'file');
      void name;
      const version =
        info?.type === 'file' && typeof info.content === 'string'
          ? info.content.replace(/-.*/, '')
          : undefined;
      if (version === undefined)
        yield* this.#say('Warn', 'MariaDB upgrade information missing, assuming required');
      const isSame =
        version !== undefined &&
        version.split('.').slice(0, 2).join('.') ===
          this.#release.version.split('.').slice(0, 2).join('.');
      yield* this.#say(
        'Note',
        isSame
          ? 'MariaDB upgrade not required'
          : 'MariaDB upgrade (mysql_upgrade or creating healthcheck users) required, but skipped due to $MARIADB_AUTO_UPGRADE setting',
      );
    }
    return yield* become(process, words, 'docker-entrypoint.sh');
  }

  #user(): User {
    return { name: 'mysql', uid: 999, gid: 999, home: '/var/lib/mysql' };
  }

  /** The directory goes to the user mysql, with all in it. */
  #own(): void {
    const { files } = this.#process.namespace;
    const walk = (path: string): void => {
      const node = files.lookup(path, { nofollow: true });
      if (!node || node.type === 'symlink') return;
      if (node.uid !== 999) files.setAttributes(path, { uid: 999, gid: 999 });
      if (node.type === 'directory') for (const name of files.list(path)) walk(`${path}/${name}`);
    };
    try {
      walk(DATA);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  /** Without a word about root's password nothing is made. */
  *#verify(): Sys<number> {
    const { env } = this.#process;
    const isGiven =
      [
        'ROOT_PASSWORD',
        this.#isMysql ? 'ALLOW_EMPTY_PASSWORD' : 'ALLOW_EMPTY_ROOT_PASSWORD',
        'RANDOM_ROOT_PASSWORD',
      ].some((name) => this.#env(name) !== '') ||
      (env.get('MYSQL_ALLOW_EMPTY_PASSWORD') ?? '') !== '';
    if (!isGiven) {
      yield* this.#say(
        'ERROR',
        this.#isMysql
          ? 'Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD'
          : `Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, ${isAtLeast(this.#release, '10.6.0') ? 'MARIADB_ROOT_PASSWORD_HASH, ' : ''}MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD`,
      );
      return 1;
    }
    if (this.#env('USER') === 'root') {
      yield* this.#say(
        'ERROR',
        'MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the root user\n    Remove MYSQL_USER="root" and use one of the following to control the root user password:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD',
      );
      return 1;
    }
    return 0;
  }

  *#initialize(words: readonly string[]): Sys<number> {
    yield* this.#say('Note', 'Initializing database files');
    const first = yield* this.#run([
      ...words,
      this.#isMysql ? '--initialize-insecure' : '--initialize-insecure',
      '--default-time-zone=SYSTEM',
    ]);
    if (first !== 0) return first;
    yield* this.#say('Note', 'Database files initialized');
    yield* this.#say('Note', 'Starting temporary server');
    const socket = this.#isMysql ? '/var/run/mysqld/mysqld.sock' : '/run/mysqld/mysqld.sock';
    const server = this.#spawn([
      ...words,
      '--daemonize',
      '--skip-networking',
      '--default-time-zone=SYSTEM',
      `--socket=${socket}`,
    ]);
    if (!server) return 1;
    let connection: Connection | undefined;
    if (!this.#isMysql) yield* this.#say('Note', 'Waiting for server startup');
    for (let i = 0; i < 120 && !connection && !server.exit; i++) {
      yield* sleep(500);
      const opened = yield* Connection.open(this.#process, {
        host: undefined,
        port: 0,
        socket,
        user: 'root',
        password: '',
        database: '',
        program: 'mysql',
        product: this.#release.product,
      });
      if (!('type' in opened)) connection = opened;
    }
    if (!connection) {
      yield* this.#say('ERROR', 'Unable to start server.');
      return 1;
    }
    yield* this.#say('Note', 'Temporary server started.');
    if (this.#isMysql)
      yield* write(
        this.#process.stdout,
        "'/var/lib/mysql/mysql.sock' -> '/var/run/mysqld/mysqld.sock'\n",
      );
    for (const name of ['iso3166.tab', 'leap-seconds.list', 'zone.tab', 'zone1970.tab'])
      if (this.#isMysql)
        yield* write(
          this.#process.stderr,
          `Warning: Unable to load '/usr/share/zoneinfo/${name}' as time zone. Skipping it.\n`,
        );
    const failed = (yield* this.#setUp(connection)) || (yield* this.#scripts(connection));
    connection.close();
    if (failed) {
      this.#process.kernel.signal(server, 'SIGTERM');
      yield* wait(server);
      return 1;
    }
    yield* this.#say('Note', 'Stopping temporary server');
    this.#process.kernel.signal(server, 'SIGTERM');
    yield* wait(server);
    yield* this.#say('Note', 'Temporary server stopped');
    yield* write(this.#process.stdout, '\n');
    yield* this.#say(
      'Note',
      `${this.#isMysql ? 'MySQL' : 'MariaDB'} init process done. Ready for start up.`,
    );
    yield* write(this.#process.stdout, '\n');
    return 0;
  }

  #spawn(words: readonly string[]): Process | undefined {
    const { kernel, namespace } = this.#process;
    const loaded = loadProgram(this.#process, words);
    if ('error' in loaded) return undefined;
    return kernel.spawn({
      program: loaded.program,
      argv: loaded.argv,
      namespace,
      parent: this.#process,
    });
  }

  *#run(words: readonly string[]): Sys<number> {
    const child = this.#spawn(words);
    return child ? (yield* wait(child)).code : 127;
  }

  /** True when a statement failed: the script ends there. */
  *#sql(connection: Connection, sql: string): Sys<boolean> {
    const reply = yield* connection.query(sql);
    if (reply.type !== 'error') return false;
    yield* write(
      this.#process.stderr,
      `ERROR ${reply.number} (${reply.state}) at line 1: ${reply.message}\n`,
    );
    return true;
  }

  *#setUp(connection: Connection): Sys<boolean> {
    let root = this.#env('ROOT_PASSWORD');
    if (this.#env('RANDOM_ROOT_PASSWORD') !== '') {
      const random = this.#process.kernel.world.random('mysql entrypoint');
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
      root = Array.from({ length: 32 }, () => letters[random.below(letters.length)] as string).join(
        '',
      );
      yield* this.#say('Note', `GENERATED ROOT PASSWORD: ${root}`);
    }
    const host = this.#env('ROOT_HOST') || '%';
    const quoted = (text: string): string =>
      `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    const database = this.#env('DATABASE');
    const user = this.#env('USER');
    const password = this.#env('PASSWORD');
    const statements: string[] = [];
    if (host !== 'localhost')
      statements.push(
        `CREATE USER 'root'@${quoted(host)} IDENTIFIED BY ${quoted(root)}`,
        `GRANT ALL ON *.* TO 'root'@${quoted(host)} WITH GRANT OPTION`,
      );
    statements.push(
      `SET PASSWORD FOR 'root'@'localhost' = ${this.#isMysql ? quoted(root) : `PASSWORD(${quoted(root)})`}`,
      "GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION",
      'FLUSH PRIVILEGES',
    );
    if (!this.#isMysql && isAtLeast(this.#release, '10.6.0'))
      yield* this.#say(
        'Note',
        'Securing system users (equivalent to running mysql_secure_installation)',
      );
    for (const sql of statements) if (yield* this.#sql(connection, sql)) return true;
    if (database !== '') {
      yield* this.#say('Note', `Creating database ${database}`);
      if (yield* this.#sql(connection, `CREATE DATABASE IF NOT EXISTS \`${database}\``))
        return true;
    }
    if (user !== '' && password !== '') {
      yield* this.#say('Note', `Creating user ${user}`);
      if (
        yield* this.#sql(
          connection,
          `CREATE USER ${quoted(user)}@'%' IDENTIFIED BY ${quoted(password)}`,
        )
      )
        return true;
      if (database !== '') {
        yield* this.#say('Note', `Giving user ${user} access to schema ${database}`);
        if (
          yield* this.#sql(
            connection,
            `GRANT ALL ON \`${database.replaceAll('_', '\\_')}\`.* TO ${quoted(user)}@'%'`,
          )
        )
          return true;
      }
    } else if (user !== '' || password !== '')
      yield* this.#say(
        'Warn',
        user !== ''
          ? 'MYSQL_USER specified, but missing MYSQL_PASSWORD; MYSQL_USER will not be created'
          : 'MYSQL_PASSWORD specified, but missing MYSQL_USER; MYSQL_PASSWORD will be ignored',
      );
    return false;
  }

  /** /docker-entrypoint-initdb.d, in the order of names. */
  *#scripts(connection: Connection): Sys<boolean> {
    const { files } = this.#process.namespace;
    const folder = '/docker-entrypoint-initdb.d';
    if (files.lookup(folder)?.type !== 'directory') return false;
    const names = files.list(folder);
    if (names.length > 0) yield* write(this.#process.stdout, '\n');
    for (const name of names) {
      const path = `${folder}/${name}`;
      if (name.endsWith('.sql')) {
        yield* this.#say('Note', `/usr/local/bin/docker-entrypoint.sh: running ${path}`);
        const database = this.#env('DATABASE');
        const arguments_ = [
          'mysql',
          '--protocol=socket',
          '-uroot',
          ...(database === '' ? [] : ['--database', database]),
        ];
        const code = yield* this.#feed(arguments_, files.readFile(path));
        yield* write(this.#process.stdout, '\n\n');
        if (code !== 0) return true;
      } else if (name.endsWith('.sh')) {
        yield* this.#say(
          'Note',
          `/usr/local/bin/docker-entrypoint.sh: ${(files.lookup(path)?.mode ?? 0) & 0o111 ? 'running' : 'sourcing'} ${path}`,
        );
        const code = yield* this.#run(['bash', path]);
        yield* write(this.#process.stdout, '\n');
        if (code !== 0) return true;
      } else yield* this.#say('Warn', `/usr/local/bin/docker-entrypoint.sh: ignoring ${path}`);
    }
    void connection;
    return false;
  }

  *#feed(words: readonly string[], script: string): Sys<number> {
    const loaded = loadProgram(this.#process, [
      this.#isMysql || !isAtLeast(this.#release, '11.0.0') ? 'mysql' : 'mariadb',
      ...words.slice(1),
      '-e',
      script,
    ]);
    if ('error' in loaded) return 127;
    const { kernel, namespace, env } = this.#process;
    const child = kernel.spawn({
      program: loaded.program,
      argv: loaded.argv,
      namespace,
      parent: this.#process,
      env: new Map([...env, ['MYSQL_PWD', this.#env('ROOT_PASSWORD')]]),
    });
    return (yield* wait(child)).code;
  }
}
