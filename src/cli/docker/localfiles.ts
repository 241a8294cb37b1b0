/**
 * The client's own files, as `docker cp` and `docker build` pack and unpack them.
 *
 * Real: moby pkg/archive/archive.go (TarWithOptions, Untar)
 */
import type { DockerCli } from '../cli.ts';
import { StatusError } from '../errors.ts';
import { SystemError } from '../process.ts';
import type { FileSystem, Node, TarEntry } from '../process.ts';

/** The node at a path, as Go's `os.Lstat` finds it. */
export function lstat(cli: DockerCli, path: string): Node {
  return attemptFile('lstat', path, () => filesOf(cli).stat(path, { nofollow: true }));
}

/** The path with all links followed; fails at the part that is not there, as `filepath.EvalSymlinks` does. */
export function evalSymlinks(cli: DockerCli, path: string): string {
  const files = filesOf(cli);
  return attemptFile('lstat', path, () => {
    const real = files.realpath(path);
    files.stat(real);
    return real;
  });
}

export function filesOf(cli: DockerCli): FileSystem {
  return cli.process.namespace.files;
}

/** When the machine's time began: what the times of its files are relative to. */
export function epochOf(cli: DockerCli): number {
  const { unixMs, nowMs } = cli.process.kernel.world;
  return unixMs - nowMs;
}

function attemptFile<T>(what: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new StatusError(`${what} ${path}: ${error.text.toLowerCase()}`);
  }
}

/** What lies at `path` and below it, parents first, under names that begin with `name`; mounts are part of it. */
export function localEntries(files: FileSystem, path: string, name: string): TarEntry[] {
  const node = files.stat(path, { nofollow: true });
  const own = name === '' ? [] : [{ path: name, node }];
  if (node.type !== 'directory') return own;
  const below = files
    .list(path)
    .flatMap((child) =>
      localEntries(
        files,
        `${path === '/' ? '' : path}/${child}`,
        name === '' ? child : `${name}/${child}`,
      ),
    );
  return [...own, ...below];
}

/** Writes entries below a folder, as the user who runs the client. */
export function unpack(cli: DockerCli, folder: string, entries: readonly TarEntry[]): void {
  const files = filesOf(cli);
  const { uid, gid } = cli.process.user;
  for (const { path, node } of entries) {
    const target = `${folder === '/' ? '' : folder}/${path}`;
    const there = files.lookup(target, { nofollow: true });
    if (there && (there.type === 'directory') !== (node.type === 'directory')) {
      const [over, what] =
        there.type === 'directory'
          ? ['directory', 'non-directory']
          : ['non-directory', 'directory'];
      throw new StatusError(`cannot overwrite ${over} "${target}" with ${what} "${folder}"`);
    }
    attemptFile('open', target, () => {
      if (node.type === 'directory')
        files.mkdir(target, { parents: true, mode: node.mode, uid, gid });
      else if (node.type === 'file')
        files.writeFile(target, node.content, { mode: node.mode, uid, gid });
      else {
        if (there) files.remove(target);
        files.putNode(target, { ...node, uid, gid });
      }
      if (node.type !== 'symlink') files.setAttributes(target, { modifiedAtMs: node.modifiedAtMs });
    });
  }
}
