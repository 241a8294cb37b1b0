/** A student takes lessons through a `Session`, as the page lets them: typing, looking, taking back, leaving and coming back. */
import '../../src/lab/rest.ts';
import { describe, expect, it } from 'vitest';
import type { LessonView, TimelineEvent } from '../../src/lab/index.ts';
import { Session } from '../../src/lab/session.ts';
import { lessons } from '../lessons/lessons.ts';
import type { Lesson } from '../../src/lab/lessons/index.ts';

function lessonOf(number: number): Lesson {
  const found = lessons.find((one) => one.number === number);
  if (!found) throw new Error(`no lesson ${String(number)}`);
  return found;
}

/** One page with its student: keeps what the worker has posted, as the page does. */
class Student {
  readonly session: Session;
  readonly timeline: TimelineEvent[] = [];
  readonly shown = new Map<string, string>();
  lesson: LessonView | undefined;
  resets = 0;

  constructor(session: Session) {
    this.session = session;
    this.look();
  }

  static at(number: number, step: number): Student {
    return new Student(Session.open({ kind: 'lesson', lesson: lessonOf(number), step: step - 1 }));
  }

  look(): void {
    const update = this.session.update();
    if (update.isReset) this.resets++;
    if (update.lesson) this.lesson = update.lesson;
    if (update.timeline) this.timeline.push(...update.timeline);
    for (const { terminal, text } of update.output ?? [])
      this.shown.set(
        terminal,
        text.startsWith('\x1bc') ? text : (this.shown.get(terminal) ?? '') + text,
      );
  }

  /** Frames of a sixtieth of a second each, at the session's speed. */
  pass(ms: number): void {
    const endMs = this.session.lab.nowMs + ms;
    for (let n = 0; this.session.lab.nowMs < endMs && n < 100_000; n++) {
      this.session.advance(17);
      this.look();
    }
  }

  until(holds: () => boolean, withinMs = 120_000): void {
    const endMs = this.session.lab.nowMs + withinMs;
    while (!holds() && this.session.lab.nowMs < endMs) this.pass(100);
    expect(holds(), this.screen('manager1').slice(-500)).toBe(true);
  }

  screen(machine: string): string {
    return this.session.lab.screen(machine)?.between(0) ?? '';
  }

  /** Types a line at a terminal and lets time pass until the prompt is back. */
  type(machine: string, line: string): string {
    if (!this.session.lab.screen(machine))
      this.session.input({ kind: 'open', terminal: machine, machine, columns: 100, rows: 30 });
    const isAtPrompt = (): boolean => this.session.lab.screen(machine)?.isAtPrompt ?? false;
    this.until(isAtPrompt);
    const from = this.session.lab.screen(machine)?.total ?? 0;
    this.session.input({ kind: 'type', terminal: machine, text: `${line}\r` });
    this.pass(50);
    this.until(isAtPrompt);
    return this.session.lab.screen(machine)?.between(from) ?? '';
  }

  get isDone(): boolean {
    return this.lesson?.done[this.lesson.step] ?? false;
  }
}

function resumed(student: Student, number: number): Student {
  const record = structuredClone(student.session.save());
  return new Student(Session.open({ kind: 'resume', record, lesson: lessonOf(number) }));
}

describe('lesson 14, by hand', () => {
  it('ticks what was done, whoever did it before by hand gets a solution that works, and it is there after a reload', () => {
    const student = Student.at(14, 3);
    expect(student.lesson).toMatchObject({ id: '14-swarm-init', step: 2 });
    expect(student.lesson?.done.slice(0, 4)).toEqual([true, true, false, false]);
    if (student.lesson?.prediction)
      student.session.predict(lessonOf(14).steps[2]?.predict?.choices[0]);
    student.look();
    expect(student.lesson?.conditions.map(({ ok }) => ok)).toEqual([false, false]);

    const init = student.type('manager1', 'docker swarm init --advertise-addr 192.168.99.100');
    expect(init).toContain('is now a manager.');
    expect(student.lesson?.conditions.map(({ ok }) => ok)).toEqual([true, true]);
    expect(student.isDone).toBe(true);

    student.session.setStep(3);
    student.look();
    expect(student.lesson?.step).toBe(3);
    expect(student.isDone).toBe(false);
    expect(student.lesson?.conditions[0]?.is).toContain('아직 노드 목록에 worker1이 없어요');
    student.session.playSolution();
    student.look();
    expect(student.lesson?.isPlaying).toBe(true);
    student.until(() => student.isDone);
    expect(student.screen('worker1')).toContain('This node joined a swarm as a worker.');
    student.until(() => student.lesson?.isPlaying === false);

    const back = resumed(student, 14);
    expect(back.session.lab.fingerprint()).toBe(student.session.save().fingerprint);
    expect(back.lesson?.step).toBe(3);
    expect(back.lesson?.done.slice(0, 4)).toEqual([true, true, true, true]);
    expect(back.shown.get('worker1')).toContain('This node joined a swarm as a worker.');

    back.session.setStep(4);
    back.session.playSolution();
    back.look();
    back.until(() => back.isDone);
    expect(back.type('manager1', 'docker node ls')).toMatch(/worker3 +Ready/);
  });

  it('a command that was taken back has not happened', () => {
    const student = Student.at(14, 3);
    expect(student.lesson?.canUndo).toBe(false);
    student.session.predict(undefined);
    student.type('manager1', 'docker info --format "{{.Swarm.LocalNodeState}}"');
    student.type('manager1', 'docker swarm init --advertise-addr 192.168.99.100');
    expect(student.lesson?.canUndo).toBe(true);
    const { resets } = student;
    student.session.undo();
    student.look();
    expect(student.resets).toBe(resets + 1);
    expect(student.lesson?.conditions.map(({ ok }) => ok)).toEqual([false, false]);
    expect(student.shown.get('manager1')).not.toContain('swarm init --advertise');
    expect(student.type('manager1', 'docker info --format "{{.Swarm.LocalNodeState}}"')).toContain(
      'inactive',
    );
    expect(resumed(student, 14).session.lab.fingerprint()).toBe(student.session.save().fingerprint);
  });
});

describe('lesson 19, by hand', () => {
  const second = lessonOf(19).steps[1];

  it('a prediction locks faults, a crash is survived, and the outcome is told when it is there', () => {
    const student = Student.at(19, 2);
    const prediction = second?.predict;
    expect(student.lesson?.prediction).toMatchObject({ isLocked: true, outcome: undefined });
    student.session.fault({ type: 'crash', machine: 'worker2' });
    student.pass(1_000);
    expect(student.session.lab.host('worker2')?.machine.isOn).toBe(true);

    student.session.predict(prediction?.choices[0]);
    student.look();
    expect(student.lesson?.prediction).toMatchObject({
      isLocked: false,
      answered: prediction?.choices[0],
      outcome: undefined,
    });
    student.session.setSpeed(10);
    student.session.fault({ type: 'crash', machine: 'worker2' });
    student.pass(2_000);
    expect(student.session.lab.host('worker2')?.machine.isOn).toBe(false);
    expect(student.isDone).toBe(false);
    student.until(() => student.isDone);
    student.look();
    expect(student.type('manager1', 'docker node ls')).toMatch(/worker2 +Down/);
    const rows = student.type('manager1', 'docker service ps --filter desired-state=running web');
    const hosts = ['worker1', 'worker3'].filter((host) => rows.includes(` ${host} `));
    expect(prediction?.choices).toContain(student.lesson?.prediction?.outcome);
    expect(hosts).toContain(student.lesson?.prediction?.outcome);
    expect(student.timeline.length).toBeGreaterThan(0);
  });

  it('a step that is begun again is as it was in the beginning', () => {
    const student = Student.at(19, 2);
    const beginning = student.session.lab.fingerprint();
    student.session.predict(undefined);
    student.session.setSpeed(50);
    student.session.playSolution();
    student.until(() => student.isDone, 300_000);
    student.session.restartStep();
    student.look();
    expect(student.session.lab.fingerprint()).toBe(beginning);
    expect(student.isDone).toBe(false);
    expect(student.lesson).toMatchObject({ step: 1, isPlaying: false, canUndo: false });
    expect(student.lesson?.prediction).toMatchObject({
      isLocked: true,
      isSkipped: false,
      outcome: undefined,
    });
    student.session.playSolution();
    student.until(() => student.isDone, 300_000);
  });

  it('a fault can be taken back', () => {
    const student = Student.at(19, 2);
    student.session.predict(undefined);
    student.session.fault({ type: 'crash', machine: 'worker2' });
    student.pass(3_000);
    student.session.undo();
    student.look();
    expect(student.session.lab.host('worker2')?.machine.isOn).toBe(true);
    expect(student.lesson?.prediction?.isLocked).toBe(false);
  });
});

describe('a log that is saved at any moment', () => {
  it('replays to the same bytes, also where a frame or a step ended within a millisecond', () => {
    const student = Student.at(14, 3);
    const { session } = student;
    session.predict(undefined);
    session.input({
      kind: 'type',
      terminal: 'manager1',
      text: 'docker swarm init; docker service create -d nginx\r',
    });
    let within = 0;
    for (let n = 0; n < 25; n++) {
      session.step();
      const { nowMs } = session.lab;
      if (session.lab.world.nextAtMs === nowMs) within++;
      const saved = session.save();
      expect(saved.fingerprint.startsWith(`${nowMs}/`)).toBe(true);
      if (n % 6 === 0)
        expect(resumed(student, 14).session.lab.fingerprint()).toBe(saved.fingerprint);
    }
    expect(within).toBeGreaterThan(0);
  });
});

describe('a hidden tab', () => {
  it('lets time pass at the speed it is allowed, and at the chosen one when it is seen again', () => {
    const session = Session.open({ kind: 'free', managers: 1, workers: 0, seed: 'hidden' });
    session.setSpeed(10);
    session.advance(100, 1);
    expect(session.lab.nowMs).toBe(100);
    session.advance(100);
    expect(session.lab.nowMs).toBe(1_100);
    session.setSpeed(0.1);
    session.advance(100, 1);
    expect(session.lab.nowMs).toBe(1_110);
  });
});

describe('a solution that is played', () => {
  it('says at which machine it types, for long enough to be seen', () => {
    const student = Student.at(14, 4);
    student.session.playSolution();
    const seen: string[] = [];
    for (let n = 0; n < 600; n++) {
      student.session.advance(17);
      student.look();
      const { isPlaying, playsOn } = student.lesson as LessonView;
      if (isPlaying && playsOn !== undefined) seen.push(playsOn);
    }
    expect(new Set(seen)).toEqual(new Set(['manager1', 'worker1']));
    // A second each, at least, in frames of a sixtieth.
    for (const one of ['manager1', 'worker1'])
      expect(seen.filter((machine) => machine === one).length).toBeGreaterThan(58);
    expect(student.lesson?.isPlaying).toBe(false);
  });
});
