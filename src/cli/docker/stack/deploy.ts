/**
 * `docker stack deploy`.
 *
 * Real: docker/cli cli/command/stack/swarm/{deploy,deploy_composefile}.go
 */
import type { Network, Service, SwarmFile, SystemInfo } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { isNotFound, isOlder, segment } from '../../client.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { parseReference } from '../../formatter/reference.ts';
import type { Sys } from '../../process.ts';
import { authForImage } from '../registry/auth.ts';
import { base64Encode } from '../registry/base64.ts';
import { createService, updateService } from '../service/api.ts';
import { compare } from '../service/opts.ts';
import { parseConfigs, parseSecrets } from '../service/parse.ts';
import { waitOnService } from '../service/wait.ts';
import { IMAGE_LABEL, checkStackName, stackNetworks, stackServices } from './common.ts';
import { convertService, scopedName, withNamespace } from './compose/convert.ts';
import type { Converted } from './compose/convert.ts';
import { deprecatedText, loadCompose } from './compose/load.ts';
import type { ComposeConfig, ComposeObject } from './compose/types.ts';

const NOT_MANAGER =
  'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again';

export const runDeploy: Run = function* (cli, { flags, args }) {
  const stack = args[0] ?? '';
  checkStackName(stack);
  const { config, unsupported, deprecated } = yield* loadCompose(cli, flags.list('compose-file'));
  if (unsupported.length > 0) {
    yield* cli.err(`Ignoring unsupported options: ${unsupported.join(', ')}\n\n`);
  }
  if (deprecated.length > 0) {
    const texts = deprecated.map(deprecatedText).join('\n\n');
    yield* cli.err(`Ignoring deprecated options:\n\n${texts}\n\n`);
  }
  checkImages(config);
  const resolve = flags.string('resolve-image');
  if (!['always', 'changed', 'never'].includes(resolve)) {
    throw new StatusError(`Invalid option ${resolve} for flag --resolve-image`);
  }
  if (!flags.changed('detach')) {
    yield* cli.err(
      'Since --detach=false was not specified, tasks will be created in the background.\nIn a future release, --detach=false will become the default.\n',
    );
  }
  const info = yield* cli.client.json<SystemInfo>('GET', '/info');
  if (info.Swarm?.ControlAvailable !== true) throw new StatusError(NOT_MANAGER);
  if (flags.bool('prune')) yield* pruneServices(cli, stack, config);
  yield* deployNetworks(cli, stack, config);
  yield* deployFiles(cli, stack, 'secret', config.secrets);
  yield* deployFiles(cli, stack, 'config', config.configs);
  const ids = yield* deployServices(cli, flags, stack, config);
  if (!flags.changed('detach') || flags.bool('detach')) return;
  yield* waitAll(cli, ids, flags.bool('quiet'));
};

function* waitAll(cli: DockerCli, ids: readonly string[], isQuiet: boolean): Sys<void> {
  const errors: string[] = [];
  for (const id of ids) {
    try {
      yield* waitOnService(cli, id, isQuiet);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      errors.push(`${id}: ${error.message}`);
    }
  }
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
}

function checkImages(config: ComposeConfig): void {
  for (const [name, { image = '' }] of Object.entries(config.services)) {
    const reason =
      image === ''
        ? 'no image specified'
        : parseReference(image) === undefined
          ? 'invalid reference format'
          : undefined;
    if (reason !== undefined) {
      throw new StatusError(`invalid image reference for service ${name}: ${reason}`);
    }
  }
}

function* pruneServices(cli: DockerCli, stack: string, config: ComposeConfig): Sys<void> {
  const kept = Object.keys(config.services).map((name) => `${stack}_${name}`);
  const services = yield* stackServices(cli, stack);
  const extra = services.filter((service) => !kept.includes(service.Spec.Name ?? ''));
  for (const service of extra.sort((a, b) => compare(a.Spec.Name ?? '', b.Spec.Name ?? ''))) {
    yield* cli.println(`Removing service ${service.Spec.Name ?? ''}`);
    try {
      yield* cli.client.text('DELETE', `/services/${segment(service.ID)}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      yield* cli.err(`Failed to remove service ${service.ID}: ${error.message}`);
    }
  }
}

/** Networks that services use; those of others must be there already. */
function* deployNetworks(cli: DockerCli, stack: string, config: ComposeConfig): Sys<void> {
  const used = new Set<string>();
  for (const service of Object.values(config.services)) {
    const names = Object.keys(service.networks ?? {});
    for (const name of names.length === 0 ? ['default'] : names) used.add(name);
  }
  const existing = new Set((yield* stackNetworks(cli, stack)).map((network) => network.Name));
  const names = [...used].sort(compare);
  for (const name of names) {
    const network = config.networks[name];
    if (network?.external === true) yield* checkExternal(cli, scopedName(stack, name, network));
  }
  for (const name of names) {
    const network = config.networks[name] ?? {};
    if (network.external === true) continue;
    const Name = scopedName(stack, name, network);
    if (!existing.has(Name)) yield* createNetwork(cli, stack, Name, network);
  }
}

function* createNetwork(
  cli: DockerCli,
  stack: string,
  Name: string,
  network: ComposeObject,
): Sys<void> {
  yield* cli.println(`Creating network ${Name}`);
  const ipam = network.ipam;
  try {
    yield* cli.client.json('POST', '/networks/create', {
      body: {
        Name,
        Driver: network.driver || 'overlay',
        Options: { ...network.driver_opts },
        Internal: network.internal ?? false,
        Attachable: network.attachable ?? false,
        ...(ipam === undefined
          ? {}
          : {
              IPAM: {
                Driver: ipam.driver ?? '',
                Config: (ipam.config ?? []).map(({ subnet = '' }) => ({ Subnet: subnet })),
              },
            }),
        Labels: withNamespace(stack, network.labels),
      },
    });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`failed to create network ${Name}: ${error.message}`);
  }
}

function* checkExternal(cli: DockerCli, name: string): Sys<void> {
  if (['bridge', 'host', 'none', 'default'].includes(name)) return;
  let network: Network;
  try {
    network = yield* cli.client.json<Network>('GET', `/networks/${segment(name)}`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new StatusError(
      `network "${name}" is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed`,
    );
  }
  if (network.Scope === 'swarm') return;
  throw new StatusError(
    `network "${name}" is declared as external, but it is not in the right scope: "${network.Scope}" instead of "swarm"`,
  );
}

function* deployFiles(
  cli: DockerCli,
  stack: string,
  kind: 'secret' | 'config',
  files: Readonly<Record<string, ComposeObject>>,
): Sys<void> {
  for (const [key, file] of Object.entries(files)) {
    if (file.external === true) continue;
    const Name = scopedName(stack, key, file);
    const spec = {
      Name,
      Labels: withNamespace(stack, file.labels),
      ...(file.driver ? { Driver: { Name: file.driver, Options: { ...file.driver_opts } } } : {}),
      ...(file.template_driver ? { Templating: { Name: file.template_driver } } : {}),
      ...(file.driver ? {} : { Data: base64Encode(cli.readFile(file.file ?? '')) }),
    };
    yield* deployFile(cli, kind, spec);
  }
}

function* deployFile(cli: DockerCli, kind: string, spec: SwarmFile['Spec']): Sys<void> {
  let known: SwarmFile | undefined;
  try {
    known = yield* cli.client.json<SwarmFile>('GET', `/${kind}s/${segment(spec.Name)}`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const verb = known === undefined ? 'create' : 'update';
  try {
    if (known === undefined) {
      yield* cli.println(`Creating ${kind} ${spec.Name}`);
      yield* cli.client.json('POST', `/${kind}s/create`, { body: spec });
    } else {
      yield* cli.client.text('POST', `/${kind}s/${segment(known.ID)}/update`, {
        query: { version: String(known.Version.Index) },
        body: spec,
      });
    }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`failed to ${verb} ${kind} ${spec.Name}: ${error.message}`);
  }
}

function* deployServices(
  cli: DockerCli,
  flags: FlagSet,
  stack: string,
  config: ComposeConfig,
): Sys<string[]> {
  const converted: Converted[] = [];
  // Go goes through its map in any order; by name is one of them.
  const services = Object.entries(config.services).sort(([a], [b]) => compare(a, b));
  for (const [name, service] of services) {
    const one = convertService(stack, name, service, config);
    yield* resolveFiles(cli, name, one);
    converted.push(one);
  }
  const existing = new Map((yield* stackServices(cli, stack)).map((one) => [one.Spec.Name, one]));
  const ids: string[] = [];
  for (const { spec } of converted) {
    const known = existing.get(spec.Name);
    const auth = flags.bool('with-registry-auth')
      ? authForImage(cli, spec.TaskTemplate.ContainerSpec?.Image ?? '')
      : undefined;
    const options = { auth, resolve: flags.string('resolve-image') };
    ids.push(
      known === undefined
        ? yield* createOne(cli, spec, options)
        : yield* updateOne(cli, known, spec, options),
    );
  }
  return ids;
}

function* resolveFiles(cli: DockerCli, name: string, converted: Converted): Sys<void> {
  const container = converted.spec.TaskTemplate.ContainerSpec ?? {};
  try {
    const secrets = yield* parseSecrets(cli, converted.secrets);
    const configs = yield* parseConfigs(cli, converted.configs);
    if (secrets.length > 0) container.Secrets = secrets;
    if (configs.length > 0) container.Configs = configs;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`service ${name}: ${error.message}`);
  }
}

interface SendOptions {
  readonly auth: string | undefined;
  readonly resolve: string;
}

function* createOne(
  cli: DockerCli,
  spec: Service['Spec'],
  { auth, resolve }: SendOptions,
): Sys<string> {
  yield* cli.println(`Creating service ${spec.Name ?? ''}`);
  const queryRegistry = resolve !== 'never' && !isOlder(cli.client.version, '1.30');
  try {
    return (yield* createService(cli, spec, { auth, queryRegistry })).id;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`failed to create service ${spec.Name ?? ''}: ${error.message}`);
  }
}

function* updateOne(
  cli: DockerCli,
  known: Service,
  spec: Service['Spec'],
  { auth, resolve }: SendOptions,
): Sys<string> {
  yield* cli.println(`Updating service ${spec.Name ?? ''} (id: ${known.ID})`);
  const container = spec.TaskTemplate.ContainerSpec ?? {};
  const isChanged = container.Image !== known.Spec.Labels?.[IMAGE_LABEL];
  const queryRegistry = resolve === 'always' || (resolve === 'changed' && isChanged);
  // Where the text is the same and nobody is asked, the digest found before stays.
  const before = known.Spec.TaskTemplate;
  if (!queryRegistry && !isChanged) {
    container.Image = before.ContainerSpec?.Image ?? container.Image ?? '';
    const platforms = before.Placement?.Platforms;
    if (platforms !== undefined) {
      spec.TaskTemplate.Placement = { ...spec.TaskTemplate.Placement, Platforms: platforms };
    }
  }
  spec.TaskTemplate.ForceUpdate = before.ForceUpdate ?? 0;
  try {
    const warnings = yield* updateService(
      cli,
      { ...known, Spec: spec },
      { auth, queryRegistry, ...(auth === undefined ? { registryAuthFrom: 'spec' } : {}) },
    );
    for (const warning of warnings) yield* cli.err(`${warning}\n`);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`failed to update service ${spec.Name ?? ''}: ${error.message}`);
  }
  return known.ID;
}
