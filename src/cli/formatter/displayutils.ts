/**
 * Text that fits: cut to a number of columns, where East Asian characters take two.
 *
 * Real: docker/cli cli/command/formatter/displayutils.go
 */
import { cellWidth } from '../process.ts';

export function ellipsis(text: string, columns: number): string {
  if (columns <= 0) return '';
  const chars = [...text];
  if (columns === 1) return chars[0] ?? '';
  if (cellWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const char of chars) {
    width += cellWidth(char);
    if (width > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** `Ready` of `ready`: what the CLI calls PrettyPrint. */
export function prettyPrint(value: string | null | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (value.length < 2) return value.toLowerCase();
  return (value[0] ?? '').toUpperCase() + value.slice(1).toLowerCase();
}

/** The first twelve digits of an ID, without `sha256:`. */
export function truncateID(id: string): string {
  const digits = id.includes(':') ? id.slice(id.indexOf(':') + 1) : id;
  return digits.slice(0, 12);
}
