import * as Comlink from 'comlink';
import type {
  Fault, LabDoor, LabUpdate, LabView, LessonView, MessageView, OpenOptions, SavedLab, TerminalView, TimelineEvent, UpcomingView,
} from '../lab/index.ts';

/** Messages and time line marks that the page keeps. */
const MESSAGES_MAX = 400;
const TIMELINE_MAX = 4_000;

/**
 * The one owner of the web worker. Components read its state; what the student does goes to the worker and comes back as state.
 */
export class LabClient {
  view = $state.raw<LabView | undefined>(undefined);
  lesson = $state.raw<LessonView | undefined>(undefined);
  terminals = $state.raw<readonly TerminalView[]>([]);
  timeline = $state.raw<readonly TimelineEvent[]>([]);
  upcoming = $state.raw<UpcomingView | undefined>(undefined);
  isPaused = $state(false);
  speed = $state(1);
  /** The lab is being made: a lesson prepared, a saved lab replayed. */
  isOpening = $state(true);
  /** The lab or its worker has stopped. What was typed is kept. */
  failure = $state<string | undefined>(undefined);
  editorRequest = $state.raw<{ readonly machine: string; readonly path: string } | undefined>(undefined);

  /** Messages on the wire, newest last: read by the stage in its animation frames, so not reactive. */
  messages: readonly MessageView[] = [];
  #clock = { nowMs: 0, atRealMs: 0 };
  #worker: Worker | undefined;
  #door: Comlink.Remote<LabDoor> | undefined;
  readonly #readers = new Map<string, (text: string) => void>();
  readonly #unread = new Map<string, string>();
  readonly #onSaved: (saved: SavedLab) => void;

  constructor(onSaved: (saved: SavedLab) => void) {
    this.#onSaved = onSaved;
  }

  /** Virtual ms now, carried on between updates so that movement is smooth. */
  get nowMs(): number {
    const { nowMs, atRealMs } = this.#clock;
    if (this.isPaused || this.isOpening || this.failure) return nowMs;
    return nowMs + Math.min(400, performance.now() - atRealMs) * this.speed;
  }

  /** The worker's door. A call on a lab that has failed does nothing. */
  get door(): Comlink.Remote<LabDoor> {
    if (!this.#door) throw new Error('no lab is open');
    return this.#door;
  }

  async open(options: OpenOptions): Promise<void> {
    this.close();
    this.isOpening = true;
    this.failure = undefined;
    const worker = new Worker(new URL('../lab/worker.ts', import.meta.url), { type: 'module' });
    this.#worker = worker;
    worker.addEventListener('error', (event) => {
      if (this.#worker === worker) this.failure = event.message || '실습실의 웹 워커가 멈췄어요.';
    });
    this.#door = Comlink.wrap<LabDoor>(worker);
    await this.#door.open(options, Comlink.proxy((update: LabUpdate) => {
      if (this.#worker === worker) this.#take(update);
    }));
    if (this.#worker === worker) this.isOpening = false;
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#door = undefined;
    this.view = undefined;
    this.lesson = undefined;
    this.terminals = [];
    this.timeline = [];
    this.upcoming = undefined;
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

  type(terminal: string, text: string): void {
    void this.#door?.type(terminal, text);
  }

  fault(fault: Fault): void {
    void this.#door?.fault(fault);
  }

  #take(update: LabUpdate): void {
    this.#clock = { nowMs: update.nowMs, atRealMs: performance.now() };
    if (update.isReset) {
      this.timeline = [];
      this.messages = [];
    }
    if (this.isPaused !== update.isPaused) this.isPaused = update.isPaused;
    if (this.speed !== update.speed) this.speed = update.speed;
    if (update.view) this.view = update.view;
    if (update.lesson) this.lesson = update.lesson;
    if (update.terminals) this.terminals = update.terminals;
    if (update.timeline) this.timeline = [...this.timeline, ...update.timeline].slice(-TIMELINE_MAX);
    if (update.upcoming !== undefined) this.upcoming = update.upcoming ?? undefined;
    if (update.messages) this.messages = [...this.messages, ...update.messages].slice(-MESSAGES_MAX);
    if (update.editor) this.editorRequest = update.editor;
    if (update.failure) this.failure = update.failure.message;
    if (update.saved) this.#onSaved(update.saved);
    for (const { terminal, text } of update.output ?? []) {
      const read = this.#readers.get(terminal);
      if (read) read(text);
      else this.#unread.set(terminal, (this.#unread.get(terminal) ?? '') + text);
    }
  }
}
