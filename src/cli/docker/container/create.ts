/**
 * `docker create`, and the part of `docker run` that is the same.
 *
 * Real:     docker/cli cli/command/container/create.go
 * Left out: content trust, --use-api-socket.
 */
import type { DockerCli } from '../../cli.ts';
import { isNotFound, isOlder } from '../../client.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { familiarString, parseReference } from '../../formatter/reference.ts';
import type { Sys } from '../../process.ts';
import { invalidReference, pullImage } from '../image/pull.ts';
import { notSupported } from '../unsupported.ts';
import { parseContainer } from './opts.ts';
import type { ContainerRequest } from './opts.ts';

export function withHelp(message: string, command: string): string {
  return `docker: ${message}\n\nRun 'docker ${command} --help' for more information`;
}

export function checkPull(flags: FlagSet): void {
  const pull = flags.string('pull');
  if (['always', 'missing', 'never', ''].includes(pull)) return;
  throw new StatusError(
    `invalid pull option: '${pull}': must be one of "always", "missing" or "never"`,
  );
}

export const runCreate: Run = function* (cli, { flags, args }) {
  let request: ContainerRequest;
  try {
    checkPull(flags);
    const [image = '', ...rest] = args;
    request = parseContainer(cli, flags, image, rest);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(withHelp(error.message, 'create'), 125);
  }
  yield* cli.println(yield* createContainer(cli, flags, request));
};

/** Creates it, pulling the image if it is missing; returns the ID. */
export function* createContainer(
  cli: DockerCli,
  flags: FlagSet,
  request: ContainerRequest,
): Sys<string> {
  if (flags.bool('use-api-socket')) throw notSupported('--use-api-socket');
  const idFile = request.HostConfig.ContainerIDFile;
  if (idFile !== '' && cli.fileExists(idFile)) {
    throw new StatusError(
      `container ID file found, make sure the other container isn't running or delete ${idFile}`,
    );
  }
  const isID = /^[a-f0-9]{64}$/.test(request.Image);
  const reference = isID ? undefined : parseReference(request.Image);
  if (!isID && reference === undefined) {
    throw invalidReference(request.Image);
  }
  const shown =
    reference === undefined
      ? request.Image
      : familiarString(
          reference.tag === undefined && reference.digest === undefined
            ? { ...reference, tag: 'latest' }
            : reference,
        );
  const pull = flags.string('pull');
  const fetch = (): Sys<void> =>
    pullImage(cli, shown, {
      platform: flags.string('platform'),
      isQuiet: flags.bool('quiet'),
      write: (text) => cli.err(text),
      terminal: cli.errTerminal,
    });
  if (pull === 'always') yield* fetch();
  const create = (): Sys<Created> => send(cli, flags, request);
  let created: Created;
  try {
    created = yield* create();
  } catch (error) {
    const isMissing =
      isNotFound(error) &&
      reference !== undefined &&
      /No such image/i.test((error as Error).message);
    if (!isMissing || pull !== 'missing') throw error;
    if (!flags.bool('quiet')) yield* cli.err(`Unable to find image '${shown}' locally\n`);
    yield* fetch();
    created = yield* create();
  }
  for (const warning of created.Warnings ?? []) yield* cli.err(`WARNING: ${warning}\n`);
  if (idFile !== '') cli.writeFile(idFile, created.Id);
  return created.Id;
}

interface Created {
  readonly Id: string;
  readonly Warnings?: readonly string[] | null;
}

function* send(cli: DockerCli, flags: FlagSet, request: ContainerRequest): Sys<Created> {
  const name = flags.string('name');
  const platform = flags.string('platform');
  const version = yield* cli.client.negotiate();
  const terminal = cli.outTerminal;
  const ConsoleSize = terminal === undefined ? [0, 0] : [terminal.rows, terminal.columns];
  const HostConfig = { ...request.HostConfig, ConsoleSize };
  return yield* cli.client.json<Created>('POST', '/containers/create', {
    query: {
      name: name === '' ? undefined : name,
      platform: platform === '' || isOlder(version, '1.41') ? undefined : platform,
    },
    body: { ...request, HostConfig },
  });
}
