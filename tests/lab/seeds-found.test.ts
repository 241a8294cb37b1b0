/** What fault seeds have found; each of these fails without its repair. */
import { expect, it } from 'vitest';
import { runCommand } from '../../src/shell/index.ts';
import { emptyInput, sink } from '../../src/sim/index.ts';
import type { Task } from '../../src/swarm/index.ts';
import { LabSwarm } from './swarm.ts';

it('a start and a shutdown wait for the start that is under way, whoever began it', () => {
  for (const step of ['start', 'shutdown'] as const) {
    const swarm = new LabSwarm(1, 0);
    const { engine } = swarm.host('manager1');
    swarm.on('manager1', 'docker service create -d --name web nginx');
    swarm.stepUntil(() => engine.containers.all().some(({ isStarting }) => isStarting));
    const [task] = engine.cluster.storeView()?.list('task') ?? [];
    // The agent ends, as when the node begins anew; the daemon lives on.
    engine.cluster.crash();
    const none = { secret: () => undefined, config: () => undefined };
    const controller = engine.executor.controller(task as Task, none);
    let result: unknown;
    controller[step]((answer) => (result = answer));
    expect(engine.containers.all()[0]?.state.isRunning).toBe(false);
    swarm.wait(30_000);
    expect(result).toEqual({ ok: true });
    expect(engine.containers.all()[0]?.state.isRunning).toBe(step === 'start');
  }
});

it('a node that has not told its name yet is listed without one', () => {
  const swarm = new LabSwarm(1, 1);
  const { engine } = swarm.host('manager1');
  const { machine, user } = swarm.host('worker1');
  const commandLine = swarm.joinCommand('worker1');
  const silent = { stdin: emptyInput, stdout: sink(() => {}), stderr: sink(() => {}) };
  const { kernel, namespace } = machine;
  runCommand({ kernel, namespace, user, commandLine, ...silent });
  swarm.stepUntil(() => engine.cluster.storeView()?.list('node').length === 2);
  swarm.lab.underlay.setCable('worker1', false);
  const lines = swarm.on('manager1', 'docker node ls').trim().split('\n');
  expect(lines.some((line) => /^[0-9a-z]{25} +Unknown +Active/.test(line))).toBe(true);
});

it('tasks of a node that was removed are orphaned, and an update goes on without them', () => {
  const swarm = new LabSwarm(1, 1);
  swarm.joinAll();
  swarm.on('manager1', 'docker service create -d --name web --replicas 2 nginx');
  swarm.wait(10_000);
  swarm.host('worker1').machine.powerOff();
  swarm.on('manager1', 'docker service update -d --force --update-order start-first web');
  swarm.wait(60_000);
  swarm.on('manager1', 'docker node rm --force worker1');
  swarm.wait(30_000);
  const store = swarm.host('manager1').engine.cluster.storeView();
  const [self] = store?.list('node') ?? [];
  const lost = (store?.list('task') ?? []).filter(({ NodeID }) => NodeID !== self?.ID);
  expect(lost.length).toBeGreaterThan(0);
  for (const { Status } of lost)
    expect(Status).toMatchObject({
      State: 'orphaned',
      Message: 'Task belonged to a node that has been deleted',
    });
  expect(store?.list('service')[0]?.UpdateStatus?.State).toBe('completed');
});
