/**
 * `docker builder prune`.
 *
 * Real: docker/cli cli/command/builder/prune.go
 */
import type { Run } from '../../cobra/command.ts';
import { filtersQuery } from '../../client.ts';
import type { DockerCli } from '../../cli.ts';
import type { Sys } from '../../process.ts';
import { mayPrune, printPruned, pruneFilters } from '../prune.ts';
import type { Filters, PruneReport } from '../prune.ts';

const NORMAL =
  'WARNING! This will remove all dangling build cache. Are you sure you want to continue?';
const ALL = 'WARNING! This will remove all build cache. Are you sure you want to continue?';

export const runPrune: Run = function* (cli, { flags }) {
  const isAll = flags.bool('all');
  if (!(yield* mayPrune(cli, flags, isAll ? ALL : NORMAL))) return;
  const report = yield* pruneBuildCache(cli, pruneFilters(cli, flags), {
    isAll,
    keepStorage: flags.number('keep-storage'),
  });
  yield* printPruned(cli, report);
};

export function* pruneBuildCache(
  cli: DockerCli,
  filters: Filters,
  options: { readonly isAll: boolean; readonly keepStorage?: number },
): Sys<PruneReport> {
  const answer = yield* cli.client.json<{
    CachesDeleted?: readonly string[] | null;
    SpaceReclaimed?: number;
  }>('POST', '/build/prune', {
    query: {
      ...(options.isAll ? { all: '1' } : {}),
      ...(options.keepStorage ? { 'keep-storage': String(options.keepStorage) } : {}),
      filters: filtersQuery(filters),
    },
  });
  const deleted = answer.CachesDeleted ?? [];
  const lines = deleted.map((id) => `${id}\n`).join('');
  return {
    reclaimed: answer.SpaceReclaimed ?? 0,
    output: deleted.length === 0 ? '' : `Deleted build cache objects:\n${lines}`,
  };
}
