/**
 * mysqldump (mariadb-dump): a database as statements.
 *
 * Real:     client/mysqldump.cc.
 * Left out: routines, triggers, events, --tab, XML, replication positions.
 */
import { civil, write, type Process, type Program, type Sys } from '../../sim/index.ts';
import { two } from '../sql/dates.ts';
import { clientOptions, connectWith, versionLine, type ClientOptions } from './arguments.ts';
import type { Connection } from './connection.ts';
import type { Reply } from './protocol.ts';
import type { Release } from './releases.ts';
import { isAtLeast } from './releases.ts';

type Rows = Extract<Reply, { type: 'rows' }>;

class DumpError extends Error {}

export function mysqldump(release: Release): Program {
  return function* (process) {
    const name = (process.argv[0] ?? 'mysqldump').replace(/^.*\//, '');
    const options = clientOptions(process, release, true);
    if (typeof options === 'string') {
      yield* write(process.stderr, options);
      return 1;
    }
    if (options.flags.has('version')) {
      yield* write(process.stdout, versionLine(process, release));
      return 0;
    }
    const isAll = options.flags.has('all-databases');
    const isMany =
      options.flags.has('databases') || options.flags.has('B') || options.flags.has('batch');
    if (options.words.length === 0 && !isAll) {
      yield* write(
        process.stderr,
        `Usage: ${name} [OPTIONS] database [tables]\nOR     ${name} [OPTIONS] --databases [OPTIONS] DB1 [DB2 DB3...]\nOR     ${name} [OPTIONS] --all-databases [OPTIONS]\nFor more options, use ${name} --help\n`,
      );
      return 1;
    }
    const connection = yield* connectWith(process, options, '', release);
    if ('type' in connection) {
      yield* write(
        process.stderr,
        `${name}: Got error: ${connection.number}: ${connection.message} when trying to connect\n`,
      );
      return 2;
    }
    try {
      const dump = new Dump(process, release, options, connection);
      const databases = isAll
        ? yield* dump.databases()
        : isMany
          ? options.words
          : options.words.slice(0, 1);
      yield* dump.run(databases, isAll || isMany, isAll || isMany ? [] : options.words.slice(1));
      return 0;
    } catch (error) {
      if (!(error instanceof DumpError)) throw error;
      yield* write(process.stderr, `${name}: ${error.message}\n`);
      return 2;
    } finally {
      connection.close();
    }
  };
}

class Dump {
  readonly #process: Process;
  readonly #release: Release;
  readonly #options: ClientOptions;
  readonly #connection: Connection;

  constructor(process: Process, release: Release, options: ClientOptions, connection: Connection) {
    this.#process = process;
    this.#release = release;
    this.#options = options;
    this.#connection = connection;
  }

  *databases(): Sys<readonly string[]> {
    const { rows } = yield* this.#rows('SHOW DATABASES');
    return rows
      .map(([name]) => name ?? '')
      .filter(
        (name) => !['information_schema', 'performance_schema', 'sys', 'mysql'].includes(name),
      );
  }

  *#rows(sql: string): Sys<Rows> {
    const reply = yield* this.#connection.query(sql);
    if (reply.type === 'error')
      throw new DumpError(
        `Got error: ${reply.number}: ${reply.message} when ${/^USE/.test(sql) ? 'selecting the database' : 'executing'}${/^USE/.test(sql) ? '' : ` '${sql}'`}`,
      );
    return reply.type === 'rows' ? reply : { type: 'rows', fields: [], rows: [], warnings: 0 };
  }

  #out(text: string): Sys<void> {
    return write(this.#process.stdout, text);
  }

  *run(databases: readonly string[], isMany: boolean, tables: readonly string[]): Sys<void> {
    const isMariadb = this.#release.product === 'mariadb';
    const { version } = this.#connection.greeting;
    const head = isMariadb
      ? `-- MariaDB dump 10.19  Distrib ${this.#release.version}-MariaDB, for debian-linux-gnu (x86_64)\n--\n`
      : `-- MySQL dump 10.13  Distrib ${this.#release.version}, for Linux (x86_64)\n--\n`;
    for (const database of databases) {
      yield* this.#rows(`USE \`${database}\``);
      if (database === databases[0]) {
        yield* this.#out(
          `${isMariadb && isAtLeast(this.#release, '10.6.18') ? '/*M!999999\\- enable the sandbox mode */ \n' : ''}${head}-- Host: ${this.#options.host ?? 'localhost'}    Database: ${isMany ? '' : database}\n-- ------------------------------------------------------\n-- Server version\t${version}\n\n${SETTINGS}`,
        );
      }
      if (isMany) {
        const { rows } = yield* this.#rows(`SHOW CREATE DATABASE \`${database}\``);
        yield* this.#out(
          `\n--\n-- Current Database: \`${database}\`\n--\n\n${(rows[0]?.[1] ?? '').replace('CREATE DATABASE ', 'CREATE DATABASE /*!32312 IF NOT EXISTS*/ ')};\n\nUSE \`${database}\`;\n`,
        );
      }
      yield* this.#tables(database, tables);
    }
    const { year, month, day, hour, minute, second } = civil(this.#process.kernel.world.unixMs);
    yield* this.#out(
      `${RESTORED}\n-- Dump completed on ${year}-${two(month)}-${two(day)} ${String(hour).padStart(2)}:${two(minute)}:${two(second)}\n`,
    );
  }

  *#tables(database: string, wanted: readonly string[]): Sys<void> {
    const { rows } = yield* this.#rows('SHOW FULL TABLES');
    const all = rows.map(([name, type]) => ({ name: name ?? '', isView: type === 'VIEW' }));
    for (const name of wanted)
      if (!all.some((one) => one.name === name))
        throw new DumpError(`Couldn't find table: "${name}"`);
    for (const { name, isView } of all) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const { rows: created } = yield* this.#rows(`SHOW CREATE TABLE \`${name}\``);
      const definition = created[0]?.[1] ?? '';
      if (isView) {
        yield* this.#out(
          `\n--\n-- Final view structure for view \`${name}\`\n--\n\n/*!50001 DROP VIEW IF EXISTS \`${name}\`*/;\n${definition};\n`,
        );
        continue;
      }
      if (!this.#options.flags.has('no-create-info'))
        yield* this.#out(
          `\n--\n-- Table structure for table \`${name}\`\n--\n\nDROP TABLE IF EXISTS \`${name}\`;\n/*!40101 SET @saved_cs_client     = @@character_set_client */;\n/*!50503 SET character_set_client = utf8mb4 */;\n${definition};\n/*!40101 SET character_set_client = @saved_cs_client */;\n`,
        );
      if (!this.#options.flags.has('no-data')) yield* this.#data(name);
    }
    void database;
  }

  *#data(name: string): Sys<void> {
    const { fields, rows } = yield* this.#rows(`SELECT * FROM \`${name}\``);
    const values = rows.map(
      (row) =>
        `(${row.map((value, i) => (value === null ? 'NULL' : fields[i]?.isNumber ? value : `'${escaped(value)}'`)).join(',')})`,
    );
    yield* this.#out(
      `\n--\n-- Dumping data for table \`${name}\`\n--\n\nLOCK TABLES \`${name}\` WRITE;\n/*!40000 ALTER TABLE \`${name}\` DISABLE KEYS */;\n${values.length > 0 ? `INSERT INTO \`${name}\` VALUES ${values.join(',')};\n` : ''}/*!40000 ALTER TABLE \`${name}\` ENABLE KEYS */;\nUNLOCK TABLES;\n`,
    );
  }
}

function escaped(value: string): string {
  return value
    .replace(/\\/g, '\\\\')
    .replace(/'/g, "\\'")
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\0/g, '\\0')
    .replace(/"/g, '\\"');
}

const SETTINGS = `/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
`;
const RESTORED = `
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
`;
