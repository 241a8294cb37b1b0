/**
 * `docker network ls`.
 *
 * Real: docker/cli cli/command/network/list.go
 */
import type { Network } from '../../api.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { byNatural } from '../../formatter/natural.ts';
import { configFormat } from '../configfile.ts';
import { formatNetworks, networkListFormat } from './formatter.ts';

export const runLs: Run = function* (cli, { flags }) {
  const filters = filtersQuery(flags.get('filter') as ReadonlyMap<string, readonly string[]>);
  const networks = yield* cli.client.json<Network[]>('GET', '/networks', { query: { filters } });
  networks.sort(byNatural((network) => network.Name));
  const format = networkListFormat(configFormat(cli, flags, 'networksFormat'), flags.bool('quiet'));
  yield* cli.out(formatNetworks(format, networks, !flags.bool('no-trunc')));
};
