/** What every lesson must be, read without a lab. The proofs that need one are in proofs.test.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/lab/checks/index.ts';
import type { CheckScope } from '../../src/lab/checks/index.ts';
import { parseGlossary, plainText } from '../../src/lab/lessons/index.ts';
import type { Action, Block, Inline, Lesson } from '../../src/lab/lessons/index.ts';
import { ids, lessons, read, ROOT, textOf } from './lessons.ts';
import { machines, node, scope, service, task } from '../lab/checks/scopes.ts';

const glossary = parseGlossary(
  'lessons/glossary.md',
  readFileSync(new URL('glossary.md', ROOT), 'utf8'),
);

function inlinesOf(blocks: readonly Block[]): Inline[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'code') return [];
    return block.kind === 'list' ? block.items.flat() : block.children;
  });
}

/** Every piece of Korean that a student reads. */
function sentences(lesson: Lesson): string[] {
  const steps = lesson.steps.flatMap((step) => [
    ...[...step.prose, ...step.why].flatMap((block) =>
      block.kind === 'paragraph' || block.kind === 'note' ? [plainText(block.children)] : [],
    ),
    ...step.check.flatMap((one) => [one.say, one.is]),
    ...step.hints.map((hint) => plainText(hint)),
    ...(step.predict === null
      ? []
      : [plainText(step.predict.question), plainText(step.predict.because)]),
  ]);
  return [lesson.objective, ...steps].filter((words) => words !== '');
}

function terms(inlines: readonly Inline[]): string[] {
  return inlines.flatMap((inline) => {
    if (inline.kind === 'term') return [inline.term];
    return 'children' in inline ? terms(inline.children) : [];
  });
}

test('the lessons of one machine and those of the first lap are there', () => {
  expect(ids).toEqual(
    expect.arrayContaining([
      '02-container-network',
      '03-cpu-memory-limits',
      '04-block-io-limits',
      '05-volumes-mounts',
      '06-mysql-persistence',
      '07-nginx-logs-awk',
      '08-two-tier-wordpress',
      '09-three-tier-guestbook',
      '10-daemon-monitoring',
      '14-swarm-init',
      '15-swarm-nodes-tokens',
      '16-services',
      '17-scaling-routing-mesh',
      '19-failure-recovery',
      '20-rolling-update-rollback',
      '21-overlay-dns-vip',
    ]),
  );
});

describe.each(ids)('%s', (id) => {
  test('parses without a problem', () => {
    expect(
      read(id).problems.map((one) => `${one.file}:${String(one.line)} ${one.message}`),
    ).toEqual([]);
  });
});

describe.each(lessons.map((lesson) => [lesson.id, lesson] as const))('%s', (_, lesson) => {
  test('asks for a prediction somewhere, and its title is a goal or a question', () => {
    expect(lesson.steps.some((step) => step.predict !== null)).toBe(true);
    expect(lesson.title).toMatch(/[?요]$/);
    expect(lesson.rows.length).toBeGreaterThan(0);
    expect(lesson.sources.length).toBeGreaterThan(0);
  });

  test('steps fit a screen and are titled apart', () => {
    const titles = lesson.steps.map((step) => step.title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const step of lesson.steps) {
      const words = plainText(inlinesOf([...step.prose, ...step.why]));
      expect(words.length, step.title).toBeLessThan(1100);
      expect(step.why.length, `${step.title}: why`).toBeGreaterThan(0);
    }
  });

  test('is written in 해요체', () => {
    const formal = sentences(lesson).filter((words) =>
      /(습니다|입니다|합니다|하십시오|하시오)[.?!"]/.test(words),
    );
    expect(formal).toEqual([]);
  });

  test('every term is in the glossary, and the glossary names this lesson', () => {
    const used = new Set(
      lesson.steps.flatMap((step) => terms(inlinesOf([...step.prose, ...step.why]))),
    );
    for (const term of used) {
      const entry = glossary.entries.find((one) => one.term === term);
      expect(entry?.lessons, term).toContain(lesson.id);
    }
  });

  test('captures are made before they are used, and a solution makes its own', () => {
    // Whoever took the steps before by hand has captured nothing.
    const visit = (actions: readonly Action[], known: Set<string>): void => {
      for (const action of actions) {
        const text = 'text' in action ? action.text : '';
        for (const [, name] of text.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/g))
          expect(known, text).toContain(name);
        if (action.kind === 'command')
          for (const name of Object.keys(action.capture)) known.add(name);
      }
    };
    const all = new Set<string>();
    visit(lesson.start, all);
    for (const step of lesson.steps) {
      for (const attempt of step.wrong) visit(attempt.actions, all);
      visit(step.solution, new Set());
      visit(step.solution, all);
    }
  });

  test.each(lesson.steps.map((step) => [`${String(step.number)} ${step.title}`, step] as const))(
    'step %s: its expressions bear the states that labs are in',
    (__, step) => {
      for (const [name, state] of states(lesson)) {
        const result = evaluate(step.check, state);
        expect(result.problems, name).toEqual([]);
        if (name === 'fresh') expect(result.ok).toBe(false);
        for (const one of result.conditions) expect(one.message, name).not.toMatch(/[{}]/);
      }
    },
  );
});

/** States in which an expression may meet something missing. */
function states(lesson: Lesson): [string, CheckScope][] {
  const fresh = { machines: machines(lesson.machines) };
  const hosts = lesson.machines;
  const nodes = hosts.map((host, index) =>
    node(host, host.startsWith('manager') ? { manager: index === 0 ? 'leader' : 'reachable' } : {}),
  );
  const replicated = service('web', {
    update: 'completed',
    ports: [{ PublishedPort: 80, TargetPort: 80, PublishMode: 'ingress' }],
  });
  const global = { ID: 'service-agent', Spec: { Name: 'agent', Mode: { Global: {} } } };
  const services = [replicated, service('lean'), global];
  const tasks = [
    task('web.1', hosts[0] ?? ''),
    task('web.2', hosts[1] ?? '', { state: 'failed', desired: 'shutdown' }),
    task('agent.0', hosts[0] ?? ''),
  ];
  const raft = { leader: 'manager1', term: 2, members: [] };
  const request = {
    atMs: 1,
    from: 'manager1',
    url: '',
    entry: 'manager1',
    port: 80,
    status: 200,
    body: '',
    server: 'web.1.x',
    error: '',
  };
  const call = {
    atMs: 1,
    machine: 'manager1',
    method: 'GET',
    path: '/services/web',
    query: '',
    status: 404,
    error: 'no',
  };
  const lookup = {
    atMs: 1,
    machine: 'manager1',
    container: 'box',
    networks: ['app-net'],
    name: 'web',
    answers: ['10.0.1.2'],
  };
  const networks = [
    { Name: 'ingress', Driver: 'overlay' },
    { Name: 'app-net', Driver: 'overlay', Attachable: true },
  ];
  return [
    ['fresh', scope(fresh)],
    ['a swarm without services', scope({ ...fresh, nodes, raft })],
    [
      'a swarm at work',
      scope(
        { ...fresh, nodes, raft, services, tasks, networks },
        { requests: [request], api: [call], lookups: [lookup] },
      ),
    ],
    ['without a leader', scope({ ...fresh, nodes, services, tasks, networks })],
  ];
}

describe('the glossary', () => {
  test('parses, in order', () => {
    expect(glossary.problems).toEqual([]);
    const latin = (term: string): boolean => /^[A-Za-z]/.test(term);
    const order = glossary.entries.map((entry) => entry.term);
    const wanted = [...order].sort(
      (a, b) => Number(latin(a)) - Number(latin(b)) || (a < b ? -1 : 1),
    );
    expect(order).toEqual(wanted);
  });

  test('speaks only of lessons that use the word', () => {
    const missing = glossary.entries.flatMap((entry) =>
      entry.lessons
        .filter((id) => {
          if (!ids.includes(id)) return true;
          return !textOf(id).includes(entry.term);
        })
        .map((id) => `${entry.term}: ${id}`),
    );
    expect(missing).toEqual([]);
  });

  test('words that the glossary replaced are not used', () => {
    // The notes' words for what the glossary calls by another.
    const old = /마스터 노드|컨테이너 오케스트레이션 툴|뗏목|작업자 노드|관리자 노드/;
    const found = ids.filter((id) => old.test(textOf(id)));
    expect(found).toEqual([]);
  });
});
