/**
 * /containers and /exec.
 *
 * Real: moby api/server/router/container/{container,container_routes,exec,copy,inspect}.go.
 */
import { collectBody } from '../../sim/index.ts';
import { archiveRoutes } from './archive.ts';
import type { Engine } from '../engine.ts';
import { attachClient } from '../containers/attach.ts';
import { changesOf } from '../containers/changes.ts';
import type { Container } from '../containers/container.ts';
import { createContainer } from '../containers/create.ts';
import { inspectContainer, listContainers } from '../containers/inspect.ts';
import { frames, WireWriter } from '../containers/io.ts';
import { logTime, type LogRecord, type ReadOptions, type StreamName } from '../containers/logs.ts';
import { statsStream } from '../containers/stats.ts';
import { topProcesses } from '../containers/top.ts';
import { attempt, badRequest, conflict } from '../errors.ts';
import type { ApiContext, Router } from './router.ts';
import { answer, filtersOf, guarded, numberOf, refuse, withBody } from './respond.ts';
import type {
  ContainerCreateRequest,
  ContainerUpdateRequest,
  ExecCreateRequest,
  ExecStartRequest,
} from './types.ts';

export function containerRoutes(router: Router, engine: Engine): void {
  const { containers } = engine;
  const on = (
    method: string,
    pattern: string,
    handler: (context: ApiContext, container: Container) => void,
  ): void =>
    router.on(
      method,
      pattern,
      guarded((context) => handler(context, containers.get(context.params['id'] as string))),
    );

  router.on(
    'GET',
    '/containers/json',
    guarded((context) => {
      const rows = listContainers(containers, {
        all: context.flag('all'),
        limit: numberOf(context, 'limit', -1),
        withSize: context.flag('size'),
        filters: filtersOf(context),
      });
      context.json(200, rows);
    }),
  );
  router.on(
    'POST',
    '/containers/create',
    guarded((context) =>
      withBody<ContainerCreateRequest>(context, (body) => {
        if (body.Image === undefined || body.Image === '')
          throw badRequest(
            body.Image === ''
              ? 'no image specified'
              : 'config cannot be empty in order to create a container',
          );
        context.json(
          201,
          createContainer(containers, body, { name: context.query.get('name') ?? '' }),
        );
      }),
    ),
  );
  router.on(
    'POST',
    '/containers/prune',
    guarded((context) =>
      engine.prune.containers(filtersOf(context), (report) => context.json(200, report)),
    ),
  );
  on('GET', '/containers/{id}/json', (context, container) =>
    context.json(200, inspectContainer(containers, container, context.flag('size'))),
  );
  on('POST', '/containers/{id}/start', (context, container) =>
    containers.start(container, (result) => answer(context, result, 204)),
  );
  on('POST', '/containers/{id}/stop', (context, container) =>
    containers.stop(container, secondsOf(context), (result) => answer(context, result, 204)),
  );
  on('POST', '/containers/{id}/restart', (context, container) =>
    containers.restart(container, secondsOf(context), (result) => answer(context, result, 204)),
  );
  router.on(
    'POST',
    '/containers/{id}/kill',
    guarded((context) => killContainer(engine, context)),
  );
  on(
    'POST',
    '/containers/{id}/pause',
    (context, container) => (containers.pause(container), context.empty(204)),
  );
  on(
    'POST',
    '/containers/{id}/unpause',
    (context, container) => (containers.unpause(container), context.empty(204)),
  );
  on(
    'POST',
    '/containers/{id}/rename',
    (context, container) => (
      containers.rename(container, context.query.get('name') ?? ''),
      context.empty(204)
    ),
  );
  on('POST', '/containers/{id}/update', (context, container) =>
    withBody<ContainerUpdateRequest>(context, (body) =>
      context.json(200, { Warnings: containers.update(container, body) }),
    ),
  );
  on('POST', '/containers/{id}/resize', (context, container) => {
    if (!container.state.isRunning) throw conflict(`Container ${container.id} is not running`);
    container.io?.terminal?.resize(numberOf(context, 'w', 80), numberOf(context, 'h', 24));
    context.empty(200);
  });
  on('DELETE', '/containers/{id}', (context, container) =>
    containers.remove(
      container,
      { isForced: context.flag('force'), removesVolumes: context.flag('v') },
      (result) => answer(context, result, 204),
    ),
  );
  on('POST', '/containers/{id}/wait', waitContainer);
  on('GET', '/containers/{id}/top', (context, container) =>
    context.json(200, topProcesses(engine, container, context.query.get('ps_args') ?? '')),
  );
  on('GET', '/containers/{id}/changes', (context, container) => {
    const changes = changesOf(container);
    context.json(200, changes.length > 0 ? changes : null);
  });
  on('GET', '/containers/{id}/logs', (context, container) => readLogs(engine, context, container));
  on('GET', '/containers/{id}/stats', (context, container) =>
    statsStream(engine, context, container),
  );
  on('POST', '/containers/{id}/attach', (context, container) => attach(engine, context, container));
  archiveRoutes(router, engine);
  execRoutes(router, engine);
}

function secondsOf(context: ApiContext): number | undefined {
  const seconds = context.query.get('t');
  return seconds === undefined || seconds === '' ? undefined : Number(seconds);
}

const KILL_WAIT_MS = 10_000;

/** The client's name for the container stands in front of what went wrong. */
function killContainer(engine: Engine, context: ApiContext): void {
  const { containers, version } = engine;
  const name = context.params['id'] as string;
  const result = attempt(() => {
    const container = containers.get(name);
    return { container, signal: containers.kill(container, context.query.get('signal') ?? '') };
  });
  if (result.ok)
    return result.value.signal === 'SIGKILL'
      ? whenEnded(context, engine, result.value.container)
      : context.empty(204);
  const { error } = result;
  if (version.traits.isLowerCase) return refuse(context, error);
  if (/^Invalid signal/.test(error.message)) return refuse(context, error);
  const text = error.message.replace(/^Cannot kill container: \w+: /, '');
  context.fail(error.status, `Cannot kill container: ${name}: ${text}`);
}

/** What cannot be refused is waited for, but no longer than a dying process may take. */
function whenEnded(context: ApiContext, engine: Engine, container: Container): void {
  if (!container.state.isRunning) return context.empty(204);
  const answer = (): void => {
    timer.cancel();
    container.exitWatchers.delete(answer);
    context.empty(204);
  };
  const timer = engine.machine.world.schedule(KILL_WAIT_MS, `kill ${container.name}`, answer);
  container.exitWatchers.add(answer);
}

/** Answers when the condition holds; the head goes out at once, so that clients know the wait is on. */
function waitContainer(context: ApiContext, container: Container): void {
  const condition = context.query.get('condition') || 'not-running';
  if (!['not-running', 'next-exit', 'removed'].includes(condition))
    throw badRequest(`invalid condition: "${condition}"`);
  const responder = context.stream('application/json');
  const end = (code: number): void => {
    responder.write(`${JSON.stringify({ StatusCode: code })}\n`);
    responder.end();
  };
  if (condition === 'removed') return void container.removalWatchers.add(end);
  const isOver = condition === 'not-running' && !container.state.isRunning && !container.isStarting;
  if (isOver) return end(container.state.exitCode);
  container.exitWatchers.add(end);
}

function readLogs(engine: Engine, context: ApiContext, container: Container): void {
  const { query } = context;
  const [stdout, stderr] = [context.flag('stdout'), context.flag('stderr')];
  if (!stdout && !stderr) throw badRequest('Bad parameters: you must choose at least one stream');
  if (
    !['json-file', 'local', 'journald'].includes(
      container.hostConfig.LogConfig?.Type ?? 'json-file',
    )
  )
    throw badRequest('configured logging driver does not support reading');
  const tail = query.get('tail') ?? 'all';
  const options: ReadOptions = {
    stdout,
    stderr,
    tail: tail === 'all' || tail === '' || !/^\d+$/.test(tail) ? -1 : Number(tail),
    sinceMs: timeOf(query.get('since'), Number.MIN_SAFE_INTEGER),
    untilMs: timeOf(query.get('until'), Number.MAX_SAFE_INTEGER),
  };
  const isRaw = container.isTty;
  const responder = context.stream(
    isRaw || !context.isAtLeast(1, 42)
      ? 'application/vnd.docker.raw-stream'
      : 'application/vnd.docker.multiplexed-stream',
  );
  const wire = new FrameWriter(isRaw, (text) => responder.write(text));
  const show = (record: LogRecord): void =>
    wire.write(
      record.stream,
      `${context.flag('timestamps') ? `${logTime(record.unixMs)} ` : ''}${record.text}`,
    );
  for (const record of container.logs.read(options)) show(record);
  if (!context.flag('follow') || !container.state.isRunning) return responder.end();
  const stop = container.logs.follow(options, (record) =>
    responder.isBroken ? finish() : show(record),
  );
  const changed = (): void => {
    if (!container.state.isRunning || engine.containers.find(container.id) !== container) finish();
  };
  const finish = (): void => {
    stop();
    container.changeWatchers.delete(changed);
    responder.end();
  };
  container.changeWatchers.add(changed);
}

class FrameWriter {
  readonly #isRaw: boolean;
  readonly #put: (text: string) => void;

  constructor(isRaw: boolean, put: (text: string) => void) {
    this.#isRaw = isRaw;
    this.#put = put;
  }

  write(stream: StreamName, text: string): void {
    this.#put(this.#isRaw ? text : frames(stream, text));
  }
}

/** Seconds since 1970 with a fraction; as ms. */
export function timeOf(text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '' || text === '0') return otherwise;
  const value = Number(text);
  return Number.isFinite(value) ? Math.floor(value * 1000) : otherwise;
}

function attach(engine: Engine, context: ApiContext, container: Container): void {
  const { state } = container;
  if (state.isPaused)
    throw conflict(`container ${container.id} is paused, unpause the container before attach`);
  if (state.isRestarting)
    throw conflict(`container ${container.id} is restarting, wait until the container is running`);
  const isRaw = container.isTty;
  const wire = context.hijack(
    isRaw || !context.isAtLeast(1, 42)
      ? 'application/vnd.docker.raw-stream'
      : 'application/vnd.docker.multiplexed-stream',
  );
  attachClient({
    engine,
    container,
    io: engine.containers.ioOf(container),
    wire,
    writer: new WireWriter(wire, isRaw),
    wants: {
      stdin: context.flag('stdin'),
      stdout: context.flag('stdout'),
      stderr: context.flag('stderr'),
      stream: context.flag('stream'),
    },
    replay: context.flag('logs') ? container.logs.records : [],
    detachKeys: context.query.get('detachKeys') || 'ctrl-p,ctrl-q',
    closesStdin: container.config.StdinOnce ?? false,
  });
  engine.containers.emit(container, 'attach');
}

function execRoutes(router: Router, engine: Engine): void {
  const { execs, containers } = engine;
  router.on(
    'POST',
    '/containers/{id}/exec',
    guarded((context) =>
      withBody<ExecCreateRequest>(context, (body) =>
        context.json(201, {
          Id: execs.create(containers.get(context.params['id'] as string), body).id,
        }),
      ),
    ),
  );
  router.on(
    'GET',
    '/exec/{id}/json',
    guarded((context) =>
      context.json(200, execs.inspect(execs.get(context.params['id'] as string))),
    ),
  );
  router.on(
    'POST',
    '/exec/{id}/resize',
    guarded((context) => {
      execs.resize(
        execs.get(context.params['id'] as string),
        numberOf(context, 'w', 80),
        numberOf(context, 'h', 24),
      );
      context.empty(200);
    }),
  );
  router.on(
    'POST',
    '/exec/{id}/start',
    guarded((context) => execStart(engine, context)),
  );
}

function execStart(engine: Engine, context: ApiContext): void {
  const { execs } = engine;
  const exec = execs.get(context.params['id'] as string);
  readSizedBody(context, (text) => {
    const parsed = attempt(() => {
      const request = (text.trim() === '' ? {} : parse(text)) as ExecStartRequest;
      return { request, io: execs.prepare(exec, request.ConsoleSize) };
    });
    if (!parsed.ok) return refuse(context, parsed.error);
    const { request, io } = parsed.value;
    if (request.Detach) return execs.start(exec, (result) => answer(context, result, 200));
    const isRaw = exec.request.Tty ?? false;
    const wire = context.hijack(
      isRaw || !context.isAtLeast(1, 42)
        ? 'application/vnd.docker.raw-stream'
        : 'application/vnd.docker.multiplexed-stream',
    );
    const writer = new WireWriter(wire, isRaw);
    attachClient({
      engine,
      container: exec.container,
      io,
      wire,
      writer,
      replay: [],
      closesStdin: true,
      detachKeys: exec.request.DetachKeys || 'ctrl-p,ctrl-q',
      wants: {
        stdin: exec.request.AttachStdin ?? false,
        stdout: exec.request.AttachStdout ?? false,
        stderr: exec.request.AttachStderr ?? false,
        stream: true,
      },
    });
    execs.start(exec, (result) => {
      if (result.ok) return;
      writer.write('stdout', `${result.error.message}\r\n`);
      io.end();
    });
  });
}

/** The body of a request that will be hijacked: by its length, since the stream goes on after it. */
function readSizedBody(context: ApiContext, done: (text: string) => void): void {
  const length = Number(context.request.headers['content-length'] ?? '0');
  if (length === 0 && context.request.headers['transfer-encoding'] !== 'chunked') return done('');
  collectBody(context.request.body, done);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('invalid JSON');
  }
}
