/**
 * `proxy_pass`: asks another server on behalf of the client. Names are resolved once, when the configuration is read, as in nginx;
 * with a variable in the address they are resolved at each request by `resolver`.
 *
 * Real:     nginx src/http/modules/ngx_http_proxy_module.c, ngx_http_upstream{,_round_robin}.c.
 * Left out: keep-alive to upstreams, caching, `least_conn` counts as round robin (requests are short).
 */
import { collectBody, type Process } from '../../sim/index.ts';
import { fetchHttp, type Fetched, type FetchFailure } from '../net/fetch.ts';
import { lookupHost } from '../net/resolve.ts';
import {
  inherited,
  milliseconds,
  setting,
  type Config,
  type Location,
  type Upstream,
  type UpstreamServer,
} from './config.ts';
import type { Answer } from '../net/http.ts';
import { interpolate, type Exchange, type VariableSource } from './variables.ts';

/** After a failure a server is left alone so long (`fail_timeout`, `max_fails=1`). */
const FAIL_TIMEOUT_MS = 10_000;

export interface Passing {
  readonly location: Location;
  /** `http://backend/path`. */
  readonly target: string;
  readonly isComputed: boolean;
  readonly exchange: Exchange;
  readonly source: VariableSource;
}

/** Writes to the error log; `upstream` names the other side. */
export type Complain = (exchange: Exchange, text: string, upstream?: string) => void;

/** Exactly one of them is called. */
export interface PassAnswers {
  readonly answered: (answer: Answer) => void;
  readonly failed: (status: number) => void;
}

interface Peer {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly isBackup: boolean;
  /** Smooth weighted round robin. */
  current: number;
  failedAtMs: number;
}

interface Group {
  readonly name: string;
  readonly method: Upstream['method'];
  readonly peers: readonly Peer[];
}

/** A request that goes from server to server until one answers. */
interface Attempt {
  readonly passing: Passing;
  readonly group: Group;
  readonly tried: Set<Peer>;
  readonly body: string;
  readonly answers: PassAnswers;
}

const FAILURES: Readonly<Record<FetchFailure, readonly [status: number, text: string]>> = {
  refused: [502, 'connect() failed (111: Connection refused) while connecting to upstream'],
  unreachable: [502, 'connect() failed (113: Host is unreachable) while connecting to upstream'],
  'connect-timeout': [
    504,
    'upstream timed out (110: Connection timed out) while connecting to upstream',
  ],
  'read-timeout': [
    504,
    'upstream timed out (110: Connection timed out) while reading response header from upstream',
  ],
  closed: [
    502,
    'upstream prematurely closed connection while reading response header from upstream',
  ],
};

/** `http://name:port/path` taken apart; undefined when it is no such thing. */
export function parseTarget(target: string):
  | {
      readonly host: string;
      readonly port: number;
      readonly authority: string;
      readonly path: string;
    }
  | undefined {
  const m = /^http:\/\/(([^/:?]+)(?::(\d+))?)(.*)$/.exec(target);
  return m
    ? {
        authority: m[1] as string,
        host: m[2] as string,
        port: Number(m[3] ?? '80'),
        path: m[4] ?? '',
      }
    : undefined;
}

export class Proxy {
  readonly #process: Process;
  readonly #config: Config;
  /** By authority: an upstream's name, or `host:port`. Addresses as they were when the configuration was read. */
  readonly #groups = new Map<string, Group>();
  readonly #complain: Complain;

  constructor(process: Process, config: Config, complain: Complain) {
    this.#process = process;
    this.#config = config;
    this.#complain = complain;
  }

  /** What must be resolved before the server starts. */
  static names(config: Config): readonly { readonly host: string; readonly where: string }[] {
    const names = [...config.upstreams.values()].flatMap(({ servers }) =>
      servers.map(({ host, where }) => ({ host, where })),
    );
    for (const { args, file, line } of passesOf(config)) {
      const target = parseTarget(args[0] ?? '');
      if (target && !(args[0] ?? '').includes('$') && !config.upstreams.has(target.authority))
        names.push({ host: target.host, where: `${file}:${line}` });
    }
    return names;
  }

  /** Takes what was resolved. */
  learn(addresses: ReadonlyMap<string, readonly string[]>): void {
    const peersOf = ({
      host,
      port,
      weight,
      isBackup,
    }: Pick<UpstreamServer, 'host' | 'port' | 'weight' | 'isBackup'>): Peer[] =>
      (addresses.get(host) ?? []).map((address) => ({
        ...freshPeer(address, port),
        weight,
        isBackup,
      }));
    for (const { name, method, servers } of this.#config.upstreams.values())
      this.#groups.set(name, {
        name,
        method,
        peers: servers.filter(({ isDown }) => !isDown).flatMap(peersOf),
      });
    for (const { args } of passesOf(this.#config)) {
      const target = parseTarget(args[0] ?? '');
      if (target && !this.#groups.has(target.authority))
        this.#groups.set(target.authority, {
          name: target.authority,
          method: 'round-robin',
          peers: peersOf({ ...target, weight: 1, isBackup: false }),
        });
    }
  }

  pass(passing: Passing, answers: PassAnswers): void {
    const target = parseTarget(passing.target);
    if (!target) {
      this.#complain(passing.exchange, `invalid URL prefix in "${passing.target}"`);
      return answers.failed(500);
    }
    collectBody(passing.exchange.request.body, (body) => {
      const group = this.#groups.get(target.authority);
      if (group) return this.#try({ passing, group, tried: new Set(), body, answers }, 502);
      const peersOf = (addresses: readonly string[]): Peer[] =>
        addresses.map((address) => freshPeer(address, target.port));
      this.#resolve(passing, target.host, answers, (addresses) =>
        this.#try(
          {
            passing,
            group: { name: target.authority, method: 'round-robin', peers: peersOf(addresses) },
            tried: new Set(),
            body,
            answers,
          },
          502,
        ),
      );
    });
  }

  #resolve(
    { location, exchange }: Passing,
    host: string,
    answers: PassAnswers,
    found: (addresses: readonly string[]) => void,
  ): void {
    const servers = setting(location.scope, 'resolver')?.filter((arg) => !arg.includes('='));
    if (!servers && !/^[\d.]+$/.test(host)) {
      this.#complain(exchange, `no resolver defined to resolve ${host}`);
      return answers.failed(502);
    }
    lookupHost(
      this.#process.namespace,
      host,
      (addresses) => {
        if (addresses.length > 0) return found(addresses);
        this.#complain(exchange, `${host} could not be resolved (3: Host not found)`);
        answers.failed(502);
      },
      servers,
    );
  }

  /** Asks one server of the group after the other until one answers. */
  #try(attempt: Attempt, last: number): void {
    const { passing, group, tried, body, answers } = attempt;
    const { exchange, location } = passing;
    const peer = this.#choose(group, tried, exchange);
    if (!peer) {
      if (tried.size === 0)
        this.#complain(
          exchange,
          'no live upstreams while connecting to upstream',
          upstreamURL(passing, group.name),
        );
      return answers.failed(last);
    }
    tried.add(peer);
    const where = `${peer.address}:${peer.port}`;
    exchange.upstreamAddress =
      exchange.upstreamAddress === '' ? where : `${exchange.upstreamAddress}, ${where}`;
    fetchHttp(
      {
        net: this.#process.namespace.net,
        address: peer.address,
        port: peer.port,
        method: exchange.request.method,
        text: this.#requestText(passing, body),
        connectTimeoutMs: milliseconds(
          setting(location.scope, 'proxy_connect_timeout')?.[0] ?? '60s',
        ),
        readTimeoutMs: milliseconds(setting(location.scope, 'proxy_read_timeout')?.[0] ?? '60s'),
      },
      (fetched) => answers.answered(answerOf(fetched)),
      (why) => {
        const [status, text] = FAILURES[why];
        this.#complain(exchange, text, upstreamURL(passing, where));
        peer.failedAtMs = this.#process.kernel.world.nowMs;
        this.#try(attempt, status);
      },
    );
  }

  #choose(group: Group, tried: ReadonlySet<Peer>, exchange: Exchange): Peer | undefined {
    const { nowMs } = this.#process.kernel.world;
    const fresh = group.peers.filter((peer) => !tried.has(peer));
    const isOnly = group.peers.length === 1;
    const live = fresh.filter((peer) => isOnly || nowMs - peer.failedAtMs >= FAIL_TIMEOUT_MS);
    const first = live.filter((peer) => !peer.isBackup);
    const candidates = first.length > 0 ? first : live;
    if (candidates.length === 0) return undefined;
    if (group.method === 'ip_hash')
      return candidates[hashOfAddress(exchange.request.from) % candidates.length];
    return smooth(candidates);
  }

  /** HTTP/1.0, as nginx speaks to upstreams when nothing else is said. */
  #requestText({ location, target, exchange, source }: Passing, body: string): string {
    const { request } = exchange;
    const parsed = parseTarget(target);
    const path = parsed?.path ?? '';
    const uri =
      path === '' || path.startsWith('$')
        ? request.target
        : location.modifier === '' || location.modifier === '^~' || location.modifier === '='
          ? path + request.target.slice(location.path.length)
          : path;
    const headers = new Map<string, string>([
      ['Host', parsed?.authority ?? ''],
      ['Connection', 'close'],
    ]);
    for (const [name, value] of Object.entries(request.headers))
      if (
        ![
          'host',
          'connection',
          'keep-alive',
          'content-length',
          'transfer-encoding',
          'upgrade',
        ].includes(name)
      )
        headers.set(
          name.replace(
            /(^|-)([a-z])/g,
            (_, dash: string, letter: string) => dash + letter.toUpperCase(),
          ),
          value,
        );
    for (const { args } of inherited(location.scope, 'proxy_set_header')) {
      const name = args[0] ?? '';
      const value = interpolate(
        (args[1] ?? '').replace(/\$proxy_host\b/g, parsed?.authority ?? ''),
        source,
      );
      for (const known of [...headers.keys()])
        if (known.toLowerCase() === name.toLowerCase()) headers.delete(known);
      if (value !== '') headers.set(name, value);
    }
    if (body !== '') headers.set('Content-Length', String(body.length));
    return `${request.method} ${uri === '' ? '/' : uri} HTTP/1.0\r\n${[...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
  }
}

function freshPeer(address: string, port: number): Peer {
  return { address, port, weight: 1, isBackup: false, current: 0, failedAtMs: -FAIL_TIMEOUT_MS };
}

function upstreamURL({ target }: Passing, where: string): string {
  return `http://${where}${parseTarget(target)?.path || '/'}`;
}

/** Smooth weighted round robin: with weights 5, 1, 1 the order is a a b a c a a. */
function smooth(peers: readonly Peer[]): Peer | undefined {
  let best: Peer | undefined;
  let total = 0;
  for (const peer of peers) {
    peer.current += peer.weight;
    total += peer.weight;
    if (!best || peer.current > best.current) best = peer;
  }
  if (best) best.current -= total;
  return best;
}

/** By the first three numbers of the client's address. */
function hashOfAddress(address: string): number {
  let hash = 89;
  for (const part of address.split('.').slice(0, 3)) hash = (hash * 113 + Number(part)) % 6271;
  return hash;
}

function answerOf({ status, headers, body }: Fetched): Answer {
  const hidden = [
    'date',
    'server',
    'connection',
    'transfer-encoding',
    'content-length',
    'x-accel-redirect',
    'keep-alive',
  ];
  const kept = Object.entries(headers).filter(([name]) => !hidden.includes(name));
  return { status, headers: Object.fromEntries(kept), body };
}

function passesOf(
  config: Config,
): readonly { readonly args: readonly string[]; readonly file: string; readonly line: number }[] {
  const found: {
    readonly args: readonly string[];
    readonly file: string;
    readonly line: number;
  }[] = [];
  const visit = (locations: readonly Location[]): void => {
    for (const { scope, locations: inner } of locations) {
      found.push(...scope.directives.filter(({ name }) => name === 'proxy_pass'));
      visit(inner);
    }
  };
  for (const { locations } of config.servers) visit(locations);
  return found;
}
