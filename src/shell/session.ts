import { COOKED } from './sys.ts';
import type {
  Kernel,
  Machine,
  Namespace,
  Process,
  Readable,
  Terminal,
  User,
  Writable,
} from './sys.ts';
import { shellProgram } from './bash.ts';
import { DEFAULT_PATH, loadExecutable } from './exec.ts';
import { runText } from './run/execute.ts';
import { Shell } from './run/shell.ts';
import { runAsProcess } from './run/subshell.ts';
import { lookupUser } from './users.ts';

/** The environment that a login gives. */
export function loginEnvironment(user: User, terminal?: Terminal): Map<string, string> {
  const env = new Map([
    ['HOME', user.home],
    ['LANG', 'C.UTF-8'],
    ['LOGNAME', user.name],
    ['PATH', DEFAULT_PATH],
    ['SHELL', '/bin/bash'],
    ['USER', user.name],
  ]);
  if (terminal) env.set('TERM', 'xterm-256color');
  return env;
}

/** Starts a login shell on a terminal: the one `/etc/passwd` names, else bash. */
export function spawnLogin(machine: Machine, terminal: Terminal, user: User): Process {
  const { namespace, kernel } = machine;
  const home = namespace.files.lookup(user.home)?.type === 'directory' ? user.home : '/';
  const path = lookupUser(namespace.files, user.name)?.shell ?? '/bin/bash';
  terminal.setMode(COOKED);
  return kernel.spawn({
    program: loginProgram(namespace, user, path),
    argv: [`-${path.slice(path.lastIndexOf('/') + 1)}`],
    namespace,
    env: loginEnvironment(user, terminal),
    cwd: home,
    user,
    stdin: terminal.input,
    stdout: terminal.output,
    stderr: terminal.output,
    terminal,
    leadsGroup: true,
  });
}

function loginProgram(namespace: Namespace, user: User, path: string) {
  try {
    return loadExecutable({ namespace, user, cwd: '/' }, path, [path]).program;
  } catch {
    return shellProgram('bash');
  }
}

export interface HeadlessOptions {
  readonly kernel: Kernel;
  readonly namespace: Namespace;
  readonly user: User;
  readonly cwd?: string;
  readonly env?: ReadonlyMap<string, string>;
}

export interface RunOptions {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** With a terminal, its keys send their signals to the command line. */
  readonly terminal?: Terminal | undefined;
}

/**
 * A shell for command lines that come from a scenario: `bash -c` for each, but folder, variables, functions, options and
 * background jobs last from one to the next. Messages are those of a prompt (`bash: foo: command not found`).
 */
export class HeadlessShell {
  readonly #options: HeadlessOptions;
  #shell: Shell | undefined;
  /** The process of the last command line: where it went, the next begins. */
  #last: Process | undefined;
  #cwd: string;
  #env: ReadonlyMap<string, string>;

  constructor(options: HeadlessOptions) {
    this.#options = options;
    this.#cwd = options.cwd ?? options.user.home;
    this.#env = options.env ?? loginEnvironment(options.user);
  }

  get cwd(): string {
    return this.#last?.cwd ?? this.#cwd;
  }

  /** Starts a command line as a process; its exit status is the command's. One at a time. */
  run(commandLine: string, { stdin, stdout, stderr, terminal }: RunOptions): Process {
    const { kernel, namespace, user } = this.#options;
    const process = kernel.spawn({
      argv: ['bash'],
      namespace,
      env: this.#env,
      cwd: this.cwd,
      user,
      stdin,
      stdout,
      stderr,
      terminal,
      leadsGroup: true,
      program: (child) => {
        const shell = this.#shellFor(child);
        return runAsProcess(shell, () => runText(shell, commandLine));
      },
    });
    if (terminal) terminal.foreground = process.group;
    this.#last = process;
    return process;
  }

  /** Forgets everything but the folder it began in: the machine was restarted. */
  reset(): void {
    this.#shell = undefined;
    this.#last = undefined;
    this.#cwd = this.#options.cwd ?? this.#options.user.home;
  }

  #shellFor(process: Process): Shell {
    const shell = this.#shell;
    if (!shell) {
      const made = new Shell(process, 'bash', 'bash');
      made.speaksAsInteractive = true;
      this.#shell = made;
      return made;
    }
    shell.process = process;
    shell.io = {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      more: new Map(),
    };
    shell.isInterrupted = false;
    shell.guarded = 0;
    shell.loops = 0;
    shell.calls = 0;
    shell.installSignals();
    return shell;
  }
}

/** One command line in a shell of its own. */
export function runCommand(
  options: HeadlessOptions & RunOptions & { readonly commandLine: string },
): Process {
  return new HeadlessShell(options).run(options.commandLine, options);
}
