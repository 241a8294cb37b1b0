/**
 * Lets a mark travel along its lane by an animation of the browser's own: while it is under way no script runs and nothing is
 * laid out or painted again, the compositor moves what there is.
 *
 * The animation's time is virtual time: it runs at the lab's speed and stands when the lab stands.
 */
import { easeQuadInOut } from 'd3-ease';
import { type Curve, headingAt, pointAt, round } from '../layout/curves.ts';

/** Places on the way. */
const PLACES = 14;
/** Virtual time goes on by itself; what it is off by (a slow computer) is put right when it can be seen. */
const OFF_MS = 80;

export interface Journey {
  readonly curve: Curve;
  readonly startMs: number;
  readonly endMs: number;
  /** Where on its lane it ends: a lost message ends midway, and stays. */
  readonly end: number;
  /** From place to place in steps, for what is everyday: fewer pictures to make. */
  readonly isCalm: boolean;
  readonly now: () => number;
  readonly speed: number;
  readonly isPaused: boolean;
}

export interface Travelling {
  readonly update: (journey: Journey) => void;
  readonly destroy: () => void;
}

/** A Svelte action. */
export function travel(mark: SVGElement, first: Journey): Travelling {
  let way = '';
  let animation: Animation | undefined;
  const update = (journey: Journey): void => {
    const { curve, startMs, endMs, end, isCalm, speed } = journey;
    const asked = JSON.stringify([curve, startMs, endMs, end]);
    if (asked !== way) {
      way = asked;
      animation?.cancel();
      const duration = Math.max(1, endMs - startMs);
      animation = mark.animate(keyframesOf(curve, end, isCalm), { duration, fill: 'both' });
    }
    if (!animation) return;
    if (animation.playbackRate !== speed) animation.playbackRate = speed;
    const passedMs = journey.now() - startMs;
    const offMs = Math.abs(Number(animation.currentTime ?? 0) - passedMs);
    if (journey.isPaused) animation.pause();
    else if (animation.playState === 'paused') animation.play();
    if (animation.playState !== 'finished' && offMs > (journey.isPaused ? 0 : OFF_MS * speed))
      animation.currentTime = passedMs;
  };
  update(first);
  return { update, destroy: () => animation?.cancel() };
}

/** One that has arrived is not seen any more, until whoever draws takes it away. */
export function keyframesOf(curve: Curve, end: number, isCalm: boolean): Keyframe[] {
  let turn = headingAt(curve, 0);
  const places = Array.from({ length: PLACES + 1 }, (_, i): Keyframe => {
    const t = easeQuadInOut(i / PLACES) * end;
    const { x, y } = pointAt(curve, t);
    // The short way round: from 179° to -179° are two degrees.
    const heading = headingAt(curve, t);
    turn = heading + 360 * Math.round((turn - heading) / 360);
    return {
      transform: `translate(${round(x)}px, ${round(y)}px) rotate(${round(turn)}deg) scale(1)`,
      easing: isCalm || i >= PLACES - 1 ? 'step-end' : 'linear',
    };
  });
  const last = places[PLACES];
  if (last && end >= 1) last['transform'] = String(last['transform']).replace('scale(1)', 'scale(0)');
  return places;
}
