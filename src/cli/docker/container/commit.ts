/**
 * `docker commit`.
 *
 * Real: docker/cli cli/command/container/commit.go
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { familiarName, parseReference } from '../../formatter/reference.ts';

export const runCommit: Run = function* (cli, { flags, args }) {
  const [container = '', name = ''] = args;
  const reference = name === '' ? undefined : parseReference(name);
  if (name !== '' && reference === undefined) throw new StatusError('invalid reference format');
  const answer = yield* cli.client.json<{ Id: string }>('POST', '/commit', {
    query: {
      container,
      ...(reference === undefined
        ? {}
        : { repo: familiarName(reference), tag: reference.tag ?? 'latest' }),
      comment: flags.string('message'),
      author: flags.string('author'),
      changes: flags.list('change'),
      ...(flags.bool('pause') ? {} : { pause: '0' }),
    },
    body: null,
  });
  yield* cli.println(answer.Id);
};
