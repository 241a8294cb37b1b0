/**
 * `--since` and `--until`: a moment, or how long ago.
 *
 * Real: docker/docker api/types/time/timestamp.go (GetTimestamp)
 */
import type { DockerCli } from '../cli.ts';
import { StatusError } from '../errors.ts';
import { parseDuration } from '../formatter/duration.ts';
import { goQuote } from '../formatter/strconv.ts';
import { parseRFC3339 } from '../process.ts';

/** Seconds since 1970, with nanoseconds where the text names a moment, as the API takes them; '' stays out of the query. */
export function apiTimestamp(cli: DockerCli, text: string): string | undefined {
  if (text === '') return undefined;
  try {
    // Whole seconds: `--until 0s` leaves out what happened within this one.
    if (text !== '0') return String(Math.floor((cli.nowMs - parseDuration(text) / 1e6) / 1000));
  } catch {
    // Not a duration: a date, then.
  }
  const ms = parseRFC3339(text.replace(/^(\d{4}-\d\d-\d\d)$/, '$1T00:00:00'));
  if (ms !== undefined) {
    const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
    return `${Math.floor(ms / 1000)}.${fraction.padEnd(9, '0').slice(0, 9)}`;
  }
  if (/^[-+]?\d+(\.\d+)?$/.test(text)) return text;
  throw new StatusError(`failed to parse value as time or duration: ${goQuote(text)}`);
}

/** The same for logs, whose client says which of its flags is wrong. */
export function logTimestamp(
  cli: DockerCli,
  flag: 'since' | 'until',
  text: string,
): string | undefined {
  try {
    return apiTimestamp(cli, text);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(`invalid value for "${flag}": ${error.message}`);
  }
}
