/**
 * The shell: a bash that runs as a process of a machine or a container, and the Unix tools.
 *
 * - `shellPrograms`: every program by the name that executable files carry (`executable('grep')`). Put the map of all programs into
 *   `namespace.extra` under `PROGRAMS`, so that shells find them by `$PATH`.
 * - `spawnLogin`: a login shell on a terminal. `HeadlessShell`, `runCommand`: command lines without a prompt.
 * - `findInPath`, `loadExecutable`: what a name or path runs (`docker exec`, `docker run`).
 * - `installTools`, `toolNames`: the files of a machine that has these tools.
 * - `COMPLETERS`: where completers of commands' arguments hang in `namespace.extra`.
 */
export { DEFAULT_PATH, PROGRAMS, findInPath, isExecutable, loadExecutable, programsOf, type Executable } from './exec.ts'
export { COMPLETERS, type CommandCompleter } from './complete.ts'
export { HeadlessShell, loginEnvironment, runCommand, spawnLogin, type HeadlessOptions, type RunOptions } from './session.ts'
export { shellPrograms } from './tools/index.ts'
export { EDITOR, type EditorHook } from './tools/editor.ts'
export { PACKAGES, type PackageIndex } from './tools/apt.ts'
export { installTools, type InstallOptions } from './install.ts'
export { groupName, lookupUser, userName } from './users.ts'
export { visibleProcesses, ownPid, type VisibleProcess } from './builtins/jobs.ts'
