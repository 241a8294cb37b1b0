/**
 * The door of `lab` to the page: what the web worker answers and what it posts. Types only, so that the page pulls in no simulator.
 */
import type { BrowseAction, BrowserView } from './browser/types.ts';
import type { Fault, LabRecord } from './inputs.ts';
import type { LabView, MessageView, TimelineEvent, UpcomingView, WhyView } from './view/types.ts';

export type * from './browser/types.ts';
export type * from './view/types.ts';
export type { Fault, Input, LabRecord, LessonMark, StampedInput } from './inputs.ts';
export type {
  Action,
  Block,
  GlossaryEntry,
  Inline,
  Lesson,
  LessonStep,
  LessonSummary,
  Prediction,
} from './lessons/index.ts';

/** How a lab begins. */
export type OpenOptions =
  /** Managers (1 to 7) and workers (0 to 20), fresh machines. */
  | {
      readonly kind: 'free';
      readonly managers: number;
      readonly workers: number;
      readonly seed?: string;
    }
  /** A lesson at the beginning of step `step` (from 0): its start and the solutions of the steps before are replayed. */
  | {
      readonly kind: 'lesson';
      readonly lesson: LessonData;
      readonly step: number;
      readonly seed?: string;
    }
  /** The front page's cluster: one manager, two workers, a service of four replicas. */
  | { readonly kind: 'demo'; readonly seed?: string }
  /** A saved lab; `lesson` when it was one. */
  | { readonly kind: 'resume'; readonly record: SavedLab; readonly lesson?: LessonData };

/** The compiled lesson (`lab/lessons`), as the page loaded it. */
export type LessonData = import('./lessons/index.ts').Lesson;

/** What the page keeps in its storage. */
export interface SavedLab extends LabRecord {
  readonly open:
    | { readonly kind: 'free'; readonly managers: number; readonly workers: number }
    | { readonly kind: 'lesson'; readonly lesson: string; readonly step: number }
    | { readonly kind: 'demo' };
  readonly fingerprint: string;
  /** Of a lesson. */
  readonly lesson?: {
    readonly id: string;
    readonly step: number;
    readonly done: readonly boolean[];
  };
}

/** Posted by the worker, at most once a frame. Absent parts have not changed. */
export interface LabUpdate {
  /** The lab was made anew (a step restarted, a command taken back): what was posted before is void. */
  readonly isReset?: true;
  readonly nowMs: number;
  readonly speed: number;
  readonly isPaused: boolean;
  readonly view?: LabView;
  /** What terminals have shown since the last update. */
  readonly output?: readonly { readonly terminal: string; readonly text: string }[];
  readonly messages?: readonly MessageView[];
  readonly timeline?: readonly TimelineEvent[];
  readonly upcoming?: UpcomingView | null;
  readonly lesson?: LessonView;
  readonly terminals?: readonly TerminalView[];
  /** The lab has stopped: the code is wrong. The input log is kept. */
  readonly failure?: { readonly message: string; readonly seed: string };
  /** The lab to save: posted after inputs, and now and then. */
  readonly saved?: SavedLab;
  /** Browser windows, when anything in one of them has changed. */
  readonly browsers?: readonly BrowserView[];
  /** A program asks for the page's editor (`vi file`). */
  readonly editor?: { readonly machine: string; readonly path: string };
}

export interface TerminalView {
  readonly terminal: string;
  readonly machine: string;
  /** The shell waits at its prompt. */
  readonly isAtPrompt: boolean;
  /** How long the running command has been running, in virtual ms; undefined at the prompt. */
  readonly runningSinceMs: number | undefined;
}

/** Where the learner stands in the lesson. */
export interface LessonView {
  readonly id: string;
  readonly step: number;
  /** By step: its check held at some moment. */
  readonly done: readonly boolean[];
  /** Of the current step. */
  readonly conditions: readonly {
    readonly ok: boolean;
    readonly message: string;
    readonly wanted: string | undefined;
    readonly is: string | undefined;
  }[];
  /** The prediction of the current step: unanswered locks `run` and faults. */
  readonly prediction:
    | {
        readonly answered: string | undefined;
        readonly isSkipped: boolean;
        readonly isLocked: boolean;
        /** The answer that came true in this lab, once the step's check holds. */
        readonly outcome: string | undefined;
      }
    | undefined;
  /** A solution or a preparation is being played. */
  readonly isPlaying: boolean;
  /** The machine at whose terminal it types. */
  readonly playsOn?: string;
  readonly canUndo: boolean;
}

/** What the page may ask of the web worker. Written as plain calls: comlink makes promises of them on the page's side. */
export interface LabDoor {
  open(options: OpenOptions, post: (update: LabUpdate) => void): void;
  openTerminal(terminal: string, machine: string, columns: number, rows: number): void;
  closeTerminal(terminal: string): void;
  resize(terminal: string, columns: number, rows: number): void;
  type(terminal: string, text: string): void;
  /** Everything a terminal has shown, for a tab that is opened again. */
  scrollback(terminal: string): string;
  fault(fault: Fault): void;
  /** Something done in a browser window. */
  browse(window: string, action: BrowseAction): void;
  readFile(machine: string, path: string): string | undefined;
  saveFile(machine: string, path: string, text: string): string | undefined;
  listFiles(
    machine: string,
    path: string,
  ): readonly { readonly name: string; readonly isFolder: boolean }[];
  play(): void;
  pause(): void;
  setSpeed(speed: number): void;
  /** Whether the page can be seen: in a hidden tab time goes at 1× at most, and stands still after a while. */
  setVisible(isVisible: boolean): void;
  /** To the next event that changes what is seen. */
  step(): void;
  /** Runs through dead time until something visible changes ("다음 변화까지 건너뛰기"). */
  skip(): void;
  why(subject: {
    readonly kind: 'task' | 'node' | 'service' | 'raft';
    readonly id: string;
  }): WhyView | undefined;
  /** Lessons. */
  setStep(step: number): void;
  predict(choice: string): void;
  skipPrediction(): void;
  playSolution(): void;
  restartStep(): void;
  undo(): void;
  save(): SavedLab;
  /** What Hangul jamo spell on the two-set keyboard, when it is a command; undefined otherwise. */
  hangulCommand(line: string): string | undefined;
}
