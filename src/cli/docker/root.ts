/**
 * `docker`: all its commands.
 *
 * Real:     docker/cli cli/command/commands/commands.go
 * Left out: buildx, compose and other plugins; dial-stdio.
 */
import { Command } from '../cobra/command.ts';
import { runHelp } from '../cobra/execute.ts';
import { newNetworkCommand } from './network/cmd.ts';
import { newNodeCommand } from './node/cmd.ts';
import { rootFlagTables } from './rootflags.ts';
import { newSwarmCommand } from './swarm/cmd.ts';
import { newSystemCommand } from './system/cmd.ts';
import { newVersionCommand } from './system/version.ts';

/** Where a command stands among the common ones of `docker --help`. */
const COMMON: Readonly<Record<string, number>> = {
  run: 1,
  exec: 2,
  ps: 3,
  build: 4,
  pull: 5,
  push: 6,
  images: 7,
  login: 8,
  logout: 9,
  search: 10,
  version: 11,
  info: 12,
};

/** The old names at the top: `docker ps` is `docker container ls`. */
const ALIASES: readonly (readonly [name: string, noun: string, verb: string])[] = [
  ...[
    'attach',
    'commit',
    'cp',
    'create',
    'diff',
    'exec',
    'export',
    'kill',
    'logs',
    'pause',
    'port',
    'rename',
    'restart',
    'rm',
    'run',
    'start',
    'stats',
    'stop',
    'top',
    'unpause',
    'update',
    'wait',
  ].map((name) => [name, 'container', name] as const),
  ['ps', 'container', 'ls'],
  ...['build', 'history', 'import', 'load', 'pull', 'push', 'save', 'tag'].map(
    (name) => [name, 'image', name] as const,
  ),
  ['images', 'image', 'ls'],
  ['rmi', 'image', 'rm'],
  ['events', 'system', 'events'],
  ['info', 'system', 'info'],
];

/** Commands that the page loads after the first ones. Empty until `addLaterCommands` was called. */
let later: readonly (() => Command)[] = [];

/** Makes the commands of `rest.ts` known; once is enough. */
export function addLaterCommands(commands: readonly (() => Command)[]): void {
  later = commands;
}

/** The tree of all commands that are there. `docker --help` sorts them, so their order does not matter. */
export function newDockerCommand(): Command {
  const root = new Command({
    use: 'docker [OPTIONS] COMMAND [ARG...]',
    short: 'A self-sufficient runtime for containers',
    flags: rootFlagTables,
  });
  root.add(
    newNetworkCommand(),
    newNodeCommand(),
    newSwarmCommand(),
    newSystemCommand(),
    common(newVersionCommand()),
    ...later.map((make) => common(make())),
    new Command(
      { use: 'help [command]', short: 'Help about the command', hidden: true, flags: [] },
      runHelp,
    ),
  );
  const known = ALIASES.filter(([, noun]) => root.find(noun) !== undefined);
  return root.add(...known.map(([name, noun, verb]) => topLevel(root, name, noun, verb)));
}

function common(command: Command): Command {
  const categoryTop = COMMON[command.name];
  return categoryTop === undefined
    ? command
    : new Command({ ...command.table, categoryTop }, command.run);
}

function topLevel(root: Command, name: string, noun: string, verb: string): Command {
  const original = root.find(noun)?.find(verb);
  if (original === undefined) throw new Error(`no command docker ${noun} ${verb}`);
  const { aliases, ...table } = original.table;
  // `docker cp` names itself a second time on the next line of its usage.
  const use = `${name}${table.use.slice(verb.length)}`;
  void aliases;
  return common(new Command({ ...table, use }, original.run));
}
