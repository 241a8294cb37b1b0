/**
 * `docker rename`.
 *
 * Real: docker/cli cli/command/container/rename.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';

export const runRename: Run = function* (cli, { args }) {
  const [old = '', name = ''] = args.map((arg) => arg.trim());
  if (old === '' || name === '') {
    throw new StatusError('Error: Neither old nor new names may be empty');
  }
  try {
    yield* cli.client.text('POST', `/containers/${segment(old)}/rename`, { query: { name } });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    yield* cli.err(`${error.message}\n`);
    throw new StatusError(`Error: failed to rename container named ${old}`);
  }
};
