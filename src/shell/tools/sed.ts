import { normalize, write } from '../sys.ts';
import type { Process, Program, Sys } from '../sys.ts';
import { openToWrite } from '../run/streams.ts';
import { linesOf, openInput, readWhole, reason } from './input.ts';
import { fail, withOptions } from './options.ts';
import { basicToJs, extendedToJs } from './regex.ts';

/** `sed`: addresses, the pattern and the hold space, `s`, `y`, `d`, `p`, `a`, `i`, `c`, `n`, `N`, `D`, `P`, `g`, `G`, `h`, `H`, `x`, `q`, `Q`, `=`, `b`, `t`, `T`, `r`, `w`, `l`, `{ }`. */

type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'match'; readonly expression: RegExp | undefined }
  | { readonly kind: 'step'; readonly first: number; readonly step: number };

interface SedCommand {
  readonly first: Address | undefined;
  readonly second: Address | { readonly kind: 'plus'; readonly lines: number } | undefined;
  readonly isNegated: boolean;
  readonly name: string;
  readonly text: string;
  readonly expression?: RegExp | undefined;
  readonly replacement?: string;
  readonly flags?: string;
  /** Of a `{`: the index after its `}`. */
  end?: number;
  /** Of an address range: the line at which it ends, or `searching`. */
  range?: number | 'searching' | undefined;
}

class SedError extends Error {
  override readonly name = 'SedError';
}

/** Steps that one line may take: a loop by `b` ends here. */
const STEPS_MAX = 100_000;

export const sed: Program = (process) =>
  withOptions(
    process,
    'n:quiet e:expression= f:file= i:in-place? E:regexp-extended r s:separate u z :posix :silent l=',
    function* (options) {
      const operands = [...options.operands];
      const scripts = [...options.all('e')];
      for (const name of options.all('f'))
        scripts.push((yield* readWhole(openInput(process, name))).replace(/^#!.*\n/, ''));
      if (scripts.length === 0) {
        const script = operands.shift();
        if (script === undefined) {
          yield* write(
            process.stderr,
            'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n',
          );
          return 1;
        }
        scripts.push(script);
      }
      let commands: SedCommand[];
      try {
        commands = new Compiler(scripts.join('\n'), options.has('E') || options.has('r')).all();
      } catch (error) {
        if (error instanceof SedError)
          return yield* fail(
            process,
            `-e expression #1, char ${scripts.join('\n').length}: ${error.message}`,
          );
        throw error;
      }
      const isQuiet = options.has('n') || options.has('silent');
      if (!options.has('i')) return yield* stream(process, commands, operands, isQuiet);
      return yield* inPlace(process, commands, {
        operands,
        isQuiet,
        suffix: options.get('i') ?? '',
      });
    },
  );

function* stream(
  process: Process,
  commands: readonly SedCommand[],
  operands: readonly string[],
  isQuiet: boolean,
): Sys<number> {
  let status = 0;
  const lines: string[] = [];
  let endsCut = false;
  for (const name of operands.length > 0 ? operands : ['-']) {
    try {
      const text = yield* readWhole(openInput(process, name));
      lines.push(...linesOf(text));
      if (text !== '') endsCut = !text.endsWith('\n');
    } catch (error) {
      status = 2;
      const why = reason(error);
      yield* fail(
        process,
        why === 'Is a directory'
          ? `couldn't edit ${name}: not a regular file`
          : `can't read ${name}: ${why}`,
      );
    }
  }
  const run = new Run(process, commands, lines, isQuiet);
  const output = yield* run.all();
  yield* write(process.stdout, endsCut && run.reachedEnd ? output.replace(/\n$/, '') : output);
  return run.status || status;
}

function* inPlace(
  process: Process,
  commands: readonly SedCommand[],
  how: { readonly operands: readonly string[]; readonly isQuiet: boolean; readonly suffix: string },
): Sys<number> {
  if (how.operands.length === 0) return yield* fail(process, 'no input files', 4);
  let status = 0;
  for (const name of how.operands) {
    try {
      const text = yield* readWhole(openInput(process, name));
      const output = yield* new Run(
        process,
        commands.map((one) => ({ ...one, range: undefined })),
        linesOf(text),
        how.isQuiet,
      ).all();
      if (how.suffix !== '') openToWrite(process, name + how.suffix, false).put(text);
      const path = normalize(name, process.cwd);
      openToWrite(process, name, true);
      process.namespace.files.writeFile(
        path,
        text.endsWith('\n') || text === '' ? output : output.replace(/\n$/, ''),
      );
    } catch (error) {
      status = yield* fail(process, `can't read ${name}: ${reason(error)}`, 2);
    }
  }
  return status;
}

class Compiler {
  readonly #text: string;
  readonly #isExtended: boolean;
  #at = 0;
  readonly #commands: SedCommand[] = [];

  constructor(text: string, isExtended: boolean) {
    this.#text = text;
    this.#isExtended = isExtended;
  }

  all(): SedCommand[] {
    const open: number[] = [];
    for (;;) {
      this.#skip(/[\s;]/);
      if (this.#at >= this.#text.length) break;
      if (this.#text[this.#at] === '#') {
        this.#line();
        continue;
      }
      const command = this.#command();
      if (command.name === '{') open.push(this.#commands.length);
      this.#commands.push(command);
      if (command.name === '}') {
        const begin = open.pop();
        if (begin === undefined) throw new SedError("unexpected `}'");
        (this.#commands[begin] as SedCommand).end = this.#commands.length;
      }
    }
    if (open.length > 0) throw new SedError("unmatched `{'");
    return this.#commands;
  }

  #skip(what: RegExp): void {
    while (this.#at < this.#text.length && what.test(this.#text[this.#at] as string)) this.#at++;
  }

  #line(): string {
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    return line;
  }

  #command(): SedCommand {
    const first = this.#address();
    let second: SedCommand['second'];
    this.#skip(/[ \t]/);
    if (first && this.#text[this.#at] === ',') {
      this.#at++;
      this.#skip(/[ \t]/);
      const plus = /^\+(\d+)/.exec(this.#text.slice(this.#at));
      if (plus) {
        this.#at += plus[0].length;
        second = { kind: 'plus', lines: Number(plus[1]) };
      } else second = this.#address();
      if (!second) throw new SedError("unexpected `,'");
    }
    this.#skip(/[ \t]/);
    let isNegated = false;
    while (this.#text[this.#at] === '!') {
      isNegated = true;
      this.#at++;
      this.#skip(/[ \t]/);
    }
    const name = this.#text[this.#at++];
    if (name === undefined) throw new SedError('missing command');
    return { first, second, isNegated, name, text: '', ...this.#rest(name) };
  }

  #rest(name: string): Partial<SedCommand> {
    switch (name) {
      case 's':
        return this.#substitution();
      case 'y': {
        const delimiter = this.#text[this.#at++] ?? '/';
        const text = this.#until(delimiter);
        return { text, replacement: this.#until(delimiter) };
      }
      case 'a':
      case 'i':
      case 'c':
        return { text: this.#insertion() };
      case ':':
      case 'r':
      case 'w':
        this.#skip(/[ \t]/);
        return { text: name === ':' ? this.#label() : this.#line() };
      case 'b':
      case 't':
      case 'T':
        this.#skip(/[ \t]/);
        return { text: this.#label() };
      case 'q':
      case 'Q': {
        const code = /^\s*(\d+)/.exec(this.#text.slice(this.#at));
        this.#at += code?.[0].length ?? 0;
        return { text: code?.[1] ?? '' };
      }
      default:
        if (!'{}dDpPnNgGhHx=lz'.includes(name)) throw new SedError(`unknown command: \`${name}'`);
        return {};
    }
  }

  #label(): string {
    const found = /^[^;\n}]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += found.length;
    return found.trim();
  }

  /** The text of `a`, `i`, `c`: after a backslash and newline, or the rest of the line. */
  #insertion(): string {
    this.#skip(/[ \t]/);
    if (this.#text[this.#at] === '\\') {
      this.#at++;
      this.#skip(/[ \t]/);
      if (this.#text[this.#at] === '\n') this.#at++;
    }
    let text = '';
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at++] as string;
      if (c === '\n') break;
      if (c === '\\') text += this.#text[this.#at++] ?? '';
      else text += c;
    }
    return text;
  }

  /** Up to the next delimiter that is not quoted; consumes it. */
  #until(delimiter: string): string {
    let text = '';
    let isInBracket = false;
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at++] as string;
      if (c === delimiter && !isInBracket) return text;
      if (c === '\\') {
        const next = this.#text[this.#at++] ?? '';
        text +=
          next === delimiter && !'|+?(){}'.includes(delimiter)
            ? /[.*[\]^$]/.test(delimiter)
              ? `\\${delimiter}`
              : delimiter
            : next === '\n'
              ? '\n'
              : `\\${next}`;
        continue;
      }
      if (c === '[' && !isInBracket && this.#text.indexOf(']', this.#at) > 0 && delimiter === '/')
        isInBracket =
          !/^\^?\]?[^\]]*\//.test(this.#text.slice(this.#at)) ||
          /^\^?[^\]/]*\/[^\]]*\]/.test(this.#text.slice(this.#at));
      else if (c === ']') isInBracket = false;
      text += c;
    }
    throw new SedError("unterminated `s' command");
  }

  #expression(source: string, flags: string): RegExp | undefined {
    if (source === '') return undefined;
    try {
      return new RegExp((this.#isExtended ? extendedToJs : basicToJs)(source), `u${flags}`);
    } catch {
      throw new SedError('Invalid preceding regular expression');
    }
  }

  #substitution(): Partial<SedCommand> {
    const delimiter = this.#text[this.#at++] ?? '/';
    const source = this.#until(delimiter);
    const replacement = this.#until(delimiter);
    const flags = /^[gpiImMew0-9]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += flags.length;
    this.#skip(/[ \t]/);
    const next = this.#text[this.#at];
    if (next !== undefined && !';\n}#'.includes(next)) throw new SedError("unknown option to `s'");
    return {
      expression: this.#expression(
        source,
        `g${/[iI]/.test(flags) ? 'i' : ''}${/[mM]/.test(flags) ? 'm' : ''}`,
      ),
      replacement,
      flags,
    };
  }

  #address(): Address | undefined {
    this.#skip(/[ \t]/);
    const rest = this.#text.slice(this.#at);
    const numbers = /^(\d+)(?:~(\d+))?/.exec(rest);
    if (numbers) {
      this.#at += numbers[0].length;
      return numbers[2] === undefined
        ? { kind: 'line', line: Number(numbers[1]) }
        : { kind: 'step', first: Number(numbers[1]), step: Number(numbers[2]) };
    }
    if (rest.startsWith('$')) {
      this.#at++;
      return { kind: 'last' };
    }
    if (!rest.startsWith('/') && !/^\\[^\n]/.test(rest)) return undefined;
    this.#at += rest.startsWith('/') ? 1 : 2;
    const source = this.#until(rest.startsWith('/') ? '/' : (rest[1] as string));
    const flag = this.#text[this.#at] === 'I' ? 'i' : '';
    if (flag !== '') this.#at++;
    return { kind: 'match', expression: this.#expression(source, flag) };
  }
}

class Run {
  readonly #process: Process;
  readonly #commands: readonly SedCommand[];
  readonly #lines: readonly string[];
  readonly #isQuiet: boolean;
  #number = 0;
  #pattern = '';
  #hold = '';
  #last: RegExp | undefined;
  #hasReplaced = false;
  #out: string[] = [];
  #after: string[] = [];
  status = 0;
  reachedEnd = true;

  constructor(
    process: Process,
    commands: readonly SedCommand[],
    lines: readonly string[],
    isQuiet: boolean,
  ) {
    this.#process = process;
    this.#commands = commands;
    this.#lines = lines;
    this.#isQuiet = isQuiet;
  }

  *all(): Sys<string> {
    let restarts = false;
    while (restarts || this.#number < this.#lines.length) {
      if (!restarts) this.#pattern = this.#lines[this.#number++] as string;
      const end = yield* this.#cycle();
      if (end !== 'delete' && end !== 'silent-quit' && end !== 'restart' && !this.#isQuiet)
        this.#out.push(this.#pattern);
      this.#out.push(...this.#after);
      this.#after = [];
      if (end === 'quit' || end === 'silent-quit') {
        this.reachedEnd = false;
        break;
      }
      restarts = end === 'restart';
    }
    return this.#out.map((line) => `${line}\n`).join('');
  }

  *#cycle(): Sys<'end' | 'delete' | 'quit' | 'silent-quit' | 'restart'> {
    this.#hasReplaced = false;
    let steps = 0;
    for (let i = 0; i < this.#commands.length; i++) {
      if (++steps > STEPS_MAX) return 'silent-quit';
      const command = this.#commands[i] as SedCommand;
      if (!this.#selects(command)) {
        if (command.name === '{') i = (command.end ?? i + 1) - 1;
        continue;
      }
      switch (command.name) {
        case 'd':
          return 'delete';
        case 'D': {
          const newline = this.#pattern.indexOf('\n');
          if (newline < 0) return 'delete';
          this.#pattern = this.#pattern.slice(newline + 1);
          return 'restart';
        }
        case 'n':
          if (this.#number >= this.#lines.length) return 'quit';
          if (!this.#isQuiet) this.#out.push(this.#pattern);
          this.#pattern = this.#lines[this.#number++] as string;
          break;
        case 'N':
          if (this.#number >= this.#lines.length) return 'quit';
          this.#pattern += `\n${this.#lines[this.#number++] as string}`;
          break;
        case 'q':
        case 'Q':
          this.status = Number(command.text || 0);
          return command.name === 'q' ? 'quit' : 'silent-quit';
        case 'c':
          if (!command.second || command.range === undefined) this.#out.push(command.text);
          return 'delete';
        case 'b':
        case 't':
        case 'T': {
          const jumps = command.name === 'b' || (command.name === 't') === this.#hasReplaced;
          if (command.name !== 'b') this.#hasReplaced = false;
          if (!jumps) break;
          if (command.text === '') return 'end';
          const target = this.#commands.findIndex(
            (one) => one.name === ':' && one.text === command.text,
          );
          if (target < 0) return 'end';
          i = target;
          break;
        }
        case 'r':
          yield* this.#readFile(command.text);
          break;
        case 'w':
          openToWrite(this.#process, command.text, true).put(`${this.#pattern}\n`);
          break;
        default:
          this.#simple(command);
      }
    }
    return 'end';
  }

  *#readFile(name: string): Sys<void> {
    try {
      this.#after.push(...linesOf(yield* readWhole(openInput(this.#process, name))));
    } catch (error) {
      // A file that is not there adds nothing, as in sed.
      reason(error);
    }
  }

  #simple(command: SedCommand): void {
    switch (command.name) {
      case 's':
        return this.#substitute(command);
      case 'y': {
        const [from, to] = [[...command.text], [...(command.replacement ?? '')]];
        this.#pattern = [...this.#pattern].map((c) => to[from.indexOf(c)] ?? c).join('');
        return;
      }
      case 'p':
        return void this.#out.push(this.#pattern);
      case 'P':
        return void this.#out.push(this.#pattern.split('\n')[0] as string);
      case 'a':
        return void this.#after.push(command.text);
      case 'i':
        return void this.#out.push(command.text);
      case '=':
        return void this.#out.push(String(this.#number));
      case 'l':
        return void this.#out.push(
          `${this.#pattern.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n')}$`,
        );
      case 'h':
        this.#hold = this.#pattern;
        return;
      case 'H':
        this.#hold += `\n${this.#pattern}`;
        return;
      case 'g':
        this.#pattern = this.#hold;
        return;
      case 'G':
        this.#pattern += `\n${this.#hold}`;
        return;
      case 'x':
        [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
        return;
      case 'z':
        this.#pattern = '';
        return;
      default:
    }
  }

  #substitute({ expression, replacement = '', flags = '' }: SedCommand): void {
    const found = expression ?? (this.#last && new RegExp(this.#last.source, 'gu'));
    if (!found) return;
    this.#last = found;
    const wanted = Number(/\d+/.exec(flags)?.[0] ?? 1);
    let count = 0;
    let hasChanged = false;
    this.#pattern = this.#pattern.replace(
      found,
      (all: string, ...rest: (string | number | undefined)[]) => {
        count++;
        if (flags.includes('g') ? count < wanted : count !== wanted) return all;
        hasChanged = true;
        return expandReplacement(replacement, [
          all,
          ...rest.filter((one) => typeof one !== 'number').slice(0, -1),
        ]);
      },
    );
    if (!hasChanged) return;
    this.#hasReplaced = true;
    if (flags.includes('p')) this.#out.push(this.#pattern);
  }

  #selects(command: SedCommand): boolean {
    return this.#inRange(command) !== command.isNegated;
  }

  #inRange(command: SedCommand): boolean {
    const { first, second } = command;
    if (!first) return true;
    if (!second) return this.#matches(first);
    if (command.range === undefined) {
      if (!(first.kind === 'line' && first.line === 0) && !this.#matches(first)) return false;
      if (second.kind === 'line') {
        if (second.line > this.#number) command.range = second.line;
      } else if (second.kind === 'plus') {
        if (second.lines > 0) command.range = this.#number + second.lines;
      } else
        command.range =
          second.kind === 'last' && this.#number >= this.#lines.length ? undefined : 'searching';
      return true;
    }
    if (typeof command.range === 'number') {
      if (this.#number >= command.range) command.range = undefined;
      return true;
    }
    if (second.kind !== 'plus' && this.#matches(second)) command.range = undefined;
    return true;
  }

  #matches(address: Address): boolean {
    switch (address.kind) {
      case 'line':
        return this.#number === address.line;
      case 'last':
        return this.#number >= this.#lines.length;
      case 'step':
        return address.step <= 0
          ? this.#number === address.first
          : this.#number >= address.first && (this.#number - address.first) % address.step === 0;
      case 'match': {
        const expression = address.expression ?? this.#last;
        if (!expression) return false;
        this.#last = expression;
        expression.lastIndex = 0;
        return expression.test(this.#pattern);
      }
      default:
        return address satisfies never;
    }
  }
}

/** `&`, `\1`, `\n`, `\U`, `\L`, `\E` in a replacement. */
function expandReplacement(replacement: string, groups: readonly (string | undefined)[]): string {
  let out = '';
  let mode = '';
  let next = '';
  const add = (text: string): void => {
    const cased = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text;
    out +=
      next === '' || cased === ''
        ? cased
        : (next === 'u' ? cased.slice(0, 1).toUpperCase() : cased.slice(0, 1).toLowerCase()) +
          cased.slice(1);
    if (cased !== '') next = '';
  };
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i] as string;
    if (c === '&') add(groups[0] ?? '');
    else if (c === '\\') {
      const escape = replacement[++i] ?? '';
      if (/\d/.test(escape)) add(groups[Number(escape)] ?? '');
      else if (escape === 'n') add('\n');
      else if (escape === 't') add('\t');
      else if (escape === 'U' || escape === 'L' || escape === 'E')
        mode = escape === 'E' ? '' : escape;
      else if (escape === 'u' || escape === 'l') next = escape;
      else add(escape);
    } else add(c);
  }
  return out;
}
