/** The election timer of a manager: a ring that fills up, and begins anew whenever a leader is heard. */
import { scaleLinear } from 'd3-scale';
import { arc } from 'd3-shape';
import type { RaftView } from '../../../lab/index.ts';

/** 0: just set; 1: it has run out. Undefined: a leader has no such timer. */
export function elapsed(raft: RaftView, nowMs: number): number | undefined {
  const { electionSetAtMs, electionAtMs } = raft;
  if (electionSetAtMs === undefined || electionAtMs === undefined) return undefined;
  if (electionAtMs <= electionSetAtMs) return 1;
  return scaleLinear([electionSetAtMs, electionAtMs], [0, 1]).clamp(true)(nowMs);
}

const ring = arc<number>()
  .innerRadius((_, radius: number) => radius - 2)
  .outerRadius((_, radius: number) => radius + 2)
  .startAngle(0)
  .endAngle((share) => share * 2 * Math.PI);

/** The filled part, around (0, 0). */
export function ringPath(share: number, radius: number): string {
  return ring.digits(2)(share, radius) ?? '';
}

export function secondsLeft(raft: RaftView, nowMs: number): number | undefined {
  if (raft.electionAtMs === undefined) return undefined;
  return Math.max(0, Math.ceil((raft.electionAtMs - nowMs) / 1_000));
}
