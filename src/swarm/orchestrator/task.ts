/**
 * Makes tasks, and tells whether one is still as its service wants it.
 *
 * Real: swarmkit manager/orchestrator/task.go, slot.go
 */
import type { Scheduler as World } from '../../sim/index.ts';
import type { Node, Service, Task, TaskSpec } from '../api/index.ts';
import { placementMatches } from '../constraint/index.ts';
import { newID, type Draft, type ReadTx } from '../store/index.ts';
import { isEqual } from './equal.ts';
import { isDesiredRunning, isBeyond } from './service.ts';
import { compareTimestamps } from './timestamp.ts';

/**
 * The tasks of one slot, or of one node for a global service. Mostly one is alive; during an update
 * there may be two.
 */
export type Slot = readonly Task[];

/** A slot in the wider sense: of a service, the number of a replica or a node. */
export interface SlotTuple {
  readonly serviceID: string;
  readonly slot: number;
  readonly nodeID: string;
}

export const tupleKey = (tuple: SlotTuple): string =>
  `${tuple.serviceID}/${tuple.slot}/${tuple.nodeID}`;

export interface NewTaskOptions {
  readonly world: World;
  /** Whose stream of chance the ID is drawn from. */
  readonly name: string;
  readonly tx: ReadTx;
  readonly service: Service;
  readonly slot: number;
  readonly nodeID?: string;
}

export function newTask({
  world,
  name,
  tx,
  service,
  slot,
  nodeID = '',
}: NewTaskOptions): Draft<'task'> {
  const template = service.Spec.TaskTemplate;
  const logDriver = template.LogDriver ?? tx.list('cluster')[0]?.Spec.TaskDefaults.LogDriver;
  return {
    ID: newID(world.random(`orchestrator/${name}`)),
    Labels: {},
    Spec: template,
    ServiceID: service.ID,
    Slot: slot,
    NodeID: nodeID,
    Status: { State: 'new', Timestamp: world.timestamp(), Message: 'created', PortStatus: {} },
    DesiredState: 'running',
    SpecVersion: service.SpecVersion,
    ServiceAnnotations: { Name: service.Spec.Name, Labels: service.Spec.Labels },
    Endpoint: { Spec: service.Spec.EndpointSpec ?? {} },
    ...(logDriver ? { LogDriver: logDriver } : {}),
  };
}

/** Tells the trace which orchestrator made a task and why. */
export function emitCreated(world: World, task: Draft<'task'>, reason: string): void {
  const { ID: taskID, ServiceID: serviceID, Slot: slot, NodeID: nodeID } = task;
  world.emit('orchestrator.task_created', {
    taskID,
    serviceID,
    slot,
    reason,
    ...(nodeID === '' ? {} : { nodeID }),
  });
}

export function restartCondition(task: Task): 'none' | 'on-failure' | 'any' {
  return task.Spec.RestartPolicy?.Condition ?? 'any';
}

/** A node on which no task should be: gone, down or drained. */
export function isInvalidNode(node: Node | undefined): boolean {
  return !node || node.Status.State === 'down' || node.Spec.Availability === 'drain';
}

/**
 * Whether an update has to replace the task. It need not when only the placement changed and its
 * node satisfies the new one, or when what changed (replicas, labels of the service, update
 * settings) is no part of a task.
 */
export function isTaskDirty(service: Service, task: Task, node: Node | undefined): boolean {
  if (service.SpecVersion.Index === task.SpecVersion.Index) return false;
  const template = service.Spec.TaskTemplate;
  if (
    onlyPlacementDiffers(template, task.Spec) &&
    node &&
    placementMatches(template.Placement, node)
  )
    return false;
  if (!isEqual(template, task.Spec)) return true;
  return task.Endpoint !== undefined && !isEqual(service.Spec.EndpointSpec, task.Endpoint.Spec);
}

function onlyPlacementDiffers(template: TaskSpec, spec: TaskSpec): boolean {
  if (isEqual(template.Placement, spec.Placement)) return false;
  return isEqual({ ...template, Placement: undefined }, { ...spec, Placement: undefined });
}

/** Oldest first, by the time of the last change of state. */
export function byTimestamp(a: Task, b: Task): number {
  return compareTimestamps(a.Status.Timestamp, b.Status.Timestamp);
}

/** Whether a task that should run has ended, or stands on a node where it cannot. */
export function needsRestart(tx: ReadTx, task: Task): boolean {
  if (!isDesiredRunning(task)) return false;
  if (isBeyond(task.Status.State, 'running')) return true;
  return task.NodeID !== '' && isInvalidNode(tx.get('node', task.NodeID));
}
