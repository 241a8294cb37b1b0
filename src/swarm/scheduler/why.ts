/**
 * What the trace tells of a decision: how the nodes ranked at that moment, and which were out of
 * the question.
 */
import type { Task } from '../api/index.ts';
import type { NodeSet } from './nodeset.ts';
import type { Pipeline } from './pipeline.ts';

/** Larger clusters are not told of: nobody reads a list of a thousand nodes. */
const NODES_TOLD_MAX = 24;

export interface Why {
  /**
   * Node ID, active tasks of the service there, active tasks there in all; the best first, as they
   * stood before the task came.
   */
  readonly ranking: readonly (readonly [nodeID: string, ofService: number, total: number])[];
  /** Node ID and the reason. */
  readonly filteredOut: readonly (readonly [nodeID: string, reason: string])[];
}

const NOTHING: Why = { ranking: [], filteredOut: [] };

/** `pipeline` has the task set. */
export function why(task: Task, nodes: NodeSet, pipeline: Pipeline): Why {
  if (nodes.size > NODES_TOLD_MAX) return NOTHING;
  const ranking: [string, number, number][] = [];
  const filteredOut: [string, string][] = [];
  for (const info of nodes.all()) {
    const reason = pipeline.reason(info);
    if (reason !== undefined) filteredOut.push([info.node.ID, reason]);
    else ranking.push([info.node.ID, info.activeTasksOf(task.ServiceID), info.activeTasksCount]);
  }
  ranking.sort((a, b) => a[1] - b[1] || a[2] - b[2]);
  return { ranking, filteredOut };
}
