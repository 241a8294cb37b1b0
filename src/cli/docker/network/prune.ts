/**
 * `docker network prune`.
 *
 * Real: docker/cli cli/command/network/prune.go
 */
import type { Run } from '../../cobra/command.ts';
import { mayPrune, prune, pruneFilters } from '../prune.ts';

const WARNING =
  'WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue?';

export const NETWORKS_DELETED = { title: 'Deleted Networks', field: 'NetworksDeleted' };

export const runPrune: Run = function* (cli, { flags }) {
  if (!(yield* mayPrune(cli, flags, WARNING))) return;
  const report = yield* prune(cli, '/networks', pruneFilters(cli, flags), NETWORKS_DELETED);
  if (report.output !== '') yield* cli.println(report.output);
};
