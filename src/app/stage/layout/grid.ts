/**
 * Where the cards stand: managers first, workers beneath, in the order in which the lab names them. A machine keeps its
 * row even when its role changes, so that the eye finds it where it was. Pure arithmetic.
 */
import { scaleBand } from 'd3-scale';
import type { MachineView } from '../../../lab/index.ts';
import type { Box } from './curves.ts';

export interface GridSize {
  readonly cardMin: number;
  readonly cardMax: number;
  readonly gapX: number;
  readonly gapY: number;
}

export interface Rows {
  /** Machines by row, managers' rows first. */
  readonly rows: readonly (readonly MachineView[])[];
  /** How many of the rows are managers'. */
  readonly managerRows: number;
  readonly cardWidth: number;
  /** From a card's left edge to the next one's. */
  readonly step: number;
}

const MANAGER = /^manager/i;

export function groups(
  machines: readonly MachineView[],
): readonly [readonly MachineView[], readonly MachineView[]] {
  return [
    machines.filter(({ name }) => MANAGER.test(name)),
    machines.filter(({ name }) => !MANAGER.test(name)),
  ];
}

/** Breaks both groups into rows of equal columns; undefined: not even one card is as wide as it must be. */
export function rowsOf(
  machines: readonly MachineView[],
  width: number,
  size: GridSize,
): Rows | undefined {
  const perRowMax = Math.floor((width + size.gapX) / (size.cardMin + size.gapX));
  if (perRowMax < 1) return undefined;
  const [managers, workers] = groups(machines);
  const managerRows = broken(managers, perRowMax);
  const rows = [...managerRows, ...broken(workers, perRowMax)];
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const cardWidth = Math.floor(Math.min(size.cardMax, (width + size.gapX) / columns - size.gapX));
  // What is left over goes between the cards, where messages are seen.
  const spare = (width - columns * cardWidth) / Math.max(1, columns - 1);
  const gap = Math.max(size.gapX, Math.min(2 * size.gapX, Math.floor(spare)));
  return {
    rows,
    managerRows: managerRows.length,
    cardWidth,
    step: cardWidth + gap,
  };
}

/** Into as few rows as it takes, as even as they come. */
function broken(
  machines: readonly MachineView[],
  perRowMax: number,
): readonly (readonly MachineView[])[] {
  if (machines.length === 0) return [];
  const rowCount = Math.ceil(machines.length / perRowMax);
  const perRow = Math.ceil(machines.length / rowCount);
  return Array.from({ length: rowCount }, (_, row) =>
    machines.slice(row * perRow, (row + 1) * perRow),
  );
}

/** The boxes of a row, beginning at the left edge. */
export function boxesOf(
  row: readonly MachineView[],
  { x, y, height }: { readonly x: number; readonly y: number; readonly height: number },
  { cardWidth, step }: Pick<Rows, 'cardWidth' | 'step'>,
): readonly Box[] {
  const columns = scaleBand<number>()
    .domain(row.map((_, index) => index))
    .range([x, x + row.length * step])
    .paddingInner(0);
  return row.map((_, index) => ({ x: columns(index) ?? x, y, width: cardWidth, height }));
}
