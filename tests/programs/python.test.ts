import { describe, expect, test } from 'vitest';
import { python3 } from '../../src/programs/python/python.ts';
import {
  FileSystem,
  Kernel,
  makeTree,
  NetStack,
  sink,
  World,
  type Namespace,
} from '../../src/sim/index.ts';

/** Runs a script and returns what it prints. */
function run(script: string, limitMs = 10_000): string {
  const world = new World('python');
  const kernel = new Kernel(world);
  const files = new FileSystem(makeTree({ freeBytes: 1e9 }), () => world.nowMs);
  files.writeFile('/s.py', script);
  const namespace: Namespace = {
    ...{ id: 'host', hostname: 'box', files, net: new NetStack(world, 'box') },
    extra: new Map(),
  };
  let out = '';
  const stream = sink((text) => (out += text));
  const argv = ['python3', '/s.py'];
  const process = kernel.spawn({
    program: python3,
    argv,
    namespace,
    stdout: stream,
    stderr: stream,
  });
  world.runUntil(limitMs);
  return process.exit ? out : `${out}(runs)`;
}

describe('scripts', () => {
  test.each([
    ['print(1 + 2, 7 // 2, -7 // 2, -7 % 3, 7 / 2, 2 ** 10)', '3 3 -4 2 3.5 1024\n'],
    ['print([1, "a", None, True], (1,), {"k": [2.0]})', "[1, 'a', None, True] (1,) {'k': [2.0]}\n"],
    ['a, b = 1, 2\na, b = b, a\nprint(f"{a}-{b:>4}|{3.14159:.2f}|{\'x\'!r}")', "2-   1|3.14|'x'\n"],
    ['for i in range(3):\n    if i == 1:\n        continue\n    print(i, end=" ")\n', '0 2 '],
    ['def add(a, b=10):\n  return a + b\nprint(add(1), add(1, b=2))', '11 3\n'],
    ['print([x * x for x in range(5) if x % 2], "a,b".split(","))', "[1, 9] ['a', 'b']\n"],
    ['d = {"a": 1}\nd["b"] = d.get("c", 5)\nfor k, v in d.items(): print(k, v)', 'a 1\nb 5\n'],
    [
      'try:\n  print({}["x"])\nexcept KeyError as e:\n  print("no", e)\nfinally:\n  print("end")',
      "no 'x'\nend\n",
    ],
    [
      'print("%s has %d%%" % ("cpu", 5), "b" not in "abc", 1 < 2 and "yes")',
      'cpu has 5% False yes\n',
    ],
    ['x = 5\nwhile x > 0:\n  x -= 2\nprint(x, "big" if x > 3 else "small")', '-1 small\n'],
    [
      'import json\nprint(json.dumps({"a": [1, 2.5, None]}), json.loads("[1]")[0])',
      '{"a": [1, 2.5, null]} 1\n',
    ],
  ])('%j', (script, output) => {
    expect(run(script)).toBe(output);
  });
});

describe('what is wrong is said as Python says it', () => {
  test.each([
    [
      'x = 1\nprint(y)',
      'Traceback (most recent call last):\n  File "/s.py", line 2, in <module>\n    print(y)\nNameError: name \'y\' is not defined\n',
    ],
    [
      'import docker',
      'Traceback (most recent call last):\n  File "/s.py", line 1, in <module>\n    import docker\nModuleNotFoundError: No module named \'docker\'\n',
    ],
    [
      'print("a" + 1)',
      'Traceback (most recent call last):\n  File "/s.py", line 1, in <module>\n    print("a" + 1)\nTypeError: can only concatenate str (not "int") to str\n',
    ],
    [
      'if True:\nprint(1)',
      '  File "/s.py", line 2\n    print(1)\nIndentationError: expected an indented block\n',
    ],
    ['class A:\n  pass', '이 실습실에서는 지원하지 않습니다: Python의 class\n'],
    [
      'def f():\n  f()\nf()',
      expect.stringContaining('RecursionError: maximum recursion depth exceeded'),
    ],
  ])('%j', (script, output) => {
    expect(run(script)).toEqual(output);
  });
});

test('a script that never ends runs, and can be killed', () => {
  expect(run('while True:\n  pass', 500)).toBe('(runs)');
});
