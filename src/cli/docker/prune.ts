/**
 * What the prune commands share: filters of the configuration, and the parts of `system prune`.
 *
 * Real: docker/cli cli/command/utils.go (PruneFilters), {container,network,volume,image,builder}/prune.go
 */
import type { DockerCli } from '../cli.ts';
import { filtersQuery } from '../client.ts';
import type { FlagSet } from '../cobra/flagset.ts';
import { humanSize } from '../formatter/units.ts';
import { cut } from '../opts/csv.ts';
import type { Sys } from '../process.ts';
import { configFile } from './configfile.ts';
import { confirm } from './prompt.ts';

export type Filters = Map<string, readonly string[]>;

export function pruneFilters(cli: DockerCli, flags: FlagSet): Filters {
  const filters: Filters = new Map(
    (flags.get('filter') as ReadonlyMap<string, readonly string[]> | undefined) ?? [],
  );
  for (const wanted of configFile(cli).pruneFilters ?? []) {
    const [key, value, isPair] = cut(wanted);
    const opposite = key === 'label' ? 'label!' : key === 'label!' ? 'label' : undefined;
    const conflicts = opposite !== undefined && (filters.get(opposite) ?? []).includes(value);
    if (isPair && !conflicts) filters.set(key, [...(filters.get(key) ?? []), value]);
  }
  return filters;
}

export interface PruneReport {
  readonly reclaimed: number;
  readonly output: string;
}

/** `POST <path>/prune`; `list` names the deleted things in the answer. */
export function* prune(
  cli: DockerCli,
  path: string,
  filters: Filters,
  list: { readonly title: string; readonly field: string },
): Sys<PruneReport> {
  const query = { filters: filtersQuery(filters) };
  const answer = yield* cli.client.json<Record<string, unknown>>('POST', `${path}/prune`, {
    query,
  });
  const deleted = answer[list.field];
  const lines = Array.isArray(deleted) ? (deleted as readonly string[]) : [];
  return {
    reclaimed: typeof answer['SpaceReclaimed'] === 'number' ? answer['SpaceReclaimed'] : 0,
    output:
      lines.length === 0 ? '' : `${list.title}:\n${lines.map((line) => `${line}\n`).join('')}`,
  };
}

/** Asks unless `--force`. */
export function* mayPrune(cli: DockerCli, flags: FlagSet, warning: string): Sys<boolean> {
  return flags.bool('force') || (yield* confirm(cli, warning));
}

export function* printPruned(cli: DockerCli, report: PruneReport): Sys<void> {
  if (report.output !== '') yield* cli.println(report.output);
  yield* cli.println(`Total reclaimed space: ${humanSize(report.reclaimed)}`);
}
