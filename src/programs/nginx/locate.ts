/**
 * Which server and which location a request belongs to.
 *
 * Real: ngx_http_set_virtual_server, ngx_http_core_find_location.
 */
import type { Config, Location, Server } from './config.ts';

/** By port, then by name: exact, `*.example.com`, `www.*`, `~pattern`; else the default server of the port. */
export function findServer(
  config: Config,
  address: string,
  port: number,
  host: string,
): Server | undefined {
  const there = config.servers.filter(({ listens }) =>
    listens.some(
      (one) => one.port === port && (one.address === address || one.address === '0.0.0.0'),
    ),
  );
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const by = (matches: (pattern: string) => boolean): Server | undefined =>
    there.find(({ names }) => names.some(matches));
  return (
    by((pattern) => pattern.toLowerCase() === name) ??
    by(
      (pattern) =>
        (pattern.startsWith('*.') && name.endsWith(pattern.slice(1))) ||
        (pattern.startsWith('.') && `.${name}`.endsWith(pattern)),
    ) ??
    by((pattern) => pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))) ??
    by((pattern) => pattern.startsWith('~') && matchesPattern(pattern.slice(1), name)) ??
    there.find(({ listens }) => listens.some((one) => one.port === port && one.isDefault)) ??
    there[0]
  );
}

function matchesPattern(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'i').test(name);
  } catch {
    return false;
  }
}

/** Exact, then the longest prefix, unless (without `^~`) a pattern in the file's order matches. */
export function findLocation(locations: readonly Location[], uri: string): Location | undefined {
  const exact = locations.find(({ modifier, path }) => modifier === '=' && path === uri);
  if (exact) return exact;
  let best: Location | undefined;
  for (const one of locations)
    if (
      (one.modifier === '' || one.modifier === '^~') &&
      uri.startsWith(one.path) &&
      (!best || one.path.length > best.path.length)
    )
      best = one;
  const inner = best && findLocation(best.locations, uri);
  if (inner) return inner;
  if (best?.modifier === '^~') return best;
  return locations.find(({ pattern }) => pattern?.test(uri)) ?? best;
}

export function namedLocation(server: Server, name: string): Location | undefined {
  return server.locations.find(({ modifier, path }) => modifier === '@' && path === name);
}
