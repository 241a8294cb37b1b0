/**
 * A service spec changed by the flags of `service update`.
 *
 * Real: docker/cli cli/command/service/update.go (updateService)
 */
import type { ContainerSpec, PortConfig, ServiceSpec, TaskSpec } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import { StatusError } from '../../errors.ts';
import { capabilitySet } from '../../opts/capabilities.ts';
import { cut } from '../../opts/csv.ts';
import type { Mount } from '../../opts/mount.ts';
import type { NetworkAttachment } from '../../opts/network.ts';
import type { Ulimit } from '../../opts/ulimit.ts';
import type { PlacementPreference } from '../../opts/value.ts';
import type { Sys } from '../../process.ts';
import {
  changedRestartPolicy,
  changedUpdateConfig,
  compare,
  genericResources,
  labelMap,
  networkID,
  resolveNetworks,
  swarmHosts,
} from './opts.ts';

export function* updateSpec(cli: DockerCli, flags: FlagSet, spec: ServiceSpec): Sys<void> {
  const task = spec.TaskTemplate;
  const container = (task.ContainerSpec ??= {});
  const labels = updatedMap(flags, 'label', spec.Labels ?? undefined);
  if (labels !== undefined) spec.Labels = labels;
  updateContainer(flags, container);
  updateResources(flags, task);
  const policy = changedRestartPolicy(flags, task.RestartPolicy);
  if (policy !== undefined) task.RestartPolicy = policy;
  updatePlacement(flags, task);
  if (flags.changed('network-add') || flags.changed('network-rm')) {
    yield* updateNetworks(cli, flags, spec);
  }
  updateReplicas(flags, spec);
  const update = changedUpdateConfig(flags, 'update', spec.UpdateConfig);
  if (update !== undefined) spec.UpdateConfig = update;
  const rollback = changedUpdateConfig(flags, 'rollback', spec.RollbackConfig);
  if (rollback !== undefined) spec.RollbackConfig = rollback;
  updateEndpoint(flags, spec);
  if (flags.string('log-driver') !== '') {
    task.LogDriver = { Name: flags.string('log-driver'), Options: labelMap(flags.list('log-opt')) };
  }
  if (flags.bool('force')) task.ForceUpdate = (task.ForceUpdate ?? 0) + 1;
}

const STRINGS = [
  ['image', 'Image'],
  ['workdir', 'Dir'],
  ['user', 'User'],
  ['hostname', 'Hostname'],
  ['isolation', 'Isolation'],
  ['stop-signal', 'StopSignal'],
  ['init', 'Init'],
  ['tty', 'TTY'],
  ['read-only', 'ReadOnly'],
  ['stop-grace-period', 'StopGracePeriod'],
  ['oom-score-adj', 'OomScoreAdj'],
  ['args', 'Args'],
  ['entrypoint', 'Command'],
] as const;

function updateContainer(flags: FlagSet, container: ContainerSpec): void {
  const changed = STRINGS.filter(([flag]) => flags.changed(flag));
  Object.assign(
    container,
    Object.fromEntries(changed.map(([flag, field]) => [field, flags.get(flag)])),
  );
  const labels = updatedMap(flags, 'container-label', container.Labels);
  if (labels !== undefined) container.Labels = labels;
  const sysctls = updatedMap(flags, 'sysctl', container.Sysctls);
  if (sysctls !== undefined) container.Sysctls = sysctls;
  container.Env = updatedEnv(flags, container.Env);
  container.Mounts = updatedMounts(flags, container.Mounts);
  container.Ulimits = updatedUlimits(flags, container.Ulimits);
  container.Groups = updatedList(flags, 'group', container.Groups);
  updateDNS(flags, container);
  container.Hosts = updatedHosts(flags, container.Hosts);
  updateHealthcheck(flags, container);
  updateCapabilities(flags, container);
  for (const key of ['Env', 'Mounts', 'Ulimits', 'Groups', 'Hosts'] as const) {
    if (container[key] === undefined || container[key].length === 0) delete container[key];
  }
}

/** `--X-add key=value`, then `--X-rm key`; undefined when neither was given. */
function updatedMap(
  flags: FlagSet,
  name: string,
  current: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  if (!flags.changed(`${name}-add`) && !flags.changed(`${name}-rm`)) return undefined;
  const map = new Map(Object.entries({ ...current, ...labelMap(flags.list(`${name}-add`)) }));
  for (const key of flags.list(`${name}-rm`)) map.delete(key);
  return Object.fromEntries(map);
}

/** A sorted list without doubles, with what was added and without what was removed. */
function updatedList(
  flags: FlagSet,
  name: string,
  current: readonly string[] | undefined,
): string[] | undefined {
  if (!flags.changed(`${name}-add`) && !flags.changed(`${name}-rm`)) {
    return current === undefined ? undefined : [...current];
  }
  const removed = flags.list(`${name}-rm`);
  const all = new Set([...(current ?? []), ...flags.list(`${name}-add`)]);
  return [...all].filter((one) => !removed.includes(one)).sort(compare);
}

function updatedEnv(flags: FlagSet, current: readonly string[] | undefined): string[] | undefined {
  const removed = flags.list('env-rm');
  const kept = (current ?? []).filter((one) => !removed.includes(cut(one)[0]));
  if (!flags.changed('env-add')) return current === undefined ? undefined : kept;
  const byName = new Map([...kept, ...flags.list('env-add')].map((one) => [cut(one)[0], one]));
  return [...byName.values()];
}

function updatedMounts(flags: FlagSet, current: ContainerSpec['Mounts']): ContainerSpec['Mounts'] {
  if (!flags.changed('mount-add') && !flags.changed('mount-rm')) return current;
  const byTarget = new Map<string, Mount | NonNullable<ContainerSpec['Mounts']>[number]>();
  for (const mount of flags.get('mount-add') as readonly Mount[]) {
    if (byTarget.has(mount.Target)) throw new StatusError('duplicate mount target');
    byTarget.set(mount.Target, mount);
  }
  for (const mount of current ?? []) {
    if (!byTarget.has(mount.Target ?? '')) byTarget.set(mount.Target ?? '', mount);
  }
  for (const target of flags.list('mount-rm')) byTarget.delete(target);
  return [...byTarget.values()].sort(
    (a, b) => compare(a.Source ?? '', b.Source ?? '') || compare(a.Target ?? '', b.Target ?? ''),
  );
}

function updatedUlimits(
  flags: FlagSet,
  current: ContainerSpec['Ulimits'],
): ContainerSpec['Ulimits'] {
  const byName = new Map((current ?? []).map((ulimit) => [ulimit.Name, ulimit]));
  for (const name of flags.list('ulimit-rm')) byName.delete(name);
  for (const ulimit of flags.get('ulimit-add') as readonly Ulimit[])
    byName.set(ulimit.Name, ulimit);
  return [...byName.values()].sort((a, b) => compare(a.Name, b.Name));
}

function updateDNS(flags: FlagSet, container: ContainerSpec): void {
  const names = ['dns', 'dns-search', 'dns-option'];
  if (!names.some((name) => flags.changed(`${name}-add`) || flags.changed(`${name}-rm`))) return;
  const { Nameservers, Search, Options } = container.DNSConfig ?? {};
  const fields = [
    ['Nameservers', updatedList(flags, 'dns', Nameservers)],
    ['Search', updatedList(flags, 'dns-search', Search)],
    ['Options', updatedList(flags, 'dns-option', Options)],
  ] as const;
  container.DNSConfig = Object.fromEntries(
    fields.filter(([, list]) => list !== undefined && list.length > 0),
  );
}

function updatedHosts(
  flags: FlagSet,
  current: readonly string[] | undefined,
): string[] | undefined {
  if (!flags.changed('host-add') && !flags.changed('host-rm')) {
    return current === undefined ? undefined : [...current];
  }
  const removed = flags.list('host-rm').map((entry) => cut(entry, ':'));
  const kept = (current ?? []).flatMap((entry) => {
    const [ip = '', ...names] = entry.split(/\s+/);
    const left = names.filter(
      (name) =>
        !removed.some(([host, address]) => host === name && (address === '' || address === ip)),
    );
    return left.length === 0 ? [] : [`${ip} ${left.join(' ')}`];
  });
  return [...new Set([...kept, ...swarmHosts(flags.list('host-add'))])];
}

const HEALTH = [
  ['health-interval', 'Interval'],
  ['health-timeout', 'Timeout'],
  ['health-start-period', 'StartPeriod'],
  ['health-start-interval', 'StartInterval'],
  ['health-retries', 'Retries'],
] as const;

function updateHealthcheck(flags: FlagSet, container: ContainerSpec): void {
  const hasSettings = flags.changed('health-cmd') || HEALTH.some(([flag]) => flags.changed(flag));
  if (!hasSettings && !flags.changed('no-healthcheck')) return;
  if (flags.bool('no-healthcheck')) {
    if (hasSettings) throw new StatusError('--no-healthcheck conflicts with --health-* options');
    container.Healthcheck = { Test: ['NONE'] };
    return;
  }
  const health = (container.Healthcheck ??= {});
  if (health.Test?.[0] === 'NONE') delete health.Test;
  for (const [flag, field] of HEALTH) if (flags.changed(flag)) health[field] = flags.number(flag);
  if (!flags.changed('health-cmd')) return;
  const command = flags.string('health-cmd');
  if (command === '') delete health.Test;
  else health.Test = ['CMD-SHELL', command];
}

function updateCapabilities(flags: FlagSet, container: ContainerSpec): void {
  if (!flags.changed('cap-add') && !flags.changed('cap-drop')) return;
  let added = capabilitySet(container.CapabilityAdd ?? []);
  let dropped = capabilitySet(container.CapabilityDrop ?? []);
  const toAdd = capabilitySet(flags.list('cap-add'));
  const toDrop = capabilitySet(flags.list('cap-drop'));
  if (toAdd.delete('RESET')) added = new Set();
  if (toDrop.delete('RESET')) dropped = new Set();
  // What was added before and is dropped now goes back to neither list, and the other way round.
  for (const name of toDrop) if (!toAdd.has(name) && !added.delete(name)) dropped.add(name);
  for (const name of toAdd) if (!dropped.delete(name)) added.add(name);
  const listed = (names: Set<string>): string[] =>
    names.has('ALL') ? ['ALL'] : [...names].sort(compare);
  container.CapabilityAdd = listed(added);
  container.CapabilityDrop = listed(dropped);
  if (added.size === 0) delete container.CapabilityAdd;
  if (dropped.size === 0) delete container.CapabilityDrop;
}

const RESOURCES = [
  ['limit-cpu', 'Limits', 'NanoCPUs'],
  ['limit-memory', 'Limits', 'MemoryBytes'],
  ['limit-pids', 'Limits', 'Pids'],
  ['reserve-cpu', 'Reservations', 'NanoCPUs'],
  ['reserve-memory', 'Reservations', 'MemoryBytes'],
] as const;

function updateResources(flags: FlagSet, task: TaskSpec): void {
  for (const [flag, part, field] of RESOURCES) {
    if (!flags.changed(flag)) continue;
    const resources = (task.Resources ??= {});
    resources.Limits ??= {};
    resources.Reservations ??= {};
    resources[part] = { ...resources[part], [field]: flags.number(flag) };
    if (flags.number(flag) === 0) delete resources[part][field];
  }
  if (!flags.changed('generic-resource-add') && !flags.changed('generic-resource-rm')) return;
  const reservations = ((task.Resources ??= {}).Reservations ??= {});
  const kindOf = (resource: { DiscreteResourceSpec?: { Kind: string } }): string =>
    resource.DiscreteResourceSpec?.Kind ?? '';
  const byKind = new Map((reservations.GenericResources ?? []).map((one) => [kindOf(one), one]));
  for (const one of genericResources(flags.list('generic-resource-add')))
    byKind.set(kindOf(one), one);
  for (const kind of flags.list('generic-resource-rm')) {
    if (!byKind.delete(kind)) {
      throw new StatusError(`could not find generic-resource \`${kind}\` to remove it`);
    }
  }
  reservations.GenericResources = [...byKind.values()];
}

function updatePlacement(flags: FlagSet, task: TaskSpec): void {
  const placement = (task.Placement ??= {});
  if (flags.changed('constraint-add') || flags.changed('constraint-rm')) {
    const removed = flags.list('constraint-rm');
    placement.Constraints = [...(placement.Constraints ?? []), ...flags.list('constraint-add')]
      .filter((constraint) => !removed.includes(constraint))
      .sort(compare);
  }
  if (flags.changed('placement-pref-add') || flags.changed('placement-pref-rm')) {
    const spread = (one: { Spread?: { SpreadDescriptor: string } }): string =>
      one.Spread?.SpreadDescriptor ?? '';
    const removed = (flags.get('placement-pref-rm') as readonly PlacementPreference[]).map(spread);
    const kept = (placement.Preferences ?? []).filter((one) => !removed.includes(spread(one)));
    placement.Preferences = [
      ...kept,
      ...(flags.get('placement-pref-add') as PlacementPreference[]),
    ];
  }
  if (flags.changed('replicas-max-per-node')) {
    placement.MaxReplicas = flags.number('replicas-max-per-node');
  }
}

function updateReplicas(flags: FlagSet, spec: ServiceSpec): void {
  if (flags.changed('replicas')) {
    if (spec.Mode?.Replicated === undefined) {
      throw new StatusError('replicas can only be used with replicated mode');
    }
    spec.Mode.Replicated.Replicas = flags.number('replicas');
  }
}

function* updateNetworks(cli: DockerCli, flags: FlagSet, spec: ServiceSpec): Sys<void> {
  const current = spec.TaskTemplate.Networks ?? spec.Networks ?? [];
  delete spec.Networks;
  const removed: string[] = [];
  for (const name of flags.list('network-rm')) removed.push(yield* networkID(cli, name));
  const networks = current.filter((one) => !removed.includes(one.Target ?? ''));
  for (const attachment of flags.get('network-add') as readonly NetworkAttachment[]) {
    const [added] = yield* resolveNetworks(cli, [attachment]);
    if (added === undefined) continue;
    if (networks.some((one) => one.Target === added.Target)) {
      throw new StatusError(`service is already attached to network ${attachment.Target}`);
    }
    networks.push(added);
  }
  spec.TaskTemplate.Networks = networks.sort((a, b) => compare(a.Target ?? '', b.Target ?? ''));
}

function portKey(port: PortConfig): string {
  return `${port.PublishedPort ?? 0}:${port.TargetPort ?? 0}/${port.Protocol ?? ''}/${port.PublishMode ?? ''}`;
}

function updateEndpoint(flags: FlagSet, spec: ServiceSpec): void {
  if (flags.changed('endpoint-mode')) {
    spec.EndpointSpec = { ...spec.EndpointSpec, Mode: flags.string('endpoint-mode') };
  }
  if (!flags.changed('publish-add') && !flags.changed('publish-rm')) return;
  const removed = flags.get('publish-rm') as readonly PortConfig[];
  const isRemoved = (port: PortConfig): boolean =>
    removed.some(
      (one) =>
        (one.Protocol || 'tcp') === (port.Protocol || 'tcp') &&
        one.TargetPort === port.TargetPort &&
        (one.PublishMode || 'ingress') === (port.PublishMode || 'ingress'),
    );
  const current = new Map((spec.EndpointSpec?.Ports ?? []).map((port) => [portKey(port), port]));
  const added = (flags.get('publish-add') as readonly PortConfig[]).filter(
    (port) => !current.has(portKey(port)),
  );
  const ports = [...[...current.values()].filter((port) => !isRemoved(port)), ...added];
  spec.EndpointSpec = {
    ...spec.EndpointSpec,
    Ports: ports.sort((a, b) => compare(portKey(a), portKey(b))),
  };
}
