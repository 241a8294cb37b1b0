import type { DockerCli } from '../cli.ts';
import { StatusError } from '../errors.ts';
import type { Sys } from '../process.ts';

/** Does one thing to each of several objects: prints what succeeded, then fails with what did not. */
export function* forEach(
  cli: DockerCli,
  refs: readonly string[],
  act: (ref: string) => Sys<void>,
): Sys<void> {
  const errors: string[] = [];
  for (const ref of refs) {
    try {
      yield* act(ref);
      yield* cli.println(ref);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      errors.push(error.message);
    }
  }
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
}
