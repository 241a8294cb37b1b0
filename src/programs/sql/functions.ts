/**
 * Functions by name: how many values they take, what type they give, and what runs. Nothing else may be called.
 *
 * Real:     mysql sql/item_create.cc and the manual's list; postgres pg_proc.
 * Left out: spatial, XML, encryption, full-text, most of JSON.
 */
import { civil, sha256 } from '../../sim/index.ts';
import {
  addInterval,
  datetimeText,
  dateText,
  dayName,
  difference,
  formatDate,
  monthName,
  parseDate,
  parseTime,
  timeOfSeconds,
  timeText,
} from './dates.ts';
import type { SqliteDatabase, SqlValue } from './sqlite.ts';
import {
  commonType,
  DATE,
  DATETIME,
  decimal,
  DOUBLE,
  fixed,
  INT,
  JSON_TYPE,
  STRING,
  TIME,
  type ValueType,
} from './types.ts';

export interface SqlFunction {
  readonly min: number;
  readonly max: number;
  readonly type: (args: readonly ValueType[]) => ValueType;
  /** SQL of the call; absent: a function of the host under this name. */
  readonly emit?: (args: readonly string[], types: readonly ValueType[]) => string;
  /** The host's function. */
  readonly run?: (...values: SqlValue[]) => SqlValue;
  readonly isAggregate?: boolean;
  readonly isWindow?: boolean;
}

const ANY = 255;
const first = (args: readonly ValueType[]): ValueType => args[0] ?? STRING;
const string = (): ValueType => STRING;
const int = (): ValueType => INT;
const double = (): ValueType => DOUBLE;
const date = (): ValueType => DATE;
const datetime = (): ValueType => DATETIME;
const common = (args: readonly ValueType[]): ValueType => commonType(args);

/** NULL in, NULL out. */
function strict(run: (...values: string[]) => SqlValue): (...values: SqlValue[]) => SqlValue {
  return (...values) => (values.some((value) => value === null) ? null : run(...values.map(text)));
}

function text(value: SqlValue): string {
  return value === null
    ? ''
    : typeof value === 'object'
      ? String.fromCharCode(...value)
      : String(value);
}

/** A function of dates: NULL when one of its first `n` values is none. */
function dated(
  n: number,
  run: (dates: readonly number[], rest: readonly string[]) => SqlValue,
): (...values: SqlValue[]) => SqlValue {
  return (...values) => {
    if (values.some((value) => value === null)) return null;
    const dates = values.slice(0, n).map((value) => parseDate(text(value)));
    return dates.includes(undefined) ? null : run(dates as number[], values.slice(n).map(text));
  };
}

function host(
  min: number,
  max: number,
  type: SqlFunction['type'],
  run: (...values: SqlValue[]) => SqlValue,
): SqlFunction {
  return { min, max, type, run };
}

function plain(min: number, max: number, type: SqlFunction['type'], name: string): SqlFunction {
  return { min, max, type, emit: (args) => `${name}(${args.join(', ')})` };
}

function aggregate(type: SqlFunction['type'], name: string): SqlFunction {
  return { min: 1, max: 1, type, emit: (args) => `${name}(${args.join(', ')})`, isAggregate: true };
}

function windowed(min: number, max: number, type: SqlFunction['type'], name: string): SqlFunction {
  return { min, max, type, emit: (args) => `${name}(${args.join(', ')})`, isWindow: true };
}

function sumType([type]: readonly ValueType[]): ValueType {
  if (!type || type.kind === 'double' || type.kind === 'string') return DOUBLE;
  return decimal(type.kind === 'decimal' ? (type.scale ?? 0) : 0);
}

function averageType([type]: readonly ValueType[]): ValueType {
  if (!type || type.kind === 'double' || type.kind === 'string') return DOUBLE;
  return decimal((type.kind === 'decimal' ? (type.scale ?? 0) : 0) + 4);
}

function roundType(args: readonly ValueType[]): ValueType {
  const [type] = args;
  return type?.kind === 'int'
    ? INT
    : type?.kind === 'double' && args.length === 1
      ? DOUBLE
      : type?.kind === 'decimal'
        ? decimal(args.length === 1 ? 0 : (type.scale ?? 0))
        : DOUBLE;
}

function pad(isLeft: boolean): (...values: string[]) => SqlValue {
  return (value = '', length = '', fill = ' ') => {
    const n = Number(length);
    const letters = [...value];
    if (n < 0) return null;
    if (letters.length >= n) return letters.slice(0, n).join('');
    const padding = [...fill.repeat(n)].slice(0, n - letters.length).join('');
    return isLeft ? padding + value : value + padding;
  };
}

function trim(side: string, value: string, what = ' '): string {
  let cut = value;
  if (what === '') return cut;
  if (side !== 'TRAILING') while (cut.startsWith(what)) cut = cut.slice(what.length);
  if (side !== 'LEADING') while (cut.endsWith(what)) cut = cut.slice(0, -what.length);
  return cut;
}

const trimCall = strict((...values) => {
  const side = /^(LEADING|TRAILING|BOTH):$/.exec(values[0] ?? '');
  if (side)
    return values.length === 2
      ? trim(side[1] as string, values[1] ?? '')
      : trim(side[1] as string, values[2] ?? '', values[1]);
  return values.length === 2
    ? trim('BOTH', values[1] ?? '', values[0])
    : trim('BOTH', values[0] ?? '');
});

function substring(value: string, from: string, length?: string): string {
  const letters = [...value];
  const at = Number(from);
  if (at === 0) return '';
  const start = at > 0 ? at - 1 : letters.length + at;
  if (start < 0) return '';
  return letters
    .slice(start, length === undefined ? undefined : start + Math.max(0, Number(length)))
    .join('');
}

function substringIndex(value: string, delimiter: string, count: string): string {
  if (delimiter === '') return '';
  const parts = value.split(delimiter);
  const n = Number(count);
  return (n >= 0 ? parts.slice(0, n) : parts.slice(n)).join(delimiter);
}

function concatWs(...values: SqlValue[]): SqlValue {
  const [separator = null, ...rest] = values;
  return separator === null
    ? null
    : rest
        .filter((value) => value !== null)
        .map(text)
        .join(text(separator));
}

function grouped(value: number, digits: number): string {
  const [whole = '', fraction] = fixed(value, digits).split('.');
  return (
    whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (fraction === undefined ? '' : `.${fraction}`)
  );
}

/** The part of a date that EXTRACT and its like give. */
function part(unit: string, at: number): number {
  const c = civil(at);
  switch (unit) {
    case 'YEAR':
      return c.year;
    case 'QUARTER':
      return Math.floor((c.month + 2) / 3);
    case 'MONTH':
      return c.month;
    case 'DAY':
      return c.day;
    case 'HOUR':
      return c.hour;
    case 'MINUTE':
      return c.minute;
    case 'SECOND':
      return c.second;
    case 'DOW':
      return c.weekday;
    case 'DOY':
      return c.yearday;
    case 'EPOCH':
      return at / 1000;
    case 'WEEK':
      return Math.floor((c.yearday + 6 - c.weekday) / 7);
    default:
      return 0;
  }
}

function partOf(unit: string): SqlFunction {
  return host(1, 1, int, (value = null) => {
    if (value === null) return null;
    const at =
      parseDate(text(value)) ??
      (['HOUR', 'MINUTE', 'SECOND'].includes(unit) ? (parseTime(text(value)) ?? NaN) * 1000 : NaN);
    return Number.isNaN(at) ? null : part(unit, at);
  });
}

const interval =
  (sign: number): SqlFunction['run'] =>
  (value = null, count = null, unit = null) => {
    const at = value === null || count === null ? undefined : parseDate(text(value));
    if (at === undefined) return null;
    const moved = addInterval(
      at,
      sign * Number(text(count).replace(/^(-?[\d.]*).*$/, '$1') || 0),
      text(unit),
    );
    const isDate =
      !/[: T]/.test(text(value).trim()) &&
      !['HOUR', 'MINUTE', 'SECOND', 'MICROSECOND'].includes(text(unit));
    return isDate ? dateText(moved) : datetimeText(moved);
  };

function regexp(value: string, pattern: string): number {
  const insensitive = pattern.startsWith('(?i)');
  try {
    return new RegExp(
      (insensitive ? pattern.slice(4) : pattern).replace(
        /\[\[:(\w+):\]\]/g,
        (_, name: string) =>
          ({ digit: '\\d', alpha: '[A-Za-z]', space: '\\s', alnum: '\\w' })[name] ?? name,
      ),
      insensitive ? 'iu' : 'u',
    ).test(value)
      ? 1
      : 0;
  } catch {
    return 0;
  }
}

/** LIKE where case counts. */
function likeExactly(value: string, pattern: string, ignoresCase: string): number {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const one = pattern[i] as string;
    if (one === '\\' && i + 1 < pattern.length)
      source += (pattern[++i] as string).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    else
      source +=
        one === '%' ? '[^]*' : one === '_' ? '[^]' : one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, ignoresCase === '1' ? 'iu' : 'u').test(value) ? 1 : 0;
}

/** `group_concat` by way of an array, so that DISTINCT and a separator go together. */
function joinList(list: string, separator: string): SqlValue {
  const values = (JSON.parse(list) as SqlValue[]).filter((value) => value !== null);
  return values.length === 0 ? null : values.map(text).join(separator);
}

const BOTH: Readonly<Record<string, SqlFunction>> = {
  COUNT: {
    min: 1,
    max: ANY,
    type: int,
    emit: (args) => `count(${args.join(', ')})`,
    isAggregate: true,
  },
  SUM: aggregate(sumType, 'sum'),
  AVG: aggregate(averageType, 'avg'),
  MIN: aggregate(first, 'min'),
  MAX: aggregate(first, 'max'),
  ROW_NUMBER: windowed(0, 0, int, 'row_number'),
  RANK: windowed(0, 0, int, 'rank'),
  DENSE_RANK: windowed(0, 0, int, 'dense_rank'),
  NTILE: windowed(1, 1, int, 'ntile'),
  LAG: windowed(1, 3, first, 'lag'),
  LEAD: windowed(1, 3, first, 'lead'),
  FIRST_VALUE: windowed(1, 1, first, 'first_value'),
  LAST_VALUE: windowed(1, 1, first, 'last_value'),
  PERCENT_RANK: windowed(0, 0, double, 'percent_rank'),
  CUME_DIST: windowed(0, 0, double, 'cume_dist'),
  ABS: plain(1, 1, first, 'abs'),
  COALESCE: {
    min: 1,
    max: ANY,
    type: common,
    emit: (args) => (args.length === 1 ? (args[0] as string) : `coalesce(${args.join(', ')})`),
  },
  NULLIF: plain(2, 2, first, 'nullif'),
  GREATEST: plain(2, ANY, common, 'max'),
  LEAST: plain(2, ANY, common, 'min'),
  LOWER: host(
    1,
    1,
    string,
    strict((value = '') => value.toLowerCase()),
  ),
  UPPER: host(
    1,
    1,
    string,
    strict((value = '') => value.toUpperCase()),
  ),
  CHAR_LENGTH: plain(1, 1, int, 'length'),
  CHARACTER_LENGTH: plain(1, 1, int, 'length'),
  OCTET_LENGTH: {
    min: 1,
    max: 1,
    type: int,
    emit: ([value = '']) => `length(CAST(${value} AS BLOB))`,
  },
  REPLACE: plain(3, 3, string, 'replace'),
  REVERSE: host(
    1,
    1,
    string,
    strict((value = '') => [...value].reverse().join('')),
  ),
  REPEAT: host(
    2,
    2,
    string,
    strict((value = '', count = '') => value.repeat(Math.min(100_000, Math.max(0, Number(count))))),
  ),
  LEFT: host(
    2,
    2,
    string,
    strict((value = '', count = '') => [...value].slice(0, Math.max(0, Number(count))).join('')),
  ),
  RIGHT: host(
    2,
    2,
    string,
    strict((value = '', count = '') =>
      Number(count) <= 0 ? '' : [...value].slice(-Number(count)).join(''),
    ),
  ),
  LPAD: host(2, 3, string, strict(pad(true))),
  RPAD: host(2, 3, string, strict(pad(false))),
  TRIM: host(1, 3, string, trimCall),
  LTRIM: plain(1, 1, string, 'ltrim'),
  RTRIM: plain(1, 1, string, 'rtrim'),
  SUBSTRING: host(
    2,
    3,
    string,
    strict((value = '', from = '', length) => substring(value, from, length)),
  ),
  SUBSTR: host(
    2,
    3,
    string,
    strict((value = '', from = '', length) => substring(value, from, length)),
  ),
  POSITION: host(
    2,
    2,
    int,
    strict(
      (part = '', value = '') =>
        [...value.slice(0, Math.max(0, value.toLowerCase().indexOf(part.toLowerCase())))].length +
        (value.toLowerCase().includes(part.toLowerCase()) ? 1 : 0),
    ),
  ),
  CONCAT_WS: host(2, ANY, string, concatWs),
  ROUND: { min: 1, max: 2, type: roundType, emit: (args) => `round(${args.join(', ')})` },
  CEIL: plain(1, 1, (args) => (args[0]?.kind === 'double' ? DOUBLE : INT), 'ceil'),
  CEILING: plain(1, 1, (args) => (args[0]?.kind === 'double' ? DOUBLE : INT), 'ceil'),
  FLOOR: plain(1, 1, (args) => (args[0]?.kind === 'double' ? DOUBLE : INT), 'floor'),
  MOD: { min: 2, max: 2, type: common, emit: ([a = '', b = '']) => `(${a} % ${b})` },
  POWER: plain(2, 2, double, 'pow'),
  POW: plain(2, 2, double, 'pow'),
  SQRT: plain(1, 1, double, 'sqrt'),
  EXP: plain(1, 1, double, 'exp'),
  LN: plain(1, 1, double, 'ln'),
  LOG10: plain(1, 1, double, 'log10'),
  LOG: plain(1, 2, double, 'ln'),
  SIGN: plain(1, 1, int, 'sign'),
  PI: plain(0, 0, () => decimal(6), 'pi'),
  SIN: plain(1, 1, double, 'sin'),
  COS: plain(1, 1, double, 'cos'),
  TAN: plain(1, 1, double, 'tan'),
  RADIANS: plain(1, 1, double, 'radians'),
  DEGREES: plain(1, 1, double, 'degrees'),
  EXTRACT: host(2, 2, int, (unit = null, value = null) => {
    const at = value === null ? undefined : parseDate(text(value));
    return at === undefined ? null : part(text(unit), at);
  }),
  LAB_LIKE: host(
    3,
    3,
    int,
    strict((value = '', pattern = '', flag = '') => likeExactly(value, pattern, flag)),
  ),
  LAB_REGEXP: host(
    2,
    2,
    int,
    strict((value = '', pattern = '') => regexp(value, pattern)),
  ),
  LAB_JOIN: host(
    2,
    2,
    string,
    strict((list = '[]', separator = '') => joinList(list, separator)),
  ),
};

const MYSQL: Readonly<Record<string, SqlFunction>> = {
  CONCAT: host(
    1,
    ANY,
    string,
    strict((...values) => values.join('')),
  ),
  IF: {
    min: 3,
    max: 3,
    type: ([, a = STRING, b = STRING]) => commonType([a, b]),
    emit: ([a = '', b = '', c = '']) => `iif(${a}, ${b}, ${c})`,
  },
  IFNULL: plain(2, 2, common, 'ifnull'),
  ISNULL: { min: 1, max: 1, type: int, emit: ([value = '']) => `(${value} IS NULL)` },
  GROUP_CONCAT: { min: 1, max: ANY, type: string, isAggregate: true },
  JSON_ARRAYAGG: aggregate(() => JSON_TYPE, 'json_group_array'),
  STD: {
    min: 1,
    max: 1,
    type: double,
    emit: ([x = '']) => `sqrt(avg(1.0 * ${x} * ${x}) - avg(${x}) * avg(${x}))`,
    isAggregate: true,
  },
  VARIANCE: {
    min: 1,
    max: 1,
    type: double,
    emit: ([x = '']) => `(avg(1.0 * ${x} * ${x}) - avg(${x}) * avg(${x}))`,
    isAggregate: true,
  },
  ANY_VALUE: { min: 1, max: 1, type: first, emit: ([x = '']) => `max(${x})`, isAggregate: true },
  LENGTH: { min: 1, max: 1, type: int, emit: ([value = '']) => `length(CAST(${value} AS BLOB))` },
  LCASE: host(
    1,
    1,
    string,
    strict((value = '') => value.toLowerCase()),
  ),
  UCASE: host(
    1,
    1,
    string,
    strict((value = '') => value.toUpperCase()),
  ),
  MID: host(
    3,
    3,
    string,
    strict((value = '', from = '', length) => substring(value, from, length)),
  ),
  SUBSTRING_INDEX: host(
    3,
    3,
    string,
    strict((value = '', delimiter = '', count = '') => substringIndex(value, delimiter, count)),
  ),
  INSTR: host(
    2,
    2,
    int,
    strict((value = '', part = '') => value.toLowerCase().indexOf(part.toLowerCase()) + 1),
  ),
  LOCATE: host(
    2,
    3,
    int,
    strict(
      (part = '', value = '', from = '1') =>
        value.toLowerCase().indexOf(part.toLowerCase(), Number(from) - 1) + 1,
    ),
  ),
  STRCMP: host(
    2,
    2,
    int,
    strict((a = '', b = '') =>
      a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0,
    ),
  ),
  FIELD: host(
    2,
    ANY,
    int,
    (...values) =>
      values
        .slice(1)
        .findIndex(
          (value) =>
            value !== null && text(value).toLowerCase() === text(values[0] ?? null).toLowerCase(),
        ) + 1,
  ),
  FIND_IN_SET: host(
    2,
    2,
    int,
    strict((one = '', list = '') => list.split(',').indexOf(one) + 1),
  ),
  ELT: host(2, ANY, string, (n = null, ...values) =>
    n === null ? null : (values[Number(n) - 1] ?? null),
  ),
  SPACE: host(
    1,
    1,
    string,
    strict((count = '') => ' '.repeat(Math.max(0, Number(count)))),
  ),
  ASCII: host(
    1,
    1,
    int,
    strict((value = '') => (value === '' ? 0 : value.charCodeAt(0))),
  ),
  CHAR: host(
    1,
    ANY,
    string,
    strict((...codes) => String.fromCharCode(...codes.map(Number))),
  ),
  HEX: host(1, 1, string, (value = null) =>
    value === null
      ? null
      : typeof value === 'number'
        ? value.toString(16).toUpperCase()
        : [...text(value)]
            .map((letter) =>
              (letter.codePointAt(0) as number).toString(16).toUpperCase().padStart(2, '0'),
            )
            .join(''),
  ),
  FORMAT: host(
    2,
    3,
    string,
    strict((value = '', digits = '') => grouped(Number(value), Number(digits))),
  ),
  TRUNCATE: {
    min: 2,
    max: 2,
    type: first,
    emit: ([a = '', b = '']) => `(trunc(${a} * pow(10, ${b})) / pow(10, ${b}))`,
  },
  SHA2: host(
    2,
    2,
    string,
    strict((value = '', bits = '') => (bits === '256' || bits === '0' ? sha256(value) : null)),
  ),
  DATE_ADD: host(3, 3, first, interval(1) as (...values: SqlValue[]) => SqlValue),
  DATE_SUB: host(3, 3, first, interval(-1) as (...values: SqlValue[]) => SqlValue),
  TIMESTAMPADD: host(
    3,
    3,
    datetime,
    (unit = null, count = null, value = null) => interval(1)?.(value, count, unit) ?? null,
  ),
  TIMESTAMPDIFF: host(3, 3, int, (unit = null, a = null, b = null) => {
    const [from, to] = [parseDate(text(a)), parseDate(text(b))];
    return from === undefined || to === undefined ? null : difference(text(unit), from, to);
  }),
  DATEDIFF: host(
    2,
    2,
    int,
    dated(2, ([a = 0, b = 0]) => Math.floor(a / 86_400_000) - Math.floor(b / 86_400_000)),
  ),
  DATE_FORMAT: host(
    2,
    2,
    string,
    dated(1, ([at = 0], [format = '']) => formatDate(at, format)),
  ),
  DATE: host(
    1,
    1,
    date,
    dated(1, ([at = 0]) => dateText(at)),
  ),
  TIME: host(
    1,
    1,
    () => TIME,
    (value = null) => {
      const at = value === null ? undefined : parseDate(text(value));
      return at === undefined
        ? value === null || parseTime(text(value)) === undefined
          ? null
          : text(value)
        : timeText(at);
    },
  ),
  TIMESTAMP: host(
    1,
    1,
    datetime,
    dated(1, ([at = 0]) => datetimeText(at)),
  ),
  YEAR: partOf('YEAR'),
  QUARTER: partOf('QUARTER'),
  MONTH: partOf('MONTH'),
  DAY: partOf('DAY'),
  DAYOFMONTH: partOf('DAY'),
  HOUR: partOf('HOUR'),
  MINUTE: partOf('MINUTE'),
  SECOND: partOf('SECOND'),
  WEEK: partOf('WEEK'),
  DAYOFYEAR: partOf('DOY'),
  DAYOFWEEK: host(
    1,
    1,
    int,
    dated(1, ([at = 0]) => civil(at).weekday + 1),
  ),
  WEEKDAY: host(
    1,
    1,
    int,
    dated(1, ([at = 0]) => (civil(at).weekday + 6) % 7),
  ),
  DAYNAME: host(
    1,
    1,
    string,
    dated(1, ([at = 0]) => dayName(at)),
  ),
  MONTHNAME: host(
    1,
    1,
    string,
    dated(1, ([at = 0]) => monthName(at)),
  ),
  LAST_DAY: host(
    1,
    1,
    date,
    dated(1, ([at = 0]) =>
      dateText(addInterval(addInterval(at, 1 - civil(at).day, 'DAY'), 1, 'MONTH') - 86_400_000),
    ),
  ),
  FROM_UNIXTIME: host(
    1,
    2,
    (args) => (args.length === 2 ? STRING : DATETIME),
    (at = null, format = null) =>
      at === null
        ? null
        : format === null
          ? datetimeText(Number(at) * 1000)
          : formatDate(Number(at) * 1000, text(format)),
  ),
  SEC_TO_TIME: host(
    1,
    1,
    () => TIME,
    strict((seconds = '') => timeOfSeconds(Number(seconds))),
  ),
  TIME_TO_SEC: host(
    1,
    1,
    int,
    strict((value = '') => parseTime(value) ?? null),
  ),
  INET_ATON: host(
    1,
    1,
    int,
    strict((value = '') => value.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)),
  ),
  INET_NTOA: host(
    1,
    1,
    string,
    strict((value = '') =>
      [16_777_216, 65_536, 256, 1].map((unit) => Math.floor(Number(value) / unit) % 256).join('.'),
    ),
  ),
  JSON_EXTRACT: {
    min: 2,
    max: ANY,
    type: () => JSON_TYPE,
    emit: ([json = '', path = '']) => `(${json} -> ${path})`,
  },
  JSON_UNQUOTE: host(
    1,
    1,
    string,
    strict((value = '') => (value.startsWith('"') ? (JSON.parse(value) as string) : value)),
  ),
  JSON_OBJECT: plain(0, ANY, () => JSON_TYPE, 'json_object'),
  JSON_ARRAY: plain(0, ANY, () => JSON_TYPE, 'json_array'),
  JSON_LENGTH: plain(1, 2, int, 'json_array_length'),
  JSON_VALID: plain(1, 1, int, 'json_valid'),
  RAND: { min: 0, max: 1, type: double, emit: () => 'lab_rand()' },
  UUID: { min: 0, max: 0, type: string, emit: () => 'lab_uuid()' },
  SLEEP: { min: 1, max: 1, type: int, emit: ([seconds = '0']) => `lab_sleep(${seconds})` },
  VALUES: { min: 1, max: 1, type: first },
};

const POSTGRES: Readonly<Record<string, SqlFunction>> = {
  CONCAT: host(1, ANY, string, (...values) => values.map(text).join('')),
  LENGTH: plain(1, 1, int, 'length'),
  STRING_AGG: { min: 2, max: 2, type: string, isAggregate: true },
  ARRAY_AGG: {
    min: 1,
    max: 1,
    type: string,
    emit: ([x = '']) => `('{' || lab_join(json_group_array(${x}), ',') || '}')`,
    isAggregate: true,
  },
  BOOL_AND: aggregate(first, 'min'),
  BOOL_OR: aggregate(first, 'max'),
  STRPOS: host(
    2,
    2,
    int,
    strict((value = '', part = '') => value.indexOf(part) + 1),
  ),
  SPLIT_PART: host(
    3,
    3,
    string,
    strict((value = '', delimiter = '', n = '') => value.split(delimiter)[Number(n) - 1] ?? ''),
  ),
  INITCAP: host(
    1,
    1,
    string,
    strict((value = '') =>
      value.toLowerCase().replace(/\b\p{L}/gu, (letter) => letter.toUpperCase()),
    ),
  ),
  TO_CHAR: host(
    2,
    2,
    string,
    strict((value = '', format = '') => toChar(value, format)),
  ),
  DATE_PART: host(2, 2, double, (unit = null, value = null) => {
    const at = value === null ? undefined : parseDate(text(value));
    return at === undefined ? null : part(text(unit).toUpperCase(), at);
  }),
  DATE_TRUNC: host(2, 2, datetime, (unit = null, value = null) => {
    const at = value === null ? undefined : parseDate(text(value));
    return at === undefined ? null : truncated(text(unit), at);
  }),
  TRUNC: { min: 1, max: 1, type: first, emit: ([a = '']) => `trunc(${a})` },
  PG_TYPEOF: {
    min: 1,
    max: 1,
    type: string,
    emit: (_, [type]) =>
      `'${type?.declared?.base ?? ({ int: 'integer', double: 'numeric', decimal: 'numeric', string: 'text', bool: 'boolean' } as Record<string, string>)[type?.kind ?? ''] ?? 'unknown'}'`,
  },
  LAB_DIV: host(2, 2, int, (a = null, b = null) => {
    if (a === null || b === null) return null;
    if (Number(b) === 0) throw new Error('division by zero');
    return Math.trunc(Number(a) / Number(b));
  }),
  LAB_RATIO: host(2, 2, double, (a = null, b = null) => {
    if (a === null || b === null) return null;
    if (Number(b) === 0) throw new Error('division by zero');
    return Number(a) / Number(b);
  }),
  LAB_INTERVAL: host(3, 3, datetime, (value = null, words = null, sign = null) => {
    const at = value === null ? undefined : parseDate(text(value));
    if (at === undefined) return null;
    let moved = at;
    for (const [, count = '0', unit = ''] of text(words).matchAll(/(-?\d+)\s*([a-z]+?)s?\b/gi))
      moved = addInterval(
        moved,
        Number(sign) * Number(count),
        unit
          .toUpperCase()
          .replace(/^MON$/, 'MONTH')
          .replace(/^MIN$/, 'MINUTE')
          .replace(/^SEC$/, 'SECOND'),
      );
    return datetimeText(moved);
  }),
};

function truncated(unit: string, at: number): string {
  const c = civil(at);
  const day = at - Math.floor(at % 86_400_000);
  switch (unit) {
    case 'year':
      return `${c.year}-01-01 00:00:00`;
    case 'month':
      return `${dateText(at).slice(0, 8)}01 00:00:00`;
    case 'day':
      return datetimeText(day);
    case 'hour':
      return datetimeText(at - (at % 3_600_000));
    default:
      return datetimeText(at - (at % 60_000));
  }
}

function toChar(value: string, format: string): string {
  const at = parseDate(value);
  if (at === undefined)
    return grouped(Number(value), (format.split('.')[1] ?? '').replace(/[^90]/g, '').length);
  const words: Readonly<Record<string, string>> = {
    YYYY: '%Y',
    YY: '%y',
    MM: '%m',
    DD: '%d',
    HH24: '%H',
    HH12: '%h',
    HH: '%h',
    MI: '%i',
    SS: '%s',
    AM: '%p',
    PM: '%p',
    Mon: '%b',
    Month: '%M',
    Dy: '%a',
    Day: '%W',
  };
  return formatDate(
    at,
    format.replace(
      /YYYY|YY|MM|DD|HH24|HH12|HH|MI|SS|AM|PM|Month|Mon|Day|Dy/g,
      (word) => words[word] ?? word,
    ),
  );
}

export type FunctionTable = ReadonlyMap<string, SqlFunction>;

export const mysqlFunctions: FunctionTable = new Map([
  ...Object.entries(BOTH),
  ...Object.entries(MYSQL),
]);
export const postgresFunctions: FunctionTable = new Map([
  ...Object.entries(BOTH),
  ...Object.entries(POSTGRES),
]);

export function hostName(name: string): string {
  return `lab_${name.toLowerCase().replace(/^lab_/, '')}`;
}

/** Makes the host's functions known to a database. */
export function registerFunctions(database: SqliteDatabase, functions: FunctionTable): void {
  for (const [name, { run, min, max }] of functions) {
    if (!run) continue;
    // SQLite tells functions apart by how many values they take, and sql.js reads that from `length`.
    if (max === min) database.create_function(hostName(name), withLength(run, min));
    else if (max === ANY)
      database.create_function(
        hostName(name),
        withLength((list: SqlValue) => run(...(JSON.parse(String(list)) as SqlValue[])), 1),
      );
    else
      for (let n = min; n <= max; n++)
        database.create_function(`${hostName(name)}_${n}`, withLength(run, n));
  }
}

/** How a call of a host's function is written. */
export function hostCall(name: string, { min, max }: SqlFunction, args: readonly string[]): string {
  if (max === ANY && min !== max) return `${hostName(name)}(json_array(${args.join(', ')}))`;
  return `${hostName(name)}${max === min ? '' : `_${args.length}`}(${args.join(', ')})`;
}

function withLength(
  run: (...values: never[]) => unknown,
  length: number,
): (...values: never[]) => unknown {
  const made = (...values: never[]): unknown => run(...values);
  Object.defineProperty(made, 'length', { value: length });
  return made;
}
