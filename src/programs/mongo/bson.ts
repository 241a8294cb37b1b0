/**
 * Documents and their texts on the wire and on disk.
 *
 * Real:     the BSON specification; MongoDB Extended JSON v2 (`{"$oid": …}`, `{"$date": …}`) is what we write in place of the binary form.
 * Left out: the distinction of int, long and double; decimals, binary data, timestamps.
 */
import { daysFromCivil, type Random } from '../../sim/index.ts';
import {
  DateValue,
  define,
  Foreign,
  isoDate,
  isPlain,
  native,
  type ObjectValue,
  type Value,
} from '../javascript/values.ts';

export type Document = ObjectValue;

/** Twelve bytes: seconds since 1970, five of chance, a counter of three. */
export class ObjectId extends Foreign {
  readonly hex: string;
  constructor(hex: string) {
    super();
    this.hex = hex;
  }
  override toString(): string {
    return this.hex;
  }
  get(name: string): Value {
    switch (name) {
      case 'str':
      case '$json':
        return this.hex;
      case 'toString':
      case 'valueOf':
      case 'toHexString':
        return native(name, () => this.hex);
      case 'getTimestamp':
        return native(name, () => new DateValue(Number.parseInt(this.hex.slice(0, 8), 16) * 1000));
      case 'equals':
        return native(name, ([other]) => other instanceof ObjectId && other.hex === this.hex);
      default:
        return undefined;
    }
  }
  show(): string {
    return `ObjectId('${this.hex}')`;
  }
}

/** Makes the ids of one client. */
export class ObjectIds {
  readonly #nowMs: () => number;
  readonly #middle: string;
  #counter: number;

  constructor(nowMs: () => number, random: Random) {
    this.#nowMs = nowMs;
    this.#middle = hex(random.below(0x100_0000), 6) + hex(random.below(0x1_0000), 4);
    this.#counter = random.below(0x100_0000);
  }

  next(): ObjectId {
    this.#counter = (this.#counter + 1) % 0x100_0000;
    return new ObjectId(
      hex(Math.floor(this.#nowMs() / 1000), 8) + this.#middle + hex(this.#counter, 6),
    );
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

export function encode(value: Value): string {
  return JSON.stringify(pack(value));
}

export function decode(text: string): Value {
  return unpack(JSON.parse(text) as unknown);
}

function pack(value: Value): unknown {
  if (value instanceof ObjectId) return { $oid: value.hex };
  if (value instanceof DateValue) return { $date: isoDate(value.unixMs) };
  if (value instanceof RegExp)
    return { $regularExpression: { pattern: value.source, options: value.flags } };
  if (value === undefined) return { $undefined: true };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $numberDouble: String(value) };
  if (Array.isArray(value)) return value.map(pack);
  if (value && isPlain(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pack(one)]));
  return typeof value === 'object' && value !== null ? null : value;
}

function unpack(value: unknown): Value {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== 'object' || value === null) return value as Value;
  const object = value as Readonly<Record<string, unknown>>;
  const { $oid, $date, $regularExpression, $numberDouble } = object;
  if (typeof $oid === 'string') return new ObjectId($oid);
  if (typeof $date === 'string') return new DateValue(unixMsOf($date));
  if (typeof $numberDouble === 'string') return Number($numberDouble);
  if ('$undefined' in object) return undefined;
  if (typeof $regularExpression === 'object' && $regularExpression !== null) {
    const { pattern = '', options = '' } = $regularExpression as Record<string, string>;
    return new RegExp(pattern, options);
  }
  const made: ObjectValue = {};
  for (const [key, one] of Object.entries(object)) define(made, key, unpack(one));
  return made;
}

function unixMsOf(iso: string): number {
  const m = /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/.exec(iso);
  if (!m) return Number.NaN;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0] = m
    .slice(1)
    .map(Number);
  return (
    daysFromCivil(year, month, day) * 86_400_000 +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1000 +
    ms
  );
}
