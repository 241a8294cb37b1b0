/**
 * Compose files read, checked and merged.
 *
 * Real:     docker/cli cli/compose/loader/{loader,merge}.go, cli/command/stack/loader/loader.go
 * Left out: merging by the rules of single fields other than those named here.
 */
import type { DockerCli } from '../../../cli.ts';
import { isOlder } from '../../../client.ts';
import { StatusError } from '../../../errors.ts';
import { readAll } from '../../../process.ts';
import type { Sys } from '../../../process.ts';
import { interpolate } from './interpolate.ts';
import type { NormalizeContext } from './normalize.ts';
import { normalizeObject, normalizeService } from './normalize.ts';
import { validateSchema } from './schema.ts';
import type { ComposeConfig, ComposeObject, ComposeService } from './types.ts';
import { parseYAML } from './yaml.ts';

type Raw = Readonly<Record<string, unknown>>;

const DEFAULT_VERSION = '3.13';

const FORBIDDEN: Readonly<Record<string, string>> = {
  extends: 'Support for `extends` is not implemented yet.',
  volume_driver:
    'Instead of setting the volume driver on the service, define a volume using the top-level `volumes` option and specify the driver there.',
  volumes_from:
    'To share a volume between services, define it using the top-level `volumes` option and reference it from each service that shares it using the service-level `volumes` option.',
  cpu_quota: 'Set resource limits using deploy.resources',
  cpu_shares: 'Set resource limits using deploy.resources',
  cpuset: 'Set resource limits using deploy.resources',
  mem_limit: 'Set resource limits using deploy.resources',
  memswap_limit: 'Set resource limits using deploy.resources',
};

const UNSUPPORTED = [
  'build',
  'cgroupns_mode',
  'cgroup_parent',
  'devices',
  'domainname',
  'external_links',
  'ipc',
  'links',
  'mac_address',
  'network_mode',
  'pid',
  'privileged',
  'restart',
  'security_opt',
  'shm_size',
  'userns_mode',
];

const DEPRECATED: Readonly<Record<string, string>> = {
  container_name: 'Setting the container name is not supported.',
  expose:
    "Exposing ports is unnecessary - services on the same network can access each other's containers on any port.",
};

export interface Loaded {
  readonly config: ComposeConfig;
  readonly unsupported: readonly string[];
  readonly deprecated: readonly string[];
}

/** Reads the files of `-c`. `forbiddenText` is what a key that is not allowed leads to, if not its list. */
export function* loadCompose(
  cli: DockerCli,
  paths: readonly string[],
  options: { readonly skipsInterpolation?: boolean; readonly forbiddenText?: string } = {},
): Sys<Loaded> {
  if (paths.length === 0) throw new StatusError('Specify a Compose file (with --compose-file)');
  const raws: Raw[] = [];
  for (const path of paths) {
    const text = path === '-' ? yield* readAll(cli.process.stdin) : cli.readFile(path);
    const raw = parseYAML(text);
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      throw new StatusError('top-level object must be a mapping');
    }
    raws.push(raw as Raw);
  }
  const first = paths[0] ?? '-';
  const file = first === '-' ? cli.process.cwd : cli.absolute(first).replace(/\/[^/]*$/, '');
  const lookup = (name: string): string | undefined => cli.process.env.get(name);
  const context: NormalizeContext = { cli, workingDir: file, lookup };
  const configs = raws.map((raw) => loadOne(raw, context, options));
  const [base, ...overrides] = configs;
  if (base === undefined) throw new StatusError('Specify a Compose file (with --compose-file)');
  let config = base;
  for (const override of overrides) {
    if (override.version !== config.version) {
      throw new StatusError(
        `version mismatched between two composefiles : ${config.version} and ${override.version}`,
      );
    }
    config = merge(config, override);
  }
  const keys = new Set(
    raws.flatMap((raw) => servicesOf(raw).flatMap(([, one]) => Object.keys(one))),
  );
  return {
    config,
    unsupported: UNSUPPORTED.filter((key) => keys.has(key)).sort((a, b) => (a < b ? -1 : 1)),
    deprecated: Object.keys(DEPRECATED).filter((key) => keys.has(key)),
  };
}

export function deprecatedText(key: string): string {
  return `${key}: ${DEPRECATED[key] ?? ''}`;
}

function servicesOf(raw: Raw): [string, Raw][] {
  const services = raw['services'];
  if (typeof services !== 'object' || services === null) return [];
  return Object.entries(services).filter(
    (entry): entry is [string, Raw] => typeof entry[1] === 'object' && entry[1] !== null,
  );
}

function versionOf(raw: Raw): string {
  const version = raw['version'];
  if (version === undefined || version === null || version === '') return DEFAULT_VERSION;
  const text = typeof version === 'string' ? version : undefined;
  if (text === undefined) throw new StatusError('version must be a string');
  if (text === '3') return DEFAULT_VERSION;
  if (!/^3\.\d+$/.test(text) || isOlder(DEFAULT_VERSION, text)) {
    throw new StatusError(`unsupported Compose file version: ${text}`);
  }
  return text;
}

function loadOne(
  raw: Raw,
  context: NormalizeContext,
  options: { readonly skipsInterpolation?: boolean; readonly forbiddenText?: string },
): ComposeConfig {
  refuseForbidden(raw, options.forbiddenText);
  const { lookup } = context;
  const config = options.skipsInterpolation === true ? raw : interpolate(raw, lookup);
  const version = versionOf(raw);
  validateSchema(config);
  const objects = (section: string, kind: 'network' | 'volume' | 'secret' | 'config') => {
    const entries = Object.entries((config[section] ?? {}) as Record<string, Raw | null>);
    return Object.fromEntries(
      entries
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([key, one]) => [key, normalizeObject(kind, key, one, context)]),
    );
  };
  const services = servicesOf(config);
  return {
    version,
    services: Object.fromEntries(
      services.map(([name, service]) => [name, normalizeService(service, context)]),
    ),
    networks: objects('networks', 'network'),
    volumes: objects('volumes', 'volume'),
    secrets: objects('secrets', 'secret'),
    configs: objects('configs', 'config'),
  };
}

function refuseForbidden(raw: Raw, text: string | undefined): void {
  const keys = new Set(servicesOf(raw).flatMap(([, service]) => Object.keys(service)));
  const found = Object.keys(FORBIDDEN)
    .filter((key) => keys.has(key))
    .sort((a, b) => (a < b ? -1 : 1));
  if (found.length === 0) return;
  const list = found.map((key) => `${key}: ${FORBIDDEN[key] ?? ''}`).join('\n\n');
  throw new StatusError(text ?? `Compose file contains unsupported options:\n\n${list}\n`);
}

function merge(base: ComposeConfig, override: ComposeConfig): ComposeConfig {
  const objects = (
    a: Readonly<Record<string, ComposeObject>>,
    b: Readonly<Record<string, ComposeObject>>,
  ): Record<string, ComposeObject> => ({ ...a, ...b });
  const services: Record<string, ComposeService> = { ...base.services };
  for (const [name, service] of Object.entries(override.services)) {
    const known = services[name];
    services[name] =
      known === undefined ? service : (mergeFields(known, service, '') as ComposeService);
  }
  return {
    version: base.version,
    services,
    networks: objects(base.networks, override.networks),
    volumes: objects(base.volumes, override.volumes),
    secrets: objects(base.secrets, override.secrets),
    configs: objects(base.configs, override.configs),
  };
}

/** What identifies an item of a list: the later one takes its place. */
function identity(key: string, item: unknown): string {
  const fields = (typeof item === 'object' && item !== null ? item : {}) as Raw;
  if (key === 'ports')
    return `${String(fields['published'] ?? fields['target'])}/${String(fields['protocol'])}`;
  if (key === 'volumes') return String(fields['target']);
  if (key === 'secrets' || key === 'configs') return String(fields['target'] ?? fields['source']);
  return JSON.stringify(item);
}

function mergeFields(base: unknown, override: unknown, key: string): unknown {
  if (override === null || override === undefined) return base;
  if (Array.isArray(base) && Array.isArray(override)) {
    if (key === 'command' || key === 'entrypoint' || key === 'test') return override;
    const items = new Map<string, unknown>();
    for (const item of [...(base as unknown[]), ...(override as unknown[])]) {
      items.set(identity(key, item), item);
    }
    return [...items.values()];
  }
  const isMap = (value: unknown): value is Raw =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(base) || !isMap(override)) return override;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(override)) {
    merged[name] = mergeFields(merged[name], value, name);
  }
  return merged;
}
