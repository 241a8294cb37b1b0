/**
 * `docker export`.
 *
 * Real: docker/cli cli/command/container/export.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';

export const runExport: Run = function* (cli, { flags, args }) {
  const output = flags.string('output');
  if (output === '' && cli.outTerminal !== undefined) {
    throw new StatusError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  }
  const archive = yield* cli.client.text('GET', `/containers/${segment(args[0] ?? '')}/export`);
  if (output === '') yield* cli.out(archive);
  else cli.writeFile(output, archive);
};
