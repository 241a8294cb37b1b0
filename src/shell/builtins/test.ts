import type { Sys } from '../sys.ts';
import { binary, compareNumbers, unary } from '../run/conditional.ts';
import type { Shell } from '../run/shell.ts';
import { complain } from './builtin.ts';

/** The expression is malformed: the status is 2. */
class TestError extends Error {
  override readonly name = 'TestError';
}

const BINARY = /^(?:=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;
const UNARY = /^-[a-zA-Z]$/;

/** `test …` and `[ … ]`. */
export function* test(shell: Shell, argv: readonly string[]): Sys<number> {
  const [name = 'test', ...args] = argv;
  if (name === '[' && args.pop() !== ']') return yield* complain(shell, "[: missing `]'", 2);
  try {
    return new Test(shell, args).value() ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) return yield* complain(shell, `${name}: ${error.message}`, 2);
    throw error;
  }
}

class Test {
  readonly #shell: Shell;
  readonly #args: readonly string[];
  #at = 0;

  constructor(shell: Shell, args: readonly string[]) {
    this.#shell = shell;
    this.#args = args;
  }

  value(): boolean {
    const args = this.#args;
    const [a = '', b = '', c = ''] = args;
    // POSIX: what few arguments mean depends on their number alone.
    if (args.length === 0) return false;
    if (args.length === 1) return a !== '';
    if (args.length === 2) {
      if (a === '!') return b === '';
      if (!UNARY.test(a)) throw new TestError(`${a}: unary operator expected`);
      return this.#unary(a, b);
    }
    if (args.length === 3) {
      if (BINARY.test(b)) return this.#binary(a, b, c);
      if (b === '-a') return a !== '' && c !== '';
      if (b === '-o') return a !== '' || c !== '';
      if (a === '!') return !new Test(this.#shell, [b, c]).value();
      if (a === '(' && c === ')') return b !== '';
      throw new TestError(`${b}: binary operator expected`);
    }
    const value = this.#or();
    if (this.#at < args.length) throw new TestError('too many arguments');
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#args[this.#at] === '-o') {
      this.#at++;
      const right = this.#and();
      value ||= right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#term();
    while (this.#args[this.#at] === '-a') {
      this.#at++;
      const right = this.#term();
      value &&= right;
    }
    return value;
  }

  #term(): boolean {
    const [first, second, third] = this.#args.slice(this.#at, this.#at + 3);
    if (first === undefined) throw new TestError('argument expected');
    if (first === '!') {
      this.#at++;
      return !this.#term();
    }
    if (second !== undefined && third !== undefined && BINARY.test(second)) {
      this.#at += 3;
      return this.#binary(first, second, third);
    }
    if (first === '(') {
      this.#at++;
      const value = this.#or();
      if (this.#args[this.#at++] !== ')') throw new TestError("`)' expected");
      return value;
    }
    if (UNARY.test(first) && second !== undefined) {
      this.#at += 2;
      return this.#unary(first, second);
    }
    this.#at++;
    return first !== '';
  }

  #unary(operator: string, text: string): boolean {
    if (!/^-[abcdefghknoprstuvwxzGLNOS]$/.test(operator))
      throw new TestError(`${operator}: unary operator expected`);
    return unary(this.#shell, operator, text);
  }

  #binary(a: string, operator: string, b: string): boolean {
    if (!/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator)) return binary(this.#shell, operator, a, b);
    return compareNumbers(operator, integer(a), integer(b));
  }
}

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`);
  return BigInt(text.trim().replace(/^\+/, ''));
}
