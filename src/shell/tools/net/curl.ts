import {
  basename,
  httpRequest,
  normalize,
  race,
  read,
  readCall,
  REASONS,
  sleepCall,
  SystemError,
  utf8Length,
  write,
} from '../../sys.ts';
import type { HttpResponse, Process, Program, Sys, Writable } from '../../sys.ts';
import { openToWrite } from '../../run/streams.ts';
import { openInput, readWhole, reason } from '../input.ts';
import { parseOptions, UsageError, type Options } from '../options.ts';
import { resolve } from './resolve.ts';
import { parseUrl, resolveLocation, toBase64, type Url } from './url.ts';

const VERSION = '8.5.0';
const REDIRECTS_MAX = 50;
const SPEC =
  's:silent S:show-error o:output= O:remote-name L:location I:head i:include v:verbose X:request= d:data= :data-raw= :data-binary= :data-urlencode= H:header= m:max-time= :connect-timeout= w:write-out= k:insecure u:user= A:user-agent= f:fail G:get F:form= :unix-socket= b:cookie= c:cookie-jar= e:referer= :retry= :retry-delay= :retry-connrefused :resolve= 4:ipv4 6:ipv6 N:no-buffer :compressed #:progress-bar T:upload-file= :json= :fail-with-body :noproxy= x:proxy= :http1.1 0:http1.0 V:version h:help :path-as-is :max-redirs= :create-dirs';

/** curl's exit code and its sentence. */
class CurlError extends Error {
  override readonly name = 'CurlError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** `curl`. There is no TLS in the lab: `https` is spoken in the clear on port 443. */
export const curl: Program = function* (process) {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(1), SPEC);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const option = /'(.*)'/.exec(error.message)?.[1] ?? '';
    yield* write(
      process.stderr,
      `curl: option ${option.startsWith('-') ? option : `-${option}`}: ${error.message.includes('requires') ? 'requires parameter' : 'is unknown'}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
    );
    return 2;
  }
  if (options.has('V')) {
    yield* write(
      process.stdout,
      `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION}\nProtocols: http\n`,
    );
    return 0;
  }
  if (options.operands.length === 0) {
    yield* write(
      process.stderr,
      "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    );
    return 2;
  }
  let status = 0;
  for (const url of options.operands) status = yield* new Transfer(process, options).attempts(url);
  return status;
};

/** Characters of a body that the diary keeps. */
const NOTED_MAX = 4_000;

class Transfer {
  readonly #process: Process;
  readonly #options: Options;
  readonly #beganAtMs: number;
  #connectedAtMs = 0;
  #received = 0;
  #remote = '';
  #redirects = 0;
  #status = 0;
  #effective = '';
  #contentType = '';
  #beginning = '';

  constructor(process: Process, options: Options) {
    this.#process = process;
    this.#options = options;
    this.#beganAtMs = process.kernel.world.nowMs;
  }

  get #nowMs(): number {
    return this.#process.kernel.world.nowMs;
  }

  get #elapsedMs(): number {
    return this.#nowMs - this.#beganAtMs;
  }

  *attempts(text: string): Sys<number> {
    const retries = Number(this.#options.get('retry') ?? 0);
    for (let attempt = 0; ; attempt++) {
      const code = yield* this.#attempt(text);
      if (code === 0 || attempt >= retries) return code;
      yield* race({ pause: sleepCall(Number(this.#options.get('retry-delay') ?? 1) * 1000) });
    }
  }

  *#attempt(text: string): Sys<number> {
    const options = this.#options;
    try {
      const body = this.#transfer(text);
      yield* body;
      if (options.has('w'))
        yield* write(this.#process.stdout, this.#summary(options.get('w') ?? ''));
      if ((options.has('f') || options.has('fail-with-body')) && this.#status >= 400)
        throw new CurlError(22, `The requested URL returned error: ${this.#status}`);
      return 0;
    } catch (error) {
      const failure = error instanceof SystemError ? this.#failureOf(error) : error;
      if (!(failure instanceof CurlError)) throw error;
      if (failure.code !== 22) this.#note(failure.message);
      yield* this.#meter(true);
      if (!options.has('s') || options.has('S'))
        yield* write(this.#process.stderr, `curl: (${failure.code}) ${failure.message}\n`);
      if (options.has('w') && failure.code !== 22)
        yield* write(this.#process.stdout, this.#summary(options.get('w') ?? ''));
      return failure.code;
    }
  }

  #failureOf(error: SystemError): unknown {
    if (error.code === 'ECONNRESET')
      return this.#received === 0 && this.#status === 0
        ? new CurlError(52, 'Empty reply from server')
        : new CurlError(56, 'Recv failure: Connection reset by peer');
    if (error.code === 'EIO') return new CurlError(1, 'Received HTTP/0.9 when not allowed');
    return error;
  }

  *#transfer(text: string): Sys<void> {
    const options = this.#options;
    let url = parseUrl(text);
    if (!url)
      throw new CurlError(
        3,
        /\s/.test(text)
          ? 'URL rejected: Malformed input to a URL function'
          : 'URL rejected: No host part in the URL',
      );
    let { method, body, headers } = yield* this.#request();
    if (options.has('G') && body !== '') {
      url = { ...url, target: `${url.target}${url.target.includes('?') ? '&' : '?'}${body}` };
      body = '';
    }
    for (;;) {
      if (url.scheme !== 'http' && url.scheme !== 'https')
        throw new CurlError(1, `Protocol "${url.scheme}" not supported`);
      this.#effective = `${url.scheme}://${url.authority}${url.target}`;
      const response: HttpResponse = yield* this.#exchange(url, method, body, headers);
      this.#status = response.status;
      this.#contentType = response.headers['content-type'] ?? '';
      const location: string | undefined = response.headers['location'];
      const isFollowed =
        options.has('L') &&
        response.status >= 300 &&
        response.status < 400 &&
        location !== undefined;
      yield* this.#head(response, method);
      if (!isFollowed) return yield* this.#body(url, response);
      response.connection.close();
      if (++this.#redirects > REDIRECTS_MAX)
        throw new CurlError(47, `Maximum (${REDIRECTS_MAX}) redirects followed`);
      const next: Url | undefined = parseUrl(resolveLocation(url, location));
      if (!next) throw new CurlError(3, 'URL rejected: Bad Location');
      url = next;
      if (method === 'POST' && response.status !== 307 && response.status !== 308) {
        method = 'GET';
        body = '';
        headers = Object.fromEntries(
          Object.entries(headers).filter(([name]) => name !== 'content-type'),
        );
      }
    }
  }

  /** Method, body and headers that the options ask for. */
  *#request(): Sys<{ method: string; body: string; headers: Record<string, string> }> {
    const options = this.#options;
    const headers: Record<string, string> = {
      'user-agent': options.get('A') ?? `curl/${VERSION}`,
      accept: '*/*',
    };
    const pieces: string[] = [];
    for (const name of ['d', 'data-binary', 'json'])
      for (const value of options.all(name)) {
        const text = value.startsWith('@')
          ? yield* readWhole(openInput(this.#process, value.slice(1)))
          : value;
        pieces.push(value.startsWith('@') && name === 'd' ? text.replace(/[\r\n]/g, '') : text);
      }
    pieces.push(...options.all('data-raw'), ...options.all('data-urlencode').map(urlEncode));
    const form = options.all('F');
    let body = pieces.join('&');
    if (pieces.length > 0) headers['content-type'] = 'application/x-www-form-urlencoded';
    if (options.has('json'))
      Object.assign(headers, { 'content-type': 'application/json', accept: 'application/json' });
    if (form.length > 0) {
      const boundary = '------------------------d74496d66958873e';
      body = `${form.map((one) => `--${boundary}\r\nContent-Disposition: form-data; name="${one.replace(/=.*/s, '')}"\r\n\r\n${one.replace(/^[^=]*=/, '')}\r\n`).join('')}--${boundary}--\r\n`;
      headers['content-type'] = `multipart/form-data; boundary=${boundary}`;
    }
    if (options.has('T'))
      body = yield* readWhole(openInput(this.#process, options.get('T') ?? '-'));
    if (options.has('u')) headers['authorization'] = `Basic ${toBase64(options.get('u') ?? '')}`;
    if (options.has('e')) headers['referer'] = options.get('e') ?? '';
    if (options.has('b')) headers['cookie'] = options.get('b') ?? '';
    for (const line of options.all('H')) {
      const colon = line.indexOf(':');
      if (colon < 0) continue;
      const name = line.slice(0, colon).trim().toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (value === '') delete headers[name];
      else headers[name] = value;
    }
    const method =
      options.get('X') ??
      (options.has('I')
        ? 'HEAD'
        : options.has('T')
          ? 'PUT'
          : (pieces.length > 0 || form.length > 0) && !options.has('G')
            ? 'POST'
            : 'GET');
    return { method, body, headers };
  }

  *#exchange(
    url: Url,
    method: string,
    body: string,
    headers: Record<string, string>,
  ): Sys<HttpResponse> {
    const options = this.#options;
    const socketPath = options.get('unix-socket');
    const authorization =
      url.user !== undefined && headers['authorization'] === undefined
        ? { authorization: `Basic ${toBase64(url.user)}` }
        : {};
    const sent: Record<string, string> = {
      host: url.authority,
      ...authorization,
      ...headers,
    } as Record<string, string>;
    const where =
      socketPath === undefined
        ? yield* this.#address(url)
        : { socketPath: normalize(socketPath, this.#process.cwd) };
    const limitMs = this.#limitMs;
    const connectMs = Number(options.get('connect-timeout') ?? 0) * 1000 || undefined;
    const connectTimeoutMs =
      connectMs === undefined ? limitMs : Math.min(connectMs, limitMs ?? connectMs);
    const target = socketPath ?? `${url.host} port ${url.port}`;
    if (options.has('v'))
      yield* write(
        this.#process.stderr,
        'socketPath' in where
          ? `*   Trying ${where.socketPath}:0...\n`
          : `*   Trying ${where.address}:${url.port}...\n`,
      );
    const startedAtMs = this.#nowMs;
    try {
      const requested = httpRequest(this.#process, {
        to: where,
        method,
        target: url.target,
        headers: sent,
        body,
        ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
        ...(limitMs === undefined ? {} : { headTimeoutMs: limitMs }),
      });
      const response = yield* requested;
      this.#connectedAtMs ||= this.#nowMs;
      if (options.has('v')) yield* this.#traceRequest(url, method, sent, target);
      return response;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const afterMs = this.#nowMs - startedAtMs;
      if (error.code === 'ETIMEDOUT') {
        if (limitMs !== undefined && connectMs === undefined)
          throw new CurlError(28, `Connection timed out after ${this.#elapsedMs + 1} milliseconds`);
        throw new CurlError(
          28,
          `Failed to connect to ${target} after ${afterMs} ms: ${connectMs === undefined ? "Couldn't connect to server" : 'Timeout was reached'}`,
        );
      }
      if (error.code === 'EAGAIN' && limitMs !== undefined)
        throw new CurlError(
          28,
          `Operation timed out after ${this.#elapsedMs} milliseconds with 0 bytes received`,
        );
      if (/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOENT|EACCES)$/.test(error.code)) {
        if (options.has('v'))
          yield* write(this.#process.stderr, `* connect to ${target} failed: ${error.text}\n`);
        throw new CurlError(
          7,
          `Failed to connect to ${target} after ${afterMs} ms: Couldn't connect to server`,
        );
      }
      throw error;
    }
  }

  get #limitMs(): number | undefined {
    const seconds = this.#options.get('m');
    return seconds === undefined
      ? undefined
      : Math.max(1, Math.round(Number(seconds) * 1000) - this.#elapsedMs);
  }

  *#address(url: Url): Sys<{ readonly address: string; readonly port: number }> {
    for (const entry of this.#options.all('resolve')) {
      const [host, port, address] = entry.split(':');
      if (host === url.host && Number(port) === url.port && address !== undefined)
        return { address, port: url.port };
    }
    const found = yield* resolve(this.#process, url.host);
    const [address] = found.kind === 'found' ? found.addresses : [];
    if (address === undefined) throw new CurlError(6, `Could not resolve host: ${url.host}`);
    this.#remote = address;
    return { address, port: url.port };
  }

  *#traceRequest(
    url: Url,
    method: string,
    headers: Readonly<Record<string, string>>,
    target: string,
  ): Sys<void> {
    const lines = Object.entries(headers).map(
      ([name, value]) =>
        `> ${name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())}: ${value}\n`,
    );
    yield* write(
      this.#process.stderr,
      `* Connected to ${url.host} (${this.#remote || target}) port ${url.port}\n> ${method} ${url.target} HTTP/1.1\n${lines.join('')}> \n`,
    );
  }

  *#head(response: HttpResponse, method: string): Sys<void> {
    const lines = [
      `HTTP/1.1 ${response.status} ${response.reason || REASONS[response.status] || ''}`,
      ...Object.entries(response.headers).map(
        ([name, value]) =>
          `${name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())}: ${value}`,
      ),
    ];
    if (this.#options.has('v'))
      yield* write(this.#process.stderr, `${lines.map((line) => `< ${line}\n`).join('')}< \n`);
    if (this.#options.has('i') || this.#options.has('I') || method === 'HEAD')
      yield* write(this.#process.stdout, `${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
  }

  *#body(url: Url, response: HttpResponse): Sys<void> {
    const output = this.#output(url);
    const isSkipped = this.#options.has('f') && response.status >= 400;
    try {
      for (;;) {
        const limitMs = this.#limitMs;
        const first =
          limitMs === undefined
            ? undefined
            : yield* race({ text: readCall(response.body), late: sleepCall(limitMs) });
        if (first?.key === 'late')
          throw new CurlError(
            28,
            `Operation timed out after ${this.#elapsedMs} milliseconds with ${this.#received} bytes received`,
          );
        const text = first ? first.value : yield* read(response.body);
        if (text === '') break;
        this.#received += utf8Length(text);
        if (this.#beginning.length < NOTED_MAX) this.#beginning += text.slice(0, NOTED_MAX);
        if (!isSkipped) yield* write(output, text);
      }
    } finally {
      response.connection.close();
    }
    this.#note('');
    yield* this.#meter(false);
  }

  /** For the diary: what was asked, and what came. */
  #note(error: string): void {
    const { namespace, kernel } = this.#process;
    kernel.world.emit('http.request', {
      machine: namespace.net.name,
      namespace: namespace.id,
      url: this.#effective,
      address: this.#remote,
      status: this.#status,
      body: this.#beginning.slice(0, NOTED_MAX),
      error,
    });
  }

  #output(url: Url): Writable {
    const options = this.#options;
    const name =
      options.get('o') ?? (options.has('O') ? basename(url.target.replace(/\?.*/, '')) : undefined);
    if (name === undefined || name === '-') return this.#process.stdout;
    if (name === '/') throw new CurlError(23, 'Remote file name has no length!');
    try {
      return openToWrite(this.#process, name, false);
    } catch (error) {
      throw new CurlError(23, `Failure writing output to destination (${name}: ${reason(error)})`);
    }
  }

  /** The progress meter, which curl shows unless it writes to a terminal. */
  *#meter(isFailed: boolean): Sys<void> {
    const options = this.#options;
    const toTerminal =
      this.#process.stdout.terminal !== undefined && !options.has('o') && !options.has('O');
    if (options.has('s') || toTerminal || (isFailed && this.#received > 0)) return;
    const size = String(this.#received);
    const percent = this.#received > 0 ? '100' : '0';
    const row = `${percent.padStart(3)} ${size.padStart(5)}  ${percent.padStart(3)} ${size.padStart(5)}    0     0  ${String(Math.floor((this.#received * 1000) / Math.max(1, this.#elapsedMs))).padStart(5)}      0 --:--:-- ${'--:--:--'} --:--:-- ${String(0).padStart(5)}`;
    yield* write(
      this.#process.stderr,
      `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n${row}${isFailed ? '' : '\n'}`,
    );
    if (isFailed) yield* write(this.#process.stderr, '\r');
  }

  #summary(template: string): string {
    const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(6);
    const fields: Readonly<Record<string, string>> = {
      http_code: String(this.#status).padStart(3, '0'),
      response_code: String(this.#status).padStart(3, '0'),
      time_total: seconds(this.#elapsedMs),
      time_connect: seconds(this.#connectedAtMs - this.#beganAtMs),
      time_starttransfer: seconds(this.#connectedAtMs - this.#beganAtMs),
      time_namelookup: seconds(0),
      size_download: String(this.#received),
      remote_ip: this.#remote,
      url_effective: this.#effective,
      content_type: this.#contentType,
      num_redirects: String(this.#redirects),
    };
    return template.replace(/%\{(\w+)\}|\\([nrt\\])/g, (all, name?: string, escape?: string) =>
      name === undefined
        ? ({ n: '\n', r: '\r', t: '\t', '\\': '\\' }[escape as 'n' | 'r' | 't' | '\\'] ?? all)
        : (fields[name] ?? ''),
    );
  }
}

function urlEncode(text: string): string {
  const equals = text.indexOf('=');
  const name = equals > 0 ? `${text.slice(0, equals)}=` : '';
  return name + encodeURIComponent(text.slice(equals < 0 ? 0 : equals + 1));
}
