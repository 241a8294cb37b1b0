/**
 * `docker secret create`.
 *
 * Real: docker/cli cli/command/secret/create.go
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { labelMap } from '../service/opts.ts';
import { create, readData } from '../swarmfile/swarmfile.ts';

export const runCreate: Run = function* (cli, { flags, args }) {
  const [Name = '', path = ''] = args;
  const driver = flags.string('driver');
  const templating = flags.string('template-driver');
  if (driver !== '' && path !== '') {
    throw new StatusError('When using secret driver secret data must be empty');
  }
  const data = driver === '' ? yield* readData(cli, 'secret', path) : undefined;
  yield* create(
    cli,
    'secret',
    {
      Name,
      Labels: labelMap(flags.list('label')),
      ...(driver === '' ? {} : { Driver: { Name: driver } }),
      ...(templating === '' ? {} : { Templating: { Name: templating } }),
    },
    data,
  );
};
