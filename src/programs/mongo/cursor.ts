/**
 * A cursor of the shells: a query that runs when its first row is wanted.
 *
 * Real: mongo src/mongo/shell/query.js `DBQuery`; mongosh packages/shell-api/src/cursor.ts.
 */
import type { Sys } from '../../sim/index.ts';
import {
  Foreign,
  FunctionValue,
  native,
  text,
  throwError,
  type ObjectValue,
  type Value,
} from '../javascript/values.ts';

/** Runs the query with its options so far. */
export type Fetch = (options: ObjectValue) => Sys<Value[]>;
export type CallBack = (callee: Value, args: readonly Value[]) => Sys<Value>;

export class CursorValue extends Foreign {
  readonly #fetch: Fetch;
  readonly #call: CallBack;
  readonly #options: ObjectValue = {};
  #rows: Value[] | undefined;
  #at = 0;
  isPretty = false;

  constructor(fetch: Fetch, call: CallBack) {
    super();
    this.#fetch = fetch;
    this.#call = call;
  }

  show(): string {
    return '[cursor]';
  }

  get hasMore(): boolean {
    return this.#rows !== undefined && this.#at < this.#rows.length;
  }

  *take(count: number): Sys<Value[]> {
    const rows = yield* this.#all();
    const taken = rows.slice(this.#at, this.#at + count);
    this.#at += taken.length;
    return taken;
  }

  *#all(): Sys<Value[]> {
    this.#rows ??= yield* this.#fetch(this.#options);
    return this.#rows;
  }

  #option(name: string): FunctionValue {
    return native(name, ([value]) => {
      if (this.#rows) throwError('Error', 'query already executed');
      this.#options[name] = value;
      return this;
    });
  }

  get(name: string): Value {
    const slow = (run: (args: readonly Value[]) => Sys<Value>): FunctionValue =>
      new FunctionValue(name, run);
    switch (name) {
      case 'sort':
      case 'limit':
      case 'skip':
        return this.#option(name);
      case 'projection':
        return this.#option(name);
      case 'pretty':
        return native(name, () => {
          this.isPretty = true;
          return this;
        });
      case 'hint':
      case 'batchSize':
      case 'maxTimeMS':
        return native(name, () => this);
      case 'toArray':
        return slow(
          function* (this: CursorValue) {
            return yield* this.take(Number.MAX_SAFE_INTEGER);
          }.bind(this),
        );
      case 'count':
      case 'size':
      case 'itcount':
      case 'length':
        return slow(
          function* (this: CursorValue) {
            return (yield* this.#all()).length;
          }.bind(this),
        );
      case 'hasNext':
        return slow(
          function* (this: CursorValue) {
            yield* this.#all();
            return this.hasMore;
          }.bind(this),
        );
      case 'next':
        return slow(
          function* (this: CursorValue) {
            const [row] = yield* this.take(1);
            if (row === undefined) throwError('Error', 'error hasNext: false');
            return row;
          }.bind(this),
        );
      case 'forEach':
        return slow(
          function* (this: CursorValue, [run]: readonly Value[]) {
            for (const row of yield* this.take(Number.MAX_SAFE_INTEGER))
              yield* this.#call(run, [row]);
            return undefined;
          }.bind(this),
        );
      case 'map':
        return slow(
          function* (this: CursorValue, [run]: readonly Value[]) {
            const all: Value[] = [];
            for (const row of yield* this.take(Number.MAX_SAFE_INTEGER))
              all.push(yield* this.#call(run, [row]));
            return all;
          }.bind(this),
        );
      case 'explain':
        return native(name, () =>
          throwError('Error', `이 실습실에서는 지원하지 않습니다: ${text(name)}`),
        );
      default:
        return undefined;
    }
  }
}
