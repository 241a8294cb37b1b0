/**
 * The server's commands: documents in, documents out.
 *
 * Real:     mongo src/mongo/db/commands.
 * Left out: replica sets and sharding, roles (a user may do all), `getMore` (a find answers at once), explain.
 */
import { define, isPlain, text, type ObjectValue, type Value } from '../javascript/values.ts';
import type { Document, ObjectIds } from './bson.ts';
import * as data from './data.ts';
import type { Databases, Index } from './data.ts';
import { MongoError } from './errors.ts';

/** What a connection knows. */
export interface Session {
  user: string | undefined;
}

export interface ServerFacts {
  readonly version: string;
  readonly databases: Databases;
  readonly ids: ObjectIds;
  readonly needsLogin: () => boolean;
  readonly uptimeSeconds: () => number;
  readonly connections: () => number;
  readonly hostname: string;
  readonly pid: number;
  readonly nowMs: () => Value;
  readonly shutdown: () => void;
  /** Writes a change into the journal. */
  readonly changed: (database: string) => void;
}

interface Context extends ServerFacts {
  readonly db: string;
  readonly command: ObjectValue;
  readonly session: Session;
}

type Handler = (context: Context) => ObjectValue;

const OPEN = new Set([
  'hello',
  'isMaster',
  'ismaster',
  'ping',
  'buildInfo',
  'buildinfo',
  'authenticate',
  'logout',
  'whatsmyuri',
  'connectionStatus',
  'getnonce',
]);

/** The answer of a command; a refusal is an answer too. */
export function runCommand(
  facts: ServerFacts,
  session: Session,
  db: string,
  command: ObjectValue,
): ObjectValue {
  const name = Object.keys(command)[0] ?? '';
  try {
    const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
    if (!handler) throw new MongoError(59, 'CommandNotFound', `no such command: '${name}'`);
    if (facts.needsLogin() && session.user === undefined && !OPEN.has(name))
      throw new MongoError(13, 'Unauthorized', `command ${name} requires authentication`);
    return { ...handler({ ...facts, session, db, command }), ok: 1 };
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName };
  }
}

const string = (value: Value): string => (typeof value === 'string' ? value : '');
const object = (value: Value): ObjectValue => (value && isPlain(value) ? value : {});
const list = (value: Value): readonly ObjectValue[] =>
  Array.isArray(value) ? value.map(object) : [];

function nameOf({ command, db }: Context): string {
  const [first] = Object.values(command);
  if (typeof first !== 'string' || first === '' || first.includes('$'))
    throw new MongoError(
      73,
      'InvalidNamespace',
      `Invalid namespace specified '${db}.${text(first)}'`,
    );
  return first;
}

/** Runs each of several writes; the first failure ends an ordered run and is told beside the number of those before. */
function each(
  items: readonly ObjectValue[],
  ordered: boolean,
  run: (item: ObjectValue, i: number) => void,
): Value[] {
  const errors: Value[] = [];
  for (const [index, item] of items.entries()) {
    try {
      run(item, index);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      errors.push({ index, code: error.code, errmsg: error.message });
      if (ordered) break;
    }
  }
  return errors;
}

const cursor = (context: Context, documents: readonly Document[], name: string): ObjectValue => ({
  cursor: { firstBatch: [...documents], id: 0, ns: `${context.db}.${name}` },
});

const HANDLERS: Readonly<Record<string, Handler>> = {
  ping: () => ({}),
  hello: greeting,
  isMaster: greeting,
  ismaster: greeting,
  buildInfo: ({ version }) => ({ version, gitVersion: '0'.repeat(40), modules: [], bits: 64 }),
  buildinfo: ({ version }) => ({ version, gitVersion: '0'.repeat(40), modules: [], bits: 64 }),
  whatsmyuri: () => ({ you: '127.0.0.1' }),
  connectionStatus: ({ session, db }) => ({
    authInfo: {
      authenticatedUsers: session.user === undefined ? [] : [{ user: session.user, db }],
      authenticatedUserRoles: [],
    },
  }),
  authenticate(context) {
    const { command, session, databases, db } = context;
    const user = string(command['user']);
    const [found] = data.query(databases.find('admin', 'system.users'), { user, db });
    if (!found || found['pwd'] !== command['pwd'])
      throw new MongoError(18, 'AuthenticationFailed', 'Authentication failed.');
    session.user = user;
    return {};
  },
  logout({ session }) {
    session.user = undefined;
    return {};
  },
  createUser(context) {
    const { command, databases, ids, db, changed } = context;
    const user = string(command['createUser']);
    const users = databases.make('admin', 'system.users');
    if (data.query(users, { user, db }).length > 0)
      throw new MongoError(51003, 'Location51003', `User "${user}@${db}" already exists`);
    if (typeof command['pwd'] !== 'string')
      throw new MongoError(
        2,
        'BadValue',
        "Must provide a 'pwd' field for all user documents, except those with '$external' as the user's source db",
      );
    data.insert(
      users,
      { _id: `${db}.${user}`, user, db, pwd: command['pwd'], roles: command['roles'] ?? [] },
      ids,
    );
    changed('admin');
    return {};
  },
  dropUser({ command, databases, db, changed }) {
    const user = string(command['dropUser']);
    const users = databases.find('admin', 'system.users');
    if (!users || data.remove(users, { user, db }, true) === 0)
      throw new MongoError(11, 'UserNotFound', `User '${user}@${db}' not found`);
    changed('admin');
    return {};
  },
  usersInfo: ({ databases, db }) => ({
    users: data
      .query(databases.find('admin', 'system.users'), { db })
      .map(({ pwd: _, ...user }) => user),
  }),
  listDatabases({ databases }) {
    const rows = databases.names().map((name) => ({
      name,
      sizeOnDisk: sizeOnDisk(databases, name),
      empty: false,
    }));
    return { databases: rows, totalSize: rows.reduce((sum, one) => sum + one.sizeOnDisk, 0) };
  },
  listCollections: (context) =>
    cursor(
      context,
      context.databases
        .collections(context.db)
        .map(({ namespace }) => namespace.slice(context.db.length + 1))
        .sort((a, b) => (a < b ? -1 : 1))
        .map((name) => ({
          name,
          type: 'collection',
          options: {},
          info: { readOnly: false },
          idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
        })),
      '$cmd.listCollections',
    ),
  create(context) {
    const name = nameOf(context);
    if (context.databases.find(context.db, name))
      throw new MongoError(
        48,
        'NamespaceExists',
        `a collection '${context.db}.${name}' already exists`,
      );
    context.databases.make(context.db, name);
    context.changed(context.db);
    return {};
  },
  drop(context) {
    const name = nameOf(context);
    const found = context.databases.find(context.db, name);
    if (!found) throw new MongoError(26, 'NamespaceNotFound', 'ns not found');
    context.databases.drop(context.db, name);
    context.changed(context.db);
    return { nIndexesWas: found.indexes.length, ns: found.namespace };
  },
  dropDatabase({ databases, db, changed }) {
    const isThere = databases.dropDatabase(db);
    changed(db);
    return isThere ? { dropped: db } : {};
  },
  renameCollection({ command, databases, changed }) {
    const [from = '', to = ''] = [string(command['renameCollection']), string(command['to'])];
    const split = (ns: string): readonly [string, string] => [
      ns.slice(0, ns.indexOf('.')),
      ns.slice(ns.indexOf('.') + 1),
    ];
    const source = databases.find(...split(from));
    if (!source)
      throw new MongoError(26, 'NamespaceNotFound', `Source collection ${from} does not exist`);
    if (databases.find(...split(to)))
      throw new MongoError(48, 'NamespaceExists', 'target namespace exists');
    const target = databases.make(...split(to));
    target.documents = source.documents;
    target.indexes.splice(0, target.indexes.length, ...source.indexes);
    databases.drop(...split(from));
    for (const [db] of [split(from), split(to)]) changed(db);
    return {};
  },
  insert(context) {
    const { command, databases, db, ids, changed } = context;
    const collection = databases.make(db, nameOf(context));
    let n = 0;
    const writeErrors = each(list(command['documents']), command['ordered'] !== false, (one) => {
      data.insert(collection, one, ids);
      n++;
    });
    changed(db);
    return { n, ...(writeErrors.length > 0 ? { writeErrors } : {}) };
  },
  update(context) {
    const { command, databases, db, ids, changed } = context;
    const name = nameOf(context);
    let n = 0;
    let nModified = 0;
    const upserted: Value[] = [];
    const writeErrors = each(list(command['updates']), true, (one, index) => {
      const there = databases.find(db, name);
      if (!there && one['upsert'] !== true) return;
      const u = one['u'];
      const result = data.update(
        there ?? databases.make(db, name),
        {
          filter: object(one['q']),
          update: Array.isArray(u) ? list(u) : object(u),
          multi: one['multi'] === true,
          upsert: one['upsert'] === true,
        },
        ids,
      );
      n += result.matched;
      nModified += result.modified;
      if (result.upsertedId !== undefined) {
        n++;
        upserted.push({ index, _id: result.upsertedId });
      }
    });
    changed(db);
    return {
      n,
      ...(upserted.length > 0 ? { upserted } : {}),
      nModified,
      ...(writeErrors.length > 0 ? { writeErrors } : {}),
    };
  },
  delete(context) {
    const { command, databases, db, changed } = context;
    const collection = databases.find(db, nameOf(context));
    let n = 0;
    for (const one of list(command['deletes']))
      if (collection) n += data.remove(collection, object(one['q']), one['limit'] === 1);
    changed(db);
    return { n };
  },
  findAndModify: findAndModify,
  findandmodify: findAndModify,
  find(context) {
    const { command, databases, db } = context;
    const name = nameOf(context);
    return cursor(
      context,
      data.query(databases.find(db, name), object(command['filter']), findOptions(command)),
      name,
    );
  },
  aggregate(context) {
    const { command, databases, db } = context;
    const name = nameOf(context);
    return cursor(
      context,
      data.pipeline(databases, db, databases.find(db, name), list(command['pipeline'])),
      name,
    );
  },
  count(context) {
    const { command, databases, db } = context;
    return {
      n: data.query(
        databases.find(db, nameOf(context)),
        object(command['query']),
        findOptions(command),
      ).length,
    };
  },
  distinct(context) {
    const { command, databases, db } = context;
    const key = string(command['key']);
    const values = data.pipeline(databases, db, databases.find(db, nameOf(context)), [
      { $match: object(command['query']) },
      { $unwind: { path: `$${key}` } },
      { $group: { _id: `$${key}` } },
      { $sort: { _id: 1 } },
    ]);
    return { values: values.map(({ _id }) => _id) };
  },
  createIndexes(context) {
    const { command, databases, db, changed } = context;
    const collection = databases.make(db, nameOf(context));
    const before = collection.indexes.length;
    for (const one of list(command['indexes'])) {
      const key = object(one['key']);
      const name =
        string(one['name']) ||
        Object.entries(key)
          .map(([path, direction]) => `${path}_${text(direction)}`)
          .join('_');
      if (collection.indexes.some((index) => index.name === name)) continue;
      collection.indexes.push({ name, key, unique: one['unique'] === true });
    }
    changed(db);
    return {
      numIndexesBefore: before,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: false,
      ...(before === collection.indexes.length ? { note: 'all indexes already exist' } : {}),
    };
  },
  listIndexes(context) {
    const name = nameOf(context);
    const collection = context.databases.find(context.db, name);
    if (!collection)
      throw new MongoError(26, 'NamespaceNotFound', `ns does not exist: ${context.db}.${name}`);
    return cursor(context, collection.indexes.map(shownIndex), name);
  },
  dbStats({ databases, db }) {
    const collections = databases.collections(db);
    const objects = collections.reduce((sum, one) => sum + one.documents.length, 0);
    const dataSize = collections.reduce((sum, one) => sum + one.bytes, 0);
    return {
      db,
      collections: collections.length,
      views: 0,
      objects,
      avgObjSize: objects === 0 ? 0 : dataSize / objects,
      dataSize,
      storageSize: sizeOnDisk(databases, db),
      indexes: collections.reduce((sum, one) => sum + one.indexes.length, 0),
    };
  },
  collStats(context) {
    const name = nameOf(context);
    const collection = context.databases.find(context.db, name);
    return {
      ns: `${context.db}.${name}`,
      size: collection?.bytes ?? 0,
      count: collection?.documents.length ?? 0,
      storageSize: collection ? pages(collection.bytes) : 0,
      nindexes: collection?.indexes.length ?? 0,
    };
  },
  serverStatus: (facts) => ({
    host: facts.hostname,
    version: facts.version,
    process: 'mongod',
    pid: facts.pid,
    uptime: facts.uptimeSeconds(),
    localTime: facts.nowMs(),
    connections: { current: facts.connections(), available: 838_860 - facts.connections() },
  }),
  getLog: () => ({ totalLinesWritten: 0, log: [] }),
  getCmdLineOpts: () => ({ argv: ['mongod', '--bind_ip_all'] }),
  shutdown({ db, shutdown }) {
    if (db !== 'admin')
      throw new MongoError(
        13,
        'Unauthorized',
        'shutdown may only be run against the admin database.',
      );
    shutdown();
    return {};
  },
};

function greeting({ nowMs }: Context): ObjectValue {
  return {
    ismaster: true,
    isWritablePrimary: true,
    maxBsonObjectSize: 16_777_216,
    localTime: nowMs(),
    readOnly: false,
  };
}

function findOptions(command: ObjectValue): data.FindOptions {
  return {
    projection: object(command['projection']),
    sort: object(command['sort']),
    skip: Number(command['skip'] ?? 0),
    limit: Number(command['limit'] ?? 0),
  };
}

function findAndModify(context: Context): ObjectValue {
  const { command, databases, db, ids, changed } = context;
  const name = nameOf(context);
  const filter = object(command['query']);
  const sort = object(command['sort']);
  const [before] = data.query(databases.find(db, name), filter, { sort, limit: 1 });
  if (command['remove'] === true) {
    const collection = databases.find(db, name);
    if (before && collection) data.remove(collection, { _id: before['_id'] }, true);
    changed(db);
    return { value: before ?? null };
  }
  const change = command['update'];
  const result = data.update(
    databases.make(db, name),
    {
      filter: before ? { _id: before['_id'] } : filter,
      update: Array.isArray(change) ? list(change) : object(change),
      multi: false,
      upsert: command['upsert'] === true,
    },
    ids,
  );
  changed(db);
  const id = before ? before['_id'] : result.upsertedId;
  const [after] = id === undefined ? [] : data.query(databases.find(db, name), { _id: id });
  return { value: (command['new'] === true ? after : before) ?? null };
}

function shownIndex({ name, key, unique }: Index): ObjectValue {
  const shown: ObjectValue = { v: 2, key, name };
  if (unique && name !== '_id_') define(shown, 'unique', true);
  return shown;
}

/** Files of whole pages, as WiredTiger lays them out. */
function pages(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * 4096;
}

function sizeOnDisk(databases: Databases, name: string): number {
  return databases
    .collections(name)
    .reduce((sum, one) => sum + pages(one.bytes) + one.indexes.length * 4096 * 5, 0);
}
