/**
 * `$variables` in log formats, `return`, headers and `proxy_pass`.
 *
 * Real: nginx src/http/ngx_http_variables.c.
 */
import { utf8Length, type HttpRequest, type Process } from '../../sim/index.ts';
import { logDate } from '../net/dates.ts';
import { ownPid } from '../net/pids.ts';
import type { Server } from './config.ts';

/** A request on its way through the server. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly server: Server;
  readonly port: number;
  readonly connection: number;
  readonly atMs: number;
  /** Path after internal redirects, decoded. */
  uri: string;
  args: string;
  status: number;
  bodyBytes: number;
  upstreamAddress: string;
  documentRoot: string;
  /** By `set` and by named groups of a location's pattern. */
  readonly own: Map<string, string>;
}

export interface VariableSource {
  readonly process: Process;
  readonly version: string;
  readonly exchange: Exchange;
}

/** Replaces `$name` and `${name}`. `empty` stands for those without a value: `-` in logs. */
export function interpolate(text: string, source: VariableSource, empty = ''): string {
  return text.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced: string | undefined, bare: string | undefined) =>
      variable(braced ?? bare ?? '', source) || empty,
  );
}

export function hasVariable(text: string): boolean {
  return /\$\{?\w/.test(text);
}

/** The name that the client asked for, without the port; the server's own name when it gave none. */
export function hostOf({ request, server }: Exchange): string {
  const host = (request.headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase();
  return host === '' ? (server.names[0] ?? '') : host;
}

export function requestLine({ request }: Exchange): string {
  return `${request.method} ${request.target} HTTP/1.1`;
}

function variable(name: string, source: VariableSource): string {
  const { exchange, process } = source;
  const own = exchange.own.get(name);
  if (own !== undefined) return own;
  const { request } = exchange;
  if (name.startsWith('http_')) return request.headers[name.slice(5).replace(/_/g, '-')] ?? '';
  if (name.startsWith('arg_'))
    return new RegExp(`(?:^|&)${name.slice(4)}=([^&]*)`).exec(exchange.args)?.[1] ?? '';
  if (name.startsWith('cookie_'))
    return (
      new RegExp(`(?:^|; *)${name.slice(7)}=([^;]*)`).exec(request.headers['cookie'] ?? '')?.[1] ??
      ''
    );
  return KNOWN[name]?.(source, process) ?? '';
}

const KNOWN: Readonly<Record<string, (source: VariableSource, process: Process) => string>> = {
  remote_addr: ({ exchange }) => exchange.request.from,
  remote_user: () => '',
  remote_port: () => '0',
  time_local: (_, process) => logDate(process.kernel.world.unixMs),
  time_iso8601: (_, process) => process.kernel.world.timestamp().replace(/\.\d+Z$/, '+00:00'),
  msec: (_, process) =>
    `${Math.floor(process.kernel.world.unixMs / 1000)}.${String(process.kernel.world.unixMs % 1000).padStart(3, '0')}`,
  request: ({ exchange }) => requestLine(exchange),
  request_method: ({ exchange }) => exchange.request.method,
  request_uri: ({ exchange }) => exchange.request.target,
  request_time: ({ exchange }, process) =>
    ((process.kernel.world.nowMs - exchange.atMs) / 1000).toFixed(3),
  request_filename: ({ exchange }) => `${exchange.documentRoot}${exchange.uri}`,
  document_root: ({ exchange }) => exchange.documentRoot,
  server_protocol: () => 'HTTP/1.1',
  status: ({ exchange }) => String(exchange.status),
  body_bytes_sent: ({ exchange }) => String(exchange.bodyBytes),
  bytes_sent: ({ exchange }) => String(exchange.bodyBytes + 240),
  request_length: ({ exchange }) => String(utf8Length(requestLine(exchange)) + 60),
  uri: ({ exchange }) => exchange.uri,
  document_uri: ({ exchange }) => exchange.uri,
  args: ({ exchange }) => exchange.args,
  query_string: ({ exchange }) => exchange.args,
  is_args: ({ exchange }) => (exchange.args === '' ? '' : '?'),
  scheme: () => 'http',
  https: () => '',
  host: ({ exchange }) => hostOf(exchange),
  hostname: (_, process) => process.namespace.hostname,
  server_name: ({ exchange }) => exchange.server.names[0] ?? '',
  server_port: ({ exchange }) => String(exchange.port),
  server_addr: (_, process) =>
    process.namespace.net.interfaces.find(({ name }) => name !== 'lo')?.address ?? '127.0.0.1',
  connection: ({ exchange }) => String(exchange.connection),
  connection_requests: () => '1',
  nginx_version: ({ version }) => version,
  pid: (_, process) => String(ownPid(process)),
  upstream_addr: ({ exchange }) => exchange.upstreamAddress,
  upstream_status: ({ exchange }) =>
    exchange.upstreamAddress === '' ? '' : String(exchange.status),
  proxy_add_x_forwarded_for: ({ exchange }) =>
    [exchange.request.headers['x-forwarded-for'], exchange.request.from]
      .filter((one) => one !== undefined)
      .join(', '),
};
