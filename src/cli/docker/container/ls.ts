/**
 * `docker ps`.
 *
 * Real: docker/cli cli/command/container/list.go
 */
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { configFormat } from '../configfile.ts';
import type { ContainerSummary } from './formatter.ts';
import { containerListFormat, formatContainers } from './formatter.ts';

export const runLs: Run = function* (cli, { flags }) {
  const filters = flags.get('filter') as ReadonlyMap<string, readonly string[]>;
  const last = flags.bool('latest') && !flags.changed('last') ? 1 : flags.number('last');
  const source = configFormat(cli, flags, 'psFormat');
  const isQuiet = flags.bool('quiet');
  // A template that shows sizes needs them counted.
  const size = flags.bool('size') || /\.Size\b/.test(source);
  const containers = yield* cli.client.json<ContainerSummary[]>('GET', '/containers/json', {
    query: {
      ...(flags.bool('all') ? { all: '1' } : {}),
      ...(last > 0 ? { limit: String(last) } : {}),
      ...(size ? { size: '1' } : {}),
      filters: filtersQuery(filters),
    },
  });
  const format = containerListFormat(source, isQuiet, flags.bool('size'));
  const trunc = !flags.bool('no-trunc');
  yield* cli.out(formatContainers(format, containers, { trunc, nowMs: cli.nowMs }));
};
