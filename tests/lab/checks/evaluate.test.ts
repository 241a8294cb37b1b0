import { describe, expect, test } from 'vitest';
import { compile, evaluate, templateParts } from '../../../src/lab/checks/index.ts';
import type { Condition } from '../../../src/lab/checks/index.ts';
import { node, scope, service, task } from './scopes.ts';

function condition(that: string, given: Partial<Condition> = {}): Condition {
  return { that, say: '', wanted: '', is: '', ...given };
}

const cluster = scope({
  nodes: [node('manager1', { manager: 'leader' }), node('worker1')],
  services: [service('web', { replicas: 3 })],
  tasks: [task('web.1', 'worker1'), task('web.2', 'manager1')],
});

describe('evaluate', () => {
  test('a condition holds or says what was wanted and what is there', () => {
    const check = [
      condition("nodeState('worker1') == 'ready'", { say: 'worker1이 Ready예요' }),
      condition("size(running('web')) == replicas('web')", {
        say: 'web이 모두 실행 중이에요',
        wanted: "{replicas('web')}개",
        is: "지금은 {size(running('web'))}개예요({names(running('web'))}).",
      }),
    ];
    const { ok, conditions, problems } = evaluate(check, cluster);
    expect(ok).toBe(false);
    expect(problems).toEqual([]);
    expect(conditions).toEqual([
      { ok: true, message: 'worker1이 Ready예요', wanted: '', is: '' },
      {
        ok: false,
        message: 'web이 모두 실행 중이에요',
        wanted: '3개',
        is: '지금은 2개예요(web.1, web.2).',
      },
    ]);
  });

  test('all conditions together tick the step; no condition never does', () => {
    expect(
      evaluate([condition('size(nodes) == 2'), condition('size(tasks) == 2')], cluster).ok,
    ).toBe(true);
    expect(evaluate([], cluster).ok).toBe(false);
  });

  test.each([
    ['a missing field', 'nodes.all(n, n.Nothing.here == 1)'],
    ['a missing machine', "machines.worker9.power == 'on'"],
    ['no boolean', 'size(nodes)'],
    ['no expression', 'size(nodes) =='],
    ['an unknown name', 'gremlins == 1'],
  ])('%s is not yet, and a problem for the author', (_, that) => {
    const result = evaluate([condition(that)], cluster);
    expect(result.ok).toBe(false);
    expect(result.problems).toHaveLength(1);
  });

  test('numbers of the API compare with whole numbers', () => {
    const that =
      'services.exists(s, s.Spec.Mode.Replicated.Replicas == 3 && s.Spec.Mode.Replicated.Replicas >= 2)';
    expect(evaluate([condition(that)], cluster)).toMatchObject({ ok: true, problems: [] });
  });

  test('the same expression asks the scope it is given, not an earlier one', () => {
    const check = [condition("size(running('web')) == 2")];
    expect(evaluate(check, cluster).ok).toBe(true);
    expect(evaluate(check, scope()).ok).toBe(false);
    expect(evaluate(check, cluster).ok).toBe(true);
  });
});

describe('a lesson from a stranger', () => {
  test.each([
    'matches("a", "b")',
    '"aaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$")',
    'timestamp("2020-01-01T00:00:00Z").getFullYear() == 2020',
    'nodes.map(n, n.ID.matches("x")).size() == 1',
    '{"a": [1].map(x, "y".matches("z"))}.size() == 1',
    'fetch("https://example.org")',
  ])('may not call %s', (source) => {
    expect(compile(source)).toHaveProperty('error');
  });

  test.each([
    'lab.constructor',
    'lab.__proto__',
    'nodes[0].constructor',
    "lab['constructor']",
    'lab.toString',
  ])('cannot leave its data by %s', (source) => {
    const result = evaluate([condition(`${source} != null`)], cluster);
    expect(result.ok).toBe(false);
  });

  test('a very deep or long expression is refused, not run', () => {
    expect(compile(`${'('.repeat(500)}1${')'.repeat(500)} == 1`)).toHaveProperty('error');
    expect(compile(Array.from({ length: 1000 }, () => '1 == 1').join(' && '))).toHaveProperty(
      'error',
    );
  });
});

test('templateParts cuts text and expressions', () => {
  expect(templateParts('a {b} c{d}')).toEqual([
    { text: 'a ' },
    { expression: 'b' },
    { text: ' c' },
    { expression: 'd' },
  ]);
  expect(templateParts('{open')).toEqual([{ text: '{open' }]);
  expect(templateParts('')).toEqual([]);
});
