/**
 * `127.0.0.1:8080-8081:80-81/tcp`: which host port leads to which container port.
 *
 * Real: docker/go-connections nat/{nat,parse}.go
 */
import { parseUnsigned } from '../formatter/strconv.ts';
import { isIP } from './ip.ts';

export interface PortMapping {
  readonly port: number;
  readonly protocol: string;
  readonly hostIP: string;
  /** A port, a range, or '' for one that the engine chooses. */
  readonly hostPort: string;
}

export function parsePortRange(text: string): readonly [number, number] {
  if (text === '') throw new Error('empty string specified for ports');
  if (!text.includes('-')) {
    const port = parseUnsigned(text, 10, 16);
    return [port, port];
  }
  const parts = text.split('-');
  const start = parseUnsigned(parts[0] ?? '', 10, 16);
  const end = parseUnsigned(parts[1] ?? '', 10, 16);
  if (end < start) throw new Error(`invalid range specified for port: ${text}`);
  return [start, end];
}

export function splitProtoPort(text: string): readonly [protocol: string, port: string] {
  const parts = text.split('/');
  const port = parts[0] ?? '';
  if (port === '') return ['', ''];
  return [parts[1] === undefined || parts[1] === '' ? 'tcp' : parts[1], port];
}

function attempt<T>(read: () => T, otherwise: string): T {
  try {
    return read();
  } catch {
    throw new Error(otherwise);
  }
}

export function parsePortSpec(text: string): PortMapping[] {
  const parts = text.split(':');
  const [protocol, ports] = splitProtoPort(parts[parts.length - 1] ?? '');
  const host = parts.length > 1 ? (parts[parts.length - 2] ?? '') : '';
  const hostIP = parts
    .slice(0, -2)
    .join(':')
    .replace(/^\[(.*)\]$/, '$1');
  if (hostIP !== '' && !isIP(hostIP)) throw new Error(`invalid IP address: ${hostIP}`);
  if (ports === '') throw new Error(`no port specified: ${text}<empty>`);
  const [start, end] = attempt(() => parsePortRange(ports), `invalid containerPort: ${ports}`);
  const [hostStart, hostEnd] =
    host === '' ? [0, 0] : attempt(() => parsePortRange(host), `invalid hostPort: ${host}`);
  if (host !== '' && end - start !== hostEnd - hostStart && end !== start) {
    throw new Error(`invalid ranges specified for container and host Ports: ${ports} and ${host}`);
  }
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) {
    throw new Error(`invalid proto: ${protocol}`);
  }
  const mappings: PortMapping[] = [];
  for (let i = 0; i <= end - start; i += 1) {
    let hostPort = host === '' ? '' : String(hostStart + i);
    if (start === end && hostStart !== hostEnd) hostPort += `-${hostEnd}`;
    mappings.push({ port: start + i, protocol: protocol.toLowerCase(), hostIP, hostPort });
  }
  return mappings;
}
