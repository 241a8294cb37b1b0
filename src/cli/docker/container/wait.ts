/**
 * `docker wait`.
 *
 * Real: docker/cli cli/command/container/wait.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';

export const runWait: Run = function* (cli, { args }) {
  const errors: string[] = [];
  for (const name of args) {
    try {
      const answer = yield* cli.client.json<{
        StatusCode: number;
        Error?: { Message: string } | null;
      }>('POST', `/containers/${segment(name)}/wait`);
      if (answer.Error) throw new StatusError(answer.Error.Message);
      yield* cli.println(String(answer.StatusCode));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      errors.push(error.message);
    }
  }
  if (errors.length > 0) throw new StatusError(errors.join('\n'));
};
