/**
 * `docker stack ls`.
 *
 * Real: docker/cli cli/command/stack/list.go
 */
import type { Service } from '../../api.ts';
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { byNatural } from '../../formatter/natural.ts';
import { NAMESPACE_LABEL } from './common.ts';

export const runLs: Run = function* (cli, { flags }) {
  const filters = filtersQuery(new Map([['label', [NAMESPACE_LABEL]]]));
  const services = yield* cli.client.json<Service[]>('GET', '/services', { query: { filters } });
  const counts = new Map<string, number>();
  for (const service of services) {
    const name = service.Spec.Labels?.[NAMESPACE_LABEL];
    if (name === undefined) {
      throw new StatusError(`cannot get label ${NAMESPACE_LABEL} for service ${service.ID}`);
    }
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const stacks = [...counts].sort(byNatural(([name]) => name));
  const source = flags.string('format');
  yield* cli.out(
    formatList({
      format: source === '' || source === 'table' ? columns('Name', 'Services') : source,
      typeName: '*formatter.stackContext',
      headers: { Name: 'NAME', Services: 'SERVICES' },
      rows: stacks.map(([name, count]) => ({ Name: () => name, Services: () => String(count) })),
    }),
  );
};
