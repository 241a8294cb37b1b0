import { describe, expect, it } from 'vitest';
import type { UpdateConfig } from '../../../src/swarm/api/index.ts';
import { SECOND, TestCluster, type ServiceOptions } from '../../builders/index.ts';

const CONFIG: UpdateConfig = { Parallelism: 1, MaxFailureRatio: 0 };

/** Three replicas of `nginx:1` that run. */
function running(config: Partial<UpdateConfig> = {}, options: ServiceOptions = {}): TestCluster {
  const c = new TestCluster();
  c.create('web', {
    replicas: 3,
    template: { ContainerSpec: { Image: 'nginx:1' } },
    ...options,
    spec: { UpdateConfig: { ...CONFIG, ...config }, ...options.spec },
  });
  c.run(1500);
  return c;
}

const images = (c: TestCluster): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const t of c.running('web-id')) counts[c.image(t)] = (counts[c.image(t)] ?? 0) + 1;
  return counts;
};

const failingImage = (c: TestCluster, image: string, afterRunningMs?: number): void => {
  const when = afterRunningMs === undefined ? {} : { afterRunningMs };
  c.agents.fate = (t) => (c.image(t) === image ? { ends: 'failed', ...when } : {});
};

describe('a rolling update', () => {
  it('goes through updating to completed, one slot after the other', () => {
    const c = running({ Delay: 2 * SECOND });
    c.updateImage('web-id', 'nginx:2');
    c.run(1000);
    expect(c.service('web-id').UpdateStatus).toMatchObject({
      State: 'updating',
      Message: 'update in progress',
    });
    expect(images(c)).toEqual({ 'nginx:1': 2, 'nginx:2': 1 });
    c.run(2000);
    expect(images(c)).toEqual({ 'nginx:1': 1, 'nginx:2': 2 });
    c.run(2000);
    expect(images(c)).toEqual({ 'nginx:2': 3 });
    // Still watched for failures.
    expect(c.service('web-id').UpdateStatus?.State).toBe('updating');
    c.run(10_000);
    expect(c.service('web-id').UpdateStatus).toMatchObject({
      State: 'completed',
      Message: 'update completed',
    });
    expect(c.service('web-id').UpdateStatus?.CompletedAt).toBeDefined();
    expect(c.trace('update.slot').map((e) => e['slot'])).toEqual([1, 2, 3]);
  });

  it.each([
    [1, 1],
    [2, 2],
    [0, 3],
  ])('with parallelism %i begins with %i', (parallelism, atOnce) => {
    const c = running({ Parallelism: parallelism, Delay: 60 * SECOND });
    c.updateImage('web-id', 'nginx:2');
    c.run(3000);
    expect(images(c)['nginx:2']).toBe(atOnce);
  });

  it('stop-first stops the old task before the new one starts; start-first the other way round', () => {
    for (const order of ['stop-first', 'start-first'] as const) {
      const c = running({ Order: order, Delay: 60 * SECOND });
      c.agents.fate = () => ({ stopMs: 500 });
      c.updateImage('web-id', 'nginx:2');
      const counts = new Set<number>();
      for (let i = 0; i < 300; i++) {
        c.run(10);
        counts.add(c.tasks('web-id').filter((t) => t.Status.State === 'running').length);
      }
      expect([...counts].sort((a, b) => a - b)).toEqual(order === 'stop-first' ? [2, 3] : [3, 4]);
      expect(images(c)['nginx:2']).toBe(1);
    }
  });

  it('touches nothing when no task differs', () => {
    const c = running();
    const before = c.live('web-id').map((t) => t.ID);
    c.update('web-id', (s) => ({
      ...s,
      Labels: { a: 'b' },
      UpdateConfig: { ...CONFIG, Parallelism: 2 },
    }));
    c.scale('web-id', 4);
    c.run(3000);
    expect(
      c
        .live('web-id')
        .map((t) => t.ID)
        .slice(0, 3),
    ).toEqual(before);
    expect(c.service('web-id').UpdateStatus).toBeUndefined();
  });

  it.each([
    ['that its node satisfies', ['node.platform.os==linux'], 3],
    ['that its node does not satisfy', ['node.hostname==node1'], 1],
  ])('with a new constraint %s', (_what, constraints, kept) => {
    const c = running({ Parallelism: 0 });
    const before = new Set(c.live('web-id').map((t) => t.ID));
    c.update('web-id', (s) => ({
      ...s,
      TaskTemplate: { ...s.TaskTemplate, Placement: { Constraints: constraints } },
    }));
    c.run(3000);
    expect(c.running('web-id')).toHaveLength(3);
    expect(c.running('web-id').filter((t) => before.has(t.ID))).toHaveLength(kept);
  });

  it('restarts all tasks by force', () => {
    const c = running({ Parallelism: 0 });
    const before = new Set(c.live('web-id').map((t) => t.ID));
    c.update('web-id', (s) => ({ ...s, TaskTemplate: { ...s.TaskTemplate, ForceUpdate: 1 } }));
    c.run(3000);
    expect(c.running('web-id').filter((t) => !before.has(t.ID))).toHaveLength(3);
  });

  it('is replaced by a newer goal', () => {
    const c = running({ Delay: 5 * SECOND });
    c.updateImage('web-id', 'nginx:2');
    c.run(1000);
    c.updateImage('web-id', 'nginx:3');
    c.run(40_000);
    expect(images(c)).toEqual({ 'nginx:3': 3 });
    expect(c.trace('update.slot').length).toBe(4);
    expect(c.service('web-id').UpdateStatus?.State).toBe('completed');
  });

  it('goes on under a new leader', () => {
    const c = running({ Delay: 2 * SECOND });
    c.updateImage('web-id', 'nginx:2');
    c.run(1000);
    for (const component of c.components) component.stop();
    c.run(3000);
    expect(images(c)).toEqual({ 'nginx:1': 2, 'nginx:2': 1 });
    for (const component of c.components) component.start();
    c.run(20_000);
    expect(images(c)).toEqual({ 'nginx:2': 3 });
    expect(c.service('web-id').UpdateStatus?.State).toBe('completed');
  });
});

describe('a failing update', () => {
  it('pauses by default, and says which task was the reason', () => {
    const c = running();
    failingImage(c, 'broken');
    c.updateImage('web-id', 'broken');
    c.run(10_000);
    const failed = c.tasks('web-id').find((t) => t.Status.State === 'failed')!;
    expect(c.service('web-id').UpdateStatus).toMatchObject({
      State: 'paused',
      Message: `update paused due to failure or early termination of task ${failed.ID}`,
    });
    expect(images(c)).toEqual({ 'nginx:1': 2 });
    c.run(60_000);
    expect(images(c)).toEqual({ 'nginx:1': 2 });
  });

  it('resumes with the next update of the service', () => {
    const c = running();
    failingImage(c, 'broken');
    c.updateImage('web-id', 'broken');
    c.run(10_000);
    c.updateImage('web-id', 'nginx:2');
    c.run(20_000);
    expect(images(c)).toEqual({ 'nginx:2': 3 });
    expect(c.service('web-id').UpdateStatus?.State).toBe('completed');
  });

  it('goes on when told to continue', () => {
    const c = running({ FailureAction: 'continue' });
    failingImage(c, 'broken');
    c.updateImage('web-id', 'broken');
    c.run(30_000);
    expect(c.service('web-id').UpdateStatus?.State).toBe('completed');
    expect(c.live('web-id').every((t) => c.image(t) === 'broken')).toBe(true);
  });

  it.each([
    ['before', 4000, 'paused'],
    ['after', 6500, 'completed'],
  ])('counts a failure %s the monitor period ends', (_what, afterMs, state) => {
    const c = running({ Parallelism: 0 });
    failingImage(c, 'broken', afterMs);
    c.updateImage('web-id', 'broken');
    c.run(6200);
    expect(c.service('web-id').UpdateStatus?.State).toBe(state);
  });

  it.each([
    [0.33, 'paused'],
    [0.34, 'completed'],
  ])('tolerates a ratio of %f failures strictly: %s', (ratio, state) => {
    const c = running({ Parallelism: 0, MaxFailureRatio: ratio });
    c.agents.fate = (t) =>
      c.image(t) === 'broken' && t.Slot === 2 ? { ends: 'failed', afterRunningMs: 500 } : {};
    c.updateImage('web-id', 'broken');
    c.run(7000);
    expect(c.service('web-id').UpdateStatus?.State).toBe(state);
  });

  it('takes early completion for a failure', () => {
    const c = running();
    c.agents.fate = (t) =>
      c.image(t) === 'short' ? { ends: 'complete', afterRunningMs: 100 } : {};
    c.updateImage('web-id', 'short');
    c.run(5000);
    expect(c.service('web-id').UpdateStatus?.State).toBe('paused');
  });
});

describe('a rollback', () => {
  it('goes back to the previous spec, of which there is none afterwards', () => {
    const c = running({ FailureAction: 'rollback' });
    failingImage(c, 'broken');
    c.updateImage('web-id', 'broken');
    c.run(1000);
    const service = c.service('web-id');
    expect(service.UpdateStatus?.State).toBe('rollback_started');
    expect(service.UpdateStatus?.Message).toMatch(
      /^update rolled back due to failure or early termination of task \w{25}$/,
    );
    expect(service.PreviousSpec).toBeUndefined();
    c.run(20_000);
    expect(images(c)).toEqual({ 'nginx:1': 3 });
    expect(c.service('web-id').UpdateStatus).toMatchObject({
      State: 'rollback_completed',
      Message: 'rollback completed',
    });
  });

  it('uses its own settings', () => {
    const c = running(
      { FailureAction: 'rollback', Parallelism: 0, MaxFailureRatio: 0.9 },
      {
        spec: {
          UpdateConfig: {
            ...CONFIG,
            Parallelism: 0,
            FailureAction: 'rollback',
            MaxFailureRatio: 0.9,
          },
          RollbackConfig: { ...CONFIG, Delay: 3 * SECOND },
        },
      },
    );
    failingImage(c, 'broken', 500);
    c.updateImage('web-id', 'broken');
    c.run(2000);
    expect(c.service('web-id').UpdateStatus?.State).toBe('rollback_started');
    expect(images(c)['nginx:1'] ?? 0).toBe(1);
    c.run(3000);
    expect(images(c)['nginx:1']).toBe(2);
  });

  it.each([
    ['pause', 'update paused due to failure or early termination of task'],
    ['rollback', 'rollback paused due to failure or early termination of task'],
  ] as const)('that fails is paused, never rolled back (%s)', (action, message) => {
    const c = running(
      {},
      {
        spec: {
          UpdateConfig: { ...CONFIG, FailureAction: 'rollback' },
          RollbackConfig: { ...CONFIG, FailureAction: action },
        },
      },
    );
    c.agents.fate = (t) =>
      t.CreatedAt > c.service('web-id').CreatedAt &&
      c.tasks('web-id').length > 3 &&
      t.Status.State === 'starting'
        ? { ends: 'failed' }
        : {};
    c.updateImage('web-id', 'broken');
    c.run(10_000);
    expect(c.service('web-id').UpdateStatus?.State).toBe('rollback_paused');
    expect(c.service('web-id').UpdateStatus?.Message).toContain(message);
  });

  it('does not count slots that ended as occupied', () => {
    const c = running(
      { FailureAction: 'rollback' },
      { template: { ContainerSpec: { Image: 'nginx:1' }, RestartPolicy: { Condition: 'none' } } },
    );
    c.agents.fate = (t) => (c.image(t) === 'broken' ? { ends: 'failed' } : {});
    c.updateImage('web-id', 'broken');
    c.run(20_000);
    expect(images(c)).toEqual({ 'nginx:1': 3 });
  });
});
