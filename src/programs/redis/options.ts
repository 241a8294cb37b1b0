/** The configuration of redis-server: a file, then `--name value` words. Real: redis src/config.c. */
import { normalize, type Process } from '../../sim/index.ts';

export type RedisConfig = Map<string, string>;

const DEFAULTS: Readonly<Record<string, string>> = {
  port: '6379',
  bind: '* -::*',
  dir: '/data',
  dbfilename: 'dump.rdb',
  appendonly: 'no',
  appendfilename: 'appendonly.aof',
  appenddirname: 'appendonlydir',
  requirepass: '',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  databases: '16',
  timeout: '0',
  loglevel: 'notice',
  'protected-mode': 'no',
  maxclients: '10000',
  'tcp-keepalive': '300',
  appendfsync: 'everysec',
  daemonize: 'no',
  logfile: '',
  save: '3600 1 300 100 60 10000',
};

export interface Parsed {
  readonly config: RedisConfig;
  readonly file: string | undefined;
}

/** What the words and the file say, or redis's complaint. */
export function parseOptions(process: Process, version: string): Parsed | string {
  const config: RedisConfig = new Map(Object.entries(DEFAULTS));
  if (version < '7') config.set('save', '900 1 300 10 60 10000');
  config.set('dir', process.cwd);
  const words = process.argv.slice(1);
  const file = words[0] !== undefined && !words[0].startsWith('-') ? words.shift() : undefined;
  if (file !== undefined) {
    const path = normalize(file, process.cwd);
    const { files } = process.namespace;
    if (files.lookup(path)?.type !== 'file')
      return `\n*** FATAL CONFIG FILE ERROR (Redis ${version}) ***\nCan't open the config file, at file '${file}': No such file or directory\n`;
    const lines = files.readFile(path).split('\n');
    for (let i = 0; i < lines.length; i++) {
      const [name = '', ...values] = (lines[i] as string).trim().split(/\s+/);
      if (name === '' || name.startsWith('#')) continue;
      if (!set(config, name.toLowerCase(), values.map(unquote)))
        return `\n*** FATAL CONFIG FILE ERROR (Redis ${version}) ***\nReading the configuration file, at line ${i + 1}\n>>> '${(lines[i] as string).trim()}'\nBad directive or wrong number of arguments\n`;
    }
  }
  for (let i = 0; i < words.length;) {
    const name = (words[i++] as string).replace(/^--/, '').toLowerCase();
    const values: string[] = [];
    while (i < words.length && !(words[i] as string).startsWith('--'))
      values.push(words[i++] as string);
    if (
      !set(
        config,
        name,
        values.flatMap((value) => value.split(/\s+/)),
      )
    )
      return `\n*** FATAL CONFIG FILE ERROR (Redis ${version}) ***\nReading the configuration file, at line 2\n>>> '${name} ${values.map((value) => `"${value}"`).join(' ')}'\nBad directive or wrong number of arguments\n`;
  }
  return { config, file };
}

/** Real and without effect here. */
const KNOWN = new Set(
  'tcp-backlog supervised pidfile always-show-logo stop-writes-on-bgsave-error rdbcompression rdbchecksum lazyfree-lazy-eviction no-appendfsync-on-rewrite auto-aof-rewrite-percentage auto-aof-rewrite-min-size slowlog-log-slower-than hz notify-keyspace-events masterauth include unixsocket io-threads'.split(
    ' ',
  ),
);

function set(config: RedisConfig, name: string, values: readonly string[]): boolean {
  if (!config.has(name) && !KNOWN.has(name)) return false;
  config.set(name, values.join(' '));
  return values.length > 0;
}

function unquote(word: string): string {
  return word.replace(
    /^"(.*)"$|^'(.*)'$/,
    (_, a: string | undefined, b: string | undefined) => a ?? b ?? '',
  );
}
