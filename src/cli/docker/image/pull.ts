/**
 * `docker pull`.
 *
 * Real:     docker/cli cli/command/image/pull.go
 * Left out: content trust.
 */
import type { DockerCli } from '../../cli.ts';
import { JSONLines } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { familiarName, parseReference, whyInvalid } from '../../formatter/reference.ts';
import { read } from '../../process.ts';
import type { Sys, Terminal } from '../../process.ts';
import { ProgressDisplay } from '../../progress.ts';
import type { ProgressMessage } from '../../progress.ts';
import type { HttpResponse } from '../../transport.ts';
import { authForImage } from '../registry/auth.ts';

export const runPull: Run = function* (cli, { flags, args }) {
  const name = args[0] ?? '';
  const isAll = flags.bool('all-tags');
  const isQuiet = flags.bool('quiet');
  const reference = parseReference(name);
  if (reference === undefined) throw invalidReference(name);
  const isNameOnly = reference.tag === undefined && reference.digest === undefined;
  if (isAll && !isNameOnly) throw new StatusError("tag can't be used with --all-tags/-a");
  const addsTag = !isAll && isNameOnly;
  if (addsTag && !isQuiet) yield* cli.println('Using default tag: latest');
  const tag = addsTag ? 'latest' : reference.tag;
  const suffix =
    (tag === undefined ? '' : `:${tag}`) +
    (reference.digest === undefined ? '' : `@${reference.digest}`);
  yield* pullImage(cli, familiarName(reference) + suffix, {
    platform: flags.string('platform'),
    isQuiet,
    write: (text) => cli.out(text),
    terminal: cli.outTerminal,
  });
  yield* cli.println(`${reference.domain}/${reference.path}${suffix}`);
};

export function invalidReference(name: string): StatusError {
  return new StatusError(whyInvalid(name));
}

export interface PullOptions {
  readonly platform: string;
  readonly isQuiet: boolean;
  readonly write: (text: string) => Sys<void>;
  readonly terminal: Terminal | undefined;
}

/** Pulls and shows how far it is, layer by layer. */
export function* pullImage(cli: DockerCli, name: string, options: PullOptions): Sys<void> {
  const reference = parseReference(name);
  if (reference === undefined) throw invalidReference(name);
  const response = yield* cli.client.request('POST', '/images/create', {
    query: {
      fromImage: familiarName(reference),
      tag: reference.digest ?? reference.tag,
      platform: options.platform === '' ? undefined : options.platform,
    },
    headers: { 'X-Registry-Auth': authForImage(cli, name) },
  });
  yield* showProgress(response, options);
}

/** Shows the messages of a progress stream to its end; throws the error that it ends with. */
export function* showProgress(
  response: HttpResponse,
  options: {
    readonly isQuiet: boolean;
    readonly write: (text: string) => Sys<void>;
    readonly terminal: Terminal | undefined;
    readonly onAux?: (aux: unknown) => void;
  },
): Sys<void> {
  const lines = new JSONLines(response.body);
  const display = new ProgressDisplay(options.write, options.terminal);
  try {
    for (;;) {
      const message = (yield* lines.next(read)) as ProgressMessage | undefined;
      if (message === undefined) return;
      if (message.aux !== undefined) options.onAux?.(message.aux);
      const isError = message.error !== undefined || message.errorDetail !== undefined;
      if (!options.isQuiet || isError) yield* display.show(message);
    }
  } finally {
    response.close();
  }
}
