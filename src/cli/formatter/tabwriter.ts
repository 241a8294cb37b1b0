/**
 * Text in columns: cells end at tabs, columns are as wide as their widest cell in adjoining lines.
 *
 * Real:     text/tabwriter, docker/cli cli/command/formatter/tabwriter (East Asian widths)
 * Left out: escapes, HTML, alignment to the right, tabs as padding.
 */
import { cellWidth } from '../process.ts';

export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
}

/** The tables of lists. */
export const LIST_TABS: TabOptions = { minWidth: 10, padding: 3 };

export function tabulate(text: string, { minWidth, padding }: TabOptions): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[][] = lines.map((cells) => cells.map(() => 0));
  // A column is a block of adjoining lines that have a cell ended by a tab there.
  for (let start = 0; start < lines.length; start += 1) {
    const count = (lines[start]?.length ?? 1) - 1;
    for (let column = 0; column < count; column += 1) {
      if ((widths[start]?.[column] ?? 0) > 0) continue;
      let end = start;
      let width = minWidth;
      while (end < lines.length && (lines[end]?.length ?? 0) - 1 > column) {
        const cell = lines[end]?.[column] ?? '';
        width = Math.max(width, cellWidth(cell) + padding);
        end += 1;
      }
      for (let i = start; i < end; i += 1) (widths[i] as number[])[column] = width;
    }
  }
  return lines
    .map((cells, i) =>
      cells
        .map((cell, column) => {
          if (column === cells.length - 1) return cell;
          return cell + ' '.repeat(Math.max(0, (widths[i]?.[column] ?? 0) - cellWidth(cell)));
        })
        .join(''),
    )
    .join('\n');
}
