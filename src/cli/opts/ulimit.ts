/**
 * `--ulimit nofile=1024:2048`.
 *
 * Real: docker/go-units ulimit.go
 */
import { parseInteger } from '../formatter/strconv.ts';
import { cut } from './csv.ts';

const NAMES = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
] as const;

export interface Ulimit {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

export function parseUlimit(text: string): Ulimit {
  const [name, limits, isPair] = cut(text);
  if (!isPair) throw new Error(`invalid ulimit argument: ${text}`);
  if (!NAMES.some((known) => known === name)) throw new Error(`invalid ulimit type: ${name}`);
  const values = limits.split(':');
  if (values.length > 2) {
    throw new Error(
      `too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``,
    );
  }
  const given = values[1] === undefined ? undefined : parseInteger(values[1], 10);
  const soft = parseInteger(values[0] ?? '', 10);
  const hard = given ?? soft;
  const order = 'ulimit soft limit must be less than or equal to hard limit';
  if (hard !== -1 && soft === -1) throw new Error(`${order}: soft: -1 (unlimited), hard: ${hard}`);
  if (hard !== -1 && soft > hard) throw new Error(`${order}: ${soft} > ${hard}`);
  return { Name: name, Hard: hard, Soft: soft };
}
