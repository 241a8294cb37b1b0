/**
 * `docker node rm`.
 *
 * Real: docker/cli cli/command/node/remove.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { forEach } from '../remove.ts';

export const runRm: Run = function* (cli, { flags, args }) {
  const query = flags.bool('force') ? { force: '1' } : {};
  yield* forEach(cli, args, function* (ref) {
    yield* cli.client.text('DELETE', `/nodes/${segment(ref)}`, { query });
  });
};
