import { basename, nullOutput, normalize, source, SystemError } from '../sys.ts';
import type { FileSystem, Node, Process, Readable, User, Writable } from '../sys.ts';

/** The open files of a command. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Descriptors from 3 on. */
  readonly more: ReadonlyMap<number, { readonly reader?: Readable; readonly writer?: Writable }>;
}

/** Whether `user` may do that to a node: `r` 4, `w` 2, `x` 1. */
export function mayAccess(user: User, node: Node, bit: 4 | 2 | 1): boolean {
  if (user.uid === 0) return bit !== 1 || node.type === 'directory' || (node.mode & 0o111) !== 0;
  if (node.uid === user.uid) return ((node.mode >> 6) & bit) !== 0;
  if (node.gid === user.gid) return ((node.mode >> 3) & bit) !== 0;
  return (node.mode & bit) !== 0;
}

/** Opens a file to read. ENOENT, EACCES, EISDIR comes from reading. */
export function openToRead(process: Process, path: string): Readable {
  const { files } = process.namespace;
  const absolute = normalize(path, process.cwd);
  const special = terminalOf(process, absolute);
  if (special) return special.input;
  const node = files.stat(absolute);
  checkFolders(process, absolute);
  if (!mayAccess(process.user, node, 4)) throw new SystemError('EACCES', path);
  if (node.type === 'directory') throw new SystemError('EISDIR', path);
  if (node.type === 'device') {
    const made = node.read();
    return typeof made === 'string' ? source(made) : made;
  }
  return source(files.readFile(absolute));
}

/** Opens a file to write: made if it is not there, emptied unless `isAppending`. */
export function openToWrite(
  process: Process,
  path: string,
  isAppending: boolean,
  umask = 0o022,
): Writable {
  const { files } = process.namespace;
  const absolute = normalize(path, process.cwd);
  const special = terminalOf(process, absolute);
  if (special) return special.output;
  if (path === '') throw new SystemError('ENOENT', path);
  if (path.endsWith('/') && files.lookup(absolute)?.type !== 'directory')
    throw new SystemError('EISDIR', path);
  const node = files.lookup(absolute);
  if (node?.type === 'directory') throw new SystemError('EISDIR', path);
  if (node?.type === 'device') {
    if (!mayAccess(process.user, node, 2)) throw new SystemError('EACCES', path);
    return node.write?.() ?? nullOutput;
  }
  checkFolders(process, absolute);
  if (node ? !mayAccess(process.user, node, 2) : !mayChangeFolder(process, absolute))
    throw new SystemError('EACCES', path);
  const owner = {
    uid: node?.uid ?? process.user.uid,
    gid: node?.gid ?? process.user.gid,
    mode: node?.mode ?? 0o666 & ~umask,
  };
  if (!node || !isAppending) files.writeFile(absolute, '', owner);
  else files.appendFile(absolute, '', owner);
  return fileWriter(files, absolute, owner);
}

function fileWriter(
  files: FileSystem,
  path: string,
  owner: { readonly uid: number; readonly gid: number; readonly mode: number },
): Writable {
  return {
    ...nullOutput,
    put: (text) => {
      files.appendFile(path, text, owner);
      return true;
    },
  };
}

function terminalOf(process: Process, path: string) {
  if (path !== '/dev/tty') return undefined;
  if (!process.terminal) throw new SystemError('ENOENT', path);
  return process.terminal;
}

/** Whether an entry may be made or removed in the folder of `path`. */
export function mayChangeFolder(process: Process, path: string): boolean {
  const folder = process.namespace.files.lookup(normalize('..', path));
  return (
    folder === undefined ||
    (mayAccess(process.user, folder, 2) && mayAccess(process.user, folder, 1))
  );
}

/** EACCES when a folder on the way may not be searched. */
export function checkFolders(process: Process, path: string): void {
  if (process.user.uid === 0) return;
  const parts = normalize(path, process.cwd).split('/').filter(Boolean).slice(0, -1);
  let here = '';
  for (const part of parts) {
    here += `/${part}`;
    const node = process.namespace.files.lookup(here);
    if (node?.type === 'directory' && !mayAccess(process.user, node, 1))
      throw new SystemError('EACCES', path);
  }
}

/** A file's name for messages. */
export function shortName(path: string): string {
  return basename(path);
}
