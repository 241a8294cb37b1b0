import { write } from '../sys.ts';
import type { Sys } from '../sys.ts';
import type { Shell } from '../run/shell.ts';
import { complain } from './builtin.ts';
import { format, unescape } from './printf.ts';

/** What `echo` writes: `-n`, `-e`, `-E` as in bash; dash's echo always knows escapes. */
export function echoText(args: readonly string[], isDash = false): string {
  let i = 0;
  let hasNewline = true;
  let escapes = isDash;
  for (
    ;
    i < args.length && /^-[neE]+$/.test(args[i] as string) && !(isDash && args[i] !== '-n');
    i++
  )
    for (const letter of (args[i] as string).slice(1)) {
      if (letter === 'n') hasNewline = false;
      else escapes = letter === 'e';
    }
  const text = args.slice(i).join(' ');
  const done = escapes ? unescape(text) : { text, isStopped: false };
  return done.text + (hasNewline && !done.isStopped ? '\n' : '');
}

export function* echo(shell: Shell, argv: readonly string[]): Sys<number> {
  yield* write(shell.io.stdout, echoText(argv.slice(1), shell.dialect === 'dash'));
  return 0;
}

export function* printf(shell: Shell, argv: readonly string[]): Sys<number> {
  let args = argv.slice(1);
  let name: string | undefined;
  if (args[0] === '-v') {
    name = args[1];
    args = args.slice(2);
  }
  if (args[0] === '--') args = args.slice(1);
  const [template] = args;
  if (template === undefined)
    return yield* complain(shell, 'printf: usage: printf [-v var] format [arguments]', 2);
  const { output, errors } = format(template, args.slice(1), shell.process.kernel.world.unixMs);
  if (name === undefined) yield* write(shell.io.stdout, output);
  else shell.set(name, undefined, output);
  for (const error of errors) yield* complain(shell, `printf: ${error}`);
  return errors.length > 0 ? 1 : 0;
}
