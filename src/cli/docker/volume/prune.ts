/**
 * `docker volume prune`.
 *
 * Real: docker/cli cli/command/volume/prune.go
 */
import { isOlder } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { mayPrune, printPruned, prune, pruneFilters } from '../prune.ts';

export const VOLUMES_DELETED = { title: 'Deleted Volumes', field: 'VolumesDeleted' };

export const runPrune: Run = function* (cli, { flags }) {
  const filters = pruneFilters(cli, flags);
  const version = yield* cli.client.negotiate();
  // Before 1.42 all volumes were meant, with a name or without.
  const isOld = isOlder(version, '1.42');
  if (!isOld && flags.bool('all')) {
    if (filters.has('all')) {
      throw new StatusError('conflicting options: cannot specify both --all and --filter all=1');
    }
    filters.set('all', ['true']);
  }
  const kind = isOld || flags.bool('all') ? 'all local' : 'anonymous local';
  const warning = `WARNING! This will remove ${kind} volumes not used by at least one container.\nAre you sure you want to continue?`;
  if (!(yield* mayPrune(cli, flags, warning))) return;
  yield* printPruned(cli, yield* prune(cli, '/volumes', filters, VOLUMES_DELETED));
};
