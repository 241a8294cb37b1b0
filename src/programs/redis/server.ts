/**
 * redis-server: keys over RESP, saved to the data folder.
 *
 * Real:     redis src/{server,networking,rdb}.c, the image's docker-entrypoint.sh.
 * Left out: the binary formats of dump and append-only file (both hold a text here), replication, cluster, modules, ACL users, eviction.
 */
import {
  sleep,
  SystemError,
  write,
  type Listener,
  type Process,
  type Program,
  type Sys,
  type TcpConnection,
  type Timer,
} from '../../sim/index.ts';
import { become } from '../net/become.ts';
import { redisDate } from '../net/dates.ts';
import { openLog, streamLog, type Log } from '../net/output.ts';
import { ownPid } from '../net/pids.ts';
import { SignalQueue } from '../net/signals.ts';
import { findCommand } from './commands.ts';
import { Database } from './database.ts';
import { parseOptions, type RedisConfig } from './options.ts';
import { bulk, encodeReply, failure, integer, list, OK, parseCommand, type Reply } from './resp.ts';
import { logo } from './logo.ts';

const START_MS = 10;
const BASE_BYTES = 8_500_000;
const MAGIC = 'REDIS0012 ';

/** The image's entry point: options alone mean redis-server; root gives way to the user redis. */
export const redisEntrypoint: Program = function* (process) {
  const words = process.argv.slice(1);
  const first = words[0] ?? '';
  const line =
    first.startsWith('-') || first.endsWith('.conf') ? ['redis-server', ...words] : words;
  if (line[0] !== 'redis-server' || process.user.uid !== 0)
    return yield* become(process, line, 'docker-entrypoint.sh');
  const { files } = process.namespace;
  const passwd = files.lookup('/etc/passwd')?.type === 'file' ? files.readFile('/etc/passwd') : '';
  const [, , uid = '999', gid = '999'] =
    passwd
      .split('\n')
      .find((row) => row.startsWith('redis:'))
      ?.split(':') ?? [];
  try {
    files.setAttributes(process.cwd, { uid: Number(uid), gid: Number(gid) });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
  return yield* become(process, line, 'docker-entrypoint.sh', {
    name: 'redis',
    uid: Number(uid),
    gid: Number(gid),
    home: '/home/redis',
  });
};

export function redisProgram(version: string): Program {
  return function* (process) {
    if (process.argv.includes('--version') || process.argv.includes('-v')) {
      yield* write(
        process.stdout,
        `Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0000000000000000\n`,
      );
      return 0;
    }
    const parsed = parseOptions(process, version);
    if (typeof parsed === 'string') {
      yield* write(process.stderr, parsed);
      return 1;
    }
    return yield* new RedisServer(process, version, parsed.config, parsed.file).run();
  };
}

interface Session {
  readonly id: number;
  readonly connection: TcpConnection;
  db: number;
  name: string;
  isAuthenticated: boolean;
}

class RedisServer {
  readonly #process: Process;
  readonly #version: string;
  readonly #config: RedisConfig;
  readonly #file: string | undefined;
  readonly #data: Database;
  readonly #out: Log;
  readonly #signals: SignalQueue;
  readonly #sessions = new Set<Session>();
  #nextSession = 1;
  #commands = 0;
  #connections = 0;
  #lastSaveMs: number;
  #saving: Timer | undefined;
  #role: 'C' | 'M' = 'C';

  constructor(process: Process, version: string, config: RedisConfig, file: string | undefined) {
    this.#process = process;
    this.#version = version;
    this.#config = config;
    this.#file = file;
    this.#data = new Database(() => this.#nowMs);
    const path = config.get('logfile') ?? '';
    this.#out = path === '' ? streamLog(process.stdout) : openLog(process, path);
    this.#signals = new SignalQueue(process, ['SIGTERM', 'SIGINT']);
    this.#lastSaveMs = this.#nowMs;
  }

  get #nowMs(): number {
    return this.#process.kernel.world.unixMs;
  }

  get #major(): number {
    return Number(this.#version.split('.')[0]);
  }

  *run(): Sys<number> {
    yield* sleep(START_MS);
    this.#greet();
    const port = Number(this.#config.get('port'));
    let listener: Listener;
    try {
      listener = this.#process.namespace.net.tcp.listen('0.0.0.0', port, (connection) =>
        this.#accept(connection),
      );
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log(
        '#',
        `Warning: Could not create server TCP listening socket *:${port}: bind: ${error.text}`,
      );
      this.#log(
        '#',
        'Failed listening on port 6379 (tcp), aborting.'.replace('6379', String(port)),
      );
      return 1;
    }
    try {
      if (!this.#load()) return 1;
      const mark = this.#major >= 7 ? '*' : '#';
      if (this.#major >= 5) this.#log(mark, 'Server initialized');
      else this.#log('#', `Server started, Redis version ${this.#version}`);
      this.#log(
        '*',
        this.#major >= 7
          ? 'Ready to accept connections tcp'
          : this.#major >= 4
            ? 'Ready to accept connections'
            : `The server is now ready to accept connections on port ${port}`,
      );
      this.#account();
      const signal = yield* this.#signals.next();
      this.#end(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
      return 0;
    } finally {
      this.#saving?.cancel();
      listener.close();
      for (const { connection } of this.#sessions) connection.abort();
    }
  }

  #log(mark: string, text: string): void {
    this.#out(
      `${ownPid(this.#process)}:${this.#role} ${redisDate(this.#nowMs, this.#major >= 4)} ${mark} ${text}\n`,
    );
  }

  /** The first lines, which tell the version's age. */
  #greet(): void {
    const mark = this.#major >= 7 ? '*' : '#';
    const pid = ownPid(this.#process);
    if (this.#major >= 8) this.#out('Starting Redis Server\n');
    if (this.#major >= 4) {
      this.#log(mark, 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
      this.#log(
        mark,
        `Redis version=${this.#version}, bits=64, commit=00000000, modified=${this.#major >= 8 ? 1 : 0}, pid=${pid}, just started`,
      );
    }
    if (this.#file === undefined && this.#process.argv.length === 1)
      this.#log(
        '#',
        'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
      );
    else if (this.#major >= 4) this.#log(mark, 'Configuration loaded');
    this.#role = 'M';
    if (this.#major < 4)
      return this.#out(logo(this.#version, this.#config.get('port') ?? '6379', pid));
    if (this.#major >= 6) this.#log('*', 'monotonic clock: POSIX clock_gettime');
    this.#log('*', `Running mode=standalone, port=${this.#config.get('port')}.`);
  }

  get #dumpPath(): string {
    return `${this.#config.get('dir')}/${this.#config.get('dbfilename')}`;
  }

  get #appendPath(): string | undefined {
    if (this.#config.get('appendonly') !== 'yes') return undefined;
    const folder =
      this.#major >= 7
        ? `${this.#config.get('dir')}/${this.#config.get('appenddirname')}`
        : `${this.#config.get('dir')}`;
    return `${folder}/${this.#config.get('appendfilename')}${this.#major >= 7 ? '.1.incr.aof' : ''}`;
  }

  /** False when what lies there was not written by redis. */
  #load(): boolean {
    const { files } = this.#process.namespace;
    const path = this.#appendPath ?? this.#dumpPath;
    const node = files.lookup(path);
    if (node?.type !== 'file' || typeof node.content !== 'string') return true;
    if (!node.content.startsWith(MAGIC)) {
      this.#log('#', 'Wrong signature trying to load DB from file');
      this.#log('#', 'Fatal error loading the DB, check server logs. Exiting.');
      return false;
    }
    this.#data.load(node.content.slice(MAGIC.length));
    if (this.#major >= 6)
      this.#log('*', `Done loading RDB, keys loaded: ${this.#data.count}, keys expired: 0.`);
    this.#log('*', 'DB loaded from disk: 0.000 seconds');
    return true;
  }

  /** False when the disk refused. */
  #save(path: string): boolean {
    const { files } = this.#process.namespace;
    try {
      files.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { parents: true });
      files.writeFile(path, MAGIC + this.#data.dump(), {
        uid: this.#process.user.uid,
        gid: this.#process.user.gid,
      });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log(
        '#',
        `Failed opening the temp RDB file temp-${ownPid(this.#process)}.rdb (in server root dir ${this.#config.get('dir')}) for saving: ${error.text}`,
      );
      return false;
    }
    this.#data.dirty = 0;
    this.#lastSaveMs = this.#nowMs;
    return true;
  }

  #end(signal: string): void {
    const mark = this.#major >= 7 ? '*' : '#';
    this.#out(
      `${ownPid(this.#process)}:signal-handler (${Math.floor(this.#nowMs / 1000)}) Received ${signal} scheduling shutdown...\n`,
    );
    this.#log(mark, 'User requested shutdown...');
    if ((this.#config.get('save') ?? '') !== '') {
      this.#log('*', 'Saving the final RDB snapshot before exiting.');
      if (this.#save(this.#dumpPath)) this.#log('*', 'DB saved on disk');
    }
    this.#log('#', 'Redis is now ready to exit, bye bye...');
  }

  #accept(connection: TcpConnection): void {
    connection.reader.retain();
    connection.writer.retain();
    this.#connections++;
    const session: Session = {
      id: this.#nextSession++,
      connection,
      db: 0,
      name: '',
      isAuthenticated: (this.#config.get('requirepass') ?? '') === '',
    };
    this.#sessions.add(session);
    let text = '';
    const pull = (): void => {
      for (;;) {
        if (this.#process.exit) return;
        if (this.#process.isStopped)
          return void this.#process.kernel.world.schedule(100, 'stopped redis', pull);
        const chunk = connection.reader.take();
        if (chunk === undefined) return void connection.reader.whenReadable(pull);
        if (chunk === '') return this.#leave(session);
        text = this.#work(session, text + chunk);
      }
    };
    pull();
  }

  #leave(session: Session): void {
    this.#sessions.delete(session);
    session.connection.close();
  }

  /** Runs all whole requests of `text`; returns what is left. */
  #work(session: Session, text: string): string {
    let rest = text;
    for (;;) {
      const parsed = parseCommand(rest);
      if (parsed === 'more') return rest;
      if (parsed === 'broken') {
        session.connection.writer.put('-ERR Protocol error: invalid multibulk length\r\n');
        this.#leave(session);
        return '';
      }
      rest = parsed.rest;
      if (parsed.value.length === 0) continue;
      const reply = this.#run(session, parsed.value);
      if (reply) session.connection.writer.put(encodeReply(reply));
      if (parsed.value[0]?.toLowerCase() === 'quit') this.#leave(session);
    }
  }

  #run(session: Session, words: readonly string[]): Reply | undefined {
    this.#commands++;
    const [given = '', ...args] = words;
    const name = given.toLowerCase();
    if (!session.isAuthenticated && name !== 'auth' && name !== 'quit' && name !== 'hello')
      return failure('NOAUTH Authentication required.');
    const own = this.#ownCommand(session, name, args);
    if (own !== 'none') return own;
    const command = findCommand(name);
    if (command === 'unsupported')
      return failure(`ERR 이 실습실에서는 지원하지 않습니다: ${given}`);
    if (!command)
      return failure(
        `ERR unknown command '${given}', with args beginning with: ${args.map((arg) => `'${arg}' `).join('')}`,
      );
    if (args.length < command.min || args.length > command.max)
      return failure(`ERR wrong number of arguments for '${name}' command`);
    const reply = command.run(
      {
        data: this.#data,
        db: session.db,
        nowMs: this.#nowMs,
        draw: (n) =>
          this.#process.kernel.world.random(`redis ${this.#process.namespace.id}`).below(n),
      },
      args,
    );
    if (command.writes && reply.type !== 'error') this.#changed();
    return reply;
  }

  #changed(): void {
    this.#data.dirty++;
    this.#account();
    const append = this.#appendPath;
    if (append !== undefined) this.#save(append);
    else this.#planSave();
  }

  #account(): void {
    this.#process.memoryBytes = BASE_BYTES + this.#data.bytes;
  }

  /** `save 3600 1 300 100 60 10000`: looks again when the next of these times has passed. */
  #planSave(): void {
    if (this.#saving || (this.#config.get('save') ?? '') === '') return;
    const rules = this.#saveRules();
    const passedMs = this.#nowMs - this.#lastSaveMs;
    const nextMs = Math.min(
      ...rules.map(([seconds]) => seconds * 1000).filter((ms) => ms > passedMs),
      3_600_000,
    );
    this.#saving = this.#process.kernel.world.schedule(
      Math.max(1_000, nextMs - passedMs),
      'redis save',
      () => {
        this.#saving = undefined;
        if (this.#process.exit || this.#data.dirty === 0) return;
        const due = this.#saveRules().find(
          ([seconds, changes]) =>
            this.#data.dirty >= changes && this.#nowMs - this.#lastSaveMs >= seconds * 1000,
        );
        if (due) {
          this.#log('*', `${due[1]} changes in ${due[0]} seconds. Saving...`);
          if (this.#save(this.#dumpPath))
            this.#log('*', 'Background saving terminated with success');
        } else this.#planSave();
      },
    );
  }

  #saveRules(): readonly (readonly [seconds: number, changes: number])[] {
    const numbers = (this.#config.get('save') ?? '').split(/\s+/).map(Number);
    return numbers.flatMap((seconds, i) =>
      i % 2 === 0 && numbers[i + 1] !== undefined
        ? [[seconds, numbers[i + 1] as number] as const]
        : [],
    );
  }

  /** Commands about the connection and the server; 'none' when it is a command on keys. */
  #ownCommand(session: Session, name: string, args: readonly string[]): Reply | undefined | 'none' {
    const [first = ''] = args;
    switch (name) {
      case 'ping':
        return args.length > 0 ? bulk(first) : { type: 'simple', text: 'PONG' };
      case 'echo':
        return args.length === 1
          ? bulk(first)
          : failure("ERR wrong number of arguments for 'echo' command");
      case 'quit':
        return OK;
      case 'select': {
        const db = /^\d+$/.test(first) ? Number(first) : -1;
        if (db < 0) return failure('ERR value is not an integer or out of range');
        if (db >= 16) return failure('ERR DB index is out of range');
        session.db = db;
        return OK;
      }
      case 'auth': {
        const wanted = this.#config.get('requirepass') ?? '';
        if (wanted === '')
          return failure(
            'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
          );
        session.isAuthenticated = args.at(-1) === wanted;
        return session.isAuthenticated
          ? OK
          : failure('WRONGPASS invalid username-password pair or user is disabled.');
      }
      case 'client':
        return this.#client(session, args);
      case 'command':
        return list([]);
      case 'hello':
        return failure('NOPROTO unsupported protocol version');
      case 'time':
        return list([String(Math.floor(this.#nowMs / 1000)), String((this.#nowMs % 1000) * 1000)]);
      case 'lastsave':
        return integer(Math.floor(this.#lastSaveMs / 1000));
      case 'save':
      case 'bgsave':
        if (!this.#save(this.#dumpPath)) return failure('ERR');
        this.#log(
          '*',
          name === 'save' ? 'DB saved on disk' : 'Background saving terminated with success',
        );
        return name === 'save' ? OK : { type: 'simple', text: 'Background saving started' };
      case 'info':
        return bulk(this.#info(first.toLowerCase()));
      case 'config':
        return this.#configure(args);
      case 'role':
        return { type: 'array', items: [bulk('master'), integer(0), list([])] };
      case 'shutdown':
        this.#signals.push('SIGTERM');
        return undefined;
      default:
        return 'none';
    }
  }

  #client(session: Session, [verb = '', value = '']: readonly string[]): Reply {
    switch (verb.toLowerCase()) {
      case 'setname':
        session.name = value;
        return OK;
      case 'getname':
        return bulk(session.name);
      case 'id':
        return integer(session.id);
      case 'setinfo':
        return OK;
      case 'list':
        return bulk(
          [...this.#sessions]
            .map(
              ({ id, connection, name, db }) =>
                `id=${id} addr=${connection.remote.address}:${connection.remote.port} laddr=${connection.local.address}:${connection.local.port} name=${name} db=${db}\n`,
            )
            .join(''),
        );
      default:
        return failure(`ERR 이 실습실에서는 지원하지 않습니다: CLIENT ${verb}`);
    }
  }

  #configure([verb = '', ...args]: readonly string[]): Reply {
    if (verb.toLowerCase() === 'get') {
      const pattern = new RegExp(
        `^${(args[0] ?? '')
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replace(/\*/g, '.*')
          .replace(/\?/g, '.')}$`,
      );
      return list([...this.#config].filter(([name]) => pattern.test(name)).flat());
    }
    if (verb.toLowerCase() === 'set') {
      const [name = '', value = ''] = args;
      if (!this.#config.has(name))
        return failure(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
      this.#config.set(name, value);
      return OK;
    }
    return failure(`ERR 이 실습실에서는 지원하지 않습니다: CONFIG ${verb}`);
  }

  #info(section: string): string {
    const uptime = Math.floor(
      (this.#process.kernel.world.nowMs - this.#process.startedAtMs) / 1000,
    );
    const memory = this.#process.memoryBytes;
    const sections: Readonly<Record<string, readonly string[]>> = {
      Server: [
        `redis_version:${this.#version}`,
        'redis_mode:standalone',
        'os:Linux 6.8.0-51-generic x86_64',
        'arch_bits:64',
        `process_id:${ownPid(this.#process)}`,
        `tcp_port:${this.#config.get('port')}`,
        `uptime_in_seconds:${uptime}`,
        `uptime_in_days:${Math.floor(uptime / 86_400)}`,
      ],
      Clients: [`connected_clients:${this.#sessions.size}`, 'blocked_clients:0'],
      Memory: [
        `used_memory:${memory}`,
        `used_memory_human:${(memory / 1_048_576).toFixed(2)}M`,
        `maxmemory:${this.#config.get('maxmemory')}`,
        `maxmemory_policy:${this.#config.get('maxmemory-policy')}`,
      ],
      Persistence: [
        'loading:0',
        `rdb_changes_since_last_save:${this.#data.dirty}`,
        `rdb_last_save_time:${Math.floor(this.#lastSaveMs / 1000)}`,
        `aof_enabled:${this.#appendPath === undefined ? 0 : 1}`,
      ],
      Stats: [
        `total_connections_received:${this.#connections}`,
        `total_commands_processed:${this.#commands}`,
      ],
      Replication: ['role:master', 'connected_slaves:0'],
      Keyspace: Array.from({ length: 16 }, (_, db) => db).flatMap((db) => {
        const keys = this.#data.keys(db);
        return keys.length === 0
          ? []
          : [
              `db${db}:keys=${keys.length},expires=${keys.filter((key) => this.#data.expiryOf(db, key) !== undefined).length},avg_ttl=0`,
            ];
      }),
    };
    const wanted = Object.entries(sections).filter(
      ([name]) =>
        section === '' ||
        ['all', 'everything', 'default'].includes(section) ||
        name.toLowerCase() === section,
    );
    return wanted
      .map(([name, lines]) => `# ${name}\r\n${lines.map((line) => `${line}\r\n`).join('')}`)
      .join('\r\n');
  }
}
