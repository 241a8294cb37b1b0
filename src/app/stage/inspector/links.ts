/** Links between two machines as a student changes them: which fault makes one what it shall be. */
import type { Fault, LabView } from '../../../lab/index.ts';

export type LinkState = 'well' | 'slow' | 'cut';

type LinkView = NonNullable<LabView['links']>[number];

/** One way, in ms: enough to be felt in every answer, and short of what an election waits for. */
export const SLOW_MS = 500;

/** The link between two machines, when it is not as usual. */
export function linkBetween(view: LabView, one: string, other: string): LinkView | undefined {
  return view.links?.find(({ a, b }) => (a === one && b === other) || (a === other && b === one));
}

export function stateOf(link: LinkView | undefined): LinkState {
  if (!link) return 'well';
  return link.isCut ? 'cut' : 'slow';
}

/** A link that is cut is mended before it can be slow. */
export function faultsFor(
  machine: string,
  other: string,
  from: LinkState,
  to: LinkState,
): readonly Fault[] {
  const mend: Fault = { type: 'mend', machine, other };
  switch (to) {
    case 'well':
      return [mend];
    case 'cut':
      return [{ type: 'cut', machine, other }];
    case 'slow': {
      const slow: Fault = { type: 'slow', machine, other, delayMs: SLOW_MS, lossPerMille: 0 };
      return from === 'cut' ? [mend, slow] : [slow];
    }
  }
}
