import { write } from '../sys.ts';
import type { Sys } from '../sys.ts';
import type { Shell } from '../run/shell.ts';

/** A command that the shell runs itself. `argv[0]` is its name. */
export type Builtin = (shell: Shell, argv: readonly string[]) => Sys<number>;

/** Prints `bash: name: message` and returns the status. */
export function* complain(shell: Shell, message: string, status = 1): Sys<number> {
  yield* write(shell.io.stderr, `${shell.prefix}${message}\n`);
  return status;
}
