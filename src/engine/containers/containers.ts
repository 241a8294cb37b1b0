/**
 * The containers of one machine: their table, and the way from created to removed.
 *
 * Real:     moby daemon/{container,start,stop,kill,restart,pause,delete,rename,wait,monitor,update}.go, libcontainerd.
 * Left out: checkpoints, live restore, `--isolation`.
 */
import {
  parseSignal,
  SIGNAL_NUMBERS,
  SystemError,
  type ExitStatus,
  type Machine,
  type Process,
  type Signal,
} from '../../sim/index.ts';
import type { ContainerUpdateRequest, StringMap } from '../api/types.ts';
import {
  attempt,
  badRequest,
  conflict,
  EngineError,
  failed,
  fine,
  internal,
  notFound,
  type Done,
} from '../errors.ts';
import type { Events } from '../events.ts';
import type { Images } from '../images/images.ts';
import type { Networks } from '../networks/networks.ts';
import type { Sandbox } from '../networks/sandbox.ts';
import type { EngineVersion } from '../versions.ts';
import type { Volumes } from '../volumes/volumes.ts';
import { loadContainers, type Container } from './container.ts';
import { checkName } from './create.ts';
import { containerFolder, refreshEtcFiles, writeEtcFiles, type Link } from './etcfiles.ts';
import { startHealthchecks } from './health.ts';
import { ContainerIO } from './io.ts';
import { LogFile } from './logfile.ts';
import type { MountContext } from './mounts.ts';
import { makeNamespace, processesOf, setLimits } from './namespace.ts';
import {
  ensureDirectory,
  environment,
  resolveProgram,
  resolveUser,
  startError,
} from './process.ts';
import { verifyDevices, verifyResources, verifyRestartPolicy } from './resources.ts';
import { nextDelayMs, shouldRestart } from './restart.ts';

export interface ContainersContext {
  readonly machine: Machine;
  readonly version: EngineVersion;
  readonly events: Events;
  readonly images: Images;
  readonly volumes: Volumes;
  readonly networks: Networks;
}

/** What runc, containerd and the file systems take on a quiet machine. */
const START_MS = 250;
const EXIT_MS = 40;
/** Real: defaultStopTimeout. */
const STOP_TIMEOUT_S = 10;
const LIST_KEY = 'docker/containers';

export class Containers {
  readonly context: ContainersContext;
  readonly #all = new Map<string, Container>();

  constructor(context: ContainersContext) {
    this.context = context;
  }

  // The table

  add(container: Container): void {
    this.#all.set(container.id, container);
    container.save();
    this.#saveList();
  }

  #saveList(): void {
    this.context.machine.disk.write(LIST_KEY, [...this.#all.keys()]);
  }

  /** Oldest first. */
  all(): readonly Container[] {
    return [...this.#all.values()];
  }

  byName(name: string): Container | undefined {
    return this.all().find((container) => container.name === name);
  }

  /** By full ID, full name, or the beginning of an ID. */
  find(text: string): Container | undefined {
    const exact = this.#all.get(text) ?? this.byName(text.replace(/^\//, ''));
    if (exact || text === '') return exact;
    const hits = this.all().filter((container) => container.id.startsWith(text));
    if (hits.length > 1) throw badRequest(`multiple IDs found with provided prefix: ${text}`);
    return hits[0];
  }

  get(text: string): Container {
    const container = this.find(text);
    if (!container) throw notFound(`No such container: ${text}`);
    return container;
  }

  attributes(container: Container, extra: StringMap = {}): StringMap {
    return {
      ...container.config.Labels,
      ...extra,
      image: container.config.Image,
      name: container.name,
    };
  }

  emit(container: Container, action: string, extra: StringMap = {}): void {
    this.context.events.emit({
      type: 'container',
      action,
      id: container.id,
      attributes: this.attributes(container, extra),
    });
  }

  mountContext(): MountContext {
    const { machine, volumes, version } = this.context;
    return {
      machine,
      volumes,
      mountsOf: (name) => this.find(name)?.record.mounts,
      isOld: version.traits.hasKernelMemory,
    };
  }

  // The daemon's own life

  /** After a start of the daemon: what ran when the power went has ended; what is to be restarted is. */
  restore(): void {
    const { machine } = this.context;
    const ids = (machine.disk.read(LIST_KEY) as string[] | undefined) ?? [];
    this.#all.clear();
    for (const container of loadContainers(machine.disk, ids))
      this.#all.set(container.id, container);
    for (const container of this.all()) {
      const { state } = container;
      const wasRunning = state.isRunning;
      if (wasRunning) {
        Object.assign(state, {
          isRunning: false,
          isPaused: false,
          isRestarting: false,
          pid: 0,
          exitCode: 255,
          finishedUnixMs: machine.world.unixMs,
        });
        if (state.health) state.health.status = 'unhealthy';
        container.save();
      }
      const policy = container.hostConfig.RestartPolicy?.Name;
      if (container.hostConfig.AutoRemove) this.#removeNow(container, true);
      else if (container.record.isManaged) continue;
      else if (
        policy === 'always' ||
        ((policy === 'unless-stopped' || policy === 'on-failure') &&
          !container.record.hasBeenManuallyStopped &&
          (wasRunning || policy !== 'on-failure'))
      )
        if (container.record.hasBeenStartedBefore) this.start(container, () => {});
    }
  }

  /** Stops everything in good order before the daemon ends. */
  shutdown(done: () => void): void {
    const running = this.all().filter((container) => container.state.isRunning);
    let left = running.length;
    if (left === 0) return done();
    for (const container of running) {
      container.restartTimer?.cancel();
      const wasStopped = container.record.hasBeenManuallyStopped;
      this.stop(
        container,
        container.config.StopTimeout ?? STOP_TIMEOUT_S,
        () => {
          container.record.hasBeenManuallyStopped = wasStopped;
          container.save();
          if (--left === 0) done();
        },
        true,
      );
    }
  }

  /** The power is gone: processes end without a word, nothing is written. */
  crash(): void {
    for (const container of this.all()) {
      container.restartTimer?.cancel();
      container.stopHealth?.();
      container.io?.end();
      const { namespace } = container;
      container.namespace = undefined;
      container.init = undefined;
      if (namespace) this.context.machine.kernel.killNamespace(namespace);
    }
    this.#all.clear();
  }

  // Start

  start(container: Container, done: Done): void {
    const { state } = container;
    const refusal = state.isPaused
      ? conflict('cannot start a paused container, try unpause instead')
      : state.isDead || state.isRemoving
        ? conflict(`container is marked for removal and cannot be started`)
        : undefined;
    if (refusal) return done(failed(refusal));
    if ((state.isRunning && !state.isRestarting) || container.isStarting)
      return done(failed(new EngineError(304, '')));
    container.isStarting = true;
    container.restartTimer?.cancel();
    container.record.hasBeenManuallyStopped = false;
    this.#after(container, START_MS, () => {
      const ready = attempt(() =>
        verifyDevices(container.hostConfig, this.context.machine, this.context.version),
      );
      if (!ready.ok) return this.#startFailed(container, ready.error, 128, done);
      this.context.networks.allocate(container, (result) => {
        if (!result.ok)
          return this.#startFailed(container, this.#networkError(result.error), 128, done);
        this.#run(container, result.value, done);
      });
    });
  }

  #networkError(error: EngineError): EngineError {
    const { hasNetworkingPrefix } = this.context.version.traits;
    return hasNetworkingPrefix
      ? new EngineError(
          error.status === 404 ? 404 : error.status,
          `failed to set up container networking: ${error.message}`,
        )
      : error;
  }

  #startFailed(container: Container, error: EngineError, exitCode: number, done: Done): void {
    container.isStarting = false;
    const { state } = container;
    this.context.networks.release(container);
    Object.assign(state, { isRunning: false, isRestarting: false, exitCode, error: error.message });
    container.namespace = undefined;
    container.io?.end();
    container.io = undefined;
    container.save();
    for (const notify of [...container.exitWatchers]) notify(exitCode);
    container.exitWatchers.clear();
    container.changed();
    if (container.hostConfig.AutoRemove) this.#removeNow(container, true);
    done(failed(error));
  }

  #run(container: Container, sandbox: Sandbox, done: Done): void {
    const { machine } = this.context;
    const started = attempt(() => this.#spawn(container, sandbox));
    if (!started.ok)
      return this.#startFailed(
        container,
        started.error,
        /executable file not found|no such file/.test(started.error.message)
          ? 127
          : /permission denied|is a directory/.test(started.error.message)
            ? 126
            : 128,
        done,
      );
    const process = started.value;
    container.isStarting = false;
    container.init = process;
    container.record.hasBeenStartedBefore = true;
    Object.assign(container.state, {
      isRunning: true,
      isRestarting: false,
      isPaused: false,
      isOOMKilled: false,
      pid: process.pid,
      exitCode: 0,
      error: '',
      startedUnixMs: machine.world.unixMs,
    });
    for (const mount of container.record.mounts)
      if (mount.Type === 'volume' && mount.Name)
        this.context.volumes.mounted(mount.Name, container.id, {
          destination: mount.Destination,
          propagation: '',
          'read/write': String(mount.RW),
        });
    container.save();
    this.emit(container, 'start');
    machine.kernel.whenExited(process, (status) => this.#exited(container, process, status));
    startHealthchecks(this, container);
    container.changed();
    done(fine(undefined));
  }

  #spawn(container: Container, sandbox: Sandbox): Process {
    const { machine, version } = this.context;
    const ownMounts = writeEtcFiles(machine, version, sandbox, this.#links(container));
    const namespace = makeNamespace({ machine, version, container, sandbox, ownMounts });
    if (container.hostConfig.NetworkMode === 'host' && !sandbox.ownsStack)
      namespace.hostname = container.config.Hostname || machine.namespace.hostname;
    const user = resolveUser(namespace.files, container.config.User ?? '');
    const cwd = container.config.WorkingDir || '/';
    if (!namespace.files.exists(cwd)) ensureDirectory(namespace.files, cwd);
    const env = environment({
      hostname: namespace.hostname,
      isTty: container.isTty,
      configured: container.config.Env ?? [],
      linked: this.#linkEnv(container),
      home: user.home,
    });
    namespace.extra.set('env', env);
    const argv = [container.record.path, ...container.record.args];
    const found = resolveProgram(namespace.files, machine.programs, { argv, env, cwd });
    if ('error' in found) throw startError(found, version.traits);
    const io = this.ioOf(container);
    container.namespace = namespace;
    try {
      const process = machine.kernel.spawn({
        program: found.program,
        argv: found.argv,
        namespace,
        env,
        cwd,
        user,
        stdin: io.stdin,
        stdout: io.stdout,
        stderr: io.stderr,
        terminal: io.terminal,
        leadsGroup: true,
        isInit: true,
      });
      if (io.terminal) io.terminal.foreground = process.pid;
      namespace.extra.set('init', process);
      return process;
    } catch (error) {
      if (error instanceof SystemError)
        throw internal(
          `failed to create shim task: OCI runtime create failed: ${error.text.toLowerCase()}: unknown`,
        );
      throw error;
    }
  }

  /** The standard streams of this run, or of the one to come. */
  ioOf(container: Container): ContainerIO {
    if (!container.io) {
      const { machine } = this.context;
      const driver = container.hostConfig.LogConfig?.Type ?? '';
      if (driver === '' || driver === 'json-file')
        container.logs.file = new LogFile({
          ...{ machine, id: container.id, hostConfig: container.hostConfig },
          folder: containerFolder(container),
          dropped: (count) => container.logs.drop(count),
        });
      container.io = new ContainerIO({
        kernel: machine.kernel,
        isTty: container.isTty,
        hasStdin: container.config.OpenStdin ?? false,
        consoleSize: container.hostConfig.ConsoleSize,
        onOutput: (stream, text) => container.logs.write(stream, text, machine.world.unixMs),
      });
    }
    return container.io;
  }

  /** A running container has joined or left a network: so do its name and its resolver. */
  networksChanged(container: Container): void {
    const { networks, machine, version } = this.context;
    const sandbox = networks.sandboxOf(container);
    if (sandbox) refreshEtcFiles(machine, version, sandbox, this.#links(container));
  }

  #links(container: Container): readonly Link[] {
    return this.#linked(container).map(({ target, alias }) => ({
      address: this.context.networks.sandboxOf(target)?.gatewayEndpoint?.allocated.address ?? '',
      names: [...new Set([alias, target.config.Hostname ?? '', target.name])],
    }));
  }

  #linked(container: Container): readonly { readonly target: Container; readonly alias: string }[] {
    if (!container.record.networks.has('bridge')) return [];
    return (container.hostConfig.Links ?? []).flatMap((link) => {
      const [name = '', alias = name] = link.split(':');
      const target = this.find(name);
      if (!target)
        throw badRequest(`could not get container for ${name}: No such container: ${name}`);
      if (!target.state.isRunning)
        throw conflict(
          `Cannot link to a non running container: /${target.name} AS /${container.name}/${alias}`,
        );
      return [{ target, alias: alias.replace(/^.*\//, '') }];
    });
  }

  /** `DB_PORT_3306_TCP_ADDR` and the like, for links on the default bridge. */
  #linkEnv(container: Container): readonly string[] {
    return this.#linked(container).flatMap(({ target, alias }) => {
      const address =
        this.context.networks.sandboxOf(target)?.gatewayEndpoint?.allocated.address ?? '';
      const prefix = alias.toUpperCase().replace(/-/g, '_');
      const ports = Object.keys(target.config.ExposedPorts ?? {}).sort(
        (a, b) => parseInt(a, 10) - parseInt(b, 10),
      );
      const out: string[] = [];
      ports.forEach((key, i) => {
        const [port = '', protocol = ''] = key.split('/');
        const url = `${protocol}://${address}:${port}`;
        const name = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
        if (i === 0) out.push(`${prefix}_PORT=${url}`);
        out.push(
          `${name}=${url}`,
          `${name}_ADDR=${address}`,
          `${name}_PORT=${port}`,
          `${name}_PROTO=${protocol}`,
        );
      });
      out.push(`${prefix}_NAME=/${container.name}/${alias}`);
      for (const entry of target.config.Env ?? [])
        if (!/^(PATH|HOME|HOSTNAME)=/.test(entry)) out.push(`${prefix}_ENV_${entry}`);
      return out;
    });
  }

  // End

  #exited(container: Container, process: Process, status: ExitStatus): void {
    if (container.init !== process) return;
    this.#after(container, EXIT_MS, () => {
      if (container.init === process) this.#finish(container, status.code);
    });
  }

  #finish(container: Container, code: number): void {
    const { machine, networks, volumes } = this.context;
    const { state } = container;
    const ranMs = machine.world.unixMs - (state.startedUnixMs ?? machine.world.unixMs);
    container.stopHealth?.();
    container.stopHealth = undefined;
    const isOOMKilled = container.namespace?.extra.get('oomKilled') === true;
    if (container.namespace) machine.kernel.killNamespace(container.namespace);
    container.logs.flush(machine.world.unixMs);
    container.io?.end();
    container.io = undefined;
    container.init = undefined;
    container.namespace = undefined;
    networks.release(container);
    Object.assign(state, {
      isRunning: false,
      isPaused: false,
      isOOMKilled,
      pid: 0,
      exitCode: code,
      finishedUnixMs: machine.world.unixMs,
    });
    if (state.health) state.health.status = 'unhealthy';
    for (const mount of container.record.mounts)
      if (mount.Type === 'volume' && mount.Name) volumes.unmounted(mount.Name, container.id);
    const restarts = shouldRestart(container, code);
    if (restarts) this.#scheduleRestart(container, ranMs);
    container.save();
    if (isOOMKilled) this.emit(container, 'oom');
    this.emit(container, 'die', {
      execDuration: String(Math.floor(ranMs / 1000)),
      exitCode: String(code),
    });
    const watchers = [...container.exitWatchers];
    container.exitWatchers.clear();
    for (const notify of watchers) notify(code);
    container.changed();
    if (!restarts && container.hostConfig.AutoRemove) this.#removeNow(container, true);
  }

  #scheduleRestart(container: Container, ranMs: number): void {
    const { state } = container;
    container.restartDelayMs = nextDelayMs(container.restartDelayMs, ranMs);
    Object.assign(state, { isRunning: true, isRestarting: true });
    container.record.restartCount++;
    container.restartTimer = this.context.machine.world.schedule(
      container.restartDelayMs,
      `restart ${container.name}`,
      () => {
        if (!state.isRestarting || this.#all.get(container.id) !== container) return;
        this.start(container, () => {});
      },
    );
  }

  /** Sends the stop signal, waits, kills. Done when it has ended. */
  stop(container: Container, seconds: number | undefined, done: Done, isShutdown = false): void {
    const { state } = container;
    if (!state.isRunning) return done(failed(new EngineError(304, '')));
    if (!isShutdown) container.record.hasBeenManuallyStopped = true;
    if (state.isRestarting && !container.init) {
      container.restartTimer?.cancel();
      Object.assign(state, { isRunning: false, isRestarting: false });
      container.save();
      return this.#soon(container, () => done(fine(undefined)));
    }
    const { world, kernel } = this.context.machine;
    const process = container.init as Process;
    const waitS = seconds ?? container.config.StopTimeout ?? STOP_TIMEOUT_S;
    const signal = parseSignal(container.config.StopSignal ?? 'SIGTERM') ?? 'SIGTERM';
    if (state.isPaused) this.unpause(container);
    const timer =
      waitS < 0
        ? undefined
        : world.schedule(waitS * 1000, `kill ${container.name}`, () =>
            this.#signalInit(container, 'SIGKILL'),
          );
    container.exitWatchers.add(() => {
      timer?.cancel();
      if (!isShutdown) this.emit(container, 'stop');
      done(fine(undefined));
    });
    this.emit(container, 'kill', { signal: String(signalNumber(signal)) });
    kernel.signal(process, signal);
    if (waitS === 0) this.#signalInit(container, 'SIGKILL');
  }

  #signalInit(container: Container, signal: Signal): void {
    if (container.init) this.context.machine.kernel.signal(container.init, signal);
  }

  restart(container: Container, seconds: number | undefined, done: Done): void {
    const begin = (): void =>
      this.start(container, (result) => {
        if (result.ok) this.emit(container, 'restart');
        done(result);
      });
    if (!container.state.isRunning) return begin();
    const isAutoRemoved = container.hostConfig.AutoRemove ?? false;
    // A restart is no end: the container must not be removed in between, nor its policy act.
    if (isAutoRemoved) container.record.hostConfig = { ...container.hostConfig, AutoRemove: false };
    this.stop(container, seconds, (result) => {
      if (isAutoRemoved)
        container.record.hostConfig = { ...container.hostConfig, AutoRemove: true };
      if (!result.ok && result.error.status !== 304) return done(result);
      begin();
    });
  }

  /** Returns the signal that was sent. */
  kill(container: Container, signalText: string): Signal {
    const { traits } = this.context.version;
    const signal = signalText === '' ? 'SIGKILL' : parseSignal(signalText);
    if (!signal)
      throw badRequest(`${traits.isLowerCase ? 'invalid' : 'Invalid'} signal: ${signalText}`);
    if (!container.state.isRunning || !container.init) {
      const text = traits.isLowerCase
        ? `container ${container.id} is not running`
        : `Container ${container.id} is not running`;
      throw conflict(
        traits.isLowerCase
          ? `cannot kill container: ${container.id}: ${text}`
          : `Cannot kill container: ${container.id}: ${text}`,
      );
    }
    this.emit(container, 'kill', { signal: String(signalNumber(signal)) });
    if (
      signal === 'SIGKILL' ||
      signal === (parseSignal(container.config.StopSignal ?? 'SIGTERM') ?? 'SIGTERM')
    )
      container.record.hasBeenManuallyStopped = true;
    this.#signalInit(container, signal);
    return signal;
  }

  pause(container: Container): void {
    const { state } = container;
    if (!state.isRunning) throw conflict(`Container ${container.id} is not running`);
    if (state.isPaused) throw conflict(`Container ${container.id} is already paused`);
    if (state.isRestarting)
      throw conflict(
        `Container ${container.id} is restarting, wait until the container is running`,
      );
    for (const process of container.namespace
      ? processesOf(this.context.machine.kernel, container.namespace)
      : [])
      freeze(process, true, this.context.machine);
    state.isPaused = true;
    container.save();
    this.emit(container, 'pause');
  }

  unpause(container: Container): void {
    const { state } = container;
    if (!state.isPaused) throw conflict(`Container ${container.id} is not paused`);
    for (const process of container.namespace
      ? processesOf(this.context.machine.kernel, container.namespace)
      : [])
      freeze(process, false, this.context.machine);
    state.isPaused = false;
    container.save();
    this.emit(container, 'unpause');
  }

  // Remove, rename, update

  remove(
    container: Container,
    options: { readonly isForced: boolean; readonly removesVolumes: boolean },
    done: Done,
  ): void {
    const { state } = container;
    const { traits } = this.context.version;
    if (state.isRunning && !options.isForced) {
      const what = state.isPaused ? 'paused' : state.isRestarting ? 'restarting' : 'running';
      return done(
        failed(
          conflict(
            traits.hasShortRemoveConflict
              ? `cannot remove container "${container.name}": container is ${what}: ${state.isPaused ? 'unpause and then ' : ''}stop the container before removing or force remove`
              : state.isPaused
                ? `You cannot remove a paused container ${container.id}. Unpause and then stop the container before attempting removal or force remove`
                : `You cannot remove a ${what} container ${container.id}. Stop the container before attempting removal or force remove`,
          ),
        ),
      );
    }
    if (state.isRemoving)
      return done(failed(conflict(`removal of container ${container.id} is already in progress`)));
    container.restartTimer?.cancel();
    const finish = (): void => {
      this.#removeNow(container, options.removesVolumes);
      done(fine(undefined));
    };
    if (!container.init) return this.#soon(container, finish);
    container.record.hostConfig = { ...container.hostConfig, AutoRemove: false };
    container.record.hasBeenManuallyStopped = true;
    container.exitWatchers.add(() => this.#soon(container, finish));
    this.emit(container, 'kill', { signal: '9' });
    if (state.isPaused) this.unpause(container);
    this.#signalInit(container, 'SIGKILL');
  }

  #removeNow(container: Container, removesVolumes: boolean): void {
    const { machine, volumes, networks } = this.context;
    networks.release(container);
    container.state.isRunning = false;
    this.#all.delete(container.id);
    container.forget();
    this.#saveList();
    const folder = containerFolder(container);
    if (machine.files.exists(folder)) machine.files.remove(folder, { recursive: true });
    if (removesVolumes)
      for (const mount of container.record.mounts)
        if (
          mount.isAnonymous &&
          mount.Name &&
          volumes.has(mount.Name) &&
          this.usersOfVolume(mount.Name).length === 0
        )
          volumes.remove(mount.Name, true);
    this.emit(container, 'destroy');
    for (const notify of [...container.removalWatchers]) notify(container.state.exitCode);
    container.removalWatchers.clear();
    container.changed();
  }

  rename(container: Container, name: string): void {
    const wanted = name.replace(/^\//, '');
    if (wanted === '') throw badRequest('Neither old nor new names may be empty');
    if (wanted === container.name)
      throw badRequest('Renaming a container with the same name as its current name');
    checkName(this, wanted);
    const old = container.name;
    container.record.name = wanted;
    container.save();
    this.emit(container, 'rename', { oldName: `/${old}` });
  }

  update(container: Container, request: ContainerUpdateRequest): readonly string[] {
    const { machine, version } = this.context;
    const warnings = verifyResources(request, machine, version, true);
    verifyRestartPolicy(request.RestartPolicy?.Name ? request.RestartPolicy : undefined, version);
    const before = container.hostConfig;
    const refuse = (why: string): never => {
      throw badRequest(`Cannot update container ${container.id}: ${why}`);
    };
    if (container.state.isRemoving || container.state.isDead)
      refuse(`Container is marked for removal and cannot be "update".`);
    if (before.AutoRemove && request.RestartPolicy?.Name && request.RestartPolicy.Name !== 'no')
      refuse('Restart policy cannot be updated because AutoRemove is enabled for the container');
    if (
      request.Memory &&
      !request.MemorySwap &&
      (before.MemorySwap ?? 0) > 0 &&
      request.Memory > (before.MemorySwap ?? 0)
    )
      refuse(
        'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
      );
    const changed = Object.fromEntries(
      Object.entries(request).filter(
        ([key, value]) =>
          key !== 'RestartPolicy' &&
          value !== 0 &&
          value !== '' &&
          value !== null &&
          !(Array.isArray(value) && value.length === 0),
      ),
    );
    const policy = request.RestartPolicy?.Name ? { RestartPolicy: request.RestartPolicy } : {};
    container.record.hostConfig = { ...before, ...changed, ...policy };
    if (container.namespace) setLimits(container.namespace, container);
    container.save();
    this.emit(container, 'update');
    return warnings;
  }

  /** IDs of containers that refer to a volume. */
  usersOfVolume(name: string): readonly string[] {
    return this.all()
      .filter((container) => container.record.mounts.some((mount) => mount.Name === name))
      .map((container) => container.id);
  }

  /** Later, unless the container is gone by then. */
  #after(container: Container, delayMs: number, run: () => void): void {
    this.context.machine.world.schedule(delayMs, `container ${container.name}`, () => {
      if (this.context.machine.isOn && this.#all.get(container.id) === container) run();
    });
  }

  #soon(container: Container, run: () => void): void {
    this.#after(container, EXIT_MS, run);
  }
}

function signalNumber(signal: Signal): number {
  return SIGNAL_NUMBERS[signal];
}

/** The freezer: a process stands still or goes on, whatever its handlers say. */
function freeze(process: Process, isFrozen: boolean, machine: Machine): void {
  machine.kernel.signal(process, isFrozen ? 'SIGSTOP' : 'SIGCONT');
}
