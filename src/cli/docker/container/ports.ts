/**
 * Ports of a container, neighbours joined.
 *
 * Real: docker/cli cli/command/formatter/container.go (DisplayablePorts)
 */

export interface Port {
  readonly IP?: string;
  readonly PrivatePort: number;
  readonly PublicPort?: number;
  readonly Type: string;
}

interface Group {
  readonly ip: string;
  readonly type: string;
  first: number;
  last: number;
}

/** `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`; equal ports on both sides join: `0.0.0.0:80-81->80-81/tcp`. */
export function displayablePorts(ports: readonly Port[]): string {
  const groups = new Map<string, Group>();
  const done: string[] = [];
  const mappings: string[] = [];
  for (const port of [...ports].sort(byPort)) {
    const { IP: ip = '', PrivatePort: current, PublicPort = 0, Type: type } = port;
    if (ip !== '' && PublicPort !== current) {
      mappings.push(`${joinHostPort(ip, String(PublicPort))}->${current}/${type}`);
      continue;
    }
    const key = ip === '' ? type : `${ip}/${type}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ip, type, first: current, last: current });
    else if (current === group.last + 1) group.last = current;
    else {
      done.push(groupText(group));
      group.first = current;
      group.last = current;
    }
  }
  return [...done, ...[...groups.values()].map(groupText), ...mappings].join(', ');
}

function groupText({ ip, type, first, last }: Group): string {
  const range = first === last ? String(first) : `${first}-${last}`;
  return ip === '' ? `${range}/${type}` : `${joinHostPort(ip, range)}->${range}/${type}`;
}

export function joinHostPort(ip: string, port: string): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function byPort(a: Port, b: Port): number {
  if (a.PrivatePort !== b.PrivatePort) return a.PrivatePort - b.PrivatePort;
  const [left = '', right = ''] = [a.IP, b.IP];
  if (left !== right) return left < right ? -1 : 1;
  if (a.PublicPort !== b.PublicPort) return (a.PublicPort ?? 0) - (b.PublicPort ?? 0);
  return a.Type < b.Type ? -1 : a.Type > b.Type ? 1 : 0;
}
