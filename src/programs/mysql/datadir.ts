/**
 * The data directory: what lies there, by which version it was written, and the reading and writing of tables.
 *
 * A table's file holds a text that this program reads again, filled up to the size that the real file has.
 * Real:     InnoDB's tablespaces, .frm files (5.7, MariaDB), the data dictionary in mysql.ibd (8.0 and later), ib_logfile / #innodb_redo.
 * Left out: the binary formats, undo and redo themselves: what has been committed is in the table's file at once.
 */
import { SystemError, utf8Length, type FileSystem } from '../../sim/index.ts';
import type { SqlValue } from '../sql/sqlite.ts';
import type { Table } from '../sql/store.ts';
import type { Account } from './accounts.ts';
import { isAtLeast, versionNumber, type Release } from './releases.ts';

const MAGIC = 'InnoDB tablespace ';
const PAGE = 16_384;

/** What the directory says about who wrote it. */
export interface Written {
  readonly product: 'mysql' | 'mariadb';
  readonly version: string;
  /** The last server that used it was shut down in good order. */
  readonly isClean: boolean;
}

export interface DataOwner {
  readonly uid: number;
  readonly gid: number;
}

export interface TableFile {
  readonly table: Table;
  readonly rows: readonly (readonly SqlValue[])[];
  readonly counter: number;
}

export class DataDirectory {
  readonly path: string;
  readonly #files: FileSystem;
  readonly #release: Release;
  readonly #owner: DataOwner;

  constructor(files: FileSystem, path: string, release: Release, owner: DataOwner) {
    this.#files = files;
    this.path = path;
    this.#release = release;
    this.#owner = owner;
  }

  get #hasDictionary(): boolean {
    return this.#release.product === 'mysql' && isAtLeast(this.#release, '8.0.0');
  }

  get isEmpty(): boolean {
    const node = this.#files.lookup(this.path);
    return node?.type !== 'directory' || this.#files.list(this.path).length === 0;
  }

  /** The mark in ibdata1, or undefined when there is none: no server has been here. */
  read(): Written | undefined {
    const node = this.#files.lookup(`${this.path}/ibdata1`);
    if (node?.type !== 'file') return undefined;
    const mark = typeof node.content === 'string' ? node.content : (node.content.program ?? '');
    const m = /^innodb (mysql|mariadb) ([\d.]+) (clean|dirty)/.exec(mark);
    return m
      ? { product: m[1] as 'mysql', version: m[2] as string, isClean: m[3] === 'clean' }
      : undefined;
  }

  mark(isClean: boolean): void {
    const { product, version } = this.#release;
    this.#put(
      'ibdata1',
      { bytes: 12_582_912, program: `innodb ${product} ${version} ${isClean ? 'clean' : 'dirty'}` },
      0o640,
    );
  }

  /** A new directory's files. */
  initialize(uuid: string): void {
    const { product } = this.#release;
    const is8 = this.#hasDictionary;
    if (product === 'mysql') {
      this.#put('auto.cnf', `[auto]\nserver-uuid=${uuid}\n`, 0o640);
      for (const name of ['ca-key.pem', 'private_key.pem', 'server-key.pem', 'client-key.pem'])
        this.#put(name, { bytes: 1_676 }, 0o600);
      for (const name of ['ca.pem', 'public_key.pem', 'server-cert.pem', 'client-cert.pem'])
        this.#put(name, { bytes: 1_112 }, 0o644);
    } else {
      this.#put('aria_log.00000001', { bytes: 417_792 }, 0o660);
      this.#put('aria_log_control', { bytes: 52 }, 0o660);
      this.#put('multi-master.info', '', 0o660);
    }
    this.#put('ib_buffer_pool', { bytes: 3_500 }, 0o640);
    this.upgradeFiles();
    for (const name of [
      'mysql',
      'performance_schema',
      ...(product === 'mysql' || isAtLeast(this.#release, '10.6.0') ? ['sys'] : []),
    ])
      this.addDatabase(name);
    this.#put('mysql/user.frm', is8 ? undefined : { bytes: 10_816 }, 0o640);
    this.mark(true);
  }

  /** Files that this version has and the one before had not. */
  upgradeFiles(): void {
    const is8 = this.#hasDictionary;
    const isNewRedo = is8 && isAtLeast(this.#release, '8.0.30');
    if (is8) {
      this.#put('undo_001', { bytes: PAGE * 1024 }, 0o640);
      this.#put('undo_002', { bytes: PAGE * 1024 }, 0o640);
      this.#put('#ib_16384_0.dblwr', { bytes: 196_608 }, 0o640);
      this.#put('#ib_16384_1.dblwr', { bytes: 8_585_216 }, 0o640);
      this.#folder('#innodb_temp');
      if (isNewRedo) {
        this.#folder('#innodb_redo');
        this.#put('#innodb_redo/#ib_redo0', { bytes: 3_276_800 }, 0o640);
        for (const name of ['ib_logfile0', 'ib_logfile1']) this.#remove(name);
      }
      this.#put('binlog.000001', { bytes: 157 }, 0o640);
      this.#put('binlog.index', './binlog.000001\n', 0o640);
    } else
      for (const name of this.#release.product === 'mysql' || !isAtLeast(this.#release, '10.5.0')
        ? ['ib_logfile0', 'ib_logfile1']
        : ['ib_logfile0'])
        this.#put(name, { bytes: 50_331_648 }, 0o640);
    this.#put('ibtmp1', { bytes: 12_582_912 }, 0o640);
    if (this.#release.product === 'mariadb')
      this.#put(
        isAtLeast(this.#release, '11.0.0') ? 'mariadb_upgrade_info' : 'mysql_upgrade_info',
        `${this.#release.version}-MariaDB`,
        0o660,
      );
  }

  get uuid(): string {
    const text = this.#text('auto.cnf');
    return /server-uuid=(\S+)/.exec(text ?? '')?.[1] ?? '';
  }

  get databases(): readonly string[] {
    return this.#files
      .list(this.path)
      .filter(
        (name) =>
          !name.startsWith('#') &&
          name !== 'lost+found' &&
          this.#files.lookup(`${this.path}/${name}`)?.type === 'directory',
      );
  }

  addDatabase(name: string): void {
    this.#folder(name);
    if (!this.#hasDictionary && name !== 'mysql')
      this.#put(
        `${name}/db.opt`,
        'default-character-set=utf8mb4\ndefault-collation=utf8mb4_general_ci\n',
        0o640,
      );
  }

  dropDatabase(name: string): void {
    this.#remove(name);
  }

  writeTable({ table, rows, counter }: TableFile): void {
    const text = `${MAGIC}${JSON.stringify({ table, rows, counter })}\n`;
    const pages = Math.max(this.#hasDictionary ? 7 : 6, Math.ceil(utf8Length(text) / PAGE));
    if (table.view !== undefined)
      return this.#put(`${table.database}/${table.name}.frm`, text, 0o640);
    if (!this.#hasDictionary)
      this.#put(
        `${table.database}/${table.name}.frm`,
        { bytes: 8_560 + table.columns.length * 31 },
        0o640,
      );
    this.#put(
      `${table.database}/${table.name}.ibd`,
      text + '\0'.repeat(pages * PAGE - utf8Length(text)),
      0o640,
    );
  }

  removeTable(database: string, name: string): void {
    for (const end of ['ibd', 'frm']) this.#remove(`${database}/${name}.${end}`);
  }

  /** All tables of a database; those whose files are damaged are named in `broken`. */
  readTables(database: string, broken: (name: string) => void): readonly TableFile[] {
    return this.#files.list(`${this.path}/${database}`).flatMap((file) => {
      if (!/\.(ibd|frm)$/.test(file)) return [];
      const text = this.#text(`${database}/${file}`);
      if (text === undefined || !text.startsWith(MAGIC)) {
        if (file.endsWith('.ibd')) broken(file.slice(0, -4));
        return [];
      }
      const read = JSON.parse(text.slice(MAGIC.length).replace(/\0+$/, '')) as TableFile;
      return [{ ...read, table: { ...read.table, database } }];
    });
  }

  readAccounts(): readonly Account[] | undefined {
    const text =
      this.#text('mysql/user.MYD') ??
      this.#text('mysql.ibd') ??
      this.#text('mysql/global_priv.MAD');
    return text?.startsWith(MAGIC)
      ? (JSON.parse(text.slice(MAGIC.length).replace(/\0+$/, '')) as Account[])
      : undefined;
  }

  writeAccounts(accounts: readonly Account[]): void {
    const text = `${MAGIC}${JSON.stringify(accounts)}\n`;
    const name = this.#hasDictionary
      ? 'mysql.ibd'
      : this.#release.product === 'mariadb' && isAtLeast(this.#release, '10.4.0')
        ? 'mysql/global_priv.MAD'
        : 'mysql/user.MYD';
    for (const other of ['mysql.ibd', 'mysql/global_priv.MAD', 'mysql/user.MYD'])
      if (other !== name) this.#remove(other);
    this.#put(
      name,
      this.#hasDictionary ? text + '\0'.repeat(Math.max(0, PAGE * 16 - utf8Length(text))) : text,
      0o640,
    );
  }

  /** In 8.0 the .frm files go into the dictionary. */
  forgetFrm(): void {
    for (const database of this.databases)
      for (const file of this.#files.list(`${this.path}/${database}`))
        if (/\.(frm|MYI|MYD|TRG|TRN)$/.test(file) || file === 'db.opt')
          if (this.#text(`${database}/${file}`)?.startsWith(MAGIC) !== true || file === 'user.MYD')
            this.#remove(`${database}/${file}`);
  }

  get number(): number {
    return versionNumber(this.#release);
  }

  #folder(name: string): void {
    this.#files.mkdir(`${this.path}/${name}`, { parents: true });
    this.#files.setAttributes(`${this.path}/${name}`, { ...this.#owner, mode: 0o750 });
  }

  #put(
    name: string,
    content: string | { readonly bytes: number; readonly program?: string } | undefined,
    mode: number,
  ): void {
    if (content !== undefined)
      this.#files.writeFile(`${this.path}/${name}`, content, { ...this.#owner, mode });
  }

  #remove(name: string): void {
    try {
      this.#files.remove(`${this.path}/${name}`, { recursive: true });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  #text(name: string): string | undefined {
    const node = this.#files.lookup(`${this.path}/${name}`);
    return node?.type === 'file' && typeof node.content === 'string' ? node.content : undefined;
  }
}
