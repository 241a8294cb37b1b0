/**
 * A lesson as data: what `parse.ts` makes of `lesson.md`. Survives JSON and `structuredClone`.
 */
import type { Condition } from '../checks/index.ts';

/** Prose is a tree, never markup: whoever draws it makes elements and text nodes of it. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly children: readonly Inline[] }
  | { readonly kind: 'em'; readonly children: readonly Inline[] }
  /** `href` begins with http://, https:// or #/ . */
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] }
  /** A word of the glossary; `term` is its entry. */
  | { readonly kind: 'term'; readonly term: string; readonly text: string };

export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly items: readonly (readonly Inline[])[];
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  /** A remark set apart: `> …`. */
  | { readonly kind: 'note'; readonly children: readonly Inline[] };

/** What is entered into a program that a command has begun: a line, or control keys. */
export interface Entry {
  /** As the page shows it: `ifconfig`, `Ctrl-P Ctrl-Q`. */
  readonly say: string;
  /** What the terminal gets. */
  readonly keys: string;
}

export type FaultKind = 'crash' | 'restart' | 'partition' | 'heal';

export type Action =
  /** A command at a machine's prompt. `fails`: its exit status is not 0, and that is what it shows. */
  | {
      readonly kind: 'command';
      readonly machine: string;
      readonly text: string;
      readonly fails: boolean;
      /** For an interactive program: each entry goes in when the program waits for one. */
      readonly input: readonly Entry[];
      /** Name → regular expression whose first group is kept; later texts use it as `${NAME}`. */
      readonly capture: Readonly<Record<string, string>>;
    }
  /** A command with a gap (`<토큰>`) that the student fills in; shown, never run by a click. */
  | { readonly kind: 'typed'; readonly machine: string; readonly text: string }
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly machines: readonly string[] }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Repeats the command at once and then twice a second until its output matches. */
  | {
      readonly kind: 'until';
      readonly machine: string;
      readonly text: string;
      readonly matches: string;
      readonly withinMs: number;
    }
  | {
      readonly kind: 'write';
      readonly machine: string;
      readonly path: string;
      readonly text: string;
    };

export interface Prediction {
  readonly question: readonly Inline[];
  readonly choices: readonly string[];
  /** One of the choices: the usual outcome. */
  readonly answer: string;
  /** Expression for the choice that became true in this lab, where that may differ; '' when it cannot. */
  readonly answerIs: string;
  /** Told with the answer, once the step's check holds. */
  readonly because: readonly Inline[];
}

/** Something a student may try that must not tick the step. */
export interface Attempt {
  readonly say: string;
  readonly actions: readonly Action[];
}

export interface LessonStep {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly title: string;
  /** Before the data block: what will be seen, what to do. */
  readonly prose: readonly Block[];
  /** After the data block: why it is so. Shown when the check holds. */
  readonly why: readonly Block[];
  readonly predict: Prediction | null;
  /** What the page offers to run, in order. Locked until the prediction is answered or skipped. */
  readonly run: readonly Action[];
  readonly check: readonly Condition[];
  /** Exactly three, each saying more than the one before. */
  readonly hints: readonly (readonly Inline[])[];
  readonly solution: readonly Action[];
  readonly wrong: readonly Attempt[];
  readonly lecturer: readonly Block[];
}

export interface LessonSource {
  readonly title: string;
  /** '' for a document without an address. */
  readonly url: string;
}

export interface Lesson {
  /** `14-swarm-init`: the folder's name. */
  readonly id: string;
  readonly number: number;
  /** A goal or a question. */
  readonly title: string;
  /** The subject in two or three words, for lists: 장애 복구. */
  readonly topic: string;
  readonly objective: string;
  /** The commands that are learned. */
  readonly commands: readonly string[];
  readonly minutes: number;
  readonly template: string;
  readonly machines: readonly string[];
  /** Played before step 1. */
  readonly start: readonly Action[];
  /** Rows of the curriculum's source list that the lesson covers. */
  readonly rows: readonly string[];
  readonly sources: readonly LessonSource[];
  readonly lecturer: readonly Block[];
  readonly steps: readonly LessonStep[];
}

/** What a list of lessons needs, small enough for the first load. */
export interface LessonSummary {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly topic: string;
  readonly objective: string;
  readonly commands: readonly string[];
  readonly minutes: number;
  readonly template: string;
  readonly machines: readonly string[];
  readonly steps: readonly string[];
}

export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}
