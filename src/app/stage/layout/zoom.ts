/**
 * How much larger than at its natural size the drawing may be, so that few machines fill a large place (a projector, the
 * front page). It follows from the machines and the place alone: nothing grows or shrinks while tasks come and go.
 */
import type { MachineView } from '../../../lab/index.ts';
import { groups } from './grid.ts';
import type { Metrics } from './measure.ts';

const ZOOM_MAX = 1.35;
/** Past so many in a row, a larger drawing would only be a more crowded one. */
const COLUMNS_MAX = 5;

export function zoomOf(
  machines: readonly MachineView[],
  { width, height }: { readonly width: number; readonly height: number },
  metrics: Metrics,
): number {
  const [managers, workers] = groups(machines);
  const columns = Math.max(managers.length, workers.length, 2);
  if (columns > COLUMNS_MAX) return 1;
  const head = metrics.pad + metrics.name + metrics.line;
  const managersHeight = managers.length > 0 ? head + 4 * metrics.line + 2 * metrics.row : 0;
  const workersHeight = workers.length > 0 ? head + 5 * metrics.row + 60 : 0;
  const wide = width / (columns * (metrics.cardMin + 60) + 40);
  const high = height / (managersHeight + workersHeight + 40);
  return Math.max(1, Math.min(ZOOM_MAX, Math.floor(Math.min(wide, high) * 20) / 20));
}
