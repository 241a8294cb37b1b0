/**
 * `docker service rm`.
 *
 * Real: docker/cli cli/command/service/remove.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { forEach } from '../remove.ts';

export const runRm: Run = function* (cli, { args }) {
  yield* forEach(cli, args, function* (ref) {
    yield* cli.client.text('DELETE', `/services/${segment(ref)}`);
  });
};
