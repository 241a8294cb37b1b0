import { describe, expect, it } from 'vitest';
import { GIGABYTE, TestCluster } from '../../builders/index.ts';

const GLOBAL = { mode: { Global: {} } };

describe('global orchestrator', () => {
  it('runs one task on every node, also on those that come later', () => {
    const c = new TestCluster();
    c.create('agent', GLOBAL);
    c.run(1000);
    expect(c.spread('agent-id')).toEqual({ node1: 1, node2: 1, node3: 1 });
    expect(c.running('agent-id')[0]).toMatchObject({ Slot: 0 });
    c.addNode('node4');
    c.run(1000);
    expect(c.running('agent-id')).toHaveLength(4);
  });

  it('keeps to nodes that match', () => {
    const c = new TestCluster();
    c.addNode('east', { labels: { zone: 'east' } });
    c.create('agent', {
      ...GLOBAL,
      template: { Placement: { Constraints: ['node.labels.zone==east'] } },
    });
    c.run(1000);
    expect(c.spread('agent-id')).toEqual({ east: 1 });
    c.setNode('node1', (n) => ({ ...n, Spec: { ...n.Spec, Labels: { zone: 'east' } } }));
    c.run(1000);
    expect(c.spread('agent-id')).toEqual({ east: 1, node1: 1 });
    c.update('agent-id', (s) => ({
      ...s,
      TaskTemplate: { ...s.TaskTemplate, Placement: { Constraints: ['node.labels.zone!=east'] } },
    }));
    c.run(10_000);
    expect(c.spread('agent-id')).toEqual({ node2: 1, node3: 1 });
  });

  it.each(['drain', 'down'] as const)(
    'shuts down on a node that is %s, and puts the task nowhere else',
    (how) => {
      const c = new TestCluster();
      c.create('agent', GLOBAL);
      c.run(1000);
      if (how === 'drain') c.setAvailability('node2', 'drain');
      else c.setState('node2', 'down');
      c.run(8000);
      expect(c.spread('agent-id')).toEqual({ node1: 1, node3: 1 });
      if (how === 'drain') c.setAvailability('node2', 'active');
      else c.setState('node2', 'ready');
      c.run(2000);
      expect(c.running('agent-id')).toHaveLength(3);
    },
  );

  it('leaves paused nodes as they are, and brings them up to date when they are active again', () => {
    const c = new TestCluster();
    c.create('agent', { ...GLOBAL, template: { ContainerSpec: { Image: 'a:1' } } });
    c.run(1000);
    c.setAvailability('node2', 'pause');
    c.addNode('node4', { availability: 'pause' });
    c.updateImage('agent-id', 'a:2');
    c.run(10_000);
    const image = (id: string): string[] =>
      c
        .running('agent-id')
        .filter((t) => t.NodeID === id)
        .map((t) => c.image(t));
    expect(image('node2')).toEqual(['a:1']);
    expect(image('node1')).toEqual(['a:2']);
    expect(image('node4')).toEqual([]);
    c.setAvailability('node2', 'active');
    c.setAvailability('node4', 'active');
    c.run(2000);
    expect(image('node2')).toEqual(['a:2']);
    expect(image('node4')).toEqual(['a:2']);
  });

  it('restarts a failed task on its node, but not on a paused one', () => {
    const c = new TestCluster({ nodes: 2 });
    let failing = true;
    c.agents.fate = () => (failing ? { ends: 'failed', afterRunningMs: 800 } : {});
    c.create('agent', GLOBAL);
    c.run(500);
    c.setAvailability('node2', 'pause');
    c.run(1000);
    failing = false;
    c.run(7000);
    expect(c.running('agent-id').map((t) => t.NodeID)).toEqual(['node1']);
    expect(c.live('agent-id')).toHaveLength(1);
  });

  it('deletes the tasks of a removed node', () => {
    const c = new TestCluster();
    c.create('agent', GLOBAL);
    c.run(1000);
    c.write((tx) => tx.remove('node', 'node3'));
    c.run(1000);
    expect(c.tasks('agent-id')).toHaveLength(2);
  });

  it('shows the bare reason when a task does not fit its node', () => {
    const c = new TestCluster({ nodes: 1 });
    c.create('agent', {
      ...GLOBAL,
      template: { Resources: { Reservations: { MemoryBytes: 64 * GIGABYTE } } },
    });
    c.run(1000);
    expect(c.tasks('agent-id')[0]?.Status).toMatchObject({
      State: 'pending',
      Message: 'pending task scheduling',
      Err: 'insufficient resources on 1 node',
    });
  });

  it('updates node by node', () => {
    const c = new TestCluster();
    c.create('agent', { ...GLOBAL, template: { ContainerSpec: { Image: 'a:1' } } });
    c.run(1000);
    c.updateImage('agent-id', 'a:2');
    c.run(10_000);
    expect(c.running('agent-id').map((t) => c.image(t))).toEqual(['a:2', 'a:2', 'a:2']);
    expect(c.service('agent-id').UpdateStatus?.State).toBe('completed');
    expect(Object.values(c.spread('agent-id'))).toEqual([1, 1, 1]);
  });

  it('serves several services on a node that comes', () => {
    const c = new TestCluster({ nodes: 1 });
    for (const name of ['a', 'b', 'c']) c.create(name, GLOBAL);
    c.run(1000);
    c.addNode('node2');
    c.run(1000);
    for (const name of ['a', 'b', 'c'])
      expect(c.spread(`${name}-id`)).toEqual({ node1: 1, node2: 1 });
  });
});
