/**
 * A container: what is kept of it on the disk, and what lives while it runs.
 *
 * Real: moby container/{container,state}.go.
 */
import type { Disk, Namespace, Process, Timer, Tree, DirectoryNode } from '../../sim/index.ts';
import type {
  ContainerConfig,
  EndpointSettings,
  HealthcheckResult,
  HealthStatus,
  HostConfig,
  MountPoint,
  PortMap,
} from '../api/types.ts';
import type { ContainerIO } from './io.ts';
import { ContainerLogs, type LogRecord } from './logs.ts';

/** What a container's end on a network got when it was set up. */
export interface Allocated {
  readonly endpointID: string;
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
  readonly mac: string;
  readonly dnsNames: readonly string[];
}

export interface EndpointRecord {
  /** '' until the network was looked up by the first start. */
  networkID: string;
  /** What the user asked for. */
  settings: EndpointSettings;
  /** While the container runs. */
  allocated: Allocated | undefined;
}

export interface HealthRecord {
  status: HealthStatus;
  failingStreak: number;
  log: readonly HealthcheckResult[];
}

export interface StateRecord {
  isRunning: boolean;
  isPaused: boolean;
  isRestarting: boolean;
  isOOMKilled: boolean;
  isRemoving: boolean;
  isDead: boolean;
  pid: number;
  exitCode: number;
  error: string;
  startedUnixMs: number | undefined;
  finishedUnixMs: number | undefined;
  health: HealthRecord | undefined;
}

/** How a mount is made, beside what `inspect` shows of it. */
export interface MountRecord extends MountPoint {
  readonly tmpfs?: { readonly sizeBytes: number; readonly mode: number; readonly options: string };
  /** From the image or `-v /path`: removed with the container by `rm -v`. */
  readonly isAnonymous?: boolean;
  /** Content made by the engine: secrets and configs of a task. */
  readonly content?: string;
  readonly attributes?: { readonly mode: number; readonly uid: number; readonly gid: number };
  /** Fill an empty volume from the image. */
  readonly copiesUp?: boolean;
}

/** All that survives a power cut. */
export interface ContainerRecord {
  readonly id: string;
  name: string;
  readonly createdUnixMs: number;
  config: ContainerConfig;
  hostConfig: HostConfig;
  readonly imageID: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly state: StateRecord;
  restartCount: number;
  hasBeenManuallyStopped: boolean;
  hasBeenStartedBefore: boolean;
  mounts: readonly MountRecord[];
  networks: Map<string, EndpointRecord>;
  /** A task of the swarm: never restarted by the engine. */
  readonly isManaged: boolean;
  readonly tree: Tree;
  /** The image's files, for `docker diff`. */
  readonly base: DirectoryNode;
  readonly logRecords: readonly LogRecord[];
}

/** The container's network namespace while it runs; made by `networks`. */
export interface SandboxView {
  readonly id: string;
  readonly ports: PortMap;
}

export class Container {
  readonly record: ContainerRecord;
  readonly logs: ContainerLogs;
  readonly #disk: Disk;
  // What follows is gone when the daemon is.
  namespace: Namespace | undefined;
  init: Process | undefined;
  io: ContainerIO | undefined;
  sandbox: SandboxView | undefined;
  /** Waits of `docker wait` and of the start that is to come. */
  readonly exitWatchers = new Set<(code: number) => void>();
  readonly removalWatchers = new Set<(code: number) => void>();
  readonly execIDs: string[] = [];
  restartTimer: Timer | undefined;
  restartDelayMs = 0;
  healthTimer: Timer | undefined;
  stopHealth: (() => void) | undefined;
  /** Health or state changed: for the executor. */
  readonly changeWatchers = new Set<() => void>();
  /** A start is under way. */
  isStarting = false;
  isStopping = false;

  constructor(disk: Disk, record: ContainerRecord) {
    this.#disk = disk;
    this.record = record;
    this.logs = new ContainerLogs(record.logRecords);
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  get shortID(): string {
    return this.record.id.slice(0, 12);
  }

  get config(): ContainerConfig {
    return this.record.config;
  }

  get hostConfig(): HostConfig {
    return this.record.hostConfig;
  }

  get state(): StateRecord {
    return this.record.state;
  }

  get isTty(): boolean {
    return this.record.config.Tty ?? false;
  }

  /** Writes what must survive. */
  save(): void {
    const { record } = this;
    this.#disk.write(`docker/containers/${record.id}`, {
      ...record,
      state: { ...record.state },
      networks: new Map(
        [...record.networks].map(([name, endpoint]) => [
          name,
          { ...endpoint, allocated: undefined },
        ]),
      ),
      logRecords: this.logs.records,
    } satisfies ContainerRecord);
  }

  forget(): void {
    this.#disk.remove(`docker/containers/${this.record.id}`);
  }

  changed(): void {
    for (const notify of [...this.changeWatchers]) notify();
  }
}

/** Reads all containers of a disk, oldest first. */
export function loadContainers(disk: Disk, ids: readonly string[]): readonly Container[] {
  const out: Container[] = [];
  for (const id of ids) {
    const record = disk.read(`docker/containers/${id}`) as ContainerRecord | undefined;
    // The record on the disk stays as it was written: the living one is a copy.
    if (record)
      out.push(
        new Container(disk, {
          ...record,
          state: { ...record.state },
          networks: new Map(
            [...record.networks].map(([name, endpoint]) => [name, { ...endpoint }]),
          ),
        }),
      );
  }
  return out;
}

export function freshState(): StateRecord {
  return {
    isRunning: false,
    isPaused: false,
    isRestarting: false,
    isOOMKilled: false,
    isRemoving: false,
    isDead: false,
    pid: 0,
    exitCode: 0,
    error: '',
    startedUnixMs: undefined,
    finishedUnixMs: undefined,
    health: undefined,
  };
}
