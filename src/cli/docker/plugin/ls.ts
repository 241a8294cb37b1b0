/**
 * `docker plugin ls`: none, since the lab installs no plugins.
 *
 * Real:     docker/cli cli/command/plugin/{list,formatter}.go
 */
import type { Run } from '../../cobra/command.ts';
import { columns, formatList } from '../../formatter/formatter.ts';

const TABLE = columns('ID', 'Name', 'Description', 'Enabled');

export const runLs: Run = function* (cli, { flags }) {
  const source = flags.string('format');
  const format = flags.bool('quiet')
    ? '{{.ID}}'
    : source === '' || source === 'table'
      ? TABLE
      : source;
  yield* cli.out(
    formatList({
      format,
      typeName: '*plugin.pluginContext',
      headers: { ID: 'ID', Name: 'NAME', Description: 'DESCRIPTION', Enabled: 'ENABLED' },
      rows: [],
    }),
  );
};
