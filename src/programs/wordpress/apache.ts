/**
 * Apache with PHP as the wordpress image runs it: logs, files of /var/www/html, WordPress behind the .php files.
 *
 * Real:     php:8.3-apache (apache2-foreground), httpd mpm_prefork.
 * Left out: .htaccess, other PHP programs than WordPress's own.
 */
import {
  collectBody,
  contentText,
  normalize,
  sleep,
  SystemError,
  utf8Length,
  write,
  type HttpRequest,
  type Listener,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { apacheDate, httpDate, logDate } from '../net/dates.ts';
import { listenHttp, type Answer } from '../net/http.ts';
import { openLog, type Log } from '../net/output.ts';
import { ownPid } from '../net/pids.ts';
import { SignalQueue } from '../net/signals.ts';
import { answerRequest, type Settings, type WebAnswer, type WebRequest } from './application.ts';

export const APACHE = '2.4.66';
export const PHP = '8.3.30';
const ROOT = '/var/www/html';
const LOGS = '/var/log/apache2';
const START_MS = 150;
const WORKERS = 5;
const WWW_DATA = { name: 'www-data', uid: 33, gid: 33, home: '/var/www' };

/** `apache2-foreground`. */
export const apacheForeground: Program = function* (process) {
  const { files } = process.namespace;
  for (const folder of ['/var/lock/apache2', '/var/run/apache2', LOGS])
    files.mkdir(folder, { parents: true });
  return yield* new Apache(process).run();
};

class Apache {
  readonly #process: Process;
  readonly #errorLog: Log;
  readonly #accessLog: Log;
  readonly #workers: number[] = [];

  constructor(process: Process) {
    this.#process = process;
    this.#errorLog = openLog(process, `${LOGS}/error.log`);
    this.#accessLog = openLog(process, `${LOGS}/access.log`);
    openLog(process, `${LOGS}/other_vhosts_access.log`);
  }

  get #address(): string {
    return (
      this.#process.namespace.net.interfaces.find(({ name }) => name !== 'lo')?.address ??
      '127.0.0.1'
    );
  }

  #notice(level: string, text: string): void {
    const pid = ownPid(this.#process);
    this.#errorLog(
      `[${apacheDate(this.#process.kernel.world.unixMs)}] [${level}] [pid ${pid}:tid ${pid}] ${text}\n`,
    );
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
    const warning = `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${this.#address}. Set the 'ServerName' directive globally to suppress this message\n`;
    yield* write(process.stderr, warning + warning);
    yield* sleep(START_MS);
    let listener: Listener;
    try {
      listener = listenHttp(process, {
        port: 80,
        handle: (request, answer) => this.#request(request, answer),
      });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* write(
        process.stderr,
        `(98)${error.text}: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
      );
      return 1;
    }
    try {
      process.memoryBytes = 42_000_000;
      this.#notice(
        'mpm_prefork:notice',
        `AH00163: Apache/${APACHE} (Debian) PHP/${PHP} configured -- resuming normal operations`,
      );
      this.#notice('core:notice', "AH00094: Command line: 'apache2 -D FOREGROUND'");
      for (let i = 0; i < WORKERS; i++)
        this.#workers.push(
          ownPid(
            process.kernel.spawn({
              program: worker,
              argv: ['apache2', '-DFOREGROUND'],
              namespace: process.namespace,
              parent: process,
              user: WWW_DATA,
            }),
          ),
        );
      for (;;) {
        const signal = yield* signals.next();
        if (signal === 'SIGHUP' || signal === 'SIGUSR1') continue;
        this.#notice(
          'mpm_prefork:notice',
          signal === 'SIGWINCH'
            ? 'AH00170: caught SIGWINCH, shutting down gracefully'
            : 'AH00169: caught SIGTERM, shutting down',
        );
        return 0;
      }
    } finally {
      listener.close();
    }
  }

  #request(request: HttpRequest, answer: (answer: Answer) => void): void {
    collectBody(request.body, (body) => {
      // PHP may wait for its database: a process of its own answers.
      this.#process.kernel.spawn({
        program: (process) => this.#answer(process, request, body, answer),
        argv: ['apache2', '-DFOREGROUND'],
        namespace: this.#process.namespace,
        parent: this.#process,
        user: WWW_DATA,
      });
    });
  }

  *#answer(
    process: Process,
    request: HttpRequest,
    body: string,
    done: (answer: Answer) => void,
  ): Sys<number> {
    const { status, headers, body: text } = yield* this.#content(process, request, body);
    const bytes = request.method === 'HEAD' ? 0 : utf8Length(text);
    this.#accessLog(
      `${request.from} - - [${logDate(process.kernel.world.unixMs)}] "${request.method} ${request.target} HTTP/1.1" ${status} ${bytes + 250} "${request.headers['referer'] ?? '-'}" "${request.headers['user-agent'] ?? '-'}"\n`,
    );
    const isPhp = headers['x-powered-by'] !== undefined;
    done({
      status,
      headers: {
        date: httpDate(process.kernel.world.unixMs),
        server: `Apache/${APACHE} (Debian)`,
        ...headers,
        'content-length': String(utf8Length(text)),
        ...(isPhp ? { 'cache-control': 'no-cache, must-revalidate, max-age=0' } : {}),
      },
      body: text,
    });
    return 0;
  }

  *#content(process: Process, request: HttpRequest, body: string): Sys<WebAnswer> {
    const parsed = parseRequest(request, body);
    if (!parsed) return plainError(400, 'Bad Request');
    const { files } = process.namespace;
    const disk = normalize(`${ROOT}/${parsed.path}`);
    const node = files.lookup(disk);
    if (node?.type === 'file' && !disk.endsWith('.php')) {
      const type =
        { css: 'text/css', js: 'text/javascript', txt: 'text/plain', html: 'text/html' }[
          disk.replace(/^.*\./, '')
        ] ?? 'application/octet-stream';
      return { status: 200, headers: { 'content-type': type }, body: contentText(node.content) };
    }
    if (
      files.lookup(`${ROOT}/wp-includes/version.php`)?.type !== 'file' ||
      files.lookup(`${ROOT}/index.php`)?.type !== 'file'
    )
      return node?.type === 'directory'
        ? plainError(403, 'Forbidden')
        : plainError(404, 'Not Found');
    if (disk.endsWith('.php') && node?.type !== 'file') return plainError(404, 'Not Found');
    const settings = wordpressSettings(process);
    if (!settings)
      return {
        status: 302,
        headers: {
          location: `http://${parsed.host}/wp-admin/setup-config.php`,
          'content-type': 'text/html; charset=UTF-8',
        },
        body: '',
      };
    const answer = yield* answerRequest(process, settings, parsed);
    return { ...answer, headers: { 'x-powered-by': `PHP/${PHP}`, ...answer.headers } };
  }
}

/** wp-config.php of the image asks the environment; one that was written by hand says it itself. */
function wordpressSettings(process: Process): Settings | undefined {
  const { files } = process.namespace;
  const node = files.lookup(`${ROOT}/wp-config.php`);
  if (node?.type !== 'file') return undefined;
  const text = contentText(node.content);
  const { env } = process;
  const secret = (name: string): string | undefined => {
    const file = env.get(`${name}_FILE`);
    return file !== undefined && files.lookup(file)?.type === 'file'
      ? files.readFile(file).replace(/\s+$/, '')
      : env.get(name);
  };
  const define = (name: string, fallback: string): string => {
    const m = new RegExp(
      `define\\(\\s*['"]${name}['"]\\s*,\\s*(?:getenv_docker\\(\\s*['"](\\w+)['"]\\s*,\\s*['"]([^'"]*)['"]\\s*\\)|['"]([^'"]*)['"])`,
    ).exec(text);
    if (!m) return fallback;
    return m[1] === undefined ? (m[3] ?? fallback) : (secret(m[1]) ?? m[2] ?? fallback);
  };
  return {
    host: define('DB_HOST', 'localhost'),
    user: define('DB_USER', ''),
    password: define('DB_PASSWORD', ''),
    name: define('DB_NAME', ''),
    prefix: env.get('WORDPRESS_TABLE_PREFIX') ?? 'wp_',
  };
}

const worker: Program = function* (process) {
  yield* new SignalQueue(process, ['SIGTERM', 'SIGINT']).next();
  return 0;
};

function plainError(status: number, reason: string): WebAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=iso-8859-1' },
    body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n<hr>\n<address>Apache/${APACHE} (Debian) Server</address>\n</body></html>\n`,
  };
}

function parseRequest(request: HttpRequest, body: string): WebRequest | undefined {
  const [raw = '/', search = ''] = request.target.split('?', 2);
  try {
    return {
      method: request.method,
      path: decodeURIComponent(raw),
      query: parseForm(search),
      form: request.method === 'POST' ? parseForm(body) : new Map(),
      cookies: new Map(
        (request.headers['cookie'] ?? '')
          .split(/;\s*/)
          .filter(Boolean)
          .map((pair) => [pair.replace(/=.*/, ''), pair.replace(/^[^=]*=/, '')]),
      ),
      host: request.headers['host'] ?? 'localhost',
      from: request.from,
      agent: request.headers['user-agent'] ?? '',
    };
  } catch {
    return undefined;
  }
}

function parseForm(text: string): ReadonlyMap<string, string> {
  const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
  return new Map(
    text
      .split('&')
      .filter(Boolean)
      .map((pair) => [
        decode(pair.replace(/=.*/s, '')),
        decode(pair.includes('=') ? pair.replace(/^[^=]*=/, '') : ''),
      ]),
  );
}
