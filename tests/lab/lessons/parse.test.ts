import { describe, expect, test } from 'vitest';
import { parseLesson } from '../../../src/lab/lessons/index.ts';

const PATH = 'lessons/99-test/lesson.md';

const FRONT = `---
title: 될까요?
topic: 시험
objective: 읽을 수 있어요.
template: vms
machines: [manager1, worker1]
sources:
  - title: 문서
---
`;

const BLOCK = `run:
  - on: manager1
    run: docker info
check:
  - that: size(nodes) > 0
    say: 노드가 있어요
hints: [하나, 둘, 셋]
solution:
  - on: manager1
    run: docker swarm init
wrong:
  - say: 보기만 해요
    do:
      - on: manager1
        run: docker info
`;

/** A lesson of one step; line 11 is its `##`, line 16 the first of the block. */
function lesson(block: string, front = FRONT): string {
  return `${front}
## 한 단계

해 봐요.

\`\`\`yaml
${block}\`\`\`

그래서 그래요.
`;
}

function problems(text: string): string[] {
  return parseLesson(PATH, text).problems.map((one) => `${String(one.line)}: ${one.message}`);
}

test('a whole lesson', () => {
  const { lesson: parsed, problems: found } = parseLesson(PATH, lesson(BLOCK));
  expect(found).toEqual([]);
  expect(parsed).toMatchObject({
    id: '99-test',
    number: 99,
    minutes: 15,
    machines: ['manager1', 'worker1'],
  });
  const step = parsed?.steps[0];
  expect(step).toMatchObject({ number: 1, title: '한 단계', predict: null });
  expect(step?.prose).toEqual([
    { kind: 'paragraph', children: [{ kind: 'text', text: '해 봐요.' }] },
  ]);
  expect(step?.why).toEqual([
    { kind: 'paragraph', children: [{ kind: 'text', text: '그래서 그래요.' }] },
  ]);
  expect(step?.run).toEqual([
    {
      kind: 'command',
      machine: 'manager1',
      text: 'docker info',
      fails: false,
      input: [],
      capture: {},
    },
  ]);
  expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
});

describe('each fault is told with its line', () => {
  const edit = (from: string, to: string): string => {
    expect(BLOCK).toContain(from);
    return lesson(BLOCK.replace(from, to));
  };

  test.each([
    [
      'an unknown key of a step',
      () => edit('hints:', 'hint:'),
      /^22: "hint" is not a key here; known are predict, run/,
    ],
    [
      'an unknown key of an action',
      () => edit('    run: docker info\ncheck', '    runs: docker info\ncheck'),
      /^18: "runs" is not a key/,
    ],
    [
      'an unknown key of a condition',
      () => edit('    say: 노드가', '    says: 노드가'),
      /^21: "says" is not a key/,
    ],
    ['two hints', () => edit('[하나, 둘, 셋]', '[하나, 둘]'), /^22: three hints/],
    [
      'a machine that is not there',
      () => edit('on: manager1\n    run: docker swarm', 'on: manager9\n    run: docker swarm'),
      /^24: "manager9" is none/,
    ],
    [
      'an expression with an error',
      () => edit('size(nodes) > 0', 'size(nodes > 0'),
      /^20: size\(nodes > 0: /,
    ],
    [
      'an expression that calls what it may not',
      () => edit('size(nodes) > 0', `"'a'.matches('b')"`),
      /^20: .*"matches" is not a function/,
    ],
    [
      'a template with an error',
      () => edit('노드가 있어요', '"{noodles}"'),
      /^21: noodles: Unknown variable/,
    ],
    [
      'no wrong attempt',
      () => lesson(BLOCK.replace(/wrong:[\s\S]*/, 'wrong: []\n')),
      /^26: at least one wrong/,
    ],
    [
      'a gap in a solution',
      () => edit('    run: docker swarm init', '    type: docker swarm init'),
      /^24: a solution cannot hold "type"/,
    ],
    [
      'a key of another verb',
      () => edit('    run: docker swarm init', '    run: docker swarm init\n    within: 3s'),
      /^26: "within" does not go with "run"/,
    ],
    ['no YAML', () => edit('say: 노드가', 'say: {{ 노드가'), /no valid YAML/],
    [
      'a text where a list belongs',
      () => edit('[하나, 둘, 셋]', '하나'),
      /^22: a list was expected/,
    ],
    [
      'a key twice',
      () => edit('hints:', 'hints: [a, b, c]\nhints:'),
      /no valid YAML: Map keys must be unique/,
    ],
  ])('%s', (_, text, wanted) => {
    expect(problems(text()).some((one) => wanted.test(one))).toBe(true);
  });

  test('front matter', () => {
    expect(problems(lesson(BLOCK, FRONT.replace('objective', 'objectives')))).toEqual([
      expect.stringMatching(/^4: "objectives" is not a key/),
      '2: "objective" is missing',
    ]);
    expect(problems('# nothing')).toEqual([
      '1: front matter between two lines of --- was expected',
    ]);
    expect(problems(FRONT)).toEqual([expect.stringMatching(/at least one step/)]);
    expect(parseLesson('lessons/Test/lesson.md', lesson(BLOCK)).problems[0]?.message).toMatch(
      /like 14-swarm-init/,
    );
  });

  test('a section without a block, and one with two', () => {
    expect(problems(`${FRONT}\n## 한 단계\n\n글뿐이에요.\n`)).toEqual([
      '11: a step needs one block ```yaml … ```',
    ]);
    expect(problems(lesson(`${BLOCK}\`\`\`\n\n\`\`\`yaml\n${BLOCK}`))).toContain(
      '11: a step has one yaml block',
    );
  });

  test('a prediction', () => {
    const predict =
      'predict:\n  question: 몇 개?\n  choices: [하나, 둘]\n  answer: 셋\n  because: 그래요.\n';
    expect(problems(lesson(predict + BLOCK))).toEqual([
      '19: the answer must be one of the choices, letter by letter',
    ]);
    expect(problems(lesson(predict.replace('셋', '둘') + BLOCK))).toEqual([]);
  });
});

describe('a lesson from a stranger', () => {
  test('is refused when it is huge', () => {
    expect(problems('x'.repeat(300_000))).toEqual(['1: longer than 200000 characters']);
  });

  test('YAML that grows by aliases does not grow here', () => {
    const laughs = 'run: &a [x, x]\ncheck: [*a, *a, *a]\n';
    expect(problems(lesson(laughs)).length).toBeGreaterThan(0);
  });

  test('__proto__ is a key like any other', () => {
    expect(problems(lesson(`__proto__: {}\n${BLOCK}`))).toEqual([
      expect.stringMatching(/^16: "__proto__" is not a key/),
    ]);
  });
});

test('entries for an interactive program are lines or keys', () => {
  const said = BLOCK.replace(
    '    run: docker info\n',
    '    run: docker run -it ubuntu bash\n    input: [ls -l, Ctrl-P Ctrl-Q]\n',
  );
  expect(parseLesson(PATH, lesson(said)).lesson?.steps[0]?.run).toMatchObject([
    {
      input: [
        { say: 'ls -l', keys: 'ls -l\r' },
        { say: 'Ctrl-P Ctrl-Q', keys: '\u0010\u0011' },
      ],
    },
  ]);
});

test('the template local has one machine', () => {
  const local = (machines: string): string =>
    lesson(BLOCK)
      .replace('template: vms', 'template: local')
      .replace(/machines: .*/, `machines: [${machines}]`)
      .replaceAll('on: manager1', 'on: local');
  expect(parseLesson(PATH, local('local')).lesson?.template).toBe('local');
  expect(parseLesson(PATH, local('local, other')).problems.map((one) => one.message)).toContain(
    'the template local has one machine: local',
  );
});
