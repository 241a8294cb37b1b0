/**
 * `--network name=net,alias=web,ip=10.0.0.2`, or just a name.
 *
 * Real: docker/cli opts/network.go
 */
import { parseInteger } from '../formatter/strconv.ts';
import { csvFields, cut } from './csv.ts';
import { isLongSyntax } from './swarmopts.ts';

export interface NetworkAttachment {
  Target: string;
  Aliases: string[];
  DriverOpts?: Record<string, string>;
  IPv4Address: string;
  IPv6Address: string;
  LinkLocalIPs: string[];
  MacAddress: string;
  GwPriority: number;
}

export function parseNetwork(text: string): NetworkAttachment {
  const attachment: NetworkAttachment = {
    Target: '',
    Aliases: [],
    IPv4Address: '',
    IPv6Address: '',
    LinkLocalIPs: [],
    MacAddress: '',
    GwPriority: 0,
  };
  if (!isLongSyntax(text)) return { ...attachment, Target: text };
  for (const field of csvFields(text)) {
    const [rawKey, rawValue, isPair] = cut(field.toLowerCase());
    if (!isPair || rawKey === '') throw new Error(`invalid field ${field}`);
    setField(attachment, rawKey.trim(), rawValue.trim());
  }
  if (attachment.Target === '') throw new Error('network name/id is not specified');
  return attachment;
}

function setField(attachment: NetworkAttachment, key: string, value: string): void {
  switch (key) {
    case 'name':
      attachment.Target = value;
      return;
    case 'alias':
      attachment.Aliases.push(value);
      return;
    case 'ip':
      attachment.IPv4Address = value;
      return;
    case 'ip6':
      attachment.IPv6Address = value;
      return;
    case 'mac-address':
      attachment.MacAddress = value;
      return;
    case 'link-local-ip':
      attachment.LinkLocalIPs.push(value);
      return;
    case 'driver-opt': {
      const [name, setting, isPair] = cut(value);
      if (!isPair || name === '') {
        throw new Error('invalid key value pair format in driver options');
      }
      attachment.DriverOpts = { ...attachment.DriverOpts, [name.trim()]: setting.trim() };
      return;
    }
    case 'gw-priority':
      try {
        attachment.GwPriority = parseInteger(value, 10, 'Atoi');
      } catch (error) {
        const reason = (error instanceof Error ? error.message : '').replace(/^.*: /, '');
        throw new Error(`invalid gw-priority (${value}): ${reason}`);
      }
      return;
    default:
      throw new Error(`invalid field key ${key}`);
  }
}
