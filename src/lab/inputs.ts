import type { BrowseAction } from './browser/types.ts';

/**
 * What the outside did to a lab. With the template and the seed, the list of them is the lab: replaying it gives the same bytes.
 */
export type Input =
  /** Opens a terminal on a machine and logs in. */
  | {
      readonly kind: 'open';
      readonly terminal: string;
      readonly machine: string;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly kind: 'close'; readonly terminal: string }
  | {
      readonly kind: 'resize';
      readonly terminal: string;
      readonly columns: number;
      readonly rows: number;
    }
  /** Keys typed or text pasted. */
  | { readonly kind: 'type'; readonly terminal: string; readonly text: string }
  /** A file saved in the editor. Relative paths begin at the login home. */
  | {
      readonly kind: 'save';
      readonly machine: string;
      readonly path: string;
      readonly text: string;
    }
  /** Something done in a browser window; the window is there from the first on. */
  | { readonly kind: 'browse'; readonly window: string; readonly action: BrowseAction }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** The learner's place in a lesson: what they were shown and what they answered. */
  | { readonly kind: 'lesson'; readonly mark: LessonMark };

export type Fault =
  | { readonly type: 'crash' | 'stop' | 'restart' | 'partition' | 'heal'; readonly machine: string }
  | { readonly type: 'cut' | 'mend'; readonly machine: string; readonly other: string }
  | {
      readonly type: 'slow';
      readonly machine: string;
      readonly other: string;
      readonly delayMs: number;
      readonly lossPerMille: number;
    };

export type LessonMark =
  | { readonly type: 'step'; readonly step: number }
  | { readonly type: 'predict'; readonly step: number; readonly choice: string }
  | { readonly type: 'skip'; readonly step: number };

/** An input and the virtual moment at which it happened. */
export interface StampedInput {
  readonly atMs: number;
  readonly input: Input;
}

/** All that is needed to make a lab again. */
export interface LabRecord {
  readonly version: string;
  readonly template: string;
  readonly seed: string;
  readonly inputs: readonly StampedInput[];
  /** How far it had run. */
  readonly nowMs: number;
}
