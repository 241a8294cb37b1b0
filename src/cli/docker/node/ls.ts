/**
 * `docker node ls`.
 *
 * Real: docker/cli cli/command/node/list.go
 */
import type { Node, SystemInfo } from '../../api.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { byNatural } from '../../formatter/natural.ts';
import { configFormat } from '../configfile.ts';
import { formatNodes, nodeListFormat } from './formatter.ts';

export const runLs: Run = function* (cli, { flags }) {
  const isQuiet = flags.bool('quiet');
  const filters = filtersQuery(flags.get('filter') as ReadonlyMap<string, readonly string[]>);
  const nodes = yield* cli.client.json<Node[]>('GET', '/nodes', { query: { filters } });
  const needsInfo = nodes.length > 0 && !isQuiet;
  const info = needsInfo ? yield* cli.client.json<SystemInfo>('GET', '/info') : {};
  const format = nodeListFormat(configFormat(cli, flags, 'nodesFormat'), isQuiet);
  nodes.sort(byNatural((node) => node.Description.Hostname ?? ''));
  yield* cli.out(formatNodes(format, nodes, info));
};
