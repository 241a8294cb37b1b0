/**
 * `docker attach`.
 *
 * Real: docker/cli cli/command/container/attach.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { attach, detachKeysOf, exitCode, streamWithSignals, waitFor } from './run.ts';
import { checkTTY, followSize } from './stream.ts';

interface Inspect {
  readonly Id: string;
  readonly State: {
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
  };
  readonly Config: { readonly OpenStdin: boolean; readonly Tty: boolean };
}

export const runAttach: Run = function* (cli, { flags, args }) {
  const container = yield* cli.client.json<Inspect>(
    'GET',
    `/containers/${segment(args[0] ?? '')}/json`,
  );
  const { State: state, Config: config } = container;
  if (!state.Running) {
    throw new StatusError('You cannot attach to a stopped container, start it first');
  }
  if (state.Paused)
    throw new StatusError('You cannot attach to a paused container, unpause it first');
  if (state.Restarting) {
    throw new StatusError('You cannot attach to a restarting container, wait until it is running');
  }
  const hasStdin = !flags.bool('no-stdin') && config.OpenStdin;
  checkTTY(cli, !flags.bool('no-stdin'), config.Tty);
  const detachKeys = detachKeysOf(cli, flags);
  const waiting = yield* waitFor(cli, container.Id, false);
  const connection = yield* attach(cli, container.Id, {
    stdin: hasStdin,
    stdout: true,
    stderr: true,
    detachKeys,
  });
  if (config.Tty) yield* followSize(cli, `/containers/${container.Id}`);
  const end = yield* streamWithSignals(cli, container.Id, connection, {
    hasStdin,
    hasStdout: true,
    hasStderr: true,
    isTTY: config.Tty,
    detachKeys,
    proxiesSignals: flags.bool('sig-proxy') && !config.Tty,
  });
  if (end === 'detached') {
    waiting.abandon();
    throw new StatusError('read escape sequence');
  }
  const code = yield* exitCode(waiting);
  if (code !== 0) throw new StatusError('', code);
};
