/**
 * `docker service update`.
 *
 * Real: docker/cli cli/command/service/update.go
 */
import type { ContainerSpec, Service } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { isOlder } from '../../client.ts';
import { StatusError } from '../../errors.ts';
import type { FileReference } from '../../opts/swarmopts.ts';
import type { CredentialSpec } from '../../opts/value.ts';
import type { Sys } from '../../process.ts';
import { authForImage } from '../registry/auth.ts';
import { getService, updateService } from './api.ts';
import { parseConfigs, parseSecrets } from './parse.ts';
import { updateSpec } from './update_spec.ts';
import { waitOnService } from './wait.ts';

export const runUpdate: Run = function* (cli, { flags, args }) {
  const ref = args[0] ?? '';
  const service = yield* getService(cli, ref);
  const isRollback = flags.bool('rollback');
  if (isRollback) refuseOtherFlags(flags);
  yield* updateSpec(cli, flags, service.Spec);
  yield* updateFiles(cli, flags, service);
  const image = service.Spec.TaskTemplate.ContainerSpec?.Image ?? '';
  const queryRegistry =
    flags.changed('image') &&
    !flags.bool('no-resolve-image') &&
    !isOlder(cli.client.version, '1.30');
  const sendsAuth = flags.bool('with-registry-auth');
  const warnings = yield* updateService(cli, service, {
    ...(isRollback ? { rollback: 'previous' } : {}),
    queryRegistry,
    ...(sendsAuth ? { auth: authForImage(cli, image) } : { registryAuthFrom: 'spec' }),
  });
  for (const warning of warnings) yield* cli.err(`${warning}\n`);
  yield* cli.println(ref);
  if (!flags.bool('detach')) yield* waitOnService(cli, ref, flags.bool('quiet'));
};

function refuseOtherFlags(flags: FlagSet): void {
  const isOther = [...flags.flags.values()].some(
    ({ table, changed }) => changed && !['rollback', 'detach', 'quiet'].includes(table.name),
  );
  if (isOther) throw new StatusError('other flags may not be combined with --rollback');
}

/** Secrets, configs and the credential spec, whose names are looked up. */
function* updateFiles(cli: DockerCli, flags: FlagSet, service: Service): Sys<void> {
  const container = service.Spec.TaskTemplate.ContainerSpec;
  if (container === undefined) return;
  const withoutNames = <T>(
    list: readonly T[] | undefined,
    name: (one: T) => string,
    flag: string,
  ): T[] => (list ?? []).filter((one) => !flags.list(flag).includes(name(one)));
  const secrets = [
    ...withoutNames(container.Secrets, (one) => one.SecretName, 'secret-rm'),
    ...(yield* parseSecrets(cli, flags.get('secret-add') as readonly FileReference[])),
  ];
  const credentials = flags.get('credential-spec') as CredentialSpec | undefined;
  const kept = withoutNames(container.Configs, (one) => one.ConfigName, 'config-rm').filter(
    (one) => one.Runtime === undefined || !flags.changed('credential-spec'),
  );
  const added = yield* parseConfigs(
    cli,
    flags.get('config-add') as readonly FileReference[],
    credentials?.Config,
  );
  setOrDelete(container, 'Secrets', secrets);
  setOrDelete(container, 'Configs', [...kept, ...added]);
  if (!flags.changed('credential-spec')) return;
  const config = container.Configs?.find((one) => one.ConfigName === credentials?.Config);
  const isEmpty = credentials === undefined || Object.keys(credentials).length === 0;
  container.Privileges = {
    ...container.Privileges,
    CredentialSpec: isEmpty ? null : config ? { Config: config.ConfigID } : { ...credentials },
  };
}

function setOrDelete<Key extends 'Secrets' | 'Configs'>(
  container: ContainerSpec,
  key: Key,
  value: NonNullable<ContainerSpec[Key]>,
): void {
  if (value.length === 0) delete container[key];
  else container[key] = value;
}
