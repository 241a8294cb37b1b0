/**
 * `docker exec`: more processes in a running container.
 *
 * Real: moby daemon/{exec,exec_linux}.go.
 */
import { emptyInput, sink, SystemError, type ExitStatus, type Process } from '../../sim/index.ts';
import type { ExecCreateRequest, ExecInspect } from '../api/types.ts';
import { badRequest, conflict, EngineError, failed, fine, notFound, type Done } from '../errors.ts';
import type { Container } from './container.ts';
import type { Containers } from './containers.ts';
import { ContainerIO } from './io.ts';
import { ensureDirectory, environment, execError, resolveProgram, resolveUser } from './process.ts';

/** What containerd takes to get into a container. */
const EXEC_MS = 40;

export interface Exec {
  readonly id: string;
  readonly container: Container;
  readonly request: ExecCreateRequest;
  io: ContainerIO | undefined;
  process: Process | undefined;
  isRunning: boolean;
  hasStarted: boolean;
  exitCode: number | null;
  readonly exitWatchers: Set<() => void>;
}

export class Execs {
  readonly #containers: Containers;
  readonly #all = new Map<string, Exec>();

  constructor(containers: Containers) {
    this.#containers = containers;
  }

  create(container: Container, request: ExecCreateRequest): Exec {
    this.#checkRunning(container);
    if (!request.Cmd || request.Cmd.length === 0) throw badRequest('No exec command specified');
    const { machine } = this.#containers.context;
    const id = machine.world.random(`execs/${machine.name}`).hex(64);
    const exec: Exec = {
      id,
      container,
      request,
      io: undefined,
      process: undefined,
      isRunning: false,
      hasStarted: false,
      exitCode: null,
      exitWatchers: new Set(),
    };
    this.#all.set(id, exec);
    container.execIDs.push(id);
    this.#containers.emit(container, `exec_create: ${request.Cmd.join(' ')}`, { execID: id });
    return exec;
  }

  get(id: string): Exec {
    const exec = this.#all.get(id);
    if (!exec) throw notFound(`No such exec instance: ${id}`);
    return exec;
  }

  #checkRunning(container: Container): void {
    const { state } = container;
    const { isLowerCase } = this.#containers.context.version.traits;
    if (!state.isRunning || !container.namespace)
      throw conflict(`${isLowerCase ? 'container' : 'Container'} ${container.id} is not running`);
    if (state.isPaused)
      throw conflict(
        `${isLowerCase ? 'container' : 'Container'} ${isLowerCase ? container.id : container.name} is paused, unpause the container before exec`,
      );
    if (state.isRestarting)
      throw conflict(
        `${isLowerCase ? 'container' : 'Container'} ${container.id} is restarting, wait until the container is running`,
      );
  }

  /** The streams, before the process starts: who attaches does it in between. */
  prepare(exec: Exec, consoleSize: readonly [number, number] | null | undefined): ContainerIO {
    if (exec.hasStarted) throw conflict(`Error: Exec command ${exec.id} has already run`);
    this.#checkRunning(exec.container);
    exec.hasStarted = true;
    exec.io = new ContainerIO({
      kernel: this.#containers.context.machine.kernel,
      isTty: exec.request.Tty ?? false,
      hasStdin: exec.request.AttachStdin ?? false,
      consoleSize: consoleSize ?? exec.request.ConsoleSize ?? null,
      onOutput: () => {},
    });
    return exec.io;
  }

  start(exec: Exec, done: Done): void {
    const { machine } = this.#containers.context;
    machine.world.schedule(EXEC_MS, 'exec', () => {
      if (!machine.isOn) return;
      const result = this.#spawn(exec);
      if (!result.ok) {
        this.#drop(exec);
        exec.exitCode = /permission denied|is a directory/.test(result.error.message)
          ? 126
          : this.#containers.context.version.traits.isLowerCase
            ? 127
            : 126;
        return done(result);
      }
      const process = result.value;
      exec.process = process;
      exec.isRunning = true;
      this.#containers.emit(exec.container, `exec_start: ${(exec.request.Cmd ?? []).join(' ')}`, {
        execID: exec.id,
      });
      machine.kernel.whenExited(process, (status) => this.#ended(exec, status));
      done(fine(undefined));
    });
  }

  #spawn(exec: Exec): ReturnType<typeof spawnInContainer> {
    const { request, container, io } = exec;
    return spawnInContainer(this.#containers, container, {
      argv: request.Cmd ?? [],
      env: request.Env ?? [],
      cwd: request.WorkingDir ?? '',
      user: request.User ?? '',
      isTty: request.Tty ?? false,
      io,
    });
  }

  /** The container no longer lists it; it can still be inspected. */
  #drop(exec: Exec): void {
    const at = exec.container.execIDs.indexOf(exec.id);
    if (at >= 0) exec.container.execIDs.splice(at, 1);
  }

  #ended(exec: Exec, status: ExitStatus): void {
    exec.isRunning = false;
    exec.exitCode = status.code;
    exec.io?.end();
    this.#drop(exec);
    this.#containers.emit(exec.container, 'exec_die', {
      execID: exec.id,
      exitCode: String(status.code),
    });
    for (const notify of exec.exitWatchers) notify();
    exec.exitWatchers.clear();
  }

  resize(exec: Exec, columns: number, rows: number): void {
    if (!exec.isRunning) throw notFound(`No such exec instance: ${exec.id}`);
    exec.io?.terminal?.resize(columns, rows);
  }

  inspect(exec: Exec): ExecInspect {
    const [entrypoint = '', ...rest] = exec.request.Cmd ?? [];
    return {
      ID: exec.id,
      Running: exec.isRunning,
      ExitCode: exec.exitCode,
      ProcessConfig: {
        tty: exec.request.Tty ?? false,
        entrypoint,
        arguments: rest,
        privileged: exec.request.Privileged ?? false,
        ...(exec.request.User ? { user: exec.request.User } : {}),
      },
      OpenStdin: exec.request.AttachStdin ?? false,
      OpenStderr: exec.request.AttachStderr ?? false,
      OpenStdout: exec.request.AttachStdout ?? false,
      CanRemove: false,
      ContainerID: exec.container.id,
      DetachKeys: '',
      Pid: exec.process?.pid ?? 0,
    };
  }

  clear(): void {
    this.#all.clear();
  }
}

interface SpawnRequest {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly isTty: boolean;
  readonly io: ContainerIO | undefined;
}

function spawnInContainer(
  containers: Containers,
  container: Container,
  request: SpawnRequest,
):
  | { readonly ok: true; readonly value: Process }
  | { readonly ok: false; readonly error: EngineError } {
  const { machine } = containers.context;
  const { namespace } = container;
  if (!namespace || !container.state.isRunning)
    return failed(conflict(`Container ${container.id} is not running`));
  try {
    const user = resolveUser(namespace.files, request.user || (container.config.User ?? ''));
    const cwd = request.cwd || container.config.WorkingDir || '/';
    if (!namespace.files.exists(cwd)) {
      if (request.cwd !== '')
        return failed(
          badRequest(
            `OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd ("${cwd}") set in config.json failed: no such file or directory: unknown`,
          ),
        );
      ensureDirectory(namespace.files, cwd);
    }
    const env = environment({
      hostname: namespace.hostname,
      isTty: request.isTty,
      linked: container.config.Env ?? [],
      configured: request.env,
      home: user.home,
    });
    const found = resolveProgram(namespace.files, machine.programs, {
      argv: request.argv,
      env,
      cwd,
    });
    if ('error' in found) return failed(badRequest(execError(found)));
    const { io } = request;
    const process = machine.kernel.spawn({
      program: found.program,
      argv: found.argv,
      namespace,
      env,
      cwd,
      user,
      leadsGroup: true,
      ...(io
        ? { stdin: io.stdin, stdout: io.stdout, stderr: io.stderr, terminal: io.terminal }
        : {}),
    });
    if (io?.terminal) io.terminal.foreground = process.pid;
    return fine(process);
  } catch (error) {
    if (error instanceof EngineError) return failed(error);
    if (error instanceof SystemError)
      return failed(
        badRequest(
          `OCI runtime exec failed: exec failed: unable to start container process: ${error.text.toLowerCase()}: unknown`,
        ),
      );
    throw error;
  }
}

/** Runs a command without anybody attached and collects what it prints: a health check. Returns what kills it. */
export function runInContainer(
  containers: Containers,
  container: Container,
  argv: readonly string[],
  done: (exitCode: number, output: string) => void,
): () => void {
  const { machine } = containers.context;
  const { namespace } = container;
  if (!namespace) return () => {};
  let output = '';
  const collect = sink((text) => {
    if (output.length < 65_536) output += text;
  });
  const user = resolveUser(namespace.files, container.config.User ?? '');
  const cwd = container.config.WorkingDir || '/';
  const env = environment({
    hostname: namespace.hostname,
    isTty: false,
    linked: [],
    configured: container.config.Env ?? [],
    home: user.home,
  });
  const found = resolveProgram(namespace.files, machine.programs, { argv, env, cwd });
  if ('error' in found) {
    machine.world.schedule(0, 'health failed', () => done(-1, execError(found)));
    return () => {};
  }
  const process = machine.kernel.spawn({
    program: found.program,
    argv: found.argv,
    namespace,
    env,
    cwd,
    user,
    stdin: emptyInput,
    stdout: collect,
    stderr: collect,
    leadsGroup: true,
  });
  machine.kernel.whenExited(process, (status) => done(status.code, output));
  return () => machine.kernel.signal(process, 'SIGKILL');
}
