/**
 * Routes of the Docker Engine API: method and path pattern to handler.
 *
 * Real: moby api/server/router, api/server/server.go (versioned and bare paths, error bodies `{"message": "..."}`).
 */
import {
  collectBody,
  type HttpRequest,
  type HttpResponder,
  type HttpWire,
} from '../../sim/index.ts';

/** What a handler gets to read a request and to answer it (at once or later). */
export interface ApiContext {
  readonly request: HttpRequest;
  readonly method: string;
  /** Without version prefix and query. */
  readonly path: string;
  /** API version asked for, e.g. 1.41 as [1, 41]; the engine's own when the path has none. */
  readonly version: readonly [number, number];
  /** Parts of the path that the pattern names. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  /** `?filters={"name":["web"]}` (both the map-of-lists and the map-of-maps form); undefined when it does not parse. */
  readonly filters: ReadonlyMap<string, readonly string[]> | undefined;
  /** True for `1`, `true`, `True` ... of a boolean query parameter. */
  flag(name: string): boolean;
  /** Reads the body as JSON, then calls `use`; answers 400 itself when it is no JSON. An empty body is `undefined`. */
  withJson(use: (body: unknown) => void): void;
  /** Answers with JSON. */
  json(status: number, value: unknown): void;
  /** Answers without a body (204, 304, 200). */
  empty(status: number): void;
  text(status: number, text: string): void;
  /** Answers with headers of its own. */
  sendWith(status: number, headers: Readonly<Record<string, string>>, body: string): void;
  /** Answers `{"message": ...}`. */
  fail(status: number, message: string): void;
  /** Begins a stream of text or of JSON lines. */
  stream(contentType: string): HttpResponder;
  /** Takes the connection over (attach, exec). */
  hijack(contentType: string): HttpWire;
  readonly isAtLeast: (major: number, minor: number) => boolean;
}

export type Handler = (context: ApiContext) => void;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
}

export interface RouterOptions {
  /** The engine's own and its oldest API version. */
  readonly version: readonly [number, number];
  readonly oldest: readonly [number, number];
  /** Told of every answer, for whoever keeps a diary: the path without version and query, the status, and an error's message. */
  readonly answered?: (answer: ApiAnswer) => void;
  /** On every response: Api-Version, Docker-Experimental, Ostype, Server. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How a request was answered. */
export interface ApiAnswer {
  readonly method: string;
  readonly path: string;
  /** As it was sent, without `?`. */
  readonly query: string;
  readonly status: number;
  readonly error: string;
  /** The request's `from`: '@' for a process on the socket. */
  readonly from: string;
}

export class Router {
  readonly #routes: Route[] = [];
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** `{name}` in the pattern takes one part of the path; `{name...}` takes the rest (image names have slashes). */
  on(method: string, pattern: string, handler: Handler): void {
    const source = pattern.replace(
      /\{(\w+)(\.\.\.)?\}/g,
      (_, name: string, rest: string | undefined) =>
        rest ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
    );
    this.#routes.push({ method, pattern: new RegExp(`^${source}$`), handler });
  }

  handle(request: HttpRequest, responder: HttpResponder): void {
    const [rawPath = '/', rawQuery = ''] = splitOnce(request.target, '?');
    const versioned = /^\/v(\d+)\.(\d+)(\/.*)$/.exec(rawPath);
    const version: readonly [number, number] = versioned
      ? [Number(versioned[1]), Number(versioned[2])]
      : this.#options.version;
    const path = decode(versioned ? (versioned[3] as string) : rawPath);
    const match = this.#match(request.method, path);
    const answered = (status: number, error: string): void =>
      this.#options.answered?.({
        method: request.method,
        path,
        query: decode(rawQuery),
        status,
        error,
        from: request.from,
      });
    const { headers } = this.#options;
    const query = parseQuery(rawQuery);
    const context = makeContext({
      request,
      responder,
      path,
      version,
      query,
      params: match?.params ?? {},
      headers,
      answered,
    });
    const refusal = this.#versionRefusal(version);
    if (refusal) return context.fail(400, refusal);
    if (!match) return context.fail(404, 'page not found');
    match.handler(context);
  }

  #match(
    method: string,
    path: string,
  ): { handler: Handler; params: Record<string, string> } | undefined {
    for (const route of this.#routes) {
      if (route.method !== method && !(method === 'HEAD' && route.method === 'GET')) continue;
      const found = route.pattern.exec(path);
      if (found) return { handler: route.handler, params: { ...found.groups } };
    }
    return undefined;
  }

  #versionRefusal(version: readonly [number, number]): string | undefined {
    const text = (v: readonly [number, number]): string => `${v[0]}.${v[1]}`;
    const { version: own, oldest } = this.#options;
    if (compare(version, own) > 0)
      return `client version ${text(version)} is too new. Maximum supported API version is ${text(own)}`;
    if (compare(version, oldest) < 0)
      return `client version ${text(version)} is too old. Minimum supported API version is ${text(oldest)}, please upgrade your client to a newer version`;
    return undefined;
  }
}

interface ContextParts {
  readonly request: HttpRequest;
  readonly responder: HttpResponder;
  readonly path: string;
  readonly version: readonly [number, number];
  readonly query: ReadonlyMap<string, string>;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly answered: (status: number, error: string) => void;
}

function makeContext(parts: ContextParts): ApiContext {
  const { request, responder, headers, query, answered } = parts;
  const json = (status: number, value: unknown): void => {
    const message = (value as { readonly message?: unknown } | null)?.message;
    answered(status, status >= 400 && typeof message === 'string' ? message : '');
    responder.send(
      status,
      { ...headers, 'content-type': 'application/json' },
      request.method === 'HEAD' ? '' : `${JSON.stringify(value)}\n`,
    );
  };
  const fail = (status: number, message: string): void => json(status, { message });
  return {
    request,
    method: request.method,
    path: parts.path,
    version: parts.version,
    params: parts.params,
    query,
    filters: parseFilters(query.get('filters')),
    flag: (name) => /^(1|t|true)$/i.test(query.get(name) ?? ''),
    withJson: (use) =>
      collectBody(request.body, (text) => {
        const parsed = parseJson(text);
        if (parsed.ok) use(parsed.value);
        else fail(400, 'invalid JSON');
      }),
    json,
    empty: (status) => {
      answered(status, '');
      responder.send(status, headers, '');
    },
    text: (status, text) => {
      answered(status, '');
      responder.send(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }, text);
    },
    sendWith: (status, own, body) => responder.send(status, { ...headers, ...own }, body),
    fail,
    stream: (contentType) => {
      answered(200, '');
      responder.stream(200, { ...headers, 'content-type': contentType });
      return responder;
    },
    hijack: (contentType) => {
      answered(101, '');
      return responder.hijack({ ...headers, 'content-type': contentType, upgrade: 'tcp' });
    },
    isAtLeast: (major, minor) => compare(parts.version, [major, minor]) >= 0,
  };
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

function parseJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  if (text.trim() === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

/** Both of Docker's forms: `{"name":["web"]}` and `{"name":{"web":true}}`. */
function parseFilters(
  text: string | undefined,
): ReadonlyMap<string, readonly string[]> | undefined {
  const parsed = parseJson(text ?? '{}');
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return undefined;
  const out = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(parsed.value))
    out.set(
      key,
      Array.isArray(value)
        ? value.map(String)
        : Object.entries(value as object)
            .filter(([, on]) => on)
            .map(([name]) => name),
    );
  return out;
}

function parseQuery(text: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const part of text.split('&')) {
    if (part === '') continue;
    const [name, value] = splitOnce(part, '=');
    const key = decode(name.replace(/\+/g, ' '));
    if (!out.has(key)) out.set(key, decode((value ?? '').replace(/\+/g, ' ')));
  }
  return out;
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
