/** The headless lab behind the proofs: types commands, injects faults and lets virtual time go by. */
import '../../src/lab/rest.ts';
import type { CheckScope } from '../../src/lab/checks/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import type { Entry, FaultKind, Lesson, ProofLab } from '../../src/lab/lessons/index.ts';
import { ScopeSource } from '../../src/lab/scope.ts';
import { sqliteLoaded } from '../../src/lab/sqlite.ts';
import { finish, plain, playActions, typeCommand } from '../../src/lab/script.ts';
import { templateOf } from '../../src/lab/templates.ts';

// A lab that is played at once cannot wait for it.
await sqliteLoaded;

export class HeadlessLab implements ProofLab {
  readonly #lab: Lab;
  readonly #scopes: ScopeSource;

  constructor(lesson: Lesson, seed = 'proof') {
    this.#lab = new Lab({ template: templateOf(lesson), seed });
    this.#scopes = new ScopeSource(this.#lab, lesson.template);
  }

  run(machine: string, command: string, input: readonly Entry[]): { output: string; exit: number } {
    const script = typeCommand(this.#lab, machine, command, input);
    const { output, exit, isHanging } = finish(this.#lab, script);
    return isHanging
      ? { output: `never ended: ${output}`, exit: 255 }
      : { output: plain(output), exit };
  }

  fault(kind: FaultKind, machines: readonly string[]): void {
    finish(
      this.#lab,
      playActions(this.#lab, [{ kind: 'fault', fault: kind, machines }], new Map()),
    );
  }

  wait(ms: number): void {
    finish(this.#lab, playActions(this.#lab, [{ kind: 'wait', ms }], new Map()));
  }

  until(machine: string, text: string, matches: string, withinMs: number): boolean {
    const action = { kind: 'until', machine, text, matches, withinMs } as const;
    return finish(this.#lab, playActions(this.#lab, [action], new Map())).length === 0;
  }

  write(machine: string, path: string, text: string): void {
    this.#lab.input({ kind: 'save', machine, path, text });
  }

  /** Opens a page in the learner's browser. */
  browse(url: string): void {
    this.#lab.input({ kind: 'browse', window: 'browser', action: { type: 'go', url } });
    this.wait(3_000);
  }

  beginStep(): void {
    this.#scopes.begin();
  }

  scope(): CheckScope {
    return this.#scopes.scope(new Map());
  }
}
