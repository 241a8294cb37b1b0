/**
 * `exec`: a start script's process goes on as the program that it was given.
 *
 * Real: execve; what a path means is what the engine and the shell make of it (a program's name, or `#!`).
 */
import {
  normalize,
  write,
  type Process,
  type Program,
  type Signal,
  type Sys,
  type User,
} from '../../sim/index.ts';

export interface Loaded {
  readonly program: Program;
  readonly argv: readonly string[];
}

const INTERPRETERS_MAX = 4;

/** The program of a command line, by `$PATH`. */
export function loadProgram(
  process: Process,
  argv: readonly string[],
  depth = 0,
): Loaded | { readonly error: string; readonly code: number } {
  const name = argv[0] ?? '';
  const path = name.includes('/') ? normalize(name, process.cwd) : search(process, name);
  const node = path === undefined ? undefined : process.namespace.files.lookup(path);
  if (!node || path === undefined) return { error: 'not found', code: 127 };
  if (node.type !== 'file' || (node.mode & 0o111) === 0)
    return { error: 'Permission denied', code: 126 };
  if (typeof node.content !== 'string') {
    const table = process.namespace.extra.get('programs') as
      ReadonlyMap<string, Program> | undefined;
    const program =
      node.content.program === undefined ? undefined : table?.get(node.content.program);
    return program ? { program, argv } : { error: 'Exec format error', code: 126 };
  }
  const interpreter = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*?))?[ \t]*(?:\n|$)/.exec(node.content);
  if (depth >= INTERPRETERS_MAX) return { error: 'Too many levels of symbolic links', code: 126 };
  const words = interpreter
    ? [interpreter[1] as string, ...(interpreter[2] ? [interpreter[2]] : [])]
    : ['/bin/sh'];
  return loadProgram(process, [...words, path, ...argv.slice(1)], depth + 1);
}

function search(process: Process, name: string): string | undefined {
  if (name === '') return undefined;
  const folders = (
    process.env.get('PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  ).split(':');
  return folders
    .map((folder) => normalize(name, folder || process.cwd))
    .find((path) => {
      const node = process.namespace.files.lookup(path);
      return node?.type === 'file' && (node.mode & 0o111) !== 0;
    });
}

/** This very process goes on as `argv`, perhaps as another user. `by` says who could not find it. */
export function* become(
  process: Process,
  argv: readonly string[],
  by: string,
  user?: User,
): Sys<number> {
  if (argv.length === 0) return 0;
  const found = loadProgram(process, argv);
  if ('error' in found) {
    yield* write(process.stderr, `${by}: exec: ${argv[0]}: ${found.error}\n`);
    return found.code;
  }
  (process as { argv: readonly string[] }).argv = found.argv;
  if (user) process.user = user;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] satisfies readonly Signal[])
    process.trap(signal, undefined);
  return yield* found.program(process);
}
