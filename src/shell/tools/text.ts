import { cellWidth, normalize, read, SystemError, sleep, utf8Length, write } from '../sys.ts';
import type { Process, Program, Readable, Sys } from '../sys.ts';
import { openToWrite } from '../run/streams.ts';
import { Lines, linesOf, openInput, readWhole, reason } from './input.ts';
import { fail, withOptions, type Options } from './options.ts';

/** Runs `body` for each operand (standard input without any); says which could not be read. Returns 1 if one could not. */
export function* eachInput(
  process: Process,
  operands: readonly string[],
  body: (input: Readable, name: string, index: number) => Sys<void>,
): Sys<number> {
  let status = 0;
  for (const [index, name] of (operands.length > 0 ? operands : ['-']).entries()) {
    try {
      yield* body(openInput(process, name), name, index);
    } catch (error) {
      if (error instanceof SystemError && (error.code === 'EPIPE' || error.code === 'EINTR'))
        throw error;
      status = yield* fail(process, `${name}: ${reason(error)}`);
    }
  }
  return status;
}

export const cat: Program = (process) =>
  withOptions(
    process,
    'n:number b:number-nonblank s:squeeze-blank E:show-ends T:show-tabs A:show-all v:show-nonprinting e t u',
    function* (options) {
      let number = 0;
      let wasBlank = false;
      const isPlain = !['n', 'b', 's', 'E', 'T', 'A', 'v', 'e', 't'].some((letter) =>
        options.has(letter),
      );
      const ends = options.has('E') || options.has('A') || options.has('e') ? '$' : '';
      const decorate = (line: string): string => {
        const isNumbered = options.has('b') ? line !== '' : options.has('n');
        const shown =
          options.has('T') || options.has('A') || options.has('t')
            ? line.replaceAll('\t', '^I')
            : line;
        return `${isNumbered ? `${String(++number).padStart(6)}\t` : ''}${shown}${ends}`;
      };
      return yield* eachInput(process, options.operands, function* (input) {
        if (isPlain) {
          for (let text = yield* read(input); text !== ''; text = yield* read(input))
            yield* write(process.stdout, text);
          return;
        }
        const lines = new Lines(input);
        for (let batch = yield* lines.batch(); batch; batch = yield* lines.batch()) {
          const kept = batch.filter((line) => {
            const isSkipped = options.has('s') && line === '' && wasBlank;
            wasBlank = line === '';
            return !isSkipped;
          });
          yield* write(process.stdout, kept.map(decorate).join('\n') + (lines.isCut ? '' : '\n'));
        }
      });
    },
  );

/** A count with GNU's suffixes, or undefined. */
function parseCount(text: string): number | undefined {
  const found = /^([-+]?\d+)(b|k|K|KB|KiB|M|MB|MiB|G)?$/.exec(text);
  if (!found) return undefined;
  const units: Readonly<Record<string, number>> = {
    b: 512,
    k: 1024,
    K: 1024,
    KB: 1000,
    KiB: 1024,
    M: 1_048_576,
    MB: 1_000_000,
    MiB: 1_048_576,
    G: 1_073_741_824,
  };
  return Number(found[1]) * (units[found[2] ?? ''] ?? 1);
}

/** `head -5` and `tail -5` in the old way of writing. */
function oldStyle(argv: readonly string[]): readonly string[] {
  return argv.map((arg, index) =>
    index > 0 && /^-\d+$/.test(arg) && argv[index - 1] !== '-n' && argv[index - 1] !== '-c'
      ? `-n${arg.slice(1)}`
      : arg,
  );
}

export const head: Program = (process) => {
  return withOptions(
    process,
    'n:lines= c:bytes= q:quiet v:verbose :silent',
    function* (options) {
      const wanted = options.get('n') ?? '10';
      const count = parseCount(options.get('c') ?? wanted);
      if (count === undefined)
        return yield* fail(
          process,
          `invalid number of ${options.has('c') ? 'bytes' : 'lines'}: ‘${options.get('c') ?? wanted}’`,
        );
      return yield* eachInput(process, options.operands, function* (input, name, index) {
        yield* banner(process, options, name, index);
        if (options.has('c'))
          return yield* write(process.stdout, cutBytes(yield* readWhole(input), count));
        if (count < 0) {
          const lines = linesOf(yield* readWhole(input)).slice(0, count);
          return yield* write(process.stdout, lines.map((line) => `${line}\n`).join(''));
        }
        let left = count;
        const lines = new Lines(input);
        while (left > 0) {
          const batch = yield* lines.batch();
          if (!batch) return;
          const some = batch.slice(0, left);
          left -= some.length;
          yield* write(process.stdout, some.join('\n') + (lines.isCut ? '' : '\n'));
        }
      });
    },
    { args: oldStyle(process.argv).slice(1) },
  );
};

function* banner(process: Process, options: Options, name: string, index: number): Sys<void> {
  if (
    (options.operands.length > 1 || options.has('v')) &&
    !options.has('q') &&
    !options.has('silent')
  )
    yield* write(
      process.stdout,
      `${index > 0 ? '\n' : ''}==> ${name === '-' ? 'standard input' : name} <==\n`,
    );
}

function cutBytes(text: string, count: number): string {
  let bytes = 0;
  let out = '';
  const limit = count < 0 ? utf8Length(text) + count : count;
  for (const c of text) {
    bytes += utf8Length(c);
    if (bytes > limit) break;
    out += c;
  }
  return out;
}

export const tail: Program = (process) => {
  return withOptions(
    process,
    'n:lines= c:bytes= f:follow? F q:quiet v:verbose s:sleep-interval= :retry :pid= :silent',
    function* (options) {
      const wanted = options.get('n') ?? '10';
      const text = options.get('c') ?? wanted;
      const count = parseCount(text.replace(/^[-+]/, ''));
      if (count === undefined)
        return yield* fail(
          process,
          `invalid number of ${options.has('c') ? 'bytes' : 'lines'}: ‘${text}’`,
        );
      const follows = options.has('f') || options.has('F');
      const status = yield* eachInput(process, options.operands, function* (input, name, index) {
        yield* banner(process, options, name, index);
        const all = yield* readWhole(input);
        yield* write(
          process.stdout,
          tailOf(all, count, { isFromStart: text.startsWith('+'), isBytes: options.has('c') }),
        );
      });
      if (!follows || options.operands.length === 0) return status;
      return yield* follow(process, options);
    },
    { args: oldStyle(process.argv).slice(1) },
  );
};

function tailOf(
  text: string,
  count: number,
  how: { readonly isFromStart: boolean; readonly isBytes: boolean },
): string {
  if (how.isBytes) {
    const characters = [...text];
    return how.isFromStart
      ? characters.slice(Math.max(0, count - 1)).join('')
      : count === 0
        ? ''
        : characters.slice(-count).join('');
  }
  const lines = linesOf(text);
  const kept = how.isFromStart
    ? lines.slice(Math.max(0, count - 1))
    : count === 0
      ? []
      : lines.slice(-count);
  return kept.join('\n') + (kept.length > 0 && text.endsWith('\n') ? '\n' : '');
}

/** Looks at the files once a second, as tail does without inotify, and prints what was added. */
function* follow(process: Process, options: Options): Sys<number> {
  const { files } = process.namespace;
  const paths = options.operands.map((name) => ({ name, path: normalize(name, process.cwd) }));
  const sizes = new Map(
    paths.map(({ path }) => [path, contentOf(files.lookup(path))?.length ?? 0]),
  );
  let last = paths.at(-1)?.name;
  for (;;) {
    yield* sleep(Number(options.get('s') ?? 1) * 1000 || 1000);
    for (const { name, path } of paths) {
      const text = contentOf(files.lookup(path));
      const before = sizes.get(path) ?? 0;
      if (text === undefined || text.length === before) continue;
      if (text.length < before) yield* write(process.stderr, `tail: ${name}: file truncated\n`);
      if (last !== name && paths.length > 1) yield* write(process.stdout, `\n==> ${name} <==\n`);
      last = name;
      yield* write(process.stdout, text.length < before ? text : text.slice(before));
      sizes.set(path, text.length);
    }
  }
}

function contentOf(node: ReturnType<Process['namespace']['files']['lookup']>): string | undefined {
  return node?.type === 'file' && typeof node.content === 'string' ? node.content : undefined;
}

export const wc: Program = (process) =>
  withOptions(process, 'l:lines w:words c:bytes m:chars L:max-line-length', function* (options) {
    const wanted = ['l', 'w', 'm', 'c', 'L'].filter((letter) => options.has(letter));
    const letters = wanted.length > 0 ? wanted : ['l', 'w', 'c'];
    const rows: { readonly counts: number[]; readonly name: string }[] = [];
    const status = yield* eachInput(process, options.operands, function* (input, name) {
      const text = yield* readWhole(input);
      rows.push({
        counts: letters.map((letter) => countOf(letter, text)),
        name: options.operands.length === 0 ? '' : name,
      });
    });
    if (options.operands.length > 1)
      rows.push({
        counts: letters.map((_, i) => rows.reduce((sum, row) => sum + (row.counts[i] ?? 0), 0)),
        name: 'total',
      });
    const widest = Math.max(
      1,
      ...rows.flatMap(({ counts }) => counts.map((count) => String(count).length)),
    );
    const width =
      rows.length === 1 && letters.length === 1
        ? 1
        : options.operands.length === 0
          ? Math.max(7, widest)
          : widest;
    yield* write(
      process.stdout,
      rows
        .map(
          ({ counts, name }) =>
            `${counts.map((count) => String(count).padStart(width)).join(' ')}${name === '' ? '' : ` ${name}`}\n`,
        )
        .join(''),
    );
    return status;
  });

function countOf(letter: string, text: string): number {
  switch (letter) {
    case 'l':
      return text.split('\n').length - 1;
    case 'w':
      return text.match(/\S+/g)?.length ?? 0;
    case 'm':
      return [...text].length;
    case 'c':
      return utf8Length(text);
    default:
      return Math.max(0, ...text.split('\n').map(cellWidth));
  }
}

export const tac: Program = (process) =>
  withOptions(process, '', function* (options) {
    return yield* eachInput(process, options.operands, function* (input) {
      yield* write(
        process.stdout,
        linesOf(yield* readWhole(input))
          .reverse()
          .map((line) => `${line}\n`)
          .join(''),
      );
    });
  });

export const rev: Program = (process) =>
  withOptions(process, '', function* (options) {
    return yield* eachInput(process, options.operands, function* (input) {
      yield* write(
        process.stdout,
        linesOf(yield* readWhole(input))
          .map((line) => `${[...line].reverse().join('')}\n`)
          .join(''),
      );
    });
  });

export const nl: Program = (process) =>
  withOptions(
    process,
    'b:body-numbering= w:number-width= s:number-separator=',
    function* (options) {
      let number = 0;
      const width = Number(options.get('w') ?? 6);
      const separator = options.get('s') ?? '\t';
      return yield* eachInput(process, options.operands, function* (input) {
        const lines = linesOf(yield* readWhole(input)).map((line) =>
          line === '' && options.get('b') !== 'a'
            ? `${' '.repeat(width + 1)}\n`
            : `${String(++number).padStart(width)}${separator}${line}\n`,
        );
        yield* write(process.stdout, lines.join(''));
      });
    },
  );

export const tee: Program = (process) =>
  withOptions(process, 'a:append i:ignore-interrupts', function* (options) {
    const outputs = [process.stdout];
    let status = 0;
    for (const name of options.operands) {
      try {
        outputs.push(openToWrite(process, name, options.has('a')));
      } catch (error) {
        status = yield* fail(process, `${name}: ${reason(error)}`);
      }
    }
    for (let text = yield* read(process.stdin); text !== ''; text = yield* read(process.stdin))
      for (const output of outputs) yield* write(output, text);
    return status;
  });
