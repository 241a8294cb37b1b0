import { cellWidth, contentBytes, normalize, write, basename } from '../sys.ts';
import type { FileSystem, Node, Process, Program, Sys } from '../sys.ts';
import { strftime } from '../builtins/printf.ts';
import { columns } from '../line/editor.ts';
import { mayAccess } from '../run/streams.ts';
import { groupName, userName } from '../users.ts';
import { fail, isBusybox, withOptions, type Options } from './options.ts';
import { reason } from './input.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly node: Node;
}

const SIX_MONTHS_MS = 15_778_476_000;

export const ls: Program = (process) =>
  withOptions(
    process,
    'a:all A:almost-all l h:human-readable 1 d:directory R:recursive t r:reverse S F:classify s:size i:inode n:numeric-uid-gid g o x C m p L:dereference :color? :group-directories-first T= X U f k w= Q b N G :full-time :time-style= v c u',
    function* (options) {
      const operands = options.operands.length > 0 ? options.operands : ['.'];
      const files: Entry[] = [];
      const folders: Entry[] = [];
      let status = 0;
      for (const name of operands) {
        const path = normalize(name, process.cwd);
        try {
          const node = process.namespace.files.stat(path, {
            nofollow: options.has('l') && !name.endsWith('/'),
          });
          const target =
            node.type === 'symlink' && !options.has('d') && !options.has('l')
              ? process.namespace.files.lookup(path)
              : node;
          const entry = { name, path, node: target ?? node };
          if (entry.node.type === 'directory' && !options.has('d')) folders.push(entry);
          else files.push(entry);
        } catch (error) {
          status = yield* fail(process, `cannot access '${name}': ${reason(error)}`, 2);
        }
      }
      const listing = new Listing(process, options);
      if (files.length > 0) yield* write(process.stdout, listing.show(listing.sort(files)));
      let isFirst = files.length === 0;
      for (const folder of listing.sort(folders)) {
        const showsName = operands.length > 1 || options.has('R');
        const result = yield* listFolder(
          process,
          listing,
          folder,
          showsName,
          isFirst,
          options.has('R'),
        );
        status ||= result;
        isFirst = false;
      }
      return status;
    },
    { usageStatus: 2 },
  );

function* listFolder(
  process: Process,
  listing: Listing,
  folder: Entry,
  showsName: boolean,
  isFirst: boolean,
  isRecursive: boolean,
): Sys<number> {
  const { files } = process.namespace;
  if (!mayAccess(process.user, folder.node, 4))
    return yield* fail(process, `cannot open directory '${folder.name}': Permission denied`, 2);
  const entries = listing.entriesOf(files, folder);
  yield* write(
    process.stdout,
    `${isFirst ? '' : '\n'}${showsName ? `${folder.name}:\n` : ''}${listing.total(entries)}${listing.show(entries)}`,
  );
  let status = 0;
  if (isRecursive)
    for (const entry of entries)
      if (entry.node.type === 'directory' && entry.name !== '.' && entry.name !== '..')
        status =
          (yield* listFolder(
            process,
            listing,
            { ...entry, name: `${folder.name.replace(/\/$/, '')}/${entry.name}` },
            true,
            false,
            true,
          )) || status;
  return status;
}

class Listing {
  readonly #process: Process;
  readonly #options: Options;
  readonly #isColoured: boolean;
  readonly #isLong: boolean;

  constructor(process: Process, options: Options) {
    this.#process = process;
    this.#options = options;
    const when = options.get('color');
    this.#isColoured =
      when !== undefined &&
      (when === 'always' ||
        when === '' ||
        (when === 'auto' && process.stdout.terminal !== undefined));
    this.#isLong =
      options.has('l') ||
      options.has('n') ||
      options.has('g') ||
      options.has('o') ||
      options.has('full-time');
  }

  entriesOf(files: FileSystem, folder: Entry): Entry[] {
    const isAll = this.#options.has('a') || this.#options.has('f');
    const names = files
      .list(folder.path)
      .filter((name) => isAll || this.#options.has('A') || !name.startsWith('.'));
    const entries = names
      .map((name) => this.#entry(files, name, normalize(name, folder.path)))
      .filter((entry) => entry !== undefined);
    const dots = isAll
      ? ['.', '..']
          .map((name) => this.#entry(files, name, normalize(name, folder.path)))
          .filter((entry) => entry !== undefined)
      : [];
    return this.sort([...dots, ...entries]);
  }

  #entry(files: FileSystem, name: string, path: string): Entry | undefined {
    const node = files.lookup(path, { nofollow: !this.#options.has('L') });
    return node && { name, path, node };
  }

  sort(entries: readonly Entry[]): Entry[] {
    const options = this.#options;
    if (options.has('U') || options.has('f')) return [...entries];
    const key = (name: string): string => name.replace(/^\.+/, '').toLowerCase();
    const byName = (a: Entry, b: Entry): number => {
      const dots = (name: string): number => ['.', '..'].indexOf(name) + 1 || 3;
      if (dots(a.name) !== dots(b.name)) return dots(a.name) - dots(b.name);
      const [x, y] = [key(a.name), key(b.name)];
      return x < y ? -1 : x > y ? 1 : a.name < b.name ? 1 : -1;
    };
    const extension = (name: string): string => /\.[^.]*$/.exec(name)?.[0] ?? '';
    const compare = options.has('t')
      ? (a: Entry, b: Entry) => b.node.modifiedAtMs - a.node.modifiedAtMs || byName(a, b)
      : options.has('S')
        ? (a: Entry, b: Entry) => sizeOf(b.node) - sizeOf(a.node) || byName(a, b)
        : options.has('X')
          ? (a: Entry, b: Entry) =>
              extension(a.name) < extension(b.name)
                ? -1
                : extension(a.name) > extension(b.name)
                  ? 1
                  : byName(a, b)
          : byName;
    const sorted = [...entries].sort(compare);
    if (options.has('r')) sorted.reverse();
    if (!options.has('group-directories-first')) return sorted;
    return [
      ...sorted.filter(({ node }) => node.type === 'directory'),
      ...sorted.filter(({ node }) => node.type !== 'directory'),
    ];
  }

  total(entries: readonly Entry[]): string {
    if (!this.#isLong && !this.#options.has('s')) return '';
    const blocks = entries.reduce((sum, { node }) => sum + Math.ceil(sizeOf(node) / 4096) * 4, 0);
    return `total ${this.#options.has('h') ? human(blocks * 1024) : blocks}\n`;
  }

  show(entries: readonly Entry[]): string {
    if (entries.length === 0) return '';
    if (this.#isLong) return this.#long(entries);
    const names = entries.map((entry) => this.#decorated(entry));
    const { terminal } = this.#process.stdout as {
      readonly terminal?: { readonly columns: number };
    };
    if (this.#options.has('m')) return `${names.join(', ')}\n`;
    if (!terminal || this.#options.has('1'))
      return this.#options.has('C')
        ? columns(names, 80).replaceAll('\r\n', '\n')
        : names.map((name) => `${name}\n`).join('');
    if (names.reduce((sum, name) => sum + visible(name) + 2, -2) < terminal.columns)
      return `${names.join('  ')}\n`;
    return inColumns(names, terminal.columns);
  }

  #decorated({ name, node, path }: Entry): string {
    const mark = this.#options.has('F') || this.#options.has('p') ? this.#mark(node) : '';
    const size = this.#options.has('s') ? `${Math.ceil(sizeOf(node) / 4096) * 4} ` : '';
    const shown =
      /[\s'"*?$]/.test(name) && this.#process.stdout.terminal
        ? `'${name.replaceAll("'", "'\\''")}'`
        : name;
    return size + this.#coloured(shown, node, path) + mark;
  }

  #mark(node: Node): string {
    if (node.type === 'directory') return '/';
    if (!this.#options.has('F')) return '';
    if (node.type === 'symlink') return '@';
    if (node.type === 'socket') return '=';
    return node.type === 'file' && (node.mode & 0o111) !== 0 ? '*' : '';
  }

  #coloured(name: string, node: Node, path: string): string {
    if (!this.#isColoured) return name;
    const isBroken = node.type === 'symlink' && !this.#process.namespace.files.exists(path);
    const code =
      node.type === 'directory'
        ? (node.mode & 0o1002) === 0o1002
          ? '30;42'
          : '01;34'
        : node.type === 'symlink'
          ? isBroken
            ? '40;31;01'
            : '01;36'
          : node.type === 'socket'
            ? '01;35'
            : node.type === 'device'
              ? '40;33;01'
              : (node.mode & 0o111) !== 0
                ? '01;32'
                : '';
    return code === '' ? name : `\u001b[0m\u001b[${code}m${name}\u001b[0m`;
  }

  #long(entries: readonly Entry[]): string {
    const { files } = this.#process.namespace;
    const options = this.#options;
    const isNumeric = options.has('n');
    const rows = entries.map((entry) => {
      const { node } = entry;
      const size = sizeOf(node);
      return {
        entry,
        links: String(linksOf(node)),
        owner: isNumeric ? String(node.uid) : (userName(files, node.uid) ?? String(node.uid)),
        group: isNumeric ? String(node.gid) : (groupName(files, node.gid) ?? String(node.gid)),
        size: node.type === 'device' ? '1, 3' : options.has('h') ? human(size) : String(size),
      };
    });
    const width = (key: 'links' | 'owner' | 'group' | 'size'): number =>
      Math.max(...rows.map((row) => row[key].length));
    // Busybox does not look at the rows to find its widths.
    const isFixed = isBusybox(this.#process);
    const [links, owner, group, size] = isFixed
      ? [4, 8, 8, options.has('h') ? 6 : 9]
      : [width('links'), width('owner'), width('group'), width('size')];
    return rows
      .map((row) => {
        const { node, path } = row.entry;
        const target = node.type === 'symlink' ? ` -> ${node.target}` : '';
        const who = `${options.has('g') ? '' : `${row.owner.padEnd(owner)} `}${options.has('o') || options.has('G') ? '' : `${row.group.padEnd(group)} `}`;
        void path;
        return `${modeText(node)} ${row.links.padStart(links)} ${who}${row.size.padStart(size)} ${this.#time(node)} ${this.#decorated(row.entry)}${target}\n`;
      })
      .join('');
  }

  #time(node: Node): string {
    const { world } = this.#process.kernel;
    const unixMs = world.unixMs - world.nowMs + node.modifiedAtMs;
    if (this.#options.has('full-time')) return strftime('%Y-%m-%d %H:%M:%S.%N +0000', unixMs);
    const isRecent = unixMs > world.unixMs - SIX_MONTHS_MS;
    return strftime(isRecent ? '%b %e %H:%M' : '%b %e  %Y', unixMs);
  }
}

function visible(text: string): number {
  return cellWidth(text.replace(/\u001b\[[0-9;]*m/g, ''));
}

/** As many columns as fit, each as wide as its widest name. */
function inColumns(names: readonly string[], width: number): string {
  for (let rows = 1; rows <= names.length; rows++) {
    const across = Math.ceil(names.length / rows);
    const widths = Array.from(
      { length: across },
      (_, c) => Math.max(...names.slice(c * rows, (c + 1) * rows).map(visible)) + 2,
    );
    if (widths.reduce((a, b) => a + b, 0) - 2 > width && rows < names.length) continue;
    let text = '';
    for (let row = 0; row < rows; row++) {
      const cells = widths
        .map((cell, c) => ({ name: names[c * rows + row], cell }))
        .filter(({ name }) => name !== undefined);
      text += `${cells.map(({ name, cell }, i) => (i === cells.length - 1 ? name : `${name}${' '.repeat(cell - visible(name as string))}`)).join('')}\n`;
    }
    return text;
  }
  return '';
}

function linksOf(node: Node): number {
  if (node.type !== 'directory') return 1;
  let links = 2;
  for (const child of node.children.values()) if (child.type === 'directory') links++;
  return links;
}

/** A file's size in bytes; a folder is a block. */
export function sizeOf(node: Node): number {
  if (node.type === 'file') return contentBytes(node.content);
  if (node.type === 'symlink') return node.target.length;
  return node.type === 'directory' ? 4096 : 0;
}

/** `-rw-r--r--`. */
export function modeText(node: Node): string {
  const type = { file: '-', directory: 'd', symlink: 'l', device: 'c', socket: 's' }[node.type];
  const bits = (shift: number, special: boolean, letter: string): string => {
    const three = (node.mode >> shift) & 7;
    const x = (three & 1) !== 0;
    return `${three & 4 ? 'r' : '-'}${three & 2 ? 'w' : '-'}${special ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-'}`;
  };
  return (
    type +
    bits(6, (node.mode & 0o4000) !== 0, 's') +
    bits(3, (node.mode & 0o2000) !== 0, 's') +
    bits(0, (node.mode & 0o1000) !== 0, 't')
  );
}

/** `1.5K`, `12M`: as `ls -h` and `df -h` round, upwards. */
export function human(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes);
  const units = 'KMGTPE';
  let value = bytes;
  let unit = -1;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  const tenths = Math.ceil(value * 10) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)}${units[unit] ?? ''}`;
  return `${Math.ceil(value)}${units[unit] ?? ''}`;
}

export const stat: Program = (process) =>
  withOptions(
    process,
    'c:format= L:dereference f:file-system t:terse :printf=',
    function* (options) {
      let status = 0;
      const { files } = process.namespace;
      const { world } = process.kernel;
      for (const name of options.operands) {
        const node = files.lookup(normalize(name, process.cwd), { nofollow: !options.has('L') });
        if (!node) {
          status = yield* fail(process, `cannot statx '${name}': No such file or directory`);
          continue;
        }
        const mode = (node.mode & 0o7777).toString(8).padStart(4, '0');
        const type = {
          file: sizeOf(node) === 0 ? 'regular empty file' : 'regular file',
          directory: 'directory',
          symlink: 'symbolic link',
          device: 'character special file',
          socket: 'socket',
        }[node.type];
        const when = strftime(
          '%Y-%m-%d %H:%M:%S.%N +0000',
          world.unixMs - world.nowMs + node.modifiedAtMs,
        );
        const fields: Readonly<Record<string, string>> = {
          n: name,
          N: `'${name}'`,
          s: String(sizeOf(node)),
          a: mode.replace(/^0/, ''),
          A: modeText(node),
          u: String(node.uid),
          g: String(node.gid),
          U: userName(files, node.uid) ?? 'UNKNOWN',
          G: groupName(files, node.gid) ?? 'UNKNOWN',
          F: type,
          y: when,
          x: when,
          z: when,
          Y: String(Math.floor((world.unixMs - world.nowMs + node.modifiedAtMs) / 1000)),
          h: String(linksOf(node)),
          b: String(Math.ceil(sizeOf(node) / 512)),
          B: '512',
          i: '131074',
        };
        const template = options.get('c') ?? options.get('printf');
        if (template !== undefined)
          yield* write(
            process.stdout,
            `${template.replace(/%([a-zA-Z])/g, (all, letter: string) => fields[letter] ?? all)}${options.has('c') ? '\n' : ''}`,
          );
        else
          yield* write(
            process.stdout,
            `  File: ${name}${node.type === 'symlink' ? ` -> ${node.target}` : ''}\n  Size: ${String(sizeOf(node)).padEnd(10)}\tBlocks: ${String(Math.ceil(sizeOf(node) / 4096) * 8).padEnd(10)} IO Block: 4096   ${type}\nDevice: 8,1\tInode: 131074      Links: ${linksOf(node)}\nAccess: (${mode}/${modeText(node)})  Uid: (${String(node.uid).padStart(5)}/${(fields['U'] ?? '').padStart(8)})   Gid: (${String(node.gid).padStart(5)}/${(fields['G'] ?? '').padStart(8)})\nAccess: ${when}\nModify: ${when}\nChange: ${when}\n Birth: -\n`,
          );
      }
      return status;
    },
  );

export const file: Program = (process) =>
  withOptions(process, 'b:brief i:mime', function* (options) {
    const width = Math.max(0, ...options.operands.map((name) => name.length)) + 1;
    for (const name of options.operands) {
      const node = process.namespace.files.lookup(normalize(name, process.cwd), { nofollow: true });
      const kind = !node
        ? `cannot open \`${name}' (No such file or directory)`
        : describeFile(node);
      yield* write(
        process.stdout,
        options.has('b') ? `${kind}\n` : `${`${name}:`.padEnd(width)} ${kind}\n`,
      );
    }
    return 0;
  });

function describeFile(node: Node): string {
  if (node.type === 'directory') return 'directory';
  if (node.type === 'symlink') return `symbolic link to ${node.target}`;
  if (node.type === 'socket') return 'socket';
  if (node.type === 'device') return 'character special';
  if (typeof node.content !== 'string')
    return node.content.program === undefined
      ? 'data'
      : 'ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, stripped';
  if (node.content === '') return 'empty';
  const interpreter = /^#!\s*(\S+)/.exec(node.content)?.[1];
  if (interpreter) return `${basename(interpreter)} script, ASCII text executable`;

  return /[^\u0000-\u007f]/.test(node.content)
    ? 'Unicode text, UTF-8 text'
    : /^\s*[{[]/.test(node.content)
      ? 'JSON text data'
      : 'ASCII text';
}
