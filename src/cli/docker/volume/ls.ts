/**
 * `docker volume ls`.
 *
 * Real:     docker/cli cli/command/volume/list.go
 * Left out: cluster volumes.
 */
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { byNatural } from '../../formatter/natural.ts';
import { configFormat } from '../configfile.ts';
import { notSupported } from '../unsupported.ts';
import type { Volume } from './formatter.ts';
import { formatVolumes, volumeListFormat } from './formatter.ts';

export const runLs: Run = function* (cli, { flags }) {
  if (flags.bool('cluster')) throw notSupported('docker volume ls --cluster');
  const filters = filtersQuery(flags.get('filter') as ReadonlyMap<string, readonly string[]>);
  const answer = yield* cli.client.json<{ Volumes: Volume[] | null }>('GET', '/volumes', {
    query: { filters },
  });
  const volumes = [...(answer.Volumes ?? [])].sort(byNatural((volume) => volume.Name));
  const format = volumeListFormat(configFormat(cli, flags, 'volumesFormat'), flags.bool('quiet'));
  yield* cli.out(formatVolumes(format, volumes));
};
