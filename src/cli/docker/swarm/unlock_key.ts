/**
 * `docker swarm unlock-key`.
 *
 * Real: docker/cli cli/command/swarm/unlock_key.go
 */
import type { Swarm } from '../../api.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { fetchUnlockKey, printUnlockCommand } from './join_command.ts';
import { updateSwarm } from './swarm_update.ts';

export const runUnlockKey: Run = function* (cli, { flags }) {
  const isQuiet = flags.bool('quiet');
  if (flags.bool('rotate')) {
    const swarm = yield* cli.client.json<Swarm>('GET', '/swarm');
    if (swarm.Spec.EncryptionConfig?.AutoLockManagers !== true) {
      throw new StatusError('cannot rotate because autolock is not turned on');
    }
    yield* updateSwarm(cli, swarm, { rotate: { rotateManagerUnlockKey: true } });
    if (!isQuiet) yield* cli.println('Successfully rotated manager unlock key.');
  }
  const key = yield* fetchUnlockKey(cli);
  if (key === '') throw new StatusError('no unlock key is set');
  if (isQuiet) yield* cli.println(key);
  else yield* printUnlockCommand(cli, key);
};
