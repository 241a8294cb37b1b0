/**
 * The shell: a bash that runs as a process of a machine or a container, and the Unix tools.
 *
 * - `loginShells`: bash, dash and ash. The tools come by the second door, `rest.ts`, which may be loaded later; their names are `toolNames`. Put the
 *   map of all programs into `namespace.extra` under `PROGRAMS`, so that shells find them by `$PATH`.
 * - `spawnLogin`: a login shell on a terminal. `HeadlessShell`, `runCommand`: command lines without a prompt.
 * - `findInPath`, `loadExecutable`: what a name or path runs (`docker exec`, `docker run`).
 * - `installTools`, `toolNames`: the files of a machine that has these tools.
 * - `COMPLETERS`: where completers of commands' arguments hang in `namespace.extra`.
 */
export {
  DEFAULT_PATH,
  PROGRAMS,
  findInPath,
  isExecutable,
  loadExecutable,
  programsOf,
  type Executable,
} from './exec.ts';
export { COMPLETERS, type CommandCompleter } from './complete.ts';
export {
  HeadlessShell,
  loginEnvironment,
  runCommand,
  spawnLogin,
  type HeadlessOptions,
  type RunOptions,
} from './session.ts';
export { loginShells } from './bash.ts';
export { toolNames } from './tools/toolnames.ts';
export { installTools, type InstallOptions } from './install.ts';
export { groupName, lookupUser, userName } from './users.ts';
export { visibleProcesses, ownPid, type VisibleProcess } from './builtins/jobs.ts';
