/**
 * `--gpus all`, `--gpus '"device=0,1"'`.
 *
 * Real: docker/cli opts/gpus.go
 */
import { parseInteger } from '../formatter/strconv.ts';
import { csvFields, cut } from './csv.ts';

export interface DeviceRequest {
  Driver: string;
  Count: number;
  DeviceIDs: string[] | null;
  Capabilities: string[][];
  Options: Record<string, string>;
}

export function parseGpus(text: string): DeviceRequest {
  const request: DeviceRequest = {
    Driver: '',
    Count: 0,
    DeviceIDs: null,
    Capabilities: [['gpu']],
    Options: {},
  };
  const seen = new Set<string>();
  for (const field of csvFields(text)) {
    const [key, value, hasValue] = cut(field);
    if (seen.has(key)) throw new Error(`gpu request key '${key}' can be specified only once`);
    seen.add(key);
    if (!hasValue) {
      seen.add('count');
      request.Count = count(key);
    } else if (key === 'driver') request.Driver = value;
    else if (key === 'count') request.Count = count(value);
    else if (key === 'device') request.DeviceIDs = value.split(',');
    else if (key === 'capabilities') request.Capabilities = [[...value.split(','), 'gpu']];
    else if (key === 'options') {
      request.Options = Object.fromEntries(
        csvFields(value).map((option) => [cut(option)[0], cut(option)[1]]),
      );
    } else throw new Error(`unexpected key '${key}' in '${field}'`);
  }
  if (!seen.has('count') && request.DeviceIDs === null) request.Count = 1;
  return request;
}

function count(text: string): number {
  if (text === 'all') return -1;
  try {
    return parseInteger(text, 10, 'Atoi');
  } catch (error) {
    const reason = (error instanceof Error ? error.message : '').replace(/^.*: /, '');
    throw new Error(`invalid count (${text}): value must be either "all" or an integer: ${reason}`);
  }
}
