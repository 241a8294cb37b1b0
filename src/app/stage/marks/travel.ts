/**
 * Lets marks travel along their lanes. Each mark under way is a layer of its own that is only pushed to its next place: nothing
 * around it is laid out or painted again. Where a mark stands is a function of virtual time alone, so it stands when the lab
 * stands.
 */
import { easeQuadInOut } from 'd3-ease';
import { onBeat } from '../../beat.ts';
import { clamp01 } from '../layout/clock.ts';
import { type Curve, headingAt, pointAt, round } from '../layout/curves.ts';

/** What is everyday moves with the beat of the page: as clear to the eye, at a fraction of the work. */
export type Pace = 'smooth' | 'beat';
/** Real ms between two places of what moves smoothly. */
const SMOOTH_MS = 33;

export interface Journey {
  readonly curve: Curve;
  /** In virtual ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where on its lane it ends: a lost message ends midway, and stays. */
  readonly end: number;
  readonly pace: Pace;
  /** Virtual ms at this moment. */
  readonly now: () => number;
  readonly isPaused: boolean;
}

export interface Travelling {
  readonly update: (journey: Journey) => void;
  readonly destroy: () => void;
}

const underWay = new Map<SVGElement, Journey>();
let quit: (() => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** A Svelte action. */
export function travel(mark: SVGElement, journey: Journey): Travelling {
  const update = (next: Journey): void => {
    const isUnderWay = place(mark, next) && !next.isPaused;
    if (isUnderWay) underWay.set(mark, next);
    else underWay.delete(mark);
    goOn();
  };
  update(journey);
  return { update, destroy: () => void underWay.delete(mark) };
}

/** Moves all marks on the beat; those that move smoothly in between, too. */
function goOn(): void {
  const journeys = [...underWay.values()];
  if (journeys.length === 0) {
    quit?.();
    quit = undefined;
    return;
  }
  quit ??= onBeat(() => step(() => true));
  if (journeys.some(({ pace }) => pace === 'smooth'))
    timer ??= setTimeout(() => {
      timer = undefined;
      step(({ pace }) => pace === 'smooth');
    }, SMOOTH_MS);
}

function step(moves: (journey: Journey) => boolean): void {
  for (const [mark, journey] of underWay)
    if (moves(journey) && !place(mark, journey)) underWay.delete(mark);
  goOn();
}

/** Puts a mark where it is now; false: it has arrived. */
function place(mark: SVGElement, journey: Journey): boolean {
  const { startMs, endMs, now } = journey;
  const share = clamp01((now() - startMs) / Math.max(1, endMs - startMs));
  mark.style.transform = placeAt(journey, share);
  return share < 1;
}

/** What has arrived is not seen any more, until whoever draws takes it away. */
export function placeAt({ curve, end }: Pick<Journey, 'curve' | 'end'>, share: number): string {
  const t = easeQuadInOut(share) * end;
  const { x, y } = pointAt(curve, t);
  const there = `translate(${round(x)}px, ${round(y)}px) rotate(${round(headingAt(curve, t))}deg)`;
  return share >= 1 && end >= 1 ? `${there} scale(0)` : there;
}
