import { write } from '../sys.ts';
import type { Program } from '../sys.ts';
import { strftime } from '../builtins/printf.ts';
import { linesOf, openInput, readWhole, reason } from './input.ts';
import { fail, withOptions } from './options.ts';

/** Lines that are compared one by one; longer files differ as a whole. */
const LINES_MAX = 4_000;

interface Change {
  readonly aBegin: number;
  readonly aEnd: number;
  readonly bBegin: number;
  readonly bEnd: number;
}

/** Where two lists of lines differ, by their longest common subsequence. */
function changes(a: readonly string[], b: readonly string[]): Change[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  if (n === 0 && m === 0) return [];
  if (n > LINES_MAX || m > LINES_MAX)
    return [{ aBegin: head, aEnd: head + n, bBegin: head, bEnd: head + m }];
  const table = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      (table[i] as Uint16Array)[j] =
        a[head + i] === b[head + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: Change[] = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && a[head + i] === b[head + j]) {
      i++;
      j++;
      continue;
    }
    const [i0, j0] = [i, j];
    while ((i < n || j < m) && !(i < n && j < m && a[head + i] === b[head + j])) {
      if (j >= m || (i < n && at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    }
    found.push({ aBegin: head + i0, aEnd: head + i, bBegin: head + j0, bEnd: head + j });
  }
  return found;
}

function range(begin: number, end: number): string {
  return end - begin <= 1 ? String(end > begin ? begin + 1 : begin) : `${begin + 1},${end}`;
}

function normal(a: readonly string[], b: readonly string[]): string {
  return changes(a, b)
    .map(({ aBegin, aEnd, bBegin, bEnd }) => {
      const letter = aBegin === aEnd ? 'a' : bBegin === bEnd ? 'd' : 'c';
      const removed = a
        .slice(aBegin, aEnd)
        .map((line) => `< ${line}\n`)
        .join('');
      const added = b
        .slice(bBegin, bEnd)
        .map((line) => `> ${line}\n`)
        .join('');
      return `${range(aBegin, aEnd)}${letter}${range(bBegin, bEnd)}\n${removed}${letter === 'c' ? '---\n' : ''}${added}`;
    })
    .join('');
}

function unified(a: readonly string[], b: readonly string[], context: number): string {
  const all = changes(a, b);
  const groups: Change[][] = [];
  for (const change of all) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.aBegin - last.aEnd <= 2 * context) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups
    .map((group) => {
      const [first, last] = [group[0] as Change, group.at(-1) as Change];
      const [aBegin, bBegin] = [
        Math.max(0, first.aBegin - context),
        Math.max(0, first.bBegin - context),
      ];
      const [aEnd, bEnd] = [
        Math.min(a.length, last.aEnd + context),
        Math.min(b.length, last.bEnd + context),
      ];
      const size = (begin: number, end: number): string =>
        end - begin === 1
          ? String(begin + 1)
          : `${end === begin ? begin : begin + 1},${end - begin}`;
      let text = `@@ -${size(aBegin, aEnd)} +${size(bBegin, bEnd)} @@\n`;
      let at = aBegin;
      for (const change of group) {
        text += a
          .slice(at, change.aBegin)
          .map((line) => ` ${line}\n`)
          .join('');
        text +=
          a
            .slice(change.aBegin, change.aEnd)
            .map((line) => `-${line}\n`)
            .join('') +
          b
            .slice(change.bBegin, change.bEnd)
            .map((line) => `+${line}\n`)
            .join('');
        at = change.aEnd;
      }
      return (
        text +
        a
          .slice(at, aEnd)
          .map((line) => ` ${line}\n`)
          .join('')
      );
    })
    .join('');
}

export const diff: Program = (process) =>
  withOptions(
    process,
    'u U:unified= q:brief s i:ignore-case w b B r N y :color?',
    function* (options) {
      const [left, right] = options.operands;
      if (left === undefined || right === undefined)
        return yield* fail(
          process,
          `missing operand after '${left ?? 'diff'}'\ndiff: Try 'diff --help' for more information.`,
          2,
        );
      const texts: string[] = [];
      for (const name of [left, right]) {
        try {
          texts.push(yield* readWhole(openInput(process, name)));
        } catch (error) {
          return yield* fail(process, `${name}: ${reason(error)}`, 2);
        }
      }
      const fold = (line: string): string =>
        options.has('i')
          ? line.toLowerCase()
          : options.has('w')
            ? line.replace(/\s+/g, '')
            : options.has('b')
              ? line.replace(/\s+/g, ' ').trimEnd()
              : line;
      const [a, b] = texts.map((text) => linesOf(text).map(fold)) as [string[], string[]];
      const isSame = a.length === b.length && a.every((line, i) => line === b[i]);
      if (isSame) {
        if (options.has('s'))
          yield* write(process.stdout, `Files ${left} and ${right} are identical\n`);
        return 0;
      }
      if (options.has('q')) yield* write(process.stdout, `Files ${left} and ${right} differ\n`);
      else if (options.has('u') || options.has('U')) {
        const when = strftime('%Y-%m-%d %H:%M:%S.%N +0000', process.kernel.world.unixMs);
        yield* write(
          process.stdout,
          `--- ${left}\t${when}\n+++ ${right}\t${when}\n${unified(a, b, Number(options.get('U') ?? 3))}`,
        );
      } else yield* write(process.stdout, normal(a, b));
      return 1;
    },
    { usageStatus: 2 },
  );

export const comm: Program = (process) =>
  withOptions(process, '1 2 3', function* (options) {
    const [left = '-', right = '-'] = options.operands;
    const a = linesOf(yield* readWhole(openInput(process, left)));
    const b = linesOf(yield* readWhole(openInput(process, right)));
    let [i, j] = [0, 0];
    let out = '';
    const show = (column: 1 | 2 | 3, line: string): void => {
      if (options.has(String(column))) return;
      const tabs = [1, 2].filter((one) => one < column && !options.has(String(one))).length;
      out += `${'\t'.repeat(tabs)}${line}\n`;
    };
    while (i < a.length || j < b.length) {
      const [x, y] = [a[i], b[j]];
      if (y === undefined || (x !== undefined && x < y)) show(1, a[i++] as string);
      else if (x === undefined || y < x) show(2, b[j++] as string);
      else {
        show(3, x);
        i++;
        j++;
      }
    }
    yield* write(process.stdout, out);
    return 0;
  });
