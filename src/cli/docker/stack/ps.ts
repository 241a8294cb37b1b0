/**
 * `docker stack ps`.
 *
 * Real: docker/cli cli/command/stack/swarm/ps.go
 */
import type { Task } from '../../api.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { configFormat } from '../configfile.ts';
import { IDResolver } from '../task/idresolver.ts';
import { printTasks } from '../task/print.ts';
import { checkStackName, stackFilter } from './common.ts';

export const runPs: Run = function* (cli, { flags, args }) {
  const stack = args[0] ?? '';
  checkStackName(stack);
  const filter = flags.get('filter') as ReadonlyMap<string, readonly string[]>;
  const filters = filtersQuery(stackFilter(stack, filter));
  const tasks = yield* cli.client.json<Task[]>('GET', '/tasks', { query: { filters } });
  if (tasks.length === 0) throw new StatusError(`nothing found in stack: ${stack}`);
  yield* printTasks(cli, tasks, new IDResolver(cli, flags.bool('no-resolve')), {
    trunc: !flags.bool('no-trunc'),
    quiet: flags.bool('quiet'),
    format: configFormat(cli, flags, 'tasksFormat'),
  });
};
