/**
 * `docker rmi`.
 *
 * Real: docker/cli cli/command/image/remove.go
 */
import { isNotFound, segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';

interface Deleted {
  readonly Untagged?: string;
  readonly Deleted?: string;
}

export const runRm: Run = function* (cli, { flags, args }) {
  const isForced = flags.bool('force');
  const query = {
    ...(isForced ? { force: '1' } : {}),
    ...(flags.bool('no-prune') ? { noprune: '1' } : {}),
  };
  const errors: string[] = [];
  let isFatal = false;
  for (const name of args) {
    try {
      const path = name.split('/').map(segment).join('/');
      const items = yield* cli.client.json<Deleted[]>('DELETE', `/images/${path}`, { query });
      for (const { Deleted: deleted, Untagged: untagged = '' } of items) {
        yield* cli.println(deleted ? `Deleted: ${deleted}` : `Untagged: ${untagged}`);
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      isFatal ||= !isNotFound(error);
      errors.push(error.message);
    }
  }
  if (errors.length === 0) return;
  if (!isForced || isFatal) throw new StatusError(errors.join('\n'));
  yield* cli.err(`${errors.join('\n')}\n`);
};
