/**
 * `docker diff`: what a container has changed of its image's files.
 *
 * Real: moby pkg/archive/changes.go. Trees share nodes until they are written, so that equal nodes are the same object.
 */
import { bytesBelow, contentBytes, type DirectoryNode, type Node } from '../../sim/index.ts';
import type { FilesystemChange } from '../api/types.ts';
import type { Container } from './container.ts';

/** Changed, added and deleted paths, in order. */
export function changesOf(container: Container): readonly FilesystemChange[] {
  const ignored = new Set(container.record.mounts.map((mount) => mount.Destination));
  const out: FilesystemChange[] = [];
  compare(container.record.base, container.record.tree.root, '', out);
  const own = out.filter(
    (change) => !ignored.has(change.Path) && !isEngines(change.Path, container),
  );
  // A folder whose only change is the place of a mount has not changed.
  return own
    .filter(
      (change) =>
        change.Kind !== 0 ||
        isFile(container, change.Path) ||
        own.some((other) => other.Path.startsWith(`${change.Path}/`)) ||
        isOwnChange(container, change.Path),
    )
    .sort((a, b) => (a.Path < b.Path ? -1 : 1));
}

const ENGINES = new Set([
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/dev',
  '/proc',
  '/sys',
]);

function isEngines(path: string, container: Container): boolean {
  if (ENGINES.has(path) || /^\/(dev|proc|sys)\//.test(path)) return true;
  // Folders on the way to a mount were made by the engine.
  return (
    container.record.mounts.some((mount) => mount.Destination.startsWith(`${path}/`)) &&
    lookup(container.record.base, path) === undefined
  );
}

function isFile(container: Container, path: string): boolean {
  return lookup(container.record.tree.root, path)?.type !== 'directory';
}

function isOwnChange(container: Container, path: string): boolean {
  const before = lookup(container.record.base, path);
  const after = lookup(container.record.tree.root, path);
  return (
    before !== undefined &&
    after !== undefined &&
    (before.mode !== after.mode || before.uid !== after.uid)
  );
}

function lookup(root: DirectoryNode, path: string): Node | undefined {
  let node: Node | undefined = root;
  for (const part of path.split('/').filter(Boolean))
    node = node?.type === 'directory' ? node.children.get(part) : undefined;
  return node;
}

function compare(
  before: DirectoryNode,
  after: DirectoryNode,
  path: string,
  out: FilesystemChange[],
): void {
  for (const [name, node] of after.children) {
    const old = before.children.get(name);
    const here = `${path}/${name}`;
    if (old === node) continue;
    if (!old) addAll(node, here, out);
    else if (old.type === 'directory' && node.type === 'directory') {
      const count = out.length;
      compare(old, node, here, out);
      if (out.length > count || old.mode !== node.mode || old.uid !== node.uid)
        out.push({ Path: here, Kind: 0 });
    } else out.push({ Path: here, Kind: 0 });
  }
  for (const name of before.children.keys())
    if (!after.children.has(name)) out.push({ Path: `${path}/${name}`, Kind: 2 });
}

function addAll(node: Node, path: string, out: FilesystemChange[]): void {
  out.push({ Path: path, Kind: 1 });
  if (node.type === 'directory')
    for (const [name, child] of node.children) addAll(child, `${path}/${name}`, out);
}

/** Bytes that the container has written over its image. */
export function layerBytes(container: Container): number {
  return writtenBytes(container.record.base, container.record.tree.root);
}

function writtenBytes(before: DirectoryNode, after: DirectoryNode): number {
  let bytes = 0;
  for (const [name, node] of after.children) {
    const old = before.children.get(name);
    if (old === node) continue;
    if (node.type === 'directory')
      bytes += old?.type === 'directory' ? writtenBytes(old, node) : bytesBelow(node);
    else if (node.type === 'file') bytes += contentBytes(node.content);
  }
  return bytes;
}
