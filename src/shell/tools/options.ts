import { write } from '../sys.ts';
import type { Process, Sys } from '../sys.ts';

/** What `getopt_long` makes of a command line. */
export interface Options {
  readonly has: (name: string) => boolean;
  /** The last value of an option. */
  readonly get: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
  readonly operands: readonly string[];
}

interface Known {
  readonly key: string;
  readonly takes: 'none' | 'value' | 'maybe';
}

/** The command line is wrong: the sentence of getopt, without the command's name. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Parses arguments by a list like `'a:all n:lines= :color?'`: short name, colon, long name, then `=` when it takes a value, `?` when it may.
 * Options are asked for by their short name, or by the long one when there is no short. `stopsEarly`: the first operand ends the options.
 */
export function parseOptions(
  args: readonly string[],
  spec: string,
  { stopsEarly = false } = {},
): Options {
  const known = knownOptions(spec);
  const found = new Map<string, string[]>();
  const operands: string[] = [];
  const note = (key: string, value: string): void =>
    void found.set(key, [...(found.get(key) ?? []), value]);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const equals = arg.indexOf('=');
      const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      const option = longOption(known, name);
      if (option.takes === 'none' && equals >= 0)
        throw new UsageError(`option '--${name}' doesn't allow an argument`);
      if (option.takes === 'value' && equals < 0 && args[i + 1] === undefined)
        throw new UsageError(`option '--${name}' requires an argument`);
      note(
        option.key,
        equals >= 0 ? arg.slice(equals + 1) : option.takes === 'value' ? (args[++i] as string) : '',
      );
    } else if (arg.startsWith('-') && arg !== '-') {
      for (let at = 1; at < arg.length; at++) {
        const letter = arg[at] as string;
        const option = known.get(letter);
        if (!option || letter.length !== 1) throw new UsageError(`invalid option -- '${letter}'`);
        if (option.takes === 'none') note(option.key, '');
        else {
          const rest = arg.slice(at + 1);
          if (rest === '' && option.takes === 'value' && args[i + 1] === undefined)
            throw new UsageError(`option requires an argument -- '${letter}'`);
          note(option.key, rest !== '' || option.takes === 'maybe' ? rest : (args[++i] as string));
          break;
        }
      }
    } else {
      operands.push(arg);
      if (stopsEarly) {
        operands.push(...args.slice(i + 1));
        break;
      }
    }
  }
  return {
    has: (name) => found.has(name),
    get: (name) => found.get(name)?.at(-1),
    all: (name) => found.get(name) ?? [],
    operands,
  };
}

function knownOptions(spec: string): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const token of spec.split(/\s+/).filter(Boolean)) {
    const takes = token.endsWith('=') ? 'value' : token.endsWith('?') ? 'maybe' : 'none';
    const bare = takes === 'none' ? token : token.slice(0, -1);
    const [short = '', long = ''] = bare.split(':');
    const key = short || long;
    if (short !== '') known.set(short, { key, takes });
    if (long !== '') known.set(`-${long}`, { key, takes });
  }
  return known;
}

/** A long option may be shortened while it stays the only one. */
function longOption(known: ReadonlyMap<string, Known>, name: string): Known {
  const exact = known.get(`-${name}`);
  if (exact) return exact;
  const possible = [...known].filter(([key]) => key.startsWith(`-${name}`));
  const [only] = possible;
  if (possible.length === 0 || !only) throw new UsageError(`unrecognized option '--${name}'`);
  if (possible.length > 1)
    throw new UsageError(
      `option '--${name}' is ambiguous; possibilities: ${possible.map(([key]) => `'-${key}'`).join(' ')}`,
    );
  return only[1];
}

interface How {
  /** Instead of the process's own. */
  readonly args?: readonly string[];
  readonly usageStatus?: number;
  readonly stopsEarly?: boolean;
}

/** Runs a tool with parsed options; says what is wrong with them as GNU tools do. */
export function* withOptions(
  process: Process,
  spec: string,
  body: (options: Options) => Sys<number>,
  how: How = {},
): Sys<number> {
  const name = toolName(process);
  try {
    return yield* body(parseOptions(how.args ?? process.argv.slice(1), spec, how));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* write(
      process.stderr,
      `${name}: ${error.message}\nTry '${name} --help' for more information.\n`,
    );
    return how.usageStatus ?? 1;
  }
}

/** How the tool was called, for its messages. */
export function toolName(process: Process): string {
  const [called = ''] = process.argv;
  return called.slice(called.lastIndexOf('/') + 1);
}

/** Prints `name: message` on standard error and returns the status. */
export function* fail(process: Process, message: string, status = 1): Sys<number> {
  // GNU's curly quotes are those of a UTF-8 locale; without one (as in containers) they are straight.
  const isUtf8 = /utf-?8/i.test(process.env.get('LC_ALL') ?? process.env.get('LANG') ?? '');
  yield* write(
    process.stderr,
    `${toolName(process)}: ${isUtf8 ? message : message.replace(/[‘’]/g, "'")}\n`,
  );
  return status;
}

/** What the lab leaves out says so. */
export function* unsupported(process: Process, what: string): Sys<number> {
  yield* write(process.stderr, `이 실습실에서는 지원하지 않습니다: ${what}\n`);
  return 1;
}

/** Whether the tools of this file system are busybox's (Alpine, busybox images), which print some things otherwise. */
export function isBusybox(process: Process): boolean {
  const { files } = process.namespace;
  return files.exists('/bin/ash') && !files.exists('/bin/dash');
}
