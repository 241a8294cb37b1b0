/**
 * `docker volume rm`.
 *
 * Real: docker/cli cli/command/volume/remove.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { forEach } from '../remove.ts';

export const runRm: Run = function* (cli, { flags, args }) {
  const query = flags.bool('force') ? { force: '1' } : {};
  yield* forEach(cli, args, function* (name) {
    yield* cli.client.text('DELETE', `/volumes/${segment(name)}`, { query });
  });
};
