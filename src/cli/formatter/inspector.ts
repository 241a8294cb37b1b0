/**
 * `inspect`: objects as indented JSON, or each through a template.
 *
 * Real: docker/cli cli/command/inspect/inspector.go
 */
import type { DockerCli } from '../cli.ts'
import { StatusError } from '../errors.ts'
import type { Sys } from '../process.ts'
import type { GoValue } from './govalue.ts'
import { GoStruct, anyFromJSON, fromJSON, indentJSON, toJSON } from './govalue.ts'
import { compile, run } from './template/exec.ts'
import { TemplateError } from './template/lex.ts'
import type { Template } from './template/parse.ts'
import { templateParsingError } from './formatter.ts'

/** One object found: as its Go type, and, where Docker keeps it, as the JSON that came. */
export interface Inspected {
  readonly type: string
  readonly json: unknown
  /** False where Docker prints the struct, which sorts fields and fills in zero values. */
  readonly keepsRaw: boolean
}

export type GetRef = (ref: string) => Sys<Inspected>

export function* inspect(
  cli: DockerCli,
  refs: readonly string[],
  format: string,
  getRef: GetRef,
): Sys<void> {
  const template = templateOf(format)
  const found: Inspected[] = []
  const errors: string[] = []
  let text = ''
  for (const ref of refs) {
    try {
      const object = yield* getRef(ref)
      if (template === undefined) found.push(object)
      else text += `${executeOn(template, object)}\n`
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      errors.push(error.message)
    }
  }
  if (template === undefined) text = listJSON(found, format === 'json')
  else if (text === '' ) text = '\n'
  yield* cli.out(text)
  if (errors.length > 0) throw new StatusError(errors.join('\n'))
}

function templateOf(format: string): Template | undefined {
  if (format === '' || format === 'json') return undefined
  try {
    return compile(format)
  } catch (error) {
    return templateParsingError(error)
  }
}

/** First over the struct; what it does not know may be in the JSON. */
function executeOn(template: Template, { type, json, keepsRaw }: Inspected): string {
  try {
    return run(template, pointerTo(fromJSON(json, type)))
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    if (!keepsRaw) return templateParsingError(error)
  }
  try {
    return run(template, anyFromJSON(json), { missingKeyIsError: true })
  } catch (error) {
    return templateParsingError(error)
  }
}

function pointerTo(value: GoValue): GoValue {
  return value
}

function listJSON(found: readonly Inspected[], isCompact: boolean): string {
  if (found.length === 0) return '[]\n'
  const items = found.map(({ type, json, keepsRaw }) =>
    keepsRaw ? JSON.stringify(json) : toJSON(fromJSON(json, type)),
  )
  const compact = `[${items.join(',')}]`
  return `${isCompact ? compact : indentJSON(compact)}\n`
}

export { GoStruct }
