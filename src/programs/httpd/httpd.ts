/**
 * Apache httpd: files of a folder, listings, redirects, its log lines.
 *
 * Real:     httpd server/main.c, server/mpm/event, modules/{http,mappers,generators}.
 * Left out: what `config.ts` lists.
 */
import {
  contentBytes,
  contentText,
  EPOCH_MS,
  normalize,
  sleep,
  SystemError,
  utf8Length,
  write,
  type FileNode,
  type HttpRequest,
  type Listener,
  type Process,
  type Program,
  type Sys,
  type User,
} from '../../sim/index.ts';
import { apacheDate, httpDate, logDate } from '../net/dates.ts';
import { listenHttp, type Answer } from '../net/http.ts';
import { openLog, streamLog, type Log } from '../net/output.ts';
import { ownPid } from '../net/pids.ts';
import { SignalQueue } from '../net/signals.ts';
import { become } from '../net/become.ts';
import { HttpdConfigError, loadHttpdConfig, type HttpdConfig } from './config.ts';
import { errorPage, listingPage, typeOf } from './pages.ts';

const CONF = '/usr/local/apache2/conf/httpd.conf';
const CHILDREN = 3;
const START_MS = 40;

/** `httpd-foreground` of the image: forgets an old PID file and becomes httpd. */
export const httpdForeground: Program = function* (process) {
  const { files } = process.namespace;
  if (files.exists('/usr/local/apache2/logs/httpd.pid'))
    files.remove('/usr/local/apache2/logs/httpd.pid');
  return yield* become(
    process,
    ['httpd', '-DFOREGROUND', ...process.argv.slice(1)],
    '/usr/local/bin/httpd-foreground',
  );
};

export function httpdProgram(version: string): Program {
  return function* (process) {
    const { argv } = process;
    if (argv.includes('-v') || argv.includes('-V')) {
      yield* write(
        process.stdout,
        `Server version: Apache/${version} (Unix)\nServer built:   Feb  3 2026 01:51:24\n`,
      );
      return 0;
    }
    let config: HttpdConfig;
    try {
      config = loadHttpdConfig(process.namespace.files, CONF);
    } catch (error) {
      if (!(error instanceof HttpdConfigError)) throw error;
      yield* write(process.stderr, `${error.message}\n`);
      return 1;
    }
    if (argv.includes('-t')) {
      yield* write(process.stderr, 'Syntax OK\n');
      return 0;
    }
    if (!argv.some((word) => /^-DFOREGROUND$|^FOREGROUND$/.test(word))) {
      yield* write(
        process.stderr,
        '이 실습실에서는 지원하지 않습니다: httpd (백그라운드 실행; -DFOREGROUND로 실행하세요)\n',
      );
      return 1;
    }
    return yield* new Httpd(process, version, config).run();
  };
}

class Httpd {
  readonly #process: Process;
  readonly #version: string;
  readonly #config: HttpdConfig;
  readonly #errorLog: Log;
  readonly #accessLog: Log | undefined;
  readonly #user: User;
  readonly #children: number[] = [];
  #requests = 0;

  constructor(process: Process, version: string, config: HttpdConfig) {
    this.#process = process;
    this.#version = version;
    this.#config = config;
    this.#errorLog =
      config.errorLog === '' ? streamLog(process.stderr) : openLog(process, config.errorLog);
    this.#accessLog = config.accessLog === '' ? undefined : openLog(process, config.accessLog);
    this.#user = { name: config.user, uid: 33, gid: 33, home: '/var/www' };
  }

  *run(): Sys<number> {
    const process = this.#process;
    const signals = new SignalQueue(process, [
      'SIGTERM',
      'SIGWINCH',
      'SIGINT',
      'SIGHUP',
      'SIGUSR1',
    ]);
    if (this.#config.serverName === undefined) {
      const text = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${this.#address}. Set the 'ServerName' directive globally to suppress this message\n`;
      yield* write(process.stderr, text + text);
    }
    yield* sleep(START_MS);
    const listeners: Listener[] = [];
    try {
      for (const port of this.#config.ports)
        listeners.push(
          listenHttp(process, {
            port,
            handle: (request, answer) => this.#request(request, answer),
          }),
        );
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* write(
        process.stderr,
        `(98)${error.text}: AH00072: make_sock: could not bind to address 0.0.0.0:${this.#config.ports[listeners.length]}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
      );
      for (const listener of listeners) listener.close();
      return 1;
    }
    try {
      return yield* this.#serve(signals);
    } finally {
      for (const listener of listeners) listener.close();
    }
  }

  *#serve(signals: SignalQueue): Sys<number> {
    const process = this.#process;
    process.memoryBytes = 6_000_000;
    for (const name of this.#config.unsupported)
      this.#notice('core:warn', `이 실습실에서는 지원하지 않습니다: httpd ${name}`);
    this.#notice(
      'mpm_event:notice',
      `AH00489: Apache/${this.#version} (Unix) configured -- resuming normal operations`,
    );
    this.#notice('core:notice', "AH00094: Command line: 'httpd -D FOREGROUND'");
    for (let i = 0; i < CHILDREN; i++)
      this.#children.push(
        ownPid(
          process.kernel.spawn({
            program: child,
            argv: process.argv,
            namespace: process.namespace,
            parent: process,
            user: this.#user,
          }),
        ),
      );
    for (;;) {
      const signal = yield* signals.next();
      if (signal === 'SIGHUP' || signal === 'SIGUSR1') {
        this.#notice(
          'mpm_event:notice',
          signal === 'SIGHUP'
            ? 'AH00494: SIGHUP received.  Attempting to restart'
            : 'AH00493: SIGUSR1 received.  Doing graceful restart',
        );
        this.#notice(
          'mpm_event:notice',
          `AH00489: Apache/${this.#version} (Unix) configured -- resuming normal operations`,
        );
        this.#notice('core:notice', "AH00094: Command line: 'httpd -D FOREGROUND'");
        continue;
      }
      this.#notice(
        'mpm_event:notice',
        signal === 'SIGWINCH'
          ? 'AH00492: caught SIGWINCH, shutting down gracefully'
          : `AH00491: caught ${signal === 'SIGINT' ? 'SIGTERM' : signal}, shutting down`,
      );
      return 0;
    }
  }

  get #address(): string {
    return (
      this.#process.namespace.net.interfaces.find(({ name }) => name !== 'lo')?.address ??
      '127.0.0.1'
    );
  }

  #notice(level: string, text: string): void {
    this.#errorLog(
      `[${apacheDate(this.#process.kernel.world.unixMs)}] [${level}] [pid ${ownPid(this.#process)}:tid ${ownPid(this.#process)}] ${text}\n`,
    );
  }

  #request(request: HttpRequest, answer: (answer: Answer) => void): void {
    this.#requests++;
    const { status, headers, body } = this.#content(request);
    const date = httpDate(this.#process.kernel.world.unixMs);
    const length: Readonly<Record<string, string>> =
      status === 304 ? {} : { 'content-length': String(body.length) };
    const { 'content-type': type, ...rest } = headers;
    this.#log(request, status, request.method === 'HEAD' || status === 304 ? 0 : utf8Length(body));
    answer({
      status,
      headers: {
        date,
        server: `Apache/${this.#version} (Unix)`,
        ...rest,
        ...length,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      body,
    });
  }

  #content(request: HttpRequest): Answer {
    const path = pathOf(request.target);
    if (path === undefined) return this.#error(400);
    const redirect = this.#config.redirects.find(
      ({ from }) => path === from || path.startsWith(`${from.replace(/\/$/, '')}/`),
    );
    if (redirect)
      return this.#moved(redirect.status, `${redirect.to}${path.slice(redirect.from.length)}`);
    if (!['GET', 'HEAD', 'POST', 'OPTIONS'].includes(request.method)) return this.#error(405);
    const { files } = this.#process.namespace;
    const disk = normalize(`${this.#config.documentRoot}/${path}`);
    const node = files.lookup(disk);
    if (node?.type === 'directory') return this.#folder(request, path, disk);
    if (node?.type !== 'file' || path.endsWith('/')) return this.#error(404);
    if ((node.mode & (node.uid === this.#user.uid ? 0o400 : 0o004)) === 0) {
      this.#complain(
        'core:error',
        `(13)Permission denied: [client ${request.from}] AH00132: file permissions deny server access: ${disk}`,
      );
      return this.#error(403);
    }
    return this.#file(request, node, path);
  }

  #folder(request: HttpRequest, path: string, disk: string): Answer {
    if (!path.endsWith('/'))
      return this.#moved(301, `http://${request.headers['host'] ?? this.#address}${path}/`);
    const { files } = this.#process.namespace;
    for (const name of this.#config.indexes) {
      const node = files.lookup(`${disk}/${name}`);
      if (node?.type === 'file') return this.#file(request, node, `${path}${name}`);
    }
    if (this.#config.listed.some((folder) => disk === folder || disk.startsWith(`${folder}/`)))
      return {
        status: 200,
        headers: { 'content-type': 'text/html;charset=ISO-8859-1' },
        body: listingPage(
          path,
          files
            .list(disk)
            .filter((name) => !name.startsWith('.'))
            .map((name) =>
              files.lookup(`${disk}/${name}`)?.type === 'directory' ? `${name}/` : name,
            ),
        ),
      };
    this.#complain(
      'autoindex:error',
      `[client ${request.from}] AH01276: Cannot serve directory ${disk}/: No matching DirectoryIndex (${this.#config.indexes.join(',')}) found, and server-generated directory index forbidden by Options directive`,
    );
    return this.#error(403);
  }

  #file(request: HttpRequest, node: FileNode, path: string): Answer {
    const seconds = Math.floor((EPOCH_MS + node.modifiedAtMs) / 1000);
    const etag = `"${contentBytes(node.content).toString(16)}-${(BigInt(seconds) * 1_000_000n).toString(16)}"`;
    const headers = {
      'last-modified': httpDate(seconds * 1000),
      ETag: etag,
      'accept-ranges': 'bytes',
    };
    if (
      request.headers['if-none-match']?.includes(etag) ||
      request.headers['if-modified-since'] === headers['last-modified']
    )
      return { status: 304, headers, body: '' };
    const type = typeOf(path);
    return {
      status: 200,
      headers: { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
      body: contentText(node.content),
    };
  }

  #moved(status: number, location: string): Answer {
    return {
      status,
      headers: { location, 'content-type': 'text/html; charset=iso-8859-1' },
      body: errorPage(status, location),
    };
  }

  #error(status: number): Answer {
    return {
      status,
      headers: { 'content-type': 'text/html; charset=iso-8859-1' },
      body: errorPage(status),
    };
  }

  #complain(level: string, text: string): void {
    const pid = this.#children[this.#requests % CHILDREN] ?? ownPid(this.#process);
    this.#errorLog(
      `[${apacheDate(this.#process.kernel.world.unixMs)}] [${level}] [pid ${pid}:tid ${pid}] ${text}\n`,
    );
  }

  #log(request: HttpRequest, status: number, bytes: number): void {
    const line = this.#config.format.replace(
      /%(?:>|<)?(?:\{([^}]*)\})?([a-zA-Z%])/g,
      (all, name: string | undefined, letter: string) => {
        if (letter === 'i' && name !== undefined) return request.headers[name.toLowerCase()] ?? '-';
        const values: Readonly<Record<string, string>> = {
          h: request.from,
          a: request.from,
          l: '-',
          u: '-',
          t: `[${logDate(this.#process.kernel.world.unixMs)}]`,
          r: `${request.method} ${request.target} HTTP/1.1`,
          s: String(status),
          b: bytes === 0 ? '-' : String(bytes),
          O: String(bytes + 250),
          I: '80',
          m: request.method,
          U: request.target.replace(/\?.*/, ''),
          v: this.#config.serverName ?? this.#address,
          '%': '%',
        };
        return values[letter] ?? all;
      },
    );
    this.#accessLog?.(`${line}\n`);
  }
}

/** A child as `ps` sees it. */
const child: Program = function* (process) {
  yield* new SignalQueue(process, ['SIGTERM', 'SIGINT']).next();
  return 0;
};

function pathOf(target: string): string | undefined {
  try {
    const raw = decodeURIComponent(target.replace(/[?#].*$/, ''));
    if (!raw.startsWith('/')) return undefined;
    const path = normalize(raw);
    return raw.endsWith('/') && path !== '/' ? `${path}/` : path;
  } catch {
    return undefined;
  }
}
