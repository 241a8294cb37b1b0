import { device, Pipe, read, SystemError, wait } from '../sys.ts';
import type { Process, Sys } from '../sys.ts';
import { parseAll } from '../syntax/parser.ts';
import { codeOf } from './jobs.ts';
import { runList } from './execute.ts';
import { fork } from './fork.ts';
import type { Io } from './streams.ts';
import type { Shell } from './shell.ts';
import { runAsProcess } from './subshell.ts';

/** What a command substitution may give, in characters. */
const OUTPUT_MAX = 16 * 1024 * 1024;

/** `$( … )`: the output of a subshell. */
export function* substitute(shell: Shell, text: string): Sys<string> {
  const list = parseAll(text);
  const pipe = new Pipe();
  const child = spawnSubshell(shell, { ...shell.io, stdout: pipe.writer }, {}, (sub) =>
    runList(sub, list, true),
  );
  let output = '';
  pipe.reader.retain();
  try {
    for (;;) {
      const piece = yield* read(pipe.reader);
      if (piece === '') break;
      output += piece;
      if (output.length > OUTPUT_MAX) throw new SystemError('ENOMEM');
    }
  } finally {
    pipe.reader.release();
  }
  yield* wait(child);
  shell.substitutionStatus = codeOf(child);
  shell.lastStatus = shell.substitutionStatus;
  return output;
}

/** `<( … )`: a file whose content is a subshell's output. */

export function* processSubstitution(
  shell: Shell,
  direction: '<' | '>',
  text: string,
  fd: number,
): Sys<string> {
  const list = parseAll(text);
  const pipe = new Pipe();
  const path = `/dev/fd/${fd}`;
  shell.files.mkdir('/dev/fd', { parents: true });
  if (shell.files.exists(path)) shell.files.remove(path);
  const io: Io =
    direction === '<' ? { ...shell.io, stdout: pipe.writer } : { ...shell.io, stdin: pipe.reader };
  spawnSubshell(shell, io, {}, (sub) => runList(sub, list, true));
  shell.files.putNode(
    path,
    device(
      () => pipe.reader,
      () => pipe.writer,
    ),
  );
  return path;
}

/** Starts a copy of the shell as a process of its own. */
export function spawnSubshell(
  shell: Shell,
  io: Io,
  options: { readonly group?: number | undefined; readonly leadsGroup?: boolean },
  body: (sub: Shell) => Sys<number>,
): Process {
  const { process } = shell;
  return fork(shell, {
    argv: process.argv,
    namespace: process.namespace,
    env: process.env,
    cwd: process.cwd,
    user: process.user,
    stdin: io.stdin,
    stdout: io.stdout,
    stderr: io.stderr,
    parent: process,
    ...options,
    program: (child) => {
      const sub = shell.fork(child);
      sub.io = { ...io, more: io.more };
      return runAsProcess(sub, () => body(sub));
    },
  });
}
