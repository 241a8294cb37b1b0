/** What stands in the editor unsaved, kept for this tab so that a reload does not lose it. */
interface Where {
  readonly machine: string;
  readonly path: string;
}

function keyOf({ machine, path }: Where): string {
  return `swarm-lab/1/draft/${location.hash}/${machine}:${path}`;
}

export function draftOf(where: Where): string | undefined {
  try {
    return sessionStorage.getItem(keyOf(where)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(where: Where, text: string): void {
  try {
    sessionStorage.setItem(keyOf(where), text);
  } catch {
    // Full or forbidden: the text is in the editor all the same.
  }
}

export function forgetDraft(where: Where): void {
  try {
    sessionStorage.removeItem(keyOf(where));
  } catch {
    // As above.
  }
}
