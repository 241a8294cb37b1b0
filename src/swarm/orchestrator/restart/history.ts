/**
 * How often each slot was restarted: what `--restart-max-attempts` and `--restart-window` count. It
 * lives in the leader's memory; a new leader counts again from the tasks that are left.
 *
 * Real: swarmkit manager/orchestrator/restart/restart.go (instanceRestartInfo, shouldRestart,
 *       RecordRestartHistory)
 */
import type { Task } from '../../api/index.ts';
import { tupleKey, type SlotTuple } from '../task.ts';
import { durationMs, timestampMs } from '../timestamp.ts';

interface Info {
  specVersion: number;
  totalRestarts: number;
  /** When each replacement was made, oldest first; kept only when a window is set. */
  restartsMs: number[];
}

export class RestartHistory {
  readonly #byService = new Map<string, Map<string, Info>>();

  clear(): void {
    this.#byService.clear();
  }

  clearService(serviceID: string): void {
    this.#byService.delete(serviceID);
  }

  /** Whether the slot of this task, which ended, has attempts left. */
  allows(tuple: SlotTuple, task: Task): boolean {
    const max = task.Spec.RestartPolicy?.MaxAttempts ?? 0;
    if (max === 0) return true;
    const info = this.#byService.get(tuple.serviceID)?.get(tupleKey(tuple));
    if (!info || info.specVersion !== task.SpecVersion.Index) return true;
    const window = task.Spec.RestartPolicy?.Window ?? 0;
    const endedMs = timestampMs(task.Status.Timestamp);
    if (window === 0 || endedMs === undefined) return info.totalRestarts < max;
    const since = endedMs - durationMs(window);
    // Restarts before the window will never count again.
    info.restartsMs = info.restartsMs.filter((atMs) => atMs > since);
    return info.restartsMs.filter((atMs) => atMs < endedMs).length < max;
  }

  record(tuple: SlotTuple, replacement: Task, atMs: number): void {
    const policy = replacement.Spec.RestartPolicy;
    if (!policy?.MaxAttempts) return;
    let slots = this.#byService.get(tuple.serviceID);
    if (!slots) this.#byService.set(tuple.serviceID, (slots = new Map()));
    const specVersion = replacement.SpecVersion.Index;
    let info = slots.get(tupleKey(tuple));
    // Failures of an older spec do not count against the new one.
    if (!info || info.specVersion !== specVersion)
      slots.set(tupleKey(tuple), (info = { specVersion, totalRestarts: 0, restartsMs: [] }));
    info.totalRestarts++;
    if (policy.Window) info.restartsMs.push(atMs);
  }
}
