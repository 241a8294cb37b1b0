/**
 * The configuration as the server uses it: servers by port, locations, upstreams.
 *
 * Real: nginx src/http/{ngx_http,ngx_http_core_module,ngx_http_upstream}.c.
 */
import type { FileSystem } from '../../sim/index.ts';
import { checkDirectives } from './directives.ts';
import { ConfigError, parseFile, type Directive } from './parse.ts';

/** A block and those around it: what it does not say itself it inherits. */
export interface Scope {
  readonly directives: readonly Directive[];
  readonly parent: Scope | undefined;
}

export interface Location {
  readonly modifier: '' | '=' | '~' | '~*' | '^~' | '@';
  readonly path: string;
  readonly pattern: RegExp | undefined;
  readonly scope: Scope;
  readonly locations: readonly Location[];
}

export interface Listen {
  readonly address: string;
  readonly port: number;
  readonly isDefault: boolean;
}

export interface Server {
  readonly listens: readonly Listen[];
  readonly names: readonly string[];
  readonly scope: Scope;
  readonly locations: readonly Location[];
}

export interface UpstreamServer {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly isBackup: boolean;
  readonly isDown: boolean;
  readonly where: string;
}

export interface Upstream {
  readonly name: string;
  readonly method: 'round-robin' | 'least_conn' | 'ip_hash';
  readonly servers: readonly UpstreamServer[];
}

export interface Config {
  readonly main: Scope;
  readonly http: Scope;
  readonly servers: readonly Server[];
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly types: ReadonlyMap<string, string>;
  readonly formats: ReadonlyMap<string, string>;
  /** Directives that nginx knows and the lab does not simulate. */
  readonly unsupported: readonly string[];
}

const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** Reads and checks all of the configuration; throws ConfigError. `extra` is what `-g` says. */
export function loadConfig(files: FileSystem, path: string, extra: string): Config {
  const directives = [...globalDirectives(extra), ...parseFile(files, path)];
  const unsupported = checkDirectives(directives);
  const main: Scope = { directives, parent: undefined };
  const block = directives.find(({ name }) => name === 'http')?.block ?? [];
  if (!directives.some(({ name }) => name === 'events'))
    throw new ConfigError('no "events" section in configuration');
  const http: Scope = { directives: block, parent: main };
  const upstreams = block.filter(({ name }) => name === 'upstream').map(upstreamOf);
  return {
    main,
    http,
    unsupported,
    servers: block.filter(({ name }) => name === 'server').map((one) => serverOf(one, http)),
    upstreams: new Map(upstreams.map((one) => [one.name, one])),
    types: typesOf(block),
    formats: new Map([
      ['combined', COMBINED],
      ...block.filter(({ name }) => name === 'log_format').map(formatOf),
    ]),
  };
}

function globalDirectives(text: string): readonly Directive[] {
  return text
    .split(';')
    .map((part) => part.trim().split(/\s+/))
    .filter(([name]) => name)
    .map(([name = '', ...args]) => ({
      name,
      args,
      block: undefined,
      file: 'command line',
      line: 0,
    }));
}

/** The nearest directives of a name, here or in a block around. */
export function inherited(scope: Scope, name: string): readonly Directive[] {
  for (let here: Scope | undefined = scope; here; here = here.parent) {
    const found = here.directives.filter((directive) => directive.name === name);
    if (found.length > 0) return found;
  }
  return [];
}

/** The words of the nearest directive of a name. */
export function setting(scope: Scope, name: string): readonly string[] | undefined {
  return inherited(scope, name)[0]?.args;
}

/** A directive of this very block: `return`, `proxy_pass` are not inherited. */
export function own(scope: Scope, name: string): Directive | undefined {
  return scope.directives.find((directive) => directive.name === name);
}

/** `60s`, `1m`, `500ms` in ms. */
export function milliseconds(text: string): number {
  const m = /^(\d+)(ms|s|m|h)?$/.exec(text);
  return m
    ? Number(m[1]) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[m[2] ?? 's'] ?? 1_000)
    : 60_000;
}

function serverOf(directive: Directive, http: Scope): Server {
  const scope: Scope = { directives: directive.block ?? [], parent: http };
  const listens = scope.directives.filter(({ name }) => name === 'listen').flatMap(listenOf);
  const names = scope.directives
    .filter(({ name }) => name === 'server_name')
    .flatMap(({ args }) => args);
  return {
    listens: listens.length > 0 ? listens : [{ address: '0.0.0.0', port: 80, isDefault: false }],
    names,
    scope,
    locations: locationsOf(scope),
  };
}

function listenOf({ args, file, line }: Directive): readonly Listen[] {
  const [where = '', ...flags] = args;
  if (where.startsWith('unix:'))
    throw new ConfigError(`이 실습실에서는 지원하지 않습니다: listen ${where} in ${file}:${line}`);
  // IPv6: the lab's network has none; a socket that nobody can reach is left away.
  if (where.startsWith('[')) return [];
  const m = /^(?:([^:]+):)?(\d+)$/.exec(where);
  const port = m ? Number(m[2]) : 80;
  const address = m ? (m[1] ?? '0.0.0.0') : where;
  if (port < 1 || port > 65_535)
    throw new ConfigError(
      `invalid port in "${where}" of the "listen" directive in ${file}:${line}`,
    );
  return [
    {
      address: address === '*' ? '0.0.0.0' : address === 'localhost' ? '127.0.0.1' : address,
      port,
      isDefault: flags.includes('default_server') || flags.includes('default'),
    },
  ];
}

function locationsOf(scope: Scope): readonly Location[] {
  return scope.directives
    .filter(({ name }) => name === 'location')
    .map((directive) => {
      const inner: Scope = { directives: directive.block ?? [], parent: scope };
      return { ...matchOf(directive), scope: inner, locations: locationsOf(inner) };
    });
}

function matchOf({ args, file, line }: Directive): Pick<Location, 'modifier' | 'path' | 'pattern'> {
  const [first = '', second] = args;
  const glued = second === undefined ? /^(=|~\*|~|\^~)(.+)$/.exec(first) : undefined;
  const modifier = (second !== undefined ? first : (glued?.[1] ?? '')) as Location['modifier'];
  const path = second ?? glued?.[2] ?? first;
  if (path.startsWith('@')) return { modifier: '@', path, pattern: undefined };
  if (!['', '=', '~', '~*', '^~'].includes(modifier))
    throw new ConfigError(`invalid location modifier "${modifier}" in ${file}:${line}`);
  if (!modifier.startsWith('~')) return { modifier, path, pattern: undefined };
  try {
    return { modifier, path, pattern: new RegExp(path, modifier === '~*' ? 'i' : '') };
  } catch {
    throw new ConfigError(
      `pcre2_compile() failed: invalid pattern in "${path}" in ${file}:${line}`,
    );
  }
}

function upstreamOf({ args, block = [], file, line }: Directive): Upstream {
  const servers = block
    .filter(({ name }) => name === 'server')
    .map((one): UpstreamServer => {
      const [where = '', ...flags] = one.args;
      const [host = '', port = '80'] = where.split(':');
      const weight = Number(
        /^weight=(\d+)$/.exec(flags.find((flag) => flag.startsWith('weight=')) ?? '')?.[1] ?? '1',
      );
      return {
        host,
        port: Number(port),
        weight,
        isBackup: flags.includes('backup'),
        isDown: flags.includes('down'),
        where: `${one.file}:${one.line}`,
      };
    });
  if (servers.length === 0)
    throw new ConfigError(`no servers are inside upstream in ${file}:${line}`);
  const method = block.some(({ name }) => name === 'least_conn')
    ? 'least_conn'
    : block.some(({ name }) => name === 'ip_hash')
      ? 'ip_hash'
      : 'round-robin';
  return { name: args[0] ?? '', method, servers };
}

function typesOf(block: readonly Directive[]): ReadonlyMap<string, string> {
  const lines = block.filter(({ name }) => name === 'types').flatMap((one) => one.block ?? []);
  return new Map(
    lines.flatMap(({ name, args }) => args.map((extension) => [extension, name] as const)),
  );
}

function formatOf({ args }: Directive): readonly [string, string] {
  return [
    args[0] ?? '',
    args
      .slice(1)
      .filter((arg) => !arg.startsWith('escape='))
      .join(''),
  ];
}
