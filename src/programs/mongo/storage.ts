/**
 * The data folder: a file for each collection, a catalogue, a journal of what changed since the last checkpoint, and the lock.
 *
 * What was acknowledged survives a kill and a power cut: each change is in the journal before its answer goes out.
 *
 * Real:     mongo src/mongo/db/storage/wiredtiger; checkpoints each 60 s. The real journal is flushed each 100 ms, ours at once.
 * Left out: the files' binary form (theirs are texts here), compression, `diagnostic.data`.
 */
import { SystemError, type Process } from '../../sim/index.ts';
import { define, isPlain, text, type ObjectValue } from '../javascript/values.ts';
import { decode, encode, type Document } from './bson.ts';
import type { Databases } from './data.ts';

const CATALOGUE = '_mdb_catalog.wt';
const JOURNAL = 'journal/WiredTigerLog.0000000001';
const LOCK = 'mongod.lock';

export type Opened =
  | { readonly type: 'ok'; readonly isFresh: boolean; readonly wasUnclean: boolean }
  | { readonly type: 'missing' | 'readonly' | 'locked' | 'foreign' }
  | { readonly type: 'version'; readonly found: string };

/** Series in the order of upgrades: a server opens its own and the one before. */
const SERIES = ['3.4', '3.6', '4.0', '4.2', '4.4', '5.0', '6.0', '7.0', '8.0'];

export class Storage {
  readonly folder: string;
  readonly #process: Process;
  readonly #series: string;
  readonly #databases: Databases;
  /** The file number of a collection, by namespace. */
  readonly #numbers = new Map<string, number>();
  #next = 0;

  constructor(process: Process, folder: string, version: string, databases: Databases) {
    this.#process = process;
    this.folder = folder;
    this.#series = version.split('.').slice(0, 2).join('.');
    this.#databases = databases;
  }

  open(): Opened {
    const { files } = this.#process.namespace;
    if (files.lookup(this.folder)?.type !== 'directory') return { type: 'missing' };
    if (this.#isHeld()) return { type: 'locked' };
    const lock = files.lookup(this.#path(LOCK));
    const wasUnclean = lock?.type === 'file' && lock.content !== '';
    const isFresh = !files.exists(this.#path(CATALOGUE));
    try {
      this.#makeJournal();
      if (isFresh) {
        this.#write('WiredTiger', 'WiredTiger\nWiredTiger 10.0.2\n');
        this.#write('storage.bson', 'engine: wiredTiger\n');
        this.checkpoint();
      } else {
        const found = this.#load();
        if (found !== undefined) return found;
      }
      this.#write(LOCK, '1\n');
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return { type: 'readonly' };
    }
    return { type: 'ok', isFresh, wasUnclean };
  }

  #makeJournal(): void {
    this.#process.namespace.files.mkdir(this.#path('journal'), { parents: true });
    this.#own(this.#path('journal'));
  }

  /** Another server of this machine has the folder. */
  #isHeld(): boolean {
    const mine = this.#process.namespace.files.lookup(this.folder);
    return this.#process.kernel
      .processes()
      .some(
        (other) =>
          other !== this.#process &&
          other.argv[0]?.endsWith('mongod') === true &&
          other.namespace.files.lookup(dataFolder(other)) === mine,
      );
  }

  #load(): Opened | undefined {
    const { files } = this.#process.namespace;
    let catalogue: ObjectValue;
    try {
      catalogue = decode(files.readFile(this.#path(CATALOGUE))) as ObjectValue;
      const found = text(catalogue['version']);
      const [then, now] = [SERIES.indexOf(found), SERIES.indexOf(this.#series)];
      if (then < 0 || now < then || now > then + 1) return { type: 'version', found };
      for (const row of catalogue['collections'] as ObjectValue[]) this.#loadCollection(row);
    } catch (error) {
      if (error instanceof SystemError) throw error;
      return { type: 'foreign' };
    }
    if (files.exists(this.#path(JOURNAL)))
      for (const line of files.readFile(this.#path(JOURNAL)).split('\n'))
        if (line !== '') this.#replay(decode(line) as ObjectValue);
    return undefined;
  }

  #loadCollection(row: ObjectValue): void {
    const [db, name] = split(text(row['ns']));
    const collection = this.#databases.make(db, name);
    const number = Number(row['file']);
    this.#numbers.set(collection.namespace, number);
    this.#next = Math.max(this.#next, number + 1);
    collection.indexes.splice(
      0,
      collection.indexes.length,
      ...(row['indexes'] as unknown as typeof collection.indexes),
    );
    const content = this.#process.namespace.files.readFile(this.#path(fileOf(number)));
    collection.documents = documentsOf(content);
  }

  /** A journal line is the new content of a database. */
  #replay(line: ObjectValue): void {
    const db = text(line['db']);
    this.#databases.dropDatabase(db);
    const collections = line['collections'];
    if (!collections || !isPlain(collections)) return;
    for (const [name, entry] of Object.entries(collections)) {
      const { documents, indexes } = entry as ObjectValue;
      const collection = this.#databases.make(db, name);
      collection.documents = documents as Document[];
      collection.indexes.splice(
        0,
        collection.indexes.length,
        ...(indexes as unknown as typeof collection.indexes),
      );
    }
  }

  /** Makes a change of a database durable. ENOSPC, EROFS, EDQUOT. */
  journal(db: string): void {
    const collections: ObjectValue = {};
    for (const { namespace, documents, indexes } of this.#databases.collections(db))
      define(collections, namespace.slice(db.length + 1), {
        documents,
        indexes: indexes as unknown as ObjectValue[],
      });
    const line = `${encode({ db, collections })}\n`;
    const { files } = this.#process.namespace;
    const path = this.#path(JOURNAL);
    // A database's last line is all that counts: what came before it goes.
    const old = files.exists(path) ? files.readFile(path) : '';
    const others = old
      .split('\n')
      .filter((one) => one !== '' && (decode(one) as ObjectValue)['db'] !== db)
      .map((one) => `${one}\n`)
      .join('');
    this.#write(JOURNAL, others + line);
  }

  /** Writes all into the collections' files and empties the journal. */
  checkpoint(): void {
    const rows: ObjectValue[] = [];
    const kept = new Set<string>();
    for (const db of this.#databases.names())
      for (const collection of this.#databases.collections(db)) {
        const { namespace, documents, indexes } = collection;
        let number = this.#numbers.get(namespace);
        if (number === undefined) this.#numbers.set(namespace, (number = this.#next++));
        this.#write(fileOf(number), documents.map((one) => `${encode(one)}\n`).join(''));
        for (const [i] of indexes.entries()) this.#write(`index-${number}-${i}.wt`, '');
        rows.push({ ns: namespace, file: number, indexes: indexes as unknown as ObjectValue[] });
        kept.add(String(number));
      }
    for (const [namespace, number] of this.#numbers)
      if (!kept.has(String(number))) {
        this.#numbers.delete(namespace);
        const { files } = this.#process.namespace;
        if (files.exists(this.#path(fileOf(number)))) files.remove(this.#path(fileOf(number)));
      }
    this.#write(CATALOGUE, encode({ version: this.#series, collections: rows }));
    this.#write(JOURNAL, '');
  }

  close(): void {
    try {
      this.checkpoint();
      this.#write(LOCK, '');
    } catch (error) {
      // A full disk: the journal has what the checkpoint could not write.
      if (!(error instanceof SystemError)) throw error;
    }
  }

  #path(name: string): string {
    return `${this.folder}/${name}`;
  }

  #write(name: string, content: string): void {
    const { uid, gid } = this.#process.user;
    this.#process.namespace.files.writeFile(this.#path(name), content, { uid, gid });
  }

  #own(path: string): void {
    const { uid, gid } = this.#process.user;
    this.#process.namespace.files.setAttributes(path, { uid, gid });
  }
}

/** The folder that a server's command line names. */
export function dataFolder(process: Process): string {
  const at = process.argv.indexOf('--dbpath');
  return at >= 0 ? (process.argv[at + 1] ?? '/data/db') : '/data/db';
}

function fileOf(number: number): string {
  return `collection-${number}.wt`;
}

function split(namespace: string): readonly [db: string, name: string] {
  const dot = namespace.indexOf('.');
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

function documentsOf(text: string): Document[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => decode(line) as Document);
}
