/**
 * Dates of virtual time. The only file below the page that knows the calendar.
 *
 * A lab begins at a fixed moment (`EPOCH_MS` unless its template says otherwise), so that the same inputs print the same dates.
 */

/** 2026-03-02T00:00:00Z, a Monday: the moment at which a lab's virtual time 0 lies. Milliseconds since 1970. */
export const EPOCH_MS = 1_772_409_600_000;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  /** 1 = January 1st. */
  readonly yearday: number;
}

/** The UTC calendar of `unixMs` (days-from-civil, after Howard Hinnant). */
export function civil(unixMs: number): CivilTime {
  const days = Math.floor(unixMs / 86_400_000);
  const rest = unixMs - days * 86_400_000;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor(
    (doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365,
  );
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    ms: rest % 1000,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearday: days - daysFromCivil(year, 1, 1) + 1,
  };
}

/** Days since 1970-01-01 of a UTC date. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `2026-03-02T00:00:01.123456789Z`. The digits below a millisecond are made from the moment itself, as trailing zeros would be cut. */
export function rfc3339Nano(unixMs: number): string {
  const c = civil(unixMs);
  const nanos = `${String(c.ms).padStart(3, '0')}${subMillisecondDigits(unixMs)}`.replace(
    /0+$/,
    '',
  );
  return `${date(c)}T${time(c)}${nanos === '' ? '' : `.${nanos}`}Z`;
}

/** `2026-03-02T00:00:01Z`. */
export function rfc3339(unixMs: number): string {
  const c = civil(unixMs);
  return `${date(c)}T${time(c)}Z`;
}

/** `2026-03-02`. */
export function date(c: CivilTime): string {
  return `${c.year}-${two(c.month)}-${two(c.day)}`;
}

/** `15:04:05`. */
export function time(c: CivilTime): string {
  return `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
}

export const monthName = (c: CivilTime): string => MONTHS[c.month - 1] as string;
export const dayName = (c: CivilTime): string => DAYS[c.weekday] as string;

/** Milliseconds since 1970 of an RFC 3339 text (any fraction, `Z` or an offset), or undefined. */
export function parseRFC3339(text: string): number | undefined {
  const m =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(
      text,
    );
  if (!m) return undefined;
  const n = (i: number): number => Number(m[i] ?? 0);
  const offset =
    m[8] && m[8] !== 'Z'
      ? (m[8][0] === '-' ? -1 : 1) * (Number(m[8].slice(1, 3)) * 60 + Number(m[8].slice(4)))
      : 0;
  const ms = Number((m[7] ?? '').padEnd(3, '0').slice(0, 3) || 0);
  return (
    daysFromCivil(n(1), n(2), n(3)) * 86_400_000 +
    n(4) * 3_600_000 +
    (n(5) - offset) * 60_000 +
    n(6) * 1000 +
    ms
  );
}

/** Six digits that look like a nanosecond clock's, the same for the same millisecond. */
function subMillisecondDigits(unixMs: number): string {
  const mixed = Math.imul((unixMs % 2_147_483_647) ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  return String(mixed % 1_000_000).padStart(6, '0');
}
