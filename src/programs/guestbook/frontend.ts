/**
 * The guestbook's frontend: a page with a form; asks the backend for the messages and hands it new ones.
 *
 * Real: leecloudo/guestbook:frontend_1.0, made from GoogleCloudPlatform/cloud-code-samples nodejs-guestbook (express, pug, axios).
 */
import {
  call,
  callbackCall,
  collectBody,
  parseRFC3339,
  utf8Length,
  write,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { httpDate } from '../net/dates.ts';
import { fetchHttp, type Fetched, type FetchFailure } from '../net/fetch.ts';
import { lookupHostCall } from '../net/resolve.ts';
import { serveExpress, type Asked } from './express.ts';
import { escaped, guestbookPage, STYLE, timeAgo } from './page.ts';

const START_MS = 800;
const MEMORY_BYTES = 45_000_000;
/** axios itself waits without end; the sockets below it do not. */
const CONNECT_TIMEOUT_MS = 127_000;
const PAGE = '<p>Found. Redirecting to <a href="/">/</a></p>';

export const guestbookFrontend: Program = (process) =>
  serveExpress(process, {
    startMs: START_MS,
    memoryBytes: MEMORY_BYTES,
    variables: { PORT: '/app/app.js:24', GUESTBOOK_API_ADDR: '/app/app.js:30' },
    *run(queue) {
      const frontend = new Frontend(process, process.env.get('GUESTBOOK_API_ADDR') ?? '');
      for (;;) yield* frontend.handle(yield* queue.next());
    },
  });

class Frontend {
  readonly #process: Process;
  readonly #host: string;
  readonly #port: number;
  readonly #uri: string;

  constructor(process: Process, api: string) {
    this.#process = process;
    const [host = '', port = '80'] = api.split(':');
    this.#host = host;
    this.#port = Number(port);
    this.#uri = `http://${api}/messages`;
  }

  *handle(asked: Asked): Sys<void> {
    const { method, target } = asked.request;
    const [path = '/'] = target.split('?');
    if (method === 'POST' && path === '/post') return yield* this.#post(asked);
    if (path === '/' && method !== 'POST') return yield* this.#home(asked);
    if (path === '/css/style.css') return this.#send(asked, 200, STYLE, 'text/css; charset=UTF-8');
    this.#send(
      asked,
      404,
      `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${method} ${escaped(path)}</pre>\n</body>\n</html>\n`,
    );
  }

  *#home(asked: Asked): Sys<void> {
    const response = yield* this.#ask('GET', '');
    if (!response) return;
    yield* write(this.#process.stdout, `response from ${this.#uri}: ${response.status}\n`);
    const { unixMs } = this.#process.kernel.world;
    const entries = parseEntries(response.body).map(({ name, body, timestamp }) => ({
      name,
      body,
      timeAgo: timeAgo(unixMs - (parseRFC3339(timestamp) ?? unixMs)),
    }));
    this.#send(asked, 200, guestbookPage(entries));
  }

  *#post(asked: Asked): Sys<void> {
    const { request } = asked;
    yield* write(this.#process.stdout, `received request: ${request.method} ${request.target}\n`);
    const form = parseForm(
      yield* call(callbackCall<string>('read', (done) => void collectBody(request.body, done))),
    );
    for (const field of ['name', 'message'])
      if ((form.get(field) ?? '') === '')
        return this.#send(asked, 400, `${field} is not specified`);
    const name = form.get('name');
    const body = form.get('message');
    yield* write(this.#process.stdout, `posting to ${this.#uri}- name: ${name} body: ${body}\n`);
    const response = yield* this.#ask('POST', JSON.stringify({ name, body }));
    if (!response) return;
    yield* write(this.#process.stdout, `response from ${this.#uri}${response.status}\n`);
    const accepts = request.headers['accept'] ?? '';
    const words = 'Found. Redirecting to /';
    const isPage = accepts.includes('text/html');
    asked.answer({
      status: 302,
      headers: {
        'x-powered-by': 'Express',
        location: '/',
        vary: 'Accept',
        'content-type': isPage ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
        'content-length': String((isPage ? PAGE : words).length),
        date: httpDate(this.#process.kernel.world.unixMs),
        connection: 'keep-alive',
      },
      body: isPage ? PAGE : words,
    });
  }

  /** The backend's answer. A failure is logged and nothing else: whoever asked waits in vain, as with the real one. */
  *#ask(method: string, body: string): Sys<Fetched | undefined> {
    const [address] = yield* call(lookupHostCall(this.#process, this.#host));
    if (address === undefined) return yield* this.#failed(`getaddrinfo ENOTFOUND ${this.#host}`);
    const head = [
      `${method} /messages HTTP/1.1`,
      'Accept: application/json, text/plain, */*',
      ...(body === ''
        ? []
        : ['Content-Type: application/json;charset=utf-8', `Content-Length: ${utf8Length(body)}`]),
      'User-Agent: axios/0.21.1',
      `Host: ${this.#host}:${this.#port}`,
      'Connection: close',
    ].join('\r\n');
    const outcome = yield* call(
      callbackCall<Fetched | FetchFailure>('fetch', (done) => {
        fetchHttp(
          {
            net: this.#process.namespace.net,
            address,
            port: this.#port,
            text: `${head}\r\n\r\n${body}`,
            method,
            connectTimeoutMs: CONNECT_TIMEOUT_MS,
            readTimeoutMs: CONNECT_TIMEOUT_MS,
          },
          done,
          done,
        );
        return undefined;
      }),
    );
    if (typeof outcome !== 'string') {
      if (outcome.status < 300) return outcome;
      return yield* this.#failed(`Request failed with status code ${outcome.status}`);
    }
    const where = `${address}:${this.#port}`;
    return yield* this.#failed(
      {
        refused: `connect ECONNREFUSED ${where}`,
        unreachable: `connect EHOSTUNREACH ${where}`,
        'connect-timeout': `connect ETIMEDOUT ${where}`,
        'read-timeout': 'read ETIMEDOUT',
        closed: 'socket hang up',
      }[outcome],
    );
  }

  *#failed(why: string): Sys<undefined> {
    yield* write(this.#process.stderr, `error: Error: ${why}\n`);
    return undefined;
  }

  #send({ answer }: Asked, status: number, body: string, type = 'text/html; charset=utf-8'): void {
    answer({
      status,
      headers: {
        'x-powered-by': 'Express',
        'content-type': type,
        'content-length': String(utf8Length(body)),
        date: httpDate(this.#process.kernel.world.unixMs),
        connection: 'keep-alive',
      },
      body,
    });
  }
}

interface Message {
  readonly name: string;
  readonly body: string;
  readonly timestamp: string;
}

function parseEntries(body: string): readonly Message[] {
  try {
    const all = JSON.parse(body) as unknown;
    return Array.isArray(all) ? (all as Message[]) : [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

/** `name=curl&message=second+entry`. */
function parseForm(body: string): ReadonlyMap<string, string> {
  const plain = (part: string): string => {
    try {
      return decodeURIComponent(part.replace(/\+/g, ' '));
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      return part;
    }
  };
  return new Map(
    body.split('&').map((pair) => {
      const at = pair.indexOf('=');
      return at < 0
        ? ([plain(pair), ''] as const)
        : ([plain(pair.slice(0, at)), plain(pair.slice(at + 1))] as const);
    }),
  );
}
