/**
 * The flags of one command and how they are read from words.
 *
 * Real:     spf13/pflag flag.go (parseArgs, parseLongArg, parseShortArg, Set)
 * Left out: normalised names, Go flags, unknown-flag whitelists.
 */
import { goQuote } from '../formatter/strconv.ts';
import type { FlagValue, ValueContext } from '../opts/value.ts';
import { newValue } from '../opts/value.ts';
import type { FlagTable } from './command.ts';

export interface Flag {
  readonly table: FlagTable;
  readonly value: FlagValue;
  changed: boolean;
}

/** A word that cannot be understood as a flag: usage and exit status 125 follow. */
export class FlagError extends Error {}

export class FlagSet {
  readonly flags = new Map<string, Flag>();
  readonly shorthands = new Map<string, Flag>();
  args: string[] = [];
  private readonly warn: (text: string) => void;

  constructor(warn: (text: string) => void = () => undefined) {
    this.warn = warn;
  }

  static of(tables: readonly FlagTable[], context: ValueContext, warn?: (text: string) => void) {
    const set = new FlagSet(warn);
    for (const table of tables) {
      set.addFlag({ table, value: newValue(table, context), changed: false });
    }
    return set;
  }

  addFlag(flag: Flag): void {
    if (this.flags.has(flag.table.name)) return;
    this.flags.set(flag.table.name, flag);
    const { short } = flag.table;
    if (short !== undefined && !this.shorthands.has(short)) this.shorthands.set(short, flag);
  }

  parse(words: readonly string[], interspersed: boolean): void {
    this.args = [];
    let rest = [...words];
    while (rest.length > 0) {
      const word = rest[0] ?? '';
      rest = rest.slice(1);
      if (word.length < 2 || !word.startsWith('-')) {
        this.args.push(word);
        if (!interspersed) {
          this.args.push(...rest);
          return;
        }
      } else if (word === '--') {
        this.args.push(...rest);
        return;
      } else if (word.startsWith('--')) {
        rest = this.parseLong(word, rest);
      } else {
        rest = this.parseShort(word, rest);
      }
    }
  }

  private parseLong(word: string, rest: string[]): string[] {
    const body = word.slice(2);
    if (body.startsWith('-') || body.startsWith('=')) {
      throw new FlagError(`bad flag syntax: ${word}`);
    }
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    const flag = this.flags.get(name);
    if (flag === undefined) throw new FlagError(`unknown flag: --${name}`);
    if (equals >= 0) {
      this.set(flag, body.slice(equals + 1));
      return rest;
    }
    if (flag.table.type === 'bool') {
      this.set(flag, 'true');
      return rest;
    }
    const value = rest[0];
    if (value === undefined) throw new FlagError(`flag needs an argument: ${word}`);
    this.set(flag, value);
    return rest.slice(1);
  }

  private parseShort(word: string, words: string[]): string[] {
    let letters = word.slice(1);
    let rest = words;
    while (letters.length > 0) {
      const letter = letters[0] ?? '';
      const flag = this.shorthands.get(letter);
      if (flag === undefined) {
        throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`);
      }
      let value: string;
      let left = letters.slice(1);
      if (letters.length > 2 && letters[1] === '=') {
        value = letters.slice(2);
        left = '';
      } else if (flag.table.type === 'bool') {
        value = 'true';
      } else if (letters.length > 1) {
        value = letters.slice(1);
        left = '';
      } else if (rest[0] !== undefined) {
        value = rest[0];
        rest = rest.slice(1);
      } else {
        throw new FlagError(`flag needs an argument: '${letter}' in -${letters}`);
      }
      if (flag.table.shortDeprecated !== undefined) {
        this.warn(`Flag shorthand -${letter} has been deprecated, ${flag.table.shortDeprecated}\n`);
      }
      this.set(flag, value);
      letters = left;
    }
    return rest;
  }

  private set(flag: Flag, text: string): void {
    const { name, short, shortDeprecated, deprecated } = flag.table;
    try {
      flag.value.set(text);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const shown = short !== undefined && !shortDeprecated ? `-${short}, --${name}` : `--${name}`;
      throw new FlagError(
        `invalid argument ${goQuote(text)} for ${goQuote(shown)} flag: ${error.message}`,
      );
    }
    flag.changed = true;
    if (deprecated !== undefined) {
      this.warn(`Flag --${name} has been deprecated, ${deprecated}\n`);
    }
  }

  changed(name: string): boolean {
    return this.flags.get(name)?.changed ?? false;
  }

  anyChanged(): boolean {
    return [...this.flags.values()].some((flag) => flag.changed);
  }

  /** The value of a flag that the command's table names. */
  get(name: string): unknown {
    return this.flags.get(name)?.value.get();
  }

  string(name: string): string {
    const value = this.get(name);
    return typeof value === 'string' ? value : '';
  }

  bool(name: string): boolean {
    return this.get(name) === true;
  }

  number(name: string): number {
    const value = this.get(name);
    return typeof value === 'number' ? value : 0;
  }

  /** A number only where the user gave one: Go's nil pointer otherwise. */
  numberOrUndefined(name: string): number | undefined {
    return this.changed(name) ? this.number(name) : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.get(name);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  map(name: string): ReadonlyMap<string, string> {
    const value = this.get(name);
    return value instanceof Map ? (value as ReadonlyMap<string, string>) : new Map();
  }
}
