/**
 * `docker rm`.
 *
 * Real: docker/cli cli/command/container/rm.go
 */
import { isNotFound, segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';

export const runRm: Run = function* (cli, { flags, args }) {
  const isForced = flags.bool('force');
  const query = {
    v: flags.bool('volumes') ? '1' : undefined,
    link: flags.bool('link') ? '1' : undefined,
    force: isForced ? '1' : undefined,
  };
  const errors: string[] = [];
  for (const arg of args) {
    const name = arg.replace(/^\/+|\/+$/g, '');
    try {
      if (name === '') throw new StatusError('Container name cannot be empty');
      yield* cli.client.text('DELETE', `/containers/${segment(name)}`, { query });
      yield* cli.println(name);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (isForced && isNotFound(error)) yield* cli.err(`${error.message}\n`);
      else errors.push(error.message);
    }
  }
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
};
