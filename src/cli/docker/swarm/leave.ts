/**
 * `docker swarm leave`.
 *
 * Real: docker/cli cli/command/swarm/leave.go
 */
import type { Run } from '../../cobra/command.ts';

export const runLeave: Run = function* (cli, { flags }) {
  const query = flags.bool('force') ? { force: '1' } : {};
  yield* cli.client.text('POST', '/swarm/leave', { query });
  yield* cli.println('Node left the swarm.');
};
