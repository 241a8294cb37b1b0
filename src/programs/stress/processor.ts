/**
 * Who gets the machine's processors when processes burn them: shares between containers by weight, quotas, CPU sets.
 *
 * Every core is given away in slices to the group (a container, or the machine's own processes) that had the least for its weight, as CFS does.
 *
 * Real:     Linux kernel/sched/fair.c (vruntime, group scheduling, bandwidth control).
 * Left out: nice levels; processes that do not burn count for nothing (they are quick).
 */
import {
  call,
  callbackCall,
  type Kernel,
  type Namespace,
  type Process,
  type Sys,
} from '../../sim/index.ts';

const TICK_MS = 100;
const SLICE_MS = 5;
/** `cpu-shares` of who says nothing. */
const WEIGHT = 1_024;

interface Limits {
  readonly nanoCpus?: number;
  readonly cpuShares?: number;
  readonly cpusetCpus?: string;
}

interface Group {
  readonly namespace: Namespace;
  readonly burners: Set<Process>;
  /** Time had, divided by weight. */
  vruntime: number;
  /** Milliseconds left of the quota in this tick. */
  budgetMs: number;
  carriedMs: number;
  nextBurner: number;
}

const MARKETS = new WeakMap<Kernel, Market>();

/** Burns CPU until the process ends or `untilMs` is reached: its `cpuMs` grows by what it gets. */
export function* burn(process: Process, untilMs: number): Sys<void> {
  const market = MARKETS.get(process.kernel) ?? new Market(process.kernel);
  MARKETS.set(process.kernel, market);
  yield* call(
    callbackCall<void>('', (done) => {
      market.join(process);
      const { world } = process.kernel;
      const timer =
        untilMs < Number.MAX_SAFE_INTEGER
          ? world.schedule(
              Math.max(0, untilMs - world.nowMs),
              'burnt',
              () => (market.leave(process), done(undefined)),
            )
          : undefined;
      return () => {
        timer?.cancel();
        market.leave(process);
      };
    }),
  );
}

class Market {
  readonly #kernel: Kernel;
  readonly #groups = new Map<Namespace, Group>();
  #isTicking = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  join(process: Process): void {
    let group = this.#groups.get(process.namespace);
    if (!group) {
      // A newcomer begins where the others are: it gets no time for having been away.
      const vruntime = Math.min(...[...this.#groups.values()].map((one) => one.vruntime));
      group = {
        namespace: process.namespace,
        burners: new Set(),
        vruntime: this.#groups.size === 0 ? 0 : vruntime,
        budgetMs: 0,
        carriedMs: 0,
        nextBurner: 0,
      };
      this.#groups.set(process.namespace, group);
    }
    group.burners.add(process);
    if (!this.#isTicking) this.#wait();
  }

  leave(process: Process): void {
    const group = this.#groups.get(process.namespace);
    group?.burners.delete(process);
    if (group?.burners.size === 0) this.#groups.delete(process.namespace);
  }

  #wait(): void {
    this.#isTicking = true;
    this.#kernel.world.schedule(TICK_MS, 'processors', () => this.#tick());
  }

  #tick(): void {
    this.#isTicking = false;
    if (this.#groups.size === 0) return;
    const cores = coresOf([...this.#groups.keys()][0] as Namespace);
    const groups = [...this.#groups.values()];
    for (const group of groups) grant(group, cores);
    for (let at = 0; at < TICK_MS; at += SLICE_MS) giveSlices(groups, cores);
    this.#wait();
  }
}

function limitsOf(namespace: Namespace): Limits {
  return (namespace.extra.get('limits') as Limits | undefined) ?? {};
}

/** The quota of this tick, with what was too little for a slice in the last one. */
function grant(group: Group, cores: number): void {
  const { nanoCpus = 0 } = limitsOf(group.namespace);
  group.budgetMs =
    nanoCpus > 0
      ? Math.floor((TICK_MS * nanoCpus) / 1e9) + Math.min(group.carriedMs, TICK_MS)
      : TICK_MS * cores;
}

/** One slice of every core. */
function giveSlices(groups: readonly Group[], cores: number): void {
  const running = new Map<Group, number>();
  // Cores that fewer may use are given away first, so that sets do not take what others could not use elsewhere.
  const order = Array.from({ length: cores }, (_, core) => core).sort(
    (a, b) => users(groups, a) - users(groups, b) || a - b,
  );
  for (const core of order) {
    let best: Group | undefined;
    for (const group of groups) {
      const isFree =
        group.budgetMs >= SLICE_MS &&
        (running.get(group) ?? 0) < awake(group).length &&
        mayUse(group, core);
      if (isFree && (!best || group.vruntime < best.vruntime)) best = group;
    }
    if (!best) continue;
    running.set(best, (running.get(best) ?? 0) + 1);
    const burners = awake(best);
    const burner = burners[best.nextBurner++ % burners.length] as Process;
    burner.cpuMs += SLICE_MS;
    best.budgetMs -= SLICE_MS;
    best.carriedMs = best.budgetMs;
    best.vruntime += (SLICE_MS * WEIGHT) / (limitsOf(best.namespace).cpuShares || WEIGHT);
  }
}

function users(groups: readonly Group[], core: number): number {
  return groups.filter((group) => mayUse(group, core)).length;
}

function awake(group: Group): readonly Process[] {
  return [...group.burners].filter((process) => !process.isStopped);
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

function coresOf({ files, extra }: Namespace): number {
  const known = extra.get('cpus');
  if (typeof known === 'number') return known;
  const text = files.exists('/proc/cpuinfo') ? files.readFile('/proc/cpuinfo') : '';
  return Math.max(1, text.match(/^processor\s*:/gm)?.length ?? 1);
}
