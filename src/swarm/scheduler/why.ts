/** What the trace tells of a decision: the best nodes at that moment, and which were out of the question. */
import type { Task } from '../api/index.ts'
import type { NodeInfo } from './nodeinfo.ts'
import type { NodeSet } from './nodeset.ts'
import type { Pipeline } from './pipeline.ts'

/** Larger clusters are summed up: nobody reads a list of a thousand nodes. */
const NODES_TOLD_MAX = 24

/** Node ID and why it was out. */
export type Refusals = readonly (readonly [nodeID: string, reason: string])[]

export function refusals(nodes: NodeSet, pipeline: Pipeline): Refusals {
  if (nodes.size > NODES_TOLD_MAX) return []
  return nodes.all().flatMap((info) => {
    const reason = pipeline.reason(info)
    return reason === undefined ? [] : [[info.node.ID, reason] as const]
  })
}

/** Node ID, active tasks of the service there, active tasks there in all; best candidates first, as they stood before the task came. */
export function rankingOf(task: Task, candidates: readonly NodeInfo[]): readonly (readonly [string, number, number])[] {
  if (candidates.length > NODES_TOLD_MAX) return []
  return candidates
    .map((info) => [info.node.ID, info.activeTasksOf(task.ServiceID), info.activeTasksCount] as const)
    .sort((a, b) => a[1] - b[1] || a[2] - b[2])
}
