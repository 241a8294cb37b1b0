/**
 * Nodes: get, list, update (labels, availability, role), remove.
 *
 * Real: swarmkit manager/controlapi/node.go
 */
import { TASK_STATE_ORDER, type ManagerStatus, type Node, type NodeSpec } from '../api/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { fail } from './common.ts';
import type { Memberlist } from './controlapi.ts';

/** A node as users see it: raft's knowledge of managers is added. */
export type NodeWithStatus = Node & { readonly ManagerStatus?: ManagerStatus };

export function getNode(store: Store, raft: Memberlist, id: string): NodeWithStatus {
  const node = store.get('node', id) ?? fail('NotFound', `node ${id} not found`);
  return withStatus(node, raft);
}

export function listNodes(store: Store, raft: Memberlist): readonly NodeWithStatus[] {
  return store.list('node').map((node) => withStatus(node, raft));
}

export interface UpdateNodeRequest {
  readonly NodeID: string;
  readonly Version: number;
  readonly Spec: NodeSpec;
}

export function updateNode(tx: Transaction, raft: Memberlist, request: UpdateNodeRequest): Node {
  const { NodeID: id, Spec: spec } = request;
  const node = tx.get('node', id) ?? fail('NotFound', `node ${id} not found`);
  if (node.Spec.Role === 'manager' && spec.Role === 'worker') checkDemotion(tx, raft, node);
  return tx.update('node', { ...node, Version: { Index: request.Version }, Spec: spec });
}

function checkDemotion(tx: Transaction, raft: Memberlist, node: Node): void {
  const managers = tx.list('node').filter((other) => other.Role === 'manager');
  if (managers.length === 1 && managers[0]?.ID === node.ID)
    fail('FailedPrecondition', 'attempting to demote the last manager of the swarm');
  const member = raft.members().find((candidate) => candidate.NodeID === node.ID);
  if (!member) return fail('NotFound', "can't find manager in raft memberlist");
  if (!raft.canRemoveMember(member.RaftID))
    fail(
      'FailedPrecondition',
      "can't remove member from the raft: this would result in a loss of quorum",
    );
}

export function removeNode(
  tx: Transaction,
  raft: Memberlist,
  { ID: id, Force: isForced }: { readonly ID: string; readonly Force: boolean },
  now: string,
): void {
  const node = tx.get('node', id) ?? fail('NotFound', `node ${id} not found`);
  if (node.Spec.Role === 'manager' && raft.members().some((member) => member.NodeID === id))
    fail(
      'FailedPrecondition',
      `node ${id} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal`,
    );
  if (!isForced && node.Status.State === 'ready')
    fail('FailedPrecondition', `node ${id} is not down and can't be removed`);
  // Containers that hang on attachable networks have no orchestrator that would clean up after them.
  for (const task of tx.list('task', { nodeID: id }))
    if (task.Spec.NetworkAttachmentSpec) tx.remove('task', task.ID);
  orphanNodeTasks(tx, id, now);
  tx.remove('node', id);
}

/** Nobody will report on them any more; an update that waits for one of them goes on. */
function orphanNodeTasks(tx: Transaction, nodeID: string, now: string): void {
  for (const task of tx.list('task', { nodeID }))
    if (TASK_STATE_ORDER[task.Status.State] < TASK_STATE_ORDER.complete)
      tx.update('task', {
        ...task,
        Status: {
          State: 'orphaned',
          Timestamp: now,
          Message: 'Task belonged to a node that has been deleted',
          PortStatus: {},
        },
      });
}

function withStatus(node: Node, raft: Memberlist): NodeWithStatus {
  const member = raft.members().find((candidate) => candidate.NodeID === node.ID);
  if (!member) return node;
  const status: ManagerStatus = {
    RaftID: member.RaftID,
    ...(member.Leader ? { Leader: true } : {}),
    Reachability: member.Reachability,
    Addr: member.Addr,
  };
  return { ...node, ManagerStatus: status };
}
