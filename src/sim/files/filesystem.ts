import { SystemError, type Errno } from '../kernel/errors.ts';
import { utf8Length } from '../kernel/stream.ts';
import { directory, file, symlink, type Content, type DirectoryNode, type Node } from './node.ts';
import { normalize } from './path.ts';

/** A tree of files. Trees can share nodes: who changes a node that it does not own copies it first (as overlay2 does). */
export interface Tree {
  readonly id: number;
  root: DirectoryNode;
  /** A container's root becomes so when its mounts have been made. */
  isReadOnly: boolean;
  /** Bytes that may still be written; shared by all trees of a disk. */
  readonly quota: Quota;
}

/** What is left of a disk, in bytes. */
export interface Quota {
  freeBytes: number;
}

/** A tree hung into another one's directory: a volume, a bind mount, a tmpfs. */
export interface Mount {
  /** Where it hangs, normalised. */
  readonly target: string;
  readonly tree: Tree;
  /** The directory (or file) of `tree` that is seen there. */
  readonly source: string;
  readonly isReadOnly: boolean;
  /** `ext4`, `overlay`, `tmpfs`, `proc`, ...: for `mount` and `df`. */
  readonly type: string;
  /** What `mount` shows as the device. */
  readonly device: string;
  /** What it shows in brackets; absent: what is usual for the type. */
  readonly options?: string;
}

let nextTree = 1;

/** A new tree. `base` is shared, not copied: an image's layers under a container's. */
export function makeTree(quota: Quota, base?: DirectoryNode, isReadOnly = false): Tree {
  return { id: nextTree++, root: base ?? directory(), isReadOnly, quota };
}

interface Place {
  readonly tree: Tree;
  /** Path within the tree. */
  readonly path: string;
  readonly isReadOnly: boolean;
}

const LINKS_MAX = 40;

/** A file that grows beyond so many characters is only as long as it is: nobody reads an endless log to its end. */
const TEXT_MAX = 32 * 1024 * 1024;

/** The files that a machine or a container sees: a root tree and what is mounted into it. */
export class FileSystem {
  readonly rootTree: Tree;
  readonly #nowMs: () => number;
  #mounts: Mount[] = [];

  constructor(rootTree: Tree, nowMs: () => number) {
    this.rootTree = rootTree;
    this.#nowMs = nowMs;
  }

  get mounts(): readonly Mount[] {
    return this.#mounts;
  }

  /** Hangs a tree into this one. The deepest target wins; of equal ones the last. */
  mount(mount: Mount): void {
    this.#mounts = [...this.#mounts, { ...mount, target: normalize(mount.target) }];
  }

  unmount(target: string): void {
    const path = normalize(target);
    this.#mounts = this.#mounts.filter((mount) => mount.target !== path);
  }

  /** The node at `path`, links followed (but the last one when `nofollow`), or undefined. */
  lookup(path: string, options: { readonly nofollow?: boolean } = {}): Node | undefined {
    const found = this.#follow(path, options.nofollow ?? false);
    return found.startsWith('/') ? this.#node(found) : undefined;
  }

  /** The node at `path`; ENOENT, ENOTDIR or ELOOP when there is none. */
  stat(path: string, options: { readonly nofollow?: boolean } = {}): Node {
    const node = this.#node(this.realpath(path, options.nofollow));
    if (!node) throw new SystemError('ENOENT', path);
    return node;
  }

  exists(path: string): boolean {
    return this.lookup(path) !== undefined;
  }

  /** `path` with all links followed. Its last part need not exist. */
  realpath(path: string, nofollow = false): string {
    const found = this.#follow(path, nofollow);
    if (!found.startsWith('/')) throw new SystemError(found as Errno, path);
    return found;
  }

  /** The real path, or the errno, which begins with no slash: a file that is not there is an everyday thing, and throwing is slow. */
  #follow(path: string, nofollow: boolean): string {
    let links = 0;
    let done = '';
    // The node at `done`: each step goes down from there.
    let above = this.#node('/');
    let todo = normalize(path).split('/').filter(Boolean);
    while (todo.length > 0) {
      const part = todo.shift() as string;
      if (part === '..') {
        done = done.slice(0, Math.max(0, done.lastIndexOf('/')));
        above = this.#node(done || '/');
        continue;
      }
      const here = `${done}/${part}`;
      const node = this.#below(above, part, here);
      if (node?.type === 'symlink' && !(nofollow && todo.length === 0)) {
        if (++links > LINKS_MAX) return 'ELOOP' satisfies Errno;
        todo = [...node.target.split('/').filter((p) => p !== '' && p !== '.'), ...todo];
        if (node.target.startsWith('/')) {
          done = '';
          above = this.#node('/');
        }
        continue;
      }
      if (!node && todo.length > 0) return 'ENOENT' satisfies Errno;
      if (node && node.type !== 'directory' && todo.length > 0) return 'ENOTDIR' satisfies Errno;
      done = here;
      above = node;
    }
    return done || '/';
  }

  /** The node `part` of a folder; `here` is its whole path. What #node(here) says, without the way from the root. */
  #below(folder: Node | undefined, part: string, here: string): Node | undefined {
    for (const { target } of this.#mounts) if (target === here) return this.#node(here);
    const child = folder?.type === 'directory' ? folder.children.get(part) : undefined;
    return child ?? (this.#isAboveMount(here) ? directory() : undefined);
  }

  /** A file's text. Big binaries read as NUL-free filler of at most 64 KiB. */
  readFile(path: string): string {
    const node = this.stat(path);
    if (node.type === 'directory') throw new SystemError('EISDIR', path);
    if (node.type === 'file') return contentText(node.content);
    if (node.type === 'device') {
      const made = node.read();
      return typeof made === 'string' ? made : (made.take() ?? '');
    }
    throw new SystemError('EINVAL', path);
  }

  /** Makes or replaces a regular file. Its folder must exist. */
  writeFile(path: string, content: Content, attributes: Attributes = {}): void {
    const place = this.#placeToWrite(path);
    const folder = this.#ownFolder(place, path);
    const name = lastPart(place.path);
    const before = folder.children.get(name);
    if (before?.type === 'directory') throw new SystemError('EISDIR', path);
    charge(
      place.tree,
      contentBytes(content) - (before?.type === 'file' ? contentBytes(before.content) : 0),
      path,
    );
    const node = file(
      content,
      attributes.mode ?? before?.mode ?? 0o644,
      attributes.uid ?? before?.uid ?? 0,
      attributes.gid ?? before?.gid ?? 0,
    );
    this.#put(place.tree, folder, name, node);
  }

  appendFile(path: string, text: string, attributes: Attributes = {}): void {
    const there = this.lookup(path);
    if (there?.type !== 'file') return this.writeFile(path, text, attributes);
    const place = this.#placeToWrite(path);
    const folder = this.#ownFolder(place, path);
    const added = utf8Length(text);
    charge(place.tree, added, path);
    const { content } = there;
    const isTooLong = typeof content !== 'string' || content.length + text.length > TEXT_MAX;
    this.#put(place.tree, folder, lastPart(place.path), {
      ...there,
      content: isTooLong ? { bytes: contentBytes(content) + added } : content + text,
    });
  }

  /** Makes a folder; with `parents` also those above it, and no complaint if it is there. */
  mkdir(path: string, options: Attributes & { readonly parents?: boolean } = {}): void {
    if (options.parents) {
      const parts = normalize(path).split('/').filter(Boolean);
      for (let i = 1; i < parts.length; i++) {
        const above = `/${parts.slice(0, i).join('/')}`;
        if (!this.exists(above)) this.mkdir(above, { ...options, parents: false });
      }
      const there = this.lookup(path);
      if (there?.type === 'directory') return;
    }
    this.putNode(path, directory(options.mode ?? 0o755, options.uid ?? 0, options.gid ?? 0));
  }

  symlink(target: string, path: string): void {
    this.putNode(path, symlink(target));
  }

  /** Puts a new node (a socket, a device, a folder) at a path where nothing is: else EEXIST. */
  putNode(path: string, node: Node): void {
    const place = this.#placeToWrite(path, true);
    const folder = this.#ownFolder(place, path);
    const name = lastPart(place.path);
    if (name === '' || folder.children.has(name)) throw new SystemError('EEXIST', path);
    this.#put(place.tree, folder, name, node);
  }

  /** Removes a file, link or empty folder; `recursive`: a folder with all in it. */
  remove(path: string, options: { readonly recursive?: boolean } = {}): void {
    const real = this.realpath(path, true);
    const node = this.#node(real);
    if (!node) throw new SystemError('ENOENT', path);
    if (this.#mounts.some((mount) => mount.target === real)) throw new SystemError('EBUSY', path);
    if (node.type === 'directory' && node.children.size > 0 && !options.recursive)
      throw new SystemError('ENOTEMPTY', path);
    const place = this.#placeToWrite(real, true);
    const folder = this.#ownFolder(place, path);
    folder.children.delete(lastPart(place.path));
    folder.modifiedAtMs = this.#nowMs();
    charge(place.tree, -bytesBelow(node), path);
  }

  /** Moves a node; replaces a file that is there. */
  rename(from: string, to: string): void {
    const node = this.stat(from, { nofollow: true });
    const target = this.lookup(to, { nofollow: true });
    if (target?.type === 'directory' && (node.type !== 'directory' || target.children.size > 0))
      throw new SystemError(node.type === 'directory' ? 'ENOTEMPTY' : 'EISDIR', to);
    if (normalize(to).startsWith(`${normalize(from)}/`)) throw new SystemError('EINVAL', to);
    if (target) this.remove(to);
    this.remove(from, { recursive: true });
    this.putNode(to, node);
  }

  /** Changes mode, owner or time of what is there. */
  setAttributes(path: string, attributes: Attributes & { readonly modifiedAtMs?: number }): void {
    const real = this.realpath(path);
    const place = this.#placeToWrite(real);
    const node = this.#node(real);
    if (!node) throw new SystemError('ENOENT', path);
    const copy: Node =
      node.type === 'directory'
        ? { ...node, children: new Map(node.children), owner: place.tree.id, ...attributes }
        : { ...node, owner: place.tree.id, ...attributes };
    if (place.path === '/') place.tree.root = copy as DirectoryNode;
    else this.#ownFolder(place, path).children.set(lastPart(place.path), copy);
  }

  /** Names in a folder, sorted, mount points included. */
  list(path: string): readonly string[] {
    const node = this.stat(path);
    if (node.type !== 'directory') throw new SystemError('ENOTDIR', path);
    const real = this.realpath(path);
    const names = new Set(node.children.keys());
    for (const { target } of this.#mounts) {
      const prefix = real === '/' ? '/' : `${real}/`;
      if (
        target.startsWith(prefix) &&
        target !== real &&
        !target.slice(prefix.length).includes('/')
      )
        names.add(target.slice(prefix.length));
    }
    return [...names].sort((a, b) => (a < b ? -1 : 1));
  }

  /** The mount that `path` lies in, or undefined for the root tree. */
  mountOf(path: string): Mount | undefined {
    return this.#mountOf(this.realpath(path));
  }

  #mountOf(path: string): Mount | undefined {
    let best: Mount | undefined;
    for (const mount of this.#mounts)
      if (isWithin(path, mount.target) && mount.target.length >= (best?.target.length ?? 0))
        best = mount;
    return best;
  }

  #place(path: string): Place {
    const mount = this.#mountOf(path);
    if (!mount) return { tree: this.rootTree, path, isReadOnly: this.rootTree.isReadOnly };
    const rest = path.slice(mount.target === '/' ? 0 : mount.target.length);
    return {
      tree: mount.tree,
      path: normalize(`${mount.source}/${rest}`),
      isReadOnly: mount.isReadOnly || mount.tree.isReadOnly,
    };
  }

  #node(path: string): Node | undefined {
    const place = this.#place(path);
    let node: Node | undefined = place.tree.root;
    if (place.path === '/') return node;
    for (const part of place.path.slice(1).split('/')) {
      if (node?.type !== 'directory') return this.#isAboveMount(path) ? directory() : undefined;
      node = node.children.get(part);
    }
    return node ?? (this.#isAboveMount(path) ? directory() : undefined);
  }

  #isAboveMount(path: string): boolean {
    for (const { target } of this.#mounts)
      if (target.length > path.length && isWithin(target, path)) return true;
    return false;
  }

  #placeToWrite(path: string, nofollow = false): Place {
    const place = this.#place(this.realpath(path, nofollow));
    if (place.isReadOnly) throw new SystemError('EROFS', path);
    return place;
  }

  /** The folder of a place, every node down to it owned by its tree. */
  #ownFolder(place: Place, path: string): DirectoryNode {
    const { tree } = place;
    if (tree.root.owner !== tree.id)
      tree.root = { ...tree.root, owner: tree.id, children: new Map(tree.root.children) };
    let folder = tree.root;
    for (const part of place.path.split('/').filter(Boolean).slice(0, -1)) {
      const child = folder.children.get(part);
      if (!child) throw new SystemError('ENOENT', path);
      if (child.type !== 'directory') throw new SystemError('ENOTDIR', path);
      const owned =
        child.owner === tree.id
          ? child
          : { ...child, owner: tree.id, children: new Map(child.children) };
      folder.children.set(part, owned);
      folder = owned;
    }
    return folder;
  }

  #put(tree: Tree, folder: DirectoryNode, name: string, node: Node): void {
    node.owner = node.type === 'directory' && node.children.size > 0 ? node.owner : tree.id;
    node.modifiedAtMs = this.#nowMs();
    folder.children.set(name, node);
    folder.modifiedAtMs = node.modifiedAtMs;
  }
}

export interface Attributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A file's content as text. */
export function contentText(content: Content): string {
  return typeof content === 'string'
    ? content
    : '\u007fELF'.padEnd(Math.min(content.bytes, 65_536), '.');
}

/** A file's size in bytes (UTF-8). */
export function contentBytes(content: Content): number {
  return typeof content === 'string' ? utf8Length(content) : content.bytes;
}

/** Bytes of a node and all below it. */
export function bytesBelow(node: Node): number {
  if (node.type === 'file') return contentBytes(node.content);
  if (node.type !== 'directory') return 0;
  let bytes = 0;
  for (const child of node.children.values()) bytes += bytesBelow(child);
  return bytes;
}

function charge(tree: Tree, bytes: number, path: string): void {
  if (bytes > tree.quota.freeBytes) throw new SystemError('ENOSPC', path);
  tree.quota.freeBytes -= bytes;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a path is a folder's own, or below it. */
function isWithin(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false;
  return (
    path.length === folder.length || folder === '/' || path.charCodeAt(folder.length) === SLASH
  );
}

const SLASH = 47;
