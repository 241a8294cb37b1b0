/**
 * The commands that work on keys.
 *
 * Real:     redis src/{t_string,t_list,t_set,t_hash,t_zset,db,expire}.c; errors are its sentences.
 * Left out: what `UNSUPPORTED` lists (transactions, pub/sub, blocking reads, scripts, streams, replication): the answer says so.
 */
import type { Database, Value } from './database.ts';
import { bulk, failure, integer, list, NIL, OK, type Reply } from './resp.ts';

export interface CommandContext {
  readonly data: Database;
  readonly db: number;
  readonly nowMs: number;
  /** A number below `n`. */
  readonly draw: (n: number) => number;
}

type Run = (context: CommandContext, args: readonly string[]) => Reply;

interface Command {
  readonly min: number;
  readonly max: number;
  /** Whether it changes keys: then it goes into the append-only file. */
  readonly writes: boolean;
  readonly run: Run;
}

const WRONG_TYPE = failure('WRONGTYPE Operation against a key holding the wrong kind of value');
const NOT_INTEGER = failure('ERR value is not an integer or out of range');
const SYNTAX = failure('ERR syntax error');

const TABLE = new Map<string, Command>();
const ANY = Number.MAX_SAFE_INTEGER;

function read(name: string, min: number, max: number, run: Run): void {
  TABLE.set(name, { min, max, writes: false, run });
}

function change(name: string, min: number, max: number, run: Run): void {
  TABLE.set(name, { min, max, writes: true, run });
}

const UNSUPPORTED: ReadonlySet<string> = new Set(
  'multi exec discard watch subscribe psubscribe unsubscribe publish blpop brpop blmove bzpopmin eval evalsha script function fcall xadd xread xrange xlen slaveof replicaof sync psync monitor cluster wait migrate dump restore sort bitcount setbit getbit geoadd pfadd scan sscan hscan zscan object debug acl'.split(
    ' ',
  ),
);

export function findCommand(name: string): Command | 'unsupported' | undefined {
  return TABLE.get(name) ?? (UNSUPPORTED.has(name) ? 'unsupported' : undefined);
}

/** The value of a key when it is of that type; 'wrong' when it is of another. */
function of<T extends Value['type']>(
  { data, db }: CommandContext,
  key: string,
  type: T,
): Extract<Value, { type: T }> | undefined | 'wrong' {
  const value = data.get(db, key);
  return value === undefined
    ? undefined
    : value.type === type
      ? (value as Extract<Value, { type: T }>)
      : 'wrong';
}

/** The value of a key, made when it is not there. */
function ensure<V extends Value>(context: CommandContext, key: string, made: V): V | 'wrong' {
  const there = context.data.get(context.db, key);
  if (there) return there.type === made.type ? (there as V) : 'wrong';
  context.data.set(context.db, key, made);
  return made;
}

function dropIfEmpty({ data, db }: CommandContext, key: string, size: number): void {
  if (size === 0) data.delete(db, key);
}

function toInteger(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

// Strings.

read('get', 1, 1, (context, [key = '']) => {
  const value = of(context, key, 'string');
  return value === 'wrong' ? WRONG_TYPE : value ? bulk(value.text) : NIL;
});

change('set', 2, ANY, (context, [key = '', text = '', ...flags]) => {
  const { data, db, nowMs } = context;
  const before = data.get(db, key);
  let expiresAtMs: number | undefined;
  let keepsTtl = false;
  let returnsOld = false;
  for (let i = 0; i < flags.length; i++) {
    const flag = (flags[i] ?? '').toUpperCase();
    if (flag === 'EX' || flag === 'PX') {
      const n = toInteger(flags[++i] ?? '');
      if (n === undefined) return NOT_INTEGER;
      if (n <= 0) return failure("ERR invalid expire time in 'set' command");
      expiresAtMs = nowMs + (flag === 'EX' ? n * 1000 : n);
    } else if (flag === 'NX') {
      if (before) return NIL;
    } else if (flag === 'XX') {
      if (!before) return NIL;
    } else if (flag === 'KEEPTTL') keepsTtl = true;
    else if (flag === 'GET') returnsOld = true;
    else return SYNTAX;
  }
  if (returnsOld && before && before.type !== 'string') return WRONG_TYPE;
  data.set(db, key, { type: 'string', text }, keepsTtl ? data.expiryOf(db, key) : expiresAtMs);
  return returnsOld ? (before?.type === 'string' ? bulk(before.text) : NIL) : OK;
});

change('setnx', 2, 2, (context, [key = '', text = '']) => {
  if (context.data.get(context.db, key)) return integer(0);
  context.data.set(context.db, key, { type: 'string', text });
  return integer(1);
});

change('setex', 3, 3, ({ data, db, nowMs }, [key = '', seconds = '', text = '']) => {
  const n = toInteger(seconds);
  if (n === undefined) return NOT_INTEGER;
  data.set(db, key, { type: 'string', text }, nowMs + n * 1000);
  return OK;
});

change('getset', 2, 2, (context, [key = '', text = '']) => {
  const before = of(context, key, 'string');
  if (before === 'wrong') return WRONG_TYPE;
  context.data.set(context.db, key, { type: 'string', text });
  return before ? bulk(before.text) : NIL;
});

change('mset', 2, ANY, ({ data, db }, args) => {
  if (args.length % 2 === 1) return failure("ERR wrong number of arguments for 'mset' command");
  for (let i = 0; i < args.length; i += 2)
    data.set(db, args[i] as string, { type: 'string', text: args[i + 1] as string });
  return OK;
});

read('mget', 1, ANY, (context, keys) => ({
  type: 'array',
  items: keys.map((key) => {
    const value = of(context, key, 'string');
    return value === undefined || value === 'wrong' ? NIL : bulk(value.text);
  }),
}));

change('append', 2, 2, (context, [key = '', text = '']) => {
  const value = ensure(context, key, { type: 'string', text: '' });
  if (value === 'wrong') return WRONG_TYPE;
  value.text += text;
  return integer(value.text.length);
});

read('strlen', 1, 1, (context, [key = '']) => {
  const value = of(context, key, 'string');
  return value === 'wrong' ? WRONG_TYPE : integer(value?.text.length ?? 0);
});

function add(context: CommandContext, key: string, by: number): Reply {
  const value = ensure(context, key, { type: 'string', text: '0' });
  if (value === 'wrong') return WRONG_TYPE;
  const number = toInteger(value.text);
  if (number === undefined) return NOT_INTEGER;
  value.text = String(number + by);
  return integer(number + by);
}

change('incr', 1, 1, (context, [key = '']) => add(context, key, 1));
change('decr', 1, 1, (context, [key = '']) => add(context, key, -1));
for (const [name, sign] of [
  ['incrby', 1],
  ['decrby', -1],
] as const)
  change(name, 2, 2, (context, [key = '', by = '']) => {
    const n = toInteger(by);
    return n === undefined ? NOT_INTEGER : add(context, key, sign * n);
  });

// Keys.

for (const name of ['del', 'unlink'])
  change(name, 1, ANY, ({ data, db }, keys) =>
    integer(keys.filter((key) => data.delete(db, key)).length),
  );
read('exists', 1, ANY, ({ data, db }, keys) =>
  integer(keys.filter((key) => data.get(db, key)).length),
);
read('type', 1, 1, ({ data, db }, [key = '']) => ({
  type: 'simple',
  text: data.get(db, key)?.type ?? 'none',
}));
read('keys', 1, 1, ({ data, db }, [pattern = '*']) =>
  list(data.keys(db).filter((key) => globPattern(pattern).test(key))),
);
read('dbsize', 0, 0, ({ data, db }) => integer(data.keys(db).length));
read('randomkey', 0, 0, ({ data, db, draw }) => {
  const keys = data.keys(db);
  return keys.length === 0 ? NIL : bulk(keys[draw(keys.length)] as string);
});
change('flushdb', 0, 1, ({ data, db }) => (data.clear(db), OK));
change('flushall', 0, 1, ({ data }) => (data.clear(), OK));
change('rename', 2, 2, ({ data, db }, [from = '', to = '']) => {
  const value = data.get(db, from);
  if (!value) return failure('ERR no such key');
  const expiresAtMs = data.expiryOf(db, from);
  data.delete(db, from);
  data.set(db, to, value, expiresAtMs);
  return OK;
});
for (const [name, unit] of [
  ['expire', 1000],
  ['pexpire', 1],
] as const)
  change(name, 2, 2, ({ data, db, nowMs }, [key = '', time = '']) => {
    const n = toInteger(time);
    return n === undefined
      ? NOT_INTEGER
      : integer(data.setExpiry(db, key, nowMs + n * unit) ? 1 : 0);
  });
for (const [name, unit] of [
  ['ttl', 1000],
  ['pttl', 1],
] as const)
  read(name, 1, 1, ({ data, db, nowMs }, [key = '']) => {
    if (!data.get(db, key)) return integer(-2);
    const atMs = data.expiryOf(db, key);
    return integer(atMs === undefined ? -1 : Math.round((atMs - nowMs) / unit));
  });
change('persist', 1, 1, ({ data, db }, [key = '']) => {
  if (data.expiryOf(db, key) === undefined) return integer(0);
  return integer(data.setExpiry(db, key, undefined) ? 1 : 0);
});

/** A glob of redis: `*`, `?`, `[a-c]`. */
function globPattern(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[\\s\\S]*')
    .replace(/\?/g, '[\\s\\S]');
  try {
    return new RegExp(`^${body}$`);
  } catch {
    return /^$/;
  }
}

// Lists.

for (const name of ['lpush', 'rpush', 'lpushx', 'rpushx'] as const)
  change(name, 2, ANY, (context, [key = '', ...items]) => {
    if (name.endsWith('x') && !context.data.get(context.db, key)) return integer(0);
    const value = ensure(context, key, { type: 'list', items: [] as string[] });
    if (value === 'wrong') return WRONG_TYPE;
    for (const item of items) {
      if (name.startsWith('l')) value.items.unshift(item);
      else value.items.push(item);
    }
    return integer(value.items.length);
  });
for (const name of ['lpop', 'rpop'] as const)
  change(name, 1, 2, (context, [key = '', count]) => {
    const value = of(context, key, 'list');
    if (value === 'wrong') return WRONG_TYPE;
    const take = (): string | undefined =>
      name === 'lpop' ? value?.items.shift() : value?.items.pop();
    if (!value) return NIL;
    const n = count === undefined ? 1 : (toInteger(count) ?? -1);
    if (n < 0) return failure('ERR value is out of range, must be positive');
    const taken = Array.from({ length: Math.min(n, value.items.length) }, () => take() as string);
    dropIfEmpty(context, key, value.items.length);
    return count === undefined ? (taken[0] === undefined ? NIL : bulk(taken[0])) : list(taken);
  });
read('llen', 1, 1, (context, [key = '']) => {
  const value = of(context, key, 'list');
  return value === 'wrong' ? WRONG_TYPE : integer(value?.items.length ?? 0);
});
read('lrange', 3, 3, (context, [key = '', from = '', to = '']) => {
  const value = of(context, key, 'list');
  return value === 'wrong' ? WRONG_TYPE : range(value?.items ?? [], from, to, list);
});
read('lindex', 2, 2, (context, [key = '', index = '']) => {
  const value = of(context, key, 'list');
  if (value === 'wrong') return WRONG_TYPE;
  const item = value?.items.at(toInteger(index) ?? 0);
  return item === undefined ? NIL : bulk(item);
});
change('ltrim', 3, 3, (context, [key = '', from = '', to = '']) => {
  const value = of(context, key, 'list');
  if (value === 'wrong') return WRONG_TYPE;
  if (!value) return OK;
  return range(value.items, from, to, (kept) => {
    value.items.splice(0, value.items.length, ...kept);
    dropIfEmpty(context, key, kept.length);
    return OK;
  });
});

/** `0 -1`: indices from both ends, both included. */
function range<T>(
  items: readonly T[],
  from: string,
  to: string,
  reply: (items: readonly T[]) => Reply,
): Reply {
  const [a, b] = [toInteger(from), toInteger(to)];
  if (a === undefined || b === undefined) return NOT_INTEGER;
  const start = a < 0 ? Math.max(0, items.length + a) : a;
  const end = b < 0 ? items.length + b : b;
  return reply(items.slice(start, end + 1));
}

// Sets.

change('sadd', 2, ANY, (context, [key = '', ...members]) => {
  const value = ensure(context, key, { type: 'set', members: new Set<string>() });
  if (value === 'wrong') return WRONG_TYPE;
  const before = value.members.size;
  for (const member of members) value.members.add(member);
  return integer(value.members.size - before);
});
change('srem', 2, ANY, (context, [key = '', ...members]) => {
  const value = of(context, key, 'set');
  if (value === 'wrong') return WRONG_TYPE;
  const removed = members.filter((member) => value?.members.delete(member)).length;
  dropIfEmpty(context, key, value?.members.size ?? 1);
  return integer(removed);
});
read('smembers', 1, 1, (context, [key = '']) => {
  const value = of(context, key, 'set');
  return value === 'wrong' ? WRONG_TYPE : list([...(value?.members ?? [])]);
});
read('sismember', 2, 2, (context, [key = '', member = '']) => {
  const value = of(context, key, 'set');
  return value === 'wrong' ? WRONG_TYPE : integer(value?.members.has(member) ? 1 : 0);
});
read('scard', 1, 1, (context, [key = '']) => {
  const value = of(context, key, 'set');
  return value === 'wrong' ? WRONG_TYPE : integer(value?.members.size ?? 0);
});

// Hashes.

for (const name of ['hset', 'hmset'])
  change(name, 3, ANY, (context, [key = '', ...pairs]) => {
    if (pairs.length % 2 === 1)
      return failure(`ERR wrong number of arguments for '${name}' command`);
    const value = ensure(context, key, { type: 'hash', fields: new Map<string, string>() });
    if (value === 'wrong') return WRONG_TYPE;
    const before = value.fields.size;
    for (let i = 0; i < pairs.length; i += 2)
      value.fields.set(pairs[i] as string, pairs[i + 1] as string);
    return name === 'hmset' ? OK : integer(value.fields.size - before);
  });
read('hget', 2, 2, (context, [key = '', field = '']) => {
  const value = of(context, key, 'hash');
  if (value === 'wrong') return WRONG_TYPE;
  const text = value?.fields.get(field);
  return text === undefined ? NIL : bulk(text);
});
change('hincrby', 3, 3, (context, [key = '', field = '', by = '']) => {
  const value = ensure(context, key, { type: 'hash', fields: new Map<string, string>() });
  if (value === 'wrong') return WRONG_TYPE;
  const [before, n] = [toInteger(value.fields.get(field) ?? '0'), toInteger(by)];
  if (before === undefined) return failure('ERR hash value is not an integer');
  if (n === undefined) return NOT_INTEGER;
  value.fields.set(field, String(before + n));
  return integer(before + n);
});
change('hdel', 2, ANY, (context, [key = '', ...fields]) => {
  const value = of(context, key, 'hash');
  if (value === 'wrong') return WRONG_TYPE;
  const removed = fields.filter((field) => value?.fields.delete(field)).length;
  dropIfEmpty(context, key, value?.fields.size ?? 1);
  return integer(removed);
});
function hash(name: string, shown: (fields: ReadonlyMap<string, string>) => Reply): void {
  read(name, 1, 1, (context, [key = '']) => {
    const value = of(context, key, 'hash');
    return value === 'wrong' ? WRONG_TYPE : shown(value?.fields ?? new Map());
  });
}
hash('hgetall', (fields) => list([...fields].flat()));
hash('hkeys', (fields) => list([...fields.keys()]));
hash('hvals', (fields) => list([...fields.values()]));
hash('hlen', (fields) => integer(fields.size));
read('hexists', 2, 2, (context, [key = '', field = '']) => {
  const value = of(context, key, 'hash');
  return value === 'wrong' ? WRONG_TYPE : integer(value?.fields.has(field) ? 1 : 0);
});

// Sorted sets.

change('zadd', 3, ANY, (context, [key = '', ...pairs]) => {
  const value = ensure(context, key, { type: 'zset', scores: new Map<string, number>() });
  if (value === 'wrong') return WRONG_TYPE;
  const before = value.scores.size;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const score = Number(pairs[i]);
    if (Number.isNaN(score)) return failure('ERR value is not a valid float');
    value.scores.set(pairs[i + 1] as string, score);
  }
  return integer(value.scores.size - before);
});
change('zincrby', 3, 3, (context, [key = '', by = '', member = '']) => {
  const value = ensure(context, key, { type: 'zset', scores: new Map<string, number>() });
  if (value === 'wrong') return WRONG_TYPE;
  const score = (value.scores.get(member) ?? 0) + Number(by);
  if (Number.isNaN(score)) return failure('ERR value is not a valid float');
  value.scores.set(member, score);
  return bulk(String(score));
});
read('zscore', 2, 2, (context, [key = '', member = '']) => {
  const value = of(context, key, 'zset');
  if (value === 'wrong') return WRONG_TYPE;
  const score = value?.scores.get(member);
  return score === undefined ? NIL : bulk(String(score));
});
read('zcard', 1, 1, (context, [key = '']) => {
  const value = of(context, key, 'zset');
  return value === 'wrong' ? WRONG_TYPE : integer(value?.scores.size ?? 0);
});
for (const [name, sign] of [
  ['zrange', 1],
  ['zrevrange', -1],
] as const)
  read(name, 3, 4, (context, [key = '', from = '', to = '', flag]) => {
    const value = of(context, key, 'zset');
    if (value === 'wrong') return WRONG_TYPE;
    if (flag !== undefined && flag.toLowerCase() !== 'withscores') return SYNTAX;
    const sorted = [...(value?.scores ?? [])].sort(
      (a, b) => sign * (a[1] - b[1] || (a[0] < b[0] ? -1 : 1)),
    );
    return range(sorted, from, to, (rows) =>
      list(
        rows.flatMap(([member, score]) =>
          flag === undefined ? [member] : [member, String(score)],
        ),
      ),
    );
  });
