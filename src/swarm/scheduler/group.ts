/**
 * Places a group of tasks that are alike (one service, one version of its spec) on the best nodes.
 *
 * Real: swarmkit manager/scheduler/scheduler.go (scheduleTaskGroup, scheduleNTasksOnSubtree,
 *       scheduleNTasksOnNodes)
 */
import type { Task } from '../api/index.ts';
import { buildTree, spreadDescriptors, type DecisionTree } from './decisiontree.ts';
import type { NodeInfo } from './nodeinfo.ts';
import { drawn, preference, ranked, type Chance, type Compare, type NodeSet } from './nodeset.ts';
import type { Pipeline } from './pipeline.ts';

export interface GroupContext {
  readonly nodes: NodeSet;
  readonly pipeline: Pipeline;
  readonly chance: Chance;
  readonly nowMs: number;
  /** Puts the task on the node. */
  readonly assign: (task: Task, info: NodeInfo) => void;
}

/**
 * Assigns what can be assigned and returns the rest; the pipeline explains why. `tasks` is not
 * empty.
 */
export function scheduleGroup(tasks: readonly Task[], context: GroupContext): readonly Task[] {
  return new Group(tasks, context).run();
}

class Group {
  readonly #waiting: Task[];
  readonly #size: number;
  readonly #sample: Task;
  readonly #context: GroupContext;
  readonly #compare: Compare;
  readonly #passes: (info: NodeInfo) => boolean;
  /** The best nodes of each leaf of the tree; re-ranked when the leaf is visited again. */
  readonly #candidates = new Map<DecisionTree, readonly NodeInfo[]>();
  readonly #visited = new Set<DecisionTree>();

  constructor(tasks: readonly Task[], context: GroupContext) {
    this.#waiting = [...tasks].reverse();
    this.#size = tasks.length;
    this.#sample = tasks[0] as Task;
    this.#context = context;
    this.#compare = preference(this.#sample, context.nowMs);
    this.#passes = (info) => context.pipeline.process(info);
  }

  run(): readonly Task[] {
    const { nodes, pipeline, nowMs, chance } = this.#context;
    pipeline.setTask(this.#sample);
    const descriptors = spreadDescriptors(this.#sample.Spec.Placement);
    if (descriptors.length === 0) {
      this.#onNodes(this.#size, nodes.best(this.#sample, this.#size, nowMs, this.#passes, chance));
    } else {
      const tree = buildTree(nodes.all(), descriptors, this.#sample.ServiceID);
      this.#fillLeaves(tree);
      this.#onSubtree(this.#size, tree);
    }
    return this.#waiting.reverse();
  }

  #fillLeaves(tree: DecisionTree): void {
    if (tree.next.size === 0) this.#candidates.set(tree, this.#best(tree.infos));
    for (const next of tree.next.values()) this.#fillLeaves(next);
  }

  #best(infos: readonly NodeInfo[]): readonly NodeInfo[] {
    const found: NodeInfo[] = [];
    for (const info of ranked(infos, this.#compare, this.#context.chance)) {
      if (found.length === this.#size) break;
      if (this.#passes(info)) found.push(info);
    }
    return found;
  }

  #leafNodes(leaf: DecisionTree): readonly NodeInfo[] {
    const candidates = this.#candidates.get(leaf) ?? [];
    if (!this.#visited.has(leaf)) {
      this.#visited.add(leaf);
      return candidates;
    }
    // Tasks were placed here since: check and rank again.
    const left = candidates.filter(this.#passes).sort((a, b) => (a.node.ID < b.node.ID ? -1 : 1));
    return ranked(left, this.#compare, this.#context.chance);
  }

  /**
   * Spreads `n` tasks evenly over the branches, counting what they have; returns how many found a
   * place.
   */
  #onSubtree(n: number, tree: DecisionTree): number {
    if (tree.next.size === 0) return this.#onNodes(n, this.#leafNodes(tree));
    const branches = this.#branchOrder(tree);
    const full = new Set<DecisionTree>();
    let scheduled = 0;
    let inUsableBranches = tree.tasks;
    let isConverging = true;
    while (scheduled !== n && full.size !== branches.length && isConverging) {
      const usable = branches.length - full.size;
      const share = Math.floor((inUsableBranches + n - scheduled) / usable);
      let remainder = (inUsableBranches + n - scheduled) % usable;
      isConverging = false;
      for (const branch of branches) {
        if (full.has(branch)) continue;
        if (branch.tasks > share || (branch.tasks === share && remainder === 0)) continue;
        isConverging = true;
        const wanted = share - branch.tasks + (remainder > 0 ? 1 : 0);
        const placed = this.#onSubtree(wanted, branch);
        if (placed < wanted) {
          full.add(branch);
          inUsableBranches -= branch.tasks;
        } else if (remainder > 0) remainder--;
        scheduled += placed;
      }
    }
    return scheduled;
  }

  /** Which of equal branches gets one more is a matter of chance. */
  #branchOrder(tree: DecisionTree): readonly DecisionTree[] {
    const values = [...tree.next.keys()].sort((a, b) => (a < b ? -1 : 1));
    return Array.from(
      drawn(values, this.#context.chance),
      (value) => tree.next.get(value) as DecisionTree,
    );
  }

  /**
   * Fills the nodes until they are level, then goes round; returns how many tasks found a place.
   */
  #onNodes(n: number, nodes: readonly NodeInfo[]): number {
    const count = nodes.length;
    if (count === 0) return 0;
    const full = new Set<number>();
    let scheduled = 0;
    let i = 0;
    while (scheduled < n) {
      const task = this.#waiting.pop();
      if (!task) return scheduled;
      const info = nodes[i % count] as NodeInfo;
      this.#context.assign(task, info);
      scheduled++;
      if (scheduled === n) return scheduled;
      // An equal next node does not take over: the current one may run one ahead.
      if (i + 1 >= count || this.#compare(nodes[i + 1] as NodeInfo, info) < 0) i++;
      for (const start = i; full.has(i % count) || !this.#passes(nodes[i % count] as NodeInfo);) {
        full.add(i % count);
        i++;
        if (i - start === count) return scheduled;
      }
    }
    return scheduled;
  }
}
