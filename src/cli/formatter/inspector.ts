/**
 * `inspect`: objects as indented JSON, or each through a template.
 *
 * Real: docker/cli cli/command/inspect/inspector.go
 */
import type { DockerCli } from '../cli.ts';
import { StatusError } from '../errors.ts';
import type { Sys } from '../process.ts';
import { templateParsingError } from './formatter.ts';
import { anyFromJSON, fromJSON, indentJSON, toJSON } from './govalue.ts';
import { compile, run } from './template/exec.ts';
import { TemplateError } from './template/lex.ts';
import type { Template } from './template/parse.ts';

/** One object found, as the JSON that came. */
export interface Inspected {
  /** The Go struct that a template sees. */
  readonly type: string;
  readonly json: unknown;
  /** The text itself, where Docker prints that; without it the struct is printed. */
  readonly raw?: string;
}

export interface InspectOptions {
  readonly format: string;
  readonly getRef: (ref: string) => Sys<Inspected>;
  /** What a template that cannot be read costs. */
  readonly badTemplateCode?: number;
}

export function* inspect(
  cli: DockerCli,
  refs: readonly string[],
  { format, getRef, badTemplateCode = 64 }: InspectOptions,
): Sys<void> {
  const template = templateOf(format, badTemplateCode);
  const found: Inspected[] = [];
  const errors: string[] = [];
  let text = '';
  for (const ref of refs) {
    try {
      const object = yield* getRef(ref);
      if (template === undefined) found.push(object);
      else text += `${executeOn(template, object)}\n`;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      errors.push(error.message);
    }
  }
  if (template === undefined) text = listJSON(found, format === 'json');
  yield* cli.out(text === '' ? '\n' : text);
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
}

function templateOf(format: string, badTemplateCode: number): Template | undefined {
  if (format === '' || format === 'json') return undefined;
  try {
    return compile(format);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new StatusError(`template parsing error: ${error.message}`, badTemplateCode);
  }
}

/** First over the struct; what it does not know may be in the JSON. */
function executeOn(template: Template, { type, json, raw }: Inspected): string {
  try {
    return run(template, fromJSON(json, type));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (raw === undefined) return templateParsingError(error);
  }
  try {
    return run(template, anyFromJSON(json), { missingKeyIsError: true });
  } catch (error) {
    return templateParsingError(error);
  }
}

function listJSON(found: readonly Inspected[], isCompact: boolean): string {
  if (found.length === 0) return '[]\n';
  const items = found.map(({ type, json, raw }) => raw?.trim() ?? toJSON(fromJSON(json, type)));
  const compact = `[${items.join(',')}]`;
  return `${isCompact ? compact : indentJSON(compact)}\n`;
}
