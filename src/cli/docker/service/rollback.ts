/**
 * `docker service rollback`.
 *
 * Real: docker/cli cli/command/service/rollback.go
 */
import type { Run } from '../../cobra/command.ts';
import { getService, updateService } from './api.ts';
import { waitOnService } from './wait.ts';

export const runRollback: Run = function* (cli, { flags, args }) {
  const ref = args[0] ?? '';
  const service = yield* getService(cli, ref);
  const warnings = yield* updateService(cli, service, { rollback: 'previous' });
  for (const warning of warnings) yield* cli.err(`${warning}\n`);
  yield* cli.println(ref);
  if (!flags.bool('detach')) yield* waitOnService(cli, ref, flags.bool('quiet'));
};
