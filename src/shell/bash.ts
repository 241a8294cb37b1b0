import { basename, SystemError, write } from './sys.ts';
import type { Process, Program, Sys } from './sys.ts';
import { interact } from './interactive.ts';
import { runText } from './run/execute.ts';
import { OPTION_LETTERS, Shell, type Dialect } from './run/shell.ts';
import { openToRead } from './run/streams.ts';
import { runAsProcess } from './run/subshell.ts';
import { ReturnSignal } from './run/signals.ts';
import { read } from './sys.ts';

/** Scripts longer than this are no scripts. */
const SCRIPT_MAX = 16 * 1024 * 1024;

const VERSION = `GNU bash, version 5.2.21(1)-release (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;

interface Invocation {
  command: string | undefined;
  script: string | undefined;
  args: string[];
  isLogin: boolean;
  isInteractive: boolean;
  readsStdin: boolean;
  letters: string[];
  error: string | undefined;
}

/** The programs `bash`, `dash` and `ash`. */
export function shellProgram(dialect: Dialect): Program {
  return (process) => run(process, dialect);
}

function* run(process: Process, dialect: Dialect): Sys<number> {
  const called = process.argv[0] ?? dialect;
  const invocation = parseArguments(process.argv);
  const isTerminal =
    process.stdin.terminal !== undefined && process.stdin.terminal === process.terminal;
  const name =
    invocation.command !== undefined && invocation.args.length > 0
      ? (invocation.args[0] as string)
      : called;
  const shell = new Shell(
    process,
    dialect,
    dialect === 'ash' ? `${called.replace(/^-/, '')}` : name,
  );
  if (invocation.error !== undefined) {
    yield* write(process.stderr, `${called}: ${invocation.error}\n`);
    return invocation.error === 'version' ? 0 : 2;
  }
  if (process.argv.includes('--version') && dialect === 'bash') {
    yield* write(process.stdout, VERSION);
    return 0;
  }
  for (const letter of invocation.letters) {
    const option = OPTION_LETTERS[letter];
    if (option) shell.options[option] = true;
  }
  shell.isLogin = invocation.isLogin || called.startsWith('-');
  if (invocation.command !== undefined) {
    const { command } = invocation;
    shell.positional = invocation.args.slice(1);
    return yield* runAsProcess(shell, () => runText(shell, command, { mayExec: true }));
  }
  if (invocation.script !== undefined)
    return yield* runScript(shell, invocation.script, invocation.args);
  shell.positional = invocation.args;
  if (isTerminal || invocation.isInteractive) return yield* interact(shell);
  const text = yield* readScript(process);
  return yield* runAsProcess(shell, () => runText(shell, text));
}

/** A script on standard input; read whole, since commands seldom read it too. */
function* readScript(process: Process): Sys<string> {
  let text = '';
  for (;;) {
    const piece = yield* read(process.stdin);
    if (piece === '') return text;
    text += piece;
    if (text.length > SCRIPT_MAX) throw new SystemError('EFBIG');
  }
}

function* runScript(shell: Shell, path: string, args: readonly string[]): Sys<number> {
  let text: string;
  try {
    text = openToRead(shell.process, path).take(SCRIPT_MAX) ?? '';
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code === 'EISDIR') {
      yield* write(shell.io.stderr, `${shell.name}: ${path}: Is a directory\n`);
      return 126;
    }
    const [what, status] = error.code === 'ENOENT' ? [error.text, 127] : [error.text, 126];
    const message =
      shell.dialect === 'dash'
        ? `${shell.name}: 0: cannot open ${path}: No such file\n`
        : shell.dialect === 'ash'
          ? `${shell.name}: can't open '${path}': ${what}\n`
          : `${shell.name}: ${path}: ${what}\n`;
    yield* write(shell.io.stderr, message);
    return shell.dialect === 'dash' ? 2 : status;
  }
  if (text.startsWith('\u007fELF')) {
    yield* write(shell.io.stderr, `${path}: ${path}: cannot execute binary file\n`);
    return 126;
  }
  shell.script = path;
  shell.positional = [...args];
  return yield* runAsProcess(shell, function* () {
    try {
      return yield* runText(shell, text);
    } catch (error) {
      if (error instanceof ReturnSignal) return error.status;
      throw error;
    }
  });
}

function parseArguments(argv: readonly string[]): Invocation {
  const found: Invocation = {
    command: undefined,
    script: undefined,
    args: [],
    isLogin: false,
    isInteractive: false,
    readsStdin: false,
    letters: [],
    error: undefined,
  };
  let wantsCommand = false;
  let i = 1;
  for (; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    if (arg === '--login') found.isLogin = true;
    else if (/^--(?:norc|noprofile|posix|noediting|version)$/.test(arg)) continue;
    else if (arg === '--rcfile' || arg === '--init-file') i++;
    else if (arg.startsWith('--')) found.error = `${arg}: invalid option`;
    else if (/^[-+][a-zA-Z]+$/.test(arg)) {
      for (const letter of arg.slice(1)) {
        if (letter === 'c') wantsCommand = true;
        else if (letter === 'l') found.isLogin = true;
        else if (letter === 'i') found.isInteractive = true;
        else if (letter === 's') found.readsStdin = true;
        else if (letter === 'o') i++;
        else found.letters.push(letter);
      }
    } else break;
  }
  const rest = argv.slice(i);
  if (wantsCommand) {
    if (rest.length === 0) found.error = '-c: option requires an argument';
    found.command = rest[0];
    found.args = rest.slice(1);
  } else if (rest.length > 0 && !found.readsStdin) {
    found.script = rest[0];
    found.args = rest.slice(1);
  } else found.args = rest;
  return found;
}

/** The name a shell is called by, for its prompt. */
export function calledName(path: string): string {
  return basename(path);
}

/** The shells that can be logged into. */
export const loginShells: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['bash', shellProgram('bash')],
  ['dash', shellProgram('dash')],
  ['ash', shellProgram('ash')],
  ['sh', shellProgram('dash')],
]);
