/** Arrow keys over the picture: from a thing to the nearest one in that direction. */

export interface Spot {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The spot that `key` leads to; undefined when it is no key of ours, or there is nothing that way. */
export function neighbour(spots: readonly Spot[], from: string, key: string): string | undefined {
  if (key === 'Home') return spots[0]?.key;
  if (key === 'End') return spots.at(-1)?.key;
  const direction = DIRECTIONS[key];
  const here = spots.find((spot) => spot.key === from);
  if (!direction || !here) return undefined;
  let best: string | undefined;
  let least = Infinity;
  for (const spot of spots) {
    const cost = costOf(here, spot, direction);
    if (cost < least) {
      least = cost;
      best = spot.key;
    }
  }
  return best;
}

/** Ahead counts once, sideways double; what is not ahead is out of reach. */
function costOf(here: Spot, there: Spot, [dx, dy]: readonly [number, number]): number {
  const x = there.x - here.x;
  const y = there.y - here.y;
  const ahead = x * dx + y * dy;
  if (there.key === here.key || ahead < 4) return Infinity;
  return ahead + 2.2 * Math.abs(x * dy + y * dx);
}
