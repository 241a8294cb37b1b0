/**
 * A component's own line to the store: its jobs run one after another, each when all before it are
 * committed. It stands for the goroutine that a component of SwarmKit is, which waits at the store
 * until its batch is through: no job can act twice on the same thing because its first answer was
 * still on its way through raft.
 */
import type { Store } from './store.ts';
import type { Transaction } from './transaction.ts';

/**
 * Called when the job begins: what it reads from the store then is the latest. It yields its
 * writes, one small change each.
 */
export type Job = () => Iterable<(tx: Transaction) => void>;

export class Line {
  readonly #store: Store;
  readonly #waiting: { readonly what: string; readonly job: Job; readonly done: () => void }[] = [];
  #isBusy = false;
  #isStopped = false;

  constructor(store: Store) {
    this.#store = store;
  }

  run(what: string, job: Job, done: () => void = () => {}): void {
    if (this.#isStopped) return;
    this.#waiting.push({ what, job, done });
    this.#next();
  }

  /** Nothing more is written: what waits is dropped, what is half done stays so. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.length = 0;
  }

  #next(): void {
    if (this.#isBusy) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#isBusy = true;
    this.#store.batch(next.what, this.#writes(next.job), () => {
      this.#isBusy = false;
      if (this.#isStopped) return;
      next.done();
      this.#next();
    });
  }

  *#writes(job: Job): Iterable<(tx: Transaction) => void> {
    if (this.#isStopped) return;
    for (const write of job()) {
      if (this.#isStopped) return;
      yield write;
    }
  }
}
