/**
 * nginx: a master that reads the configuration and answers signals, and its workers.
 *
 * The requests are served by one code for all workers; workers exist as processes (`ps`, `docker top`), by turns named in the error log.
 *
 * Real:     nginx src/core/nginx.c, src/os/unix/ngx_process_cycle.c.
 * Left out: binary upgrade (SIGUSR2), `-T`'s order of included files is that of inclusion.
 */
import {
  race,
  ROOT,
  sleep,
  sleepCall,
  SystemError,
  write,
  type Listener,
  type Process,
  type Program,
  type Signal,
  type Sys,
  type User,
} from '../../sim/index.ts';
import { errorDate } from '../net/dates.ts';
import { listenHttp } from '../net/http.ts';
import { openLog, streamLog, type Log } from '../net/output.ts';
import { ownPid, processOf } from '../net/pids.ts';
import { lookupHostCall } from '../net/resolve.ts';
import { SignalQueue } from '../net/signals.ts';
import { inherited, loadConfig, setting, type Config, type Scope } from './config.ts';
import { parseArguments, type Options } from './options.ts';
import { ConfigError } from './parse.ts';
import { Proxy } from './proxy.ts';
import { exchangeOf, Serving, type ServeContext } from './serve.ts';
import { interpolate, requestLine, type Exchange } from './variables.ts';

export interface Release {
  readonly version: string;
  /** `gcc 12.2.0 (Debian 12.2.0-14+deb12u1) `. */
  readonly builtBy: string;
}

const LEVELS = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'] as const;
type Level = (typeof LEVELS)[number];

const SIGNAL_WORDS: Readonly<Partial<Record<Signal, string>>> = {
  SIGTERM: 'exiting',
  SIGINT: 'exiting',
  SIGQUIT: 'shutting down',
  SIGHUP: 'reconfiguring',
  SIGUSR1: 'reopening logs',
};
const NUMBERS: Readonly<Partial<Record<Signal, number>>> = {
  SIGTERM: 15,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGHUP: 1,
  SIGUSR1: 10,
};
const BIND_TRIES = 5;
const BIND_RETRY_MS = 500;
const START_MS = 15;

export function nginxProgram(release: Release): Program {
  return function* (process) {
    const options = parseArguments(process.argv.slice(1));
    if (typeof options === 'string') {
      yield* write(process.stderr, `nginx: ${options}\n`);
      return 1;
    }
    if (options.action === 'version' || options.action === 'help') {
      yield* write(process.stderr, versionText(release, options));
      return 0;
    }
    if (options.action === 'signal') return yield* sendSignal(process, options);
    const master = new Master(process, release, options);
    if (options.action === 'test') return yield* master.test();
    return yield* master.run();
  };
}

function versionText({ version, builtBy }: Release, options: Options): string {
  const first = `nginx version: nginx/${version}\n`;
  if (options.action === 'help')
    return `${first}Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]\n             [-e filename] [-c filename] [-g directives]\n\nOptions:\n  -?,-h         : this help\n  -v            : show version and exit\n  -V            : show version and configure options then exit\n  -t            : test configuration and exit\n  -T            : test configuration, dump it and exit\n  -q            : suppress non-error messages during configuration testing\n  -s signal     : send signal to a master process: stop, quit, reopen, reload\n  -p prefix     : set prefix path (default: /etc/nginx/)\n  -e filename   : set error log file (default: /var/log/nginx/error.log)\n  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)\n  -g directives : set global directives out of configuration file\n\n`;
  if (!options.isVerbose) return first;
  return `${first}built by ${builtBy}\nbuilt with OpenSSL\nTLS SNI support enabled\nconfigure arguments: --prefix=/etc/nginx --sbin-path=/usr/sbin/nginx --conf-path=/etc/nginx/nginx.conf --error-log-path=/var/log/nginx/error.log --http-log-path=/var/log/nginx/access.log --user=nginx --group=nginx\n`;
}

/** `nginx -s reload`: finds the master by its PID file. */
function* sendSignal(process: Process, options: Options): Sys<number> {
  const { files } = process.namespace;
  const signal = (
    { stop: 'SIGTERM', quit: 'SIGQUIT', reload: 'SIGHUP', reopen: 'SIGUSR1' } as const
  )[options.signal as 'stop'];
  let config: Config;
  try {
    config = loadConfig(files, options.file, options.globals);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield* write(process.stderr, `nginx: [emerg] ${error.message}\n`);
    return 1;
  }
  const path = setting(config.main, 'pid')?.[0] ?? '/var/run/nginx.pid';
  const tell = (level: Level, text: string): string =>
    `${errorDate(process.kernel.world.unixMs)} [${level}] ${ownPid(process)}#${ownPid(process)}: ${text}\n`;
  if (files.lookup(path)?.type !== 'file') {
    yield* write(
      process.stderr,
      `${tell('error', `open() "${path}" failed (2: No such file or directory)`)}nginx: [error] open() "${path}" failed (2: No such file or directory)\n`,
    );
    return 1;
  }
  yield* write(process.stderr, tell('notice', 'signal process started'));
  const number = Number(files.readFile(path).trim());
  const master = Number.isInteger(number) && number > 0 ? processOf(process, number) : undefined;
  if (!master) {
    const text =
      files.readFile(path).trim() === ''
        ? `invalid PID number "" in "${path}"`
        : `kill(${number}, ${NUMBERS[signal]}) failed (3: No such process)`;
    yield* write(
      process.stderr,
      `nginx: [${text.startsWith('kill') ? 'alert' : 'error'}] ${text}\n`,
    );
    return 1;
  }
  process.kernel.signal(master, signal);
  return 0;
}

/** All that one configuration brings; a reload makes a new one. */
interface Cycle {
  readonly config: Config;
  readonly proxy: Proxy;
  readonly accessLogs: Map<string, Log>;
  readonly user: User;
}

class Master {
  readonly #process: Process;
  readonly #release: Release;
  readonly #options: Options;
  readonly #listeners = new Map<string, Listener>();
  readonly #workers = new Map<Process, number>();
  readonly #signals: SignalQueue;
  #cycle!: Cycle;
  #errorLog: Log;
  #level: Level = 'error';
  #connections = 0;
  #isEnding = false;

  constructor(process: Process, release: Release, options: Options) {
    this.#process = process;
    this.#release = release;
    this.#options = options;
    this.#errorLog = streamLog(process.stderr);
    this.#signals = new SignalQueue(process, ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1']);
    process.trap('SIGUSR2', 'ignore');
    process.trap('SIGWINCH', 'ignore');
  }

  *test(): Sys<number> {
    const { file } = this.#options;
    try {
      yield* this.#load();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      yield* write(
        this.#process.stderr,
        `nginx: [emerg] ${error.message}\nnginx: configuration file ${file} test failed\n`,
      );
      return 1;
    }
    if (!this.#options.isQuiet)
      yield* write(
        this.#process.stderr,
        `nginx: the configuration file ${file} syntax is ok\nnginx: configuration file ${file} test is successful\n`,
      );
    if (this.#options.dumps)
      yield* write(
        this.#process.stdout,
        `# configuration file ${file}:\n${this.#process.namespace.files.readFile(file)}\n`,
      );
    return 0;
  }

  *run(): Sys<number> {
    yield* sleep(START_MS);
    try {
      this.#cycle = yield* this.#load();
      this.#openErrorLog();
      yield* this.#bind();
      this.#makeFolders();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#openErrorLogQuietly();
      this.#log('emerg', error.message);
      this.#process.stderr.put(`nginx: [emerg] ${error.message}\n`);
      return 1;
    }
    if (setting(this.#cycle.config.main, 'daemon')?.[0] !== 'off') return this.#daemonize();
    try {
      return yield* this.#serve();
    } finally {
      this.#close();
    }
  }

  /** Without `daemon off` the first process ends and another goes on in the background. */
  #daemonize(): number {
    this.#close();
    const { kernel, namespace, env, cwd, user, stdout, stderr } = this.#process;
    const options = { ...this.#options, globals: `${this.#options.globals};daemon off` };
    const program: Program = (process) => new Master(process, this.#release, options).run();
    kernel.spawn({
      program,
      argv: this.#process.argv,
      namespace,
      env,
      cwd,
      user,
      stdout,
      stderr,
      leadsGroup: true,
      parent: undefined,
    });
    return 0;
  }

  *#serve(): Sys<number> {
    const process = this.#process;
    process.memoryBytes = 7_000_000;
    (process as { argv: readonly string[] }).argv = [
      `nginx: master process ${process.argv.join(' ')}`,
    ];
    this.#writePid();
    this.#warnUnsupported();
    this.#log('notice', 'using the "epoll" event method');
    this.#log('notice', `nginx/${this.#release.version}`);
    this.#log('notice', `built by ${this.#release.builtBy}`);
    this.#log('notice', 'OS: Linux 6.8.0-51-generic');
    this.#log('notice', 'getrlimit(RLIMIT_NOFILE): 1048576:1048576');
    this.#startWorkers();
    for (;;) {
      const signal = yield* this.#signals.next();
      this.#log(
        'notice',
        `signal ${NUMBERS[signal]} (${signal}) received, ${SIGNAL_WORDS[signal]}`,
      );
      if (signal === 'SIGHUP') yield* this.#reload();
      else if (signal === 'SIGUSR1') this.#openErrorLog();
      else return yield* this.#end(signal);
    }
  }

  *#end(signal: Signal): Sys<number> {
    this.#isEnding = true;
    for (const listener of this.#listeners.values()) listener.close();
    for (const [worker, pid] of this.#workers) {
      if (signal === 'SIGQUIT') this.#log('notice', 'gracefully shutting down', pid);
      this.#log('notice', 'exiting', pid);
      this.#log('notice', 'exit', pid);
      this.#process.kernel.signal(worker, 'SIGQUIT');
    }
    yield* sleep(5);
    for (const pid of this.#workers.values()) {
      this.#log('notice', `signal 17 (SIGCHLD) received from ${pid}`);
      this.#log('notice', `worker process ${pid} exited with code 0`);
    }
    this.#log('notice', 'exit');
    return 0;
  }

  *#reload(): Sys<void> {
    this.#log('notice', 'reconfiguring');
    const before = this.#cycle;
    try {
      this.#cycle = yield* this.#load();
      yield* this.#bind();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#cycle = before;
      return this.#log('emerg', error.message);
    }
    this.#openErrorLog();
    this.#warnUnsupported();
    this.#log('notice', 'using the "epoll" event method');
    const old = [...this.#workers];
    this.#workers.clear();
    this.#startWorkers();
    for (const [worker, pid] of old) {
      for (const text of ['gracefully shutting down', 'exiting', 'exit'])
        this.#log('notice', text, pid);
      this.#process.kernel.signal(worker, 'SIGQUIT');
    }
  }

  /** Reads and checks the configuration and resolves the names of upstreams. */
  *#load(): Sys<Cycle> {
    const process = this.#process;
    const config = loadConfig(process.namespace.files, this.#options.file, this.#options.globals);
    const addresses = new Map<string, readonly string[]>();
    for (const { host, where } of Proxy.names(config)) {
      if (addresses.has(host)) continue;
      const looked = yield* race({ found: lookupHostCall(process, host), late: sleepCall(30_000) });
      const found = looked.key === 'found' ? looked.value : [];
      if (found.length === 0)
        throw new ConfigError(`host not found in upstream "${host}" in ${where}`);
      addresses.set(host, found);
    }
    const proxy = new Proxy(process, config, (exchange, text, upstream) =>
      this.#complain(exchange, text, upstream),
    );
    proxy.learn(addresses);
    const name = setting(config.main, 'user')?.[0] ?? 'nobody';
    const accessLogs = new Map<string, Log>();
    for (const { args } of inherited(config.http, 'access_log')) {
      const [path = ''] = args;
      if (path !== 'off') accessLogs.set(path, openLogFile(process, path));
    }
    return { config, proxy, accessLogs, user: userNamed(process, name) };
  }

  /** Listens where the configuration says and no longer where it does not. */
  *#bind(): Sys<void> {
    const wanted = new Map(
      this.#cycle.config.servers
        .flatMap(({ listens }) => listens)
        .map((one) => [`${one.address}:${one.port}`, one]),
    );
    for (const [key, listener] of this.#listeners)
      if (!wanted.has(key)) {
        listener.close();
        this.#listeners.delete(key);
      }
    for (const [key, { address, port }] of wanted)
      if (!this.#listeners.has(key)) this.#listeners.set(key, yield* this.#listen(address, port));
  }

  *#listen(address: string, port: number): Sys<Listener> {
    for (let i = 0; ; i++) {
      try {
        return listenHttp(this.#process, {
          address,
          port,
          handle: (request, answer) => this.#request(port, request, answer),
        });
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        const text = `bind() to ${address}:${port} failed (${error.code === 'EADDRINUSE' ? 98 : 99}: ${error.text})`;
        if (error.code !== 'EADDRINUSE') throw new ConfigError(text);
        this.#log('emerg', text);
        this.#process.stderr.put(`nginx: [emerg] ${text}\n`);
        if (i + 1 >= BIND_TRIES) throw new ConfigError('still could not bind()');
        yield* sleep(BIND_RETRY_MS);
      }
    }
  }

  #request(
    port: number,
    request: Parameters<typeof exchangeOf>[1],
    answer: ConstructorParameters<typeof Serving>[2],
  ): void {
    const { config, proxy, user } = this.#cycle;
    const context: ServeContext = {
      process: this.#process,
      version: this.#release.version,
      config,
      proxy,
      workerUid: user.uid,
      complain: (exchange, text, upstream) => this.#complain(exchange, text, upstream),
      logAccess: (exchange, scope) => this.#logAccess(exchange, scope),
    };
    const { exchange } = exchangeOf(context, request, port, ++this.#connections);
    const worker = this.#workerOf(exchange);
    // A quarter of a millisecond for each request.
    if (worker && exchange.connection % 4 === 0) worker.cpuMs++;
    new Serving(context, exchange, answer).begin();
  }

  #workerOf({ connection }: Exchange): Process | undefined {
    return [...this.#workers.keys()][connection % Math.max(1, this.#workers.size)];
  }

  #startWorkers(): void {
    const words = setting(this.#cycle.config.main, 'worker_processes')?.[0] ?? '1';
    const cpus = this.#process.namespace.extra.get('cpus');
    const count =
      words === 'auto'
        ? typeof cpus === 'number'
          ? cpus
          : 1
        : Math.max(1, Math.min(64, Number(words) || 1));
    this.#log('notice', 'start worker processes');
    for (let i = 0; i < count; i++) this.#startWorker();
  }

  #startWorker(): void {
    const process = this.#process;
    const worker = process.kernel.spawn({
      program: idle,
      argv: ['nginx: worker process'],
      namespace: process.namespace,
      parent: process,
      user: this.#cycle.user,
    });
    worker.memoryBytes = 3_200_000;
    const pid = ownPid(worker);
    this.#workers.set(worker, pid);
    this.#log('notice', `start worker process ${pid}`);
    process.kernel.whenExited(worker, ({ code, signal }) => {
      if (this.#isEnding || process.exit || !this.#workers.delete(worker)) return;
      this.#log('notice', `signal 17 (SIGCHLD) received from ${pid}`);
      this.#log(
        'alert',
        signal
          ? `worker process ${pid} exited on signal ${code - 128}`
          : `worker process ${pid} exited with code ${code}`,
      );
      this.#startWorker();
    });
  }

  #writePid(): void {
    const path = setting(this.#cycle.config.main, 'pid')?.[0] ?? '/var/run/nginx.pid';
    try {
      this.#process.namespace.files.writeFile(path, `${ownPid(this.#process)}\n`);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#log('emerg', `open() "${path}" failed (30: ${error.text})`);
    }
  }

  /** Where bodies would be kept while they are passed on. */
  #makeFolders(): void {
    const { files } = this.#process.namespace;
    for (const name of ['client_temp', 'fastcgi_temp', 'proxy_temp', 'scgi_temp', 'uwsgi_temp'])
      try {
        if (!files.exists(`/var/cache/nginx/${name}`))
          files.mkdir(`/var/cache/nginx/${name}`, { mode: 0o700, uid: this.#cycle.user.uid });
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        throw new ConfigError(`mkdir() "/var/cache/nginx/${name}" failed (30: ${error.text})`);
      }
  }

  #warnUnsupported(): void {
    for (const name of this.#cycle.config.unsupported)
      this.#log('warn', `이 실습실에서는 지원하지 않습니다: nginx "${name}"`);
  }

  #openErrorLog(): void {
    const [path = '/var/log/nginx/error.log', level = 'error'] =
      setting(this.#cycle.config.main, 'error_log') ?? [];
    this.#level = LEVELS.find((one) => one === level) ?? 'error';
    this.#errorLog = openLogFile(this.#process, path === 'stderr' ? '/dev/stderr' : path);
  }

  /** A configuration that cannot be read complains where the log lies by default. */
  #openErrorLogQuietly(): void {
    try {
      this.#errorLog = openLog(this.#process, '/var/log/nginx/error.log');
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  #log(level: Level, text: string, pid: number = ownPid(this.#process)): void {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.#level)) return;
    this.#errorLog(
      `${errorDate(this.#process.kernel.world.unixMs)} [${level}] ${pid}#${pid}: ${text}\n`,
    );
  }

  /** A line about a request: who asked whom for what. */
  #complain(exchange: Exchange, text: string, upstream?: string): void {
    const worker = this.#workerOf(exchange);
    const { request, server } = exchange;
    const about = [
      `client: ${request.from}`,
      `server: ${server.names[0] ?? ''}`,
      `request: "${requestLine(exchange)}"`,
      ...(upstream === undefined ? [] : [`upstream: "${upstream}"`]),
      ...(request.headers['host'] === undefined ? [] : [`host: "${request.headers['host']}"`]),
      ...(request.headers['referer'] === undefined
        ? []
        : [`referrer: "${request.headers['referer']}"`]),
    ];
    this.#log(
      'error',
      `*${exchange.connection} ${text}, ${about.join(', ')}`,
      (worker && this.#workers.get(worker)) ?? ownPid(this.#process),
    );
  }

  #logAccess(exchange: Exchange, scope: Scope): void {
    const { config, accessLogs } = this.#cycle;
    for (const { args } of inherited(scope, 'access_log')) {
      const [path = '', format = 'combined'] = args;
      if (path === 'off') continue;
      let log = accessLogs.get(path);
      if (!log) accessLogs.set(path, (log = openLog(this.#process, path)));
      log(
        `${interpolate(config.formats.get(format) ?? '', { process: this.#process, version: this.#release.version, exchange }, '-')}\n`,
      );
    }
  }

  #close(): void {
    this.#isEnding = true;
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
  }
}

/** Logs are opened before anybody is served: a folder that is not there is told at once. */
function openLogFile(process: Process, path: string): Log {
  try {
    return openLog(process, path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new ConfigError(`open() "${path}" failed (2: ${error.text})`);
  }
}

/** A worker as `ps` sees it. */
const idle: Program = function* (process) {
  const signals = new SignalQueue(process, ['SIGTERM', 'SIGQUIT', 'SIGINT']);
  yield* signals.next();
  return 0;
};

function userNamed(process: Process, name: string): User {
  const { files } = process.namespace;
  const line =
    files.lookup('/etc/passwd')?.type === 'file'
      ? files
          .readFile('/etc/passwd')
          .split('\n')
          .find((one) => one.startsWith(`${name}:`))
      : undefined;
  if (line === undefined) {
    if (name !== 'nobody')
      throw new ConfigError(`getpwnam("${name}") failed in /etc/nginx/nginx.conf:2`);
    return ROOT;
  }
  const [, , uid = '0', gid = '0', , home = '/'] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid), home };
}
