import * as Comlink from 'comlink';
import type {
  BrowserView,
  Fault,
  LabDoor,
  LabUpdate,
  LabView,
  LessonView,
  MessageView,
  OpenOptions,
  SavedLab,
  TerminalView,
  TimelineEvent,
  UpcomingView,
} from '../lab/index.ts';
import { takeWorker } from './ahead.ts';

/* eslint-disable svelte/prefer-svelte-reactivity -- What stands in the maps here is bookkeeping; nobody draws it. */

/** Messages and time line marks that the page keeps. */
const MESSAGES_MAX = 400;
const TIMELINE_MAX = 4_000;
/** Output that is kept for a terminal nobody looks at, in characters. */
const UNREAD_MAX = 400_000;
/** Between two updates the page lets time run on by itself, but not further than this. */
const CARRY_ON_MS = 400;

interface Typed {
  readonly terminal: string;
  readonly text: string;
}

/**
 * The one owner of the web worker. Components read its state; what the student does goes to the worker and comes back as state.
 */
export class LabClient {
  view = $state.raw<LabView | undefined>(undefined);
  lesson = $state.raw<LessonView | undefined>(undefined);
  terminals = $state.raw<readonly TerminalView[]>([]);
  timeline = $state.raw<readonly TimelineEvent[]>([]);
  upcoming = $state.raw<UpcomingView | undefined>(undefined);
  browsers = $state.raw<readonly BrowserView[]>([]);
  isPaused = $state(false);
  speed = $state(1);
  /** The lab is being made: a lesson prepared, a saved lab replayed. */
  isOpening = $state(true);
  /** The lab or its worker has stopped. What was typed is kept. */
  failure = $state<string | undefined>(undefined);
  editorRequest = $state.raw<{ readonly machine: string; readonly path: string } | undefined>(
    undefined,
  );
  /** Counts how often the lab was made anew: opened, restarted, taken back. Terminals begin again with each. */
  epoch = $state(0);

  /** Messages on the wire, newest last: read by the stage in its animation frames, so not reactive. */
  messages: readonly MessageView[] = [];
  #clock = { nowMs: 0, atRealMs: 0 };
  #worker: Worker | undefined;
  #door: Comlink.Remote<LabDoor> | undefined;
  readonly #readers = new Map<string, (text: string) => void>();
  readonly #unread = new Map<string, string>();
  /** Typed, but the worker has not said yet that it took it. */
  readonly #untaken = new Set<Typed>();
  readonly #onSaved: (saved: SavedLab) => void;
  readonly #onVisible = (): void => void this.#door?.setVisible(!document.hidden);

  constructor(onSaved: (saved: SavedLab) => void) {
    this.#onSaved = onSaved;
  }

  /** Virtual ms now, carried on between updates so that movement is smooth. */
  get nowMs(): number {
    const { nowMs, atRealMs } = this.#clock;
    if (this.isPaused || this.isOpening || this.failure !== undefined) return nowMs;
    return nowMs + Math.min(CARRY_ON_MS, performance.now() - atRealMs) * this.speed;
  }

  /** Virtual ms of the last update: how far the lab has certainly run. */
  get reachedMs(): number {
    return this.#clock.nowMs;
  }

  /** The worker's door. A call on a lab that has failed does nothing. */
  get door(): Comlink.Remote<LabDoor> {
    if (!this.#door) throw new Error('no lab is open');
    return this.#door;
  }

  async open(options: OpenOptions): Promise<void> {
    const isRescue = options.kind === 'resume' && this.failure !== undefined;
    const untaken = isRescue ? [...this.#untaken] : [];
    this.#untaken.clear();
    this.close();
    this.isOpening = true;
    this.failure = undefined;
    const worker = takeWorker();
    this.#worker = worker;
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (this.#worker === worker) this.failure = event.message || 'worker';
    });
    const door = Comlink.wrap<LabDoor>(worker);
    this.#door = door;
    this.#onVisible();
    document.addEventListener('visibilitychange', this.#onVisible);
    const post = Comlink.proxy((update: LabUpdate) => {
      if (this.#worker === worker) this.#take(update);
    });
    await door.open(options, post);
    if (this.#worker !== worker) return;
    this.isOpening = false;
    for (const { terminal, text } of untaken) this.type(terminal, text);
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#onVisible);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#door = undefined;
    this.#clock = { nowMs: 0, atRealMs: 0 };
    this.view = undefined;
    this.lesson = undefined;
    this.terminals = [];
    this.timeline = [];
    this.upcoming = undefined;
    this.browsers = [];
    this.messages = [];
    this.#unread.clear();
  }

  /** Gives a terminal's output to `read`, first what nobody has read yet. */
  readTerminal(terminal: string, read: (text: string) => void): () => void {
    this.#readers.set(terminal, read);
    const unread = this.#unread.get(terminal);
    this.#unread.delete(terminal);
    if (unread) read(unread);
    return () => {
      if (this.#readers.get(terminal) === read) this.#readers.delete(terminal);
    };
  }

  /** What the worker has not taken when it stops is typed again into the lab that goes on. */
  type(terminal: string, text: string): void {
    const typed = { terminal, text };
    this.#untaken.add(typed);
    void this.#door?.type(terminal, text).then(() => this.#untaken.delete(typed));
  }

  fault(fault: Fault): void {
    void this.#door?.fault(fault);
  }

  /** Forgets what was typed but not taken: it is what stopped the lab. */
  forgetTyped(): void {
    this.#untaken.clear();
  }

  #take(update: LabUpdate): void {
    this.#clock = { nowMs: update.nowMs, atRealMs: performance.now() };
    if (update.isReset) this.#reset();
    if (this.isPaused !== update.isPaused) this.isPaused = update.isPaused;
    if (this.speed !== update.speed) this.speed = update.speed;
    if (update.view) this.view = update.view;
    if (update.lesson) this.lesson = update.lesson;
    if (update.terminals) this.terminals = update.terminals;
    if (update.timeline)
      this.timeline = [...this.timeline, ...update.timeline].slice(-TIMELINE_MAX);
    if (update.upcoming !== undefined) this.upcoming = update.upcoming ?? undefined;
    if (update.messages)
      this.messages = [...this.messages, ...update.messages].slice(-MESSAGES_MAX);
    if (update.browsers) this.browsers = update.browsers;
    if (update.editor) this.editorRequest = update.editor;
    if (update.failure) this.failure = update.failure.message;
    if (update.saved) this.#onSaved(update.saved);
    for (const { terminal, text } of update.output ?? []) this.#show(terminal, text);
  }

  #reset(): void {
    this.epoch += 1;
    this.timeline = [];
    this.messages = [];
    this.terminals = [];
    this.browsers = [];
    this.#unread.clear();
    for (const read of this.#readers.values()) read('\x1bc');
  }

  #show(terminal: string, text: string): void {
    const read = this.#readers.get(terminal);
    if (read) read(text);
    else this.#unread.set(terminal, ((this.#unread.get(terminal) ?? '') + text).slice(-UNREAD_MAX));
  }
}
