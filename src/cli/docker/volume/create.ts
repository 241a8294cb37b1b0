/**
 * `docker volume create`.
 *
 * Real:     docker/cli cli/command/volume/create.go
 * Left out: cluster volumes.
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { labelMap } from '../service/opts.ts';
import { notSupported } from '../unsupported.ts';

const CLUSTER_FLAGS = [
  'group',
  'scope',
  'sharing',
  'availability',
  'type',
  'limit-bytes',
  'required-bytes',
];

export const runCreate: Run = function* (cli, { flags, args }) {
  const old = flags.string('name');
  if (args.length === 1 && old !== '') {
    throw new StatusError(
      'conflicting options: cannot specify a volume-name through both --name and as a positional arg',
    );
  }
  if (CLUSTER_FLAGS.some((name) => flags.changed(name))) {
    throw notSupported('docker volume create (cluster volumes)');
  }
  const volume = yield* cli.client.json<{ Name: string }>('POST', '/volumes/create', {
    body: {
      Name: args[0] ?? old,
      Driver: flags.string('driver'),
      DriverOpts: Object.fromEntries(flags.map('opt')),
      Labels: labelMap(flags.list('label')),
    },
  });
  yield* cli.println(volume.Name);
};
