/**
 * `docker import`.
 *
 * Real:     docker/cli cli/command/image/import.go
 * Left out: URLs as sources.
 */
import type { Run } from '../../cobra/command.ts';
import { readAll } from '../../process.ts';
import { notSupported } from '../unsupported.ts';
import { showProgress } from './pull.ts';

export const runImport: Run = function* (cli, { flags, args }) {
  const [source = '', name = ''] = args;
  if (/^https?:\/\//.test(source)) throw notSupported('docker import URL');
  const rawBody = source === '-' ? yield* readAll(cli.process.stdin) : cli.readFile(source);
  const response = yield* cli.client.request('POST', '/images/create', {
    query: {
      fromSrc: '-',
      repo: name,
      message: flags.string('message') || undefined,
      platform: flags.string('platform') || undefined,
      changes: flags.list('change'),
    },
    headers: { 'Content-Type': 'text/plain' },
    rawBody,
  });
  yield* showProgress(response, {
    isQuiet: false,
    write: (text) => cli.out(text),
    terminal: cli.outTerminal,
  });
};
