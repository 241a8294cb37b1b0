/**
 * Prune: what nobody needs any more.
 *
 * Real: moby daemon/prune.go.
 */
import { parseRFC3339 } from '../sim/index.ts';
import type { PruneReport } from './api/types.ts';
import { layerBytes } from './containers/changes.ts';
import type { Container } from './containers/container.ts';
import type { Engine } from './engine.ts';
import { badRequest } from './errors.ts';
import { hasLabel } from './volumes/volumes.ts';

type Filters = ReadonlyMap<string, readonly string[]>;
const PREDEFINED = new Set(['bridge', 'host', 'none', 'docker_gwbridge', 'ingress']);

export class Prune {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Removes all containers that do not run, newest first. */
  containers(filters: Filters, done: (report: PruneReport) => void): void {
    const { containers, events } = this.#engine;
    const untilMs = untilOf(filters, this.#engine.machine.world.unixMs);
    const wanted = [...containers.all()]
      .reverse()
      .filter((container) => isPrunable(container, filters, untilMs));
    const ids: string[] = [];
    let bytes = 0;
    const next = (): void => {
      const container = wanted.shift();
      if (!container) {
        events.emit({
          type: 'container',
          action: 'prune',
          id: '',
          attributes: { reclaimed: String(bytes) },
        });
        return done({ ContainersDeleted: ids.length > 0 ? ids : null, SpaceReclaimed: bytes });
      }
      const size = layerBytes(container);
      containers.remove(container, { isForced: false, removesVolumes: false }, (result) => {
        if (result.ok) {
          ids.push(container.id);
          bytes += size;
        }
        next();
      });
    };
    next();
  }

  /** Local networks that no running container is on. */
  networks(filters: Filters): readonly string[] {
    const { networks, events, containers } = this.#engine;
    const untilMs = untilOf(filters, this.#engine.machine.world.unixMs);
    const out: string[] = [];
    for (const network of networks.list()) {
      const isUsed =
        networks.endpointsOf(network).length > 0 ||
        containers
          .all()
          .some(
            (container) => container.record.networks.has(network.name) && container.state.isRunning,
          );
      if (
        PREDEFINED.has(network.name) ||
        isUsed ||
        network.createdUnixMs > untilMs ||
        !hasLabels(network.labels, filters)
      )
        continue;
      networks.remove(network.id);
      out.push(network.name);
    }
    events.emit({ type: 'network', action: 'prune', id: '', attributes: { reclaimed: '0' } });
    return out;
  }
}

function isPrunable(container: Container, filters: Filters, untilMs: number): boolean {
  return (
    !container.state.isRunning &&
    !container.isStarting &&
    container.record.createdUnixMs <= untilMs &&
    hasLabels(container.config.Labels, filters)
  );
}

function hasLabels(
  labels: Readonly<Record<string, string>> | null | undefined,
  filters: Filters,
): boolean {
  return (
    (filters.get('label') ?? []).every((label) => hasLabel(labels, label)) &&
    !(filters.get('label!') ?? []).some((label) => hasLabel(labels, label))
  );
}

/** `until=24h` or a moment: only what is older. */
function untilOf(filters: Filters, nowUnixMs: number): number {
  const text = filters.get('until')?.[0];
  if (text === undefined) return Number.MAX_SAFE_INTEGER;
  const moment = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseRFC3339(text);
  if (moment !== undefined) return moment;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const m of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(m[1]) * (units[m[2] as string] as number);
  if (total === 0) throw badRequest(`invalid filter 'until=${text}'`);
  return nowUnixMs - total;
}
