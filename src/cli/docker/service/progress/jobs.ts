/**
 * The progress of jobs: how many tasks are complete, and how many are at it.
 *
 * Real: docker/cli cli/command/service/progress/progress.go (replicatedJobProgressUpdater, globalJobProgressUpdater)
 */
import type { Service, Task } from '../../../api.ts';
import type { ProgressMessage } from '../../../progress.ts';
import { BARS_MAX, JOB_STEPS, isKnown, line, numbered, taskLine } from './states.ts';
import type { Updater } from './updater.ts';

function isOfIteration(task: Task, service: Service): boolean {
  return (
    task.JobIteration !== undefined &&
    task.JobIteration.Index === (service.JobStatus?.JobIteration.Index ?? 0)
  );
}

function jobProgress(completed: number, total: number): ProgressMessage {
  const shown = String(completed).padStart(String(total).length);
  return line('job progress', `${shown} out of ${total} complete`, {
    current: completed,
    total,
    hidecounts: true,
  });
}

export function newReplicatedJobUpdater(service: Service): Updater {
  const job = service.Spec.Mode?.ReplicatedJob ?? {};
  const concurrent = job.MaxConcurrent ?? 1;
  const total = job.TotalCompletions ?? 1;
  const digits = String(concurrent).length;
  let isInitialized = false;
  const both = (active: number, completed: number): ProgressMessage[] => {
    const wanted = Math.min(total - completed, concurrent);
    const count = `${String(active).padStart(digits)} out of ${String(wanted).padStart(digits)} tasks`;
    return [jobProgress(completed, total), line('active tasks', count)];
  };
  return ({ tasks }) => {
    const messages: ProgressMessage[] = [];
    if (!isInitialized) {
      messages.push(...both(0, 0));
      for (let i = 1; i <= total && total <= BARS_MAX; i += 1) {
        messages.push(line(`${i}/${total}`, ' '));
      }
      isInitialized = true;
    }
    const bySlot = lowest(
      tasks.filter((task) => isOfIteration(task, service)),
      (task) => String(task.Slot ?? 0).padStart(20, '0'),
    );
    for (const task of bySlot) {
      if (total > BARS_MAX) break;
      const message = taskLine(`${(task.Slot ?? 0) + 1}/${total}`, task, JOB_STEPS);
      if (message !== undefined) messages.push(message);
    }
    const active = bySlot.filter((task) => numbered(task.Status.State) < JOB_STEPS).length;
    const completed = bySlot.filter((task) => task.Status.State === 'complete').length;
    messages.push(...both(active, completed));
    return { messages, isConverged: completed === total };
  };
}

export function newGlobalJobUpdater(service: Service): Updater {
  let nodes: ReadonlySet<string> | undefined;
  return ({ tasks, activeNodes }) => {
    const ofIteration = tasks.filter((task) => isOfIteration(task, service));
    const messages: ProgressMessage[] = [];
    if (nodes === undefined) {
      if (tasks.length === 0 && activeNodes.size > 0) {
        return { messages: [line('job progress', 'waiting for tasks')], isConverged: false };
      }
      // All tasks of a global job begin at once; nodes that join later are not waited for.
      nodes = new Set(ofIteration.map((task) => task.NodeID ?? ''));
      messages.push(jobProgress(0, nodes.size));
    }
    const known = nodes;
    const byNode = lowest(
      ofIteration.filter((task) => known.has(task.NodeID ?? '')),
      (task) => task.NodeID ?? '',
    );
    for (const task of byNode) {
      if (known.size > BARS_MAX) break;
      const message = taskLine(task.NodeID ?? '', task, JOB_STEPS);
      if (message !== undefined) messages.push(message);
    }
    const completed = byNode.filter((task) => task.Status.State === 'complete').length;
    messages.push(jobProgress(completed, known.size));
    return { messages, isConverged: completed === known.size };
  };
}

/** One task a place, the one that has come the least far; sorted by place. */
function lowest(tasks: readonly Task[], place: (task: Task) => string): Task[] {
  const kept = new Map<string, Task>();
  for (const task of tasks.filter(isKnown)) {
    const other = kept.get(place(task));
    const isLower =
      other === undefined || numbered(other.Status.State) > numbered(task.Status.State);
    if (isLower) kept.set(place(task), task);
  }
  return [...kept.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, task]) => task);
}
