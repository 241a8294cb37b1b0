/**
 * `docker images`.
 *
 * Real:     docker/cli cli/command/image/list.go
 * Left out: --tree.
 */
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { goQuote } from '../../formatter/strconv.ts';
import { configFormat } from '../configfile.ts';
import { notSupported } from '../unsupported.ts';
import type { ImageSummary } from './formatter.ts';
import { formatImages, imageListFormat } from './formatter.ts';

const SUBCOMMANDS = [
  'build',
  'history',
  'import',
  'inspect',
  'list',
  'load',
  'ls',
  'prune',
  'pull',
  'push',
  'rm',
  'save',
  'tag',
];

export const runLs: Run = function* (cli, { command, flags, args }) {
  if (flags.bool('tree')) throw notSupported('docker images --tree');
  const filters = new Map(flags.get('filter') as ReadonlyMap<string, readonly string[]>);
  const wanted = args[0] ?? '';
  if (wanted !== '') filters.set('reference', [...(filters.get('reference') ?? []), wanted]);
  const images = yield* cli.client.json<ImageSummary[]>('GET', '/images/json', {
    query: { ...(flags.bool('all') ? { all: '1' } : {}), filters: filtersQuery(filters) },
  });
  const digests = flags.bool('digests');
  const isQuiet = flags.bool('quiet');
  const format = imageListFormat(configFormat(cli, flags, 'imagesFormat'), isQuiet, digests);
  const trunc = !flags.bool('no-trunc');
  yield* cli.out(formatImages(format, images, { trunc, digests, nowMs: cli.nowMs }));
  if (images.length === 0 && command.name === 'images' && SUBCOMMANDS.includes(wanted)) {
    yield* cli.err(
      `\nNo images found matching ${goQuote(wanted)}: did you mean "docker image ${wanted}"?\n`,
    );
  }
};
