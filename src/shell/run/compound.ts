import { LineReader, write } from '../sys.ts';
import type { Sys } from '../sys.ts';
import { evaluate } from '../expand/arithmetic.ts';
import { arithmeticVariables, expandPattern, expandText, expandWords } from '../expand/expand.ts';
import { matches } from '../expand/pattern.ts';
import type { Compound, List, Word } from '../syntax/ast.ts';
import { conditional } from './conditional.ts';
import { runList, waitForeground } from './execute.ts';
import { codeOf } from './jobs.ts';
import { BreakSignal, ContinueSignal } from './signals.ts';
import type { Shell } from './shell.ts';
import { spawnSubshell } from './substitute.ts';

/** Runs a command made of commands. Its redirections are in force already. */
export function* runCompound(shell: Shell, command: Compound, source: string): Sys<number> {
  switch (command.kind) {
    case 'group':
      return yield* runList(shell, command.body);
    case 'subshell': {
      const child = spawnSubshell(shell, shell.io, { leadsGroup: shell.controlsJobs }, (sub) =>
        runList(sub, command.body, true),
      );
      return (yield* waitForeground(shell, [child], source || command.source)) === 'stopped'
        ? 148
        : codeOf(child);
    }
    case 'if':
      return yield* runIf(shell, command);
    case 'while':
      return yield* loop(
        shell,
        function* () {
          return ((yield* runGuarded(shell, command.test)) === 0) !== command.isUntil;
        },
        command.body,
      );
    case 'for':
      return yield* runFor(shell, command.name, command.words, command.body);
    case 'select':
      return yield* runSelect(shell, command.name, command.words, command.body);
    case 'arithmetic-for': {
      yield* arithmetic(shell, command.begin);
      return yield* loop(
        shell,
        function* () {
          return (
            command.test.source.trim() === '' || (yield* arithmetic(shell, command.test)) !== 0n
          );
        },
        command.body,
        function* () {
          yield* arithmetic(shell, command.step);
        },
      );
    }
    case 'case':
      return yield* runCase(shell, command);
    case 'arithmetic':
      return (yield* arithmetic(shell, command.word)) === 0n ? 1 : 0;
    case 'conditional':
      return yield* conditional(shell, command.test);
    default:
      return command satisfies never;
  }
}

function* arithmetic(shell: Shell, word: Word): Sys<bigint> {
  return evaluate(yield* expandText(shell, word), arithmeticVariables(shell));
}

function* runGuarded(shell: Shell, list: List): Sys<number> {
  shell.guarded++;
  try {
    return yield* runList(shell, list);
  } finally {
    shell.guarded--;
  }
}

function* runIf(shell: Shell, command: Extract<Compound, { kind: 'if' }>): Sys<number> {
  for (const { test, body } of command.branches)
    if ((yield* runGuarded(shell, test)) === 0) return yield* runList(shell, body);
  return command.otherwise ? yield* runList(shell, command.otherwise) : 0;
}

/** Runs `body` while `test` says so; `break` and `continue` end here. */
function* loop(
  shell: Shell,
  test: () => Sys<boolean>,
  body: List,
  step?: () => Sys<void>,
): Sys<number> {
  let status = 0;
  shell.loops++;
  try {
    while (yield* test()) {
      yield* shell.tick();
      try {
        status = yield* runList(shell, body);
      } catch (error) {
        if (error instanceof BreakSignal) {
          if (--error.levels > 0) throw error;
          return 0;
        }
        if (!(error instanceof ContinueSignal)) throw error;
        if (--error.levels > 0) throw error;
        status = 0;
      }
      if (step) yield* step();
    }
    return status;
  } finally {
    shell.loops--;
  }
}

function* runFor(
  shell: Shell,
  name: string,
  words: readonly Word[] | undefined,
  body: List,
): Sys<number> {
  const values = words ? yield* expandWords(shell, words) : [...shell.positional];
  let next = 0;
  return yield* loop(
    shell,

    function* () {
      if (next >= values.length) return false;
      shell.set(name, undefined, values[next++] as string);
      return true;
    },
    body,
  );
}

function* runSelect(
  shell: Shell,
  name: string,
  words: readonly Word[] | undefined,
  body: List,
): Sys<number> {
  const values = words ? yield* expandWords(shell, words) : [...shell.positional];
  const menu = values.map((value, index) => `${index + 1}) ${value}\n`).join('');
  const lines = new LineReader(shell.io.stdin);
  return yield* loop(
    shell,
    function* () {
      yield* write(shell.io.stderr, `${menu}${shell.get('PS3') ?? '#? '}`);
      const line = yield* lines.next();
      if (line === undefined) return false;
      shell.set('REPLY', undefined, line);
      shell.set(name, undefined, values[Number(line) - 1] ?? '');
      return true;
    },
    body,
  );
}

function* runCase(shell: Shell, command: Extract<Compound, { kind: 'case' }>): Sys<number> {
  const text = yield* expandText(shell, command.word);
  let status = 0;
  let fallsThrough = false;
  for (const { patterns, body, end } of command.items) {
    let isMatch = fallsThrough;
    for (const pattern of patterns) isMatch ||= matches(yield* expandPattern(shell, pattern), text);
    if (!isMatch) continue;
    status = body.items.length === 0 ? 0 : yield* runList(shell, body);
    if (end === ';;') return status;
    fallsThrough = end === ';&';
  }
  return status;
}
