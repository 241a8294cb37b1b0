/**
 * `docker create`: from a request to a container on the disk.
 *
 * Real: moby daemon/{create,create_unix,names,container}.go.
 */
import { makeTree } from '../../sim/index.ts';
import type {
  ContainerConfig,
  ContainerCreateRequest,
  ContainerCreateResponse,
  EndpointSettings,
  HostConfig,
} from '../api/types.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import type { Image } from '../images/image.ts';
import { fillHostConfig, configOf, mergeConfig } from './config.ts';
import { Container, freshState, type EndpointRecord, type MountRecord } from './container.ts';
import type { Containers } from './containers.ts';
import { resolveMounts } from './mounts.ts';
import { generateName } from './names.ts';
import { verifyResources, verifyRestartPolicy } from './resources.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export interface CreateOptions {
  readonly name: string;
  readonly isManaged?: boolean;
  /** Files that the engine itself puts in: secrets and configs. */
  readonly ownMounts?: readonly MountRecord[];
}

/** Makes a container and its layer; nothing runs. */
export function createContainer(
  containers: Containers,
  request: ContainerCreateRequest,
  options: CreateOptions,
): ContainerCreateResponse {
  const { machine, version, images, events } = containers.context;
  const hostAsked = request.HostConfig ?? {};
  verifyNetworks(hostAsked, request);
  const warnings = verifyResources(hostAsked, machine, version);
  verifyRestartPolicy(hostAsked.RestartPolicy, version);
  if (hostAsked.AutoRemove && !['', 'no', undefined].includes(hostAsked.RestartPolicy?.Name))
    throw badRequest("can't create 'AutoRemove' container with restart policy");
  if (request.WorkingDir && !request.WorkingDir.startsWith('/'))
    throw badRequest(
      `the working directory '${request.WorkingDir}' is invalid, it needs to be an absolute path`,
    );
  const image: Image = images.get(request.Image);
  const id = machine.world.random(`containers/${machine.name}`).hex(64);
  const isHost = hostAsked.NetworkMode === 'host';
  const config = mergeConfig(
    configOf(request),
    image.config,
    isHost ? machine.namespace.hostname : id.slice(0, 12),
  );
  const argv = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (argv.length === 0) throw badRequest('No command specified');
  const name = chooseName(containers, options.name, id);
  const hostConfig = fillHostConfig(hostAsked, version);
  const mounts = resolveMounts(containers.mountContext(), config, hostConfig);
  const container = new Container(machine.disk, {
    id,
    name,
    createdUnixMs: machine.world.unixMs,
    config,
    hostConfig,
    imageID: image.id,
    path: argv[0] as string,
    args: argv.slice(1),
    state: freshState(),
    restartCount: 0,
    hasBeenManuallyStopped: false,
    hasBeenStartedBefore: false,
    mounts: [...mounts, ...(options.ownMounts ?? [])],
    networks: networksOf(hostConfig, request),
    isManaged: options.isManaged ?? false,
    tree: makeTree(machine.quota, image.root, hostConfig.ReadonlyRootfs ?? false),
    base: image.root,
    logRecords: [],
  });
  containers.add(container);
  events.emit({
    type: 'container',
    action: 'create',
    id,
    attributes: containers.attributes(container),
  });
  return { Id: id, Warnings: warnings };
}

function chooseName(containers: Containers, asked: string, id: string): string {
  const { machine } = containers.context;
  const isTaken = (name: string): boolean => containers.byName(name) !== undefined;
  if (asked === '') return generateName(machine.world.random(`names/${machine.name}`), isTaken);
  const name = asked.replace(/^\//, '');
  checkName(containers, name);
  void id;
  return name;
}

/** Throws what is wrong with a name that a user gave. */
export function checkName(containers: Containers, name: string): void {
  if (!NAME.test(name))
    throw badRequest(
      `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    );
  const other = containers.byName(name);
  if (other)
    throw conflict(
      `Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
}

function verifyNetworks(hostConfig: HostConfig, config: ContainerConfig): void {
  const mode = hostConfig.NetworkMode ?? '';
  const ports = Object.keys(hostConfig.PortBindings ?? {}).length > 0;
  if (mode === 'host' && (hostConfig.Links?.length ?? 0) > 0)
    throw badRequest(
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    );
  if (!mode.startsWith('container:')) return;
  if (config.Hostname) throw badRequest('conflicting options: hostname and the network mode');
  if (ports || hostConfig.PublishAllPorts)
    throw badRequest('conflicting options: port publishing and the container type network mode');
  if (Object.keys(config.ExposedPorts ?? {}).length > 0)
    throw badRequest('conflicting options: port exposing and the container type network mode');
}

/** The networks that the container will join, by name: that of its mode first. */
function networksOf(
  hostConfig: HostConfig,
  request: ContainerCreateRequest,
): Map<string, EndpointRecord> {
  const mode = hostConfig.NetworkMode ?? 'default';
  const out = new Map<string, EndpointRecord>();
  if (mode.startsWith('container:')) return out;
  const asked = request.NetworkingConfig?.EndpointsConfig ?? {};
  const own = mode === 'default' ? 'bridge' : mode;
  const settings = (name: string): EndpointSettings => asked[name] ?? {};
  out.set(own, {
    networkID: '',
    settings: mode === 'default' ? (asked['default'] ?? settings(own)) : settings(own),
    allocated: undefined,
  });
  for (const [name, value] of Object.entries(asked))
    if (name !== own && name !== 'default')
      out.set(name, { networkID: '', settings: value ?? {}, allocated: undefined });
  return out;
}

/** `No such container: x`. */
export function noSuchContainer(name: string): Error {
  return notFound(`No such container: ${name}`);
}
