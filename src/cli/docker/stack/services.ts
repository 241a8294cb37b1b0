/**
 * `docker stack services`.
 *
 * Real: docker/cli cli/command/stack/services.go
 */
import type { Service } from '../../api.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { configFormat } from '../configfile.ts';
import { formatServices, serviceListFormat } from '../service/formatter.ts';
import { withServiceStatus } from '../service/status.ts';
import { checkStackName, stackFilter } from './common.ts';

export const runServices: Run = function* (cli, { flags, args }) {
  const stack = args[0] ?? '';
  checkStackName(stack);
  const isQuiet = flags.bool('quiet');
  const filter = flags.get('filter') as ReadonlyMap<string, readonly string[]>;
  const filters = filtersQuery(stackFilter(stack, filter));
  let services = yield* cli.client.json<Service[]>('GET', '/services', {
    query: { filters, ...(isQuiet ? {} : { status: 'true' }) },
  });
  if (!isQuiet) services = yield* withServiceStatus(cli, services);
  if (services.length === 0) {
    yield* cli.err(`Nothing found in stack: ${stack}\n`);
    return;
  }
  const format = serviceListFormat(configFormat(cli, flags, 'servicesFormat'), isQuiet);
  yield* cli.out(formatServices(format, services));
};
