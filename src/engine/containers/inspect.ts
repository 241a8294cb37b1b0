/**
 * What `docker inspect` and `docker ps` show of a container.
 *
 * Real: moby daemon/{inspect,inspect_linux,list}.go, container/state.go, container/view.go.
 */
import { bytesBelow, hashHex, rfc3339Nano } from '../../sim/index.ts';
import type {
  ContainerInspect,
  ContainerState,
  ContainerStatusName,
  ContainerSummary,
  EndpointSettings,
  NetworkSettings,
  PortSummary,
} from '../api/types.ts';
import { badRequest, type EngineError } from '../errors.ts';
import type { Image } from '../images/image.ts';
import { imageBytes } from '../images/image.ts';
import { parseReference, familiarString } from '../images/reference.ts';
import { hasLabel } from '../volumes/volumes.ts';
import { layerBytes } from './changes.ts';
import type { Container } from './container.ts';
import type { Containers } from './containers.ts';
import { containerFolder } from './etcfiles.ts';
import { visibleMounts } from './mounts.ts';

const ZERO_TIME = '0001-01-01T00:00:00Z';

export function statusName(container: Container): ContainerStatusName {
  const { state } = container;
  if (state.isRunning)
    return state.isPaused ? 'paused' : state.isRestarting ? 'restarting' : 'running';
  if (state.isDead) return 'dead';
  if (state.isRemoving) return 'removing';
  return state.startedUnixMs === undefined ? 'created' : 'exited';
}

function timeText(unixMs: number | undefined): string {
  return unixMs === undefined ? ZERO_TIME : rfc3339Nano(unixMs);
}

export function inspectState(container: Container): ContainerState {
  const { state } = container;
  return {
    Status: statusName(container),
    Running: state.isRunning,
    Paused: state.isPaused,
    Restarting: state.isRestarting,
    OOMKilled: state.isOOMKilled,
    Dead: state.isDead,
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: timeText(state.startedUnixMs),
    FinishedAt: timeText(state.finishedUnixMs),
    ...(state.health
      ? {
          Health: {
            Status: state.health.status,
            FailingStreak: state.health.failingStreak,
            Log: state.health.log,
          },
        }
      : {}),
  };
}

export function inspectContainer(
  containers: Containers,
  container: Container,
  withSize: boolean,
): ContainerInspect {
  const { record } = container;
  const folder = containerFolder(container);
  const hasRun = record.hasBeenStartedBefore;
  return {
    Id: record.id,
    Created: rfc3339Nano(record.createdUnixMs),
    Path: record.path,
    Args: record.args,
    State: inspectState(container),
    Image: record.imageID,
    ResolvConfPath: hasRun ? `${folder}/resolv.conf` : '',
    HostnamePath: hasRun ? `${folder}/hostname` : '',
    HostsPath: hasRun ? `${folder}/hosts` : '',
    LogPath: hasRun ? `${folder}/${record.id}-json.log` : '',
    Name: `/${record.name}`,
    RestartCount: record.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile:
      containers.context.version.cgroupVersion === '2' && hasRun ? 'docker-default' : '',
    ExecIDs: container.execIDs.length > 0 ? [...container.execIDs] : null,
    HostConfig: record.hostConfig,
    GraphDriver: graphDriver(container, containers.context.images.store.get(record.imageID)),
    ...(withSize
      ? { SizeRw: layerBytes(container), SizeRootFs: rootBytes(containers, container) }
      : {}),
    Mounts: visibleMounts(record.mounts).map(
      ({ Type, Name, Source, Destination, Driver, Mode, RW, Propagation }) => ({
        Type,
        ...(Name === undefined ? {} : { Name }),
        Source,
        Destination,
        ...(Driver === undefined ? {} : { Driver }),
        Mode,
        RW,
        Propagation,
      }),
    ),
    Config: record.config,
    NetworkSettings: networkSettings(containers, container),
  };
}

function rootBytes(containers: Containers, container: Container): number {
  const image = containers.context.images.store.get(container.record.imageID);
  return (image ? imageBytes(image) : bytesBelow(container.record.base)) + layerBytes(container);
}

function graphDriver(
  container: Container,
  image: Image | undefined,
): { readonly Data: Readonly<Record<string, string>>; readonly Name: string } {
  const base = `/var/lib/docker/overlay2/${hashHex(`container ${container.id}`, 64)}`;
  const lower = (image?.layers ?? [])
    .map((layer) => `/var/lib/docker/overlay2/${hashHex(`layer ${layer.diffID}`, 64)}/diff`)
    .reverse();
  return {
    Data: {
      LowerDir: [`${base}-init/diff`, ...lower].join(':'),
      MergedDir: `${base}/merged`,
      UpperDir: `${base}/diff`,
      WorkDir: `${base}/work`,
    },
    Name: 'overlay2',
  };
}

export function networkSettings(containers: Containers, container: Container): NetworkSettings {
  const { sandbox } = container;
  const networks = Object.fromEntries(
    [...container.record.networks].map(([name]) => [
      name,
      endpointSettings(containers, container, name),
    ]),
  );
  const onBridge = networks['bridge'];
  return {
    Bridge: '',
    SandboxID: sandbox?.id ?? '',
    ...(containers.context.version.traits.hasKernelMemory
      ? {
          HairpinMode: false,
          LinkLocalIPv6Address: '',
          LinkLocalIPv6PrefixLen: 0,
          Ports: portMap(container),
          SandboxKey: sandboxKey(sandbox?.id),
        }
      : {
          SandboxKey: sandboxKey(sandbox?.id),
          Ports: portMap(container),
          HairpinMode: false,
          LinkLocalIPv6Address: '',
          LinkLocalIPv6PrefixLen: 0,
        }),
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: onBridge?.EndpointID ?? '',
    Gateway: onBridge?.Gateway ?? '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: onBridge?.IPAddress ?? '',
    IPPrefixLen: onBridge?.IPPrefixLen ?? 0,
    IPv6Gateway: '',
    MacAddress: onBridge?.MacAddress ?? '',
    Networks: networks,
  };
}

function sandboxKey(id: string | undefined): string {
  return id === undefined ? '' : `/var/run/docker/netns/${id.slice(0, 12)}`;
}

/** Published ports, an empty list as null: exposed and not published. */
function portMap(container: Container): NetworkSettings['Ports'] {
  return Object.fromEntries(
    Object.entries(container.sandbox?.ports ?? {}).map(([key, bindings]) => [
      key,
      bindings && bindings.length > 0 ? bindings : null,
    ]),
  );
}

export function endpointSettings(
  containers: Containers,
  container: Container,
  name: string,
): EndpointSettings {
  const record = container.record.networks.get(name);
  const { allocated } = record ?? {};
  const { traits } = containers.context.version;
  const isUser = !['bridge', 'host', 'none'].includes(name);
  const asked = record?.settings ?? {};
  const aliases = asked.Aliases ?? [];
  const oldAliases =
    isUser && !traits.hasDNSNames ? [...new Set([...aliases, container.shortID])] : aliases;
  const networkID = record?.networkID ?? '';
  const common = {
    IPAMConfig: asked.IPAMConfig ?? (isUser && !traits.hasDNSNames && allocated ? {} : null),
    Links: asked.Links ?? null,
    Aliases: oldAliases.length > 0 ? oldAliases : null,
  };
  const addresses = {
    Gateway: allocated?.gateway ?? '',
    IPAddress: allocated?.address ?? '',
    IPPrefixLen: allocated?.prefix ?? 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
  };
  if (!traits.hasDNSNames)
    return {
      ...common,
      NetworkID: networkID,
      EndpointID: allocated?.endpointID ?? '',
      ...addresses,
      MacAddress: allocated?.mac ?? '',
      DriverOpts: asked.DriverOpts ?? null,
    };
  return {
    ...common,
    MacAddress: allocated?.mac ?? '',
    DriverOpts: asked.DriverOpts ?? null,
    ...(traits.hasRandomMacs ? { GwPriority: asked.GwPriority ?? 0 } : {}),
    NetworkID: networkID,
    EndpointID: allocated?.endpointID ?? '',
    ...addresses,
    DNSNames: isUser && allocated ? allocated.dnsNames : null,
  };
}

/** `Up 3 minutes (healthy)`, `Exited (0) 2 hours ago`: what ps prints in STATUS. */
export function statusText(container: Container, nowUnixMs: number): string {
  const { state } = container;
  const ago = (sinceMs: number | undefined): string =>
    humanDuration(nowUnixMs - (sinceMs ?? nowUnixMs));
  if (state.isRunning) {
    if (state.isPaused) return `Up ${ago(state.startedUnixMs)} (Paused)`;
    if (state.isRestarting)
      return `Restarting (${state.exitCode}) ${ago(state.finishedUnixMs)} ago`;
    const health = state.health
      ? ` (${state.health.status === 'starting' ? 'health: starting' : state.health.status})`
      : '';
    return `Up ${ago(state.startedUnixMs)}${health}`;
  }
  if (state.isRemoving) return 'Removal In Progress';
  if (state.isDead) return 'Dead';
  if (state.startedUnixMs === undefined) return 'Created';
  return state.finishedUnixMs === undefined
    ? ''
    : `Exited (${state.exitCode}) ${ago(state.finishedUnixMs)} ago`;
}

/** Real: go-units HumanDuration. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(seconds / 3600 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(hours / 24 / 365)} years`;
}

export function summarize(
  containers: Containers,
  container: Container,
  withSize: boolean,
): ContainerSummary {
  const { record } = container;
  const { images, machine } = containers.context;
  const current = images.store.find(record.config.Image);
  return {
    Id: record.id,
    Names: [`/${record.name}`, ...linkNames(containers, container)],
    // A name that has moved on to another image no longer says what runs: the ID does.
    Image:
      current?.id === record.imageID || images.store.get(record.imageID) === undefined
        ? shownImage(record.config.Image)
        : record.imageID,
    ImageID: record.imageID,
    Command: commandText(record.path, record.args),
    Created: Math.floor(record.createdUnixMs / 1000),
    Ports: portSummaries(container),
    ...(withSize
      ? { SizeRw: layerBytes(container), SizeRootFs: rootBytes(containers, container) }
      : {}),
    Labels: record.config.Labels ?? {},
    State: statusName(container),
    Status: statusText(container, machine.world.unixMs),
    HostConfig: { NetworkMode: record.hostConfig.NetworkMode ?? 'default' },
    NetworkSettings: {
      Networks: Object.fromEntries(
        [...record.networks.keys()].map((name) => [
          name,
          endpointSettings(containers, container, name),
        ]),
      ),
    },
    Mounts: visibleMounts(record.mounts).map(
      ({ Type, Name, Source, Destination, Driver, Mode, RW, Propagation }) => ({
        Type,
        ...(Name === undefined ? {} : { Name }),
        Source: Type === 'volume' ? '' : Source,
        Destination,
        ...(Driver === undefined ? {} : { Driver }),
        Mode,
        RW,
        Propagation,
      }),
    ),
  };
}

/** A task's pinned image is shown without its digest when it has a tag. */
function shownImage(text: string): string {
  const parsed = parseReference(text);
  if (!parsed.ok || parsed.value.digest === undefined || parsed.value.tag === undefined)
    return text;
  return familiarString({ ...parsed.value, digest: undefined });
}

function linkNames(containers: Containers, container: Container): readonly string[] {
  return containers.all().flatMap((other) =>
    (other.hostConfig.Links ?? []).flatMap((link) => {
      const [name = '', alias = name] = link.split(':');
      return containers.find(name) === container ? [`/${other.name}/${alias}`] : [];
    }),
  );
}

/** `/docker-entrypoint.sh nginx -g 'daemon off;'`. */
export function commandText(path: string, args: readonly string[]): string {
  return [path, ...args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg))].join(' ');
}

function portSummaries(container: Container): readonly PortSummary[] {
  return Object.entries(container.sandbox?.ports ?? {}).flatMap(([key, bindings]) => {
    const [port = '', type = ''] = key.split('/');
    if (!bindings || bindings.length === 0) return [{ PrivatePort: Number(port), Type: type }];
    return bindings.map((binding) => ({
      IP: binding.HostIp ?? '',
      PrivatePort: Number(port),
      PublicPort: Number(binding.HostPort),
      Type: type,
    }));
  });
}

const KNOWN = [
  'ancestor',
  'before',
  'exited',
  'id',
  'isolation',
  'label',
  'name',
  'status',
  'health',
  'since',
  'volume',
  'network',
  'is-task',
  'publish',
  'expose',
];
const STATUSES = ['paused', 'restarting', 'running', 'dead', 'created', 'exited', 'removing'];

export interface ListOptions {
  readonly all: boolean;
  readonly limit: number;
  readonly withSize: boolean;
  readonly filters: ReadonlyMap<string, readonly string[]>;
}

/** Newest first. */
export function listContainers(
  containers: Containers,
  options: ListOptions,
): readonly ContainerSummary[] {
  const { filters } = options;
  checkFilters(containers, filters);
  const showsAll =
    options.all ||
    options.limit > 0 ||
    filters.has('status') ||
    filters.has('exited') ||
    filters.has('before') ||
    filters.has('since');
  const out: Container[] = [];
  for (const container of [...containers.all()].reverse()) {
    if (options.limit > 0 && out.length >= options.limit) break;
    if (!showsAll && !container.state.isRunning) continue;
    if (passes(containers, container, filters)) out.push(container);
  }
  return out.map((container) => summarize(containers, container, options.withSize));
}

function checkFilters(containers: Containers, filters: ListOptions['filters']): void {
  const { filterWord } = containers.context.version.traits;
  for (const key of filters.keys()) if (!KNOWN.includes(key)) throw invalidFilter(filterWord, key);
  for (const value of filters.get('status') ?? [])
    if (!STATUSES.includes(value)) throw invalidFilter(filterWord, `status=${value}`);
  for (const value of filters.get('exited') ?? [])
    if (!/^-?\d+$/.test(value))
      throw badRequest(`strconv.Atoi: parsing "${value}": invalid syntax`);
  for (const key of ['before', 'since'])
    for (const value of filters.get(key) ?? []) containers.get(value);
}

function invalidFilter(word: string, text: string): EngineError {
  return badRequest(`${word} filter '${text}'`);
}

function passes(
  containers: Containers,
  container: Container,
  filters: ListOptions['filters'],
): boolean {
  for (const [key, values] of filters) {
    if (values.length === 0) continue;
    const holds = (value: string): boolean => matches(containers, container, key, value);
    if (key === 'label' ? !values.every(holds) : !values.some(holds)) return false;
  }
  return true;
}

function matches(
  containers: Containers,
  container: Container,
  key: string,
  value: string,
): boolean {
  const { record, state } = container;
  const order = (): readonly Container[] => containers.all();
  switch (key) {
    case 'ancestor': {
      const image = containers.context.images.store.find(value);
      const own = containers.context.images.store.get(record.imageID);
      return (
        image !== undefined &&
        (image.id === record.imageID ||
          own?.parent === image.id ||
          (own?.layers
            .slice(0, image.layers.length)
            .every((layer, i) => layer.diffID === image.layers[i]?.diffID) ??
            false))
      );
    }
    case 'before':
      return order().indexOf(container) < order().indexOf(containers.get(value));
    case 'since':
      return order().indexOf(container) > order().indexOf(containers.get(value));
    case 'exited':
      return (
        !state.isRunning && state.startedUnixMs !== undefined && state.exitCode === Number(value)
      );
    case 'id':
      return record.id.startsWith(value);
    case 'name':
      return matchesName(record.name, value);
    case 'label':
      return hasLabel(record.config.Labels, value);
    case 'status':
      return statusName(container) === value;
    case 'health':
      return (state.health?.status ?? 'none') === value;
    case 'volume':
      return record.mounts.some(
        (mount) => mount.Name === value || mount.Destination === value || mount.Source === value,
      );
    case 'network':
      return [...record.networks].some(
        ([name, endpoint]) =>
          name === value || (endpoint.networkID !== '' && endpoint.networkID.startsWith(value)),
      );
    case 'is-task':
      return record.isManaged === /^(1|t|true)$/i.test(value);
    case 'publish':
    case 'expose':
      return matchesPort(container, key, value);
    default:
      return true;
  }
}

/** A regular expression, as in Docker; `/name` and `name` are the same. */
function matchesName(name: string, pattern: string): boolean {
  try {
    const expression = new RegExp(pattern);
    return expression.test(name) || expression.test(`/${name}`);
  } catch {
    return false;
  }
}

function matchesPort(container: Container, key: 'publish' | 'expose', value: string): boolean {
  const [range = '', protocol = 'tcp'] = value.split('/');
  const [first = 0, last = first] = range.split('-').map(Number);
  return portSummaries(container).some((port) => {
    const number = key === 'publish' ? port.PublicPort : port.PrivatePort;
    return number !== undefined && port.Type === protocol && number >= first && number <= last;
  });
}
