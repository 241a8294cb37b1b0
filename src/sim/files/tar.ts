/**
 * Tar archives as text: what crosses `docker cp`, `docker build`, `save`, `load`, `export` and `import`.
 *
 * Sizes count UTF-8 bytes, as everywhere. A binary that nobody looks into crosses as an empty file with the PAX records `LAB.bytes` and `LAB.program`.
 *
 * Real:     POSIX.1-2001 pax, archive/tar, moby pkg/archive.
 * Left out: hard links, devices, sparse files, compression.
 */
import { EPOCH_MS } from '../clock.ts';
import { utf8Length } from '../kernel/stream.ts';
import { contentBytes } from './filesystem.ts';
import { directory, file, symlink, type DirectoryNode, type Node } from './node.ts';

export interface TarEntry {
  /** Relative, without a trailing slash. */
  readonly path: string;
  readonly node: Node;
}

const BLOCK = 512;

/** `epochMs`: when the lab began, to which the files' times are relative. */
export function writeTar(entries: readonly TarEntry[], epochMs: number = EPOCH_MS): string {
  return `${entries.map((entry) => entryText(entry, epochMs)).join('')}${'\0'.repeat(2 * BLOCK)}`;
}

/** A node and all below it, parents first. */
export function entriesOf(path: string, node: Node): TarEntry[] {
  const out: TarEntry[] = path === '' ? [] : [{ path, node }];
  if (node.type !== 'directory') return out;
  for (const [name, child] of [...node.children].sort(([a], [b]) => (a < b ? -1 : 1)))
    out.push(...entriesOf(path === '' ? name : `${path}/${name}`, child));
  return out;
}

function entryText({ path, node }: TarEntry, epochMs: number): string {
  if (node.type === 'device' || node.type === 'socket') return '';
  const records: string[] = [];
  let body = '';
  if (node.type === 'file') {
    if (typeof node.content === 'string') body = node.content;
    else {
      records.push(record('LAB.bytes', String(node.content.bytes)));
      if (node.content.program !== undefined)
        records.push(record('LAB.program', node.content.program));
    }
  }
  const name = node.type === 'directory' ? `${path}/` : path;
  if (utf8Length(name) > 100) records.push(record('path', name));
  const link = node.type === 'symlink' ? node.target : '';
  if (utf8Length(link) > 100) records.push(record('linkpath', link));
  const type = node.type === 'directory' ? '5' : node.type === 'symlink' ? '2' : '0';
  const pax = records.join('');
  const head =
    pax === ''
      ? ''
      : block({
          name: 'PaxHeaders/x',
          mode: 0o644,
          uid: 0,
          gid: 0,
          size: utf8Length(pax),
          mtime: 0,
          type: 'x',
          link: '',
        }) + padded(pax);
  const own = block({
    name,
    mode: node.mode,
    uid: node.uid,
    gid: node.gid,
    size: utf8Length(body),
    mtime: Math.max(0, Math.floor((epochMs + node.modifiedAtMs) / 1000)),
    type,
    link,
  });
  return head + own + padded(body);
}

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = utf8Length(rest) + 1;
  while (String(length).length + utf8Length(rest) !== length)
    length = String(length).length + utf8Length(rest);
  return `${length}${rest}`;
}

interface Header {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly type: string;
  readonly link: string;
}

function block(header: Header): string {
  const octal = (value: number, width: number): string =>
    `${Math.max(0, value)
      .toString(8)
      .padStart(width - 1, '0')}\0`;
  const before =
    field(header.name, 100) +
    octal(header.mode & 0o7777, 8) +
    octal(header.uid, 8) +
    octal(header.gid, 8) +
    octal(header.size, 12) +
    octal(header.mtime, 12);
  const after = `${header.type}${field(header.link, 100)}ustar\u000000${'\0'.repeat(32)}${'\0'.repeat(32)}${octal(0, 8)}${octal(0, 8)}${'\0'.repeat(155)}${'\0'.repeat(12)}`;
  let sum = 0;
  for (const text of [before, ' '.repeat(8), after]) for (const byte of bytesOf(text)) sum += byte;
  return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`;
}

function field(text: string, width: number): string {
  let out = '';
  let bytes = 0;
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > width) break;
    out += character;
  }
  return out + '\0'.repeat(width - utf8Length(out));
}

function padded(text: string): string {
  const rest = utf8Length(text) % BLOCK;
  return rest === 0 ? text : text + '\0'.repeat(BLOCK - rest);
}

/** UTF-8 bytes of a text. */
function* bytesOf(text: string): Generator<number> {
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) yield code;
    else if (code < 0x800) yield* [0xc0 | (code >> 6), 0x80 | (code & 63)];
    else if (code < 0x10000)
      yield* [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
    else
      yield* [
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      ];
  }
}

/** Reads an archive; undefined when it is none. */
export function readTar(text: string, epochMs: number = EPOCH_MS): readonly TarEntry[] | undefined {
  const out: TarEntry[] = [];
  let at = 0;
  let pax = new Map<string, string>();
  /** The next `bytes` bytes, and the padding after them. */
  const take = (bytes: number): string => {
    const from = at;
    let left = bytes;
    while (left > 0 && at < text.length) left -= step();
    const taken = text.slice(from, at);
    const rest = bytes % BLOCK;
    if (rest > 0) at += BLOCK - rest;
    return taken;
  };
  const step = (): number => {
    const code = text.charCodeAt(at);
    const isPair = code >= 0xd800 && code < 0xdc00;
    at += isPair ? 2 : 1;
    return isPair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
  };
  while (at < text.length && text[at] !== '\0') {
    const start = at;
    let left = BLOCK;
    while (left > 0 && at < text.length) left -= step();
    const header = parseHeader(text.slice(start, at));
    if (!header) return undefined;
    const body = take(header.size);
    if (header.type === 'x') {
      pax = parseRecords(body);
      continue;
    }
    const path = (pax.get('path') ?? header.name).replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
    const node = nodeOf(header, body, pax, epochMs);
    pax = new Map();
    if (node && path !== '' && path !== '.') out.push({ path, node });
  }
  return out;
}

function parseHeader(text: string): Header | undefined {
  // Names may hold characters of several bytes: fields are cut by bytes.
  const cut = fieldCutter(text);
  const name = cut(100);
  const [mode, uid, gid, size, mtime] = [cut(8), cut(8), cut(8), cut(12), cut(12)].map((digits) =>
    parseInt(digits.trim() || '0', 8),
  );
  cut(8);
  const type = cut(1) || '0';
  const link = cut(100);
  if ([mode, uid, gid, size, mtime].some((value) => value === undefined || Number.isNaN(value)))
    return undefined;
  return {
    name,
    mode: mode as number,
    uid: uid as number,
    gid: gid as number,
    size: size as number,
    mtime: mtime as number,
    type,
    link,
  };
}

function fieldCutter(text: string): (bytes: number) => string {
  let at = 0;
  return (bytes) => {
    const from = at;
    let left = bytes;
    while (left > 0 && at < text.length) {
      left -= utf8Length(text[at] as string);
      at++;
    }
    const taken = text.slice(from, at);
    const end = taken.indexOf('\0');
    return end < 0 ? taken : taken.slice(0, end);
  };
}

function parseRecords(text: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of text.split('\n')) {
    const m = /^\d+ ([^=]+)=(.*)$/.exec(line);
    if (m) out.set(m[1] as string, m[2] as string);
  }
  return out;
}

function nodeOf(
  header: Header,
  body: string,
  pax: ReadonlyMap<string, string>,
  epochMs: number,
): Node | undefined {
  const made = bareNode(header, body, pax);
  if (made) made.modifiedAtMs = header.mtime * 1000 - epochMs;
  return made;
}

function bareNode(
  header: Header,
  body: string,
  pax: ReadonlyMap<string, string>,
): Node | undefined {
  if (header.type === '5') return directory(header.mode, header.uid, header.gid);
  if (header.type === '2') return symlink(pax.get('linkpath') ?? header.link);
  if (header.type !== '0' && header.type !== '\0') return undefined;
  const bytes = pax.get('LAB.bytes');
  const program = pax.get('LAB.program');
  const content =
    bytes === undefined
      ? body
      : { bytes: Number(bytes), ...(program === undefined ? {} : { program }) };
  return file(content, header.mode, header.uid, header.gid);
}

/** The tree of an archive's entries. Folders that are not listed are made. */
export function treeOf(entries: readonly TarEntry[]): DirectoryNode {
  const root = directory();
  for (const { path, node } of entries) {
    const parts = path.split('/');
    let folder = root;
    for (const part of parts.slice(0, -1)) {
      let next = folder.children.get(part);
      if (next?.type !== 'directory') folder.children.set(part, (next = directory()));
      folder = next;
    }
    const name = parts[parts.length - 1] as string;
    const before = folder.children.get(name);
    if (node.type === 'directory' && before?.type === 'directory')
      folder.children.set(name, { ...before, mode: node.mode, uid: node.uid, gid: node.gid });
    else folder.children.set(name, node);
  }
  return root;
}

/** Bytes of the archive as it crosses a wire, binaries and all. */
export function tarBytes(entries: readonly TarEntry[]): number {
  const own = ({ path, node }: TarEntry): number => {
    if (node.type === 'device' || node.type === 'socket') return 0;
    const long = utf8Length(path) > 100 ? 2 * BLOCK : 0;
    return (
      BLOCK +
      long +
      (node.type === 'file' ? Math.ceil(contentBytes(node.content) / BLOCK) * BLOCK : 0)
    );
  };
  return entries.reduce((sum, entry) => sum + own(entry), 2 * BLOCK);
}

/** Bytes of all regular files. */
export function archiveBytes(entries: readonly TarEntry[]): number {
  return entries.reduce(
    (sum, { node }) => sum + (node.type === 'file' ? contentBytes(node.content) : 0),
    0,
  );
}
