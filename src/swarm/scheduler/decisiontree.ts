/**
 * Spread preferences: the nodes as a tree with one level per preference and one branch per label
 * value.
 *
 * Real: swarmkit manager/scheduler/decision_tree.go, nodeset.go (tree)
 */
import type { Placement } from '../api/index.ts';
import { labelValue } from '../constraint/index.ts';
import type { NodeInfo } from './nodeinfo.ts';

export interface DecisionTree {
  /** Active tasks of the service on all nodes below, available or not. */
  tasks: number;
  /** By label value; a node without the label stands under ''. Empty in a leaf. */
  readonly next: Map<string, DecisionTree>;
  /** The nodes of a leaf, in order of ID. */
  readonly infos: NodeInfo[];
}

/** The labels to spread over; descriptors of anything else are ignored. */
export function spreadDescriptors(placement: Placement | undefined): readonly string[] {
  const descriptors =
    placement?.Preferences?.map((preference) => preference.Spread.SpreadDescriptor) ?? [];
  return descriptors.filter((descriptor) => /^(node|engine)\.labels\../i.test(descriptor));
}

export function buildTree(
  infos: readonly NodeInfo[],
  descriptors: readonly string[],
  serviceID: string,
): DecisionTree {
  const root = newTree();
  for (const info of infos) {
    const tasks = info.activeTasksOf(serviceID);
    let tree = root;
    for (const descriptor of descriptors) {
      tree.tasks += tasks;
      const value = labelValue(descriptor, info.node) ?? '';
      let next = tree.next.get(value);
      if (!next) tree.next.set(value, (next = newTree()));
      tree = next;
    }
    tree.tasks += tasks;
    tree.infos.push(info);
  }
  return root;
}

function newTree(): DecisionTree {
  return { tasks: 0, next: new Map(), infos: [] };
}
