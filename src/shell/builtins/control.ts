import { normalize, parseSignal, SIGNAL_NUMBERS, SystemError, write } from '../sys.ts';
import type { Signal, Sys } from '../sys.ts';
import { findAllInPath, findInPath, isExecutable } from '../exec.ts';
import { quoteForShell } from '../expand/expand.ts';
import { callFunction, runCommand, runText } from '../run/execute.ts';
import { BreakSignal, ContinueSignal, ExitSignal, ReturnSignal } from '../run/signals.ts';
import type { Shell } from '../run/shell.ts';
import { openToRead } from '../run/streams.ts';
import type { Word } from '../syntax/ast.ts';
import { complain } from './builtin.ts';
import { builtins } from './index.ts';

const KEYWORDS: ReadonlySet<string> = new Set(
  'if then else elif fi case esac for select while until do done in function time { } ! [[ ]]'.split(
    ' ',
  ),
);

export function* colon(): Sys<number> {
  return 0;
}

export function* falseBuiltin(): Sys<number> {
  return 1;
}

export function* cd(shell: Shell, argv: readonly string[]): Sys<number> {
  const args = argv.slice(1).filter((arg) => arg !== '-P' && arg !== '-L' && arg !== '--');
  if (args.length > 1) return yield* complain(shell, 'cd: too many arguments');
  const home = shell.get('HOME');
  const [wanted] = args;
  if (wanted === undefined && home === undefined) return yield* complain(shell, 'cd: HOME not set');
  const target = wanted === '-' ? shell.get('OLDPWD') : (wanted ?? home ?? '');
  if (target === undefined) return yield* complain(shell, 'cd: OLDPWD not set');
  if (target === '') return 0;
  try {
    const relative = /^(?:\/|\.\.?(?:\/|$))/.test(target)
      ? undefined
      : yield* cdPath(shell, target);
    shell.changeFolder(relative ?? target);
    if (wanted === '-' || relative !== undefined) yield* write(shell.io.stdout, `${shell.cwd}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (shell.dialect === 'dash') return yield* complain(shell, `cd: can't cd to ${target}`, 2);
    if (shell.dialect === 'ash')
      return yield* complain(shell, `cd: can't cd to ${target}: ${error.text}`, 2);
    return yield* complain(shell, `cd: ${target}: ${error.text}`);
  }
}

/** A folder found by `$CDPATH`. */
function* cdPath(shell: Shell, target: string): Sys<string | undefined> {
  for (const base of (shell.get('CDPATH') ?? '').split(':').filter(Boolean)) {
    const candidate = normalize(target, normalize(base, shell.cwd));
    if (shell.files.lookup(candidate)?.type === 'directory') return candidate;
  }
  return undefined;
}

export function* pwd(shell: Shell, argv: readonly string[]): Sys<number> {
  yield* write(
    shell.io.stdout,
    `${argv[1] === '-P' ? shell.files.realpath(shell.cwd) : shell.cwd}\n`,
  );
  return 0;
}

export function* exit(shell: Shell, argv: readonly string[]): Sys<number> {
  if (shell.isInteractive && !shell.isInSubshell)
    yield* write(shell.io.stderr, shell.isLogin ? 'logout\n' : 'exit\n');
  const [, status] = argv;
  if (status !== undefined && !/^[-+]?\d+$/.test(status)) {
    yield* complain(shell, `exit: ${status}: numeric argument required`);
    throw new ExitSignal(2);
  }
  if (argv.length > 2) return yield* complain(shell, 'exit: too many arguments');
  throw new ExitSignal(status === undefined ? shell.lastStatus : Number(status) & 255);
}

export function* returnBuiltin(shell: Shell, argv: readonly string[]): Sys<number> {
  if (shell.calls === 0 && shell.script === '')
    return yield* complain(shell, "return: can only `return' from a function or sourced script");
  throw new ReturnSignal(argv[1] === undefined ? shell.lastStatus : Number(argv[1]) & 255);
}

export function* breakBuiltin(shell: Shell, argv: readonly string[]): Sys<number> {
  const [name = '', count = '1'] = argv;
  if (shell.loops === 0)
    return yield* complain(
      shell,
      `${name}: only meaningful in a \`for', \`while', or \`until' loop`,
      0,
    );
  if (!/^\d+$/.test(count) || Number(count) < 1)
    return yield* complain(shell, `${name}: ${count}: loop count out of range`);
  const levels = Math.min(Number(count), shell.loops);
  throw name === 'break' ? new BreakSignal(levels) : new ContinueSignal(levels);
}

export function* evalBuiltin(shell: Shell, argv: readonly string[]): Sys<number> {
  const text = argv.slice(argv[1] === '--' ? 2 : 1).join(' ');
  return text.trim() === '' ? 0 : yield* runText(shell, text);
}

export function* sourceBuiltin(shell: Shell, argv: readonly string[]): Sys<number> {
  const [name = '.', file, ...args] = argv;
  if (file === undefined)
    return yield* complain(
      shell,
      `${name}: filename argument required\n${name}: usage: ${name} filename [arguments]`,
      2,
    );
  const path =
    file.includes('/') || shell.files.exists(normalize(file, shell.cwd))
      ? file
      : (findInPath(shell.process, file, shell.path) ?? file);
  let text: string;
  try {
    text = openToRead(shell.process, path).take(Number.MAX_SAFE_INTEGER) ?? '';
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* complain(
      shell,
      error.code === 'EISDIR' ? `${name}: ${file}: is a directory` : `${file}: ${error.text}`,
    );
  }
  const { positional, script } = shell;
  shell.script = file;
  if (args.length > 0) shell.positional = args;
  try {
    return yield* runText(shell, text);
  } catch (error) {
    if (error instanceof ReturnSignal) return error.status;
    throw error;
  } finally {
    shell.script = script;
    if (args.length > 0) shell.positional = positional;
  }
}

export function* alias(shell: Shell, argv: readonly string[]): Sys<number> {
  const show = (name: string): string =>
    `alias ${name}='${(shell.aliases.get(name) ?? '').replaceAll("'", "'\\''")}'\n`;
  const args = argv.slice(1).filter((arg) => arg !== '-p');
  if (args.length === 0) {
    for (const name of [...shell.aliases.keys()].sort((a, b) => (a < b ? -1 : 1)))
      yield* write(shell.io.stdout, show(name));
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    const equals = arg.indexOf('=');
    if (equals > 0) shell.aliases.set(arg.slice(0, equals), arg.slice(equals + 1));
    else if (shell.aliases.has(arg)) yield* write(shell.io.stdout, show(arg));
    else status = yield* complain(shell, `alias: ${arg}: not found`);
  }
  return status;
}

export function* unalias(shell: Shell, argv: readonly string[]): Sys<number> {
  let status = 0;
  for (const name of argv.slice(1)) {
    if (name === '-a') shell.aliases.clear();
    else if (!shell.aliases.delete(name))
      status = yield* complain(shell, `unalias: ${name}: not found`);
  }
  return status;
}

/** `type`, and `command -v` and `-V`. */
export function* type(shell: Shell, argv: readonly string[]): Sys<number> {
  const letters = argv
    .slice(1)
    .filter((arg) => /^-[atpPf]+$/.test(arg))
    .join('');
  let status = 0;
  for (const name of argv.slice(1).filter((arg) => !/^-[atpPf]+$/.test(arg))) {
    const kind = kindOf(shell, name);
    if (kind === undefined) {
      status = 1;
      if (!/[tpP]/.test(letters)) yield* complain(shell, `type: ${name}: not found`);
    } else if (letters.includes('t')) yield* write(shell.io.stdout, `${kind}\n`);
    else if (/[pP]/.test(letters))
      yield* write(
        shell.io.stdout,
        kind === 'file' || letters.includes('P')
          ? `${findInPath(shell.process, name, shell.path) ?? ''}\n`
          : '',
      );
    else {
      yield* write(shell.io.stdout, `${describe(shell, name, kind)}\n`);
      if (letters.includes('a') && kind !== 'file')
        for (const path of findAllInPath(shell.process, name, shell.path))
          yield* write(shell.io.stdout, `${name} is ${path}\n`);
    }
  }
  return status;
}

function kindOf(
  shell: Shell,
  name: string,
): 'alias' | 'keyword' | 'function' | 'builtin' | 'file' | undefined {
  if (shell.aliases.has(name)) return 'alias';
  if (KEYWORDS.has(name)) return 'keyword';
  if (shell.functions.has(name)) return 'function';
  if (builtins.has(name) || name === 'exec') return 'builtin';
  const path = findInPath(shell.process, name, shell.path);
  return path !== undefined && isExecutable(shell.process, path) ? 'file' : undefined;
}

function describe(shell: Shell, name: string, kind: string): string {
  switch (kind) {
    case 'alias':
      return `${name} is aliased to \`${shell.aliases.get(name) ?? ''}'`;
    case 'keyword':
      return `${name} is a shell keyword`;
    case 'function':
      return `${name} is a function`;
    case 'builtin':
      return `${name} is a shell builtin`;
    default:
      return `${name} is ${findInPath(shell.process, name, shell.path) ?? name}`;
  }
}

export function* command(shell: Shell, argv: readonly string[]): Sys<number> {
  let i = 1;
  let letters = '';
  for (; i < argv.length && /^-[pvV]+$/.test(argv[i] as string); i++)
    letters += (argv[i] as string).slice(1);
  const rest = argv.slice(i);
  if (rest.length === 0) return 0;
  if (letters.includes('V')) return yield* type(shell, ['command', ...rest]);
  if (letters.includes('v')) {
    let status = 1;
    for (const name of rest) {
      const kind = kindOf(shell, name);
      if (kind === undefined) continue;
      status = 0;
      const text =
        kind === 'file'
          ? findInPath(shell.process, name, shell.path)
          : kind === 'alias'
            ? `alias ${name}=${quoteForShell(shell.aliases.get(name) ?? '')}`
            : name;
      yield* write(shell.io.stdout, `${text ?? ''}\n`);
    }
    return status;
  }
  return yield* runWords(shell, rest, true);
}

export function* builtin(shell: Shell, argv: readonly string[]): Sys<number> {
  const run = builtins.get(argv[1] ?? '');
  if (argv[1] === undefined) return 0;
  return run
    ? yield* run(shell, argv.slice(1))
    : yield* complain(shell, `builtin: ${argv[1]}: not a shell builtin`);
}

/** Runs words as a command, as they are. */
function* runWords(shell: Shell, argv: readonly string[], skipsFunctions: boolean): Sys<number> {
  const [name = ''] = argv;
  if (!skipsFunctions && shell.functions.has(name)) return yield* callFunction(shell, argv);
  const run = builtins.get(name);
  if (run) return yield* run(shell, argv);
  const hidden = shell.functions.get(name);
  shell.functions.delete(name);
  try {
    const words: Word[] = argv.map((text) => ({ parts: [{ kind: 'quoted', text }], source: text }));
    return yield* runCommand(
      shell,
      { kind: 'simple', assignments: [], words, redirections: [], line: shell.line },
      argv.join(' '),
    );
  } finally {
    if (hidden) shell.functions.set(name, hidden);
  }
}

export function* trap(shell: Shell, argv: readonly string[]): Sys<number> {
  const args = argv.slice(argv[1] === '--' ? 2 : 1);
  if (args[0] === '-l') {
    yield* write(
      shell.io.stdout,
      Object.entries(SIGNAL_NUMBERS)
        .map(([name, number]) => `${String(number).padStart(2)}) ${name}\n`)
        .join(''),
    );
    return 0;
  }
  if (args.length === 0 || args[0] === '-p') {
    for (const [name, text] of shell.traps)
      yield* write(shell.io.stdout, `trap -- ${quoteForShell(text)} ${name}\n`);
    return 0;
  }
  const isReset =
    args[0] === '-' || (args.length === 1 && trapName(args[0] as string) !== undefined);
  const [text = ''] = args;
  let status = 0;
  for (const wanted of args.length === 1 ? args : args.slice(1)) {
    const name = trapName(wanted);
    if (name === undefined)
      status = yield* complain(shell, `trap: ${wanted}: invalid signal specification`);
    else {
      if (isReset) shell.traps.delete(name);
      else shell.traps.set(name, text);
      if (name.startsWith('SIG')) shell.installTrap(name as Signal);
    }
  }
  return status;
}

function trapName(text: string): string | undefined {
  if (text === '0' || text.toUpperCase() === 'EXIT') return 'EXIT';
  if (/^(?:ERR|DEBUG|RETURN)$/i.test(text)) return text.toUpperCase();
  return parseSignal(text);
}

export function* umask(shell: Shell, argv: readonly string[]): Sys<number> {
  const [, wanted] = argv;
  if (wanted === undefined)
    yield* write(shell.io.stdout, `${shell.umask.toString(8).padStart(4, '0')}\n`);
  else if (/^[0-7]{1,4}$/.test(wanted)) shell.umask = parseInt(wanted, 8) & 0o777;
  else return yield* complain(shell, `umask: ${wanted}: octal number out of range`);
  return 0;
}

const LIMITS: Readonly<Record<string, readonly [string, string]>> = {
  c: ['core file size              (blocks, -c)', '0'],
  d: ['data seg size               (kbytes, -d)', 'unlimited'],
  f: ['file size                   (blocks, -f)', 'unlimited'],
  n: ['open files                          (-n)', '1024'],
  s: ['stack size                  (kbytes, -s)', '8192'],
  t: ['cpu time                   (seconds, -t)', 'unlimited'],
  u: ['max user processes                  (-u)', '8192'],
  v: ['virtual memory              (kbytes, -v)', 'unlimited'],
};

/** `ulimit`: what the namespace's `limits` say (`docker run --ulimit`), else the usual. */
export function* ulimit(shell: Shell, argv: readonly string[]): Sys<number> {
  const own = shell.namespace.extra.get('ulimits') as
    readonly { readonly Name: string; readonly Soft: number }[] | undefined;
  const names: Readonly<Record<string, string>> = {
    n: 'nofile',
    u: 'nproc',
    c: 'core',
    s: 'stack',
    f: 'fsize',
    v: 'as',
    d: 'data',
    t: 'cpu',
  };
  const value = (letter: string): string => {
    const set = own?.find((one) => one.Name === names[letter])?.Soft;
    return set === undefined
      ? (LIMITS[letter]?.[1] ?? 'unlimited')
      : set < 0
        ? 'unlimited'
        : String(set);
  };
  const letters = argv
    .slice(1)
    .filter((arg) => arg.startsWith('-'))
    .join('')
    .replace(/[-SH]/g, '');
  if (letters.includes('a')) {
    for (const letter of Object.keys(LIMITS))
      yield* write(shell.io.stdout, `${LIMITS[letter]?.[0] ?? ''} ${value(letter)}\n`);
    return 0;
  }
  const letter = letters[0] ?? 'f';
  if (!(letter in LIMITS)) return yield* complain(shell, `ulimit: -${letter}: invalid option`, 2);
  const wanted = argv.slice(1).find((arg) => !arg.startsWith('-'));
  if (wanted === undefined) yield* write(shell.io.stdout, `${value(letter)}\n`);
  return 0;
}

export function* hash(): Sys<number> {
  return 0;
}

export function* shopt(): Sys<number> {
  return 0;
}

export function* times(shell: Shell): Sys<number> {
  yield* write(shell.io.stdout, '0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
  return 0;
}

export function* history(shell: Shell, argv: readonly string[]): Sys<number> {
  if (argv[1] === '-c') {
    shell.history.length = 0;
    return 0;
  }
  const count = argv[1] === undefined ? shell.history.length : Number(argv[1]);
  if (!Number.isInteger(count))
    return yield* complain(shell, `history: ${argv[1] ?? ''}: numeric argument required`);
  const begin = Math.max(0, shell.history.length - count);
  yield* write(
    shell.io.stdout,
    shell.history
      .slice(begin)
      .map((line, index) => `${String(begin + index + 1).padStart(5)}  ${line}\n`)
      .join(''),
  );
  return 0;
}

/** `pushd`, `popd`, `dirs`. */
export function* folders(shell: Shell, argv: readonly string[]): Sys<number> {
  const [name = '', target] = argv;
  try {
    if (name === 'pushd') {
      const before = shell.cwd;
      const wanted = target ?? shell.folders.shift();
      if (wanted === undefined) return yield* complain(shell, 'pushd: no other directory');
      shell.changeFolder(wanted);
      shell.folders.unshift(before);
    } else if (name === 'popd') {
      const wanted = shell.folders.shift();
      if (wanted === undefined) return yield* complain(shell, 'popd: directory stack empty');
      shell.changeFolder(wanted);
    }
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* complain(shell, `${name}: ${target ?? ''}: ${error.text}`);
  }
  const home = shell.get('HOME') ?? '';
  yield* write(
    shell.io.stdout,
    `${[shell.cwd, ...shell.folders].map((one) => (home !== '' && (one === home || one.startsWith(`${home}/`)) ? `~${one.slice(home.length)}` : one)).join(' ')}\n`,
  );
  return 0;
}
