import { read, utf8Length, write } from '../sys.ts';
import type { Program } from '../sys.ts';
import { openToWrite } from '../run/streams.ts';
import { Lines, linesOf, readWhole } from './input.ts';
import { fail, UsageError, withOptions, type Options } from './options.ts';
import { eachInput } from './text.ts';

interface SortKey {
  readonly first: number;
  readonly firstCharacter: number;
  readonly last: number | undefined;
  readonly letters: string;
}

export const sort: Program = (process) =>
  withOptions(
    process,
    'n:numeric-sort r:reverse u:unique k:key= t:field-separator= f:ignore-case b:ignore-leading-blanks h:human-numeric-sort V:version-sort g:general-numeric-sort M:month-sort R:random-sort s:stable o:output= c:check d:dictionary-order z:zero-terminated m:merge S=',
    function* (options) {
      const lines: string[] = [];
      const status = yield* eachInput(process, options.operands, function* (input) {
        for (const line of linesOf(yield* readWhole(input))) lines.push(line);
      });
      if (status !== 0) return 2;
      const compare = comparison(options);
      if (options.has('c')) {
        const bad = lines.findIndex(
          (line, i) => i > 0 && compare(lines[i - 1] as string, line) > 0,
        );
        return bad < 0 ? 0 : yield* fail(process, `-:${bad + 1}: disorder: ${lines[bad] ?? ''}`);
      }
      const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
      const flip = options.has('r') ? -1 : 1;
      const isStable = options.has('s') || options.has('u');
      lines.sort((a, b) => compare(a, b) || (isStable ? 0 : flip * byBytes(a, b)));
      const kept = options.has('u')
        ? lines.filter((line, i) => i === 0 || compare(lines[i - 1] as string, line) !== 0)
        : lines;
      const out = options.get('o');
      yield* write(
        out === undefined ? process.stdout : openToWrite(process, out, false),
        kept.map((line) => `${line}\n`).join(''),
      );
      return 0;
    },
    { usageStatus: 2 },
  );

function comparison(options: Options): (a: string, b: string) => number {
  const general = ['n', 'h', 'V', 'g', 'M', 'f', 'b', 'd', 'r']
    .filter((letter) => options.has(letter))
    .join('');
  const keys = options.all('k').map(parseKey);
  const separator = options.get('t');
  if (keys.length === 0) return (a, b) => compareText(a, b, general);
  return (a, b) => {
    for (const key of keys) {
      const letters = key.letters === '' ? general : key.letters;
      const order = compareText(
        keyOf(a, key, separator, letters),
        keyOf(b, key, separator, letters),
        letters,
      );
      if (order !== 0) return order;
    }
    return 0;
  };
}

function parseKey(text: string): SortKey {
  const found = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(text);
  if (!found)
    throw new UsageError(`-k: invalid number at field start: invalid count at start of ‘${text}’`);
  return {
    first: Number(found[1]),
    firstCharacter: Number(found[2] ?? 1),
    last: found[4] === undefined ? undefined : Number(found[4]),
    letters: (found[3] ?? '') + (found[5] ?? ''),
  };
}

function keyOf(line: string, key: SortKey, separator: string | undefined, letters: string): string {
  // Without a separator a field begins with the blanks before it.
  const fields =
    separator === undefined ? (line.match(/\s*\S+|\s+$/g) ?? []) : line.split(separator);
  const text = fields.slice(key.first - 1, key.last).join(separator ?? '');
  const begun = letters.includes('b') ? text.trimStart() : text;
  return begun.slice(key.firstCharacter - 1);
}

const HUMAN = ' KMGTPE';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function compareText(a: string, b: string, letters: string): number {
  const sign = letters.includes('r') ? -1 : 1;
  if (/[nhg]/.test(letters)) return sign * (numberOf(a, letters) - numberOf(b, letters));
  if (letters.includes('M'))
    return (
      sign *
      (MONTHS.indexOf(a.trim().slice(0, 3).toLowerCase()) -
        MONTHS.indexOf(b.trim().slice(0, 3).toLowerCase()))
    );
  if (letters.includes('V')) return sign * compareVersions(a, b);
  let [x, y] = [a, b];
  if (letters.includes('b')) [x, y] = [x.trimStart(), y.trimStart()];
  if (letters.includes('f')) [x, y] = [x.toUpperCase(), y.toUpperCase()];
  if (letters.includes('d')) [x, y] = [x.replace(/[^\w\s]/g, ''), y.replace(/[^\w\s]/g, '')];
  return x < y ? -sign : x > y ? sign : 0;
}

function numberOf(text: string, letters: string): number {
  const found = /^\s*(-?\d*\.?\d+(?:e[-+]?\d+)?)([KMGTPE])?/i.exec(text);
  if (!found) return 0;
  let value = Number(
    /e/i.test(found[1] as string) && !letters.includes('g')
      ? (found[1] as string).replace(/e.*/i, '')
      : found[1],
  );
  if (letters.includes('h'))
    for (let i = HUMAN.indexOf((found[2] ?? ' ').toUpperCase()); i > 0; i--) value *= 1024;
  return value;
}

function compareVersions(a: string, b: string): number {
  const parts = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p = '', q = ''] = [x[i], y[i]];
    if (p === q) continue;
    if (/^\d/.test(p) && /^\d/.test(q)) {
      if (Number(p) !== Number(q)) return Number(p) - Number(q);
    } else return p < q ? -1 : 1;
  }
  return 0;
}

export const uniq: Program = (process) =>
  withOptions(
    process,
    'c:count d:repeated u:unique i:ignore-case f:skip-fields= s:skip-chars= w:check-chars=',
    function* (options) {
      const fields = Number(options.get('f') ?? 0);
      const characters = Number(options.get('s') ?? 0);
      const keyOfLine = (line: string): string => {
        const rest = line.replace(new RegExp(`^(?:\\s*\\S+){0,${fields}}`), '').slice(characters);
        const cut = options.has('w') ? rest.slice(0, Number(options.get('w'))) : rest;
        return options.has('i') ? cut.toLowerCase() : cut;
      };
      return yield* eachInput(process, options.operands.slice(0, 1), function* (input) {
        let current: { readonly line: string; readonly key: string; count: number } | undefined;
        const shown = (): string => {
          if (
            !current ||
            (options.has('d') && current.count < 2) ||
            (options.has('u') && current.count > 1)
          )
            return '';
          return `${options.has('c') ? `${String(current.count).padStart(7)} ` : ''}${current.line}\n`;
        };
        const lines = new Lines(input);
        for (let batch = yield* lines.batch(); batch; batch = yield* lines.batch()) {
          let out = '';
          for (const line of batch) {
            const key = keyOfLine(line);
            if (current && current.key === key) current.count++;
            else {
              out += shown();
              current = { line, key, count: 1 };
            }
          }
          yield* write(process.stdout, out);
        }
        yield* write(process.stdout, shown());
      });
    },
  );

/** `1,3-5,7-` as a test. */
function parseList(text: string): ((n: number) => boolean) | undefined {
  const ranges = text.split(',').map((part) => /^(\d*)(-?)(\d*)$/.exec(part));
  if (ranges.some((found) => !found || (found[1] === '' && found[3] === ''))) return undefined;
  return (n) =>
    ranges.some(
      (found) =>
        n >= Number(found?.[1] || 1) &&
        n <= (found?.[2] === '' ? Number(found[1]) : Number(found?.[3] || Number.MAX_SAFE_INTEGER)),
    );
}

export const cut: Program = (process) =>
  withOptions(
    process,
    'd:delimiter= f:fields= c:characters= b:bytes= s:only-delimited :output-delimiter= :complement n',
    function* (options) {
      const list = options.get('f') ?? options.get('c') ?? options.get('b');
      if (list === undefined)
        return yield* fail(
          process,
          "you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.",
        );
      const isWanted = parseList(list);
      if (!isWanted)
        return yield* fail(
          process,
          `invalid field value ‘${list}’\nTry 'cut --help' for more information.`,
        );
      const delimiter = options.get('d') ?? '\t';
      if (delimiter.length > 1)
        return yield* fail(
          process,
          "the delimiter must be a single character\nTry 'cut --help' for more information.",
        );
      const keeps = (n: number): boolean => isWanted(n) !== options.has('complement');
      const byField = (line: string): string | undefined => {
        if (!line.includes(delimiter)) return options.has('s') ? undefined : line;
        return line
          .split(delimiter)
          .filter((_, i) => keeps(i + 1))
          .join(options.get('output-delimiter') ?? delimiter);
      };
      const pick = options.has('f')
        ? byField
        : (line: string): string => [...line].filter((_, i) => keeps(i + 1)).join('');
      return yield* eachInput(process, options.operands, function* (input) {
        const lines = new Lines(input);
        for (let batch = yield* lines.batch(); batch; batch = yield* lines.batch())
          yield* write(
            process.stdout,
            batch
              .map(pick)
              .filter((line) => line !== undefined)
              .map((line) => `${line}\n`)
              .join(''),
          );
      });
    },
  );

const SETS: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '!-/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
};

/** The characters of a set of `tr`. */
function expandSet(text: string): string[] {
  const named = text.replace(/\[:(\w+):\]/g, (all, name: string) => SETS[name] ?? all);
  const plain = named.replace(
    /\\([nrtfv0\\]|\[)/g,
    (_, c: string) => ({ n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', '0': '\u0000' })[c] ?? c,
  );
  const characters = [...plain];
  const out: string[] = [];
  for (let i = 0; i < characters.length; i++) {
    const from = characters[i] as string;
    const to = characters[i + 2];
    if (characters[i + 1] === '-' && to !== undefined && from <= to) {
      for (let code = from.codePointAt(0) as number; code <= (to.codePointAt(0) as number); code++)
        out.push(String.fromCodePoint(code));
      i += 2;
    } else out.push(from);
  }
  return out;
}

export const tr: Program = (process) =>
  withOptions(
    process,
    'd:delete s:squeeze-repeats c:complement C t:truncate-set1',
    function* (options) {
      const [first, second] = options.operands;
      if (first === undefined)
        return yield* fail(process, "missing operand\nTry 'tr --help' for more information.");
      if (second === undefined && !options.has('d') && !options.has('s'))
        return yield* fail(
          process,
          `missing operand after ‘${first}’\nTwo strings must be given when translating.\nTry 'tr --help' for more information.`,
        );
      const isComplement = options.has('c') || options.has('C');
      const set = expandSet(first);
      const inFirst = new Set(set);
      const isIn = (c: string): boolean => inFirst.has(c) !== isComplement;
      const target = second === undefined ? [] : expandSet(second);
      const map = new Map(
        set.map((c, i) => [c, target[Math.min(i, target.length - 1)] as string]).reverse() as [
          string,
          string,
        ][],
      );
      const squeezed = options.has('s') ? new Set(second === undefined ? set : target) : undefined;
      let last = '';
      for (let text = yield* read(process.stdin); text !== ''; text = yield* read(process.stdin)) {
        let out = '';
        for (const c of text) {
          if (options.has('d') && isIn(c)) continue;
          const changed =
            !options.has('d') && second !== undefined && isIn(c)
              ? isComplement
                ? (target.at(-1) as string)
                : (map.get(c) as string)
              : c;
          const isSqueezed =
            squeezed && (second === undefined ? isIn(changed) : squeezed.has(changed));
          if (isSqueezed && changed === last) continue;
          last = changed;
          out += changed;
        }
        yield* write(process.stdout, out);
      }
      return 0;
    },
    { stopsEarly: true },
  );

export const paste: Program = (process) =>
  withOptions(process, 'd:delimiters= s:serial', function* (options) {
    const delimiter = options.get('d') ?? '\t';
    const columns: string[][] = [];
    const status = yield* eachInput(process, options.operands, function* (input) {
      columns.push(linesOf(yield* readWhole(input)));
    });
    const at = (i: number): string =>
      delimiter === '' ? '' : (delimiter[i % delimiter.length] as string);
    const rows = options.has('s')
      ? columns
      : Array.from({ length: Math.max(0, ...columns.map((column) => column.length)) }, (_, i) =>
          columns.map((column) => column[i] ?? ''),
        );
    yield* write(
      process.stdout,
      rows
        .map(
          (row) =>
            `${row.reduce((all, cell, i) => (i === 0 ? cell : all + at(i - 1) + cell), '')}\n`,
        )
        .join(''),
    );
    return status;
  });

export const column: Program = (process) =>
  withOptions(process, 't:table s:separator= n', function* (options) {
    return yield* eachInput(process, options.operands, function* (input) {
      const separator = options.get('s');
      const rows = linesOf(yield* readWhole(input))
        .filter((line) => line.trim() !== '')
        .map((line) =>
          separator === undefined ? line.trim().split(/\s+/) : line.split(separator),
        );
      const widths: number[] = [];
      for (const row of rows)
        row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
      yield* write(
        process.stdout,
        rows
          .map(
            (row) =>
              `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')}\n`,
          )
          .join(''),
      );
    });
  });

export const fold: Program = (process) =>
  withOptions(process, 'w:width= s:spaces b', function* (options) {
    const width = Math.max(1, Number(options.get('w') ?? 80));
    return yield* eachInput(process, options.operands, function* (input) {
      for (const line of linesOf(yield* readWhole(input)))
        yield* write(
          process.stdout,
          `${(line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']).join('\n')}\n`,
        );
    });
  });

export const od: Program = (process) =>
  withOptions(process, 'c A:address-radix= t:format= x N:read-bytes= v', function* (options) {
    return yield* eachInput(process, options.operands, function* (input) {
      const text = (yield* readWhole(input)).slice(
        0,
        Number(options.get('N') ?? Number.MAX_SAFE_INTEGER),
      );
      const names: Readonly<Record<string, string>> = {
        '\n': '\\n',
        '\t': '\\t',
        '\r': '\\r',
        '\u0000': '\\0',
      };
      let out = '';
      for (let i = 0; i < text.length; i += 16) {
        const cells = [...text.slice(i, i + 16)].map((c) =>
          options.has('c')
            ? (names[c] ?? c).padStart(4)
            : ` ${c
                .charCodeAt(0)
                .toString(options.has('x') || options.get('t') === 'x1' ? 16 : 8)
                .padStart(options.get('t') === 'x1' ? 2 : 3, '0')}`,
        );
        out += `${i.toString(8).padStart(7, '0')}${cells.join('')}\n`;
      }
      yield* write(process.stdout, `${out}${utf8Length(text).toString(8).padStart(7, '0')}\n`);
    });
  });
