/**
 * The keys of a redis: typed values with times to live, in numbered databases.
 *
 * Real: redis src/{db,object,expire}.c. On disk: a text that this program reads again (not the binary RDB format).
 */

export type Value =
  | { readonly type: 'string'; text: string }
  | { readonly type: 'list'; readonly items: string[] }
  | { readonly type: 'set'; readonly members: Set<string> }
  | { readonly type: 'hash'; readonly fields: Map<string, string> }
  | { readonly type: 'zset'; readonly scores: Map<string, number> };

interface Entry {
  readonly value: Value;
  /** Absolute; undefined: for ever. */
  expiresAtMs: number | undefined;
}

export const DATABASES = 16;

export class Database {
  readonly #now: () => number;
  readonly #databases: Map<string, Entry>[] = Array.from({ length: DATABASES }, () => new Map());
  /** Changes since the last save. */
  dirty = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(db: number, key: string): Value | undefined {
    return this.#live(db, key)?.value;
  }

  set(db: number, key: string, value: Value, expiresAtMs?: number): void {
    this.#databases[db]?.set(key, { value, expiresAtMs });
  }

  delete(db: number, key: string): boolean {
    const existed = this.#live(db, key) !== undefined;
    this.#databases[db]?.delete(key);
    return existed;
  }

  keys(db: number): readonly string[] {
    return [...(this.#databases[db]?.keys() ?? [])].filter((key) => this.#live(db, key));
  }

  expiryOf(db: number, key: string): number | undefined {
    return this.#live(db, key)?.expiresAtMs;
  }

  setExpiry(db: number, key: string, atMs: number | undefined): boolean {
    const entry = this.#live(db, key);
    if (entry) entry.expiresAtMs = atMs;
    return entry !== undefined;
  }

  clear(db?: number): void {
    if (db === undefined) for (const one of this.#databases) one.clear();
    else this.#databases[db]?.clear();
  }

  /** About how much memory the keys take. */
  get bytes(): number {
    let total = 0;
    for (const one of this.#databases)
      for (const [key, { value }] of one) total += 64 + key.length + sizeOf(value);
    return total;
  }

  get count(): number {
    return this.#databases.reduce((sum, _, db) => sum + this.keys(db).length, 0);
  }

  dump(): string {
    const rows = this.#databases.flatMap((_, db) =>
      this.keys(db).map((key) => [
        db,
        key,
        this.expiryOf(db, key) ?? 0,
        plain(this.get(db, key) as Value),
      ]),
    );
    return JSON.stringify(rows);
  }

  /** Takes what `dump` wrote; throws when it is something else. */
  load(text: string): void {
    for (const [db, key, expiresAtMs, value] of JSON.parse(text) as readonly (readonly [
      number,
      string,
      number,
      readonly [Value['type'], unknown],
    ])[])
      this.set(db, key, restored(value), expiresAtMs === 0 ? undefined : expiresAtMs);
  }

  #live(db: number, key: string): Entry | undefined {
    const all = this.#databases[db];
    const entry = all?.get(key);
    if (entry?.expiresAtMs !== undefined && entry.expiresAtMs <= this.#now()) {
      all?.delete(key);
      return undefined;
    }
    return entry;
  }
}

function sizeOf(value: Value): number {
  switch (value.type) {
    case 'string':
      return value.text.length;
    case 'list':
      return value.items.reduce((sum, item) => sum + item.length + 16, 0);
    case 'set':
      return [...value.members].reduce((sum, item) => sum + item.length + 32, 0);
    case 'hash':
      return [...value.fields].reduce(
        (sum, [name, text]) => sum + name.length + text.length + 32,
        0,
      );
    case 'zset':
      return [...value.scores.keys()].reduce((sum, item) => sum + item.length + 40, 0);
  }
}

function plain(value: Value): readonly [Value['type'], unknown] {
  switch (value.type) {
    case 'string':
      return ['string', value.text];
    case 'list':
      return ['list', value.items];
    case 'set':
      return ['set', [...value.members]];
    case 'hash':
      return ['hash', [...value.fields]];
    case 'zset':
      return ['zset', [...value.scores]];
  }
}

function restored([type, content]: readonly [Value['type'], unknown]): Value {
  switch (type) {
    case 'string':
      return { type, text: content as string };
    case 'list':
      return { type, items: [...(content as readonly string[])] };
    case 'set':
      return { type, members: new Set(content as readonly string[]) };
    case 'hash':
      return { type, fields: new Map(content as readonly (readonly [string, string])[]) };
    case 'zset':
      return { type, scores: new Map(content as readonly (readonly [string, number])[]) };
  }
}
