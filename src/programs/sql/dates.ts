/** Dates and times as text: `2026-03-02 09:30:00`. All are UTC, as in containers. */
import { civil, daysFromCivil } from '../../sim/index.ts';

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

export function two(n: number): string {
  return String(n).padStart(2, '0');
}

export function dateText(unixMs: number): string {
  const { year, month, day } = civil(unixMs);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

export function timeText(unixMs: number): string {
  const { hour, minute, second } = civil(unixMs);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

export function datetimeText(unixMs: number, digits = 0): string {
  const fraction =
    digits > 0
      ? `.${String(((unixMs % 1000) + 1000) % 1000)
          .padStart(3, '0')
          .padEnd(6, '0')
          .slice(0, digits)}`
      : '';
  return `${dateText(unixMs)} ${timeText(unixMs)}${fraction}`;
}

const DATE =
  /^\s*(\d{2,4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?)?\s*(?:Z|[-+]\d\d(?::?\d\d)?|UTC)?\s*$/;

/** Milliseconds since 1970, or undefined when it is no date. */
export function parseDate(text: string): number | undefined {
  const compact = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/.exec(text);
  const m = compact ?? DATE.exec(text);
  if (!m) return undefined;
  let year = Number(m[1]);
  if ((m[1] as string).length === 2) year += year < 70 ? 2000 : 1900;
  const [month, day, hour, minute, second] = [m[2], m[3], m[4] ?? 0, m[5] ?? 0, m[6] ?? 0].map(
    Number,
  ) as [number, number, number, number, number];
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysOfMonth(year, month) ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return undefined;
  const ms = compact ? 0 : Number((m[7] ?? '').padEnd(3, '0').slice(0, 3));
  return (
    daysFromCivil(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + ms
  );
}

export function daysOfMonth(year: number, month: number): number {
  const next = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1);
  return next - daysFromCivil(year, month, 1);
}

/** `12:30:05` in seconds, or undefined. */
export function parseTime(text: string): number | undefined {
  const m = /^(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?$/.exec(text.trim());
  if (!m || Number(m[3]) > 59 || Number(m[4] ?? 0) > 59) return undefined;
  return (m[1] === '-' ? -1 : 1) * ((Number(m[2]) * 60 + Number(m[3])) * 60 + Number(m[4] ?? 0));
}

export function timeOfSeconds(seconds: number): string {
  const all = Math.abs(Math.trunc(seconds));
  return `${seconds < 0 ? '-' : ''}${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  MICROSECOND: 0.001,
  SECOND: 1000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 604_800_000,
};
const UNIT_MONTHS: Readonly<Record<string, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

export function addInterval(unixMs: number, count: number, unit: string): number {
  const months = UNIT_MONTHS[unit];
  if (months === undefined) return unixMs + Math.round(count * (UNIT_MS[unit] ?? 0));
  const c = civil(unixMs);
  const at = c.year * 12 + (c.month - 1) + Math.round(count) * months;
  const year = Math.floor(at / 12);
  const month = (at % 12) + 1;
  const day = Math.min(c.day, daysOfMonth(year, month));
  return (
    daysFromCivil(year, month, day) * 86_400_000 +
    (unixMs - Math.floor(unixMs / 86_400_000) * 86_400_000)
  );
}

export function difference(unit: string, from: number, to: number): number {
  const months = UNIT_MONTHS[unit];
  if (months === undefined) return Math.trunc((to - from) / (UNIT_MS[unit] ?? 1));
  const [a, b] = [civil(from), civil(to)];
  let count = (b.year - a.year) * 12 + b.month - a.month;
  if (count > 0 && addInterval(from, count, 'MONTH') > to) count--;
  if (count < 0 && addInterval(from, count, 'MONTH') < to) count++;
  return Math.trunc(count / months);
}

/** DATE_FORMAT's letters. */
export function formatDate(unixMs: number, format: string): string {
  const c = civil(unixMs);
  const hour12 = c.hour % 12 === 0 ? 12 : c.hour % 12;
  const values: Readonly<Record<string, string>> = {
    Y: String(c.year),
    y: two(c.year % 100),
    m: two(c.month),
    c: String(c.month),
    d: two(c.day),
    e: String(c.day),
    D: `${c.day}${ordinal(c.day)}`,
    H: two(c.hour),
    k: String(c.hour),
    h: two(hour12),
    I: two(hour12),
    l: String(hour12),
    i: two(c.minute),
    s: two(c.second),
    S: two(c.second),
    f: String(c.ms * 1000).padStart(6, '0'),
    p: c.hour < 12 ? 'AM' : 'PM',
    r: `${two(hour12)}:${two(c.minute)}:${two(c.second)} ${c.hour < 12 ? 'AM' : 'PM'}`,
    T: timeText(unixMs),
    M: MONTHS[c.month - 1] as string,
    b: (MONTHS[c.month - 1] as string).slice(0, 3),
    W: DAYS[c.weekday] as string,
    a: (DAYS[c.weekday] as string).slice(0, 3),
    w: String(c.weekday),
    j: String(c.yearday).padStart(3, '0'),
    '%': '%',
  };
  return format.replace(/%(.)/g, (_, letter: string) => values[letter] ?? letter);
}

function ordinal(n: number): string {
  if (n >= 11 && n <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][n % 10] ?? 'th';
}

export function monthName(unixMs: number): string {
  return MONTHS[civil(unixMs).month - 1] as string;
}

export function dayName(unixMs: number): string {
  return DAYS[civil(unixMs).weekday] as string;
}
