/**
 * A node application with express as its callers see it: starts when its variables are there, and works through its requests one after the other.
 *
 * Real: node's event loop, express `app.listen`.
 */
import {
  call,
  callbackCall,
  sleep,
  SystemError,
  write,
  type HttpRequest,
  type Listener,
  type Process,
  type Sys,
} from '../../sim/index.ts';
import { listenHttp, type Answer } from '../net/http.ts';

export interface Asked {
  readonly request: HttpRequest;
  readonly answer: (answer: Answer) => void;
}

export class RequestQueue {
  readonly #waiting: Asked[] = [];
  #notify: ((asked: Asked) => void) | undefined;

  push(asked: Asked): void {
    const notify = this.#notify;
    this.#notify = undefined;
    if (notify) notify(asked);
    else this.#waiting.push(asked);
  }

  *next(): Sys<Asked> {
    const early = this.#waiting.shift();
    if (early) return early;
    return yield* call(
      callbackCall<Asked>('epoll_wait', (done) => {
        this.#notify = done;
        return () => (this.#notify = undefined);
      }),
    );
  }
}

export interface Application {
  readonly startMs: number;
  readonly memoryBytes: number;
  /** What the application cannot do without, each with the place of the code that says so. */
  readonly variables: Readonly<Record<string, string>>;
  /** Works through the requests; returns the status that the process ends with. */
  readonly run: (queue: RequestQueue) => Sys<number>;
}

/** Listens on `$PORT` and runs the application. */
export function* serveExpress(process: Process, application: Application): Sys<number> {
  yield* sleep(application.startMs);
  for (const [name, place] of Object.entries(application.variables))
    if ((process.env.get(name) ?? '') === '') {
      const words = `${name} environment variable is not defined`;
      yield* write(
        process.stderr,
        `${words}\n${place}\n  throw new Error(errMsg)\n  ^\n\nError: ${words}\n    at Object.<anonymous> (${place})\n`,
      );
      return 1;
    }
  const port = process.env.get('PORT') ?? '';
  const queue = new RequestQueue();
  let listener: Listener;
  try {
    listener = listenHttp(process, {
      port: Number(port),
      handle: (request, answer) => queue.push({ request, answer }),
    });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* write(process.stderr, `Error: listen ${error.code}: ${error.text} :::${port}\n`);
    return 1;
  }
  process.memoryBytes = application.memoryBytes;
  yield* write(process.stdout, `App listening on port ${port}\nPress Ctrl+C to quit.\n`);
  try {
    return yield* application.run(queue);
  } finally {
    listener.close();
  }
}
