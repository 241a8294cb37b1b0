/**
 * COPY and ADD: from the build context or another stage into the image's files.
 *
 * Real:     moby builder/dockerfile/{copy,internals}.go.
 * Left out: ADD of URLs and of compressed archives.
 */
import {
  basename,
  bytesBelow,
  contentBytes,
  FileSystem,
  join,
  makeTree,
  normalize,
  readTar,
  sourceName,
  type DirectoryNode,
  type FileNode,
  type Node,
} from '../../../sim/index.ts';
import { badRequest } from '../../errors.ts';

export interface CopyRequest {
  readonly instruction: 'COPY' | 'ADD';
  readonly sources: readonly string[];
  readonly destination: string;
  readonly workingDir: string;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly from: DirectoryNode;
  readonly isContext: boolean;
  readonly nowMs: number;
}

export interface Copied {
  readonly root: DirectoryNode;
  readonly bytes: number;
  /** `file:123...`, `dir:...`, `multi:...`: what the history shows and the cache compares. */
  readonly source: string;
}

interface Found {
  readonly path: string;
  readonly node: Node;
}

export function findSources(request: CopyRequest): readonly Found[] {
  const files = new FileSystem(
    makeTree({ freeBytes: Number.MAX_SAFE_INTEGER }, request.from),
    () => request.nowMs,
  );
  return request.sources.flatMap((source) => {
    const found = /[*?[]/.test(source)
      ? glob(files, source)
      : lookup(files, normalize(`/${source}`));
    if (found.length > 0) return found;
    const where = request.isContext
      ? 'file not found in build context or excluded by .dockerignore: '
      : '';
    if (/[*?[]/.test(source))
      throw badRequest(`${request.instruction} failed: no source files were specified`);
    throw badRequest(
      `${request.instruction} failed: ${where}stat ${source.replace(/^\//, '')}: file does not exist`,
    );
  });
}

function lookup(files: FileSystem, path: string): readonly Found[] {
  const node = files.lookup(path);
  return node ? [{ path, node }] : [];
}

function glob(files: FileSystem, pattern: string): readonly Found[] {
  let found: readonly string[] = ['/'];
  for (const part of normalize(`/${pattern}`).split('/').filter(Boolean)) {
    const expression = new RegExp(
      `^${part
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
    );
    found = found.flatMap((folder) =>
      files.lookup(folder)?.type === 'directory'
        ? files
            .list(folder)
            .filter((name) => expression.test(name))
            .map((name) => join(folder, name))
        : [],
    );
  }
  return found.flatMap((path) => lookup(files, path));
}

/** The image's files with the sources in them. The old tree stays as it is. */
export function copyInto(
  root: DirectoryNode,
  request: CopyRequest,
  found: readonly Found[],
): Copied {
  const tree = makeTree({ freeBytes: Number.MAX_SAFE_INTEGER }, root);
  const files = new FileSystem(tree, () => request.nowMs);
  const target = normalize(request.destination, request.workingDir || '/');
  const isFolder =
    request.destination.endsWith('/') ||
    found.length > 1 ||
    files.lookup(target)?.type === 'directory';
  if (found.length > 1 && !request.destination.endsWith('/'))
    throw badRequest(
      `When using ${request.instruction} with more than one source file, the destination must be a directory and end with a /`,
    );
  let bytes = 0;
  const put = (node: Node, path: string): void => {
    if (node.type === 'directory') {
      files.mkdir(path, { parents: true, mode: node.mode, ...request.owner });
      for (const [name, child] of node.children) put(child, join(path, name));
    } else if (node.type === 'file') {
      files.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { parents: true });
      files.writeFile(path, node.content, {
        mode: node.mode,
        uid: request.owner?.uid ?? 0,
        gid: request.owner?.gid ?? 0,
      });
      bytes += contentBytes(node.content);
    } else {
      if (files.lookup(path, { nofollow: true })) files.remove(path);
      files.putNode(path, { ...node });
    }
  };
  for (const { path, node } of found) {
    const archive =
      request.instruction === 'ADD' && node.type === 'file' ? unpacked(node) : undefined;
    if (archive) for (const entry of archive) put(entry.node, join(target, entry.path));
    else if (node.type === 'directory') put(node, target);
    else put(node, isFolder ? join(target, basename(path)) : target);
  }
  return {
    root: tree.root,
    bytes: Math.max(bytes, bytes === 0 ? 0 : bytesBelow(tree.root) - bytesBelow(root)),
    source: sourceName(found),
  };
}

/** ADD unpacks what is a tar archive. */
function unpacked(node: FileNode): ReturnType<typeof readTar> {
  if (typeof node.content !== 'string' || node.content.slice(257, 262) !== 'ustar')
    return undefined;
  return readTar(node.content);
}
