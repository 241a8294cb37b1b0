/**
 * HTTP servers of containers: listening, answering when the process may run, leaving a trace of what was served.
 *
 * Trace: `http.served` {namespace, hostname, method, target, status}: who answered a request.
 */
import {
  serveHttp,
  type HttpRequest,
  type HttpResponder,
  type Listener,
  type Process,
} from '../../sim/index.ts';

/** How often a request that came to a stopped process looks whether it goes on (`docker pause`). */
const STOPPED_MS = 100;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers each request once: at once or later. */
export type HttpHandler = (
  request: HttpRequest,
  answer: (answer: Answer) => void,
  responder: HttpResponder,
) => void;

export interface ListenOptions {
  readonly address?: string;
  readonly port: number;
  readonly handle: HttpHandler;
}

/** Serves HTTP on a port of the process's namespace. EADDRINUSE, EADDRNOTAVAIL. */
export function listenHttp(
  process: Process,
  { address = '0.0.0.0', port, handle }: ListenOptions,
): Listener {
  return process.namespace.net.tcp.listen(address, port, (connection) =>
    serveHttp(connection, connection.remote.address, (request, responder) =>
      whenRunning(process, () =>
        handle(
          request,
          (answer) => {
            sayServed(process, request, answer.status);
            // The given place of Content-Length among the headers is kept.
            responder.send(answer.status, answer.headers, answer.body);
          },
          responder,
        ),
      ),
    ),
  );
}

export function sayServed(process: Process, request: HttpRequest, status: number): void {
  const { namespace } = process;
  process.kernel.world.emit('http.served', {
    namespace: namespace.id,
    hostname: namespace.hostname,
    method: request.method,
    target: request.target,
    status,
  });
}

function whenRunning(process: Process, run: () => void): void {
  if (process.exit) return;
  if (!process.isStopped) return run();
  process.kernel.world.schedule(STOPPED_MS, `stopped ${process.argv[0] ?? ''}`, () =>
    whenRunning(process, run),
  );
}
