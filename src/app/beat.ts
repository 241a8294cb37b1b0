/**
 * What moves in the page moves on the same beats: what changes in one frame costs one frame, not two. What moves slowly moves on
 * every fourth.
 */
export const BEAT_MS = 125;
const SLOW_BEATS = 4;

/** Real ms until the next beat. */
export function untilBeat(): number {
  return BEAT_MS - (performance.now() % BEAT_MS);
}

/** Which beat this is; timers come a little late, and sometimes a little early. */
export function beatNow(): number {
  return Math.round(performance.now() / BEAT_MS);
}

export function isSlowBeat(): boolean {
  return beatNow() % SLOW_BEATS === 0;
}
