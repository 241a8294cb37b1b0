/**
 * `docker load`.
 *
 * Real: docker/cli cli/command/image/load.go
 */
import type { Run } from '../../cobra/command.ts';
import { StatusError } from '../../errors.ts';
import { read, readAll } from '../../process.ts';
import { showProgress } from './pull.ts';

export const runLoad: Run = function* (cli, { flags }) {
  const path = flags.string('input');
  if (path === '' && cli.inTerminal !== undefined) {
    throw new StatusError('requested load from stdin, but stdin is empty');
  }
  const rawBody = path === '' ? yield* readAll(cli.process.stdin) : cli.readFile(path);
  const isQuiet = flags.bool('quiet') || cli.outTerminal === undefined;
  const response = yield* cli.client.request('POST', '/images/load', {
    query: { quiet: isQuiet ? '1' : '0' },
    headers: { 'Content-Type': 'application/x-tar' },
    rawBody,
  });
  if ((response.headers.get('content-type') ?? '').startsWith('application/json')) {
    yield* showProgress(response, {
      isQuiet: false,
      write: (text) => cli.out(text),
      terminal: cli.outTerminal,
    });
    return;
  }
  for (let text = yield* read(response.body); text !== ''; text = yield* read(response.body)) {
    yield* cli.out(text);
  }
  response.close();
};
