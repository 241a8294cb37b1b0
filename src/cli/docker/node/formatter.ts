/**
 * How nodes are shown.
 *
 * Real: docker/cli cli/command/node/formatter.go
 */
import type { Node, SystemInfo, TLSInfo } from '../../api.ts';
import { prettyPrint } from '../../formatter/displayutils.ts';
import type { Row } from '../../formatter/formatter.ts';
import { formatList } from '../../formatter/formatter.ts';
import { GoTime } from '../../formatter/govalue.ts';
import { bytesSize } from '../../formatter/units.ts';

const TABLE =
  'table {{.ID}} {{if .Self}}*{{else}} {{ end }}\\t{{.Hostname}}\\t{{.Status}}\\t{{.Availability}}\\t{{.ManagerStatus}}\\t{{.EngineVersion}}';

const HEADERS = {
  ID: 'ID',
  Self: '',
  Hostname: 'HOSTNAME',
  Status: 'STATUS',
  Availability: 'AVAILABILITY',
  ManagerStatus: 'MANAGER STATUS',
  EngineVersion: 'ENGINE VERSION',
  TLSStatus: 'TLS STATUS',
};

export function nodeListFormat(source: string, quiet: boolean): string {
  if (source === '' || source === 'table') return quiet ? '{{.ID}}' : TABLE;
  if (source !== 'raw') return source;
  return quiet
    ? 'node_id: {{.ID}}'
    : 'node_id: {{.ID}}\\nhostname: {{.Hostname}}\\nstatus: {{.Status}}\\navailability: {{.Availability}}\\nmanager_status: {{.ManagerStatus}}\\n';
}

export function formatNodes(format: string, nodes: readonly Node[], info: SystemInfo): string {
  return formatList({
    format,
    typeName: '*node.nodeContext',
    headers: HEADERS,
    rows: nodes.map((node) => nodeRow(node, info)),
  });
}

function nodeRow(node: Node, info: SystemInfo): Row {
  return {
    ID: () => node.ID,
    Self: () => node.ID === info.Swarm?.NodeID,
    Hostname: () => node.Description.Hostname ?? '',
    Status: () => prettyPrint(node.Status.State ?? ''),
    Availability: () => prettyPrint(node.Spec.Availability ?? ''),
    ManagerStatus: () => {
      const status = node.ManagerStatus;
      return prettyPrint(status?.Leader === true ? 'Leader' : (status?.Reachability ?? ''));
    },
    EngineVersion: () => node.Description.Engine?.EngineVersion ?? '',
    TLSStatus: () => tlsStatus(node.Description.TLSInfo, info.Swarm?.Cluster?.TLSInfo),
  };
}

function tlsStatus(own: TLSInfo | undefined, cluster: TLSInfo | undefined): string {
  const isKnown = (info: TLSInfo | undefined): info is TLSInfo => Boolean(info?.TrustRoot);
  if (!isKnown(own) || !isKnown(cluster)) return 'Unknown';
  const isSame =
    own.TrustRoot === cluster.TrustRoot &&
    own.CertIssuerSubject === cluster.CertIssuerSubject &&
    own.CertIssuerPublicKey === cluster.CertIssuerPublicKey;
  return isSame ? 'Ready' : 'Needs Rotation';
}

/** `node inspect --pretty`. */
export function prettyNode(node: Node): string {
  const { Spec: spec, Description: description, Status: status, ManagerStatus: manager } = node;
  const lines = [`ID:\t\t\t${node.ID}`];
  if (spec.Name) lines.push(`Name:\t\t\t${spec.Name}`);
  lines.push(...labelLines('Labels', spec.Labels ?? {}));
  lines.push(
    `Hostname:              \t${description.Hostname}`,
    `Joined at:             \t${prettyPrint(new GoTime(node.CreatedAt).toGoString())}`,
    'Status:',
    ` State:\t\t\t${prettyPrint(status.State ?? '')}`,
  );
  if (status.Message) lines.push(` Message:              \t${prettyPrint(status.Message)}`);
  lines.push(` Availability:         \t${prettyPrint(spec.Availability ?? '')}`);
  if (status.Addr) lines.push(` Address:\t\t${status.Addr}`);
  if (manager !== undefined) {
    lines.push(
      'Manager Status:',
      ` Address:\t\t${manager.Addr ?? ''}`,
      ` Raft Status:\t\t${prettyPrint(manager.Reachability ?? '')}`,
      ` Leader:\t\t${manager.Leader === true ? 'Yes' : 'No'}`,
    );
  }
  return `${[...lines, ...machineLines(description)].join('\n')}\n`;
}

function labelLines(title: string, labels: Readonly<Record<string, string>>): string[] {
  const keys = Object.keys(labels).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (keys.length === 0) return [];
  const pairs = keys.map((key) => ` - ${key}${labels[key] ? `=${labels[key]}` : ''}`);
  return [`${title}:`, ...pairs];
}

function machineLines(description: Node['Description']): string[] {
  const memory = description.Resources?.MemoryBytes ?? 0;
  const engine = description.Engine;
  const lines = [
    'Platform:',
    ` Operating System:\t${description.Platform?.OS ?? ''}`,
    ` Architecture:\t\t${description.Platform?.Architecture ?? ''}`,
    'Resources:',
    ` CPUs:\t\t\t${Math.floor((description.Resources?.NanoCPUs ?? 0) / 1e9)}`,
    ` Memory:\t\t${memory === 0 ? '' : bytesSize(memory)}`,
  ];
  const plugins = engine?.Plugins ?? [];
  const types = [...new Set(plugins.map((plugin) => plugin.Type))];
  types.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (types.length > 0) lines.push('Plugins:');
  for (const type of types) {
    const names = plugins.filter((plugin) => plugin.Type === type).map((plugin) => plugin.Name);
    lines.push(` ${type}:\t\t${names.join(', ')}`);
  }
  lines.push(`Engine Version:\t\t${engine?.EngineVersion ?? ''}`);
  lines.push(...labelLines('Engine Labels', engine?.Labels ?? {}));
  const tls = description.TLSInfo;
  if (tls?.TrustRoot) {
    lines.push(
      'TLS Info:',
      ' TrustRoot:',
      tls.TrustRoot,
      ` Issuer Subject:\t${tls.CertIssuerSubject ?? ''}`,
      ` Issuer Public Key:\t${tls.CertIssuerPublicKey ?? ''}`,
    );
  }
  return lines;
}
