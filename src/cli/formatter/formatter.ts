/**
 * Lists: each row through the format, and the header over a table.
 *
 * Real: docker/cli cli/command/formatter/{formatter,custom}.go
 */
import { StatusError } from '../errors.ts';
import type { GoMethod, GoValue } from './govalue.ts';
import { GoMap, GoStruct } from './govalue.ts';
import { LIST_TABS, tabulate } from './tabwriter.ts';
import { compile, run } from './template/exec.ts';
import { HEADER_FUNCTIONS } from './template/functions.ts';
import { TemplateError } from './template/lex.ts';

export const TABLE = 'table';
export const RAW = 'raw';
export const PRETTY = 'pretty';
export const JSON_FORMAT = '{{json .}}';

export function isTable(format: string): boolean {
  return format.startsWith(TABLE);
}

/** One row: what templates may ask it for. */
export type Row = Readonly<Record<string, GoMethod>>;

export interface ListOutput {
  readonly format: string;
  /** `*service.serviceContext`: errors name it. */
  readonly typeName: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

function rowValue(row: Row, typeName: string): GoStruct {
  return new GoStruct({ typeName, methods: new Map(Object.entries(row)) });
}

/** The header row's context: labels are asked for by name, and are named after it. */
function headerValue(headers: Readonly<Record<string, string>>): GoValue {
  const label = (name: GoValue): GoValue =>
    (typeof name === 'string' ? (name.split('.').pop() ?? '') : '').replace(/[-_]/g, ' ');
  return new HeaderMap(new Map(Object.entries(headers)), label);
}

/** A map of column titles that also answers `.Label "name"`. */
class HeaderMap extends GoStruct {
  constructor(titles: ReadonlyMap<string, GoValue>, label: GoMethod) {
    super({
      typeName: 'formatter.SubHeaderContext',
      fields: titles,
      methods: new Map([['Label', label]]),
    });
  }
}

export function templateParsingError(error: unknown): never {
  if (error instanceof TemplateError) {
    throw new StatusError(`template parsing error: ${error.message}`);
  }
  throw error;
}

/** The whole output of a list. */
export function formatList(list: ListOutput): string {
  const isTableFormat = isTable(list.format);
  const source = isTableFormat
    ? list.format.slice(TABLE.length)
    : list.format === 'json'
      ? JSON_FORMAT
      : list.format;
  const text = source
    .replace(/^ +| +$/g, '')
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  try {
    const template = compile(text);
    const body = list.rows
      .map((row) => `${run(template, rowValue(row, list.typeName))}\n`)
      .join('');
    if (!isTableFormat) return body;
    return tabulate(`${header(text, list)}\n${body}`, LIST_TABS);
  } catch (error) {
    return templateParsingError(error);
  }
}

/** A title that the list does not know prints as nothing known; errors end the row silently. */
function header(text: string, list: ListOutput): string {
  try {
    return run(compile(text), withTitles(list.headers), { functions: HEADER_FUNCTIONS });
  } catch (error) {
    if (error instanceof TemplateError) return '';
    throw error;
  }
}

function withTitles(headers: Readonly<Record<string, string>>): GoValue {
  return Object.keys(headers).length === 0 ? new GoMap(new Map()) : headerValue(headers);
}

/** A table of named columns: `table {{.ID}}\t{{.Name}}`. */
export function columns(...names: readonly string[]): string {
  return `table ${names.map((name) => `{{.${name}}}`).join('\\t')}`;
}
