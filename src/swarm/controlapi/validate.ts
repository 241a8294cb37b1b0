/**
 * Checks the spec of a service, in the order in which SwarmKit checks it: the first fault is the one that is told.
 *
 * Real:     swarmkit manager/controlapi/service.go, api/validation
 * Left out: placeholders in templates are not tried out.
 */
import type {
  ContainerSpec,
  EndpointSpec,
  HealthConfig,
  Resources,
  ResourceRequirements,
  RestartPolicy,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from '../api/index.ts';
import { parseConstraints } from '../constraint/index.ts';
import { checkAnnotations, fail, invalid } from './common.ts';
import { isImageReference } from './image.ts';

const MEMORY_MIN = 4 * 1024 * 1024;
const NANO_CPUS_MIN = 1_000_000;
const MILLISECOND = 1_000_000;

export function checkServiceSpec(spec: ServiceSpec): void {
  checkAnnotations(spec);
  checkTaskSpec(spec.TaskTemplate);
  checkMode(spec);
  checkUpdate(spec.UpdateConfig);
  checkUpdate(spec.RollbackConfig);
  checkEndpoint(spec.EndpointSpec);
}

function checkTaskSpec(spec: TaskSpec): void {
  checkResources(spec.Resources);
  checkRestart(spec.RestartPolicy);
  checkConstraints(spec.Placement?.Constraints ?? []);
  const container = spec.ContainerSpec;
  if (!container) return invalid('TaskSpec: missing runtime');
  checkReferences(
    'secret',
    (container.Secrets ?? []).map((ref) => ({
      id: ref.SecretID,
      name: ref.SecretName,
      target: ref.File?.Name,
    })),
  );
  checkReferences(
    'config',
    (container.Configs ?? [])
      .filter((ref) => !ref.Runtime)
      .map((ref) => ({ id: ref.ConfigID, name: ref.ConfigName, target: ref.File?.Name })),
  );
  checkContainer(container);
}

function checkResources(resources: ResourceRequirements | undefined): void {
  checkResource(resources?.Limits);
  checkResource(resources?.Reservations);
}

function checkResource(resource: Resources | undefined): void {
  const cpus = resource?.NanoCPUs ?? 0;
  if (cpus !== 0 && cpus < NANO_CPUS_MIN)
    invalid(`invalid cpu value ${cpus / 1e9}: Must be at least 0.001`);
  const memory = resource?.MemoryBytes ?? 0;
  if (memory !== 0 && memory < MEMORY_MIN)
    invalid(`invalid memory value ${memory}: Must be at least 4MiB`);
}

function checkRestart(policy: RestartPolicy | undefined): void {
  if ((policy?.Delay ?? 0) < 0) invalid('TaskSpec: restart-delay cannot be negative');
  if ((policy?.Window ?? 0) < 0) invalid('TaskSpec: restart-window cannot be negative');
}

/** SwarmKit passes the parser's error on as it is, hence without a code of its own. */
function checkConstraints(constraints: readonly string[]): void {
  const parsed = parseConstraints(constraints);
  if (!parsed.ok) fail('Unknown', parsed.error.message);
}

interface Reference {
  readonly id: string;
  readonly name: string;
  readonly target: string | undefined;
}

function checkReferences(kind: 'secret' | 'config', references: readonly Reference[]): void {
  const targets = new Map<string, string>();
  for (const { id, name, target } of references) {
    if (!id || !name) invalid(`malformed ${kind} reference`);
    if (target === undefined) return invalid(`malformed ${kind} reference, no target provided`);
    if (target === '')
      invalid(`malformed file ${kind} reference, invalid target file name provided`);
    const other = targets.get(target);
    if (other !== undefined)
      invalid(`${kind} references '${other}' and '${name}' have a conflicting target: '${target}'`);
    targets.set(target, name);
  }
}

function checkContainer(container: ContainerSpec): void {
  if (!container.Image) invalid('ContainerSpec: image reference must be provided');
  if (!isImageReference(container.Image))
    invalid(`ContainerSpec: "${container.Image}" is not a valid repository/tag`);
  const targets = new Set<string>();
  for (const mount of container.Mounts ?? []) {
    if (targets.has(mount.Target)) invalid(`ContainerSpec: duplicate mount point: ${mount.Target}`);
    targets.add(mount.Target);
  }
  checkHealth(container.Healthcheck);
}

function checkHealth(health: HealthConfig | undefined): void {
  if (!health) return;
  for (const field of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
    const value = health[field] ?? 0;
    if (value !== 0 && value < MILLISECOND)
      invalid(`ContainerSpec: ${field} in HealthConfig cannot be less than 1ms`);
  }
  if ((health.Retries ?? 0) < 0)
    invalid('ContainerSpec: Retries in HealthConfig cannot be negative');
}

function checkMode(spec: ServiceSpec): void {
  const { Mode: mode } = spec;
  if ((mode.Replicated?.Replicas ?? 0) < 0) invalid('Number of replicas must be non-negative');
  if (!mode.ReplicatedJob && !mode.GlobalJob) return;
  if (spec.UpdateConfig) invalid('Jobs may not have an update config');
  const condition = spec.TaskTemplate.RestartPolicy?.Condition;
  if (condition === 'any') invalid('Jobs may not have a restart policy of "any"');
}

function checkUpdate(config: UpdateConfig | undefined): void {
  if (!config) return;
  if ((config.Delay ?? 0) < 0) invalid('TaskSpec: update-delay cannot be negative');
  if ((config.Monitor ?? 0) < 0) invalid('TaskSpec: update-monitor cannot be negative');
  if (config.MaxFailureRatio < 0 || config.MaxFailureRatio > 1)
    invalid('TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1');
}

function checkEndpoint(endpoint: EndpointSpec | undefined): void {
  const published = new Set<string>();
  for (const port of endpoint?.Ports ?? []) {
    if (endpoint?.Mode === 'dnsrr' && (port.PublishMode ?? 'ingress') === 'ingress')
      invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode");
    if (!port.PublishedPort) continue;
    const key = `${port.PublishedPort}/${port.Protocol ?? 'tcp'}`;
    if (published.has(key)) invalid('EndpointSpec: duplicate published ports provided');
    published.add(key);
  }
}
