/**
 * `docker network inspect`.
 *
 * Real: docker/cli cli/command/network/inspect.go
 */
import type { Run } from '../../cobra/command.ts';
import { inspect } from '../../formatter/inspector.ts';
import { inspectRaw } from '../inspectraw.ts';

export const runInspect: Run = function* (cli, { flags, args }) {
  const query = flags.bool('verbose') ? { verbose: 'true' } : {};
  yield* inspect(cli, args, {
    format: flags.string('format'),
    getRef: (ref) => inspectRaw(cli, { type: 'network.Inspect', path: '/networks', ref, query }),
  });
};
