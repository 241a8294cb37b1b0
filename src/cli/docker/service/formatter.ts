/**
 * How services are listed.
 *
 * Real: docker/cli cli/command/service/formatter.go (serviceContext)
 */
import type { PortConfig, Service } from '../../api.ts';
import { truncateID } from '../../formatter/displayutils.ts';
import type { Row } from '../../formatter/formatter.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { byNatural } from '../../formatter/natural.ts';
import { displayImage } from '../../formatter/reference.ts';

const HEADERS = {
  ID: 'ID',
  Name: 'NAME',
  Mode: 'MODE',
  Replicas: 'REPLICAS',
  Image: 'IMAGE',
  Ports: 'PORTS',
};

export function serviceListFormat(source: string, quiet: boolean): string {
  if (source === '' || source === 'table') {
    return quiet ? '{{.ID}}' : columns('ID', 'Name', 'Mode', 'Replicas', 'Image', 'Ports');
  }
  if (source !== 'raw') return source;
  return quiet
    ? 'id: {{.ID}}'
    : 'id: {{.ID}}\\nname: {{.Name}}\\nmode: {{.Mode}}\\nreplicas: {{.Replicas}}\\nimage: {{.Image}}\\nports: {{.Ports}}\\n';
}

export function formatServices(format: string, services: readonly Service[]): string {
  const sorted = [...services].sort(byNatural((service) => service.Spec.Name ?? ''));
  return formatList({
    format,
    typeName: '*service.serviceContext',
    headers: HEADERS,
    rows: sorted.map(serviceRow),
  });
}

function serviceRow(service: Service): Row {
  return {
    ID: () => truncateID(service.ID),
    Name: () => service.Spec.Name ?? '',
    Mode: () => modeName(service),
    Replicas: () => replicas(service),
    Image: () => displayImage(service.Spec.TaskTemplate.ContainerSpec?.Image ?? ''),
    Ports: () => publishedPorts(service.Endpoint?.Ports ?? []),
  };
}

export function modeName(service: Service): string {
  const mode = service.Spec.Mode ?? {};
  if (mode.Global !== undefined) return 'global';
  if (mode.Replicated !== undefined) return 'replicated';
  if (mode.ReplicatedJob !== undefined) return 'replicated job';
  return mode.GlobalJob === undefined ? '' : 'global job';
}

function replicas(service: Service): string {
  const {
    RunningTasks: running = 0,
    DesiredTasks: desired = 0,
    CompletedTasks: completed = 0,
  } = service.ServiceStatus ?? {};
  const mode = service.Spec.Mode ?? {};
  const count = `${running}/${desired}`;
  if (mode.ReplicatedJob !== undefined) {
    return `${count} (${completed}/${mode.ReplicatedJob.TotalCompletions ?? 0} completed)`;
  }
  if (mode.GlobalJob !== undefined)
    return `${count} (${completed}/${desired + completed} completed)`;
  const max =
    mode.Replicated === undefined ? 0 : (service.Spec.TaskTemplate.Placement?.MaxReplicas ?? 0);
  return max > 0 ? `${count} (max ${max} per node)` : count;
}

interface PortRange {
  readonly protocol: string;
  readonly publishedStart: number;
  publishedEnd: number;
  readonly targetStart: number;
  targetEnd: number;
}

/** Ingress ports, neighbours joined: `*:8080-8082->80-82/tcp`. */
export function publishedPorts(ports: readonly PortConfig[]): string {
  const sorted = [...ports].sort((a, b) => {
    const [left, right] = [a.Protocol ?? '', b.Protocol ?? ''];
    if (left !== right) return left < right ? -1 : 1;
    return (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0);
  });
  const ranges: PortRange[] = [];
  for (const port of sorted) {
    if (port.PublishMode !== 'ingress') continue;
    const published = port.PublishedPort ?? 0;
    const target = port.TargetPort ?? 0;
    const last = ranges[ranges.length - 1];
    if (last !== undefined && continues(last, port.Protocol ?? '', published, target)) {
      last.publishedEnd = published;
      last.targetEnd = target;
    } else {
      ranges.push({
        protocol: port.Protocol ?? '',
        publishedStart: published,
        publishedEnd: published,
        targetStart: target,
        targetEnd: target,
      });
    }
  }
  return ranges
    .filter((range) => range.publishedStart > 0)
    .map((range) => {
      const published = rangeText(range.publishedStart, range.publishedEnd);
      return `*:${published}->${rangeText(range.targetStart, range.targetEnd)}/${range.protocol}`;
    })
    .join(', ');
}

/** Whether a port goes on where the range ends. Unsigned subtraction: a smaller target never does. */
function continues(range: PortRange, protocol: string, published: number, target: number): boolean {
  const isNext = (value: number, end: number): boolean => value === end || value === end + 1;
  const isRange = range.targetEnd !== range.targetStart;
  if (protocol !== range.protocol || !isNext(published, range.publishedEnd)) return false;
  return isNext(target, range.targetEnd) && !(isRange && target <= range.targetEnd);
}

function rangeText(start: number, end: number): string {
  return end > start ? `${start}-${end}` : String(start);
}
