/**
 * `docker start`.
 *
 * Real:     docker/cli cli/command/container/start.go
 * Left out: checkpoints.
 */
import type { DockerCli } from '../../cli.ts';
import { segment } from '../../client.ts';
import type { FlagSet } from '../../cobra/flagset.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import type { Sys } from '../../process.ts';
import { notSupported } from '../unsupported.ts';
import { attach, detachKeysOf, exitCode, streamWithSignals, waitFor } from './run.ts';
import { followSize } from './stream.ts';

export const runStart: Run = function* (cli, { flags, args }) {
  if (flags.string('checkpoint') !== '') throw notSupported('docker start --checkpoint');
  const isAttached = flags.bool('attach') || flags.bool('interactive');
  if (isAttached) {
    if (args.length > 1)
      throw new StatusError('you cannot start and attach multiple containers at once');
    yield* startAttached(cli, flags, args[0] ?? '');
    return;
  }
  const failed: string[] = [];
  for (const name of args) {
    try {
      yield* cli.client.text('POST', `/containers/${segment(name)}/start`);
      yield* cli.println(name);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      yield* cli.err(`${error.message}\n`);
      failed.push(name);
    }
  }
  if (failed.length > 0) {
    throw new StatusError(`Error: failed to start containers: ${failed.join(', ')}`);
  }
};

function* startAttached(cli: DockerCli, flags: FlagSet, name: string): Sys<void> {
  const container = yield* cli.client.json<{
    Id: string;
    Config: { OpenStdin: boolean; Tty: boolean };
    HostConfig: { AutoRemove: boolean };
  }>('GET', `/containers/${segment(name)}/json`);
  const { Id: id, Config: config } = container;
  const hasStdin = flags.bool('interactive') && config.OpenStdin;
  const detachKeys = detachKeysOf(cli, flags);
  const connection = yield* attach(cli, id, {
    stdin: hasStdin,
    stdout: true,
    stderr: true,
    detachKeys,
  });
  const waiting = yield* waitFor(cli, id, container.HostConfig.AutoRemove);
  try {
    yield* cli.client.text('POST', `/containers/${id}/start`);
  } catch (error) {
    connection.close();
    waiting.abandon();
    throw error;
  }
  if (config.Tty) yield* followSize(cli, `/containers/${id}`);
  const end = yield* streamWithSignals(cli, id, connection, {
    hasStdin,
    hasStdout: true,
    hasStderr: true,
    isTTY: config.Tty,
    detachKeys,
    proxiesSignals: flags.bool('sig-proxy') && !config.Tty,
  });
  if (end === 'detached') {
    waiting.abandon();
    return;
  }
  const code = yield* exitCode(waiting);
  if (code !== 0) throw new StatusError('', code);
}
