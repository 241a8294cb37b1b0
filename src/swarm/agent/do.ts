/**
 * The state machine of one task on its node: which step comes next, and what its end makes of the state.
 *
 * Real: swarmkit agent/exec/controller.go (Do)
 */
import { TASK_STATE_ORDER, type Task, type TaskState, type TaskStatus } from '../api/index.ts';
import type { Controller, StepResult } from './executor.ts';

/** What to do with a task in its present state. */
export type Step =
  | { readonly kind: 'none' }
  /** Nothing has to be waited for. */
  | { readonly kind: 'transition'; readonly to: TaskState; readonly message: string }
  /** The controller works; when it has succeeded, the task moves on. */
  | {
      readonly kind: 'work';
      readonly work: 'prepare' | 'start' | 'wait' | 'shutdown';
      readonly to: TaskState;
      readonly message: string;
    };

const order = (state: TaskState): number => TASK_STATE_ORDER[state];

export function nextStep(task: Task, status: TaskStatus): Step {
  if (order(task.DesiredState) >= order('shutdown') && task.DesiredState !== 'orphaned') {
    if (order(status.State) >= order('complete')) return { kind: 'none' };
    return { kind: 'work', work: 'shutdown', to: 'shutdown', message: 'shutdown' };
  }
  switch (status.State) {
    // These go on whatever is desired.
    case 'preparing':
      return { kind: 'work', work: 'prepare', to: 'ready', message: 'prepared' };
    case 'starting':
      return { kind: 'work', work: 'start', to: 'running', message: 'started' };
    case 'running':
      return { kind: 'work', work: 'wait', to: 'complete', message: 'finished' };
    // These wait until more is desired.
    case 'new':
    case 'pending':
    case 'assigned':
      return pause(task, status, 'accepted', 'accepted');
    case 'accepted':
      return pause(task, status, 'preparing', 'preparing');
    case 'ready':
      return pause(task, status, 'starting', 'starting');
    case 'complete':
    case 'shutdown':
    case 'failed':
    case 'rejected':
    case 'remove':
    case 'orphaned':
      return { kind: 'none' };
    default:
      return status.State satisfies never;
  }
}

function pause(task: Task, status: TaskStatus, to: TaskState, message: string): Step {
  return order(status.State) >= order(task.DesiredState)
    ? { kind: 'none' }
    : { kind: 'transition', to, message };
}

/** The status after a step that went well. */
export function advanced(
  status: TaskStatus,
  step: Exclude<Step, { kind: 'none' }>,
  controller: Controller,
  now: string,
): TaskStatus {
  const { Err: _, ...rest } = status;
  return withContainer(
    { ...rest, State: step.to, Message: step.message, Timestamp: now },
    controller,
  );
}

/** The status after a step that failed for good. The message stays that of the last success. */
export function failed(
  status: TaskStatus,
  result: StepResult & { ok: false },
  controller: Controller,
  now: string,
): TaskStatus {
  const state = order(status.State) < order('starting') ? 'rejected' : 'failed';
  const next = withContainer(
    { ...status, State: state, Err: result.error, Timestamp: now },
    controller,
  );
  if (result.exitCode === undefined || !next.ContainerStatus) return next;
  return { ...next, ContainerStatus: { ...next.ContainerStatus, ExitCode: result.exitCode } };
}

function withContainer(status: TaskStatus, controller: Controller): TaskStatus {
  const container =
    order(status.State) >= order('ready') ? controller.containerStatus() : undefined;
  const ports = order(status.State) >= order('running') ? controller.portStatus() : [];
  return {
    ...status,
    ...(container ? { ContainerStatus: container } : {}),
    PortStatus: ports.length > 0 ? { Ports: ports } : {},
  };
}
