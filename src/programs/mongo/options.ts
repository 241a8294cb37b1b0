/**
 * The shells' command line.
 *
 * Real: `mongo --help`, `mongosh --help`.
 */
export interface ShellOptions {
  host: string;
  port: number;
  db: string;
  user: string | undefined;
  password: string | undefined;
  authDb: string;
  isQuiet: boolean;
  /** No address was given: the URI is shown without a database. */
  isPlain: boolean;
  showsVersion: boolean;
  scripts: string[];
  evaluates: string[];
}

/** The options, or what the shell says of a wrong one. */
export function parseOptions(given: readonly string[]): ShellOptions | string {
  const options: ShellOptions = {
    host: '127.0.0.1',
    port: 27017,
    db: 'test',
    user: undefined,
    password: undefined,
    authDb: '',
    isQuiet: false,
    isPlain: true,
    showsVersion: false,
    scripts: [],
    evaluates: [],
  };
  const words = given.flatMap((word) => {
    const m = /^(--[\w-]+)=([\s\S]*)$/.exec(word);
    return m ? [m[1] as string, m[2] as string] : [word];
  });
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = (): string => words.shift() ?? '';
    if (word === '--host' || word === '-h') address(options, value());
    else if (word === '--port') options.port = Number(value());
    else if (word === '-u' || word === '--username') options.user = value();
    else if (word === '-p' || word === '--password') {
      const next = words[0];
      if (next !== undefined && !next.startsWith('-')) options.password = value();
    } else if (/^-p./.test(word)) options.password = word.slice(2);
    else if (word === '--authenticationDatabase') options.authDb = value();
    else if (word === '--eval') options.evaluates.push(value());
    else if (word === '--quiet') options.isQuiet = true;
    else if (word === '--nodb' || word === '--norc') continue;
    else if (word === '--version') options.showsVersion = true;
    else if (word.startsWith('-'))
      return `Error parsing command line: unrecognised option '${word}'\ntry 'mongo --help' for more information\n`;
    else if (word.endsWith('.js')) options.scripts.push(word);
    else place(options, word);
  }
  if (options.authDb === '')
    options.authDb = options.user === undefined || options.isPlain ? 'admin' : options.db;
  return options;
}

/** `mongodb://user:pass@host:port/db?authSource=admin`, `host:port/db`, or a database's name. */
function place(options: ShellOptions, word: string): void {
  options.isPlain = false;
  const uri = /^mongodb:\/\/(?:([^:@/]+)(?::([^@/]*))?@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(
    word,
  );
  if (uri) {
    const [, user, password, host = '', db = '', query = ''] = uri;
    if (user !== undefined) options.user = user;
    if (password !== undefined) options.password = password;
    address(options, host);
    if (db !== '') options.db = db;
    options.authDb = /authSource=(\w+)/.exec(query)?.[1] ?? options.authDb;
    return;
  }
  const slash = word.indexOf('/');
  if (slash >= 0) {
    address(options, word.slice(0, slash));
    options.db = word.slice(slash + 1) || 'test';
  } else if (/[.:]/.test(word)) address(options, word);
  else options.db = word;
}

function address(options: ShellOptions, word: string): void {
  const [host = '', port] = word.split(':');
  options.host = host;
  if (port !== undefined) options.port = Number(port);
}
