import { COOKED, emptyInput, Pipe, SIGNAL_NUMBERS, SystemError, wait, write } from '../sys.ts';
import type { Process, Readable, Signal, Sys, Terminal } from '../sys.ts';
import { expandText, expandWords, quoteForShell, subscript } from '../expand/expand.ts';
import { findInPath, loadExecutable, type Executable } from '../exec.ts';
import { builtins } from '../builtins/index.ts';
import type { AndOr, Assignment, Command, List, Pipeline, Word } from '../syntax/ast.ts';
import { Parser } from '../syntax/parser.ts';
import { runCompound } from './compound.ts';
import { allocate, fork } from './fork.ts';
import { codeOf, SIGNAL_TEXTS, waitForAll } from './jobs.ts';
import { redirected, RedirectionError } from './redirect.ts';
import { AbandonSignal, ExitSignal, ReturnSignal } from './signals.ts';
import { CALLS_MAX, type Shell } from './shell.ts';
import type { Io } from './streams.ts';
import { isShellError, runAsProcess, syntaxError } from './subshell.ts';
import { spawnSubshell } from './substitute.ts';
import { SyntaxError } from '../syntax/errors.ts';

/** Reads and runs a text line by line, as a shell reads its script. Returns the last status. */
export function* runText(
  shell: Shell,
  text: string,
  options: { readonly mayExec?: boolean } = {},
): Sys<number> {
  const parser = new Parser(
    text,
    shell.isInteractive ? (name) => shell.aliases.get(name) : undefined,
    true,
  );
  let list = yield* nextOrError(shell, parser);
  while (list) {
    // What follows must be known to be nothing, before a process may become its last command.
    const next: List | undefined = options.mayExec ? yield* nextOrError(shell, parser) : undefined;
    shell.lastStatus = yield* runList(shell, list, options.mayExec === true && next === undefined);
    list = options.mayExec ? next : yield* nextOrError(shell, parser);
  }
  return shell.lastStatus;
}

function* nextOrError(shell: Shell, parser: Parser): Sys<List | undefined> {
  try {
    return parser.next();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const status = yield* syntaxError(shell, error);
    if (shell.isInteractive || shell.speaksAsInteractive) throw new AbandonSignal(status);
    throw new ExitSignal(status);
  }
}

/** Runs the pipelines of a list. `mayExec`: the process has nothing to do afterwards and may become the last command. */
export function* runList(shell: Shell, list: List, mayExec = false): Sys<number> {
  for (const [index, item] of list.items.entries()) {
    if (item.isBackground) yield* startBackground(shell, item);
    else
      shell.lastStatus = yield* runAndOr(shell, item, mayExec && index === list.items.length - 1);
    if (shell.pendingTraps.length > 0) yield* runTraps(shell);
  }
  return shell.lastStatus;
}

function* runTraps(shell: Shell): Sys<void> {
  const status = shell.lastStatus;
  for (
    let signal = shell.pendingTraps.shift();
    signal !== undefined;
    signal = shell.pendingTraps.shift()
  ) {
    const command = shell.traps.get(signal);
    if (command) yield* runText(shell, command);
  }
  shell.lastStatus = status;
}

function* runAndOr(shell: Shell, item: AndOr, mayExec: boolean): Sys<number> {
  const isChain = item.rest.length > 0;
  let status = yield* runChecked(shell, item.first, item.source, mayExec && !isChain, isChain);
  for (const [index, { operator, pipeline }] of item.rest.entries()) {
    shell.lastStatus = status;
    if ((operator === '&&') !== (status === 0)) continue;
    const isLast = index === item.rest.length - 1;
    status = yield* runChecked(shell, pipeline, item.source, mayExec && isLast, !isLast);
  }
  return status;
}

/** A pipeline, with the check of `set -e`. */
function* runChecked(
  shell: Shell,
  pipeline: Pipeline,
  source: string,
  mayExec: boolean,
  isGuarded: boolean,
): Sys<number> {
  if (isGuarded || pipeline.isNegated) shell.guarded++;
  let status: number;
  try {
    status = yield* runPipeline(shell, pipeline, source, mayExec);
  } finally {
    if (isGuarded || pipeline.isNegated) shell.guarded--;
  }
  shell.lastStatus = status;
  if (
    status !== 0 &&
    shell.options.errexit &&
    shell.guarded === 0 &&
    !isGuarded &&
    !pipeline.isNegated
  )
    throw new ExitSignal(status);
  return status;
}

function* runPipeline(
  shell: Shell,
  pipeline: Pipeline,
  source: string,
  mayExec: boolean,
): Sys<number> {
  const beginMs = shell.process.kernel.world.nowMs;
  const [only] = pipeline.commands;
  let status = 0;
  if (pipeline.commands.length > 1) status = yield* runPipes(shell, pipeline, source);
  else if (only) {
    status = yield* runCommand(
      shell,
      only,
      source,
      mayExec && !pipeline.isNegated && !pipeline.isTimed,
    );
    shell.pipeStatuses = [status];
  }
  if (pipeline.isTimed) yield* reportTime(shell, shell.process.kernel.world.nowMs - beginMs);
  return pipeline.isNegated ? (status === 0 ? 1 : 0) : status;
}

function* reportTime(shell: Shell, ms: number): Sys<void> {
  const text = (t: number): string =>
    `${Math.floor(t / 60_000)}m${Math.floor((t % 60_000) / 1000)}.${String(t % 1000).padStart(3, '0')}s`;
  yield* write(shell.io.stderr, `\nreal\t${text(ms)}\nuser\t${text(0)}\nsys\t${text(0)}\n`);
}

/** `a | b | c`: each command a process of its own, started at once, with pipes between them. */
function* runPipes(shell: Shell, pipeline: Pipeline, source: string): Sys<number> {
  const processes = startPipes(shell, pipeline, shell.io, shell.controlsJobs);
  const last = yield* waitForeground(shell, processes, source);
  shell.pipeStatuses = processes.map(codeOf);
  if (!shell.options.pipefail || last === 'stopped')
    return last === 'stopped' ? 148 : (shell.pipeStatuses.at(-1) ?? 0);
  return [...shell.pipeStatuses].reverse().find((status) => status !== 0) ?? 0;
}

function startPipes(shell: Shell, pipeline: Pipeline, io: Io, ownGroup: boolean): Process[] {
  const processes: Process[] = [];
  let stdin: Readable = io.stdin;
  const { commands } = pipeline;
  let group: number | undefined;
  commands.forEach((command, index) => {
    const isLast = index === commands.length - 1;
    const pipe = isLast ? undefined : new Pipe();
    const own: Io = {
      ...io,
      stdin,
      stdout: pipe?.writer ?? io.stdout,
      stderr: pipe && pipeline.withErrors[index] ? pipe.writer : io.stderr,
    };
    const child = spawnSubshell(
      shell,
      own,
      ownGroup ? { group, leadsGroup: group === undefined } : {},
      (sub) => runCommand(sub, command, '', true),
    );
    group ??= child.group;
    processes.push(child);
    if (pipe) stdin = pipe.reader;
  });
  return processes;
}

/** Waits for processes in the foreground: they get the terminal, and what ended them is told. */
export function* waitForeground(
  shell: Shell,
  processes: readonly Process[],
  source: string,
): Sys<'ended' | 'stopped'> {
  const { terminal } = shell.process;
  const owns = shell.controlsJobs && terminal !== undefined;
  const group = processes[0]?.group ?? 0;
  if (owns) terminal.foreground = group;
  let how: 'ended' | 'stopped';
  try {
    how = yield* waitForAll(shell, processes);
  } finally {
    if (owns) takeBack(shell, terminal);
  }
  if (how === 'stopped') {
    const job =
      shell.jobs.all.find((one) => one.group === group) ?? shell.jobs.add(processes, source, group);
    job.isReported = true;
    shell.jobs.makeCurrent(job);
    yield* write(
      shell.io.stderr,
      `\n[${job.id}]${shell.jobs.mark(job)}  ${'Stopped'.padEnd(23)} ${job.command}\n`,
    );
    return how;
  }
  yield* tellEnd(shell, processes, source);
  return how;
}

function takeBack(shell: Shell, terminal: Terminal): void {
  terminal.foreground = shell.process.group;
  terminal.setMode(COOKED);
}

function* tellEnd(shell: Shell, processes: readonly Process[], source: string): Sys<void> {
  const last = processes.at(-1);
  const signal = last?.exit?.signal;
  if (signal === undefined) return;
  if (signal === 'SIGINT') {
    if (!shell.controlsJobs) return;
    yield* write(shell.io.stderr, '\n');
    throw new AbandonSignal(130);
  }
  if (signal === 'SIGPIPE') return;
  const text = SIGNAL_TEXTS[signal] ?? signal;
  if (shell.isInteractive) yield* write(shell.io.stderr, `${text}\n`);
  else if (shell.dialect === 'bash' && !shell.speaksAsInteractive)
    yield* write(
      shell.io.stderr,
      `${shell.prefix}${String(last?.pid).padStart(5)} ${text.padEnd(23)} ${source}\n`,
    );
  else yield* write(shell.io.stderr, `${text}\n`);
}

function* startBackground(shell: Shell, item: AndOr): Sys<void> {
  const { terminal } = shell.process;
  const isOnTerminal = shell.controlsJobs && terminal && shell.io.stdin === terminal.input;
  let group = 0;
  const stdin = isOnTerminal
    ? guardedInput(terminal, shell.io.stdin, () => group, shell)
    : shell.controlsJobs
      ? shell.io.stdin
      : emptyInput;
  const io: Io = { ...shell.io, stdin };
  const isPipeline =
    item.rest.length === 0 && item.first.commands.length > 1 && !item.first.isNegated;
  const processes = isPipeline
    ? startPipes(shell, item.first, io, shell.controlsJobs)
    : [
        spawnSubshell(shell, io, { leadsGroup: shell.controlsJobs }, (sub) =>
          runAndOr(sub, item, true),
        ),
      ];
  group = processes[0]?.group ?? 0;
  const job = shell.jobs.add(processes, item.source, group);
  shell.lastBackgroundPid = processes.at(-1)?.pid;
  shell.lastStatus = 0;
  if (shell.controlsJobs)
    yield* write(shell.io.stderr, `[${job.id}] ${shell.lastBackgroundPid ?? ''}\n`);
}

/** The terminal as a background job sees it: reading stops it (SIGTTIN), until it is brought to the foreground. */
function guardedInput(
  terminal: Terminal,
  input: Readable,
  group: () => number,
  shell: Shell,
): Readable {
  return {
    ...input,
    terminal,
    take: (max) => {
      if (terminal.foreground === group()) return input.take(max);
      shell.process.kernel.signalGroup(group(), 'SIGTSTP');
      return undefined;
    },
  };
}

/** Runs one command, with its redirections. */
export function* runCommand(
  shell: Shell,
  command: Command,
  source: string,
  mayExec = false,
): Sys<number> {
  yield* shell.tick();
  if (command.kind === 'function') {
    shell.functions.set(command.name, command.body);
    return 0;
  }
  if (shell.script !== '' || !shell.speaksAsInteractive) shell.line = command.line;
  try {
    if (command.kind === 'simple') return yield* runSimple(shell, command, source, mayExec);
    if (command.redirections.length === 0) return yield* runCompound(shell, command, source);
    return yield* withIo(shell, yield* redirected(shell, command.redirections), () =>
      runCompound(shell, command, source),
    );
  } catch (error) {
    if (error instanceof RedirectionError) {
      yield* write(shell.io.stderr, `${shell.prefix}${error.message}\n`);
      return 1;
    }
    if (!isShellError(error) || shell.isInSubshell) throw error;
    yield* write(shell.io.stderr, `${shell.prefix}${error.message}\n`);
    if (shell.isInteractive || shell.speaksAsInteractive) throw new AbandonSignal(1);
    throw new ExitSignal(shell.dialect === 'bash' && error.name === 'ExpansionError' ? 127 : 1);
  }
}

/** Runs `body` with other open files. */
export function* withIo(shell: Shell, io: Io, body: () => Sys<number>): Sys<number> {
  const before = shell.io;
  shell.io = io;
  try {
    return yield* body();
  } finally {
    shell.io = before;
  }
}

type Simple = Extract<Command, { readonly kind: 'simple' }>;

function* runSimple(shell: Shell, command: Simple, source: string, mayExec: boolean): Sys<number> {
  shell.substitutionStatus = 0;
  const argv = yield* expandArguments(shell, command.words);
  const [name] = argv;
  if (name === undefined) {
    if (command.redirections.length > 0) yield* redirected(shell, command.redirections);
    for (const assignment of command.assignments) yield* assign(shell, assignment);
    return shell.substitutionStatus;
  }
  if (shell.options.xtrace) yield* trace(shell, argv);
  if (name === 'exec') return yield* runExec(shell, command, argv);
  const io =
    command.redirections.length === 0 ? shell.io : yield* redirected(shell, command.redirections);
  shell.lastArgument = argv.at(-1) ?? '';
  const isFunction = shell.functions.has(name);
  const builtin = isFunction ? undefined : builtins.get(name);
  if (!isFunction && !builtin)
    return yield* runExternal(shell, command, argv, io, { source, mayExec });
  return yield* withIo(shell, io, () =>
    withAssignments(shell, command.assignments, () =>
      isFunction
        ? callFunction(shell, argv)
        : (builtin as NonNullable<typeof builtin>)(shell, argv),
    ),
  );
}

const DECLARATIONS: ReadonlySet<string> = new Set([
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
]);

function* expandArguments(shell: Shell, words: readonly Word[]): Sys<string[]> {
  const [first] = words;
  if (!first || !DECLARATIONS.has(first.source)) return yield* expandWords(shell, words);
  const argv: string[] = [first.source];
  for (const word of words.slice(1))
    if (/^[A-Za-z_]\w*\+?=/.test(word.source))
      argv.push(yield* expandText(shell, word, { isAssignment: true }));
    else argv.push(...(yield* expandWords(shell, [word])));
  return argv;
}

/** `name=value`, `name+=value`, `name[i]=value`, `name=(…)`. */
export function* assign(shell: Shell, assignment: Assignment): Sys<void> {
  const { name, isAppend } = assignment;
  if ('parts' in assignment.value) {
    const index =
      assignment.index && subscript(shell, name, yield* expandText(shell, assignment.index));
    const value = yield* expandText(shell, assignment.value, { isAssignment: true });
    const before = isAppend ? (shell.get(name, index) ?? '') : '';
    yield* allocate(before.length + value.length, shell.get(name, index)?.length ?? 0);
    const isSum = isAppend && shell.variables.find(name)?.isInteger;
    shell.set(name, index, isSum ? `${before || 0}+(${value})` : before + value);
    if (shell.options.xtrace) yield* write(shell.io.stderr, `+ ${name}=${quoteForShell(value)}\n`);
    return;
  }
  const found = shell.variables.find(name);
  const items = new Map(
    isAppend
      ? shell.variables
          .keys(name)
          .map((key) => [key, shell.variables.item(name, key) ?? ''] as const)
      : [],
  );
  let next = isAppend ? Math.max(-1, ...[...items.keys()].map((key) => Number(key) || 0)) + 1 : 0;
  for (const word of assignment.value) {
    const keyed = /^\[([^\]]+)\]=/.exec(word.source);
    if (keyed) {
      const value = (yield* expandText(shell, word, { isAssignment: true })).slice(keyed[0].length);
      const key = (keyed[1] as string).replace(/^["'](.*)["']$/, '$1');
      items.set(found?.isAssociative ? key : subscript(shell, name, key), value);
      if (!found?.isAssociative) next = Number(subscript(shell, name, key)) + 1;
    } else for (const value of yield* expandWords(shell, [word])) items.set(String(next++), value);
  }
  shell.variables.setItems(name, items);
}

/** Assignments before a builtin or a function hold while it runs. */
function* withAssignments(
  shell: Shell,
  assignments: readonly Assignment[],
  body: () => Sys<number>,
): Sys<number> {
  if (assignments.length === 0) return yield* body();
  const before = assignments
    .map(({ name }) => [name, shell.variables.find(name)] as const)
    .map(([name, one]) => [name, one && { ...one }] as const);
  for (const assignment of assignments) {
    yield* assign(shell, assignment);
    shell.variables.demand(assignment.name).isExported = true;
  }
  try {
    return yield* body();
  } finally {
    for (const [name, one] of before)
      if (one) Object.assign(shell.variables.demand(name), one);
      else shell.variables.unset(name);
  }
}

function* trace(shell: Shell, argv: readonly string[]): Sys<void> {
  yield* write(shell.io.stderr, `+ ${argv.map(quoteForShell).join(' ')}\n`);
}

export function* callFunction(shell: Shell, argv: readonly string[]): Sys<number> {
  const [name = '', ...args] = argv;
  if (shell.calls >= CALLS_MAX) {
    yield* write(
      shell.io.stderr,
      `${shell.prefix}${name}: maximum function nesting level exceeded (${CALLS_MAX})\n`,
    );
    throw shell.isInteractive || shell.speaksAsInteractive
      ? new AbandonSignal(1)
      : new ExitSignal(1);
  }
  const body = shell.functions.get(name) as Command;
  const { positional, loops } = shell;
  shell.positional = args;
  shell.loops = 0;
  shell.calls++;
  shell.functionNames.unshift(name);
  shell.variables.pushScope();
  try {
    return yield* runCommand(shell, body, name);
  } catch (error) {
    if (error instanceof ReturnSignal) return error.status;
    throw error;
  } finally {
    shell.variables.popScope();
    shell.functionNames.shift();
    shell.calls--;
    shell.loops = loops;
    shell.positional = positional;
  }
}

function* environmentFor(
  shell: Shell,
  assignments: readonly Assignment[],
): Sys<Map<string, string>> {
  const env = shell.variables.environment();
  for (const { name, value, isAppend } of assignments)
    if ('parts' in value)
      env.set(
        name,
        (isAppend ? (env.get(name) ?? '') : '') +
          (yield* expandText(shell, value, { isAssignment: true })),
      );
  return env;
}

interface How {
  readonly source: string;
  readonly mayExec: boolean;
}

function* runExternal(
  shell: Shell,
  command: Simple,
  argv: readonly string[],
  io: Io,
  how: How,
): Sys<number> {
  const env = yield* environmentFor(shell, command.assignments);
  const found = yield* resolve(shell, argv, env.get('PATH') ?? '', io);
  if (typeof found === 'number') return found;
  if (how.mayExec && shell.traps.size === 0) return yield* become(shell, found, env, io);
  const { process } = shell;
  env.set('_', found.path);
  const child = fork(shell, {
    program: found.program,
    argv: found.argv,
    namespace: process.namespace,
    env,
    cwd: process.cwd,
    user: process.user,
    stdin: io.stdin,
    stdout: io.stdout,
    stderr: io.stderr,
    parent: process,
    leadsGroup: shell.controlsJobs,
  });
  if (!shell.controlsJobs) {
    yield* wait(child);
    yield* tellEnd(shell, [child], how.source || argv.join(' '));
    return codeOf(child);
  }
  const ended = yield* waitForeground(shell, [child], how.source || argv.join(' '));
  return ended === 'stopped' ? 148 : codeOf(child);
}

/** The program of a command, or the status with which it cannot be run. */
function* resolve(
  shell: Shell,
  argv: readonly string[],
  path: string,
  io: Io,
): Sys<Executable | number> {
  const [name = ''] = argv;
  const file = findInPath(shell.process, name, path);
  if (file === undefined) return yield* notFound(shell, name, io);
  try {
    return loadExecutable(shell.process, file, argv);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* cannotRun(shell, argv, file, error, io);
  }
}

function* notFound(shell: Shell, name: string, io: Io): Sys<number> {
  const text = shell.dialect === 'bash' ? 'command not found' : 'not found';
  yield* write(io.stderr, `${shell.prefix}${name}: ${text}\n`);
  return 127;
}

function* cannotRun(
  shell: Shell,
  argv: readonly string[],
  file: string,
  error: SystemError,
  io: Io,
): Sys<number | Executable> {
  const node = shell.files.lookup(file.startsWith('/') ? file : `${shell.cwd}/${file}`);
  if (error.code === 'ENOEXEC' && node?.type === 'file' && typeof node.content === 'string') {
    // A text without `#!` is run by the shell itself.
    const { content } = node;
    return {
      path: file,
      argv,
      program: (process) => {
        const sub = new (
          shell.constructor as new (
            process: Process,
            dialect: Shell['dialect'],
            name: string,
          ) => Shell
        )(process, shell.dialect, shell.name);
        sub.script = argv[0] ?? '';
        sub.positional = argv.slice(1);
        return runAsProcess(sub, () => runText(sub, content));
      },
    };
  }
  const shown = argv[0] ?? '';
  const isScript =
    node?.type === 'file' && typeof node.content === 'string' && error.code === 'ENOENT';
  const text =
    node?.type === 'directory'
      ? 'Is a directory'
      : error.code === 'ENOEXEC'
        ? 'cannot execute binary file: Exec format error'
        : isScript
          ? 'cannot execute: required file not found'
          : error.text;
  const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
  const shownText = shell.dialect !== 'bash' && isMissing ? 'not found' : text;
  yield* write(io.stderr, `${shell.prefix}${shown}: ${shownText}\n`);
  return isMissing ? 127 : 126;
}

/** `exec`: this very process goes on as the program. */
export function* become(
  shell: Shell,
  found: Executable,
  env: ReadonlyMap<string, string>,
  io: Io,
): Sys<number> {
  const { process } = shell;
  (process as { argv: readonly string[] }).argv = found.argv;
  process.env.clear();
  for (const [name, value] of env) process.env.set(name, value);
  process.stdin = io.stdin;
  process.stdout = io.stdout;
  process.stderr = io.stderr;
  for (const signal of Object.keys(SIGNAL_NUMBERS) as Signal[])
    if (shell.traps.get(signal) !== '') process.trap(signal, undefined);
  shell.traps.clear();
  throw new ExitSignal(yield* found.program(process));
}

function* runExec(shell: Shell, command: Simple, argv: readonly string[]): Sys<number> {
  const io = yield* redirected(shell, command.redirections);
  const rest = argv[1] === '-a' ? argv.slice(3) : argv.slice(argv[1] === '--' ? 2 : 1);
  if (rest.length === 0) {
    shell.io = io;
    return 0;
  }
  const env = yield* environmentFor(shell, command.assignments);
  const found = yield* resolve(shell, rest, env.get('PATH') ?? '', io);
  if (typeof found === 'number') {
    if (shell.isInteractive || shell.speaksAsInteractive) return found;
    throw new ExitSignal(found);
  }
  return yield* become(shell, found, env, io);
}
