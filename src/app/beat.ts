/** The stage and the time bar draw on the same beats: what changes in one frame costs one frame, not two. */
const BEAT_MS = 100;

/** Real ms until the next beat. */
export function untilBeat(): number {
  return BEAT_MS - (performance.now() % BEAT_MS);
}
