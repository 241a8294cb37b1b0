/** The words beside messages: one for all that a sender sends of a kind. Heartbeats and answers come too often for words. */
import { STAGE } from '../strings.ts';
import { type Curve, type Point, pointAt } from './curves.ts';
import type { Flight } from './flights.ts';
import type { Scene } from './scene.ts';

export interface Word extends Point {
  readonly key: string;
  readonly text: string;
  readonly kind: Flight['kind'];
}

type Placed = Flight & { readonly curve: Curve };

export function wordsOf(flights: readonly Placed[], scene: Scene): readonly Word[] {
  const words = new Map<string, Word>();
  for (const flight of flights.filter(isWorthAWord)) {
    const key = `${flight.from} ${flight.label}`;
    const at = placeOf(flight, scene);
    const text = `${STAGE.entries(flight.label, flight.entries)} →`;
    const before = words.get(key);
    if (!before || before.y < at.y) words.set(key, { ...at, key, text, kind: flight.kind });
  }
  return [...words.values()];
}

function isWorthAWord({ kind, entries }: Flight): boolean {
  return kind === 'request' || kind === 'vote' || (kind === 'append' && entries > 0);
}

/** Beneath the lane; beneath the cards, where it runs in the narrow gap between them. */
function placeOf({ from, curve }: Placed, { cards, metrics }: Scene): Point {
  const at = pointAt(curve, 0.5);
  const card = cards.find(({ machine }) => machine.name === from);
  const isLevel = Math.abs(curve.from.y - curve.to.y) < 1 && at.y - curve.from.y < 1;
  const below = metrics.text + 8;
  const y = (isLevel && card ? card.y + card.height : at.y) + below;
  const next = Math.min(...cards.map((other) => other.y).filter((top) => top > at.y));
  return { x: at.x, y: y > next - 5 && y - below < next ? Math.max(at.y - 10, next - 5) : y };
}
