/**
 * `docker diff`.
 *
 * Real: docker/cli cli/command/container/diff.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';

const KINDS = ['C', 'A', 'D'];

export const runDiff: Run = function* (cli, { args }) {
  const name = args[0] ?? '';
  if (name === '') throw new StatusError('Container name cannot be empty');
  const changes = yield* cli.client.json<readonly { Path: string; Kind: number }[] | null>(
    'GET',
    `/containers/${segment(name)}/changes`,
  );
  yield* cli.out(
    (changes ?? []).map(({ Path, Kind }) => `${KINDS[Kind] ?? ''} ${Path}\n`).join(''),
  );
};
