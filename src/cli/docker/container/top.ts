/**
 * `docker top`.
 *
 * Real: docker/cli cli/command/container/top.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { tabulate } from '../../formatter/tabwriter.ts';

export const runTop: Run = function* (cli, { args }) {
  const [name = '', ...options] = args;
  const query = options.length === 0 ? {} : { ps_args: options.join(' ') };
  const answer = yield* cli.client.json<{
    Titles: readonly string[];
    Processes: readonly (readonly string[])[];
  }>('GET', `/containers/${segment(name)}/top`, { query });
  const rows = [answer.Titles, ...answer.Processes].map((row) => `${row.join('\t')}\n`);
  yield* cli.out(tabulate(rows.join(''), { minWidth: 20, padding: 3 }));
};
