/**
 * One task as a container: pull, create, start, wait, shut down, remove.
 *
 * Real: moby daemon/cluster/executor/container/{controller,adapter,errors}.go.
 */
import { rfc3339Nano } from '../../sim/index.ts';
import type {
  Controller,
  Dependencies,
  LogLine,
  LogOptions,
  StepResult,
} from '../../swarm/index.ts';
import type { ContainerSpec, ContainerStatus, PortConfig, Task } from '../../swarm/api/index.ts';
import type { Container } from '../containers/container.ts';
import { createContainer } from '../containers/create.ts';
import { hasHealthcheck } from '../containers/health.ts';
import type { LogRecord } from '../containers/logs.ts';
import type { Engine } from '../engine.ts';
import { attempt } from '../errors.ts';
import { parseReference } from '../images/reference.ts';
import {
  bindingOf,
  containerRequest,
  filesOf,
  taskContainerName,
  type TaskContext,
} from './containerconfig.ts';

const OK: StepResult = { ok: true };
/** Lets gossip tell everybody that the task is leaving before it does. */
const CONVERGENCE_MS = 2_000;
/** Until the container's files and its record are on the disk. */
const CREATE_MS = 40;
const DEFAULT_GRACE_S = 10;
const NS_PER_S = 1_000_000_000;

type StepDone = (result: StepResult) => void;

export class ContainerController implements Controller {
  readonly #engine: Engine;
  readonly #dependencies: Dependencies;
  #task: Task;
  #isClosed = false;
  /** Each step supersedes the one before: a shutdown ends a pull that is under way. */
  #step = 0;
  #stopWatching: (() => void) | undefined;
  /** As it was when the container went. */
  #lastStatus: ContainerStatus | undefined;
  #wasUnhealthy = false;
  #isPulled = false;
  /** Who waits for the pull that is under way. */
  readonly #pulls: (() => void)[] = [];

  constructor(engine: Engine, task: Task, dependencies: Dependencies) {
    this.#engine = engine;
    this.#task = task;
    this.#dependencies = dependencies;
  }

  update(task: Task): void {
    this.#task = task;
  }

  get #container(): Container | undefined {
    return this.#engine.containers.byName(taskContainerName(this.#task));
  }

  get #context(): TaskContext {
    return {
      task: this.#task,
      node: this.#engine.executor.node,
      hostname: this.#engine.machine.namespace.hostname,
    };
  }

  get #spec(): ContainerSpec {
    return this.#task.Spec.ContainerSpec as ContainerSpec;
  }

  /** `done` guarded: later, and only if no other step began and nobody closed meanwhile. */
  #begin(done: StepDone): StepDone {
    const step = ++this.#step;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    return (result) =>
      void this.#engine.machine.world.schedule(0, `task ${this.#task.ID}`, () => {
        if (step === this.#step && !this.#isClosed && !this.#engine.executor.isFrozen) done(result);
      });
  }

  prepare(done: StepDone): void {
    const finish = this.#begin(done);
    const step = this.#step;
    const existing = this.#container;
    if (existing) {
      this.#engine.overlays.bind(existing.id, bindingOf(this.#task));
      return finish(OK);
    }
    this.#engine.overlays.waitForNetworks(this.#task.NetworksAttachments ?? [], (networks) => {
      if (!networks.ok) return finish({ ok: false, error: networks.error.message });
      this.#pull(() => {
        this.#engine.machine.world.schedule(CREATE_MS, `create ${this.#task.ID}`, () => {
          if (step === this.#step && !this.#isClosed && !this.#engine.executor.isFrozen)
            finish(this.#create());
        });
      });
    });
  }

  /**
   * Always tried, once, unless the very digest is here; whether it worked shows when the container is created. A pull goes on when the
   * step that began it is given up.
   */
  #pull(done: () => void): void {
    if (this.#isPulled) return done();
    this.#pulls.push(done);
    if (this.#pulls.length > 1) return;
    const pulled = (): void => {
      this.#isPulled = true;
      for (const tell of this.#pulls.splice(0)) tell();
    };
    this.#beginPull(pulled);
  }

  #beginPull(done: () => void): void {
    const parsed = parseReference(this.#spec.Image);
    const { images, machine } = this.#engine;
    const isHere =
      !parsed.ok ||
      (parsed.value.digest !== undefined && images.store.byReference(parsed.value) !== undefined);
    if (isHere) return void machine.world.schedule(0, 'image is here', done);
    images.pull(
      this.#spec.Image,
      undefined,
      () => undefined,
      () => done(),
    );
  }

  #create(): StepResult {
    const files = filesOf(this.#context, this.#dependencies);
    if (!files.ok) return { ok: false, error: files.missing, temporary: true };
    const created = attempt(() =>
      createContainer(this.#engine.containers, containerRequest(this.#context), {
        name: taskContainerName(this.#task),
        isManaged: true,
        ownMounts: files.mounts,
      }),
    );
    if (!created.ok) return { ok: false, error: created.error.message };
    this.#engine.overlays.bind(created.value.Id, bindingOf(this.#task));
    return OK;
  }

  start(done: StepDone): void {
    const finish = this.#begin(done);
    const step = this.#step;
    const container = this.#container;
    if (!container)
      return finish({ ok: false, error: `No such container: ${taskContainerName(this.#task)}` });
    if (container.record.hasBeenStartedBefore || container.state.isRunning) {
      if (container.state.isRunning) this.#engine.overlays.activate(container);
      return finish(OK);
    }
    if (container.isStarting)
      return this.#whenStarted(container, () => {
        if (step === this.#step && !this.#isClosed) this.start(done);
      });
    this.#engine.overlays.bind(container.id, bindingOf(this.#task));
    this.#engine.containers.start(container, (result) => {
      if (!result.ok)
        return finish({
          ok: false,
          error: `starting container failed: ${result.error.message}`,
          exitCode: container.state.exitCode,
        });
      if (hasHealthcheck(container)) return this.#awaitHealth(container, finish);
      this.#engine.overlays.activate(container);
      finish(OK);
    });
  }

  /**
   * A start that is under way holds the container's lock: it may be that of an agent that has ended meanwhile, since the daemon lives on
   * when its node begins anew.
   */
  #whenStarted(container: Container, then: () => void): void {
    if (!container.isStarting) return then();
    const look = (): void => {
      if (container.isStarting) return;
      container.changeWatchers.delete(look);
      then();
    };
    container.changeWatchers.add(look);
  }

  /** The task counts as running once it is healthy. */
  #awaitHealth(container: Container, finish: StepDone): void {
    this.#watch(container, () => {
      const { state } = container;
      if (!state.isRunning) return this.#finishWatch(finish, this.#exitResult(container));
      if (state.health?.status === 'healthy') {
        this.#engine.overlays.activate(container);
        return this.#finishWatch(finish, OK);
      }
      if (state.health?.status === 'unhealthy') this.#stopUnhealthy(container);
    });
  }

  wait(done: StepDone): void {
    const finish = this.#begin(done);
    const container = this.#container;
    if (!container)
      return finish({
        ok: false,
        error: this.#lastStatus
          ? `task: non-zero exit (${this.#lastStatus.ExitCode})`
          : `No such container: ${taskContainerName(this.#task)}`,
      });
    if (container.state.isRunning) this.#engine.overlays.activate(container);
    this.#watch(container, () => {
      if (!container.state.isRunning) this.#finishWatch(finish, this.#exitResult(container));
      else if (container.state.health?.status === 'unhealthy') this.#stopUnhealthy(container);
    });
  }

  #stopUnhealthy(container: Container): void {
    if (this.#wasUnhealthy) return;
    this.#wasUnhealthy = true;
    this.#engine.overlays.deactivate(container);
    this.#engine.containers.stop(container, this.#graceSeconds, () => undefined);
  }

  /** Looks now and at each change, until the watch is over. */
  #watch(container: Container, look: () => void): void {
    container.changeWatchers.add(look);
    this.#stopWatching = () => void container.changeWatchers.delete(look);
    look();
  }

  #finishWatch(finish: StepDone, result: StepResult): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    finish(result);
  }

  #exitResult(container: Container): StepResult {
    const { exitCode } = container.state;
    this.#lastStatus = { ContainerID: container.id, PID: 0, ExitCode: exitCode };
    if (exitCode === 0) return OK;
    return {
      ok: false,
      error: `task: non-zero exit (${exitCode})${this.#wasUnhealthy ? ': dockerexec: unhealthy container' : ''}`,
      exitCode,
    };
  }

  get #graceSeconds(): number {
    const grace = this.#spec.StopGracePeriod;
    return grace === undefined ? DEFAULT_GRACE_S : Math.floor(grace / NS_PER_S);
  }

  shutdown(done: StepDone): void {
    const finish = this.#begin(done);
    const step = this.#step;
    const container = this.#container;
    if (!container) return finish(OK);
    this.#whenStarted(container, () => {
      if (step !== this.#step || this.#isClosed) return;
      if (!container.state.isRunning) return finish(OK);
      this.#stop(container, step, finish);
    });
  }

  #stop(container: Container, step: number, finish: (result: StepResult) => void): void {
    const { overlays, containers, machine } = this.#engine;
    const pauseMs = overlays.hasOverlay(container) ? CONVERGENCE_MS : 0;
    overlays.deactivate(container);
    machine.world.schedule(pauseMs, `shutdown of ${container.name}`, () => {
      if (step !== this.#step || this.#isClosed) return;
      if (!container.state.isRunning || containers.find(container.id) !== container)
        return finish(OK);
      containers.stop(container, this.#graceSeconds, () => finish(OK));
    });
  }

  terminate(done: StepDone): void {
    const finish = this.#begin(done);
    const container = this.#container;
    if (!container?.state.isRunning) return finish(OK);
    container.exitWatchers.add(() => finish(OK));
    attempt(() => this.#engine.containers.kill(container, 'KILL'));
  }

  remove(done: StepDone): void {
    const finish = this.#begin(done);
    const container = this.#container;
    const end = (): void => {
      this.#engine.overlays.dropUnused();
      finish(OK);
    };
    if (!container) return end();
    const step = this.#step;
    const { containers, overlays } = this.#engine;
    const removeNow = (): void => {
      if (this.#container !== container) return end();
      overlays.deactivate(container);
      containers.remove(container, { isForced: true, removesVolumes: true }, () => {
        overlays.unbind(container.id);
        end();
      });
    };
    // Who is removed while it runs is shut down first.
    if (container.state.isRunning) this.#stop(container, step, removeNow);
    else removeNow();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  containerStatus(): ContainerStatus | undefined {
    const container = this.#container;
    if (!container) return this.#lastStatus;
    return {
      ContainerID: container.id,
      PID: container.state.pid,
      ExitCode: container.state.exitCode,
    };
  }

  /** Host ports as they were chosen. */
  portStatus(): readonly PortConfig[] {
    const container = this.#container;
    const hostPorts = new Set(
      (this.#task.Endpoint?.Ports ?? [])
        .filter((port) => port.PublishMode === 'host')
        .map((port) => `${port.TargetPort ?? 0}/${port.Protocol ?? 'tcp'}`),
    );
    return Object.entries(container?.sandbox?.ports ?? {}).flatMap(([key, bindings]) => {
      const [port = '', protocol = 'tcp'] = key.split('/');
      if (!hostPorts.has(key)) return [];
      return (bindings ?? [])
        .filter((binding) => binding.HostIp !== '::')
        .map((binding) => ({
          Protocol: protocol as 'tcp' | 'udp',
          TargetPort: Number(port),
          PublishedPort: Number(binding.HostPort),
          PublishMode: 'host' as const,
        }));
    });
  }

  logs(options: LogOptions, line: (line: LogLine) => void, end: () => void): () => void {
    const container = this.#container;
    if (!container) {
      const timer = this.#engine.machine.world.schedule(0, 'no logs', end);
      return () => timer.cancel();
    }
    const read = {
      stdout: options.stdout,
      stderr: options.stderr,
      tail: options.tail,
      sinceMs: options.sinceMs,
      untilMs: Number.MAX_SAFE_INTEGER,
    };
    const tell = (record: LogRecord): void =>
      line({
        stream: record.stream,
        timestamp: rfc3339Nano(record.unixMs),
        text: record.text.endsWith('\n') ? record.text : `${record.text}\n`,
      });
    for (const record of container.logs.read(read)) tell(record);
    if (!options.follow) {
      const timer = this.#engine.machine.world.schedule(0, 'end of logs', end);
      return () => timer.cancel();
    }
    const stop = container.logs.follow(read, tell);
    const look = (): void => {
      if (container.state.isRunning || container.state.startedUnixMs === undefined) return;
      finish();
      end();
    };
    const finish = (): void => {
      stop();
      container.changeWatchers.delete(look);
    };
    container.changeWatchers.add(look);
    return finish;
  }
}

/** A task that is only a place on a network for a container that was run by hand. */
export class AttachmentController implements Controller {
  readonly #engine: Engine;
  readonly #task: Task;
  #isClosed = false;

  constructor(engine: Engine, task: Task) {
    this.#engine = engine;
    this.#task = task;
  }

  #soon(done: StepDone, result: StepResult = OK): void {
    this.#engine.machine.world.schedule(0, `attachment ${this.#task.ID}`, () => {
      if (!this.#isClosed) done(result);
    });
  }

  update(): void {
    // A place does not change.
  }

  prepare(done: StepDone): void {
    this.#engine.overlays.waitForNetworks(this.#task.NetworksAttachments ?? [], (result) =>
      this.#soon(done, result.ok ? OK : { ok: false, error: result.error.message }),
    );
  }

  start(done: StepDone): void {
    this.#soon(done);
  }

  /** Lasts until the container leaves, which removes the task. */
  wait(): void {}

  shutdown(done: StepDone): void {
    this.#soon(done);
  }

  terminate(done: StepDone): void {
    this.#soon(done);
  }

  remove(done: StepDone): void {
    this.#engine.overlays.dropUnused();
    this.#soon(done);
  }

  close(): void {
    this.#isClosed = true;
  }

  containerStatus(): undefined {
    return undefined;
  }

  portStatus(): readonly PortConfig[] {
    return [];
  }

  logs(_options: LogOptions, _line: (line: LogLine) => void, end: () => void): () => void {
    const timer = this.#engine.machine.world.schedule(0, 'no logs', end);
    return () => timer.cancel();
  }
}
