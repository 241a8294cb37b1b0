/** Virtual time, and how fast it runs: what must be seen for a while lasts in real time, at any speed. */
export interface Clock {
  readonly nowMs: number;
  readonly speed: number;
}

/** So many real ms, in virtual ms at this speed. */
export function real(clock: Clock, ms: number): number {
  return ms * clock.speed;
}

export function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}
