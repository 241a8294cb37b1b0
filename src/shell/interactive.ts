import { COOKED, read, SystemError, write } from './sys.ts';
import type { Sys, Terminal } from './sys.ts';
import { reportJobs } from './builtins/jobs.ts';
import { doubleQuoted } from './syntax/words.ts';
import { expandText } from './expand/expand.ts';
import { expandHistory } from './line/history.ts';
import { LineEditor, type LineRead } from './line/editor.ts';
import { complete } from './complete.ts';
import { defaultPrompt, expandPrompt } from './prompt.ts';
import { runList, runText } from './run/execute.ts';
import {
  AbandonSignal,
  BreakSignal,
  ContinueSignal,
  ExitSignal,
  ReturnSignal,
} from './run/signals.ts';
import type { Shell } from './run/shell.ts';
import { isShellError, runAsProcess, syntaxError } from './run/subshell.ts';
import type { List } from './syntax/ast.ts';
import { Incomplete, SyntaxError } from './syntax/errors.ts';
import { Parser } from './syntax/parser.ts';

/** Lines that one command may be continued over. */
const LINES_MAX = 5_000;
const HISTORY_MAX = 1_000;

/** A shell at a terminal: prompt, line, run, again. Returns the exit status. */
export function* interact(shell: Shell): Sys<number> {
  const { process } = shell;
  const { terminal } = process;
  shell.isInteractive = true;
  shell.controlsJobs = terminal !== undefined;
  if (terminal) {
    process.group = process.pid;
    terminal.foreground = process.pid;
  }
  shell.installSignals();
  if (shell.dialect === 'bash') aliasesOfDebian(shell);
  if (shell.variables.get('PS1') === undefined) shell.variables.set('PS1', defaultPrompt(shell));
  if (shell.variables.get('PS2') === undefined) shell.variables.set('PS2', '> ');
  loadHistory(shell);
  const editor =
    terminal &&
    new LineEditor(terminal, {
      history: shell.history,
      complete: (line, at) => complete(shell, line, at),
    });
  try {
    return yield* runAsProcess(shell, function* () {
      yield* startFiles(shell);
      return yield* prompts(shell, terminal, editor);
    });
  } finally {
    terminal?.setMode(COOKED);
    saveHistory(shell);
  }
}

function aliasesOfDebian(shell: Shell): void {
  if (shell.process.user.uid === 0 && shell.namespace.id !== 'host') return;
  for (const [name, value] of [
    ['ll', 'ls -alF'],
    ['la', 'ls -A'],
    ['l', 'ls -CF'],
  ] as const)
    shell.aliases.set(name, value);
}

function* startFiles(shell: Shell): Sys<void> {
  const home = shell.get('HOME') ?? '/';
  const files =
    shell.dialect === 'bash'
      ? shell.isLogin
        ? ['/etc/profile', `${home}/.bash_profile`, `${home}/.profile`, `${home}/.bashrc`]
        : ['/etc/bash.bashrc', `${home}/.bashrc`]
      : shell.isLogin
        ? ['/etc/profile', `${home}/.profile`]
        : [];
  for (const path of files) {
    const node = shell.files.lookup(path);
    if (node?.type === 'file' && typeof node.content === 'string')
      yield* guard(shell, () => runText(shell, node.content as string));
  }
}

function* prompts(
  shell: Shell,
  terminal: Terminal | undefined,
  editor: LineEditor | undefined,
): Sys<number> {
  for (;;) {
    yield* reportJobs(shell);
    shell.isInterrupted = false;
    const lists = yield* readCommand(shell, terminal, editor);
    if (lists === 'end') {
      if (
        shell.jobs.all.some((job) => job.processes.some((one) => one.isStopped && !one.exit)) &&
        !shell.isWarned
      ) {
        yield* write(shell.io.stderr, 'There are stopped jobs.\n');
        shell.isWarned = true;
        continue;
      }
      yield* write(shell.io.stderr, shell.isLogin ? 'logout\n' : 'exit\n');
      return shell.lastStatus;
    }
    if (lists === undefined) continue;
    terminal?.setMode(COOKED);
    shell.lastStatus = yield* guard(shell, function* () {
      let status = shell.lastStatus;
      for (const list of lists) status = shell.lastStatus = yield* runList(shell, list);
      return status;
    });
    shell.isWarned = false;
  }
}

/** What is thrown inside a command line ends that line, not the shell. */
function* guard(shell: Shell, body: () => Sys<number>): Sys<number> {
  try {
    return yield* body();
  } catch (error) {
    if (error instanceof AbandonSignal || error instanceof ReturnSignal) return error.status;
    if (error instanceof BreakSignal || error instanceof ContinueSignal) return 0;
    if (error instanceof SyntaxError) return yield* syntaxError(shell, error);
    if (error instanceof SystemError && error.code === 'EINTR') {
      shell.isInterrupted = false;
      yield* write(shell.io.stderr, '\n');
      return 130;
    }
    if (error instanceof SystemError && error.code !== 'EPIPE') {
      yield* write(shell.io.stderr, `${shell.prefix}${error.message}\n`);
      return 1;
    }
    if (error instanceof ExitSignal) throw error;
    if (!isShellError(error)) throw error;
    yield* write(shell.io.stderr, `${shell.prefix}${error.message}\n`);
    return 1;
  }
}

/** One complete command line, over as many lines as it takes; undefined when there is nothing to run. */
function* readCommand(
  shell: Shell,
  terminal: Terminal | undefined,
  editor: LineEditor | undefined,
): Sys<readonly List[] | 'end' | undefined> {
  let text = '';
  mark(shell, `D;${shell.lastStatus}`);
  for (let count = 0; count < LINES_MAX; count++) {
    const prompt = yield* promptText(shell, count === 0 ? 'PS1' : 'PS2');
    mark(shell, 'A');
    const read = yield* readLine(shell, terminal, editor, prompt);
    if (read.kind === 'interrupt') {
      shell.lastStatus = 130;
      return undefined;
    }
    if (read.kind === 'end') {
      if (count === 0) return 'end';
      const last = yield* parse(shell, text, true);
      return last === 'more' ? undefined : last;
    }
    const { line } = read;
    mark(shell, 'C');
    const expanded =
      shell.dialect === 'bash' ? expandHistory(line, shell.history) : { line, isChanged: false };
    if ('error' in expanded) {
      yield* write(shell.io.stderr, `${shell.prefix}${expanded.error}\n`);
      return undefined;
    }
    if (expanded.isChanged) yield* write(shell.io.stderr, `${expanded.line}\n`);
    text += `${expanded.line}\n`;
    remember(shell, expanded.line, count > 0);
    if (endsInBackslash(text)) continue;
    const parsed = yield* parse(shell, text, false);
    if (parsed === 'more') continue;
    const { namespace, kernel, pid } = shell.process;
    if (parsed)
      kernel.world.emit('shell.command', {
        machine: namespace.net.name,
        namespace: namespace.id,
        pid,
        line: text.trimEnd(),
      });
    return parsed;
  }
  return undefined;
}

/**
 * Tells the terminal where a prompt begins (A), where a command's output begins (C) and how it ended (D): OSC 133, as shells do for terminals that
 * know it. The lab's screens take these out of what is shown.
 */
function mark({ process }: Shell, letter: string): void {
  process.terminal?.output.put(`\x1b]133;${letter};pid=${process.pid}\x07`);
}

function endsInBackslash(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\\n$/.test(text);
}

function* parse(
  shell: Shell,
  text: string,
  isFinal: boolean,
): Sys<readonly List[] | 'more' | undefined> {
  try {
    const parser = new Parser(text, (name) => shell.aliases.get(name));
    const lists: List[] = [];
    for (let list = parser.next(); list; list = parser.next()) lists.push(list);
    return lists.length > 0 ? lists : undefined;
  } catch (error) {
    if (error instanceof Incomplete && !isFinal) return 'more';
    if (!(error instanceof SyntaxError)) throw error;
    shell.lastStatus = yield* syntaxError(shell, error);
    return undefined;
  }
}

function* promptText(shell: Shell, name: 'PS1' | 'PS2'): Sys<string> {
  const raw = expandPrompt(shell, shell.get(name) ?? '');
  if (!/[$`]/.test(raw.replace(/\$ ?$/, ''))) return raw;
  try {
    const status = shell.lastStatus;
    const text = yield* expandText(shell, doubleQuoted(raw));
    shell.lastStatus = status;
    return text;
  } catch (error) {
    if (isShellError(error) || error instanceof SyntaxError) return raw;
    throw error;
  }
}

function* readLine(
  shell: Shell,
  terminal: Terminal | undefined,
  editor: LineEditor | undefined,
  prompt: string,
): Sys<LineRead> {
  if (!editor || !terminal) {
    yield* write(shell.io.stderr, prompt);
    let line = '';
    for (;;) {
      const c = yield* read(shell.io.stdin, 1);
      if (c === '') return line === '' ? { kind: 'end' } : { kind: 'line', line };
      if (c === '\n') return { kind: 'line', line };
      line += c;
    }
  }
  return yield* editor.read(prompt);
}

function remember(shell: Shell, line: string, isContinued: boolean): void {
  if (line.trim() === '' || line.startsWith(' ')) return;
  if (isContinued && shell.history.length > 0)
    shell.history[shell.history.length - 1] =
      `${(shell.history.at(-1) as string).replace(/\\$/, '')}\n${line}`;
  else if (shell.history.at(-1) !== line) shell.history.push(line);
  if (shell.history.length > HISTORY_MAX) shell.history.shift();
}

function historyPath(shell: Shell): string | undefined {
  const home = shell.get('HOME');
  return home === undefined || shell.dialect === 'dash'
    ? undefined
    : `${home}/.${shell.dialect}_history`;
}

function loadHistory(shell: Shell): void {
  const path = historyPath(shell);
  const node = path === undefined ? undefined : shell.files.lookup(path);
  if (node?.type === 'file' && typeof node.content === 'string')
    shell.history.push(...node.content.split('\n').filter(Boolean).slice(-HISTORY_MAX));
}

function saveHistory(shell: Shell): void {
  const path = historyPath(shell);
  if (path === undefined) return;
  const { user } = shell.process;
  try {
    shell.files.writeFile(path, shell.history.map((line) => `${line}\n`).join(''), {
      mode: 0o600,
      uid: user.uid,
      gid: user.gid,
    });
  } catch (error) {
    // A home that cannot be written loses its history, as in bash.
    if (!(error instanceof SystemError)) throw error;
  }
}
