/**
 * `docker run`.
 *
 * Real: docker/cli cli/command/container/{run,utils,signals}.go
 */
import type { DockerCli } from '../../cli.ts';
import { parseJSON } from '../../client.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { readAll } from '../../process.ts';
import type { Sys } from '../../process.ts';
import type { HttpResponse, PendingResponse } from '../../transport.ts';
import { configFile } from '../configfile.ts';
import { checkPull, createContainer, withHelp } from './create.ts';
import { parseContainer } from './opts.ts';
import type { ContainerRequest } from './opts.ts';
import { checkTTY, followSize, stream } from './stream.ts';

export const runRun: Run = function* (cli, { flags, args }) {
  let request: ContainerRequest;
  try {
    checkPull(flags);
    const [image = '', ...rest] = args;
    request = parseContainer(cli, flags, image, rest);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(withHelp(error.message, 'run'), 125);
  }
  if (flags.bool('detach')) {
    if (flags.list('attach').length > 0) {
      throw new StatusError('conflicting options: cannot specify both --attach and --detach');
    }
    request.AttachStdin = false;
    request.AttachStdout = false;
    request.AttachStderr = false;
    request.StdinOnce = false;
  } else checkTTY(cli, request.AttachStdin, request.Tty);
  let id: string;
  try {
    id = yield* createContainer(cli, flags, request);
  } catch (error) {
    throw runError(error);
  }
  yield* runContainer(cli, flags, request, id);
};

/** 127 for a command that is not there, 126 for one that may not run, 125 for all else. */
function runError(error: unknown): unknown {
  if (!(error instanceof StatusError)) return error;
  const text = error.message;
  const isMissing =
    text.includes('executable file not found') || text.includes('no such file or directory');
  const isForbidden = text.includes('permission denied') || text.includes('is a directory');
  return new StatusError(withHelp(text, 'run'), isMissing ? 127 : isForbidden ? 126 : 125);
}

function* runContainer(
  cli: DockerCli,
  flags: FlagSet,
  request: ContainerRequest,
  id: string,
): Sys<void> {
  const isAttached = request.AttachStdin || request.AttachStdout || request.AttachStderr;
  if (!isAttached) {
    // The ID is shown even when the start fails: the container is there.
    yield* cli.println(id);
    yield* start(cli, id);
    return;
  }
  const connection = yield* attach(cli, id, {
    stdin: request.AttachStdin,
    stdout: request.AttachStdout,
    stderr: request.AttachStderr,
    detachKeys: detachKeysOf(cli, flags),
  });
  const waiting = yield* waitFor(cli, id, request.HostConfig.AutoRemove);
  try {
    yield* start(cli, id);
  } catch (error) {
    connection.close();
    if (request.HostConfig.AutoRemove) yield* exitCode(waiting);
    else waiting.abandon();
    throw error;
  }
  if (request.Tty) yield* followSize(cli, `/containers/${id}`);
  const end = yield* streamWithSignals(cli, id, connection, {
    hasStdin: request.AttachStdin,
    hasStdout: request.AttachStdout,
    hasStderr: request.AttachStderr,
    isTTY: request.Tty,
    detachKeys: detachKeysOf(cli, flags),
    proxiesSignals: flags.bool('sig-proxy') && !request.Tty,
  });
  if (end === 'detached') {
    waiting.abandon();
    return;
  }
  const code = yield* exitCode(waiting);
  if (code !== 0) throw new StatusError('', code);
}

export function detachKeysOf(cli: DockerCli, flags: FlagSet): string {
  return flags.string('detach-keys') || (configFile(cli).detachKeys ?? '');
}

function* start(cli: DockerCli, id: string): Sys<void> {
  try {
    yield* cli.client.text('POST', `/containers/${id}/start`);
  } catch (error) {
    throw runError(error);
  }
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys: string;
  readonly logs?: boolean;
}

export function attach(cli: DockerCli, id: string, options: AttachOptions): Sys<HttpResponse> {
  const flag = (value: boolean): string | undefined => (value ? '1' : undefined);
  return cli.client.request('POST', `/containers/${id}/attach`, {
    query: {
      stream: '1',
      stdin: flag(options.stdin),
      stdout: flag(options.stdout),
      stderr: flag(options.stderr),
      logs: flag(options.logs ?? false),
      detachKeys: options.detachKeys === '' ? undefined : options.detachKeys,
    },
    headers: { 'Content-Type': 'text/plain' },
    hijack: true,
  });
}

/** Asks for the exit before the start, so that a short life is not missed. */
export function waitFor(cli: DockerCli, id: string, isRemoved: boolean): Sys<PendingResponse> {
  const query = { condition: isRemoved ? 'removed' : 'next-exit' };
  return cli.client.begin('POST', `/containers/${id}/wait`, { query });
}

export function* exitCode(waiting: PendingResponse): Sys<number> {
  const response = yield* waiting.response();
  const text = yield* readAll(response.body);
  response.close();
  const answer = parseJSON(text) as { StatusCode: number; Error?: { Message: string } | null };
  return answer.Error ? 125 : answer.StatusCode;
}

/** Signals that reach the client go on to the container. */
export function* streamWithSignals(
  cli: DockerCli,
  id: string,
  connection: HttpResponse,
  options: Parameters<typeof stream>[2] & { readonly proxiesSignals: boolean },
): Sys<'ended' | 'detached'> {
  if (!options.proxiesSignals) return yield* stream(cli, connection, options);
  const pending: string[] = [];
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
  for (const signal of signals) {
    cli.process.trap(signal, () => {
      pending.push(signal);
      return 'interrupt';
    });
  }
  try {
    return yield* stream(cli, connection, {
      ...options,
      onInterrupt: function* () {
        for (const signal of pending.splice(0)) {
          try {
            yield* cli.client.text('POST', `/containers/${id}/kill`, { query: { signal } });
          } catch (error) {
            if (!(error instanceof StatusError)) throw error;
          }
        }
      },
    });
  } finally {
    for (const signal of signals) cli.process.trap(signal, undefined);
  }
}
