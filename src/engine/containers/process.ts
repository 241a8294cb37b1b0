/**
 * From a command line to a process: the executable by $PATH in the container's files, its user, its environment, and runc's sentences when it cannot be.
 *
 * Real: runc libcontainer/{init_linux,standard_init_linux}.go, moby daemon/oci_linux.go, daemon/errors.go (translateContainerdStartErr).
 */
import {
  join,
  normalize,
  ROOT,
  SystemError,
  type FileNode,
  type FileSystem,
  type Program,
  type User,
} from '../../sim/index.ts';
import { badRequest, internal, type EngineError } from '../errors.ts';
import type { Traits } from '../versions.ts';

export interface Resolved {
  readonly program: Program;
  /** With an interpreter in front when the file is a script. */
  readonly argv: readonly string[];
}

export type NotStarted = { readonly error: string; readonly exitCode: 126 | 127 | 128 };

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const SCRIPTS_MAX = 4;

export interface CommandLine {
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
}

/** Finds what to run; the error is what follows `unable to start container process: `. */
export function resolveProgram(
  files: FileSystem,
  programs: ReadonlyMap<string, Program>,
  line: CommandLine,
): Resolved | NotStarted {
  const name = line.argv[0] ?? '';
  const found = name.includes('/')
    ? normalize(name, line.cwd)
    : search(files, line.env.get('PATH') ?? DEFAULT_PATH, name);
  if (found === undefined)
    return { error: `exec: "${name}": executable file not found in $PATH`, exitCode: 127 };
  return load(files, programs, { path: found, asked: name, argv: line.argv, depth: 0 });
}

interface Loading {
  readonly path: string;
  readonly asked: string;
  readonly argv: readonly string[];
  readonly depth: number;
}

function load(
  files: FileSystem,
  programs: ReadonlyMap<string, Program>,
  loading: Loading,
): Resolved | NotStarted {
  const { path, asked, argv } = loading;
  const node = files.lookup(path);
  if (!node)
    return { error: `exec: "${asked}": stat ${path}: no such file or directory`, exitCode: 127 };
  if (node.type === 'directory')
    return { error: `exec: "${asked}": is a directory`, exitCode: 126 };
  if (node.type !== 'file' || (node.mode & 0o111) === 0)
    return { error: `exec: "${asked}": permission denied`, exitCode: 126 };
  const script = interpreterOf(node);
  if (script) {
    if (loading.depth >= SCRIPTS_MAX)
      return { error: `exec ${path}: too many levels of symbolic links`, exitCode: 128 };
    if (!files.exists(script[0] as string))
      return { error: `exec ${path}: no such file or directory`, exitCode: 127 };
    return load(files, programs, {
      path: script[0] as string,
      asked: script[0] as string,
      argv: [...script, path, ...argv.slice(1)],
      depth: loading.depth + 1,
    });
  }
  const program = programNamed(node, programs);
  return program ? { program, argv } : { error: `exec ${path}: exec format error`, exitCode: 128 };
}

function programNamed(node: FileNode, programs: ReadonlyMap<string, Program>): Program | undefined {
  return typeof node.content === 'object' && node.content.program !== undefined
    ? programs.get(node.content.program)
    : undefined;
}

/** `#!/bin/sh -e` as its words. */
function interpreterOf(node: FileNode): readonly string[] | undefined {
  if (typeof node.content !== 'string' || !node.content.startsWith('#!')) return undefined;
  const line = node.content
    .slice(2, node.content.indexOf('\n') < 0 ? undefined : node.content.indexOf('\n'))
    .trim();
  const space = line.search(/\s/);
  return space < 0 ? [line] : [line.slice(0, space), line.slice(space).trim()];
}

function search(files: FileSystem, path: string, name: string): string | undefined {
  if (name === '') return undefined;
  for (const folder of path.split(':')) {
    const candidate = join(folder, name);
    const node = files.lookup(candidate);
    if (node?.type === 'file' && (node.mode & 0o111) !== 0) return candidate;
  }
  return undefined;
}

/** runc's whole sentence around a failed start. */
export function startError(failure: NotStarted, traits: Traits): EngineError {
  const parts = [
    traits.hasTaskPrefix ? 'failed to create task for container: ' : '',
    'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ',
    traits.hasInitPrefix ? 'error during container init: ' : '',
  ];
  return badRequest(`${parts.join('')}${failure.error}: unknown`);
}

export function execError(failure: NotStarted): string {
  return `OCI runtime exec failed: exec failed: unable to start container process: ${failure.error}: unknown`;
}

/** Whom `User` of a container names, by the container's own /etc/passwd and /etc/group. */
export function resolveUser(files: FileSystem, text: string): User {
  const [userPart = '', groupPart] = text.split(':');
  const passwd = table(files, '/etc/passwd');
  if (userPart === '') return rootOf(passwd);
  const row =
    passwd.find((one) => one[0] === userPart) ?? passwd.find((one) => one[2] === userPart);
  if (!row && !/^\d+$/.test(userPart))
    throw internal(`unable to find user ${userPart}: no matching entries in passwd file`);
  const groups = table(files, '/etc/group');
  const uid = Number(row?.[2] ?? userPart);
  const name = row?.[0] ?? userPart;
  const member = groups
    .filter((one) => one[3]?.split(',').includes(name))
    .map((one) => one[0] as string);
  return {
    name,
    uid,
    gid: groupPart === undefined ? Number(row?.[3] ?? 0) : groupID(groups, groupPart),
    home: row?.[5] ?? '/',
    groups: member,
  };
}

function rootOf(passwd: readonly (readonly string[])[]): User {
  const row = passwd.find((one) => one[2] === '0');
  return row ? { ...ROOT, home: row[5] ?? '/root' } : ROOT;
}

function groupID(groups: readonly (readonly string[])[], text: string): number {
  const row = groups.find((one) => one[0] === text);
  if (row) return Number(row[2]);
  if (/^\d+$/.test(text)) return Number(text);
  throw internal(`unable to find group ${text}: no matching entries in group file`);
}

function table(files: FileSystem, path: string): readonly (readonly string[])[] {
  if (files.lookup(path)?.type !== 'file') return [];
  return files
    .readFile(path)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

export interface EnvironmentOptions {
  readonly hostname: string;
  readonly isTty: boolean;
  /** `A=1`; `A` alone is taken out. */
  readonly configured: readonly string[];
  readonly linked: readonly string[];
  readonly home: string;
}

/** The environment of PID 1, in Docker's order. */
export function environment(options: EnvironmentOptions): ReadonlyMap<string, string> {
  const env = new Map<string, string>([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', options.hostname],
  ]);
  if (options.isTty) env.set('TERM', 'xterm');
  for (const entry of [...options.linked, ...options.configured]) {
    const equals = entry.indexOf('=');
    if (equals < 0) env.delete(entry);
    else env.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  if (!env.has('HOME')) env.set('HOME', options.home);
  return env;
}

/** Makes the working directory, as runc does when it is not there. */
export function ensureDirectory(files: FileSystem, path: string): void {
  try {
    files.mkdir(path, { parents: true });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw internal(
      `OCI runtime create failed: runc create failed: unable to start container process: error during container init: mkdir ${path}: ${error.text.toLowerCase()}: unknown`,
    );
  }
}
