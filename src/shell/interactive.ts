import { COOKED, read, SystemError, write } from './sys.ts';
import type { Sys, Terminal } from './sys.ts';
import { reportJobs } from './builtins/jobs.ts';
import { doubleQuoted } from './syntax/words.ts';
import { expandText } from './expand/expand.ts';
import { expandHistory } from './line/history.ts';
import { LineEditor, show, type LineRead } from './line/editor.ts';
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
  const ahead: Ahead = { text: '' };
  for (;;) {
    if (ahead.text === '') yield* reportJobs(shell);
    shell.isInterrupted = false;
    const list = yield* readCommand(shell, terminal, editor, ahead);
    if (list === 'end') {
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
    if (list === undefined) continue;
    if (terminal) handOver(terminal, editor?.takeTypedAhead() ?? '');
    shell.lastStatus = yield* guard(shell, () => runList(shell, list));
    shell.isWarned = false;
  }
}

/** The terminal is the command's now, and with it what has been typed ahead: that has been echoed, or never will be. */
function handOver(terminal: Terminal, typed: string): void {
  if (typed !== '') {
    terminal.setMode({ ...COOKED, echo: false });
    terminal.feed(typed);
  }
  terminal.setMode(COOKED);
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

/** Lines that were entered together (a paste) and wait for their turn; each ends in a newline. */
interface Ahead {
  text: string;
}

/** One complete command line, over as many lines as it takes; undefined when there is nothing to run. */
function* readCommand(
  shell: Shell,
  terminal: Terminal | undefined,
  editor: LineEditor | undefined,
  ahead: Ahead,
): Sys<List | 'end' | undefined> {
  let begun = '';
  if (ahead.text === '') yield* mark(shell, `D;${shell.lastStatus}`);
  for (let count = 0; count < LINES_MAX; count++) {
    if (ahead.text === '') {
      const prompt = yield* promptText(shell, count === 0 ? 'PS1' : 'PS2');
      yield* mark(shell, 'A');
      const read = yield* readLine(shell, terminal, editor, prompt);
      if (read.kind === 'interrupt') {
        shell.lastStatus = 130;
        return undefined;
      }
      if (read.kind === 'end') {
        if (count === 0) return 'end';
        const last = yield* parseNext(shell, begun, ahead, true);
        return last === 'more' ? undefined : last;
      }
      yield* mark(shell, 'C');
      ahead.text = `${read.line}\n`;
    }
    const text = yield* expandedAhead(shell, begun, ahead);
    if (text === undefined) return undefined;
    const parsed = yield* parseNext(shell, text, ahead, false);
    rememberLines(shell, begun, text.slice(0, text.length - ahead.text.length));
    if (parsed !== 'more') return parsed;
    begun = text;
  }
  return undefined;
}

/** What was begun and the lines that wait, history expanded in the first of them; undefined when that failed. */
function* expandedAhead(shell: Shell, begun: string, ahead: Ahead): Sys<string | undefined> {
  const { text } = ahead;
  if (shell.dialect !== 'bash') return begun + text;
  const end = text.indexOf('\n');
  const first = text.slice(0, end);
  const expanded = expandHistory(first, shell.history);
  if ('error' in expanded) {
    yield* write(shell.io.stderr, `${shell.prefix}${expanded.error}\n`);
    ahead.text = text.slice(end + 1);
    return undefined;
  }
  if (!expanded.isChanged) return begun + text;
  yield* write(shell.io.stderr, `${expanded.line}\n`);
  return begun + expanded.line + text.slice(end);
}

/** The first command of a text; what comes after it waits in `ahead`. As in bash, a line that is no command is passed over. */
function* parseNext(
  shell: Shell,
  text: string,
  ahead: Ahead,
  isFinal: boolean,
): Sys<List | 'more' | undefined> {
  ahead.text = '';
  try {
    const parser = new Parser(text, (name) => shell.aliases.get(name));
    const list = parser.next();
    const { rest } = parser;
    if (rest === '' && endsInBackslash(text) && !isFinal) return 'more';
    ahead.text = rest;
    if (list) noteCommand(shell, text.slice(0, text.length - rest.length));
    return list;
  } catch (error) {
    if (error instanceof Incomplete && !isFinal) return 'more';
    if (!(error instanceof SyntaxError)) throw error;
    if (!isFinal) ahead.text = text.split('\n').slice(error.line).join('\n');
    shell.lastStatus = yield* syntaxError(shell, error);
    return undefined;
  }
}

function noteCommand(shell: Shell, text: string): void {
  const { namespace, kernel, pid } = shell.process;
  kernel.world.emit('shell.command', {
    machine: namespace.net.name,
    namespace: namespace.id,
    pid,
    line: text.trim(),
  });
}

/**
 * Tells the terminal where a prompt begins (A), where a command's output begins (C) and how it ended (D): OSC 133, as shells do for terminals that
 * know it. The lab's screens take these out of what is shown.
 */
function* mark({ process }: Shell, letter: string): Sys<void> {
  if (process.terminal)
    yield* show(process.terminal.output, `\x1b]133;${letter};pid=${process.pid}\x07`);
}

function endsInBackslash(text: string): boolean {
  return text.endsWith('\\\n') && /(?:^|[^\\])(?:\\\\)*\\\n$/.test(text.slice(-1_000));
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

/** Of `text`, the lines that have been added to `begun`. */
function rememberLines(shell: Shell, begun: string, text: string): void {
  let isContinued = begun !== '';
  for (const line of text.slice(begun.length).split('\n').slice(0, -1)) {
    remember(shell, line, isContinued);
    if (!/^\s*(?:#.*)?$/.test(line)) isContinued = true;
  }
}

function remember(shell: Shell, line: string, isContinued: boolean): void {
  const before = shell.history.at(-1);
  if (isContinued && before !== undefined) {
    // A backslash at the end of a line joins it with the next.
    const whole = before.endsWith('\\') ? before.slice(0, -1) + line : `${before}\n${line}`;
    shell.history[shell.history.length - 1] = whole;
    return;
  }
  if (line.trim() === '' || line.startsWith(' ')) return;
  if (before !== line) shell.history.push(line);
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
