/**
 * How networks are listed.
 *
 * Real: docker/cli cli/command/network/formatter.go
 */
import type { Network } from '../../api.ts';
import { truncateID } from '../../formatter/displayutils.ts';
import { columns, formatList } from '../../formatter/formatter.ts';
import { GoTime } from '../../formatter/govalue.ts';
import { labelOf, labelsText } from '../labels.ts';

const HEADERS = {
  ID: 'NETWORK ID',
  Name: 'NAME',
  Driver: 'DRIVER',
  Scope: 'SCOPE',
  IPv4: 'IPV4',
  IPv6: 'IPV6',
  Internal: 'INTERNAL',
  Labels: 'LABELS',
  CreatedAt: 'CREATED AT',
};

export function networkListFormat(source: string, quiet: boolean): string {
  if (source === '' || source === 'table') {
    return quiet ? '{{.ID}}' : columns('ID', 'Name', 'Driver', 'Scope');
  }
  if (source !== 'raw') return source;
  return quiet
    ? 'network_id: {{.ID}}'
    : 'network_id: {{.ID}}\\nname: {{.Name}}\\ndriver: {{.Driver}}\\nscope: {{.Scope}}\\n';
}

export function formatNetworks(
  format: string,
  networks: readonly Network[],
  isTruncated: boolean,
): string {
  return formatList({
    format,
    typeName: '*network.networkContext',
    headers: HEADERS,
    rows: networks.map((network) => ({
      ID: () => (isTruncated ? truncateID(network.Id) : network.Id),
      Name: () => network.Name,
      Driver: () => network.Driver,
      Scope: () => network.Scope,
      IPv4: () => String(network.EnableIPv4 ?? false),
      IPv6: () => String(network.EnableIPv6),
      Internal: () => String(network.Internal),
      Labels: () => labelsText(network.Labels),
      Label: (name) => labelOf(network.Labels, name),
      CreatedAt: () => new GoTime(network.Created).toGoString(),
    })),
  });
}
