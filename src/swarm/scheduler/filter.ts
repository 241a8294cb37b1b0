/**
 * The filters: each can say that a node will not do for a task, and how to tell people.
 *
 * Real:     swarmkit manager/scheduler/filter.go
 * Left out: the filter for CSI volumes, generic resources.
 */
import type { Mount, Task } from '../api/index.ts';
import { nodeMatches, parseConstraints, type Constraint } from '../constraint/index.ts';
import { hostPorts, reservationsOf, type NodeInfo } from './nodeinfo.ts';

export interface Filter {
  /** Whether the filter has anything to say about this task; if so, `check` asks about it. */
  setTask(task: Task): boolean;
  check(info: NodeInfo): boolean;
  /** What a failure on so many nodes means. */
  explain(nodes: number): string;
}

const onNodes = (text: string, nodes: number): string =>
  `${text} on ${nodes === 1 ? '1 node' : `${nodes} nodes`}`;

export class ReadyFilter implements Filter {
  setTask(): boolean {
    return true;
  }

  check(info: NodeInfo): boolean {
    return info.node.Status.State === 'ready' && info.node.Spec.Availability === 'active';
  }

  explain(nodes: number): string {
    return `${nodes === 1 ? '1 node' : `${nodes} nodes`} not available for new tasks`;
  }
}

/** Reservations count, limits do not. */
export class ResourceFilter implements Filter {
  #nanoCPUs = 0;
  #memoryBytes = 0;

  setTask(task: Task): boolean {
    const reservations = reservationsOf(task);
    this.#nanoCPUs = reservations.NanoCPUs ?? 0;
    this.#memoryBytes = reservations.MemoryBytes ?? 0;
    return this.#nanoCPUs !== 0 || this.#memoryBytes !== 0;
  }

  check(info: NodeInfo): boolean {
    return this.#nanoCPUs <= info.nanoCPUs && this.#memoryBytes <= info.memoryBytes;
  }

  explain(nodes: number): string {
    return onNodes('insufficient resources', nodes);
  }
}

export class PluginFilter implements Filter {
  #volumes: readonly string[] = [];
  #networks: readonly string[] = [];
  #log = '';

  setTask(task: Task): boolean {
    this.#volumes = (task.Spec.ContainerSpec?.Mounts ?? []).flatMap(volumePlugin);
    this.#networks = (task.NetworksAttachments ?? []).flatMap(
      (a) => a.Network.DriverState?.Name ?? [],
    );
    const log = task.Spec.LogDriver?.Name ?? '';
    this.#log = log === 'none' ? '' : log;
    return this.#volumes.length > 0 || this.#networks.length > 0 || this.#log !== '';
  }

  check(info: NodeInfo): boolean {
    const plugins = info.node.Description?.Engine.Plugins;
    if (!plugins) return true;
    const has = (type: string, name: string): boolean =>
      plugins.some((p) => p.Type === type && (p.Name === name || p.Name === `${name}:latest`));
    if (!this.#volumes.every((name) => has('Volume', name))) return false;
    if (!this.#networks.every((name) => has('Network', name))) return false;
    // A node that tells of no log driver at all is an old one that does not say: it passes.
    return this.#log === '' || has('Log', this.#log) || !plugins.some((p) => p.Type === 'Log');
  }

  explain(nodes: number): string {
    return onNodes('missing plugin', nodes);
  }
}

function volumePlugin(mount: Mount): readonly string[] {
  const name = mount.Type === 'volume' ? mount.VolumeOptions?.DriverConfig?.Name : undefined;
  return name && name !== 'local' ? [name] : [];
}

export class ConstraintFilter implements Filter {
  #constraints: readonly Constraint[] = [];

  setTask(task: Task): boolean {
    const expressions = task.Spec.Placement?.Constraints;
    if (!expressions?.length) return false;
    const parsed = parseConstraints(expressions);
    // What does not parse was refused by the control API; here it asks for nothing.
    if (!parsed.ok) return false;
    this.#constraints = parsed.value;
    return true;
  }

  check(info: NodeInfo): boolean {
    return nodeMatches(this.#constraints, info.node);
  }

  explain(nodes: number): string {
    return onNodes('scheduling constraints not satisfied', nodes);
  }
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };
const normal = (architecture: string): string => ARCHITECTURES[architecture] ?? architecture;

export class PlatformFilter implements Filter {
  #platforms: readonly { readonly Architecture?: string; readonly OS?: string }[] = [];

  setTask(task: Task): boolean {
    this.#platforms = task.Spec.Placement?.Platforms ?? [];
    return this.#platforms.length > 0;
  }

  check(info: NodeInfo): boolean {
    const own = info.node.Description?.Platform;
    if (!own) return false;
    return this.#platforms.some(
      (wanted) =>
        (!wanted.Architecture || normal(wanted.Architecture) === normal(own.Architecture)) &&
        (!wanted.OS || wanted.OS === own.OS),
    );
  }

  explain(nodes: number): string {
    return onNodes('unsupported platform', nodes);
  }
}

export class HostPortFilter implements Filter {
  #ports: readonly string[] = [];

  setTask(task: Task): boolean {
    this.#ports = hostPorts(task);
    return this.#ports.length > 0;
  }

  check(info: NodeInfo): boolean {
    return !this.#ports.some((port) => info.usesHostPort(port));
  }

  explain(nodes: number): string {
    return onNodes('host-mode port already in use', nodes);
  }
}

export class MaxReplicasFilter implements Filter {
  #serviceID = '';
  #max = 0;

  setTask(task: Task): boolean {
    this.#serviceID = task.ServiceID;
    this.#max = task.Spec.Placement?.MaxReplicas ?? 0;
    return this.#max > 0;
  }

  check(info: NodeInfo): boolean {
    return info.activeTasksOf(this.#serviceID) < this.#max;
  }

  explain(): string {
    return 'max replicas per node limit exceed';
  }
}
