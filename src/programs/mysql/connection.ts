/** A client's connection to a MySQL server. Real: libmysqlclient; errors 2002, 2003, 2005, 2013 are the client's own. */
import {
  call,
  connectTcp,
  connectUnix,
  race,
  readCall,
  sleepCall,
  SystemError,
  write,
  type HttpWire,
  type Process,
  type Sys,
} from '../../sim/index.ts';
import { lookupHostCall } from '../net/resolve.ts';
import { parseGreeting, scramble, type Greeting, type Reply, type Request } from './protocol.ts';

export interface Target {
  readonly host: string | undefined;
  readonly port: number;
  readonly socket: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly program: string;
  readonly product: 'mysql' | 'mariadb';
  readonly connectTimeoutMs?: number;
}

export type Failure = Extract<Reply, { type: 'error' }>;

const ERRNO: Readonly<Record<string, number>> = {
  ENOENT: 2,
  EACCES: 13,
  ECONNREFUSED: 111,
  ETIMEDOUT: 110,
  EHOSTUNREACH: 113,
  ENETUNREACH: 101,
};

function failure(number: number, message: string, state = 'HY000'): Failure {
  return { type: 'error', number, state, message };
}

export class Connection {
  readonly greeting: Greeting;
  readonly #wire: HttpWire;
  #text: string;

  private constructor(wire: HttpWire, greeting: Greeting, text: string) {
    this.#wire = wire;
    this.greeting = greeting;
    this.#text = text;
  }

  static *open(process: Process, target: Target): Sys<Connection | Failure> {
    const isLocal = target.host === undefined || target.host === 'localhost';
    const server = target.product === 'mysql' ? 'MySQL server' : 'server';
    let wire: HttpWire;
    try {
      if (isLocal) wire = yield* connectUnix(process, target.socket);
      else {
        const [address] = yield* call(lookupHostCall(process, target.host));
        if (address === undefined)
          return target.product === 'mysql'
            ? failure(2005, `Unknown ${server} host '${target.host ?? ''}' (-2)`)
            : failure(2005, `Unknown server host '${target.host ?? ''}' (-2)`);
        wire = yield* connectTcp(
          process,
          { address, port: target.port },
          target.connectTimeoutMs ?? 130_000,
        );
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const errno = ERRNO[error.code] ?? 111;
      if (isLocal)
        return failure(
          2002,
          `Can't connect to local ${server} through socket '${target.socket}' (${errno})`,
        );
      const place =
        target.product === 'mysql'
          ? `'${target.host ?? ''}:${target.port}'`
          : `'${target.host ?? ''}'`;
      return target.product === 'mysql'
        ? failure(2003, `Can't connect to MySQL server on ${place} (${errno})`)
        : failure(2002, `Can't connect to server on ${place} (${errno})`);
    }
    wire.reader.retain();
    wire.writer.retain();
    const first = yield* readLine(wire, '');
    if (!first)
      return failure(
        2013,
        "Lost connection to MySQL server at 'reading initial communication packet', system error: 0",
      );
    if (first.line.startsWith('{')) {
      wire.close();
      return JSON.parse(first.line) as Failure;
    }
    const greeting = parseGreeting(first.line);
    if (!greeting) {
      wire.close();
      return failure(2007, 'Protocol mismatch; server version = 0, client version = 10');
    }
    const connection = new Connection(wire, greeting, first.rest);
    const reply = yield* connection.ask({
      type: 'auth',
      user: target.user,
      response: scramble(target.password, greeting.salt),
      database: target.database,
      program: target.program,
    });
    if (reply.type === 'error') {
      connection.close();
      return reply;
    }
    return connection;
  }

  *query(sql: string): Sys<Reply> {
    return yield* this.ask({ type: 'query', sql });
  }

  *ask(request: Request): Sys<Reply> {
    try {
      yield* write(this.#wire.writer, `${JSON.stringify(request)}\n`);
      const next = yield* readLine(this.#wire, this.#text);
      if (!next) return failure(2013, 'Lost connection to MySQL server during query');
      this.#text = next.rest;
      return JSON.parse(next.line) as Reply;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return failure(2006, 'MySQL server has gone away');
    }
  }

  close(): void {
    this.#wire.writer.put(`${JSON.stringify({ type: 'quit' })}\n`);
    this.#wire.close();
  }
}

function* readLine(
  wire: HttpWire,
  before: string,
): Sys<{ readonly line: string; readonly rest: string } | undefined> {
  let text = before;
  for (;;) {
    const newline = text.indexOf('\n', text.startsWith('J\0\0\0\n') ? 5 : 0);
    if (newline >= 0) return { line: text.slice(0, newline), rest: text.slice(newline + 1) };
    const next = yield* race({ chunk: readCall(wire.reader), late: sleepCall(3_600_000) });
    if (next.key === 'late' || next.value === '') return undefined;
    text += next.value;
  }
}
