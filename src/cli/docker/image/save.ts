/**
 * `docker save`.
 *
 * Real: docker/cli cli/command/image/save.go
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';

export const runSave: Run = function* (cli, { flags, args }) {
  const output = flags.string('output');
  if (output === '' && cli.outTerminal !== undefined) {
    throw new StatusError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  }
  const archive = yield* cli.client.text('GET', '/images/get', { query: { names: args } });
  if (output === '') yield* cli.out(archive);
  else cli.writeFile(output, archive);
};
