/**
 * Which tasks are drawn, and how. A task never moves: the old one ends where it was, the new one begins under the same
 * slot. Of what has ended only the last of each slot is drawn, and only for a while.
 */
import type { ClusterView, TaskView } from '../../../lab/index.ts';
import { type Clock, clamp01, real } from './clock.ts';

/** Real ms that an ended task stays, one that failed stays longer; and the fold at the end of it. */
const ENDED_MS = 6_000;
const FAILED_MS = 10_000;
const FOLD_MS = 500;
/** Real ms that the line from the old task to the new one is drawn, and that the new one is called new. */
const TRAIL_MS = 2_500;
const NEW_MS = 5_000;
/** A task that waits shorter than this for its node is not shown waiting. */
const WAIT_MS = 400;

export type Phase =
  /** What its slot is now. */
  | 'live'
  /** Told to end, its node still says otherwise. */
  | 'ending'
  /** As `ending`, but its node is not heard: nobody knows. */
  | 'lost'
  | 'ended'
  | 'failed';

export interface DrawnTask {
  readonly task: TaskView;
  readonly phase: Phase;
  /** 1: whole; towards 0 while it folds away. */
  readonly presence: number;
  readonly isNew: boolean;
  /** The task in whose place it came, while the eye is led there. */
  readonly replaces: TaskView | undefined;
  /** 0 to 1: how much of the line from the old one is drawn; 1 when there is none. */
  readonly trail: number;
}

const ENDED_STATES = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);

export function hasEnded(task: TaskView): boolean {
  return ENDED_STATES.has(task.state);
}

export function isFailed(task: TaskView): boolean {
  return task.state === 'failed' || task.state === 'rejected';
}

/** By slot, or by node for a global service. */
export function slotOf(task: TaskView): string {
  return `${task.serviceID}.${task.slot > 0 ? task.slot : task.nodeID}`;
}

export function drawnTasks(cluster: ClusterView, clock: Clock): readonly DrawnTask[] {
  const deaf = new Set(cluster.nodes.filter(({ state }) => state === 'down').map(({ id }) => id));
  const slots = new Map<string, TaskView[]>();
  for (const task of cluster.tasks) {
    const slot = slots.get(slotOf(task));
    if (slot) slot.push(task);
    else slots.set(slotOf(task), [task]);
  }
  return [...slots.values()].flatMap((tasks) => drawnOfSlot(tasks, deaf, clock));
}

function drawnOfSlot(
  tasks: readonly TaskView[],
  deaf: ReadonlySet<string>,
  clock: Clock,
): readonly DrawnTask[] {
  const byAge = tasks.toSorted((a, b) => a.createdAtMs - b.createdAtMs || order(a, b));
  const current = byAge.at(-1);
  if (!current) return [];
  // While an update starts the new task first, the old one still does the slot's work: both are drawn as they are.
  const old = byAge.slice(0, -1).filter((task) => !hasEnded(task));
  const lastEnded = byAge.slice(0, -1).findLast(hasEnded);
  const drawn: DrawnTask[] = [];
  const lost = old.filter((task) => deaf.has(task.nodeID)).at(-1);
  if (lastEnded) {
    const presence = presenceOf(lastEnded, clock);
    if (presence > 0) drawn.push(drawn1(lastEnded, phaseOf(lastEnded, deaf), { presence }));
  }
  for (const task of old)
    if (!deaf.has(task.nodeID) || task === lost) drawn.push(drawn1(task, phaseOf(task, deaf)));
  drawn.push(drawnCurrent(current, byAge.at(-2), deaf, clock));
  return drawn;
}

function drawnCurrent(
  task: TaskView,
  before: TaskView | undefined,
  deaf: ReadonlySet<string>,
  clock: Clock,
): DrawnTask {
  const ageMs = clock.nowMs - task.createdAtMs;
  const isYoung = before !== undefined && !hasEnded(task);
  const isLed = isYoung && before.machine !== undefined && ageMs < real(clock, TRAIL_MS);
  return drawn1(task, phaseOf(task, deaf), {
    isNew: isYoung && ageMs < real(clock, NEW_MS),
    ...(isLed ? { replaces: before, trail: clamp01(ageMs / real(clock, 700)) } : {}),
  });
}

function drawn1(task: TaskView, phase: Phase, more: Partial<DrawnTask> = {}): DrawnTask {
  return { task, phase, presence: 1, isNew: false, replaces: undefined, trail: 1, ...more };
}

function phaseOf(task: TaskView, deaf: ReadonlySet<string>): Phase {
  if (isFailed(task)) return 'failed';
  if (hasEnded(task)) return task.state === 'complete' ? 'live' : 'ended';
  if (task.desiredState === 'shutdown' || task.desiredState === 'remove')
    return deaf.has(task.nodeID) ? 'lost' : 'ending';
  return deaf.has(task.nodeID) ? 'lost' : 'live';
}

function presenceOf(task: TaskView, clock: Clock): number {
  const stays = real(clock, isFailed(task) ? FAILED_MS : ENDED_MS);
  const leftMs = task.stateSinceMs + stays - clock.nowMs;
  if (leftMs <= 0) return 0;
  return clamp01(leftMs / Math.max(1, real(clock, FOLD_MS)));
}

/** Tasks that have no node yet, and have not had one for long enough to be worth saying. */
export function waitingTasks(cluster: ClusterView, clock: Clock): readonly TaskView[] {
  return cluster.tasks.filter(
    (task) =>
      task.nodeID === '' &&
      !hasEnded(task) &&
      task.desiredState !== 'shutdown' &&
      task.desiredState !== 'remove' &&
      clock.nowMs - task.createdAtMs > real(clock, WAIT_MS),
  );
}

/** Until when something of what is drawn moves or folds by itself; undefined: it is at rest. */
export function restlessUntil(cluster: ClusterView, clock: Clock): number | undefined {
  let until: number | undefined;
  for (const task of cluster.tasks) {
    const ends = hasEnded(task)
      ? task.stateSinceMs + real(clock, isFailed(task) ? FAILED_MS : ENDED_MS)
      : task.createdAtMs + real(clock, NEW_MS);
    if (ends > clock.nowMs && (until === undefined || ends > until)) until = ends;
  }
  return until;
}

function order(a: TaskView, b: TaskView): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
