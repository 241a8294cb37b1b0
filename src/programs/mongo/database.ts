/**
 * `db` and its collections as the shells have them.
 *
 * Real: mongo src/mongo/shell/{db,collection,bulk_api}.js; mongosh packages/shell-api.
 */
import type { Sys } from '../../sim/index.ts';
import type { Evaluator, Scope } from '../javascript/evaluate.ts';
import {
  dateFrom,
  DateValue,
  ErrorValue,
  Foreign,
  FunctionValue,
  isPlain,
  native,
  number,
  text,
  Thrown,
  throwError,
  type ObjectValue,
  type Value,
} from '../javascript/values.ts';
import { ObjectId, type ObjectIds } from './bson.ts';
import type { MongoClient } from './client.ts';
import { CursorValue } from './cursor.ts';
import { shown } from './show.ts';

export interface ShellState {
  readonly client: MongoClient;
  /** The database that `db` means. */
  db: string;
  readonly isNew: boolean;
  readonly ids: ObjectIds;
  readonly print: (line: string) => Sys<void>;
  readonly version: string;
}

/** Runs a command; what the server refuses is thrown as the shell's error. */
export function* command(state: ShellState, db: string, body: ObjectValue): Sys<ObjectValue> {
  const reply = yield* state.client.run(db, body);
  if (reply['ok'] === 1) return reply;
  const { errmsg, code, codeName } = reply;
  throw new Thrown(
    state.isNew
      ? new ErrorValue('MongoServerError', text(errmsg), { code, codeName })
      : new ErrorValue(
          'Error',
          Object.keys(body)[0] === 'find'
            ? `error: ${shown(reply, false)}`
            : `command failed: ${shown(reply, false)}`,
          { code, codeName },
        ),
  );
}

type Run = (args: readonly Value[]) => Sys<Value>;

class DatabaseValue extends Foreign {
  readonly #state: ShellState;
  readonly #evaluator: Evaluator;
  readonly #name: string | undefined;

  constructor(state: ShellState, evaluator: Evaluator, name?: string) {
    super();
    this.#state = state;
    this.#evaluator = evaluator;
    this.#name = name;
  }

  get #db(): string {
    return this.#name ?? this.#state.db;
  }

  show(): string {
    return this.#db;
  }

  get(name: string): Value {
    const method = this.#methods()[name];
    if (method) return new FunctionValue(name, method);
    if (name === '$json' || name === 'then') return undefined;
    return new CollectionValue(this.#state, this.#evaluator, this.#db, name);
  }

  #methods(): Readonly<Record<string, Run>> {
    const state = this.#state;
    const db = this.#db;
    const run = (body: ObjectValue): Sys<ObjectValue> => command(state, db, body);
    const evaluator = this.#evaluator;
    return {
      *getName() {
        return db;
      },
      *getCollection([name]) {
        return new CollectionValue(state, evaluator, db, text(name));
      },
      *getSiblingDB([name]) {
        return new DatabaseValue(state, evaluator, text(name));
      },
      *getCollectionNames() {
        return namesOf(yield* run({ listCollections: 1 }));
      },
      *createCollection([name]) {
        return answer(yield* run({ create: text(name) }));
      },
      *dropDatabase() {
        const reply = yield* run({ dropDatabase: 1 });
        return state.isNew ? { ok: 1, dropped: db } : reply;
      },
      *stats() {
        return yield* run({ dbStats: 1 });
      },
      *serverStatus() {
        return yield* command(state, 'admin', { serverStatus: 1 });
      },
      *version() {
        return (yield* run({ buildInfo: 1 }))['version'];
      },
      *hello() {
        return yield* run({ hello: 1 });
      },
      *isMaster() {
        return yield* run({ isMaster: 1 });
      },
      *runCommand([body]) {
        return yield* state.client.run(db, bodyOf(body));
      },
      *adminCommand([body]) {
        return yield* state.client.run('admin', bodyOf(body));
      },
      *createUser([user]) {
        const { user: name, ...rest } = bodyOf(user);
        const reply = yield* run({ createUser: name, ...rest });
        if (state.isNew) return answer(reply);
        const { pwd: _, ...shownUser } = bodyOf(user);
        yield* state.print(`Successfully added user: ${shown(shownUser, false)}`);
        return undefined;
      },
      *dropUser([user]) {
        yield* run({ dropUser: text(user) });
        return state.isNew ? { ok: 1 } : true;
      },
      *getUsers() {
        const { users } = yield* run({ usersInfo: 1 });
        return state.isNew ? { users, ok: 1 } : users;
      },
      *auth([user, pwd]) {
        yield* run({ authenticate: 1, user, pwd });
        return state.isNew ? { ok: 1 } : 1;
      },
      *logout() {
        return answer(yield* run({ logout: 1 }));
      },
      *shutdownServer() {
        yield* run({ shutdown: 1 });
        return state.isNew ? undefined : 'server should be down...';
      },
    };
  }
}

function bodyOf(value: Value): ObjectValue {
  if (typeof value === 'string') return { [value]: 1 };
  if (value && isPlain(value)) return value;
  return throwError('TypeError', 'a command is an object');
}

function answer(reply: ObjectValue): ObjectValue {
  return { ok: reply['ok'] };
}

export function namesOf(reply: ObjectValue): Value[] {
  return rowsOf(reply).map((row) => (row as ObjectValue)['name']);
}

function rowsOf(reply: ObjectValue): Value[] {
  const { firstBatch } = reply['cursor'] as ObjectValue;
  return Array.isArray(firstBatch) ? firstBatch : [];
}

class CollectionValue extends Foreign {
  readonly #state: ShellState;
  readonly #evaluator: Evaluator;
  readonly #db: string;
  readonly #name: string;

  constructor(state: ShellState, evaluator: Evaluator, db: string, name: string) {
    super();
    this.#state = state;
    this.#evaluator = evaluator;
    this.#db = db;
    this.#name = name;
  }

  show(): string {
    return `${this.#db}.${this.#name}`;
  }

  get(name: string): Value {
    const methods = { ...this.#reads(), ...this.#writes(), ...this.#upkeep() };
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method) return new FunctionValue(name, method);
    if (name === '$json' || name === 'then' || name === 'toArray') return undefined;
    // `db.system.users`: names may have dots.
    return new CollectionValue(this.#state, this.#evaluator, this.#db, `${this.#name}.${name}`);
  }

  #run(body: ObjectValue): Sys<ObjectValue> {
    return command(this.#state, this.#db, body);
  }

  #cursor(body: ObjectValue): CursorValue {
    const run = (one: ObjectValue): Sys<ObjectValue> => this.#run(one);
    return new CursorValue(
      function* (options) {
        return rowsOf(yield* run({ ...body, ...options }));
      },
      (callee, args) => this.#evaluator.call(callee, args),
    );
  }

  #reads(): Readonly<Record<string, Run>> {
    const name = this.#name;
    const run = (body: ObjectValue): Sys<ObjectValue> => this.#run(body);
    const find = (filter: Value, projection: Value): CursorValue =>
      this.#cursor({
        find: name,
        filter: filter instanceof ObjectId ? { _id: filter } : (filter ?? {}),
        projection: projection ?? {},
      });
    const count = function* (filter: Value): Sys<Value> {
      return (yield* run({ count: name, query: filter ?? {} }))['n'];
    };
    const aggregate = (stages: Value): CursorValue =>
      this.#cursor({ aggregate: name, pipeline: stages ?? [], cursor: {} });
    return {
      *find([filter, projection]) {
        return find(filter, projection);
      },
      *findOne([filter, projection]) {
        const cursor = find(filter, projection);
        return (yield* cursor.take(1))[0] ?? null;
      },
      *count([filter]) {
        return yield* count(filter);
      },
      *countDocuments([filter]) {
        return yield* count(filter);
      },
      *estimatedDocumentCount() {
        return yield* count({});
      },
      *distinct([key, filter]) {
        return (yield* run({ distinct: name, key, query: filter ?? {} }))['values'];
      },
      *aggregate(args) {
        return aggregate(Array.isArray(args[0]) ? args[0] : [...args]);
      },
      *getIndexes() {
        return rowsOf(yield* run({ listIndexes: name }));
      },
      *stats() {
        return yield* run({ collStats: name });
      },
      *getName() {
        return name;
      },
    };
  }

  #writes(): Readonly<Record<string, Run>> {
    const name = this.#name;
    const state = this.#state;
    const isNew = state.isNew;
    const run = (body: ObjectValue): Sys<ObjectValue> => this.#run(body);
    const withId = (document: Value): ObjectValue => {
      if (!document || !isPlain(document))
        return throwError('MongoInvalidArgumentError', 'Argument "docs" must be a document');
      return '_id' in document ? document : { _id: state.ids.next(), ...document };
    };
    const insert = function* (documents: readonly ObjectValue[]): Sys<ObjectValue> {
      return yield* run({ insert: name, documents: [...documents], ordered: true });
    };
    const firstError = (reply: ObjectValue): ObjectValue | undefined =>
      Array.isArray(reply['writeErrors']) ? (reply['writeErrors'][0] as ObjectValue) : undefined;
    const refuse = (reply: ObjectValue, many = false): void => {
      const error = firstError(reply);
      if (!error) return;
      throw new Thrown(
        new ErrorValue(
          isNew
            ? many
              ? 'MongoBulkWriteError'
              : 'MongoServerError'
            : many
              ? 'BulkWriteError'
              : 'WriteError',
          isNew
            ? text(error['errmsg'])
            : shown({ code: error['code'], errmsg: error['errmsg'] }, false),
          { code: error['code'] },
        ),
      );
    };
    const insertOne = function* (document: Value): Sys<Value> {
      const whole = withId(document);
      refuse(yield* insert([whole]));
      return { acknowledged: true, insertedId: whole['_id'] };
    };
    const insertMany = function* (documents: Value): Sys<Value> {
      const all = (Array.isArray(documents) ? documents : []).map(withId);
      if (all.length === 0)
        throwError(
          isNew ? 'MongoInvalidArgumentError' : 'TypeError',
          'Invalid BulkOperation, Batch cannot be empty',
        );
      refuse(yield* insert(all), true);
      const ids = all.map(({ _id }) => _id);
      return {
        acknowledged: true,
        insertedIds: isNew ? Object.fromEntries(ids.map((id, i) => [String(i), id])) : ids,
      };
    };
    const update = function* (
      filter: Value,
      change: Value,
      options: Value,
      multi: boolean,
    ): Sys<ObjectValue> {
      const { upsert } = options && isPlain(options) ? options : {};
      return yield* run({
        update: name,
        updates: [{ q: filter ?? {}, u: change, multi, upsert: upsert === true }],
      });
    };
    const needsOperators = (change: Value): void => {
      const first = change && isPlain(change) ? Object.keys(change)[0] : '$';
      if (!first?.startsWith('$'))
        throwError(
          isNew ? 'MongoInvalidArgumentError' : 'Error',
          isNew
            ? 'Update document requires atomic operators'
            : 'the update operation document must contain atomic operators',
        );
    };
    const updated = function* (
      filter: Value,
      change: Value,
      options: Value,
      multi: boolean,
    ): Sys<Value> {
      const reply = yield* update(filter, change, options, multi);
      refuse(reply);
      const [upserted] = Array.isArray(reply['upserted']) ? reply['upserted'] : [];
      const upsertedId = upserted === undefined ? null : (upserted as ObjectValue)['_id'];
      const matchedCount = number(reply['n']) - (upserted === undefined ? 0 : 1);
      const modifiedCount = reply['nModified'];
      if (isNew)
        return {
          acknowledged: true,
          insertedId: upsertedId,
          matchedCount,
          modifiedCount,
          upsertedCount: upserted === undefined ? 0 : 1,
        };
      return {
        acknowledged: true,
        matchedCount,
        modifiedCount,
        ...(upserted === undefined ? {} : { upsertedId }),
      };
    };
    const remove = function* (filter: Value, limit: number): Sys<ObjectValue> {
      return yield* run({ delete: name, deletes: [{ q: filter ?? {}, limit }] });
    };
    return {
      insertOne: ([document]) => insertOne(document),
      insertMany: ([documents]) => insertMany(documents),
      *insert([documents]) {
        if (isNew)
          return Array.isArray(documents)
            ? yield* insertMany(documents)
            : yield* insertMany([documents]);
        const all = (Array.isArray(documents) ? documents : [documents]).map(withId);
        const reply = yield* insert(all);
        return new WriteResult(
          { nInserted: reply['n'] },
          firstError(reply),
          Array.isArray(documents),
        );
      },
      *save([document]) {
        const whole = withId(document);
        const reply = yield* update({ _id: whole['_id'] }, whole, { upsert: true }, false);
        return new WriteResult({
          nMatched: reply['n'],
          nUpserted: Array.isArray(reply['upserted']) ? 1 : 0,
          nModified: reply['nModified'],
        });
      },
      *updateOne([filter, change, options]) {
        needsOperators(change);
        return yield* updated(filter, change, options, false);
      },
      *updateMany([filter, change, options]) {
        needsOperators(change);
        return yield* updated(filter, change, options, true);
      },
      replaceOne: ([filter, change, options]) => updated(filter, change, options, false),
      *update([filter, change, options]) {
        const multi = options && isPlain(options) ? options['multi'] === true : false;
        if (isNew) return yield* updated(filter, change, options, multi);
        const reply = yield* update(filter, change, options, multi);
        const upserted = Array.isArray(reply['upserted']) ? reply['upserted'].length : 0;
        return new WriteResult(
          {
            nMatched: number(reply['n']) - upserted,
            nUpserted: upserted,
            nModified: reply['nModified'],
          },
          firstError(reply),
        );
      },
      *deleteOne([filter]) {
        return { acknowledged: true, deletedCount: (yield* remove(filter, 1))['n'] };
      },
      *deleteMany([filter]) {
        return { acknowledged: true, deletedCount: (yield* remove(filter, 0))['n'] };
      },
      *remove([filter, options]) {
        if (filter === undefined) throwError('Error', 'remove needs a query');
        const justOne =
          options === true || (options && isPlain(options) && options['justOne'] === true);
        const reply = yield* remove(filter, justOne ? 1 : 0);
        return isNew
          ? { acknowledged: true, deletedCount: reply['n'] }
          : new WriteResult({ nRemoved: reply['n'] });
      },
      *findOneAndUpdate([query, change, options]) {
        const { returnNewDocument, returnDocument, upsert } =
          options && isPlain(options) ? options : {};
        const isAfter = returnNewDocument === true || returnDocument === 'after';
        return (yield* run({
          findAndModify: name,
          query,
          update: change,
          new: isAfter,
          upsert: upsert === true,
        }))['value'];
      },
      *findOneAndDelete([query]) {
        return (yield* run({ findAndModify: name, query, remove: true }))['value'];
      },
    };
  }

  #upkeep(): Readonly<Record<string, Run>> {
    const name = this.#name;
    const isNew = this.#state.isNew;
    const db = this.#db;
    const state = this.#state;
    const run = (body: ObjectValue): Sys<ObjectValue> => this.#run(body);
    return {
      *drop() {
        const reply = yield* state.client.run(db, { drop: name });
        return reply['ok'] === 1 || isNew;
      },
      *createIndex([key, options]) {
        const { unique, name: given } = options && isPlain(options) ? options : {};
        const fields = key && isPlain(key) ? key : {};
        const index =
          given ??
          Object.entries(fields)
            .map(([path, direction]) => `${path}_${text(direction)}`)
            .join('_');
        const reply = yield* run({
          createIndexes: name,
          indexes: [{ key: fields, name: index, unique: unique === true }],
        });
        return isNew ? index : reply;
      },
      *renameCollection([to]) {
        return answer(
          yield* command(state, 'admin', {
            renameCollection: `${db}.${name}`,
            to: `${db}.${text(to)}`,
          }),
        );
      },
    };
  }
}

/** `WriteResult({ "nInserted" : 1 })`. */
class WriteResult extends Foreign {
  readonly #counts: ObjectValue;
  readonly #error: ObjectValue | undefined;
  readonly #isBulk: boolean;
  constructor(counts: ObjectValue, error?: ObjectValue, isBulk = false) {
    super();
    this.#counts = counts;
    this.#error = error;
    this.#isBulk = isBulk;
  }
  get(name: string): Value {
    return this.#counts[name];
  }
  show(): string {
    if (this.#isBulk)
      return `BulkWriteResult(${shown(
        {
          writeErrors: this.#error ? [this.#error] : [],
          writeConcernErrors: [],
          nInserted: this.#counts['nInserted'],
          nUpserted: 0,
          nMatched: 0,
          nModified: 0,
          nRemoved: 0,
          upserted: [],
        },
        false,
      )})`;
    const { code, errmsg } = this.#error ?? {};
    return `WriteResult(${shown({ ...this.#counts, ...(this.#error ? { writeError: { code, errmsg } } : {}) }, false)})`;
  }
}

/** The names that the shells add to the language's own. */
export function installGlobals(scope: Scope, state: ShellState, evaluator: Evaluator): void {
  const put = (name: string, value: Value): void => scope.declare(name, value);
  put('db', new DatabaseValue(state, evaluator));
  const objectId = (args: readonly Value[]): Value => {
    const [hex] = args;
    if (hex === undefined) return state.ids.next();
    if (typeof hex !== 'string' || !/^[0-9a-f]{24}$/i.test(hex))
      throwError(
        state.isNew ? 'BSONError' : 'Error',
        state.isNew
          ? 'input must be a 24 character hex string, 12 byte Uint8Array, or an integer'
          : 'invalid object id: length',
      );
    return new ObjectId(hex.toLowerCase());
  };
  const constructor = (name: string, make: (args: readonly Value[]) => Value): FunctionValue =>
    new FunctionValue(
      name,
      function* (args) {
        return make(args);
      },
      {
        *construct(args) {
          return make(args);
        },
      },
    );
  put('ObjectId', constructor('ObjectId', objectId));
  const date = scope.find('Date')?.value as FunctionValue;
  put(
    'ISODate',
    new FunctionValue('ISODate', function* (args) {
      if (args.length === 0 && date.construct) return yield* date.construct(args, undefined);
      const unixMs = dateFrom(args, 0);
      if (Number.isNaN(unixMs)) throwError('Error', `invalid ISO date: ${text(args[0])}`);
      return new DateValue(unixMs);
    }),
  );
  for (const name of ['NumberInt', 'NumberLong', 'NumberDecimal'])
    put(
      name,
      constructor(name, ([value]) => number(value ?? 0)),
    );
  const printing = function* (args: readonly Value[]): Sys<Value> {
    yield* state.print(
      args
        .map((one) => (typeof one === 'string' ? one : state.isNew ? shown(one, true) : text(one)))
        .join(' '),
    );
    return undefined;
  };
  put('print', new FunctionValue('print', printing));
  put('console', { log: new FunctionValue('log', printing) });
  put(
    'printjson',
    new FunctionValue('printjson', function* (args) {
      yield* state.print(shown(args[0], state.isNew));
      return undefined;
    }),
  );
  put(
    'tojson',
    native('tojson', ([value]) => shown(value, state.isNew)),
  );
  put(
    'version',
    native('version', () => state.version),
  );
}
