/**
 * `docker swarm unlock`.
 *
 * Real: docker/cli cli/command/swarm/unlock.go
 */
import type { SystemInfo } from '../../api.ts';
import type { DockerCli } from '../../cli.ts';
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import type { Sys } from '../../process.ts';
import { readLine } from '../prompt.ts';

export const runUnlock: Run = function* (cli) {
  const info = yield* cli.client.json<SystemInfo>('GET', '/info');
  const state = info.Swarm?.LocalNodeState;
  if (state === 'inactive') throw new StatusError('Error: This node is not part of a swarm');
  if (state !== 'locked') throw new StatusError('Error: swarm is not locked');
  const UnlockKey = yield* readKey(cli);
  yield* cli.client.text('POST', '/swarm/unlock', { body: { UnlockKey } });
};

/** The key from standard input; a terminal does not show what is typed. */
function* readKey(cli: DockerCli): Sys<string> {
  const terminal = cli.inTerminal;
  if (terminal === undefined) return (yield* readLine(cli)).trim();
  yield* cli.out('Enter unlock key: ');
  const mode = terminal.mode;
  terminal.setMode({ ...mode, echo: false });
  try {
    return (yield* readLine(cli)).replace(/\r?\n$/, '');
  } finally {
    terminal.setMode(mode);
    yield* cli.out('\n');
  }
}
