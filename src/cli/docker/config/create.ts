/**
 * `docker config create`.
 *
 * Real: docker/cli cli/command/config/create.go
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { goQuote } from '../../formatter/strconv.ts';
import { labelMap } from '../service/opts.ts';
import { create, readData } from '../swarmfile/swarmfile.ts';

export const runCreate: Run = function* (cli, { flags, args }) {
  const [Name = '', path = ''] = args;
  let data: string;
  try {
    data = yield* readData(cli, 'config', path);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`Error reading content from ${goQuote(path)}: ${error.message}`);
  }
  const templating = flags.string('template-driver');
  yield* create(
    cli,
    'config',
    {
      Name,
      Labels: labelMap(flags.list('label')),
      ...(templating === '' ? {} : { Templating: { Name: templating } }),
    },
    data,
  );
};
