/** Between what is selected on the desk and the keys of the marks. */
import type { Selection } from '../../selection.ts';

export function keyOf(selected: Selection | undefined): string | undefined {
  if (!selected) return undefined;
  if (selected.kind === 'machine') return `machine:${selected.name}`;
  return `${selected.kind}:${selected.id}`;
}

/** Undefined for a mark that has no inspector of its own. */
export function selectionOf(key: string): Selection | undefined {
  const colon = key.indexOf(':');
  const kind = key.slice(0, colon);
  const rest = key.slice(colon + 1);
  if (kind === 'machine') return { kind, name: rest };
  return kind === 'task' || kind === 'service' ? { kind, id: rest } : undefined;
}
