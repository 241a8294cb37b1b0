/** `a=1,b=2` as lists show labels, sorted by name. */
export function labelsText(labels: Readonly<Record<string, string>> | null | undefined): string {
  return Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** `{{.Label "name"}}`. */
export function labelOf(
  labels: Readonly<Record<string, string>> | null | undefined,
  name: unknown,
): string {
  return typeof name === 'string' ? (labels?.[name] ?? '') : '';
}
