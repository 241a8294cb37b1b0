/**
 * One HTTP request from this process to an engine. The only file that knows how the machine carries it.
 */
import { httpRequest, SystemError } from './process.ts'
import type { Process, Readable, Sys, Writable } from './process.ts'

export interface HttpRequest {
  /** `unix:///var/run/docker.sock` or `tcp://10.0.0.4:2375`. */
  readonly host: string
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ask for a raw connection (`Upgrade: tcp`), as attach and exec do. */
  readonly hijack?: boolean
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Readable
  /** The other direction of a hijacked connection. */
  readonly upstream?: Writable
  /** Hangs up. */
  readonly close: () => void
}

/** Fails with SystemError when no connection comes about. */
export type Transport = (process: Process, request: HttpRequest) => Sys<HttpResponse>

/** Over the machine's sockets and network. */
export function* engineTransport(process: Process, request: HttpRequest): Sys<HttpResponse> {
  const { method, path, body, hijack } = request
  const response = yield* httpRequest(process, {
    to: destination(request.host),
    method,
    target: path,
    headers: lowerCased({
      ...request.headers,
      host: request.host.startsWith('unix://') ? 'api.moby.localhost' : request.host.slice(6),
      ...(hijack === true ? { connection: 'Upgrade', upgrade: 'tcp' } : {}),
    }),
    body,
  })
  return {
    status: response.status,
    headers: new Map(Object.entries(response.headers)),
    body: response.body,
    upstream: response.connection.writer,
    close: () => response.connection.abort(),
  }
}

function destination(host: string): { socketPath: string } | { address: string; port: number } {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) }
  const match = /^tcp:\/\/\[?([^\]]*?)\]?:(\d+)$/.exec(host)
  if (match === null) throw new SystemError('EHOSTUNREACH')
  return { address: match[1] ?? '', port: Number(match[2]) }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
