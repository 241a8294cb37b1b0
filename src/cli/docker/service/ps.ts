/**
 * `docker service ps`.
 *
 * Real: docker/cli cli/command/service/ps.go
 */
import type { Service, Task } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import type { Sys } from '../../process.ts';
import { configFormat } from '../configfile.ts';
import { nodeReference } from '../node/reference.ts';
import { IDResolver } from '../task/idresolver.ts';
import { printTasks } from '../task/print.ts';

export const runPs: Run = function* (cli, { flags, args }) {
  const filter = new Map(flags.get('filter') as ReadonlyMap<string, readonly string[]>);
  const { ids, missing } = yield* findServices(cli, args);
  if (ids.length === 0) throw new StatusError(missing.join('\n'));
  filter.set('service', [...(filter.get('service') ?? []), ...ids]);
  const nodes = filter.get('node');
  if (nodes !== undefined) {
    const resolved: string[] = [];
    for (const node of nodes) resolved.push(yield* nodeReference(cli, node));
    filter.set('node', resolved);
  }
  const filters = filtersQuery(filter);
  const tasks = yield* cli.client.json<Task[]>('GET', '/tasks', { query: { filters } });
  const isQuiet = flags.bool('quiet');
  yield* printTasks(cli, tasks, new IDResolver(cli, flags.bool('no-resolve')), {
    trunc: !flags.bool('no-trunc') && !isQuiet,
    quiet: isQuiet,
    format: configFormat(cli, flags, 'tasksFormat'),
  });
  if (missing.length > 0) throw new StatusError(missing.join('\n'));
};

/** By full ID, by name, by the beginning of an ID. */
function* findServices(
  cli: DockerCli,
  refs: readonly string[],
): Sys<{ ids: string[]; missing: string[] }> {
  const list = (key: string): Sys<Service[]> =>
    cli.client.json<Service[]>('GET', '/services', {
      query: { filters: filtersQuery(new Map([[key, refs]])) },
    });
  const byID = yield* list('id');
  const byName = yield* list('name');
  const ids: string[] = [];
  const missing: string[] = [];
  for (const ref of refs) {
    const exact =
      byID.find((service) => service.ID === ref) ??
      byName.find((service) => service.Spec.Name === ref);
    const matches = exact ? [exact] : byID.filter((service) => service.ID.startsWith(ref));
    if (matches.length > 1) {
      throw new StatusError(`multiple services found with provided prefix: ${ref}`);
    }
    if (matches[0] === undefined) missing.push(`no such service: ${ref}`);
    else ids.push(matches[0].ID);
  }
  return { ids, missing };
}
