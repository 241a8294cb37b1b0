import type { Scheduler, Timer } from '../world.ts';
import { limitsOf, usageOf } from './cgroup.ts';
import type { Namespace, Process } from './process.ts';

/** A period of the quota, and how long those wait who only burn. */
const PERIOD_MS = 100;
const SLICE_MS = 5;
/** `cpu-shares` of who says nothing. */
const WEIGHT = 1_024;

/** A process that has used up its millisecond and wants another. */
interface Waiter {
  readonly process: Process;
  readonly run: () => void;
}

/** The processes of one namespace, a container's or the machine's own, as far as they want a core. */
interface Group {
  readonly namespace: Namespace;
  readonly burners: Set<Process>;
  waiters: Waiter[];
  /** Time had, divided by weight. */
  vruntime: number;
  /** Milliseconds left of the quota in this period; what is too little for a slice is carried into the next. */
  budgetMs: number;
  period: number;
  throttledIn: number;
  throttledAtMs: number;
  nextTask: number;
}

/**
 * Who gets the machine's cores: shares between containers by weight, quotas, CPU sets. Each core is given away in slices, to the group that had
 * the least for its weight and may use it, as CFS does (kernel/sched/fair.c: vruntime, group scheduling, bandwidth control).
 *
 * Two kinds of processes want cores: those that burn (their CPU time is all that they do) and those that have made so many system calls
 * that their millisecond is over and wait for the next. Whoever does less than that is quick and costs nothing.
 */
export class Processors {
  readonly cores: number;
  readonly #world: Scheduler;
  /** Groups that somebody of wants a core. */
  readonly #groups = new Set<Group>();
  readonly #known = new WeakMap<Namespace, Group>();
  /** Up to when the cores have been given away. */
  #givenMs = 0;
  #timer: Timer | undefined;

  constructor(world: Scheduler, cores: number) {
    this.#world = world;
    this.cores = cores;
  }

  /** From now on the process burns. Returns what ends it. */
  burn(process: Process): () => void {
    const group = this.#join(process.namespace);
    group.burners.add(process);
    this.#plan();
    return () => {
      this.#settle();
      group.burners.delete(process);
      this.#leave(group);
    };
  }

  /** Calls `run` when the process has had a core for a millisecond. Returns what takes it back. */
  slice(process: Process, run: () => void): () => void {
    const group = this.#join(process.namespace);
    const waiter: Waiter = { process, run };
    group.waiters.push(waiter);
    this.#plan();
    return () => {
      group.waiters = group.waiters.filter((one) => one !== waiter);
      this.#leave(group);
    };
  }

  /** Somebody comes or goes: what has been until now counts as it was. Who got a core goes on in an event of its own. */
  #settle(): void {
    for (const { process, run } of this.#give())
      this.#world.schedule(0, `slice of ${process.argv[0] ?? ''}`, run);
  }

  #join(namespace: Namespace): Group {
    this.#settle();
    let group = this.#known.get(namespace);
    if (!group) {
      group = {
        ...{ namespace, burners: new Set(), waiters: [], vruntime: 0, budgetMs: 0 },
        ...{ period: -1, throttledIn: -1, throttledAtMs: -1, nextTask: 0 },
      };
      this.#known.set(namespace, group);
    }
    if (!this.#groups.has(group)) {
      // Who comes back begins where the others are: it gets no time for having been away.
      const others = [...this.#groups].map((one) => one.vruntime);
      if (others.length > 0) group.vruntime = Math.max(group.vruntime, Math.min(...others));
      this.#groups.add(group);
    }
    return group;
  }

  #leave(group: Group): void {
    if (group.burners.size === 0 && group.waiters.length === 0) this.#groups.delete(group);
  }

  /** The next look: in a millisecond if somebody waits for one, at the end of the period if all who wait are throttled, else later. */
  #plan(): void {
    const { nowMs } = this.#world;
    const leftMs = PERIOD_MS - (nowMs % PERIOD_MS);
    const waiting = [...this.#groups].filter((group) => group.waiters.length > 0);
    const isSoon = waiting.some((group) => budget(group, nowMs, this.cores) >= 1);
    const atMs = nowMs + (isSoon ? 1 : waiting.length > 0 ? leftMs + 1 : PERIOD_MS);
    if (this.#timer && this.#timer.atMs <= atMs && this.#timer.atMs > nowMs) return;
    this.#timer?.cancel();
    this.#timer = this.#world.schedule(atMs - nowMs, 'processors', () => {
      this.#timer = undefined;
      for (const { run } of this.#give()) run();
      if (this.#groups.size > 0 && !this.#timer) this.#plan();
    });
  }

  /** Gives away the time that has passed since the last look; who waited and got theirs is returned. */
  #give(): readonly Waiter[] {
    const { nowMs } = this.#world;
    const done: Waiter[] = [];
    if (this.#groups.size === 0) this.#givenMs = nowMs;
    while (this.#givenMs < nowMs && this.#groups.size > 0) {
      const hasWaiters = [...this.#groups].some((group) => group.waiters.length > 0);
      const stepMs = hasWaiters ? 1 : Math.min(SLICE_MS, nowMs - this.#givenMs);
      this.#giveStep(stepMs, done);
      this.#givenMs += stepMs;
    }
    this.#givenMs = nowMs;
    return done;
  }

  /** One slice of every core. */
  #giveStep(stepMs: number, done: Waiter[]): void {
    const atMs = this.#givenMs;
    const burning = new Set<Process>();
    for (const core of coresInOrder(this.#groups, this.cores)) {
      let best: Group | undefined;
      for (const group of this.#groups) {
        const isFree =
          mayUse(group, core) &&
          (group.waiters.length > 0 || idleBurners(group, burning).length > 0) &&
          hasBudget(group, atMs, stepMs, this.cores);
        if (isFree && (!best || group.vruntime < best.vruntime)) best = group;
      }
      const process = best && this.#next(best, burning, done);
      if (!best || !process) continue;
      process.cpuMs += stepMs;
      process.kernel.coreMs[core] = (process.kernel.coreMs[core] ?? 0) + stepMs;
      best.budgetMs -= stepMs;
      best.vruntime += (stepMs * WEIGHT) / (limitsOf(best.namespace).cpuShares || WEIGHT);
    }
    for (const group of [...this.#groups]) this.#leave(group);
  }

  /** Whose turn it is within a group: all in a circle. */
  #next(group: Group, burning: Set<Process>, done: Waiter[]): Process | undefined {
    const idle = idleBurners(group, burning);
    const turn = group.nextTask++ % (idle.length + group.waiters.length);
    const burner = idle[turn];
    if (burner) {
      burning.add(burner);
      return burner;
    }
    for (let waiter = group.waiters.shift(); waiter; waiter = group.waiters.shift()) {
      done.push(waiter);
      // Who was stopped meanwhile needs no core any more: it waits to be continued.
      if (!waiter.process.isStopped) return waiter.process;
    }
    return undefined;
  }
}

/** Those of a group that burn and have no core in this step. */
function idleBurners(group: Group, burning: ReadonlySet<Process>): readonly Process[] {
  return group.burners.size === 0
    ? NOBODY
    : [...group.burners].filter((process) => !process.isStopped && !burning.has(process));
}

const NOBODY: readonly Process[] = [];

/** What is left of the quota in the period of `atMs`. */
function budget(group: Group, atMs: number, cores: number): number {
  const period = Math.floor(atMs / PERIOD_MS);
  if (group.period !== period) {
    const { nanoCpus = 0 } = limitsOf(group.namespace);
    const rest = group.period === period - 1 ? Math.max(0, group.budgetMs) : 0;
    // What was too little for a slice is not lost; what nobody wanted is.
    group.budgetMs =
      nanoCpus > 0 ? (PERIOD_MS * nanoCpus) / 1e9 + Math.min(rest, SLICE_MS) : PERIOD_MS * cores;
    group.period = period;
    if (nanoCpus > 0) usageOf(group.namespace).periods++;
  }
  return group.budgetMs;
}

function hasBudget(group: Group, atMs: number, stepMs: number, cores: number): boolean {
  if (budget(group, atMs, cores) >= stepMs) return true;
  const usage = usageOf(group.namespace);
  if (group.throttledAtMs !== atMs) usage.throttledMs += stepMs;
  group.throttledAtMs = atMs;
  if (group.throttledIn !== group.period) usage.throttledPeriods++;
  group.throttledIn = group.period;
  return false;
}

/** Cores that fewer may use come first, so that sets do not take what others could not use elsewhere. */
function coresInOrder(groups: ReadonlySet<Group>, cores: number): readonly number[] {
  const users = (core: number): number => [...groups].filter((group) => mayUse(group, core)).length;
  const counts = Array.from({ length: cores }, (_, core) => users(core));
  return counts
    .map((_, core) => core)
    .sort((a, b) => (counts[a] as number) - (counts[b] as number) || a - b);
}

function mayUse({ namespace }: Group, core: number): boolean {
  const set = limitsOf(namespace).cpusetCpus ?? '';
  return (
    set === '' ||
    set.split(',').some((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return core >= from && core <= to;
    })
  );
}
