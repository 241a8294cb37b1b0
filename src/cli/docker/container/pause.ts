/**
 * `docker pause`.
 *
 * Real: docker/cli cli/command/container/pause.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { forEach } from '../remove.ts';

export const runPause: Run = function* (cli, { args }) {
  yield* forEach(cli, args, function* (name) {
    yield* cli.client.text('POST', `/containers/${segment(name)}/pause`);
  });
};
