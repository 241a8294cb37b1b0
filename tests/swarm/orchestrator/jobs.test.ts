import { describe, expect, it } from 'vitest';
import { SECOND, TestCluster } from '../../builders/index.ts';

const job = (total: number, concurrent: number): { mode: { ReplicatedJob: object } } => ({
  mode: { ReplicatedJob: { TotalCompletions: total, MaxConcurrent: concurrent } },
});

describe('replicated jobs', () => {
  it('complete each slot once, so many at a time', () => {
    const c = new TestCluster();
    c.agents.fate = () => ({ ends: 'complete', afterRunningMs: 1000 });
    c.create('job', job(5, 2));
    const active: number[] = [];
    for (let i = 0; i < 80; i++) {
      c.run(100);
      active.push(c.tasks('job-id').filter((t) => t.Status.State !== 'complete').length);
    }
    expect(Math.max(...active)).toBe(2);
    const tasks = c.tasks('job-id');
    expect(tasks.map((t) => t.Slot)).toEqual([0, 1, 2, 3, 4]);
    expect(tasks.every((t) => t.Status.State === 'complete' && t.DesiredState === 'complete')).toBe(
      true,
    );
  });

  it('restart what failed, whatever "any" means elsewhere', () => {
    const c = new TestCluster({ nodes: 1 });
    c.agents.fate = () => ({
      ends: c.tasks('job-id').length < 3 ? 'failed' : 'complete',
      afterRunningMs: 100,
    });
    c.create('job', {
      ...job(1, 1),
      template: { RestartPolicy: { Condition: 'any', Delay: SECOND } },
    });
    c.run(20_000);
    const states = c.tasks('job-id').map((t) => t.Status.State);
    expect(states).toEqual(['failed', 'failed', 'complete']);
  });

  it('run again with the next iteration', () => {
    const c = new TestCluster();
    c.agents.fate = () => ({ ends: 'complete', afterRunningMs: 100 });
    c.create('job', job(3, 3));
    c.run(2000);
    c.update('job-id', (s) => ({ ...s, TaskTemplate: { ...s.TaskTemplate, ForceUpdate: 1 } }));
    c.run(2000);
    const done = c.tasks('job-id').filter((t) => t.JobIteration?.Index === 1);
    expect(done.map((t) => t.Status.State)).toEqual(['complete', 'complete', 'complete']);
  });
});

describe('global jobs', () => {
  it('run once on every node, also on one that joins later', () => {
    const c = new TestCluster();
    c.agents.fate = () => ({ ends: 'complete', afterRunningMs: 100 });
    c.create('job', { mode: { GlobalJob: {} } });
    c.run(2000);
    c.addNode('node4');
    c.addNode('drained', { availability: 'drain' });
    c.run(2000);
    const tasks = c.tasks('job-id');
    expect(tasks.map((t) => t.NodeID).sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'node1',
      'node2',
      'node3',
      'node4',
    ]);
    expect(tasks.every((t) => t.Status.State === 'complete')).toBe(true);
  });

  it('remove the tasks of an earlier iteration', () => {
    const c = new TestCluster({ nodes: 2 });
    c.agents.fate = () => ({ ends: 'complete', afterRunningMs: 100 });
    c.create('job', { mode: { GlobalJob: {} } });
    c.run(2000);
    c.update('job-id', (s) => ({ ...s, TaskTemplate: { ...s.TaskTemplate, ForceUpdate: 1 } }));
    c.run(2000);
    expect(c.tasks('job-id').map((t) => t.JobIteration?.Index)).toEqual([1, 1]);
  });
});
