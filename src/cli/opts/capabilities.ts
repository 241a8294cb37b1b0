/**
 * Linux capabilities: `NET_ADMIN`, `cap_net_admin` and `ALL` in one spelling.
 *
 * Real: docker/cli opts/capabilities.go
 */
export function normalizeCapability(text: string): string {
  const name = text.trim().toUpperCase();
  return name === 'ALL' || name === 'RESET' || name.startsWith('CAP_') ? name : `CAP_${name}`;
}

export function capabilitySet(names: readonly string[]): Set<string> {
  return new Set(names.map(normalizeCapability));
}

/** What remains of both lists: ALL trumps the others, added trumps dropped. */
export function effectiveCapabilities(
  add: readonly string[],
  drop: readonly string[],
): readonly [add: string[], drop: string[]] {
  const all = (names: Set<string>): Set<string> => (names.has('ALL') ? new Set(['ALL']) : names);
  const added = all(capabilitySet(add));
  const dropped = all(capabilitySet(drop));
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [
    [...added].filter((name) => name !== 'RESET').sort(byName),
    [...dropped].filter((name) => name !== 'RESET' && !added.has(name)).sort(byName),
  ];
}
