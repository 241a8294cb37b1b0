/**
 * `docker network disconnect`.
 *
 * Real: docker/cli cli/command/network/disconnect.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';

export const runDisconnect: Run = function* (cli, { flags, args }) {
  const [network = '', Container = ''] = args;
  yield* cli.client.text('POST', `/networks/${segment(network)}/disconnect`, {
    body: { Container, Force: flags.bool('force') },
  });
};
