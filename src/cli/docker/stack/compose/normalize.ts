/**
 * Short forms of a compose file spread out: ports, volumes, lists and maps.
 *
 * Real:     docker/cli cli/compose/loader/{loader,volume}.go
 * Left out: Windows paths.
 */
import type { DockerCli } from '../../../cli.ts';
import { StatusError } from '../../../errors.ts';
import { cut } from '../../../opts/csv.ts';
import { parsePortRange, parsePortSpec } from '../../../opts/nat.ts';
import { shlex } from '../../../opts/shlex.ts';
import { readEnvFiles } from '../../envfile.ts';
import type {
  ComposeFileReference,
  ComposeObject,
  ComposePort,
  ComposeService,
  ComposeVolumeMount,
} from './types.ts';

type Raw = Readonly<Record<string, unknown>>;

export interface NormalizeContext {
  readonly cli: DockerCli;
  readonly workingDir: string;
  readonly lookup: (name: string) => string | undefined;
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

/** `a=b` items or a mapping; a key without a value is `null`. */
function mapping(value: unknown): Record<string, string | null> {
  const pairs: [string, string | null][] = Array.isArray(value)
    ? value.map((item) => {
        const [key, rest, hasValue] = cut(text(item));
        return [key, hasValue ? rest : null];
      })
    : Object.entries((value ?? {}) as Raw).map(([key, item]) => [
        key,
        item === null ? null : text(item),
      ]);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function stringMap(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(mapping(value)).map(([key, item]) => [key, item ?? '']));
}

function stringList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [text(value)];
}

function words(value: unknown): string[] {
  return typeof value === 'string' ? shlex(value) : stringList(value);
}

export function normalizeService(raw: Raw, context: NormalizeContext): ComposeService {
  const service: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const normal = normalizeField(key, value, context);
    if (normal !== undefined) service[key] = normal;
  }
  const environment = resolveEnvironment(raw, context);
  if (Object.keys(environment).length > 0) service['environment'] = environment;
  delete service['env_file'];
  return service;
}

function normalizeField(key: string, value: unknown, context: NormalizeContext): unknown {
  if (value === null && key !== 'pid') return undefined;
  switch (key) {
    case 'command':
    case 'entrypoint':
      return words(value);
    case 'dns':
    case 'dns_search':
    case 'tmpfs':
      return stringList(value);
    case 'labels':
    case 'sysctls':
      return stringMap(value);
    case 'extra_hosts':
      return Array.isArray(value)
        ? value.map(text)
        : Object.entries(value as Raw).map(([host, address]) => `${host}:${text(address)}`);
    case 'ports':
      return (value as readonly unknown[]).flatMap(ports);
    case 'expose':
      return (value as readonly unknown[]).map(text);
    case 'volumes':
      return (value as readonly unknown[]).map((item) => volumeMount(item, context));
    case 'networks':
      return Array.isArray(value)
        ? Object.fromEntries(
            value
              .map(text)
              .sort(byName)
              .map((name) => [name, null]),
          )
        : value;
    case 'secrets':
    case 'configs':
      return (value as readonly unknown[]).map(fileReference);
    case 'healthcheck':
      return healthcheck(value as Raw);
    case 'deploy':
      return deploy(value as Raw);
    case 'logging':
      return { ...(value as Raw), ...optional('options', stringMap, (value as Raw)['options']) };
    default:
      return value;
  }
}

function optional(key: string, read: (value: unknown) => unknown, value: unknown): Raw {
  return value === undefined || value === null ? {} : { [key]: read(value) };
}

function healthcheck(raw: Raw): Raw {
  const test = raw['test'];
  const read = (value: unknown): string[] =>
    typeof value === 'string' ? ['CMD-SHELL', value] : stringList(value);
  return { ...raw, ...optional('test', read, test) };
}

function deploy(raw: Raw): Raw {
  return { ...raw, ...optional('labels', stringMap, raw['labels']) };
}

/** Files first, then `environment`; a name alone takes the shell's value. */
function resolveEnvironment(raw: Raw, context: NormalizeContext): Record<string, string | null> {
  const files = raw['env_file'] === undefined ? [] : stringList(raw['env_file']);
  const fromFiles = readEnvFiles(
    context.cli,
    files.map((file) => (file.startsWith('/') ? file : `${context.workingDir}/${file}`)),
  );
  const all = new Map<string, string | null>(fromFiles.map((line) => [cut(line)[0], cut(line)[1]]));
  for (const [key, value] of Object.entries(mapping(raw['environment']))) {
    all.set(key, value ?? context.lookup(key) ?? null);
  }
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function ports(value: unknown): ComposePort[] {
  if (typeof value === 'object' && value !== null) {
    const { mode = 'ingress', protocol = 'tcp', target, published } = value as Partial<ComposePort>;
    return [{ mode, target: target ?? 0, ...(published ? { published } : {}), protocol }];
  }
  return attempt(() => parsePortSpec(text(value))).flatMap(({ port, protocol, hostPort }) => {
    const [start, end] = hostPort === '' ? [0, 0] : parsePortRange(hostPort);
    const list: ComposePort[] = [];
    for (let published = start; published <= end; published += 1) {
      list.push({
        mode: 'ingress',
        target: port,
        ...(published > 0 ? { published } : {}),
        protocol,
      });
    }
    return list;
  });
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StatusError(error instanceof Error ? error.message : String(error));
  }
}

const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];

function volumeMount(value: unknown, context: NormalizeContext): ComposeVolumeMount {
  if (typeof value === 'object' && value !== null) {
    const mount = value as ComposeVolumeMount;
    if (mount.type === 'bind' && !mount.source) {
      throw new StatusError('invalid mount config for type "bind": field Source must not be empty');
    }
    return mount.type === 'bind'
      ? { ...mount, source: absolute(mount.source ?? '', context) }
      : mount;
  }
  const spec = text(value);
  const [source = '', target, mode, ...rest] = spec.split(':');
  if (spec === '') throw new StatusError(`invalid empty volume spec`);
  if (rest.length > 0) throw new StatusError(`invalid spec: ${spec}: too many colons`);
  if (source === '' || target === '' || mode === '') {
    throw new StatusError(`invalid spec: ${spec}: empty section between colons`);
  }
  if (target === undefined) return { type: 'volume', target: source };
  const isBind = /^[./~]/.test(source);
  const options = mode === undefined ? [] : mode.split(',');
  const propagation = options.find((option) => PROPAGATIONS.includes(option));
  return {
    type: isBind ? 'bind' : 'volume',
    source: isBind ? absolute(source, context) : source,
    target,
    ...(options.includes('ro') ? { read_only: true } : {}),
    ...(propagation !== undefined && isBind ? { bind: { propagation } } : {}),
    ...(options.includes('nocopy') ? { volume: { nocopy: true } } : {}),
  };
}

function absolute(path: string, { workingDir, lookup }: NormalizeContext): string {
  if (path.startsWith('~')) return (lookup('HOME') ?? '') + path.slice(1);
  if (path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of `${workingDir}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function fileReference(value: unknown): ComposeFileReference {
  return typeof value === 'string' ? { source: value } : (value as ComposeFileReference);
}

/** A network, volume, secret or config: its real name, and whether it is somebody else's. */
export function normalizeObject(
  kind: 'network' | 'volume' | 'secret' | 'config',
  key: string,
  raw: Raw | null,
  context: NormalizeContext,
): ComposeObject {
  const { external, labels, driver_opts: options, ...rest } = raw ?? {};
  const name = rest['name'];
  const old =
    typeof external === 'object' && external !== null ? (external as Raw)['name'] : undefined;
  if (old !== undefined && name !== undefined && name !== '') {
    throw new StatusError(
      `${kind} ${key}: ${kind}.external.name and ${kind}.name conflict; only use ${kind}.name`,
    );
  }
  const isExternal = external === true || (typeof external === 'object' && external !== null);
  if (isExternal && kind === 'volume') {
    const conflict = ['driver', 'driver_opts', 'labels'].find(
      (field) => raw?.[field] !== undefined,
    );
    if (conflict !== undefined) {
      throw new StatusError(
        `conflicting parameters "external" and "${conflict}" specified for volume "${key}"`,
      );
    }
  }
  const file = rest['file'];
  return {
    ...rest,
    ...(isExternal ? { name: text(old ?? name ?? key) || key, external: true } : {}),
    ...(typeof file === 'string' && !isExternal ? { file: absolute(file, context) } : {}),
    ...(options === undefined ? {} : { driver_opts: stringMap(options) }),
    ...(labels === undefined ? {} : { labels: stringMap(labels) }),
  };
}
