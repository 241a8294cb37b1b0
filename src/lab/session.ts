import type { LabUpdate, LessonView, OpenOptions, SavedLab, TerminalView } from './index.ts';
import type { Fault, Input, StampedInput } from './inputs.ts';
import { Lab } from './lab.ts';
import { laterParts } from './later.ts';
import type { LessonRun } from './lessonrun.ts';
import type { Lesson } from './lessons/index.ts';
import { finish, paced, Playback, type Script } from './script.ts';
import { contentText, join, SystemError } from '../sim/index.ts';
import { prepareDemo } from './demo.ts';
import { templateByName, templateOf, vms } from './templates.ts';
import { Messages } from './view/messages.ts';
import { Timeline } from './view/timeline.ts';
import { upcoming } from './view/upcoming.ts';
import { isVisible } from './view/visible.ts';
import { ViewBuilder } from './view/build.ts';

/** Events in one slice: what a frame may cost. */
const EVENTS_PER_SLICE = 4_000;
/** Output of one terminal in one update, in characters: a flood shows its end. */
const OUTPUT_MAX = 200_000;
const SKIP_LIMIT_MS = 300_000;

type Where = SavedLab['open'];

/** A place in the log to which the last command can be taken back. */
interface RestorePoint {
  readonly inputs: number;
  readonly nowMs: number;
}

/**
 * A lab as the page uses it: runs at a speed, is paused and stepped, takes a lesson, is saved and resumed. Pure: the worker gives it the time that passed.
 */
export class Session {
  #lab: Lab;
  #where: Where;
  #lesson: LessonRun | undefined;
  #playback: Playback<unknown> | undefined;
  #view: ViewBuilder;
  #timeline: Timeline;
  #messages: Messages;
  #restorePoints: RestorePoint[] = [];
  #output = new Map<string, string>();
  #isPaused = false;
  #speed = 1;
  #owedMs = 0;
  #lastLesson = '';
  #lastTerminals = '';
  #lastUpcoming = '';
  #hasNewInput = true;
  #isReset = true;
  #editorSeen = 0;
  #browsersSeen = '';
  readonly #promptAt = new Map<string, RestorePoint>();

  private constructor(lab: Lab, where: Where) {
    this.#lab = lab;
    this.#where = where;
    this.#view = new ViewBuilder(lab);
    this.#timeline = new Timeline(lab);
    this.#messages = new Messages(lab);
    this.#attach();
  }

  /** Makes the lab that is asked for; a lesson is prepared, a saved lab replayed. */
  static open(options: OpenOptions): Session {
    switch (options.kind) {
      case 'free': {
        const { managers, workers } = options;
        return new Session(
          new Lab({ template: vms(managers, workers), seed: options.seed ?? 'free' }),
          { kind: 'free', managers, workers },
        );
      }
      case 'demo': {
        const session = new Session(
          new Lab({ template: vms(1, 2), seed: options.seed ?? 'demo' }),
          { kind: 'demo' },
        );
        finish(session.#lab, prepareDemo(session.#lab));
        session.#afterPreparation();
        return session;
      }
      case 'lesson':
        return Session.#openLesson(options.lesson, options.step, options.seed ?? options.lesson.id);
      case 'resume':
        return Session.#resume(options.record, options.lesson);
    }
  }

  static #openLesson(lesson: Lesson, step: number, seed: string): Session {
    const lab = new Lab({ template: templateOf(lesson), seed });
    const session = new Session(lab, { kind: 'lesson', lesson: lesson.id, step });
    session.#lesson = new (laterParts().LessonRun)(lab, lesson);
    session.#lesson.prepare(step);
    session.#afterPreparation();
    return session;
  }

  static #resume(record: SavedLab, lesson: Lesson | undefined): Session {
    const lab = new Lab({ template: templateByName(record.template), seed: record.seed });
    const session = new Session(lab, record.open);
    if (lesson) session.#lesson = new (laterParts().LessonRun)(lab, lesson, record.lesson?.done);
    session.#replay(record.inputs, record.nowMs);
    session.#restorePoints = [];
    return session;
  }

  get lab(): Lab {
    return this.#lab;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Every shell waits for a command, and nothing is being played. */
  get isQuiet(): boolean {
    return this.#playback === undefined && this.#lab.screens.every((one) => one.isAtPrompt);
  }

  /** Lets `realMs` of the viewer's time pass, at `speedMax` at most. */
  advance(realMs: number, speedMax = Number.MAX_SAFE_INTEGER): void {
    if (this.#isPaused) return;
    this.#owedMs += realMs * Math.min(this.#speed, speedMax);
    const targetMs = this.#lab.nowMs + Math.floor(this.#owedMs);
    const startMs = this.#lab.nowMs;
    this.#runTo(targetMs, EVENTS_PER_SLICE);
    // What a slow computer could not run is not made up for: time goes slower there, nothing is skipped.
    this.#owedMs = Math.min(this.#owedMs - (this.#lab.nowMs - startMs), 50 * this.#speed);
  }

  /** How long (real ms) until something is due; undefined: nothing while it is paused. */
  get idleMs(): number | undefined {
    if (this.#isPaused) return undefined;
    const next = this.#lab.world.nextAtMs;
    return next === undefined
      ? 1000
      : Math.max(0, (next - this.#lab.nowMs - this.#owedMs) / this.#speed);
  }

  input(input: Input): void {
    if (input.kind === 'fault' && this.#lesson?.isLocked) return;
    if (input.kind === 'fault')
      this.#restorePoints.push({ inputs: this.#lab.inputs.length, nowMs: this.#lab.nowMs });
    this.#lab.input(input);
    this.#lab.runUntil(this.#lab.nowMs, EVENTS_PER_SLICE);
    this.#hasNewInput = true;
  }

  fault(fault: Fault): void {
    this.input({ kind: 'fault', fault });
  }

  play(): void {
    this.#isPaused = false;
  }

  pause(): void {
    this.#isPaused = true;
    this.#owedMs = 0;
  }

  setSpeed(speed: number): void {
    this.#speed = Math.min(100, Math.max(0.1, speed));
    this.#owedMs = 0;
  }

  /** To the next event that changes what is seen; stays paused there. */
  step(): void {
    this.pause();
    this.#runToVisible();
  }

  /** Through dead time to the next visible change. */
  skip(): void {
    this.#runToVisible();
  }

  setStep(step: number): void {
    this.#lesson?.goTo(step);
    this.#hasNewInput = true;
  }

  predict(choice: string | undefined): void {
    this.#lesson?.predict(choice);
    this.#hasNewInput = true;
  }

  playSolution(): void {
    if (this.#lesson?.isLocked) this.#lesson.predict(undefined);
    if (this.#lesson) this.#start(paced(this.#lesson.solution()));
  }

  /** The state in which the current step begins, in a fresh lab. */
  restartStep(): void {
    const lesson = this.#lesson;
    if (!lesson) return;
    const done = lesson.done;
    const { step } = lesson;
    this.#replaceLab();
    this.#lesson = new (laterParts().LessonRun)(
      this.#lab,
      lesson.lesson,
      done.map((isDone, i) => isDone && i !== step),
    );
    this.#lesson.prepare(step);
    this.#afterPreparation();
  }

  /** Takes the last command (or fault) back: the lab as it was at the prompt before it. */
  undo(): void {
    const point = this.#restorePoints.pop();
    if (!point) return;
    const left = this.#restorePoints;
    const inputs = this.#lab.inputs.slice(0, point.inputs);
    const lesson = this.#lesson;
    this.#replaceLab();
    if (lesson) this.#lesson = new (laterParts().LessonRun)(this.#lab, lesson.lesson, lesson.done);
    this.#replay(inputs, point.nowMs);
    this.#restorePoints = left;
    this.#hasNewInput = true;
  }

  save(): SavedLab {
    const lesson = this.#lesson;
    // A frame may end in the middle of a millisecond; a replay runs it to its end. What cannot be run to its end now has no fingerprint.
    const isWhole = this.#lab.runUntil(this.#lab.nowMs, EVENTS_PER_SLICE);
    return {
      ...this.#lab.record(),
      open: this.#where,
      fingerprint: isWhole ? this.#lab.fingerprint() : '',
      ...(lesson ? { lesson: { id: lesson.lesson.id, step: lesson.step, done: lesson.done } } : {}),
    };
  }

  /** What has changed since the last update. */
  update(): LabUpdate {
    const hasNewInput = this.#hasNewInput;
    this.#hasNewInput = false;
    const saved = hasNewInput ? this.save() : undefined;
    const editor = this.#editorAsked();
    const browsers = this.#browsersChanged();
    const { nowMs } = this.#lab;
    const view = this.#view.changed();
    const output = [...this.#output].map(([terminal, text]) => ({
      terminal,
      text: text.slice(-OUTPUT_MAX),
    }));
    this.#output.clear();
    const messages = this.#messages.take();
    const timeline = this.#timeline.take();
    const lesson = this.#lessonView();
    const coming = upcoming(this.#lab) ?? null;
    const terminals = this.#terminals();
    const changed = <T>(value: T, last: string): boolean => JSON.stringify(value) !== last;
    const update: LabUpdate = {
      ...(this.#isReset ? { isReset: true } : {}),
      nowMs,
      speed: this.#speed,
      isPaused: this.#isPaused,
      ...(view ? { view } : {}),
      ...(output.length > 0 ? { output } : {}),
      ...(messages.length > 0 ? { messages } : {}),
      ...(timeline.length > 0 ? { timeline } : {}),
      ...(changed(coming, this.#lastUpcoming) ? { upcoming: coming } : {}),
      ...(lesson && changed(lesson, this.#lastLesson) ? { lesson } : {}),
      ...(changed(terminals, this.#lastTerminals) ? { terminals } : {}),
      ...(saved ? { saved } : {}),
      ...(browsers ? { browsers } : {}),
      ...(editor ? { editor } : {}),
    };
    this.#lastUpcoming = JSON.stringify(coming);
    this.#lastLesson = JSON.stringify(lesson);
    this.#lastTerminals = JSON.stringify(terminals);
    this.#isReset = false;
    return update;
  }

  /** A file's text; undefined when there is none. */
  readFile(machine: string, path: string): string | undefined {
    const host = this.#lab.host(machine);
    const node = host?.machine.files.lookup(absolute(path, host.user.home));
    return node?.type === 'file' ? contentText(node.content) : undefined;
  }

  /** Saves a file as the editor does; the error's text when it cannot be saved. */
  saveFile(machine: string, path: string, text: string): string | undefined {
    try {
      this.input({ kind: 'save', machine, path, text });
      return undefined;
    } catch (error) {
      if (error instanceof SystemError) return error.message;
      throw error;
    }
  }

  listFiles(
    machine: string,
    path: string,
  ): readonly { readonly name: string; readonly isFolder: boolean }[] {
    const host = this.#lab.host(machine);
    if (!host) return [];
    const { files } = host.machine;
    const folder = absolute(path, host.user.home);
    if (files.lookup(folder)?.type !== 'directory') return [];
    return files
      .list(folder)
      .map((name) => ({ name, isFolder: files.lookup(join(folder, name))?.type === 'directory' }));
  }

  /** The file that a program (`vi`) has asked the page's editor for since the last update. */
  #editorAsked(): LabUpdate['editor'] {
    const { trace } = this.#lab.world;
    const asked = trace.since(this.#editorSeen).findLast((entry) => entry.kind === 'editor.open');
    this.#editorSeen = trace.lastID;
    return asked && { machine: String(asked.data['machine']), path: String(asked.data['path']) };
  }

  #browsersChanged(): LabUpdate['browsers'] {
    const all = this.#lab.browsers?.all ?? [];
    const now = all.map(({ window, version }) => `${window} ${version}`).join();
    if (now === this.#browsersSeen) return undefined;
    this.#browsersSeen = now;
    return all.map((browser) => browser.view());
  }

  #lessonView(): LessonView | undefined {
    const playback = this.#playback;
    const view = this.#lesson?.view(playback !== undefined, this.#restorePoints.length > 0);
    return view && playback?.machine !== undefined ? { ...view, playsOn: playback.machine } : view;
  }

  #terminals(): readonly TerminalView[] {
    return this.#lab.screens.map((screen) => ({
      terminal: screen.name,
      machine: screen.machine.name,
      isAtPrompt: screen.isAtPrompt,
      runningSinceMs: screen.runningSinceMs,
    }));
  }

  #start(script: Script<unknown>): void {
    this.#playback?.stop();
    this.#playback = new Playback(this.#lab, script);
    this.#isPaused = false;
  }

  #runTo(targetMs: number, eventsMax: number): void {
    let left = eventsMax;
    while (left-- > 0) {
      if (this.#playback?.pump()) this.#playback = undefined;
      const limitMs = Math.min(targetMs, this.#playback?.deadlineMs ?? targetMs);
      if (this.#lab.world.step(limitMs)) continue;
      this.#lab.runUntil(limitMs);
      if (limitMs >= targetMs) return;
    }
  }

  #runToVisible(): void {
    const { world } = this.#lab;
    const endMs = world.nowMs + SKIP_LIMIT_MS;
    let seen = world.trace.lastID;
    for (let n = 0; n < 1_000_000 && world.step(endMs); n++) {
      if (world.trace.lastID === seen) continue;
      const news = world.trace.since(seen);
      seen = world.trace.lastID;
      if (news.some(isVisible)) break;
    }
    this.#owedMs = 0;
  }

  #replay(inputs: readonly StampedInput[], nowMs: number): void {
    this.#lab.replay({ inputs, nowMs });
    this.#output.clear();
    for (const screen of this.#lab.screens)
      this.#output.set(screen.name, `\x1bc${screen.between(0)}`);
  }

  #replaceLab(): void {
    this.#playback?.stop();
    this.#playback = undefined;
    this.#lab = new Lab({ template: this.#lab.template, seed: this.#lab.world.seed });
    this.#view = new ViewBuilder(this.#lab);
    this.#timeline = new Timeline(this.#lab);
    this.#messages = new Messages(this.#lab);
    this.#restorePoints = [];
    this.#promptAt.clear();
    this.#output.clear();
    this.#attach();
    this.#hasNewInput = true;
    this.#isReset = true;
    this.#lastLesson = this.#lastTerminals = this.#lastUpcoming = this.#browsersSeen = '';
  }

  /** What was typed for the learner before they came is shown, but cannot be taken back. */
  #afterPreparation(): void {
    this.#restorePoints = [];
    this.#output.clear();
    for (const screen of this.#lab.screens)
      this.#output.set(screen.name, `\x1bc${screen.between(0)}`);
  }

  #attach(): void {
    const marked = new Set<string>();
    this.#lab.onOutput((screen, text) => {
      this.#output.set(screen.name, (this.#output.get(screen.name) ?? '') + text);
      if (marked.has(screen.name)) return;
      marked.add(screen.name);
      screen.onMark((mark) => {
        if (mark.type === 'prompt')
          this.#promptAt.set(screen.name, {
            inputs: this.#lab.inputs.length,
            nowMs: this.#lab.nowMs,
          });
        const before = mark.type === 'accepted' ? this.#promptAt.get(screen.name) : undefined;
        if (before) this.#restorePoints.push(before);
        if (this.#restorePoints.length > 200) this.#restorePoints.shift();
        this.#hasNewInput = true;
      });
    });
  }
}

function absolute(path: string, home: string): string {
  return path.startsWith('/') ? path : join(home, path);
}
