/**
 * What `~/.docker/config.json` says about formats, keys and pruning.
 *
 * Real:     docker/cli cli/config/configfile/file.go
 * Left out: credential helpers, plugins, aliases.
 */
import type { DockerCli } from '../cli.ts';
import type { FlagSet } from '../cobra/flagset.ts';
import { readJSON } from './context/resolve.ts';

export interface ConfigFile {
  readonly [setting: string]: unknown;
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly pruneFilters?: readonly string[];
  readonly detachKeys?: string;
}

export function configFile(cli: DockerCli): ConfigFile {
  const path = `${cli.options.configDir}/config.json`;
  const config = readJSON(cli.process, path);
  return typeof config === 'object' && config !== null ? (config as ConfigFile) : {};
}

/** `--format`, else what the configuration wants for this list, else nothing. */
export function configFormat(cli: DockerCli, flags: FlagSet, setting: string): string {
  const given = flags.string('format');
  if (given !== '') return given;
  const wanted = configFile(cli)[setting];
  return typeof wanted === 'string' && !flags.bool('quiet') ? wanted : '';
}
