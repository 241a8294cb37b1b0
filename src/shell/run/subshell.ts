import { SystemError, write } from '../sys.ts';
import type { Sys } from '../sys.ts';
import { ArithmeticError } from '../expand/arithmetic.ts';
import { ExpansionError } from '../expand/expand.ts';
import { SyntaxError } from '../syntax/errors.ts';
import { runText } from './execute.ts';
import { ForkError } from './fork.ts';
import { AbandonSignal, BreakSignal, ContinueSignal, ExitSignal, ReturnSignal } from './signals.ts';
import type { Shell } from './shell.ts';
import { ReadonlyError } from './variables.ts';

/** Runs `body` as all that a process does: `exit`, errors and the EXIT trap included. Returns the exit status. */
export function* runAsProcess(shell: Shell, body: () => Sys<number>): Sys<number> {
  let status = yield* guarded(shell, body);
  const atExit = shell.traps.get('EXIT');
  if (atExit) {
    shell.traps.delete('EXIT');
    shell.lastStatus = status;
    const ended = yield* guarded(shell, function* () {
      yield* runText(shell, atExit);
      return status;
    });
    status = ended;
  }
  return status & 255;
}

function* guarded(shell: Shell, body: () => Sys<number>): Sys<number> {
  try {
    return yield* body();
  } catch (error) {
    if (
      error instanceof ExitSignal ||
      error instanceof ReturnSignal ||
      error instanceof AbandonSignal
    )
      return error.status;
    if (error instanceof BreakSignal || error instanceof ContinueSignal) return 0;
    if (error instanceof SyntaxError) return yield* syntaxError(shell, error);
    if (error instanceof SystemError && error.code === 'EINTR') return 130;
    if (error instanceof ForkError) {
      yield* write(shell.io.stderr, `${shell.prefix}${error.message}\n`);
      return error.status;
    }
    if (!isShellError(error)) throw error;
    yield* write(shell.io.stderr, `${shell.prefix}${error.message}\n`);
    return 1;
  }
}

/** Errors that end a command, with a message for people. */
export function isShellError(error: unknown): error is Error {
  return (
    error instanceof ForkError ||
    error instanceof ExpansionError ||
    error instanceof ArithmeticError ||
    error instanceof ReadonlyError
  );
}

/** Prints a syntax error as bash does; returns the status 2. */
export function* syntaxError(shell: Shell, error: SyntaxError): Sys<number> {
  const { name, script } = shell;
  if (shell.isInteractive || shell.speaksAsInteractive)
    yield* write(shell.io.stderr, `${name}: ${error.message}\n`);
  else if (shell.dialect === 'dash')
    yield* write(shell.io.stderr, `${script || name}: ${error.line}: ${dashText(error.message)}\n`);
  else if (shell.dialect === 'ash')
    yield* write(
      shell.io.stderr,
      `${script || name}: ${script ? `line ${error.line}: ` : ''}${dashText(error.message).replace('Syntax error', 'syntax error')}\n`,
    );
  else {
    const where =
      script === '' ? `${name}: -c: line ${error.line}: ` : `${script}: line ${error.line}: `;
    yield* write(
      shell.io.stderr,
      `${where}${error.message}\n${error.excerpt === undefined ? '' : `${where}\`${error.excerpt}'\n`}`,
    );
  }
  return 2;
}

function dashText(message: string): string {
  const token = /^syntax error near unexpected token `(.*)'$/.exec(message)?.[1];
  if (token !== undefined)
    return `Syntax error: ${token === 'newline' ? 'newline' : `"${token}"`} unexpected`;
  const quote = /^unexpected EOF while looking for matching `(.)'$/.exec(message)?.[1];
  if (quote === '"' || quote === "'") return 'Syntax error: Unterminated quoted string';
  return message === 'syntax error: unexpected end of file'
    ? 'Syntax error: end of file unexpected'
    : `Syntax error: ${message}`;
}
