/** What processes use and may use: cores, memory, the number of processes, the disk. */
import { describe, expect, test } from 'vitest';
import {
  burn,
  FileSystem,
  grow,
  Kernel,
  makeTree,
  NetStack,
  sleep,
  usageOf,
  World,
  type Limits,
  type Namespace,
  type Process,
  type Program,
} from '../../src/sim/index.ts';

function bench(options: { readonly cpus?: number; readonly memoryBytes?: number } = {}): {
  readonly world: World;
  readonly kernel: Kernel;
  readonly group: (limits: Limits, throttle?: unknown) => Namespace;
  readonly run: (namespace: Namespace, program: Program) => Process;
} {
  const world = new World('cgroup');
  const kernel = new Kernel(world, options);
  let number = 0;
  return {
    world,
    kernel,
    group: (limits, throttle) => ({
      id: `group${++number}`,
      hostname: 'box',
      files: new FileSystem(makeTree({ freeBytes: 1e9 }), () => world.nowMs),
      net: new NetStack(world, `group${number}`),
      extra: new Map<string, unknown>([
        ['limits', limits],
        ['throttle', throttle ?? {}],
      ]),
    }),
    run: (namespace, program) => kernel.spawn({ program, argv: ['program'], namespace }),
  };
}

/** Never waits: a loop of the shell, `yes`. */
const busy: Program = function* () {
  for (;;) yield { name: 'getpid', start: ({ done }) => (done(undefined), undefined) };
};
const burning: Program = function* (process) {
  yield* burn(process);
  return 0;
};

describe('cores', () => {
  test.each([
    ['a loop of system calls', busy],
    ['a loop of arithmetic', burning],
  ])('%s gets what its shares, its quota and its set allow', (_, program) => {
    const { world, group, run } = bench({ cpus: 2 });
    const big = run(group({ cpuShares: 2048 }), program);
    const small = run(group({ cpuShares: 1024 }), program);
    const pinned = run(group({ cpusetCpus: '0' }), program);
    const capped = run(group({ nanoCpus: 200_000_000 }), program);
    world.runUntil(30_000);
    const percent = (process: Process): number => Math.round(process.cpuMs / 300);
    expect(percent(capped)).toBe(20);
    expect(percent(big) + percent(small) + percent(pinned) + percent(capped)).toBeCloseTo(200, -1);
    expect(big.cpuMs / small.cpuMs).toBeCloseTo(2, 0);
  });

  test('two loops on one core get half of it each; alone, one gets all of it', () => {
    const { world, group, run, kernel } = bench({ cpus: 1 });
    const one = run(group({}), busy);
    const other = run(group({}), burning);
    world.runUntil(10_000);
    expect([one, other].map(({ cpuMs }) => Math.round(cpuMs / 100))).toEqual([50, 50]);
    kernel.signal(other, 'SIGKILL');
    world.runUntil(20_000);
    expect(Math.round(one.cpuMs / 100)).toBe(150);
  });

  test('a quota that is used up counts as throttled, and what ended processes used is kept', () => {
    const { world, group, run, kernel } = bench({ cpus: 2 });
    const half = group({ nanoCpus: 500_000_000 });
    const process = run(half, busy);
    world.runUntil(10_000);
    kernel.signal(process, 'SIGKILL');
    world.runUntil(10_001);
    const { periods, throttledPeriods, throttledMs, cpuMsEnded } = usageOf(half);
    expect(Math.round(cpuMsEnded / 100)).toBe(50);
    expect(periods).toBeGreaterThanOrEqual(99);
    expect(throttledPeriods).toBeGreaterThanOrEqual(98);
    expect(Math.round(throttledMs / 100)).toBe(50);
  });

  test('a stopped process uses nothing', () => {
    const { world, group, run, kernel } = bench();
    const process = run(group({}), busy);
    world.runUntil(1_000);
    kernel.signal(process, 'SIGSTOP');
    world.runUntil(5_000);
    expect(process.cpuMs).toBeLessThan(1_010);
    kernel.signal(process, 'SIGCONT');
    world.runUntil(6_000);
    expect(process.cpuMs).toBeGreaterThan(1_900);
  });
});

describe('memory', () => {
  const hoard = (bytes: number): Program =>
    function* () {
      for (;;) {
        yield* grow(bytes);
        yield* sleep(10);
      }
    };

  test('who goes beyond the limit of its group is killed with 137, the others live', () => {
    const { world, group, run } = bench();
    const limited = group({ memoryBytes: 50_000_000, memorySwapBytes: 50_000_000 });
    const small = run(limited, hoard(0));
    const greedy = run(limited, hoard(1_000_000));
    const elsewhere = run(group({}), hoard(100_000));
    world.runUntil(1_000);
    expect(greedy.exit).toEqual({ code: 137, signal: 'SIGKILL' });
    expect(small.exit).toBeUndefined();
    expect(elsewhere.exit).toBeUndefined();
    expect(limited.extra.get('oomKilled')).toBe(true);
    expect(usageOf(limited)).toMatchObject({ oomKills: 1 });
    expect(usageOf(limited).memoryBytesMax).toBeGreaterThan(49_000_000);
  });

  test('a machine without memory left kills its biggest process', () => {
    const { world, group, run } = bench({ memoryBytes: 100_000_000 });
    const greedy = run(group({}), hoard(1_000_000));
    const modest = run(group({}), hoard(100_000));
    world.runUntil(2_000);
    expect(greedy.exit?.code).toBe(137);
    expect(modest.exit).toBeUndefined();
  });
});

test('no more processes than the group may have', () => {
  const { group, run, kernel } = bench();
  const few = group({ pids: 2 });
  const first = run(few, burning);
  run(few, burning);
  expect(() => run(few, burning)).toThrow('Resource temporarily unavailable');
  kernel.signal(first, 'SIGKILL');
  expect(() => run(few, burning)).not.toThrow();
});

describe('disk', () => {
  const writes = (bytes: number): Program =>
    function* (process) {
      yield* process.kernel.disks.transfer(process, {
        ...{ bytes, size: 1_048_576, reads: false, writes: true, isDirect: true },
      });
      return 0;
    };

  test('a throttle is a bucket that all processes of a group pay into', () => {
    const { world, group, run } = bench();
    const slow = group({}, { writeBps: [{ Rate: 1_048_576 }] });
    const [one, other] = [run(slow, writes(5_242_880)), run(slow, writes(5_242_880))];
    const free = run(group({}), writes(80_000_000));
    world.runUntil(9_900);
    expect(free.exit?.code).toBe(0);
    expect([one.exit, other.exit].filter(Boolean)).toHaveLength(1);
    world.runUntil(10_100);
    expect([one.exit?.code, other.exit?.code]).toEqual([0, 0]);
    expect(usageOf(slow)).toMatchObject({ writtenBytes: 10_485_760, writes: 10 });
  });
});
