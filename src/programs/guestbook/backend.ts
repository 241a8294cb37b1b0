/**
 * The guestbook's backend: messages as JSON, kept in MongoDB.
 *
 * Real:     leecloudo/guestbook:backend_1.0, made from GoogleCloudPlatform/cloud-code-samples nodejs-guestbook (express, mongoose).
 * Left out: mongoose's connection pool (one connection here), its `__v` counter's updates.
 */
import {
  call,
  callbackCall,
  collectBody,
  sleep,
  SystemError,
  utf8Length,
  write,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import { isoDate, text, type ObjectValue } from '../javascript/values.ts';
import { decode, ObjectId, ObjectIds } from '../mongo/bson.ts';
import { MongoClient } from '../mongo/client.ts';
import { httpDate } from '../net/dates.ts';
import type { Answer } from '../net/http.ts';
import { serveExpress, type Asked } from './express.ts';
import { escaped } from './page.ts';

const START_MS = 900;
const MEMORY_BYTES = 48_000_000;
/** How long the driver looks for a server before it gives up (`serverSelectionTimeoutMS`). */
const SELECTION_MS = 30_000;
const RETRY_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;

export const guestbookBackend: Program = (process) =>
  serveExpress(process, {
    startMs: START_MS,
    memoryBytes: MEMORY_BYTES,
    variables: { PORT: '/app/app.js:11', GUESTBOOK_DB_ADDR: '/app/app.js:17' },
    *run(queue) {
      const backend = new Backend(process, process.env.get('GUESTBOOK_DB_ADDR') ?? '');
      yield* backend.connect();
      for (;;) {
        const code = yield* backend.handle(yield* queue.next());
        if (code !== undefined) return code;
      }
    },
  });

class Backend {
  readonly #process: Process;
  readonly #host: string;
  readonly #port: number;
  readonly #uri: string;
  readonly #ids: ObjectIds;
  #client: MongoClient | undefined;

  constructor(process: Process, address: string) {
    this.#process = process;
    const [host = '', port = '27017'] = address.split(':');
    this.#host = host;
    this.#port = Number(port);
    this.#uri = `mongodb://${address}/guestbook`;
    const { world } = process.kernel;
    this.#ids = new ObjectIds(
      () => world.unixMs,
      world.random(`guestbook ${process.namespace.id}`),
    );
  }

  /** Looks for the database until it is there, for half a minute. */
  *connect(): Sys<boolean> {
    const { world } = this.#process.kernel;
    const deadlineMs = world.nowMs + SELECTION_MS;
    let why = '';
    while (world.nowMs < deadlineMs) {
      try {
        const client = yield* MongoClient.connect(this.#process, {
          host: this.#host,
          port: this.#port,
          timeoutMs: CONNECT_TIMEOUT_MS,
        });
        this.#client = client;
        yield* write(this.#process.stdout, `Connected to ${this.#uri}\n`);
        this.#watch(client);
        return true;
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        why =
          error.code === 'ENOENT'
            ? `getaddrinfo ENOTFOUND ${this.#host}`
            : `connect ${error.code} ${this.#host}:${this.#port}`;
      }
      yield* sleep(RETRY_MS);
    }
    yield* write(
      this.#process.stderr,
      `Unable to connect to ${this.#uri}: MongooseServerSelectionError: ${why}\n`,
    );
    return false;
  }

  #watch(client: MongoClient): void {
    client.whenClosed(() => {
      if (this.#client !== client || this.#process.exit) return;
      this.#client = undefined;
      this.#process.stderr.put(`Disconnected: unable to reconnect to ${this.#uri}\n`);
    });
  }

  /** A command, by a new connection when the old one has gone; undefined: there is no server. */
  *#run(command: ObjectValue): Sys<ObjectValue | undefined> {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (!this.#client && !(yield* this.connect())) return undefined;
      try {
        return yield* (this.#client as MongoClient).run('guestbook', command);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        this.#client = undefined;
      }
    }
    return undefined;
  }

  /** The status that the process ends with, when the request was its death. */
  *handle({ request, answer }: Asked): Sys<number | undefined> {
    const reply = (status: number, body: string, type = 'application/json; charset=utf-8'): void =>
      answer(this.#answer(status, body, type));
    const [path = '/'] = request.target.split('?');
    if (path !== '/messages') {
      reply(
        404,
        `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${request.method} ${escaped(path)}</pre>\n</body>\n</html>\n`,
        'text/html; charset=utf-8',
      );
      return undefined;
    }
    if (request.method === 'POST') {
      const body = yield* call(
        callbackCall<string>('read', (done) => void collectBody(request.body, done)),
      );
      return yield* this.#post(body, reply);
    }
    yield* write(this.#process.stdout, `received request: ${request.method} ${request.target}\n`);
    const found = yield* this.#run({ find: 'messages', filter: {}, sort: { _id: -1 } });
    const rows =
      found?.['ok'] === 1
        ? ((found['cursor'] as ObjectValue)['firstBatch'] as ObjectValue[])
        : undefined;
    if (!rows) {
      // The callback looks at the length of a list that is not there, and nobody catches it.
      yield* write(
        this.#process.stderr,
        "/app/routes/index.js:15\n            if (messages.length > 0) {\n                         ^\n\nTypeError: Cannot read property 'length' of undefined\n    at /app/routes/index.js:15:26\n",
      );
      return 1;
    }
    reply(
      200,
      JSON.stringify(
        rows
          .filter(({ name, body }) => name && body)
          .map(({ _id, name, body }) => ({
            name,
            body,
            timestamp:
              _id instanceof ObjectId
                ? isoDate(Number.parseInt(_id.hex.slice(0, 8), 16) * 1000)
                : undefined,
          })),
      ),
    );
    return undefined;
  }

  *#post(body: string, reply: (status: number, body: string) => void): Sys<number | undefined> {
    let message: ObjectValue;
    try {
      message = (decode(body) ?? {}) as ObjectValue;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      reply(400, JSON.stringify({ message: 'Unexpected token in JSON' }));
      return undefined;
    }
    const { name, body: words } = message;
    const missing = [
      ...(words ? [] : ['body: Message Body is required']),
      ...(name ? [] : ['name: Name is required']),
    ];
    if (missing.length > 0) {
      const why = `Message validation failed: ${missing.join(', ')}`;
      yield* write(this.#process.stderr, `validation error: ValidationError: ${why}\n`);
      reply(400, JSON.stringify({ _message: 'Message validation failed', message: why }));
      return undefined;
    }
    yield* write(this.#process.stdout, 'saving message...\n');
    const document: ObjectValue = {
      _id: this.#ids.next(),
      name: text(name),
      body: text(words),
      __v: 0,
    };
    // The answer does not wait for the database.
    reply(200, '');
    const saved = yield* this.#run({ insert: 'messages', documents: [document] });
    if (saved?.['ok'] === 1) return undefined;
    yield* write(
      this.#process.stderr,
      '/app/routes/messages.js:40\n        if (err) { throw err }\n                   ^\n\nMongooseError: Operation `messages.insertOne()` buffering timed out after 10000ms\n',
    );
    return 1;
  }

  #answer(status: number, body: string, type: string): Answer {
    return {
      status,
      headers: {
        'x-powered-by': 'Express',
        'content-type': type,
        'content-length': String(utf8Length(body)),
        date: httpDate(this.#process.kernel.world.unixMs),
        connection: 'keep-alive',
      },
      body,
    };
  }
}
