/**
 * The mysql (mariadb) client: statements from the command line, a file or a prompt.
 *
 * Real:     client/mysql.cc.
 * Left out: history by the arrow keys, completion, pager, tee, edit, HTML and XML output.
 */
import {
  LineReader,
  read,
  SystemError,
  write,
  type Process,
  type Program,
  type Sys,
} from '../../sim/index.ts';
import {
  clientOptions,
  connectWith,
  errorText,
  versionLine,
  type ClientOptions,
} from './arguments.ts';
import type { Connection } from './connection.ts';
import type { Reply } from './protocol.ts';
import type { Release } from './releases.ts';
import { isAtLeast } from './releases.ts';
import { boxed, summary, tabbed, vertical } from './shown.ts';

export function mysqlClient(release: Release): Program {
  return function* (process) {
    const options = clientOptions(process, release);
    if (typeof options === 'string') {
      yield* write(process.stderr, options);
      return 1;
    }
    if (options.flags.has('version')) {
      yield* write(process.stdout, versionLine(process, release));
      return 0;
    }
    const database = options.flags.get('database') ?? options.words[0] ?? '';
    const connection = yield* connectWith(process, options, database, release);
    if ('type' in connection) {
      if (connection.message !== '') yield* write(process.stderr, errorText(connection));
      return 1;
    }
    try {
      return yield* new Client(process, release, options, connection, database).run();
    } finally {
      connection.close();
    }
  };
}

/** What a piece of input is: a finished statement, or where an unfinished one stands. */
interface Pending {
  text: string;
  /** Lines of the script before `text`. */
  line: number;
  /** `'`, `"`, a backtick or `/*`: what is still open. */
  open: string;
}

class Client {
  readonly #process: Process;
  readonly #release: Release;
  readonly #options: ClientOptions;
  readonly #connection: Connection;
  readonly #isBatch: boolean;
  readonly #isInteractive: boolean;
  #database: string;
  #delimiter = ';';
  #code = 0;
  /** Where the statement that runs begins in the script. */
  #lineNumber = 1;

  constructor(
    process: Process,
    release: Release,
    options: ClientOptions,
    connection: Connection,
    database: string,
  ) {
    this.#process = process;
    this.#release = release;
    this.#options = options;
    this.#connection = connection;
    this.#database = database;
    this.#isInteractive = !options.flags.has('execute') && process.stdin.terminal !== undefined;
    this.#isBatch =
      options.flags.has('batch') ||
      (!this.#isInteractive &&
        !options.flags.has('table') &&
        !(options.flags.has('execute') && process.stdout.terminal !== undefined));
  }

  get #isMariadb(): boolean {
    return this.#release.product === 'mariadb';
  }

  *run(): Sys<number> {
    const script = this.#options.flags.get('execute');
    if (script !== undefined) {
      yield* this.#feed(script, true);
      return this.#code;
    }
    if (!this.#isInteractive) {
      let all = '';
      for (
        let chunk = yield* read(this.#process.stdin);
        chunk !== '';
        chunk = yield* read(this.#process.stdin)
      )
        all += chunk;
      yield* this.#feed(all, true);
      return this.#code;
    }
    yield* write(this.#process.stdout, this.#banner());
    return yield* this.#interact();
  }

  #banner(): string {
    const { version, comment, id } = this.#connection.greeting;
    const isServerMariadb = version.includes('MariaDB');
    if (this.#isMariadb)
      return `Welcome to the MariaDB monitor.  Commands end with ; or \\g.\nYour ${isServerMariadb ? 'MariaDB' : 'MySQL'} connection id is ${id}\nServer version: ${version} ${comment}\n\nCopyright (c) 2000, 2018, Oracle, MariaDB Corporation Ab and others.\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`;
    const year = isAtLeast(this.#release, '8.0.0') ? '2026' : '2023';
    return `Welcome to the MySQL monitor.  Commands end with ; or \\g.\nYour MySQL connection id is ${id}\nServer version: ${version} ${comment}\n\nCopyright (c) 2000, ${year}, Oracle and/or its affiliates.\n\nOracle is a registered trademark of Oracle Corporation and/or its\naffiliates. Other names may be trademarks of their respective\nowners.\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`;
  }

  #prompt(pending: Pending): string {
    const own = this.#isMariadb ? `MariaDB [${this.#database || '(none)'}]> ` : 'mysql> ';
    if (pending.text.trim() === '' && pending.open === '') return own;
    const mark = pending.open === '' ? '-' : pending.open === '/*' ? '/*' : pending.open;
    return `${mark}> `.padStart(own.length);
  }

  *#interact(): Sys<number> {
    const lines = new LineReader(this.#process.stdin);
    const pending: Pending = { text: '', open: '', line: 0 };
    let isInterrupted = false;
    this.#process.trap('SIGINT', () => {
      isInterrupted = true;
      return 'interrupt';
    });
    for (;;) {
      yield* write(this.#process.stdout, this.#prompt(pending));
      let line: string | undefined;
      try {
        line = yield* lines.next();
      } catch (error) {
        if (!(error instanceof SystemError) || !isInterrupted) throw error;
        isInterrupted = false;
        pending.text = '';
        pending.open = '';
        yield* write(this.#process.stdout, '\n');
        continue;
      }
      if (line === undefined) {
        yield* write(this.#process.stdout, '\nBye\n'.slice(1));
        return 0;
      }
      if (yield* this.#line(pending, line)) {
        yield* write(this.#process.stdout, 'Bye\n');
        return 0;
      }
    }
  }

  /** True when it is over. */
  *#line(pending: Pending, line: string): Sys<boolean> {
    if (pending.text.trim() === '' && pending.open === '') {
      const word = line.trim().replace(/;$/, '').trim();
      const command = /^(\w+|\\.)(?:\s+(.*))?$/s.exec(word);
      switch (command?.[1]?.toLowerCase() ?? '') {
        case 'exit':
        case 'quit':
        case '\\q':
          return true;
        case 'help':
        case '\\h':
        case '?':
          yield* write(this.#process.stdout, HELP);
          return false;
        case 'status':
        case '\\s':
          yield* this.#status();
          return false;
        case 'clear':
        case '\\c':
          return false;
        case 'source':
        case '\\.':
          yield* this.#source(command?.[2] ?? '');
          return false;
        case 'delimiter':
          this.#delimiter = command?.[2] ?? ';';
          return false;
        case 'use':
        case '\\u':
          yield* this.#use((command?.[2] ?? '').replace(/^[`'"]|[`'"]$/g, ''));
          return false;
        default:
      }
    }
    pending.text += pending.text === '' ? line : `\n${line}`;
    return yield* this.#drain(pending, false);
  }

  /** Runs all statements that are finished. */
  *#drain(pending: Pending, isLast: boolean): Sys<boolean> {
    for (;;) {
      const cut = cutStatement(pending.text, this.#delimiter);
      pending.open = cut.open;
      if (cut.end === undefined) {
        if (isLast && !isBlank(pending.text)) {
          this.#lineNumber = pending.line + 1;
          yield* this.#execute(pending.text, false);
        }
        if (isLast || pending.text.trim() === '') pending.text = '';
        return false;
      }
      const text = pending.text.slice(0, cut.end.at);
      const rest = pending.text.slice(cut.end.at + cut.end.length);
      this.#lineNumber = pending.line + newlines(/^\s*/.exec(text)?.[0] ?? '') + 1;
      pending.text = rest.replace(/^\s+/, '');
      pending.line += newlines(text) + newlines(rest) - newlines(pending.text);
      if (cut.end.mark === '\\c') {
        pending.text = '';
        return false;
      }
      if (cut.end.mark === '\\q') return true;
      const use = /^\s*use\s+[`'"]?([^\s`'"]+)[`'"]?\s*$/i.exec(text);
      if (use) yield* this.#use(use[1] as string);
      else if (!isBlank(text) || cut.end.mark !== ';') {
        if (
          !(yield* this.#execute(text, cut.end.mark === '\\G')) &&
          !this.#isInteractive &&
          !this.#options.flags.has('force')
        )
          return true;
      } else if (text.trim() === '' && this.#isInteractive)
        yield* write(this.#process.stdout, 'ERROR: \nNo query specified\n\n');
    }
  }

  *#feed(script: string, isLast: boolean): Sys<void> {
    // DELIMITER is the client's own word and stands on a line of its own.
    const pending: Pending = { text: '', open: '', line: 0 };
    for (const [n, line] of script.split('\n').entries()) {
      if (pending.text.trim() === '') {
        pending.text = '';
        pending.line = n;
      }
      const delimiter = /^\s*delimiter\s+(\S+)/i.exec(line);
      if (delimiter && pending.text.trim() === '') {
        this.#delimiter = delimiter[1] as string;
        continue;
      }
      pending.text += `${line}\n`;
      if (line.includes(this.#delimiter.slice(-1)) || /\\[gG]/.test(line))
        if (yield* this.#drain(pending, false)) return;
    }
    pending.text = pending.text.replace(/\n$/, '');
    yield* this.#drain(pending, isLast);
  }

  *#use(database: string): Sys<void> {
    if (database === '')
      return yield* write(
        this.#process.stderr,
        'ERROR: \nUSE must be followed by a database name\n',
      );
    const reply = yield* this.#connection.ask({ type: 'use', database });
    if (reply.type === 'error') return yield* this.#fail(reply);
    this.#database = database;
    if (this.#isInteractive) yield* write(this.#process.stdout, 'Database changed\n');
  }

  *#fail(reply: Extract<Reply, { type: 'error' }>): Sys<void> {
    this.#code = 1;
    const text = errorText(reply);
    yield* write(
      this.#isInteractive ? this.#process.stdout : this.#process.stderr,
      this.#isInteractive
        ? text
        : text.replace(/^ERROR (\d+) \((\w+)\):/, `ERROR $1 ($2) at line ${this.#lineNumber}:`),
    );
  }

  *#execute(sql: string, isVertical: boolean): Sys<boolean> {
    const { world } = this.#process.kernel;
    const startedMs = world.nowMs;
    const reply = yield* this.#connection.query(sql.trim());
    if (reply.type === 'error') {
      yield* this.#fail(reply);
      if (reply.number === 2013 || reply.number === 2006) return false;
      return false;
    }
    if (/^\s*drop\s+(database|schema)\b/i.test(sql) && sql.includes(this.#database))
      this.#database = '';
    yield* write(this.#process.stdout, this.#shown(reply, isVertical, world.nowMs - startedMs));
    return true;
  }

  #shown(reply: Exclude<Reply, { type: 'error' }>, isVertical: boolean, elapsedMs: number): string {
    const { flags } = this.#options;
    const names = !flags.has('skip-column-names');
    const tail = this.#isInteractive ? `${summary(reply, elapsedMs, this.#isMariadb)}\n` : '';
    if (reply.type === 'ok') return tail;
    if (isVertical || flags.has('vertical')) return vertical(reply, names) + tail;
    if (this.#isBatch) return reply.rows.length === 0 ? '' : tabbed(reply, names, flags.has('raw'));
    return (reply.rows.length === 0 ? '' : boxed(reply, names)) + tail;
  }

  *#source(path: string): Sys<void> {
    const { files } = this.#process.namespace;
    const at = path.startsWith('/') ? path : `${this.#process.cwd}/${path}`;
    if (files.lookup(at)?.type !== 'file')
      return yield* write(
        this.#process.stdout,
        `ERROR: \nFailed to open file '${path}', error: 2\n`,
      );
    yield* this.#feed(files.readFile(at), true);
  }

  *#status(): Sys<void> {
    const reply = yield* this.#connection.ask({ type: 'statistics' });
    const who = yield* this.#connection.query(
      'SELECT current_user(), @@character_set_server, @@character_set_client',
    );
    const [user = '', server = '', client = ''] = who.type === 'rows' ? (who.rows[0] ?? []) : [];
    const { version, comment, id } = this.#connection.greeting;
    const { host, socket } = this.#options;
    const lines = [
      '--------------',
      versionLine(this.#process, this.#release).trimEnd(),
      '',
      `Connection id:\t\t${id}`,
      `Current database:\t${this.#database}`,
      `Current user:\t\t${user ?? ''}`,
      'SSL:\t\t\tNot in use',
      'Current pager:\t\tstdout',
      "Using outfile:\t\t''",
      `Using delimiter:\t${this.#delimiter}`,
      `Server version:\t\t${version} ${comment}`,
      'Protocol version:\t10',
      `Connection:\t\t${host === undefined || host === 'localhost' ? 'Localhost via UNIX socket' : `${host} via TCP/IP`}`,
      `Server characterset:\t${server ?? ''}`,
      `Db     characterset:\t${server ?? ''}`,
      `Client characterset:\t${client ?? ''}`,
      `Conn.  characterset:\t${client ?? ''}`,
      ...(host === undefined || host === 'localhost'
        ? [`UNIX socket:\t\t${socket}`]
        : [`TCP port:\t\t${this.#options.port}`]),
      '',
      reply.type === 'ok' ? reply.info : '',
      '--------------',
      '',
      '',
    ];
    yield* write(this.#process.stdout, lines.join('\n'));
  }
}

/** Nothing but comments: the client keeps them to itself. */
function isBlank(text: string): boolean {
  return (
    text
      .replace(/\/\*(?!M?!)[^]*?\*\//g, '')
      .replace(/^\s*(?:#|--(?:\s|$)).*$/gm, '')
      .trim() === ''
  );
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}

interface Cut {
  readonly end: { readonly at: number; readonly length: number; readonly mark: string } | undefined;
  readonly open: string;
}

/** Where the first statement ends, outside of quotes and comments. */
function cutStatement(text: string, delimiter: string): Cut {
  let open = '';
  for (let at = 0; at < text.length; at++) {
    const one = text[at] as string;
    const two = text.slice(at, at + 2);
    if (open === '/*') {
      if (two === '*/') {
        open = '';
        at++;
      }
    } else if (open !== '') {
      if (one === '\\' && open !== '`') at++;
      else if (one === open) open = '';
    } else if (text.startsWith(delimiter, at))
      return { end: { at, length: delimiter.length, mark: ';' }, open };
    else if (one === "'" || one === '"' || one === '`') open = one;
    else if (two === '/*') open = '/*';
    else if (one === '#' || /^--(\s|$)/.test(text.slice(at, at + 3))) {
      const newline = text.indexOf('\n', at);
      if (newline < 0) return { end: undefined, open: '' };
      at = newline;
    } else if (one === '\\' && 'gGcq'.includes(text[at + 1] ?? '?'))
      return { end: { at, length: 2, mark: two === '\\g' ? ';' : two }, open };
  }
  return { end: undefined, open };
}

const HELP = `
For information about MySQL products and services, visit:
   http://www.mysql.com/

List of all client commands:
Note that all text commands must be first on line and end with ';'
?         (\\?) Synonym for \`help'.
clear     (\\c) Clear the current input statement.
delimiter (\\d) Set statement delimiter.
ego       (\\G) Send command to MySQL server, display result vertically.
exit      (\\q) Exit mysql. Same as quit.
go        (\\g) Send command to MySQL server.
help      (\\h) Display this help.
quit      (\\q) Quit mysql.
source    (\\.) Execute an SQL script file. Takes a file name as an argument.
status    (\\s) Get status information from the server.
use       (\\u) Use another database. Takes database name as argument.

`;
