import { normalize, SystemError } from './sys.ts';
import type { Namespace, Process, Program, User } from './sys.ts';
import { checkFolders, mayAccess } from './run/streams.ts';

/**
 * Finding and starting executables.
 *
 * An executable is a file whose content names a program; the table from names to programs hangs in
 * `namespace.extra` under `PROGRAMS`, as a `ReadonlyMap<string, Program>`. Whoever makes a namespace (a machine, a container) puts it there.
 */
export const PROGRAMS = 'programs';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Programs that read a script handed to them by `#!` may be nested so deep (Linux: 4). */
const INTERPRETERS_MAX = 4;

/** The table of programs of a namespace. */
export function programsOf(namespace: Namespace): ReadonlyMap<string, Program> {
  return (namespace.extra.get(PROGRAMS) as ReadonlyMap<string, Program> | undefined) ?? new Map();
}

/** What running a path means: a program, and the arguments that it gets instead of the first. */
export interface Executable {
  readonly path: string;
  readonly program: Program;
  readonly argv: readonly string[];
}

/** Who asks: a process, or somebody who is about to make one. */
export interface Asker {
  readonly namespace: Namespace;
  readonly cwd: string;
  readonly user: User;
}

/** The file that a command's name stands for by `$PATH`, or the name itself when it has a slash. Undefined when there is none. */
export function findInPath(asker: Asker, name: string, path: string): string | undefined {
  if (name.includes('/')) return name;
  if (name === '') return undefined;
  let forbidden: string | undefined;
  for (const folder of path.split(':')) {
    const candidate = normalize(name, normalize(folder || '.', asker.cwd));
    const node = asker.namespace.files.lookup(candidate);
    if (!node || node.type === 'directory') continue;
    if (mayAccess(asker.user, node, 1)) return candidate;
    forbidden ??= candidate;
  }
  return forbidden;
}

/** All files of that name on `$PATH`, for `which -a` and `type -a`. */
export function findAllInPath(asker: Asker, name: string, path: string): string[] {
  return path
    .split(':')
    .map((folder) => normalize(name, normalize(folder || '.', asker.cwd)))
    .filter(
      (candidate) =>
        findInPath(asker, candidate, '') !== undefined && isExecutable(asker, candidate),
    );
}

export function isExecutable(asker: Asker, path: string): boolean {
  const node = asker.namespace.files.lookup(normalize(path, asker.cwd));
  return node !== undefined && node.type !== 'directory' && mayAccess(asker.user, node, 1);
}

/** Makes a path runnable. ENOENT, EACCES, ENOEXEC (a file that is neither a program nor begins with `#!`). */
export function loadExecutable(
  asker: Asker,
  path: string,
  argv: readonly string[],
  depth = 0,
): Executable {
  const { files } = asker.namespace;
  const absolute = normalize(path, asker.cwd);
  const node = files.stat(absolute);
  checkFolders(asker as Process, absolute);
  if (node.type !== 'file' || !mayAccess(asker.user, node, 1))
    throw new SystemError('EACCES', path);
  if (typeof node.content !== 'string') {
    const program =
      node.content.program === undefined
        ? undefined
        : programsOf(asker.namespace).get(node.content.program);
    if (!program) throw new SystemError('ENOEXEC', path);
    return { path: absolute, program, argv };
  }
  const interpreter = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*?))?[ \t\r]*(?:\n|$)/.exec(node.content);
  if (!interpreter) throw new SystemError('ENOEXEC', path);
  if (depth >= INTERPRETERS_MAX) throw new SystemError('ELOOP', path);
  const [, name = '', argument] = interpreter;
  const rest = [
    ...(argument === undefined || argument === '' ? [] : [argument]),
    path,
    ...argv.slice(1),
  ];
  return loadExecutable(asker, name, [name, ...rest], depth + 1);
}
