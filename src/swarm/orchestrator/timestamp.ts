/** The store's times (RFC 3339 with nanoseconds) as numbers to reckon with. */

/**
 * -1, 0 or 1; trailing zeros of the fraction are not written, so the texts themselves do not
 * compare.
 */
export function compareTimestamps(a: string, b: string): number {
  const [x, y] = [comparable(a), comparable(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function comparable(text: string): string {
  const [seconds = '', fraction = ''] = text.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

/**
 * Milliseconds since 1970 (days from civil, after Howard Hinnant), or undefined when there is no
 * time.
 */
export function timestampMs(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146_097 + dayOfEra - 719_468;
  return (
    ((days * 24 + hour) * 60 + minute) * 60_000 +
    second * 1000 +
    Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  );
}

/** A duration of the API (nanoseconds) in the world's milliseconds. */
export function durationMs(nanoseconds: number): number {
  return Math.ceil(nanoseconds / 1_000_000);
}
