import type { TimelineEvent } from '../../lab/index.ts';

/** How much of the past the line shows, and how much of what is to come, in virtual ms. */
export const PAST_MS = 120_000;
export const FUTURE_MS = 30_000;

export type Lane = 'command' | 'raft' | 'task';

/** A mark on the line; several that fall together are one. */
export interface Mark {
  readonly id: number;
  readonly lane: Lane | 'fault';
  readonly atMs: number;
  readonly text: string;
}

/** Marks nearer than this would hide each other. */
const TOGETHER_MS = 500;

/** The marks of the window that ends at `nowMs`, oldest first. Faults go across all lanes, node states are the tasks' cause. */
export function marksOf(events: readonly TimelineEvent[], nowMs: number): readonly Mark[] {
  const marks: Mark[] = [];
  const lastOf = new Map<Mark['lane'], number>();
  for (const event of events) {
    if (event.atMs < nowMs - PAST_MS) continue;
    const lane = event.lane === 'node' ? 'task' : event.lane;
    const text =
      event.machine && lane === 'command' ? `${event.machine}: ${event.text}` : event.text;
    const at = lastOf.get(lane);
    const last = at === undefined ? undefined : marks[at];
    if (last && at !== undefined && event.atMs - last.atMs < TOGETHER_MS)
      marks[at] = { ...last, text: `${last.text}\n${text}` };
    else {
      lastOf.set(lane, marks.length);
      marks.push({ id: event.id, lane, atMs: event.atMs, text });
    }
  }
  return marks;
}

/** Where a moment stands on the line, from 0 (left) to 1, when it is `nowMs`. */
export function placeOf(atMs: number, nowMs: number): number {
  return (atMs - nowMs + PAST_MS) / (PAST_MS + FUTURE_MS);
}
