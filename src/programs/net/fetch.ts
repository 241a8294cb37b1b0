/**
 * One HTTP exchange by callback: what proxies send on behalf of a request that they answer.
 */
import {
  collectBody,
  decodeBody,
  parseHead,
  type NetStack,
  type SystemError,
  type TcpConnection,
} from '../../sim/index.ts';

export interface FetchOptions {
  readonly net: NetStack;
  readonly address: string;
  readonly port: number;
  /** Head and body as they go over the wire. */
  readonly text: string;
  readonly method: string;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
}

export interface Fetched {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type FetchFailure =
  'refused' | 'unreachable' | 'connect-timeout' | 'read-timeout' | 'closed';

/** Exactly one of the answers comes. */
export function fetchHttp(
  options: FetchOptions,
  done: (fetched: Fetched) => void,
  failed: (why: FetchFailure) => void,
): void {
  const { net } = options;
  // On a bridge the answer comes before `connect` returns: the timer is there first.
  let giveUp = (): void => {};
  const timer = net.world.schedule(options.connectTimeoutMs, 'connect timeout', () => {
    giveUp();
    failed('connect-timeout');
  });
  giveUp = net.tcp.connect(
    { address: options.address, port: options.port },
    {
      connected: (connection) => {
        timer.cancel();
        exchange(options, connection, done, failed);
      },
      failed: (error) => {
        timer.cancel();
        failed(failureOf(error));
      },
    },
  );
}

function failureOf(error: SystemError): FetchFailure {
  return error.code === 'ECONNREFUSED'
    ? 'refused'
    : error.code === 'ETIMEDOUT'
      ? 'connect-timeout'
      : 'unreachable';
}

function exchange(
  options: FetchOptions,
  connection: TcpConnection,
  done: (fetched: Fetched) => void,
  failed: (why: FetchFailure) => void,
): void {
  connection.writer.put(options.text);
  let isOver = false;
  const end = (settle: () => void): void => {
    if (isOver) return;
    isOver = true;
    timer.cancel();
    settle();
  };
  const timer = options.net.world.schedule(options.readTimeoutMs, 'read timeout', () =>
    end(() => {
      connection.abort();
      failed('read-timeout');
    }),
  );
  let text = '';
  const pull = (): void => {
    for (;;) {
      const chunk = connection.reader.take();
      if (isOver) return;
      if (chunk === undefined) return void connection.reader.whenReadable(pull);
      if (chunk === '') return end(() => failed('closed'));
      text += chunk;
      const head = parseHead(text);
      const status = head && /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(head.first);
      if (!head || !status) continue;
      const code = Number(status[1]);
      const isBare = options.method === 'HEAD' || code === 204 || code === 304;
      const body = decodeBody(
        isBare ? { 'content-length': '0' } : head.headers,
        head.rest,
        connection.reader,
      );
      return collectBody(body, (all) =>
        end(() => {
          connection.close();
          done({ status: code, reason: status[2] ?? '', headers: head.headers, body: all });
        }),
      );
    }
  };
  pull();
}
