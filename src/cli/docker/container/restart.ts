/**
 * `docker restart`.
 *
 * Real: docker/cli cli/command/container/restart.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { forEach } from '../remove.ts';

export const runRestart: Run = function* (cli, { flags, args }) {
  if (flags.changed('time') && flags.changed('timeout')) {
    throw new StatusError('conflicting options: cannot specify both --timeout and --time');
  }
  const timeout = flags.numberOrUndefined('timeout') ?? flags.numberOrUndefined('time');
  const query = {
    signal: flags.string('signal') || undefined,
    t: timeout === undefined ? undefined : String(timeout),
  };
  yield* forEach(cli, args, function* (name) {
    yield* cli.client.text('POST', `/containers/${segment(name)}/restart`, { query });
  });
};
