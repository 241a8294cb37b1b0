/**
 * How a command fails: a text for stderr and an exit status.
 *
 * Real: docker/cli cli/error.go, cmd/docker/docker.go (getExitCode)
 */
export class StatusError extends Error {
  readonly code: number;

  constructor(text: string, code: number = 1) {
    super(text);
    this.code = code;
  }
}

/** Several failures of one command, each on a line of its own. */
export function joinErrors(errors: readonly string[]): StatusError | undefined {
  return errors.length === 0 ? undefined : new StatusError(errors.join('\n'));
}
