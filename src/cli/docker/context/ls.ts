/**
 * `docker context ls`.
 *
 * Real:     docker/cli cli/command/context/list.go
 * Left out: contexts other than the default one.
 */
import type { Run } from '../../cobra/command.ts';
import { columns, formatList } from '../../formatter/formatter.ts';

export const runLs: Run = function* (cli, { flags }) {
  const source = flags.string('format');
  const isCurrent = cli.options.context === 'default';
  const table = columns('Name', 'Description', 'DockerEndpoint', 'Error').replace(
    '{{.Name}}',
    '{{.Name}}{{if .Current}} *{{end}}',
  );
  const format = flags.bool('quiet')
    ? '{{.Name}}'
    : source === '' || source === 'table'
      ? table
      : source;
  yield* cli.out(
    formatList({
      format,
      typeName: '*formatter.clientContextContext',
      headers: {
        Current: '',
        Name: 'NAME',
        Description: 'DESCRIPTION',
        DockerEndpoint: 'DOCKER ENDPOINT',
        Error: 'ERROR',
      },
      rows: [
        {
          Current: () => isCurrent,
          Name: () => 'default',
          Description: () => 'Current DOCKER_HOST based configuration',
          DockerEndpoint: () => cli.options.host,
          Error: () => '',
        },
      ],
    }),
  );
};
