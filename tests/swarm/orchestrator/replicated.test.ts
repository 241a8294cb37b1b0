import { describe, expect, it } from 'vitest';
import { SECOND, TestCluster } from '../../builders/index.ts';

describe('replicated orchestrator', () => {
  it('runs as many tasks as asked for, spread over the nodes', () => {
    const c = new TestCluster();
    c.create('web', { replicas: 6 });
    c.run(1000);
    expect(c.running('web-id')).toHaveLength(6);
    expect(c.spread('web-id')).toEqual({ node1: 2, node2: 2, node3: 2 });
    expect(c.live('web-id').map((t) => t.Slot)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(c.service('web-id').UpdateStatus).toBeUndefined();
    expect(c.trace('orchestrator.task_created')).toHaveLength(6);
  });

  it('scales up into the gaps and down from the highest copy on a node', () => {
    const c = new TestCluster();
    c.create('web', { replicas: 4 });
    c.run(1000);
    c.scale('web-id', 2);
    c.run(2000);
    // Two nodes had one copy, one had two: what stays is level.
    expect(c.tasks('web-id')).toHaveLength(2);
    expect(Object.values(c.spread('web-id'))).toEqual([1, 1]);
    c.scale('web-id', 3);
    c.run(2000);
    expect(
      c
        .running('web-id')
        .map((t) => t.Slot)
        .sort((a, b) => a - b),
    ).toEqual([1, 2, 3]);
  });

  it('scales to zero and leaves no history', () => {
    const c = new TestCluster();
    c.create('web', { replicas: 3 });
    c.run(1000);
    c.scale('web-id', 0);
    c.run(2000);
    expect(c.tasks('web-id')).toEqual([]);
    expect(c.service('web-id').Spec.Name).toBe('web');
  });

  it('replaces a failed task after the restart delay', () => {
    const c = new TestCluster({ nodes: 1 });
    let fails = true;
    c.agents.fate = () => (fails ? { ends: 'failed', afterRunningMs: 1000 } : {});
    c.create('web');
    c.run(1400);
    const [first, second] = c.tasks('web-id');
    expect([first?.Status.State, first?.DesiredState]).toEqual(['failed', 'shutdown']);
    // The replacement is there at once and gets ready, but must wait.
    expect([second?.Status.State, second?.DesiredState, second?.Slot]).toEqual([
      'ready',
      'ready',
      1,
    ]);
    fails = false;
    c.run(4500);
    expect(c.tasks('web-id')[1]?.DesiredState).toBe('ready');
    c.run(700);
    expect(c.running('web-id').map((t) => t.ID)).toEqual([second?.ID]);
    expect(c.trace('restart.scheduled')[0]).toMatchObject({
      taskID: first?.ID,
      newTaskID: second?.ID,
      delayMs: 5000,
      waitStop: false,
    });
  });

  it('keeps five tasks a slot', () => {
    const c = new TestCluster({ nodes: 1 });
    c.agents.fate = () => ({ ends: 'failed', afterRunningMs: 10 });
    c.create('web', { template: { RestartPolicy: { Condition: 'any', Delay: SECOND } } });
    c.run(30_000);
    expect(c.tasks('web-id').length).toBe(5);
    expect(c.live('web-id')).toHaveLength(1);
    const times = c.tasks('web-id').map((t) => t.CreatedAt);
    expect(Math.max(...times.map((t) => Number(t.slice(17, 19))))).toBeGreaterThan(25);
  });

  it('moves the tasks of a drained node at once, of a down node after the delay, and nothing back', () => {
    const c = new TestCluster();
    c.agents.fate = () => ({ stopMs: 300 });
    c.create('web', { replicas: 3 });
    c.run(1000);
    c.setAvailability('node1', 'drain');
    c.run(1000);
    expect(c.running('web-id')).toHaveLength(3);
    expect(c.spread('web-id')).not.toHaveProperty('node1');
    c.setAvailability('node1', 'active');
    c.run(1000);
    expect(c.spread('web-id')).not.toHaveProperty('node1');
    c.setState('node2', 'down');
    c.run(4000);
    expect(c.running('web-id').length).toBeLessThan(3);
    c.run(2000);
    expect(c.running('web-id')).toHaveLength(3);
    // The store still believes that the old ones run.
    const zombies = c.tasks('web-id').filter((t) => t.NodeID === 'node2');
    expect(
      zombies.every((t) => t.Status.State === 'running' && t.DesiredState === 'shutdown'),
    ).toBe(true);
    c.setState('node2', 'ready');
    c.run(1000);
    expect(c.spread('web-id')).not.toHaveProperty('node2');
  });

  it('waits for the old task on a drained node at most a minute', () => {
    const c = new TestCluster({ nodes: 2 });
    c.agents.fate = (t) => ({ stopMs: t.NodeID === 'node1' ? 1_000_000 : 0 });
    c.create('web', { template: { Placement: { Constraints: ['node.hostname==node1'] } } });
    c.run(1000);
    c.setAvailability('node2', 'active');
    c.update('web-id', (s) => ({
      ...s,
      TaskTemplate: { ...s.TaskTemplate, Placement: { Constraints: ['node.hostname!=node3'] } },
    }));
    c.run(500);
    expect(c.live('web-id')[0]?.NodeID).toBe('node1');
    c.setAvailability('node1', 'drain');
    c.run(59_000);
    expect(c.running('web-id')).toHaveLength(0);
    expect(c.live('web-id')[0]?.DesiredState).toBe('ready');
    c.run(2000);
    expect(c.running('web-id').map((t) => t.NodeID)).toEqual(['node2']);
  });

  it('removes all tasks of a removed service', () => {
    const c = new TestCluster();
    c.create('web', { replicas: 3 });
    c.run(1000);
    c.remove('web-id');
    c.run(2000);
    expect(c.tasks()).toEqual([]);
  });

  it('replaces a task that somebody deleted', () => {
    const c = new TestCluster();
    c.create('web', { replicas: 2 });
    c.run(1000);
    const gone = c.live('web-id')[0]!;
    c.write((tx) => tx.remove('task', gone.ID));
    c.run(1000);
    expect(
      c
        .running('web-id')
        .map((t) => t.Slot)
        .sort((a, b) => a - b),
    ).toEqual([1, 2]);
  });

  it('keeps the history of a slot that it fills again', () => {
    const c = new TestCluster();
    let fails = true;
    c.agents.fate = () => (fails ? { ends: 'failed', afterRunningMs: 300 } : {});
    c.create('web');
    c.run(1000);
    fails = false;
    c.run(6000);
    const failed = c.tasks('web-id')[0]!;
    expect(failed.Status.State).toBe('failed');
    c.write((tx) => tx.remove('task', c.live('web-id')[0]!.ID));
    c.run(1000);
    expect(c.running('web-id')).toHaveLength(1);
    expect(c.store.get('task', failed.ID)).toBeDefined();
  });

  it('replaces the tasks of a node that was removed', () => {
    const c = new TestCluster();
    c.create('web', { replicas: 3 });
    c.run(1000);
    c.setState('node3', 'down');
    c.write((tx) => tx.remove('node', 'node3'));
    c.run(7000);
    expect(c.running('web-id')).toHaveLength(3);
    expect(c.spread('web-id')).not.toHaveProperty('node3');
  });

  it('leaves paused nodes alone', () => {
    const c = new TestCluster({ nodes: 2 });
    c.create('web', { replicas: 2 });
    c.run(1000);
    c.setAvailability('node1', 'pause');
    c.run(1000);
    expect(c.spread('web-id')).toEqual({ node1: 1, node2: 1 });
    c.scale('web-id', 4);
    c.run(1000);
    expect(c.spread('web-id')).toEqual({ node1: 1, node2: 3 });
  });
});

describe('restart policy', () => {
  it.each([
    ['none', 'failed', 1],
    ['none', 'complete', 1],
    ['on-failure', 'complete', 1],
    ['on-failure', 'failed', 2],
    ['any', 'complete', 2],
    ['any', 'failed', 2],
  ] as const)('%s after %s: %i task(s)', (condition, ends, tasks) => {
    const c = new TestCluster({ nodes: 1 });
    c.agents.fate = () => ({ ends, afterRunningMs: 500 });
    c.create('web', { template: { RestartPolicy: { Condition: condition } } });
    c.run(2000);
    expect(c.tasks('web-id')).toHaveLength(tasks);
    expect(c.tasks('web-id')[0]?.DesiredState).toBe('shutdown');
  });

  it('counts attempts without a window once and for all', () => {
    const c = new TestCluster({ nodes: 1 });
    c.agents.fate = () => ({ ends: 'failed', afterRunningMs: 100 });
    c.create('web', {
      template: { RestartPolicy: { Condition: 'any', Delay: SECOND, MaxAttempts: 3 } },
    });
    c.run(60_000);
    expect(c.tasks('web-id')).toHaveLength(4);
    expect(c.live('web-id')).toEqual([]);
    // A new spec starts anew.
    c.updateImage('web-id', 'nginx:2');
    c.run(60_000);
    expect(c.tasks('web-id').filter((t) => c.image(t) === 'nginx:2').length).toBeGreaterThan(1);
  });

  it.each([
    ['a short window never fills', 2, true],
    ['a long one does', 60, false],
  ])('with a window: %s', (_what, windowSeconds, goesOn) => {
    const c = new TestCluster({ nodes: 1 });
    c.agents.fate = () => ({ ends: 'failed', afterRunningMs: 100 });
    const policy = {
      Condition: 'any' as const,
      Delay: SECOND,
      MaxAttempts: 3,
      Window: windowSeconds * SECOND,
    };
    c.create('web', { template: { RestartPolicy: policy } });
    c.run(40_000);
    expect(c.live('web-id').length > 0).toBe(goesOn);
  });

  it('keeps counting after a change of leader', () => {
    const c = new TestCluster({ nodes: 1 });
    c.agents.fate = () => ({ ends: 'failed', afterRunningMs: 100 });
    c.create('web', {
      template: { RestartPolicy: { Condition: 'any', Delay: SECOND, MaxAttempts: 4 } },
    });
    c.run(3000);
    const before = c.tasks('web-id').length;
    expect(before).toBeGreaterThan(1);
    for (const component of c.components) component.stop();
    c.run(10_000);
    expect(c.tasks('web-id')).toHaveLength(before);
    for (const component of c.components) component.start();
    c.run(60_000);
    expect(c.tasks('web-id')).toHaveLength(5);
  });
});

describe('a task that fails before it was started', () => {
  it('is restarted only when its own delay is over', () => {
    const c = new TestCluster({ nodes: 1 });
    // The first task runs and fails; its replacements are rejected while they still get ready, like
    // those with a missing image.
    c.create('web');
    c.run(1000);
    const first = c.live('web-id')[0]!;
    c.agents.fate = (t) =>
      t.ID === first.ID ? { ends: 'failed', afterRunningMs: 10 } : { ends: 'rejected' };
    c.agents.rejects = (t) => t.ID !== first.ID;
    c.setNode('node1', (n) => ({ ...n, Attachments: [] }));
    c.write((tx) => tx.update('task', { ...tx.get('task', first.ID)!, Labels: {} }));
    c.run(1000);
    expect(c.summary('web-id')).toEqual(['1 failed shutdown', '1 rejected ready']);
    c.run(3500);
    expect(c.summary('web-id')).toEqual(['1 failed shutdown', '1 rejected ready']);
    c.run(1500);
    expect(c.summary('web-id')).toEqual([
      '1 failed shutdown',
      '1 rejected shutdown',
      '1 rejected ready',
    ]);
    c.run(5000);
    expect(c.tasks('web-id')).toHaveLength(4);
  });
});
