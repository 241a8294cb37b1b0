/**
 * The engine's events: a ring of the last 256 and those who listen (`docker events`).
 *
 * Real: moby daemon/events/{events,filter}.go.
 */
import type { Machine } from '../sim/index.ts';
import type { EngineEvent, EngineEventType, StringMap } from './api/types.ts';

/** Real: eventsLimit. */
const EVENTS_MAX = 256;

export type EventFilters = ReadonlyMap<string, readonly string[]>;

export interface EventSource {
  readonly type: EngineEventType;
  readonly action: string;
  readonly id: string;
  readonly attributes: StringMap;
  readonly scope?: 'local' | 'swarm';
}

interface Kept {
  readonly event: EngineEvent;
  readonly unixMs: number;
}

/** Tells everybody what has happened to containers, images, networks and volumes. */
export class Events {
  readonly #machine: Machine;
  #kept: Kept[] = [];
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #nanos = 0;
  #lastMs = -1;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  emit(source: EventSource): void {
    const { world } = this.#machine;
    const unixMs = world.unixMs;
    this.#nanos = unixMs === this.#lastMs ? this.#nanos + 1_000 : 0;
    this.#lastMs = unixMs;
    const isOld = source.type === 'container' || source.type === 'image';
    const event: EngineEvent = {
      ...(isOld ? { status: source.action, id: source.id } : {}),
      ...(source.type === 'container' && source.attributes['image']
        ? { from: source.attributes['image'] }
        : {}),
      Type: source.type,
      Action: source.action,
      Actor: { ID: source.id, Attributes: source.attributes },
      scope: source.scope ?? 'local',
      time: Math.floor(unixMs / 1000),
      timeNano: unixMs * 1_000_000 + this.#nanos,
    };
    world.emit(`engine.${source.type}`, {
      machine: this.#machine.name,
      action: source.action,
      id: source.id,
      ...source.attributes,
    });
    this.#kept.push({ event, unixMs });
    if (this.#kept.length > EVENTS_MAX) this.#kept.shift();
    for (const notify of [...this.#listeners]) notify(event);
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  subscribe(notify: (event: EngineEvent) => void): () => void {
    this.#listeners.add(notify);
    return () => void this.#listeners.delete(notify);
  }

  /** Kept events between two moments (ms since 1970), oldest first. */
  between(sinceMs: number, untilMs: number): readonly EngineEvent[] {
    return this.#kept
      .filter((kept) => kept.unixMs >= sinceMs && kept.unixMs <= untilMs)
      .map((kept) => kept.event);
  }

  /** The daemon has ended: nothing is remembered. */
  clear(): void {
    this.#kept = [];
    this.#listeners.clear();
  }
}

const PLAIN_FILTERS: Readonly<Record<string, EngineEventType>> = {
  container: 'container',
  volume: 'volume',
  network: 'network',
  daemon: 'daemon',
  service: 'service',
  node: 'node',
  secret: 'secret',
  config: 'config',
  plugin: 'plugin',
};
const KNOWN_FILTERS = new Set([
  'event',
  'type',
  'image',
  'label',
  'scope',
  ...Object.keys(PLAIN_FILTERS),
]);

/** The first filter key that events do not know. */
export function unknownEventFilter(filters: EventFilters): string | undefined {
  return [...filters.keys()].find((key) => !KNOWN_FILTERS.has(key));
}

/** Whether an event passes: all keys must hold, of each key any value. */
export function passesFilters(event: EngineEvent, filters: EventFilters): boolean {
  for (const [key, values] of filters)
    if (values.length > 0 && !values.some((value) => matches(event, key, value))) return false;
  return true;
}

function matches(event: EngineEvent, key: string, value: string): boolean {
  const { ID, Attributes } = event.Actor;
  switch (key) {
    case 'event':
      return event.Action === value || event.Action.startsWith(`${value}:`);
    case 'type':
      return event.Type === value;
    case 'scope':
      return event.scope === value;
    case 'label': {
      const [name = '', wanted] = value.split('=');
      return name in Attributes && (wanted === undefined || Attributes[name] === wanted);
    }
    case 'image': {
      const image = event.Type === 'image' ? ID : (Attributes['image'] ?? '');
      return image === value || image.split(':')[0] === value || Attributes['name'] === value;
    }
    default: {
      const type = PLAIN_FILTERS[key];
      if (type !== event.Type) return false;
      return (
        ID === value || (value.length >= 4 && ID.startsWith(value)) || Attributes['name'] === value
      );
    }
  }
}
