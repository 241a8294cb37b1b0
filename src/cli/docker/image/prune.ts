/**
 * `docker image prune`.
 *
 * Real: docker/cli cli/command/image/prune.go
 */
import type { DockerCli } from '../../cli.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import type { Sys } from '../../process.ts';
import { mayPrune, printPruned, pruneFilters } from '../prune.ts';
import type { Filters, PruneReport } from '../prune.ts';

export const runPrune: Run = function* (cli, { flags }) {
  const isAll = flags.bool('all');
  const what = isAll
    ? 'all images without at least one container associated to them'
    : 'all dangling images';
  const warning = `WARNING! This will remove ${what}.\nAre you sure you want to continue?`;
  if (!(yield* mayPrune(cli, flags, warning))) return;
  yield* printPruned(cli, yield* pruneImages(cli, pruneFilters(cli, flags), isAll));
};

export function* pruneImages(cli: DockerCli, filters: Filters, isAll: boolean): Sys<PruneReport> {
  const all = new Map([...filters, ['dangling', [String(!isAll)]]]);
  const answer = yield* cli.client.json<{
    ImagesDeleted?: readonly { Untagged?: string; Deleted?: string }[] | null;
    SpaceReclaimed?: number;
  }>('POST', '/images/prune', { query: { filters: filtersQuery(all) } });
  const deleted = answer.ImagesDeleted ?? [];
  const lines = deleted.map(({ Untagged, Deleted = '' }) =>
    Untagged ? `untagged: ${Untagged}\n` : `deleted: ${Deleted}\n`,
  );
  return {
    reclaimed: deleted.length === 0 ? 0 : (answer.SpaceReclaimed ?? 0),
    output: deleted.length === 0 ? '' : `Deleted Images:\n${lines.join('')}`,
  };
}
