/**
 * Help: the usage page of a command, with flags wrapped to the terminal.
 *
 * Real:     docker/cli cli/cobra.go (usageTemplate); spf13/pflag flag.go (FlagUsagesWrapped)
 * Left out: plugins in the list of commands.
 */
import type { Command } from './command.ts';
import type { FlagTable } from './command.ts';

/** What the daemon told about itself decides what help hides. */
export interface HelpScope {
  readonly columns: number;
  readonly home: string;
  readonly supports: (item: {
    readonly since?: string;
    readonly swarm?: string;
    readonly experimental?: boolean;
    readonly ostype?: string;
  }) => boolean;
  readonly outIsTerminal: boolean;
}

const MIN_NAME_PADDING = 11;

export function usage(command: Command, scope: HelpScope): string {
  const { table } = command;
  const flags = table.flags.filter((flag) => !flag.hidden && scope.supports(flag));
  const hasCommands = command.commands.length > 0;
  const options = flags.length > 0 ? ' [OPTIONS]' : '';
  let text = hasCommands
    ? `Usage:  ${command.path}${options} COMMAND`
    : `Usage:  ${command.useLine}`;
  text += `\n\n${(table.long ?? table.short).trim()}`;
  text += aliases(command);
  const shown = flags.length > 0 ? flagUsages(flags, scope) : '';
  if (command.parent !== undefined && shown !== '') text += `\n\nOptions:\n${shown}`;
  text += commandLists(command, scope);
  if (command.parent === undefined) text += `\n\nGlobal Options:\n${shown}`;
  if (hasCommands) {
    text += `\n\nRun '${command.path} COMMAND --help' for more information on a command.`;
  }
  if (command.parent === undefined) {
    const more = 'For more help on how to use Docker, head to https://docs.docker.com/go/guides/';
    text += `\n\n${scope.outIsTerminal ? `\u001b[1m${more}\u001b[0m` : more}`;
  }
  return `${text}\n`;
}

function aliases(command: Command): string {
  const { aliasLine, aliases: names } = command.table;
  if (aliasLine !== undefined) return `\n\nAliases:\n  ${aliasLine}`;
  if (names === undefined || names.length === 0) return '';
  const parent = command.parent === undefined ? '' : `${command.parent.path} `;
  return `\n\nAliases:\n  ${[command.path, ...names.map((name) => parent + name)].join(', ')}`;
}

/** The four lists of a command's commands, in the order of the usage template. */
function commandLists(command: Command, scope: HelpScope): string {
  const available = command.commands.filter(
    (sub) => !sub.table.hidden && scope.supports(sub.table),
  );
  const groups = available.filter((sub) => sub.commands.length > 0);
  const isTop = (sub: Command): boolean =>
    command.parent === undefined && sub.table.categoryTop !== undefined;
  const top = available
    .filter(isTop)
    .sort((a, b) => (a.table.categoryTop ?? 0) - (b.table.categoryTop ?? 0));
  const operations = available.filter((sub) => !isTop(sub) && sub.commands.length === 0);
  return (
    list('Common Commands', top, command) +
    list(
      'Management Commands',
      groups.filter((sub) => sub.table.swarm === undefined),
      command,
    ) +
    list(
      'Swarm Commands',
      groups.filter((sub) => sub.table.swarm !== undefined),
      command,
    ) +
    list('Commands', operations, command)
  );
}

function list(title: string, commands: readonly Command[], parent: Command): string {
  if (commands.length === 0) return '';
  const longest = Math.max(MIN_NAME_PADDING, ...parent.commands.map((sub) => sub.name.length));
  const rows = commands.map((sub) => `  ${sub.name.padEnd(longest)} ${sub.table.short}`);
  return `\n\n${title}:\n${rows.join('\n')}`;
}

function flagUsages(flags: readonly FlagTable[], scope: HelpScope): string {
  const rows = flags.map((flag) => ({ left: leftOf(flag), right: rightOf(flag, scope.home) }));
  const longest = Math.max(...rows.map((row) => row.left.length)) + 1;
  const lines = rows.map(({ left, right }) => {
    const gap = ' '.repeat(longest - left.length);
    return `${left} ${gap} ${wrap(longest + 2, scope.columns - 1, right)}`;
  });
  return lines.join('\n').replace(/\s+$/, '');
}

function leftOf(flag: FlagTable): string {
  const name =
    flag.short !== undefined && flag.shortDeprecated === undefined
      ? `  -${flag.short}, --${flag.name}`
      : `      --${flag.name}`;
  return flag.type === 'bool' ? name : `${name} ${flag.type}`;
}

function rightOf(flag: FlagTable, home: string): string {
  let text = flag.usage;
  if (flag.def !== undefined) {
    const def = flag.def.replace('$HOME', home);
    text += ` (default ${flag.type === 'string' ? `"${def}"` : def})`;
  }
  if (flag.deprecated !== undefined) text += ` (DEPRECATED: ${flag.deprecated})`;
  return text;
}

/** Splits off at most `width` characters (`slop` more if that is all) at the last blank. */
function wrapN(width: number, slop: number, text: string): readonly [string, string] {
  if (width + slop > text.length) return [text, ''];
  let at = -1;
  for (let i = Math.min(width, text.length) - 1; i >= 0; i -= 1) {
    if (' \t\n'.includes(text[i] ?? '')) {
      at = i;
      break;
    }
  }
  if (at <= 0) return [text, ''];
  const newline = text.slice(0, at).indexOf('\n');
  const cut = newline > 0 && newline < at ? newline : at;
  return [text.slice(0, cut), text.slice(cut + 1)];
}

function wrap(indentWanted: number, columns: number, text: string): string {
  let indent = indentWanted;
  if (columns === 0) return text.replaceAll('\n', `\n${' '.repeat(indent)}`);
  const slop = 5;
  let width = columns - indent;
  let result = '';
  if (width < 24) {
    // Too narrow beside the flag: the text goes on the next line instead.
    indent = 16;
    width = columns - indent;
    result += `\n${' '.repeat(indent)}`;
  }
  if (width < 24) return text.replaceAll('\n', result);
  width -= slop;
  const margin = `\n${' '.repeat(indent)}`;
  let [line, rest] = wrapN(width, slop, text);
  result += line.replaceAll('\n', margin);
  while (rest !== '') {
    [line, rest] = wrapN(width, slop, rest);
    result += margin + line.replaceAll('\n', margin);
  }
  return result;
}
