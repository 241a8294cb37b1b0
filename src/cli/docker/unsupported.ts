import type { Run } from '../cobra/command.ts'
import { StatusError } from '../errors.ts'

/** A command that Docker has and the lab has not: it says so. */
// eslint-disable-next-line require-yield -- a Run is a program, even one that only refuses
export const unsupported: Run = function* (_cli, { command }) {
  throw notSupported(command.path)
}

/** A part of a command that the lab leaves out. */
export function notSupported(what: string): StatusError {
  return new StatusError(`이 실습실에서는 지원하지 않습니다: ${what}`)
}
