/**
 * From words to a command: global flags, the way down the tree, the command's own flags and arguments.
 *
 * Real:     spf13/cobra command.go (Traverse, execute), docker/cli cmd/docker/docker.go
 * Left out: plugins, aliases of config.json, `__complete`.
 */
import type { DockerCli } from '../cli.ts';
import { isOlder } from '../client.ts';
import { StatusError } from '../errors.ts';
import { goQuote } from '../formatter/strconv.ts';
import type { ValueContext } from '../opts/value.ts';
import type { Sys } from '../process.ts';
import { checkArgs } from './args.ts';
import type { Command, FlagTable, Invocation } from './command.ts';
import type { Flag } from './flagset.ts';
import { FlagError, FlagSet } from './flagset.ts';
import type { HelpScope } from './usage.ts';
import { usage } from './usage.ts';

const HELP: FlagTable = {
  name: 'help',
  short: 'h',
  type: 'bool',
  usage: 'Print usage',
  hidden: true,
  shortDeprecated: 'use --help',
};

/** The flags of `docker` itself, read up to the first command. */
export interface RootFlags {
  readonly flags: FlagSet;
  readonly help: Flag;
}

export function parseRootFlags(
  root: Command,
  words: readonly string[],
  context: ValueContext,
  warn: (text: string) => void,
): RootFlags {
  const flags = FlagSet.of([...root.table.flags, HELP], context, warn);
  const help = flags.flags.get('help');
  if (help === undefined) throw new Error('the help flag is always there');
  flags.parse(words, false);
  return { flags, help };
}

export function flagError(command: Command, error: FlagError): StatusError {
  return new StatusError(
    `${error.message}\n\nUsage:  ${command.useLine}\n\nRun '${command.path} --help' for more information`,
    125,
  );
}

/** Runs `words`, what follows the global flags. */
export function* execute(
  cli: DockerCli,
  root: Command,
  rootFlags: RootFlags,
  context: ValueContext,
): Sys<void> {
  let pending = '';
  const warn = (text: string): void => void (pending += text);
  const words = rootFlags.flags.args;
  if (isClassicBuild(words)) yield* cli.err(buildWarning(cli));
  let command = root;
  let rest = [...words];
  let flags = command === root ? rootFlags.flags : undefined;
  // Go down: flags that stand before a subcommand's name belong to the command above it.
  for (;;) {
    const step = nextCommand(command, rest);
    if (step === undefined) break;
    if (step.flags.length > 0) {
      flags ??= flagSetOf(command, rootFlags, context, warn);
      parseFlags(command, flags, step.flags);
    }
    command = step.command;
    rest = step.rest;
    flags = undefined;
  }
  if (command !== root) {
    flags = flagSetOf(command, rootFlags, context, warn);
    parseFlags(command, flags, rest);
  }
  if (flags === undefined) return;
  yield* cli.err(pending);
  yield* runCommand(cli, { command, flags, args: flags.args }, rootFlags.help);
}

const BUILD_DEPRECATED =
  'DEPRECATED: The legacy builder is deprecated and will be removed in a future release.';

const BUILDX_MISSING = `Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/`;

const BUILDKIT_DISABLED = `BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.`;

/** Said before anything else; who insists on BuildKit gets no further. */
function buildWarning(cli: DockerCli): string {
  const wish = cli.env('DOCKER_BUILDKIT');
  if (/^(1|t|T|true|TRUE|True)$/.test(wish)) {
    throw new StatusError(`ERROR: BuildKit is enabled but the buildx component is missing or broken.
       Install the buildx component to build images with BuildKit:
       https://docs.docker.com/go/buildx/`);
  }
  const isDisabled = /^(0|f|F|false|FALSE|False)$/.test(wish);
  if (wish !== '' && !isDisabled) {
    const reason = `strconv.ParseBool: parsing ${goQuote(wish)}: invalid syntax`;
    throw new StatusError(`DOCKER_BUILDKIT environment variable expects boolean value: ${reason}`);
  }
  return `${BUILD_DEPRECATED}\n            ${isDisabled ? BUILDKIT_DISABLED : BUILDX_MISSING}\n\n`;
}

/** Without buildx every `docker build` says that its days are counted. */
function isClassicBuild(words: readonly string[]): boolean {
  const [first, second] = words;
  return first === 'build' || first === 'builder' || (first === 'image' && second === 'build');
}

function flagSetOf(
  command: Command,
  rootFlags: RootFlags,
  context: ValueContext,
  warn: (text: string) => void,
): FlagSet {
  const flags = FlagSet.of(command.table.flags, context, warn);
  for (let at = command.parent; at !== undefined; at = at.parent) {
    const inherited = FlagSet.of(
      at.table.flags.filter((table) => table.persistent),
      context,
    );
    for (const flag of inherited.flags.values()) flags.addFlag(flag);
  }
  flags.addFlag(rootFlags.help);
  return flags;
}

function parseFlags(command: Command, flags: FlagSet, words: readonly string[]): void {
  try {
    flags.parse(words, command.table.interspersed ?? true);
  } catch (error) {
    if (error instanceof FlagError) throw flagError(command, error);
    throw error;
  }
}

interface Step {
  readonly command: Command;
  readonly flags: string[];
  readonly rest: string[];
}

function nextCommand(command: Command, words: readonly string[]): Step | undefined {
  const flags: string[] = [];
  let takesValue = false;
  for (const [i, word] of words.entries()) {
    if (word.startsWith('--') && !word.includes('=')) {
      takesValue = !isBool(command, word.slice(2), 'name');
      flags.push(word);
    } else if (word.startsWith('-') && !word.includes('=') && word.length === 2) {
      takesValue = !isBool(command, word.slice(1), 'short');
      flags.push(word);
    } else if (takesValue) {
      takesValue = false;
      flags.push(word);
    } else if (/^-[^-]|^--[^-]/.test(word)) {
      flags.push(word);
    } else {
      const next = command.find(word);
      return next === undefined ? undefined : { command: next, flags, rest: words.slice(i + 1) };
    }
  }
  return undefined;
}

function isBool(command: Command, name: string, key: 'name' | 'short'): boolean {
  const flag = [...command.table.flags, HELP].find((table) => table[key] === name);
  return flag?.type === 'bool';
}

function* runCommand(cli: DockerCli, invocation: Invocation, help: Flag): Sys<void> {
  const { command, flags, args } = invocation;
  if (help.value.get() === true || flags.bool('help')) {
    yield* printHelp(cli, command);
    return;
  }
  if (command.parent === undefined) {
    if (flags.bool('version')) {
      yield* cli.println('Docker version 28.2.2, build e6534b4');
      return;
    }
    if (args.length === 0) yield* cli.err(yield* helpText(cli, command));
    else {
      throw new StatusError(
        `docker: unknown command: docker ${args[0] ?? ''}\n\nRun 'docker --help' for more information`,
      );
    }
    return;
  }
  yield* requireCommandSupport(cli, command);
  if (command.table.args !== undefined) checkArgs(command, command.table.args, args);
  yield* requireFlagSupport(cli, invocation);
  if (command.run !== undefined) yield* command.run(cli, invocation);
  else yield* cli.err(yield* helpText(cli, command));
}

/** `docker help run`. */
export function* runHelp(cli: DockerCli, { command, args }: Invocation): Sys<void> {
  let found = command.root;
  for (const word of args) {
    const next = found.find(word);
    if (next === undefined) throw new StatusError(`unknown help topic: ${args.join(' ')}`);
    found = next;
  }
  yield* printHelp(cli, found);
}

/** Help of a command that the daemon does not know is the reason why. */
function* printHelp(cli: DockerCli, command: Command): Sys<void> {
  try {
    yield* requireCommandSupport(cli, command);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    yield* cli.println(error.message);
    return;
  }
  yield* cli.out(yield* helpText(cli, command));
}

export function* helpText(cli: DockerCli, command: Command): Sys<string> {
  const info = yield* cli.client.serverInfo();
  const { version } = cli.client;
  const scope: HelpScope = {
    columns: cli.inTerminal?.columns ?? 80,
    home: cli.env('HOME') || cli.process.user.home,
    outIsTerminal: cli.outTerminal !== undefined,
    supports: ({ since, swarm, experimental, ostype }) => {
      if (ostype !== undefined && info.osType !== '' && ostype !== info.osType) return false;
      if (experimental === true && !info.hasExperimental) return false;
      if (since !== undefined && isOlder(version, since)) return false;
      if (info.swarm === undefined) return true;
      if (swarm === 'manager') return info.swarm.isManager;
      return swarm !== 'active' || info.swarm.state !== 'inactive';
    },
  };
  return usage(command, scope);
}

/** Refuses what the daemon is too old for; asks it only when there is something to compare. */
function* requireCommandSupport(cli: DockerCli, command: Command): Sys<void> {
  for (let at: Command | undefined = command; at !== undefined; at = at.parent) {
    const { since, experimental } = at.table;
    if (experimental === true && !(yield* cli.client.serverInfo()).hasExperimental) {
      throw new StatusError(
        `${command.path} is only supported on a Docker daemon with experimental features enabled`,
      );
    }
    if (since === undefined) continue;
    yield* cli.client.serverInfo();
    const { version } = cli.client;
    if (isOlder(version, since)) {
      throw new StatusError(
        `${command.path} requires API version ${since}, but the Docker daemon API version is ${version}`,
      );
    }
  }
}

function* requireFlagSupport(cli: DockerCli, { flags }: Invocation): Sys<void> {
  const complaints: string[] = [];
  const changed = [...flags.flags.values()].filter((flag) => flag.changed);
  for (const { table } of changed) {
    const isRestricted =
      table.since !== undefined || table.experimental === true || table.ostype !== undefined;
    if (!isRestricted) continue;
    const info = yield* cli.client.serverInfo();
    const { version } = cli.client;
    if (table.since !== undefined && isOlder(version, table.since)) {
      complaints.push(
        `"--${table.name}" requires API version ${table.since}, but the Docker daemon API version is ${version}`,
      );
    } else if (table.ostype !== undefined && info.osType !== '' && table.ostype !== info.osType) {
      complaints.push(
        `"--${table.name}" is only supported on a Docker daemon running on ${table.ostype}, but the Docker daemon is running on ${info.osType}`,
      );
    } else if (table.experimental === true && !info.hasExperimental) {
      complaints.push(
        `"--${table.name}" is only supported on a Docker daemon with experimental features enabled`,
      );
    }
  }
  if (complaints.length > 0) throw new StatusError(complaints.join('\n'));
}
