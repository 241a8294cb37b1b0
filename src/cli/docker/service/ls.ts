/**
 * `docker service ls`.
 *
 * Real: docker/cli cli/command/service/list.go
 */
import type { Service } from '../../api.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { configFormat } from '../configfile.ts';
import { formatServices, serviceListFormat } from './formatter.ts';
import { withServiceStatus } from './status.ts';

export const runLs: Run = function* (cli, { flags }) {
  const isQuiet = flags.bool('quiet');
  const filters = filtersQuery(flags.get('filter') as ReadonlyMap<string, readonly string[]>);
  let services = yield* cli.client.json<Service[]>('GET', '/services', {
    query: { filters, ...(isQuiet ? {} : { status: 'true' }) },
  });
  if (!isQuiet) services = yield* withServiceStatus(cli, services);
  const format = serviceListFormat(configFormat(cli, flags, 'servicesFormat'), isQuiet);
  yield* cli.out(formatServices(format, services));
};
