/**
 * `docker swarm update`.
 *
 * Real: docker/cli cli/command/swarm/update.go
 */
import type { Swarm } from '../../api.ts';
import type { Run } from '../../cobra/command.ts';
import { helpText } from '../../cobra/execute.ts';
import { fetchUnlockKey, printUnlockCommand } from './join_command.ts';
import { mergeSwarmSpec } from './opts.ts';
import { updateSwarm } from './swarm_update.ts';

export const runUpdate: Run = function* (cli, { command, flags }) {
  if (!flags.anyChanged()) {
    yield* cli.out(yield* helpText(cli, command));
    return;
  }
  const swarm = yield* cli.client.json<Swarm>('GET', '/swarm');
  const wasLocked = swarm.Spec.EncryptionConfig?.AutoLockManagers === true;
  mergeSwarmSpec(swarm.Spec, flags, swarm.TLSInfo?.TrustRoot);
  const isLocked = swarm.Spec.EncryptionConfig?.AutoLockManagers === true;
  yield* updateSwarm(cli, swarm);
  yield* cli.println('Swarm updated.');
  if (isLocked && !wasLocked) yield* printUnlockCommand(cli, yield* fetchUnlockKey(cli));
};
