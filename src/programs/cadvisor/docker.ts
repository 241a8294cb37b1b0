/**
 * What cAdvisor knows: the machine and its containers, asked of the Docker daemon over its socket, with a history of what each uses.
 *
 * Real:     google/cadvisor container/docker/*.go, manager/manager.go, cache/memory.
 * Left out: cgroups that are no container's (the real one reads /sys/fs/cgroup itself), containerd, CRI-O.
 */
import { httpRequest, readAll, SystemError, type Process, type Sys } from '../../sim/index.ts';

const SOCKET = '/var/run/docker.sock';

export interface MachineInfo {
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Name: string;
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly Images: number;
  readonly ContainersRunning: number;
}

/** What one container uses at a moment. */
export interface Sample {
  readonly atMs: number;
  readonly cpuNs: number;
  readonly memoryBytes: number;
  readonly pids: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

export interface Watched {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly createdUnix: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly cpuShares: number;
  readonly cpuset: string;
  /** 0: none. */
  readonly memoryLimit: number;
  readonly samples: readonly Sample[];
}

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>>;
}

interface Stats {
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: { readonly usage?: number };
  readonly pids_stats: { readonly current?: number };
  readonly blkio_stats: {
    readonly io_service_bytes_recursive:
      readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly networks?: Readonly<
    Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>
  >;
}

interface Inspected {
  readonly HostConfig: {
    readonly CpuShares: number;
    readonly CpusetCpus: string;
    readonly Memory: number;
  };
}

/** Two minutes of samples, as `-storage_duration` keeps them. */
const KEPT_MS = 120_000;

export class Docker {
  readonly #process: Process;
  readonly #known = new Map<string, Watched>();
  machine: MachineInfo | undefined;

  constructor(process: Process) {
    this.#process = process;
  }

  get containers(): readonly Watched[] {
    return [...this.#known.values()];
  }

  find(text: string): Watched | undefined {
    return this.containers.find(
      ({ id, name }) => name === text || id === text || id.startsWith(text),
    );
  }

  /** Looks again: new containers, ended ones, and a sample of each. False when the daemon does not answer. */
  *refresh(): Sys<boolean> {
    try {
      this.machine = yield* this.#get<MachineInfo>('/info');
      const listed = yield* this.#get<readonly Listed[]>('/containers/json');
      const living = new Set(listed.map(({ Id }) => Id));
      for (const id of this.#known.keys()) if (!living.has(id)) this.#known.delete(id);
      for (const one of listed) yield* this.#sample(one);
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.machine = undefined;
      this.#known.clear();
      return false;
    }
  }

  *#sample(listed: Listed): Sys<void> {
    const { nowMs } = this.#process.kernel.world;
    const before = this.#known.get(listed.Id);
    const path = `/containers/${listed.Id}`;
    const { HostConfig: limits } = yield* this.#get<Inspected>(`${path}/json`);
    const stats = yield* this.#get<Stats>(`${path}/stats?stream=false&one-shot=true`);
    const kept = (before?.samples ?? []).filter(({ atMs }) => atMs > nowMs - KEPT_MS);
    this.#known.set(listed.Id, {
      id: listed.Id,
      name: (listed.Names[0] ?? '').replace(/^\//, ''),
      image: listed.Image,
      createdUnix: listed.Created,
      labels: listed.Labels,
      cpuShares: limits.CpuShares || 1024,
      cpuset: limits.CpusetCpus,
      memoryLimit: limits.Memory,
      samples: [...kept, sampleOf(stats, nowMs)],
    });
  }

  *#get<T>(target: string): Sys<T> {
    const response = yield* httpRequest(this.#process, {
      to: { socketPath: SOCKET },
      method: 'GET',
      target,
      headers: { host: 'docker' },
    });
    const text = yield* readAll(response.body);
    if (response.status !== 200) throw new SystemError('ENOENT', target);
    return JSON.parse(text) as T;
  }
}

function sampleOf(stats: Stats, atMs: number): Sample {
  const networks = Object.values(stats.networks ?? {});
  const block = stats.blkio_stats.io_service_bytes_recursive ?? [];
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const moved = (op: string): number =>
    sum(block.filter((one) => one.op.toLowerCase() === op).map(({ value }) => value));
  return {
    atMs,
    cpuNs: stats.cpu_stats.cpu_usage.total_usage,
    memoryBytes: stats.memory_stats.usage ?? 0,
    pids: stats.pids_stats.current ?? 0,
    receivedBytes: sum(networks.map(({ rx_bytes }) => rx_bytes)),
    sentBytes: sum(networks.map(({ tx_bytes }) => tx_bytes)),
    readBytes: moved('read'),
    writtenBytes: moved('write'),
  };
}

/** Cores used between the last two samples that lie a moment apart. */
export function coresOf(samples: readonly Sample[]): number {
  const last = samples[samples.length - 1];
  const before = samples.findLast(({ atMs }) => last !== undefined && atMs <= last.atMs - 200);
  return last && before ? (last.cpuNs - before.cpuNs) / ((last.atMs - before.atMs) * 1_000_000) : 0;
}
