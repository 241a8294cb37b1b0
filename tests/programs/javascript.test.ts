import { describe, expect, test } from 'vitest';
import { Evaluator } from '../../src/programs/javascript/evaluate.ts';
import { globalScope } from '../../src/programs/javascript/globals.ts';
import { inspect } from '../../src/programs/javascript/inspect.ts';
import { parseScript } from '../../src/programs/javascript/parse.ts';
import { ErrorValue, Thrown } from '../../src/programs/javascript/values.ts';
import { Random } from '../../src/sim/index.ts';
import { Lab } from './harness.ts';

/** What a script's last expression shows, or what it throws. */
function run(source: string, limitMs = 1_000): string {
  const lab = new Lab();
  let shown = 'still running';
  lab.client(function* () {
    const parsed = parseScript(source);
    if (parsed.type !== 'script') shown = parsed.type;
    else {
      const scope = globalScope({
        nowMs: () => lab.world.unixMs,
        random: () => new Random('programs', 'javascript'),
      });
      try {
        shown = inspect(yield* new Evaluator(scope).run(parsed.script, source));
      } catch (error) {
        if (!(error instanceof Thrown)) throw error;
        shown = error.value instanceof ErrorValue ? error.value.show() : inspect(error.value);
      }
    }
    return 0;
  });
  lab.run(limitMs);
  return shown;
}

describe('the language', () => {
  test.each([
    ['1 + 2 * 3', '7'],
    ["'a' + 1 + null", "'a1null'"],
    ['var x = 1; x += 4; x++; x', '6'],
    ['[1, 2, 3].map(x => x * x).filter(x => x > 1)', '[ 4, 9 ]'],
    ['[3, 1, 2].sort()', '[ 1, 2, 3 ]'],
    ['[3, 1, 2].sort((a, b) => b - a).join("-")', "'3-2-1'"],
    ['let s = 0; for (let i = 0; i < 5; i++) { if (i === 3) continue; s += i } s', '7'],
    ['let s = ""; for (const k in {a: 1, b: 2}) s += k; s', "'ab'"],
    ['let s = 0; for (const n of [1, 2]) s += n; s', '3'],
    ['var fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); fs.map(f => f())', '[ 0, 1, 2 ]'],
    ['function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } fib(15)', '610'],
    ['const { a, ...rest } = { a: 1, b: 2, c: 3 }; rest', '{ b: 2, c: 3 }'],
    ['const [x, , y = 9] = [1, 2]; [x, y]', '[ 1, 9 ]'],
    ['((a, b = a + 1, ...more) => [a, b, more])(1)', '[ 1, 2, [] ]'],
    ['`${1 + 1} 개`', "'2 개'"],
    ['({ n: 1, f() { return this.n } }).f()', '1'],
    [
      'let r; try { null.x } catch (e) { r = e.message } r',
      `"Cannot read properties of null (reading 'x')"`,
    ],
    ['undefined?.x.y', 'undefined'],
    ['typeof nothing', "'undefined'"],
    ['switch (2) { case 1: 1; break; case 2: var q = "two" } q', "'two'"],
    [
      'outer: for (let i = 0; i < 3; i++) for (;;) { if (i === 1) break outer; continue outer } "done"',
      "'done'",
    ],
    ['JSON.stringify({ a: [1, { b: null }] })', `'{"a":[1,{"b":null}]}'`],
    ['"a-b".replace(/-(.)/, (m, c) => c.toUpperCase())', "'aB'"],
    ['new Date(0).toISOString()', "'1970-01-01T00:00:00.000Z'"],
    ['new Date(2026, 0, 31) - new Date(2026, 0, 30)', '86400000'],
    ['2 ** 10', '1024'],
  ])('%s', (source, shown) => expect(run(source)).toBe(shown));
});

describe('mistakes', () => {
  test.each([
    ['foo', 'ReferenceError: foo is not defined'],
    ['const a = 1; a = 2', 'TypeError: Assignment to constant variable.'],
    ['({}).x.y', "TypeError: Cannot read properties of undefined (reading 'y')"],
    ['({}).x()', 'TypeError: ({}).x is not a function'],
    ['throw "no"', "'no'"],
    ['function f() { return f() } f()', 'RangeError: Maximum call stack size exceeded'],
    ['class A {}', 'SyntaxError: 이 실습실에서는 지원하지 않습니다: ClassDeclaration'],
    ['1 +', 'more'],
    ['f({', 'more'],
    ['1 1', 'error'],
  ])('%s', (source, shown) => expect(run(source)).toBe(shown));

  test('a loop without end lets others run', () => {
    expect(run('for (;;) {}', 20)).toBe('still running');
  });
});

describe('nothing of the host', () => {
  test.each([
    ['[].constructor', 'undefined'],
    ['"".constructor', 'undefined'],
    ['(() => 1).constructor', 'undefined'],
    ['({}).__proto__', 'undefined'],
    ['({}).constructor', 'undefined'],
    ['let o = {}; o.__proto__ = { x: 1 }; o.x', 'undefined'],
    ['JSON.parse(\'{"__proto__": {"x": 1}}\').x', 'undefined'],
    ['typeof globalThis + typeof process + typeof Function', "'undefinedundefinedundefined'"],
    ['/a/.constructor', 'undefined'],
    ['new Date().constructor', 'undefined'],
  ])('%s', (source, shown) => expect(run(source)).toBe(shown));
});
