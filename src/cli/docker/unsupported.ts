import type { Run } from '../cobra/command.ts';
import { StatusError } from '../errors.ts';

/** A command that Docker has and the lab has not: it says so. */

export const unsupported: Run = function* (_cli, { command }) {
  throw notSupported(command.path);
};

/** A part of a command that the lab leaves out. */
export function notSupported(what: string): StatusError {
  return new StatusError(`이 실습실에서는 지원하지 않습니다: ${what}`);
}
