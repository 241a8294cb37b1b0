/**
 * `docker swarm join-token`.
 *
 * Real: docker/cli cli/command/swarm/join_token.go
 */
import type { Swarm, SystemInfo } from '../../api.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { printJoinCommand } from './join_command.ts';
import { updateSwarm } from './swarm_update.ts';

export const runJoinToken: Run = function* (cli, { flags, args }) {
  const role = args[0] ?? '';
  if (role !== 'worker' && role !== 'manager') throw new StatusError(`unknown role ${role}`);
  const isQuiet = flags.bool('quiet');
  if (flags.bool('rotate')) {
    const current = yield* cli.client.json<Swarm>('GET', '/swarm');
    yield* updateSwarm(cli, current, {
      rotate: { rotateWorkerToken: role === 'worker', rotateManagerToken: role === 'manager' },
    });
    if (!isQuiet) yield* cli.out(`Successfully rotated ${role} join token.\n\n`);
  }
  const swarm = yield* cli.client.json<Swarm>('GET', '/swarm');
  if (isQuiet) {
    yield* cli.println(role === 'worker' ? swarm.JoinTokens.Worker : swarm.JoinTokens.Manager);
    return;
  }
  const info = yield* cli.client.json<SystemInfo>('GET', '/info');
  yield* printJoinCommand(cli, info.Swarm?.NodeID ?? '', [role]);
};
