import type { TraceEntry } from '../../sim/index.ts';

/** Kinds of trace entries at which something changes that a viewer sees: where "다음 변화" stops. */
const VISIBLE = new Set([
  'raft.leader',
  'raft.candidate',
  'raft.stepdown',
  'node.state',
  'node.role',
  'task.state',
  'task.assigned',
  'orchestrator.task_created',
  'update.started',
  'update.paused',
  'update.completed',
  'update.rolled_back',
  'machine.on',
  'machine.off',
  'service.created',
  'service.updated',
  'service.removed',
  'shell.ended',
  'browser.page',
]);

export function isVisible(entry: TraceEntry): boolean {
  return VISIBLE.has(entry.kind);
}
