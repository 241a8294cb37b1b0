import { write } from '../sys.ts';
import type { Sys } from '../sys.ts';
import { quoteForShell } from '../expand/expand.ts';
import { evaluate } from '../expand/arithmetic.ts';
import { arithmeticVariables } from '../expand/expand.ts';
import { assign } from '../run/execute.ts';
import { OPTION_LETTERS, type Shell, type ShellOptions } from '../run/shell.ts';
import type { Variable } from '../run/variables.ts';
import { Parser } from '../syntax/parser.ts';
import { complain } from './builtin.ts';

const NAME = /^[A-Za-z_]\w*$/;

/** `declare`, `typeset`, `local`, `export`, `readonly`. */
export function* declare(shell: Shell, argv: readonly string[]): Sys<number> {
  const [command = 'declare'] = argv;
  const letters = new Set<string>();
  const removed = new Set<string>();
  let i = 1;
  for (; i < argv.length && /^[-+][a-zA-Z]+$/.test(argv[i] as string); i++)
    for (const letter of (argv[i] as string).slice(1))
      ((argv[i] as string).startsWith('-') ? letters : removed).add(letter);
  if (argv[i] === '--') i++;
  if (command === 'export' && !letters.has('n')) letters.add('x');
  if (command === 'readonly') letters.add('r');
  if (command === 'local' && shell.variables.depth === 1)
    return yield* complain(shell, 'local: can only be used in a function');
  const args = argv.slice(i);
  // An exported function reaches subshells, which are copies, but no other bash.
  if (letters.has('f') && command === 'export') return 0;
  if (letters.has('f') || letters.has('F')) return yield* printFunctions(shell, args);
  if (args.length === 0 || letters.has('p')) return yield* print(shell, command, letters, args);
  let status = 0;
  for (const arg of args)
    if (!(yield* declareOne(shell, command, arg, letters, removed))) status = 1;
  return status;
}

function* declareOne(
  shell: Shell,
  command: string,
  arg: string,
  letters: ReadonlySet<string>,
  removed: ReadonlySet<string>,
): Sys<boolean> {
  const found = /^([A-Za-z_]\w*)(\+?=)?([\s\S]*)$/.exec(arg);
  if (!found || (found[2] === undefined && found[3] !== '')) {
    yield* complain(shell, `${command}: \`${arg}': not a valid identifier`);
    return false;
  }
  const [, name = '', operator, value = ''] = found;
  const isLocal =
    command === 'local' ||
    (shell.variables.depth > 1 &&
      (command === 'declare' || command === 'typeset') &&
      !letters.has('g'));
  const one = isLocal ? shell.variables.declareLocal(name) : shell.variables.demand(name);
  if (letters.has('A')) {
    one.isAssociative = true;
    one.items ??= new Map();
  }
  if (letters.has('a')) one.items ??= new Map();
  if (letters.has('i')) one.isInteger = true;
  if (operator !== undefined) {
    if (value.startsWith('(') && value.endsWith(')')) {
      const [item] = new Parser(`${name}${operator}${value}`).next()?.items ?? [];
      const parsed = item?.first.commands[0];
      if (parsed?.kind === 'simple' && parsed.assignments[0])
        yield* assign(shell, parsed.assignments[0]);
    } else shell.set(name, undefined, (operator === '+=' ? (shell.get(name) ?? '') : '') + value);
  }
  if (letters.has('x')) one.isExported = true;
  if (letters.has('r')) one.isReadonly = true;
  if (removed.has('x') || (command === 'export' && letters.has('n'))) one.isExported = false;
  return true;
}

function* printFunctions(shell: Shell, names: readonly string[]): Sys<number> {
  for (const name of names.length > 0 ? names : shell.functions.keys()) {
    if (!shell.functions.has(name)) return 1;
    yield* write(shell.io.stdout, `${names.length > 0 ? '' : 'declare -f '}${name}\n`);
  }
  return 0;
}

function* print(
  shell: Shell,
  command: string,
  letters: ReadonlySet<string>,
  names: readonly string[],
): Sys<number> {
  let status = 0;
  const wanted =
    names.length > 0
      ? names.map((name) => [name, shell.variables.find(name)] as const)
      : shell.variables.visible();
  for (const [name, one] of wanted) {
    if (!one) {
      yield* complain(shell, `${command}: ${name}: not found`);
      status = 1;
      continue;
    }
    if (
      names.length === 0 &&
      ((letters.has('x') && !one.isExported) || (letters.has('r') && !one.isReadonly))
    )
      continue;
    yield* write(shell.io.stdout, `${description(shell, name, one, command)}\n`);
  }
  return status;
}

function description(shell: Shell, name: string, one: Variable, command: string): string {
  const flags = `${one.items ? (one.isAssociative ? 'A' : 'a') : ''}${one.isInteger ? 'i' : ''}${one.isReadonly ? 'r' : ''}${one.isExported ? 'x' : ''}`;
  const quoted = (text: string): string => `"${text.replace(/["$`\\]/g, '\\$&')}"`;
  const value = one.items
    ? `=(${shell
        .keys(name)
        .map((key) => `[${key}]=${quoted(one.items?.get(key) ?? '')}`)
        .join(' ')}${one.isAssociative ? ' ' : ''})`
    : one.value === undefined
      ? ''
      : `=${quoted(one.value)}`;
  return shell.dialect === 'bash'
    ? `declare -${flags || '-'} ${name}${value}`
    : `${command} ${name}=${quoteForShell(one.value ?? '')}`;
}

export function* unset(shell: Shell, argv: readonly string[]): Sys<number> {
  let status = 0;
  let onlyFunctions = false;
  for (const arg of argv.slice(1)) {
    if (arg === '-f') onlyFunctions = true;
    else if (arg === '-v') onlyFunctions = false;
    else {
      const found = /^([A-Za-z_]\w*)(?:\[(.*)\])?$/.exec(arg);
      if (!found) status = yield* complain(shell, `unset: \`${arg}': not a valid identifier`);
      else if (onlyFunctions || !shell.variables.find(arg.replace(/\[.*/, '')))
        shell.functions.delete(arg);
      else if (shell.variables.find(found[1] as string)?.isReadonly)
        status = yield* complain(shell, `unset: ${arg}: cannot unset: readonly variable`);
      else shell.variables.unset(found[1] as string, found[2]);
    }
  }
  return status;
}

export function* set(shell: Shell, argv: readonly string[]): Sys<number> {
  const args = argv.slice(1);
  if (args.length === 0) {
    for (const [name, one] of shell.variables.visible())
      if (one.value !== undefined)
        yield* write(shell.io.stdout, `${name}=${quoteForShell(one.value)}\n`);
    return 0;
  }
  let i = 0;
  for (; i < args.length && /^[-+]./.test(args[i] as string); i++) {
    const arg = args[i] as string;
    if (arg === '--') break;
    const isOn = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[++i];
        if (name === undefined) {
          yield* write(
            shell.io.stdout,
            Object.entries(shell.options)
              .map(([option, value]) => `${option.padEnd(15)}\t${value ? 'on' : 'off'}\n`)
              .join(''),
          );
          return 0;
        }
        if (name in shell.options) shell.options[name as keyof ShellOptions] = isOn;
        else if (
          !/^(?:emacs|vi|monitor|history|hashall|braceexpand|histexpand|posix|notify|ignoreeof|physical|functrace|errtrace)$/.test(
            name,
          )
        )
          return yield* complain(shell, `set: ${name}: invalid option name`, 2);
      } else if (letter in OPTION_LETTERS)
        shell.options[OPTION_LETTERS[letter] as keyof ShellOptions] = isOn;
      else if (!'hmbBHPEpTk'.includes(letter))
        return yield* complain(shell, `set: ${arg}: invalid option`, 2);
    }
  }
  if (args[i] === '--') shell.positional = args.slice(i + 1);
  else if (i < args.length) shell.positional = args.slice(i);
  return 0;
}

export function* shift(shell: Shell, argv: readonly string[]): Sys<number> {
  const n = Number(argv[1] ?? 1);
  if (!Number.isInteger(n))
    return yield* complain(shell, `shift: ${argv[1] ?? ''}: numeric argument required`);
  if (n < 0) return yield* complain(shell, `shift: ${n}: shift count out of range`);
  if (n > shell.positional.length) return 1;
  shell.positional = shell.positional.slice(n);
  return 0;
}

export function* letBuiltin(shell: Shell, argv: readonly string[]): Sys<number> {
  let value = 0n;
  for (const expression of argv.slice(1)) value = evaluate(expression, arithmeticVariables(shell));
  return value === 0n ? 1 : 0;
}

export function* getopts(shell: Shell, argv: readonly string[]): Sys<number> {
  const [, letters = '', name = '', ...given] = argv;
  if (!NAME.test(name))
    return yield* complain(shell, 'getopts: usage: getopts optstring name [arg]', 2);
  const args = given.length > 0 ? given : shell.positional;
  const index = Number(shell.get('OPTIND') ?? 1);
  if (index !== shell.optionIndex) shell.optionOffset = 0;
  const finish = (nextIndex: number, letter: string, argument?: string): number => {
    shell.optionIndex = nextIndex;
    shell.set('OPTIND', undefined, String(nextIndex));
    shell.set(name, undefined, letter);
    if (argument === undefined) shell.variables.unset('OPTARG');
    else shell.set('OPTARG', undefined, argument);
    return 0;
  };
  const arg = args[index - 1];
  if (arg === undefined || !/^-./.test(arg) || arg === '--') {
    finish(arg === '--' ? index + 1 : index, '?');
    return 1;
  }
  const at = 1 + shell.optionOffset;
  const letter = arg[at] ?? '';
  const isLast = at + 1 >= arg.length;
  const place = letters.indexOf(letter);
  shell.optionOffset = isLast ? 0 : shell.optionOffset + 1;
  if (place < 0 || letter === ':') {
    if (!letters.startsWith(':'))
      yield* write(shell.io.stderr, `${shell.script || shell.name}: illegal option -- ${letter}\n`);
    return finish(isLast ? index + 1 : index, '?', letters.startsWith(':') ? letter : undefined);
  }
  if (letters[place + 1] !== ':') return finish(isLast ? index + 1 : index, letter);
  shell.optionOffset = 0;
  const argument = isLast ? args[index] : arg.slice(at + 1);
  if (argument !== undefined) return finish(isLast ? index + 2 : index + 1, letter, argument);
  if (letters.startsWith(':')) return finish(index + 1, ':', letter);
  yield* write(
    shell.io.stderr,
    `${shell.script || shell.name}: option requires an argument -- ${letter}\n`,
  );
  return finish(index + 1, '?');
}
