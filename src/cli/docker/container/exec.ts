/**
 * `docker exec`.
 *
 * Real: docker/cli cli/command/container/exec.go
 */
import { segment } from '../../client.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { readEnvFiles } from '../envfile.ts';
import { detachKeysOf } from './run.ts';
import { checkTTY, followSize, stream } from './stream.ts';

export const runExec: Run = function* (cli, { flags, args }) {
  const [name = '', ...Cmd] = args;
  const isDetached = flags.bool('detach');
  const isTTY = flags.bool('tty');
  const hasStdin = !isDetached && flags.bool('interactive');
  const detachKeys = detachKeysOf(cli, flags);
  const terminal = cli.outTerminal;
  const options = {
    User: flags.string('user'),
    Privileged: flags.bool('privileged'),
    Tty: isTTY,
    ...(isTTY && terminal !== undefined ? { ConsoleSize: [terminal.rows, terminal.columns] } : {}),
    AttachStdin: hasStdin,
    AttachStderr: !isDetached,
    AttachStdout: !isDetached,
    DetachKeys: detachKeys,
    Env: [...readEnvFiles(cli, flags.list('env-file')), ...flags.list('env')],
    WorkingDir: flags.string('workdir'),
    Cmd,
  };
  // A missing container is told before a missing terminal.
  yield* cli.client.text('GET', `/containers/${segment(name)}/json`);
  if (!isDetached) checkTTY(cli, hasStdin, isTTY);
  const { Id: id } = yield* cli.client.json<{ Id: string }>(
    'POST',
    `/containers/${segment(name)}/exec`,
    { body: options },
  );
  if (id === '') throw new StatusError('exec ID empty');
  const startBody = {
    Detach: isDetached,
    Tty: isTTY,
    ...(options.ConsoleSize === undefined ? {} : { ConsoleSize: options.ConsoleSize }),
  };
  if (isDetached) {
    yield* cli.client.text('POST', `/exec/${id}/start`, { body: startBody });
    return;
  }
  const connection = yield* cli.client.request('POST', `/exec/${id}/start`, {
    body: startBody,
    hijack: true,
  });
  if (isTTY) yield* followSize(cli, `/exec/${id}`);
  const end = yield* stream(cli, connection, {
    hasStdin,
    hasStdout: true,
    hasStderr: true,
    isTTY,
    detachKeys,
  });
  if (end === 'detached') return;
  const { ExitCode: code } = yield* cli.client.json<{ ExitCode: number | null }>(
    'GET',
    `/exec/${id}/json`,
  );
  if (code) throw new StatusError('', code);
};
