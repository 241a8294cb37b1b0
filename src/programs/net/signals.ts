/**
 * Signals that a server waits for: handlers are there from the beginning, and what comes early is kept.
 *
 * Real: sigaction, sigsuspend.
 */
import { call, callbackCall, type Process, type Signal, type Sys } from '../../sim/index.ts';

export class SignalQueue {
  readonly #waiting: Signal[] = [];
  #notify: ((signal: Signal) => void) | undefined;

  constructor(process: Process, signals: readonly Signal[]) {
    for (const signal of signals) process.trap(signal, () => this.push(signal));
  }

  /** The next signal, when it comes. */
  *next(): Sys<Signal> {
    const early = this.#waiting.shift();
    if (early !== undefined) return early;
    return yield* call(
      callbackCall<Signal>('sigsuspend', (done) => {
        this.#notify = done;
        return () => (this.#notify = undefined);
      }),
    );
  }

  push(signal: Signal): void {
    const notify = this.#notify;
    this.#notify = undefined;
    if (notify) notify(signal);
    else this.#waiting.push(signal);
  }
}
