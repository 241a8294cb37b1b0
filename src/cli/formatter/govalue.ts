/**
 * Values as Go templates see them: structs with fields in order, maps, slices, pointers, times.
 *
 * Real:     reflect, encoding/json
 * Left out: channels, functions as values, complex numbers.
 */
import { civil, parseRFC3339 } from '../process.ts';
import { goTypeTexts } from './gotypes.ts';

export type GoValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | GoList
  | GoMap
  | GoStruct
  | GoTime
  | GoDuration
  | GoNumber
  | GoNil;

export type GoList = readonly GoValue[];

/** `undefined` is no value at all (a missing key); `null` is nil. */
export class GoMap {
  readonly entries: ReadonlyMap<string, GoValue>;

  constructor(entries: ReadonlyMap<string, GoValue>) {
    this.entries = entries;
  }

  static of(record: Readonly<Record<string, GoValue>>): GoMap {
    return new GoMap(new Map(Object.entries(record)));
  }

  keys(): string[] {
    return [...this.entries.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }
}

export type GoMethod = (...args: readonly GoValue[]) => GoValue;

export interface GoField {
  readonly name: string;
  readonly jsonName: string;
  readonly omitEmpty: boolean;
  readonly type: string;
}

/** A struct, or a pointer to one; `methods` are what templates may call on it. */
export class GoStruct {
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, GoValue>;
  readonly layout: readonly GoField[];
  readonly isPointer: boolean;
  readonly methods: ReadonlyMap<string, GoMethod>;

  constructor(options: {
    readonly typeName: string;
    readonly fields?: ReadonlyMap<string, GoValue>;
    readonly layout?: readonly GoField[];
    readonly isPointer?: boolean;
    readonly methods?: ReadonlyMap<string, GoMethod>;
  }) {
    this.typeName = options.typeName;
    this.fields = options.fields ?? new Map();
    this.layout = options.layout ?? [];
    this.isPointer = options.isPointer ?? false;
    this.methods = options.methods ?? new Map();
  }
}

/** A nil that has a type: `*swarm.ServiceSpec`, `[]string`, `map[string]string`. */
export class GoNil {
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }
}

/** A number that JSON keeps as it was written (`json.Number`). */
export class GoNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export class GoDuration {
  readonly nanoseconds: number;

  constructor(nanoseconds: number) {
    this.nanoseconds = nanoseconds;
  }
}

/** A moment, kept as its RFC 3339 text. */
export class GoTime {
  readonly text: string;

  constructor(text: string) {
    this.text = text === '' ? ZERO_TIME : text;
  }

  /** `2024-01-01 10:00:00.123 +0000 UTC`: time.Time.String. */
  toGoString(): string {
    const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(this.text);
    if (match === null) return this.text;
    const fraction = (match[3] ?? '').replace(/\.?0+$/, '');
    const zone = match[4] === 'Z' ? '+0000 UTC' : (match[4] ?? '').replace(':', '').repeat(2);
    return `${match[1] ?? ''} ${match[2] ?? ''}${fraction} ${zone}`;
  }
}

export const ZERO_TIME = '0001-01-01T00:00:00Z';

export function isZeroTime(text: string | undefined): boolean {
  return text === undefined || text === '' || text.startsWith('0001-01-01T00:00:00');
}

/** `2006-01-02 15:04:05 -0700 MST` of seconds since 1970: what `{{.CreatedAt}}` of containers shows. */
export function unixTimeText(seconds: number): string {
  const c = civil(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${c.year}-${two(c.month)}-${two(c.day)} ${two(c.hour)}:${two(c.minute)}:${two(c.second)} +0000 UTC`;
}

/** Milliseconds since 1970 of an API time; 0 for none. */
export function timeMs(text: string | undefined): number {
  return text === undefined ? 0 : (parseRFC3339(text) ?? 0);
}

const layouts = new Map<string, readonly GoField[]>();

/** The fields of a Go struct, embedded ones spread out. */
export function layoutOf(type: string): readonly GoField[] {
  const known = layouts.get(type);
  if (known !== undefined) return known;
  const fields: GoField[] = [];
  for (const line of (goTypeTexts[type] ?? '').trim().split('\n')) {
    if (line === '') continue;
    if (line.startsWith('+')) {
      fields.push(...layoutOf(line.slice(1).replace(/^\*/, '')));
      continue;
    }
    const [name = '', fieldType = 'any', ...rest] = line.split(' ');
    const json = rest.find((word) => word.startsWith('json:'));
    fields.push({
      name,
      jsonName: json === undefined ? name : json.slice('json:'.length),
      omitEmpty: rest.includes('omitempty'),
      type: fieldType,
    });
  }
  layouts.set(type, fields);
  return fields;
}

/** JSON as a value of a Go type. What JSON leaves out is the type's zero value. */
export function fromJSON(json: unknown, type: string): GoValue {
  if (type.startsWith('*')) {
    if (json === null || json === undefined) return new GoNil(type);
    const value = fromJSON(json, type.slice(1));
    if (!(value instanceof GoStruct)) return value;
    return new GoStruct({ ...value, isPointer: true });
  }
  // Bytes travel as base64 text.
  if (type === '[]uint8') return typeof json === 'string' ? json : new GoNil(type);
  if (type.startsWith('[]')) {
    if (!Array.isArray(json)) return new GoNil(type);
    return json.map((item) => fromJSON(item, type.slice(2)));
  }
  if (type.startsWith('map[')) {
    if (json === null || typeof json !== 'object') return new GoNil(type);
    const element = type.slice(type.indexOf(']') + 1);
    return new GoMap(
      new Map(Object.entries(json).map(([key, item]) => [key, fromJSON(item, element)])),
    );
  }
  switch (type) {
    case 'any':
      return anyFromJSON(json);
    case 'string':
      return typeof json === 'string' ? json : '';
    case 'bool':
      return json === true;
    case 'time':
      return new GoTime(typeof json === 'string' ? json : '');
    case 'duration':
      return new GoDuration(typeof json === 'number' ? json : 0);
    case 'empty':
      return new GoStruct({ typeName: 'struct {}' });
    default:
      return type.includes('.') ? structFromJSON(json, type) : typeof json === 'number' ? json : 0;
  }
}

function structFromJSON(json: unknown, type: string): GoStruct {
  const record = (json ?? {}) as Readonly<Record<string, unknown>>;
  const layout = layoutOf(type);
  const fields = new Map(
    layout.map((field) => [field.name, fromJSON(record[field.jsonName], field.type)]),
  );
  return new GoStruct({ typeName: type, fields, layout });
}

/** JSON without a type: maps, slices, and numbers as they were written. */
export function anyFromJSON(json: unknown): GoValue {
  if (json === null || json === undefined) return null;
  if (Array.isArray(json)) return json.map(anyFromJSON);
  if (typeof json === 'object') {
    return new GoMap(new Map(Object.entries(json).map(([key, item]) => [key, anyFromJSON(item)])));
  }
  if (typeof json === 'number') return new GoNumber(String(json));
  return typeof json === 'string' || typeof json === 'boolean' ? json : null;
}

/** Go's JSON of a value, without indentation. `escapeHTML` writes `<`, `>`, `&` as `\u003c`. */
export function toJSON(value: GoValue, escapeHTML: boolean = true): string {
  if (value === null || value === undefined || value instanceof GoNil) return 'null';
  if (typeof value === 'string') return jsonString(value, escapeHTML);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof GoNumber) return value.text;
  if (value instanceof GoDuration) return String(value.nanoseconds);
  if (value instanceof GoTime) return `"${value.text}"`;
  if (value instanceof GoMap) {
    const members = value
      .keys()
      .map((key) => `${jsonString(key, escapeHTML)}:${toJSON(value.entries.get(key), escapeHTML)}`);
    return `{${members.join(',')}}`;
  }
  if (value instanceof GoStruct) return structJSON(value, escapeHTML);
  return `[${value.map((item) => toJSON(item, escapeHTML)).join(',')}]`;
}

/** List rows (structs that are only methods) give all their fields, sorted by name. */
function structJSON(value: GoStruct, escapeHTML: boolean): string {
  if (value.layout.length === 0 && value.methods.size > 0) {
    const names = [...value.methods.keys()].filter((name) => name !== 'Label');
    names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const members = names.map(
      // A row marshals itself, and Go's marshaller escapes whatever the template asked for.
      (name) => `"${name}":${toJSON(value.methods.get(name)?.(), true)}`,
    );
    return `{${members.join(',')}}`;
  }
  const members = value.layout.flatMap((field) => {
    const member = value.fields.get(field.name);
    const isPointer = field.type.startsWith('*');
    const isLeftOut = isPointer ? member instanceof GoNil : isEmpty(member);
    if (field.omitEmpty && isLeftOut) return [];
    return [`${jsonString(field.jsonName, escapeHTML)}:${toJSON(member, escapeHTML)}`];
  });
  return `{${members.join(',')}}`;
}

/** What `omitempty` leaves out: never a struct. */
function isEmpty(value: GoValue): boolean {
  if (value === null || value === undefined || value === '' || value === 0) return true;
  if (value === false || value instanceof GoNil) return true;
  if (value instanceof GoMap) return value.entries.size === 0;
  if (value instanceof GoDuration) return value.nanoseconds === 0;
  return Array.isArray(value) && value.length === 0;
}

function jsonString(text: string, escapeHTML: boolean): string {
  const quoted = JSON.stringify(text)
    .replaceAll('\\b', '\\u0008')
    .replaceAll('\\f', '\\u000c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  if (!escapeHTML) return quoted;
  return quoted.replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
}

/** `json.Indent(…, "", "    ")` of compact JSON. */
export function indentJSON(compact: string, indent: string = '    '): string {
  let text = '';
  let depth = 0;
  let inString = false;
  for (let i = 0; i < compact.length; i += 1) {
    const char = compact[i] ?? '';
    if (inString) {
      text += char;
      if (char === '\\') text += compact[(i += 1)] ?? '';
      else if (char === '"') inString = false;
    } else if (char === '"') {
      inString = true;
      text += char;
    } else if (char === '{' || char === '[') {
      const close = char === '{' ? '}' : ']';
      if (compact[i + 1] === close) {
        text += char + close;
        i += 1;
      } else {
        depth += 1;
        text += `${char}\n${indent.repeat(depth)}`;
      }
    } else if (char === '}' || char === ']') {
      depth -= 1;
      text += `\n${indent.repeat(depth)}${char}`;
    } else if (char === ',') text += `,\n${indent.repeat(depth)}`;
    else if (char === ':') text += ': ';
    else if (!/\s/.test(char)) text += char;
  }
  return text;
}
