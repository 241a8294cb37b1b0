/**
 * One request of a browser: the name is looked up, a connection opened, the answer read to its end.
 *
 * Real: a browser's network stack. Left out: connections that are kept, caches, compression, HTTP/2, TLS (the handshake fails).
 */
import {
  collectBody,
  decodeBody,
  headerLines,
  parseHead,
  type NetStack,
  type SystemError,
  type TcpConnection,
} from '../../sim/index.ts';
import type { ErrorCode } from './errors.ts';
import type { Place } from './place.ts';
import { authorityOf, type Url } from './url.ts';

export interface Request {
  readonly url: Url;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

interface Done {
  readonly answered: (answer: Answer) => void;
  readonly failed: (code: ErrorCode) => void;
}

const CONNECT_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 300_000;
const BODY_MAX = 4_000_000;

/** Ports that belong to other services: browsers do not speak HTTP there. */
const UNSAFE_PORTS = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6697, 10_080,
]);

const CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'ERR_CONNECTION_REFUSED',
  ETIMEDOUT: 'ERR_CONNECTION_TIMED_OUT',
  ECONNRESET: 'ERR_CONNECTION_RESET',
};

/** Sends a request; exactly one answer comes, later. Returns what gives it up. */
export function send(place: Place, request: Request, done: Done): () => void {
  let cancel = (): void => {};
  let isOver = false;
  const end = (settle: () => void): void => {
    if (isOver) return;
    isOver = true;
    cancel();
    watch();
    settle();
  };
  const answers: Done = {
    answered: (answer) => end(() => done.answered(answer)),
    failed: (code) => end(() => done.failed(place.isOn ? code : 'ERR_INTERNET_DISCONNECTED')),
  };
  const watch = place.onOff(() => answers.failed('ERR_INTERNET_DISCONNECTED'));
  const { world } = place.net;
  if (!place.isOn || UNSAFE_PORTS.has(request.url.port)) {
    const code = place.isOn ? 'ERR_UNSAFE_PORT' : 'ERR_INTERNET_DISCONNECTED';
    const timer = world.schedule(0, 'browser', () => answers.failed(code));
    cancel = () => timer.cancel();
  } else
    cancel = place.lookup(request.url.host, (addresses) => {
      if (isOver) return;
      if (addresses.length === 0) return answers.failed('ERR_NAME_NOT_RESOLVED');
      cancel = connect(place.net, request, addresses, answers);
    });
  return () => end(() => {});
}

/** Tries the addresses in turn. */
function connect(
  net: NetStack,
  request: Request,
  [address = '', ...others]: readonly string[],
  done: Done,
): () => void {
  let cancel = (): void => {};
  const failed = (code: ErrorCode): void => {
    timer.cancel();
    if (others.length === 0) return done.failed(code);
    cancel = connect(net, request, others, done);
  };
  const timer = net.world.schedule(CONNECT_TIMEOUT_MS, 'browser connects', () => {
    giveUp();
    failed('ERR_CONNECTION_TIMED_OUT');
  });
  const giveUp = net.tcp.connect(
    { address, port: request.url.port },
    {
      connected: (connection) => {
        timer.cancel();
        cancel = exchange(net, connection, request, done);
      },
      failed: (error: SystemError) => failed(CODES[error.code] ?? 'ERR_ADDRESS_UNREACHABLE'),
    },
  );
  cancel = () => {
    timer.cancel();
    giveUp();
  };
  return () => cancel();
}

function exchange(
  net: NetStack,
  connection: TcpConnection,
  request: Request,
  done: Done,
): () => void {
  const { url, method, body } = request;
  if (url.scheme === 'https') {
    connection.abort();
    done.failed('ERR_SSL_PROTOCOL_ERROR');
    return () => {};
  }
  const { reader, writer } = connection;
  reader.retain();
  writer.retain();
  let isOver = false;
  const end = (settle: () => void): void => {
    isOver = true;
    timer.cancel();
    settle();
  };
  const timer = net.world.schedule(ANSWER_TIMEOUT_MS, 'browser waits', () => {
    end(() => done.failed('ERR_TIMED_OUT'));
    connection.abort();
  });
  const headers = {
    host: authorityOf(url),
    connection: 'keep-alive',
    ...(method === 'POST' ? { 'content-length': String(body.length) } : {}),
    ...request.headers,
  };
  writer.put(`${method} ${url.path}${url.query} HTTP/1.1\r\n${headerLines(headers)}\r\n${body}`);
  readAnswer(connection, {
    answered: (answer) => {
      connection.close();
      end(() => done.answered(answer));
    },
    failed: (code) => {
      end(() => done.failed(code));
      connection.abort();
    },
  });
  return () => {
    if (isOver) return;
    timer.cancel();
    connection.abort();
  };
}

function readAnswer(connection: TcpConnection, done: Done): void {
  const { reader } = connection;
  let text = '';
  const pull = (): void => {
    for (;;) {
      const piece = reader.take();
      if (piece === undefined) return void reader.whenReadable(pull);
      if (piece === '')
        return done.failed(connection.error ? 'ERR_CONNECTION_RESET' : 'ERR_EMPTY_RESPONSE');
      text += piece;
      if (!'HTTP/1.'.startsWith(text.slice(0, 7))) return done.failed('ERR_INVALID_HTTP_RESPONSE');
      const head = parseHead(text);
      if (!head) continue;
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.first)?.[1] ?? Number.NaN);
      if (Number.isNaN(status)) return done.failed('ERR_INVALID_HTTP_RESPONSE');
      const isBare = status === 204 || status === 304;
      const cookies = cookiesOf(text.slice(0, text.length - head.rest.length));
      const body = decodeBody(isBare ? { 'content-length': '0' } : head.headers, head.rest, reader);
      return collectBody(body, (all) =>
        done.answered({ status, headers: head.headers, cookies, body: all.slice(0, BODY_MAX) }),
      );
    }
  };
  pull();
}

/** Of all headers, this one alone may come more than once and count each time. */
function cookiesOf(head: string): readonly string[] {
  return [...head.matchAll(/^set-cookie:[ \t]*(.*?)\r?$/gim)].map((m) => m[1] ?? '');
}
