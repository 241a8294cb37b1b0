/**
 * The client of the Engine API: versions, JSON, streams, and what goes wrong on the way.
 *
 * Real:     docker/docker client/{client,request,ping,hijack,errors}.go
 * Left out: TLS, ssh and named-pipe hosts; proxies.
 */
import { StatusError } from './errors.ts';
import { readAll, SystemError } from './process.ts';
import type { Process, Readable, Sys } from './process.ts';
import type { HttpResponse, PendingResponse, Transport } from './transport.ts';

export const CLIENT_API_VERSION = '1.50';
const OLDEST_API_VERSION = '1.24';

/** The daemon refused: its message, and the status by which commands tell the reasons apart. */
export class ApiError extends StatusError {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }
}

/** No daemon answered. */
export class ConnectionError extends StatusError {}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.isNotFound;
}

export interface ServerInfo {
  readonly hasExperimental: boolean;
  readonly osType: string;
  readonly swarm: { readonly state: string; readonly isManager: boolean } | undefined;
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** A body that is not JSON: a tar archive, a build context. */
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hijack?: boolean;
}

export class Client {
  readonly host: string;
  private readonly process: Process;
  private readonly transport: Transport;
  private negotiated: string | undefined;
  private info: ServerInfo | undefined;

  constructor(process: Process, host: string, transport: Transport) {
    this.process = process;
    this.host = host;
    this.transport = transport;
    const pinned = process.env.get('DOCKER_API_VERSION');
    if (pinned !== undefined && pinned !== '') this.negotiated = pinned.replace(/^v/, '');
  }

  /** The API version in use, as far as it is known without asking the daemon. */
  get version(): string {
    return this.negotiated ?? CLIENT_API_VERSION;
  }

  /** What the daemon says about itself. Without a daemon: nothing known, everything allowed. */
  *serverInfo(): Sys<ServerInfo> {
    if (this.info === undefined) {
      try {
        yield* this.ping();
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        this.info = { hasExperimental: true, osType: '', swarm: undefined };
      }
    }
    return this.info ?? { hasExperimental: true, osType: '', swarm: undefined };
  }

  /** Asks the daemon for its version and agrees on the older of both. */
  private *ping(): Sys<void> {
    const pending = yield* this.send('HEAD', '/_ping', {});
    const response = yield* pending.response();
    const { headers } = response;
    yield* readAll(response.body);
    response.close();
    const [state = '', role = ''] = (headers.get('swarm') ?? '').split('/');
    this.info = {
      hasExperimental: headers.get('docker-experimental') === 'true',
      osType: headers.get('ostype') ?? '',
      swarm: state === '' ? undefined : { state, isManager: role === 'manager' },
    };
    const theirs = headers.get('api-version') ?? OLDEST_API_VERSION;
    this.negotiated ??= isOlder(theirs, CLIENT_API_VERSION) ? theirs : CLIENT_API_VERSION;
  }

  /** The version to speak. Who cannot be asked is spoken to in ours, and the call itself fails. */
  *negotiate(): Sys<string> {
    if (this.info === undefined) yield* this.serverInfo();
    return this.version;
  }

  /** A request whose answer is JSON. */
  *json<T>(method: string, path: string, options: CallOptions = {}): Sys<T> {
    const text = yield* this.text(method, path, options);
    return (text === '' ? null : parseJSON(text)) as T;
  }

  /** A request whose answer is read to its end. */
  *text(method: string, path: string, options: CallOptions = {}): Sys<string> {
    const response = yield* this.request(method, path, options);
    const text = yield* readAll(response.body);
    response.close();
    return text;
  }

  /** A request; throws the daemon's error when it refuses. The caller reads the body and closes. */
  *request(method: string, path: string, options: CallOptions = {}): Sys<HttpResponse> {
    return yield* (yield* this.begin(method, path, options)).response();
  }

  /** Sends a request without waiting for the answer. */
  *begin(method: string, path: string, options: CallOptions = {}): Sys<PendingResponse> {
    yield* this.negotiate();
    const target = `/v${this.version}${path}`;
    const pending = yield* this.send(method, target, options);
    const check = (response: HttpResponse): Sys<ApiError> => this.refusal(response, target);
    return {
      *response() {
        const response = yield* pending.response();
        if (response.status >= 400) throw yield* check(response);
        return response;
      },
      abandon: () => pending.abandon(),
    };
  }

  private *refusal(response: HttpResponse, target: string): Sys<ApiError> {
    const body = yield* readAll(response.body);
    response.close();
    if (body === '') {
      const text = `${response.status} ${STATUS_TEXTS[response.status] ?? ''}`.trim();
      return new ApiError(
        response.status,
        `request returned ${text} for API route and version ${this.url(target)}, check if the server supports the requested API version`,
      );
    }
    let message = body.trim();
    if ((response.headers.get('content-type') ?? '').startsWith('application/json')) {
      const parsed = parseJSON(body) as { readonly message?: string } | null;
      message =
        parsed?.message?.trim() ||
        `API returned a ${response.status} (${STATUS_TEXTS[response.status] ?? ''}) but provided no error-message`;
    }
    return new ApiError(response.status, `Error response from daemon: ${message}`);
  }

  private *send(method: string, path: string, options: CallOptions): Sys<PendingResponse> {
    const target = path + queryText(options.query);
    const hasJSON = options.body !== undefined;
    const headers: Record<string, string> = {
      'User-Agent': 'Docker-Client/28.2.2 (linux)',
      ...(hasJSON ? { 'Content-Type': 'application/json' } : {}),
      ...options.headers,
    };
    try {
      return yield* this.transport(this.process, {
        host: this.host,
        method,
        path: target,
        headers,
        body: hasJSON ? `${JSON.stringify(options.body)}\n` : (options.rawBody ?? ''),
        hijack: options.hijack ?? false,
      });
    } catch (error) {
      if (!(error instanceof SystemError) || error.code === 'EINTR') throw error;
      throw this.connectionError(error, method, path);
    }
  }

  private connectionError(error: SystemError, method: string, path: string): ConnectionError {
    const isUnix = this.host.startsWith('unix://');
    const get = `${method === 'HEAD' ? 'Head' : method[0] + method.slice(1).toLowerCase()} "${this.url(path)}"`;
    const dial = isUnix
      ? `dial unix ${this.host.slice('unix://'.length)}: connect`
      : `dial tcp ${this.host.replace(/^\w+:\/\//, '')}: connect`;
    const reason = error.text.toLowerCase();
    if (error.code === 'EACCES' || error.code === 'EPERM') {
      return new ConnectionError(
        `permission denied while trying to connect to the Docker daemon socket at ${this.host}: ${get}: ${dial}: ${reason}`,
      );
    }
    if (isUnix || error.code === 'ECONNREFUSED' || error.code === 'ETIMEDOUT') {
      return new ConnectionError(
        `Cannot connect to the Docker daemon at ${this.host}. Is the docker daemon running?`,
      );
    }
    return new ConnectionError(`error during connect: ${get}: ${dial}: ${reason}`);
  }

  private url(path: string): string {
    const isUnix = this.host.startsWith('unix://');
    const authority = this.host.replace(/^\w+:\/\//, '');
    return `http://${isUnix ? authority.replaceAll('/', '%2F') : authority}${path}`;
  }
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

export function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StatusError('Error reading JSON: invalid character');
  }
}

/** JSON values one after another, as event and progress streams send them. */
export class JSONLines {
  private readonly body: Readable;
  private rest = '';

  constructor(body: Readable) {
    this.body = body;
  }

  *next(read: (stream: Readable) => Sys<string>): Sys<unknown> {
    for (;;) {
      const newline = this.rest.indexOf('\n');
      if (newline >= 0) {
        const line = this.rest.slice(0, newline).trim();
        this.rest = this.rest.slice(newline + 1);
        if (line !== '') return parseJSON(line);
        continue;
      }
      const text = yield* read(this.body);
      if (text === '') {
        const last = this.rest.trim();
        this.rest = '';
        return last === '' ? undefined : parseJSON(last);
      }
      this.rest += text;
    }
  }
}

function queryText(query: Query | undefined): string {
  if (query === undefined) return '';
  const parts = Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([key, value]) => {
      const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
      return values.map((one) => `${encode(key)}=${encode(one)}`);
    });
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Go's url.QueryEscape. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The path segment of a name: `a/b` must not become two segments. */
export function segment(name: string): string {
  return encodeURIComponent(name).replaceAll('%3A', ':').replaceAll('%40', '@');
}

/** Filters as the API takes them: `{"label":{"a=b":true}}`. */
export function filtersQuery(filters: ReadonlyMap<string, readonly string[]>): string | undefined {
  if (filters.size === 0) return undefined;
  const keys = [...filters.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify(
    Object.fromEntries(
      keys.map((key) => [
        key,
        Object.fromEntries((filters.get(key) ?? []).map((value) => [value, true])),
      ]),
    ),
  );
}

/** Whether API version `a` comes before `b`. */
export function isOlder(a: string, b: string): boolean {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor < bMajor || (aMajor === bMajor && aMinor < bMinor);
}
