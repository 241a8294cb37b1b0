import { basename, normalize, read, SystemError, wait, write } from '../sys.ts';
import type { Node, Process, Program, Sys } from '../sys.ts';
import { findInPath, loadExecutable, DEFAULT_PATH } from '../exec.ts';
import { matches } from '../expand/pattern.ts';
import { codeOf } from '../run/jobs.ts';
import { strftime } from '../builtins/printf.ts';
import { fail, withOptions } from './options.ts';
import { modeText, sizeOf } from './ls.ts';
import { reason } from './input.ts';

/** Runs a command and waits for it: what `xargs`, `find -exec`, `env`, `time`, ... do. */
export function* runProgram(
  process: Process,
  argv: readonly string[],
  changes: {
    readonly env?: ReadonlyMap<string, string>;
    readonly leadsGroup?: boolean;
    readonly user?: Process['user'];
  } = {},
): Sys<number> {
  const [name = ''] = argv;
  const env = changes.env ?? process.env;
  const path = findInPath(process, name, env.get('PATH') ?? DEFAULT_PATH);
  if (path === undefined) return yield* fail(process, `${name}: No such file or directory`, 127);
  try {
    const found = loadExecutable(process, path, argv);
    const child = process.kernel.spawn({
      program: found.program,
      argv: found.argv,
      namespace: process.namespace,
      env,
      cwd: process.cwd,
      user: changes.user ?? process.user,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      parent: process,
      leadsGroup: changes.leadsGroup ?? false,
    });
    yield* wait(child);
    return codeOf(child);
  } catch (error) {
    if (!(error instanceof SystemError) || error.code === 'EPIPE' || error.code === 'EINTR')
      throw error;
    return yield* fail(process, `${name}: ${error.text}`, error.code === 'ENOENT' ? 127 : 126);
  }
}

interface Found {
  readonly shown: string;
  readonly path: string;
  readonly node: Node;
  readonly depth: number;
}

/** A test or action; false stops the ones after it. */
type Predicate = (found: Found) => Sys<boolean>;

class FindError extends Error {
  override readonly name = 'FindError';
}

export const find: Program = function* (process) {
  const args = process.argv.slice(1).filter((arg) => arg !== '-L' && arg !== '-P' && arg !== '-H');
  const split = args.findIndex((arg) => /^(?:-.|!$|\($)/.test(arg));
  const roots = split < 0 ? args : args.slice(0, split);
  try {
    const expression = new Expression(process, split < 0 ? [] : args.slice(split));
    let status = 0;
    for (const root of roots.length > 0 ? roots : ['.']) {
      const path = normalize(root, process.cwd);
      const node = process.namespace.files.lookup(path, { nofollow: true });
      if (!node) status = yield* fail(process, `‘${root}’: No such file or directory`);
      else yield* walk(process, expression, { shown: root, path, node, depth: 0 });
    }
    yield* expression.finish();
    return status;
  } catch (error) {
    if (error instanceof FindError) return yield* fail(process, error.message);
    throw error;
  }
};

function* walk(process: Process, expression: Expression, found: Found): Sys<void> {
  const { files } = process.namespace;
  const isListed = found.depth >= expression.minDepth;
  if (isListed && !expression.isDepthFirst) yield* expression.test(found);
  const isPruned = expression.takePruned();
  if (
    found.node.type === 'directory' &&
    found.depth < expression.maxDepth &&
    !isPruned &&
    files.lookup(found.path)?.type === 'directory'
  )
    for (const name of files.list(found.path)) {
      const path = normalize(name, found.path);
      const node = files.lookup(path, { nofollow: true });
      if (node)
        yield* walk(process, expression, {
          shown: `${found.shown === '/' ? '' : found.shown.replace(/\/$/, '')}/${name}`,
          path,
          node,
          depth: found.depth + 1,
        });
    }
  if (isListed && expression.isDepthFirst) yield* expression.test(found);
}

class Expression {
  readonly #process: Process;
  readonly #args: readonly string[];
  #at = 0;
  readonly #test: Predicate;
  #hasAction = false;
  #isPruned = false;
  readonly #batches: { readonly argv: readonly string[]; readonly names: string[] }[] = [];
  minDepth = 0;
  maxDepth = Number.MAX_SAFE_INTEGER;
  isDepthFirst = false;

  constructor(process: Process, args: readonly string[]) {
    this.#process = process;
    this.#args = args;
    const test = args.length === 0 ? undefined : this.#or();
    if (this.#at < args.length)
      throw new FindError(`paths must precede expression: \`${args[this.#at] ?? ''}'`);
    const print = this.#print('\n');
    if (!test) this.#test = print;
    else if (this.#hasAction) this.#test = test;
    else
      this.#test = function* (found) {
        return (yield* test(found)) && (yield* print(found));
      };
  }

  test(found: Found): Sys<boolean> {
    return this.#test(found);
  }

  takePruned(): boolean {
    const isPruned = this.#isPruned;
    this.#isPruned = false;
    return isPruned;
  }

  /** Runs the commands of `-exec … +`. */
  *finish(): Sys<void> {
    for (const { argv, names } of this.#batches)
      if (names.length > 0)
        yield* runProgram(
          this.#process,
          argv.flatMap((word) => (word === '{}' ? names : [word])),
        );
  }

  #print(end: string): Predicate {
    const { stdout } = this.#process;
    return function* ({ shown }) {
      yield* write(stdout, shown + end);
      return true;
    };
  }

  #or(): Predicate {
    let left = this.#and();
    while (this.#args[this.#at] === '-o' || this.#args[this.#at] === '-or') {
      this.#at++;
      const [a, b] = [left, this.#and()];
      left = function* (found) {
        return (yield* a(found)) || (yield* b(found));
      };
    }
    return left;
  }

  #and(): Predicate {
    let left = this.#term();
    for (;;) {
      const next = this.#args[this.#at];
      if (next === undefined || next === ')' || next === '-o' || next === '-or' || next === '\\)')
        return left;
      if (next === '-a' || next === '-and') this.#at++;
      const [a, b] = [left, this.#term()];
      left = function* (found) {
        return (yield* a(found)) && (yield* b(found));
      };
    }
  }

  #term(): Predicate {
    const word = this.#args[this.#at++];
    if (word === '!' || word === '-not') {
      const inner = this.#term();
      return function* (found) {
        return !(yield* inner(found));
      };
    }
    if (word === '(') {
      const inner = this.#or();
      if (this.#args[this.#at++] !== ')')
        throw new FindError(
          "invalid expression; I was expecting to find a ')' somewhere but did not see one.",
        );
      return inner;
    }
    if (word === undefined || !word.startsWith('-'))
      throw new FindError(`paths must precede expression: \`${word ?? ''}'`);
    return this.#action(word) ?? simple(this.#predicate(word));
  }

  #value(word: string): string {
    const value = this.#args[this.#at++];
    if (value === undefined) throw new FindError(`missing argument to \`${word}'`);
    return value;
  }

  #action(word: string): Predicate | undefined {
    const process = this.#process;
    switch (word) {
      case '-print':
        this.#hasAction = true;
        return this.#print('\n');
      case '-print0':
        this.#hasAction = true;
        return this.#print('\u0000');
      case '-printf': {
        this.#hasAction = true;
        const template = this.#value(word);
        return function* (found) {
          yield* write(process.stdout, printed(process, template, found));
          return true;
        };
      }
      case '-ls':
        this.#hasAction = true;
        return function* ({ shown, node }) {
          yield* write(
            process.stdout,
            `${String(131_074).padStart(9)} ${String(Math.ceil(sizeOf(node) / 1024)).padStart(6)} ${modeText(node)} ${String(sizeOf(node)).padStart(8)} ${shown}\n`,
          );
          return true;
        };
      case '-delete':
        this.#hasAction = true;
        this.isDepthFirst = true;
        return function* ({ shown, path }) {
          try {
            process.namespace.files.remove(path);
            return true;
          } catch (error) {
            yield* fail(process, `cannot delete ‘${shown}’: ${reason(error)}`);
            return false;
          }
        };
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.#exec(word);
      default:
        return undefined;
    }
  }

  #exec(word: string): Predicate {
    this.#hasAction = true;
    const begin = this.#at;
    while (
      this.#args[this.#at] !== undefined &&
      this.#args[this.#at] !== ';' &&
      !(this.#args[this.#at] === '+' && this.#args[this.#at - 1] === '{}')
    )
      this.#at++;
    const end = this.#args[this.#at];
    if (end === undefined) throw new FindError(`missing argument to \`${word}'`);
    const argv = this.#args.slice(begin, this.#at++);
    const process = this.#process;
    if (end === '+') {
      const batch = { argv, names: [] as string[] };
      this.#batches.push(batch);

      return function* ({ shown }) {
        batch.names.push(shown);
        return true;
      };
    }
    return function* ({ shown }) {
      return (
        (yield* runProgram(
          process,
          argv.map((one) => one.replaceAll('{}', shown)),
        )) === 0
      );
    };
  }

  #predicate(word: string): (found: Found) => boolean {
    const { world } = this.#process.kernel;
    const pattern = (text: string) => [{ text, isQuoted: false }];
    switch (word) {
      case '-name':
      case '-iname': {
        const wanted = pattern(this.#value(word));
        return ({ shown }) => matches(wanted, basename(shown), word === '-iname' ? 'i' : '');
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const wanted = pattern(this.#value(word));
        return ({ shown }) => matches(wanted, shown, word === '-ipath' ? 'i' : '');
      }
      case '-regex': {
        const wanted = new RegExp(`^(?:${this.#value(word)})$`);
        return ({ shown }) => wanted.test(shown);
      }
      case '-type': {
        const wanted = this.#value(word).split(',');
        const letters = { file: 'f', directory: 'd', symlink: 'l', device: 'c', socket: 's' };
        return ({ node }) => wanted.includes(letters[node.type]);
      }
      case '-maxdepth':
        this.maxDepth = Number(this.#value(word));
        return () => true;
      case '-mindepth':
        this.minDepth = Number(this.#value(word));
        return () => true;
      case '-depth':
        this.isDepthFirst = true;
        return () => true;
      case '-empty':
        return ({ node }) =>
          node.type === 'directory'
            ? node.children.size === 0
            : node.type === 'file' && sizeOf(node) === 0;
      case '-size': {
        const found = /^([-+]?)(\d+)([ckMGbw]?)$/.exec(this.#value(word));
        if (!found) throw new FindError(`invalid -size type`);
        const unit =
          { c: 1, w: 2, b: 512, k: 1024, M: 1_048_576, G: 1_073_741_824 }[
            (found[3] || 'b') as 'c'
          ] ?? 512;
        return ({ node }) =>
          compare(Math.ceil(sizeOf(node) / unit), found[1] as string, Number(found[2]));
      }
      case '-mtime':
      case '-mmin':
      case '-ctime':
      case '-atime': {
        const found = /^([-+]?)(\d+)$/.exec(this.#value(word));
        const unitMs = word === '-mmin' ? 60_000 : 86_400_000;
        return ({ node }) =>
          compare(
            Math.floor((world.nowMs - node.modifiedAtMs) / unitMs),
            found?.[1] ?? '',
            Number(found?.[2] ?? 0),
          );
      }
      case '-newer': {
        const reference = this.#process.namespace.files.lookup(
          normalize(this.#value(word), this.#process.cwd),
        );
        return ({ node }) => node.modifiedAtMs > (reference?.modifiedAtMs ?? 0);
      }
      case '-user':
      case '-group': {
        const wanted = this.#value(word);
        return ({ node }) =>
          String(word === '-user' ? node.uid : node.gid) === wanted ||
          (wanted === 'root' && (word === '-user' ? node.uid : node.gid) === 0);
      }
      case '-perm': {
        const wanted = this.#value(word);
        const bits = parseInt(wanted.replace(/^[-/]/, ''), 8);
        return ({ node }) =>
          wanted.startsWith('-')
            ? (node.mode & bits) === bits
            : wanted.startsWith('/')
              ? (node.mode & bits) !== 0
              : (node.mode & 0o7777) === bits;
      }
      case '-executable':
        return ({ node }) => (node.mode & 0o111) !== 0;
      case '-prune':
        return () => {
          this.#isPruned = true;
          return true;
        };
      case '-true':
      case '-xdev':
      case '-mount':
      case '-follow':
        return () => true;
      case '-false':
        return () => false;
      default:
        throw new FindError(`unknown predicate \`${word}'`);
    }
  }
}

function simple(test: (found: Found) => boolean): Predicate {
  return function* (found) {
    return test(found);
  };
}

function compare(value: number, sign: string, wanted: number): boolean {
  return sign === '+' ? value > wanted : sign === '-' ? value < wanted : value === wanted;
}

function printed(process: Process, template: string, { shown, node, depth }: Found): string {
  const { world } = process.kernel;
  const fields: Readonly<Record<string, string>> = {
    p: shown,
    f: basename(shown),
    h: shown.replace(/\/[^/]*$/, ''),
    s: String(sizeOf(node)),
    d: String(depth),
    m: (node.mode & 0o7777).toString(8),
    M: modeText(node),
    y: modeText(node).slice(0, 1).replace('-', 'f'),
    u: String(node.uid),
    '%': '%',
    t: strftime('%a %b %e %H:%M:%S %Y', world.unixMs - world.nowMs + node.modifiedAtMs),
  };
  return template.replace(/%([a-zA-Z%])|\\([nt0\\])/g, (all, letter?: string, escape?: string) =>
    letter === undefined
      ? ({ n: '\n', t: '\t', '0': '\u0000', '\\': '\\' }[escape as 'n'] ?? all)
      : (fields[letter] ?? all),
  );
}

export const xargs: Program = (process) =>
  withOptions(
    process,
    'n:max-args= I= i:replace? 0:null r:no-run-if-empty t:verbose P:max-procs= d:delimiter= L:max-lines= p x a:arg-file= s=',
    function* (options) {
      let text = '';
      for (let piece = yield* read(process.stdin); piece !== ''; piece = yield* read(process.stdin))
        text += piece;
      const replaced = options.has('I') ? (options.get('I') ?? '{}') : undefined;
      const items = options.has('0')
        ? text.split('\u0000').filter(Boolean)
        : options.has('d')
          ? text
              .replace(/\n$/, '')
              .split(options.get('d') === '\\n' ? '\n' : (options.get('d') ?? '\n'))
          : replaced !== undefined || options.has('L')
            ? text
                .split('\n')
                .map((line) => line.trim())
                .filter(Boolean)
            : words(text);
      const command = options.operands.length > 0 ? options.operands : ['echo'];
      const size =
        replaced !== undefined ? 1 : Number(options.get('n') ?? options.get('L') ?? 5_000);
      if (items.length === 0 && (options.has('r') || replaced !== undefined)) return 0;
      let status = 0;
      for (let i = 0; i < Math.max(1, items.length); i += size) {
        const some = items.slice(i, i + size);
        const argv =
          replaced !== undefined
            ? command.map((word) => word.replaceAll(replaced, some[0] ?? ''))
            : [...command, ...(options.has('L') ? some.flatMap(words) : some)];
        if (options.has('t')) yield* write(process.stderr, `${argv.join(' ')}\n`);
        const code = yield* runProgram(process, argv);
        if (code === 255) return 124;
        if (code === 126 || code === 127) return code;
        if (code !== 0) status = 123;
      }
      return status;
    },
    { stopsEarly: true, args: process.argv.slice(1) },
  );

/** Words as xargs reads them: blanks separate, quotes and backslashes protect. */
function words(text: string): string[] {
  return (text.match(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+/g) ?? []).map((word) =>
    word.replace(
      /"([^"]*)"|'([^']*)'|\\([\s\S])/g,
      (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
    ),
  );
}
