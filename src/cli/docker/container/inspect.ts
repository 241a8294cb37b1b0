/**
 * `docker container inspect`.
 *
 * Real: docker/cli cli/command/container/inspect.go
 */
import type { Run } from '../../cobra/command.ts';
import { inspect } from '../../formatter/inspector.ts';
import { inspectRaw } from '../inspectraw.ts';

export const runInspect: Run = function* (cli, { flags, args }) {
  const query = flags.bool('size') ? { size: '1' } : {};
  yield* inspect(cli, args, {
    format: flags.string('format'),
    getRef: (ref) =>
      inspectRaw(cli, {
        type: 'container.InspectResponse',
        path: '/containers',
        ref,
        suffix: '/json',
        query,
      }),
  });
};
