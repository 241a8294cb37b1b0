import type { Namespace } from './process.ts';

/**
 * What the processes of a namespace may use together. A room above puts it into `namespace.extra` as `limits`, and a new one when it changes.
 * 0, '' and absent mean: no limit.
 */
export interface Limits {
  readonly memoryBytes?: number;
  /** Memory and swap together; below 0: as much swap as there is. */
  readonly memorySwapBytes?: number;
  readonly nanoCpus?: number;
  readonly cpuShares?: number;
  readonly cpusetCpus?: string;
  readonly pids?: number;
  /** Nobody is killed for memory: who asks for more waits. */
  readonly isOomKillDisabled?: boolean;
}

/** What they have used: the accounts of a cgroup. */
export interface Usage {
  /** CPU time of processes that have ended. */
  cpuMsEnded: number;
  /** Scheduler periods in which somebody wanted to run, and those in which the quota was used up first. */
  periods: number;
  throttledPeriods: number;
  throttledMs: number;
  /** The most memory that was in use at a time. */
  memoryBytesMax: number;
  oomKills: number;
  readBytes: number;
  writtenBytes: number;
  reads: number;
  writes: number;
}

const USAGES = new WeakMap<Namespace, Usage>();

export function limitsOf(namespace: Namespace): Limits {
  return (namespace.extra.get('limits') as Limits | undefined) ?? {};
}

export function usageOf(namespace: Namespace): Usage {
  let usage = USAGES.get(namespace);
  if (!usage) {
    usage = {
      ...{ cpuMsEnded: 0, periods: 0, throttledPeriods: 0, throttledMs: 0 },
      ...{ memoryBytesMax: 0, oomKills: 0, readBytes: 0, writtenBytes: 0, reads: 0, writes: 0 },
    };
    USAGES.set(namespace, usage);
  }
  return usage;
}

/** Bytes that the processes may claim, swap included; 0: as many as the machine has. */
export function memoryLimitOf(namespace: Namespace): number {
  const { memoryBytes = 0, memorySwapBytes = 0 } = limitsOf(namespace);
  if (memoryBytes <= 0 || memorySwapBytes < 0) return 0;
  return memorySwapBytes > 0 ? memorySwapBytes : 2 * memoryBytes;
}
