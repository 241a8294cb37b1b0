/**
 * What must hold whatever the network does. A failure is a bug of ours, never of the cluster.
 *
 * Real: the logger's Panicf in etcd-io/raft.
 */

export function assert(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Error(`raft: ${why}`);
}
