/**
 * `docker logs`.
 *
 * Real: docker/cli cli/command/container/logs.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { read } from '../../process.ts';
import { stdCopy } from '../../stdcopy.ts';
import { logTimestamp } from '../timestamps.ts';

export const runLogs: Run = function* (cli, { flags, args }) {
  const name = args[0] ?? '';
  const container = yield* cli.client.json<{ Id: string; Config: { Tty: boolean } }>(
    'GET',
    `/containers/${segment(name)}/json`,
  );
  const response = yield* cli.client.request('GET', `/containers/${container.Id}/logs`, {
    query: {
      stdout: '1',
      stderr: '1',
      since: logTimestamp(cli, 'since', flags.string('since')),
      until: logTimestamp(cli, 'until', flags.string('until')),
      timestamps: flags.bool('timestamps') ? '1' : undefined,
      details: flags.bool('details') ? '1' : undefined,
      follow: flags.bool('follow') ? '1' : undefined,
      tail: flags.string('tail'),
    },
  });
  try {
    if (!container.Config.Tty) {
      yield* stdCopy(response.body, {
        stdout: (text) => cli.out(text),
        stderr: (text) => cli.err(text),
      });
      return;
    }
    for (let text = yield* read(response.body); text !== ''; text = yield* read(response.body)) {
      yield* cli.out(text);
    }
  } finally {
    response.close();
  }
};
