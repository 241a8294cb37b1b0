/** The line that leads the eye from a task that ended to the one that came in its place. */
import type { Block } from './blocks.ts';
import type { Box, Curve } from './curves.ts';
import type { Card } from './scene.ts';

export interface Trail {
  readonly key: string;
  readonly curve: Curve;
  /** How much of it is drawn, 0 to 1. */
  readonly share: number;
  readonly color: number;
}

export function trailsOf(cards: readonly Card[]): readonly Trail[] {
  const blocks = new Map<string, Block>();
  for (const card of cards) for (const block of card.blocks) blocks.set(block.key, block);
  const machines = new Map(cards.map((card) => [card.machine.name, card]));
  return [...blocks.values()].flatMap((block) => {
    const old = block.drawn?.replaces;
    if (!block.drawn || !old) return [];
    const card = machines.get(old.machine ?? '');
    const isSame = card?.blocks.includes(block) === true;
    const from = blocks.get(`task:${old.id}`) ?? (isSame ? undefined : card);
    if (!from) return [];
    const { trail: share } = block.drawn;
    return [{ key: block.key, curve: trail(from, block), share, color: block.color ?? 0 }];
  });
}

/** From side to facing side; in one card, around the right. */
function trail(from: Box, to: Box): Curve {
  const fromY = from.y + Math.min(14, from.height / 2);
  const toY = to.y + Math.min(14, to.height / 2);
  if (from.x < to.x + to.width && to.x < from.x + from.width) {
    const start = { x: from.x + from.width, y: fromY };
    const end = { x: to.x + to.width, y: toY };
    const out = Math.max(start.x, end.x) + 18;
    return { from: start, c1: { x: out, y: start.y }, c2: { x: out, y: end.y }, to: end };
  }
  const isRight = to.x > from.x;
  const start = { x: isRight ? from.x + from.width : from.x, y: fromY };
  const end = { x: isRight ? to.x : to.x + to.width, y: toY };
  const bend = (end.x - start.x) / 2;
  // Past a card in between, underneath its blocks.
  const sag = Math.abs(bend) > from.width / 2 ? 90 : -10;
  return {
    from: start,
    c1: { x: start.x + bend / 2, y: start.y + sag },
    c2: { x: end.x - bend / 2, y: end.y + sag },
    to: end,
  };
}
