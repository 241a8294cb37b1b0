import { callbackCall, call, read, readCall, race, sleepCall, write } from '../kernel/calls.ts';
import { SystemError } from '../kernel/errors.ts';
import type { Process, Sys } from '../kernel/process.ts';
import { Pipe, type Readable, type Writable } from '../kernel/stream.ts';
import type { TcpAddress, TcpConnection } from './tcp.ts';
import { connectUnix } from './unix.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path and query: `/v1.41/services?filters=…`. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** The whole connection: who upgrades it takes it over. */
  readonly connection: HttpWire;
  /** The other end's address; '' for a Unix socket. */
  readonly from: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, decoded. After an upgrade (101, or a hijacked 200): what the other end writes. */
  readonly body: Readable;
  /** To write on after an upgrade. */
  readonly connection: HttpWire;
}

/** The two directions of a connection, TCP or Unix. */
export interface HttpWire {
  readonly reader: Readable;
  readonly writer: Writable;
  close(): void;
  /** Gives it up at once. */
  abort(): void;
}

export interface HttpClientOptions {
  /** Where to connect: a TCP address, or the path of a Unix socket. */
  readonly to: TcpAddress | { readonly socketPath: string };
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Connect timeout in ms; absent: as long as the kernel tries. */
  readonly connectTimeoutMs?: number;
  /** How long the answer's head may take once the request is out, in ms: EAGAIN after that, as with SO_RCVTIMEO. */
  readonly headTimeoutMs?: number;
}

/** Opens a TCP connection. ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH. */
export function* connectTcp(
  process: Process,
  to: TcpAddress,
  timeoutMs?: number,
): Sys<TcpConnection> {
  const connecting = callbackCall<TcpConnection>('connect', (done, fail) =>
    process.namespace.net.tcp.connect(to, { connected: done, failed: fail }),
  );
  if (timeoutMs === undefined) return yield* call(connecting);
  const first = yield* race({ connecting, timeout: sleepCall(timeoutMs) });
  if (first.key === 'connecting') return first.value;
  throw new SystemError('ETIMEDOUT');
}

/** One HTTP exchange over a connection of its own. Returns when the response's head is there; the body follows as a stream. */
export function* httpRequest(process: Process, options: HttpClientOptions): Sys<HttpResponse> {
  const wire: HttpWire =
    'socketPath' in options.to
      ? yield* connectUnix(process, options.to.socketPath)
      : yield* connectTcp(process, options.to, options.connectTimeoutMs);
  wire.reader.retain();
  wire.writer.retain();
  const body = options.body ?? '';
  const headers = {
    ...options.headers,
    ...(body === '' && options.method === 'GET' ? {} : { 'content-length': String(body.length) }),
  };
  yield* write(
    wire.writer,
    `${options.method} ${options.target} HTTP/1.1\r\n${headerLines(headers)}\r\n${body}`,
  );
  return yield* readResponse(wire, options.method, options.headTimeoutMs);
}

/** Reads a response from a wire on which a request was sent. */
export function* readResponse(
  wire: HttpWire,
  method: string,
  headTimeoutMs?: number,
): Sys<HttpResponse> {
  const head = yield* readHead(wire.reader, headTimeoutMs);
  if (head === undefined) throw new SystemError('ECONNRESET');
  const match = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(head.first);
  if (!match) throw new SystemError('EIO');
  const status = Number(match[1]);
  const isBare = method === 'HEAD' || status === 204 || status === 304;
  const body = isBare
    ? decodeBody({ 'content-length': '0' }, head.rest, wire.reader)
    : decodeBody(head.headers, head.rest, wire.reader);
  return { status, reason: match[2] ?? '', headers: head.headers, body, connection: wire };
}

interface Head {
  readonly first: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What was read beyond the head. */
  readonly rest: string;
}

/** The part of a message up to the empty line; undefined when the stream ends before it. EAGAIN when a part takes longer than `timeoutMs`. */
export function* readHead(reader: Readable, timeoutMs?: number): Sys<Head | undefined> {
  let text = '';
  for (;;) {
    const chunk =
      timeoutMs === undefined ? yield* read(reader) : yield* readWithin(reader, timeoutMs);
    if (chunk === '') return undefined;
    text += chunk;
    const parsed = parseHead(text);
    if (parsed) return parsed;
    if (text.length > 1_048_576) throw new SystemError('EFBIG');
  }
}

function* readWithin(reader: Readable, timeoutMs: number): Sys<string> {
  const first = yield* race({ chunk: readCall(reader), late: sleepCall(timeoutMs) });
  if (first.key === 'late') throw new SystemError('EAGAIN');
  return first.value;
}

/** The head of `text`, if all of it is there. */
export function parseHead(text: string): Head | undefined {
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return undefined;
  const [first = '', ...lines] = text.slice(0, end.index).split(/\r?\n/);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { first, headers, rest: text.slice(end.index + end[0].length) };
}

export function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${canonicalName(name)}: ${value}\r\n`)
    .join('');
}

/** `content-type` → `Content-Type`. */
export function canonicalName(name: string): string {
  return name.replace(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => dash + letter.toUpperCase(),
  );
}

/** The body as a stream of its own: by length, by chunks, or to the end of the connection. Lengths count characters. */
export function decodeBody(
  headers: Readonly<Record<string, string>>,
  rest: string,
  wire: Readable,
): Readable {
  const length = headers['content-length'];
  if (headers['transfer-encoding'] === 'chunked') return filtered(rest, wire, chunkDecoder());
  if (length !== undefined) return filtered(rest, wire, lengthDecoder(Number(length)));
  return filtered(rest, wire, (text) => ({ out: text, isDone: false }));
}

type Decoder = (text: string) => { readonly out: string; readonly isDone: boolean };

function lengthDecoder(length: number): Decoder {
  let left = length;
  return (text) => {
    const out = text.slice(0, left);
    left -= out.length;
    return { out, isDone: left === 0 };
  };
}

function chunkDecoder(): Decoder {
  let buffer = '';
  return (text) => {
    buffer += text;
    let out = '';
    for (;;) {
      const line = buffer.indexOf('\r\n');
      if (line < 0) return { out, isDone: false };
      const size = parseInt(buffer.slice(0, line), 16);
      if (size === 0) return { out, isDone: true };
      if (buffer.length < line + 2 + size + 2) return { out, isDone: false };
      out += buffer.slice(line + 2, line + 2 + size);
      buffer = buffer.slice(line + 2 + size + 2);
    }
  };
}

/** `wire` through a decoder, as a stream that is pulled by its reader. */
function filtered(rest: string, wire: Readable, decode: Decoder): Readable {
  const first = decode(rest);
  let ready = first.out;
  let isDone = first.isDone;
  const pull = (): void => {
    while (!isDone && ready === '') {
      const text = wire.take();
      if (text === undefined) return;
      if (text === '') isDone = true;
      else {
        const next = decode(text);
        ready += next.out;
        isDone = next.isDone;
      }
    }
  };
  return {
    take: (max = 65_536) => {
      pull();
      if (ready === '') return isDone ? '' : undefined;
      const text = ready.slice(0, max);
      ready = ready.slice(text.length);
      return text;
    },
    whenReadable: (notify) => {
      if (ready !== '' || isDone) {
        notify();
        return () => {};
      }
      return wire.whenReadable(notify);
    },
    retain: () => wire.retain(),
    release: () => wire.release(),
  };
}

/** How a server answers one request. Head first, then the body in pieces, or an upgrade. */
export class HttpResponder {
  readonly #wire: HttpWire;
  readonly #isHeadless: boolean;
  #hasHead = false;
  #isChunked = false;

  constructor(wire: HttpWire, method: string) {
    this.#wire = wire;
    this.#isHeadless = method === 'HEAD';
  }

  get hasStarted(): boolean {
    return this.#hasHead;
  }

  /** A whole answer, then the end. */
  send(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    this.#head(status, {
      ...headers,
      ...(status === 204 || status === 304 ? {} : { 'content-length': String(body.length) }),
    });
    if (!this.#isHeadless) this.#put(body);
    this.#wire.close();
  }

  /** Begins a stream; go on with `write` and `end`. */
  stream(status: number, headers: Readonly<Record<string, string>>): void {
    this.#isChunked = true;
    this.#head(status, { ...headers, 'transfer-encoding': 'chunked' });
  }

  write(text: string): void {
    if (text === '') return;
    this.#put(this.#isChunked ? `${text.length.toString(16)}\r\n${text}\r\n` : text);
  }

  /** Whether the client has gone away. */
  get isBroken(): boolean {
    return this.#wire.writer.isBroken;
  }

  end(): void {
    if (this.#isChunked) this.#put('0\r\n\r\n');
    this.#wire.close();
  }

  /** Switches protocols: after this the wire is the caller's (`docker attach`, `exec`). */
  hijack(headers: Readonly<Record<string, string>>): HttpWire {
    this.#head(101, { ...headers, connection: 'Upgrade' });
    return this.#wire;
  }

  #head(status: number, headers: Readonly<Record<string, string>>): void {
    this.#hasHead = true;
    this.#put(`HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n${headerLines(headers)}\r\n`);
  }

  #put(text: string): void {
    // A slow reader never blocks the daemon: what does not fit now goes in when there is room.
    if (this.#backlog.length > 0 || !this.#wire.writer.put(text)) this.#queue(text);
  }

  readonly #backlog: string[] = [];

  #queue(text: string): void {
    this.#backlog.push(text);
    if (this.#backlog.length > 1) return;
    const drain = (): void => {
      while (this.#backlog.length > 0) {
        if (!this.#wire.writer.put(this.#backlog[0] as string))
          return void this.#wire.writer.whenWritable(drain);
        this.#backlog.shift();
      }
    };
    this.#wire.writer.whenWritable(drain);
  }
}

/** Serves HTTP on accepted connections: one request each (`Connection: close`). `handle` may answer later. */
export function serveHttp(
  wire: HttpWire,
  from: string,
  handle: (request: HttpRequest, respond: HttpResponder) => void,
): void {
  let text = '';
  wire.reader.retain();
  wire.writer.retain();
  const pull = (): void => {
    for (;;) {
      const chunk = wire.reader.take();
      if (chunk === undefined) return void wire.reader.whenReadable(pull);
      if (chunk === '') return wire.close();
      text += chunk;
      const head = parseHead(text);
      if (!head) continue;
      const [method = '', target = '/'] = head.first.split(' ');
      const responder = new HttpResponder(wire, method);
      if (!/^\S+ \S+ HTTP\/1\.[01]$/.test(head.first))
        return responder.send(
          400,
          { 'content-type': 'text/plain', connection: 'close' },
          '400 Bad Request',
        );
      const isUpgrade = 'upgrade' in head.headers;
      const bodyHeaders =
        head.headers['transfer-encoding'] || head.headers['content-length'] || isUpgrade
          ? head.headers
          : { 'content-length': '0' };
      const body = decodeBody(
        isUpgrade ? stripLength(bodyHeaders) : bodyHeaders,
        head.rest,
        wire.reader,
      );
      return handle(
        { method, target, headers: head.headers, body, connection: wire, from },
        responder,
      );
    }
  };
  pull();
}

function stripLength(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  // The body of an upgraded request has its length; what follows is the raw stream. Callers read the body by that length themselves.
  return headers['content-length'] === '0'
    ? Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'))
    : headers;
}

/** Reads a body to its end through callbacks: for servers that are no processes. */
export function collectBody(body: Readable, done: (text: string) => void): void {
  let all = '';
  const pull = (): void => {
    for (;;) {
      const text = body.take();
      if (text === undefined) return void body.whenReadable(pull);
      if (text === '') return done(all);
      all += text;
    }
  };
  pull();
}

/** A pair of wires that are each other's ends: a socket pair. */
export function socketPair(): readonly [HttpWire, HttpWire] {
  const there = new Pipe();
  const back = new Pipe();
  const wire = (incoming: Pipe, outgoing: Pipe): HttpWire => ({
    reader: incoming.reader,
    writer: outgoing.writer,
    close: () => outgoing.end(),
    abort: () => {
      outgoing.end();
      incoming.break();
    },
  });
  return [wire(back, there), wire(there, back)];
}

export const REASONS: Readonly<Record<number, string>> = {
  101: 'UPGRADED',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  416: 'Range Not Satisfiable',
  418: "I'm a teapot",
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export { readCall };
