/** Types of values, and how values are written as text. */
import type { TypeName } from './ast.ts';
import type { SqlValue } from './sqlite.ts';

export type Kind =
  | 'null'
  | 'int'
  | 'decimal'
  | 'double'
  | 'string'
  | 'bool'
  | 'date'
  | 'datetime'
  | 'time'
  | 'json'
  | 'interval';

export interface ValueType {
  readonly kind: Kind;
  /** Digits after the point, of decimals. */
  readonly scale?: number;
  /** Letters differ by case. */
  readonly isBinary?: boolean;
  /** The declared type of a column. */
  readonly declared?: TypeName;
}

export const NULL: ValueType = { kind: 'null' };
export const INT: ValueType = { kind: 'int' };
export const DOUBLE: ValueType = { kind: 'double' };
export const STRING: ValueType = { kind: 'string' };
export const BOOL: ValueType = { kind: 'bool' };
export const DATE: ValueType = { kind: 'date' };
export const DATETIME: ValueType = { kind: 'datetime' };
export const TIME: ValueType = { kind: 'time' };
export const JSON_TYPE: ValueType = { kind: 'json' };

export function decimal(scale: number): ValueType {
  return { kind: 'decimal', scale: Math.min(30, scale) };
}

export function isNumeric({ kind }: ValueType): boolean {
  return kind === 'int' || kind === 'decimal' || kind === 'double' || kind === 'bool';
}

const INTS = [
  'tinyint',
  'smallint',
  'mediumint',
  'int',
  'bigint',
  'bit',
  'year',
  'integer',
  'serial',
  'bigserial',
  'smallserial',
  'oid',
];
const DOUBLES = ['float', 'double', 'double precision', 'real'];

export function typeOf(declared: TypeName): ValueType {
  const { base } = declared;
  if (INTS.includes(base)) return { kind: 'int', declared };
  if (DOUBLES.includes(base)) return { kind: 'double', declared };
  if (base === 'decimal') return { kind: 'decimal', scale: declared.args[1] ?? 0, declared };
  if (base === 'numeric')
    return declared.args.length === 0
      ? { kind: 'double', declared }
      : { kind: 'decimal', scale: declared.args[1] ?? 0, declared };
  if (base === 'date') return { kind: 'date', declared };
  if (base === 'datetime' || base.startsWith('timestamp')) return { kind: 'datetime', declared };
  if (base === 'time' || base.startsWith('time ')) return { kind: 'time', declared };
  if (base === 'json' || base === 'jsonb') return { kind: 'json', declared };
  if (base === 'boolean') return { kind: 'bool', declared };
  const isBinary = declared.collation?.endsWith('_bin') === true || /blob|binary/.test(base);
  return { kind: 'string', isBinary, declared };
}

/** What SQLite declares for it. */
export function affinityOf({ kind, isBinary }: ValueType, ignoresCase: boolean): string {
  switch (kind) {
    case 'int':
    case 'bool':
      return 'INTEGER';
    case 'decimal':
    case 'double':
      return 'REAL';
    case 'string':
      return ignoresCase && !isBinary ? 'TEXT COLLATE NOCASE' : 'TEXT';
    default:
      return 'TEXT';
  }
}

/** The type that values of both fit: CASE, IF, COALESCE, UNION. */
export function commonType(types: readonly ValueType[]): ValueType {
  let result: ValueType = NULL;
  for (const type of types) {
    if (result.kind === 'null') result = type;
    else if (type.kind === 'null' || type.kind === result.kind) {
      if (type.kind === 'decimal' && (type.scale ?? 0) > (result.scale ?? 0)) result = type;
    } else if (isNumeric(type) && isNumeric(result)) {
      if (type.kind === 'double' || result.kind === 'double') result = DOUBLE;
      else if (type.kind === 'decimal') result = type;
      else if (result.kind !== 'decimal') result = INT;
    } else if ([type.kind, result.kind].every((kind) => kind === 'date' || kind === 'datetime'))
      result = DATETIME;
    else result = STRING;
  }
  return result;
}

/** A value of a row as the server sends it. */
export function formatValue(value: SqlValue, type: ValueType): string | null {
  if (value === null) return null;
  if (typeof value !== 'number') {
    if (typeof value === 'string')
      return type.kind === 'decimal' && /^-?\d+(\.\d+)?$/.test(value)
        ? fixed(Number(value), type.scale ?? 0)
        : value;
    return String.fromCharCode(...value);
  }
  const width = type.declared?.zerofill ? (type.declared.args[0] ?? 10) : 0;
  switch (type.kind) {
    case 'decimal':
      return fixed(value, type.scale ?? 0);
    case 'double':
      return formatDouble(value);
    case 'int':
      return (Number.isInteger(value) ? bigText(value) : String(Math.round(value))).padStart(
        width,
        '0',
      );
    default:
      return Number.isInteger(value) ? bigText(value) : formatDouble(value);
  }
}

function bigText(value: number): string {
  return Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

/** Rounds half away from zero, as decimals are. */
export function fixed(value: number, scale: number): string {
  const text = value.toFixed(Math.min(scale + 6, 100));
  const [whole = '0', digits = ''] = text.replace('-', '').split('.');
  const all = BigInt(whole + digits.slice(0, scale)) + ((digits[scale] ?? '0') >= '5' ? 1n : 0n);
  const padded = all.toString().padStart(scale + 1, '0');
  const cut = scale === 0 ? padded : `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  return value < 0 && /[1-9]/.test(cut) ? `-${cut}` : cut;
}

export function formatDouble(value: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential().replace('e+', 'e');
  return String(value).replace('e+', 'e');
}
