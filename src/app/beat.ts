/**
 * What moves in the page moves on the same beats, in one go: what changes in one frame costs one frame, not two. What moves slowly moves on
 * every third.
 */
const SLOW_BEATS = 3;
const SLOW_MS = 500;
export const BEAT_MS = SLOW_MS / SLOW_BEATS;
/** Timers come a little late, and sometimes a little early. */
const EARLY_MS = 20;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls `run` on every beat, until the returned function is called. */
export function onBeat(run: () => void): () => void {
  listeners.add(run);
  timer ??= setTimeout(beat, untilBeat());
  return () => void listeners.delete(run);
}

function beat(): void {
  timer = undefined;
  for (const run of [...listeners]) if (listeners.has(run)) run();
  if (listeners.size > 0) timer = setTimeout(beat, untilBeat());
}

/** Real ms until the next beat. */
function untilBeat(): number {
  const ms = BEAT_MS - (performance.now() % BEAT_MS);
  return ms < EARLY_MS ? ms + BEAT_MS : ms;
}

/** Whether this beat is one on which slow things move: twice a second; `everyMs` says how seldom otherwise. */
export function isSlowBeat(everyMs: number = SLOW_MS): boolean {
  return Math.round(performance.now() / BEAT_MS) % Math.round(everyMs / BEAT_MS) === 0;
}
