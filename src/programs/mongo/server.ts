/**
 * mongod: commands over TCP, data in its folder.
 *
 * Real:     mongo src/mongo/db/mongod_main.cpp, the image's docker-entrypoint.sh.
 * Left out: the binary wire protocol (a line of extended JSON each way here), SCRAM (the password crosses as it is), TLS, replica sets.
 */
import {
  SystemError,
  sleep,
  write,
  type Listener,
  type Process,
  type Program,
  type Sys,
  type TcpConnection,
  type Timer,
} from '../../sim/index.ts';
import { DateValue, isoDate, isPlain, type ObjectValue } from '../javascript/values.ts';
import { become } from '../net/become.ts';
import { streamLog, type Log } from '../net/output.ts';
import { ownPid } from '../net/pids.ts';
import { SignalQueue } from '../net/signals.ts';
import { decode, encode, ObjectIds } from './bson.ts';
import { runCommand, type ServerFacts, type Session } from './commands.ts';
import { Databases, insert } from './data.ts';
import { formatLine, type Line } from './log.ts';
import { dataFolder, Storage } from './storage.ts';

const START_MS = 300;
const CHECKPOINT_MS = 60_000;
const BASE_BYTES = 62_000_000;
const MONGODB_USER = { name: 'mongodb', uid: 999, gid: 999, home: '/data/db' };

/** The image's entry point: options alone mean mongod; root gives way to the user mongodb; a first administrator from the environment. */
export const mongoEntrypoint: Program = function* (process) {
  const words = process.argv.slice(1);
  const line = words[0]?.startsWith('-') || words.length === 0 ? ['mongod', ...words] : words;
  if (line[0] !== 'mongod') return yield* become(process, line, 'docker-entrypoint.sh');
  const name = process.env.get('MONGO_INITDB_ROOT_USERNAME') ?? '';
  const password = process.env.get('MONGO_INITDB_ROOT_PASSWORD') ?? '';
  if ((name === '') !== (password === '')) {
    yield* write(
      process.stderr,
      "\nerror: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'\n       both must be specified for a user to be created\n\n",
    );
    return 1;
  }
  const { files } = process.namespace;
  for (const folder of ['/data/db', '/data/configdb'])
    if (files.exists(folder) && process.user.uid === 0) {
      try {
        files.setAttributes(folder, { uid: MONGODB_USER.uid, gid: MONGODB_USER.gid });
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
      }
    }
  const options = [
    ...(name === '' ? [] : ['--auth']),
    ...(line.includes('--bind_ip') || line.includes('--bind_ip_all') ? [] : ['--bind_ip_all']),
  ];
  return yield* become(
    process,
    [...line, ...options],
    'docker-entrypoint.sh',
    process.user.uid === 0 ? MONGODB_USER : undefined,
  );
};

export function mongodProgram(version: string): Program {
  return function* (process) {
    if (process.argv.includes('--version')) {
      yield* write(process.stdout, `db version v${version}\n`);
      return 0;
    }
    return yield* new Mongod(process, version).run();
  };
}

class Mongod {
  readonly #process: Process;
  readonly #version: string;
  readonly #out: Log;
  readonly #isStructured: boolean;
  readonly #signals: SignalQueue;
  readonly #databases = new Databases();
  readonly #storage: Storage;
  readonly #connections = new Set<TcpConnection>();
  readonly #port: number;
  readonly #facts: ServerFacts;
  #accepted = 0;
  #checkpoint: Timer | undefined;
  #isDirty = false;

  constructor(process: Process, version: string) {
    this.#process = process;
    this.#version = version;
    this.#out = streamLog(process.stdout);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    this.#isStructured = major > 4 || (major === 4 && minor >= 4);
    this.#signals = new SignalQueue(process, ['SIGTERM', 'SIGINT']);
    this.#storage = new Storage(process, dataFolder(process), version, this.#databases);
    this.#port = Number(this.#option('--port') ?? 27017);
    const { world } = process.kernel;
    const ids = new ObjectIds(() => world.unixMs, world.random(`mongod ${process.namespace.id}`));
    const needsLogin = process.argv.includes('--auth');
    this.#facts = {
      version,
      databases: this.#databases,
      ids,
      needsLogin: () => needsLogin,
      uptimeSeconds: () => Math.floor((world.nowMs - process.startedAtMs) / 1000),
      connections: () => this.#connections.size,
      hostname: process.namespace.hostname,
      pid: ownPid(process),
      nowMs: () => new DateValue(world.unixMs),
      shutdown: () => this.#signals.push('SIGTERM'),
      changed: (db) => {
        this.#storage.journal(db);
        this.#isDirty = true;
        this.#account();
      },
    };
  }

  #option(name: string): string | undefined {
    const { argv } = this.#process;
    const at = argv.indexOf(name);
    return at >= 0 ? argv[at + 1] : undefined;
  }

  *run(): Sys<number> {
    yield* sleep(START_MS);
    this.#greet();
    const failure = this.#open();
    if (failure !== undefined) return failure;
    this.#ownDatabases();
    this.#firstUser();
    let listener: Listener;
    try {
      listener = this.#process.namespace.net.tcp.listen('0.0.0.0', this.#port, (connection) =>
        this.#accept(connection),
      );
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log('E', 'STORAGE', 20568, 'initandlisten', 'Error setting up listener', {
        error: { code: 9001, codeName: 'SocketException', errmsg: error.text },
      });
      return 48;
    }
    const plan = (): void => {
      this.#checkpoint = this.#process.kernel.world.schedule(CHECKPOINT_MS, 'checkpoint', () => {
        if (this.#isDirty) this.#storage.checkpoint();
        this.#isDirty = false;
        plan();
      });
    };
    try {
      this.#log('I', 'NETWORK', 23015, 'listener', 'Listening on', {
        address: `/tmp/mongodb-${this.#port}.sock`,
      });
      this.#log('I', 'NETWORK', 23015, 'listener', 'Listening on', { address: '0.0.0.0' });
      this.#log(
        'I',
        'NETWORK',
        23016,
        'listener',
        'Waiting for connections',
        {
          port: this.#port,
          ssl: 'off',
        },
        `waiting for connections on port ${this.#port}`,
      );
      this.#account();
      plan();
      const signal = yield* this.#signals.next();
      this.#log(
        'I',
        'CONTROL',
        23377,
        'SignalHandler',
        'Received signal',
        {
          signal: signal === 'SIGTERM' ? 15 : 2,
          error: signal === 'SIGTERM' ? 'Terminated' : 'Interrupt',
        },
        `got signal ${signal === 'SIGTERM' ? '15 (Terminated)' : '2 (Interrupt)'}, will terminate after current cmd ends`,
      );
      this.#log('I', 'CONTROL', 23378, 'SignalHandler', 'Signal was sent by kill(2)', {
        pid: 0,
        uid: 0,
      });
      this.#storage.close();
      this.#log('I', 'STORAGE', 22279, 'SignalHandler', 'shutdown: removing fs lock...');
      this.#log('I', 'CONTROL', 20565, 'SignalHandler', 'Now exiting', undefined, 'now exiting');
      this.#log(
        'I',
        'CONTROL',
        23138,
        'SignalHandler',
        'Shutting down',
        { exitCode: 0 },
        'shutting down with code:0',
      );
      return 0;
    } finally {
      this.#checkpoint?.cancel();
      listener.close();
      for (const connection of this.#connections) connection.abort();
    }
  }

  #greet(): void {
    const attributes = {
      pid: ownPid(this.#process),
      port: this.#port,
      dbPath: this.#storage.folder,
      architecture: '64-bit',
      host: this.#process.namespace.hostname,
    };
    this.#log(
      'I',
      'CONTROL',
      4615611,
      'initandlisten',
      'MongoDB starting',
      attributes,
      `MongoDB starting : pid=${attributes.pid} port=${attributes.port} dbpath=${attributes.dbPath} 64-bit host=${attributes.host}`,
    );
    this.#log(
      'I',
      'CONTROL',
      23403,
      'initandlisten',
      'Build Info',
      {
        buildInfo: { version: this.#version, modules: [], allocator: 'tcmalloc' },
      },
      `db version v${this.#version}`,
    );
  }

  /** The exit code when the data folder will not do. */
  #open(): number | undefined {
    const { folder } = this.#storage;
    const opened = this.#storage.open();
    const fatal = (id: number, message: string, errmsg: string, codeName: string): void =>
      this.#log(
        'E',
        'STORAGE',
        id,
        'initandlisten',
        message,
        { error: { codeName, errmsg } },
        `exception in initAndListen: ${codeName}: ${errmsg}, terminating`,
      );
    switch (opened.type) {
      case 'ok':
        if (opened.wasUnclean)
          this.#log(
            'W',
            'STORAGE',
            22271,
            'initandlisten',
            'Detected unclean shutdown - Lock file is not empty',
            {
              lockFile: `${folder}/mongod.lock`,
            },
          );
        this.#log('I', 'STORAGE', 22315, 'initandlisten', 'Opening WiredTiger', {
          config: 'create,cache_size=1024M,session_max=33000',
        });
        if (!this.#process.argv.includes('--auth'))
          this.#log(
            'W',
            'CONTROL',
            22120,
            'initandlisten',
            'Access control is not enabled for the database. Read and write access to data and configuration is unrestricted',
          );
        return undefined;
      case 'missing':
        fatal(
          20557,
          'DBException in initAndListen, terminating',
          `Data directory ${folder} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.`,
          'NonExistentPath',
        );
        return 100;
      case 'locked':
        fatal(
          20557,
          'DBException in initAndListen, terminating',
          `Unable to lock the lock file: ${folder}/mongod.lock (Resource temporarily unavailable). Another mongod instance is already running on the ${folder} directory`,
          'DBPathInUse',
        );
        return 100;
      case 'readonly':
        fatal(
          20557,
          'DBException in initAndListen, terminating',
          `Unable to create/open the lock file: ${folder}/mongod.lock (Read-only file system). Ensure the user executing mongod is the owner of the lock file and has the appropriate permissions.`,
          'IllegalOperation',
        );
        return 100;
      case 'version':
        this.#log('F', 'CONTROL', 20573, 'initandlisten', 'Wrong mongod version', {
          error: `UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document (ERROR: Invalid value for version, found ${opened.found}). See https://docs.mongodb.com/master/release-notes/${this.#version.split('.').slice(0, 2).join('.')}-compatibility/#feature-compatibility.`,
        });
        return 62;
      case 'foreign':
        fatal(
          28595,
          'Terminating.',
          'Unable to read the storage engine metadata file: the data files were not written by MongoDB',
          'FileStreamFailed',
        );
        return 14;
    }
  }

  /** What every server keeps about itself: the databases `admin`, `config` and `local` are always there. */
  #ownDatabases(): void {
    const { ids, databases } = this.#facts;
    const version = this.#version.split('.').slice(0, 2).join('.');
    const features = databases.make('admin', 'system.version');
    if (features.documents.length === 0)
      insert(features, { _id: 'featureCompatibilityVersion', version }, ids);
    databases.make('config', 'system.sessions');
    const { hostname } = this.#process.namespace;
    const log = databases.make('local', 'startup_log');
    const startTime = this.#facts.nowMs();
    insert(
      log,
      {
        _id: `${hostname}-${log.documents.length}-${isoDate(this.#process.kernel.world.unixMs)}`,
        hostname,
        startTime,
      },
      ids,
    );
    for (const db of ['admin', 'config', 'local']) this.#facts.changed(db);
  }

  /** The administrator that the image's start script makes in an empty folder. */
  #firstUser(): void {
    const user = this.#process.env.get('MONGO_INITDB_ROOT_USERNAME') ?? '';
    const pwd = this.#process.env.get('MONGO_INITDB_ROOT_PASSWORD') ?? '';
    if (user === '' || this.#databases.find('admin', 'system.users')) return;
    insert(
      this.#databases.make('admin', 'system.users'),
      { _id: `admin.${user}`, user, db: 'admin', pwd, roles: [{ role: 'root', db: 'admin' }] },
      this.#facts.ids,
    );
    this.#facts.changed('admin');
    this.#log('I', 'COMMAND', 51803, 'conn1', 'Successfully added user', { user, db: 'admin' });
  }

  #accept(connection: TcpConnection): void {
    connection.reader.retain();
    connection.writer.retain();
    this.#connections.add(connection);
    const number = ++this.#accepted;
    const { address, port } = connection.remote;
    const remote = `${address}:${port}`;
    this.#log(
      'I',
      'NETWORK',
      22943,
      'listener',
      'Connection accepted',
      {
        remote,
        connectionId: number,
        connectionCount: this.#connections.size,
      },
      `connection accepted from ${remote} #${number} (${this.#connections.size} connections now open)`,
    );
    const session: Session = { user: undefined };
    let text = '';
    const leave = (): void => {
      if (!this.#connections.delete(connection)) return;
      connection.close();
      if (this.#process.exit) return;
      this.#log(
        'I',
        'NETWORK',
        22944,
        `conn${number}`,
        'Connection ended',
        {
          remote,
          connectionId: number,
          connectionCount: this.#connections.size,
        },
        `end connection ${remote} (${this.#connections.size} connections now open)`,
      );
    };
    const pull = (): void => {
      for (;;) {
        if (this.#process.exit) return;
        if (this.#process.isStopped)
          return void this.#process.kernel.world.schedule(100, 'stopped mongod', pull);
        const chunk = connection.reader.take();
        if (chunk === undefined) return void connection.reader.whenReadable(pull);
        if (chunk === '') return leave();
        text += chunk;
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          if (!this.#answer(connection, session, line)) return leave();
        }
      }
    };
    pull();
  }

  /** False when that was no command of ours. */
  #answer(connection: TcpConnection, session: Session, line: string): boolean {
    if (/^(GET|POST|HEAD) /.test(line)) {
      const body =
        'It looks like you are trying to access MongoDB over HTTP on the native driver port.\n';
      connection.writer.put(
        `HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return false;
    }
    let request: ObjectValue;
    try {
      request = decode(line) as ObjectValue;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return false;
    }
    const { id, db, command } = request;
    if (typeof db !== 'string' || !command || !isPlain(command)) return false;
    let reply: ObjectValue;
    try {
      reply = runCommand(this.#facts, session, db, command);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      reply = { ok: 0, errmsg: error.text, code: 14031, codeName: 'OutOfDiskSpace' };
    }
    connection.writer.put(`${encode({ id, reply })}\n`);
    return true;
  }

  #account(): void {
    const bytes = this.#databases
      .names()
      .flatMap((db) => this.#databases.collections(db))
      .reduce((sum, one) => sum + one.bytes, 0);
    this.#process.memoryBytes = BASE_BYTES + bytes * 2;
  }

  #log(
    severity: Line['severity'],
    component: string,
    id: number,
    context: string,
    message: string,
    attributes?: ObjectValue,
    old?: string,
  ): void {
    this.#out(
      formatLine(
        {
          severity,
          component,
          id,
          context,
          message,
          ...(attributes ? { attributes } : {}),
          ...(old === undefined ? {} : { old }),
        },
        this.#process.kernel.world.unixMs,
        this.#isStructured,
      ),
    );
  }
}
