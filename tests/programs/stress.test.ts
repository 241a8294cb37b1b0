import { describe, expect, test } from 'vitest';
import { Lab, type Container } from './harness.ts';

function box(
  lab: Lab,
  address: string,
  limits: Readonly<Record<string, unknown>>,
  cores = 4,
): Container {
  const container = lab.container('leecloudo/stress:1.0', address);
  container.namespace.extra.set('cpus', cores);
  container.namespace.extra.set('limits', limits);
  return container;
}

/** Percent of one core that a container used in the last ten seconds. */
function percent(lab: Lab, ...containers: readonly Container[]): readonly number[] {
  const used = (container: Container): number =>
    lab.kernel
      .processes()
      .filter(({ namespace }) => namespace === container.namespace)
      .reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const before = containers.map(used);
  lab.run(10_000);
  return containers.map((container, i) => Math.round((used(container) - (before[i] ?? 0)) / 100));
}

describe('stress', () => {
  test('says what it does and how long it took', () => {
    const lab = new Lab();
    const one = box(lab, '10.0.0.2', {}).start(['stress', '-c', '4', '-t', '10s']);
    lab.run(10_100);
    expect(one.out).toBe(
      'stress: info: [1] dispatching hogs: 4 cpu, 0 io, 0 vm, 0 hdd\nstress: info: [1] successful run completed in 10s\n',
    );
    expect(one.main?.exit?.code).toBe(0);
  });

  test('cpu-shares are relative, and count only while somebody else wants the cores', () => {
    const lab = new Lab();
    const big = box(lab, '10.0.0.2', { cpuShares: 1024 }).start(['stress', '-c', '4']);
    const small = box(lab, '10.0.0.3', { cpuShares: 512 }).start(['stress', '-c', '4']);
    lab.run(1_000);
    const [a = 0, b = 0] = percent(lab, big, small);
    expect(Math.abs(a - 267)).toBeLessThan(5);
    expect(Math.abs(b - 133)).toBeLessThan(5);
    if (big.main) lab.kernel.killNamespace(big.namespace);
    expect(percent(lab, small)).toEqual([400]);
  });

  test('a set of cores, and a quota', () => {
    const lab = new Lab();
    const first = box(lab, '10.0.0.2', { cpusetCpus: '2' }).start(['stress', '--cpu', '1']);
    const second = box(lab, '10.0.0.3', { cpusetCpus: '0,3' }).start(['stress', '--cpu', '2']);
    const third = box(lab, '10.0.0.4', { nanoCpus: 200_000_000 }).start(['stress', '--cpu', '1']);
    lab.run(1_000);
    expect(percent(lab, first, second, third)).toEqual([100, 200, 20]);
  });

  test('more memory than the limit: the worker is killed and the container was out of memory', () => {
    const lab = new Lab();
    const one = box(lab, '10.0.0.2', { memoryBytes: 32 * 1_048_576 }).start([
      'stress',
      '--vm',
      '1',
      '--vm-bytes',
      '200M',
      '--vm-hang',
      '0',
    ]);
    lab.run(2_000);
    expect(one.namespace.extra.get('oomKilled')).toBe(true);
    expect(one.err).toMatch(/stress: FAIL: \[1\] \(415\) <-- worker \d+ got signal 9\n/);
    expect(one.main?.exit?.code).toBe(1);
  });
});
