/**
 * mysqld: opens its data directory, listens on TCP and a Unix socket, answers statements.
 *
 * Real:     mysql sql/mysqld.cc, sql/conn_handler, sql/auth/sql_authentication.cc.
 * Left out: X protocol, replication, the binary log's content, thread pools.
 */
import {
  listenUnix,
  race,
  sleepCall,
  sleep,
  SystemError,
  write,
  type HttpWire,
  type Listener,
  type Process,
  type Program,
  type Sys,
  callbackCall,
} from '../../sim/index.ts';
import { ownPid } from '../net/pids.ts';
import { SignalQueue } from '../net/signals.ts';
import { LockWait } from '../sql/store.ts';
import { awaitSqlite } from '../sql/sqlite.ts';
import { findAccount, type Account } from './accounts.ts';
import { judge, lockDirectory, sayUpgrade, unlockDirectory, type Verdict } from './boot.ts';
import { DataDirectory } from './datadir.ts';
import { execute } from './execute.ts';
import { Instance } from './instance.ts';
import { ErrorLog } from './log.ts';
import { serverOptions } from './options.ts';
import { encodeGreeting, isProof, type Reply, type Request } from './protocol.ts';
import { isAtLeast, type Release } from './releases.ts';
import type { SessionState } from './state.ts';
import { defaultPlugin } from './users.ts';
import { systemVariables } from './variables.ts';

export const SOCKET = '/var/run/mysqld/mysqld.sock';
const MARIADB_SOCKET = '/run/mysqld/mysqld.sock';
const START_MS = 900;
const INITIALIZE_MS = 3_200;
const UPGRADE_MS = 4_000;
const SHUTDOWN_MS = 700;
const LOCK_RETRIES = 100;
const MEMORY: Readonly<Record<string, number>> = { mysql: 390_000_000, mariadb: 96_000_000 };
const AUTH_TIMEOUT_MS = 10_000;

export function mysqldProgram(release: Release): Program {
  return function* (process) {
    if (process.argv.some((word) => word === '--version' || word === '-V')) {
      yield* write(process.stdout, versionText(process, release));
      return 0;
    }
    if (process.user.uid === 0 && !process.argv.some((word) => word.startsWith('--user='))) {
      const log = new ErrorLog(process, release);
      if (release.product === 'mysql')
        log.say(
          'ERROR',
          isAtLeast(release, '8.0.0')
            ? 'Please read "Security" section of the manual to find out how to run mysqld as root!'
            : 'Fatal error: Please read "Security" section of the manual to find out how to run mysqld as root!',
          'MY-010123',
        );
      else
        log.say(
          'ERROR',
          'Please consult the Knowledge Base to find out how to run mysqld as root!',
        );
      log.say('ERROR', 'Aborting', 'MY-010119');
      return 1;
    }
    yield* awaitSqlite(process.kernel.world);
    return yield* new Mysqld(process, release).run();
  };
}

function versionText(process: Process, release: Release): string {
  const path = process.argv[0]?.startsWith('/')
    ? process.argv[0]
    : `/usr/sbin/${process.argv[0] ?? 'mysqld'}`;
  return `${path}  Ver ${release.title} for ${release.product === 'mysql' ? 'Linux' : 'debian-linux-gnu'} on x86_64 (${release.comment})\n`;
}

class Mysqld {
  readonly #process: Process;
  readonly #release: Release;
  readonly #log: ErrorLog;
  readonly #options: ReadonlyMap<string, string>;
  readonly #unknown: string | undefined;
  readonly #directory: DataDirectory;
  readonly #signals: SignalQueue;
  readonly #wires = new Set<HttpWire>();
  readonly #waiting = new Set<() => void>();
  #nextId: number;
  #isEnding = false;

  constructor(process: Process, release: Release) {
    this.#process = process;
    this.#release = release;
    this.#log = new ErrorLog(process, release);
    const { values, unknown } = serverOptions(process, release);
    this.#options = values;
    this.#unknown = unknown;
    const { uid, gid } = process.user.uid === 0 ? { uid: 999, gid: 999 } : process.user;
    this.#directory = new DataDirectory(
      process.namespace.files,
      values.get('datadir') ?? '/var/lib/mysql',
      release,
      { uid, gid },
    );
    this.#signals = new SignalQueue(process, ['SIGTERM', 'SIGQUIT', 'SIGINT']);
    this.#nextId =
      release.product === 'mysql' && isAtLeast(release, '8.0.0')
        ? 8
        : release.product === 'mysql'
          ? 2
          : 3;
  }

  get #is8(): boolean {
    return this.#release.product === 'mysql' && isAtLeast(this.#release, '8.0.0');
  }

  get #name(): string {
    return this.#release.product === 'mariadb'
      ? isAtLeast(this.#release, '10.4.0')
        ? 'mariadbd'
        : 'mysqld'
      : this.#is8
        ? '/usr/sbin/mysqld'
        : 'mysqld';
  }

  get #socket(): string {
    return (
      this.#options.get('socket') ?? (this.#release.product === 'mariadb' ? MARIADB_SOCKET : SOCKET)
    );
  }

  get #port(): number {
    return this.#options.has('skip_networking') ? 0 : Number(this.#options.get('port') ?? 3306);
  }

  *run(): Sys<number> {
    const { world } = this.#process.kernel;
    if (this.#options.has('initialize_insecure') || this.#options.has('initialize'))
      return yield* this.#initialize();
    this.#greet();
    if (this.#unknown !== undefined) {
      const text = this.#unknown.includes('=')
        ? `unknown variable '${this.#unknown}'.`
        : `unknown option '--${this.#unknown}'.`;
      this.#log.say(
        'ERROR',
        this.#release.product === 'mysql' ? text : `${this.#name}: ${text.slice(0, -1)}`,
        'MY-000067',
      );
      return this.#abort();
    }
    yield* sleep(60);
    if (!(yield* this.#lock())) return 1;
    try {
      const written = this.#directory.read();
      if (!written) return this.#missing();
      const verdict: Verdict = judge(written, this.#release, this.#log);
      if (verdict === 'refuse') {
        yield* sleep(200);
        this.#goodbye();
        return 1;
      }
      if (verdict === 'upgrade-57')
        this.#log.say('System', 'Starting upgrade of data directory.', 'MY-011012');
      this.#log.say('System', 'InnoDB initialization has started.', 'MY-013576', 'InnoDB');
      if (!written.isClean) this.#sayRecovery();
      yield* sleep(START_MS);
      this.#log.say('System', 'InnoDB initialization has ended.', 'MY-013577', 'InnoDB');
      const accounts = this.#directory.readAccounts();
      if (verdict !== 'open') {
        if (verdict === 'upgrade-57')
          this.#log.say(
            'System',
            'Finished populating Data Dictionary tables with data.',
            'MY-011003',
          );
        yield* sleep(UPGRADE_MS);
      }
      const instance = new Instance(
        world,
        this.#release,
        this.#directory,
        this.#variables(),
        accounts ?? [],
        this.#options.has('skip_grant_tables'),
      );
      try {
        instance.load((database, table) =>
          this.#log.say(
            'ERROR',
            `InnoDB: Cannot open table ${database}/${table}: its tablespace is corrupted`,
            'MY-012592',
            'InnoDB',
          ),
        );
        if (verdict !== 'open') this.#upgrade(verdict, instance, written);
        return yield* this.#serve(instance);
      } finally {
        instance.store.close();
      }
    } finally {
      unlockDirectory(this.#process);
    }
  }

  #greet(): void {
    const pid = ownPid(this.#process);
    if (this.#is8) {
      this.#log.say(
        'System',
        `${this.#name} (mysqld ${this.#release.title}) starting as process ${pid}`,
        'MY-010116',
      );
      return;
    }
    if (this.#release.product === 'mariadb') {
      const id = isAtLeast(this.#release, '10.6.0')
        ? ` source revision ${'0'.repeat(40)} server_uid 0`
        : '';
      this.#log.say(
        'Note',
        `${isAtLeast(this.#release, '11.0.0') ? `Starting MariaDB ${this.#release.title}${id.replace(' server_uid 0', '')} as process ${pid}` : `${this.#name} (${isAtLeast(this.#release, '10.4.0') ? 'server' : 'mysqld'} ${this.#release.title}) starting as process ${pid} ...`}`,
      );
      this.#log.say('Note', 'InnoDB: Uses event mutexes');
      this.#log.say(
        'Note',
        'InnoDB: Initializing buffer pool, total size = 128M, instances = 1, chunk size = 128M',
      );
      return;
    }
    this.#log.say(
      'Warning',
      'TIMESTAMP with implicit DEFAULT value is deprecated. Please use --explicit_defaults_for_timestamp server option (see documentation for more details).',
    );
    this.#log.say(
      'Note',
      `${this.#name} (mysqld ${this.#release.title}) starting as process ${pid} ...`,
    );
    this.#log.say('Note', 'InnoDB: PUNCH HOLE support available');
    this.#log.say('Note', 'InnoDB: Mutexes and rw_locks use GCC atomic builtins');
    this.#log.say(
      'Note',
      'InnoDB: Initializing buffer pool, total size = 128M, instances = 1, chunk size = 128M',
    );
    this.#log.say('Note', 'InnoDB: Completed initialization of buffer pool');
  }

  #abort(): number {
    this.#log.say('ERROR', 'Aborting', 'MY-010119');
    this.#goodbye();
    return 1;
  }

  #goodbye(): void {
    if (this.#is8)
      this.#log.say(
        'System',
        `${this.#name}: Shutdown complete (mysqld ${this.#release.title})  ${this.#release.comment}.`,
        'MY-010910',
      );
    else if (this.#release.product === 'mysql') {
      this.#log.say('Note', 'Binlog end');
      this.#log.say('Note', `${this.#name}: Shutdown complete\n`);
    }
  }

  #missing(): number {
    if (this.#is8) {
      this.#log.say('ERROR', 'Failed to find valid data directory.', 'MY-010457');
      this.#log.say('ERROR', 'Data Dictionary initialization failed.', 'MY-010020');
    } else
      this.#log.say(
        'ERROR',
        "Fatal error: Can't open and lock privilege tables: Table 'mysql.user' doesn't exist",
      );
    return this.#abort();
  }

  #sayRecovery(): void {
    this.#log.say('Note', 'InnoDB: Database was not shutdown normally!');
    this.#log.say('Note', 'InnoDB: Starting crash recovery.');
    this.#log.say('System', 'Starting XA crash recovery...', 'MY-010229');
    this.#log.say('System', 'XA crash recovery finished.', 'MY-010232');
  }

  /** ibdata1 is locked by whoever has it open. */
  *#lock(): Sys<boolean> {
    for (let i = 0; i <= LOCK_RETRIES; i++) {
      if (lockDirectory(this.#process, this.#directory.path)) return true;
      const prefix = this.#is8 ? '' : 'InnoDB: ';
      this.#log.say(
        'ERROR',
        `${prefix}Unable to lock ./ibdata1${this.#is8 || this.#release.product === 'mysql' ? '' : ''} error: 11`,
        'MY-012574',
        'InnoDB',
      );
      if (i === 0 || !this.#is8)
        this.#log.say(
          'Note',
          `${prefix}Check that you do not already have another mysqld${this.#release.product === 'mariadb' && isAtLeast(this.#release, '10.5.0') ? ' or mariadbd' : ''} process using the same InnoDB data or log files.`,
        );
      if (i === 0) this.#log.say('Note', `${prefix}Retrying to lock the first data file`);
      const next = yield* race({ late: sleepCall(1_000), signal: this.#signalCall() });
      if (next.key === 'signal') return false;
    }
    this.#log.say(
      'ERROR',
      `${this.#is8 ? '' : 'InnoDB: '}Unable to open the first data file`,
      'MY-012575',
      'InnoDB',
    );
    this.#log.say(
      'ERROR',
      this.#is8
        ? "The innodb_system data file 'ibdata1' must be writable"
        : "InnoDB: The innodb_system data file 'ibdata1' must be writable",
      'MY-012278',
      'InnoDB',
    );
    this.#log.say(
      'ERROR',
      this.#is8
        ? 'Data Dictionary initialization failed.'
        : "Plugin 'InnoDB' registration as a STORAGE ENGINE failed.",
      'MY-010020',
    );
    this.#abort();
    return false;
  }

  #signalCall(): ReturnType<typeof callbackCall<void>> {
    return callbackCall<void>('sigsuspend', (done) => {
      this.#process.trap('SIGTERM', () => done());
      return () => undefined;
    });
  }

  *#initialize(): Sys<number> {
    const { files } = this.#process.namespace;
    const log = this.#log;
    if (this.#is8)
      log.say(
        'System',
        `${this.#name} (mysqld ${this.#release.title}) initializing of server in progress as process ${ownPid(this.#process)}`,
        'MY-013169',
      );
    const names =
      files.lookup(this.#directory.path)?.type === 'directory'
        ? files
            .list(this.#directory.path)
            .filter((name) => !name.startsWith('.') && name !== 'lost+found')
        : [];
    if (names.length > 0) {
      log.say(
        'ERROR',
        this.#is8
          ? '--initialize specified but the data directory has files in it. Aborting.'
          : '--initialize specified but the data directory has files in it. Aborting.',
        'MY-010457',
      );
      if (this.#is8)
        log.say(
          'ERROR',
          `The designated data directory ${this.#directory.path}/ is unusable. You can remove all files that the server added to it.`,
          'MY-013236',
        );
      return this.#abort();
    }
    if (this.#release.product === 'mysql' && !this.#is8)
      log.say(
        'Warning',
        'TIMESTAMP with implicit DEFAULT value is deprecated. Please use --explicit_defaults_for_timestamp server option (see documentation for more details).',
      );
    log.say('System', 'InnoDB initialization has started.', 'MY-013576', 'InnoDB');
    yield* sleep(Math.floor(INITIALIZE_MS / 3));
    log.say('System', 'InnoDB initialization has ended.', 'MY-013577', 'InnoDB');
    if (this.#release.product === 'mysql' && !this.#is8) {
      log.say('Warning', 'InnoDB: New log files created, LSN=45790');
      log.say('Warning', 'InnoDB: Creating foreign key constraint system tables.');
    }
    const instance = new Instance(
      this.#process.kernel.world,
      this.#release,
      this.#directory,
      this.#variables(),
      [],
      true,
    );
    try {
      this.#directory.initialize(instance.uuid());
      const root: Account = {
        user: 'root',
        host: 'localhost',
        hash: '',
        plugin: defaultPlugin(instance),
        grants: [{ database: '*', table: '*', privileges: ['ALL'], withGrant: true }],
      };
      const system = ['mysql.infoschema', 'mysql.session', 'mysql.sys']
        .slice(this.#is8 ? 0 : 1)
        .map((user): Account => ({
          user,
          host: 'localhost',
          hash: '*THISISNOTAVALIDPASSWORDTHATCANBEUSEDHERE',
          plugin: defaultPlugin(instance),
          isLocked: true,
          grants: [{ database: '*', table: '*', privileges: ['USAGE'], withGrant: false }],
        }));
      const mariadb: Account = {
        user: 'mariadb.sys',
        host: 'localhost',
        hash: '',
        plugin: 'mysql_native_password',
        isLocked: true,
        grants: [],
      };
      instance.setAccounts(
        this.#release.product === 'mysql'
          ? [...system, root]
          : isAtLeast(this.#release, '10.4.0')
            ? [mariadb, root]
            : [root],
      );
    } finally {
      instance.store.close();
    }
    yield* sleep(Math.floor((INITIALIZE_MS * 2) / 3));
    if (this.#release.product === 'mysql')
      log.say(
        'Warning',
        'root@localhost is created with an empty password ! Please consider switching off the --initialize-insecure option.',
        'MY-010453',
      );
    if (this.#is8 && isAtLeast(this.#release, '8.0.40'))
      log.say('System', 'MySQL Server Initialization - end.', 'MY-015018');
    return 0;
  }

  #upgrade(
    verdict: Verdict,
    instance: Instance,
    written: NonNullable<ReturnType<DataDirectory['read']>>,
  ): void {
    sayUpgrade(verdict, written, this.#directory, this.#release, this.#log);
    // MariaDB leaves the system tables to mysql_upgrade.
    if (verdict === 'upgrade-57') {
      instance.setAccounts([...instance.accounts]);
      this.#directory.forgetFrm();
    }
    this.#directory.upgradeFiles();
    instance.setAccounts(instance.accounts);
    for (const database of instance.store.databases)
      for (const table of instance.store.tables(database)) instance.save(table);
  }

  #variables(): ReturnType<typeof systemVariables> {
    return systemVariables(this.#release, {
      port: this.#port,
      dataDir: this.#directory.path,
      socket: this.#socket,
      hostname: this.#process.namespace.hostname,
      uuid: this.#directory.uuid,
      options: this.#options,
    });
  }

  *#serve(instance: Instance): Sys<number> {
    const process = this.#process;
    const accept = (
      wire: HttpWire,
      from: { readonly host: string; readonly address: string; readonly shown: string },
    ): void => this.#accept(instance, wire, from);
    let listener: Listener | undefined;
    try {
      if (this.#port > 0)
        listener = process.namespace.net.tcp.listen('0.0.0.0', this.#port, (connection) =>
          accept(connection, {
            host:
              connection.remote.address === '127.0.0.1' ? 'localhost' : connection.remote.address,
            address: connection.remote.address,
            shown: `${connection.remote.address === '127.0.0.1' ? 'localhost' : connection.remote.address}:${connection.remote.port}`,
          }),
        );
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log.say(
        'ERROR',
        this.#is8
          ? `Can't start server: Bind on TCP/IP port: ${error.text}`
          : `Can't start server: Bind on TCP/IP port: ${error.text}`,
        'MY-010262',
      );
      this.#log.say(
        'ERROR',
        `Do you already have another mysqld server running on port: ${this.#port} ?`,
        'MY-010257',
      );
      return this.#abort();
    }
    const { files } = process.namespace;
    files.mkdir(this.#socket.slice(0, this.#socket.lastIndexOf('/')), { parents: true });
    const unlisten = listenUnix(files, this.#socket, (wire) =>
      accept(wire, { host: 'localhost', address: 'localhost', shown: 'localhost' }),
    );
    files.setAttributes(this.#socket, {
      mode: 0o777,
      uid: process.user.uid,
      gid: process.user.gid,
    });
    this.#directory.mark(false);
    instance.onCommit = () => this.#wake();
    process.memoryBytes = MEMORY[this.#release.product] ?? 0;
    this.#ready();
    try {
      yield* this.#signals.next();
      this.#isEnding = true;
      yield* this.#shutDown(instance);
      return 0;
    } finally {
      listener?.close();
      unlisten();
      for (const wire of [...this.#wires]) wire.abort();
    }
  }

  #ready(): void {
    const log = this.#log;
    if (this.#release.product === 'mysql') {
      log.say('Warning', 'CA certificate ca.pem is self signed.', 'MY-010068');
      log.say(
        'System',
        'Channel mysql_main configured to support TLS. Encrypted connections are now supported for this channel.',
        'MY-013602',
      );
      if (this.#is8)
        log.say(
          'Warning',
          "Insecure configuration for --pid-file: Location '/var/run/mysqld' in the path is accessible to all OS users. Consider choosing a different directory.",
          'MY-011810',
        );
      if (this.#is8 && this.#port > 0)
        log.say(
          'System',
          "X Plugin ready for connections. Bind-address: '::' port: 33060, socket: /var/run/mysqld/mysqlx.sock",
          'MY-011323',
        );
    } else {
      log.say('Note', "Server socket created on IP: '0.0.0.0'.");
    }
    const line = `${this.#name}: ready for connections.`;
    const where = `Version: '${this.#release.title}'  socket: '${this.#socket}'  port: ${this.#port}  ${this.#release.comment}`;
    if (this.#is8) log.say('System', `${line} ${where}.`, 'MY-010931');
    else log.say('Note', `${line}\n${where}`);
  }

  *#shutDown(instance: Instance): Sys<void> {
    const log = this.#log;
    if (this.#is8)
      log.say(
        'System',
        `Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${this.#release.title}).`,
        'MY-013172',
      );
    else if (this.#release.product === 'mysql') {
      log.say('Note', 'Giving 0 client threads a chance to die gracefully');
      log.say('Note', 'Shutting down slave threads');
    } else log.say('Note', `${this.#name} (initiated by: unknown): Normal shutdown`);
    for (const { transaction } of instance.sessions)
      if (transaction) instance.store.rollback(transaction);
    yield* sleep(SHUTDOWN_MS);
    this.#directory.mark(true);
    if (this.#release.product === 'mariadb') log.say('Note', `${this.#name}: Shutdown complete\n`);
    else this.#goodbye();
  }

  #wake(): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const retry of all) this.#process.kernel.world.schedule(0, 'mysql lock', retry);
  }

  #accept(
    instance: Instance,
    wire: HttpWire,
    from: { readonly host: string; readonly address: string; readonly shown: string },
  ): void {
    wire.reader.retain();
    wire.writer.retain();
    const send = (reply: object): void => void wire.writer.put(`${JSON.stringify(reply)}\n`);
    instance.connections++;
    if (instance.sessions.size >= Number(instance.variables.get('max_connections') ?? 151)) {
      send({
        type: 'error',
        number: 1040,
        state: '08004',
        message: 'Too many connections',
      } satisfies Reply);
      return wire.close();
    }
    const id = this.#nextId++;
    const salt = `salt ${id} ${instance.world.random('mysql salt').below(1_000_000)}`;
    wire.writer.put(
      encodeGreeting({ version: this.#release.title, comment: this.#release.comment, id, salt }),
    );
    this.#wires.add(wire);
    let session: SessionState | undefined;
    const timer = instance.world.schedule(
      AUTH_TIMEOUT_MS,
      'mysql handshake',
      () => session === undefined && end(),
    );
    const end = (): void => {
      timer.cancel();
      if (session) {
        if (session.transaction) instance.store.rollback(session.transaction);
        instance.sessions.delete(session);
        instance.onCommit();
      }
      session = undefined;
      this.#wires.delete(wire);
      wire.close();
    };
    let text = '';
    let isBusy = false;
    const pull = (): void => {
      for (;;) {
        if (this.#process.exit || isBusy || !this.#wires.has(wire)) return;
        if (this.#process.isStopped)
          return void this.#process.kernel.world.schedule(100, 'stopped mysqld', pull);
        const newline = text.indexOf('\n');
        if (newline < 0) {
          const chunk = wire.reader.take();
          if (chunk === undefined) return void wire.reader.whenReadable(pull);
          if (chunk === '') return end();
          text += chunk;
          continue;
        }
        const line = text.slice(0, newline);
        text = text.slice(newline + 1);
        const request = parseRequest(line);
        if (!request || request.type === 'quit') return end();
        if (!session) {
          const outcome = this.#authenticate(instance, request, { id, salt, ...from }, end);
          send(outcome.reply);
          if (!outcome.session) return end();
          session = outcome.session;
          timer.cancel();
          continue;
        }
        isBusy = true;
        this.#answer(instance, session, request, (reply) => {
          isBusy = false;
          send(reply);
        });
        // A statement that waits calls back later.
        if (isBusy) return this.#whenDone(() => !isBusy, pull);
      }
    };
    pull();
  }

  #whenDone(isDone: () => boolean, go: () => void): void {
    const look = (): void => {
      if (this.#process.exit) return;
      if (isDone()) go();
      else this.#process.kernel.world.schedule(10, 'mysql busy', look);
    };
    look();
  }

  #authenticate(
    instance: Instance,
    request: Request,
    given: {
      readonly id: number;
      readonly salt: string;
      readonly host: string;
      readonly address: string;
      readonly shown: string;
    },
    end: () => void,
  ): { readonly reply: Reply; readonly session?: SessionState } {
    const fail = (number: number, state: string, message: string): { readonly reply: Reply } => ({
      reply: { type: 'error', number, state, message },
    });
    if (request.type !== 'auth') return fail(1043, '08S01', 'Bad handshake');
    const { user, response, database } = request;
    const account = instance.isGrantless
      ? instance.accounts.find((one) => one.user === 'root')
      : findAccount(instance.accounts, user, given.host, given.address);
    const denied = fail(
      1045,
      '28000',
      `Access denied for user '${user}'@'${given.host}' (using password: ${response === '' ? 'NO' : 'YES'})`,
    );
    if (!account && !this.#hasAnyFrom(instance, given) && this.#release.product === 'mariadb')
      return fail(
        1130,
        'HY000',
        `Host '${given.host}' is not allowed to connect to this ${this.#release.product === 'mariadb' ? 'MariaDB' : 'MySQL'} server`,
      );
    if (!account && !this.#hasAnyFrom(instance, given))
      return fail(
        1130,
        'HY000',
        `Host '${given.host}' is not allowed to connect to this MySQL server`,
      );
    if (!account || (!instance.isGrantless && !isProof(response, account.hash, given.salt)))
      return denied;
    if (account.isLocked)
      return fail(
        3118,
        'HY000',
        `Access denied for user '${user}'@'${given.host}'. Account is locked.`,
      );
    const { nowMs } = instance.world;
    const session: SessionState = {
      id: given.id,
      user,
      host: given.host,
      from: given.shown,
      account,
      database: undefined,
      transaction: undefined,
      lastInsertId: 0,
      rowCount: 0,
      foundRows: 0,
      warnings: [],
      userVariables: new Map(),
      variables: new Map(),
      command: 'Sleep',
      query: undefined,
      sinceMs: nowMs,
      end,
    };
    instance.sessions.add(session);
    if (database !== '') {
      const reply = this.#use(instance, session, database);
      if (reply.type === 'error') {
        instance.sessions.delete(session);
        return { reply };
      }
    }
    return {
      reply: { type: 'ok', affected: 0, insertId: 0, info: '', warnings: 0, database },
      session,
    };
  }

  #hasAnyFrom(
    instance: Instance,
    { host, address }: { readonly host: string; readonly address: string },
  ): boolean {
    return instance.accounts.some(
      (account) => findAccount([account], account.user, host, address) !== undefined,
    );
  }

  #use(instance: Instance, session: SessionState, database: string): Reply {
    return execute(instance, session, `USE \`${database.replaceAll('`', '``')}\``);
  }

  #answer(
    instance: Instance,
    session: SessionState,
    request: Request,
    done: (reply: Reply) => void,
  ): void {
    switch (request.type) {
      case 'ping':
      case 'auth':
      case 'quit':
        return done({ type: 'ok', affected: 0, insertId: 0, info: '', warnings: 0 });
      case 'use':
        return done(this.#use(instance, session, request.database));
      case 'statistics': {
        const uptime = Math.floor((instance.world.nowMs - instance.startedAtMs) / 1000);
        const average = uptime === 0 ? '0.000' : (instance.questions / uptime).toFixed(3);
        return done({
          type: 'ok',
          affected: 0,
          insertId: 0,
          warnings: 0,
          info: `Uptime: ${uptime}  Threads: ${instance.sessions.size}  Questions: ${instance.questions}  Slow queries: 0  Opens: 130  Flush tables: 3  Open tables: 48  Queries per second avg: ${average}`,
        });
      }
      case 'query':
        return this.#query(instance, session, request.sql, done);
    }
  }

  #query(
    instance: Instance,
    session: SessionState,
    sql: string,
    done: (reply: Reply) => void,
  ): void {
    instance.questions++;
    session.command = 'Query';
    session.query = sql.trim();
    session.sinceMs = instance.world.nowMs;
    const limitMs =
      Number(
        session.variables.get('innodb_lock_wait_timeout') ??
          instance.variables.get('innodb_lock_wait_timeout') ??
          50,
      ) * 1000;
    const finish = (reply: Reply): void => {
      session.command = 'Sleep';
      session.query = undefined;
      session.sinceMs = instance.world.nowMs;
      done(reply);
    };
    const attempt = (): void => {
      if (this.#process.exit || this.#isEnding) return;
      instance.sleptMs = 0;
      try {
        const reply = execute(instance, session, sql);
        if (instance.sleptMs === 0) finish(reply);
        else instance.world.schedule(instance.sleptMs, 'mysql sleep', () => finish(reply));
      } catch (error) {
        if (!(error instanceof LockWait)) throw error;
        if (instance.world.nowMs - session.sinceMs >= limitMs)
          return finish({
            type: 'error',
            number: 1205,
            state: 'HY000',
            message: 'Lock wait timeout exceeded; try restarting transaction',
          });
        this.#waiting.add(attempt);
        instance.world.schedule(
          limitMs - (instance.world.nowMs - session.sinceMs),
          'mysql lock wait',
          () => {
            if (this.#waiting.delete(attempt)) attempt();
          },
        );
      }
    };
    attempt();
  }
}

function parseRequest(line: string): Request | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null && 'type' in read
      ? (read as Request)
      : undefined;
  } catch {
    return undefined;
  }
}
