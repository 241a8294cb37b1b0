/**
 * `docker cp`.
 *
 * Real: docker/cli cli/command/container/cp.go, moby pkg/archive/copy.go
 */
import type { DockerCli } from '../../cli.ts';
import { ApiError, isNotFound, segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { humanSize3 } from '../../formatter/units.ts';
import {
  basename,
  dirname,
  normalize,
  readAll,
  readTar,
  tarBytes,
  writeTar,
} from '../../process.ts';
import type { Sys, TarEntry } from '../../process.ts';
import { epochOf, evalSymlinks, filesOf, localEntries, lstat, unpack } from '../localfiles.ts';
import { base64Decode } from '../registry/base64.ts';

interface Copy {
  readonly container: string;
  readonly source: string;
  readonly destination: string;
  readonly followsLinks: boolean;
  readonly keepsOwner: boolean;
  readonly isQuiet: boolean;
}

export const runCp: Run = function* (cli, { flags, args }) {
  const [source = '', destination = ''] = args;
  if (source === '') throw new StatusError('source can not be empty');
  if (destination === '') throw new StatusError('destination can not be empty');
  const from = splitArgument(source);
  const to = splitArgument(destination);
  if (from.container !== '' && to.container !== '')
    throw new StatusError('copying between containers is not supported');
  if (from.container === '' && to.container === '')
    throw new StatusError('must specify at least one container source');
  const copy: Copy = {
    container: from.container + to.container,
    source: from.path,
    destination: to.path,
    followsLinks: flags.bool('follow-link'),
    keepsOwner: flags.bool('archive'),
    isQuiet: flags.changed('quiet') ? flags.bool('quiet') : cli.outTerminal === undefined,
  };
  yield* from.container === '' ? copyIn(cli, copy) : copyOut(cli, copy);
};

/** `web:/etc/hosts`; what begins with `/` or `.` is a local path, colons or not. */
function splitArgument(text: string): { readonly container: string; readonly path: string } {
  const colon = text.indexOf(':');
  if (text.startsWith('/') || colon < 0 || text.startsWith('.'))
    return { container: '', path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** One end of a copy: what is at the path, and the path as it was meant (`dir/`, `dir/.`). */
interface End {
  readonly path: string;
  readonly exists: boolean;
  readonly isDir: boolean;
  /** The name that the entry goes by instead of its own: that of the link that led to it. */
  readonly rebase?: string;
}

function* copyOut(cli: DockerCli, copy: Copy): Sys<void> {
  const { container, isQuiet } = copy;
  const destination = copy.destination === '-' ? '-' : localPath(cli, copy.destination);
  if (destination !== '-') checkOutputPath(cli, destination);
  let path = copy.source;
  let rebase: string | undefined;
  if (copy.followsLinks) {
    const { linkTarget } = (yield* statPath(cli, container, path)) ?? { linkTarget: '' };
    if (linkTarget !== '') {
      const target = keepEnding(
        linkTarget.startsWith('/') ? linkTarget : normalize(`${splitEntry(path)[0]}/${linkTarget}`),
        path,
      );
      rebase = basename(target) === basename(path) ? undefined : basename(path);
      path = target;
    }
  }
  const response = yield* cli.client.request('GET', archivePath(container), { query: { path } });
  const stat = parseStat(response.headers.get('x-docker-container-path-stat'));
  const text = yield* readAll(response.body);
  response.close();
  if (destination === '-') return yield* cli.out(text);
  const entries = readTar(text, epochOf(cli)) ?? [];
  const source: End = {
    path,
    exists: true,
    isDir: stat?.isDir ?? false,
    ...(rebase === undefined ? {} : { rebase }),
  };
  const renamed = rebase === undefined ? entries : rebased(entries, splitEntry(path)[1], rebase);
  yield* shown(
    cli,
    isQuiet,
    'Copying from container - ',
    tarBytes(entries),
    destination,
    function* () {
      const [folder, prepared] = prepare(renamed, source, localEnd(cli, destination));
      unpack(cli, normalize(folder), prepared);
    },
  );
}

function* copyIn(cli: DockerCli, copy: Copy): Sys<void> {
  const { container, destination, isQuiet } = copy;
  const source = copy.source === '-' ? '-' : localPath(cli, copy.source);
  const end = yield* containerEnd(cli, container, destination);
  const query = { noOverwriteDirNonDir: 'true', copyUIDGID: copy.keepsOwner ? 'true' : undefined };
  const put = (path: string, rawBody: string): Sys<string> =>
    cli.client.text('PUT', archivePath(container), {
      query: { ...query, path },
      rawBody,
      headers: { 'Content-Type': 'application/x-tar' },
    });
  if (source === '-') {
    if (!end.isDir)
      throw new StatusError(`destination "${container}:${destination}" must be a directory`);
    yield* put(end.path, yield* readAll(cli.process.stdin));
    return;
  }
  const found = sourceEnd(cli, source, copy.followsLinks);
  const [folder, name] = splitEntry(found.path);
  const packed = localEntries(
    filesOf(cli),
    normalize(`${folder}/${name}`),
    name === '.' || name === '/' ? '' : name,
  );
  const named = found.rebase === undefined ? packed : rebased(packed, name, found.rebase);
  const [target, entries] = prepare(named, found, end);
  yield* shown(
    cli,
    isQuiet,
    'Copying to container - ',
    tarBytes(entries),
    `${container}:${end.path}`,
    function* () {
      yield* put(target, writeTar(entries, epochOf(cli)));
    },
  );
}

/** Runs a transfer; at a terminal the user sees how much went over. */
function* shown(
  cli: DockerCli,
  isQuiet: boolean,
  header: string,
  bytes: number,
  where: string,
  transfer: () => Sys<void>,
): Sys<void> {
  if (isQuiet) return yield* transfer();
  const restore = '\u001b[u\u001b[2K';
  const isTerminal = cli.errTerminal !== undefined;
  if (isTerminal)
    yield* cli.err(`\u001b[sPreparing to copy...\u001b[?25l${restore}${header}${humanSize3(0)}`);
  let failure: unknown;
  try {
    yield* transfer();
  } catch (error) {
    failure = error;
    if (!(error instanceof StatusError)) throw error;
  } finally {
    if (isTerminal) yield* cli.err(`\u001b[?25h${restore}`);
  }
  yield* cli.err(`Successfully copied ${humanSize3(bytes)} to ${where}\n`);
  if (failure !== undefined) throw failure;
}

// Where the copy goes, and under which names

/** The folder to unpack in, and the entries under the names that they get there. */
function prepare(
  entries: readonly TarEntry[],
  source: End,
  destination: End,
): [string, readonly TarEntry[]] {
  const [folder, name] = splitEntry(destination.path);
  const sourceName = splitEntry(source.path)[1];
  if (destination.exists && destination.isDir) return [destination.path, entries];
  if (destination.exists && source.isDir) throw new StatusError('cannot copy directory');
  if (destination.exists) return [folder, rebased(entries, source.rebase ?? sourceName, name)];
  if (source.isDir) return [folder, rebased(entries, source.rebase ?? sourceName, name)];
  if (/(\/|\/\.)$/.test(destination.path)) throw new StatusError('no such directory');
  return [folder, rebased(entries, source.rebase ?? sourceName, name)];
}

/** Entries of `old` as entries of `name`. The content of a folder (`dir/.`) has no name of its own: it goes below the new one. */
function rebased(entries: readonly TarEntry[], old: string, name: string): readonly TarEntry[] {
  if (old === '.' || old === '/')
    return entries.map((entry) => ({ ...entry, path: `${name}/${entry.path}` }));
  return entries.map(({ path, node }) => ({
    path: path === old ? name : path.replace(`${old}/`, `${name}/`),
    node,
  }));
}

/** Folder and last part; of `dir/.` the folder itself and `.`. */
function splitEntry(path: string): [string, string] {
  const clean = normalize(path);
  return /(^|\/)\.$/.test(path) ? [clean, '.'] : [dirname(clean), basename(clean)];
}

function localPath(cli: DockerCli, path: string): string {
  return keepEnding(cli.absolute(path), path);
}

/** A cleaned path ends as it was written: `/` and `/.` mean something. */
function keepEnding(clean: string, written: string): string {
  if (/(^|\/)\.$/.test(written)) return clean === '/' ? '/.' : `${clean}/.`;
  return written.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

function checkOutputPath(cli: DockerCli, path: string): void {
  const folder = dirname(normalize(path));
  if (!filesOf(cli).exists(folder))
    throw new StatusError(`invalid output path: directory "${folder}" does not exist`);
  const node = filesOf(cli).lookup(path);
  if (node?.type === 'device') throw new StatusError('got a device');
  if (node?.type === 'socket') throw new StatusError('got an irregular file');
}

function sourceEnd(cli: DockerCli, path: string, followsLinks: boolean): End {
  const [folder, name] = splitEntry(path);
  const resolved = followsLinks
    ? keepEnding(evalSymlinks(cli, path), path)
    : `${evalSymlinks(cli, folder)}/${name}`.replace('//', '/');
  const rebase = followsLinks && name !== '.' && basename(resolved) !== name ? name : undefined;
  const node = lstat(cli, resolved);
  return {
    path: resolved,
    exists: true,
    isDir: node.type === 'directory',
    ...(rebase === undefined ? {} : { rebase }),
  };
}

function localEnd(cli: DockerCli, path: string): End {
  const node = filesOf(cli).lookup(path);
  if (node) return { path, exists: true, isDir: node.type === 'directory' };
  const parent = splitEntry(path)[0];
  if (lstat(cli, evalSymlinks(cli, parent)).type !== 'directory')
    throw new StatusError('not a directory');
  return { path, exists: false, isDir: false };
}

interface PathStat {
  readonly isDir: boolean;
  readonly linkTarget: string;
}

/** What is at the destination. That it is not there is no error: its folder may be. */
function* containerEnd(cli: DockerCli, container: string, path: string): Sys<End> {
  const stat = yield* statPath(cli, container, path);
  if (stat === undefined) return { path, exists: false, isDir: false };
  if (stat.linkTarget === '') return { path, exists: true, isDir: stat.isDir };
  const target = stat.linkTarget.startsWith('/')
    ? stat.linkTarget
    : normalize(`${splitEntry(path)[0]}/${stat.linkTarget}`);
  const beyond = yield* statPath(cli, container, target);
  return { path: target, exists: beyond !== undefined, isDir: beyond?.isDir ?? false };
}

function* statPath(cli: DockerCli, container: string, path: string): Sys<PathStat | undefined> {
  try {
    const response = yield* cli.client.request('HEAD', archivePath(container), { query: { path } });
    response.close();
    return parseStat(response.headers.get('x-docker-container-path-stat'));
  } catch (error) {
    if (error instanceof ApiError || isNotFound(error)) return undefined;
    throw error;
  }
}

/** Go's os.FileMode has the kind of a file in its high bits. */
function parseStat(header: string | undefined): PathStat | undefined {
  if (header === undefined) return undefined;
  const { mode = 0, linkTarget = '' } = JSON.parse(base64Decode(header)) as {
    readonly mode?: number;
    readonly linkTarget?: string;
  };
  return { isDir: mode >= 2_147_483_648, linkTarget };
}

function archivePath(container: string): string {
  return `/containers/${segment(container)}/archive`;
}
