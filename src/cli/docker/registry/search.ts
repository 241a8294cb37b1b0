/**
 * `docker search`.
 *
 * Real: docker/cli cli/command/registry/{search,formatter_search}.go
 */
import { filtersQuery } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { ellipsis } from '../../formatter/displayutils.ts';
import { columns, formatList } from '../../formatter/formatter.ts';

interface Found {
  readonly name: string;
  readonly description: string;
  readonly star_count: number;
  readonly is_official: boolean;
}

export const runSearch: Run = function* (cli, { flags, args }) {
  const limit = flags.number('limit');
  const results = yield* cli.client.json<Found[]>('GET', '/images/search', {
    query: {
      term: args[0] ?? '',
      ...(limit > 0 ? { limit: String(limit) } : {}),
      filters: filtersQuery(flags.get('filter') as ReadonlyMap<string, readonly string[]>),
    },
  });
  const source = flags.string('format');
  const trunc = !flags.bool('no-trunc');
  yield* cli.out(
    formatList({
      format:
        source === '' || source === 'table'
          ? columns('Name', 'Description', 'StarCount', 'IsOfficial')
          : source,
      typeName: '*registry.searchContext',
      headers: {
        Name: 'NAME',
        Description: 'DESCRIPTION',
        StarCount: 'STARS',
        IsOfficial: 'OFFICIAL',
        IsAutomated: 'AUTOMATED',
      },
      rows: results.map((found) => ({
        Name: () => found.name,
        Description: () => {
          const text = found.description.replace(/[\n\r]/g, ' ');
          return trunc ? ellipsis(text, 45) : text;
        },
        StarCount: () => String(found.star_count),
        IsOfficial: () => (found.is_official ? '[OK]' : ''),
        IsAutomated: () => '',
      })),
    }),
  );
};
