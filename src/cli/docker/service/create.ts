/**
 * `docker service create`.
 *
 * Real: docker/cli cli/command/service/create.go
 */
import type { Run } from '../../cobra/command.ts';
import { isOlder } from '../../client.ts';
import type { FileReference } from '../../opts/swarmopts.ts';
import type { CredentialSpec } from '../../opts/value.ts';
import { authForImage } from '../registry/auth.ts';
import { createService } from './api.ts';
import { toService } from './opts.ts';
import { parseConfigs, parseSecrets } from './parse.ts';
import { waitOnService } from './wait.ts';

export const runCreate: Run = function* (cli, { flags, args }) {
  const [image = '', ...rest] = args;
  const spec = yield* toService(cli, flags, image, rest);
  const container = spec.TaskTemplate.ContainerSpec ?? {};
  const secrets = yield* parseSecrets(cli, flags.get('secret') as readonly FileReference[]);
  if (secrets.length > 0) container.Secrets = secrets;
  const credentials = flags.get('credential-spec') as CredentialSpec | undefined;
  const configs = yield* parseConfigs(
    cli,
    flags.get('config') as readonly FileReference[],
    credentials?.Config,
  );
  if (configs.length > 0) container.Configs = configs;
  const runtime = configs.find((config) => config.Runtime !== undefined);
  if (runtime !== undefined && container.Privileges?.CredentialSpec) {
    container.Privileges.CredentialSpec = { Config: runtime.ConfigID };
  }
  const version = yield* cli.client.negotiate();
  const { id, warnings } = yield* createService(cli, spec, {
    queryRegistry: !flags.bool('no-resolve-image') && !isOlder(version, '1.30'),
    auth: flags.bool('with-registry-auth') ? authForImage(cli, image) : undefined,
  });
  for (const warning of warnings) yield* cli.err(`${warning}\n`);
  yield* cli.println(id);
  if (!flags.bool('detach')) yield* waitOnService(cli, id, flags.bool('quiet'));
};
