/**
 * Filters of lists (`?filters={"name":["web"]}`).
 *
 * Real: moby daemon/cluster/filters.go, swarmkit manager/controlapi (filterContainsPrefix, filterMatchLabels)
 */
import { TASK_STATE_ORDER, type Labels, type Task } from '../../swarm/api/index.ts';
import type { NodeWithStatus } from '../../swarm/index.ts';
import { badRequest, type EngineError } from './errors.ts';

export type Filters = ReadonlyMap<string, readonly string[]>;

/** The refusal of a filter that is not known here. */
export function checkFilters(
  filters: Filters,
  known: readonly string[],
  word: 'invalid' | 'Invalid',
): EngineError | undefined {
  for (const key of filters.keys())
    if (!known.includes(key)) return badRequest(`${word} filter '${key}'`);
  return undefined;
}

/** Any of the values is a beginning of the text. */
export function matchesPrefix(filters: Filters, key: string, text: string): boolean {
  const values = filters.get(key) ?? [];
  return values.length === 0 || values.some((value) => text.startsWith(value));
}

/** All of the labels are there: `key` or `key=value`. */
export function matchesLabels(filters: Filters, key: string, labels: Labels | undefined): boolean {
  return (filters.get(key) ?? []).every((wanted) => {
    const at = wanted.indexOf('=');
    const name = at < 0 ? wanted : wanted.slice(0, at);
    const value = labels?.[name];
    return (
      value !== undefined &&
      (at < 0 || wanted.slice(at + 1) === '' || value === wanted.slice(at + 1))
    );
  });
}

export function matchesOne(filters: Filters, key: string, text: string): boolean {
  const values = filters.get(key) ?? [];
  return values.length === 0 || values.includes(text);
}

export function matchesNode(filters: Filters, node: NodeWithStatus): boolean {
  return (
    matchesPrefix(filters, 'name', node.Description?.Hostname ?? '') &&
    matchesPrefix(filters, 'id', node.ID) &&
    matchesLabels(filters, 'label', node.Description?.Engine.Labels) &&
    matchesLabels(filters, 'node.label', node.Spec.Labels) &&
    matchesOne(filters, 'role', node.Spec.Role) &&
    matchesOne(filters, 'membership', 'accepted')
  );
}

/** `serviceIDs` and `nodeIDs`: what the names in the filters stand for. */
export function matchesTask(
  filters: Filters,
  task: Task,
  names: { readonly serviceIDs: readonly string[]; readonly nodeIDs: readonly string[] },
): boolean {
  const { serviceIDs, nodeIDs } = names;
  return (
    matchesPrefix(filters, 'id', task.ID) &&
    matchesPrefix(filters, 'name', taskName(task)) &&
    matchesLabels(filters, 'label', task.Spec.ContainerSpec?.Labels) &&
    (serviceIDs.length === 0 || serviceIDs.includes(task.ServiceID)) &&
    (nodeIDs.length === 0 || nodeIDs.includes(task.NodeID)) &&
    matchesOne(filters, 'desired-state', task.DesiredState)
  );
}

export function checkDesiredStates(filters: Filters): EngineError | undefined {
  const unknown = (filters.get('desired-state') ?? []).find(
    (state) => !(state in TASK_STATE_ORDER),
  );
  return unknown === undefined
    ? undefined
    : badRequest(`Invalid desired-state filter: '${unknown}'`);
}

/** `web.1.ID`; a global service's task carries the node instead of the slot. Real: swarmkit api/naming/naming.go */
export function taskName(task: Task): string {
  return `${task.ServiceAnnotations.Name}.${task.Slot === 0 ? task.NodeID : task.Slot}.${task.ID}`;
}
