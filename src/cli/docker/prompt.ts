/**
 * Questions at the terminal.
 *
 * Real: docker/cli internal/prompt/prompt.go
 */
import type { DockerCli } from '../cli.ts';
import { read } from '../process.ts';
import type { Sys } from '../process.ts';

/** One line of standard input, with its newline unless the input ended. */
export function* readLine(cli: DockerCli): Sys<string> {
  let line = '';
  for (;;) {
    const text = yield* read(cli.process.stdin);
    line += text;
    if (text === '' || line.includes('\n')) return line;
  }
}

/** Asks for y or Y. */
export function* confirm(cli: DockerCli, message: string): Sys<boolean> {
  yield* cli.out(`${message} [y/N] `);
  return (yield* readLine(cli)).trim().toLowerCase() === 'y';
}
