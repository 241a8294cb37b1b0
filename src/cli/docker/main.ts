/**
 * The program `docker`.
 *
 * Real:     docker/cli cmd/docker/docker.go, cli/flags/options.go, opts/hosts.go
 * Left out: plugins, TLS.
 */
import { DockerCli, absolutePath } from '../cli.ts';
import type { GlobalOptions } from '../cli.ts';
import { execute, flagError, parseRootFlags } from '../cobra/execute.ts';
import type { FlagSet } from '../cobra/flagset.ts';
import { FlagError } from '../cobra/flagset.ts';
import { StatusError } from '../errors.ts';
import type { ValueContext } from '../opts/value.ts';
import { SystemError, sleep, write } from '../process.ts';
import type { Process, Program, Sys } from '../process.ts';
import { engineTransport } from '../transport.ts';
import type { Transport } from '../transport.ts';
import { resolveHost } from './context/resolve.ts';
import { newDockerCommand } from './root.ts';

/** Until the program is loaded and asks its engine. */
const START_MS = 30;

export const docker: Program = function* (process) {
  yield* sleep(START_MS);
  return yield* dockerOver(process, engineTransport);
};

const LOG_LEVELS = ['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'];

/** `docker` over any transport. */
export function* dockerOver(process: Process, transport: Transport): Sys<number> {
  try {
    yield* runDocker(process, transport);
    return 0;
  } catch (error) {
    if (error instanceof StatusError) {
      if (error.message !== '') yield* write(process.stderr, `${error.message}\n`);
      return error.code;
    }
    if (error instanceof SystemError && error.code === 'EPIPE') return 141;
    throw error;
  }
}

function* runDocker(process: Process, transport: Transport): Sys<void> {
  const root = newDockerCommand();
  const context = valueContext(process);
  let warnings = '';
  const rootFlags = yield* attempt(() =>
    parseRootFlags(root, process.argv.slice(1), context, (text) => void (warnings += text)),
  );
  if (rootFlags instanceof FlagError) throw flagError(root, rootFlags);
  yield* write(process.stderr, warnings);
  const { flags } = rootFlags;
  const level = flags.string('log-level');
  if (!LOG_LEVELS.includes(level.toLowerCase())) {
    throw new StatusError(`Unable to parse logging level: ${level}`);
  }
  if (flags.string('context') !== '' && flags.list('host').length > 0) {
    throw new StatusError('conflicting options: cannot specify both --host and --context');
  }
  const cli = new DockerCli(process, globalOptions(process, flags), transport);
  yield* execute(cli, root, rootFlags, context);
}

function* attempt<T>(run: () => T): Sys<T | FlagError> {
  try {
    return run();
  } catch (error) {
    if (error instanceof FlagError) return error;
    throw error;
  }
}

function valueContext(process: Process): ValueContext {
  const absolute = (path: string): string => absolutePath(process.cwd, path);
  return {
    env: process.env,
    absolute,
    readFile: (path) => {
      try {
        return process.namespace.files.readFile(absolute(path));
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        throw new Error(`open ${path}: ${error.text.toLowerCase()}`);
      }
    },
  };
}

function globalOptions(process: Process, flags: FlagSet): GlobalOptions {
  const configDir = flags.changed('config')
    ? flags.string('config')
    : (process.env.get('DOCKER_CONFIG') ??
      `${process.env.get('HOME') ?? process.user.home}/.docker`);
  const isDebug = flags.bool('debug');
  const { host, context, error } = resolveHost(process, {
    hosts: flags.list('host'),
    context: flags.string('context'),
    configDir,
  });
  return { host, context, configDir, isDebug, hostError: error };
}
