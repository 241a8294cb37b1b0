import type { Lab } from '../lab.ts';
import { Names } from './names.ts';
import { sentenceOf } from './sentences.ts';
import type { TimelineEvent } from './types.ts';

/** Turns the trace into the marks of the time line, as it grows. */
export class Timeline {
  readonly #lab: Lab;
  readonly #names: Names;
  #seen = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#names = new Names(lab);
  }

  /** The marks since the last call. */
  take(): readonly TimelineEvent[] {
    const { trace } = this.#lab.world;
    if (trace.lastID === this.#seen) return [];
    const out: TimelineEvent[] = [];
    for (const entry of trace.since(this.#seen)) {
      const sentence = sentenceOf(entry, this.#names);
      if (sentence)
        out.push({
          id: entry.id,
          atMs: entry.atMs,
          lane: sentence.lane,
          machine: sentence.machine || undefined,
          text: sentence.text,
        });
    }
    this.#seen = trace.lastID;
    return out;
  }
}
