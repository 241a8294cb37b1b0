/**
 * `docker node ps`.
 *
 * Real: docker/cli cli/command/node/ps.go
 */
import type { Node, Task } from '../../api.ts';
import { filtersQuery, segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { configFormat } from '../configfile.ts';
import { IDResolver } from '../task/idresolver.ts';
import { printTasks } from '../task/print.ts';
import { nodeReference } from './reference.ts';

export const runPs: Run = function* (cli, { flags, args }) {
  const filter = flags.get('filter') as ReadonlyMap<string, readonly string[]>;
  const errors: string[] = [];
  const tasks: Task[] = [];
  // One filter gathers the nodes: each question also asks for the tasks of the nodes before it.
  const nodes = [...(filter.get('node') ?? [])];
  for (const ref of args.length === 0 ? ['self'] : args) {
    try {
      const id = yield* nodeReference(cli, ref);
      const node = yield* cli.client.json<Node>('GET', `/nodes/${segment(id)}`);
      nodes.push(node.ID);
      const filters = filtersQuery(new Map([...filter, ['node', nodes]]));
      tasks.push(...(yield* cli.client.json<Task[]>('GET', '/tasks', { query: { filters } })));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      errors.push(error.message);
    }
  }
  if (errors.length === 0 || tasks.length > 0) {
    yield* printTasks(cli, tasks, new IDResolver(cli, flags.bool('no-resolve')), {
      trunc: !flags.bool('no-trunc'),
      quiet: flags.bool('quiet'),
      format: configFormat(cli, flags, 'tasksFormat'),
    });
  }
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
};
