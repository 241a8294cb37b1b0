/** Machines with a Cluster each, and an executor that runs nothing. */
import type { Machine, Underlay, World } from '../../../src/sim/index.ts';
import { Cluster } from '../../../src/engine/cluster/index.ts';
import type { Outcome } from '../../../src/engine/errors.ts';
import { makeMachine, makeWorld, stubExecutor } from '../../swarm/node/cluster.ts';

export type Json = Record<string, unknown>;

interface Host {
  readonly machine: Machine;
  readonly cluster: Cluster;
  readonly address: string;
}

export class ClusterLab {
  readonly world: World;
  readonly lan: Underlay;
  readonly hosts = new Map<string, Host>();
  readonly engineVersion: string;
  #last = 99;

  constructor(seed: string, engineVersion = '28.2.2') {
    const { world, lan } = makeWorld(seed);
    this.world = world;
    this.lan = lan;
    this.engineVersion = engineVersion;
  }

  host(name: string): Host {
    let host = this.hosts.get(name);
    if (host) return host;
    const address = `192.168.99.${++this.#last}`;
    const machine = makeMachine(this.world, this.lan, name, address);
    const cluster = new Cluster({
      machine,
      executor: stubExecutor(machine),
      engineVersion: this.engineVersion,
      images: { resolveDigest: (image, done) => done(`${image}:latest@sha256:${'0'.repeat(64)}`) },
    });
    machine.addDaemon({
      name: 'dockerd',
      start: () => cluster.start(),
      stop: (done) => done(),
      crash: () => cluster.crash(),
    });
    host = { machine, cluster, address };
    this.hosts.set(name, host);
    return host;
  }

  cluster(name: string): Cluster {
    return this.host(name).cluster;
  }

  run(ms: number): void {
    this.world.runUntil(this.world.nowMs + ms);
  }

  /** Runs until the answer is there; says it as the CLI would. */
  ask<T>(start: (done: (result: Outcome<T>) => void) => void, limitMs = 120_000): T | string {
    let answer: Outcome<T> | undefined;
    start((result) => {
      answer = result;
    });
    const endsAtMs = this.world.nowMs + limitMs;
    while (!answer && this.world.step(endsAtMs)) continue;
    if (!answer) return 'no answer';
    return answer.ok ? answer.value : answer.error.message;
  }

  init(name: string, body: Json = {}): string {
    return this.ask<string>((done) => this.cluster(name).init(body, done));
  }

  token(by: string, role: 'Worker' | 'Manager'): string {
    const swarm = this.ask<Json>((done) => this.cluster(by).inspect(done)) as {
      JoinTokens: Record<string, string>;
    };
    return swarm.JoinTokens[role] as string;
  }

  join(name: string, role: 'Worker' | 'Manager', by = 'manager1'): unknown {
    return this.joinWith(name, this.token(by, role), `${this.host(by).address}:2377`);
  }

  joinWith(name: string, token: string, remote: string): unknown {
    return this.ask<void>((done) =>
      this.cluster(name).join({ RemoteAddrs: [remote], JoinToken: token }, done),
    );
  }

  nodes(by: string): string[] | string {
    const nodes = this.ask<readonly Json[]>((done) => this.cluster(by).nodes.list(new Map(), done));
    if (typeof nodes === 'string') return nodes;
    return (
      nodes as {
        Description: { Hostname: string };
        Status: { State: string };
        ManagerStatus?: { Leader?: boolean; Reachability: string };
      }[]
    )
      .map(
        (node) =>
          `${node.Description.Hostname} ${node.Status.State} ${node.ManagerStatus?.Leader ? 'leader' : (node.ManagerStatus?.Reachability ?? '-')}`,
      )
      .sort((a, b) => (a < b ? -1 : 1));
  }

  service(by: string, name: string, replicas: number): unknown {
    const spec = {
      Name: name,
      TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
      Mode: { Replicated: { Replicas: replicas } },
    };
    return this.ask((done) => this.cluster(by).services.create(spec, true, done));
  }

  tasks(by: string): string[] {
    const tasks = this.ask<readonly Json[]>((done) => this.cluster(by).tasks.list(new Map(), done));
    return (tasks as { Slot: number; Status: { State: string }; DesiredState: string }[])
      .map((task) => `${task.Slot} ${task.DesiredState} ${task.Status.State}`)
      .sort((a, b) => (a < b ? -1 : 1));
  }

  /** Three managers and two workers. */
  static five(seed: string): ClusterLab {
    const lab = new ClusterLab(seed);
    lab.init('manager1');
    for (const name of ['manager2', 'manager3']) lab.join(name, 'Manager');
    for (const name of ['worker1', 'worker2']) lab.join(name, 'Worker');
    return lab;
  }
}
