/** A web site for tests: answers on a port of a machine, and remembers what it was asked. */
import type { Lab } from '../../../src/lab/lab.ts';
import { collectBody, serveHttp, type HttpRequest } from '../../../src/sim/index.ts';

export interface Asked {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Serves `pages` by path, or what a function answers; anything else is 404. */
export function serve(
  lab: Lab,
  machine: string,
  port: number,
  pages: Readonly<Record<string, Page | string | ((asked: Asked) => Page | string)>>,
): readonly Asked[] {
  const seen: Asked[] = [];
  const host = lab.host(machine);
  if (!host) throw new Error(`no machine ${machine}`);
  host.machine.net.tcp.listen('0.0.0.0', port, (connection) =>
    serveHttp(connection, '', (request, responder) =>
      bodyOf(request, (body) => {
        const asked = {
          line: `${request.method} ${request.target}`,
          headers: request.headers,
          body,
        };
        seen.push(asked);
        const found = pages[request.target.replace(/\?.*/, '')] ?? { status: 404, body: 'none' };
        const page = typeof found === 'function' ? found(asked) : found;
        const {
          status = 200,
          headers = {},
          body: text = '',
        } = typeof page === 'string' ? { body: page } : page;
        responder.send(status, { 'content-type': 'text/html', ...headers }, text);
      }),
    ),
  );
  return seen;
}

function bodyOf(request: HttpRequest, done: (body: string) => void): void {
  collectBody(request.body, done);
}
