import {
  Bridge,
  decodeBody,
  headerLines,
  NetStack,
  parseCIDR,
  parseHead,
  parseIP,
  contains,
  type HttpWire,
  type Readable,
  type SystemError,
  type TcpConnection,
} from '../sim/index.ts';
import type { Lab } from './lab.ts';

/** A page as the browser has it. */
export interface Page {
  readonly url: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly html: string;
  /** What a person reads. */
  readonly text: string;
  readonly error: string | undefined;
}

export interface Visit {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** Form fields of a POST, encoded. */
  readonly body?: string;
}

const REDIRECTS_MAX = 10;
const TIMEOUT_MS = 30_000;
const PAGE_MAX = 2_000_000;

/** Why there is no page, as a browser says it. */
const ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: '연결이 거부됐어요 (ERR_CONNECTION_REFUSED)',
  ETIMEDOUT: '응답이 너무 오래 걸려요 (ERR_CONNECTION_TIMED_OUT)',
  EHOSTUNREACH: '이 주소에 닿을 수 없어요 (ERR_ADDRESS_UNREACHABLE)',
  ENETUNREACH: '이 주소에 닿을 수 없어요 (ERR_ADDRESS_UNREACHABLE)',
  ECONNRESET: '연결이 끊겼어요 (ERR_CONNECTION_RESET)',
};

/**
 * The learner's browser: it stands on the same wire as the machines (on the machine `local`, where there is one) and speaks HTTP to whatever answers.
 * It keeps cookies. It runs no scripts.
 */
export class Browser {
  readonly #lab: Lab;
  readonly #net: NetStack;
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#net = lab.host('local')?.machine.net ?? ownStack(lab);
  }

  /** Opens a page, following redirects; `done` gets it once. */
  visit(visit: Visit, done: (page: Page) => void, redirects = 0): void {
    const parts = /^http:\/\/([^/:?#]+)(?::(\d+))?([^#]*)/.exec(visit.url);
    if (!parts) return this.#later(visit.url, '이 브라우저는 http 주소만 열어요', done);
    const [, host = '', portText, rest = ''] = parts;
    const address = this.#addressOf(host);
    if (address === undefined)
      return this.#later(
        visit.url,
        `${host}의 주소를 찾을 수 없어요 (ERR_NAME_NOT_RESOLVED)`,
        done,
      );
    const target = rest.startsWith('/') ? rest : `/${rest}`;
    let isOver = false;
    const finish = (page: Page): void => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      stop();
      done(page);
    };
    const fail = (code: string): void =>
      finish({
        url: visit.url,
        status: 0,
        html: '',
        text: ERRORS[code] ?? code,
        error: ERRORS[code] ?? code,
      });
    const timer = this.#lab.world.schedule(TIMEOUT_MS, 'browser gives up', () => fail('ETIMEDOUT'));
    const stop = this.#net.tcp.connect(
      { address, port: Number(portText ?? 80) },
      {
        connected: (connection) =>
          this.#exchange(
            connection,
            visit,
            host + (portText ? `:${portText}` : ''),
            target,
            (answer) => {
              if (!answer) return fail('ECONNRESET');
              const location = answer.headers['location'];
              this.#keepCookies(host, answer.headers['set-cookie']);
              if (
                answer.status >= 300 &&
                answer.status < 400 &&
                location !== undefined &&
                redirects < REDIRECTS_MAX
              ) {
                isOver = true;
                timer.cancel();
                return this.visit({ url: resolveUrl(visit.url, location) }, done, redirects + 1);
              }
              finish({
                url: visit.url,
                status: answer.status,
                html: answer.body,
                text: textOf(answer.body, answer.headers['content-type'] ?? ''),
                error: undefined,
              });
            },
          ),
        failed: (error: SystemError) => fail(error.code),
      },
    );
  }

  #exchange(
    connection: TcpConnection,
    visit: Visit,
    authority: string,
    target: string,
    done: (answer: Answer | undefined) => void,
  ): void {
    const wire: HttpWire = connection;
    wire.reader.retain();
    wire.writer.retain();
    const body = visit.body ?? '';
    const cookies = this.#cookies.get(authority.split(':')[0] ?? '');
    const headers: Record<string, string> = {
      host: authority,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)',
      accept: 'text/html,*/*',
      ...(cookies?.size
        ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
        : {}),
      ...(visit.method === 'POST'
        ? {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': String(body.length),
          }
        : {}),
    };
    wire.writer.put(
      `${visit.method ?? 'GET'} ${target} HTTP/1.1\r\n${headerLines(headers)}\r\n${body}`,
    );
    readAnswer(wire.reader, (answer) => {
      wire.close();
      done(answer);
    });
  }

  #addressOf(host: string): string | undefined {
    if (parseIP(host) !== undefined) return host;
    if (host === 'localhost') return '127.0.0.1';
    return this.#lab.hosts
      .find(({ machine }) => machine.name === host)
      ?.template.cards[0]?.cidr.split('/')[0];
  }

  #keepCookies(host: string, header: string | undefined): void {
    const m = /^\s*([^=;]+)=([^;]*)/.exec(header ?? '');
    if (!m) return;
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    jar.set(m[1] as string, m[2] as string);
    this.#cookies.set(host, jar);
  }

  #later(url: string, error: string, done: (page: Page) => void): void {
    this.#lab.world.schedule(0, 'browser', () =>
      done({ url, status: 0, html: '', text: error, error }),
    );
  }
}

/** A stack of the browser's own, with the first free address on each wire of the lab. */
function ownStack(lab: Lab): NetStack {
  const net = new NetStack(lab.world, 'browser');
  net.addInterface({ name: 'lo', cidr: '127.0.0.1/8', segment: new Bridge('lo') });
  const subnets = new Set<string>();
  for (const { template } of lab.hosts)
    for (const card of template.cards) {
      const subnet = parseCIDR(card.cidr);
      if (!subnet || [...subnets].some((one) => contains(parseCIDR(one) ?? subnet, subnet.base)))
        continue;
      const address = `${card.cidr.split('.').slice(0, 3).join('.')}.1`;
      subnets.add(`${address}/${subnet.prefix}`);
    }
  for (const cidr of subnets)
    net.addInterface({ name: `eth${net.interfaces.length - 1}`, cidr, segment: lab.underlay });
  return net;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function readAnswer(reader: Readable, done: (answer: Answer | undefined) => void): void {
  let text = '';
  const pull = (): void => {
    for (;;) {
      const piece = reader.take();
      if (piece === undefined) return void reader.whenReadable(pull);
      if (piece === '') return done(undefined);
      text += piece;
      const head = parseHead(text);
      const status = head && /^HTTP\/1\.[01] (\d{3})/.exec(head.first)?.[1];
      if (!head) continue;
      if (status === undefined) return done(undefined);
      return collect(decodeBody(head.headers, head.rest, reader), (body) =>
        done({ status: Number(status), headers: head.headers, body }),
      );
    }
  };
  pull();
}

function collect(body: Readable, done: (text: string) => void): void {
  let all = '';
  const pull = (): void => {
    for (;;) {
      const piece = body.take();
      if (piece === undefined) return void body.whenReadable(pull);
      if (piece === '' || all.length > PAGE_MAX) return done(all);
      all += piece;
    }
  };
  pull();
}

function resolveUrl(base: string, location: string): string {
  if (/^https?:/.test(location)) return location;
  const origin = /^https?:\/\/[^/]+/.exec(base)?.[0] ?? base;
  if (location.startsWith('/')) return origin + location;
  return base.replace(/[^/]*$/, '') + location;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  middot: '·',
};

/** What a person would read on a page. */
export function textOf(body: string, contentType: string): string {
  if (!/html/.test(contentType) && !/^\s*</.test(body)) return body;
  return body
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, (whole, name: string) =>
      /head/i.test(name) ? `${/<title[^>]*>([\s\S]*?)<\/title>/i.exec(whole)?.[1] ?? ''}\n` : '',
    )
    .replace(/<(br|\/p|\/div|\/h\d|\/li|\/tr|\/title|\/form|\/section|\/header)\b[^>]*>/gi, '\n')
    .replace(/<\/t[dh]>/gi, '\t')
    .replace(/<input\b[^>]*\bvalue="([^"]*)"[^>]*>/gi, ' $1 ')
    .replace(/<[^>]+>/g, '')
    .replace(/&(#\d+|\w+);/g, (whole, name: string) =>
      name.startsWith('#')
        ? String.fromCodePoint(Number(name.slice(1)))
        : (ENTITIES[name] ?? whole),
    )
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
