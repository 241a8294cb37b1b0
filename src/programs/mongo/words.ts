/**
 * The shells' words that are no JavaScript: `show dbs`, `use NAME`, `it`, `help`.
 *
 * Real: mongo src/mongo/shell/utils.js `shellHelper`; mongosh packages/shell-api/src/shell-api.ts.
 */
import type { Sys } from '../../sim/index.ts';
import { number, text, type ObjectValue } from '../javascript/values.ts';
import { command, namesOf, type ShellState } from './database.ts';
import { shown } from './show.ts';

/** What the word prints; undefined: it is JavaScript. */
export function* helper(
  line: string,
  state: ShellState,
  nextPage: () => Sys<string>,
): Sys<string | undefined> {
  const [word = '', argument = ''] = line.replace(/;$/, '').split(/\s+/);
  if (word === 'it' && argument === '') return yield* nextPage();
  if (word === 'help' && argument === '') return help(state.isNew);
  if (word === 'use') {
    if (argument === '')
      return state.isNew
        ? 'MongoshInvalidInputError: [COMMON-10001] Missing required argument at position 0 (Shell.use)'
        : '';
    if (!/^[^/\\. "$*<>:|?]{1,63}$/.test(argument))
      return state.isNew
        ? `MongoshInvalidInputError: [COMMON-10001] Invalid database name: ${argument}`
        : `uncaught exception: Error: [${argument}] is not a valid database name :\n@(shell):1:1`;
    const isSame = state.db === argument;
    state.db = argument;
    return `${isSame && state.isNew ? 'already on' : 'switched to'} db ${argument}`;
  }
  if (word !== 'show') return undefined;
  switch (argument) {
    case 'dbs':
    case 'databases':
      return yield* databases(state);
    case 'collections':
    case 'tables':
      return namesOf(yield* command(state, state.db, { listCollections: 1 }))
        .map(text)
        .join('\n');
    case 'users': {
      const { users } = yield* command(state, state.db, { usersInfo: 1 });
      return state.isNew
        ? shown(users, true)
        : (users as ObjectValue[]).map((user) => shown(user, false)).join('\n');
    }
    case 'roles':
    case 'profile':
    case 'logs':
    case 'log':
      return `이 실습실에서는 지원하지 않습니다: show ${argument}`;
    default:
      return state.isNew
        ? `MongoshInvalidInputError: [COMMON-10001] '${argument}' is not a valid argument for "show".`
        : `uncaught exception: Error: don't know how to show [${argument}] :\nshellHelper.show@src/mongo/shell/utils.js:1191:11\nshellHelper@src/mongo/shell/utils.js:819:15\n@(shellhelp2):1:1`;
  }
}

function* databases(state: ShellState): Sys<string> {
  const reply = yield* command(state, 'admin', { listDatabases: 1 });
  const rows = (reply['databases'] as ObjectValue[]).map(
    ({ name, sizeOnDisk }) => [text(name), number(sizeOnDisk)] as const,
  );
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows
    .map(([name, bytes]) =>
      state.isNew
        ? `${name.padEnd(width)}  ${kibibytes(bytes)}`
        : `${name.padEnd(width)}  ${(bytes / 1024 / 1024 / 1024).toFixed(3)}GB`,
    )
    .join('\n');
}

function kibibytes(bytes: number): string {
  const kib = bytes / 1024;
  const shownSize = kib >= 1024 ? `${(kib / 1024).toFixed(2)} MiB` : `${kib.toFixed(2)} KiB`;
  return shownSize.padStart(10);
}

function help(isNew: boolean): string {
  return isNew
    ? "\n  Shell Help:\n\n    use                                        Set current database\n    show                                       'show databases'/'show dbs': Print a list of all available databases\n                                               'show collections'/'show tables': Print a list of all collections for current database\n    exit                                       Quit the MongoDB shell with exit/exit()/.exit\n"
    : '\tdb.help()                    help on db methods\n\tdb.mycoll.help()             help on collection methods\n\tshow dbs                     show database names\n\tshow collections             show collections in current database\n\tshow users                   show users in current database\n\tuse <db_name>                set current database\n\tdb.mycoll.find()             list objects in collection mycoll\n\tdb.mycoll.find( { a : 1 } )  list objects in mycoll where a == 1\n\tit                           result of the last line evaluated; use to further iterate\n\texit                         quit the mongo shell';
}
