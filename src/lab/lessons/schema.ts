/**
 * Reads YAML strictly: every key must be known, every value must have its kind, and each complaint names file and
 * line. One `Reader` stands on one YAML node; reading never throws, it reports and goes on with a harmless value.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import type { Problem } from './types.ts';

interface Origin {
  readonly file: string;
  /** Line of the file on which the YAML begins, from 1. */
  readonly firstLine: number;
  readonly counter: LineCounter;
  readonly problems: Problem[];
}

export class Reader {
  private readonly origin: Origin;
  private readonly node: Node | null;
  private readonly fallbackLine: number;

  private constructor(origin: Origin, node: Node | null, fallbackLine: number) {
    this.origin = origin;
    this.node = node;
    this.fallbackLine = fallbackLine;
  }

  /**
   * Parses a YAML text that begins on `firstLine` of `file`; null when it is no YAML. Only the first error is told:
   * the others follow from it.
   */
  static of(
    yaml: string,
    from: { file: string; firstLine: number; problems: Problem[] },
  ): Reader | null {
    const counter = new LineCounter();
    const document = parseDocument(yaml, {
      lineCounter: counter,
      prettyErrors: false,
      version: '1.2',
    });
    const root = new Reader({ ...from, counter }, document.contents, from.firstLine);
    const error = document.errors[0];
    if (error === undefined) return root;
    root.complainAt(error.pos[0], `no valid YAML: ${firstSentence(error.message)}`);
    return null;
  }

  get line(): number {
    const offset = this.node?.range?.[0];
    if (offset === undefined) return this.fallbackLine;
    return this.origin.firstLine + this.origin.counter.linePos(offset).line - 1;
  }

  get isAbsent(): boolean {
    return this.node === null || (isScalar(this.node) && this.node.value === null);
  }

  get isMap(): boolean {
    return isMap(this.node);
  }

  get isText(): boolean {
    return isScalar(this.node) && typeof this.node.value === 'string';
  }

  complain(message: string): void {
    this.origin.problems.push({ file: this.origin.file, line: this.line, message });
  }

  private complainAt(offset: number, message: string): void {
    const line = this.origin.firstLine + this.origin.counter.linePos(offset).line - 1;
    this.origin.problems.push({ file: this.origin.file, line, message });
  }

  /** The reader of each key; complains about keys that are not in `known`, and about missing ones of `required`. */
  fields<K extends string>(known: readonly K[], required: readonly K[] = []): Record<K, Reader> {
    const found = new Map<string, Reader>();
    if (isMap(this.node)) this.readPairs(known, found);
    else this.complain('a map (key: value) was expected');
    for (const key of required) {
      if (!found.has(key)) this.complain(`"${key}" is missing`);
    }
    const absent = new Reader(this.origin, null, this.line);
    const pairs = known.map((key) => [key, found.get(key) ?? absent] as const);
    return Object.fromEntries(pairs) as Record<K, Reader>;
  }

  private readPairs(known: readonly string[], found: Map<string, Reader>): void {
    if (!isMap(this.node)) return;
    for (const pair of this.node.items) {
      const key = pair.key as Node | null;
      const name = isScalar(key) ? String(key.value) : '';
      const at = new Reader(this.origin, key, this.line);
      if (!known.includes(name))
        at.complain(`"${name}" is not a key here; known are ${known.join(', ')}`);
      else found.set(name, new Reader(this.origin, pair.value as Node | null, at.line));
    }
  }

  /** Names and texts of a map whose keys are free. */
  texts(): Record<string, string> {
    if (this.isAbsent) return {};
    if (!isMap(this.node)) {
      this.complain('a map (key: text) was expected');
      return {};
    }
    const pairs = this.node.items.map((pair) => {
      const key = pair.key as Node | null;
      const value = new Reader(this.origin, pair.value as Node | null, this.line);
      return [isScalar(key) ? String(key.value) : '', value.text()] as const;
    });
    return Object.fromEntries(pairs);
  }

  text(otherwise = ''): string {
    if (this.isAbsent) return otherwise;
    if (isScalar(this.node)) {
      const { value } = this.node;
      if (typeof value === 'string') return value.trim();
      if (typeof value === 'number') return String(value);
    }
    this.complain('a text was expected');
    return otherwise;
  }

  /** A text whose inner shape counts (a file): only the last line end is cut. */
  rawText(): string {
    if (isScalar(this.node) && typeof this.node.value === 'string') return this.node.value;
    this.complain('a text was expected');
    return '';
  }

  integer(otherwise: number): number {
    if (this.isAbsent) return otherwise;
    if (isScalar(this.node) && Number.isInteger(this.node.value)) return this.node.value as number;
    this.complain('a whole number was expected');
    return otherwise;
  }

  flag(): boolean {
    if (this.isAbsent) return false;
    if (isScalar(this.node) && typeof this.node.value === 'boolean') return this.node.value;
    this.complain('true or false was expected');
    return false;
  }

  list<T>(read: (item: Reader) => T): T[] {
    if (this.isAbsent) return [];
    if (!isSeq(this.node)) {
      this.complain('a list was expected');
      return [];
    }
    return this.node.items.map((item) =>
      read(new Reader(this.origin, item as Node | null, this.line)),
    );
  }

  textList(): string[] {
    return this.list((item) => item.text());
  }

  oneOf<T extends string>(choices: readonly T[], otherwise: T): T {
    const value = this.text(otherwise);
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.complain(`"${value}" is none of ${choices.join(', ')}`);
    return found ?? otherwise;
  }
}

function firstSentence(message: string): string {
  return message.split('\n')[0] ?? message;
}
