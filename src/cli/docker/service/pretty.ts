/**
 * `service inspect --pretty`.
 *
 * Real: docker/cli cli/command/service/formatter.go (serviceInspectPrettyTemplate, serviceInspectContext)
 */
import type { ContainerSpec, Service, TaskSpec, UpdateConfig } from '../../api.ts';
import { formatDuration } from '../../formatter/duration.ts';
import { isZeroTime, timeMs } from '../../formatter/govalue.ts';
import { bytesSize, humanDuration } from '../../formatter/units.ts';

export function prettyService(
  service: Service,
  networks: readonly string[],
  nowMs: number,
): string {
  const { Spec: spec } = service;
  const task = spec.TaskTemplate;
  const container = task.ContainerSpec ?? {};
  const lines = [
    '',
    `ID:\t\t${service.ID}`,
    `Name:\t\t${spec.Name ?? ''}`,
    ...section(
      'Labels:',
      pairs(spec.Labels ?? {}, (key, value) => ` ${key}${value ? `=${value}` : ''}`),
    ),
    ...modeLines(service),
    ...updateStatusLines(service, nowMs),
    ...placementLines(task),
    ...updateConfigLines('UpdateConfig:', 'Update order:     ', spec.UpdateConfig),
    ...updateConfigLines('RollbackConfig:', 'Rollback order:   ', spec.RollbackConfig),
    ...containerLines(container),
    ...fileLines('Configs:', container.Configs ?? [], (one) => one.ConfigName),
    ...fileLines('Secrets:', container.Secrets ?? [], (one) => one.SecretName),
    ...logDriverLines(task),
    ...resourceLines(task),
    ...(networks.length > 0 ? [`Networks: ${networks.join(' ')} `] : []),
    `Endpoint Mode:\t${spec.EndpointSpec?.Mode ?? ''}`,
  ];
  return `${lines.join('\n')}${portText(service)}${healthText(container)}\n\n`;
}

function pairs(
  map: Readonly<Record<string, string>>,
  line: (key: string, value: string) => string,
): string[] {
  const keys = Object.keys(map).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return keys.map((key) => line(key, map[key] ?? ''));
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function modeLines(service: Service): string[] {
  const mode = service.Spec.Mode ?? {};
  if (mode.Global !== undefined) return ['Service Mode:\tGlobal'];
  if (mode.Replicated === undefined) return ['Service Mode:'];
  const { Replicas } = mode.Replicated;
  return [
    'Service Mode:\tReplicated',
    ...(Replicas === undefined ? [] : [` Replicas:\t${Replicas}`]),
  ];
}

function updateStatusLines(service: Service, nowMs: number): string[] {
  const status = service.UpdateStatus;
  if (!status?.State) return [];
  const ago = (time: string | undefined): string => `${humanDuration(nowMs - timeMs(time))} ago`;
  const lines = ['UpdateStatus:', ` State:\t\t${status.State}`];
  if (!isZeroTime(status.StartedAt)) lines.push(` Started:\t${ago(status.StartedAt)}`);
  if (status.State === 'completed' && !isZeroTime(status.CompletedAt)) {
    lines.push(` Completed:\t${ago(status.CompletedAt)}`);
  }
  return [...lines, ` Message:\t${status.Message ?? ''}`];
}

function placementLines(task: TaskSpec): string[] {
  const { Constraints = [], Preferences = [], MaxReplicas = 0 } = task.Placement ?? {};
  const spreads = Preferences.flatMap(({ Spread }) => (Spread ? [Spread.SpreadDescriptor] : []));
  return [
    'Placement:',
    ...(Constraints.length > 0 ? [` Constraints:\t[${Constraints.join(' ')}]`] : []),
    ...(spreads.length > 0 ? [` Preferences:   [${spreads.join(' ')}]`] : []),
    ...(MaxReplicas > 0 ? [` Max Replicas Per Node:   ${MaxReplicas}`] : []),
  ];
}

function updateConfigLines(
  title: string,
  orderTitle: string,
  config: UpdateConfig | undefined,
): string[] {
  if (config === undefined) return [];
  const lines = [title, ` Parallelism:\t${config.Parallelism}`];
  if (config.Delay) lines.push(` Delay:\t\t${formatDuration(config.Delay)}`);
  lines.push(` On failure:\t${config.FailureAction ?? ''}`);
  if (config.Monitor) lines.push(` Monitoring Period: ${formatDuration(config.Monitor)}`);
  return [
    ...lines,
    ` Max failure ratio: ${config.MaxFailureRatio}`,
    ` ${orderTitle} ${config.Order}`,
  ];
}

function containerLines(container: ContainerSpec): string[] {
  const spaced = (words: readonly string[]): string => words.map((word) => `${word} `).join('');
  const {
    Args = [],
    Env = [],
    Dir,
    Init,
    User,
    CapabilityAdd = [],
    CapabilityDrop = [],
  } = container;
  const lines = ['ContainerSpec:', ` Image:\t\t${container.Image ?? ''}`];
  if (Args.length > 0) lines.push(` Args:\t\t${spaced(Args)}`);
  if (Env.length > 0) lines.push(` Env:\t\t${spaced(Env)}`);
  if (Dir) lines.push(` Dir:\t\t${Dir}`);
  if (Init !== undefined && Init !== null) lines.push(` Init:\t\t${Init}`);
  if (User) lines.push(` User: ${User}`);
  if (CapabilityAdd.length + CapabilityDrop.length > 0) lines.push('Capabilities:');
  if (CapabilityAdd.length > 0) lines.push(` Add: ${CapabilityAdd.join(', ')}`);
  if (CapabilityDrop.length > 0) lines.push(` Drop: ${CapabilityDrop.join(', ')}`);
  lines.push(
    ...section(
      'SysCtls:',
      pairs(container.Sysctls ?? {}, (key, value) => ` ${key}${value ? `: ${value}` : ''}`),
    ),
  );
  const ulimits = (container.Ulimits ?? []).map(
    ({ Name, Soft, Hard }) => ` ${Name}: ${Soft}:${Hard}`,
  );
  lines.push(...section('Ulimits:', ulimits));
  const mounts = (container.Mounts ?? []).flatMap((mount) => [
    ` Target:\t${mount.Target ?? ''}`,
    `  Source:\t${mount.Source ?? ''}`,
    `  ReadOnly:\t${mount.ReadOnly ?? false}`,
    `  Type:\t\t${mount.Type ?? ''}`,
  ]);
  return [...lines, ...section('Mounts:', mounts)];
}

function fileLines<T extends { readonly File?: { readonly Name: string } }>(
  title: string,
  references: readonly T[],
  source: (reference: T) => string,
): string[] {
  return section(
    title,
    references.flatMap((one) => [` Target:\t${one.File?.Name ?? ''}`, `  Source:\t${source(one)}`]),
  );
}

function logDriverLines(task: TaskSpec): string[] {
  const driver = task.LogDriver;
  if (driver === undefined) return [];
  const options = pairs(
    driver.Options ?? {},
    (key, value) => `  ${key}${value ? `:       ${value}` : ''}`,
  );
  return [
    'Log Driver:',
    ...(driver.Name ? [` Name:\t\t${driver.Name}`] : []),
    ...section(' LogOpts:', options),
    '',
  ];
}

function resourceLines(task: TaskSpec): string[] {
  const { Limits = {}, Reservations = {} } = task.Resources ?? {};
  const part = (title: string, cpus = 0, memory = 0): string[] =>
    section(title, [
      ...(cpus > 0 ? [`  CPU:\t\t${cpus / 1e9}`] : []),
      ...(memory > 0 ? [`  Memory:\t${bytesSize(memory)}`] : []),
    ]);
  return [
    ...(task.Resources === undefined ? [] : ['Resources:']),
    ...part(' Reservations:', Reservations.NanoCPUs, Reservations.MemoryBytes),
    ...part(' Limits:', Limits.NanoCPUs, Limits.MemoryBytes),
    ...((Limits.Pids ?? 0) > 0 ? [`  PIDs:\t\t${Limits.Pids}`] : []),
  ];
}

function portText(service: Service): string {
  const ports = service.Endpoint?.Ports ?? [];
  if (ports.length === 0) return '';
  const texts = ports.map(
    (port) =>
      `\n PublishedPort = ${port.PublishedPort ?? 0}\n  Protocol = ${port.Protocol ?? ''}\n  TargetPort = ${port.TargetPort ?? 0}\n  PublishMode = ${port.PublishMode ?? ''}`,
  );
  return `\nPorts:${texts.join('')} `;
}

function healthText(container: ContainerSpec): string {
  const health = container.Healthcheck;
  if (health === undefined) return '';
  const tests = (health.Test ?? []).map((test) => `\n\t Test = ${test}`).join('');
  return (
    `\n Healthcheck:\n  Interval = ${formatDuration(health.Interval ?? 0)}` +
    `\n  Retries = ${health.Retries ?? 0}\n  StartPeriod =\t${formatDuration(health.StartPeriod ?? 0)}` +
    `\n  Timeout =\t${formatDuration(health.Timeout ?? 0)}${tests === '' ? '' : `\n  Tests:${tests} `}`
  );
}
