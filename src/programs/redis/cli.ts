/**
 * redis-cli: one command from the command line, or a prompt.
 *
 * Real:     redis src/redis-cli.c.
 * Left out: cluster mode, `--stat`, `--scan`, history by the arrow keys.
 */
import {
  call,
  connectTcp,
  LineReader,
  race,
  readCall,
  sleep,
  sleepCall,
  SystemError,
  write,
  type Process,
  type Program,
  type Sys,
  type TcpConnection,
} from '../../sim/index.ts';
import { lookupHostCall } from '../net/resolve.ts';
import { encodeCommand, parseReply, type Reply } from './resp.ts';

interface Options {
  host: string;
  port: number;
  db: number;
  password: string;
  isRaw: boolean;
  repeat: number;
  intervalMs: number;
  words: readonly string[];
}

const REPLY_TIMEOUT_MS = 60_000;

export function redisCli(version: string): Program {
  return function* (process) {
    const options = parseArguments(process);
    if (typeof options === 'string') {
      yield* write(process.stderr, options);
      return 1;
    }
    if (options.words[0] === '--version' || options.words[0] === '-v') {
      yield* write(process.stdout, `redis-cli ${version}\n`);
      return 0;
    }
    const cli = new Cli(process, options, Number(version.split('.')[0]) >= 6);
    return options.words.length > 0 ? yield* cli.once() : yield* cli.interact();
  };
}

function parseArguments(process: Process): Options | string {
  const options: Options = {
    host: '127.0.0.1',
    port: 6379,
    db: 0,
    password: process.env.get('REDISCLI_AUTH') ?? '',
    isRaw: process.stdout.terminal === undefined,
    repeat: 1,
    intervalMs: 0,
    words: [],
  };
  const words = process.argv.slice(1);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = (): string => words.shift() ?? '';
    if (word === '-h') options.host = value();
    else if (word === '-p') options.port = Number(value());
    else if (word === '-n') options.db = Number(value());
    else if (word === '-a' || word === '--pass') options.password = value();
    else if (word === '-r') options.repeat = Number(value());
    else if (word === '-i') options.intervalMs = Math.round(Number(value()) * 1000);
    else if (word === '--raw') options.isRaw = true;
    else if (word === '--no-raw') options.isRaw = false;
    else if (word === '--no-auth-warning') continue;
    else if (word.startsWith('-') && word !== '-v' && word !== '--version')
      return `Unrecognized option or bad number of args for: '${word}'\n`;
    else {
      options.words = [word, ...words];
      break;
    }
  }
  return options;
}

class Cli {
  readonly #process: Process;
  readonly #options: Options;
  readonly #isModern: boolean;
  #connection: TcpConnection | undefined;
  #received = '';
  #db: number;

  constructor(process: Process, options: Options, isModern: boolean) {
    this.#process = process;
    this.#options = options;
    this.#isModern = isModern;
    this.#db = options.db;
  }

  *once(): Sys<number> {
    if (!(yield* this.#connect())) return 1;
    let code = 0;
    for (let i = 0; i < this.#options.repeat || this.#options.repeat < 0; i++) {
      if (i > 0 && this.#options.intervalMs > 0) yield* sleep(this.#options.intervalMs);
      const reply = yield* this.#ask(this.#options.words);
      if (!reply) return 1;
      code = reply.type === 'error' ? 1 : 0;
      yield* write(this.#process.stdout, this.#shown(reply));
    }
    return code;
  }

  *interact(): Sys<number> {
    const isTerminal = this.#process.stdin.terminal !== undefined;
    yield* this.#connect();
    const lines = new LineReader(this.#process.stdin);
    for (;;) {
      if (isTerminal) yield* write(this.#process.stdout, this.#prompt);
      const line = yield* lines.next();
      if (line === undefined) return 0;
      const words = splitWords(line);
      if (words === undefined) {
        yield* write(this.#process.stdout, 'Invalid argument(s)\n');
        continue;
      }
      const name = words[0]?.toLowerCase();
      if (name === undefined) continue;
      if (name === 'exit' || name === 'quit') return 0;
      if (name === 'clear') {
        yield* write(this.#process.stdout, '\u001b[H\u001b[2J');
        continue;
      }
      if (!this.#connection && !(yield* this.#connect())) continue;
      const reply = yield* this.#ask(words);
      if (!reply) {
        this.#connection = undefined;
        yield* write(this.#process.stderr, 'Error: Server closed the connection\n');
        continue;
      }
      if (name === 'select' && reply.type === 'simple') this.#db = Number(words[1]);
      yield* write(this.#process.stdout, this.#shown(reply));
    }
  }

  get #prompt(): string {
    const { host, port } = this.#options;
    return this.#connection
      ? `${host}:${port}${this.#db > 0 ? `[${this.#db}]` : ''}> `
      : 'not connected> ';
  }

  *#connect(): Sys<boolean> {
    const { host, port, password, db } = this.#options;
    const fail = (why: string): Sys<void> =>
      write(this.#process.stderr, `Could not connect to Redis at ${host}:${port}: ${why}\n`);
    const [address] = yield* call(lookupHostCall(this.#process, host));
    if (address === undefined) {
      yield* fail('Name or service not known');
      return false;
    }
    try {
      this.#connection = yield* connectTcp(this.#process, { address, port });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* fail(error.text);
      return false;
    }
    this.#connection.reader.retain();
    this.#connection.writer.retain();
    this.#received = '';
    if (password !== '') {
      const reply = yield* this.#ask(['AUTH', password]);
      if (reply?.type === 'error')
        yield* write(this.#process.stderr, `AUTH failed: ${reply.text}\n`);
    }
    if (db > 0) yield* this.#ask(['SELECT', String(db)]);
    return true;
  }

  *#ask(words: readonly string[]): Sys<Reply | undefined> {
    const connection = this.#connection;
    if (!connection) return undefined;
    try {
      yield* write(connection.writer, encodeCommand(words));
      for (;;) {
        const parsed = parseReply(this.#received);
        if (parsed === 'broken') return undefined;
        if (parsed !== 'more') {
          this.#received = parsed.rest;
          return parsed.value;
        }
        const first = yield* race({
          chunk: readCall(connection.reader),
          late: sleepCall(REPLY_TIMEOUT_MS),
        });
        if (first.key === 'late' || first.value === '') return undefined;
        this.#received += first.value;
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return undefined;
    }
  }

  #shown(reply: Reply): string {
    if (this.#options.isRaw) return `${raw(reply)}\n`;
    return `${this.#pretty(reply, '')}\n`;
  }

  #pretty(reply: Reply, indent: string): string {
    switch (reply.type) {
      case 'simple':
        return reply.text;
      case 'error':
        return `(error) ${reply.text}`;
      case 'integer':
        return `(integer) ${reply.value}`;
      case 'nil':
        return '(nil)';
      case 'bulk':
        // INFO and CLIENT LIST are shown as they are.
        return /\r?\n/.test(reply.text) && /^(# |id=)/.test(reply.text)
          ? reply.text.trimEnd()
          : quote(reply.text);
      case 'array': {
        if (reply.items.length === 0)
          return this.#isModern ? '(empty array)' : '(empty list or set)';
        const width = String(reply.items.length).length;
        return reply.items
          .map(
            (item, i) =>
              `${i === 0 ? '' : indent}${String(i + 1).padStart(width)}) ${this.#pretty(item, `${indent}${' '.repeat(width + 2)}`)}`,
          )
          .join('\n');
      }
    }
  }
}

function raw(reply: Reply): string {
  switch (reply.type) {
    case 'simple':
    case 'error':
    case 'bulk':
      return reply.text;
    case 'integer':
      return String(reply.value);
    case 'nil':
      return '';
    case 'array':
      return reply.items.map(raw).join('\n');
  }
}

/** Bytes outside ASCII are shown in hexadecimal, as the real one does. */
function quote(text: string): string {
  const bytes = [...text].flatMap((character) =>
    character.charCodeAt(0) < 0x80 ? [character] : utf8(character.codePointAt(0) as number),
  );
  return `"${bytes.map((one) => ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[one] ?? one).join('')}"`;
}

function utf8(code: number): readonly string[] {
  const bytes =
    code < 0x800
      ? [0xc0 | (code >> 6), 0x80 | (code & 63)]
      : code < 0x10000
        ? [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
        : [
            0xf0 | (code >> 18),
            0x80 | ((code >> 12) & 63),
            0x80 | ((code >> 6) & 63),
            0x80 | (code & 63),
          ];
  return bytes.map((byte) => `\\x${byte.toString(16)}`);
}

/** Words with quotes; undefined when a quote is not closed. */
function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const m = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']\S*))(?=\s|$)\s*/.exec(rest);
    if (!m) return undefined;
    words.push(
      m[1] !== undefined
        ? m[1].replace(/\\(.)/g, (_, c: string) => ({ n: '\n', r: '\r', t: '\t' })[c] ?? c)
        : (m[2] ?? m[3] ?? ''),
    );
    rest = rest.slice(m[0].length);
  }
  return words;
}
