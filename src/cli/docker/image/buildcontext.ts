/**
 * The context of a build: which files go to the daemon, and which of them is the Dockerfile.
 *
 * Real:     docker/cli cli/command/image/build/{context,context_detect}.go
 * Left out: git and URL contexts, compressed archives.
 */
import type { DockerCli } from '../../cli.ts';
import { StatusError } from '../../errors.ts';
import { basename, dirname, file, normalize, readAll, readTar } from '../../process.ts';
import type { Sys, TarEntry } from '../../process.ts';
import { epochOf, evalSymlinks, filesOf, localEntries } from '../localfiles.ts';
import { notSupported } from '../unsupported.ts';
import { readIgnore } from './dockerignore.ts';

export interface BuildContext {
  readonly entries: readonly TarEntry[];
  /** Its path in the context. */
  readonly dockerfile: string;
}

/** `docker build PATH -f dockerfile`. */
export function* readContext(
  cli: DockerCli,
  source: string,
  dockerfile: string,
): Sys<BuildContext> {
  if (source === '-' && dockerfile === '-') {
    throw new StatusError(
      "invalid argument: can't use stdin for both build context and dockerfile",
    );
  }
  if (source === '-') return stdinContext(cli, yield* readAll(cli.process.stdin), dockerfile);
  const isFolder = filesOf(cli).lookup(cli.absolute(source))?.type === 'directory';
  if (!isFolder && isRemote(source)) throw notSupported('docker build URL');
  if (!isFolder) throw new StatusError(`unable to prepare context: path "${source}" not found`);
  const folder = prepared(() => evalSymlinks(cli, cli.absolute(source)), 'context path');
  if (dockerfile === '-')
    return withDockerfile(cli, localContext(cli, folder, ''), yield* readAll(cli.process.stdin));
  const path = dockerfilePath(cli, folder, dockerfile);
  const isInside = path.startsWith(folder === '/' ? '/' : `${folder}/`);
  if (!isInside)
    return withDockerfile(cli, localContext(cli, folder, ''), filesOf(cli).readFile(path));
  const relative = path.slice(folder === '/' ? 1 : folder.length + 1);
  return { entries: localContext(cli, folder, relative), dockerfile: relative };
}

/** Names of remote contexts, by docker's own prefixes. */
function isRemote(source: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)/.test(source);
}

/** Standard input is an archive, or a Dockerfile and nothing else. */
function stdinContext(cli: DockerCli, text: string, dockerfile: string): BuildContext {
  const entries = text.slice(257, 262) === 'ustar' ? readTar(text, epochOf(cli)) : undefined;
  if (entries) return { entries, dockerfile: dockerfile === '' ? 'Dockerfile' : dockerfile };
  if (dockerfile !== '') {
    throw new StatusError(
      'unable to prepare context from STDIN: ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles',
    );
  }
  return { entries: [{ path: 'Dockerfile', node: file(text) }], dockerfile: 'Dockerfile' };
}

/** A folder's files without what `.dockerignore` names, all of them root's. */
function localContext(cli: DockerCli, folder: string, dockerfile: string): readonly TarEntry[] {
  const files = filesOf(cli);
  const ignoreFile = normalize(`${folder}/.dockerignore`);
  const ignores = readIgnore(
    files.lookup(ignoreFile)?.type === 'file' ? files.readFile(ignoreFile) : '',
    dockerfile,
  );
  return localEntries(files, folder, '')
    .filter(({ path }) => !ignores(path))
    .map(({ path, node }) => ({ path, node: { ...node, uid: 0, gid: 0 } }));
}

/** Without `-f` it is `Dockerfile`, or `dockerfile`, in the context; with it a path of the caller's own folder. */
function dockerfilePath(cli: DockerCli, folder: string, given: string): string {
  const usual = normalize(`${folder}/Dockerfile`);
  const lower = normalize(`${folder}/dockerfile`);
  const files = filesOf(cli);
  const path =
    given !== ''
      ? cli.absolute(given)
      : !files.exists(usual) && files.exists(lower)
        ? lower
        : usual;
  return prepared(
    () =>
      `${evalSymlinks(cli, dirname(path))}/${basename(evalSymlinks(cli, path))}`.replace('//', '/'),
    'Dockerfile path',
    path,
  );
}

/** A path with its links followed, in the words of the build. */
function prepared(find: () => string, what: string, asked?: string): string {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const reason =
      asked === undefined ? error.message : error.message.replace(/^lstat [^:]+/, `lstat ${asked}`);
    throw new StatusError(
      `unable to prepare context: unable to evaluate symlinks in ${what}: ${reason}`,
    );
  }
}

/** A Dockerfile from elsewhere goes along under a name that nothing else has. */
function withDockerfile(cli: DockerCli, entries: readonly TarEntry[], text: string): BuildContext {
  const dockerfile = `.dockerfile.${cli.process.kernel.world.random('cli/build').hex(20)}`;
  return { entries: [...entries, { path: dockerfile, node: file(text, 0o600) }], dockerfile };
}
