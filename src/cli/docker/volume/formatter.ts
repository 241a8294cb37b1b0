/**
 * How volumes are listed.
 *
 * Real:     docker/cli cli/command/formatter/volume.go
 * Left out: cluster volumes.
 */
import { columns, formatList } from '../../formatter/formatter.ts';
import { humanSize } from '../../formatter/units.ts';
import { labelOf, labelsText } from '../labels.ts';

export interface Volume {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Scope: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly UsageData?: { readonly Size: number; readonly RefCount: number } | null;
}

export const VOLUME_HEADERS = {
  ID: 'ID',
  Name: 'VOLUME NAME',
  Group: 'GROUP',
  Driver: 'DRIVER',
  Scope: 'SCOPE',
  Availability: 'AVAILABILITY',
  Mountpoint: 'MOUNTPOINT',
  Labels: 'LABELS',
  Links: 'LINKS',
  Size: 'SIZE',
  Status: 'STATUS',
};

export function volumeListFormat(source: string, quiet: boolean): string {
  if (source === '' || source === 'table') {
    return quiet ? '{{.Name}}' : columns('Driver', 'Name');
  }
  if (source !== 'raw') return source;
  return quiet ? 'name: {{.Name}}' : 'name: {{.Name}}\\ndriver: {{.Driver}}\\n';
}

export function formatVolumes(format: string, volumes: readonly Volume[]): string {
  return formatList({
    format,
    typeName: '*formatter.volumeContext',
    headers: VOLUME_HEADERS,
    rows: volumes.map((volume) => ({
      Name: () => volume.Name,
      Driver: () => volume.Driver,
      Scope: () => volume.Scope,
      Mountpoint: () => volume.Mountpoint,
      Labels: () => labelsText(volume.Labels),
      Label: (name) => labelOf(volume.Labels, name),
      Links: () => (volume.UsageData ? String(volume.UsageData.RefCount) : 'N/A'),
      Size: () => (volume.UsageData ? humanSize(volume.UsageData.Size) : 'N/A'),
      Group: () => 'N/A',
      Availability: () => 'N/A',
      Status: () => 'N/A',
    })),
  });
}
