/**
 * `docker container prune`.
 *
 * Real: docker/cli cli/command/container/prune.go
 */
import type { Run } from '../../cobra/command.ts';
import { mayPrune, printPruned, prune, pruneFilters } from '../prune.ts';

export const CONTAINERS_DELETED = { title: 'Deleted Containers', field: 'ContainersDeleted' };

const WARNING =
  'WARNING! This will remove all stopped containers.\nAre you sure you want to continue?';

export const runPrune: Run = function* (cli, { flags }) {
  if (!(yield* mayPrune(cli, flags, WARNING))) return;
  const filters = pruneFilters(cli, flags);
  yield* printPruned(cli, yield* prune(cli, '/containers', filters, CONTAINERS_DELETED));
};
