import { describe, expect, test } from 'vitest';
import { Lab, type Container } from './harness.ts';

function started(
  reference = 'mongo:4',
  env: readonly string[] = [],
): { lab: Lab; mongo: Container } {
  const lab = new Lab();
  const mongo = lab.container(reference, '10.0.0.2', 'mongodb').start(undefined, env);
  lab.run(1_000);
  return { lab, mongo };
}

/** What the shell prints for one script. */
function evaluate(
  lab: Lab,
  mongo: Container,
  script: string,
  ...options: readonly string[]
): string {
  const before = mongo.out.length;
  const shell = mongo.image.tag.startsWith('4') ? 'mongo' : 'mongosh';
  const process = mongo.exec(shell, '--quiet', ...options, '--eval', script);
  for (let i = 0; i < 100 && !process.exit; i++) lab.run(20);
  return mongo.out.slice(before).replace(/^\{"t".*\n/gm, '') + mongo.err;
}

describe('documents', () => {
  test.each([
    ['db.a.insertOne({_id: 1}).insertedId', '1\n'],
    ['db.a.insert({_id: 1})', 'WriteResult({ "nInserted" : 1 })\n'],
    [
      'db.a.insert([{_id: 1, n: 5}, {_id: 2, n: 7}]); db.a.find({n: {$gt: 5}})',
      '{ "_id" : 2, "n" : 7 }\n',
    ],
    [
      'db.a.insert({_id: 1, n: 5}); db.a.updateOne({_id: 1}, {$inc: {n: 2}, $push: {t: "x"}}); db.a.findOne()',
      '{ "_id" : 1, "n" : 7, "t" : [ "x" ] }\n',
    ],
    [
      'db.a.update({k: 1}, {$set: {v: 2}}, {upsert: true})',
      'WriteResult({ "nMatched" : 0, "nUpserted" : 1, "nModified" : 0 })\n',
    ],
    [
      'db.a.insert([{_id: 3}, {_id: 1}, {_id: 2}]); db.a.find().sort({_id: -1}).limit(2).toArray()',
      '[ { "_id" : 3 }, { "_id" : 2 } ]\n',
    ],
    [
      'db.a.insert([{g: "x", n: 1}, {g: "x", n: 2}, {g: "y", n: 3}]); db.a.aggregate([{$group: {_id: "$g", s: {$sum: "$n"}}}, {$sort: {_id: 1}}])',
      '{ "_id" : "x", "s" : 3 }\n{ "_id" : "y", "s" : 3 }\n',
    ],
    ['db.a.insert([{_id: 1}, {_id: 2}]); db.a.deleteMany({}).deletedCount', '2\n'],
    ['db.a.remove({})', 'WriteResult({ "nRemoved" : 0 })\n'],
    [
      'db.a.insert({_id: 1, d: ISODate("2026-01-02T03:04:05Z")}); db.a.findOne().d',
      'ISODate("2026-01-02T03:04:05Z")\n',
    ],
  ])('%s', (script, shown) => {
    const { lab, mongo } = started();
    expect(evaluate(lab, mongo, script)).toBe(shown);
  });

  test('the new shell shows them its own way', () => {
    const { lab, mongo } = started('mongo:7');
    expect(evaluate(lab, mongo, "db.a.insertOne({_id: 1, name: '사과'}); db.a.find()")).toBe(
      "[ { _id: 1, name: '사과' } ]\n",
    );
  });
});

describe('refusals', () => {
  test.each([
    [
      'db.a.insert({_id: 1}); db.a.insert({_id: 1})',
      'E11000 duplicate key error collection: test.a index: _id_ dup key: { _id: 1.0 }',
    ],
    ['db.a.insert({}); db.a.find({$foo: 1}).toArray()', 'unknown operator: $foo'],
    ['db.a.insert({}); db.a.update({}, {$nope: {x: 1}})', 'Unknown modifier: $nope'],
    ['db.runCommand({nope: 1}).codeName', 'CommandNotFound'],
    ['db.a.insert({_id: 1}); db.a.updateOne({}, {$set: {_id: 2}}); "x"', ''],
    ['db.a.updateOne({}, {x: 1})', 'must contain atomic operators'],
  ])('%s', (script, words) => {
    const { lab, mongo } = started();
    expect(evaluate(lab, mongo, script)).toContain(words);
  });

  test('with an administrator from the environment nobody else may ask', () => {
    const { lab, mongo } = started('mongo:4', [
      'MONGO_INITDB_ROOT_USERNAME=root',
      'MONGO_INITDB_ROOT_PASSWORD=secret',
    ]);
    expect(evaluate(lab, mongo, 'db.a.find().toArray()')).toContain(
      'command find requires authentication',
    );
    expect(evaluate(lab, mongo, '1', '-u', 'root', '-p', 'wrong')).toContain(
      'Authentication failed.',
    );
    expect(evaluate(lab, mongo, 'db.a.insert({_id: 1})', '-u', 'root', '-p', 'secret')).toContain(
      '"nInserted" : 1',
    );
  });

  test('half an administrator is none', () => {
    const { mongo } = started('mongo:4', ['MONGO_INITDB_ROOT_USERNAME=root']);
    expect(mongo.err).toContain('both must be specified for a user to be created');
    expect(mongo.main?.exit?.code).toBe(1);
  });

  test('a browser at its port is told what this is', () => {
    const { lab } = started();
    expect(lab.request('10.0.0.2', '/', { port: 27017 }).body).toContain(
      'trying to access MongoDB over HTTP',
    );
  });
});

describe('the data folder', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'what was acknowledged is there after %s',
    (signal) => {
      const { lab, mongo } = started();
      evaluate(lab, mongo, 'db.a.insert({_id: 1}); db.a.createIndex({n: 1}, {unique: true})');
      mongo.signal(signal);
      lab.run(200);
      expect(mongo.main?.exit).toBeDefined();
      mongo.start();
      lab.run(1_000);
      expect(mongo.out.includes('Detected unclean shutdown')).toBe(signal === 'SIGKILL');
      expect(evaluate(lab, mongo, 'db.a.count() + " " + db.a.getIndexes().length')).toBe('1 2\n');
    },
  );

  test('two servers do not share one', () => {
    const { lab, mongo } = started();
    const second = mongo.exec('mongod', '--port', '27018');
    lab.run(1_000);
    expect(second.exit?.code).toBe(100);
    expect(mongo.out).toContain(
      'Another mongod instance is already running on the /data/db directory',
    );
  });

  test.each([
    ['mongo:5', 'the next version opens it', undefined],
    ['mongo:7', 'a later one does not', 62],
  ] as const)('%s: %s', (reference, _, code) => {
    const { lab, mongo } = started();
    mongo.signal('SIGTERM');
    lab.run(200);
    const later = lab.container(reference, '10.0.0.3', 'later');
    for (const name of ['_mdb_catalog.wt', 'mongod.lock'])
      later.namespace.files.writeFile(
        `/data/db/${name}`,
        mongo.namespace.files.readFile(`/data/db/${name}`),
      );
    for (const name of mongo.namespace.files
      .list('/data/db')
      .filter((one) => one.startsWith('collection-')))
      later.namespace.files.writeFile(
        `/data/db/${name}`,
        mongo.namespace.files.readFile(`/data/db/${name}`),
      );
    later.start();
    lab.run(1_000);
    expect(later.main?.exit?.code).toBe(code);
  });
});
