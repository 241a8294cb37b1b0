import { normalize, write } from '../sys.ts';
import type { Process, Program, Readable, Sys } from '../sys.ts';
import { escapeRegExp } from '../expand/pattern.ts';
import { matches } from '../expand/pattern.ts';
import { Lines, linesOf, openInput, readWhole, reason } from './input.ts';
import { fail, toolName, withOptions, type Options } from './options.ts';
import { basicToJs, extendedToJs } from './regex.ts';

const SPEC =
  'e:regexp= f:file= i:ignore-case y v:invert-match c:count l:files-with-matches L:files-without-match n:line-number H:with-filename h:no-filename o:only-matching q:quiet s:no-messages w:word-regexp x:line-regexp E:extended-regexp F:fixed-strings G:basic-regexp P:perl-regexp r:recursive R:dereference-recursive m:max-count= A:after-context= B:before-context= C:context= a:text I :color? :colour? :include= :exclude= :exclude-dir= b z U :line-buffered :silent';

/** `grep`, `egrep`, `fgrep`. */
export const grep: Program = (process) =>
  withOptions(
    process,
    SPEC,
    function* (options) {
      const operands = [...options.operands];
      const patterns = options.all('e').flatMap((text) => text.split('\n'));
      for (const name of options.all('f'))
        patterns.push(...linesOf(yield* readWhole(openInput(process, name))));
      if (!options.has('e') && !options.has('f')) {
        const pattern = operands.shift();
        if (pattern === undefined) {
          yield* write(
            process.stderr,
            `Usage: ${toolName(process)} [OPTION]... PATTERNS [FILE]...\nTry '${toolName(process)} --help' for more information.\n`,
          );
          return 2;
        }
        patterns.push(...pattern.split('\n'));
      }
      let expression: RegExp;
      try {
        expression = new RegExp(
          sourceOf(process, options, patterns),
          options.has('i') || options.has('y') ? 'giu' : 'gu',
        );
      } catch {
        return yield* fail(process, 'Invalid regular expression', 2);
      }
      return yield* new Search(process, options, expression).run(operands);
    },
    {
      usageStatus: 2,
      args: process.argv
        .slice(1)
        .flatMap((arg) => (/^-\d+$/.test(arg) ? [`-C${arg.slice(1)}`] : [arg])),
    },
  );

function sourceOf(process: Process, options: Options, patterns: readonly string[]): string {
  const name = toolName(process);
  const translate =
    options.has('F') || name === 'fgrep'
      ? (text: string) => escapeRegExp(text).replaceAll('\\-', '-')
      : options.has('P')
        ? (text: string) => text
        : options.has('E') || name === 'egrep'
          ? extendedToJs
          : basicToJs;
  const any = patterns.map((pattern) => `(?:${translate(pattern)})`).join('|');
  if (options.has('x')) return `^(?:${any})$`;
  return options.has('w') ? `(?<![\\w])(?:${any})(?![\\w])` : any;
}

class Search {
  readonly #process: Process;
  readonly #options: Options;
  readonly #expression: RegExp;
  readonly #isColoured: boolean;
  #hasMatched = false;
  #hasFailed = false;

  constructor(process: Process, options: Options, expression: RegExp) {
    this.#process = process;
    this.#options = options;
    this.#expression = expression;
    const when = options.get('color') ?? options.get('colour');
    this.#isColoured =
      when === 'always' ||
      (when !== undefined && when !== 'never' && process.stdout.terminal !== undefined);
  }

  *run(operands: readonly string[]): Sys<number> {
    const isRecursive = this.#options.has('r') || this.#options.has('R');
    const names = operands.length > 0 ? operands : isRecursive ? ['.'] : ['-'];
    const showsNames =
      (names.length > 1 || isRecursive || this.#options.has('H')) && !this.#options.has('h');
    for (const name of names) {
      yield* this.#operand(name, name, showsNames, isRecursive);
      if (this.#hasMatched && this.#options.has('q')) return 0;
    }
    return this.#hasFailed ? 2 : this.#hasMatched ? 0 : 1;
  }

  *#operand(name: string, shown: string, showsNames: boolean, isRecursive: boolean): Sys<void> {
    const { files } = this.#process.namespace;
    const path = normalize(name, this.#process.cwd);
    if (name !== '-' && files.lookup(path)?.type === 'directory') {
      if (!isRecursive) return yield* this.#complain(`${shown}: Is a directory`, false);
      for (const entry of files.list(path)) {
        const below =
          shown === '.' && this.#options.operands.length <= 1
            ? entry
            : `${shown.replace(/\/$/, '')}/${entry}`;
        if (files.lookup(normalize(entry, path))?.type === 'directory') {
          if (!this.#options.all('exclude-dir').includes(entry))
            yield* this.#operand(normalize(entry, path), below, showsNames, true);
        } else if (this.#isWanted(entry))
          yield* this.#operand(normalize(entry, path), below, showsNames, true);
      }
      return;
    }
    let input: Readable;
    try {
      input = openInput(this.#process, name);
    } catch (error) {
      return yield* this.#complain(`${shown}: ${reason(error)}`, true);
    }
    yield* this.#search(input, name === '-' ? '(standard input)' : shown, showsNames);
  }

  #isWanted(entry: string): boolean {
    const pattern = (text: string) => [{ text, isQuoted: false }];
    const included = this.#options.all('include');
    if (included.length > 0 && !included.some((text) => matches(pattern(text), entry)))
      return false;
    return !this.#options.all('exclude').some((text) => matches(pattern(text), entry));
  }

  *#complain(message: string, isFailure: boolean): Sys<void> {
    if (isFailure) this.#hasFailed = true;
    if (!this.#options.has('s')) yield* fail(this.#process, message);
  }

  *#search(input: Readable, name: string, showsNames: boolean): Sys<void> {
    const options = this.#options;
    const lines = new Lines(input);
    const max = Number(options.get('m') ?? Number.MAX_SAFE_INTEGER);
    const after = Number(options.get('A') ?? options.get('C') ?? 0);
    const before = Number(options.get('B') ?? options.get('C') ?? 0);
    const isQuiet = options.has('q') || options.has('l') || options.has('L') || options.has('c');
    let count = 0;
    let number = 0;
    let left = 0;
    let lastShown = 0;
    let held: { readonly number: number; readonly line: string }[] = [];
    for (let batch = yield* lines.batch(); batch; batch = yield* lines.batch()) {
      let out = '';
      for (const line of batch) {
        number++;
        this.#expression.lastIndex = 0;
        const isMatch = count < max && this.#expression.test(line) !== options.has('v');
        if (isMatch) {
          count++;
          this.#hasMatched = true;
          if (options.has('q')) return;
          if (!isQuiet) {
            const first = held[0]?.number ?? number;
            if ((before > 0 || after > 0) && lastShown > 0 && first > lastShown + 1) out += '--\n';
            for (const one of held) out += this.#shown(one.line, name, one.number, '-', showsNames);
            out += this.#shown(line, name, number, ':', showsNames);
            lastShown = number;
          }
          held = [];
          left = after;
        } else if (!isQuiet && left > 0) {
          left--;
          out += this.#shown(line, name, number, '-', showsNames);
          lastShown = number;
        } else if (before > 0) {
          held.push({ number, line });
          if (held.length > before) held.shift();
        }
      }
      yield* write(this.#process.stdout, out);
      if (count >= max && left === 0 && max !== Number.MAX_SAFE_INTEGER) break;
    }
    if (options.has('c'))
      yield* write(this.#process.stdout, `${showsNames ? `${name}:` : ''}${count}\n`);
    if (options.has('l') && count > 0) yield* write(this.#process.stdout, `${name}\n`);
    if (options.has('L') && count === 0) yield* write(this.#process.stdout, `${name}\n`);
  }

  #shown(line: string, name: string, number: number, mark: string, showsNames: boolean): string {
    const options = this.#options;
    const colour = (code: string, text: string): string =>
      this.#isColoured ? `\u001b[${code}m\u001b[K${text}\u001b[m\u001b[K` : text;
    const prefix = `${showsNames ? colour('35', name) + colour('36', mark) : ''}${options.has('n') ? colour('32', String(number)) + colour('36', mark) : ''}`;
    if (options.has('o') && mark === ':') {
      if (options.has('v')) return '';
      return (line.match(this.#expression) ?? [])
        .filter((text) => text !== '')
        .map((text) => `${prefix}${colour('01;31', text)}\n`)
        .join('');
    }
    const text =
      this.#isColoured && mark === ':' && !options.has('v')
        ? line.replace(this.#expression, (all) => (all === '' ? '' : colour('01;31', all)))
        : line;
    return `${prefix}${text}\n`;
  }
}
