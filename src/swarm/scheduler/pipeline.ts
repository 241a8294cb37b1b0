/**
 * Runs the filters in their order and counts what each refused.
 *
 * Real: swarmkit manager/scheduler/pipeline.go
 */
import type { Task } from '../api/index.ts';
import {
  ConstraintFilter,
  HostPortFilter,
  MaxReplicasFilter,
  PlatformFilter,
  PluginFilter,
  ReadyFilter,
  ResourceFilter,
  type Filter,
} from './filter.ts';
import type { NodeInfo } from './nodeinfo.ts';

interface Entry {
  readonly filter: Filter;
  isEnabled: boolean;
  failures: number;
}

export class Pipeline {
  readonly #checklist: readonly Entry[] = [
    new ReadyFilter(),
    new ResourceFilter(),
    new PluginFilter(),
    new ConstraintFilter(),
    new PlatformFilter(),
    new HostPortFilter(),
    new MaxReplicasFilter(),
  ].map((filter) => ({ filter, isEnabled: false, failures: 0 }));

  setTask(task: Task): void {
    for (const entry of this.#checklist) {
      entry.isEnabled = entry.filter.setTask(task);
      entry.failures = 0;
    }
  }

  /**
   * Whether the node will do. The first filter that refuses takes the blame; a node that passes
   * takes all blame so far away.
   */
  process(info: NodeInfo): boolean {
    const refusing = this.#refusing(info);
    if (refusing) {
      refusing.failures++;
      return false;
    }
    for (const entry of this.#checklist) entry.failures = 0;
    return true;
  }

  /** Why this node alone will not do, or undefined; counts nothing. */
  reason(info: NodeInfo): string | undefined {
    return this.#refusing(info)?.filter.explain(1);
  }

  /** What was refused, the most frequent reason first; '' when nothing was. */
  explain(): string {
    return this.#checklist
      .filter((entry) => entry.failures > 0)
      .sort((a, b) => b.failures - a.failures)
      .map((entry) => entry.filter.explain(entry.failures))
      .join('; ');
  }

  #refusing(info: NodeInfo): Entry | undefined {
    for (const entry of this.#checklist)
      if (entry.isEnabled && !entry.filter.check(info)) return entry;
    return undefined;
  }
}
