/**
 * Heartbeat periods with jitter, and how long a silence is forgiven.
 *
 * Real: swarmkit manager/dispatcher/{period,nodes,dispatcher}.go
 */
import type { Random } from '../../sim/index.ts';

/** A beat may be asked for up to so much earlier or later. */
const EPSILON_MS = 500;
export const GRACE_PERIOD_MULTIPLIER = 3;
/** Nodes that the last leader knew get more time to find the new one. */
export const GRACE_PERIOD_MULTIPLIER_UNKNOWN = 2 * GRACE_PERIOD_MULTIPLIER;

export function choosePeriod(random: Random, periodMs: number): number {
  return Math.max(1, periodMs + random.between(-EPSILON_MS, EPSILON_MS));
}
