/**
 * busybox's httpd: files of a folder over HTTP, without a configuration.
 *
 * Real:     busybox networking/httpd.c.
 * Left out: CGI, `/etc/httpd.conf`, passwords, ranges; the logs of `-vv`.
 */
import {
  SystemError,
  write,
  type HttpRequest,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { httpDate } from '../net/dates.ts';
import { listenHttp, type Answer } from '../net/http.ts';
import { SignalQueue } from '../net/signals.ts';

interface Options {
  readonly port: number;
  readonly home: string;
  readonly isForeground: boolean;
  readonly isVerbose: boolean;
}

const USAGE = `Usage: httpd [-ifv[v]] [-p [IP:]PORT] [-h HOME]

Listen for incoming HTTP requests

	-f	Run in foreground
	-v[v]	Verbose
	-p [IP:]PORT	Bind to IP:PORT (default *:80)
	-h HOME	Home directory (default .)
`;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  jpg: 'image/jpeg',
  js: 'application/x-javascript',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  xml: 'text/xml',
};

export const busyboxHttpd: Program = function* (process) {
  const options = optionsOf(process);
  if (typeof options === 'string') {
    yield* write(process.stderr, options);
    return 1;
  }
  if (options.isForeground) return yield* serve(process, options);
  const { kernel, namespace, argv, env, cwd, user } = process;
  // As a daemon does: a child of init that has let go of the terminal.
  kernel.spawn({
    program: (daemon) => serve(daemon, options),
    ...{ argv, namespace, env, cwd, user, leadsGroup: true },
  });
  return 0;
};

function optionsOf({ argv, cwd }: Process): Options | string {
  let [port, home, isForeground, isVerbose] = [80, cwd, false, false];
  const words = argv.slice(1);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!/^-[fvphi]/.test(word)) return `httpd: unrecognized option '${word}'\n${USAGE}`;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] ?? '';
      if (letter === 'f') isForeground = true;
      else if (letter === 'v') isVerbose = true;
      else if (letter === 'p' || letter === 'h') {
        const value = word.slice(i + 1) || words.shift();
        if (value === undefined)
          return `httpd: option requires an argument -- '${letter}'\n${USAGE}`;
        if (letter === 'h') home = value;
        else port = Number(value.slice(value.indexOf(':') + 1));
        break;
      } else return `이 실습실에서는 지원하지 않습니다: httpd -${letter}\n`;
    }
  }
  if (!Number.isInteger(port)) return `httpd: invalid port\n`;
  return { port, home, isForeground, isVerbose };
}

function* serve(process: Process, { port, home, isVerbose }: Options): Sys<number> {
  const { files } = process.namespace;
  if (files.lookup(home)?.type !== 'directory') {
    yield* write(
      process.stderr,
      `httpd: can't change directory to '${home}': No such file or directory\n`,
    );
    return 1;
  }
  const signals = new SignalQueue(process, ['SIGTERM', 'SIGINT', 'SIGQUIT']);
  try {
    const listener = listenHttp(process, {
      port,
      handle: (request, answer) => {
        const given = answerOf(process, home, request);
        if (isVerbose)
          process.stderr.put(
            `[::ffff:${request.from}]:${remotePort(request)}: response:${given.status}\n`,
          );
        answer(given);
      },
    });
    try {
      const signal = yield* signals.next();
      return { SIGINT: 130, SIGQUIT: 131 }[signal as string] ?? 143;
    } finally {
      listener.close();
    }
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* write(process.stderr, `httpd: bind: ${error.text}\n`);
    return 1;
  }
}

function remotePort({ connection }: HttpRequest): number {
  return 'remote' in connection ? (connection.remote as { readonly port: number }).port : 0;
}

function answerOf({ namespace, kernel }: Process, home: string, request: HttpRequest): Answer {
  const { files } = namespace;
  const date = httpDate(kernel.world.unixMs);
  const error = (status: number, title: string, text: string): Answer => ({
    status,
    headers: { 'content-type': 'text/html', date, connection: 'close' },
    body: `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${text}\n</BODY></HTML>\n`,
  });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return error(501, 'Not Implemented', 'The requested method is not recognized');
  const path = decodeURIComponent(
    (request.target.split('?')[0] ?? '/').replace(/%(?![\da-f]{2})/gi, '%25'),
  );
  if (path.split('/').includes('..')) return error(400, 'Bad Request', 'Unsupported method');
  const below = `${home}${path}`;
  if (files.lookup(below)?.type === 'directory' && !path.endsWith('/'))
    return { status: 302, headers: { date, location: `${path}/`, connection: 'close' }, body: '' };
  const file = path.endsWith('/') ? `${below}index.html` : below;
  const node = files.lookup(file);
  if (node?.type !== 'file') return error(404, 'Not Found', 'The requested URL was not found');
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return {
    status: 200,
    headers: {
      'content-type': type,
      date,
      connection: 'close',
      'accept-ranges': 'bytes',
      'last-modified': httpDate(kernel.world.unixMs - kernel.world.nowMs + node.modifiedAtMs),
    },
    body: typeof node.content === 'string' ? node.content : '\0'.repeat(node.content.bytes),
  };
}
