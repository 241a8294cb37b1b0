/**
 * `docker node inspect`.
 *
 * Real: docker/cli cli/command/node/inspect.go
 */
import type { Node } from '../../api.ts';
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { inspect } from '../../formatter/inspector.ts';
import { prettyNode } from './formatter.ts';
import { nodeReference } from './reference.ts';

export const runInspect: Run = function* (cli, { flags, args }) {
  const format = flags.bool('pretty') ? 'pretty' : flags.string('format');
  if (format.startsWith('pretty') && format !== 'pretty') {
    throw new StatusError('cannot supply extra formatting options to the pretty template');
  }
  if (format !== 'pretty') {
    yield* inspect(cli, args, {
      format,
      badTemplateCode: 1,
      getRef: function* (ref) {
        const id = yield* nodeReference(cli, ref);
        const json = yield* cli.client.json<Node>('GET', `/nodes/${segment(id)}`);
        return { type: 'swarm.Node', json };
      },
    });
    return;
  }
  let text = '';
  for (const ref of args) {
    const id = yield* nodeReference(cli, ref);
    text += prettyNode(yield* cli.client.json<Node>('GET', `/nodes/${segment(id)}`));
  }
  yield* cli.out(text);
};
