/**
 * What a compose file may contain, and the sentence about the first thing that it may not.
 *
 * Real:     docker/cli cli/compose/schema/{schema.go,data/config_schema_v3.*.json}
 * Left out: differences between the versions 3.0 to 3.13 other than the keys that `SINCE` names.
 */
import { StatusError } from '../../../errors.ts';
import { parseDuration } from '../../../formatter/duration.ts';
import { parsePortSpec } from '../../../opts/nat.ts';

type Kind = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'array' | 'object';

interface Schema {
  readonly kinds: readonly Kind[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Values of keys that `properties` does not name; without it such keys are wrong. */
  readonly others?: Schema;
  readonly format?: 'ports' | 'expose' | 'duration';
}

const of = (...kinds: readonly Kind[]): Schema => ({ kinds });
const string = of('string');
const integer = of('integer');
const boolean = of('boolean');
const any: Schema = {
  kinds: ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object'],
  others: of('string', 'integer', 'number', 'boolean', 'null', 'array', 'object'),
};
const list = (items: Schema): Schema => ({ kinds: ['array'], items });
const duration: Schema = { kinds: ['string'], format: 'duration' };

function object(properties: Readonly<Record<string, Schema>>, ...more: readonly Kind[]): Schema {
  return { kinds: ['object', ...more], properties };
}

function mapOf(others: Schema, ...more: readonly Kind[]): Schema {
  return { kinds: ['object', ...more], others };
}

const listOrMap: Schema = {
  kinds: ['object', 'array'],
  others: of('string', 'number', 'null'),
  items: string,
};
const stringOrList: Schema = { kinds: ['string', 'array'], items: string };
const external: Schema = object({ name: string }, 'boolean');

const updateConfig = object({
  parallelism: integer,
  delay: duration,
  failure_action: string,
  monitor: duration,
  max_failure_ratio: of('number'),
  order: string,
});

const genericResources = list(
  object({ discrete_resource_spec: object({ kind: string, value: of('number') }) }),
);

const deploy = object(
  {
    mode: string,
    endpoint_mode: string,
    replicas: integer,
    labels: listOrMap,
    update_config: updateConfig,
    rollback_config: updateConfig,
    resources: object({
      limits: object({ cpus: string, memory: string, pids: integer }),
      reservations: object({ cpus: string, memory: string, generic_resources: genericResources }),
    }),
    restart_policy: object({
      condition: string,
      delay: duration,
      max_attempts: integer,
      window: duration,
    }),
    placement: object({
      constraints: list(string),
      preferences: list(object({ spread: string })),
      max_replicas_per_node: integer,
    }),
  },
  'null',
);

const fileReference = list({
  ...object({ source: string, target: string, uid: string, gid: string, mode: of('number') }),
  kinds: ['object', 'string'],
});

const service = object({
  build: any,
  cap_add: list(string),
  cap_drop: list(string),
  cgroupns_mode: string,
  cgroup_parent: string,
  command: stringOrList,
  configs: fileReference,
  container_name: string,
  credential_spec: object({ config: string, file: string, registry: string }),
  depends_on: list(string),
  deploy,
  devices: list(string),
  dns: stringOrList,
  dns_search: stringOrList,
  domainname: string,
  entrypoint: stringOrList,
  env_file: stringOrList,
  environment: listOrMap,
  expose: list({ kinds: ['string', 'number'], format: 'expose' }),
  external_links: list(string),
  extra_hosts: listOrMap,
  healthcheck: object(
    {
      disable: boolean,
      interval: duration,
      retries: of('number'),
      test: stringOrList,
      timeout: duration,
      start_period: duration,
      start_interval: duration,
    },
    'null',
  ),
  hostname: string,
  image: string,
  init: boolean,
  ipc: string,
  isolation: string,
  labels: listOrMap,
  links: list(string),
  logging: object({ driver: string, options: mapOf(of('string', 'number', 'null')) }),
  mac_address: string,
  network_mode: string,
  networks: {
    kinds: ['array', 'object'],
    items: string,
    others: object(
      {
        aliases: list(string),
        ipv4_address: string,
        ipv6_address: string,
        driver_opts: mapOf(of('string', 'number')),
      },
      'null',
    ),
  },
  oom_score_adj: integer,
  pid: of('string', 'null'),
  ports: list({
    ...object({ mode: string, target: integer, published: integer, protocol: string }),
    kinds: ['object', 'number', 'string'],
    format: 'ports',
  }),
  privileged: boolean,
  read_only: boolean,
  restart: string,
  security_opt: list(string),
  shm_size: of('number', 'string'),
  secrets: fileReference,
  sysctls: listOrMap,
  stdin_open: boolean,
  stop_grace_period: duration,
  stop_signal: string,
  tmpfs: stringOrList,
  tty: boolean,
  ulimits: mapOf(object({ hard: integer, soft: integer }, 'integer')),
  user: string,
  userns_mode: string,
  volumes: list({
    ...object({
      type: string,
      source: string,
      target: string,
      read_only: boolean,
      consistency: string,
      bind: object({ propagation: string }),
      volume: object({ nocopy: boolean }),
      tmpfs: object({ size: integer }),
      cluster: any,
    }),
    kinds: ['object', 'string'],
  }),
  working_dir: string,
});

const network = object(
  {
    name: string,
    driver: string,
    driver_opts: mapOf(of('string', 'number')),
    ipam: object({ driver: string, config: list(object({ subnet: string })) }),
    external,
    internal: boolean,
    attachable: boolean,
    labels: listOrMap,
  },
  'null',
);

const volume = object(
  {
    name: string,
    driver: string,
    driver_opts: mapOf(of('string', 'number')),
    external,
    labels: listOrMap,
    'x-cluster-spec': any,
  },
  'null',
);

const file = object({
  name: string,
  file: string,
  external,
  labels: listOrMap,
  driver: string,
  driver_opts: mapOf(of('string', 'number')),
  template_driver: string,
});

const root = object({
  version: string,
  services: mapOf(service),
  networks: mapOf(network),
  volumes: mapOf(volume),
  secrets: mapOf(file),
  configs: mapOf(file),
});

export function validateSchema(config: unknown): void {
  const problem = check(config, root, '');
  if (problem !== undefined) throw new StatusError(problem);
}

function kindsOf(value: unknown): readonly Kind[] {
  if (value === null || value === undefined) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number')
    return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return typeof value === 'object' ? ['object'] : [typeof value as Kind];
}

/** What is wrong with a value or with something in it. */
function check(value: unknown, schema: Schema, path: string): string | undefined {
  const shown = path === '' ? '(root)' : path;
  if (!kindsOf(value).some((kind) => schema.kinds.includes(kind))) {
    return `${shown} must be a ${expected(schema)}`;
  }
  if (
    schema.format !== undefined &&
    typeof value !== 'object' &&
    !isFormatted(value, schema.format)
  ) {
    return `${shown} Does not match format '${schema.format}'`;
  }
  if (Array.isArray(value)) {
    return schema.items === undefined
      ? undefined
      : checkAll(
          value.map((item, i) => [String(i), item]),
          () => schema.items,
          path,
        );
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const unknown = entries.find(([key]) => schemaOf(schema, key) === undefined);
  if (unknown !== undefined) return `${shown} Additional property ${unknown[0]} is not allowed`;
  return checkAll(entries, (key) => schemaOf(schema, key), path);
}

function schemaOf(schema: Schema, key: string): Schema | undefined {
  const isExtension = key.startsWith('x-') && schema.properties !== undefined;
  return schema.properties?.[key] ?? schema.others ?? (isExtension ? any : undefined);
}

function checkAll(
  entries: readonly (readonly [string, unknown])[],
  schemaFor: (key: string) => Schema | undefined,
  path: string,
): string | undefined {
  for (const [key, value] of entries) {
    const schema = schemaFor(key);
    const problem =
      schema === undefined ? undefined : check(value, schema, path === '' ? key : `${path}.${key}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** `string, number or null`, in Docker's words for the types. */
function expected(schema: Schema): string {
  const names = schema.kinds
    .filter((kind) => kind !== 'null' || schema.properties === undefined)
    .map((kind) => (kind === 'object' ? 'mapping' : kind === 'array' ? 'list' : kind));
  if (schema === service || schema.others !== undefined) return names[0] ?? '';
  if (names.length === 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} or ${names[names.length - 1] ?? ''}`;
}

function isFormatted(value: unknown, format: 'ports' | 'expose' | 'duration'): boolean {
  try {
    if (format === 'duration') parseDuration(String(value));
    else if (format === 'ports') parsePortSpec(String(value));
    else return /^\d+(-\d+)?(\/[a-zA-Z]+)?$/.test(String(value));
    return true;
  } catch {
    return false;
  }
}
