import { normalize } from './sys.ts';
import type { Process, Sys } from './sys.ts';
import { builtins } from './builtins/index.ts';
import { isExecutable } from './exec.ts';
import type { Completion } from './line/editor.ts';
import type { Shell } from './run/shell.ts';
import { userNames } from './users.ts';

/**
 * Completes the arguments of one command. `words` are those before the cursor, the command first, the one to complete last.
 * Returns what may stand for the last word; undefined to complete file names.
 */
export type CommandCompleter = (
  process: Process,
  words: readonly string[],
) => Sys<readonly string[] | undefined>;

/** The completers of commands, by name, hang in `namespace.extra` under this key, as a `ReadonlyMap<string, CommandCompleter>`. */
export const COMPLETERS = 'completers';

/** What Tab offers at the end of `line`. */
export function* complete(shell: Shell, line: string, at: number): Sys<Completion> {
  const { words, begin } = currentWords(line.slice(0, at));
  const word = words.at(-1) ?? '';
  if (word.startsWith('$')) return variables(shell, word, begin);
  if (word.startsWith('~') && !word.includes('/'))
    return {
      begin,
      candidates: userNames(shell.files)
        .map((name) => `~${name}/`)
        .filter((one) => one.startsWith(word)),
    };
  if (words.length <= 1 && !word.includes('/')) return commands(shell, word, begin);
  const completers = shell.namespace.extra.get(COMPLETERS) as
    ReadonlyMap<string, CommandCompleter> | undefined;
  const completer = words.length > 1 ? completers?.get(words[0] ?? '') : undefined;
  const offered = completer && (yield* completer(shell.process, words));
  if (offered) return { begin, candidates: unique(offered.filter((one) => one.startsWith(word))) };
  if (words[0] === 'sudo' || words[0] === 'watch' || words[0] === 'which' || words[0] === 'type')
    if (words.length === 2 && !word.includes('/')) return commands(shell, word, begin);
  return paths(shell, word, begin, words[0] === 'cd' || words[0] === 'rmdir');
}

/** The words of the command that the cursor is in, quotes removed, and where the last one begins. */
function currentWords(text: string): { readonly words: string[]; readonly begin: number } {
  let words: string[] = [''];
  let begin = text.length;
  let isInWord = false;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote !== '') {
      if (c === quote) quote = '';
      else words[words.length - 1] += c;
      continue;
    }
    if (c === '\\') {
      if (!isInWord) start = i;
      isInWord = true;
      words[words.length - 1] += text[++i] ?? '';
    } else if (c === '"' || c === "'") {
      if (!isInWord) start = i;
      isInWord = true;
      quote = c;
    } else if (/[\s;|&()<>]/.test(c)) {
      if (isInWord) words.push('');
      isInWord = false;
      if (/[;|&(]/.test(c)) words = [''];
    } else {
      if (!isInWord) start = i;
      isInWord = true;
      words[words.length - 1] += c;
    }
  }
  if (isInWord) begin = start;
  // Assignments before a command are no words of it.
  while (words.length > 1 && /^[A-Za-z_]\w*=/.test(words[0] ?? '')) words.shift();
  return { words, begin };
}

function variables(shell: Shell, word: string, begin: number): Completion {
  const braces = word.startsWith('${');
  const prefix = word.slice(braces ? 2 : 1);
  const names = shell.variables
    .visible()
    .map(([name]) => name)
    .filter((name) => name.startsWith(prefix));
  return { begin, candidates: names.map((name) => (braces ? `\${${name}}` : `$${name}`)) };
}

function commands(shell: Shell, word: string, begin: number): Completion {
  const names = new Set<string>([
    ...builtins.keys(),
    'exec',
    ...shell.functions.keys(),
    ...shell.aliases.keys(),
    'if',
    'for',
    'while',
    'case',
    'until',
    'function',
  ]);
  for (const folder of shell.path.split(':').filter(Boolean)) {
    const path = normalize(folder, shell.cwd);
    if (shell.files.lookup(path)?.type !== 'directory') continue;
    for (const name of shell.files.list(path))
      if (isExecutable(shell.process, `${path}/${name}`)) names.add(name);
  }
  return { begin, candidates: unique([...names].filter((name) => name.startsWith(word))) };
}

function paths(shell: Shell, word: string, begin: number, onlyFolders: boolean): Completion {
  const slash = word.lastIndexOf('/');
  const shownFolder = word.slice(0, slash + 1);
  const prefix = word.slice(slash + 1);
  const home = shell.get('HOME') ?? '/';
  const folder = normalize(shownFolder.replace(/^~(?=\/)/, home) || '.', shell.cwd);
  if (shell.files.lookup(folder)?.type !== 'directory') return { begin, candidates: [] };
  const names = shell.files
    .list(folder)
    .filter((name) => name.startsWith(prefix) && (prefix.startsWith('.') || !name.startsWith('.')));
  const entries = names
    .map((name) => ({
      name,
      isFolder: shell.files.lookup(normalize(name, folder))?.type === 'directory',
    }))
    .filter(({ isFolder }) => isFolder || !onlyFolders);
  return {
    begin,
    candidates: entries.map(
      ({ name, isFolder }) => shownFolder + escaped(name) + (isFolder ? '/' : ''),
    ),
    shown: entries.map(({ name, isFolder }) => name + (isFolder ? '/' : '')),
  };
}

function escaped(name: string): string {
  return name.replace(/[\s'"\\$&;|<>()*?[\]{}!#`]/g, '\\$&');
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
