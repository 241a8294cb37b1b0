/**
 * Which machine a node is, also when the machine cannot say so itself: one that is switched off knows no node ID. Then
 * the name it had is what tells.
 */
import type { ClusterView, LabView, NodeView } from '../../../lab/index.ts';

export function resolved(view: LabView): LabView {
  const { cluster } = view;
  if (!cluster || cluster.nodes.every(({ machine }) => machine !== undefined)) return view;
  const nodes = cluster.nodes.map((node) => withMachine(node, view, cluster));
  const machineOf = new Map(nodes.map(({ id, machine }) => [id, machine]));
  const tasks = cluster.tasks.map((task) =>
    task.machine === undefined ? { ...task, machine: machineOf.get(task.nodeID) } : task,
  );
  return { ...view, cluster: { ...cluster, nodes, tasks } };
}

function withMachine(node: NodeView, view: LabView, cluster: ClusterView): NodeView {
  if (node.machine !== undefined) return node;
  const machine = view.machines.find(({ hostname }) => hostname === node.hostname);
  // A machine that left and joined again is another node: the old one is of no machine any more.
  const isTaken = cluster.nodes.some((other) => other.machine === machine?.name);
  return machine && !isTaken && !machine.isOn ? { ...node, machine: machine.name } : node;
}
