import {
  basename,
  bytesBelow,
  contentText,
  directory,
  normalize,
  SystemError,
  write,
} from '../sys.ts';
import type { Attributes, Node, Process, Program, Sys } from '../sys.ts';
import { checkFolders, mayAccess, mayChangeFolder } from '../run/streams.ts';
import { groupId, lookupUser } from '../users.ts';
import { reason } from './input.ts';
import { fail, isBusybox, withOptions, type Options } from './options.ts';

/** Changes to the file tree: `mkdir`, `rm`, `cp`, `mv`, `ln`, `touch`, `chmod`, `chown`, ... */

function at(process: Process, name: string): string {
  return normalize(name, process.cwd);
}

/** EACCES when the process may not make or remove an entry there. */
function demandFolder(process: Process, path: string): void {
  checkFolders(process, path);
  if (!mayChangeFolder(process, path)) throw new SystemError('EACCES', path);
}

function own(process: Process): { readonly uid: number; readonly gid: number } {
  return { uid: process.user.uid, gid: process.user.gid };
}

/** Does something to each operand; a failed call is told and the next one is tried. */
function* each(
  process: Process,
  operands: readonly string[],
  what: (name: string) => string,
  body: (name: string, path: string) => void,
): Sys<number> {
  let status = 0;
  for (const name of operands) {
    try {
      body(name, at(process, name));
    } catch (error) {
      status = yield* fail(process, `${what(name)}: ${reason(error)}`);
    }
  }
  return status;
}

function missingOperand(process: Process, name: string): Sys<number> {
  return fail(process, `missing operand\nTry '${name} --help' for more information.`);
}

export const mkdir: Program = (process) =>
  withOptions(process, 'p:parents m:mode= v:verbose', function* (options) {
    if (options.operands.length === 0) return yield* missingOperand(process, 'mkdir');
    const { files } = process.namespace;
    const mode = options.has('m') ? parseInt(options.get('m') ?? '', 8) : 0o755;
    const made: string[] = [];
    const status = yield* each(
      process,
      options.operands,
      (name) => `cannot create directory ‘${name}’`,
      (name, path) => {
        const there = files.lookup(path);
        if (options.has('p') && there?.type === 'directory') return;
        if (there) throw new SystemError('EEXIST', path);
        demandParents(process, path);
        files.mkdir(path, { parents: options.has('p'), mode, ...own(process) });
        made.push(name);
      },
    );
    if (options.has('v'))
      yield* write(
        process.stdout,
        made.map((name) => `mkdir: created directory '${name}'\n`).join(''),
      );
    return status;
  });

/** The nearest folder that exists must be writable. */
function demandParents(process: Process, path: string): void {
  let here = path;
  while (here !== '/' && !process.namespace.files.exists(normalize('..', here)))
    here = normalize('..', here);
  demandFolder(process, here);
}

export const rmdir: Program = (process) =>
  withOptions(process, 'p:parents v :ignore-fail-on-non-empty', function* (options) {
    if (options.operands.length === 0) return yield* missingOperand(process, 'rmdir');
    return yield* each(
      process,
      options.operands,
      (name) => `failed to remove '${name}'`,
      (_name, path) => {
        if (process.namespace.files.stat(path, { nofollow: true }).type !== 'directory')
          throw new SystemError('ENOTDIR', path);
        demandFolder(process, path);
        process.namespace.files.remove(path);
      },
    );
  });

export const rm: Program = (process) =>
  withOptions(
    process,
    'r:recursive R f:force i I v:verbose d:dir :no-preserve-root',
    function* (options) {
      const isRecursive = options.has('r') || options.has('R');
      if (options.operands.length === 0)
        return options.has('f') ? 0 : yield* missingOperand(process, 'rm');
      const { files } = process.namespace;
      let status = 0;
      for (const name of options.operands) {
        const path = at(process, name);
        if (path === '/' && isRecursive) {
          status = yield* fail(
            process,
            "it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe",
          );
          continue;
        }
        if (/(?:^|\/)\.\.?\/?$/.test(name)) {
          status = yield* fail(
            process,
            `refusing to remove '.' or '..' directory: skipping '${name}'`,
          );
          continue;
        }
        try {
          const node = files.stat(path, { nofollow: true });
          if (
            node.type === 'directory' &&
            !isRecursive &&
            !(options.has('d') && node.children.size === 0)
          )
            throw new SystemError('EISDIR', path);
          demandFolder(process, path);
          removeTree(process, path);
          if (options.has('v'))
            yield* write(
              process.stdout,
              `removed ${node.type === 'directory' ? 'directory ' : ''}'${name}'\n`,
            );
        } catch (error) {
          if (
            options.has('f') &&
            error instanceof SystemError &&
            (error.code === 'ENOENT' || error.code === 'ENOTDIR')
          )
            continue;
          status = yield* fail(process, `cannot remove '${name}': ${reason(error)}`);
        }
      }
      return status;
    },
  );

/** Removes a node and all below it; a mount point stays and is emptied, as the kernel would have it. */
function removeTree(process: Process, path: string): void {
  const { files } = process.namespace;
  const isMounted = files.mounts.some(
    ({ target }) => target === path || target.startsWith(`${path}/`),
  );
  if (!isMounted) return files.remove(path, { recursive: true });
  for (const name of files.list(path)) removeTree(process, `${path}/${name}`);
  files.remove(path);
}

interface CopyOptions {
  readonly isRecursive: boolean;
  readonly keepsOwner: boolean;
  readonly followsLinks: boolean;
}

/** Copying less than this takes no time that anybody would notice. */
const TIMED_BYTES = 131_072;

export const cp: Program = (process) =>
  withOptions(
    process,
    'a:archive r:recursive R f:force i n:no-clobber p P d L:dereference v:verbose u:update t:target-directory= T:no-target-directory',
    function* (options) {
      const isArchive = options.has('a');
      const how: CopyOptions = {
        isRecursive: isArchive || options.has('r') || options.has('R'),
        keepsOwner: isArchive || options.has('p'),
        followsLinks: !isArchive && !options.has('P') && !options.has('d'),
      };
      return yield* intoTarget(process, options, function* (name, target) {
        const from = at(process, name);
        const node = process.namespace.files.lookup(from, { nofollow: !how.followsLinks });
        if (!node) return yield* fail(process, `cannot stat '${name}': No such file or directory`);
        if (node.type === 'directory' && !how.isRecursive)
          return yield* fail(process, `-r not specified; omitting directory '${name}'`);
        if (from === target)
          return yield* fail(
            process,
            `'${name}' and '${options.operands.at(-1) ?? ''}' are the same file`,
          );
        if (node.type === 'directory' && `${target}/`.startsWith(`${from}/`))
          return yield* fail(
            process,
            `cannot copy a directory, '${name}', into itself, '${options.operands.at(-1) ?? ''}'`,
          );
        if (options.has('n') && process.namespace.files.exists(target)) return 0;
        const bytes = bytesBelow(node);
        if (bytes >= TIMED_BYTES)
          yield* process.kernel.disks.transfer(process, {
            ...{ bytes, size: TIMED_BYTES, reads: true, writes: true, isDirect: false },
          });
        try {
          copyTree(process, from, target, how);
        } catch (error) {
          const code = error instanceof SystemError ? error.code : '';
          return yield* fail(
            process,
            code === 'EACCES' && mayAccess(process.user, node, 4)
              ? `cannot create ${node.type === 'directory' ? 'directory' : 'regular file'} '${shown(options, name)}': ${reason(error)}`
              : code === 'EACCES'
                ? `cannot open '${name}' for reading: ${reason(error)}`
                : `cannot create regular file '${shown(options, name)}': ${reason(error)}`,
          );
        }
        if (options.has('v'))
          yield* write(process.stdout, `'${name}' -> '${shown(options, name)}'\n`);
        return 0;
      });
    },
  );

/** The target as it was typed, for messages. */
function shown(options: Options, name: string): string {
  const last = options.get('t') ?? options.operands.at(-1) ?? '';
  return options.operands.length > 2 || last.endsWith('/')
    ? `${last.replace(/\/$/, '')}/${basename(name)}`
    : last;
}

function copyTree(process: Process, from: string, to: string, how: CopyOptions): void {
  const { files } = process.namespace;
  const node = files.stat(from, { nofollow: !how.followsLinks });
  if (!mayAccess(process.user, node, 4) && node.type !== 'symlink')
    throw new SystemError('EACCES', from);
  const owner: Attributes =
    how.keepsOwner && process.user.uid === 0
      ? { uid: node.uid, gid: node.gid, mode: node.mode }
      : { ...own(process), mode: how.keepsOwner ? node.mode : node.mode & ~0o022 };
  const there = files.lookup(to);
  if (!there) demandFolder(process, to);
  else if (there.type !== 'directory' && !mayAccess(process.user, there, 2))
    throw new SystemError('EACCES', to);
  if (node.type === 'directory') {
    if (!there) files.putNode(to, directory(owner.mode, owner.uid, owner.gid));
    else if (there.type !== 'directory') throw new SystemError('EEXIST', to);
    for (const name of files.list(from)) copyTree(process, `${from}/${name}`, `${to}/${name}`, how);
  } else if (node.type === 'symlink') {
    if (there) files.remove(to);
    files.symlink(node.target, to);
  } else if (node.type === 'file') files.writeFile(to, node.content, there ? {} : owner);
  else if (node.type === 'device')
    files.writeFile(to, files.readFile(from).slice(0, 65_536), owner);
}

/** `cp A B C folder/`: does `body` with each source and where it goes. */
function* intoTarget(
  process: Process,
  options: Options,
  body: (name: string, target: string) => Sys<number>,
): Sys<number> {
  const sources = [...options.operands];
  const wanted = options.get('t') ?? (sources.length > 1 ? sources.pop() : undefined);
  if (sources.length === 0)
    return yield* fail(
      process,
      `missing file operand\nTry '${process.argv[0] ?? ''} --help' for more information.`,
    );
  if (wanted === undefined)
    return yield* fail(
      process,
      `missing destination file operand after '${sources[0] ?? ''}'\nTry '${process.argv[0] ?? ''} --help' for more information.`,
    );
  const target = at(process, wanted);
  const node = process.namespace.files.lookup(target);
  const isFolder = node?.type === 'directory' && !options.has('T');
  if (!isFolder && (sources.length > 1 || options.has('t')))
    return yield* fail(
      process,
      `target '${wanted}': ${node ? 'Not a directory' : 'No such file or directory'}`,
    );
  if (!isFolder && wanted.endsWith('/') && node)
    return yield* fail(process, `cannot create regular file '${wanted}': Not a directory`);
  let status = 0;
  for (const name of sources)
    status =
      (yield* body(name, isFolder ? normalize(basename(at(process, name)), target) : target)) ||
      status;
  return status;
}

export const mv: Program = (process) =>
  withOptions(
    process,
    'f:force i n:no-clobber v:verbose u:update t:target-directory= T:no-target-directory b',
    function* (options) {
      const { files } = process.namespace;
      return yield* intoTarget(process, options, function* (name, target) {
        const from = at(process, name);
        const node = files.lookup(from, { nofollow: true });
        if (!node) return yield* fail(process, `cannot stat '${name}': No such file or directory`);
        if (from === target)
          return yield* fail(process, `'${name}' and '${shown(options, name)}' are the same file`);
        if (options.has('n') && files.exists(target)) return 0;
        try {
          demandFolder(process, from);
          demandFolder(process, target);
          move(process, from, target, node);
        } catch (error) {
          const isInside = error instanceof SystemError && error.code === 'EINVAL';
          return yield* fail(
            process,
            isInside
              ? `cannot move '${name}' to a subdirectory of itself, '${shown(options, name)}'`
              : `cannot move '${name}' to '${shown(options, name)}': ${reason(error)}`,
          );
        }
        if (options.has('v'))
          yield* write(process.stdout, `renamed '${name}' -> '${shown(options, name)}'\n`);
        return 0;
      });
    },
  );

/** Renames; between file systems it copies and removes, as mv does at EXDEV. */
function move(process: Process, from: string, to: string, node: Node): void {
  const { files } = process.namespace;
  if (files.mountOf(from)?.tree === files.mountOf(normalize('..', to))?.tree)
    return files.rename(from, to);
  copyTree(process, from, to, { isRecursive: true, keepsOwner: true, followsLinks: false });
  files.remove(from, { recursive: node.type === 'directory' });
}

export const install: Program = (process) =>
  withOptions(process, 'm:mode= o:owner= g:group= d:directory D v', function* (options) {
    const { files } = process.namespace;
    if (options.has('d')) {
      return yield* each(
        process,
        options.operands,
        (name) => `cannot create directory ‘${name}’`,
        (_name, path) => {
          demandParents(process, path);
          files.mkdir(path, { parents: true, ...own(process) });
        },
      );
    }
    return yield* intoTarget(process, options, function* (name, target) {
      try {
        const node = files.stat(at(process, name));
        if (node.type === 'directory') return yield* fail(process, `omitting directory '${name}'`);
        demandFolder(process, target);
        if (files.exists(target)) files.remove(target);
        files.writeFile(target, node.type === 'file' ? node.content : '', {
          mode: parseInt(options.get('m') ?? '755', 8),
          ...own(process),
        });
        return 0;
      } catch (error) {
        return yield* fail(
          process,
          `cannot ${error instanceof SystemError && error.code === 'ENOENT' ? `stat '${name}'` : `create regular file '${shown(options, name)}'`}: ${reason(error)}`,
        );
      }
    });
  });

export const ln: Program = (process) =>
  withOptions(
    process,
    's:symbolic f:force n:no-dereference v:verbose r:relative T',
    function* (options) {
      const { files } = process.namespace;
      const [source, wanted] = options.operands;
      if (source === undefined)
        return yield* fail(process, "missing file operand\nTry 'ln --help' for more information.");
      const target = at(process, wanted ?? basename(source));
      const folder = files.lookup(target)?.type === 'directory' && !options.has('n');
      const path = folder ? normalize(basename(source), target) : target;
      const kind = options.has('s') ? 'symbolic' : 'hard';
      try {
        demandFolder(process, path);
        if (files.lookup(path, { nofollow: true })) {
          if (!options.has('f')) throw new SystemError('EEXIST', path);
          files.remove(path);
        }
        if (options.has('s')) files.symlink(source, path);
        else {
          const node = files.stat(at(process, source));
          if (node.type !== 'file')
            return yield* fail(process, `${source}: hard link not allowed for directory`);
          // Names of one file do not share later changes here: the copy is what both see now.
          files.writeFile(path, node.content, { mode: node.mode, uid: node.uid, gid: node.gid });
        }
        return 0;
      } catch (error) {
        return yield* fail(
          process,
          `failed to create ${kind} link '${wanted ?? basename(source)}'${kind === 'hard' ? ` => '${source}'` : ''}: ${reason(error)}`,
        );
      }
    },
  );

export const touch: Program = (process) =>
  withOptions(process, 'a c:no-create m d:date= r:reference= t=', function* (options) {
    if (options.operands.length === 0)
      return yield* fail(process, "missing file operand\nTry 'touch --help' for more information.");
    const { files } = process.namespace;
    return yield* each(
      process,
      options.operands,
      (name) => (isBusybox(process) ? name : `cannot touch '${name}'`),
      (_name, path) => {
        const node = files.lookup(path);
        if (!node) {
          if (options.has('c')) return;
          demandFolder(process, path);
          files.writeFile(path, '', { mode: 0o644, ...own(process) });
        } else {
          if (!mayAccess(process.user, node, 2)) throw new SystemError('EACCES', path);
          if (node.type === 'file') files.writeFile(path, node.content);
          else files.setAttributes(path, {});
        }
      },
    );
  });

/** `755`, `u+x`, `go-w`, `a=r,u+w`: the new mode. Undefined when it is no mode. */
export function changedMode(text: string, before: number, isFolder: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8);
  let mode = before;
  for (const clause of text.split(',')) {
    const found = /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(clause);
    if (!found) return undefined;
    const who = found[1] === '' || found[1]?.includes('a') ? 'ugo' : (found[1] as string);
    for (const action of (found[2] as string).match(/[-+=][rwxXst]*/g) ?? []) {
      let bits = 0;
      for (const letter of action.slice(1)) {
        const bit =
          letter === 'r'
            ? 4
            : letter === 'w'
              ? 2
              : letter === 'x' || (letter === 'X' && (isFolder || (before & 0o111) !== 0))
                ? 1
                : 0;
        if (who.includes('u')) bits |= bit << 6;
        if (who.includes('g')) bits |= bit << 3;
        if (who.includes('o')) bits |= bit;
        if (letter === 's')
          bits |= (who.includes('u') ? 0o4000 : 0) | (who.includes('g') ? 0o2000 : 0);
        if (letter === 't') bits |= 0o1000;
      }
      const mask =
        (who.includes('u') ? 0o700 : 0) |
        (who.includes('g') ? 0o070 : 0) |
        (who.includes('o') ? 0o007 : 0);
      mode =
        action[0] === '+' ? mode | bits : action[0] === '-' ? mode & ~bits : (mode & ~mask) | bits;
    }
  }
  return mode;
}

export const chmod: Program = (process) =>
  withOptions(
    process,
    'R:recursive v:verbose c f:silent :reference=',
    function* (options) {
      const [mode, ...operands] = options.operands;
      if (mode === undefined || operands.length === 0)
        return yield* fail(
          process,
          `missing operand${mode === undefined ? '' : ` after ‘${mode}’`}\nTry 'chmod --help' for more information.`,
        );
      if (changedMode(mode, 0, false) === undefined)
        return yield* fail(
          process,
          `invalid mode: ‘${mode}’\nTry 'chmod --help' for more information.`,
        );
      return yield* attributes(
        process,
        operands,
        options.has('R'),
        (name) => `cannot access '${name}'`,
        (node, name) => {
          if (process.user.uid !== 0 && node.uid !== process.user.uid)
            throw new AttributeError(`changing permissions of '${name}': Operation not permitted`);
          return { mode: changedMode(mode, node.mode, node.type === 'directory') ?? node.mode };
        },
      );
    },
    { args: process.argv.slice(1).map((arg) => (/^-[rwxst]+$/.test(arg) ? `a${arg}` : arg)) },
  );

/** The change is refused: a message of its own. */
class AttributeError extends Error {
  override readonly name = 'AttributeError';
}

function* attributes(
  process: Process,
  operands: readonly string[],
  isRecursive: boolean,
  what: (name: string) => string,
  change: (node: Node, name: string) => Attributes,
): Sys<number> {
  const { files } = process.namespace;
  let status = 0;
  for (const name of operands) {
    const path = at(process, name);
    try {
      const node = files.stat(path);
      files.setAttributes(path, change(node, name));
      if (isRecursive && node.type === 'directory')
        status =
          (yield* attributes(
            process,
            files
              .list(path)
              .filter(
                (one) => files.lookup(`${path}/${one}`, { nofollow: true })?.type !== 'symlink',
              )
              .map((one) => `${name.replace(/\/$/, '')}/${one}`),
            true,
            what,
            change,
          )) || status;
    } catch (error) {
      status = yield* fail(
        process,
        error instanceof AttributeError ? error.message : `${what(name)}: ${reason(error)}`,
      );
    }
  }
  return status;
}

export const chown: Program = (process) => owner(process, true);
export const chgrp: Program = (process) => owner(process, false);

function owner(process: Process, isUser: boolean): Sys<number> {
  return withOptions(process, 'R:recursive v:verbose h:no-dereference c f', function* (options) {
    const [spec, ...operands] = options.operands;
    if (spec === undefined || operands.length === 0)
      return yield* missingOperand(process, isUser ? 'chown' : 'chgrp');
    const { files } = process.namespace;
    const [wantedUser = '', wantedGroup = ''] = isUser ? spec.split(/[:.]/) : ['', spec];
    const user =
      wantedUser === ''
        ? undefined
        : (lookupUser(files, wantedUser)?.uid ??
          (/^\d+$/.test(wantedUser) ? Number(wantedUser) : undefined));
    const group =
      wantedGroup === ''
        ? isUser && spec.endsWith(':')
          ? lookupUser(files, wantedUser)?.gid
          : undefined
        : (groupId(files, wantedGroup) ??
          (/^\d+$/.test(wantedGroup) ? Number(wantedGroup) : undefined));
    if (wantedUser !== '' && user === undefined)
      return yield* fail(process, `invalid user: ‘${spec}’`);
    if (wantedGroup !== '' && group === undefined)
      return yield* fail(process, `invalid group: ‘${spec}’`);
    return yield* attributes(
      process,
      operands,
      options.has('R'),
      (name) => `cannot access '${name}'`,
      (node, name) => {
        const isAllowed =
          process.user.uid === 0 || (user === undefined && node.uid === process.user.uid);
        if (!isAllowed)
          throw new AttributeError(
            `changing ${isUser ? 'ownership' : 'group'} of '${name}': Operation not permitted`,
          );
        return {
          ...(user === undefined ? {} : { uid: user }),
          ...(group === undefined ? {} : { gid: group }),
        };
      },
    );
  });
}

export const readlink: Program = (process) =>
  withOptions(process, 'f:canonicalize e m n:no-newline', function* (options) {
    const { files } = process.namespace;
    let status = 0;
    for (const name of options.operands) {
      const path = at(process, name);
      const node = files.lookup(path, { nofollow: true });
      if (options.has('f') || options.has('e') || options.has('m')) {
        if (options.has('e') && !files.exists(path)) status = 1;
        else yield* write(process.stdout, `${real(process, path)}${options.has('n') ? '' : '\n'}`);
      } else if (node?.type === 'symlink')
        yield* write(process.stdout, `${node.target}${options.has('n') ? '' : '\n'}`);
      else status = 1;
    }
    return status;
  });

export const realpath: Program = (process) =>
  withOptions(process, 'e m s q', function* (options) {
    let status = 0;
    for (const name of options.operands) {
      const path = at(process, name);
      if (!process.namespace.files.exists(normalize('..', path)))
        status = yield* fail(process, `${name}: No such file or directory`);
      else yield* write(process.stdout, `${real(process, path)}\n`);
    }
    return status;
  });

function real(process: Process, path: string): string {
  try {
    return process.namespace.files.realpath(path);
  } catch (error) {
    if (error instanceof SystemError) return path;
    throw error;
  }
}

export const mktemp: Program = (process) =>
  withOptions(process, 'd:directory u t p:tmpdir=', function* (options) {
    const template = options.operands[0] ?? `${options.get('p') ?? '/tmp'}/tmp.XXXXXXXXXX`;
    const runs = /X{3,}$/.exec(template)?.[0];
    if (runs === undefined) return yield* fail(process, `too few X's in template ‘${template}’`);
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
    const name =
      template.slice(0, -runs.length) +
      process.kernel.world.random('shell/mktemp').text(runs.length, letters);
    const path = at(process, name);
    try {
      demandFolder(process, path);
      if (options.has('d')) process.namespace.files.mkdir(path, { mode: 0o700, ...own(process) });
      else process.namespace.files.writeFile(path, '', { mode: 0o600, ...own(process) });
    } catch (error) {
      return yield* fail(
        process,
        `failed to create ${options.has('d') ? 'directory' : 'file'} via template ‘${template}’: ${reason(error)}`,
      );
    }
    yield* write(process.stdout, `${name}\n`);
    return 0;
  });

export const truncate: Program = (process) =>
  withOptions(process, 's:size= c', function* (options) {
    const size = parseSize(options.get('s') ?? '');
    if (size === undefined)
      return yield* fail(
        process,
        `you must specify either ‘--size’ or ‘--reference’\nTry 'truncate --help' for more information.`,
      );
    const { files } = process.namespace;
    return yield* each(
      process,
      options.operands,
      (name) => `cannot open '${name}' for writing`,
      (_name, path) => {
        const node = files.lookup(path);
        if (node?.type === 'file')
          files.writeFile(
            path,
            size === 0
              ? ''
              : typeof node.content === 'string' && node.content.length >= size
                ? contentText(node.content).slice(0, size)
                : { bytes: size },
          );
        else files.writeFile(path, size === 0 ? '' : { bytes: size }, own(process));
      },
    );
  });

/** `10M`, `1G`, `512`: bytes. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([KMGT]?)(i?B?)$/i.exec(text);
  if (!found) return undefined;
  const base = /^B$/i.test(found[3] ?? '') && found[2] !== '' ? 1000 : 1024;
  let value = Number(found[1]);
  for (let i = ' KMGT'.indexOf((found[2] ?? '').toUpperCase() || ' '); i > 0; i--) value *= base;
  return Math.round(value);
}
