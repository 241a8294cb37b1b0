/**
 * What could come next: commands, flags, and names of things, for the shell's Tab key.
 *
 * Real:     docker/cli contrib/completion, cli/command/completion/functions.go
 * Left out: values of most flags.
 */
import type { Command } from '../cobra/command.ts';
import { newDockerCommand } from './root.ts';

/** Names that the engine knows; the shell asks its machine's engine for them. */
export type NameKind =
  'container' | 'image' | 'network' | 'volume' | 'service' | 'node' | 'stack' | 'config' | 'secret';

export interface CompletionEngine {
  names(kind: NameKind): readonly string[];
}

/** The words (after `docker`) with the unfinished one last; returns what it could become, sorted. */
export function complete(words: readonly string[], engine: CompletionEngine): string[] {
  const unfinished = words[words.length - 1] ?? '';
  let command = newDockerCommand();
  const path: string[] = [];
  for (const word of words.slice(0, -1)) {
    const next = word.startsWith('-') ? undefined : command.find(word);
    if (next === undefined) continue;
    command = next;
    path.push(next.name);
  }
  const all = candidates(command, path, unfinished, engine);
  const fitting = [...new Set(all)].filter((word) => word.startsWith(unfinished));
  return fitting.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function candidates(
  command: Command,
  path: readonly string[],
  unfinished: string,
  engine: CompletionEngine,
): readonly string[] {
  if (unfinished.startsWith('-')) {
    const flags = command.table.flags.filter((flag) => !flag.hidden);
    return ['--help', ...flags.map((flag) => `--${flag.name}`)];
  }
  if (command.commands.length > 0) {
    return command.commands.filter((sub) => !sub.table.hidden).map((sub) => sub.name);
  }
  const names = kindsOf(path).flatMap((kind) => engine.names(kind));
  return path.join(' ') === 'service scale' ? names.map((name) => `${name}=`) : names;
}

const NO_NAMES = [
  'create',
  'ls',
  'prune',
  'init',
  'join',
  'leave',
  'info',
  'version',
  'events',
  'df',
  'ps',
];
const TOP_IMAGES = ['run', 'create', 'push', 'rmi', 'history', 'save', 'tag', 'images', 'pull'];
const NOUNS: readonly NameKind[] = [
  'container',
  'image',
  'network',
  'volume',
  'service',
  'node',
  'stack',
  'config',
  'secret',
];

function kindsOf(path: readonly string[]): readonly NameKind[] {
  const [first = '', verb] = path;
  const noun = NOUNS.find((name) => name === first);
  if (first === 'inspect') return ['container', 'image', 'network', 'volume', 'service', 'node'];
  if (noun === undefined)
    return TOP_IMAGES.includes(first) ? ['image'] : verb === undefined ? ['container'] : [];
  if (noun === 'container' && (verb === 'run' || verb === 'create')) return ['image'];
  if (noun === 'service' && verb === 'create') return ['image'];
  if (noun === 'network' && (verb === 'connect' || verb === 'disconnect')) {
    return ['network', 'container'];
  }
  const takesNames = verb !== undefined && (!NO_NAMES.includes(verb) || verb === 'ps');
  return takesNames ? [noun] : [];
}
