/**
 * `--secret`, `--config` and `--publish` of services.
 *
 * Real: docker/cli opts/swarmopts/{secret,config,port}.go
 */
import { parseUnsigned } from '../formatter/strconv.ts';
import { csvFields, cut } from './csv.ts';
import { parsePortRange, parsePortSpec } from './nat.ts';

export interface FileTarget {
  Name: string;
  UID: string;
  GID: string;
  Mode: number;
}

/** What `--secret` and `--config` ask for; the ID is looked up later. */
export interface FileReference {
  readonly name: string;
  readonly File: FileTarget;
}

export function parseFileReference(kind: 'secret' | 'config', text: string): FileReference {
  const fields = csvFields(text);
  const first = fields[0] ?? '';
  const file: FileTarget = { Name: '', UID: '0', GID: '0', Mode: 0o444 };
  if (fields.length === 1 && !first.includes('=')) {
    return { name: first, File: { ...file, Name: first } };
  }
  let name = '';
  for (const field of fields) {
    const [key, value, isPair] = cut(field);
    if (!isPair || key === '') throw new Error(`invalid field '${field}' must be a key=value pair`);
    switch (key.toLowerCase()) {
      case 'source':
      case 'src':
        name = value;
        break;
      case 'target':
        file.Name = value;
        break;
      case 'uid':
        file.UID = value;
        break;
      case 'gid':
        file.GID = value;
        break;
      case 'mode':
        file.Mode = fileMode(value);
        break;
      default:
        throw new Error(`invalid field in ${kind} request: ${key}`);
    }
  }
  if (name === '') throw new Error('source is required');
  if (file.Name === '') file.Name = name;
  return { name, File: file };
}

function fileMode(text: string): number {
  try {
    return parseUnsigned(text, 0, 32);
  } catch (error) {
    throw new Error(`invalid mode specified: ${error instanceof Error ? error.message : ''}`);
  }
}

export interface PortConfig {
  Protocol: string;
  TargetPort: number;
  PublishedPort?: number;
  PublishMode: string;
}

/** Whether `--publish` or `--network` has the long form `key=value,…`. */
export function isLongSyntax(text: string): boolean {
  return /\w+=\w+(,\w+=\w+)*/.test(text);
}

export function parsePort(text: string): PortConfig[] {
  return isLongSyntax(text) ? [longPort(text)] : shortPort(text);
}

function longPort(text: string): PortConfig {
  let target = 0;
  let published = 0;
  let protocol = 'tcp';
  let mode = 'ingress';
  for (const field of csvFields(text)) {
    const [key, value, isPair] = cut(field.toLowerCase());
    if (!isPair || key === '') throw new Error(`invalid field: ${field}`);
    if (key === 'protocol') {
      if (!['tcp', 'udp', 'sctp'].includes(value))
        throw new Error(`invalid protocol value '${value}'`);
      protocol = value;
    } else if (key === 'mode') {
      if (value !== 'ingress' && value !== 'host') {
        throw new Error(
          `invalid publish mode value (${value}): must be either 'ingress' or 'host'`,
        );
      }
      mode = value;
    } else if (key === 'target') target = portNumber('target', value);
    else if (key === 'published') published = portNumber('published', value);
    else throw new Error(`invalid field key: ${key}`);
  }
  if (target === 0) throw new Error("missing mandatory field 'target'");
  return portConfig(protocol, target, published, mode);
}

function portNumber(which: string, text: string): number {
  try {
    return parseUnsigned(text, 10, 16);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : '').replace(/^.*: /, '');
    throw new Error(`invalid ${which} port (${text}): value must be an integer: ${reason}`);
  }
}

export function portConfig(
  protocol: string,
  target: number,
  published: number,
  mode: string,
): PortConfig {
  return {
    Protocol: protocol,
    TargetPort: target,
    ...(published > 0 ? { PublishedPort: published } : {}),
    PublishMode: mode,
  };
}

function shortPort(text: string): PortConfig[] {
  const mappings = parsePortSpec(text);
  if (mappings.some((mapping) => mapping.hostIP !== '')) throw new Error('hostip is not supported');
  return mappings.flatMap(({ port, protocol, hostPort }) => {
    const [start, end] = hostPort === '' ? [0, 0] : parsePortRange(hostPort);
    const configs: PortConfig[] = [];
    for (let published = start; published <= end; published += 1) {
      configs.push(portConfig(protocol, port, published, 'ingress'));
    }
    return configs;
  });
}
