import { basename, dirname, sleep as sleepFor, write } from '../sys.ts';
import type { Program } from '../sys.ts';
import { echoText } from '../builtins/output.ts';
import { format } from '../builtins/printf.ts';
import { test } from '../builtins/test.ts';
import { evaluate } from '../expand/arithmetic.ts';
import { Shell } from '../run/shell.ts';
import { fail, toolName, withOptions } from './options.ts';
import { basicToJs } from './regex.ts';

export const trueTool: Program = function* () {
  return 0;
};

export const falseTool: Program = function* () {
  return 1;
};

export const echo: Program = function* (process) {
  yield* write(process.stdout, echoText(process.argv.slice(1)));
  return 0;
};

export const printf: Program = function* (process) {
  const [, template, ...args] = process.argv;
  if (template === undefined) return yield* fail(process, 'missing operand');
  const { output, errors } = format(template, args, process.kernel.world.unixMs);
  yield* write(process.stdout, output);
  for (const error of errors) yield* fail(process, error);
  return errors.length > 0 ? 1 : 0;
};

/** `1`, `0.5`, `2m`, `1h`, `1d`, `infinity` in milliseconds; undefined when it is none. */
export function parseInterval(text: string): number | undefined {
  if (text === 'infinity' || text === 'inf') return Number.MAX_SAFE_INTEGER;
  const found = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  if (!found) return undefined;
  return Math.round(
    Number(found[1]) *
      { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[
        (found[2] || 's') as 's' | 'm' | 'h' | 'd'
      ],
  );
}

export const sleep: Program = function* (process) {
  const args = process.argv.slice(1);
  if (args.length === 0) {
    yield* write(
      process.stderr,
      "sleep: missing operand\nTry 'sleep --help' for more information.\n",
    );
    return 1;
  }
  let ms = 0;
  for (const arg of args) {
    const one = parseInterval(arg);
    if (one === undefined) {
      yield* write(
        process.stderr,
        `sleep: invalid time interval ‘${arg}’\nTry 'sleep --help' for more information.\n`,
      );
      return 1;
    }
    ms += one;
  }
  // Longer than a century: for ever. The queue's times stay safe integers.
  yield* sleepFor(Math.min(ms, 4_000_000_000_000));
  return 0;
};

export const yes: Program = function* (process) {
  const line = `${process.argv.slice(1).join(' ') || 'y'}\n`;
  const block = line.repeat(Math.max(1, Math.floor(8_192 / line.length)));
  for (;;) yield* write(process.stdout, block);
};

export const clear: Program = function* (process) {
  yield* write(process.stdout, '\u001b[H\u001b[2J\u001b[3J');
  return 0;
};

export const seq: Program = (process) =>
  withOptions(
    process,
    's:separator= w:equal-width f:format=',
    function* (options) {
      const numbers = options.operands.map(Number);
      const bad = options.operands.find((text) => text.trim() === '' || Number.isNaN(Number(text)));
      if (bad !== undefined)
        return yield* fail(process, `invalid floating point argument: ‘${bad}’`);
      if (numbers.length === 0 || numbers.length > 3)
        return yield* fail(
          process,
          numbers.length === 0 ? 'missing operand' : `extra operand ‘${options.operands[3] ?? ''}’`,
        );
      const [first, step, last] =
        numbers.length === 1
          ? [1, 1, numbers[0]]
          : numbers.length === 2
            ? [numbers[0], 1, numbers[1]]
            : numbers;
      if (first === undefined || step === undefined || last === undefined || step === 0)
        return yield* fail(process, 'invalid Zero increment value: ‘0’');
      const digits = Math.max(
        ...options.operands.map((text) => /\.(\d+)/.exec(text)?.[1]?.length ?? 0),
      );
      const count = Math.floor((last - first) / step + 1e-9) + 1;
      const separator = options.get('s') ?? '\n';
      const texts = (from: number, to: number): string[] =>
        Array.from({ length: to - from }, (_, i) => (first + (from + i) * step).toFixed(digits));
      const template = options.get('f');
      const width = options.has('w')
        ? Math.max(first.toFixed(digits).length, last.toFixed(digits).length)
        : 0;
      for (let begin = 0; begin < count; begin += 1000) {
        const some = texts(begin, Math.min(count, begin + 1000)).map((text) =>
          template === undefined ? text.padStart(width, '0') : format(template, [text]).output,
        );
        yield* write(
          process.stdout,
          `${begin > 0 && separator !== '\n' ? separator : ''}${some.join(separator)}${separator === '\n' ? '\n' : ''}`,
        );
      }
      if (separator !== '\n' && count > 0) yield* write(process.stdout, '\n');
      return 0;
    },
    {
      args: process.argv
        .slice(1)
        .flatMap((arg, i, all) =>
          /^-\.?\d/.test(arg) && all[i - 1] !== '-s' && !all.slice(0, i).includes('--')
            ? ['--', arg]
            : [arg],
        )
        .filter((arg, i, all) => arg !== '--' || all.indexOf('--') === i),
    },
  );

export const basenameTool: Program = (process) =>
  withOptions(process, 'a:multiple s:suffix= z:zero', function* (options) {
    const { operands } = options;
    if (operands.length === 0)
      return yield* fail(process, "missing operand\nTry 'basename --help' for more information.");
    const isMany = options.has('a') || options.has('s');
    const suffix = options.get('s') ?? (isMany ? '' : (operands[1] ?? ''));
    for (const path of isMany ? operands : operands.slice(0, 1)) {
      const name = basename(path);
      yield* write(
        process.stdout,
        `${suffix !== '' && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name}\n`,
      );
    }
    return 0;
  });

export const dirnameTool: Program = (process) =>
  withOptions(process, 'z:zero', function* (options) {
    if (options.operands.length === 0)
      return yield* fail(process, "missing operand\nTry 'dirname --help' for more information.");
    for (const path of options.operands) yield* write(process.stdout, `${dirname(path)}\n`);
    return 0;
  });

export const tty: Program = function* (process) {
  yield* write(process.stdout, process.stdin.terminal ? '/dev/pts/0\n' : 'not a tty\n');
  return process.stdin.terminal ? 0 : 1;
};

export const stty: Program = function* (process) {
  const { terminal } = process;
  const args = process.argv.slice(1);
  if (!terminal || process.stdin.terminal !== terminal)
    return yield* fail(process, "'standard input': Inappropriate ioctl for device");
  if (args[0] === 'size') yield* write(process.stdout, `${terminal.rows} ${terminal.columns}\n`);
  else if (args.length === 0 || args[0] === '-a')
    yield* write(
      process.stdout,
      `speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns}; line = 0;\n`,
    );
  for (const arg of args) {
    const { mode } = terminal;
    if (arg === '-echo') terminal.setMode({ ...mode, echo: false });
    else if (arg === 'echo') terminal.setMode({ ...mode, echo: true });
    else if (arg === 'raw') terminal.setMode({ canonical: false, echo: mode.echo, signals: false });
    else if (arg === 'sane' || arg === '-raw' || arg === 'cooked')
      terminal.setMode({ canonical: true, echo: true, signals: true });
  }
  return 0;
};

/** What the lab knows by name but does not simulate. */
export const unsupportedTool: Program = function* (process) {
  yield* write(process.stderr, `이 실습실에서는 지원하지 않습니다: ${toolName(process)}\n`);
  return 1;
};

/** `/usr/bin/test` and `[`: the shell's builtin as a program of its own. */
export const testTool: Program = function* (process) {
  return yield* test(new Shell(process, 'bash', toolName(process)), [
    toolName(process),
    ...process.argv.slice(1),
  ]);
};

export const pwd: Program = function* (process) {
  yield* write(process.stdout, `${process.cwd}\n`);
  return 0;
};

/** `expr`: sums and comparisons of whole numbers, `length`, `substr`, `:`. */
export const expr: Program = function* (process) {
  const args = process.argv.slice(1);
  const [first = '', second = '', third = '', fourth = ''] = args;
  let result: string;
  if (args.length === 0)
    return yield* fail(process, "missing operand\nTry 'expr --help' for more information.", 2);
  if (first === 'length') result = String([...second].length);
  else if (first === 'substr')
    result = [...second].slice(Number(third) - 1, Number(third) - 1 + Number(fourth)).join('');
  else if (second === ':') {
    const found = new RegExp(`^(?:${basicToJs(third)})`, 'u').exec(first);
    result = found?.[1] ?? String(found?.[0].length ?? 0);
  } else {
    try {
      const text = args
        .join(' ')
        .replace(/(^|\s)=(\s|$)/g, '$1==$2')
        .replace(/\s\|\s/g, ' || ')
        .replace(/\s&\s/g, ' && ');
      result =
        args.length === 1 ? first : String(evaluate(text, { get: (name) => name, set: () => {} }));
    } catch {
      const is = second === '=' ? first === third : second === '!=' ? first !== third : undefined;
      if (is === undefined) return yield* fail(process, 'non-integer argument', 2);
      result = is ? '1' : '0';
    }
  }
  yield* write(process.stdout, `${result}\n`);
  return result === '' || result === '0' ? 1 : 0;
};
