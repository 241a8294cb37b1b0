/**
 * How containers are listed.
 *
 * Real: docker/cli cli/command/formatter/container.go
 */
import { ellipsis, truncateID } from '../../formatter/displayutils.ts';
import type { Row } from '../../formatter/formatter.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { unixTimeText } from '../../formatter/govalue.ts';
import { displayImage } from '../../formatter/reference.ts';
import { goQuote } from '../../formatter/strconv.ts';
import { humanDuration, humanSize3 } from '../../formatter/units.ts';
import { labelOf, labelsText } from '../labels.ts';
import { displayablePorts } from './ports.ts';
import type { Port } from './ports.ts';

export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  readonly Created: number;
  readonly Ports?: readonly Port[] | null;
  readonly SizeRw?: number;
  readonly SizeRootFs?: number;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly State: string;
  readonly Status: string;
  readonly NetworkSettings?: {
    readonly Networks?: Readonly<Record<string, unknown>> | null;
  } | null;
  readonly Mounts?: readonly {
    readonly Name?: string;
    readonly Source?: string;
    readonly Driver?: string;
  }[];
}

export const CONTAINER_HEADERS = {
  ID: 'CONTAINER ID',
  Names: 'NAMES',
  Image: 'IMAGE',
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  RunningFor: 'CREATED',
  Ports: 'PORTS',
  State: 'STATE',
  Status: 'STATUS',
  Size: 'SIZE',
  Labels: 'LABELS',
  Mounts: 'MOUNTS',
  LocalVolumes: 'LOCAL VOLUMES',
  Networks: 'NETWORKS',
};

export function containerListFormat(source: string, quiet: boolean, size: boolean): string {
  if (source === '' || source === 'table') {
    if (quiet) return '{{.ID}}';
    const names = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'];
    return columns(...names, ...(size ? ['Size'] : []));
  }
  if (source === 'raw') {
    if (quiet) return 'container_id: {{.ID}}';
    const raw =
      'container_id: {{.ID}}\\nimage: {{.Image}}\\ncommand: {{.Command}}\\ncreated_at: {{.CreatedAt}}\\nstate: {{- pad .State 1 0}}\\nstatus: {{- pad .Status 1 0}}\\nnames: {{.Names}}\\nlabels: {{- pad .Labels 1 0}}\\nports: {{- pad .Ports 1 0}}\\n';
    return size ? `${raw}size: {{.Size}}\\n` : raw;
  }
  return quiet ? '{{.ID}}' : source;
}

export function formatContainers(
  format: string,
  containers: readonly ContainerSummary[],
  options: { readonly trunc: boolean; readonly nowMs: number },
): string {
  return formatList({
    format,
    typeName: '*formatter.ContainerContext',
    headers: CONTAINER_HEADERS,
    rows: containers.map((container) => containerRow(container, options)),
  });
}

export function containerRow(
  container: ContainerSummary,
  { trunc, nowMs }: { readonly trunc: boolean; readonly nowMs: number },
): Row {
  const mounts = container.Mounts ?? [];
  const createdMs = container.Created * 1000;
  return {
    ID: () => (trunc ? truncateID(container.Id) : container.Id),
    Names: () => names(container, trunc),
    Image: () => image(container, trunc),
    Command: () => goQuote(trunc ? ellipsis(container.Command, 20) : container.Command),
    CreatedAt: () => unixTimeText(container.Created),
    RunningFor: () => `${humanDuration(nowMs - createdMs)} ago`,
    Ports: () => displayablePorts(container.Ports ?? []),
    State: () => container.State,
    Status: () => container.Status,
    Size: () => {
      const own = humanSize3(container.SizeRw ?? 0);
      const all = container.SizeRootFs ?? 0;
      return all > 0 ? `${own} (virtual ${humanSize3(all)})` : own;
    },
    Labels: () => labelsText(container.Labels),
    Label: (name) => labelOf(container.Labels, name),
    Mounts: () =>
      mounts
        .map((mount) => mount.Name || mount.Source || '')
        .map((name) => (trunc ? ellipsis(name, 15) : name))
        .join(','),
    LocalVolumes: () => String(mounts.filter((mount) => mount.Driver === 'local').length),
    Networks: () =>
      Object.keys(container.NetworkSettings?.Networks ?? {})
        .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        .join(','),
  };
}

/** Names without their slash; names that links gave (`/a/b`) only untruncated. */
function names(container: ContainerSummary, trunc: boolean): string {
  const all = container.Names.map((name) => name.replace(/^\//, ''));
  return (trunc ? all.filter((name) => !name.includes('/')) : all).join(',');
}

function image(container: ContainerSummary, trunc: boolean): string {
  if (container.Image === '') return '<no image>';
  if (!trunc) return container.Image;
  const short = truncateID(container.ImageID);
  if (short !== '' && short === truncateID(container.Image)) return short;
  return displayImage(container.Image);
}
