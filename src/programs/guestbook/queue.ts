/**
 * What happens to a server that works through its requests one after the other: node's event loop, as far as its callers see it.
 */
import { call, callbackCall, type HttpRequest, type Sys } from '../../sim/index.ts';
import type { Answer } from '../net/http.ts';

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
