/** Dates as servers write them. Containers' clocks are UTC. */
import { civil } from '../../sim/index.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

function two(n: number): string {
  return String(n).padStart(2, '0');
}

function clock(unixMs: number): string {
  const { hour, minute, second } = civil(unixMs);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

export function month(unixMs: number): string {
  return MONTHS[civil(unixMs).month - 1] as string;
}

/** `Mon, 02 Mar 2026 00:00:00 GMT`. */
export function httpDate(unixMs: number): string {
  const c = civil(unixMs);
  return `${DAYS[c.weekday]}, ${two(c.day)} ${month(unixMs)} ${c.year} ${clock(unixMs)} GMT`;
}

/** `02/Mar/2026:00:00:00 +0000`: access logs. */
export function logDate(unixMs: number): string {
  const c = civil(unixMs);
  return `${two(c.day)}/${month(unixMs)}/${c.year}:${clock(unixMs)} +0000`;
}

/** `2026/03/02 00:00:00`: nginx's error log. */
export function errorDate(unixMs: number): string {
  const c = civil(unixMs);
  return `${c.year}/${two(c.month)}/${two(c.day)} ${clock(unixMs)}`;
}

/** `2026/03/02 00:00:00`: Go's log package. */
export const goDate = errorDate;

/** `Mon Mar 02 00:00:00.123456 2026`: Apache's error log. */
export function apacheDate(unixMs: number): string {
  const c = civil(unixMs);
  return `${DAYS[c.weekday]} ${month(unixMs)} ${two(c.day)} ${clock(unixMs)}.${String(c.ms).padStart(3, '0')}000 ${c.year}`;
}

/** `02 Mar 2026 00:00:00.123`: redis (`02 Mar` before version 4). */
export function redisDate(unixMs: number, hasYear = true): string {
  const c = civil(unixMs);
  return `${two(c.day)} ${month(unixMs)}${hasYear ? ` ${c.year}` : ''} ${clock(unixMs)}.${String(c.ms).padStart(3, '0')}`;
}

/** Milliseconds since 1970 of an HTTP date, or undefined. */
export function parseHttpDate(
  text: string,
  daysOf: (year: number, month: number, day: number) => number,
): number | undefined {
  const m = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text);
  const at = m ? MONTHS.indexOf(m[2] as string) : -1;
  if (!m || at < 0) return undefined;
  return (
    daysOf(Number(m[3]), at + 1, Number(m[1])) * 86_400_000 +
    (Number(m[4]) * 3600 + Number(m[5]) * 60 + Number(m[6])) * 1000
  );
}
