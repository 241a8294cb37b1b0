/**
 * `docker push`.
 *
 * Real:     docker/cli cli/command/image/push.go
 * Left out: content trust, --platform.
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { familiarName, parseReference } from '../../formatter/reference.ts';
import { authForImage } from '../registry/auth.ts';
import { notSupported } from '../unsupported.ts';
import { invalidReference, showProgress } from './pull.ts';

export const runPush: Run = function* (cli, { flags, args }) {
  if (flags.string('platform') !== '') throw notSupported('docker push --platform');
  const name = args[0] ?? '';
  const isAll = flags.bool('all-tags');
  const isQuiet = flags.bool('quiet');
  const reference = parseReference(name);
  if (reference === undefined) throw invalidReference(name);
  const isNameOnly = reference.tag === undefined && reference.digest === undefined;
  if (isAll && !isNameOnly) throw new StatusError("tag can't be used with --all-tags/-a");
  if (!isAll && isNameOnly && !isQuiet) yield* cli.println('Using default tag: latest');
  const tag = isAll ? undefined : (reference.tag ?? 'latest');
  const familiar = familiarName(reference);
  const response = yield* cli.client.request(
    'POST',
    `/images/${familiar.split('/').map(encodeURIComponent).join('/')}/push`,
    {
      query: { tag },
      headers: { 'X-Registry-Auth': authForImage(cli, name) },
    },
  );
  yield* showProgress(response, {
    isQuiet,
    write: (text) => cli.out(text),
    terminal: cli.outTerminal,
  });
  if (isQuiet) {
    yield* cli.println(
      `${reference.domain}/${reference.path}${tag === undefined ? '' : `:${tag}`}`,
    );
  }
};
