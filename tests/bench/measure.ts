/** How a bench measures: a result that is checked, a time, and the time of plain work beside it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One JSON line. */
export interface Figure {
  readonly name: string;
  /** What was made was right; a wrong result has no speed. */
  readonly ok: boolean;
  readonly value: number;
  readonly unit: string;
  /** Times as fast as plain work of this same run: comparable between machines. */
  readonly ratio: number;
  /** What SwarmKit or etcd's raft reach natively on a machine like the one these were written on. */
  readonly native?: number;
  readonly [more: string]: unknown;
}

export type Bench = () => Figure | Promise<Figure>;

let plainPerSecond: number | undefined;

/** Plain work, once a run: how many objects a second are put into a map under text keys and read again. */
export function baseline(): number {
  if (plainPerSecond !== undefined) return plainPerSecond;
  const rates: number[] = [];
  for (let n = 0; n < 5; n++) {
    const cpu = process.cpuUsage();
    const map = new Map<string, { readonly id: string; readonly n: number }>();
    for (let i = 0; i < 200_000; i++) map.set(`key ${i}`, { id: `key ${i}`, n: i });
    let sum = 0;
    for (const { n: value } of map.values()) sum += value;
    if (sum !== 19_999_900_000) throw new Error('the baseline counts wrongly');
    rates.push(200_000 / cpuSeconds(cpu));
  }
  const median = rates.sort((a, b) => a - b)[2] ?? 0;
  plainPerSecond = median;
  return median;
}

/** Time of a core, the collector's included: others may be busy on this machine. */
export function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return Math.max(1, user + system) / 1_000_000;
}

/** `count` things done in the time that `run` takes. */
export function rate(
  name: string,
  unit: string,
  count: number,
  run: () => boolean,
  more: Readonly<Record<string, unknown>> = {},
): Figure {
  const plain = baseline();
  const beganMs = performance.now();
  const cpu = process.cpuUsage();
  const ok = run();
  const seconds = cpuSeconds(cpu);
  const wallSeconds = round((performance.now() - beganMs) / 1000);
  const value = Math.round(count / seconds);
  return {
    name,
    ok,
    value,
    unit,
    seconds: round(seconds),
    wallSeconds,
    ratio: round(value / plain),
    ...more,
  };
}

export function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** Bytes of heap in use, after a collection. */
export function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What finalizers let go of is collected the second time.
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
