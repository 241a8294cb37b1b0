/** The whole machinery, with its agents and engines: the lab that the page runs. */
import '../../src/lab/rest.ts';
import { Lab } from '../../src/lab/lab.ts';
import { PipeRunner } from '../../src/lab/play/pipes.ts';
import { runWhile } from '../../src/lab/play/runner.ts';
import { vm, type Template } from '../../src/lab/templates.ts';
import { runCommand } from '../../src/shell/index.ts';
import { emptyInput, sink } from '../../src/sim/index.ts';
import { baseline, heapBytes, rate, round, type Figure } from './measure.ts';

const IMAGE = 'nginx:latest';
const COMMAND_LIMIT_MS = 600_000;

export interface Swarm {
  readonly lab: Lab;
  readonly nodes: number;
  run(command: string): string;
}

/** Machines in a swarm; the first is the leader. */
export function swarm(managers: number, workers: number): Swarm {
  const count = managers + workers;
  const name = (i: number): string =>
    i < managers ? `manager${i + 1}` : `worker${i - managers + 1}`;
  const template: Template = {
    name: 'bench',
    machines: Array.from({ length: count }, (_, i) => wide(vm(name(i), addressOf(i)))),
    preloaded: [IMAGE],
  };
  const lab = new Lab({ template, seed: 'bench' });
  const runner = new PipeRunner(lab);
  // One after the other, as a person does it, or all at once: the swarm is the same.
  const joinAll = (role: string, token: string): void => {
    const left = new Set(
      lab.hosts.filter(
        ({ machine }) => machine.name !== 'manager1' && machine.name.startsWith(role),
      ),
    );
    for (const host of left) {
      const { kernel, namespace } = host.machine;
      const commandLine = `docker swarm join --token ${token} ${addressOf(0)}:2377`;
      const silent = { stdin: emptyInput, stdout: sink(() => {}), stderr: sink(() => {}) };
      const process = runCommand({ kernel, namespace, user: host.user, commandLine, ...silent });
      kernel.whenExited(process, ({ code }) => {
        if (code !== 0) throw new Error(`${host.machine.name} did not join`);
        left.delete(host);
      });
    }
    runWhile(lab, () => left.size === 0, COMMAND_LIMIT_MS, Number.MAX_SAFE_INTEGER);
  };
  const on = (machine: string, command: string): string => {
    const result = runner.run(machine, command, { tty: false }, COMMAND_LIMIT_MS);
    if (result?.exit !== 0)
      throw new Error(`${machine}: ${command}: ${result?.stderr ?? 'no answer'}`);
    return result.stdout;
  };
  on('manager1', `docker swarm init --advertise-addr ${addressOf(0)}`);
  for (const role of ['manager', 'worker']) {
    joinAll(role, on('manager1', `docker swarm join-token -q ${role}`).trim());
  }
  return { lab, nodes: count, run: (command) => on('manager1', command) };
}

/** 192.168.0.0/16 has room for all. */
function wide(machine: ReturnType<typeof vm>): ReturnType<typeof vm> {
  return {
    ...machine,
    cards: machine.cards.map((card) => ({ ...card, cidr: card.cidr.replace(/\d+$/, '16') })),
  };
}

function addressOf(i: number): string {
  return `192.168.${Math.floor(i / 200) + 1}.${(i % 200) + 10}`;
}

function countRunning({ lab }: Swarm): { readonly running: number; readonly spread: number } {
  const store = lab.hosts[0]?.engine.cluster.storeView();
  const counts = new Map<string, number>(store?.list('node').map(({ ID }) => [ID, 0]));
  for (const task of store?.list('task') ?? []) {
    if (task.Status.State === 'running')
      counts.set(task.NodeID, (counts.get(task.NodeID) ?? 0) + 1);
  }
  const each = [...counts.values()];
  return {
    running: each.reduce((a, b) => a + b, 0),
    spread: Math.max(...each) - Math.min(...each),
  };
}

/** `docker service create` to all tasks Running. */
export function serviceToRunning(options: {
  readonly nodes: number;
  readonly tasks: number;
  readonly native?: number;
}): Figure[] {
  const { nodes, tasks, native } = options;
  const made = swarm(1, nodes - 1);
  const { lab } = made;
  const run = (command: string) => made.run(command);
  const before = heapBytes();
  const beganAtMs = lab.nowMs;
  const figure = rate(
    `service create to Running, ${tasks} tasks on ${nodes} nodes`,
    'tasks/s',
    tasks,
    () => {
      run(`docker service create -d --name web --replicas ${tasks} ${IMAGE}`);
      for (let n = 0; n < 600 && countRunning(made).running < tasks; n++)
        lab.runUntil(lab.nowMs + 1000);
      const { running, spread } = countRunning(made);
      return running === tasks && spread <= 1;
    },
  );
  const bytes = Math.round((heapBytes() - before) / tasks);
  const more = {
    ...(native === undefined ? {} : { native }),
    virtualSeconds: (lab.nowMs - beganAtMs) / 1000,
  };
  return [
    { ...figure, ...more },
    {
      name: `memory a task, with its container, ${tasks} tasks on ${nodes} nodes`,
      ok: figure.ok,
      value: bytes,
      unit: 'bytes',
      ratio: round(bytes / 6000),
      native: 6000,
    },
  ];
}

/** Virtual seconds in a real second, of a swarm at rest with a service on it. */
export function speed(options: {
  readonly managers: number;
  readonly workers: number;
  readonly virtualSeconds: number;
}): Figure {
  const { managers, workers, virtualSeconds } = options;
  const made = swarm(managers, workers);
  const { lab, nodes } = made;
  const run = (command: string) => made.run(command);
  run(`docker service create -d --name web --replicas ${nodes} ${IMAGE}`);
  lab.runUntil(lab.nowMs + 60_000);
  const events = lab.world.eventsRun;
  const figure = rate(
    `virtual time, ${managers}+${workers} machines`,
    'virtual s/s',
    virtualSeconds,
    () => {
      lab.runUntil(lab.nowMs + virtualSeconds * 1000);
      const { running } = countRunning(made);
      const store = lab.hosts[0]?.engine.cluster.storeView();
      return (
        running === nodes &&
        store?.list('node').every((node) => node.Status.State === 'ready') === true
      );
    },
  );
  const perSecond = (lab.world.eventsRun - events) / virtualSeconds;
  return {
    ...figure,
    eventsPerVirtualSecond: round(perSecond),
    ratio: round((figure.value * perSecond) / baseline()),
  };
}
