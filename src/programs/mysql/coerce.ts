/**
 * Values as columns keep them: conversion, and the errors and warnings of strict and lenient mode.
 *
 * Real: mysql sql/field.cc (Field::store).
 */
import { datetimeText, dateText, parseDate, parseTime, timeOfSeconds } from '../sql/dates.ts';
import type { SqlValue } from '../sql/sqlite.ts';
import type { Column } from '../sql/store.ts';
import { fixed, typeOf } from '../sql/types.ts';
import { MysqlError } from './errors.ts';

export interface Coercion {
  readonly isStrict: boolean;
  readonly allowsZeroDate: boolean;
  readonly nowText: string;
  readonly warn: (error: MysqlError) => void;
}

const RANGES: Readonly<Record<string, readonly [number, number, number]>> = {
  tinyint: [-128, 127, 255],
  smallint: [-32_768, 32_767, 65_535],
  mediumint: [-8_388_608, 8_388_607, 16_777_215],
  int: [-2_147_483_648, 2_147_483_647, 4_294_967_295],
  bigint: [-(2 ** 63), 2 ** 63, 2 ** 64],
  year: [1901, 2155, 2155],
  bit: [0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

const TEXT_BYTES: Readonly<Record<string, number>> = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
  tinyblob: 255,
  blob: 65_535,
};

export function coerce(value: SqlValue, column: Column, row: number, mode: Coercion): SqlValue {
  if (value === null) {
    if (!column.notNull) return null;
    throw new MysqlError(1048, '23000', `Column '${column.name}' cannot be null`);
  }
  const { type } = column;
  switch (typeOf(type).kind) {
    case 'int':
    case 'bool':
      return integer(value, column, row, mode);
    case 'decimal':
    case 'double':
      return real(value, column, row, mode);
    case 'date':
    case 'datetime':
      return date(value, column, row, mode);
    case 'time': {
      const seconds = parseTime(String(value));
      return seconds === undefined
        ? refuse(
            1292,
            '22007',
            `Incorrect time value: '${String(value)}' for column '${column.name}' at row ${row}`,
            '00:00:00',
            mode,
          )
        : timeOfSeconds(seconds);
    }
    case 'json':
      return json(String(value), column);
    default:
      return text(String(value), column, row, mode);
  }
}

/** An error in strict mode; else a warning, and `instead` is kept. */
function refuse(
  number: number,
  state: string,
  message: string,
  instead: SqlValue,
  mode: Coercion,
): SqlValue {
  const error = new MysqlError(number, state, message);
  if (mode.isStrict) throw error;
  mode.warn(error);
  return instead;
}

function number(
  value: SqlValue,
  what: string,
  column: Column,
  row: number,
  mode: Coercion,
): number {
  if (typeof value === 'number') return value;
  const m = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(String(value));
  if (!m) {
    refuse(
      1366,
      'HY000',
      `Incorrect ${what} value: '${String(value)}' for column '${column.name}' at row ${row}`,
      0,
      mode,
    );
    return 0;
  }
  if (m[0].length !== String(value).trimEnd().length)
    refuse(1265, '01000', `Data truncated for column '${column.name}' at row ${row}`, 0, mode);
  return Number(m[0]);
}

function integer(value: SqlValue, column: Column, row: number, mode: Coercion): SqlValue {
  let n = Number(fixed(number(value, 'integer', column, row, mode), 0));
  const [low = 0, high = 0, unsigned = 0] = RANGES[column.type.base] ?? [];
  const [min, max] = column.type.unsigned ? [0, unsigned] : [low, high];
  if (column.type.base === 'year' && n === 0) return 0;
  if (n < min || n > max) {
    n = n < min ? min : max;
    return refuse(
      1264,
      '22003',
      `Out of range value for column '${column.name}' at row ${row}`,
      n,
      mode,
    );
  }
  return n;
}

function real(value: SqlValue, column: Column, row: number, mode: Coercion): SqlValue {
  const isDecimal = column.type.base === 'decimal';
  const n = number(value, isDecimal ? 'decimal' : 'double', column, row, mode);
  if (!isDecimal) return n;
  const [digits = 10, scale = 0] = column.type.args;
  const kept = Number(fixed(n, scale));
  const limit = Number(`1e${digits - scale}`);
  if (Math.abs(kept) >= limit)
    return refuse(
      1264,
      '22003',
      `Out of range value for column '${column.name}' at row ${row}`,
      Math.sign(kept) * (limit - Number(`1e-${scale}`)),
      mode,
    );
  return kept;
}

function date(value: SqlValue, column: Column, row: number, mode: Coercion): SqlValue {
  const given = String(value);
  const isDate = column.type.base === 'date';
  if (/^0000-00-00/.test(given) && mode.allowsZeroDate)
    return isDate ? '0000-00-00' : '0000-00-00 00:00:00';
  const at = parseDate(given);
  if (at === undefined)
    return refuse(
      1292,
      '22007',
      `Incorrect ${isDate ? 'date' : 'datetime'} value: '${given}' for column '${column.name}' at row ${row}`,
      isDate ? '0000-00-00' : '0000-00-00 00:00:00',
      mode,
    );
  return isDate ? dateText(at) : datetimeText(at, column.type.args[0] ?? 0);
}

function json(value: string, column: Column): SqlValue {
  try {
    return JSON.stringify(JSON.parse(value))
      .replace(/":/g, '": ')
      .replace(/,(?=["{[\d])/g, ', ');
  } catch {
    throw new MysqlError(
      3140,
      '22032',
      `Invalid JSON text: "Invalid value." at position 0 in value for column '${column.name}'.`,
    );
  }
}

function text(value: string, column: Column, row: number, mode: Coercion): SqlValue {
  const { base, args, values } = column.type;
  if (base === 'enum') {
    const found =
      values?.find((one) => one.toLowerCase() === value.toLowerCase()) ??
      (/^\d+$/.test(value) ? values?.[Number(value) - 1] : undefined);
    return (
      found ??
      refuse(1265, '01000', `Data truncated for column '${column.name}' at row ${row}`, '', mode)
    );
  }
  if (base === 'set') {
    const parts = value === '' ? [] : value.split(',');
    if (parts.every((part) => values?.includes(part)))
      return (values ?? []).filter((one) => parts.includes(one)).join(',');
    return refuse(
      1265,
      '01000',
      `Data truncated for column '${column.name}' at row ${row}`,
      '',
      mode,
    );
  }
  const letters = [...value];
  const length =
    base === 'char'
      ? (args[0] ?? 1)
      : base === 'varchar' || base === 'binary' || base === 'varbinary'
        ? (args[0] ?? 1)
        : (TEXT_BYTES[base] ?? 65_535);
  const kept = base === 'char' ? value.replace(/ +$/, '') : value;
  if (letters.length <= length || kept.length <= length) return kept;
  return refuse(
    1406,
    '22001',
    `Data too long for column '${column.name}' at row ${row}`,
    letters.slice(0, length).join(''),
    mode,
  );
}
