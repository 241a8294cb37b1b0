/**
 * `docker volume update`: only for cluster volumes.
 *
 * Real: docker/cli cli/command/volume/update.go
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { inspectRaw } from '../inspectraw.ts';
import { notSupported } from '../unsupported.ts';

export const runUpdate: Run = function* (cli, { args }) {
  const ref = args[0] ?? '';
  const { json } = yield* inspectRaw(cli, { type: 'volume.Volume', path: '/volumes', ref });
  const isCluster = (json as { readonly ClusterVolume?: object }).ClusterVolume !== undefined;
  if (!isCluster) throw new StatusError('can only update cluster volumes');
  throw notSupported('docker volume update');
};
