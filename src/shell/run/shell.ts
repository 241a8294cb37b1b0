import { civil, normalize, SystemError, call } from '../sys.ts';
import type { FileSystem, Namespace, Process, Signal, Sys } from '../sys.ts';
import { ExpansionError, type ExpansionHost } from '../expand/expand.ts';
import { evaluate } from '../expand/arithmetic.ts';
import type { Command } from '../syntax/ast.ts';
import { lookupUser } from '../users.ts';
import { DEFAULT_PATH } from '../exec.ts';
import { ownPid } from '../builtins/jobs.ts';
import { JobTable } from './jobs.ts';
import { processSubstitution, substitute } from './substitute.ts';
import type { Io } from './streams.ts';
import { Variables } from './variables.ts';

/** Whose words the shell speaks: GNU bash, Debian's dash, or busybox's ash. */
export type Dialect = 'bash' | 'dash' | 'ash';

export interface ShellOptions {
  errexit: boolean;
  nounset: boolean;
  xtrace: boolean;
  noglob: boolean;
  noexec: boolean;
  pipefail: boolean;
  verbose: boolean;
  noclobber: boolean;
  allexport: boolean;
}

const OPTION_LETTERS: Readonly<Record<string, keyof ShellOptions>> = {
  e: 'errexit',
  u: 'nounset',
  x: 'xtrace',
  f: 'noglob',
  n: 'noexec',
  v: 'verbose',
  C: 'noclobber',
  a: 'allexport',
};
export { OPTION_LETTERS };

/** Functions that may call one another so deep (bash has no bound and dies; `FUNCNEST` is the text for it). */
export const CALLS_MAX = 100;

const BASH_VERSION = '5.2.21(1)-release';

/** One shell: what it remembers between commands. It runs as one process, which may change (see HeadlessShell). */
export class Shell implements ExpansionHost {
  process: Process;
  readonly dialect: Dialect;
  /** `$0`. */
  name: string;
  variables = new Variables();
  functions = new Map<string, Command>();
  aliases = new Map<string, string>();
  positional: string[] = [];
  readonly options: ShellOptions = {
    errexit: false,
    nounset: false,
    xtrace: false,
    noglob: false,
    noexec: false,
    pipefail: false,
    verbose: false,
    noclobber: false,
    allexport: false,
  };
  jobs = new JobTable();
  /** Command texts by signal name or `EXIT`. */
  traps = new Map<string, string>();
  pendingTraps: string[] = [];
  history: string[] = [];
  umask = 0o022;
  isInteractive = false;
  /** Pipelines are jobs of their own, with a group each: an interactive shell on a terminal. */
  controlsJobs = false;
  isLogin = false;
  lastStatus = 0;
  lastBackgroundPid: number | undefined;
  lastArgument = '';
  pipeStatuses: readonly number[] = [0];
  /** Of the last command substitution: the status of an assignment alone. */
  substitutionStatus = 0;
  line = 0;
  /** Where lines come from, for messages: a script's name, or '' for the shell's own. */
  script = '';
  isInterrupted = false;
  /** In the test of an `if`, the left of an `&&`: `set -e` does not look. */
  guarded = 0;
  loops = 0;
  calls = 0;
  functionNames: string[] = [];
  optionIndex = 1;
  optionOffset = 0;
  folders: string[] = [];
  /** Streams that commands without a redirection use; `exec >file` changes them. */
  io: Io;
  readonly #startedAtMs: number;
  #wakeStopped = new Set<() => void>();
  #processPipes = 0;

  constructor(process: Process, dialect: Dialect, name: string) {
    this.process = process;
    this.dialect = dialect;
    this.name = name;
    this.#startedAtMs = process.kernel.world.nowMs;
    this.io = {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      more: new Map(),
    };
    for (const [key, value] of process.env) if (/^[A-Za-z_]\w*$/.test(key)) this.export(key, value);
    this.#defaults();
  }

  #defaults(): void {
    const { process } = this;
    const preset = (name: string, value: string, isExported: boolean): void => {
      if (this.variables.get(name) === undefined) this.variables.set(name, value);
      if (isExported) this.variables.demand(name).isExported = true;
    };
    preset('PATH', DEFAULT_PATH, true);
    this.export('PWD', process.cwd);
    this.export('SHLVL', String(Number(this.variables.get('SHLVL') ?? 0) + 1 || 1));
    preset('OPTIND', '1', false);
    this.variables.set('IFS', ' \t\n');
    if (this.dialect !== 'bash') return;
    this.variables.set('BASH_VERSION', BASH_VERSION);
    preset('HOSTNAME', process.namespace.hostname, false);
    preset('BASH', '/bin/bash', false);
    preset('OSTYPE', 'linux-gnu', false);
    preset('HOSTTYPE', 'x86_64', false);
  }

  /** A copy that goes its own way: a subshell. */
  fork(process: Process): Shell {
    const copy = new Shell(process, this.dialect, this.name);
    copy.variables = this.variables.clone();
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.positional = [...this.positional];
    Object.assign(copy.options, this.options);
    copy.history = [...this.history];
    copy.umask = this.umask;
    copy.lastStatus = this.lastStatus;
    copy.lastBackgroundPid = this.lastBackgroundPid;
    copy.line = this.line;
    copy.script = this.script;
    copy.loops = this.loops;
    copy.calls = this.calls;
    copy.functionNames = [...this.functionNames];
    copy.folders = [...this.folders];
    copy.isInSubshell = true;
    copy.speaksAsInteractive = this.speaksAsInteractive || this.isInteractive;
    copy.rootProcess = this.rootProcess ?? this.process;
    return copy;
  }

  isInSubshell = false;
  /** Has been told that jobs are stopped; the next end of file leaves. */
  isWarned = false;
  /** Messages without a line number: what is typed at a prompt, and the lab's headless lines. */
  speaksAsInteractive = false;
  rootProcess: Process | undefined;

  get namespace(): Namespace {
    return this.process.namespace;
  }

  get files(): FileSystem {
    return this.process.namespace.files;
  }

  get cwd(): string {
    return this.process.cwd;
  }

  get isGlobbing(): boolean {
    return !this.options.noglob;
  }

  get forbidsUnset(): boolean {
    return this.options.nounset;
  }

  get path(): string {
    return this.variables.get('PATH') ?? '';
  }

  export(name: string, value: string): void {
    this.variables.set(name, value);
    this.variables.demand(name).isExported = true;
  }

  /** `bash: `, `script.sh: line 3: `: what stands before a message. */
  get prefix(): string {
    if (this.isInteractive || this.speaksAsInteractive) return `${this.name}: `;
    if (this.dialect === 'dash') return `${this.script || this.name}: ${this.line}: `;
    if (this.dialect === 'ash' && this.script === '') return `${this.name}: `;
    return `${this.script || this.name}: line ${this.line}: `;
  }

  // ExpansionHost

  get(name: string, index?: string): string | undefined {
    if (index !== undefined) return this.variables.item(name, index);
    return /^[A-Za-z_]/.test(name)
      ? (this.#dynamic(name) ?? this.variables.get(name))
      : this.#special(name);
  }

  #special(name: string): string | undefined {
    switch (name) {
      case '?':
        return String(this.lastStatus);
      case '$':
        return String(ownPid(this.rootProcess ?? this.process));
      case '!':
        return this.lastBackgroundPid === undefined ? '' : String(this.lastBackgroundPid);
      case '#':
        return String(this.positional.length);
      case '@':
      case '*':
        return this.positional.join(' ');
      case '-':
        return this.flags;
      case '0':
        return this.script || this.name;
      default:
        return this.positional[Number(name) - 1];
    }
  }

  get flags(): string {
    let flags = 'hB';
    for (const [letter, option] of Object.entries(OPTION_LETTERS))
      if (this.options[option]) flags = letter + flags;
    if (this.isInteractive) flags += 'imH';
    return flags;
  }

  #dynamic(name: string): string | undefined {
    const { world } = this.process.kernel;
    switch (name) {
      case 'RANDOM':
        return String(world.random('shell/RANDOM').below(32_768));
      case 'SECONDS':
        return String(Math.floor((world.nowMs - this.#startedAtMs) / 1000));
      case 'EPOCHSECONDS':
        return String(Math.floor(world.unixMs / 1000));
      case 'LINENO':
        return String(this.line);
      case 'BASHPID':
        return String(this.process.pid);
      case 'PPID':
        return String(this.process.parent?.pid ?? 0);
      case 'UID':
      case 'EUID':
        return this.dialect === 'bash' ? String(this.process.user.uid) : undefined;
      case 'FUNCNAME':
        return this.functionNames[0];
      case '_':
        return this.lastArgument;
      default:
        return undefined;
    }
  }

  elements(name: string): readonly string[] {
    if (name === '@' || name === '*') return this.positional;
    if (name === 'PIPESTATUS') return this.pipeStatuses.map(String);
    if (name === 'FUNCNAME') return this.functionNames;
    return this.variables.elements(name);
  }

  keys(name: string): readonly string[] {
    return this.variables.keys(name);
  }

  names(prefix: string): readonly string[] {
    return this.variables
      .visible()
      .filter(([name]) => name.startsWith(prefix))
      .map(([name]) => name);
  }

  isAssociative(name: string): boolean {
    return this.variables.find(name)?.isAssociative ?? false;
  }

  set(name: string, index: string | undefined, value: string): void {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new ExpansionError(`$${name}: cannot assign in this way`);
    const found = this.variables.find(name);
    const kept = found?.isInteger
      ? String(
          evaluate(value, {
            get: (n, i) => this.get(n, i) ?? '',
            set: (n, i, v) => this.set(n, i, v),
          }),
        )
      : value;
    this.variables.set(name, kept, index);
    if (this.options.allexport) this.variables.demand(name).isExported = true;
  }

  substitute(text: string): Sys<string> {
    return substitute(this, text);
  }

  processSubstitution(direction: '<' | '>', text: string): Sys<string> {
    return processSubstitution(this, direction, text, 63 - this.#processPipes++);
  }

  home(user: string): string | undefined {
    if (user === '') return this.variables.get('HOME') ?? this.process.user.home;
    if (user === '+') return this.cwd;
    return lookupUser(this.files, user)?.home;
  }

  // Signals

  /** Lets time pass for a command, and stops here when Ctrl-C has been typed. */
  *tick(): Sys<void> {
    yield* call<void>({ name: '', start: ({ done }) => (done(undefined), undefined) });
    if (this.isInterrupted) throw new SystemError('EINTR');
  }

  /** Calls `notify` whenever a child stops. */
  onStopped(notify: () => void): () => void {
    this.#wakeStopped.add(notify);
    return () => void this.#wakeStopped.delete(notify);
  }

  childStopped(): void {
    for (const notify of [...this.#wakeStopped]) notify();
  }

  /** Installs what `trap` says, and what an interactive shell always does. */
  installSignals(): void {
    const { process } = this;
    if (this.controlsJobs) process.trap('SIGCHLD', () => void this.childStopped());
    if (this.isInteractive) {
      for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGTSTP'] as const)
        process.trap(signal, 'ignore');
      process.trap('SIGINT', () => {
        this.isInterrupted = true;
        return 'interrupt';
      });
    }
    for (const signal of this.traps.keys())
      if (signal.startsWith('SIG')) this.installTrap(signal as Signal);
  }

  installTrap(signal: Signal): void {
    const command = this.traps.get(signal);
    if (command === undefined) {
      this.process.trap(signal, undefined);
      if (this.isInteractive) this.installSignals();
    } else if (command === '') this.process.trap(signal, 'ignore');
    else
      this.process.trap(signal, () => {
        this.pendingTraps.push(signal);
        return this.isWaiting ? 'interrupt' : undefined;
      });
  }

  /** In `wait` or `read`, which a trapped signal ends. */
  isWaiting = false;

  /** The virtual wall clock, for prompts and `printf %(…)T`. */
  get clock() {
    return civil(this.process.kernel.world.unixMs);
  }

  /** Changes the folder; ENOENT, ENOTDIR, EACCES. */
  changeFolder(path: string): void {
    const target = normalize(path, this.cwd);
    const node = this.files.stat(target);
    if (node.type !== 'directory') throw new SystemError('ENOTDIR', path);
    const { user } = this.process;
    const bits =
      user.uid === 0
        ? 1
        : node.uid === user.uid
          ? node.mode >> 6
          : node.gid === user.gid
            ? node.mode >> 3
            : node.mode;
    if ((bits & 1) === 0) throw new SystemError('EACCES', path);
    const before = this.cwd;
    this.process.cwd = target;
    this.variables.set('OLDPWD', before);
    this.export('PWD', target);
  }
}
