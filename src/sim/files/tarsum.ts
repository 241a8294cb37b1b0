/**
 * The checksum by which COPY and ADD name their sources: `file:…`, `dir:…`, `multi:…`. It shows in `docker history` and decides about the cache.
 *
 * Real:     moby pkg/tarsum (Version1: no times), builder/dockerfile/copy.go (walkSource, hashStringSlice).
 * Left out: extended attributes.
 */
import { sha256, utf8Bytes } from '../sha256.ts';
import type { Node } from './node.ts';

/** A source of an instruction: where it lies in its context, and what it is. */
export interface SumSource {
  readonly path: string;
  readonly node: Node;
}

/** The name of the sources of one instruction. */
export function sourceName(found: readonly SumSource[]): string {
  const sums = found.map(({ path, node }) => sumOf(path.replace(/^\/+/, ''), node));
  return sums.length === 1 ? (sums[0] as string) : named('multi', sums);
}

function sumOf(path: string, node: Node): string {
  if (node.type !== 'directory') return `file:${entrySum(path, node)}`;
  const sums: string[] = [];
  const walk = (here: string, one: Node): void => {
    if (here !== '') sums.push(entrySum(here, one));
    if (one.type === 'directory')
      for (const [name, child] of one.children) walk(here === '' ? name : `${here}/${name}`, child);
  };
  walk(path, node);
  return named(
    'dir',
    sums.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

function named(prefix: string, sums: readonly string[]): string {
  return `${prefix}:${sha256(sums.join(','))}`;
}

/** One entry as it stands in a tar archive: the fields of its header, then what it holds. */
function entrySum(path: string, node: Node): string {
  const content = contentOf(node);
  const isFolder = node.type === 'directory';
  const fields: readonly (readonly [string, string | number])[] = [
    ['name', isFolder ? `${path}/` : path],
    ['mode', node.mode],
    ['uid', node.uid],
    ['gid', node.gid],
    ['size', node.type === 'file' ? content.length : 0],
    ['typeflag', isFolder ? '5' : node.type === 'symlink' ? '2' : '0'],
    ['linkname', node.type === 'symlink' ? node.target : ''],
    ['uname', ''],
    ['gname', ''],
    ['devmajor', 0],
    ['devminor', 0],
  ];
  const head = utf8Bytes(fields.map(([name, value]) => `${name}${value}`).join(''));
  const all = new Uint8Array(head.length + content.length);
  all.set(head);
  all.set(content, head.length);
  return sha256(all);
}

/** Of a binary only its size and its program are known: they stand for its bytes. */
function contentOf(node: Node): Uint8Array {
  if (node.type !== 'file') return new Uint8Array(0);
  const { content } = node;
  return utf8Bytes(
    typeof content === 'string' ? content : `${content.bytes} ${content.program ?? ''}`,
  );
}
