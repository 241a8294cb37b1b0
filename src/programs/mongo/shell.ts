/**
 * mongo and mongosh: JavaScript over a connection.
 *
 * Real:     mongo src/mongo/shell; mongosh packages/cli-repl.
 * Left out: editing and history by the arrow keys, `load`, `.mongorc.js`, replica set and sharding helpers.
 */
import {
  LineReader,
  SystemError,
  write,
  type Process,
  type Program,
  type Sys,
  type Terminal,
} from '../../sim/index.ts';
import { Evaluator } from '../javascript/evaluate.ts';
import { globalScope } from '../javascript/globals.ts';
import { parseScript } from '../javascript/parse.ts';
import { ErrorValue, isoDate, text, Thrown, type Value } from '../javascript/values.ts';
import { ObjectIds } from './bson.ts';
import { MongoClient } from './client.ts';
import { CursorValue } from './cursor.ts';
import { installGlobals, type ShellState } from './database.ts';
import { parseOptions, type ShellOptions } from './options.ts';
import { shown } from './show.ts';
import { helper } from './words.ts';

export interface Release {
  readonly version: string;
  /** The new shell, with its own version. */
  readonly mongosh?: string;
}

/** Rows that a cursor shows before `it`. */
const PAGE = 20;

export function mongoShell(release: Release): Program {
  return function* (process) {
    const options = parseOptions(process.argv.slice(1));
    if (typeof options === 'string') {
      yield* write(process.stderr, options);
      return 1;
    }
    if (options.showsVersion) {
      yield* write(
        process.stdout,
        release.mongosh === undefined
          ? `MongoDB shell version v${release.version}\n`
          : `${release.mongosh}\n`,
      );
      return 0;
    }
    return yield* new MongoShell(process, release, options).run();
  };
}

class MongoShell {
  readonly #process: Process;
  readonly #release: Release;
  readonly #options: ShellOptions;
  readonly #isNew: boolean;
  #page: CursorValue | undefined;

  constructor(process: Process, release: Release, options: ShellOptions) {
    this.#process = process;
    this.#release = release;
    this.#options = options;
    this.#isNew = release.mongosh !== undefined;
  }

  *run(): Sys<number> {
    const { host, port, db, isQuiet, scripts, evaluates } = this.#options;
    const lines = new LineReader(this.#process.stdin);
    const password = yield* this.#password(lines);
    const uri = `mongodb://${host}:${port}/${this.#options.isPlain ? '' : db}`;
    if (!isQuiet && !this.#isNew)
      yield* this.#print(
        `MongoDB shell version v${this.#release.version}\nconnecting to: ${uri}?compressors=disabled&gssapiServiceName=mongodb`,
      );
    let client: MongoClient;
    try {
      client = yield* MongoClient.connect(this.#process, { host, port, timeoutMs: 10_000 });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* this.#noServer(error);
      return 1;
    }
    try {
      const state = this.#state(client, db);
      if (!(yield* this.#login(client, password))) return 1;
      if (!isQuiet && scripts.length === 0 && evaluates.length === 0)
        yield* this.#welcome(client, uri);
      const evaluator = this.#evaluator(state);
      for (const source of evaluates)
        if (!(yield* this.#evaluate(evaluator, state, source))) return 1;
      for (const path of scripts) {
        const { files } = this.#process.namespace;
        const node = files.lookup(path.startsWith('/') ? path : `${this.#process.cwd}/${path}`);
        if (node?.type !== 'file' || typeof node.content !== 'string') {
          yield* this.#complain(`file [${path}] doesn't exist`);
          return 253;
        }
        if (!(yield* this.#script(evaluator, node.content))) return 253;
      }
      if (scripts.length > 0 || evaluates.length > 0) return 0;
      return yield* this.#interact(lines, evaluator, state);
    } finally {
      client.close();
    }
  }

  #print(line: string): Sys<void> {
    return write(this.#process.stdout, `${line}\n`);
  }

  #complain(line: string): Sys<void> {
    return write(this.#isNew ? this.#process.stderr : this.#process.stdout, `${line}\n`);
  }

  /** Asks for it when there is a user without one; what is typed is not echoed. */
  *#password(lines: LineReader): Sys<string | undefined> {
    const { user, password } = this.#options;
    if (user === undefined || password !== undefined) return password;
    const terminal = this.#process.stdin.terminal as Terminal | undefined;
    yield* write(this.#process.stdout, 'Enter password: ');
    const mode = terminal?.mode;
    if (mode !== undefined) terminal?.setMode({ ...mode, echo: false });
    try {
      return (yield* lines.next()) ?? '';
    } finally {
      if (mode !== undefined) terminal?.setMode(mode);
      yield* write(this.#process.stdout, '\n');
    }
  }

  *#noServer(error: SystemError): Sys<void> {
    const { host, port } = this.#options;
    const place = `${host}:${port}`;
    if (this.#isNew) {
      const why =
        error.code === 'ENOENT'
          ? `getaddrinfo ENOTFOUND ${host}`
          : error.code === 'ETIMEDOUT'
            ? 'Server selection timed out after 30000 ms'
            : `connect ${error.code} ${place}`;
      return yield* this.#complain(`MongoNetworkError: ${why}`);
    }
    const why =
      error.code === 'ENOENT'
        ? `HostUnreachable: Error connecting to ${place} :: caused by :: Could not find address for ${place}: SocketException: Host not found (authoritative)`
        : error.code === 'ETIMEDOUT'
          ? `NetworkTimeout: Error connecting to ${place} :: caused by :: Socket operation timed out`
          : `SocketException: Error connecting to ${place} :: caused by :: ${error.text}`;
    yield* this.#complain(
      `Error: couldn't connect to server ${place}, connection attempt failed: ${why} :\nconnect@src/mongo/shell/mongo.js:374:17\n@(connect):2:6\nexception: connect failed\nexiting with code 1`,
    );
  }

  *#login(client: MongoClient, pwd: string | undefined): Sys<boolean> {
    const { user, authDb } = this.#options;
    if (user === undefined) return true;
    const reply = yield* client.run(authDb, { authenticate: 1, user, pwd: pwd ?? '' });
    if (reply['ok'] === 1) return true;
    yield* this.#complain(
      this.#isNew
        ? `MongoServerError: ${text(reply['errmsg'])}`
        : `Error: ${text(reply['errmsg'])} :\nconnect@src/mongo/shell/mongo.js:374:17\n@(connect):2:6\nexception: connect failed\nexiting with code 1`,
    );
    return false;
  }

  *#welcome(client: MongoClient, uri: string): Sys<void> {
    const info = yield* client.run('admin', { buildInfo: 1 });
    const isOpen = (yield* client.run('admin', { getCmdLineOpts: 1 }))['ok'] === 1;
    const version = text(info['version']);
    const warning =
      'Access control is not enabled for the database. Read and write access to data and configuration is unrestricted';
    const moment = `${this.#now()}: ${warning}`;
    if (this.#isNew)
      return yield* this.#print(
        `Current Mongosh Log ID:\t${this.#ids().next().hex}\nConnecting to:\t\t${uri}?directConnection=true&serverSelectionTimeoutMS=2000&appName=mongosh+${this.#release.mongosh}\nUsing MongoDB:\t\t${version}\nUsing Mongosh:\t\t${this.#release.mongosh}\n\nFor mongosh info see: https://www.mongodb.com/docs/mongodb-shell/\n${
          isOpen && this.#options.user === undefined
            ? `\n------\n   The server generated these startup warnings when booting\n   ${moment}\n------\n`
            : ''
        }`,
      );
    yield* this.#print(
      `MongoDB server version: ${version}\nWelcome to the MongoDB shell.\nFor interactive help, type "help".\nFor more comprehensive documentation, see\n\thttps://docs.mongodb.com/\nQuestions? Try the MongoDB Developer Community Forums\n\thttps://community.mongodb.com`,
    );
    if (isOpen && this.#options.user === undefined)
      yield* this.#print(
        `---\nThe server generated these startup warnings when booting: \n        ${moment}\n---`,
      );
  }

  #now(): string {
    return isoDate(this.#process.kernel.world.unixMs).replace('Z', '+00:00');
  }

  #ids(): ObjectIds {
    const { world } = this.#process.kernel;
    return new ObjectIds(
      () => world.unixMs,
      world.random(`mongo shell ${this.#process.namespace.id} ${this.#process.pid}`),
    );
  }

  #state(client: MongoClient, db: string): ShellState {
    return {
      client,
      db,
      isNew: this.#isNew,
      ids: this.#ids(),
      print: (line) => this.#print(line),
      version: this.#release.mongosh ?? this.#release.version,
    };
  }

  #evaluator(state: ShellState): Evaluator {
    const { world } = this.#process.kernel;
    const scope = globalScope({
      nowMs: () => world.unixMs,
      random: () => world.random(`mongo ${this.#process.namespace.id}`),
    });
    const evaluator = new Evaluator(scope);
    installGlobals(scope, state, evaluator);
    return evaluator;
  }

  *#interact(lines: LineReader, evaluator: Evaluator, state: ShellState): Sys<number> {
    const isTerminal = this.#process.stdin.terminal !== undefined;
    let pending = '';
    for (;;) {
      const prompt = pending === '' ? (this.#isNew ? `${state.db}> ` : '> ') : '... ';
      if (isTerminal || this.#isNew) yield* write(this.#process.stdout, prompt);
      const line = yield* lines.next();
      if (line === undefined) {
        if (!this.#isNew) yield* this.#print('bye');
        return 0;
      }
      const source = pending === '' ? line : `${pending}\n${line}`;
      pending = '';
      const word = source.trim();
      if (word === '') continue;
      if (/^(exit|quit)(\(\))?;?$/.test(word)) {
        if (!this.#isNew) yield* this.#print('bye');
        return 0;
      }
      if (parseScript(source).type === 'more' && line.trim() !== '' && !isHelper(word)) {
        pending = source;
        continue;
      }
      yield* this.#evaluate(evaluator, state, source);
    }
  }

  /** Runs one input and shows its value; false when it failed. */
  *#evaluate(evaluator: Evaluator, state: ShellState, source: string): Sys<boolean> {
    try {
      const own = yield* helper(source.trim(), state, () => this.#nextPage());
      if (own !== undefined) {
        if (own !== '') yield* this.#print(own);
        return true;
      }
      const parsed = parseScript(source);
      if (parsed.type !== 'script') {
        const why = parsed.type === 'error' ? parsed.message : 'Unexpected end of input';
        yield* this.#complain(
          this.#isNew
            ? `SyntaxError: ${why}`
            : `uncaught exception: SyntaxError: ${why} :\n@(shell):1:${parsed.type === 'error' ? parsed.column : source.length}`,
        );
        return false;
      }
      const value = yield* evaluator.run(parsed.script, source);
      yield* this.#show(value, state);
      return true;
    } catch (error) {
      yield* this.#failed(error);
      return false;
    }
  }

  *#script(evaluator: Evaluator, source: string): Sys<boolean> {
    const parsed = parseScript(source);
    if (parsed.type !== 'script') {
      yield* this.#complain(
        `SyntaxError: ${parsed.type === 'error' ? parsed.message : 'Unexpected end of input'}`,
      );
      return false;
    }
    try {
      yield* evaluator.run(parsed.script, source);
      return true;
    } catch (error) {
      yield* this.#failed(error);
      return false;
    }
  }

  *#failed(error: unknown): Sys<void> {
    if (error instanceof SystemError)
      return yield* this.#complain(
        this.#isNew
          ? `MongoNetworkError: connection to ${this.#options.host}:${this.#options.port} closed`
          : `uncaught exception: Error: error doing query: failed: network error while attempting to run command on host '${this.#options.host}:${this.#options.port}' `,
      );
    if (!(error instanceof Thrown)) throw error;
    const { value } = error;
    const words = value instanceof ErrorValue ? value.show() : `${text(value)}`;
    yield* this.#complain(
      this.#isNew
        ? value instanceof ErrorValue
          ? words
          : `Uncaught: ${shown(value, true)}`
        : `uncaught exception: ${words} :\n@(shell):1:1`,
    );
  }

  *#show(value: Value, state: ShellState): Sys<void> {
    if (value instanceof CursorValue) {
      this.#page = value;
      return yield* this.#print(yield* this.#nextPage());
    }
    if (value === undefined) return;
    if (typeof value === 'string') return yield* this.#print(value);
    yield* this.#print(shown(value, state.isNew));
  }

  /** The next rows of the cursor that was shown last. */
  *#nextPage(): Sys<string> {
    const cursor = this.#page;
    if (!cursor) return 'no cursor';
    const rows = yield* cursor.take(PAGE);
    const hasMore = cursor.hasMore;
    if (!hasMore) this.#page = undefined;
    if (this.#isNew)
      return rows.length === 0
        ? ''
        : `[\n  ${rows.map((row) => shown(row, true).replace(/\n/g, '\n  ')).join(',\n  ')}\n]${hasMore ? '\nType "it" for more' : ''}`.replace(
            /^\[\n {2}(\{[^\n]*\})\n\]$/,
            '[ $1 ]',
          );
    return (
      rows.map((row) => shown(row, false, cursor.isPretty ? 'pretty' : 'line')).join('\n') +
      (hasMore ? '\nType "it" for more' : '')
    );
  }
}

function isHelper(word: string): boolean {
  return /^(show|use|help|it)\b/.test(word);
}
