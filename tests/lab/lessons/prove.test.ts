import { describe, expect, test } from 'vitest';
import type { CheckScope } from '../../../src/lab/checks/index.ts';
import { parseLesson, proveLesson } from '../../../src/lab/lessons/index.ts';
import type { Lesson, Proof, ProofLab } from '../../../src/lab/lessons/index.ts';
import { machines, node, scope } from '../checks/scopes.ts';

/** A lab small enough to see through: `join NAME` adds a node, `say` prints, anything else fails. */
class ToyLab implements ProofLab {
  readonly #nodes: string[] = [];

  run(_machine: string, command: string): { output: string; exit: number } {
    const [verb, word = ''] = command.split(' ');
    if (verb === 'join') this.#nodes.push(word);
    if (verb === 'token') return { output: 'TOKEN-abc\n', exit: 0 };
    return verb === 'join' || verb === 'say'
      ? { output: '', exit: 0 }
      : { output: `${String(verb)}: command not found`, exit: 127 };
  }

  fault(): void {}
  wait(): void {}

  until(machine: string, command: string, matches: string): boolean {
    return new RegExp(matches, 'm').test(this.run(machine, command).output);
  }

  write(): void {}
  beginStep(): void {}

  scope(): CheckScope {
    return scope({ machines: machines(['m']), nodes: this.#nodes.map((name) => node(name)) });
  }
}

const GOOD = {
  that: "nodeState('a') == 'ready'",
  run: 'join a',
  solution: 'join a',
  wrong: 'join b',
};

function lesson(given: Partial<typeof GOOD>): Lesson {
  const { that, run, solution, wrong } = { ...GOOD, ...given };
  const parsed = parseLesson(
    'lessons/99-toy/lesson.md',
    `---
title: t
topic: t
objective: t
template: vms
machines: [m]
sources: []
start:
  - on: m
    run: token
    capture: { TOKEN: "(TOKEN-[a-z]+)" }
---

## s

p

\`\`\`yaml
run: [{ on: m, run: "${run}" }]
check: [{ that: "${that}", say: a가 있어요, wanted: a, is: "{size(nodes)}개" }]
hints: [a, b, c]
solution: [{ on: m, run: "${solution}" }]
wrong: [{ say: w, do: [{ on: m, run: "${wrong}" }] }]
\`\`\`
`,
  );
  expect(parsed.problems).toEqual([]);
  return parsed.lesson as Lesson;
}

function failures(given: Partial<typeof GOOD>): Proof[] {
  return proveLesson(lesson(given), () => new ToyLab()).filter((proof) => !proof.ok);
}

describe('the proofs', () => {
  test('a good lesson passes all of them', () => {
    const proofs = proveLesson(lesson({}), () => new ToyLab());
    expect(proofs.map((proof) => [proof.kind, proof.ok])).toEqual([
      ['before', true],
      ['solution', true],
      ['shown', true],
      ['wrong', true],
    ]);
  });

  test.each([
    [
      'a check that holds already',
      { that: 'size(nodes) == 0 || size(nodes) == 1' },
      'before',
      /holds already/,
    ],
    [
      'a solution that does not help',
      { solution: 'say hello' },
      'solution',
      /not yet: a가 있어요 \(wanted a; 0개\)/,
    ],
    ['a solution whose command fails', { solution: 'jion a' }, 'solution', /jion a ended with 127/],
    [
      'a shown command that fails',
      { run: 'docker-machine ls' },
      'shown',
      /ended with 127: docker-machine: command not found/,
    ],
    [
      'a wrong attempt that ticks',
      { wrong: 'join a' },
      'wrong',
      /holds after the wrong attempt "w"/,
    ],
    ['a wrong attempt that does not run', { wrong: 'oops' }, 'wrong', /oops ended with 127/],
    [
      'an expression that fails when it counts',
      { that: "machines.x.power == 'on'" },
      'solution',
      /No such key: x/,
    ],
  ])('see %s', (_, given, kind, message) => {
    const failed = failures(given);
    expect(failed.map((proof) => proof.kind)).toContain(kind);
    expect(failed.find((proof) => proof.kind === kind)?.message).toMatch(message);
  });

  test('captures are filled in, other variables are the shell’s', () => {
    const seen: string[] = [];
    class Listening extends ToyLab {
      override run(machine: string, command: string): { output: string; exit: number } {
        seen.push(command);
        return super.run(machine, command);
      }
    }
    proveLesson(lesson({ solution: 'join ${TOKEN}x${PWD}' }), () => new Listening());
    expect(seen).toContain('join TOKEN-abcx${PWD}');
  });
});
