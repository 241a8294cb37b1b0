/**
 * The engine as the swarm's agent uses it: describes the machine, makes controllers for tasks, sets up the node's networks.
 *
 * Real: moby daemon/cluster/executor/container/executor.go.
 */
import type { Controller, Dependencies, Executor } from '../../swarm/index.ts';
import type { NetworkAttachment, Node, NodeDescription, Task } from '../../swarm/api/index.ts';
import type { Engine } from '../engine.ts';
import { AttachmentController, ContainerController } from './controller.ts';

export class EngineExecutor implements Executor {
  readonly #engine: Engine;
  #node: Node | undefined;
  #isFrozen = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get node(): Node | undefined {
    return this.#node;
  }

  /** The daemon is going down: what containers do from now on is not the tasks' doing. */
  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  freeze(): void {
    this.#isFrozen = true;
    this.#node = undefined;
  }

  describe(): NodeDescription {
    const { machine, version } = this.#engine;
    const plugins = [
      ...version.logDrivers.map((name) => ({ Type: 'Log', Name: name })),
      ...['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'].map((name) => ({
        Type: 'Network',
        Name: name,
      })),
      { Type: 'Volume', Name: 'local' },
    ];
    return {
      Hostname: machine.namespace.hostname,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: machine.cpus * 1_000_000_000, MemoryBytes: machine.memoryBytes },
      Engine: { EngineVersion: version.text, Labels: {}, Plugins: plugins },
    };
  }

  configure(node: Node, ingress: NetworkAttachment | undefined): void {
    this.#isFrozen = false;
    this.#node = node;
    this.#engine.overlays.configure(node, ingress);
  }

  controller(task: Task, dependencies: Dependencies): Controller {
    this.#isFrozen = false;
    return task.Spec.NetworkAttachmentSpec
      ? new AttachmentController(this.#engine, task)
      : new ContainerController(this.#engine, task, dependencies);
  }

  /** The node has left the swarm: its tasks' containers and networks go. */
  shutdown(): void {
    this.#node = undefined;
    const { containers, overlays } = this.#engine;
    for (const container of containers.all())
      if (container.record.isManaged)
        containers.remove(container, { isForced: true, removesVolumes: true }, () => undefined);
    overlays.stop();
  }
}
