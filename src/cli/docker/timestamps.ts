/**
 * `--since` and `--until`: a moment, or how long ago.
 *
 * Real: docker/docker api/types/time/timestamp.go (GetTimestamp)
 */
import type { DockerCli } from '../cli.ts'
import { StatusError } from '../errors.ts'
import { parseDuration } from '../formatter/duration.ts'
import { goQuote } from '../formatter/strconv.ts'
import { parseRFC3339 } from '../process.ts'

/** Seconds since 1970 with nanoseconds, as the API takes them; '' stays ''. */
export function apiTimestamp(cli: DockerCli, text: string): string | undefined {
  if (text === '') return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return text
  try {
    return secondsText(cli.nowMs - parseDuration(text) / 1e6)
  } catch {
    // Not a duration: a date, then.
  }
  const ms = parseRFC3339(text.replace(/^(\d{4}-\d\d-\d\d)$/, '$1T00:00:00'))
  if (ms !== undefined) {
    const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
    return `${Math.floor(ms / 1000)}.${fraction.padEnd(9, '0').slice(0, 9)}`
  }
  throw new StatusError(`invalid value for "since": failed to parse value as time or duration: ${goQuote(text)}`)
}

function secondsText(ms: number): string {
  const whole = Math.floor(ms / 1000)
  return `${whole}.${String(Math.floor(ms - whole * 1000)).padStart(3, '0')}000000`
}
