/**
 * `docker kill`.
 *
 * Real: docker/cli cli/command/container/kill.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { forEach } from '../remove.ts';

export const runKill: Run = function* (cli, { flags, args }) {
  yield* forEach(cli, args, function* (name) {
    yield* cli.client.text('POST', `/containers/${segment(name)}/kill`, {
      query: { signal: flags.string('signal') || undefined },
    });
  });
};
