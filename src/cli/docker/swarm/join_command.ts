/**
 * The words that tell how to join and how to unlock.
 *
 * Real: docker/cli cli/command/swarm/{join_token,unlock_key}.go (printJoinCommand, printUnlockCommand)
 */
import type { Node, Swarm } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import { ApiError, segment } from '../../client.ts';
import { StatusError } from '../../errors.ts';
import type { Sys } from '../../process.ts';

export function* printJoinCommand(
  cli: DockerCli,
  nodeID: string,
  roles: readonly ('worker' | 'manager')[],
): Sys<void> {
  const node = yield* cli.client.json<Node>('GET', `/nodes/${segment(nodeID)}`);
  const swarm = yield* cli.client.json<Swarm>('GET', '/swarm');
  if (node.ManagerStatus === undefined) return;
  const address = node.ManagerStatus.Addr ?? '';
  for (const role of roles) {
    const token = role === 'worker' ? swarm.JoinTokens.Worker : swarm.JoinTokens.Manager;
    yield* cli.out(
      `To add a ${role} to this swarm, run the following command:\n\n    docker swarm join --token ${token} ${address}\n\n`,
    );
  }
}

export function* fetchUnlockKey(cli: DockerCli): Sys<string> {
  try {
    const answer = yield* cli.client.json<{ UnlockKey: string }>('GET', '/swarm/unlockkey');
    return answer.UnlockKey;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new StatusError(`could not fetch unlock key: ${error.message}`);
  }
}

export function* printUnlockCommand(cli: DockerCli, key: string): Sys<void> {
  if (key === '') return;
  yield* cli.out(
    'To unlock a swarm manager after it restarts, run the `docker swarm unlock`\n' +
      `command and provide the following key:\n\n    ${key}\n\n` +
      'Remember to store this key in a password manager, since without it you\n' +
      'will not be able to restart the manager.\n',
  );
}
