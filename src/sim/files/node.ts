import type { Readable, Writable } from '../kernel/stream.ts';

/** What a regular file holds: text, or so many bytes that nobody will look at (a binary, a disk image). */
export type Content = string | { readonly bytes: number; readonly program?: string };

interface NodeBase {
  /** The file system that may change this node in place; others copy it first. */
  owner: number;
  mode: number;
  uid: number;
  gid: number;
  modifiedAtMs: number;
}

export interface FileNode extends NodeBase {
  readonly type: 'file';
  content: Content;
}

export interface DirectoryNode extends NodeBase {
  readonly type: 'directory';
  readonly children: Map<string, Node>;
}

export interface SymlinkNode extends NodeBase {
  readonly type: 'symlink';
  readonly target: string;
}

/** A character device (`/dev/null`), or a file whose text is made when it is read (`/proc/cpuinfo`). */
export interface DeviceNode extends NodeBase {
  readonly type: 'device';
  readonly read: () => Readable | string;
  readonly write: (() => Writable) | undefined;
}

/** A Unix socket that somebody listens on. What `listener` is belongs to the network room. */
export interface SocketNode extends NodeBase {
  readonly type: 'socket';
  readonly listener: unknown;
}

export type Node = FileNode | DirectoryNode | SymlinkNode | DeviceNode | SocketNode;

/** A directory node that belongs to nobody yet. */
export function directory(mode = 0o755, uid = 0, gid = 0): DirectoryNode {
  return { type: 'directory', owner: 0, mode, uid, gid, modifiedAtMs: 0, children: new Map() };
}

/** A regular file node. */
export function file(content: Content = '', mode = 0o644, uid = 0, gid = 0): FileNode {
  return { type: 'file', owner: 0, mode, uid, gid, modifiedAtMs: 0, content };
}

/** An executable: `program` names it in the kernel's table of programs. */
export function executable(program: string, bytes = 40_000): FileNode {
  return file({ bytes, program }, 0o755);
}

export function symlink(target: string): SymlinkNode {
  return { type: 'symlink', owner: 0, mode: 0o777, uid: 0, gid: 0, modifiedAtMs: 0, target };
}

export function device(
  read: () => Readable | string,
  write?: () => Writable,
  mode = 0o666,
): DeviceNode {
  return { type: 'device', owner: 0, mode, uid: 0, gid: 0, modifiedAtMs: 0, read, write };
}
