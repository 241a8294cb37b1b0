/**
 * `docker tag`.
 *
 * Real: docker/cli cli/command/image/tag.go, docker/docker client/image_tag.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { goQuote } from '../../formatter/strconv.ts';
import { familiarName, parseReference } from '../../formatter/reference.ts';
import { invalidReference } from './pull.ts';

export const runTag: Run = function* (cli, { args }) {
  const [source = '', target = ''] = args;
  if (parseReference(source) === undefined && !/^[a-f0-9]{64}$/.test(source)) {
    throw new StatusError(
      `Error parsing reference: ${goQuote(source)} is not a valid repository/tag: ${invalidReference(source).message}`,
    );
  }
  const reference = parseReference(target);
  if (reference === undefined) {
    throw new StatusError(
      `Error parsing reference: ${goQuote(target)} is not a valid repository/tag: ${invalidReference(target).message}`,
    );
  }
  if (reference.digest !== undefined) {
    throw new StatusError('refusing to create a tag with a digest reference');
  }
  yield* cli.client.text('POST', `/images/${source.split('/').map(segment).join('/')}/tag`, {
    query: { repo: familiarName(reference), tag: reference.tag ?? 'latest' },
  });
};
