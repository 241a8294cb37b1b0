/**
 * The client's end of the wire: a command goes out, its answer comes back. Used by the shells and by applications.
 *
 * Real: a MongoDB driver's connection.
 */
import {
  call,
  connectTcp,
  race,
  readCall,
  sleepCall,
  SystemError,
  write,
  type Process,
  type Sys,
  type TcpConnection,
} from '../../sim/index.ts';
import type { ObjectValue } from '../javascript/values.ts';
import { lookupHostCall } from '../net/resolve.ts';
import { decode, encode } from './bson.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** How long a connection may take, in ms. */
  readonly timeoutMs: number;
}

const REPLY_TIMEOUT_MS = 60_000;

export class MongoClient {
  readonly #process: Process;
  readonly #connection: TcpConnection;
  #received = '';
  #isAsking = false;
  #next = 1;

  private constructor(process: Process, connection: TcpConnection) {
    this.#process = process;
    this.#connection = connection;
    connection.reader.retain();
    connection.writer.retain();
  }

  /** ENOENT: the name has no address; ETIMEDOUT, ECONNREFUSED and others as `connect` gives them. */
  static *connect(process: Process, { host, port, timeoutMs }: Target): Sys<MongoClient> {
    const [address] = yield* call(lookupHostCall(process, host));
    if (address === undefined) throw new SystemError('ENOENT');
    return new MongoClient(process, yield* connectTcp(process, { address, port }, timeoutMs));
  }

  /** The answer; a refusal is one too. ECONNRESET when the server has gone. */
  *run(db: string, command: ObjectValue): Sys<ObjectValue> {
    const id = this.#next++;
    this.#isAsking = true;
    try {
      yield* write(this.#connection.writer, `${encode({ id, db, command })}\n`);
      return yield* this.#answer();
    } finally {
      this.#isAsking = false;
    }
  }

  *#answer(): Sys<ObjectValue> {
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end >= 0) {
        const line = decode(this.#received.slice(0, end)) as ObjectValue;
        this.#received = this.#received.slice(end + 1);
        return line['reply'] as ObjectValue;
      }
      const first = yield* race({
        chunk: readCall(this.#connection.reader),
        late: sleepCall(REPLY_TIMEOUT_MS),
      });
      if (first.key === 'late') throw new SystemError('ETIMEDOUT');
      if (first.value === '') throw new SystemError('ECONNRESET');
      this.#received += first.value;
    }
  }

  /** Calls `notify` when the server closes the connection. */
  whenClosed(notify: () => void): void {
    const look = (): void => {
      // Answers are read by whoever asked: an empty text alone is the end.
      const text = this.#isAsking ? undefined : this.#connection.reader.take();
      if (text === '') return notify();
      if (text !== undefined) this.#received += text;
      this.#connection.reader.whenReadable(look);
    };
    this.#connection.reader.whenReadable(look);
  }

  close(): void {
    if (!this.#process.exit) this.#connection.close();
    else this.#connection.abort();
  }
}
