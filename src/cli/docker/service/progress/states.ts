/**
 * Task states as steps of a bar.
 *
 * Real: docker/cli cli/command/service/progress/progress.go
 */
import type { Task } from '../../../api.ts';
import type { ProgressDetail, ProgressMessage } from '../../../progress.ts';

const STATES = [
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
];

/** `running` is the ninth and last step; a job goes on to `complete`. */
export const STEPS = 9;
export const JOB_STEPS = 10;
export const BARS_MAX = 20;
const STATE_WIDTH = 9;

/** 1 for `new`; 0 for states that no bar shows. */
export function numbered(state: string): number {
  return STATES.indexOf(state) + 1;
}

export function isTerminal(state: string): boolean {
  return numbered(state) > STEPS;
}

/** One line of progress. Without an ID it is a remark between the lines. */
export function line(
  id: string,
  status: string,
  progressDetail: ProgressDetail = {},
): ProgressMessage {
  return { id, status, progressDetail };
}

export function overall(running: number, total: number, isRollback: boolean): ProgressMessage {
  const count = `${running} out of ${total} tasks`;
  return line('overall progress', isRollback ? `rolling back update: ${count}` : count);
}

/** The line of one task: its error, or its state and how far that is. */
export function taskLine(id: string, task: Task, steps: number): ProgressMessage | undefined {
  if (task.Status.Err) return line(id, truncatedError(task.Status.Err));
  const isOver = isTerminal(task.DesiredState) || isTerminal(task.Status.State);
  if (isOver && steps === STEPS) return undefined;
  return line(id, task.Status.State.padEnd(STATE_WIDTH), {
    current: numbered(task.Status.State),
    total: steps,
    hidecounts: true,
  });
}

function truncatedError(text: string): string {
  const flat = text.replaceAll('\n', ' ');
  return flat.length > 75 ? `${flat.slice(0, 74)}…` : flat;
}

/** Of several tasks in one place: the lower desired state, then the lower state. */
export function isBetter(task: Task, than: Task): boolean {
  const desired = numbered(than.DesiredState) - numbered(task.DesiredState);
  if (desired !== 0) return desired > 0;
  return numbered(than.Status.State) > numbered(task.Status.State);
}

export function isKnown(task: Task): boolean {
  return numbered(task.DesiredState) > 0 && numbered(task.Status.State) > 0;
}
