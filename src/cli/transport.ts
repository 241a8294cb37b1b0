/**
 * One HTTP request from this process to an engine. The only file that knows how the machine carries it.
 */
import {
  SystemError,
  connectTcp,
  connectUnix,
  headerLines,
  readResponse,
  write,
} from './process.ts';
import type { HttpWire, Process, Readable, Sys, Writable } from './process.ts';

export interface HttpRequest {
  /** `unix:///var/run/docker.sock` or `tcp://10.0.0.4:2375`. */
  readonly host: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ask for a raw connection (`Upgrade: tcp`), as attach and exec do. */
  readonly hijack?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Readable;
  /** The other direction of a hijacked connection. */
  readonly upstream?: Writable;
  /** Nothing more will be written; what comes back goes on. */
  readonly endUpstream?: () => void;
  /** Hangs up. */
  readonly close: () => void;
}

/** A request that was sent and may be answered much later (`wait`). */
export interface PendingResponse {
  response(): Sys<HttpResponse>;
  abandon(): void;
}

/** Fails with SystemError when no connection comes about. */
export type Transport = (process: Process, request: HttpRequest) => Sys<PendingResponse>;

/** Over the machine's sockets and network. */
export function* engineTransport(process: Process, request: HttpRequest): Sys<PendingResponse> {
  const { method, path, body, hijack, host } = request;
  const wire = yield* connect(process, host);
  wire.reader.retain();
  wire.writer.retain();
  const headers = lowerCased({
    host: host.startsWith('unix://') ? 'api.moby.localhost' : host.slice('tcp://'.length),
    ...request.headers,
    ...(hijack === true ? { connection: 'Upgrade', upgrade: 'tcp' } : {}),
    ...(body === '' && method === 'GET' ? {} : { 'content-length': String(body.length) }),
  });
  yield* write(wire.writer, `${method} ${path} HTTP/1.1\r\n${headerLines(headers)}\r\n${body}`);
  return {
    *response() {
      const response = yield* readResponse(wire, method);
      return {
        status: response.status,
        headers: new Map(Object.entries(response.headers)),
        body: response.body,
        upstream: wire.writer,
        endUpstream: () => wire.close(),
        close: () => wire.abort(),
      };
    },
    abandon: () => wire.abort(),
  };
}

function* connect(process: Process, host: string): Sys<HttpWire> {
  if (host.startsWith('unix://')) {
    return yield* connectUnix(process, host.slice('unix://'.length));
  }
  return yield* connectTcp(process, tcpAddress(host));
}

function tcpAddress(host: string): { address: string; port: number } {
  const match = /^tcp:\/\/\[?([^\]]*?)\]?:(\d+)$/.exec(host);
  if (match === null) throw new SystemError('EHOSTUNREACH');
  return { address: match[1] ?? '', port: Number(match[2]) };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
