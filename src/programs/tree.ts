/**
 * Builds the files of an image: a tree that is made once and shared, copied on write, by all its containers.
 *
 * Left out: libraries, manuals, package databases; binaries are executables of so many bytes that nobody reads.
 */
import {
  directory,
  executable,
  file,
  symlink,
  type DirectoryNode,
  type Node,
} from '../sim/index.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly mode?: number;
}

export class TreeBuilder {
  readonly root: DirectoryNode = directory();

  /** A file of text, or any other node. Folders above it are made. */
  put(path: string, content: string | Node, mode = 0o644): this {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    this.folder(path.slice(0, slash) || '/').children.set(
      name,
      typeof content === 'string' ? file(content, mode) : content,
    );
    return this;
  }

  /** More lines for a file of text. */
  append(path: string, text: string): this {
    const node = this.folder(path.slice(0, path.lastIndexOf('/')) || '/').children.get(
      path.slice(path.lastIndexOf('/') + 1),
    );
    return this.put(
      path,
      (node?.type === 'file' && typeof node.content === 'string' ? node.content : '') + text,
    );
  }

  /** A folder, made if it is not there. Links on the way are followed. */
  folder(path: string, owner?: Owner): DirectoryNode {
    let here = this.root;
    for (const part of path.split('/').filter(Boolean)) here = this.#child(here, part);
    if (owner)
      Object.assign(here, { uid: owner.uid, gid: owner.gid, mode: owner.mode ?? here.mode });
    return here;
  }

  folders(...paths: readonly string[]): this {
    for (const path of paths) this.folder(path);
    return this;
  }

  link(path: string, target: string): this {
    return this.put(path, symlink(target));
  }

  /** Executables in a folder; `name=program` where the program's name is another. */
  tools(folder: string, names: string, bytes = 60_000): this {
    for (const entry of names.split(/\s+/).filter(Boolean)) {
      const [name = '', program = name] = entry.split('=');
      this.put(`${folder}/${name}`, executable(program, bytes + name.length * 1_237));
    }
    return this;
  }

  #child(above: DirectoryNode, part: string): DirectoryNode {
    const there = above.children.get(part);
    if (there?.type === 'directory') return there;
    if (there?.type === 'symlink') return this.folder(there.target);
    const made = directory();
    above.children.set(part, made);
    return made;
  }
}

/** Gives every node below the time at which the image was built. */
export function stamp(node: Node, atMs: number): void {
  node.modifiedAtMs = atMs;
  if (node.type === 'directory') for (const child of node.children.values()) stamp(child, atMs);
}
