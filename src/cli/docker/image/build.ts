/**
 * `docker build` with the classic builder.
 *
 * Real:     docker/cli cli/command/image/build.go
 * Left out: git and URL contexts, content trust, squash.
 */
import type { DockerCli } from '../../cli.ts';
import type { Query } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import { StatusError } from '../../errors.ts';
import { humanSize } from '../../formatter/units.ts';
import { cut } from '../../opts/csv.ts';
import { tarBytes, writeTar } from '../../process.ts';
import type { Sys } from '../../process.ts';
import { epochOf, filesOf } from '../localfiles.ts';
import { allCredentials } from '../registry/auth.ts';
import { base64Encode } from '../registry/base64.ts';
import { readContext } from './buildcontext.ts';
import { showProgress } from './pull.ts';

export const runBuild: Run = function* (cli, { flags, args }) {
  const isQuiet = flags.bool('quiet');
  const idFile = flags.string('iidfile');
  // An old ID must not be taken for this build's if it fails.
  if (idFile !== '' && cli.fileExists(idFile)) filesOf(cli).remove(cli.absolute(idFile));
  const { entries, dockerfile } = yield* readContext(cli, args[0] ?? '', flags.string('file'));
  let said = '';
  const say = function* (text: string): Sys<void> {
    if (isQuiet) said += text;
    else yield* cli.out(text);
  };
  yield* say(
    `Sending build context to Docker daemon ${humanSize(tarBytes(entries)).padStart(8)}\r\r\n`,
  );
  let imageID = '';
  try {
    const response = yield* cli.client.request('POST', '/build', {
      query: buildQuery(flags, dockerfile),
      headers: {
        'Content-Type': 'application/x-tar',
        'X-Registry-Config': base64Encode(JSON.stringify(allCredentials(cli)), 'url'),
      },
      rawBody: writeTar(entries, epochOf(cli)),
    });
    said = '';
    yield* showProgress(response, {
      isQuiet: false,
      write: say,
      terminal: isQuiet ? undefined : cli.outTerminal,
      onAux: (aux) => void (imageID = (aux as { readonly ID?: string }).ID ?? imageID),
    });
  } catch (error) {
    if (isQuiet && error instanceof StatusError) yield* cli.err(said);
    throw error;
  }
  // A quiet daemon says nothing but the ID.
  if (isQuiet) yield* cli.out(said);
  if (idFile !== '') writeID(cli, idFile, imageID);
};

function writeID(cli: DockerCli, path: string, id: string): void {
  if (id === '') throw new StatusError(`server did not provide an image ID. Cannot write ${path}`);
  cli.writeFile(path, id);
}

function buildQuery(flags: FlagSet, dockerfile: string): Query {
  const set = (name: string): string | undefined => (flags.bool(name) ? '1' : undefined);
  const number = (name: string): string | undefined =>
    flags.changed(name) ? String(flags.number(name)) : undefined;
  const text = (name: string): string | undefined => flags.string(name) || undefined;
  return {
    version: '1',
    dockerfile,
    t: flags.list('tag'),
    q: set('quiet'),
    nocache: set('no-cache'),
    rm: flags.bool('rm') ? '1' : '0',
    forcerm: set('force-rm'),
    pull: set('pull'),
    buildargs: JSON.stringify(keyValues(flags.list('build-arg'), null)),
    labels: JSON.stringify(keyValues(flags.list('label'), '')),
    cachefrom: flags.changed('cache-from') ? JSON.stringify(flags.list('cache-from')) : undefined,
    extrahosts: flags.list('add-host'),
    networkmode: text('network'),
    target: text('target'),
    platform: text('platform')?.toLowerCase(),
    memory: number('memory'),
    memswap: number('memory-swap'),
    shmsize: number('shm-size'),
    cpushares: number('cpu-shares'),
    cpuperiod: number('cpu-period'),
    cpuquota: number('cpu-quota'),
    cpusetcpus: text('cpuset-cpus'),
    cpusetmems: text('cpuset-mems'),
    cgroupparent: text('cgroup-parent'),
  };
}

/** A name without `=` has the value `missing`. */
function keyValues(
  pairs: readonly string[],
  missing: string | null,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, value, hasValue] = cut(pair);
      return [name, hasValue ? value : missing];
    }),
  );
}
