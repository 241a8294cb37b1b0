import {
  basename,
  httpRequest,
  race,
  read,
  readCall,
  sleepCall,
  SystemError,
  utf8Length,
  write,
} from '../../sys.ts';
import type { HttpResponse, Process, Program, Sys } from '../../sys.ts';
import { strftime } from '../../builtins/printf.ts';
import { openToWrite } from '../../run/streams.ts';
import { withOptions, type Options } from '../options.ts';
import { resolve } from './resolve.ts';
import { parseUrl, resolveLocation, toBase64, type Url } from './url.ts';

const SPEC =
  'q:quiet O:output-document= T:timeout= S:server-response t:tries= :spider c:continue P:directory-prefix= :header= :post-data= U:user-agent= :no-check-certificate Y:proxy= nv:no-verbose';

interface Wanted {
  readonly url: Url;
  readonly text: string;
}

/** GNU wget's and busybox's wget: what they print differs. */
export const wget: Program = (process) =>
  withOptions(process, SPEC, (options) => run(process, options, false), { usageStatus: 2 });
export const busyboxWget: Program = (process) =>
  withOptions(process, SPEC, (options) => run(process, options, true));

function* run(process: Process, options: Options, isBusybox: boolean): Sys<number> {
  const [text] = options.operands;
  if (text === undefined) {
    yield* write(
      process.stderr,
      isBusybox
        ? 'BusyBox v1.36.1 () multi-call binary.\n\nUsage: wget [-cqS] [-O FILE] [-T SEC] [-P DIR] URL...\n'
        : "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
    );
    return 1;
  }
  const url = parseUrl(text);
  if (!url || (url.scheme !== 'http' && url.scheme !== 'https')) {
    yield* write(
      process.stderr,
      isBusybox ? `wget: not an http or ftp url: ${text}\n` : `${text}: Unsupported scheme.\n`,
    );
    return 1;
  }
  const tries = isBusybox ? 1 : Number(options.get('t') ?? 1);
  for (let attempt = 1; ; attempt++) {
    const status = yield* fetch(process, options, { url, text }, isBusybox);
    if (status === 0 || attempt >= tries || status === 8) return status;
    yield* race({ pause: sleepCall(1000) });
  }
}

function* fetch(
  process: Process,
  options: Options,
  wanted: Wanted,
  isBusybox: boolean,
): Sys<number> {
  let { url } = wanted;
  const say = (message: string): Sys<void> =>
    write(process.stderr, options.has('q') && !isBusybox ? '' : message);
  const tell = (message: string): Sys<void> =>
    write(process.stderr, options.has('q') ? '' : message);
  if (!isBusybox)
    yield* tell(
      `--${strftime('%Y-%m-%d %H:%M:%S', process.kernel.world.unixMs)}--  ${wanted.text.includes('://') ? wanted.text : `http://${wanted.text}`}${url.target === '/' && !wanted.text.endsWith('/') ? '/' : ''}\n`,
    );
  for (let redirects = 0; redirects < 20; redirects++) {
    const found = yield* resolve(process, url.host);
    const [address] = found.kind === 'found' ? found.addresses : [];
    if (address === undefined) {
      if (isBusybox) yield* say(`wget: bad address '${url.authority}'\n`);
      else
        yield* say(
          `Resolving ${url.host} (${url.host})... failed: ${found.kind === 'unknown' ? 'Name or service not known' : 'Temporary failure in name resolution'}.\nwget: unable to resolve host address ‘${url.host}’\n`,
        );
      return isBusybox ? 1 : 4;
    }
    const isLiteral = address === url.host;
    if (isBusybox) yield* tell(`Connecting to ${url.authority} (${address}:${url.port})\n`);
    else
      yield* tell(
        isLiteral
          ? `Connecting to ${url.authority.includes(':') ? url.authority : `${url.host}:${url.port}`}... `
          : `Resolving ${url.host} (${url.host})... ${address}\nConnecting to ${url.host} (${url.host})|${address}|:${url.port}... `,
      );
    let response: HttpResponse;
    try {
      response = yield* request(process, options, url, address);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return yield* failed(process, url, address, error, isBusybox, options);
    }
    if (!isBusybox)
      yield* tell(
        `connected.\nHTTP request sent, awaiting response... ${response.status} ${response.reason}\n`,
      );
    if (options.has('S'))
      yield* write(
        process.stderr,
        `  HTTP/1.1 ${response.status} ${response.reason}\n${Object.entries(response.headers)
          .map(
            ([name, value]) =>
              `  ${name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())}: ${value}\n`,
          )
          .join('')}`,
      );
    const { location } = response.headers;
    if (response.status >= 300 && response.status < 400 && location !== undefined) {
      response.connection.close();
      const next = parseUrl(resolveLocation(url, location));
      if (!next) return 1;
      if (!isBusybox) yield* tell(`Location: ${location} [following]\n`);
      url = next;
      continue;
    }
    if (response.status >= 400) {
      response.connection.close();
      if (isBusybox)
        yield* say(`wget: server returned error: HTTP/1.1 ${response.status} ${response.reason}\n`);
      else
        yield* say(
          `${strftime('%Y-%m-%d %H:%M:%S', process.kernel.world.unixMs)} ERROR ${response.status}: ${response.reason}.\n\n`,
        );
      return isBusybox ? 1 : 8;
    }
    return yield* save(process, options, url, response, isBusybox);
  }
  yield* say(`${isBusybox ? 'wget: too many redirections' : '20 redirections exceeded.'}\n`);
  return isBusybox ? 1 : 8;
}

function* request(
  process: Process,
  options: Options,
  url: Url,
  address: string,
): Sys<HttpResponse> {
  const headers: Record<string, string> = {
    host: url.authority,
    'user-agent': options.get('U') ?? 'Wget',
    connection: 'close',
  };
  if (url.user !== undefined) headers['authorization'] = `Basic ${toBase64(url.user)}`;
  for (const line of options.all('header'))
    headers[line.replace(/:.*/, '').toLowerCase()] = line.replace(/^[^:]*:\s*/, '');
  const body = options.get('post-data');
  const seconds = Number(options.get('T') ?? 0);
  if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
  return yield* httpRequest(process, {
    to: { address, port: url.port },
    method: options.has('spider') ? 'HEAD' : body === undefined ? 'GET' : 'POST',
    target: url.target,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(seconds > 0 ? { connectTimeoutMs: seconds * 1000 } : {}),
  });
}

function* failed(
  process: Process,
  url: Url,
  address: string,
  error: SystemError,
  isBusybox: boolean,
  options: Options,
): Sys<number> {
  if (isBusybox) {
    const text =
      error.code === 'ETIMEDOUT'
        ? options.has('T')
          ? 'wget: download timed out'
          : `wget: can't connect to remote host (${address}): Operation timed out`
        : error.code === 'ECONNRESET'
          ? 'wget: error getting response'
          : `wget: can't connect to remote host (${address}): ${error.code === 'EHOSTUNREACH' ? 'Host is unreachable' : error.text}`;
    yield* write(process.stderr, `${text}\n`);
    return 1;
  }
  if (!options.has('q')) yield* write(process.stderr, `failed: ${error.text}.\n`);
  void url;
  return 4;
}

function* save(
  process: Process,
  options: Options,
  url: Url,
  response: HttpResponse,
  isBusybox: boolean,
): Sys<number> {
  const wanted = options.get('O');
  const name =
    wanted ??
    (basename(url.target.replace(/\?.*/, '')) === '/'
      ? 'index.html'
      : basename(url.target.replace(/\?.*/, '')));
  const quiet = options.has('q');
  const length = response.headers['content-length'];
  if (options.has('spider')) {
    response.connection.close();
    if (isBusybox && !quiet) yield* write(process.stderr, 'remote file exists\n');
    return 0;
  }
  const output = wanted === '-' ? process.stdout : openToWrite(process, name, false);
  if (!quiet && !isBusybox)
    yield* write(
      process.stderr,
      `Length: ${length ?? 'unspecified'} [${response.headers['content-type'] ?? 'text/html'}]\nSaving to: ‘${wanted === '-' ? 'STDOUT' : name}’\n\n`,
    );
  if (!quiet && isBusybox)
    yield* write(process.stderr, wanted === '-' ? 'writing to stdout\n' : `saving to '${name}'\n`);
  let size = 0;
  const timeoutMs = Number(options.get('T') ?? 0) * 1000;
  for (;;) {
    const first =
      timeoutMs > 0
        ? yield* race({ text: readCall(response.body), late: sleepCall(timeoutMs) })
        : undefined;
    if (first?.key === 'late') {
      yield* write(process.stderr, 'wget: download timed out\n');
      return isBusybox ? 1 : 4;
    }
    const text = first ? first.value : yield* read(response.body);
    if (text === '') break;
    size += utf8Length(text);
    yield* write(output, text);
  }
  response.connection.close();
  const shown = wanted === '-' ? '-' : name;
  if (!quiet && isBusybox)
    yield* write(
      process.stderr,
      `${shown.padEnd(20).slice(0, 20)} 100% |${'*'.repeat(32)}| ${String(size).padStart(5)}  0:00:00 ETA\n${wanted === '-' ? 'written to stdout' : `'${name}' saved`}\n`,
    );
  if (!quiet && !isBusybox)
    yield* write(
      process.stderr,
      `${shown.padEnd(20).slice(0, 20)}100%[===================>] ${String(size).padStart(7)}  --.-KB/s    in 0s\n\n${strftime('%Y-%m-%d %H:%M:%S', process.kernel.world.unixMs)} (1.00 MB/s) - ‘${wanted === '-' ? 'written to stdout' : name}’ saved [${size}${length === undefined ? '' : `/${length}`}]\n\n`,
    );
  return 0;
}
