/** What compare.mjs is for the type checker. */
import type { PlayedStep } from '../../src/lab/play/scenario.ts';

export interface ComparedStep {
  readonly index: number;
  readonly node?: string;
  readonly command?: string;
  readonly ok: boolean;
  /** Reported beside the count: the recording is not sure of it. */
  readonly soft?: boolean;
  readonly diff: readonly string[];
}

export interface Comparison {
  readonly equal: number;
  readonly total: number;
  readonly volatile: { readonly equal: number; readonly total: number };
  readonly steps: readonly ComparedStep[];
}

export function compareScenario(
  produced: { readonly steps: readonly PlayedStep[] },
  recorded: { readonly steps: readonly PlayedStep[] },
): Comparison;
