/**
 * Plays a lesson in a headless lab and proves what it promises: each check is false before its step, the solution
 * makes it true, a wrong attempt does not, and every command shown runs. (That it parses, the parser says.)
 *
 * Whatever may spoil the lab (a wrong attempt, commands out of order) is played in a fresh one, brought to the state in
 * which its step begins: `start` and the solutions so far.
 */
import { evaluate } from '../checks/index.ts';
import type { CheckScope } from '../checks/index.ts';
import type { Action, Attempt, Entry, FaultKind, Lesson, LessonStep } from './types.ts';

/** What a proof needs of a lab. Synchronous: a headless lab is as fast as the machine allows. */
export interface ProofLab {
  /** Types the command at the machine's prompt and goes on until the prompt is back. */
  run(
    machine: string,
    command: string,
    input: readonly Entry[],
  ): { readonly output: string; readonly exit: number };
  fault(kind: FaultKind, machines: readonly string[]): void;
  wait(ms: number): void;
  /** Repeats the command at once and then twice a second; false when it did not match in time. */
  until(machine: string, command: string, matches: string, withinMs: number): boolean;
  write(machine: string, path: string, text: string): void;
  /** Tells the lab that a step begins: `seen` is empty from here. */
  beginStep(step: number): void;
  scope(): CheckScope;
}

export interface Proof {
  readonly lesson: string;
  readonly step: number;
  readonly kind: 'before' | 'solution' | 'wrong' | 'shown';
  readonly ok: boolean;
  /** What went wrong, for a reader who has only this line. */
  readonly message: string;
}

export type MakeLab = (lesson: Lesson) => ProofLab;
type Captures = Map<string, string>;

/** After the last action the check has this long to come true: heartbeats, elections and stable tasks take time. */
const SETTLE_MS = 30_000;
const SETTLE_STEP_MS = 500;

export function proveLesson(lesson: Lesson, makeLab: MakeLab): Proof[] {
  const proofs = proveSolutions(lesson, makeLab);
  for (const step of lesson.steps) proofs.push(...proveStep(lesson, step, makeLab));
  return proofs;
}

/** Plays the whole lesson once: each check is false when its step begins and true after its solution. */
export function proveSolutions(lesson: Lesson, makeLab: MakeLab): Proof[] {
  const { lab, captures, failures: ofStart } = labAtStep(lesson, 1, makeLab);
  return lesson.steps.flatMap((step, index) => {
    const says = { lesson: lesson.id, step: step.number };
    lab.beginStep(step.number);
    const isEarly = evaluate(step.check, lab.scope()).ok;
    const failures = index === 0 ? [...ofStart] : [];
    failures.push(...play(lab, step.solution, captures), ...settle(lab, step));
    return [
      { ...says, kind: 'before', ok: !isEarly, message: isEarly ? 'the check holds already' : '' },
      { ...says, kind: 'solution', ok: failures.length === 0, message: failures.join('\n') },
    ] as const;
  });
}

/** The proofs of one step that each need a lab of their own: its commands run, wrong attempts do not tick it. */
export function proveStep(lesson: Lesson, step: LessonStep, makeLab: MakeLab): Proof[] {
  const wrong = step.wrong.map((attempt) => proveWrong(lesson, step, attempt, makeLab));
  return [proveShown(lesson, step, makeLab), ...wrong];
}

/** A lab in the state in which a step begins. The captures of earlier steps stay usable. */
export function labAtStep(
  lesson: Lesson,
  number: number,
  makeLab: MakeLab,
): { lab: ProofLab; captures: Captures; failures: string[] } {
  const lab = makeLab(lesson);
  const captures: Captures = new Map();
  const failures = play(lab, lesson.start, captures);
  for (const step of lesson.steps) {
    if (step.number >= number) break;
    lab.beginStep(step.number);
    failures.push(...play(lab, step.solution, captures));
    settle(lab, step);
  }
  lab.beginStep(number);
  return { lab, captures, failures };
}

function proveShown(lesson: Lesson, step: LessonStep, makeLab: MakeLab): Proof {
  const { lab, captures, failures } = labAtStep(lesson, step.number, makeLab);
  failures.push(...play(lab, step.run, captures));
  const says = { lesson: lesson.id, step: step.number, kind: 'shown' } as const;
  return { ...says, ok: failures.length === 0, message: failures.join('\n') };
}

function proveWrong(lesson: Lesson, step: LessonStep, attempt: Attempt, makeLab: MakeLab): Proof {
  const { lab, captures, failures } = labAtStep(lesson, step.number, makeLab);
  failures.push(...play(lab, attempt.actions, captures));
  const isTicked = settle(lab, step).length === 0;
  if (isTicked) failures.push(`the check holds after the wrong attempt "${attempt.say}"`);
  const says = { lesson: lesson.id, step: step.number, kind: 'wrong' } as const;
  return { ...says, ok: failures.length === 0, message: failures.join('\n') };
}

/** Waits until the check holds; what is missing when it does not. An expression that fails at the end is a failure. */
function settle(lab: ProofLab, step: LessonStep): string[] {
  for (let waited = 0; waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
    if (evaluate(step.check, lab.scope()).ok) return [];
    lab.wait(SETTLE_STEP_MS);
  }
  const result = evaluate(step.check, lab.scope());
  if (result.ok) return [];
  const missing = result.conditions.filter((one) => !one.ok);
  const said = missing.map((one) => `not yet: ${one.message} (wanted ${one.wanted}; ${one.is})`);
  return [...said, ...result.problems];
}

/** Plays actions; returns what did not go as the lesson says. */
export function play(lab: ProofLab, actions: readonly Action[], captures: Captures): string[] {
  return actions.flatMap((action) => playAction(lab, action, captures));
}

function playAction(lab: ProofLab, action: Action, captures: Captures): string[] {
  switch (action.kind) {
    case 'command':
      return playCommand(lab, action, captures);
    case 'typed':
      return [];
    case 'fault':
      lab.fault(action.fault, action.machines);
      return [];
    case 'wait':
      lab.wait(action.ms);
      return [];
    case 'until': {
      const command = filled(action.text, captures);
      if (lab.until(action.machine, command, action.matches, action.withinMs)) return [];
      return [`${action.machine}: ${command} never matched ${action.matches}`];
    }
    case 'write':
      lab.write(action.machine, action.path, action.text);
      return [];
  }
}

function playCommand(
  lab: ProofLab,
  action: Action & { kind: 'command' },
  captures: Captures,
): string[] {
  const command = filled(action.text, captures);
  const { output, exit } = lab.run(action.machine, command, action.input);
  const failures: string[] = [];
  if ((exit !== 0) !== action.fails) {
    failures.push(
      `${action.machine}: ${command} ended with ${String(exit)}: ${output.slice(0, 400)}`,
    );
  }
  for (const [name, pattern] of Object.entries(action.capture)) {
    const value = new RegExp(pattern, 'm').exec(output)?.[1];
    if (value === undefined)
      failures.push(`${action.machine}: ${command}: nothing for ${name} (${pattern})`);
    else captures.set(name, value);
  }
  return failures;
}

/** `${NAME}` of a capture; others are left to the shell. */
function filled(text: string, captures: Captures): string {
  return text.replace(
    /\$\{([A-Z][A-Z0-9_]*)\}/g,
    (whole, name: string) => captures.get(name) ?? whole,
  );
}
