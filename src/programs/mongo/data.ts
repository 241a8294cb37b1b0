/**
 * Databases, their collections and indexes, and what is done with them. Knows no disk and no wire.
 *
 * Real:     mongo src/mongo/db/{catalog,query,ops}; matching, updates and pipelines are mingo's.
 * Left out: query plans (every query looks at every document), capped collections, views, transactions, change streams.
 */
import { aggregate, find, updateMany } from 'mingo';
import { define, isPlain, Thrown, type ObjectValue, type Value } from '../javascript/values.ts';
import { encode, ObjectId, type Document, type ObjectIds } from './bson.ts';
import { MongoError } from './errors.ts';

export interface Index {
  readonly name: string;
  readonly key: ObjectValue;
  readonly unique: boolean;
}

export class Collection {
  readonly namespace: string;
  documents: Document[] = [];
  readonly indexes: Index[] = [{ name: '_id_', key: { _id: 1 }, unique: true }];
  constructor(namespace: string) {
    this.namespace = namespace;
  }

  get bytes(): number {
    return this.documents.reduce((sum, one) => sum + encode(one).length, 0);
  }
}

export interface FindOptions {
  readonly projection?: ObjectValue;
  readonly sort?: ObjectValue;
  readonly skip?: number;
  readonly limit?: number;
}

export interface Updated {
  readonly matched: number;
  readonly modified: number;
  readonly upsertedId?: Value;
}

export class Databases {
  readonly #databases = new Map<string, Map<string, Collection>>();

  names(): readonly string[] {
    return [...this.#databases.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  collections(database: string): readonly Collection[] {
    return [...(this.#databases.get(database)?.values() ?? [])];
  }

  find(database: string, name: string): Collection | undefined {
    return this.#databases.get(database)?.get(name);
  }

  /** The collection, made when it is not there yet: the first write makes it. */
  make(database: string, name: string): Collection {
    let collections = this.#databases.get(database);
    if (!collections) this.#databases.set(database, (collections = new Map()));
    let collection = collections.get(name);
    if (!collection) collections.set(name, (collection = new Collection(`${database}.${name}`)));
    return collection;
  }

  drop(database: string, name: string): boolean {
    const collections = this.#databases.get(database);
    const isGone = collections?.delete(name) ?? false;
    if (collections?.size === 0) this.#databases.delete(database);
    return isGone;
  }

  dropDatabase(database: string): boolean {
    return this.#databases.delete(database);
  }
}

/** Turns what the query library throws into the server's errors. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof MongoError || error instanceof Thrown) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const operator = /operator '?(\$\w+)'?/.exec(message)?.[1] ?? /(\$\w+)/.exec(message)?.[1];
    throw new MongoError(
      2,
      'BadValue',
      operator === undefined ? message : `unknown operator: ${operator}`,
    );
  }
}

export function query(
  collection: Collection | undefined,
  filter: ObjectValue,
  { projection, sort, skip, limit }: FindOptions = {},
): Document[] {
  if (!collection) return [];
  return guarded(() => {
    let cursor = find<Document, Document>(
      collection.documents,
      filter,
      projection && Object.keys(projection).length > 0 ? projection : undefined,
    );
    if (sort && Object.keys(sort).length > 0) cursor = cursor.sort(sort);
    if (skip) cursor = cursor.skip(skip);
    if (limit) cursor = cursor.limit(Math.abs(limit));
    return cursor.all();
  });
}

export function pipeline(
  databases: Databases,
  database: string,
  collection: Collection | undefined,
  stages: readonly ObjectValue[],
): Document[] {
  return guarded(
    () =>
      aggregate((collection?.documents ?? []) as never, stages as never, {
        collectionResolver: (name: string) => databases.find(database, name)?.documents ?? [],
      }) as Document[],
  );
}

/** E11000 when an index forbids it. */
export function insert(collection: Collection, document: Document, ids: ObjectIds): Document {
  const whole = withId(document, ids);
  checkUnique(collection, whole);
  collection.documents.push(whole);
  return whole;
}

function withId(document: Document, ids: ObjectIds): Document {
  if (Object.hasOwn(document, '_id')) return document;
  const whole: Document = { _id: ids.next() };
  for (const [key, value] of Object.entries(document)) define(whole, key, value);
  return whole;
}

function checkUnique(collection: Collection, document: Document, except?: Document): void {
  for (const { name, key, unique } of collection.indexes) {
    if (!unique) continue;
    const values = Object.keys(key).map((path) => [path, at(document, path)] as const);
    const wanted = encode(values.map(([, value]) => value ?? null));
    const other = collection.documents.find(
      (one) =>
        one !== except && encode(Object.keys(key).map((path) => at(one, path) ?? null)) === wanted,
    );
    if (other)
      throw new MongoError(
        11000,
        'DuplicateKey',
        `E11000 duplicate key error collection: ${collection.namespace} index: ${name} dup key: { ${values
          .map(([path, value]) => `${path}: ${shown(value ?? null)}`)
          .join(', ')} }`,
      );
  }
}

function at(document: Value, path: string): Value {
  let here = document;
  for (const step of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as ObjectValue)[step];
  }
  return here;
}

function shown(value: Value): string {
  if (value instanceof ObjectId) return `ObjectId('${value.hex}')`;
  return typeof value === 'number' && Number.isInteger(value)
    ? value.toFixed(1)
    : JSON.stringify(value);
}

export interface UpdateRequest {
  readonly filter: ObjectValue;
  readonly update: ObjectValue | readonly ObjectValue[];
  readonly multi: boolean;
  readonly upsert: boolean;
}

export function update(collection: Collection, request: UpdateRequest, ids: ObjectIds): Updated {
  const found = query(collection, request.filter);
  const targets = request.multi ? found : found.slice(0, 1);
  const isReplacement =
    !Array.isArray(request.update) && !Object.keys(request.update)[0]?.startsWith('$');
  if (isReplacement && request.multi)
    throw new MongoError(
      9,
      'FailedToParse',
      'multi update is not supported for replacement-style update',
    );
  checkModifiers(request.update);
  if (targets.length === 0)
    return request.upsert ? upsert(collection, request, isReplacement, ids) : none;
  let modified = 0;
  for (const target of targets) {
    const place = collection.documents.findIndex((one) => sameId(one, target));
    const before = collection.documents[place];
    if (!before) continue;
    const after = isReplacement
      ? { _id: before['_id'], ...(request.update as ObjectValue) }
      : modify(before, request.update);
    if (!sameValue(after['_id'], before['_id']))
      throw new MongoError(
        66,
        'ImmutableField',
        "Performing an update on the path '_id' would modify the immutable field '_id'",
      );
    if (encode(after) === encode(before)) continue;
    checkUnique(collection, after, before);
    collection.documents[place] = after;
    modified++;
  }
  return { matched: targets.length, modified };
}

const none: Updated = { matched: 0, modified: 0 };

const MODIFIERS = new Set(
  '$set $unset $inc $mul $min $max $rename $push $pull $pullAll $addToSet $pop $bit $currentDate $setOnInsert'.split(
    ' ',
  ),
);

function checkModifiers(change: UpdateRequest['update']): void {
  if (Array.isArray(change)) return;
  for (const key of Object.keys(change))
    if (key.startsWith('$') && !MODIFIERS.has(key))
      throw new MongoError(
        9,
        'FailedToParse',
        `Unknown modifier: ${key}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
}

/** The changed copy of a document. */
function modify(document: Document, change: UpdateRequest['update']): Document {
  const modifiers = Array.isArray(change)
    ? change
    : Object.fromEntries(Object.entries(change).filter(([key]) => key !== '$setOnInsert'));
  const copies = [structuredCopy(document)];
  guarded(() => updateMany(copies as never, {}, modifiers as never, { cloneMode: 'deep' }));
  return copies[0] as Document;
}

function upsert(
  collection: Collection,
  { filter, update: change }: UpdateRequest,
  isReplacement: boolean,
  ids: ObjectIds,
): Updated {
  const base: Document = {};
  for (const [key, value] of Object.entries(filter)) {
    if (key.startsWith('$')) continue;
    const wanted = value && isPlain(value) && '$eq' in value ? value['$eq'] : value;
    const isOperator = wanted && isPlain(wanted) && Object.keys(wanted)[0]?.startsWith('$');
    if (!isOperator) define(base, key, wanted);
  }
  const made = isReplacement
    ? { ...(base['_id'] === undefined ? {} : { _id: base['_id'] }), ...(change as ObjectValue) }
    : modify(base, withSetOnInsert(change));
  const { _id: upsertedId } = insert(collection, made, ids);
  return { matched: 0, modified: 0, upsertedId };
}

function withSetOnInsert(change: UpdateRequest['update']): UpdateRequest['update'] {
  if (Array.isArray(change)) return change;
  const { $setOnInsert, $set, ...rest } = change as ObjectValue;
  if (!$setOnInsert) return change;
  return { ...rest, $set: { ...($set as ObjectValue), ...($setOnInsert as ObjectValue) } };
}

/** Removes what matches, or the first of it. */
export function remove(collection: Collection, filter: ObjectValue, justOne: boolean): number {
  const found = query(collection, filter);
  const gone = new Set((justOne ? found.slice(0, 1) : found).map(({ _id }) => encode(_id)));
  collection.documents = collection.documents.filter(({ _id }) => !gone.has(encode(_id)));
  return gone.size;
}

function structuredCopy<T extends Value>(value: T): T {
  if (Array.isArray(value)) return value.map(structuredCopy) as T;
  if (value && isPlain(value)) {
    const copy: ObjectValue = {};
    for (const [key, one] of Object.entries(value)) define(copy, key, structuredCopy(one));
    return copy as T;
  }
  return value;
}

function sameId(a: Document, b: Document): boolean {
  return sameValue(a['_id'], b['_id']);
}

function sameValue(a: Value, b: Value): boolean {
  return a === b || encode(a) === encode(b);
}
