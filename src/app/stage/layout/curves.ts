/** Lanes between cards: each a cubic curve, on which messages stand at a time between 0 and 1. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Curve {
  readonly from: Point;
  readonly c1: Point;
  readonly c2: Point;
  readonly to: Point;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How far below a row the lanes between cards that are not neighbours hang, for each card in between. */
const SAG = 26;

/** The lane from a card to another. The way back is the same curve. */
export function lane(a: Box, b: Box, step: number): Curve {
  if (Math.abs(a.y - b.y) < 1) return level(a, b, step);
  const [upper, lower] = a.y < b.y ? [a, b] : [b, a];
  const down = between(upper, lower);
  return a === upper ? down : reversed(down);
}

function level(a: Box, b: Box, step: number): Curve {
  const isRight = b.x > a.x;
  const apart = Math.round(Math.abs(b.x - a.x) / step);
  if (apart <= 1) {
    const y = a.y + Math.min(46, a.height / 2);
    const from = { x: isRight ? a.x + a.width : a.x, y };
    const to = { x: isRight ? b.x : b.x + b.width, y };
    return straight(from, to);
  }
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  const shift = isRight ? 10 : -10;
  const from = { x: a.x + a.width / 2 + shift, y: a.y + a.height };
  const to = { x: b.x + b.width / 2 - shift, y: b.y + b.height };
  const depth = bottom + SAG * Math.min(3, apart - 0.4);
  return {
    from,
    c1: { x: from.x + shift * 2, y: depth },
    c2: { x: to.x - shift * 2, y: depth },
    to,
  };
}

function between(upper: Box, lower: Box): Curve {
  const lean = Math.max(-0.3, Math.min(0.3, (lower.x - upper.x) / 1_200));
  const from = { x: upper.x + upper.width * (0.5 + lean), y: upper.y + upper.height };
  const to = { x: lower.x + lower.width * (0.5 - lean), y: lower.y };
  const bend = Math.max(16, (to.y - from.y) / 2);
  return { from, c1: { x: from.x, y: from.y + bend }, c2: { x: to.x, y: to.y - bend }, to };
}

export function straight(from: Point, to: Point): Curve {
  return { from, c1: mix(from, to, 1 / 3), c2: mix(from, to, 2 / 3), to };
}

export function reversed({ from, c1, c2, to }: Curve): Curve {
  return { from: to, c1: c2, c2: c1, to: from };
}

export function pointAt({ from, c1, c2, to }: Curve, t: number): Point {
  const a = mix(from, c1, t);
  const b = mix(c1, c2, t);
  const c = mix(c2, to, t);
  return mix(mix(a, b, t), mix(b, c, t), t);
}

/** Where the curve heads, in degrees, clockwise from the right. */
export function headingAt(curve: Curve, t: number): number {
  const a = pointAt(curve, Math.max(0, t - 0.02));
  const b = pointAt(curve, Math.min(1, t + 0.02));
  return (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
}

export function pathOf({ from, c1, c2, to }: Curve): string {
  return `M${at(from)}C${at(c1)} ${at(c2)} ${at(to)}`;
}

/** The first part of a curve, up to `t`. */
export function upTo({ from, c1, c2, to }: Curve, t: number): Curve {
  const a = mix(from, c1, t);
  const b = mix(c1, c2, t);
  const c = mix(c2, to, t);
  const ab = mix(a, b, t);
  const bc = mix(b, c, t);
  return { from, c1: a, c2: ab, to: mix(ab, bc, t) };
}

function mix(a: Point, b: Point, t: number): Point {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

/** A tenth of a pixel is finer than anybody sees, and keeps the drawing's text short. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
