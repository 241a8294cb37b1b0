/**
 * `docker system prune`.
 *
 * Real: docker/cli cli/command/system/prune.go
 */
import { isOlder } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { naturalLess } from '../../formatter/natural.ts';
import { humanSize } from '../../formatter/units.ts';
import { pruneBuildCache } from '../builder/prune.ts';
import { CONTAINERS_DELETED } from '../container/prune.ts';
import { pruneImages } from '../image/prune.ts';
import { NETWORKS_DELETED } from '../network/prune.ts';
import { mayPrune, prune, pruneFilters } from '../prune.ts';
import type { Filters, PruneReport } from '../prune.ts';
import { VOLUMES_DELETED } from '../volume/prune.ts';

export const runPrune: Run = function* (cli, { flags }) {
  const filters = pruneFilters(cli, flags);
  const hasVolumes = flags.bool('volumes');
  const isAll = flags.bool('all');
  if (hasVolumes && filters.has('until')) {
    throw new StatusError('ERROR: The "until" filter is not supported with "--volumes"');
  }
  const version = yield* cli.client.negotiate();
  const hasCache = !isOlder(version, '1.31');
  const warning = confirmation({ filters, hasVolumes, isAll, hasCache });
  if (!(yield* mayPrune(cli, flags, warning))) return;
  const steps = [
    () => prune(cli, '/containers', filters, CONTAINERS_DELETED),
    () => prune(cli, '/networks', filters, NETWORKS_DELETED),
    ...(hasVolumes ? [() => prune(cli, '/volumes', filters, VOLUMES_DELETED)] : []),
    () => pruneImages(cli, filters, isAll),
    ...(hasCache ? [() => pruneBuildCache(cli, filters, { isAll })] : []),
  ];
  let reclaimed = 0;
  for (const step of steps) {
    const report: PruneReport = yield* step();
    reclaimed += report.reclaimed;
    if (report.output !== '') yield* cli.println(report.output);
  }
  yield* cli.println(`Total reclaimed space: ${humanSize(reclaimed)}`);
};

function confirmation(options: {
  readonly filters: Filters;
  readonly hasVolumes: boolean;
  readonly isAll: boolean;
  readonly hasCache: boolean;
}): string {
  const { filters, hasVolumes, isAll, hasCache } = options;
  const warnings = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(hasVolumes ? ['all anonymous volumes not used by at least one container'] : []),
    isAll ? 'all images without at least one container associated to them' : 'all dangling images',
    ...(hasCache ? [isAll ? 'all build cache' : 'unused build cache'] : []),
  ];
  const shown = ['label', 'label!', 'until'].flatMap((name) =>
    (filters.get(name) ?? []).map((value) => `${name}=${value}`),
  );
  shown.sort((a, b) => (naturalLess(a, b) ? -1 : naturalLess(b, a) ? 1 : 0));
  const filtered =
    shown.length === 0
      ? ''
      : `\n  Items to be pruned will be filtered with:${shown.map((one) => `\n  - ${one}`).join('')}\n`;
  return `WARNING! This will remove:${warnings.map((one) => `\n  - ${one}`).join('')}\n${filtered}\nAre you sure you want to continue?`;
}
