/**
 * `docker events` of a manager: what happens to the swarm's objects.
 *
 * Real: moby daemon/events.go (generateClusterEvent)
 */
import type { StoreEvent } from '../../swarm/api/index.ts';
import type { Store } from '../../swarm/index.ts';

export interface SwarmEvent {
  readonly Type: 'service' | 'node' | 'network' | 'secret' | 'config';
  readonly Action: 'create' | 'update' | 'remove';
  readonly ID: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

export function watchStore(store: Store, tell: (event: SwarmEvent) => void): void {
  store.watch('docker events', (events) => {
    for (const event of events) {
      if (event.table === 'task' || event.table === 'cluster') continue;
      tell({
        Type: event.table,
        Action: event.action,
        ID: event.object.ID,
        Attributes: attributes(event),
      });
    }
  });
}

function attributes(event: StoreEvent): Record<string, string> {
  if (event.table === 'node') {
    const { object, before } = event;
    const out: Record<string, string> = { name: object.Description?.Hostname ?? '' };
    if (event.action !== 'update') return out;
    changed(out, 'state', before?.Status.State, object.Status.State);
    changed(out, 'availability', before?.Spec.Availability, object.Spec.Availability);
    changed(out, 'role', before?.Role, object.Role);
    return out;
  }
  if (event.table === 'service') {
    const { object, before } = event;
    const out: Record<string, string> = { name: object.Spec.Name };
    if (event.action !== 'update') return out;
    changed(
      out,
      'image',
      before?.Spec.TaskTemplate.ContainerSpec?.Image,
      object.Spec.TaskTemplate.ContainerSpec?.Image,
    );
    changed(
      out,
      'replicas',
      text(before?.Spec.Mode.Replicated?.Replicas),
      text(object.Spec.Mode.Replicated?.Replicas),
    );
    changed(out, 'updatestate', before?.UpdateStatus?.State, object.UpdateStatus?.State);
    return out;
  }
  return { name: event.table === 'task' ? '' : event.object.Spec.Name };
}

const text = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

function changed(
  out: Record<string, string>,
  name: string,
  before: string | undefined,
  after: string | undefined,
): void {
  if (before === after) return;
  if (after !== undefined) out[`${name}.new`] = after;
  if (before !== undefined) out[`${name}.old`] = before;
}
