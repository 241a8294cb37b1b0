/** What the client programs share: options for the server, passwords, option files. Real: client/client_priv.h, mysys/my_default.c. */
import {
  COOKED,
  LineReader,
  write,
  type Process,
  type Sys,
  type Terminal,
} from '../../sim/index.ts';
import { Connection, type Failure, type Target } from './connection.ts';
import type { Release } from './releases.ts';
import { isAtLeast } from './releases.ts';

export interface ClientOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly socket: string;
  readonly user: string;
  /** undefined: none; null: to be asked for. */
  readonly password: string | null | undefined;
  readonly isPasswordOnLine: boolean;
  readonly flags: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** Long names of short options, and which take a value. */
const SHORT: Readonly<Record<string, readonly [string, boolean]>> = {
  u: ['user', true],
  h: ['host', true],
  P: ['port', true],
  S: ['socket', true],
  D: ['database', true],
  e: ['execute', true],
  N: ['skip-column-names', false],
  B: ['batch', false],
  t: ['table', false],
  s: ['silent', false],
  r: ['raw', false],
  E: ['vertical', false],
  f: ['force', false],
  v: ['verbose', false],
  V: ['version', false],
  A: ['no-auto-rehash', false],
  A1: ['all-databases', false],
  n: ['unbuffered', false],
  w: ['wait', false],
  H: ['html', false],
  X: ['xml', false],
  C: ['compress', false],
  q: ['quick', false],
  d: ['no-data', false],
  i: ['sleep', true],
  c: ['count', true],
  '?': ['help', false],
};
const WITH_VALUE = new Set([
  'user',
  'host',
  'port',
  'socket',
  'database',
  'execute',
  'protocol',
  'default-character-set',
  'connect-timeout',
  'connect_timeout',
  'delimiter',
  'sleep',
  'count',
  'result-file',
  'ignore-table',
  'where',
  'init-command',
  'ssl-mode',
  'prompt',
  'login-path',
  'defaults-extra-file',
  'defaults-file',
]);

export function clientOptions(
  process: Process,
  release: Release,
  allDatabases = false,
): ClientOptions | string {
  const flags = new Map<string, string>();
  const words: string[] = [];
  let password: string | null | undefined = process.env.get('MYSQL_PWD');
  let isPasswordOnLine = false;
  const rest = process.argv.slice(1);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const long = /^--([\w-]+)(?:=(.*))?$/s.exec(word);
    if (word === '--') {
      words.push(...rest.splice(0));
    } else if (long) {
      const name = (long[1] as string).replaceAll('_', '-');
      if (name === 'password' || name === 'pass') {
        password = long[2] === undefined ? null : long[2];
        isPasswordOnLine = long[2] !== undefined;
      } else flags.set(name, long[2] ?? (WITH_VALUE.has(name) ? (rest.shift() ?? '') : ''));
    } else if (/^-./.test(word)) {
      for (let i = 1; i < word.length; i++) {
        const letter = word[i] as string;
        if (letter === 'p') {
          const given = word.slice(i + 1);
          password = given === '' ? null : given;
          isPasswordOnLine = given !== '';
          break;
        }
        if (letter === 'A' && allDatabases) {
          flags.set('all-databases', '');
          continue;
        }
        const known = SHORT[letter];
        if (!known) return `${name(process)}: unknown option '-${letter}'\n`;
        if (!known[1]) flags.set(known[0], '');
        else {
          flags.set(known[0], word.slice(i + 1) || (rest.shift() ?? ''));
          break;
        }
      }
    } else words.push(word);
  }
  const protocol = flags.get('protocol')?.toLowerCase();
  const host = flags.get('host') ?? (protocol === 'tcp' ? '127.0.0.1' : undefined);
  return {
    host: protocol === 'tcp' && host === 'localhost' ? '127.0.0.1' : host,
    port: Number(flags.get('port') ?? 3306),
    socket:
      flags.get('socket') ??
      (release.product === 'mariadb' ? '/run/mysqld/mysqld.sock' : '/var/run/mysqld/mysqld.sock'),
    user: flags.get('user') ?? (process.user.name || 'root'),
    password,
    isPasswordOnLine,
    flags,
    words,
  };
}

function name(process: Process): string {
  return (process.argv[0] ?? 'mysql').replace(/^.*\//, '');
}

/** Connects as the options say; asks for the password first if it has to. */
export function* connectWith(
  process: Process,
  options: ClientOptions,
  database: string,
  release: Release,
): Sys<Connection | Failure> {
  const program = name(process);
  if (options.isPasswordOnLine && release.product === 'mysql')
    yield* write(
      process.stderr,
      `${program}: [Warning] Using a password on the command line interface can be insecure.\n`,
    );
  let { password } = options;
  if (password === null) {
    const asked = yield* askPassword(process);
    if (asked === undefined) return { type: 'error', number: 1, state: 'HY000', message: '' };
    password = asked;
  }
  const target: Target = {
    host: options.host,
    port: options.port,
    socket: options.socket,
    user: options.user,
    password: password ?? '',
    database,
    program,
    product: release.product,
    ...(options.flags.has('connect-timeout')
      ? { connectTimeoutMs: Number(options.flags.get('connect-timeout')) * 1000 }
      : {}),
  };
  return yield* Connection.open(process, target);
}

/** Without echo when there is a terminal. */
export function* askPassword(process: Process): Sys<string | undefined> {
  const terminal = process.terminal ?? (process.stdin.terminal as Terminal | undefined);
  yield* write(terminal ? terminal.output : process.stderr, 'Enter password: ');
  if (!terminal) return yield* new LineReader(process.stdin).next();
  const before = terminal.mode;
  terminal.setMode({ ...COOKED, echo: false });
  try {
    const line = yield* new LineReader(terminal.input).next();
    yield* write(terminal.output, '\n');
    return line;
  } finally {
    terminal.setMode(before);
  }
}

export function errorText({ number, state, message }: Failure): string {
  return `ERROR ${number} (${state}): ${message}\n`;
}

export function versionLine(process: Process, release: Release): string {
  const path = `/usr/bin/${name(process)}`;
  if (release.product === 'mariadb')
    return isAtLeast(release, '10.5.0') && isAtLeast(release, '11.0.0')
      ? `${path} from ${release.version}-MariaDB, client 15.2 for debian-linux-gnu (x86_64) using  EditLine wrapper\n`
      : `${path}  Ver 15.1 Distrib ${release.version}-MariaDB, for debian-linux-gnu (x86_64) using readline 5.2\n`;
  return isAtLeast(release, '8.0.0')
    ? `${path}  Ver ${release.version} for Linux on x86_64 (${release.comment})\n`
    : `${path}  Ver 14.14 Distrib ${release.version}, for Linux (x86_64) using  EditLine wrapper\n`;
}
