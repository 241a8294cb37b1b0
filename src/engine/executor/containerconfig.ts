/**
 * From a task to the container that runs it.
 *
 * Real:     moby daemon/cluster/executor/container/container.go, daemon/cluster/convert/container.go, swarmkit template/expand.go.
 * Left out: credential specs, generic resources as environment, templates other than plain fields.
 */
import type { Config, ContainerSpec, Node, Secret, Task } from '../../swarm/api/index.ts';
import type { Dependencies } from '../../swarm/index.ts';
import type {
  ContainerCreateRequest,
  EndpointSettings,
  HostConfig,
  PortBinding,
  StringMap,
} from '../api/types.ts';
import type { MountRecord } from '../containers/container.ts';
import { isOverlay, type TaskBinding } from '../networks/overlays.ts';

/** `web.1.<task>`; for global services the node stands for the slot. */
export function taskContainerName(task: Task): string {
  return `${task.ServiceAnnotations.Name}.${task.Slot > 0 ? task.Slot : task.NodeID}.${task.ID}`;
}

export interface TaskContext {
  readonly task: Task;
  readonly node: Node | undefined;
  readonly hostname: string;
}

export function containerRequest(context: TaskContext): ContainerCreateRequest {
  const { task } = context;
  const spec = task.Spec.ContainerSpec as ContainerSpec;
  const expand = (text: string): string => expandTemplate(text, context);
  const exposed = Object.fromEntries(
    (task.Endpoint?.Ports ?? []).map((port) => [
      `${port.TargetPort ?? 0}/${port.Protocol ?? 'tcp'}`,
      {},
    ]),
  );
  return {
    Image: spec.Image,
    ...(spec.Hostname ? { Hostname: expand(spec.Hostname) } : {}),
    ...(spec.User ? { User: spec.User } : {}),
    Env: (spec.Env ?? []).map(expand),
    ...(spec.Dir ? { WorkingDir: spec.Dir } : {}),
    ...(spec.Command?.length ? { Entrypoint: spec.Command } : {}),
    ...(spec.Args?.length ? { Cmd: spec.Args } : {}),
    ...(spec.Healthcheck ? { Healthcheck: spec.Healthcheck } : {}),
    ...(spec.StopSignal ? { StopSignal: spec.StopSignal } : {}),
    Tty: spec.TTY ?? false,
    OpenStdin: spec.OpenStdin ?? false,
    ExposedPorts: exposed,
    Labels: labelsOf(task, spec),
    HostConfig: hostConfigOf(context, spec),
    NetworkingConfig: { EndpointsConfig: endpointsOf(task) },
  };
}

function labelsOf(task: Task, spec: ContainerSpec): StringMap {
  return {
    ...spec.Labels,
    'com.docker.swarm.node.id': task.NodeID,
    'com.docker.swarm.service.id': task.ServiceID,
    'com.docker.swarm.service.name': task.ServiceAnnotations.Name,
    'com.docker.swarm.task': '',
    'com.docker.swarm.task.id': task.ID,
    'com.docker.swarm.task.name': taskContainerName(task),
  };
}

function hostConfigOf(context: TaskContext, spec: ContainerSpec): HostConfig {
  const { task } = context;
  const limits = task.Spec.Resources?.Limits;
  const reserved = task.Spec.Resources?.Reservations;
  const driver = task.LogDriver ?? task.Spec.LogDriver;
  const local = (task.NetworksAttachments ?? []).find((attachment) => !isOverlay(attachment))
    ?.Network.Spec.Name;
  const first = task.NetworksAttachments?.[0]?.Network.Spec.Name;
  return {
    Mounts: (spec.Mounts ?? []).map((mount) =>
      mount.Source === undefined
        ? mount
        : { ...mount, Source: expandTemplate(mount.Source, context) },
    ),
    PortBindings: hostPorts(task),
    NetworkMode: local ?? first ?? 'default',
    ReadonlyRootfs: spec.ReadOnly ?? false,
    ...(spec.Init === undefined ? {} : { Init: spec.Init }),
    ...(spec.DNSConfig?.Nameservers ? { Dns: spec.DNSConfig.Nameservers } : {}),
    ...(spec.DNSConfig?.Search ? { DnsSearch: spec.DNSConfig.Search } : {}),
    ...(spec.DNSConfig?.Options ? { DnsOptions: spec.DNSConfig.Options } : {}),
    // `1.2.3.4 name` in the spec, `name:1.2.3.4` here.
    ExtraHosts: (spec.Hosts ?? []).flatMap((line) => {
      const [address = '', ...names] = line.split(/\s+/);
      return names.map((name) => `${name}:${address}`);
    }),
    ...(spec.Ulimits ? { Ulimits: spec.Ulimits } : {}),
    ...(spec.CapabilityAdd ? { CapAdd: spec.CapabilityAdd } : {}),
    ...(spec.CapabilityDrop ? { CapDrop: spec.CapabilityDrop } : {}),
    ...(spec.Sysctls ? { Sysctls: spec.Sysctls } : {}),
    ...(limits?.MemoryBytes ? { Memory: limits.MemoryBytes } : {}),
    ...(limits?.NanoCPUs ? { NanoCpus: limits.NanoCPUs } : {}),
    ...(limits?.Pids ? { PidsLimit: limits.Pids } : {}),
    ...(reserved?.MemoryBytes ? { MemoryReservation: reserved.MemoryBytes } : {}),
    ...(driver?.Name
      ? { LogConfig: { Type: driver.Name, Config: task.Spec.LogDriver?.Options ?? {} } }
      : {}),
  };
}

/** Ports that are published on this machine alone. */
function hostPorts(task: Task): Readonly<Record<string, readonly PortBinding[]>> {
  const out: Record<string, PortBinding[]> = {};
  for (const port of task.Endpoint?.Ports ?? []) {
    if (port.PublishMode !== 'host') continue;
    const key = `${port.TargetPort ?? 0}/${port.Protocol ?? 'tcp'}`;
    out[key] = [
      ...(out[key] ?? []),
      { HostIp: '', HostPort: port.PublishedPort ? String(port.PublishedPort) : '' },
    ];
  }
  return out;
}

function endpointsOf(task: Task): Readonly<Record<string, EndpointSettings>> {
  return Object.fromEntries(
    (task.NetworksAttachments ?? []).map((attachment) => [
      attachment.Network.Spec.Name,
      isOverlay(attachment)
        ? {
            IPAMConfig: { IPv4Address: (attachment.Addresses[0] ?? '').split('/')[0] ?? '' },
            ...(attachment.Aliases?.length ? { Aliases: attachment.Aliases } : {}),
          }
        : {},
    ]),
  );
}

export function bindingOf(task: Task): TaskBinding {
  const vips = new Map(
    (task.Endpoint?.VirtualIPs ?? []).map(
      (vip) => [vip.NetworkID, vip.Addr.split('/')[0] ?? ''] as const,
    ),
  );
  const ingressPorts = (task.Endpoint?.Ports ?? [])
    .filter((port) => (port.PublishMode ?? 'ingress') === 'ingress' && port.PublishedPort)
    .map((port) => ({
      protocol: port.Protocol ?? 'tcp',
      published: port.PublishedPort ?? 0,
      target: port.TargetPort ?? 0,
    }));
  return {
    attachments: task.NetworksAttachments ?? [],
    serviceName: task.ServiceAnnotations.Name,
    serviceID: task.ServiceID,
    vips,
    ingressPorts,
  };
}

export type Files =
  | { readonly ok: true; readonly mounts: readonly MountRecord[] }
  | { readonly ok: false; readonly missing: string };

/** Secrets and configs as files; `missing` when one has not come yet. */
export function filesOf(context: TaskContext, dependencies: Dependencies): Files {
  const spec = context.task.Spec.ContainerSpec as ContainerSpec;
  const mounts: MountRecord[] = [];
  for (const reference of spec.Secrets ?? []) {
    const secret = dependencies.secret(reference.SecretID);
    if (!secret) return { ok: false, missing: `secret reference ${reference.SecretID} not found` };
    const name = reference.File?.Name ?? reference.SecretName;
    mounts.push(
      fileMount(
        context,
        secret,
        name.startsWith('/') ? name : `/run/secrets/${name}`,
        reference.File,
      ),
    );
  }
  for (const reference of spec.Configs ?? []) {
    const config = dependencies.config(reference.ConfigID);
    if (!config) return { ok: false, missing: `config reference ${reference.ConfigID} not found` };
    if (!reference.File) continue;
    mounts.push(
      fileMount(
        context,
        config,
        reference.File.Name.startsWith('/') ? reference.File.Name : `/${reference.File.Name}`,
        reference.File,
      ),
    );
  }
  return { ok: true, mounts };
}

function fileMount(
  context: TaskContext,
  object: Secret | Config,
  destination: string,
  target: { readonly UID: string; readonly GID: string; readonly Mode: number } | undefined,
): MountRecord {
  const data = object.Spec.Data ?? '';
  return {
    Type: 'bind',
    Source: '',
    Destination: destination,
    Mode: '',
    RW: false,
    Propagation: 'rprivate',
    content: object.Spec.Templating ? expandTemplate(data, context) : data,
    attributes: {
      mode: target?.Mode ?? 0o444,
      uid: Number(target?.UID ?? 0) || 0,
      gid: Number(target?.GID ?? 0) || 0,
    },
  };
}

/** `{{.Node.Hostname}}` and its like. What is no known field stays. */
export function expandTemplate(text: string, context: TaskContext): string {
  if (!text.includes('{{')) return text;
  const { task, node } = context;
  const fields: Readonly<Record<string, string>> = {
    'Service.ID': task.ServiceID,
    'Service.Name': task.ServiceAnnotations.Name,
    'Node.ID': task.NodeID,
    'Node.Hostname': node?.Description?.Hostname ?? context.hostname,
    'Node.Platform.OS': 'linux',
    'Node.Platform.Architecture': 'x86_64',
    'Task.ID': task.ID,
    'Task.Name': taskContainerName(task),
    'Task.Slot': String(task.Slot > 0 ? task.Slot : task.NodeID),
  };
  return text
    .replace(/\{\{\s*\.([\w.]+)\s*\}\}/g, (whole, name: string) => fields[name] ?? whole)
    .replace(
      /\{\{\s*index\s+\.Service\.Labels\s+"([^"]+)"\s*\}\}/g,
      (_, name: string) => task.ServiceAnnotations.Labels[name] ?? '',
    )
    .replace(
      /\{\{\s*index\s+\.Node\.Labels\s+"([^"]+)"\s*\}\}/g,
      (_, name: string) => node?.Spec.Labels[name] ?? '',
    );
}
