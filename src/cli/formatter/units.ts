/**
 * Sizes and ages in words.
 *
 * Real: docker/go-units size.go, duration.go
 */
import { parseFloating } from './strconv.ts';

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

function scaled(size: number, base: number, units: readonly string[], precision: number): string {
  let value = size;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  return `${significant(value, precision)}${units[unit] ?? ''}`;
}

/** Go's `%.Ng`: N significant digits, no trailing zeros. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const text = value.toPrecision(digits);
  if (text.includes('e')) {
    const [mantissa = '', exponent = ''] = text.split('e');
    const power = Number(exponent);
    const sign = power < 0 ? '-' : '+';
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return trimZeros(text);
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `187MB`: decimal units, three digits. */
export function humanSize3(bytes: number): string {
  return scaled(bytes, 1000, DECIMAL, 3);
}

/** `1.084GB`: decimal units, four digits. */
export function humanSize(bytes: number): string {
  return scaled(bytes, 1000, DECIMAL, 4);
}

/** `7.652GiB`: binary units, four digits. */
export function bytesSize(bytes: number): string {
  return scaled(bytes, 1024, BINARY, 4);
}

const MULTIPLIERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5 };

/** Bytes of `64m`, `1g`, `1.5GiB`: always binary multiples. */
export function ramInBytes(text: string): number {
  const separator = Math.max(...['.', ' ', ...'0123456789'].map((char) => text.lastIndexOf(char)));
  if (separator < 0) throw new Error(`invalid size: '${text}'`);
  const number = text[separator] === ' ' ? text.slice(0, separator) : text.slice(0, separator + 1);
  const suffix = text.slice(separator + 1);
  const value = parseFloating(number);
  if (value < 0) throw new Error(`invalid size: '${text}'`);
  if (suffix.length > 3) throw new Error(`invalid suffix: '${suffix}'`);
  const unit = suffix.toLowerCase();
  if (unit === '' || unit === 'b') return Math.trunc(value);
  const power = MULTIPLIERS[unit[0] ?? ''];
  if (power === undefined || !['', 'b', 'ib'].includes(unit.slice(1))) {
    throw new Error(`invalid suffix: '${unit}'`);
  }
  let scale = 1;
  for (let i = 0; i < power; i += 1) scale *= 1024;
  return Math.trunc(value * scale);
}

/** `About a minute`, `3 hours`, `2 weeks`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(milliseconds / 3_600_000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(milliseconds / 3_600_000 / 24 / 365)} years`;
}
