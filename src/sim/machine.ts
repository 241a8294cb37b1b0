import { device, directory } from './files/node.ts';
import { FileSystem, makeTree, type Quota } from './files/filesystem.ts';
import { Kernel } from './kernel/kernel.ts';
import type { Namespace, Program } from './kernel/process.ts';
import { emptyInput, nullOutput, zeroInput } from './kernel/stream.ts';
import { Bridge } from './network/segment.ts';
import { NetStack } from './network/stack.ts';
import type { Underlay } from './network/underlay.ts';
import type { Scheduler, World } from './world.ts';

export interface NetworkCard {
  /** `eth0`. */
  readonly name: string;
  readonly cidr: string;
  readonly segment: Underlay;
  readonly mac: string;
}

export interface MachineOptions {
  readonly world: World;
  readonly name: string;
  readonly cards: readonly NetworkCard[];
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** What runs by the name in an executable file's content: shared by all machines. */
  readonly programs: ReadonlyMap<string, Program>;
}

/** Something that the machine starts when it boots: the Docker daemon. */
export interface Daemon {
  readonly name: string;
  start(): void;
  /** Asked to end in good order; calls `done` when it has. */
  stop(done: () => void): void;
  /** The power is gone, or it was killed: nothing may be done any more but forgetting. */
  crash(): void;
}

/** What survives a power cut, beside files: the state that daemons keep on the disk, as plain data. */
export class Disk {
  readonly #records = new Map<string, unknown>();

  read(key: string): unknown {
    return this.#records.get(key);
  }

  /** Durable when it returns. The value must not be changed afterwards. */
  write(key: string, value: unknown): void {
    this.#records.set(key, value);
  }

  /** Removes a record, or all below `prefix/`. */
  remove(prefix: string): void {
    for (const key of [...this.#records.keys()])
      if (key === prefix || key.startsWith(`${prefix}/`)) this.#records.delete(key);
  }
}

/** A simulated host: power, disk, processes, network. It runs daemons; what they do is not its business. */
export class Machine {
  readonly world: World;
  readonly name: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly disk = new Disk();
  readonly quota: Quota;
  readonly files: FileSystem;
  readonly kernel: Kernel;
  readonly net: NetStack;
  readonly programs: ReadonlyMap<string, Program>;
  /** The machine's own namespace, `host`. */
  readonly namespace: Namespace;
  readonly diskBytes: number;
  bootedAtMs: number;
  #isOn = true;
  readonly #daemons: Daemon[] = [];
  readonly #powerWatchers = new Set<(isOn: boolean) => void>();

  constructor(options: MachineOptions) {
    const { world } = options;
    this.world = world;
    this.name = options.name;
    this.cpus = options.cpus;
    this.memoryBytes = options.memoryBytes;
    this.diskBytes = options.diskBytes;
    this.programs = options.programs;
    this.quota = { freeBytes: options.diskBytes };
    this.files = new FileSystem(makeTree(this.quota), () => world.nowMs);
    this.kernel = new Kernel(world, { cpus: options.cpus, memoryBytes: options.memoryBytes });
    this.net = new NetStack(world, options.name);
    this.net.isForwarding = true;
    this.net.addInterface({
      name: 'lo',
      cidr: '127.0.0.1/8',
      segment: new Bridge('lo'),
      mtu: 65_536,
    });
    for (const card of options.cards) this.net.addInterface({ ...card });
    this.namespace = {
      id: 'host',
      hostname: options.name,
      files: this.files,
      net: this.net,
      extra: new Map(),
    };
    this.bootedAtMs = world.nowMs;
    makeSkeleton(this.files);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Adds a daemon; it starts with the machine (now, if it is on). */
  addDaemon(daemon: Daemon): void {
    this.#daemons.push(daemon);
    if (this.#isOn) daemon.start();
  }

  get daemons(): readonly Daemon[] {
    return this.#daemons;
  }

  onPower(notify: (isOn: boolean) => void): () => void {
    this.#powerWatchers.add(notify);
    return () => void this.#powerWatchers.delete(notify);
  }

  /** The power is cut: nothing is shut down, peers see nothing. Files and disk stay. */
  powerOff(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.world.emit('machine.off', { machine: this.name });
    for (const daemon of this.#daemons) daemon.crash();
    this.kernel.halt();
    this.net.reset();
    for (const port of this.net.interfaces) port.isUp = false;
    for (const notify of this.#powerWatchers) notify(false);
  }

  /** The power is back: the machine boots and starts its daemons. */
  powerOn(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.bootedAtMs = this.world.nowMs;
    this.world.emit('machine.on', { machine: this.name });
    for (const port of this.net.interfaces) port.isUp = true;
    for (const daemon of this.#daemons) daemon.start();
    for (const notify of this.#powerWatchers) notify(true);
  }
}

/** What a component of a machine needs to wait and to draw chance. */
export function machineScheduler(machine: Machine): Scheduler {
  return machine.world;
}

function makeSkeleton(files: FileSystem): void {
  for (const path of [
    '/bin',
    '/dev',
    '/etc',
    '/home',
    '/opt',
    '/proc',
    '/root',
    '/run',
    '/sbin',
    '/sys',
    '/tmp',
    '/usr/bin',
    '/usr/sbin',
    '/usr/local/bin',
    '/var/lib',
    '/var/log',
  ])
    files.mkdir(path, { parents: true });
  files.setAttributes('/root', { mode: 0o700 });
  files.setAttributes('/tmp', { mode: 0o1777 });
  files.symlink('/run', '/var/run');
  files.putNode(
    '/dev/null',
    device(
      () => emptyInput,
      () => nullOutput,
    ),
  );
  files.putNode(
    '/dev/zero',
    device(
      () => zeroInput,
      () => nullOutput,
    ),
  );
  // The disk and its partition: nobody reads them raw, but throttles and mounts name them.
  for (const disk of ['/dev/sda', '/dev/sda1'])
    files.putNode(
      disk,
      device(() => '', undefined, 0o660),
    );
  files.putNode('/dev/pts', directory());
}
