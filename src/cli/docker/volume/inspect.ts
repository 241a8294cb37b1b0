/**
 * `docker volume inspect`.
 *
 * Real: docker/cli cli/command/volume/inspect.go
 */
import type { Run } from '../../cobra/command.ts';
import { inspect } from '../../formatter/inspector.ts';
import { inspectRaw } from '../inspectraw.ts';

export const runInspect: Run = function* (cli, { flags, args }) {
  yield* inspect(cli, args, {
    format: flags.string('format'),
    getRef: function* (ref) {
      const { json } = yield* inspectRaw(cli, { type: 'volume.Volume', path: '/volumes', ref });
      return { type: 'volume.Volume', json };
    },
  });
};
