/**
 * Files of `NAME=value` lines.
 *
 * Real: docker/cli pkg/kvfile/kvfile.go
 */
import type { DockerCli } from '../cli.ts';
import { StatusError } from '../errors.ts';
import { cut } from '../opts/csv.ts';

/** A name alone takes its value from the shell, or is dropped when the shell has none. */
export function readEnvFiles(cli: DockerCli, paths: readonly string[]): string[] {
  return readKeyValueFiles(cli, paths, (name) => cli.process.env.get(name));
}

/** Files of labels: a name alone is a label without a value. */
export function readLabelFiles(cli: DockerCli, paths: readonly string[]): string[] {
  return readKeyValueFiles(cli, paths, undefined);
}

function readKeyValueFiles(
  cli: DockerCli,
  paths: readonly string[],
  lookup: ((name: string) => string | undefined) | undefined,
): string[] {
  return paths.flatMap((path) =>
    cli
      .readFile(path)
      .replace(/^\ufeff/, '')
      .split('\n')
      .flatMap((raw) => readLine(raw.replace(/\r$/, '').replace(/^\s+/, ''), path, lookup)),
  );
}

function readLine(
  line: string,
  path: string,
  lookup: ((name: string) => string | undefined) | undefined,
): string[] {
  if (line === '' || line.startsWith('#')) return [];
  const [name, value, hasValue] = cut(line);
  const fail = (reason: string): StatusError =>
    new StatusError(`invalid env file (${path}): ${reason}`);
  if (name === '') throw fail(`no variable name on line '${line}'`);
  if (/[ \t]/.test(name)) throw fail(`variable '${name}' contains whitespaces`);
  if (hasValue) return [`${name}=${value}`];
  if (lookup === undefined) return [name];
  const known = lookup(name.trim());
  return known === undefined ? [] : [`${name}=${known}`];
}
