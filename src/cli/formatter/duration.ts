/**
 * Go's durations: `1h30m0s`, as text and as nanoseconds.
 *
 * Real:     time.ParseDuration, time.Duration.String
 * Left out: durations beyond 2^53 ns (104 days), which lose their last digits.
 */
import { goQuote } from './strconv.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a text like `1m30s`; throws with Go's words. */
export function parseDuration(text: string): number {
  const invalid = new Error(`time: invalid duration ${goQuote(text)}`);
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  let rest = text.slice(sign.length);
  if (rest === '0') return 0;
  if (rest === '') throw invalid;
  let total = 0;
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest);
    const whole = number?.[1] ?? '';
    const fraction = number?.[2] ?? '';
    if (number === null || (whole === '' && fraction === '')) throw invalid;
    rest = rest.slice(number[0].length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (unit === '') throw new Error(`time: missing unit in duration ${goQuote(text)}`);
    const scale = UNITS[unit];
    if (scale === undefined) {
      throw new Error(`time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    }
    rest = rest.slice(unit.length);
    total += Number(whole === '' ? '0' : whole) * scale;
    if (fraction !== '') total += Math.trunc(Number(`0.${fraction}`) * scale);
  }
  if (total >= 9223372036854775808) throw invalid;
  return sign === '-' ? 0 - total : total;
}

/** `2h45m0.5s`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const all = Math.abs(nanoseconds);
  if (all < 1e3) return `${sign}${all}ns`;
  if (all < 1e6) return `${sign}${decimal(all, 1e3)}µs`;
  if (all < 1e9) return `${sign}${decimal(all, 1e6)}ms`;
  const hours = Math.floor(all / 3600e9);
  const minutes = Math.floor((all - hours * 3600e9) / 60e9);
  const seconds = decimal(all - hours * 3600e9 - minutes * 60e9, 1e9);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

/** `value / unit` with as many decimals as it needs; both are integers. */
function decimal(value: number, unit: number): string {
  const whole = Math.floor(value / unit);
  const rest = value - whole * unit;
  if (rest === 0) return String(whole);
  const digits = String(rest)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return `${whole}.${digits}`;
}
