import { evaluate, tell, type CheckResult, type CheckScope } from './checks/index.ts';
import type { LessonView } from './index.ts';
import type { Lab } from './lab.ts';
import type { Lesson, LessonStep } from './lessons/index.ts';
import { ScopeSource } from './scope.ts';
import { finish, playActions, type Script } from './script.ts';

/** After a step's solution its check has this long to come true before the next step is prepared. */
const SETTLE_MS = 30_000;
const SETTLE_EVERY_MS = 500;

/** A lesson being taken in a lab: which step, what its check says, what was predicted. */
export class LessonRun {
  readonly lesson: Lesson;
  readonly #lab: Lab;
  readonly #scopes: ScopeSource;
  readonly #done: boolean[];
  readonly #predictions = new Map<number, string>();
  /** By step: the answer of its prediction that came true when its check held. */
  readonly #outcomes = new Map<number, string>();
  #step = 0;
  #checkedAt = { trace: -1, nowMs: -1 };
  #result: CheckResult = { ok: false, conditions: [], problems: [] };

  constructor(lab: Lab, lesson: Lesson, done: readonly boolean[] = []) {
    this.#lab = lab;
    this.lesson = lesson;
    this.#done = lesson.steps.map((_, i) => done[i] ?? false);
    this.#scopes = new ScopeSource(lab, lesson.template);
    lab.onLessonMark(({ mark }) => {
      if (mark.type === 'step') this.#begin(mark.step);
      else this.#predictions.set(mark.step, mark.type === 'skip' ? '' : mark.choice);
    });
  }

  /** From 0. */
  get step(): number {
    return this.#step;
  }

  get current(): LessonStep {
    return this.lesson.steps[this.#step] as LessonStep;
  }

  get done(): readonly boolean[] {
    return this.#done;
  }

  /** Whether the current step's commands and faults are still locked by its prediction. */
  get isLocked(): boolean {
    return (
      this.current.predict !== null && !this.#predictions.has(this.#step) && !this.#done[this.#step]
    );
  }

  goTo(step: number): void {
    const wanted = Math.min(Math.max(0, step), this.lesson.steps.length - 1);
    this.#lab.input({ kind: 'lesson', mark: { type: 'step', step: wanted } });
  }

  predict(choice: string | undefined): void {
    const step = this.#step;
    this.#lab.input({
      kind: 'lesson',
      mark: choice === undefined ? { type: 'skip', step } : { type: 'predict', step, choice },
    });
  }

  /** Brings a fresh lab to the beginning of `step`: the lesson's start, then the solutions of the steps before. */
  prepare(step: number): readonly string[] {
    return finish(this.#lab, this.#preparation(step));
  }

  *#preparation(step: number): Script<readonly string[]> {
    const failures = [...(yield* playActions(this.#lab, this.lesson.start, new Map()))];
    for (let i = 0; i < step; i++) {
      this.goTo(i);
      failures.push(
        ...(yield* playActions(
          this.#lab,
          (this.lesson.steps[i] as LessonStep).solution,
          new Map(),
        )),
      );
      yield* this.#settle();
      this.#done[i] = true;
    }
    this.goTo(step);
    return failures;
  }

  *#settle(): Script<void> {
    for (let waited = 0; waited < SETTLE_MS && !this.check(true).ok; waited += SETTLE_EVERY_MS)
      yield { until: () => false, limitMs: SETTLE_EVERY_MS };
  }

  /** The solution of the current step, as a script. It captures what it needs: who did the steps before by hand has captured nothing. */
  solution(): Script<readonly string[]> {
    return playActions(this.#lab, this.current.solution, new Map());
  }

  /** What the check of the current step says now. Not more often than something happened, unless `isFresh` is asked for. */
  check(isFresh = false): CheckResult {
    const trace = this.#lab.world.trace.lastID;
    const { nowMs } = this.#lab;
    const isStale = trace !== this.#checkedAt.trace || nowMs - this.#checkedAt.nowMs >= 1000;
    if (isFresh || (isStale && nowMs - this.#checkedAt.nowMs >= 100) || this.#checkedAt.trace < 0) {
      this.#checkedAt = { trace, nowMs };
      const scope = this.#scopes.scope(this.#predictions);
      this.#result = evaluate(this.current.check, scope);
      if (this.#result.ok) this.#done[this.#step] = true;
      this.#noteOutcome(scope);
    }
    return this.#result;
  }

  view(isPlaying: boolean, canUndo: boolean): LessonView {
    const { predict } = this.current;
    const answered = this.#predictions.get(this.#step);
    const { conditions } = this.check();
    return {
      id: this.lesson.id,
      step: this.#step,
      done: [...this.#done],
      conditions: conditions.map(({ ok, message, wanted, is }) => ({
        ok,
        message,
        wanted: wanted || undefined,
        is: is || undefined,
      })),
      prediction: predict
        ? {
            answered: answered || undefined,
            isSkipped: answered === '',
            isLocked: this.isLocked,
            outcome: this.#outcomes.get(this.#step),
          }
        : undefined,
      isPlaying,
      canUndo,
    };
  }

  /** What turned out, once the check holds: the usual answer, or what the lab says where that may differ. */
  #noteOutcome(scope: CheckScope): void {
    const { predict } = this.current;
    if (!predict || !this.#result.ok || this.#outcomes.has(this.#step)) return;
    this.#outcomes.set(
      this.#step,
      predict.answerIs === '' ? predict.answer : tell(predict.answerIs, scope),
    );
  }

  #begin(step: number): void {
    this.#step = step;
    this.#checkedAt = { trace: -1, nowMs: -1 };
    this.#scopes.begin();
  }
}
