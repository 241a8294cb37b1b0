/**
 * `docker image inspect`.
 *
 * Real: docker/cli cli/command/image/inspect.go
 */
import type { Run } from '../../cobra/command.ts';
import { inspect } from '../../formatter/inspector.ts';
import { inspectRaw } from '../inspectraw.ts';

export const runInspect: Run = function* (cli, { flags, args }) {
  yield* inspect(cli, args, {
    format: flags.string('format'),
    getRef: (ref) =>
      inspectRaw(cli, { type: 'image.InspectResponse', path: '/images', ref, suffix: '/json' }),
  });
};
