/**
 * One request through nginx: rewrite phase (`return`), access phase (`allow`, `deny`), content (files, listings, proxies), error pages, the log.
 *
 * Real:     nginx src/http/{ngx_http_core_module,ngx_http_request}.c, modules/{static,index,autoindex,return,access}.
 * Left out: ranges, keep-alive (each request has its own connection), HTTP/2, TLS.
 */
import {
  contentBytes,
  contentText,
  daysFromCivil,
  EPOCH_MS,
  normalize,
  SystemError,
  utf8Length,
  type FileNode,
  type HttpRequest,
  type Process,
} from '../../sim/index.ts';
import type { Answer } from '../net/http.ts';
import { httpDate, parseHttpDate } from '../net/dates.ts';
import {
  inherited,
  own,
  setting,
  type Config,
  type Location,
  type Scope,
  type Server,
} from './config.ts';
import { findLocation, findServer, namedLocation } from './locate.ts';
import { listing, specialPage } from './pages.ts';
import type { Complain, Proxy } from './proxy.ts';
import { hostOf, interpolate, type Exchange, type VariableSource } from './variables.ts';

export interface ServeContext {
  readonly process: Process;
  readonly version: string;
  readonly config: Config;
  readonly proxy: Proxy;
  readonly workerUid: number;
  /** Writes to the error log with level, worker and connection. */
  readonly complain: Complain;
  readonly logAccess: (exchange: Exchange, scope: Scope) => void;
}

/** What a content handler says: an answer, another URI to look at, or that it will answer later. */
type Outcome = Answer | { readonly goTo: string } | 'later';

const REDIRECTS_MAX = 10;

/** With these `add_header` works without `always`. */
const ADD_HEADER_STATUS: ReadonlySet<number> = new Set([
  200, 201, 204, 206, 301, 302, 303, 304, 307, 308,
]);

export class Serving {
  readonly #context: ServeContext;
  readonly #exchange: Exchange;
  readonly #done: (answer: Answer) => void;
  #scope: Scope;
  #redirects = 0;
  #isErrorPage = false;
  #status: number | undefined;

  constructor(context: ServeContext, exchange: Exchange, done: (answer: Answer) => void) {
    this.#context = context;
    this.#exchange = exchange;
    this.#scope = exchange.server.scope;
    this.#done = done;
  }

  begin(): void {
    const { request } = this.#exchange;
    if (request.headers['host'] === undefined) return this.#fail(400);
    const path = decodePath(request.target);
    if (path === undefined) return this.#fail(400);
    this.#exchange.uri = path;
    const early = this.#returned(this.#exchange.server.scope);
    if (early) return this.#settle(early);
    this.#run();
  }

  get #source(): VariableSource {
    return {
      process: this.#context.process,
      version: this.#context.version,
      exchange: this.#exchange,
    };
  }

  /** Looks for the location of the current URI and asks it for content. */
  #run(named?: Location): void {
    const { server, uri } = this.#exchange;
    const location = named ?? findLocation(server.locations, uri);
    this.#scope = location?.scope ?? server.scope;
    if (location?.pattern)
      for (const [name, value] of Object.entries(location.pattern.exec(uri)?.groups ?? {}))
        this.#exchange.own.set(name, value);
    if (own(this.#scope, 'internal') && this.#redirects === 0) return this.#fail(404);
    const outcome = this.#returned(this.#scope) ?? this.#denied() ?? this.#content(location);
    if (outcome !== 'later') this.#settle(outcome);
  }

  #settle(outcome: Exclude<Outcome, 'later'>): void {
    if ('goTo' in outcome) return this.#goTo(outcome.goTo);
    if (outcome.status >= 300 && outcome.body === '' && !isBare(outcome.status))
      return this.#fail(outcome.status, outcome.headers);
    this.#finish(outcome);
  }

  /** An internal redirect. */
  #goTo(target: string): void {
    if (++this.#redirects > REDIRECTS_MAX) {
      this.#context.complain(
        this.#exchange,
        `rewrite or internal redirection cycle while internally redirecting to "${target}"`,
      );
      return this.#finish({ status: 500, headers: {}, body: this.#page(500) });
    }
    if (target.startsWith('@')) return this.#run(namedLocation(this.#exchange.server, target));
    const question = target.indexOf('?');
    this.#exchange.uri = question < 0 ? target : target.slice(0, question);
    if (question >= 0) this.#exchange.args = target.slice(question + 1);
    this.#run();
  }

  /** An error: the page that `error_page` names, or nginx's own. */
  #fail(status: number, headers: Readonly<Record<string, string>> = {}): void {
    const named = this.#isErrorPage
      ? undefined
      : inherited(this.#scope, 'error_page').find(({ args }) =>
          args.slice(0, -1).includes(String(status)),
        );
    if (!named)
      return this.#finish({
        status: this.#status ?? status,
        headers,
        body: this.#page(this.#status ?? status),
      });
    const target = named.args[named.args.length - 1] as string;
    const changed = named.args.find((arg) => /^=\d*$/.test(arg));
    this.#isErrorPage = true;
    this.#status =
      changed === undefined ? status : changed === '=' ? undefined : Number(changed.slice(1));
    if (/^https?:/.test(target))
      return this.#finish({ status: 302, headers: { location: target }, body: this.#page(302) });
    this.#goTo(target);
  }

  #page(status: number): string {
    return specialPage(status, {
      version: this.#context.version,
      showsVersion: this.#showsVersion,
    });
  }

  get #showsVersion(): boolean {
    return setting(this.#scope, 'server_tokens')?.[0] !== 'off';
  }

  #finish(answer: Answer): void {
    const status =
      this.#isErrorPage && this.#status !== undefined && answer.status === 200
        ? this.#status
        : answer.status;
    const isBody = !isBare(status);
    const body = isBody ? answer.body : '';
    this.#exchange.status = status;
    this.#exchange.bodyBytes = this.#exchange.request.method === 'HEAD' ? 0 : utf8Length(body);
    const headers: Record<string, string> = { ...answer.headers };
    if (isBody) {
      headers['content-type'] ??= 'text/html';
      headers['content-length'] = String(body.length);
    }
    const extra = inherited(this.#scope, 'add_header').filter(
      ({ args }) => ADD_HEADER_STATUS.has(status) || args[2] === 'always',
    );
    for (const { args } of extra)
      headers[(args[0] ?? '').toLowerCase()] = interpolate(args[1] ?? '', this.#source);
    this.#context.logAccess(this.#exchange, this.#scope);
    this.#done({ status, headers: this.#ordered(headers), body });
  }

  /** Headers in the order in which nginx writes them. */
  #ordered(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const wantsClose = this.#exchange.request.headers['connection']?.toLowerCase() === 'close';
    const all: Record<string, string | undefined> = {
      server: this.#showsVersion ? `nginx/${this.#context.version}` : 'nginx',
      date: httpDate(this.#context.process.kernel.world.unixMs),
      'content-type': headers['content-type'],
      'content-length': headers['content-length'],
      'last-modified': headers['last-modified'],
      location: headers['location'],
      connection: wantsClose ? 'close' : 'keep-alive',
      ...headers,
    };
    return Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /** `return 301 https://…`, `return 200 "text"`, and `set` before it. */
  #returned(scope: Scope): Exclude<Outcome, 'later'> | undefined {
    for (const { name, args } of scope.directives)
      if (name === 'set')
        this.#exchange.own.set(
          (args[0] ?? '').replace('$', ''),
          interpolate(args[1] ?? '', this.#source),
        );
    const directive = own(scope, 'return');
    if (!directive) return undefined;
    const [first = '', second] = directive.args;
    const status = /^\d{3}$/.test(first) ? Number(first) : 302;
    const text = interpolate(/^\d{3}$/.test(first) ? (second ?? '') : first, this.#source);
    if ([301, 302, 303, 307, 308].includes(status))
      return { status, headers: { location: this.#absolute(text) }, body: this.#page(status) };
    if (text === '') return { status, headers: {}, body: '' };
    return { status, headers: { 'content-type': this.#typeOf(this.#exchange.uri) }, body: text };
  }

  #absolute(target: string): string {
    if (!target.startsWith('/')) return target;
    const { port } = this.#exchange;
    return `http://${hostOf(this.#exchange)}${port === 80 ? '' : `:${port}`}${target}`;
  }

  #denied(): Answer | undefined {
    const rules = [...inherited(this.#scope, 'allow'), ...inherited(this.#scope, 'deny')].sort(
      (a, b) => a.line - b.line,
    );
    const hit = rules.find(
      ({ args: [who = ''] }) => who === 'all' || matchesAddress(who, this.#exchange.request.from),
    );
    if (hit?.name !== 'deny') return undefined;
    this.#context.complain(this.#exchange, 'access forbidden by rule');
    return { status: 403, headers: {}, body: '' };
  }

  #content(location: Location | undefined): Outcome {
    const proxy = location && own(location.scope, 'proxy_pass');
    if (proxy && location) {
      const target = interpolate(proxy.args[0] ?? '', this.#source);
      this.#context.proxy.pass(
        {
          location,
          target,
          isComputed: target !== proxy.args[0],
          exchange: this.#exchange,
          source: this.#source,
        },
        {
          answered: (answer) => this.#finish(answer),
          failed: (status) => this.#fail(status),
        },
      );
      return 'later';
    }
    if (location && own(location.scope, 'stub_status'))
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: this.#stubStatus() };
    const tries = own(this.#scope, 'try_files');
    if (tries) return this.#tryFiles(tries.args);
    return this.#static();
  }

  #stubStatus(): string {
    const { connection } = this.#exchange;
    return `Active connections: 1 \nserver accepts handled requests\n ${connection} ${connection} ${connection} \nReading: 0 Writing: 1 Waiting: 0 \n`;
  }

  #tryFiles(args: readonly string[]): Outcome {
    for (const arg of args.slice(0, -1)) {
      const uri = interpolate(arg, this.#source);
      const node = this.#context.process.namespace.files.lookup(this.#pathOf(uri));
      if (uri.endsWith('/') ? node?.type === 'directory' : node?.type === 'file') {
        this.#exchange.uri = uri.startsWith('/') ? uri : `/${uri}`;
        return this.#static();
      }
    }
    const last = interpolate(args[args.length - 1] ?? '', this.#source);
    return last.startsWith('=')
      ? { status: Number(last.slice(1)), headers: {}, body: '' }
      : { goTo: last };
  }

  /** Where a URI lies on the disk. */
  #pathOf(uri: string): string {
    const alias = own(this.#scope, 'alias')?.args[0];
    const location = findLocation(this.#exchange.server.locations, uri);
    if (alias !== undefined && location) return normalize(alias + uri.slice(location.path.length));
    const root = interpolate(setting(this.#scope, 'root')?.[0] ?? '/etc/nginx/html', this.#source);
    this.#exchange.documentRoot = root;
    return normalize(`${normalize(root, '/etc/nginx')}/${uri}`);
  }

  #static(): Outcome {
    const { files } = this.#context.process.namespace;
    const { uri, request } = this.#exchange;
    const path = this.#pathOf(uri);
    if (uri.endsWith('/')) return this.#index(path);
    const node = this.#open(path);
    if ('status' in node) return node;
    if (node.type === 'directory')
      return {
        status: 301,
        headers: {
          location: this.#absolute(
            `${encodeURI(uri)}/${this.#exchange.args === '' ? '' : `?${this.#exchange.args}`}`,
          ),
        },
        body: this.#page(301),
      };
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return this.#isErrorPage ? this.#file(node, uri) : { status: 405, headers: {}, body: '' };
    return files.stat(path).type === 'file'
      ? this.#file(node, uri)
      : { status: 404, headers: {}, body: '' };
  }

  /** The file or folder that the worker may read, or the error that `open()` gave it. */
  #open(path: string): FileNode | { readonly type: 'directory' } | Answer {
    try {
      const node = this.#context.process.namespace.files.stat(path);
      if (!mayRead(node, this.#context.workerUid)) throw new SystemError('EACCES', path);
      if (node.type === 'directory' || node.type === 'file') return node;
      throw new SystemError('ENOENT', path);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const isForbidden = error.code === 'EACCES';
      const number = isForbidden ? 13 : error.code === 'ENOTDIR' ? 20 : 2;
      this.#context.complain(this.#exchange, `open() "${path}" failed (${number}: ${error.text})`);
      return { status: isForbidden ? 403 : 404, headers: {}, body: '' };
    }
  }

  #index(folder: string): Outcome {
    const { files } = this.#context.process.namespace;
    const { uri } = this.#exchange;
    for (const name of setting(this.#scope, 'index') ?? ['index.html']) {
      const candidate = interpolate(name, this.#source);
      if (files.lookup(`${folder}/${candidate}`)?.type === 'file')
        return { goTo: `${uri}${candidate}` };
    }
    const shown = folder === '/' ? '/' : `${folder}/`;
    if (files.lookup(folder)?.type !== 'directory') {
      this.#context.complain(
        this.#exchange,
        `"${shown}${setting(this.#scope, 'index')?.[0] ?? 'index.html'}" is not found (2: No such file or directory)`,
      );
      return { status: 404, headers: {}, body: '' };
    }
    if (setting(this.#scope, 'autoindex')?.[0] === 'on')
      return { status: 200, headers: {}, body: listing(files, folder, uri, (ms) => EPOCH_MS + ms) };
    this.#context.complain(this.#exchange, `directory index of "${shown}" is forbidden`);
    return { status: 403, headers: {}, body: '' };
  }

  #file(node: FileNode, uri: string): Answer {
    const seconds = Math.floor((EPOCH_MS + node.modifiedAtMs) / 1000);
    const size = contentBytes(node.content);
    const etag = `"${seconds.toString(16)}-${size.toString(16)}"`;
    const headers = { 'last-modified': httpDate(seconds * 1000), ETag: etag };
    const { headers: asked } = this.#exchange.request;
    const since =
      asked['if-modified-since'] === undefined
        ? undefined
        : parseHttpDate(asked['if-modified-since'], daysFromCivil);
    const isKnown =
      asked['if-none-match'] === undefined
        ? since !== undefined && since === seconds * 1000
        : asked['if-none-match'].includes(etag) || asked['if-none-match'] === '*';
    if (isKnown && !this.#isErrorPage) return { status: 304, headers, body: '' };
    return {
      status: 200,
      headers: { 'content-type': this.#typeOf(uri), ...headers, 'accept-ranges': 'bytes' },
      body: contentText(node.content),
    };
  }

  #typeOf(uri: string): string {
    const extension = /\.([^./]+)$/.exec(uri)?.[1]?.toLowerCase() ?? '';
    const type =
      this.#context.config.types.get(extension) ??
      setting(this.#scope, 'default_type')?.[0] ??
      'text/plain';
    const charset = setting(this.#scope, 'charset')?.[0];
    return charset && charset !== 'off' && /^text\/|javascript/.test(type)
      ? `${type}; charset=${charset}`
      : type;
  }
}

function isBare(status: number): boolean {
  return status === 204 || status === 304;
}

function mayRead(node: { readonly mode: number; readonly uid: number }, uid: number): boolean {
  return uid === 0 || (node.mode & (node.uid === uid ? 0o400 : 0o004)) !== 0;
}

function matchesAddress(rule: string, address: string): boolean {
  if (!rule.includes('/')) return rule === address;
  const [base = '', prefix = '32'] = rule.split('/');
  const bits = (text: string): string =>
    text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  return bits(base).slice(0, Number(prefix)) === bits(address).slice(0, Number(prefix));
}

/** The path of a target, decoded and without `..`; undefined when it is malformed. */
function decodePath(target: string): string | undefined {
  const raw = target.replace(/^https?:\/\/[^/]*/, '').replace(/[?#].*$/, '');
  if (!raw.startsWith('/')) return undefined;
  try {
    const path = decodeURIComponent(raw);
    return path.endsWith('/') && path !== '/'
      ? `${normalize(path)}/`.replace(/^\/\/$/, '/')
      : normalize(path);
  } catch {
    return undefined;
  }
}

export function exchangeOf(
  context: ServeContext,
  request: HttpRequest,
  port: number,
  connection: number,
): { readonly exchange: Exchange; readonly server: Server } {
  const address =
    context.process.namespace.net.interfaces.find(({ name }) => name !== 'lo')?.address ??
    '127.0.0.1';
  const server = findServer(context.config, address, port, request.headers['host'] ?? '') as Server;
  const question = request.target.indexOf('?');
  return {
    server,
    exchange: {
      request,
      server,
      port,
      connection,
      atMs: context.process.kernel.world.nowMs,
      uri: '/',
      args: question < 0 ? '' : request.target.slice(question + 1),
      status: 0,
      bodyBytes: 0,
      upstreamAddress: '',
      documentRoot: '',
      own: new Map(),
    },
  };
}
